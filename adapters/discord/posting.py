"""Puts messages into channels: split, unable to ping, and each part at most once however often it is sent.

Source: https://discord.com/developers/docs/resources/message#create-message.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import uuid4

import discord

from adapters.discord.choices import as_text, buttons
from adapters.splitting import split
from chatbot.errors import MessageRefused
from chatbot.messages import File, Outgoing

LONGEST_TEXT = 2000
"""Characters of a message."""
PINGS = discord.AllowedMentions(everyone=False, users=False, roles=False, replied_user=True)
"""Whose notification may ring: that of whom the bot replies to, whatever a text says."""
_NONCE_BYTES = 12
"""25 characters are allowed, of which these make 24."""


@dataclass(frozen=True, slots=True)
class Part:
    """A message as it is posted.

    Attributes:
        text: with its mark-up escaped.
        nonce: the same whenever the same part of the same message is sent.
        file: is there with the last part, like the message's choices.
    """

    text: str
    nonce: str
    message: Outgoing | None = None

    @property
    def file(self) -> discord.File | None:
        """The file that goes along, opened anew each time."""
        held = self.message.file if self.message is not None else None
        return None if held is None else _opened(held)

    @property
    def view(self) -> "discord.ui.View | None":
        """The components."""
        return None if self.message is None else buttons(self.message.choices)


@dataclass(slots=True)
class Progress:
    """How much of a message has been posted.

    Attributes:
        ids: those of the parts that are.
        draft: the message in which the beginning stands already.
    """

    ids: list[str] = field(default_factory=list[str])
    draft: discord.PartialMessage | None = None


def parts_of(message: Outgoing) -> list[Part]:
    """Return the parts of a message, at least one.

    Raises:
        MessageRefused: there is nothing in it.
    """
    message = as_text(message)
    texts = [] if not message.text.strip() else split(message.text.strip(), LONGEST_TEXT, _length)
    if not texts and message.file is None:
        raise MessageRefused("빈 글은 보낼 수 없어요.")
    nonce = message.nonce or uuid4().hex
    last = len(texts) - 1
    return [
        Part(escaped(text), _nonce(nonce, number), message if number == max(0, last) else None)
        for number, text in enumerate(texts or [""])
    ]


async def post(
    channel: discord.PartialMessageable,
    parts: Sequence[Part],
    progress: Progress,
    quoted: discord.MessageReference | None = None,
) -> None:
    """Post the parts of a message that have not been posted yet.

    Raises:
        HTTPException: Discord does not take one.
    """
    for number, part in list(enumerate(parts))[len(progress.ids) :]:
        quotation = quoted if number == 0 else None
        sent = await write(
            channel, part.text or None, file=part.file, view=part.view, nonce=part.nonce, reference=quotation
        )
        progress.ids.append(f"{sent.id}")


async def write(channel: discord.PartialMessageable, text: str | None, **options: Any) -> discord.Message:
    """Write one message that rings for nobody but whom it answers.

    Raises:
        HTTPException: Discord does not take it.
    """
    return await channel.send(text, allowed_mentions=PINGS, **options)


def quote(room: int, message_id: int | None) -> discord.MessageReference | None:
    """Return the quotation of a message, which may be gone."""
    if message_id is None:
        return None
    return discord.MessageReference(message_id=message_id, channel_id=room, fail_if_not_exists=False)


def escaped(text: str) -> str:
    """Return a text that looks on Discord as it is written: "안녕~~ 또 봐~~" would be struck out otherwise."""
    return discord.utils.escape_markdown(text)


def _length(text: str) -> int:
    return len(escaped(text))


def _nonce(nonce: str, number: int) -> str:
    return blake2b(f"{nonce}:{number}".encode(), digest_size=_NONCE_BYTES).hexdigest()


def _opened(file: File) -> discord.File:
    return discord.File(io.BytesIO(file.content.encode()), file.name)
