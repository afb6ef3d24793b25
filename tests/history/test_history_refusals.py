"""Databases that are refused, each with a sentence of its own, and not one byte of them changed."""

import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from chatbot.errors import DatabaseCorrupt, DatabaseTooNew, DatabaseUnavailable, HistoryError
from chatbot.history import History
from chatbot.history.failures import refusal
from chatbot.history.schema import VERSION_TABLE
from chatbot.messages import Address, Speaker, Turn

ROOM = Address("test", "방")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file's bytes, without what SQLite leaves behind when it only reads: -shm and an empty -wal."""
    files = [path for path in folder.iterdir() if path.is_file() and not path.name.endswith("-shm")]
    return {path.name: path.read_bytes() for path in files if path.stat().st_size or not path.name.endswith("-wal")}


async def refused(address: str | Path, kind: type[HistoryError], words: str) -> str:
    """Assert that opening is refused with ``kind`` and ``words``, in one line; return the sentence."""
    with pytest.raises(kind, match=words) as caught:
        async with History.open(address, busy_seconds=0.2):
            pass
    message = str(caught.value)
    assert "\n" not in message
    assert "Error" not in message
    return message


def run_python(code: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )


async def made(file: Path) -> Path:
    """Make a database with one turn in it."""
    async with History.open(file) as history:
        await history.add_turn(ROOM, Turn(Speaker("u"), "지켜야 할 말"))
    return file


@pytest.mark.parametrize("content", [b"x", "그냥 글이에요.\n".encode() * 1000, bytes(5000)])
async def test_another_kind_of_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "글.txt"
    file.write_bytes(content)
    before = contents(tmp_path)
    assert str(file) in await refused(file, DatabaseCorrupt, "SQLite 데이터베이스가 아니에요")
    assert contents(tmp_path) == before


async def test_a_damaged_database(tmp_path: Path) -> None:
    file = await made(tmp_path / "a.sqlite3")
    file.write_bytes(file.read_bytes()[:100] + os.urandom(4096 * 3))
    before = contents(tmp_path)
    await refused(file, DatabaseCorrupt, "손상")
    assert contents(tmp_path) == before


async def test_damage_found_while_running(tmp_path: Path) -> None:
    """The first page is fine and the rows are not: reading and writing are refused, in Korean."""
    file = await made(tmp_path / "a.sqlite3")
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with pytest.raises(DatabaseCorrupt, match="손상"):
        async with History.open(file) as history:
            await history.turns(ROOM)
    with pytest.raises(DatabaseCorrupt, match="손상"):
        async with History.open(file) as history:
            await history.add_turn(ROOM, Turn(Speaker("u"), "새 말"))


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
async def test_another_programs_database(tmp_path: Path, mode: str) -> None:
    file = tmp_path / "사진.db"
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute("CREATE TABLE photos (id INTEGER PRIMARY KEY, name TEXT)")
    connection.commit()
    before = contents(tmp_path)  # with its -wal file: the program is still running
    await refused(file, DatabaseCorrupt, "다른 프로그램의 표")
    assert contents(tmp_path) == before
    connection.close()


async def test_another_program_that_uses_alembic(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    connection = sqlite3.connect(file)
    connection.executescript("CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE rooms (id INTEGER);")
    connection.close()
    before = contents(tmp_path)
    await refused(file, DatabaseCorrupt, "다른 프로그램의 표")
    assert contents(tmp_path) == before


async def test_a_database_of_a_newer_version_even_with_a_wal_file_left_by_a_kill(tmp_path: Path) -> None:
    file = await made(tmp_path / "a.sqlite3")
    writer = "\n".join(
        [
            "import os, sqlite3, sys",
            "connection = sqlite3.connect(sys.argv[1])",
            f"connection.execute(\"UPDATE {VERSION_TABLE} SET version_num = '9999_future'\")",
            "connection.commit()",
            "os.kill(os.getpid(), 9)",
        ]
    )
    killed = run_python(writer, str(file))
    assert killed.returncode == -signal.SIGKILL
    before = contents(tmp_path)
    assert before["a.sqlite3-wal"]
    assert "9999_future" in await refused(file, DatabaseTooNew, "업데이트")
    assert contents(tmp_path) == before


async def test_a_folder(tmp_path: Path) -> None:
    await refused(tmp_path, DatabaseUnavailable, "폴더예요")
    assert contents(tmp_path) == {}


async def test_a_missing_folder(tmp_path: Path) -> None:
    await refused(f"sqlite:///{tmp_path}/없는폴더/a.sqlite3", DatabaseUnavailable, "없는폴더")
    assert not (tmp_path / "없는폴더").exists()


async def test_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.sqlite3")  # opening one would wait for ever
    await refused(tmp_path / "a.sqlite3", DatabaseUnavailable, "보통 파일이 아니에요")


async def test_looking_does_not_create(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable, match="아직"):
            async with History.open(file, create=False):
                pass
        assert file.exists() is False or contents(tmp_path) == {"a.sqlite3": b""}
        file.touch()


async def test_a_database_opened_read_only(tmp_path: Path) -> None:
    file = await made(tmp_path / "a.sqlite3")
    before = contents(tmp_path)
    await refused(f"sqlite:///file:{file}?mode=ro&uri=true", DatabaseUnavailable, "쓸 수 없어요")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("protected", ["file", "folder", "empty folder"])
async def test_missing_permissions(tmp_path: Path, protected: str) -> None:
    """Run as an ordinary user, because root may write anywhere."""
    folder = tmp_path / "기록"
    folder.mkdir()
    file = folder / "a.sqlite3"
    if protected != "empty folder":
        await made(file)
    file_mode, folder_mode = (0o444, 0o777) if protected == "file" else (0o666, 0o555)
    if file.exists():
        file.chmod(file_mode)
    folder.chmod(folder_mode)
    before = contents(folder)
    code = f"""
import asyncio, os, sys
from chatbot.history import History
from chatbot.errors import DatabaseUnavailable
import chatbot.history.store, alembic.command
if os.getuid() == 0:
    os.chdir({str(folder)!r})
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
async def main():
    async with History.open("a.sqlite3"): pass
try:
    asyncio.run(main())
except DatabaseUnavailable as error:
    print(error)
"""
    said = run_python(code, cwd=folder)
    folder.chmod(0o777)
    assert said.stderr == ""
    assert "쓸 수 없어요" in said.stdout
    assert contents(folder) == before


@pytest.fixture
def small_disk() -> Iterator[list[int]]:
    """Limit every new connection to the pages named by the last number of the list: SQLite's own full disk."""
    pages = [1_000_000]

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages[-1]}").close()

    event.listen(Engine, "connect", limit)
    yield pages
    event.remove(Engine, "connect", limit)


async def test_a_disk_that_is_full_at_the_start(tmp_path: Path, small_disk: list[int]) -> None:
    small_disk.append(4)
    file = tmp_path / "a.sqlite3"
    await refused(file, DatabaseUnavailable, "디스크가 가득")
    small_disk.append(1_000_000)
    await made(file)  # with room again, it starts over


async def test_a_disk_that_fills_while_running(tmp_path: Path, small_disk: list[int]) -> None:
    file = await made(tmp_path / "a.sqlite3")
    small_disk.append(file.stat().st_size // 4096 + 6)
    async with History.open(file) as history:
        stored: list[int] = []

        async def fill() -> None:
            while len(stored) < 1000:
                stored.append(await history.add_turn(ROOM, Turn(Speaker("u"), "비밀이야 " * 100)))

        with pytest.raises(DatabaseUnavailable, match="디스크가 가득") as caught:
            await fill()
        assert stored
        assert "비밀이야" not in str(caught.value) + str(caught.value.__cause__)
        assert len(await history.turns(ROOM, 1000)) == len(stored) + 1  # all that was acknowledged, and readable still
        await history.forget_room(ROOM)
        await history.add_turn(ROOM, Turn(Speaker("u"), "이제 된다"))


async def test_another_process_that_never_lets_go(tmp_path: Path) -> None:
    file = await made(tmp_path / "a.sqlite3")
    async with History.open(file, busy_seconds=0.1) as history:
        blocker = sqlite3.connect(file, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="다른 프로그램"):
            await history.add_turn(ROOM, Turn(Speaker("u"), "기다림"))
        assert len(await history.turns(ROOM)) == 1  # reading goes on
        blocker.close()
        await history.add_turn(ROOM, Turn(Speaker("u"), "기다림"))
        assert len(await history.turns(ROOM)) == 2


async def test_tables_dropped_under_us(tmp_path: Path) -> None:
    file = await made(tmp_path / "a.sqlite3")
    async with History.open(file) as history:
        other = sqlite3.connect(file)
        other.execute("DROP TABLE turns")
        other.commit()
        other.close()
        with pytest.raises(DatabaseCorrupt, match="표가"):
            await history.turns(ROOM)


async def test_a_value_that_only_a_newer_version_knows(tmp_path: Path) -> None:
    file = await made(tmp_path / "a.sqlite3")
    other = sqlite3.connect(file)
    other.execute("UPDATE turns SET source = 'telepathy'")
    other.commit()
    other.close()
    async with History.open(file) as history:
        with pytest.raises(DatabaseTooNew, match="telepathy"):
            await history.turns(ROOM)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("bogus://비밀번호@host/db", "드라이버가 없어요"),
        ("mysql+pymysql://user:비밀번호@host/db", "드라이버가 없어요"),
        ("://비밀번호", "이해할 수 없어요"),
        ("postgresql://user:비밀번호@host:포트/db", "이해할 수 없어요"),
    ],
)
async def test_addresses_that_are_none(url: str, words: str) -> None:
    assert "비밀번호" not in await refused(url, DatabaseUnavailable, words)


async def test_a_server_that_is_not_there() -> None:
    pytest.importorskip("psycopg", reason="psycopg, the PostgreSQL driver, is not installed")
    url = "postgresql+asyncpg://user:비밀번호@127.0.0.1:9/db?connect_timeout=2"
    assert "비밀번호" not in await refused(url, DatabaseUnavailable, "서버가 켜져 있는지")


def test_unknown_refusals_still_end_as_history_errors() -> None:
    error = refusal(sqlite3.IntegrityError("UNIQUE constraint failed"), "a.sqlite3")
    assert isinstance(error, HistoryError)
    assert "a.sqlite3" in str(error)


async def test_texts_stay_out_of_logs_and_errors(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    file = tmp_path / "a.sqlite3"
    async with History.open(file, busy_seconds=0.1) as history:
        await history.add_turn(ROOM, Turn(Speaker("u", "비밀이름"), "비밀이야"))
        other = sqlite3.connect(file)
        other.execute("CREATE TRIGGER no BEFORE INSERT ON turns BEGIN SELECT RAISE(ABORT, 'no'); END")
        other.commit()
        other.close()
        with pytest.raises(HistoryError) as caught:
            await history.add_turn(ROOM, Turn(Speaker("u", "비밀이름"), "비밀이야"))
    assert "비밀" not in caplog.text
    assert "비밀" not in f"{caught.value} {caught.value.__cause__}"


async def test_a_copy_of_a_database_opens(tmp_path: Path) -> None:
    """The refusals above would be worthless if a good file in another place were refused as well."""
    file = await made(tmp_path / "a.sqlite3")
    copy = tmp_path / "백 업#1?.sqlite3"
    shutil.copy(file, copy)
    async with History.open(copy) as history:
        assert len(await history.turns(ROOM)) == 1
