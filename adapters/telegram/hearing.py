"""What a text says to the bot: mentions and "/command@name" are read and taken out. Knows no network and no chats."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import MessageEntity, User

_ADDRESSED = re.compile(r"/([^\s@/]+)@([A-Za-z0-9_]{1,32})(?!\S)")
_BEHIND_NAME = re.compile(r"[,:]?\s+|[,:]?$")


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as the framework takes it.

    Attributes:
        mentions_bot: the bot was mentioned, or its name stood behind a command.
        is_for_other: it is a command for another bot.
    """

    text: str
    mentions_bot: bool = False
    is_for_other: bool = False


def hear(text: str, entities: Sequence[MessageEntity], me: User) -> Heard:
    """Return what a text says, without the bot's @name at its beginning or end; elsewhere the bot's name stands for it.

    A message that is nothing but a mention calls the bot by its name.
    """
    spans = sorted(_span(text, one) for one in entities if _is_mention(text, one, me))
    heard = text
    for begin, end in reversed(spans):
        before, behind = heard[:begin], heard[end:]
        if not before.strip() and (gap := _BEHIND_NAME.match(behind)):
            heard = behind[gap.end() :]
        elif not behind.strip() and before[-1:].isspace():
            heard = before.rstrip()
        else:
            heard = f"{before}{me.first_name}{behind}"
    if addressed := _ADDRESSED.match(heard):
        name = addressed[2].casefold()
        if name == (me.username or "").casefold():
            return Heard(f"/{addressed[1]}{heard[addressed.end() :]}", mentions_bot=True)
        if name.endswith("bot"):  # as all bots' names do
            return Heard(heard, is_for_other=True)
    return Heard(heard or (me.first_name if spans else ""), mentions_bot=bool(spans))


def index_at(text: str, units: int) -> int:
    """Return the index of the character that begins ``units`` UTF-16 code units into a text, or the next one's."""
    if units <= 0:
        return 0
    passed = 0
    for index, character in enumerate(text):
        if passed >= units:
            return index
        passed += 2 if character > "\uffff" else 1
    return len(text)


def _span(text: str, entity: MessageEntity) -> tuple[int, int]:
    return index_at(text, entity.offset), index_at(text, entity.offset + entity.length)


def _is_mention(text: str, entity: MessageEntity, me: User) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    if entity.type != MessageEntity.MENTION:
        return False
    begin, end = _span(text, entity)
    return text[begin:end].casefold() == f"@{me.username}".casefold()
