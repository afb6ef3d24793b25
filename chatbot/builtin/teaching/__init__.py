"""가르치기: the people of a room teach the bot what to answer there, as they did 심심이."""

from chatbot.builtin.teaching.classroom import plugin

__all__ = ["plugin"]
