"""끝말잇기: two take turns, or a whole room; each word begins with the last one's last syllable.

The word list was written for this project: common nouns put down by hand, and nouns that occur in our own dialogues
(data/maldongmu), read over and cleared of names and of what nobody wants to hear in a game. Kiwi then kept of them what
it knows as a noun and finds common enough. No dictionary was copied.
``everyday.txt`` has those that people used in the dialogues more than once, ``words.txt`` all of them.
"""

from chatbot.builtin.word_chain import commands, duel, party
from chatbot.builtin.word_chain.plugin import plugin

__all__ = ["commands", "duel", "party", "plugin"]
