"""The platforms that chatbot speaks on. Each is an entry point of the group ``chatbot.adapters``."""
