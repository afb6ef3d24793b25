"""Replies while they are being written: one message a channel, edited as they grow. Knows nothing of what comes of them.

What Discord refuses is not tried again: the whole reply follows anyway.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import discord
from cachetools import LRUCache

from adapters.discord.failures import FAILURES
from adapters.discord.posting import LONGEST_TEXT, PINGS, escaped, quote, write
from adapters.splitting import split
from chatbot.backoff import backoff

_EVERY_SECONDS = 1.5
"""Discord lets a channel's messages be edited five times in five seconds, answers included."""
_FORGOTTEN_SECONDS = 60.0
"""A draft that neither grows nor is sent was given up: it is taken back."""
_TRIES = 5
_GOES_ON = " …"
_REMEMBERED = 10_000


@dataclass(slots=True, eq=False)
class _Draft:
    text: str
    shown: str = ""
    message: discord.PartialMessage | None = None
    quoted: discord.MessageReference | None = None
    is_begun: bool = False
    is_taken: bool = False
    nonce: str = field(default_factory=lambda: secrets.token_hex(12))
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self) -> None:
        """Let it be as it is."""
        self.is_taken = True
        self.changed.set()


class Drafts:
    """The replies that are being written.

    Args:
        channel: returns a channel to write to.
        every: seconds between two edits.

    Attributes:
        asked: in groups, the message that the next reply answers, for it to be quoted.
    """

    def __init__(
        self,
        channel: Callable[[int], discord.PartialMessageable],
        start: Callable[[Awaitable[None]], None],
        every: float = _EVERY_SECONDS,
    ) -> None:
        self._channel = channel
        self._start = start
        self._every = every
        self._open: dict[int, _Draft] = {}
        self._busy: set[int] = set()
        self.asked: LRUCache[int, int] = LRUCache(_REMEMBERED)

    def show(self, room: int, text: str) -> None:
        """Show a reply so far, as soon as may be; never waits."""
        if not text.strip():
            return
        draft = self._open.get(room)
        if draft is None:
            draft = self._open[room] = _Draft(text)
            self._start(self._keep_up(room, draft))
        draft.text = text
        draft.changed.set()

    async def take(self, room: int, quoted: discord.MessageReference | None) -> discord.PartialMessage | None:
        """Return the message that a channel's reply stands in so far, and leave it alone from now on.

        One that quotes something else than the whole reply does is deleted, as that cannot be changed any more.
        """
        draft = self._open.pop(room, None)
        if draft is None:
            return None
        draft.take()
        await draft.ended.wait()  # a first message that is on its way has no id yet
        if _id(draft.quoted) == _id(quoted):
            return draft.message
        self._start(_delete(draft))
        return None

    def drop(self, room: int) -> None:
        """Take a reply away: what it answered is not all there is to answer any more."""
        draft = self._open.pop(room, None)
        if draft is not None:
            draft.take()
            self._start(_delete(draft))

    @contextmanager
    def put_off(self, room: int) -> Generator[None]:
        """Begin no further reply in a channel until the one before it is there."""
        self._busy.add(room)
        try:
            yield
        finally:
            self._busy.discard(room)
            if room in self._open:
                self._open[room].changed.set()

    async def _keep_up(self, room: int, draft: _Draft) -> None:
        clock = asyncio.get_running_loop().time
        not_before = clock()
        try:
            while not draft.is_taken:
                is_new = draft.text != draft.shown and room not in self._busy
                wait = not_before - clock() if is_new else _FORGOTTEN_SECONDS
                if wait > 0:
                    draft.changed.clear()
                    try:
                        async with asyncio.timeout(wait):
                            await draft.changed.wait()
                    except TimeoutError:
                        if not is_new:
                            self.drop(room)
                            return
                    continue
                draft.shown, not_before = draft.text, clock() + self._every
                with contextlib.suppress(*FAILURES):
                    await self._put(room, draft)
            for _ in range(_TRIES):  # a first message that may be there or not must be found
                if draft.message is not None or not draft.is_begun:
                    return
                with contextlib.suppress(*FAILURES):
                    await self._put(room, draft)
        finally:
            draft.ended.set()

    async def _put(self, room: int, draft: _Draft) -> None:
        text = split(draft.shown, LONGEST_TEXT - len(_GOES_ON), lambda one: len(escaped(one)))[0]
        shown = escaped(text) + _GOES_ON
        if draft.message is not None:
            await draft.message.edit(content=shown, allowed_mentions=PINGS)
            return
        channel = self._channel(room)
        if not draft.is_begun:
            draft.is_begun, draft.quoted = True, quote(room, self.asked.get(room))
        sent = await write(channel, shown, nonce=draft.nonce, reference=draft.quoted)
        draft.message = channel.get_partial_message(sent.id)


async def _delete(draft: _Draft) -> None:
    await draft.ended.wait()
    for attempt in range(1, _TRIES + 1):
        if draft.message is None:
            return
        try:
            await draft.message.delete()
        except (discord.NotFound, discord.Forbidden):
            return
        except FAILURES:
            await asyncio.sleep(backoff(attempt, first=0.2))
        else:
            return


def _id(quoted: discord.MessageReference | None) -> int | None:
    return None if quoted is None else quoted.message_id
