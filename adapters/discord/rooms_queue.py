"""Hands in what happens: in each channel in order, in different channels at the same time. Knows nothing of Discord."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias

Job: TypeAlias = Callable[[], Awaitable[None]]


class RoomsQueue:
    """One queue a channel.

    Nothing of it is stored: what was not handed in when the process ends is fetched again at the next start.

    Attributes:
        failed: settles with the error of a job, which is one that nothing can be done about.
    """

    def __init__(self) -> None:
        self._jobs: dict[int, deque[Job]] = {}
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._holds: set[object] = set()
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def put(self, room: int, job: Job, *, first: bool = False) -> None:
        """Queue a job behind those of its channel, or before them."""
        jobs = self._jobs.setdefault(room, deque())
        if first:
            jobs.appendleft(job)
        else:
            jobs.append(job)
        self._start(room)

    def hold(self, holder: object) -> None:
        """Begin with no further job until the holder releases them."""
        self._holds.add(holder)

    def release(self, holder: object) -> None:
        """Go on, unless somebody else holds the jobs."""
        self._holds.discard(holder)
        for room in tuple(self._jobs):
            self._start(room)

    def fail(self, error: Exception) -> None:
        """End all of this with an error."""
        if not self.failed.done():
            self.failed.set_exception(error)

    async def close(self) -> None:
        """Drop what is not handed in."""
        self._jobs.clear()
        workers = tuple(self._workers.values())
        for worker in workers:
            worker.cancel()
        if workers:
            await asyncio.wait(workers)
        self.failed.cancel()

    def _start(self, room: int) -> None:
        if not self._holds and room not in self._workers:
            self._workers[room] = asyncio.create_task(self._work(room))

    async def _work(self, room: int) -> None:
        jobs = self._jobs.get(room)
        try:
            while jobs and not self._holds:
                await jobs.popleft()()
        except Exception as error:
            self.fail(error)
        finally:
            self._workers.pop(room, None)
            if not jobs and self._jobs.get(room) is jobs:
                self._jobs.pop(room, None)
