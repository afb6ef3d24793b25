"""Work that no process came to the end of is counted, wherever the process died."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import pytest

from chatbot.attempts import Attempts
from chatbot.errors import HistoryError
from chatbot.history import History
from chatbot.history.records import Json, Put, Scope
from chatbot.messages import Address

ROOM = Scope("", Address("fake", "방"))


@pytest.fixture
async def history(tmp_path: Path) -> AsyncGenerator[History]:
    """An empty history."""
    async with History.open(tmp_path / "chat.sqlite3") as opened:
        yield opened


async def begun(history: History, work: str, place: Scope = ROOM, queue: str = "") -> bool:
    """Begin work in a new process, as it were, which dies over it; say whether it is the last time."""
    ends = list[bool]()
    with suppress(ZeroDivisionError):
        async with Attempts(history).begin(place, work, queue) as attempt:
            ends.append(attempt.is_last)
            raise ZeroDivisionError
    return ends[0]


async def test_the_third_time_is_the_last_one(history: History, caplog: pytest.LogCaptureFixture) -> None:
    assert [await begun(history, "message 5") for _ in range(4)] == [False, False, True, True]
    assert caplog.messages == [
        "message 5 was begun 3 times by processes that died",
        "message 5 was begun 4 times by processes that died",
    ]


async def test_in_one_process_it_counts_once(history: History) -> None:
    attempts = Attempts(history)
    for _ in range(5):
        with suppress(ZeroDivisionError):
            async with attempts.begin(ROOM, "message 5") as attempt:
                assert not attempt.is_last
                raise ZeroDivisionError
    assert not await begun(history, "message 5")


async def test_what_was_done_leaves_nothing(history: History) -> None:
    attempts = Attempts(history)
    for _ in range(5):
        async with attempts.begin(ROOM, "message 5") as attempt:
            assert not attempt.is_last
            await history.put(attempt.done)
        assert await history.items(ROOM) == {}


async def test_other_work_of_a_room_begins_its_own_count_and_so_do_other_places(history: History) -> None:
    other = Scope("", Address("fake", "옆방"))
    for _ in range(2):
        assert not await begun(history, "message 5")
        assert not await begun(history, "message 6")
    assert not await begun(history, "가 1", Scope(""), "가")
    assert not await begun(history, "나 1", Scope(""), "나")
    assert not await begun(history, "가 1", Scope(""), "가")
    assert not await begun(history, "나 1", Scope(""), "나")
    assert await begun(history, "가 1", Scope(""), "가")
    assert not await begun(history, "message 5", other)


async def test_what_a_process_died_over_is_gone_about_alone(history: History) -> None:
    """Else what happens to be under way beside it would be blamed as well."""
    places = [Scope("", Address("fake", f"{number}")) for number in range(5)]
    under_way, most = 0, list[int]()

    async def work(attempts: Attempts, place: Scope) -> None:
        nonlocal under_way
        async with attempts.begin(place, "message"):
            under_way += 1
            most.append(under_way)
            await asyncio.sleep(0.01)
            under_way -= 1

    for expected in (5, 1):
        attempts = Attempts(history)
        await asyncio.gather(*(work(attempts, place) for place in places))
        assert max(most) == expected
        most.clear()


async def test_what_is_stored_otherwise_counts_nothing(history: History) -> None:
    values: list[Json] = ["message 5", ["message 5"], ["message 5", "many"], [1, 2], {"message 5": 9}]
    for value in values:
        await history.put(Put(ROOM, "attempts", value))
        assert not await begun(history, "message 5")


async def test_a_database_that_cannot_be_written_stops_nothing(
    history: History, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise HistoryError("full")

    monkeypatch.setattr(history, "put", fail)
    assert [await begun(history, "message 5") for _ in range(4)] == [False] * 4
    assert "cannot be counted: HistoryError" in caplog.text
