"""Commands and plugins side by side: what is listed, what fares how, what comes of bursts, swaps and restarts."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chatbot import Ask, Chat, Conversation, Done, Once, Plugin, Role, RoomKind, SpeechLevel, Step, Where
from chatbot.builtin.basics import plugin as basics
from chatbot.commands.framework import RESERVED
from chatbot.plugins.loader import Discovered
from chatbot.plugins.registry import Registry
from chatbot.sentences import sentences
from chatbot.testing import FakeEngine, TestChat

SAYS = sentences(SpeechLevel.POLITE)
GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}
OWNED = {"bot": {"owners": ["fake:주인"]}}


def diary(answer: str = "적었어요.") -> Plugin:
    """Return a plugin that writes down what one says."""
    plugin = Plugin("일기", about="일기를 씁니다.")

    @plugin.conversation("일기", commands=("일기",), where=Where.ANYWHERE)
    @dataclass
    class Writing(Conversation):  # pyright: ignore[reportUnusedClass]
        """일기를 씁니다."""

        text: str = ""

        async def begin(self, chat: Chat) -> Step:
            return Ask("오늘 어땠어요?", then=self.hear)

        async def hear(self, chat: Chat, text: str) -> Step:
            await asyncio.sleep(0.1)
            if text == "끝":
                return Done(f"{answer} {self.text}")
            self.text += f"[{text}]"
            return Ask("그리고요?", then=self.hear)

    return plugin


def watching() -> Plugin:
    """Return a plugin that tells how the bot fares."""
    plugin = Plugin("살핌")

    @plugin.command("살핌", role=Role.OWNER)
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        status = await chat.status()
        return f"{status.plugins} {sorted(status.failing)} {status.jobs} {status.rooms_busy} {status.model}"

    @plugin.command("고장")
    def fail() -> str:  # pyright: ignore[reportUnusedFunction]
        raise RuntimeError

    @plugin.job("할 일")
    def do() -> None: ...  # pyright: ignore[reportUnusedFunction]

    @plugin.command("예약")
    async def plan(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.schedule("할 일", Once(chat.now + timedelta(days=1)))
        return "네"

    @plugin.command("명령들")
    async def commands(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return "\n".join(f"{one.plugin}|{one.name}|{one.usage}|{one.help}" for one in chat.commands())

    return plugin


async def test_the_owner_sees_how_the_bot_fares(caplog: pytest.LogCaptureFixture) -> None:
    async with TestChat(watching(), settings=OWNED) as chat:
        assert await chat.say("/살핌") == SAYS.for_admins
        assert (await chat.say("/살핌", speaker="주인")).startswith("('살핌', ")
        assert "[] 0 1 bundled" in await chat.say("/살핌", speaker="주인")
        await chat.say("/고장")
        await chat.say("/예약")
        assert "['살핌'] 1 1 bundled" in await chat.say("/살핌", speaker="주인")


async def test_a_plugin_can_list_what_one_may_use_there() -> None:
    async with TestChat(diary(), watching()) as chat:
        private, group = await chat.say("/명령들"), await chat.say("/명령들", **GROUP)
    assert private.splitlines()[:2] == ["일기|/일기|/일기|일기를 씁니다.", "살핌|/고장|/고장|"]
    assert "|/내정보|/내정보|" in private
    assert "|/삭제|/삭제 [확인]|" in private
    assert "/살핌" not in private
    assert "|/설정|" not in private
    assert "|/설정|" in group
    assert "|/삭제|" not in group


async def test_a_burst_is_one_answer_to_a_question() -> None:
    settings = {"rooms": {"merge_window": 0.1}}
    async with TestChat(diary(), settings=settings) as chat:
        await chat.say("/일기")
        replies = await asyncio.gather(chat.say("아침엔 비가"), chat.say("낮엔 해가"))
        assert [reply for reply in replies if reply] in (["그리고요?"], ["그리고요?"] * 2)
        assert await chat.say("끝") == "적었어요. [아침엔 비가\n낮엔 해가]"


async def test_a_newer_message_takes_an_unfinished_step_along_once() -> None:
    settings = {"rooms": {"merge_window": 0.01, "replace_unfinished": True}}
    async with TestChat(diary(), settings=settings) as chat:
        await chat.say("/일기")
        first = asyncio.create_task(chat.say("하나"))
        await asyncio.sleep(0.06)
        await asyncio.gather(first, chat.say("둘"))
        assert await chat.say("끝") == "적었어요. [하나\n둘]"


async def test_swapping_plugins_keeps_conversations_and_the_old_code_ends() -> None:
    async with TestChat(diary()) as chat:
        await chat.say("/일기")
        await chat.say("하나")
        assert chat._awake is not None  # pyright: ignore[reportPrivateUsage]
        bot = chat._awake.bot  # pyright: ignore[reportPrivateUsage]
        registry = Registry.of(Discovered.of(diary("새로 적었어요."), basics), chat.settings, RESERVED)
        await bot.swap_plugins(registry)
        assert await chat.say("끝") == "새로 적었어요. [하나]"
        await chat.say("/일기")
        saying = asyncio.create_task(chat.say("둘"))
        await asyncio.sleep(0.03)
        await bot.swap_plugins(Registry.of(Discovered.of(basics), chat.settings, RESERVED))  # amid a step
        assert await saying in ("그리고요?", "둘")
        assert await chat.say("끝") == "끝"
        assert await chat.say("/일기") == SAYS.unknown_command
        await bot.swap_plugins(registry)
        assert "새로 적었어요." in await chat.say("끝")


async def test_a_model_that_fails_leaves_plugins_working() -> None:
    engine = FakeEngine([RuntimeError("bug")] * 2)
    async with TestChat(diary(), engine=engine) as chat:
        assert await chat.say("안녕") == SAYS.no_reply
        assert await chat.say("/일기") == "오늘 어땠어요?"
        assert await chat.say("좋았어요") == "그리고요?"


async def test_a_crisis_is_heard_amid_a_conversation_which_waits() -> None:
    async with TestChat(diary()) as chat:
        await chat.say("/일기")
        assert "109" in await chat.say("죽고 싶어")
        assert await chat.say("좋았어요") == "그리고요?"


async def test_rights_are_claimed_amid_a_conversation() -> None:
    async with TestChat(diary()) as chat:
        await chat.say("/일기")
        assert "하던 이야기" in await chat.say("/내정보")
        await chat.say("비밀이야")
        await chat.say("/삭제")
        assert "모두 지웠어요" in await chat.say("/삭제 확인")
        assert await chat.say("끝") == "끝"


async def test_who_is_blocked_cannot_go_on() -> None:
    async with TestChat(diary(), settings=OWNED) as chat:
        await chat.say("/일기")
        await chat.say("/차단 하나", speaker="주인", room="주인의 방")
        assert await chat.say("하나") == ""
        assert await chat.say("/일기") == ""
        await chat.say("/차단해제 하나", speaker="주인", room="주인의 방")
        assert await chat.say("끝") == "적었어요. "
