"""The scheduler under random schedules: nothing early, nothing lost, nothing twice."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from hypothesis import example, given, settings
from hypothesis import strategies as st
from scheduler_world import SECOND, World, job, play

from chatbot.plugins.rules import Every
from chatbot.plugins.scheduler import LONGEST_SLEEP


@dataclass(frozen=True, slots=True)
class Add:
    which: int
    seconds: int
    every: int


@dataclass(frozen=True, slots=True)
class Cancel:
    which: int


@dataclass(frozen=True, slots=True)
class Finish:
    which: int
    fails: bool


@dataclass(frozen=True, slots=True)
class Jump:
    seconds: int
    looks: bool


@dataclass(frozen=True, slots=True)
class Reload:
    pass


Act: TypeAlias = Add | Cancel | Finish | Jump | Reload
ACTS = st.one_of(
    st.builds(Add, st.integers(0, 4), st.integers(-5, 60), st.sampled_from([0, 0, 1, 7, 60])),
    st.builds(Finish, st.integers(0, 4), st.booleans()),
    st.builds(Finish, st.integers(0, 4), st.just(False)),
    st.builds(Cancel, st.integers(0, 4)),
    st.builds(Jump, st.sampled_from([-3600, -30, -1, 1, 30, 3600]), st.booleans()),
    st.just(Reload()),
)
STEPS = st.lists(st.tuples(st.sampled_from([0.0, 0.0, 0.3, 1.0, 5.0, 19.0, 70.0]), ACTS), max_size=30)


def do(world: World, act: Act) -> None:
    match act:
        case Add(which, seconds, every):
            due = world.now().replace(microsecond=0) + seconds * SECOND
            world.store(replace(job(str(which), due, Every(every * SECOND) if every else None)))
        case Cancel(which):
            if str(which) in world.stored:
                world.remove(world.stored[str(which)])
        case Finish(which, fails):
            if which < len(world.open):
                world.finish(world.open[which], fails=fails)
        case Jump(seconds, looks):
            world.moved += seconds * SECOND
            if looks:
                world.scheduler.look()
        case Reload():
            world.scheduler.forget_all()
            world.scheduler.load(list(world.stored.values()))


@settings(max_examples=400, deadline=None)
@given(STEPS)
@example([(0.0, Add(0, 0, 0)), (1.0, Jump(-30, True)), (0.0, Finish(0, False)), (5.0, Reload())])
@example([(0.0, Add(0, 0, 7)), (1.0, Finish(0, True)), (0.0, Jump(-30, False)), (0.3, Reload())])
@example([(0.0, Add(0, 0, 0)), (1.0, Add(0, 5, 0)), (0.0, Cancel(0)), (0.0, Add(0, 5, 0)), (0.0, Finish(0, True))])
def test_nothing_is_early_nothing_is_lost_and_nothing_comes_twice(steps: list[tuple[float, Act]]) -> None:
    async def test(world: World) -> None:
        for seconds, act in steps:
            await asyncio.sleep(seconds)
            do(world, act)
        # From here on every run succeeds: all that is due comes within the longest sleep, once each.
        await asyncio.sleep(400)  # the longest back-off is over
        for one in list(world.open):
            world.finish(one, fails=False)
        fired = len(world.fired)
        await asyncio.sleep(LONGEST_SLEEP)
        open_now = {one.id for one in world.open}
        due, surely_due = (
            {one.id for one in world.stored.values() if one.due <= world.now() - moment}
            for moment in (timedelta(0), SECOND / 100)
        )
        assert surely_due <= open_now <= due
        assert len({one.id for _, one in world.fired[fired:]}) == len(world.fired) - fired
        assert len(world.scheduler) == len(world.stored)

    play(test)
