"""Who a conversation hears, in groups and rooms, and several conversations at once."""

from datetime import timedelta

import pytest
from talks import GROUP, NOW, SAYS, asking, cafe, counting, edited, survey

from chatbot import RoomKind
from chatbot.testing import TestChat


async def test_in_a_group_it_is_one_persons_and_needs_no_name() -> None:
    async with TestChat(cafe()) as chat:
        assert (await chat.say("/주문", **GROUP)).startswith("뭘 드릴까요?")
        assert await chat.say("라떼", **GROUP, speaker="두리") == ""
        assert await chat.say("단비야 라떼", **GROUP, speaker="두리") == "단비야 라떼"
        assert await chat.say("취소", **GROUP, speaker="두리") == ""
        assert await chat.say("라떼", **GROUP) == "몇 잔이요?"
        assert await chat.say("/주문", **GROUP, speaker="두리") != ""  # everybody has their own
        assert await chat.say("녹차", **GROUP, speaker="두리") == "몇 잔이요?"
        assert await chat.say("1", **GROUP) == "라떼 [1]잔 주문했어요."
        assert await chat.say("2", **GROUP, speaker="두리") == "녹차 [2]잔 주문했어요."


async def test_in_a_group_what_is_not_for_it_is_answered_only_if_the_bot_is_meant() -> None:
    async with TestChat(cafe()) as chat:
        await chat.say("/주문", **GROUP)
        assert await chat.say("날씨 좋네", **GROUP) == ""
        assert await chat.say("날씨 좋지 단비야", **GROUP) == "날씨 좋지 단비야"
        assert await chat.say("라떼", **GROUP) == "몇 잔이요?"


async def test_a_sticker_in_a_group_is_nobodys_answer() -> None:
    async with TestChat(cafe()) as chat:
        await chat.say("/주문", **GROUP)
        assert await chat.say("", **GROUP) == ""
        assert await chat.say("라떼", **GROUP) == "몇 잔이요?"
        await chat.say("/주문")
        assert await chat.say("") == SAYS.nothing_said


async def test_a_rooms_conversation_hears_everybody_in_the_room_and_nobody_else() -> None:
    chat = TestChat(counting())
    assert await chat.say("/세기", **GROUP) == "하나부터!"
    assert await chat.say("1", **GROUP, speaker="두리") == "1!"
    assert await chat.say("배고프다", **GROUP, speaker="세나") == ""
    assert await chat.say("2", room="다른 방", room_kind=RoomKind.GROUP) == ""
    assert await chat.say("2") == "2"  # alone with the bot
    assert await chat.say("2", **GROUP) == "2!"
    assert await chat.say("/세기", **GROUP, speaker="세나") == SAYS.floor_is_taken.format(name="세기")
    assert await chat.say("7", **GROUP, speaker="세나") == "세나 탈락! 두리-하나"
    assert await chat.say("8", **GROUP) == ""


async def test_a_rooms_conversation_alone_with_the_bot_is_that_persons() -> None:
    chat = TestChat(counting())
    await chat.say("/세기")
    assert await chat.say("1", speaker="두리") == "1"
    assert await chat.say("1") == "1!"


async def test_anybody_may_end_a_rooms_conversation() -> None:
    async with TestChat(counting()) as chat:
        await chat.say("/세기", **GROUP)
        assert await chat.say("그만", **GROUP, speaker="두리") == SAYS.cancelled
        assert await chat.say("1", **GROUP) == ""


async def test_ones_own_conversation_comes_before_the_rooms() -> None:
    async with TestChat(counting(), cafe()) as chat:
        await chat.say("/세기", **GROUP)
        await chat.say("/주문", **GROUP)
        assert await chat.say("1", **GROUP) == "몇 잔이요?"
        assert await chat.say("1", **GROUP, speaker="두리") == "1!"
        assert await chat.say("4", **GROUP) == "라떼 [4]잔 주문했어요."
        assert await chat.say("2", **GROUP) == "2!"


async def test_one_that_begins_while_another_waits_goes_first() -> None:
    chat = TestChat(cafe(), survey(1))
    await chat.say("/주문")
    assert await chat.say("/주문") == SAYS.floor_is_taken.format(name="주문")
    assert await chat.say("/설문") == "이름은?"
    assert await chat.say("/주문") == SAYS.floor_is_taken.format(name="주문")  # wherever it waits
    assert await chat.say("라떼") == "1판: 라떼, []"
    assert await chat.say("라떼") == "몇 잔이요?"
    assert await chat.say("/설문") == "이름은?"
    assert await chat.say("취소") == f"{SAYS.cancelled} {SAYS.goes_on.format(name='주문은')}"
    assert await chat.say("한 잔") == "라떼 [1]잔 주문했어요."
    assert await chat.say("/취소") == SAYS.nothing_to_cancel


async def test_what_the_last_one_passes_on_reaches_the_one_before() -> None:
    chat = TestChat(survey(1), cafe())
    await chat.say("/설문")
    await chat.say("/주문")
    assert await chat.say("날씨") == "1판: 날씨, []"
    assert await chat.say("라떼") == "몇 잔이요?"
    assert "숫자" in await chat.say("날씨")  # what does not convert is asked again, and goes no further
    assert await chat.say("1") == "라떼 [1]잔 주문했어요."


async def test_conversations_do_not_pile_up_without_end() -> None:
    chat = TestChat(cafe(), counting(), survey(1), asking("가"))
    for command in ("/주문", "/세기", "/설문"):
        assert SAYS.command_failed not in await chat.say(command)
    assert await chat.say("/고르기") == SAYS.floor_is_taken.format(name="설문")
    assert await chat.say("하나") == "1판: 하나, []"
    assert (await chat.say("/고르기")).startswith("골라")


async def test_one_of_several_may_expire_or_change(caplog: pytest.LogCaptureFixture) -> None:
    chat = TestChat(survey(1), cafe(expires=timedelta(minutes=5)), now=NOW)
    await chat.say("/설문")
    await chat.say("/주문")
    await chat.passes(timedelta(minutes=6))
    assert await chat.say("하나") == "1판: 하나, []"
    await chat.say("/주문")
    await chat.say("/설문")
    edited(chat, survey(2), cafe())
    assert await chat.say("하나") == SAYS.conversation_changed.format(name="설문")
    assert await chat.say("1") == "몇 잔이요?"
    await chat.say("/설문")
    edited(chat, survey(3, upgrade=lambda *_: 1 / 0), cafe())
    assert await chat.say("2") == SAYS.step_failed
    assert await chat.say("취소") == f"{SAYS.cancelled} {SAYS.goes_on.format(name='주문은')}"
    assert await chat.say("2") == "라떼 [2]잔 주문했어요."
    assert "ZeroDivisionError" in caplog.text


async def test_two_rooms_of_a_person_are_apart() -> None:
    chat = TestChat(cafe())
    await chat.say("/주문", room="하나의 방")
    await chat.say("/주문", room="둘째 방")
    assert await chat.say("라떼", room="하나의 방") == "몇 잔이요?"
    assert await chat.say("녹차", room="둘째 방") == "몇 잔이요?"
    assert await chat.say("1", room="하나의 방") == "라떼 [1]잔 주문했어요."
    assert await chat.say("2", room="둘째 방") == "녹차 [2]잔 주문했어요."


async def test_a_plugin_switched_off_in_the_room_gives_the_floor_back() -> None:
    chat = TestChat(cafe(), survey(1))
    await chat.say("/주문")
    await chat.say("/플러그인 끄기 카페")
    assert await chat.say("라떼") == "라떼"
    assert await chat.say("/주문") == SAYS.plugin_is_off
    assert await chat.say("/취소") == SAYS.nothing_to_cancel
    await chat.say("/플러그인 켜기 카페")
    assert await chat.say("라떼") == "몇 잔이요?"
    await chat.say("/플러그인 끄기 카페")
    assert await chat.say("/설문") == "이름은?"
    await chat.say("/플러그인 켜기 카페")
    assert await chat.say("하나") == "1판: 하나, []"
    assert await chat.say("1") == "라떼 [1]잔 주문했어요."  # what was off is not lost by what went on meanwhile
