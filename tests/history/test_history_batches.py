"""Calls made at the same time share a transaction, and none of them notices the others."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, text

from chatbot.errors import DatabaseUnavailable, HistoryError
from chatbot.history import Commit, History, batches
from chatbot.history.batches import Batches, Failed, Worker
from chatbot.history.database import Database
from chatbot.history.location import locate
from chatbot.messages import Address, Incoming, Speaker, Turn

ROOM = Address("test", "방")
MINSU = Speaker("u1", "민수")


class Gate:
    """Runs numbers as works, when it is let: it notes each batch and fails the negative ones."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.ran: list[list[int]] = []

    def together(self, works: Sequence[int]) -> list[object]:
        self.open.wait(10)
        self.ran.append(list(works))
        return [Failed(ValueError(str(work))) if work < 0 else work * 2 for work in works]


@contextmanager
def working() -> Generator[Worker]:
    worker = Worker("test")
    yield worker
    worker.end()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 99), st.booleans()), max_size=40))
async def test_each_caller_gets_its_own_result_and_the_cancelled_ones_are_left_out(
    calls: list[tuple[int, bool]],
) -> None:
    gate = Gate()
    with working() as worker:
        queue = Batches[int](worker, gate.together)
        first = queue.add(7)
        await asyncio.sleep(0)  # its batch runs now, and waits at the gate
        futures = [queue.add(number) for number, _ in calls]
        for future, (_, cancelled) in zip(futures, calls, strict=True):
            if cancelled:
                future.cancel()
        gate.open.set()
        assert await first == 14
        results = await asyncio.gather(*futures, return_exceptions=True)
    for result, (number, cancelled) in zip(results, calls, strict=True):
        if cancelled:
            assert isinstance(result, asyncio.CancelledError)
        elif number < 0:
            assert isinstance(result, ValueError)
        else:
            assert result == number * 2
    kept = [number for number, cancelled in calls if not cancelled]
    assert gate.ran == ([[7], kept] if kept else [[7]])


async def test_a_caller_cancelled_once_its_batch_runs_changes_nothing_of_it() -> None:
    gate = Gate()
    with working() as worker:
        queue = Batches[int](worker, gate.together)
        futures = [queue.add(number) for number in (1, 2, 3)]
        await asyncio.sleep(0)
        futures[1].cancel()
        gate.open.set()
        assert [await futures[0], await futures[2]] == [2, 6]
    assert gate.ran == [[1, 2, 3]]


async def test_a_batch_is_bounded_and_what_runs_alone_keeps_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGEST", 3)
    gate = Gate()
    gate.open.set()

    def job() -> str:
        gate.ran.append([-1])
        return "alone"

    with working() as worker:
        queue = Batches[int](worker, gate.together)
        before = [queue.add(number) for number in range(5)]
        alone = queue.alone(job)
        after = queue.add(9)
        assert await alone == "alone"
        assert [await future for future in (*before, after)] == [0, 2, 4, 6, 8, 18]
    assert gate.ran == [[0, 1, 2], [3, 4], [-1], [9]]


async def test_what_runs_alone_may_fail() -> None:
    def job() -> None:
        raise DatabaseUnavailable("안 돼요")

    with working() as worker:
        queue = Batches[int](worker, Gate().together)
        with pytest.raises(DatabaseUnavailable):
            await queue.alone(job)


def opened(file: Path) -> Database:
    database = Database(locate(file), busy_seconds=0.2)
    database.prepare(create=True)
    return database


def insert(name: str) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(
            text("INSERT INTO speakers (adapter, platform_id, is_bot, name) VALUES ('test', :name, false, '')"),
            {"name": name},
        )
        return connection.execute(text("SELECT count(*) FROM speakers")).scalar_one()

    return work


def fail(connection: Connection) -> int:
    connection.execute(
        text("INSERT INTO speakers (adapter, platform_id, is_bot, name) VALUES ('test', 'x', false, '')")
    )
    raise HistoryError("내 탓")


def test_only_the_work_that_fails_fails_and_leaves_nothing(tmp_path: Path) -> None:
    database = opened(tmp_path / "a.sqlite3")
    refused = insert("a")  # a second time: unique
    first, second, failed, again, last = database.write_all([insert("a"), insert("b"), fail, refused, insert("c")])
    assert (first, second, last) == (1, 2, 3)
    assert isinstance(failed, Failed)
    assert str(failed.error) == "내 탓"
    assert isinstance(again, Failed)
    assert isinstance(again.error, HistoryError)
    names = database.read(lambda connection: connection.execute(text("SELECT platform_id FROM speakers")).all())
    assert [name for (name,) in names] == ["a", "b", "c"]
    database.close()


def test_a_batch_that_cannot_begin_fails_everybody_after_one_wait(tmp_path: Path) -> None:
    database = opened(tmp_path / "a.sqlite3")
    blocker = sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    outcomes = database.write_all([insert(str(number)) for number in range(200)])  # 40 seconds if each waited
    assert all(isinstance(one, Failed) and isinstance(one.error, DatabaseUnavailable) for one in outcomes)
    blocker.close()
    assert database.write_all([insert("a"), insert("b")]) == [1, 2]
    database.close()


def test_a_commit_that_fails_fails_everybody(tmp_path: Path) -> None:
    database = opened(tmp_path / "a.sqlite3")

    def postpone_refusal(connection: Connection) -> None:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(
            text("INSERT INTO conversations (room_id, begun_at) VALUES (99, '2026-01-01 00:00:00.000000')")
        )

    outcomes = database.write_all([insert("a"), postpone_refusal, insert("b")])
    assert all(isinstance(one, Failed) and isinstance(one.error, HistoryError) for one in outcomes)
    count = database.read(lambda connection: connection.execute(text("SELECT count(*) FROM speakers")).scalar())
    assert count == 0
    database.close()


async def test_calls_at_once_are_stored_in_the_order_of_calling_and_share_commits(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    async with History.open(file) as history:
        await history.add_turn(ROOM, Turn(MINSU, "처음"))
        commits: list[Connection] = []
        note = commits.append
        event.listen(Engine, "commit", note)
        ids = await asyncio.gather(*(history.add_turn(ROOM, Turn(MINSU, str(number))) for number in range(100)))
        assert ids == sorted(ids)
        event.remove(Engine, "commit", note)
        assert len(commits) == 1
        stored = [turn.turn.text for turn in await history.turns(ROOM, 200)]
    assert stored == ["처음", *map(str, range(100))]


async def test_one_call_that_is_refused_among_many_does_not_touch_the_others(history: History) -> None:
    wrong = Commit(ROOM, turns=(), replaces=1)
    results = await asyncio.gather(
        *(history.accept(Incoming(ROOM, str(number), MINSU, "말")) for number in range(20)),
        history.commit(wrong),
        *(history.add_turn(ROOM, Turn(MINSU, str(number))) for number in range(20)),
        return_exceptions=True,
    )
    assert [number for number, result in enumerate(results) if isinstance(result, BaseException)] == [20]
    assert isinstance(results[20], ValueError)
    assert [one.message.id for one in await history.unanswered("test")] == [str(number) for number in range(20)]
    assert len(await history.turns(ROOM)) == 20


async def test_closing_waits_for_what_is_queued(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    async with History.open(file) as history:
        writing = [asyncio.create_task(history.add_turn(ROOM, Turn(MINSU, str(number)))) for number in range(30)]
        reading = [asyncio.create_task(history.turns(ROOM)) for _ in range(5)]
        rooms = asyncio.create_task(history.rooms())
        await asyncio.sleep(0)
    assert len(await asyncio.gather(*writing)) == 30
    assert all(len(turns) in range(31) for turns in await asyncio.gather(*reading))
    assert len(await rooms) < 2
    async with History.open(file) as history:
        assert len(await history.turns(ROOM, 100)) == 30


async def test_another_process_that_writes_for_long_only_delays(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    async with History.open(file) as history:
        blocker = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        blocker.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(1.5, blocker.close)
        await asyncio.gather(*(history.add_turn(ROOM, Turn(MINSU, str(number))) for number in range(10)))
        assert len(await history.turns(ROOM)) == 10
