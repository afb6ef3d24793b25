"""A database that refuses for a while: locked by somebody else, or on a disk that is full."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
from running import Redelivering, answered_once, database, running, sent_texts
from sqlalchemy import Engine, event

from chatbot.config import Settings
from chatbot.history import History
from chatbot.testing import FakeAdapter, FakeEngine

_LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA busy_timeout = 10000")
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
"""


@asynccontextmanager
async def locked(file: Path, seconds: float) -> AsyncGenerator[None]:
    """Let another process hold the write lock for so long."""
    arguments = ("-c", _LOCK, str(file), str(seconds))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"locked\n"
    yield
    assert await process.wait() == 0


@pytest.mark.parametrize(
    ("seconds", "busy_seconds"), [pytest.param(20.0, None, marks=pytest.mark.slow), pytest.param(3.0, 0.2)]
)
async def test_a_database_that_somebody_else_has_locked_loses_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    seconds: float,
    busy_seconds: float | None,
) -> None:
    """The shorter time is longer than a call waits: then messages are refused, and answers are stored later."""
    if busy_seconds is not None:

        async def impatient(settings: Settings, closing: AsyncExitStack) -> History:
            return await closing.enter_async_context(History.open(settings.history.url, busy_seconds=busy_seconds))

        monkeypatch.setattr("chatbot.bot.load_history", impatient)
    adapter = FakeAdapter()
    said = {f"방 {room}": [f"{room}번 방 {number}번째 이야기" for number in range(6)] for room in range(5)}
    rooms = [[adapter.make(text, room) for text in texts] for room, texts in said.items()]
    async with running(tmp_path, adapter, voice=FakeEngine(seconds=0.3)) as bot:
        platform = Redelivering(bot, adapter)
        await asyncio.gather(*(platform.answered(messages[:1]) for messages in rooms))
        await asyncio.gather(*(platform.deliver(messages[1:3]) for messages in rooms))  # to be answered in the dark
        async with locked(database(tmp_path), seconds):
            began = time.monotonic()
            rest = [asyncio.create_task(platform.answered(messages[3:])) for messages in rooms]
            await asyncio.sleep(seconds - 1)
            assert platform.acknowledged == 3 * len(rooms)
            assert len(adapter.sent) == len(rooms)
        async with asyncio.timeout(60):
            await asyncio.gather(*rest)
        assert time.monotonic() - began >= seconds - 1
    assert sent_texts(adapter) == said
    await answered_once(tmp_path, said)
    logged = {record.getMessage() for record in caplog.records}
    assert bool(platform.refused) is (busy_seconds is not None)
    assert logged == (set() if busy_seconds is None else {"an answer cannot be stored: DatabaseUnavailable"})


class Ballast:
    """A tmpfs of a few megabytes, which something else can fill up."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ballast"

    def fill(self) -> None:
        with self._file.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        assert os.statvfs(self._file).f_bavail == 0

    def clear(self) -> None:
        self._file.unlink()


class Pages:
    """A limit of SQLite's own on the size of the file, for where nothing may be mounted."""

    def __init__(self, connections: list[sqlite3.Connection]) -> None:
        self._connections = connections

    def fill(self) -> None:
        self._limit(1)  # which SQLite takes for what the file has already

    def clear(self) -> None:
        self._limit(1_000_000)

    def _limit(self, pages: int) -> None:
        for connection in self._connections:
            connection.execute(f"PRAGMA max_page_count = {pages}").close()


@contextmanager
def small_tmpfs(folder: Path) -> Generator[Ballast]:
    """Mount a small file system on a folder."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only who may mount file systems can have a small disk")
    try:
        yield Ballast(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def few_pages(_: Path) -> Generator[Pages]:
    """Limit the pages of each connection that is made."""
    connections: list[sqlite3.Connection] = []

    def remember(connection: sqlite3.Connection, _: object) -> None:
        connections.append(connection)

    event.listen(Engine, "connect", remember)
    try:
        yield Pages(connections)
    finally:
        event.remove(Engine, "connect", remember)


@pytest.mark.parametrize("disk", [small_tmpfs, few_pages])
async def test_a_full_disk_refuses_messages_and_forgets_none(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    disk: Callable[[Path], AbstractContextManager[Ballast | Pages]],
) -> None:
    adapter = FakeAdapter()
    said = {f"방 {room}": [f"{room}-{number} {'긴 이야기 ' * 500}" for number in range(8)] for room in range(4)}
    said = {room: [text.strip() for text in texts] for room, texts in said.items()}
    rooms = [[adapter.make(text, room) for text in texts] for room, texts in said.items()]
    folder = tmp_path / "disk"
    folder.mkdir()
    with disk(folder) as space:
        async with running(folder, adapter, voice=FakeEngine(seconds=0.1)) as bot:
            platform = Redelivering(bot, adapter)
            await asyncio.gather(*(platform.answered(messages[:1]) for messages in rooms))
            await asyncio.gather(*(platform.deliver(messages[1:2]) for messages in rooms))
            space.fill()
            rest = [asyncio.create_task(platform.answered(messages[2:])) for messages in rooms]
            await asyncio.sleep(2)
            assert platform.refused
            assert platform.acknowledged < sum(map(len, rooms))
            assert not any(task.done() for task in rest)
            space.clear()
            async with asyncio.timeout(60):
                await asyncio.gather(*rest)
        assert sent_texts(adapter) == said
        await answered_once(folder, said)
    assert "an answer cannot be stored: DatabaseUnavailable" in {record.getMessage() for record in caplog.records}
