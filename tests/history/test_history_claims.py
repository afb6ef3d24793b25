"""One process at a time answers under a name; with real processes, killed ones too."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.errors import DatabaseUnavailable
from chatbot.history import History

CLAIMER = """
import asyncio, sys
from chatbot.history import History

async def main(url, name):
    async with History.open(url) as history, history.claim(name) as mine:
        print(mine, flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


def start_claimer(url: str, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CLAIMER, url, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(claimer: subprocess.Popen[str]) -> str:
    assert claimer.stdout is not None
    return claimer.stdout.readline().strip()


async def test_a_name_is_claimed_once_until_it_is_let_go(history: History) -> None:
    async with history.claim("telegram") as mine:
        assert mine
        async with history.claim("telegram") as again, history.claim("텔레그램 / 방 \ud800") as other:
            assert (again, other) == (False, True)
        async with history.claim("telegram") as again:  # who was refused let nothing go
            assert again is False
    async with history.claim("telegram") as mine:
        assert mine


async def test_two_bots_of_one_process_exclude_each_other(database_url: str) -> None:
    if database_url == "sqlite://":
        pytest.skip("each has a memory of its own")
    async with History.open(database_url) as one, History.open(database_url) as other:
        async with one.claim("telegram") as first, other.claim("telegram") as second:
            assert (first, second) == (True, False)
        async with other.claim("telegram") as second:
            assert second


async def test_a_killed_process_lets_go(database_url: str) -> None:
    if database_url == "sqlite://":
        pytest.skip("a process has a memory of its own")
    async with History.open(database_url) as history:
        with start_claimer(database_url, "telegram") as holder:
            assert await asyncio.to_thread(said, holder) == "True"
            async with history.claim("telegram") as mine:
                assert mine is False
            with start_claimer(database_url, "telegram") as second:
                assert await asyncio.to_thread(said, second) == "False"
                second.communicate("\n")
            assert second.returncode == 0
            holder.send_signal(signal.SIGKILL)
            holder.wait()
        for _ in range(100):  # a server notices a moment later
            async with history.claim("telegram") as mine:
                if mine:
                    break
            await asyncio.sleep(0.05)
        assert mine


def locks(folder: Path) -> list[Path]:
    return list(folder.glob("*.lock"))


async def test_two_ways_to_a_file_are_one_database_and_its_locks_are_private(tmp_path: Path) -> None:
    (tmp_path / "다른 길.sqlite3").symlink_to(tmp_path / "a.sqlite3")
    async with (
        History.open(tmp_path / "a.sqlite3") as one,
        History.open(tmp_path / "다른 길.sqlite3") as other,
        one.claim("방") as first,
        other.claim("방") as second,
    ):
        assert (first, second) == (True, False)
        [lock] = locks(tmp_path)
    assert lock.name.startswith("a.sqlite3.")
    assert "방" not in lock.name


async def test_a_claim_ends_with_an_exception_too(history: History) -> None:
    with pytest.raises(RuntimeError, match="무너짐"):
        async with history.claim("telegram"):
            raise RuntimeError("무너짐")
    async with history.claim("telegram") as mine:
        assert mine


async def test_a_lock_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    async with History.open(tmp_path / "a.sqlite3") as history:
        async with history.claim("방"):
            [lock] = locks(tmp_path)
        lock.unlink(missing_ok=True)
        lock.mkdir()
        with pytest.raises(DatabaseUnavailable, match="쓸 수 없어요"):
            async with history.claim("방"):
                pass
