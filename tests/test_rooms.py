"""Queues of rooms, one story each: bursts, restarts, giving up, failing, closing, memory."""

import asyncio
import gc
import logging
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest
from fake_clock import run
from rooms_world import MOST_RESTARTS, MOST_TOGETHER, Said, World

from chatbot.rooms import Batch, Rooms


def test_as_many_rooms_are_handled_at_once_as_may_be() -> None:
    async def play() -> None:
        world, begun = World(parallel=3), asyncio.get_running_loop().time()
        for number in range(10):
            world.put(f"방 {number}", Said(number, before=1, after=0))
        await world.idle()
        assert max(one.ended or 0.0 for one in world.runs) - begun == pytest.approx(4)
        assert [one.began - begun for one in world.runs] == pytest.approx([0, 0, 0, 1, 1, 1, 2, 2, 2, 3])
        assert world.wrong == []

    run(play())


def test_a_room_that_never_stops_lets_others_have_their_turn() -> None:
    async def play() -> None:
        world = World(parallel=1)
        for number in range(50):
            world.put("수다", Said(number))
        await asyncio.sleep(0.1)
        for number in range(50, 53):
            world.put(f"방 {number}", Said(number))
        await world.idle()
        assert world.completed[:6] == [(0,), (50,), (51,), (52,), (1,), (2,)]

    run(play())


def test_a_burst_is_handled_together_once_it_is_over() -> None:
    async def play() -> None:
        world, begun = World(window=1.2), asyncio.get_running_loop().time()
        for number in range(3):
            world.put("방", Said(number))
            await asyncio.sleep(1.0)
        await world.idle()
        assert world.completed == [(0, 1, 2)]
        assert world.runs[0].began - begun == pytest.approx(3.2)

    run(play())


@pytest.mark.parametrize("next", [Said(1, speaker=1), Said(1, alone=True)], ids=["another person", "a command"])
def test_what_does_not_join_ends_a_burst_at_once(next: Said) -> None:
    async def play() -> None:
        world, begun = World(window=1.2), asyncio.get_running_loop().time()
        world.put("방", Said(0))
        await asyncio.sleep(0.5)
        world.put("방", next)
        await world.idle()
        assert world.completed == [(0,), (1,)]
        assert world.runs[0].began - begun == pytest.approx(0.5)

    run(play())


def test_what_stands_alone_is_handled_at_once() -> None:
    async def play() -> None:
        world, begun = World(window=60.0), asyncio.get_running_loop().time()
        world.put("방", Said(0, alone=True))
        await world.idle()
        assert world.runs[0].began == begun

    run(play())


def test_a_burst_without_end_is_handled_all_the_same() -> None:
    async def play() -> None:
        world = World(window=1.2, restarts=True)
        for number in range(100):
            world.put("방", Said(number, before=5))
            await asyncio.sleep(1.0)
        assert world.completed[0] == tuple(range(MOST_TOGETHER))
        assert len(world.completed) >= 3
        await world.idle()

    run(play())


def test_somebody_who_goes_on_is_answered_after_three_restarts() -> None:
    async def play() -> None:
        world = World(window=1.2, restarts=True)
        for number in range(8):
            world.put("방", Said(number, before=10))
            await asyncio.sleep(3)
        await world.idle()
        assert [one.batch.starts_over for one in world.runs] == [True] * MOST_RESTARTS + [False] * 5
        assert world.completed == [(0, 1, 2, 3), (4,), (5,), (6,), (7,)]

    run(play())


def test_a_full_batch_does_not_start_over_for_what_it_could_not_take() -> None:
    async def play() -> None:
        world = World(window=1.2, restarts=True)
        for number in range(MOST_TOGETHER):
            world.put("방", Said(number, before=10))
        await asyncio.sleep(3)
        world.put("방", Said(MOST_TOGETHER))
        await world.idle()
        assert [len(one.items) for one in world.runs] == [MOST_TOGETHER, 1]

    run(play())


def test_finished_work_does_not_start_over() -> None:
    """The task is done, but its room has not seen that yet when the next item or an edit comes."""

    async def play(late: Callable[[Rooms[str, int]], None], expected: list[tuple[int, ...]]) -> None:
        handled: list[tuple[int, ...]] = []

        async def handle(_: str, batch: Batch[int]) -> None:
            handled.append(batch.items)
            if batch.items == (1,) and len(handled) == 1:
                asyncio.get_running_loop().call_soon(late, rooms)

        rooms: Rooms[str, int] = Rooms(handle, joins=lambda _, __: True, restarts=True)
        rooms.put("방", 1)
        await asyncio.sleep(1)
        assert handled == expected
        await rooms.close()

    run(play(lambda rooms: rooms.put("방", 2), [(1,), (2,)]))
    run(play(lambda rooms: rooms.change("방", lambda one: one + 10), [(1,)]))
    run(play(lambda rooms: rooms.give_up("방", 1), [(1,)]))


def test_what_failed_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    async def play() -> None:
        world = World()
        world.put("방", Said(0, way="fails"))
        world.put("방", Said(1))
        await world.idle()
        assert world.completed == [(0,), (1,)]

    run(play())
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "a room's work failed: RuntimeError")
    assert record.exc_info is None


def test_work_that_cancels_itself_is_logged_and_the_room_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async def play() -> None:
        handled: list[int] = []

        async def handle(_: str, batch: Batch[int]) -> None:
            handled.extend(batch.items)
            raise asyncio.CancelledError

        rooms: Rooms[str, int] = Rooms(handle)
        rooms.put("방", 1)
        rooms.put("방", 2)
        await asyncio.sleep(1)
        assert handled == [1, 2]
        assert len(rooms) == 0

    run(play())
    assert [record.getMessage() for record in caplog.records] == ["a room's work failed: it cancelled itself"] * 2


def test_giving_up_one_of_a_batch_leaves_the_others_their_answer() -> None:
    async def play() -> None:
        world = World(window=1.2)
        for number in range(3):
            world.put("방", Said(number, before=10))
        await asyncio.sleep(3)
        world.rooms.give_up("방", Said(1, before=10))
        await world.idle()
        assert world.completed == [(0,), (1,), (2,)]
        assert [one.batch.given_up for one in world.runs] == [False, False, True, False]

    run(play())


def test_what_is_given_up_takes_nothing_along_that_came_later() -> None:
    async def play() -> None:
        world = World(window=1.2)
        world.put("방", Said(0))
        world.rooms.give_up("방", Said(0))
        world.put("방", Said(1))
        await world.idle()
        assert [(one.items[0].number, one.batch.given_up) for one in world.runs] == [(0, True), (1, False)]

    run(play())


def test_work_taken_back_that_goes_on_all_the_same_cannot_seal_itself() -> None:
    async def play() -> None:
        world = World(restarts=True)
        world.put("방", Said(0, way="deaf"))
        await asyncio.sleep(0.5)
        world.rooms.change("방", lambda said: replace(said, edits=1))
        await world.idle()
        assert [(one.batch.sealed, one.completed) for one in world.runs] == [(False, False), (True, True)]
        assert [item.edits for one in world.runs for item in one.items] == [0, 1]

    run(play())


def test_how_many_wait_in_a_room() -> None:
    async def play() -> None:
        world = World(window=1.2, restarts=True)
        counts = [world.rooms.waiting("방")]
        for number in range(3):
            world.put("방", Said(number, before=10))
            counts.append(world.rooms.waiting("방"))
            await asyncio.sleep(2)
        assert counts == [0, 1, 2, 3]
        world.rooms.change("방", lambda said: None if said.number else said)
        assert world.rooms.waiting("방") == 1
        assert world.rooms.waiting("다른 방") == 0
        await world.idle()
        assert world.completed == [(0,)]

    run(play())


def test_rooms_that_do_not_exist_can_be_changed_and_given_up() -> None:
    async def play() -> None:
        world = World()
        world.rooms.change("방", lambda _: None)
        world.rooms.give_up("방", Said(0))
        assert len(world.rooms) == 0
        await world.rooms.close()
        world.put("방", Said(1))
        assert len(world.rooms) == 0
        assert world.runs == []

    run(play())


def test_ten_thousand_quiet_rooms_leave_nothing_behind() -> None:
    async def handle(_: int, __: Batch[int]) -> None:
        await asyncio.sleep(0.01)

    async def speak(rooms: Rooms[int, int], first: int) -> None:
        for number in range(first, first + 10_000):
            rooms.put(number, number)
        assert len(rooms) == 10_000
        await asyncio.sleep(60)
        assert len(rooms) == 0

    async def play() -> None:
        rooms: Rooms[int, int] = Rooms(handle, parallel=1000)
        await speak(rooms, 0)  # tables that grow keep their size
        gc.collect()
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        await speak(rooms, 10_000)
        gc.collect()
        after, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak - before > 5_000_000  # it was really measured
        assert after - before < 1_000_000
        assert [one for one in gc.get_objects() if type(one).__module__ == "chatbot.rooms"] == [rooms]

    run(play())
