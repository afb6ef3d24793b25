"""The way out: each message goes to the place where it is awaited, an interaction, a draft, or simply the channel."""

from collections.abc import Callable

import discord
from cachetools import LRUCache

from adapters.discord.answers import Answers
from adapters.discord.drafts import Drafts
from adapters.discord.failures import FAILURES, delivery_error
from adapters.discord.posting import PINGS, Part, Progress, parts_of, post, quote
from adapters.discord.reading import PRESS, SLASH
from chatbot.errors import RoomGone
from chatbot.messages import Address, Outgoing

_REMEMBERED = 1000
"""Messages that were begun and not finished, for when they are sent again."""


class Sender:
    """Sends messages.

    Args:
        client: returns the library's client, once it is logged in.
    """

    def __init__(self, client: Callable[[], discord.Client], answers: Answers, drafts: Drafts) -> None:
        self._client = client
        self._answers = answers
        self._drafts = drafts
        self._begun: LRUCache[str, Progress] = LRUCache(_REMEMBERED)

    async def send(self, to: Address, message: Outgoing) -> str:
        """Send a message; return the id of its first part.

        Raises:
            DeliveryError: it did not work; its kind says why.
        """
        if not to.room.isdecimal():
            raise RoomGone("디스코드에 그런 방은 없어요.")
        room, parts = int(to.room), parts_of(message)
        progress = self._begun.setdefault(parts[0].nonce, Progress())
        try:
            with self._drafts.put_off(room):
                if not progress.ids:
                    await self._begin(room, message, parts[0], progress)
                await self._post(room, message, parts, progress)
        except FAILURES as error:
            raise delivery_error(error) from None
        self._begun.pop(parts[0].nonce, None)
        return progress.ids[0]

    async def _begin(self, room: int, message: Outgoing, part: Part, progress: Progress) -> None:
        """Put the first part where it is awaited, if that is not simply the channel."""
        id = await self._answers.give(message.reply_to, part)
        if id is None:
            progress.draft = progress.draft or await self._drafts.take(room, self._quoted(room, message.reply_to))
            id = await _finished(progress.draft, part)
        if id is not None:
            progress.ids.append(id)

    async def _post(self, room: int, message: Outgoing, parts: list[Part], progress: Progress) -> None:
        try:
            await post(self.channel(room), parts, progress, self._quoted(room, message.reply_to))
        except discord.Forbidden:
            # A command can be used where the bot may not write; what it says further goes after its answer.
            if not (message.reply_to or "").startswith(SLASH):
                raise
            for part in parts[len(progress.ids) :]:
                id = await self._answers.follow_up(message.reply_to, part)
                if id is None:
                    raise
                progress.ids.append(id)

    def channel(self, room: int) -> discord.PartialMessageable:
        """Return a channel to write to, known or not."""
        return self._client().get_partial_messageable(room)

    def _quoted(self, room: int, reply_to: str | None) -> discord.MessageReference | None:
        """Return the message to quote: none in private, where it is clear what is answered."""
        if reply_to is None or reply_to.startswith(SLASH):
            return None
        if isinstance(self._client().get_channel(room), discord.DMChannel | None):
            return None
        id = reply_to.rpartition(":")[2] if reply_to.startswith(PRESS) else reply_to
        if not id.isdecimal():
            return None
        return quote(room, int(id))


async def _finished(draft: discord.PartialMessage | None, part: Part) -> str | None:
    """Make the first part of a message of what stands of it already; ``None`` if nothing does.

    Raises:
        HTTPException: Discord does not take it.
    """
    if draft is None:
        return None
    file = part.file
    try:
        await draft.edit(
            content=part.text, attachments=[] if file is None else [file], view=part.view, allowed_mentions=PINGS
        )
    except discord.NotFound:  # somebody deleted it
        return None
    return f"{draft.id}"
