"""Conversations that go wrong: no step is lost over it, and nothing of a failing one stays."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

import pytest
from talks import SAYS, Size, cafe

from chatbot import Ask, Chat, Conversation, Done, Plugin, Step
from chatbot.errors import PluginError
from chatbot.testing import TestChat


@pytest.mark.parametrize("restarts", [True, False])
async def test_a_step_that_fails_keeps_the_state(restarts: bool, caplog: pytest.LogCaptureFixture) -> None:
    async def talk(chat: TestChat) -> None:
        await chat.say("/주문")
        await chat.say("녹차")
        for _ in range(2):
            assert await chat.say("열한 잔") == SAYS.step_failed
        assert await chat.say("한 잔") == "녹차 [1]잔 주문했어요."  # nothing of the failures is left

    chat = TestChat(cafe())
    if restarts:
        await talk(chat)
    else:
        async with chat:
            await talk(chat)
    assert caplog.text.count("ValueError") == 2


async def test_a_resting_plugin_keeps_its_conversations(caplog: pytest.LogCaptureFixture) -> None:
    async with TestChat(cafe()) as chat:
        await chat.say("/주문")
        await chat.say("녹차")
        for _ in range(7):
            assert await chat.say("열한 잔") == SAYS.step_failed
        assert "rests for" in caplog.text
        assert await chat.say("취소") == SAYS.cancelled


async def test_a_resting_plugin_goes_on_after_its_rest(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("chatbot.plugins.isolation._REST_SECONDS", 0.3)
    async with TestChat(cafe()) as chat:
        await chat.say("/주문")
        await chat.say("녹차")
        for _ in range(5):
            await chat.say("열한 잔")
        assert await chat.say("한 잔") == SAYS.step_failed
        await asyncio.sleep(0.4)
        assert await chat.say("한 잔") == "녹차 [1]잔 주문했어요."
    assert "rests for" in caplog.text


def odd(value: object, kind: Any = Any, *, text: str = "다음") -> Plugin:
    """Return a plugin whose conversation puts something in a field."""
    plugin = Plugin("이상한")

    async def begin(self: Any, chat: Chat) -> Step:
        return Ask("시작", then=self.go)

    async def go(self: Any, chat: Chat, word: str) -> Step:
        if word == "끝":
            return Done(f"{self.value!r}")
        await chat.here.put("들름", True)
        self.value = value
        return Ask(text, then=self.go)

    names = {"begin": begin, "go": go, "value": None, "__annotations__": {"value": kind}}
    plugin.conversation("이상한", commands=("이상한",))(dataclass(type("Odd", (Conversation,), names)))

    @plugin.command("들름")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.here.get("들름", bool, False))

    return plugin


class Loop:
    pass


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (object(), Any),
        (Loop, Any),
        (lambda: 1, Any),
        ({("a", 1): 2}, dict[tuple[str, int], int] | None),  # JSON has no such keys
        ("글", int | None),  # not what the field is declared to be
        (b"\xff\xfe", bytes | None),
    ],
)
async def test_a_value_that_cannot_be_stored_fails_the_step_and_keeps_the_state(
    value: object, kind: Any, caplog: pytest.LogCaptureFixture
) -> None:
    chat = TestChat(odd(value, kind))
    await chat.say("/이상한")
    reply = await chat.say("가자")
    assert reply == SAYS.step_failed
    assert "이상한" in caplog.text
    assert await chat.say("/들름") == "False"
    assert await chat.say("끝") == "None"


async def test_fields_that_are_too_much_are_told_and_the_state_stays(caplog: pytest.LogCaptureFixture) -> None:
    chat = TestChat(odd(["가" * 1000] * 10_000, Any))
    await chat.say("/이상한")
    assert await chat.say("가자") == "한 번에 적어 둘 수 있는 것보다 길어요. 줄여서 다시 해 주세요."
    assert await chat.say("/들름") == "False"
    assert await chat.say("끝") == "None"
    assert caplog.records == []  # nobody's mistake


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ({1, 2}, set[int], {1, 2}),
        ((1, "둘"), tuple[int, str], (1, "둘")),
        ({date(2026, 1, 1): [1]}, dict[date, list[int]], {date(2026, 1, 1): [1]}),
        (time(9, 30), time, time(9, 30)),
        (timedelta(minutes=5), timedelta, timedelta(minutes=5)),
        (Size.LARGE, Size, Size.LARGE),
        (3, float, 3.0),
        (float("inf"), float, float("inf")),
        ("\u2028 😀 ㅋㅋ", str, "\u2028 😀 ㅋㅋ"),
        ({"a": [1, {"b": None}]}, Any, {"a": [1, {"b": None}]}),
    ],
)
async def test_a_value_of_any_declared_type_comes_back(value: object, kind: Any, shown: object) -> None:
    chat = TestChat(odd(value, kind | None))
    await chat.say("/이상한")
    assert await chat.say("가자") == "다음"
    assert await chat.say("끝") == repr(shown)


@pytest.mark.parametrize("text", ["다음 \ud800", "다음 \x00"])
async def test_letters_that_no_database_takes_do_not_lose_the_step(text: str) -> None:
    chat = TestChat(odd("라떼", str | None, text=text))
    await chat.say("/이상한")
    assert (await chat.say("가자")).startswith("다음 ")
    assert await chat.say("끝") == "'라떼'"


@pytest.mark.parametrize("result", [7, [], Ask, b"x"])
async def test_a_step_that_returns_something_else_fails(result: object, caplog: pytest.LogCaptureFixture) -> None:
    plugin = Plugin("이상한")

    @plugin.conversation("이상한", commands=("이상한",))
    @dataclass
    class Odd(Conversation):  # pyright: ignore[reportUnusedClass]
        async def begin(self, chat: Chat) -> Step:
            return Ask("시작", then=self.go)

        async def go(self, chat: Chat, word: str) -> Any:
            return result if word == "이상" else Done("끝")

    chat = TestChat(plugin)
    await chat.say("/이상한")
    assert await chat.say("이상") == SAYS.step_failed
    assert await chat.say("끝") == "끝"
    assert "이상한" in caplog.text


async def test_a_question_for_a_step_of_another_conversation_fails(caplog: pytest.LogCaptureFixture) -> None:
    plugin = Plugin("이상한")

    @plugin.conversation("이상한", commands=("이상한",))
    @dataclass
    class Odd(Conversation):
        async def begin(self, chat: Chat, how: str = "") -> Step:
            match how:
                case "남":
                    return Ask("?", then=Odd().go)
                case "밖":
                    return Ask("?", then=outside)
                case "숨은":
                    return Ask("?", then=self._hidden)
                case _:
                    return Ask("?", then=self.go)

        async def go(self, chat: Chat) -> Step:
            return Done("끝")

        async def _hidden(self, chat: Chat) -> Step:
            return Done("끝")

    async def outside(chat: Chat) -> Step:
        return Done("끝")

    async with TestChat(plugin) as chat:
        for how in ("남", "밖", "숨은"):
            assert await chat.say(f"/이상한 {how}") == SAYS.command_failed
            assert await chat.say("아무 말") == "아무 말"
        assert await chat.say("/이상한") == "?"
        assert await chat.say("아무 말") == "끝"
    assert caplog.text.count("단계가 아니에요") == 3


async def test_a_conversation_that_cannot_be_made_fails_alone(caplog: pytest.LogCaptureFixture) -> None:
    plugin = Plugin("이상한")

    @plugin.conversation("이상한", commands=("이상한",))
    @dataclass
    class Odd(Conversation):
        made: int = 0

        def __post_init__(self) -> None:
            raise SystemExit(1)

        async def begin(self, chat: Chat) -> Step:
            return Done("끝")

    @plugin.conversation("필수")
    @dataclass
    class Required(Conversation):
        name: str

        async def begin(self, chat: Chat) -> Step:
            return Ask(f"{self.name}?", then=self.go)

        async def go(self, chat: Chat) -> Step:
            return Done("끝")

    @plugin.command("시작")
    async def start(chat: Chat, name: str) -> Required:  # pyright: ignore[reportUnusedFunction]
        return Required(name)

    async with TestChat(plugin) as chat:
        assert await chat.say("/이상한") == SAYS.command_failed
        assert await chat.say("/시작 하나") == "하나?"
        assert await chat.say("응") == "끝"
    assert "SystemExit" in caplog.text


async def test_fields_that_are_changed_by_a_failing_step_stay_as_they_were_however_deep(
    caplog: pytest.LogCaptureFixture,
) -> None:
    plugin = Plugin("깊은")

    @plugin.conversation("깊은", commands=("깊은",))
    @dataclass
    class Deep(Conversation):  # pyright: ignore[reportUnusedClass]
        tree: dict[str, Any] = field(default_factory=lambda: {"a": [1]})

        async def begin(self, chat: Chat) -> Step:
            return Ask("?", then=self.go)

        async def go(self, chat: Chat, word: str) -> Step:
            self.tree["a"].append(2)
            if word == "실패":
                raise RuntimeError
            return Done(str(self.tree))

    async with TestChat(plugin) as chat:
        await chat.say("/깊은")
        assert await chat.say("실패") == SAYS.step_failed
        assert await chat.say("끝") == "{'a': [1, 2]}"
    assert "RuntimeError" in caplog.text


def test_a_conversation_that_cannot_work_is_refused_before_anybody_speaks() -> None:
    from chatbot.plugins.prepared import check

    def declared(kind: type, **how: Any) -> Plugin:
        plugin = Plugin("이상한")
        plugin.conversation("이상한", **how)(kind)
        return plugin

    @dataclass
    class NoBegin(Conversation):
        pass

    @dataclass
    class NotAsync(Conversation):
        def begin(self, chat: Chat) -> Step:
            return None

    class NoConversation:
        async def begin(self, chat: Chat) -> Step:
            return None

    @dataclass
    class Unstorable(Conversation):
        where: Loop = field(default_factory=Loop)

        async def begin(self, chat: Chat) -> Step:
            return None

    @dataclass
    class TwoAnswers(Conversation):
        async def begin(self, chat: Chat) -> Step:
            return None

        async def go(self, chat: Chat, one: int, two: int) -> Step:
            return None

    @dataclass
    class Unreadable(Conversation):
        async def begin(self, chat: Chat) -> Step:
            return None

        async def go(self, chat: Chat, one: Loop) -> Step:
            return None

    @dataclass
    class Required(Conversation):
        name: str

        async def begin(self, chat: Chat) -> Step:
            return None

    check(declared(Required))  # by a handler that returns one
    with pytest.raises(PluginError, match="기본값"):
        check(declared(Required, commands=("필수",)))
    for kind in (NoBegin, NotAsync, NoConversation, Unstorable, TwoAnswers, Unreadable):
        with pytest.raises(PluginError):
            check(declared(kind))
    for how in ({"version": 0}, {"expires": timedelta(0)}):
        with pytest.raises(PluginError):
            declared(NoBegin, **how)
