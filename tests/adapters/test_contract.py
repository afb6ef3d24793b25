"""What every adapter promises, asked of all of them alike: a whole bot behind each, and people in front of it.

A platform that cannot do something raises NotImplementedError with the reason, and that test is skipped.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import pytest
from console_platform import ConsolePlatform
from discord_platform import DiscordPlatform
from fake_platform import FakePlatform
from platforms import Platform, Shown
from telegram_platform import TelegramPlatform, webhook

from chatbot import Ask, Chat, Conversation, Done, Plugin, Reply, Step
from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.talk import Talk
from chatbot.dialogue.voice import Show
from chatbot.plugins.loader import Discovered
from chatbot.plugins.registry import Registry
from chatbot.testing import FakeEngine

PLATFORMS: list[Callable[[], Platform]] = [
    FakePlatform,
    ConsolePlatform,
    TelegramPlatform,
    lambda: TelegramPlatform(stream=True),
    lambda: TelegramPlatform(webhook=webhook()),
    DiscordPlatform,
]
NAMES = ["fake", "console", "telegram", "telegram, streaming", "telegram, webhook", "discord"]
SECONDS = 120.0
HOLDS = "기다려 줘"
T = TypeVar("T")

shop = Plugin("가게")


@shop.command("더하기", "add")
def add(chat: Chat, left: int, right: int) -> str:
    """두 수를 더합니다."""
    return f"{left + right}입니다."


@shop.conversation("주문", commands=("주문", "order"))
@dataclass
class Order(Conversation):
    """An order of one thing."""

    async def begin(self, chat: Chat) -> Step:
        """Ask what it is."""
        return Ask("뭘 드릴까요?", then=self.pick, choices=("라떼", "따뜻하고 아주 달콤한 우유를 듬뿍 넣은 딸기 녹차"))

    async def pick(self, chat: Chat, menu: str) -> Step:
        """Take it."""
        return Done(f"{menu} 주문했어요.")


class Echo(FakeEngine):
    """Gives back what it hears, letter by letter first; ``HOLDS`` only once ``gate`` is open."""

    def __init__(self, script: Sequence[str | Exception] = ()) -> None:
        super().__init__(script)
        self.gate = asyncio.Event()
        self.holding = asyncio.Event()

    async def reply(self, talk: Talk, show: Show | None = None) -> Reply:
        """Return the message."""
        if talk.message == HOLDS and not self.gate.is_set():
            self.holding.set()
            await self.gate.wait()
        reply = await super().reply(talk, show)
        if show is not None:
            for length in range(1, min(len(reply.text), 20)):
                await show(reply.text[:length])
        return reply


@pytest.fixture(params=PLATFORMS, ids=NAMES)
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[Platform]:
    async with request.param() as platform:
        yield platform


@asynccontextmanager
async def bot_on(platform: Platform, folder: Path, voice: FakeEngine | None = None) -> AsyncGenerator[Bot]:
    """Run a bot that merges nothing and lets everybody talk as much as they like; shut it down as a program does."""
    settings = Settings.model_validate(
        {
            "rooms": {"merge_window": 0, "replace_unfinished": False},
            "guards": {"person_per_minute": 100_000, "room_per_minute": 100_000},
            "history": {"url": f"sqlite:///{folder}/chat.sqlite3"},
        }
    )
    adapter = platform.adapter()
    plugins = Registry.of(Discovered.of(shop), settings)
    bot = Bot(settings, Persona(name="단비"), voice=voice or Echo(), plugins=plugins)
    serving = asyncio.create_task(bot.serve(adapter))
    try:
        await bot.ready()
        yield bot
        assert not serving.done()
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        await bot.close()
    assert serving.cancelled()


async def able(doing: Coroutine[Any, Any, T]) -> T:
    """Wait for something that a platform may be unable to do."""
    try:
        return await doing
    except NotImplementedError as reason:
        pytest.skip(str(reason))


async def answers(platform: Platform, number: int, room: str = "방") -> list[Shown]:
    """Wait until the bot wrote so many messages in a room; return all of them."""
    await until(lambda: len(platform.shown(room)) >= number and not any(map(_is_written, platform.shown(room))))
    return platform.shown(room)


def _is_written(shown: Shown) -> bool:
    return shown.text.endswith(" …")


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something to be so."""
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 (what people see has no event)
            await asyncio.sleep(0.01)


async def texts(platform: Platform, number: int, room: str = "방") -> list[str]:
    """Wait until the bot wrote so many messages in a room; return what they say."""
    return [one.text for one in await answers(platform, number, room)]


async def settled(platform: Platform) -> None:
    """Wait until the bot knows all that happened so far: events are fetched in turns, and each marker takes one."""
    for number in (1, 2):
        await able(platform.say("표시", "다른 방", "둘"))
        await answers(platform, number, "다른 방")


async def test_an_answer_comes_to_what_is_said(platform: Platform, tmp_path: Path) -> None:
    async with bot_on(platform, tmp_path):
        await platform.say("안녕하세요 😀 ㅋㅋ")
        assert await texts(platform, 1) == ["안녕하세요 😀 ㅋㅋ"]


async def test_each_room_is_answered_in_order(platform: Platform, tmp_path: Path) -> None:
    rooms = {"방": "하나", "둘째 방": "둘", "셋째 방": "셋"}
    async with bot_on(platform, tmp_path):
        for number in range(10):
            for room, person in rooms.items():
                await able(platform.say(f"{room} {number}번", room, person))
        for room in rooms:
            assert await texts(platform, 10, room) == [f"{room} {number}번" for number in range(10)]


async def test_one_room_is_answered_in_order(platform: Platform, tmp_path: Path) -> None:
    said = [f"{number}번째 말" for number in range(20)]
    async with bot_on(platform, tmp_path):
        for text in said:
            await platform.say(text)
        assert await texts(platform, 20) == said


async def test_commands_work(platform: Platform, tmp_path: Path) -> None:
    async with bot_on(platform, tmp_path):
        await platform.say("/더하기 1 2")
        await platform.say("/add 3 4")
        assert await texts(platform, 2) == ["3입니다.", "7입니다."]


async def test_what_is_delivered_twice_is_answered_once(platform: Platform, tmp_path: Path) -> None:
    said = [f"{number}번째 말" for number in range(20)]
    async with bot_on(platform, tmp_path) as bot:
        await able(failing(platform, duplicate=0.5))
        for text in said:
            await platform.say(text)
        await answers(platform, 20)
        await failing(platform)
        await platform.say("끝")
        await answers(platform, 21)
        await bot.quiet()
        assert [one.text for one in platform.shown()] == [*said, "끝"]


async def test_what_comes_out_of_order_is_answered_once(platform: Platform, tmp_path: Path) -> None:
    rooms = [f"방 {number}" for number in range(15)]
    async with bot_on(platform, tmp_path) as bot:
        await able(failing(platform, duplicate=0.3, reorder=0.5, delay=0.01))
        for room in rooms:
            await platform.say(f"여기는 {room}", room, f"{room} 사람")
        for room in rooms:
            await answers(platform, 1, room)
        await bot.quiet()
        assert [[one.text for one in platform.shown(room)] for room in rooms] == [[f"여기는 {room}"] for room in rooms]


async def test_nothing_is_lost_in_a_bad_network(platform: Platform, tmp_path: Path) -> None:
    rooms = ["방", "둘째 방", "셋째 방"]
    async with bot_on(platform, tmp_path):
        await able(failing(platform, drop=0.1, error=0.1, too_many=0.15, delay=0.02))
        for number in range(5):
            for room in rooms:
                await platform.say(f"{room} {number}번", room, f"{room} 사람")
        for room in rooms:
            assert await texts(platform, 5, room) == [f"{room} {number}번" for number in range(5)]


async def test_a_connection_that_breaks_behind_a_message_costs_none(platform: Platform, tmp_path: Path) -> None:
    said = [f"{number}번째 말" for number in range(6)]
    async with bot_on(platform, tmp_path) as bot:
        await able(failing(platform, drop_after=0.3))
        for text in said:
            await platform.say(text)
        await answers(platform, 6)
        await failing(platform)
        await platform.say("끝")
        await until(lambda: platform.shown()[-1].text == "끝")
        await bot.quiet()
        assert [text for text, _ in groupby(one.text for one in platform.shown())] == [*said, "끝"]


async def test_a_long_message_comes_whole(platform: Platform, tmp_path: Path) -> None:
    long = " ".join(f"{number}번째 문장이에요 👨‍👩‍👧." for number in range(500))
    async with bot_on(platform, tmp_path, Echo([long, "짧은 말"])):
        await platform.say("길게 말해 줘")
        await platform.say("짧게 말해 줘")
        await until(lambda: platform.shown()[-1:] != [] and platform.shown()[-1].text == "짧은 말")
        *parts, _ = platform.shown()
        assert "".join("".join(one.text for one in parts).split()) == "".join(long.split())


async def test_a_choice_is_made(platform: Platform, tmp_path: Path) -> None:
    async with bot_on(platform, tmp_path):
        for number, label in enumerate(("라떼", "따뜻하고 아주 달콤한 우유를 듬뿍 넣은 딸기 녹차")):
            await platform.say("/주문")
            await answers(platform, 2 * number + 1)
            await platform.press("방", label)
            assert (await texts(platform, 2 * number + 2))[-1] == f"{label} 주문했어요."


async def test_buttons_go_when_one_is_pressed(platform: Platform, tmp_path: Path) -> None:
    async with bot_on(platform, tmp_path):
        await platform.say("/주문")
        (asked,) = await answers(platform, 1)
        if not asked.choices:
            pytest.skip(f"{platform.name}에는 단추가 없어요.")
        assert asked.choices[0] == "라떼"
        await platform.press("방", "라떼")
        await answers(platform, 2)
        await until(lambda: not platform.shown()[0].choices)
        assert platform.shown()[0].text.startswith("뭘 드릴까요?")


async def test_an_edited_message_is_answered_as_it_is_then(platform: Platform, tmp_path: Path) -> None:
    voice = Echo()
    async with bot_on(platform, tmp_path, voice):
        await platform.say(HOLDS)
        await voice.holding.wait()
        id = await platform.say("고치기 전")
        await able(platform.edit("방", id, "고친 뒤"))
        await settled(platform)
        voice.gate.set()
        assert await texts(platform, 2) == [HOLDS, "고친 뒤"]


async def test_a_deleted_message_is_not_answered(platform: Platform, tmp_path: Path) -> None:
    voice = Echo()
    async with bot_on(platform, tmp_path, voice):
        await platform.say(HOLDS)
        await voice.holding.wait()
        id = await platform.say("지울 말")
        await able(platform.delete("방", id))
        await settled(platform)
        voice.gate.set()
        await platform.say("그다음 말")
        assert await texts(platform, 2) == [HOLDS, "그다음 말"]


async def test_in_a_group_only_who_speaks_to_the_bot_is_answered(platform: Platform, tmp_path: Path) -> None:
    async with bot_on(platform, tmp_path) as bot:
        await able(platform.say("오늘 점심 뭐 먹지", "모임", "하나", group=True))
        mention = await platform.say("안녕", "모임", "둘", group=True, mention=True)
        (first,) = await answers(platform, 1, "모임")
        assert (first.text, first.reply_to) == ("안녕", mention)
        reply = await platform.say("그래서?", "모임", "셋", group=True, reply_to=first.id)
        await answers(platform, 2, "모임")
        call = await platform.say("단비야 뭐 해?", "모임", "하나", group=True)
        await answers(platform, 3, "모임")
        await platform.say("나는 김밥", "모임", "둘", group=True)
        await platform.say("안녕", "방", "셋")
        await answers(platform, 1)
        await bot.quiet()
        assert [(one.text, one.reply_to) for one in platform.shown("모임")] == [
            ("안녕", mention),
            ("그래서?", reply),
            ("단비야 뭐 해?", call),
        ]


async def test_what_was_said_while_the_bot_was_away_is_answered_when_it_is_back(
    platform: Platform, tmp_path: Path
) -> None:
    async with bot_on(platform, tmp_path):
        await platform.say("첫 말")
        await answers(platform, 1)
    said = [f"{number}번째 말" for number in range(5)]
    try:
        async with bot_on(platform, tmp_path):
            pass
    except NotImplementedError as reason:
        pytest.skip(str(reason))
    for text in said:
        await platform.say(text)
    async with bot_on(platform, tmp_path):
        assert await texts(platform, 6) == ["첫 말", *said]


async def test_what_was_not_answered_is_answered_after_a_restart(platform: Platform, tmp_path: Path) -> None:
    voice = Echo()
    said = [HOLDS, *(f"{number}번째 말" for number in range(5))]
    async with bot_on(platform, tmp_path, voice):
        for text in said:
            await platform.say(text)
        await voice.holding.wait()
    assert platform.shown() == []
    voice.gate.set()
    try:
        async with bot_on(platform, tmp_path, voice) as bot:
            assert await texts(platform, 6) == said
            await bot.quiet()
            assert [one.text for one in platform.shown()] == said
    except NotImplementedError as reason:
        pytest.skip(str(reason))


async def failing(platform: Platform, **faults: float) -> None:
    """Let things go wrong from now on."""
    platform.fail(**faults)
