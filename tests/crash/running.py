"""A bot in this process, on a real file, for the tests that break what is around it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from chatbot.adapter import Receipt
from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.voice import Voice
from chatbot.errors import HistoryError
from chatbot.history import History
from chatbot.messages import Address, Incoming
from chatbot.plugins.loader import Discovered
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.registry import Registry
from chatbot.testing import FakeAdapter, FakeEngine


def database(folder: Path) -> Path:
    """Return where the bot of a folder keeps its history."""
    return folder / "chat.sqlite3"


@asynccontextmanager
async def running(
    folder: Path, adapter: FakeAdapter, *, voice: Voice | None = None, plugins: Sequence[Plugin] = ()
) -> AsyncGenerator[Bot]:
    """Run a bot that merges nothing and lets everybody talk as much as they like; shut it down as a program does."""
    settings = Settings.model_validate(
        {
            "rooms": {"merge_window": 0, "replace_unfinished": False},
            "guards": {"person_per_minute": 100_000, "room_per_minute": 100_000},
            "history": {"url": f"sqlite:///{database(folder)}"},
        }
    )
    registry = Registry.of(Discovered.of(*plugins), settings)
    bot = Bot(settings, Persona(name="단비"), voice=voice or FakeEngine(), plugins=registry)
    serving = asyncio.create_task(bot.serve(adapter))
    try:
        await bot.ready()
        await adapter.running.wait()  # what a former bot left is queued by then, ahead of what comes now
        yield bot
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        await bot.close()
    assert serving.cancelled()


class Redelivering:
    """What a platform does with messages that are not taken: it delivers them again, and nothing behind them before.

    Attributes:
        refused: how often that was.
        acknowledged: how many were taken.
    """

    def __init__(self, bot: Bot, adapter: FakeAdapter) -> None:
        self._bot = bot
        self._adapter = adapter
        self.refused = 0
        self.acknowledged = 0

    async def deliver(self, messages: Sequence[Incoming]) -> list[Receipt]:
        """Deliver messages of one room."""
        receipts: list[Receipt] = []
        for message in messages:
            receipts.append(await self._delivered(message))
            self.acknowledged += 1
        return receipts

    async def answered(self, messages: Sequence[Incoming]) -> None:
        """Deliver messages of one room and wait for the answers."""
        for receipt in await self.deliver(messages):
            await receipt.answered()

    async def _delivered(self, message: Incoming) -> Receipt:
        while True:
            try:
                return await self._bot.receive(self._adapter, message)
            except HistoryError:
                self.refused += 1
                await asyncio.sleep(0.05)


async def answered_once(folder: Path, said: Mapping[str, Sequence[str]]) -> None:
    """Make sure that each message of each room has one answer in the history, in order, and nothing is left to do."""
    async with History.open(database(folder), create=False) as history:
        assert await history.unanswered("fake") == []
        assert await history.undelivered("fake") == []
        for room, texts in said.items():
            turns = [row.turn for row in await history.turns(Address("fake", room), 100_000)]
            assert [turn.text for turn in turns if not turn.speaker.is_bot] == list(texts)
            assert [turn.text for turn in turns if turn.speaker.is_bot] == list(texts)
            assert [turn.speaker.is_bot for turn in turns] == [False, True] * len(texts)


def sent_texts(adapter: FakeAdapter) -> dict[str, list[str]]:
    """Return what was sent to each room, in order."""
    rooms: defaultdict[str, list[str]] = defaultdict(list)
    for sent in adapter.sent:
        rooms[sent.to.room].append(sent.message.text)
    return dict(rooms)
