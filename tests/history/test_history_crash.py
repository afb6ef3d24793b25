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


def start_writer(file: Path, room: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file), room, str(count)], stdout=subprocess.PIPE, text=True
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
