"""The value objects: frozen, comparable, small."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest

from chatbot.messages import Address, Incoming, Outgoing, Source, Speaker, SpeechLevel, Turn, utc_now

ROOM = Address("console", "하나")
PERSON = Speaker("u1", "하나")
VALUES = [ROOM, PERSON, Incoming(ROOM, "m1", PERSON, "안녕"), Outgoing("안녕"), Turn(PERSON, "안녕")]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_nothing_can_be_changed_or_added(value: Address) -> None:
    for field in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, "다른 값")
    with pytest.raises((AttributeError, TypeError)):
        value.new = 1  # type: ignore[attr-defined]  # pyright: ignore
    assert not hasattr(value, "__dict__")


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_equal_values_are_one_key(value: Address) -> None:
    twin = dataclasses.replace(value)
    assert twin is not value
    assert {value: 1}[twin] == 1


def test_a_room_is_told_apart_by_adapter_and_room() -> None:
    assert len({ROOM, Address("telegram", "하나"), Address("console", "둘"), Address("console", "하나")}) == 3


def test_what_is_left_out() -> None:
    turn = Turn(PERSON, "안녕")
    assert (turn.source, turn.level, PERSON.is_bot, Outgoing("x").reply_to) == (Source.PERSON, None, False, None)


def test_times_are_in_utc_and_taken_when_the_value_is_made() -> None:
    before = datetime.now(UTC)
    first, second = Turn(PERSON, "하나").said_at, Incoming(ROOM, "m", PERSON, "둘").sent_at
    assert before <= first <= second <= utc_now()
    assert first.utcoffset() == timedelta(0)
    seoul = datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert Turn(PERSON, "말", said_at=seoul).said_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_stored_words_do_not_change() -> None:
    """They are in people's databases and in dialogue_format.json: renaming one is a migration."""
    assert {level.value for level in SpeechLevel} == {"존댓말", "반말"}
    assert {source.value for source in Source} == {
        "person", "generated", "example", "refined", "plugin", "safety", "fallback",
    }  # fmt: skip
