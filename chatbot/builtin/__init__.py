"""The plugins that come with 말동무, each written against the public API alone: ``from chatbot import ...``."""
