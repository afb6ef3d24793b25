"""A bot as the scheduler sees it: a clock that can be moved, jobs as they are stored, and runs that end well or fail."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fake_clock import run

from chatbot.history.records import Scope
from chatbot.messages import Address
from chatbot.plugins.jobs import Job, after_run, put_of, removal_of
from chatbot.plugins.rules import Missed, Once, Rule
from chatbot.plugins.scheduler import Scheduler

START = datetime(2026, 5, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SCOPE = Scope("알림", Address("test", "방"), "u1")


def job(name: str, due: datetime, rule: Rule | None = None) -> Job:
    return Job(name, name, due, rule or Once(due), {}, SCOPE, Missed.ONCE, START)


@dataclass
class World:
    """A clock that can be moved, jobs as they are stored, and what was fired when."""

    moved: timedelta = timedelta(0)
    stored: dict[str, Job] = field(default_factory=dict[str, Job])
    fired: list[tuple[float, Job]] = field(default_factory=list[tuple[float, Job]])
    open: list[Job] = field(default_factory=list[Job])  # fired and not settled
    wrong: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.began = asyncio.get_running_loop().time()
        self.scheduler = Scheduler(self.now, self.fire)

    @property
    def elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self.began

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed) + self.moved

    def fire(self, job: Job) -> None:
        self.fired.append((self.elapsed, job))
        if job.due > self.now():
            self.wrong.append(f"{job.id} was early")
        if job in self.open:
            self.wrong.append(f"{job.id} was fired twice")
        if self.stored.get(job.id) != job:
            self.wrong.append(f"{job.id} is not what is stored")
        self.open.append(job)

    def store(self, job: Job) -> None:
        self.stored[job.id] = job
        self.scheduler.note([put_of(job)])

    def remove(self, job: Job) -> None:
        del self.stored[job.id]
        self.scheduler.note([removal_of(job)])

    def finish(self, job: Job, *, fails: bool) -> None:
        """Run a fired job, as the bot does: look it up, store what becomes of it, settle it."""
        self.open.remove(job)
        if not fails and self.stored.get(job.id) == job:
            runs, going_on = after_run(job, self.now(), UTC)
            if runs and going_on is None:
                self.remove(job)
            elif runs and going_on is not None:
                self.store(going_on)
        self.scheduler.settled(job)


def play(test: Callable[[World], Coroutine[Any, Any, None]]) -> None:
    """Run a test while the scheduler runs."""

    async def whole() -> None:
        world = World()
        running = asyncio.create_task(world.scheduler.run())
        try:
            await test(world)
            assert not running.done()
        finally:
            running.cancel()
            await asyncio.wait({running})
        assert running.cancelled()
        assert world.wrong == []

    run(whole())
