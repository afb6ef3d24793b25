"""What plugins' code does wrong is told apart, counted, and costs nobody else anything."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chatbot.errors import HistoryError, PluginError, StorageFull
from chatbot.plugins.isolation import FAILED, Isolation
from chatbot.watchdog import Blocked, watching


async def later(result: object) -> object:
    await asyncio.sleep(0)
    return result


def raising(error: BaseException) -> Callable[[], Any]:
    def fail() -> None:
        raise error

    return fail


def raising_later(error: BaseException) -> Callable[[], Any]:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise error

    return fail


async def test_what_comes_of_code_that_works_is_returned() -> None:
    isolation = Isolation(1)
    assert await isolation.run("가", "그것", lambda: 5) == 5
    assert await isolation.run("가", "그것", lambda: later(None)) is None
    assert await isolation.run("가", "그것", lambda: asyncio.gather(later(1), later(2))) == [1, 2]
    assert isolation.failing == {}


@pytest.mark.parametrize("how", [raising, raising_later])
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ValueError("비밀"), "ValueError at "),
        (SystemExit(3), "SystemExit at "),
        (GeneratorExit(), "GeneratorExit at "),
        (BaseExceptionGroup("비밀", [SystemExit(), ValueError("비밀")]), "BaseExceptionGroup at "),
        (Blocked(), "blocked the event loop"),
        (PluginError("이건 안 돼요"), "이건 안 돼요"),
        (RecursionError("비밀"), "RecursionError at "),
        (MemoryError(), "MemoryError at "),
    ],
)
async def test_every_failure_is_the_plugins_own(
    how: Callable[[BaseException], Callable[[], Any]], error: BaseException, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    isolation = Isolation(1)
    assert await isolation.run("가", "그것", how(error)) is FAILED
    assert isolation.failing["가"].why.startswith(why)
    [record] = caplog.records
    assert record.getMessage().startswith(f"그것 of plugin 가 failed: {why}")
    assert "비밀" not in record.getMessage()
    if why.endswith("at "):
        assert Path(__file__).name in record.getMessage()


@pytest.mark.parametrize("how", [raising, raising_later])
async def test_code_that_says_it_was_cancelled_failed(
    how: Callable[[BaseException], Callable[[], Any]], caplog: pytest.LogCaptureFixture
) -> None:
    isolation = Isolation(1)
    assert await isolation.run("가", "그것", how(asyncio.CancelledError())) is FAILED
    assert isolation.failing["가"].failures == 1


@pytest.mark.parametrize("how", [raising, raising_later])
@pytest.mark.parametrize("error", [StorageFull("꽉 찼어요"), HistoryError("없어요")])
async def test_what_is_not_the_plugins_fault_is_passed_on(
    how: Callable[[BaseException], Callable[[], Any]], error: Exception
) -> None:
    isolation = Isolation(1)
    with pytest.raises(type(error), match=str(error)):
        await isolation.run("가", "그것", how(error))
    assert isolation.failing == {}


def test_a_person_who_interrupts_ends_the_program() -> None:
    async def plain() -> None:
        await Isolation(1).run("가", "그것", raising(KeyboardInterrupt()))

    async def waiting() -> None:
        await Isolation(1).run("가", "그것", raising_later(KeyboardInterrupt()))

    for work in (plain, waiting):
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(work())


async def test_what_takes_too_long_is_cancelled(caplog: pytest.LogCaptureFixture) -> None:
    isolation, ended = Isolation(0.05), list[str]()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("네")

    assert await isolation.run("가", "그것", hang) is FAILED
    assert ended == ["네"]
    assert "took longer than" in caplog.text


async def test_who_asks_and_goes_takes_the_work_along() -> None:
    isolation, ended = Isolation(5), list[str]()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("네")

    asking = asyncio.create_task(isolation.run("가", "그것", hang))
    await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert ended == ["네"]
    assert isolation.failing == {}


async def test_what_swallows_its_being_cancelled_is_dropped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("chatbot.plugins.isolation._LAST_WORDS_SECONDS", 0.05)
    isolation, before = Isolation(0.05), asyncio.all_tasks()

    async def live_on() -> None:
        while True:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(1000)

    began = time.monotonic()
    assert await isolation.run("가", "그것", live_on) is FAILED
    assert time.monotonic() - began < 2
    assert "it is dropped" in caplog.text
    assert asyncio.all_tasks() == before  # nothing is left that could hold up the end of the program


def test_a_program_ends_though_a_plugin_never_wants_to(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("chatbot.plugins.isolation._LAST_WORDS_SECONDS", 0.05)

    async def live_on() -> None:
        while True:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(1000)

    async def program() -> str:
        asking = asyncio.create_task(Isolation(60).run("가", "그것", live_on))
        await asyncio.sleep(0.05)
        asking.cancel()
        await asyncio.wait({asking})
        return "끝"

    assert asyncio.run(program()) == "끝"
    assert "it is dropped" in caplog.text


# --- endless loops: the watchdog ends them -------------------------------------------------------------------------


def spin() -> None:
    while True:
        pass


def spin_and_swallow() -> None:
    while True:
        try:
            while True:
                len("")
        except Exception:
            pass


async def spin_in_a_coroutine() -> None:
    await asyncio.sleep(0)
    while True:
        pass


async def spin_deep_down() -> None:
    async def deeper() -> None:
        await asyncio.sleep(0)
        spin()

    await deeper()


def search_for_ever() -> None:
    import re

    re.fullmatch(r"(a+)+b", "a" * 40)


@pytest.mark.parametrize(
    "work",
    [spin, spin_and_swallow, spin_in_a_coroutine, spin_deep_down, search_for_ever, lambda: time.sleep(1000)],
    ids=["spin", "swallow", "coroutine", "deep", "regex", "sleep"],
)
async def test_what_never_gives_the_loop_back_is_ended(
    work: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "chatbot.watchdog")
    isolation = Isolation(10)
    began = time.monotonic()
    with watching(0.1, 0.2):
        assert await isolation.run("가", "그것", work) is FAILED
        assert await isolation.run("나", "다른 것", lambda: later("괜찮아요")) == "괜찮아요"
    assert time.monotonic() - began < 5
    assert isolation.failing["가"].why == "blocked the event loop"
    assert list(isolation.failing) == ["가"]


# --- the circuit breaker -------------------------------------------------------------------------------------------


async def fail(isolation: Isolation, times: int, plugin: str = "가") -> None:
    for _ in range(times):
        await isolation.run(plugin, "그것", raising(ValueError()))


async def test_five_failures_in_a_row_let_a_plugin_rest(caplog: pytest.LogCaptureFixture) -> None:
    told, asked = list[tuple[str, str]](), list[int]()
    isolation = Isolation(1, lambda plugin, why: told.append((plugin, why)))
    await fail(isolation, 4)
    assert not isolation.rests("가")
    assert await isolation.run("가", "그것", lambda: 1) == 1  # which begins the count anew
    await fail(isolation, 4)
    assert not isolation.rests("가")
    assert told == []
    await fail(isolation, 1)
    assert isolation.rests("가")
    assert not isolation.rests("나")
    assert [plugin for plugin, _ in told] == ["가"]
    assert await isolation.run("가", "그것", lambda: asked.append(1)) is FAILED
    assert asked == []
    assert await isolation.run("나", "그것", lambda: 1) == 1
    assert await isolation.run("가", "그것", lambda: 2, anyway=True) == 2
    assert isolation.failing["가"].failed == 9
    assert caplog.text.count("rests for") == 1


async def test_what_only_goes_before_a_handler_heals_nothing(caplog: pytest.LogCaptureFixture) -> None:
    isolation = Isolation(1)
    for _ in range(5):
        assert await isolation.run("가", "그것", lambda: 1, heals=False) == 1
        await fail(isolation, 1)
    assert isolation.rests("가")


async def test_after_its_rest_it_has_one_try(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("chatbot.plugins.isolation._REST_SECONDS", 0.1)
    told = list[str]()
    isolation = Isolation(1, lambda plugin, _: told.append(plugin))
    await fail(isolation, 5)
    await asyncio.sleep(0.15)
    assert not isolation.rests("가")
    await fail(isolation, 1)
    assert isolation.rests("가")
    assert told == ["가", "가"]
    await asyncio.sleep(0.15)
    assert await isolation.run("가", "그것", lambda: 1) == 1
    await fail(isolation, 4)
    assert not isolation.rests("가")
