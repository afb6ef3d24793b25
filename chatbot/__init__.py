"""말동무: a Korean chatbot framework with conversation plugins."""
