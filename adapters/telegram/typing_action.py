"""The "typing" line under a chat's name, kept up while an answer is being made. Knows nothing of the answer."""

import asyncio
import contextlib

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from adapters.telegram.background import Background
from adapters.telegram.places import Places
from chatbot.adapter import Receipt
from chatbot.messages import Address

_FIRST_SECONDS = 0.3
"""What is answered sooner than this needs no sign of life."""
_EVERY_SECONDS = 4.0
"""Telegram takes the line away after five. Source: https://core.telegram.org/bots/api#sendchataction."""
_LONGEST_SECONDS = 120.0


class TypingActions:
    """One task a room, as long as its newest message waits for its answer."""

    def __init__(self, bot: Bot, places: Places, background: Background) -> None:
        self._bot = bot
        self._places = places
        self._background = background
        self._newest: dict[Address, Receipt] = {}
        self._touched: set[Address] = set()

    def begin(self, to: Address, receipt: Receipt) -> None:
        """Type in a room until a message that was accepted there is answered."""
        is_typing = to in self._newest
        self._newest[to] = receipt
        if not is_typing:
            self._background.start(self._type(to))

    def touch(self, to: Address) -> None:
        """Show the line once, unless that was just done: something is being written that nobody was seen to ask for."""
        if to not in self._newest and to not in self._touched:
            self._touched.add(to)
            self._background.start(self._touch(to))

    async def _touch(self, to: Address) -> None:
        try:
            await self._act(to)
            await asyncio.sleep(_EVERY_SECONDS)
        finally:
            self._touched.discard(to)

    async def _type(self, to: Address) -> None:
        clock = asyncio.get_running_loop().time
        until, wait = clock() + _LONGEST_SECONDS, _FIRST_SECONDS
        try:
            while True:
                receipt = self._newest[to]
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await receipt.answered()
                        if self._newest[to] is receipt:
                            return
                        wait = _FIRST_SECONDS
                        continue
                if clock() > until or not await self._act(to):
                    return
                wait = _EVERY_SECONDS
        finally:
            del self._newest[to]

    async def _act(self, to: Address) -> bool:
        """Show the line once; return whether it is worth while to go on."""
        place = self._places.find(to)
        if place is None:
            return False
        try:
            await self._bot.send_chat_action(place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id)
        except (RetryAfter, Forbidden, BadRequest, InvalidToken):
            return False
        except TelegramError:
            return True
        return True
