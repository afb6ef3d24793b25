"""Chats of the emulated Telegram, what is said in them, and what it refuses to put there."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

ME = {"id": 123456789, "is_bot": True, "first_name": "단비", "username": "danbi_bot"}
LONGEST_TEXT, LONGEST_CAPTION, LONGEST_DATA = 4096, 1024, 64
_ENTITY = re.compile(r"(?<![\w/])(?:@[A-Za-z0-9_]{4,32}|/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{4,32})?)")


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass(slots=True)
class Chat:
    """A chat, with all that was said there.

    Attributes:
        gone: what Telegram answers to whoever sends there.
        topics: threads that there are.
        moved_to: the supergroup that it became.
    """

    id: int
    type: str
    title: str
    messages: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    files: dict[int, bytes] = field(default_factory=dict[int, bytes])
    admins: set[int] = field(default_factory=set[int])
    topics: set[int] = field(default_factory=set[int])
    gone: Refusal | None = None
    moved_to: int | None = None
    last_id: int = 0

    @property
    def json(self) -> dict[str, Any]:
        name = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        return {"id": self.id, "type": self.type, **({"is_forum": True} if self.topics else {}), **name}

    def keep(self, message: dict[str, Any]) -> dict[str, Any]:
        """Give a message its id and keep it."""
        self.last_id += 1
        whole = {"message_id": self.last_id, "date": int(time.time()), "chat": self.json, **message}
        self.messages[self.last_id] = whole
        return whole


def units(text: str) -> int:
    """Return a text's length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def entities(text: str) -> list[dict[str, Any]]:
    """Return the mentions and commands of a text, as Telegram marks them."""
    return [
        {
            "type": "mention" if match.group().startswith("@") else "bot_command",
            "offset": units(text[: match.start()]),
            "length": units(match.group()),
        }
        for match in _ENTITY.finditer(text)
    ]


def without_reply(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as it stands in another that replies to it."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def text_of(text: object, limit: int) -> str:
    shown = str(text or "").strip()
    if not shown:
        raise Refusal(400, "Bad Request: message text is empty")
    if units(shown) > limit:
        raise Refusal(400, "Bad Request: message is too long")
    return shown


def markup_of(markup: dict[str, Any]) -> dict[str, Any]:
    for row in markup["inline_keyboard"]:
        for button in row:
            if not button["text"]:
                raise Refusal(400, "Bad Request: text buttons are unallowed in the inline keyboard")
            if not 1 <= len(button["callback_data"].encode()) <= LONGEST_DATA:
                raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup
