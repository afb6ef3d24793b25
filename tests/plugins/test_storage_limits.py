"""How much plugins may store, under which keys, and what cannot be stored at all."""

from datetime import timedelta
from typing import Any

import pytest
from stores import FULL, GROUP, SAYS, TOO_LONG, doing

from chatbot import Chat, Job, Once, Plugin
from chatbot.testing import TestChat


async def test_a_value_has_a_limit() -> None:
    async def put(chat: Chat, length: int) -> str:
        await chat.here.put("값", "가" * length)
        return "네"

    plugin = Plugin("창고")
    plugin.command("적어")(put)

    @plugin.command("길이")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(len(await chat.here.get("값", str, "")))

    chat = TestChat(plugin)
    assert await chat.say(f"/적어 {64 * 1024 - 2}") == "네"
    assert await chat.say(f"/적어 {64 * 1024 - 1}") == TOO_LONG
    assert await chat.say("/적어 10000000") == TOO_LONG
    assert await chat.say("/길이") == str(64 * 1024 - 2)


async def test_a_place_has_a_limit_and_what_is_replaced_or_removed_makes_room() -> None:
    plugin = Plugin("창고")

    @plugin.command("채워")
    async def fill(chat: Chat, first: int, count: int, length: int = 60_000) -> str:  # pyright: ignore[reportUnusedFunction]
        for number in range(first, first + count):
            await chat.here.put(f"{number}", "가" * length)
        return f"{len(await chat.here.items(str))}개"

    @plugin.command("비워")
    async def empty(chat: Chat, number: int) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.here.remove(f"{number}")
        await chat.here.put(f"{number + 100}", "나" * 60_000)
        return f"{len(await chat.here.items(str))}개"

    chat = TestChat(plugin)
    assert await chat.say("/채워 0 40") == FULL  # in one go
    assert await chat.say("/채워 0 17") == "17개"
    assert await chat.say("/채워 17 1") == FULL
    assert await chat.say("/채워 0 17") == "17개"  # in their own places
    assert await chat.say("/채워 17 1 100") == "18개"
    assert await chat.say("/비워 3") == "18개"
    assert await chat.say("/채워 17 1", **GROUP) == "1개"  # another place


async def test_jobs_and_their_payloads_have_limits_too() -> None:
    plugin = Plugin("알림")

    @plugin.job("알림")
    def ring(job: Job, text: str) -> str:  # pyright: ignore[reportUnusedFunction]
        return text

    @plugin.command("예약")
    async def plan(chat: Chat, count: int, length: int) -> str:  # pyright: ignore[reportUnusedFunction]
        for _ in range(count):
            await chat.schedule("알림", Once(chat.now + timedelta(days=1)), text="가" * length)
        return f"{len(await chat.jobs())}개"

    chat = TestChat(plugin)
    assert await chat.say("/예약 100 5") == "100개"
    assert "100개까지" in await chat.say("/예약 1 5")
    assert await chat.say("/예약 1 10000000", speaker="두리") == TOO_LONG
    assert await chat.say("/예약 1 5", speaker="두리") == "1개"


@pytest.mark.parametrize("key", ["", "가" * 201, "job:a", 5])
async def test_keys_that_cannot_be_are_refused(key: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def work(chat: Chat) -> str:
        await chat.here.put(key, 1)
        return "네"

    assert await TestChat(doing(work)).say("/해") == SAYS.command_failed
    assert "of plugin 창고 failed" in caplog.text


@pytest.mark.parametrize("key", ["conversation", "profile", "blocked", "a b\nc", "가" * 200, "'; DROP TABLE data; --"])
async def test_any_other_key_is_the_plugins_own(key: str) -> None:
    async def work(chat: Chat) -> str:
        await chat.here.put(key, await chat.here.get(key, int, 0) + 1)
        await chat.person.put(key, 9)
        return str(await chat.here.get(key, int))

    chat = TestChat(doing(work))
    assert [await chat.say("/해"), await chat.say("/해")] == ["1", "2"]
    assert await chat.say("안녕") == "안녕"


class Unstorable:
    pass


@pytest.mark.parametrize("value", [Unstorable(), lambda: 1, {1: Unstorable()}, b"\xff"])
async def test_what_cannot_be_stored_is_the_plugins_mistake(value: object, caplog: pytest.LogCaptureFixture) -> None:
    async def work(chat: Chat) -> str:
        await chat.here.put("값", value)
        return "네"

    assert await TestChat(doing(work)).say("/해") == SAYS.command_failed
    assert "저장할 수 없는 값" in caplog.text


async def test_a_value_in_itself_is_the_plugins_mistake(caplog: pytest.LogCaptureFixture) -> None:
    circle: list[Any] = []
    circle.append(circle)

    async def work(chat: Chat) -> str:
        await chat.here.put("값", circle)
        return "네"

    assert await TestChat(doing(work)).say("/해") == SAYS.command_failed
    assert "of plugin 창고 failed" in caplog.text
