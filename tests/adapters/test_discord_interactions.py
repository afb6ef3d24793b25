"""Slash commands, suggestions, buttons and menus, over the library's real code."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from discord_listener import listening, until
from discord_platform import DiscordPlatform

from chatbot import Rest, Speaker
from chatbot.errors import DatabaseUnavailable
from chatbot.messages import Choice, Incoming, Outgoing, RoomKind


@dataclass(frozen=True)
class Parameter:
    name: str
    annotation: Any = str
    required: bool = True
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class Command:
    names: Sequence[str]
    help: str = ""
    parameters: Sequence[Parameter] = ()


CITIES = tuple(f"도시{number}" for number in range(30))
COMMANDS = (
    Command(("더하기", "add"), "두 수를 더합니다.", (Parameter("left", int), Parameter("right", int, False))),
    Command(("말투",), "말투를 바꿉니다.", (Parameter("how", Literal["존댓말", "반말"], True, ("존댓말", "반말")),)),
    Command(("날씨",), "날씨를 알려 드려요.", (Parameter("도시", Literal[CITIES], True, CITIES),)),  # type: ignore
    Command(
        ("송금",), "보냅니다.", (Parameter("누구", Speaker), Parameter("얼마", float), Parameter("몰래", bool, False))
    ),
    Command(("기억 지우기",), "잊습니다.", (Parameter("무엇", Rest),)),
    Command(("기억 보기",), "보여 드려요."),
)


@pytest.fixture
async def platform() -> AsyncIterator[DiscordPlatform]:
    async with DiscordPlatform() as platform:
        yield platform


def option(name: str, value: object, **more: object) -> dict[str, Any]:
    """Return a parameter as Discord sends it."""
    kinds: dict[type[object], int] = {bool: 5, int: 4, float: 10}
    return {"name": name, "type": kinds.get(type(value), 3), "value": value, **more}


async def published(platform: DiscordPlatform, writes: int = 1) -> None:
    await until(lambda: platform.server.interactions.writes >= writes)


async def test_commands_are_published_with_korean_names_and_typed_options(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS):
        await published(platform)
    commands = {one["name"]: one for one in platform.server.world.commands}
    assert set(commands) == {"더하기", "말투", "날씨", "송금", "기억"}
    add = commands["더하기"]
    assert add["name_localizations"] == {"ko": "더하기"}
    assert add["description_localizations"] == {"ko": "두 수를 더합니다."}
    assert [(one["name"], one["type"], one.get("required", False)) for one in add["options"]] == [
        ("left", 4, True),
        ("right", 4, False),
    ]
    assert [one["value"] for one in commands["말투"]["options"][0]["choices"]] == ["존댓말", "반말"]
    assert commands["날씨"]["options"][0]["autocomplete"] is True
    assert [one["type"] for one in commands["송금"]["options"]] == [6, 10, 5]
    assert [(one["name"], one["type"]) for one in commands["기억"]["options"]] == [("지우기", 1), ("보기", 1)]


async def test_commands_are_published_only_when_they_changed(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS):
        await published(platform)
    async with listening(platform, commands=COMMANDS) as bot:
        await until(
            lambda: any(one.startswith("GET /applications") for one in reversed(platform.server.world.requests))
        )
        await platform.say("안녕")
        await bot.next(Incoming)
        assert platform.server.interactions.writes == 1
        await bot.adapter.publish((*COMMANDS, Command(("새것",), "새로 왔어요.")))
        await published(platform, 2)
    assert len(platform.server.world.commands) == 6


async def test_without_commands_what_is_published_is_left_alone(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        await platform.say("안녕")
        await bot.next(Incoming)
    assert not any("applications/" in one and "commands" in one for one in platform.server.world.requests)


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("더하기", [option("left", 1), option("right", 2)], "/더하기 1 2"),
        ("더하기", [option("left", -3)], "/더하기 -3"),
        ("말투", [option("how", "반말")], "/말투 반말"),
        ("날씨", [option("도시", "뉴 욕")], '/날씨 "뉴 욕"'),
        ("날씨", [option("도시", '큰 "도시"')], "/날씨 '큰 \"도시\"'"),
        ("송금", [option("얼마", 1.5), option("몰래", True)], "/송금 1.5 네"),
        ("기억 지우기", [option("무엇", "어제 먹은 것")], "/기억 지우기 어제 먹은 것"),
        ("기억 보기", [], "/기억 보기"),
    ],
)
async def test_using_a_command_is_writing_it(
    platform: DiscordPlatform, name: str, options: list[dict[str, Any]], text: str
) -> None:
    async with listening(platform, commands=COMMANDS) as bot:
        await published(platform)
        made = platform.server.interactions.command(platform.room("모임", group=True), name, "하나", *options)
        heard = await bot.next(Incoming)
        assert (heard.id, heard.text, heard.room_kind) == (f"slash:{made.id}", text, RoomKind.GROUP)
        assert (heard.speaker.name, heard.from_admin) == ("하나", False)


async def test_a_person_is_named_by_their_number(platform: DiscordPlatform) -> None:
    platform.server.world.admins.add("하나")
    two = platform.server.world.person("둘")["id"]
    async with listening(platform, commands=COMMANDS) as bot:
        await published(platform)
        given = [{"name": "누구", "type": 6, "value": two}, option("얼마", 10.0)]
        platform.server.interactions.command(platform.room("모임", group=True), "송금", "하나", *given)
        heard = await bot.next(Incoming)
    assert heard.text == f"/송금 <@{two}> 10"
    assert heard.from_admin


async def test_a_command_is_put_off_at_once_and_answered_in_its_place(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS) as bot:
        await published(platform)
        made = platform.server.interactions.command(platform.room(), "기억 보기", "하나")
        heard = await bot.next(Incoming)
        await until(lambda: made.responses == [5])
        assert platform.shown() == []
        id = await bot.answer(heard, "다 기억해요.", "좋아요")
        assert made.original == id
        await bot.adapter.send(heard.address, Outgoing("정말로요.", reply_to=heard.id, nonce="둘째"))
    assert [(one.text, one.choices) for one in platform.shown()] == [("다 기억해요.", ("좋아요",)), ("정말로요.", ())]


async def test_a_command_works_where_the_bot_may_not_write(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS) as bot:
        await published(platform)
        room = platform.room("공지", group=True)
        platform.server.world.closed.add(room)
        platform.server.interactions.command(room, "기억 보기", "하나")
        heard = await bot.next(Incoming)
        long = "".join(f"{number}번째 기억이에요. " for number in range(300))
        await bot.answer(heard, long)
        await bot.adapter.send(heard.address, Outgoing("더 있어요.", reply_to=heard.id, nonce="둘째"))
    assert " ".join(one.text for one in platform.shown("공지")).split() == [*long.split(), "더", "있어요."]


async def test_an_answer_that_is_sent_again_is_there_once(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS) as bot:
        await published(platform)
        platform.server.interactions.command(platform.room(), "기억 보기", "하나")
        heard = await bot.next(Incoming)
        long = "기억해요. " * 500
        for _ in range(3):
            await bot.adapter.send(heard.address, Outgoing(long, reply_to=heard.id, nonce="한 번"))
    assert " ".join(one.text for one in platform.shown()).split() == long.split()


async def test_a_command_without_an_answer_stops_thinking(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS) as bot:
        await published(platform)
        made = platform.server.interactions.command(platform.room(), "기억 보기", "하나")
        heard = await bot.next(Incoming)
        await until(lambda: made.is_loading)
        bot.receipts[heard.id].done.set()
        await until(lambda: not made.is_loading)
    assert platform.shown() == []


async def test_after_a_restart_the_answer_is_an_ordinary_message(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS) as bot:
        await published(platform)
        platform.server.interactions.command(platform.room("모임", group=True), "기억 보기", "하나")
        heard = await bot.next(Incoming)
    async with listening(platform, commands=COMMANDS) as again:
        await again.adapter.send(heard.address, Outgoing("다 기억해요.", reply_to=heard.id, nonce="n"))
    assert [(one.text, one.reply_to) for one in platform.shown("모임")] == [("다 기억해요.", None)]


async def test_when_its_time_is_over_the_answer_is_an_ordinary_message(platform: DiscordPlatform) -> None:
    platform.server.interactions.lifetime = 0.0
    async with listening(platform, commands=COMMANDS) as bot:
        await published(platform)
        platform.server.interactions.command(platform.room(), "기억 보기", "하나")
        heard = await bot.next(Incoming)
        await bot.answer(heard, "늦었지만 기억해요.")
    assert [one.text for one in platform.shown()] == ["늦었지만 기억해요."]


async def test_a_command_that_is_no_more_is_still_what_was_written(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS):
        await published(platform)
    async with listening(platform) as bot:
        platform.server.interactions.command(platform.room(), "더하기", "하나", option("left", 1), option("right", 2))
        assert (await bot.next(Incoming)).text == "/더하기 1 2"


async def test_what_is_being_typed_is_completed(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS):
        await published(platform)
        made = platform.server.interactions.command(
            platform.room(), "날씨", "하나", option("도시", "시2", focused=True), is_typing=True
        )
        await until(lambda: made.responses == [8])
    assert [one["value"] for one in made.suggestions] == ["도시2", *(f"도시2{number}" for number in range(10))]


async def test_all_choices_are_suggested_as_far_as_they_go_before_anything_is_typed(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS):
        await published(platform)
        made = platform.server.interactions.command(
            platform.room(), "날씨", "하나", option("도시", "", focused=True), is_typing=True
        )
        await until(lambda: made.responses == [8])
    assert [one["value"] for one in made.suggestions] == list(CITIES[:25])


async def test_a_button_says_its_words_and_all_are_switched_off(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        await platform.say("안녕")
        asked = await bot.next(Incoming)
        id = await bot.answer(asked, "어느 것?", Choice("하나", "/고르기 1"), Choice("둘", "/고르기 2"))
        assert platform.shown()[0].choices == ("하나", "둘")
        await platform.press("방", "둘")
        heard = await bot.next(Incoming, 2)
        assert (heard.text, heard.speaker, heard.replies_to_bot) == ("/고르기 2", asked.speaker, True)
        await until(lambda: platform.shown()[0].choices == ())
        buttons = platform.server.world.messages[asked.address.room][id]["components"][0]["components"]
    assert [(one["label"], one["disabled"], one["style"]) for one in buttons] == [("하나", True, 2), ("둘", True, 3)]


async def test_a_button_works_after_a_restart(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        await platform.say("안녕")
        await bot.answer(await bot.next(Incoming), "어느 것?", "하나", "둘")
    async with listening(platform) as again:
        await platform.press("방", "하나")
        heard = await again.next(Incoming)
        assert heard.text == "하나"
        await until(lambda: platform.shown()[0].choices == ())


async def test_more_than_five_choices_are_a_menu(platform: DiscordPlatform) -> None:
    labels = [f"{number}번째 것" for number in range(25)]
    async with listening(platform) as bot:
        await platform.say("안녕")
        await bot.answer(await bot.next(Incoming), "어느 것?", *labels)
        assert platform.shown()[0].choices == tuple(labels)
        await platform.press("방", "24번째 것")
        assert (await bot.next(Incoming, 2)).text == "24번째 것"
        await until(lambda: platform.shown()[0].choices == ())


async def test_the_same_words_can_be_chosen_twice(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        await platform.say("안녕")
        await bot.answer(await bot.next(Incoming), "어느 것?", Choice("왼쪽", "그것"), Choice("오른쪽", "그것"))
        await platform.press("방", "오른쪽")
        assert (await bot.next(Incoming, 2)).text == "그것"


async def test_in_a_group_a_question_is_for_whom_it_answers_and_a_vote_is_for_all(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        await platform.say("주문할게", "모임", "하나", group=True)
        asked = await bot.next(Incoming)
        await bot.answer(asked, "뭘 드릴까요?", "라떼", "녹차")
        await bot.adapter.send(asked.address, Outgoing("투표해요", choices=(Choice("찬성", "/투표 1"),)))
        await platform.press("모임", "찬성", "하나")
        await platform.press("모임", "녹차", "둘")
        await bot.next(Incoming, 3)
        await platform.press("모임", "라떼", "하나")
        heard = await bot.next(Incoming, 4)
        await until(lambda: [one.choices for one in platform.shown("모임")] == [(), ("찬성",)])
        await bot.answer(heard, "라떼 한 잔이요.")
    assert platform.shown("모임")[-1].reply_to == platform.shown("모임")[0].id
    assert all(one.responses for one in platform.server.world.interactions.values())


async def test_a_component_of_another_program_is_acknowledged_and_nothing_more(platform: DiscordPlatform) -> None:
    world = platform.server.world
    async with listening(platform) as bot:
        await platform.connected()
        room = platform.room()
        button = {"type": 2, "style": 1, "label": "옛 단추", "custom_id": "다른 것"}
        world.write(room, world.bot, "옛 글", components=[{"type": 1, "components": [button]}])
        made = platform.server.interactions.press(room, "옛 단추", "하나")
        await until(lambda: made.responses == [6])
        await platform.say("안녕")
        await bot.next(Incoming)
    assert bot.heard() == ["안녕"]


async def test_a_command_is_put_off_even_while_nothing_can_be_stored(platform: DiscordPlatform) -> None:
    async with listening(platform, commands=COMMANDS) as bot:
        await published(platform)
        bot.failures = [DatabaseUnavailable("잠시")] * 4
        made = platform.server.interactions.command(platform.room(), "기억 보기", "하나")
        await until(lambda: made.responses == [5])
        assert bot.heard() == []
        assert (await bot.next(Incoming)).text == "/기억 보기"
