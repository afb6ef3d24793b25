"""A blocked loop is noticed, and where; a loop that merely waits is not."""

import asyncio
import logging
import threading
import time
from pathlib import Path

import pytest

from chatbot.watchdog import watching

BLOCKED_AFTER = 0.1


def watchdogs() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "watchdog"]


def all_end() -> None:
    for thread in watchdogs():
        thread.join(timeout=5)
    assert watchdogs() == []


def block(seconds: float) -> None:
    secret = "비밀이야"
    time.sleep(seconds)
    assert secret


async def test_a_blocked_loop_is_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    with watching(BLOCKED_AFTER):
        await asyncio.sleep(0.05)
        block(0.55)
        await asyncio.sleep(0.05)
    all_end()
    assert 2 <= len(caplog.records) <= 6  # again and again while it lasts
    line = block.__code__.co_firstlineno + 2
    for record in caplog.records:
        assert record.levelno == logging.ERROR
        said = record.getMessage()
        assert said.startswith(f"the event loop is blocked for more than 0.1 s, at {Path(__file__)}:{line} block < ")
        assert "test_a_blocked_loop_is_logged_with_its_place" in said
        assert "비밀" not in said


async def test_an_idle_and_a_busy_loop_are_not(caplog: pytest.LogCaptureFixture) -> None:
    with watching(1.0):
        await asyncio.sleep(1.2)
        until = time.monotonic() + 1.2
        for _ in iter(lambda: time.monotonic() < until, False):
            await asyncio.sleep(0)
    all_end()
    assert caplog.records == []


async def test_the_thread_ends_with_the_watch_even_after_an_error() -> None:
    def fail() -> None:
        assert len(watchdogs()) == 1
        raise RuntimeError("그만")

    with pytest.raises(RuntimeError, match="그만"), watching(BLOCKED_AFTER):
        fail()
    all_end()


def test_the_thread_ends_with_the_loop() -> None:
    async def leave_open() -> None:
        watch = watching(BLOCKED_AFTER)
        watch.__enter__()
        left.append(watch)

    left: list[object] = []
    asyncio.run(leave_open())
    assert len(left) == 1
    all_end()
    assert watchdogs() == []


def test_two_loops_are_watched_apart(caplog: pytest.LogCaptureFixture) -> None:
    async def work(blocks: bool) -> None:
        with watching(0.5):
            if blocks:
                block(1.2)
            else:
                await asyncio.sleep(1.2)

    def thread(blocks: bool) -> threading.Thread:
        return threading.Thread(target=lambda: asyncio.run(work(blocks)))

    threads = [thread(True), thread(False)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert caplog.records != []
    assert all(" block < " in record.getMessage() for record in caplog.records)
