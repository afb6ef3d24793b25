"""Killed processes and processes side by side, as real processes."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from chatbot.history import History
from chatbot.messages import Address

WRITER = """
import asyncio, sys
from chatbot.history import History
from chatbot.messages import Address, Speaker, Turn

async def main(file, room, count):
    async with History.open(file) as history:
        for number in range(count):
            await history.add_turn(Address("test", room), Turn(Speaker(room), f"{room} {number}"))
            print(number, flush=True)

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


ANSWERER = """
import asyncio, sys
from chatbot.history import Commit, History
from chatbot.messages import Address, Incoming, Outgoing, Source, Speaker, Turn

PERSON, BOT = Speaker("u"), Speaker("bot", is_bot=True)

async def talk(history, room):
    address = Address("test", room)
    number = 0
    while True:
        await asyncio.sleep(0)
        accepted = await history.accept(Incoming(address, f"{sys.argv[2]} {number}", PERSON, f"말 {number}"))
        print("accepted", accepted.id, flush=True)
        turns = (Turn(PERSON, accepted.message.text), Turn(BOT, "네네", Source.GENERATED))
        pending = await history.commit(Commit(address, (accepted.id,), turns, (Outgoing("네네", accepted.message.id),)))
        print("committed", accepted.id, pending[0].id, flush=True)
        if number % 3 == 0:
            await history.delivered(pending[0].id, f"b{pending[0].id}")
            print("delivered", pending[0].id, flush=True)
        number += 1

async def main():
    async with History.open(sys.argv[1]) as history:
        await asyncio.gather(*(talk(history, f"방 {room}") for room in range(20)))

asyncio.run(main())
"""


def start_writer(file: Path, room: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file), room, str(count)], stdout=subprocess.PIPE, text=True
    )


def start_answerer(file: Path, attempt: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ANSWERER, str(file), str(attempt)], stdout=subprocess.PIPE, text=True
    )


def kill_while_starting(file: Path, delay: float) -> None:
    """Start a process on a new database and kill it ``delay`` seconds after the file came up."""
    with start_writer(file, "방", 0) as writer:
        deadline = time.monotonic() + 30
        while not file.exists() and time.monotonic() < deadline and writer.poll() is None:
            time.sleep(0.002)
        time.sleep(delay)
        writer.kill()


async def texts(file: Path, room: str) -> list[str]:
    async with History.open(file) as history:
        return [turn.turn.text for turn in await history.turns(Address("test", room), 100_000)]


async def test_a_killed_process_loses_no_acknowledged_turn(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    kept: list[str] = []
    for acknowledged_before_kill in (1, 40):
        room = f"방{acknowledged_before_kill}"
        with start_writer(file, room, 1_000_000) as writer:
            assert writer.stdout is not None
            acknowledged = [int(writer.stdout.readline()) for _ in range(acknowledged_before_kill)]
            writer.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
        assert writer.returncode == -signal.SIGKILL
        assert file.with_name("a.sqlite3-wal").exists()  # it really died with work in the -wal file
        kept = await texts(file, room)
        assert kept[: len(acknowledged)] == [f"{room} {number}" for number in acknowledged]
        assert len(kept) <= len(acknowledged) + 1  # the turn in flight is whole or absent
    assert kept
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
    connection.close()


def rows(file: Path, query: str) -> list[tuple[int, ...]]:
    connection = sqlite3.connect(file)
    found = connection.execute(query).fetchall()
    connection.close()
    return found


async def test_a_killed_process_loses_no_accepted_message_and_half_commits_none(tmp_path: Path) -> None:
    """Twenty rooms at once, so that the kill hits batches; several times, each time a moment later."""
    file = tmp_path / "a.sqlite3"
    printed: dict[str, set[tuple[int, ...]]] = {"accepted": set(), "committed": set(), "delivered": set()}
    for attempt in range(4):
        with start_answerer(file, attempt) as answerer:
            assert answerer.stdout is not None
            lines = [answerer.stdout.readline() for _ in range(40 + 60 * attempt)]
            answerer.send_signal(signal.SIGKILL)
            lines += answerer.stdout.read().splitlines(keepends=True)
        assert answerer.returncode == -signal.SIGKILL
        for line in lines:
            if line.endswith("\n"):  # the last one may be cut
                kind, *ids = line.split()
                printed[kind].add(tuple(map(int, ids)))
        async with History.open(file) as history:
            waiting = {one.id for one in await history.unanswered("test")}
            pending = {one.id for one in await history.undelivered("test")}
        inbox = {row[0]: row[1] for row in rows(file, "SELECT id, done_at IS NOT NULL FROM inbox")}
        assert {id for (id,) in printed["accepted"]} <= inbox.keys()
        assert waiting == {id for id, done in inbox.items() if not done}
        for id, reply in printed["committed"]:
            assert inbox[id]
            assert reply in pending or (reply,) in rows(
                file, f"SELECT {reply} FROM turns WHERE message_id = 'b{reply}'"
            )
        for (reply,) in printed["delivered"]:
            assert reply not in pending
        # Of each answered message all is there: its turn, the bot's, and the reply to be sent unless it was sent.
        answered = sum(inbox.values())
        [(turns, bots, sent)] = rows(
            file,
            "SELECT count(*), sum(s.is_bot), count(message_id) FROM turns t JOIN speakers s ON s.id = t.speaker_id",
        )
        assert (turns, bots) == (answered * 2, answered)
        assert sent + len(pending) == answered
        assert rows(file, "SELECT count(*) FROM outbox WHERE turn_id IS NULL") == [(0,)]
        assert rows(file, "SELECT conversation_id, place FROM turns GROUP BY 1, 2 HAVING count(*) > 1") == []
        assert rows(file, "PRAGMA foreign_key_check") == []
    assert printed["delivered"]


async def test_processes_that_start_and_write_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """Three processes race to create the database too."""
    file = tmp_path / "a.sqlite3"
    rooms = ["하나", "둘", "셋"]
    writers = [start_writer(file, room, 60) for room in rooms]
    for writer in writers:
        await asyncio.to_thread(writer.communicate)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    for room in rooms:
        assert await texts(file, room) == [f"{room} {number}" for number in range(60)]


async def test_a_kill_while_the_tables_are_made_leaves_a_usable_database(tmp_path: Path) -> None:
    """The first migration is one transaction: whenever the process dies, the next one starts over or finds it done."""
    for attempt in range(4):
        file = tmp_path / f"{attempt}.sqlite3"
        kill_while_starting(file, delay=attempt * 0.1)
        assert file.exists()
        assert await texts(file, "방") == []
