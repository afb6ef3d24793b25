"""기억: what a person told about themselves and agreed to have remembered, shown, corrected and forgotten as they say."""

from chatbot.builtin.memory.remembering import plugin

__all__ = ["plugin"]
