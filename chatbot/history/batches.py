"""Gathers what arrives while the database is busy, and hands it over in one go. Knows no SQL.

Many callers share one hop to the thread, one transaction and one fsync; a caller who is alone waits for nobody.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")
LARGEST = 500
"""Works in one batch: a longer one would keep other processes out for too long."""


class Worker:
    """A thread that runs what it is given, in order.

    An executor would do, but its futures and asyncio's around them take half of the time of a hop to a thread and back.
    """

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def give(self, job: Callable[[], None]) -> None:
        """Queue something that raises nothing."""
        self._jobs.put(job)

    def end(self) -> None:
        """Let the thread end behind what it has been given."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


@dataclass(frozen=True, slots=True)
class Failed:
    """What a work of a batch ended in, instead of a result."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Work]):
    """Something to be done: a work for a batch, or a job that runs on its own between two batches."""

    future: "asyncio.Future[Any]"
    work: Work | None = None
    job: Callable[[], Any] | None = None


class Batches(Generic[Work]):
    """Works in the order of their arrival, one batch at a time, on one thread.

    A caller who is cancelled before the batch begins is taken out of it; afterwards the work completes regardless.

    Args:
        worker: runs the batches.
        together: runs a batch and returns what each work came to, in their order.
    """

    def __init__(self, worker: Worker, together: Callable[[Sequence[Work]], Sequence[object]]) -> None:
        self._worker = worker
        self._together = together
        self._loop = asyncio.get_running_loop()
        self._queue: list[_Entry[Work]] = []
        self._busy = False  # a batch runs, or is about to

    def add(self, work: Work) -> "asyncio.Future[Any]":
        """Queue a work; the future has its result, or raises what it raised."""
        return self._add(_Entry(self._loop.create_future(), work=work))

    def alone(self, job: Callable[[], Result]) -> "asyncio.Future[Result]":
        """Queue something that runs on the thread behind all that was queued before, in no batch."""
        return self._add(_Entry(self._loop.create_future(), job=job))

    def _add(self, entry: _Entry[Work]) -> "asyncio.Future[Any]":
        self._queue.append(entry)
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._begin)  # whoever else is ready to run now comes along
        return entry.future

    def _begin(self) -> None:
        """Start the next batch, if any caller is left who wants one."""
        queue = [entry for entry in self._queue if not entry.future.cancelled()]
        size = next((index for index, entry in enumerate(queue) if entry.work is None), len(queue))
        size = min(max(size, 1), LARGEST)  # a job on its own is a batch of one
        batch, self._queue = queue[:size], queue[size:]
        if not batch:
            self._busy = False
            return
        self._worker.give(partial(self._run, batch))

    def _run(self, batch: Sequence[_Entry[Work]]) -> None:
        """Run a batch on the thread."""
        outcomes = self._outcomes(batch)
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._end, batch, outcomes)

    def _outcomes(self, batch: Sequence[_Entry[Work]]) -> Sequence[object]:
        """Return what a batch came to."""
        try:
            if (job := batch[0].job) is not None:
                return [job()]
            return self._together([entry.work for entry in batch if entry.work is not None])
        except BaseException as error:  # whatever it is, somebody waits for it
            return [Failed(error)] * len(batch)

    def _end(self, batch: Sequence[_Entry[Work]], outcomes: Sequence[object]) -> None:
        """Tell each caller, who may want more at once, and then go on."""
        for entry, outcome in zip(batch, outcomes, strict=True):
            if entry.future.cancelled():
                continue
            if isinstance(outcome, Failed):
                entry.future.set_exception(outcome.error)
            else:
                entry.future.set_result(outcome)
        self._loop.call_soon(self._begin)
