"""What plugins store, through a bot that is started anew for each message; and the ledger against a plain dictionary."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict
from stores import GROUP, SAYS, TOO_LONG, doing, places

from chatbot import Ask, Chat, Conversation, Done, Job, Once, Plugin, Rest, Step
from chatbot.testing import TestChat

# --- places --------------------------------------------------------------------------------------------------------


async def test_each_place_is_its_own() -> None:
    chat = TestChat(places())
    assert await chat.say("/적어 가", **GROUP) == "가 가 가 가"  # own writes are seen at once
    assert await chat.say("/말해", **GROUP) == "가 가 가 가"
    assert await chat.say("/말해", **GROUP, speaker="두리") == "- - 가 가"
    assert await chat.say("/말해") == "가 - - 가"
    assert await chat.say("/말해", speaker="두리", room="두리의 방") == "- - - 가"
    assert await chat.say("/적어 나", **GROUP, speaker="두리") == "나 나 나 나"
    assert await chat.say("/말해", **GROUP) == "가 가 나 나"
    assert await chat.say("/지워", **GROUP) == "- - 나 나"
    assert await chat.say("/말해", **GROUP) == "- - 나 나"


async def test_plugins_do_not_see_each_others_values() -> None:
    async def look(chat: Chat) -> str:
        return str([await one.items(str) for one in (chat.person, chat.here, chat.in_room, chat.everywhere)])

    async with TestChat(places(), doing(look)) as chat:
        await chat.say("/적어 비밀")
        assert await chat.say("/해") == "[{}, {}, {}, {}]"


@pytest.mark.parametrize("restarts", [True, False])
async def test_what_everyone_has_in_a_room_is_by_person(restarts: bool) -> None:
    async def talk(chat: TestChat) -> None:
        await chat.say("/적어 가", **GROUP)
        assert await chat.say("/모두", **GROUP, speaker="두리") == "{'하나': '가'}"
        await chat.say("/적어 나", **GROUP, speaker="두리")
        assert await chat.say("/모두", **GROUP) == "{'두리': '나', '하나': '가'}"
        assert await chat.say("/모두") == "{}"
        await chat.say("/지워", **GROUP)
        assert await chat.say("/모두", **GROUP) == "{'두리': '나'}"
        await chat.say("/삭제", speaker="두리", room="두리의 방")
        await chat.say("/삭제 확인", speaker="두리", room="두리의 방")
        assert await chat.say("/모두", **GROUP) == "{}"

    chat = TestChat(places())
    if restarts:
        await talk(chat)
    else:
        async with chat:
            await talk(chat)


async def test_of_everyone_is_for_people_in_a_room(caplog: pytest.LogCaptureFixture) -> None:
    async def wrong(chat: Chat) -> str:
        return str(await chat.person.of_everyone("말", str))

    assert await TestChat(doing(wrong)).say("/해") == SAYS.command_failed
    assert "chat.here에서만" in caplog.text


async def test_own_writes_are_among_everyones() -> None:
    async def work(chat: Chat) -> str:
        await chat.here.put("표", 1)
        await chat.here.put("다른 표", 2)
        await chat.in_room.put("표", 5)
        return f"{await chat.here.of_everyone('표', int)} {await chat.here.items(int)}"

    async with TestChat(doing(work)) as chat:
        assert await chat.say("/해", **GROUP) == "{'하나': 1} {'표': 1, '다른 표': 2}"
        assert await chat.say("/해", **GROUP, speaker="두리") == "{'하나': 1, '두리': 1} {'표': 1, '다른 표': 2}"


# --- types ---------------------------------------------------------------------------------------------------------


class Colour(Enum):
    RED = "빨강"


@dataclass
class Point:
    x: int
    tags: list[str] = field(default_factory=list[str])


class Model(BaseModel):
    when: datetime
    points: dict[str, Point] = {}


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    when: date
    many: tuple[int, ...]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (5, int),
        (0, int),
        (False, bool),
        ("", str),
        ("따옴표 \" ' \\ \n 😀", str),
        (1.5, float),
        ([], list[int]),
        ([1, 2], list[int]),
        ({"가": [1]}, dict[str, list[int]]),
        ({1: "가"}, dict[int, str]),
        ({1, 2}, set[int]),
        ((1, "가"), tuple[int, str]),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), datetime),
        (date(2026, 1, 2), date),
        (time(9, 30), time),
        (timedelta(days=1, seconds=2), timedelta),
        (Decimal("1.10"), Decimal),
        (Colour.RED, Colour),
        (Point(1, ["가"]), Point),
        ([Point(1), Point(2)], list[Point]),
        (Model(when=datetime(2026, 1, 2, tzinfo=UTC), points={"가": Point(1)}), Model),
        (Strict(when=date(2026, 1, 2), many=(1, 2)), Strict),
        (Path("a/b"), Path),
        ({"a": [1, {"b": None}]}, Any),
    ],
)
async def test_what_goes_in_comes_out_as_the_same_type(value: object, kind: Any) -> None:
    read = list[object]()

    async def work(chat: Chat) -> str:
        read.append(await chat.here.get("값", kind, "없음"))
        await chat.here.put("값", value)
        read.append(await chat.here.get("값", kind))
        return "네"

    chat = TestChat(doing(work))
    await chat.say("/해")
    await chat.say("/해")
    assert read == ["없음", value, value, value]
    assert {type(one) for one in read[1:]} == {type(value)}


async def test_what_does_not_fit_its_type_any_more_is_as_if_it_were_not_there(caplog: pytest.LogCaptureFixture) -> None:
    async def work(chat: Chat) -> str:
        before = await chat.here.get("값", Point, Point(7))
        await chat.here.put("값", {"y": "비밀"})
        return f"{before.x} {await chat.here.items(Point)} {await chat.here.items(dict[str, str])}"

    chat = TestChat(doing(work))
    assert await chat.say("/해") == "7 {} {'값': {'y': '비밀'}}"
    assert await chat.say("/해") == "7 {} {'값': {'y': '비밀'}}"
    assert "비밀" not in caplog.text


async def test_what_is_read_is_the_handlers_own_however_deep(caplog: pytest.LogCaptureFixture) -> None:
    async def work(chat: Chat) -> str:
        value = await chat.here.get("값", dict[str, Any], {"a": {"b": [1]}})
        if value["a"]["b"] == [1] and chat.speaker.name == "하나":
            await chat.here.put("값", value)
            value["a"]["b"].append(2)  # not stored: it was put before
            everyone = await chat.here.of_everyone("값", dict[str, Any])
            everyone["하나"]["a"]["b"].append(3)
            (await chat.here.items(dict[str, Any]))["값"]["a"]["b"].append(4)
            if len(chat.text) > 3:
                raise RuntimeError
        return str(value["a"]["b"])

    async with TestChat(doing(work)) as chat:
        for _ in range(2):
            assert await chat.say("/해") == "[1, 2]"


# --- all or nothing ------------------------------------------------------------------------------------------------


async def test_what_a_failing_handler_stored_is_not(caplog: pytest.LogCaptureFixture) -> None:
    plugin = Plugin("창고")

    @plugin.command("실패")
    async def fail(chat: Chat, how: Rest = "") -> str:  # pyright: ignore[reportUnusedFunction]
        for storage in (chat.person, chat.here, chat.in_room, chat.everywhere):
            await storage.put("값", 2)
            await storage.remove("옛것")
        chat.say("이것도 안 돼요")
        chat.start_over()
        await chat.update_profile(called="대장")
        match how:
            case "크게":
                await chat.here.put("값", "가" * 100_000)
            case "종류":
                return 5  # pyright: ignore[reportReturnType]
            case _:
                raise RuntimeError
        return "?"

    @plugin.command("성공")
    async def succeed(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        for storage in (chat.person, chat.here, chat.in_room, chat.everywhere):
            await storage.put("옛것", 1)
        return "네"

    @plugin.command("무엇")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        found = [await one.items(int) for one in (chat.person, chat.here, chat.in_room, chat.everywhere)]
        return f"{found} {chat.profile.called}"

    for restarts in (True, False):
        chat = TestChat(plugin)
        if not restarts:
            await chat.__aenter__()
        await chat.say("/성공")
        await chat.say("안녕")
        assert await chat.say("/실패") == SAYS.command_failed
        assert await chat.say("/실패 크게") == TOO_LONG
        assert await chat.say("/실패 종류") == SAYS.command_failed
        assert await chat.say("/무엇") == f"{[{'옛것': 1}] * 4} None"
        await chat.say("그래")
        assert [turn.text for turn in chat.engine.heard[-1].turns] == ["안녕", "안녕", "그래"]
        if not restarts:
            await chat.__aexit__()


async def test_what_several_matchers_store_counts_each_for_itself(caplog: pytest.LogCaptureFixture) -> None:
    plugin = Plugin("창고")

    @plugin.keyword("말", block=False)
    async def one(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.here.put("값", [1])
        return "하나"

    @plugin.keyword("말", block=False)
    async def two(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.here.put("값", [*await chat.here.get("값", list[int], list[int]()), 2])
        raise RuntimeError

    @plugin.keyword("말", block=False)
    async def three(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.here.put("값", [*await chat.here.get("값", list[int], list[int]()), 3])
        return "셋"

    @plugin.command("무엇")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.here.items(list[int]))

    async with TestChat(plugin) as chat:
        assert await chat.say("말") == "하나\n셋"
        assert await chat.say("/무엇") == "{'값': [1, 3]}"


# --- rights --------------------------------------------------------------------------------------------------------


async def test_what_is_stored_on_a_person_is_shown_exported_and_erased() -> None:
    chat = TestChat(places())
    await chat.say("/적어 짬뽕", **GROUP)
    await chat.say("/적어 짬뽕")
    shown = await chat.say("/내정보")
    assert shown.count("곳에 적어 둔 것: 말 (") == 3  # in two rooms, and everywhere
    await chat.say("/내보내기")
    exported = json.loads(chat.files[-1].content)
    assert [(one["plugin"], one["value"]) for one in exported["data"]] == [("곳", "짬뽕")] * 3
    await chat.say("/삭제")
    assert "모두 지웠어요" in await chat.say("/삭제 확인")
    assert await chat.say("/말해") == "- - - 짬뽕"  # the plugin's own is not theirs
    assert await chat.say("/말해", **GROUP) == "- - - 짬뽕"  # nobody else was there
    assert "적어 둔 것" not in await chat.say("/내정보")


async def test_a_stranger_is_shown_nothing_of_anybody() -> None:
    chat = TestChat(places())
    await chat.say("/적어 짬뽕", **GROUP)
    assert "적어 둔 것" not in await chat.say("/내정보", speaker="낯선 이", room="낯선 방")
    await chat.say("/내보내기", speaker="낯선 이", room="낯선 방")
    assert json.loads(chat.files[-1].content)["data"] == []
    assert "짬뽕" not in chat.files[-1].content


async def test_a_conversation_and_a_job_are_shown_and_erased() -> None:
    plugin = Plugin("할일")

    @plugin.job("알림")
    def ring(job: Job) -> str:  # pyright: ignore[reportUnusedFunction]
        return "따르릉"

    @plugin.conversation("할일", commands=("할일",))
    @dataclass
    class Planning(Conversation):  # pyright: ignore[reportUnusedClass]
        async def begin(self, chat: Chat) -> Step:
            await chat.schedule("알림", Once(chat.now + timedelta(hours=1)))
            return Ask("뭐예요?", then=self.hear)

        async def hear(self, chat: Chat, what: str) -> Step:
            return Done(what)

    chat = TestChat(plugin)
    await chat.say("/할일")
    shown = await chat.say("/내정보")
    assert "할일에 적어 둔 것: 예약" in shown
    assert "말동무에 적어 둔 것: 하던 이야기" in shown
    await chat.say("/삭제")
    await chat.say("/삭제 확인")
    assert await chat.say("아무거나") == "아무거나"
    assert await chat.passes(timedelta(hours=2)) == ""
