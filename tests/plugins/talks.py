"""Plugins that talk in several steps, for the tests of conversations."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from chatbot import Ask, Chat, Choice, Conversation, Done, Plugin, RoomKind, SpeechLevel, Step
from chatbot.sentences import sentences
from chatbot.testing import TestChat

SAYS = sentences(SpeechLevel.POLITE)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}


class Size(Enum):
    SMALL = "작은 것"
    LARGE = "큰 것"


def cafe(version: int = 1, *, expires: timedelta = timedelta(minutes=30)) -> Plugin:
    """Return a plugin that takes orders."""
    plugin = Plugin("카페")

    @plugin.conversation("주문", commands=("주문", "order"), version=version, expires=expires)
    @dataclass
    class Order(Conversation):  # pyright: ignore[reportUnusedClass]
        """메뉴를 주문합니다."""

        menu: str = ""
        cups: list[int] = field(default_factory=list[int])

        async def begin(self, chat: Chat) -> Step:
            return Ask("뭘 드릴까요?", then=self.pick, choices=("라떼", "녹차"))

        async def pick(self, chat: Chat, menu: str) -> Step:
            if menu.endswith("?"):
                return "라떼는 4천 원이에요."
            if menu.startswith("날씨"):
                return None
            self.menu = menu
            return Ask("몇 잔이요?", then=self.count, again="몇 잔 드릴까요?")

        async def count(self, chat: Chat, cups: int) -> Step:
            self.cups.append(cups)
            if cups > 10:
                raise ValueError("so many")
            return Done(f"{self.menu} {self.cups}잔 주문했어요.")

    return plugin


def asking(*choices: str | Choice, kind: Any = str) -> Plugin:
    """Return a plugin that gives back what was chosen."""
    plugin = Plugin("고르기")

    async def hear(self: Any, chat: Chat, value: Any) -> Step:
        return Done(f"<{value}>")

    hear.__annotations__["value"] = kind

    async def begin(self: Any, chat: Chat) -> Step:
        return Ask("골라 주세요", then=self.hear, choices=choices)

    of = dataclass(type("Choosing", (Conversation,), {"begin": begin, "hear": hear, "__annotations__": {}}))
    plugin.conversation("고르기", commands=("고르기",))(of)
    return plugin


def survey(version: int, *, renamed: bool = False, upgrade: Callable[..., Any] | None = None) -> Plugin:
    """Return one of the versions of a plugin."""
    plugin = Plugin("설문")

    async def begin(self: Any, chat: Chat) -> Step:
        return Ask("이름은?", then=self.naming if renamed else self.name)

    async def heard(self: Any, chat: Chat, name: str) -> Step:
        return Done(f"{version}판: {name}, {self.notes}")

    names: dict[str, Any] = {
        "begin": begin,
        "notes": field(default_factory=list[str]),
        "__annotations__": {"notes": list[str]},
    }
    step = "naming" if renamed else "name"
    heard.__name__ = step
    names[step] = heard
    if upgrade is not None:
        names["upgraded"] = classmethod(upgrade)
    kind = dataclass(type("Survey", (Conversation,), names))
    plugin.conversation("설문", commands=("설문",), version=version)(kind)
    return plugin


def edited(chat: TestChat, *plugins: Plugin) -> None:
    chat._plugins = plugins  # pyright: ignore[reportPrivateUsage]  # as if the files had been edited, and the bot restarted


def counting() -> Plugin:
    """Return a plugin in which a room counts together."""
    plugin = Plugin("세기")

    @plugin.conversation("세기", commands=("세기",), room=True)
    @dataclass
    class Counting(Conversation):  # pyright: ignore[reportUnusedClass]
        """함께 수를 셉니다."""

        last: int = 0
        who: list[str] = field(default_factory=list[str])

        async def begin(self, chat: Chat) -> Step:
            return Ask("하나부터!", then=self.count)

        async def count(self, chat: Chat, text: str) -> Step:
            if not text.isdecimal():
                return None
            if int(text) != self.last + 1:
                return Done(f"{chat.speaker.name} 탈락! {'-'.join(self.who)}")
            self.last += 1
            self.who.append(chat.speaker.name)
            return Ask(f"{self.last}!", then=self.count)

    return plugin
