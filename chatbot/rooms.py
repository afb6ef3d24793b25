"""One ordered queue a room, rooms in parallel. Knows nothing of storage, models or platforms; what it queues is opaque.

A room has a worker while something waits in it, and costs nothing when it is quiet. What comes in a burst is handled
together, and what comes while its predecessor is still being worked on may join it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")

_log = logging.getLogger(__name__)
_RESTARTS = 3
"""How often newer items may make their predecessors start over: somebody who never stops typing is answered, too."""
_MOST = 20
"""How many items are handled together at most, for the same reason."""


class Batch(Generic[Item]):
    """What is handled at once: one item, or the items of a burst, oldest first.

    Attributes:
        sealed: whether the work is past the point where it could be taken back.
        given_up: whether nobody waits for the outcome any more; the task that handles it is cancelled when that happens.
        restarts: how often the work was begun before.
        starts_over: whether the work is taken back: cancelled, and to be begun anew with what its items became.
    """

    def __init__(self, items: tuple[Item, ...], *, given_up: bool = False, restarts: int = 0) -> None:
        self.items = items
        self.sealed = False
        self.given_up = given_up
        self.restarts = restarts
        self.starts_over = False

    def seal(self) -> None:
        """Let nothing cancel the work from here on.

        Raises:
            CancelledError: it was taken back already, and something in it swallowed its being cancelled.
        """
        if self.starts_over:
            raise asyncio.CancelledError
        self.sealed = True


@dataclass(slots=True, eq=False)
class _Entry(Generic[Item]):
    put: Item  # what it is known by, whatever it was changed to
    item: Item
    arrived: float
    joined: bool = False  # made the one before it start over, and belongs to it however far apart they came
    given_up: bool = False
    restarts: int = 0

    def is_of(self, item: Item) -> bool:
        return item in (self.put, self.item)


@dataclass(slots=True, eq=False)
class _Work(Generic[Item]):
    entries: list[_Entry[Item]]
    batch: Batch[Item]
    task: asyncio.Future[None]

    @property
    def can_be_taken_back(self) -> bool:
        # What is done stands in its room until the worker's turn comes; what was cancelled may be about to begin again.
        is_done = self.task.done() and not self.task.cancelled()
        return not (self.batch.sealed or self.batch.starts_over or is_done)


class _Room(Generic[Item]):
    __slots__ = ("changed", "waiting", "work", "worker")

    def __init__(self) -> None:
        self.waiting: deque[_Entry[Item]] = deque()
        self.changed = asyncio.Event()
        self.work: _Work[Item] | None = None
        self.worker: asyncio.Task[None] | None = None


class Rooms(Generic[Key, Item]):
    """Queues, by key.

    Args:
        handle: does the work of a batch. It answers for its own errors: what it raises is logged, and the room goes on.
        joins: whether an item belongs to the one before it, if they come in a burst.
        window: seconds of silence that end a burst; 0 handles every item alone and at once.
        bursts: whether an item may be the beginning of a burst, so that what comes after it is waited for.
        restarts: whether an item that joins the one being handled makes it start over, with both.
        parallel: how many rooms are handled at the same time.
    """

    def __init__(
        self,
        handle: Callable[[Key, Batch[Item]], Awaitable[None]],
        *,
        joins: Callable[[Item, Item], bool] = lambda _, __: False,
        window: float = 0.0,
        bursts: Callable[[Item], bool] = lambda _: True,
        restarts: bool = False,
        parallel: int = 64,
    ) -> None:
        self._handle = handle
        self._joins = joins
        self._window = window
        self._bursts = bursts
        self._restarts = restarts
        self._slots = asyncio.Semaphore(parallel)
        self._rooms: dict[Key, _Room[Item]] = {}
        self._closed = False

    def __len__(self) -> int:
        """Return how many rooms have something to do."""
        return len(self._rooms)

    def waiting(self, key: Key) -> int:
        """Return how many items of a room wait or are being handled."""
        room = self._rooms.get(key)
        if room is None:
            return 0
        work = room.work
        return len(room.waiting) + (0 if work is None or work.batch.starts_over else len(work.entries))

    def put(self, key: Key, item: Item) -> None:
        """Queue an item behind the others of its room. After ``close`` it is not handled any more."""
        if self._closed:
            return
        entry = _Entry(item, item, asyncio.get_running_loop().time())
        room = self._rooms.get(key)
        if room is None:
            room = self._rooms[key] = _Room()
            room.worker = asyncio.create_task(self._work(key, room))
        elif room.work is not None and not room.waiting and self._may_start_over(room.work, item):
            entry.joined = True
            self._start_over(room, room.work, room.work.entries)
        room.waiting.append(entry)
        room.changed.set()

    def change(self, key: Key, change: Callable[[Item], Item | None]) -> None:
        """Put ``change(item)`` in the place of each item of a room; ``None`` takes it out.

        A batch at work that changes starts over, unless it is sealed.
        """
        room = self._rooms.get(key)
        if room is None:
            return
        for entry in tuple(room.waiting):
            if not _change(entry, change(entry.item)):
                room.waiting.remove(entry)
        work = room.work
        if work is not None and work.can_be_taken_back:
            changed = [change(entry.item) for entry in work.entries]
            if changed != [entry.item for entry in work.entries]:
                pairs = zip(work.entries, changed, strict=True)
                self._start_over(room, work, [entry for entry, item in pairs if _change(entry, item)])
        room.changed.set()

    def give_up(self, key: Key, item: Item) -> None:
        """Mark an item, as it was put or is now, as given up: it is handled without the others of its batch.

        Work on it is cancelled, and finds its batch given up; where others are in the batch, it starts over without it.
        """
        room = self._rooms.get(key)
        if room is None:
            return
        for entry in room.waiting:
            entry.given_up = entry.given_up or entry.is_of(item)
        work = room.work
        if work is not None and work.can_be_taken_back and not work.batch.given_up:
            for entry in work.entries:
                entry.given_up = entry.is_of(item)
            work.batch.given_up = all(entry.given_up for entry in work.entries)
            if work.batch.given_up:
                work.task.cancel()
            elif any(entry.given_up for entry in work.entries):
                self._start_over(room, work, work.entries)
        room.changed.set()

    async def close(self, grace: float = 0.0) -> None:
        """Take nothing more, wait ``grace`` seconds for what is being handled, cancel the rest; sealed work is awaited."""
        self._closed = True
        for room in self._rooms.values():
            room.waiting.clear()
            room.changed.set()
        tasks = {room.work.task for room in self._rooms.values() if room.work is not None}
        if tasks and grace:
            await asyncio.wait(tasks, timeout=grace)
        for room in self._rooms.values():
            if room.work is not None and not room.work.batch.sealed:
                room.work.task.cancel()
        if workers := {room.worker for room in self._rooms.values() if room.worker is not None}:
            await asyncio.wait(workers)

    async def _work(self, key: Key, room: _Room[Item]) -> None:
        try:
            while room.waiting:
                await self._burst_ends(room)
                if not room.waiting:
                    continue
                async with self._slots:
                    await self._handle_next(key, room)
        finally:
            del self._rooms[key]

    async def _handle_next(self, key: Key, room: _Room[Item]) -> None:
        if not room.waiting:  # what waited was taken out, or the rooms were closed, before there was a slot
            return
        entries = [room.waiting.popleft() for _ in range(self._burst(room))]
        was_given_up = entries[0].given_up
        batch = Batch(
            tuple(entry.item for entry in entries),
            given_up=was_given_up,
            restarts=max(entry.restarts for entry in entries),
        )
        room.work = _Work(entries, batch, asyncio.ensure_future(self._handle(key, batch)))
        await asyncio.wait({room.work.task})
        task, room.work = room.work.task, None
        if not task.cancelled():
            if (error := task.exception()) is not None:
                _log.error("a room's work failed: %s", type(error).__name__)
        elif batch.given_up and not was_given_up and not batch.starts_over and not self._closed:
            room.waiting.extendleft(reversed(entries))  # it ended before it could see why, or did not look: now it will
        elif not batch.starts_over and not self._closed:
            _log.error("a room's work failed: it cancelled itself")

    async def _burst_ends(self, room: _Room[Item]) -> None:
        """Wait until nothing can join the burst at the head of the queue any more."""
        if not self._window:
            return
        loop = asyncio.get_running_loop()
        while room.waiting:
            end = self._burst(room)
            last = room.waiting[end - 1]
            if end < len(room.waiting) or end == _MOST or last.given_up or not self._bursts(last.item):
                return
            left = last.arrived + self._window - loop.time()
            if left <= 0:
                return
            room.changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await room.changed.wait()

    def _burst(self, room: _Room[Item]) -> int:
        """Return how many entries at the head of the queue belong together."""
        end = 1
        for before, after in pairwise(islice(room.waiting, _MOST)):
            if not self._belongs(before, after):
                break
            end += 1
        return end

    def _belongs(self, before: _Entry[Item], after: _Entry[Item]) -> bool:
        if before.given_up is not after.given_up or not self._joins(before.item, after.item):
            return False
        return after.joined or (self._window > 0 and after.arrived - before.arrived <= self._window)

    def _may_start_over(self, work: _Work[Item], item: Item) -> bool:
        batch = work.batch
        return (
            self._restarts
            and work.can_be_taken_back
            and not batch.given_up
            and batch.restarts < _RESTARTS
            and len(work.entries) < _MOST
            and self._joins(work.entries[-1].item, item)
        )

    def _start_over(self, room: _Room[Item], work: _Work[Item], entries: Sequence[_Entry[Item]]) -> None:
        """Take work back. What is left of it waits again, ahead of all others, until the worker has seen the end."""
        work.batch.starts_over = True
        work.task.cancel()
        if self._closed:
            return
        for entry in entries:
            entry.restarts = work.batch.restarts + 1
        room.waiting.extendleft(reversed(entries))


def _change(entry: _Entry[Item], item: Item | None) -> bool:
    """Change an entry; say whether there is anything left of it."""
    if item is not None:
        entry.item = item
    return item is not None
