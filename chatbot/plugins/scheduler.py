"""Fires jobs when they are due. Knows nothing of rooms, of storage, or of what a job does.

Jobs lie in a heap by due time, so that a hundred thousand of them cost nothing while none is due.
"""

import asyncio
import heapq
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Generic, TypeAlias, TypeVar

from chatbot.backoff import backoff
from chatbot.history.records import JOB, Put, Scope
from chatbot.plugins.jobs import Job, job_of

LONGEST_SLEEP = 20.0
"""Seconds after which the clock is looked at again: it may have been moved meanwhile."""
_AT_ONCE = 100  # jobs fired before others get their turn on the loop
_MOST_STALE = 1000

_Ref: TypeAlias = tuple[str | None, ...]
"""What a job is stored under, as plain strings: hashing a scope takes five times as long."""
When = TypeVar("When", datetime, float)


class Scheduler:
    """The jobs that are to run, each fired when it is due.

    A fired job stays out until its run is stored, which ``note`` hears of, or is ``settled`` without that. Whoever runs one
    looks it up in storage first: it may be gone, or due at another time by then, and ``note`` is to be told what is there.

    Args:
        now: the time, zone-aware.
        fire: takes a job that is due. It must not block.
    """

    def __init__(self, now: Callable[[], datetime], fire: Callable[[Job], None]) -> None:
        self._now = now
        self._fire = fire
        self._jobs: dict[_Ref, Job] = {}
        self._fired: dict[_Ref, datetime] = {}  # for which due time
        self._failures: dict[_Ref, int] = {}
        self._due = _Line[datetime]()
        self._again = _Line[float]()  # by the loop's clock, which nobody puts back
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        """How many jobs there are, fired ones too."""
        return len(self._jobs)

    def load(self, jobs: Iterable[Job]) -> None:
        """Add jobs that were read from storage. What was noted of one since then is newer, and stays."""
        new = {ref: job for ref, job in ((_ref(job.scope, job.key), job) for job in jobs) if ref not in self._jobs}
        self._jobs |= new
        self._due.extend((job.due, ref) for ref, job in new.items() if self._fired.get(ref) != job.due)
        self._changed.set()

    def note(self, puts: Iterable[Put]) -> None:
        """Take over what was stored: jobs that are new, changed, or gone; other values are passed over."""
        for put in puts:
            if put.key.startswith(JOB):
                job = job_of(put.scope, put.key, put.value)
                self._replace(_ref(put.scope, put.key), job)
                self._changed.set()

    def forget_all(self) -> None:
        """Drop every job: what is to be fired is loaded anew. One that was fired is not fired for the same time again."""
        self._jobs.clear()
        self._failures.clear()
        self._due.clear()
        self._again.clear()

    def settled(self, job: Job) -> None:
        """Note that the run of a fired job is over. If nothing was noted of it, it failed, and is fired again later."""
        ref = _ref(job.scope, job.key)
        if self._fired.get(ref) != job.due:
            return
        del self._fired[ref]
        current = self._jobs.get(ref)
        if current is None or current.due != job.due:  # it was loaded anew meanwhile
            return
        failures = self._failures[ref] = self._failures.get(ref, 0) + 1
        self._again.put(asyncio.get_running_loop().time() + backoff(failures), ref)
        self._changed.set()

    def look(self) -> None:
        """Look at the clock again, which was moved."""
        self._changed.set()

    async def run(self) -> None:
        """Fire what is due, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self._changed.clear()
            for number in count(1):
                job = self._next(loop.time())
                if job is None:
                    break
                self._fire(job)
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0)
            due, again = self._due.first(), self._again.first()
            until_due = math.inf if due is None else (due - self._now()).total_seconds()
            until_again = math.inf if again is None else again - loop.time()
            try:
                async with asyncio.timeout(max(0.0, min(until_due, until_again, LONGEST_SLEEP))):
                    await self._changed.wait()
            except TimeoutError:
                pass

    def _next(self, loop_time: float) -> Job | None:
        """Take the next job that is to be fired now out of its line; it counts as fired."""
        now = self._now().astimezone(UTC)
        ref = self._due.pop_until(now)
        while ref is None:
            ref = self._again.pop_until(loop_time)
            if ref is None:
                return None
            if self._jobs[ref].due > now:  # the clock was put back since it was fired
                self._due.put(self._jobs[ref].due, ref)
                ref = None
        self._fired[ref] = self._jobs[ref].due
        return self._jobs[ref]

    def _replace(self, ref: _Ref, job: Job | None) -> None:
        """Put a job in the place of the one that was there. While that is fired, it waits if it has the same due time."""
        self._failures.pop(ref, None)
        self._due.remove(ref)
        self._again.remove(ref)
        if job is None:
            self._jobs.pop(ref, None)
            self._fired.pop(ref, None)
        else:
            self._jobs[ref] = job
            if self._fired.get(ref) != job.due:
                self._fired.pop(ref, None)
                self._due.put(job.due, ref)


@dataclass(slots=True, init=False)
class _Line(Generic[When]):
    """Whose turn is when. What is removed stays in the heap until it comes to the top, or too much of it is stale."""

    heap: list[tuple[When, int, _Ref]]
    places: dict[_Ref, int]
    number: "count[int]"

    def __init__(self) -> None:
        self.heap = []
        self.places = {}
        self.number = count()

    def put(self, when: When, ref: _Ref) -> None:
        """Put one in line; it loses the place that it had."""
        heapq.heappush(self.heap, self._entry(when, ref))
        self._tidy()

    def extend(self, new: Iterable[tuple[When, _Ref]]) -> None:
        """Put many in line at once, in linear time."""
        self.heap += [self._entry(when, ref) for when, ref in new]
        heapq.heapify(self.heap)

    def remove(self, ref: _Ref) -> None:
        """Take one out of the line, if it is in it."""
        if self.places.pop(ref, None) is not None:
            self._tidy()

    def clear(self) -> None:
        """Take out all."""
        self.heap.clear()
        self.places.clear()

    def first(self) -> When | None:
        """Return when it is somebody's turn next."""
        while self.heap and self._is_stale(self.heap[0]):
            heapq.heappop(self.heap)
        return self.heap[0][0] if self.heap else None

    def pop_until(self, now: When) -> _Ref | None:
        """Take out the first whose turn has come, and return it."""
        when = self.first()
        if when is None or when > now:
            return None
        _, _, ref = heapq.heappop(self.heap)
        del self.places[ref]
        return ref

    def _entry(self, when: When, ref: _Ref) -> tuple[When, int, _Ref]:
        number = self.places[ref] = next(self.number)
        return when, number, ref

    def _is_stale(self, entry: tuple[When, int, _Ref]) -> bool:
        return self.places.get(entry[2]) != entry[1]

    def _tidy(self) -> None:
        if len(self.heap) > 2 * len(self.places) + _MOST_STALE:
            self.heap = [entry for entry in self.heap if not self._is_stale(entry)]
            heapq.heapify(self.heap)


def _ref(scope: Scope, key: str) -> _Ref:
    address = scope.address
    if address is None:
        return scope.plugin, scope.adapter, None, scope.speaker_id, key
    return scope.plugin, address.adapter, address.room, scope.speaker_id, key
