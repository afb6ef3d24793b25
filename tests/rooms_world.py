"""Rooms whose handler keeps a diary, for the tests of rooms."""

import asyncio
from dataclasses import dataclass

from chatbot.rooms import Batch, Rooms

MOST_RESTARTS = 3
MOST_TOGETHER = 20


@dataclass(frozen=True, slots=True)
class Said:
    """An item, and what handling it is like.

    Attributes:
        speaker: items of one speaker join, unless they stand alone.
        before: seconds of work before it seals itself; ``after``: seconds of work behind that.
        way: how it goes.
    """

    number: int
    speaker: int = 0
    alone: bool = False
    before: float = 1.0
    after: float = 0.5
    way: str = "well"  # or "unsealed", "deaf" to being cancelled, or it "fails"
    edits: int = 0


@dataclass(eq=False)
class Run:
    """One run of the handler."""

    room: str
    items: tuple[Said, ...]
    batch: Batch[Said]
    began: float
    ended: float | None = None
    completed: bool = False

    @property
    def is_settled(self) -> bool:
        return self.completed or self.batch.sealed

    def has(self, number: int) -> bool:
        return any(item.number == number for item in self.items)


def joins(one: Said, other: Said) -> bool:
    return one.speaker == other.speaker and not one.alone and not other.alone


class World:
    """Rooms whose handler keeps a diary and notes what should never be."""

    def __init__(self, *, parallel: int = 64, window: float = 0.0, restarts: bool = False) -> None:
        self.rooms: Rooms[str, Said] = Rooms(
            self.handle,
            joins=joins,
            window=window,
            bursts=lambda said: not said.alone,
            restarts=restarts,
            parallel=parallel,
        )
        self.parallel = parallel
        self.window = window
        self.runs: list[Run] = []
        self.wrong: list[str] = []
        self.put_at: dict[int, float] = {}

    @property
    def going(self) -> list[Run]:
        return [one for one in self.runs if one.ended is None]

    @property
    def completed(self) -> list[tuple[int, ...]]:
        return [tuple(item.number for item in one.items) for one in self.runs if one.completed]

    def put(self, room: str, said: Said) -> None:
        self.put_at[said.number] = asyncio.get_running_loop().time()
        self.rooms.put(room, said)

    def is_open(self, number: int) -> bool:
        return not any(one.has(number) and one.is_settled for one in self.runs)

    async def idle(self) -> None:
        for _ in range(10_000):
            if not len(self.rooms):
                return
            await asyncio.sleep(1)
        raise AssertionError("the rooms are never done")

    def handle(self, room: str, batch: Batch[Said]) -> "asyncio.Task[None]":
        """Begin a run; it is in the diary even if it is cancelled before its first step."""
        clock = asyncio.get_running_loop().time
        if any(one.room == room for one in self.going):
            self.wrong.append("a room is handled twice at once")
        if len(self.going) >= self.parallel:
            self.wrong.append("too many rooms are handled")
        this = Run(room, batch.items, batch, clock())
        self.runs.append(this)

        def ended(_: "asyncio.Task[None]") -> None:
            this.ended = clock()

        task = asyncio.create_task(self._handle(this, batch))
        task.add_done_callback(ended)
        return task

    async def _handle(self, this: Run, batch: Batch[Said]) -> None:
        how = batch.items[0]
        try:
            await self._work(batch, how)
            this.completed = not batch.starts_over
            if how.way == "fails":
                raise RuntimeError("비밀")
        except asyncio.CancelledError:
            if batch.sealed:
                self.wrong.append("sealed work was cancelled")
            raise

    async def _work(self, batch: Batch[Said], how: Said) -> None:
        try:
            if not batch.given_up:
                await asyncio.sleep(how.before)
        except asyncio.CancelledError:
            if not batch.given_up and how.way != "deaf":
                raise
        if how.way != "unsealed":
            batch.seal()
        await asyncio.sleep(how.after)
