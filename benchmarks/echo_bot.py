"""The whole bot, with a voice that gives back what it hears: what is left is the framework's own time.

    python -m benchmarks.echo_bot URL [--rooms 1000] [--messages 10]

Guards, safety checks and commands look at every message; what arrives, what is answered and that it was sent are each
on the disk before the next step. Only waiting is turned off: no merging of messages, no rate limits, no busy notices.
Ends with one JSON line.
"""

import argparse
import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count

from benchmarks.history import ADAPTER
from benchmarks.load import TEXTS, at_once
from chatbot.adapter import Receive
from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.talk import Talk
from chatbot.dialogue.voice import Reply, Show
from chatbot.garbage import search_less
from chatbot.messages import Address, Incoming, Outgoing, Speaker
from chatbot.testing.fake_engine import FakeEngine

_MANY = 100_000


class Echo(FakeEngine):
    """Gives back what it hears, and does not remember it: that memory would be measured, too."""

    async def reply(self, talk: Talk, show: Show | None = None) -> Reply:
        """Return the message."""
        self.heard.clear()
        return await super().reply(talk, show)


class Platform:
    """A platform in memory that takes no time, where anybody may talk at any moment.

    Attributes:
        sent_at: when it was last handed a message, on the clock of ``time.perf_counter``.
    """

    name = ADAPTER

    def __init__(self) -> None:
        self.sent_at = 0.0
        self._ids = count(1)
        self._receive: asyncio.Future[Receive] = asyncio.get_running_loop().create_future()

    async def run(self, receive: Receive) -> None:
        """Be there until cancelled."""
        self._receive.set_result(receive)
        await asyncio.Event().wait()

    async def send(self, to: Address, message: Outgoing) -> str:
        """Take a message."""
        self.sent_at = time.perf_counter()
        return f"sent {next(self._ids)}"

    async def say(self, room: str, text: str) -> None:
        """Let the person of a room write something; return when it is answered and the answer marked as sent."""
        receive = await self._receive
        message = Incoming(Address(self.name, room), f"said {next(self._ids)}", Speaker(f"사람 {room}", "하나"), text)
        receipt = await receive(message)
        await receipt.answered()


@asynccontextmanager
async def echoing(url: str) -> AsyncGenerator[Platform]:
    """Run the bot on a database, and yield the platform where it can be talked to."""
    settings = Settings.model_validate(
        {
            "history": {"url": url},
            "rooms": {"merge_window": 0, "busy_after": _MANY},
            "guards": {"person_per_minute": _MANY, "room_per_minute": _MANY},
        }
    )
    bot = Bot(settings, Persona(name="단비"), voice=Echo())
    platform = Platform()
    serving = asyncio.create_task(bot.serve(platform))
    try:
        await bot.ready()
        yield platform
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        await bot.close()


async def measure(url: str, rooms: int, messages: int) -> dict[str, float]:
    """Return how fast the bot answers many rooms at once, from the first message received to the last marked as sent."""
    async with echoing(url) as platform:
        for text in TEXTS:  # whatever is loaded or compiled with the first messages is by now
            await platform.say("처음", text)
        search_less()
        return await at_once(platform.say, rooms, messages)


async def one_room(platform: Platform, room: str, messages: int) -> list[tuple[float, float]]:
    """Say things in one room, one after the other; return the seconds until each was answered, and until it was all done."""
    times: list[tuple[float, float]] = []
    for number in range(messages):
        started = time.perf_counter()
        await platform.say(room, f"{number}번째 말이에요. 오늘 날씨가 참 좋네요!")
        times.append((platform.sent_at - started, time.perf_counter() - started))
    return times


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rooms", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=10, help="messages a room")
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(measure(arguments.url, arguments.rooms, arguments.messages))))


if __name__ == "__main__":
    main()
