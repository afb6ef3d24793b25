"""Replies while they are being written: one message a room, edited as they grow. Knows nothing of what comes of them.

Only where one person is: a group takes twenty messages a minute, edits counted, and a draft would have to quote what it
answers before anybody has said what that is. What Telegram refuses is not tried again: the whole reply follows anyway.
"""

import asyncio
from dataclasses import dataclass, field

from telegram import Bot, LinkPreviewOptions
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from adapters.telegram.background import Background
from adapters.telegram.failures import wait_of
from adapters.telegram.lengths import LONGEST_TEXT, messages_of
from adapters.telegram.places import Place, Places
from chatbot.backoff import backoff
from chatbot.messages import Address

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GOES_ON = " …"
_EVERY_SECONDS = 1.0
"""A chat takes about one message a second, and edits count. Source: https://core.telegram.org/bots/faq."""
_TRIES = 10
_FORGOTTEN_SECONDS = 60.0
"""A draft that neither grows nor is sent was given up: it is taken back."""


@dataclass(slots=True, eq=False)
class _Draft:
    text: str = ""
    shown: str = ""
    message_id: int | None = None
    is_taken: bool = False
    not_before: float = 0.0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None


class Drafts:
    """The replies that are being written."""

    def __init__(self, bot: Bot, places: Places, background: Background) -> None:
        self._bot = bot
        self._places = places
        self._background = background
        self._open: dict[Address, _Draft] = {}
        self._waits: set[Address] = set()

    def show(self, to: Address, text: str) -> None:
        """Show a reply so far, as soon as may be; not while another is being sent, which it would get in between."""
        if to in self._waits:
            return
        draft = self._open.get(to)
        if draft is None:
            draft = self._open[to] = _Draft()
            draft.task = self._background.start(self._keep_up(to, draft))
        draft.text = text
        draft.changed.set()

    async def make_way(self, to: Address) -> int | None:
        """Show nothing in a room until ``done``; return the message that its reply stands in so far."""
        self._waits.add(to)
        return await self._take(to)

    def done(self, to: Address) -> None:
        """Show replies in a room again."""
        self._waits.discard(to)

    async def _take(self, to: Address) -> int | None:
        """Return the message of a draft, and leave it alone from now on."""
        draft = self._open.pop(to, None)
        if draft is None or draft.task is None:
            return None
        draft.is_taken = True
        draft.changed.set()
        await asyncio.wait({draft.task})  # a first message that is on its way has no id yet
        return draft.message_id

    def drop(self, to: Address) -> None:
        """Take a reply back: what it answered is not all there is to answer any more."""
        if to in self._open:
            self._background.start(self._take_back(to))

    def remove(self, to: Address, message_id: int) -> None:
        """Delete the message of a draft that nothing came of."""
        self._background.start(self._remove(to, message_id))

    async def _take_back(self, to: Address) -> None:
        message_id = await self._take(to)
        if message_id is not None:
            await self._remove(to, message_id)

    async def _remove(self, to: Address, message_id: int) -> None:
        place = self._places.find(to)
        for attempt in range(1, _TRIES + 1):
            if place is None:
                return
            try:
                await self._bot.delete_message(place.chat_id, message_id)
            except (BadRequest, Forbidden):  # somebody was quicker
                return
            except TelegramError as error:
                await asyncio.sleep(
                    wait_of(error) if isinstance(error, RetryAfter) else backoff(attempt, first=0.3, longest=10.0)
                )
            else:
                return

    async def _keep_up(self, to: Address, draft: _Draft) -> None:
        place = self._places.find(to)
        clock = asyncio.get_running_loop().time
        while place is not None and not draft.is_taken:
            wait = draft.not_before - clock() if draft.text != draft.shown else _FORGOTTEN_SECONDS
            if wait > 0:
                draft.changed.clear()
                try:
                    async with asyncio.timeout(wait):
                        await draft.changed.wait()
                except TimeoutError:
                    if draft.text == draft.shown:
                        self.drop(to)
                        return
                continue
            text = draft.text
            try:
                await self._put(place, draft, text)
            except RetryAfter as error:
                draft.not_before = clock() + wait_of(error)
                continue
            except BadRequest:
                pass
            except TelegramError:  # it is unknown whether it came through: a second first message would be one too many
                return
            draft.shown = text
            draft.not_before = clock() + _EVERY_SECONDS

    async def _put(self, place: Place, draft: _Draft, text: str) -> None:
        parts = messages_of(text, LONGEST_TEXT - len(_GOES_ON))
        if not parts:
            return
        shown = parts[0] + _GOES_ON
        if draft.message_id is not None:
            await self._bot.edit_message_text(shown, place.chat_id, draft.message_id, link_preview_options=NO_PREVIEW)
            return
        message = await self._bot.send_message(
            place.chat_id, shown, message_thread_id=place.thread_id, link_preview_options=NO_PREVIEW
        )
        draft.message_id = message.message_id
