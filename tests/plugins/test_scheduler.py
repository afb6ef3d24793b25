"""The scheduler: what is fired when, whatever is added, cancelled, or done to the clock."""

import asyncio
import time as stopwatch
from dataclasses import replace
from datetime import timedelta

from scheduler_world import SCOPE, SECOND, START, World, job, play

from chatbot.history.records import Put
from chatbot.messages import Address
from chatbot.plugins.jobs import put_of
from chatbot.plugins.rules import Every
from chatbot.plugins.scheduler import LONGEST_SLEEP


def test_a_job_is_fired_when_it_is_due_and_not_before() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + 30 * SECOND))
        await asyncio.sleep(29.9)
        assert world.fired == []
        await asyncio.sleep(0.2)
        assert [(round(at, 3), one.id) for at, one in world.fired] == [(30.0, "물")]
        await asyncio.sleep(1000)
        assert len(world.fired) == 1
        assert len(world.scheduler) == 1

    play(test)


def test_jobs_are_fired_in_the_order_of_their_due_times() -> None:
    async def test(world: World) -> None:
        jobs = [job(str(number), START + number * SECOND) for number in (5, 3, 9, 1, 3600)]
        world.stored = {one.id: one for one in jobs}
        world.scheduler.load(jobs)
        await asyncio.sleep(60)
        assert [one.id for _, one in world.fired] == ["1", "3", "5", "9"]

    play(test)


def test_a_repeated_job_goes_on_once_its_run_is_noted() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + 10 * SECOND, Every(10 * SECOND)))
        await asyncio.sleep(0.5)
        for number in range(1, 6):
            await asyncio.sleep(10)
            assert [round(at) for at, _ in world.fired] == [10 * one for one in range(1, number + 1)]
            world.finish(world.open[0], fails=False)

    play(test)


def test_a_fired_job_waits_for_its_run_however_long_that_takes() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + SECOND, Every(SECOND)))
        await asyncio.sleep(500)
        assert len(world.fired) == 1
        world.store(replace(world.open[0], payload={"text": "바뀜"}))  # what it says changed, not when
        world.scheduler.look()
        await asyncio.sleep(500)
        assert len(world.fired) == 1
        world.open.clear()
        world.scheduler.settled(world.fired[0][1])
        await asyncio.sleep(2)
        assert [one.payload for _, one in world.fired] == [{}, {"text": "바뀜"}]

    play(test)


def test_a_job_whose_run_failed_is_fired_again_later_and_ever_later() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + SECOND))
        await asyncio.sleep(1)
        for number in range(8):
            await asyncio.sleep(0.1)
            failed_at = world.elapsed
            world.finish(world.open[0], fails=True)
            await asyncio.sleep(2**number)
            assert 0.5 * 2**number <= world.fired[-1][0] - failed_at <= 2**number
        world.finish(world.open[0], fails=False)
        await asyncio.sleep(10_000)
        assert len(world.fired) == 9
        assert len(world.scheduler) == 0

    play(test)


def test_a_cancelled_job_is_not_fired() -> None:
    async def test(world: World) -> None:
        soon, fired = job("물", START + 30 * SECOND), job("약", START + SECOND, Every(SECOND))
        world.store(soon)
        world.store(fired)
        await asyncio.sleep(10)
        world.remove(soon)
        world.remove(fired)
        world.finish(fired, fails=False)
        await asyncio.sleep(100)
        assert [one.id for _, one in world.fired] == ["약"]
        assert len(world.scheduler) == 0

    play(test)


def test_a_job_that_is_put_off_while_its_run_waits_comes_at_its_new_time() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + SECOND))
        await asyncio.sleep(5)
        world.store(job("물", START + 60 * SECOND))
        world.finish(world.open[0], fails=True)  # it finds that it is due at another time
        await asyncio.sleep(50)
        assert len(world.fired) == 1
        await asyncio.sleep(10)
        assert [round(at) for at, _ in world.fired] == [1, 60]

    play(test)


def test_a_run_that_ends_after_the_next_one_was_fired_is_not_taken_for_that() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + SECOND))
        await asyncio.sleep(2)
        world.store(job("물", START + 5 * SECOND))
        await asyncio.sleep(5)
        first, _ = world.open
        world.finish(first, fails=True)
        await asyncio.sleep(1000)
        assert [round(at) for at, _ in world.fired] == [1, 5]
        world.finish(world.open[0], fails=True)
        await asyncio.sleep(2)
        assert len(world.fired) == 3

    play(test)


def test_a_failed_job_that_is_gone_is_not_fired_again() -> None:
    async def test(world: World) -> None:
        for name in ("물", "약"):
            world.store(job(name, START + SECOND))
        await asyncio.sleep(2)
        for one in list(world.open):
            world.finish(one, fails=True)
        world.remove(world.stored["물"])
        await asyncio.sleep(2)
        assert [one.id for one in world.open] == ["약"]
        world.finish(world.open[0], fails=True)
        world.scheduler.forget_all()
        await asyncio.sleep(1000)
        assert len(world.fired) == 3

    play(test)


def test_a_run_that_succeeds_makes_up_for_the_failures_before() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + SECOND, Every(timedelta(hours=1))))
        for fails in (True, True, True, True, True, True, False):
            await asyncio.sleep(100)
            world.finish(world.open[0], fails=fails)
        await asyncio.sleep(3600)
        world.finish(world.open[0], fails=True)
        await asyncio.sleep(1)
        assert len(world.open) == 1

    play(test)


def test_a_job_that_was_removed_and_made_again_is_another_one() -> None:
    async def test(world: World) -> None:
        made = job("물", START + SECOND)
        world.store(made)
        await asyncio.sleep(2)
        world.open.clear()
        world.remove(made)
        world.store(made)
        await asyncio.sleep(1)
        assert world.open == [made]

    play(test)


def test_a_clock_that_is_put_forward_is_noticed_within_twenty_seconds() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + timedelta(days=3)))
        await asyncio.sleep(100)
        world.moved = timedelta(days=4)
        await asyncio.sleep(LONGEST_SLEEP)
        assert len(world.fired) == 1

    play(test)


def test_a_clock_that_is_put_back_is_followed() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + 10 * SECOND))
        await asyncio.sleep(5)
        world.moved = -timedelta(hours=1)
        await asyncio.sleep(3600)
        assert world.fired == []
        await asyncio.sleep(6)
        assert len(world.fired) == 1

    play(test)


def test_a_job_that_was_fired_or_failed_before_the_clock_was_put_back_is_not_early() -> None:
    async def test(world: World) -> None:
        fired, failed = job("물", START + SECOND), job("약", START + SECOND)
        world.store(fired)
        world.store(failed)
        await asyncio.sleep(2)
        world.finish(failed, fails=True)
        world.moved = -timedelta(hours=1)
        world.finish(fired, fails=False)
        await asyncio.sleep(3500)
        assert len(world.fired) == 2
        await asyncio.sleep(200)
        assert len(world.fired) == 4

    play(test)


def test_to_look_is_to_notice_at_once() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + timedelta(days=3)))
        await asyncio.sleep(1)
        world.moved = timedelta(days=3)
        world.scheduler.look()
        await asyncio.sleep(0.01)
        assert len(world.fired) == 1

    play(test)


def test_other_values_are_passed_over_and_unreadable_jobs_are_dropped() -> None:
    async def test(world: World) -> None:
        due = job("물", START + 5 * SECOND)
        world.scheduler.note([Put(SCOPE, "facts", {"name": "물"}), Put(SCOPE, "job:없음", None)])
        assert len(world.scheduler) == 0
        world.scheduler.note([put_of(due), Put(SCOPE, due.key, {"name": "물"})])
        assert len(world.scheduler) == 0
        await asyncio.sleep(10)
        assert world.fired == []

    play(test)


def test_after_all_was_forgotten_only_what_is_loaded_is_fired() -> None:
    async def test(world: World) -> None:
        jobs = [job(name, START + 5 * SECOND) for name in ("물", "약")]
        fired = job("밥", START + SECOND)
        for one in (*jobs, fired):
            world.store(one)
        await asyncio.sleep(2)
        world.scheduler.forget_all()
        assert len(world.scheduler) == 0
        world.scheduler.load([jobs[0], fired])
        await asyncio.sleep(10)
        assert [one.id for _, one in world.fired] == ["밥", "물"]  # 밥 still runs
        world.finish(fired, fails=False)
        assert len(world.scheduler) == 1

    play(test)


def test_a_run_that_ends_after_its_job_was_loaded_anew_changes_nothing() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + SECOND))
        await asyncio.sleep(2)
        world.scheduler.forget_all()
        for due in (START + 60 * SECOND, START + 61 * SECOND):
            world.scheduler.forget_all()
            world.stored["물"] = job("물", due)
            world.scheduler.load(world.stored.values())
            world.finish(world.open[0], fails=False)
            world.moved = timedelta(minutes=1)  # it is due already
            await asyncio.sleep(1000)
        assert [one.due for _, one in world.fired] == [START + one * SECOND for one in (1, 60, 61)]

    play(test)


def test_what_was_noted_is_newer_than_what_was_read_before() -> None:
    async def test(world: World) -> None:
        world.store(job("물", START + 60 * SECOND))
        world.scheduler.load([job("물", START + SECOND)])
        await asyncio.sleep(50)
        assert world.fired == []

    play(test)


def test_a_hundred_thousand_jobs_load_fast_and_cost_nothing_until_they_are_due() -> None:
    async def test(world: World) -> None:
        rooms = [replace(SCOPE, address=Address("test", str(number % 1000))) for number in range(100_000)]
        jobs = [
            replace(job(str(number), START + timedelta(days=1, seconds=number * 7919 % 100_000)), scope=scope)
            for number, scope in enumerate(rooms)
        ]
        began = stopwatch.perf_counter()
        world.scheduler.load(jobs)
        loading = stopwatch.perf_counter() - began
        began = stopwatch.perf_counter()
        await asyncio.sleep(23 * 3600)  # the clock is looked at four thousand times
        waiting = stopwatch.perf_counter() - began
        assert len(world.scheduler) == 100_000
        assert world.fired == []
        assert loading < 2  # 0.4 s on one slow core
        assert waiting < 5

    play(test)


def test_others_get_their_turn_while_very_many_jobs_are_fired() -> None:
    async def test(world: World) -> None:
        jobs = [job(str(number), START) for number in range(1000)]
        world.stored = {one.id: one for one in jobs}
        world.scheduler.load(jobs)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert 0 < len(world.fired) < 1000
        await asyncio.sleep(1)
        assert len(world.fired) == 1000

    play(test)


def test_jobs_that_come_and_go_leave_nothing_behind() -> None:
    async def test(world: World) -> None:
        for number in range(20_000):
            one = job(str(number % 10), START + timedelta(days=1, seconds=number))
            world.store(one)
            if number % 3 == 0:
                world.remove(one)
        held = world.scheduler._due.heap  # pyright: ignore[reportPrivateUsage]
        assert len(held) < 2000
        assert len(world.scheduler) == len(world.stored)

    play(test)
