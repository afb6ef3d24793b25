"""Plugins that do their worst, through a whole bot: it goes on, and so do the other plugins and the other rooms."""

import asyncio
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from chatbot import Ask, Chat, Conversation, Done, Plugin, RoomKind, SpeechLevel, Step, Storage
from chatbot.dialogue.talk import Talk
from chatbot.sentences import sentences
from chatbot.testing import TestChat
from chatbot.watchdog import watching

SAYS = sentences(SpeechLevel.POLITE)
OWNED = {"bot": {"owners": ["fake:주인"]}}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """End what blocks the loop after a quarter of a second, and what hangs after half of one."""
    monkeypatch.setattr("chatbot.bot.watching", partial(watching, 0.1, 0.25))
    monkeypatch.setattr("chatbot.awake._HANDLER_SECONDS", 0.5)
    monkeypatch.setattr("chatbot.plugins.isolation._LAST_WORDS_SECONDS", 0.1)


def good() -> Plugin:
    """Return a plugin that does what it should."""
    plugin = Plugin("착한")

    @plugin.command("더하기")
    def add(left: int, right: int) -> str:  # pyright: ignore[reportUnusedFunction]
        return f"{left + right}입니다."

    @plugin.keyword("날씨")
    async def weather(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return "맑아요."

    return plugin


def exits() -> None:
    sys.exit(1)


def interrupts_itself() -> None:
    raise asyncio.CancelledError


def spins() -> None:
    while True:
        pass


def spins_and_swallows() -> None:
    while True:
        try:
            while True:
                len("")
        except Exception:
            pass


def sleeps() -> None:
    time.sleep(1000)


def searches() -> None:
    re.fullmatch(r"(a|a)+b", "a" * 60)


def recurses() -> None:
    recurses()


def raises() -> None:
    raise ValueError("비밀")


SINS: list[Callable[[], None]] = [
    exits, interrupts_itself, spins, spins_and_swallows, sleeps, searches, recurses, raises,
]  # fmt: skip


async def swallows_its_end() -> None:
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(1000)


async def hangs() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("sin", SINS)
async def test_a_bad_handler_costs_its_own_answer_and_no_other(
    sin: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    bad = Plugin("나쁜")

    @bad.command("동기")
    def plain(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        sin()
        return "?"

    @bad.command("비동기")
    async def waiting(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.here.put("흔적", True)
        await asyncio.sleep(0)
        sin()
        return "?"

    @bad.match("해 봐")
    async def matched(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        sin()
        return "?"

    @bad.command("흔적")
    async def trace(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.here.get("흔적", bool))

    async with TestChat(bad, good()) as chat:
        for said, answer in (("/동기", SAYS.command_failed), ("/비동기", SAYS.command_failed), ("해 봐", "해 봐")):
            elsewhere = asyncio.create_task(chat.say("/더하기 1 2", room="옆방", speaker="두리"))
            assert await chat.say(said) == answer
            assert await elsewhere == "3입니다."
            assert await chat.say("/더하기 1 1") == "2입니다."
        assert await chat.say("/흔적") == "None"
    assert "비밀" not in caplog.text
    assert caplog.text.count(" of plugin 나쁜 failed: ") == 3


@pytest.mark.parametrize("work", [hangs, swallows_its_end])
async def test_a_handler_that_never_ends_holds_up_its_own_room_for_a_while_only(
    work: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    bad = Plugin("나쁜")

    @bad.command("기다려")
    async def wait(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        await work()
        return "?"

    async with TestChat(bad, good()) as chat:
        began = time.monotonic()
        waiting = asyncio.create_task(chat.say("/기다려"))
        await asyncio.sleep(0.05)
        assert await chat.say("/더하기 1 2", room="옆방") == "3입니다."
        assert time.monotonic() - began < 0.5
        assert await waiting == SAYS.command_failed
        assert await chat.say("안녕") == "안녕"
        before = len(asyncio.all_tasks())
    assert before <= 12  # the work is not among them any more
    assert not [task for task in asyncio.all_tasks() if "wait" in str(task.get_coro())]
    assert "took longer than" in caplog.text


@pytest.mark.parametrize("sin", SINS)
async def test_a_bad_predicate_is_passed_over_and_soon_not_asked_any_more(
    sin: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    bad, asked = Plugin("나쁜"), list[str]()

    def is_meant(text: str) -> bool:
        asked.append(text)
        sin()
        return True

    @bad.when(is_meant)
    async def answer(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return "?"

    async with TestChat(bad, good()) as chat:
        for number in range(5):
            assert await chat.say(f"날씨 {number}") == "맑아요."
        began = time.monotonic()
        assert await chat.say("안녕") == "안녕"
        assert await chat.say("/더하기 1 2") == "3입니다."
        assert time.monotonic() - began < 0.25  # it rests, so it blocks nobody
    assert asked == [f"날씨 {number}" for number in range(5)]
    assert caplog.text.count("plugin 나쁜 rests for") == 1


async def test_a_pattern_that_takes_for_ever_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    bad = Plugin("나쁜")

    @bad.match(r"^(\w+\s?)*\?$")
    async def answer(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return "?"

    async with TestChat(bad, good()) as chat:
        assert await chat.say("날씨가" * 20 + "?!") == "맑아요."
        assert await chat.say("뭐라고?") == "?"
    assert "the matcher of answer() of plugin 나쁜 failed: Blocked" in caplog.text


@pytest.mark.parametrize("sin", [exits, spins, raises, recurses])
async def test_bad_hooks_leave_the_conversation_and_the_bots_life_alone(
    sin: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    bad = Plugin("나쁜")

    @bad.before_generate
    async def before(chat: Chat, talk: Talk) -> str:  # pyright: ignore[reportUnusedFunction]
        sin()
        return "?"

    @bad.after_generate
    def after(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        sin()
        return "?"

    @bad.on_start
    @bad.on_stop
    async def attend(everywhere: Storage) -> None:  # pyright: ignore[reportUnusedFunction]
        sin()

    @bad.on_forget
    def forget(speaker_id: str) -> None:  # pyright: ignore[reportUnusedFunction]
        sin()

    async with TestChat(bad, good()) as chat:
        assert await chat.say("안녕") == "안녕"
        await chat.say("/삭제")
        assert "모두 지웠어요" in await chat.say("/삭제 확인")
    assert caplog.text.count(" of plugin 나쁜 failed: ") == 5


async def test_storage_that_is_full_stops_neither_the_start_nor_the_forgetting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    greedy = Plugin("욕심")

    @greedy.on_start
    @greedy.on_stop
    @greedy.on_forget
    async def attend(everywhere: Storage) -> None:  # pyright: ignore[reportUnusedFunction]
        await everywhere.put("모두", "가" * 10_000_000)

    @greedy.before_generate
    async def before(chat: Chat) -> None:  # pyright: ignore[reportUnusedFunction]
        await chat.here.put("모두", "가" * 10_000_000)

    async with TestChat(greedy) as chat:
        assert await chat.say("안녕") == "안녕"
        await chat.say("/삭제")
        assert "모두 지웠어요" in await chat.say("/삭제 확인")
    assert caplog.text.count(" of plugin 욕심 failed: ") == 4


async def test_a_conversation_whose_step_is_bad_waits_for_a_better_answer(caplog: pytest.LogCaptureFixture) -> None:
    bad = Plugin("나쁜")

    @bad.conversation("문답", commands=("문답",))
    @dataclass
    class Talking(Conversation):  # pyright: ignore[reportUnusedClass]
        heard: str = ""

        async def begin(self, chat: Chat) -> Step:
            return Ask("?", then=self.go)

        async def go(self, chat: Chat, word: str) -> Step:
            self.heard += word
            sin = {"나가": exits, "돌아": spins, "자": sleeps}.get(word)
            if sin is not None:
                sin()
            return Done(self.heard)

    async with TestChat(bad) as chat:
        await chat.say("/문답")
        for word in ("나가", "돌아", "자"):
            assert await chat.say(word) == SAYS.step_failed
        assert await chat.say("끝") == "끝"


async def test_five_failures_let_a_plugin_rest_and_the_owner_is_told_alone(caplog: pytest.LogCaptureFixture) -> None:
    bad = Plugin("나쁜")

    @bad.command("해")
    def do() -> str:  # pyright: ignore[reportUnusedFunction]
        raise ValueError("비밀")

    async with TestChat(bad, good(), settings=OWNED) as chat:
        await chat.say("안녕", speaker="주인", room="주인의 방")
        await chat.say("단비야", speaker="주인", room="단톡", room_kind=RoomKind.GROUP)
        for _ in range(5):
            assert await chat.say("/해") == SAYS.command_failed
        await asyncio.sleep(0.1)
        assert chat._awake is not None  # pyright: ignore[reportPrivateUsage]
        told = [one for one in chat._awake.adapter.sent if "나쁜" in one.message.text]  # pyright: ignore[reportPrivateUsage]
        assert [one.to.room for one in told] == ["주인의 방"]
        assert "5분" in told[0].message.text
        assert "ValueError" in told[0].message.text
        assert "비밀" not in told[0].message.text
        assert await chat.say("/해") == SAYS.command_failed
        assert await chat.say("/더하기 1 2") == "3입니다."
