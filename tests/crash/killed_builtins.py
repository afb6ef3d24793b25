"""The plugins that are shipped, of bots that are killed amid a game or before a reminder."""

from chatbot.builtin.reminders import plugin as reminders
from chatbot.builtin.twenty_questions import plugin as twenty_questions
from chatbot.builtin.word_chain import plugin as word_chain

PLUGINS = (reminders, twenty_questions, word_chain)
MOST_ATTEMPTS = 10_000
