"""A bot that only listens, for the tests of the Discord adapter: it notes what comes in, and answers when it is told to."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from discord_platform import DiscordPlatform

from adapters.discord import DiscordAdapter
from chatbot.messages import Choice, Event, Incoming, Outgoing

Kind = TypeVar("Kind", bound=Event)
SECONDS = 60.0


class Waiting:
    """A receipt."""

    def __init__(self) -> None:
        self.done = asyncio.Event()

    async def answered(self) -> None:
        await self.done.wait()

    def give_up(self) -> None:
        self.done.set()


class Listener:
    """What came in through an adapter.

    Attributes:
        failures: raised one by one instead of taking events.
    """

    def __init__(self, adapter: DiscordAdapter) -> None:
        self.adapter = adapter
        self.events: list[Event] = []
        self.receipts: dict[str, Waiting] = {}
        self.failures: list[Exception] = []
        self.running: asyncio.Task[None] | None = None

    async def receive(self, event: Event) -> Waiting:
        if self.failures:
            raise self.failures.pop()
        receipt = Waiting()
        if isinstance(event, Incoming):
            if event.id in self.receipts:  # what comes twice is one message, as for the framework
                return self.receipts[event.id]
            self.receipts[event.id] = receipt
        self.events.append(event)
        return receipt

    def heard(self) -> list[str]:
        """Return the texts of all messages that came in."""
        return [one.text for one in self.events if isinstance(one, Incoming)]

    async def next(self, kind: type[Kind], number: int = 1) -> Kind:
        """Wait for the so manieth event of a kind."""
        await until(lambda: len([one for one in self.events if isinstance(one, kind)]) >= number)
        return [one for one in self.events if isinstance(one, kind)][number - 1]

    async def answer(self, to: Incoming, text: str, *choices: str | Choice, nonce: str = "") -> str:
        """Answer a message, as the framework does."""
        shown = tuple(one if isinstance(one, Choice) else Choice(one) for one in choices)
        id = await self.adapter.send(to.address, Outgoing(text, reply_to=to.id, nonce=nonce or to.id, choices=shown))
        self.receipts[to.id].done.set()
        return id


@asynccontextmanager
async def listening(platform: DiscordPlatform, **options: Any) -> AsyncGenerator[Listener]:
    """Run a new adapter, and end it as a program does."""
    listener = Listener(platform.adapter(**options))
    listener.running = asyncio.create_task(listener.adapter.run(listener.receive))
    try:
        await platform.connected()
        yield listener
    finally:
        listener.running.cancel()
        await asyncio.wait({listener.running})
        await listener.adapter.close()
    assert listener.running.cancelled()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something to be so."""
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 (what people see has no event)
            await asyncio.sleep(0.01)


def write(platform: DiscordPlatform, room: str, text: str, **details: object) -> str:
    """Let somebody write while no bot listens."""
    world = platform.server.world
    return world.write(platform.room(room), world.person("하나"), text, **details)["id"]


def tell(
    platform: DiscordPlatform, text: str, *, channel: str | None = None, person: str = "하나", **details: object
) -> None:
    """Let something come over the gateway, in the server's first channel if nowhere else."""
    world = platform.server.world
    channel = channel or world.guild()["channels"][0]["id"]
    author = details.pop("author", None) or world.person(person)
    message = world.write(channel, author, text, **details)  # pyright: ignore[reportArgumentType]
    platform.server.gateway.tell("MESSAGE_CREATE", world.event(message))
