"""A blocked loop is noticed, and where; a loop that merely waits is not."""

import asyncio
import logging
import signal
import threading
import time
from pathlib import Path

import pytest

from chatbot.watchdog import Blocked, guarded, interruptible, watching

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


def spin(until: float) -> str:
    """Keep the loop busy, catching whatever is an Exception."""
    while time.monotonic() < until:
        try:
            while time.monotonic() < until:
                pass
        except Exception:
            return "caught"
    return "over"


async def spin_soon(until: float) -> str:
    await asyncio.sleep(0)
    return spin(until)


QUIET = "chatbot.watchdog"


async def test_what_may_be_ended_is_ended_where_it_blocks(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, QUIET)
    for work in (spin, time.sleep):
        began = time.monotonic()
        with watching(0.1, 0.2), pytest.raises(Blocked):
            guarded(work, began + 30 if work is spin else 30)
        assert time.monotonic() - began < 3
    began = time.monotonic()
    with watching(0.1, 0.2), pytest.raises(Blocked):
        await interruptible(spin_soon(began + 30))
    assert time.monotonic() - began < 3
    all_end()


async def test_what_may_not_be_ended_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, QUIET)
    with watching(0.05, 0.1):
        assert spin(time.monotonic() + 0.5) == "over"
        assert await spin_soon(time.monotonic() + 0.5) == "over"
        began = time.monotonic()
        time.sleep(0.4)  # noqa: ASYNC251  # what blocks here is the framework itself
        assert time.monotonic() - began >= 0.4
    all_end()


async def test_what_waits_or_is_quick_is_not_ended_however_long_it_takes(caplog: pytest.LogCaptureFixture) -> None:
    async def wait() -> str:
        for _ in range(10):
            await asyncio.sleep(0.05)
            time.sleep(0.01)  # noqa: ASYNC251
        return "done"

    with watching(0.2, 0.2):
        assert await interruptible(wait()) == "done"
    all_end()
    assert caplog.records == []


async def test_only_what_blocks_is_ended_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, QUIET)

    async def patient() -> str:
        for _ in range(5):
            await asyncio.sleep(0.05)
        return "done"

    with watching(0.1, 0.2):
        waiting = asyncio.create_task(interruptible(patient()))
        with pytest.raises(Blocked):
            await interruptible(spin_soon(time.monotonic() + 30))
        assert await waiting == "done"
    all_end()


async def test_a_signal_that_comes_from_elsewhere_does_no_harm() -> None:
    with watching(1.0, 1.0):
        signal.raise_signal(signal.SIGURG)
        await asyncio.sleep(0)
    before = signal.getsignal(signal.SIGURG)
    with watching(1.0, 1.0):
        assert signal.getsignal(signal.SIGURG) is not before
    assert signal.getsignal(signal.SIGURG) is before  # as it was found
    all_end()


def test_in_another_thread_nothing_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    """Signals are the main thread's."""
    said = list[str]()

    async def work() -> None:
        with watching(0.05, 0.1):
            said.append(await interruptible(spin_soon(time.monotonic() + 0.5)))

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()
    assert said == ["over"]
    assert caplog.records != []
    all_end()
