"""Stands in for the bot behind a Telegram adapter: keeps what it is handed, and answers only when it is told to."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from telegram_platform import TelegramPlatform

from adapters.telegram import TelegramAdapter
from chatbot.errors import DatabaseUnavailable
from chatbot.messages import Event, Incoming


class Waiting:
    """A receipt that is settled from outside."""

    def __init__(self) -> None:
        self.done = asyncio.Event()

    async def answered(self) -> None:
        await self.done.wait()

    def give_up(self) -> None:
        self.done.set()


class Listener:
    """The bot's end.

    Attributes:
        events: what was taken.
        receipts: what was given for it.
        refuses: how many of the next events cannot be stored.
        refused: those that could not.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.receipts: list[Waiting] = []
        self.refuses = 0
        self.refused: list[Event] = []

    async def receive(self, event: Event) -> Waiting:
        await asyncio.sleep(0)
        if self.refuses:
            self.refuses -= 1
            self.refused.append(event)
            raise DatabaseUnavailable("쓸 수 없어요.")
        self.events.append(event)
        self.receipts.append(Waiting())
        return self.receipts[-1]

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Incoming)]

    @property
    def last(self) -> Incoming:
        event = self.events[-1]
        assert isinstance(event, Incoming)
        return event


@asynccontextmanager
async def listening(
    platform: TelegramPlatform, listener: Listener | None = None
) -> AsyncGenerator[tuple[TelegramAdapter, Listener]]:
    """Run an adapter until the end of the block."""
    adapter, listener = platform.adapter(), listener or Listener()
    running = asyncio.create_task(adapter.run(listener.receive))
    try:
        await platform.server.until(lambda: running.done() or platform.is_listening)
        if running.done():
            running.result()
        yield adapter, listener
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.wait({running})
    assert running.cancelled()
