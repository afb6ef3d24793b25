"""알림: reminds people of what they asked to be reminded of, once or again and again.

``requests`` tells a request from everything else that is said, ``wanted`` what is to be told, ``setting`` asks for what is
missing, ``making`` stores it, ``ringing`` tells it, and ``listing`` shows and removes what is stored.
"""

from chatbot.builtin.reminders import asking, listing, ringing, setting
from chatbot.builtin.reminders.plugin import plugin

__all__ = ["asking", "listing", "plugin", "ringing", "setting"]
