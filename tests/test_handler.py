"""Handlers that answer, fail and hang."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest
from fake_clock import run

from chatbot.handler import Handler, Handlers
from chatbot.messages import Address, Incoming, Speaker

MESSAGE = Incoming(Address("fake", "방"), "1", Speaker("하나"), "비밀이야")
SECONDS = 10.0


class Does:
    """A handler that does one thing, and counts how often it was asked."""

    def __init__(self, work: Callable[[], Awaitable[object]], name: str = "시험") -> None:
        self.name = name
        self.asked = 0
        self._work = work

    async def answer(self, message: Incoming) -> str | None:
        assert message is MESSAGE
        self.asked += 1
        return await self._work()  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def says(answer: object) -> Does:
    async def work() -> object:
        return answer

    return Does(work)


def raises(error: BaseException) -> Does:
    async def work() -> object:
        raise error

    return Does(work)


def asked(*handlers: Handler) -> tuple[str | None, float]:
    """Return the answer, and the seconds that it took."""

    async def ask() -> tuple[str | None, float]:
        begun = asyncio.get_running_loop().time()
        answer = await Handlers(handlers, SECONDS).answer(MESSAGE)
        return answer, asyncio.get_running_loop().time() - begun

    return run(ask())


def test_the_first_answer_is_the_answer() -> None:
    nothing, first, second = says(None), says("첫째"), says("둘째")
    assert asked(nothing, first, second) == ("첫째", 0)
    assert [one.asked for one in (nothing, first, second)] == [1, 1, 0]


@pytest.mark.parametrize("empty", [None, "", " \n"])
def test_no_words_are_no_answer(empty: str | None, caplog: pytest.LogCaptureFixture) -> None:
    assert asked(says(empty), says("둘째")) == ("둘째", 0)
    assert asked(says(empty)) == (None, 0)
    assert asked() == (None, 0)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("broken", "logged"),
    [
        (raises(ValueError("비밀이야")), "handler 시험 failed: ValueError"),
        (raises(TimeoutError("비밀이야")), "handler 시험 failed: TimeoutError"),  # its own, of a server it asked
        (raises(asyncio.CancelledError("비밀이야")), "handler 시험 cancelled itself"),
        (says(3), "handler 시험 answered with a int"),
        (says(["비밀이야"]), "handler 시험 answered with a list"),
    ],
)
def test_a_failure_is_its_own(broken: Does, logged: str, caplog: pytest.LogCaptureFixture) -> None:
    assert asked(broken, says("둘째")) == ("둘째", 0)
    [record] = caplog.records
    assert (record.levelno, record.getMessage(), record.exc_info) == (logging.ERROR, logged, None)


def test_one_that_hangs_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []

    async def hang() -> object:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("끝")
        return None

    assert asked(Does(hang), says("둘째")) == ("둘째", SECONDS)
    assert ended == ["끝"]
    assert [record.getMessage() for record in caplog.records] == ["handler 시험 took longer than 10.0 s"]


def test_one_that_hangs_has_a_failure_of_its_own_to_add(caplog: pytest.LogCaptureFixture) -> None:
    async def hang() -> object:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            raise KeyError("비밀이야") from None
        return None

    assert asked(Does(hang), says("둘째"))[0] == "둘째"
    assert len(caplog.records) == 1
    assert "비밀" not in caplog.text


def test_being_cancelled_from_outside_is_not_its_failure(caplog: pytest.LogCaptureFixture) -> None:
    second = says("둘째")

    async def hang() -> object:
        await asyncio.sleep(3600)
        return None

    async def play() -> None:
        task = asyncio.create_task(Handlers([Does(hang), second], SECONDS).answer(MESSAGE))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await Handlers([Does(hang), second], SECONDS).answer(MESSAGE)

    run(play())
    assert second.asked == 0
    assert caplog.records == []
