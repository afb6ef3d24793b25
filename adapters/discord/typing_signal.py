"""The sign that the bot is typing, kept up while an answer is being made. Knows nothing of the answer."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from adapters.discord.failures import FAILURES
from chatbot.adapter import Receipt

_FIRST_SECONDS = 0.4
"""What is answered sooner needs no sign of life."""
_EVERY_SECONDS = 8.0
"""Discord takes the sign away after ten. Source: https://discord.com/developers/docs/resources/channel."""
_LONGEST_SECONDS = 120.0


class TypingSignal:
    """One task a channel, as long as its newest message waits for its answer.

    Args:
        show: shows the sign in a channel, once.
    """

    def __init__(self, show: Callable[[int], Awaitable[None]], start: Callable[[Awaitable[None]], None]) -> None:
        self._show = show
        self._start = start
        self._newest: dict[int, Receipt] = {}

    def begin(self, room: int, receipt: Receipt) -> None:
        """Type in a channel until a message that was accepted there is answered."""
        is_typing = room in self._newest
        self._newest[room] = receipt
        if not is_typing:
            self._start(self._type(room))

    async def _type(self, room: int) -> None:
        clock = asyncio.get_running_loop().time
        until, wait = clock() + _LONGEST_SECONDS, _FIRST_SECONDS
        try:
            while clock() < until:
                receipt = self._newest[room]
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await receipt.answered()
                        if self._newest[room] is receipt:
                            return
                        wait = _FIRST_SECONDS
                        continue
                try:
                    await self._show(room)
                except FAILURES:  # a sign of life is not worth a second try
                    return
                wait = _EVERY_SECONDS
        finally:
            del self._newest[room]
