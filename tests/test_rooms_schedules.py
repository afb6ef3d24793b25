"""Queues of rooms under random schedules: in order, one at a time, nothing lost and nothing twice, whatever happens when."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from fake_clock import run
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rooms_world import MOST_RESTARTS, Said, World, joins


@dataclass(frozen=True, slots=True)
class Put:
    room: str
    said: Said


@dataclass(frozen=True, slots=True)
class Edit:
    which: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Erase:
    which: int


@dataclass(frozen=True, slots=True)
class GiveUp:
    which: int
    as_put: bool


Step: TypeAlias = tuple[float, int, Put | Edit | Erase | GiveUp]
"""Seconds to wait, turns of the loop to wait on top of that, and what happens then."""

SECONDS = st.sampled_from([0.0, 0.1, 0.5, 1.0, 1.3])
WHICH = st.integers(1, 30)
PUTS = st.builds(
    Put,
    st.sampled_from("가나다"),
    st.builds(
        Said,
        st.just(0),
        speaker=st.integers(0, 1),
        alone=st.sampled_from([False, False, True]),
        before=SECONDS,
        after=SECONDS,
        way=st.sampled_from(["well", "well", "unsealed", "deaf", "fails"]),
    ),
)
ACTS = st.one_of(
    PUTS, PUTS, st.builds(Edit, WHICH, st.booleans()), st.builds(Erase, WHICH), st.builds(GiveUp, WHICH, st.booleans())
)
STEPS = st.lists(st.tuples(st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.2, 1.3, 3.0]), st.integers(0, 3), ACTS), max_size=30)


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of rooms."""

    parallel: int = 64
    window: float = 0.0
    restarts: bool = False

    def world(self) -> World:
        return World(parallel=self.parallel, window=self.window, restarts=self.restarts)


SHAPES = st.builds(Shape, st.sampled_from([1, 2, 64]), st.sampled_from([0.0, 1.2]), st.booleans())


@dataclass
class Schedule:
    """Plays steps, and keeps what each item must have come to."""

    world: World
    latest: dict[int, tuple[str, Said]] = field(default_factory=dict[int, tuple[str, Said]])
    original: dict[int, Said] = field(default_factory=dict[int, Said])
    erased: set[int] = field(default_factory=set[int])
    given_up: set[int] = field(default_factory=set[int])
    upset: int = 0  # how often something else than a put may have made work start over

    async def play(self, steps: Sequence[Step]) -> None:
        for seconds, turns, act in steps:
            if seconds:
                await asyncio.sleep(seconds)
            for _ in range(turns):
                await asyncio.sleep(0)
            self.do(act)

    def do(self, act: Put | Edit | Erase | GiveUp) -> None:
        if isinstance(act, Put):
            said = replace(act.said, number=len(self.latest) + 1)
            self.latest[said.number] = act.room, said
            self.original[said.number] = said
            self.world.put(act.room, said)
            return
        which = act.which % (len(self.latest) + 1)
        if not which or which in self.erased:
            return
        room, said = self.latest[which]
        is_open = self.world.is_open(which)
        self.upset += 1
        if isinstance(act, GiveUp):
            self.world.rooms.give_up(room, self.original[which] if act.as_put else said)
            if is_open:
                self.given_up.add(which)
            return
        new = replace(said, alone=act.alone, edits=said.edits + 1) if isinstance(act, Edit) else None
        self.world.rooms.change(room, lambda one: new if one.number == which else one)
        if is_open and new is None:
            self.erased.add(which)
        elif is_open and new is not None:
            self.latest[which] = room, new

    def check(self) -> None:
        """Check all that must hold at any time."""
        world = self.world
        assert world.wrong == []
        times = Counter(number for numbers in world.completed for number in numbers)
        assert set(times.values()) <= {1}
        assert not set(times) & self.erased
        for room in "가나다":
            done = [item.number for one in world.runs if one.room == room and one.completed for item in one.items]
            assert done == sorted(done)
        for one in world.runs:
            for before, after in zip(one.items, one.items[1:], strict=False):
                assert joins(before, after)
                assert self.came_together(before, after) or self.came_while_at_work(before, after)
            if one.completed:
                assert all(self.latest[item.number] == (one.room, item) for item in one.items)
                assert {item.number in self.given_up for item in one.items} == {one.batch.given_up}
        for number in self.latest:
            taken_back = sum(one.has(number) and one.batch.starts_over for one in world.runs)
            assert taken_back <= MOST_RESTARTS + self.upset

    def came_together(self, before: Said, after: Said) -> bool:
        gap = self.world.put_at[after.number] - self.world.put_at[before.number]
        return bool(self.world.window) and gap <= self.world.window

    def came_while_at_work(self, before: Said, after: Said) -> bool:
        put = self.world.put_at[after.number]
        return any(
            one.has(before.number) and not one.has(after.number) and one.began <= put <= (one.ended or put)
            for one in self.world.runs
        )


@settings(max_examples=400, deadline=None)
@given(SHAPES, STEPS)
@example(Shape(window=1.2), [(0.0, 0, Put("가", Said(0))), (0.0, 0, GiveUp(1, True)), (0.1, 0, Put("가", Said(0)))])
@example(Shape(), [(0.0, 0, Put("가", Said(0))), (0.0, 1, GiveUp(1, True))])
@example(Shape(), [(0.0, 0, Put("가", Said(0))), (0.5, 0, GiveUp(1, True)), (0.0, 0, Edit(1, False))])
@example(Shape(), [(0.0, 0, Put("가", Said(0))), (0.0, 1, GiveUp(1, True)), (0.0, 1, Erase(1))])
@example(Shape(), [(0.0, 0, Put("가", Said(0))), (0.1, 0, Edit(1, False)), (0.1, 0, GiveUp(1, True))])
@example(Shape(restarts=True), [(0.0, 0, Put("가", Said(0))), (0.5, 0, Erase(1)), (0.0, 0, Put("가", Said(0)))])
def test_everything_is_handled_once_and_in_order(shape: Shape, steps: list[Step]) -> None:
    async def play() -> None:
        schedule = Schedule(shape.world())
        await schedule.play(steps)
        await schedule.world.idle()
        schedule.check()
        done = {number for numbers in schedule.world.completed for number in numbers}
        assert done == set(schedule.latest) - schedule.erased
        assert [schedule.world.rooms.waiting(room) for room in "가나다"] == [0, 0, 0]

    run(play())


@settings(max_examples=200, deadline=None)
@given(SHAPES, STEPS, SECONDS, STEPS)
def test_after_closing_nothing_runs(shape: Shape, steps: list[Step], grace: float, late: list[Step]) -> None:
    async def play() -> None:
        schedule = Schedule(shape.world())
        await schedule.play(steps)
        going = schedule.world.going
        sealed = [one for one in going if one.batch.sealed]
        closing = asyncio.create_task(schedule.world.rooms.close(grace))
        await asyncio.sleep(0)
        begun, erased = len(schedule.world.runs), len(schedule.erased)
        for _, _, act in late:
            schedule.do(act)
        await closing
        assert len(schedule.world.rooms) == 0
        assert schedule.world.going == []
        assert all(one.completed for one in sealed)
        assert len(asyncio.all_tasks()) == 1  # this one
        await asyncio.sleep(3600)
        assert len(schedule.world.runs) == begun
        assert erased <= len(schedule.erased)
        schedule.check()
        await schedule.world.rooms.close()

    run(play())
