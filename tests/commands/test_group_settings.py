"""What a room's admins may write as a setting, and what becomes of what is stored."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.commands.command import Request
from chatbot.commands.group_settings import KEY, SETTINGS, room_settings, scope
from chatbot.config import GroupSettings, Settings
from chatbot.history import History
from chatbot.history.records import Commit, Json, Put
from chatbot.messages import Address, Incoming, RoomKind, Speaker, SpeechLevel
from chatbot.people import Role
from chatbot.sentences import sentences

ROOM = Address("fake", "방")
DEFAULTS = GroupSettings(reply_rate=0.25, quiet_hours="23:00-07:00")
OTHERS: dict[str, Json] = {"listen": True, "지난 판의 것": 3}


@pytest.fixture
async def history() -> AsyncIterator[History]:
    """Yield a history in memory in which the room has made some choices."""
    async with History.open("sqlite://") as opened:
        await opened.commit(Commit(ROOM, puts=(Put(scope(ROOM), KEY, OTHERS),)))
        yield opened


async def says(history: History, argument: str, role: Role = Role.ADMIN, kind: RoomKind = RoomKind.GROUP) -> Commit:
    message = Incoming(ROOM, "1", Speaker("하나"), f"/설정 {argument}", room_kind=kind)
    level = sentences(SpeechLevel.POLITE)
    outcome = await SETTINGS.answer(
        Request(message, argument, role, level, history, Settings(), DEFAULTS, datetime.now(UTC))
    )
    assert isinstance(outcome, Commit)
    return outcome


@pytest.mark.parametrize(
    ("argument", "key", "value"),
    [
        ("이름 켜기", "call_by_name", True),
        ("이름 꺼", "call_by_name", False),
        ("이름 OFF", "call_by_name", False),
        ("듣기 네", "listen", True),
        ("끼어들기 10%", "reply_rate", 0.1),
        ("끼어들기 10 %", "reply_rate", 0.1),
        ("끼어들기 10퍼센트", "reply_rate", 0.1),
        ("끼어들기 0", "reply_rate", 0.0),
        ("끼어들기 １００％", "reply_rate", 1.0),
        ("끼어들기   7%", "reply_rate", 0.07),
        ("끼어들기\n7%", "reply_rate", 0.07),
        ("쉬는시간 30", "cool_down", 30.0),
        ("쉬는시간 30초", "cool_down", 30.0),
        ("쉬는시간 5 분", "cool_down", 300.0),
        ("쉬는시간 24시간", "cool_down", 86_400.0),
        ("조용한시간 23:00-07:00", "quiet_hours", "23:00-07:00"),
        ("조용한시간 23:00 ~ 7:30", "quiet_hours", "23:00-07:30"),
        ("조용한시간 23시-7시", "quiet_hours", "23:00-07:00"),
        ("조용한시간 23시부터 7시까지", "quiet_hours", "23:00-07:00"),
        ("조용한시간 22-24", "quiet_hours", "22:00-00:00"),
        ("조용한시간 없음", "quiet_hours", None),
        ("조용한시간 꺼", "quiet_hours", None),
    ],
)
async def test_what_can_be_written(history: History, argument: str, key: str, value: Json) -> None:
    outcome = await says(history, argument)
    assert outcome.puts == (Put(scope(ROOM), KEY, {**OTHERS, key: value}),)
    assert outcome.replies[0].text.startswith("바꿨어요. ")
    assert getattr(room_settings(DEFAULTS, outcome.puts[0].value), key) == value


@pytest.mark.parametrize(
    "argument",
    [
        "이름",
        "이름 글쎄",
        "끼어들기 %",
        "끼어들기 101%",
        "끼어들기 -1%",
        "끼어들기 1_0",
        "끼어들기 " + "9" * 400,
        "끼어들기 자주",
        "쉬는시간 86401",
        "쉬는시간 25시간",
        "쉬는시간 " + "9" * 5000,
        "쉬는시간 -3",
        "쉬는시간 1.5시간",
        "조용한시간 25시-7시",
        "조용한시간 23:60-7:00",
        "조용한시간 23:00",
        "조용한시간 밤",
    ],
)
async def test_what_cannot_be_written(history: History, argument: str) -> None:
    outcome = await says(history, argument)
    assert outcome.puts == ()
    assert "쓸 수 없는 값이에요" in outcome.replies[0].text


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["이름", "끼어들기", "쉬는시간", "조용한시간", "듣기", "없는것"]), written=st.text())
async def test_whatever_is_written_is_stored_only_if_it_can_be_read_again(
    history: History, name: str, written: str
) -> None:
    outcome = await says(history, f"{name} {written}".strip())
    assert len(outcome.replies) == 1
    for put in outcome.puts:
        assert isinstance(put.value, dict)
        read = room_settings(DEFAULTS, put.value)
        assert {key: getattr(read, key, put.value[key]) for key in put.value} == put.value


async def test_who_may_change_what_everyone_may_see(history: History) -> None:
    shown = (await says(history, "", Role.ANYONE)).replies[0].text
    assert "끼어들기: 25%" in shown
    assert "조용한시간: 23:00-07:00" in shown
    assert (await says(history, "끼어들기 10%", Role.ANYONE)).puts == ()
    assert (await says(history, "끼어들기 10%", Role.OWNER)).puts != ()
    assert (await says(history, "없는것 10%")).puts == ()
    assert (await says(history, "끼어들기 10%", kind=RoomKind.PRIVATE)).puts == ()


def test_a_rooms_own_choices_stand_before_the_defaults() -> None:
    read = room_settings(DEFAULTS, {"reply_rate": 0.5, "quiet_hours": None})
    assert read == DEFAULTS.model_copy(update={"reply_rate": 0.5, "quiet_hours": None})


def test_a_choice_that_no_longer_fits_leaves_the_others_standing() -> None:
    stored: Json = {"reply_rate": 7, "cool_down": "내일", "지난 판의 것": 1, "quiet_hours": "밤", "listen": True}
    assert room_settings(DEFAULTS, stored) == DEFAULTS.model_copy(update={"listen": True})


JSONS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(JSONS | st.dictionaries(st.sampled_from(sorted(GroupSettings.model_fields)), JSONS))
def test_whatever_is_stored_gives_settings_that_hold(stored: Any) -> None:
    read = room_settings(DEFAULTS, stored)
    assert GroupSettings.model_validate(read.model_dump()) == read
    changed = {key for key in GroupSettings.model_fields if getattr(read, key) != getattr(DEFAULTS, key)}
    assert changed <= (set(cast("dict[str, Any]", stored)) if isinstance(stored, dict) else set())
