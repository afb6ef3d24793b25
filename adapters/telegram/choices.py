"""Buttons under a message, and what pressing one says. Nothing is remembered here: all of it is in the button itself.

Telegram gives a pressed button's data back, 64 bytes at most, and the message with its buttons. So the words are the
data; where they are too long, the button's own text is the words.
"""

import unicodedata
from collections.abc import Iterator, Sequence

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from chatbot.messages import Choice

_LONGEST_DATA = 64
"""Bytes. Source: https://core.telegram.org/bots/api#inlinekeyboardbutton."""
_ROW_WIDTH = 24
_ROW_BUTTONS = 4


def keyboard(choices: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    """Return the buttons of a message, short ones side by side; ``None`` without choices."""
    buttons = [_button(number, choice) for number, choice in enumerate(choices)]
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        row = rows[-1] if rows else []
        if row and len(row) < _ROW_BUTTONS and sum(_width(one.text) for one in (*row, button)) <= _ROW_WIDTH:
            row.append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def said_by(query: CallbackQuery) -> str | None:
    """Return what pressing a button says; ``None`` if it cannot be told any more: its message is too old."""
    data = query.data or ""
    return data[1:] if data.startswith("=") else _label(query)


def shown_choice(query: CallbackQuery) -> str:
    """Return what the pressed button is called, as far as it can be told."""
    return _label(query) or said_by(query) or ""


def _button(number: int, choice: Choice) -> InlineKeyboardButton:
    data = f"={choice.words}"
    if len(data.encode()) <= _LONGEST_DATA:
        return InlineKeyboardButton(choice.label, callback_data=data)
    return InlineKeyboardButton(choice.words, callback_data=f"#{number}")


def _label(query: CallbackQuery) -> str | None:
    return next((button.text for button in _buttons(query) if button.callback_data == query.data), None)


def _buttons(query: CallbackQuery) -> Iterator[InlineKeyboardButton]:
    if isinstance(query.message, Message) and query.message.reply_markup is not None:
        for row in query.message.reply_markup.inline_keyboard:
            yield from row


def _width(text: str) -> int:
    """Return how wide a text is, in columns: Hangul takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
