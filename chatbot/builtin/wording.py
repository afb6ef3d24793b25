"""Writes a sentence once for both speech levels: "먹을 수 있어{요}", "동물{이에요|이야}". Knows nothing of games."""

import re

from chatbot import Chat

_PLACE = re.compile(r"\{([^{}|]*)(?:\|([^{}|]*))?\}")


def polite(text: str) -> str:
    """Return ``text`` in 존댓말."""
    return _PLACE.sub(lambda match: match[1], text)


def casual(text: str) -> str:
    """Return ``text`` in 반말: the second of two forms, nothing where there is but one."""
    return _PLACE.sub(lambda match: match[2] or "", text)


def said(chat: Chat, text: str) -> str:
    """Return ``text`` as it is said to this person."""
    return chat.by_level(polite(text), casual(text))
