"""A platform in memory that misbehaves as real ones do: twice, out of order, late, "too many requests", gone."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

from chatbot.adapter import Receive
from chatbot.errors import DeliveryError, HistoryError, MessageRefused, RoomGone, TooManyRequests
from chatbot.messages import Address, Event, Incoming, Outgoing, Speaker

_A_WHILE = 0.01
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, as chances from 0 to 1 unless said otherwise. The default is a platform that works.

    Attributes:
        duplicate: an event is delivered once more, a little later.
        reorder: an event is held back until the next one of any room was delivered, or none comes for a while.
        delay: seconds that delivering and sending take at most.
        too_many: a sending is refused, and all others to its room for ``retry_after`` seconds.
        fail: a sending fails, nothing is sent.
        fail_after: a message is sent, and then the connection breaks: the bot cannot know.
        gone: rooms that cannot be sent to any more.
        refused: texts that the platform will not take.
        seed: makes the same things go wrong again.
    """

    duplicate: float = 0.0
    reorder: float = 0.0
    delay: float = 0.0
    too_many: float = 0.0
    retry_after: float = 0.05
    fail: float = 0.0
    fail_after: float = 0.0
    gone: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that reached the platform."""

    to: Address
    message: Outgoing
    id: str


class FakeAdapter:
    """A platform in memory.

    Args:
        faults: what goes wrong.
        on_sent: is told of each message that reached the platform.

    Attributes:
        sent: what reached the platform so far, in order.
        attempts: how often something was to be sent.
        running: set while the bot listens.
    """

    def __init__(
        self, faults: Faults | None = None, name: str = "fake", on_sent: Callable[[Sent], None] | None = None
    ) -> None:
        self.name = name
        self._faults = faults or Faults()
        self._chance = random.Random(self._faults.seed)
        self._on_sent = on_sent
        self.sent: list[Sent] = []
        self.attempts = 0
        self.running = asyncio.Event()
        self._events: deque[Event] = deque()
        self._happened = asyncio.Event()
        self._ids = count(1)
        self._changed = asyncio.Event()
        self._closed_until: dict[Address, float] = {}

    def texts(self, room: str = "방") -> list[str]:
        """Return what was sent to a room, in order."""
        return [one.message.text for one in self.sent if one.to.room == room]

    def make(self, text: str, room: str = "방", speaker: str = "하나", **details: Any) -> Incoming:
        """Return a message that somebody could write; ``details`` are other fields of ``Incoming``."""
        details.setdefault("id", f"{next(self._ids)}")
        return Incoming(Address(self.name, room), speaker=Speaker(speaker, speaker), text=text, **details)

    def say(self, text: str, room: str = "방", speaker: str = "하나", **details: Any) -> Incoming:
        """Let somebody write a message; the arguments are those of ``make``."""
        message = self.make(text, room, speaker, **details)
        self.happen(message)
        return message

    def happen(self, event: Event) -> None:
        """Let something happen: an edit, a deletion, a message made elsewhere."""
        self._events.append(event)
        self._happened.set()

    async def replies(self, number: int, room: str = "방", seconds: float = 10.0) -> list[str]:
        """Wait until ``number`` messages were sent to a room; return all of its messages.

        Raises:
            TimeoutError: they did not come.
        """
        async with asyncio.timeout(seconds):
            while len(self.texts(room)) < number:
                self._changed.clear()
                await self._changed.wait()
        return self.texts(room)

    async def run(self, receive: Receive) -> None:
        """Deliver what happens, with the faults. What the bot did not acknowledge is delivered again, here or later."""
        again: set[asyncio.Task[None]] = set()
        passed_over: Event | None = None
        self.running.set()
        try:
            while True:
                await self._come(1)
                event = self._events[0]
                if event is not passed_over and self._hits(self._faults.reorder):
                    with suppress(TimeoutError):
                        async with asyncio.timeout(max(self._faults.delay, _A_WHILE)):
                            await self._come(2)
                        passed_over, event = event, self._events[1]
                await self._late()
                await self._deliver(receive, event)
                self._events.remove(event)
                if self._hits(self._faults.duplicate):
                    task = asyncio.create_task(self._once_more(receive, event))
                    again.add(task)
                    task.add_done_callback(again.discard)
        finally:
            self.running.clear()
            if again:
                for task in tuple(again):
                    task.cancel()
                await asyncio.wait(again)

    async def send(self, to: Address, message: Outgoing) -> str:
        """Take a message, or misbehave."""
        self.attempts += 1
        await self._late()
        if to.room in self._faults.gone:
            raise RoomGone("the bot was blocked")
        if message.text in self._faults.refused:
            raise MessageRefused("never")
        now = asyncio.get_running_loop().time()
        if self._hits(self._faults.too_many) and now >= self._closed_until.get(to, now):
            self._closed_until[to] = now + self._faults.retry_after
        if now < self._closed_until.get(to, now):
            raise TooManyRequests("later", self._closed_until[to] - now)
        if self._hits(self._faults.fail):
            raise DeliveryError("no network")
        sent = Sent(to, message, f"sent-{len(self.sent) + 1}")
        self.sent.append(sent)
        if self._on_sent is not None:
            self._on_sent(sent)
        self._changed.set()
        if self._hits(self._faults.fail_after):
            raise ConnectionResetError
        return sent.id

    async def _come(self, number: int) -> None:
        """Wait until so many events are there to be delivered."""
        while len(self._events) < number:
            self._happened.clear()
            await self._happened.wait()

    async def _deliver(self, receive: Receive, event: Event) -> None:
        while True:
            try:
                await receive(event)
            except HistoryError:
                await asyncio.sleep(_A_WHILE)
            else:
                return

    async def _once_more(self, receive: Receive, event: Event) -> None:
        await asyncio.sleep(self._chance.random() * max(self._faults.delay, _A_WHILE))
        await self._deliver(receive, event)

    async def _late(self) -> None:
        if self._faults.delay:
            await asyncio.sleep(self._chance.random() * self._faults.delay)

    def _hits(self, chance: float) -> bool:
        return chance > 0 and self._chance.random() < chance
