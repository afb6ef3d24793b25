"""말투: in which speech level the bot talks to a person, and what it calls them. It asks once; they may say it any time."""

from chatbot.builtin.speech_level.manners import plugin

__all__ = ["plugin"]
