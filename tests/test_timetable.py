"""Of several processes one runs what plugins declare by the clock, and another takes over when it is gone."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot import Plugin
from chatbot.history import History
from chatbot.history.records import Scope
from chatbot.messages import Address
from chatbot.plugins.jobs import Job, new_job, put_of, removal_of
from chatbot.plugins.prepared import Only, Prepared
from chatbot.plugins.rules import Every, Once
from chatbot.timetable import Timetable

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Process:
    """A process that has opened the history."""

    def __init__(self, history: History, clock: Clock) -> None:
        self.history = history
        self.fired: list[str] = []
        self.timetable = Timetable(history, clock, self._fire)

    def _fire(self, job: Job) -> None:
        self.fired.append(f"{job.scope.plugin} {job.name} {job.due:%H:%M}")


@asynccontextmanager
async def process(file: Path, clock: Clock, *plugins: Plugin) -> AsyncGenerator[Process]:
    """Open the history as another process would, and take on what plugins declare."""
    async with AsyncExitStack() as closing:
        history = await closing.enter_async_context(History.open(file))
        one = Process(history, clock)
        one.timetable.take_schedules(Prepared(Only(plugins)), closing)
        running = asyncio.create_task(one.timetable.run())
        try:
            await asyncio.sleep(0.1)
            yield one
        finally:
            running.cancel()
            await asyncio.wait({running})


def hourly(name: str = "청소", period: timedelta = HOUR) -> Plugin:
    plugin = Plugin(name)

    @plugin.every(period)
    def sweep() -> None: ...  # pyright: ignore[reportUnusedFunction]

    return plugin


async def pass_time(clock: Clock, *processes: Process, time: timedelta = HOUR) -> None:
    clock.now += time
    for one in processes:
        one.timetable.look()
    await asyncio.sleep(0.05)


async def test_one_process_runs_them_and_the_next_one_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot.timetable._CLAIM_AGAIN_SECONDS", 0.05)
    file, clock = tmp_path / "chat.sqlite3", Clock()
    async with AsyncExitStack() as second_open:
        async with process(file, clock, hourly()) as first:
            second = await second_open.enter_async_context(process(file, clock, hourly()))
            await pass_time(clock, first, second)
            assert (first.fired, second.fired) == (["청소 sweep 10:00"], [])
        await asyncio.sleep(0.3)
        await pass_time(clock, second)
        assert second.fired == ["청소 sweep 10:00"]  # its outcome was stored by nobody


async def test_what_is_declared_no_more_is_gone_and_what_changed_begins_anew(tmp_path: Path) -> None:
    file, clock = tmp_path / "chat.sqlite3", Clock()
    async with process(file, clock, hourly("가"), hourly("나"), hourly("다")) as one:
        assert len(one.timetable) == 3
    nothing = Plugin("나")
    async with process(file, clock, hourly("가"), nothing, hourly("다", 2 * HOUR)) as one:
        await pass_time(clock, one)
        assert one.fired == ["가 sweep 10:00"]
        await pass_time(clock, one)
        assert one.fired == ["가 sweep 10:00", "다 sweep 11:00"]


async def test_the_last_schedule_that_goes_is_not_run_any_more(tmp_path: Path) -> None:
    file, clock = tmp_path / "chat.sqlite3", Clock()
    async with AsyncExitStack() as closing, process(file, clock, hourly()) as one:
        one.timetable.take_schedules(Prepared(Only((Plugin("청소"),))), closing)
        await asyncio.sleep(0.1)
        await pass_time(clock, one)
        assert one.fired == []
        assert len(one.timetable) == 0
    async with process(file, clock, hourly()) as one:
        await pass_time(clock, one, time=timedelta(minutes=59))
        assert one.fired == []  # it begins anew


async def test_a_swap_takes_effect_at_once(tmp_path: Path) -> None:
    file, clock = tmp_path / "chat.sqlite3", Clock()
    async with AsyncExitStack() as closing, process(file, clock, hourly("가")) as one:
        one.timetable.take_schedules(Prepared(Only((hourly("가"), hourly("나")))), closing)
        await asyncio.sleep(0.3)
        await pass_time(clock, one)
        assert sorted(one.fired) == ["가 sweep 10:00", "나 sweep 10:00"]
        await closing.aclose()


async def test_the_jobs_of_a_room_are_taken_on_with_it(tmp_path: Path) -> None:
    file, clock = tmp_path / "chat.sqlite3", Clock()
    async with process(file, clock) as one:
        for adapter, room in (("a", "1"), ("a", "2"), ("b", "1")):
            scope = Scope("알림", Address(adapter, room), "하나")
            await one.history.put(put_of(new_job(f"{adapter}{room}", Once(NOW + HOUR), scope, now=NOW, zone=UTC)))
        await one.timetable.take_rooms("a", "1")
        assert len(one.timetable) == 1
        await one.timetable.take_rooms("a")
        await one.timetable.take_rooms("a")  # twice is fine
        await pass_time(clock, one)
        assert sorted(one.fired) == ["알림 a1 10:00", "알림 a2 10:00"]


async def test_what_is_stored_later_is_taken_on_and_what_is_removed_goes(tmp_path: Path) -> None:
    clock = Clock()
    async with process(tmp_path / "chat.sqlite3", clock) as one:
        job = new_job("물", Every(HOUR), Scope("알림", Address("a", "1"), "하나"), now=NOW, zone=UTC)
        one.timetable.note((put_of(job),))
        assert len(one.timetable) == 1
        await pass_time(clock, one)
        assert one.fired == ["알림 물 10:00"]
        one.timetable.note((removal_of(job),))
        await pass_time(clock, one)
        assert one.fired == ["알림 물 10:00"]
        assert len(one.timetable) == 0
