"""Values under keys, each in its scope."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.errors import HistoryError
from chatbot.history import History, Put, Scope
from chatbot.history.column_types import storable
from chatbot.history.records import Json
from chatbot.messages import Address, Speaker, Turn

ROOM = Address("test", "방")
SCOPES = [
    Scope("plugin"),
    Scope("other"),
    Scope("plugin", ROOM),
    Scope("plugin", Address("test", "옆방")),
    Scope("plugin", speaker_id="u1", adapter="test"),
    Scope("plugin", speaker_id="u1", adapter="elsewhere"),
    Scope("plugin", ROOM, "u1"),
    Scope("plugin", ROOM, "u2"),
]
LEAVES = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


async def test_every_scope_has_values_of_its_own(history: History) -> None:
    for number, scope in enumerate(SCOPES):
        assert await history.get(scope, "수") is None
        await history.put(Put(scope, "수", number))
    for number, scope in enumerate(SCOPES):
        assert await history.get(scope, "수") == number
        assert await history.items(scope) == {"수": number}


async def test_a_value_takes_the_place_of_the_one_before_and_none_removes_it(history: History) -> None:
    for scope in SCOPES:
        await history.put(Put(scope, "가", [1, {"나": None}]), Put(scope, "다", "라"))
        await history.put(Put(scope, "가", False))
        assert await history.items(scope) == {"가": False, "다": "라"}
        await history.put(Put(scope, "가", None), Put(scope, "없음", None))
        assert await history.items(scope) == {"다": "라"}


async def test_reading_and_removing_make_nobody_known(history: History) -> None:
    for scope in SCOPES:
        assert await history.get(scope, "가") is None
        assert await history.items(scope) == {}
        await history.put(Put(scope, "가", None))
    assert await history.rooms() == []
    assert await history.speakers() == []


async def test_the_adapter_of_the_room_is_that_of_the_person(history: History) -> None:
    await history.put(Put(Scope("plugin", ROOM, "u1", adapter="ignored"), "가", 1))
    assert [(one.adapter, one.speaker) for one in await history.speakers()] == [("test", Speaker("u1"))]
    await history.add_turn(ROOM, Turn(Speaker("u1", "민수"), "안녕"))
    assert await history.get(Scope("plugin", ROOM, "u1"), "가") == 1


async def test_puts_are_stored_together_or_not_at_all(history: History) -> None:
    with pytest.raises(ValueError, match="adapter"):
        await history.put(Put(SCOPES[0], "가", 1), Put(Scope("plugin", speaker_id="u1"), "나", 2))
    assert await history.items(SCOPES[0]) == {}


async def test_the_persons_who_consented_are_those_who_have_the_frameworks_value(history: History) -> None:
    for id, plugin, key in (
        ("u2", "", "training-consent"),
        ("u1", "", "training-consent"),
        ("u3", "plugin", "training-consent"),
        ("u4", "", "blocked"),
    ):
        await history.put(Put(Scope(plugin, speaker_id=id, adapter="test"), key, True))
    assert await history.consented() == [("test", "u1"), ("test", "u2")]
    assert await history.consented("research-consent") == []
    await history.put(Put(Scope("", speaker_id="u1", adapter="test"), "training-consent", None))
    assert await history.consented() == [("test", "u2")]


async def test_a_closed_history_keeps_nothing(history: History) -> None:
    async with History.open("sqlite://") as closed:
        pass
    with pytest.raises(HistoryError, match="닫았어요"):
        await closed.put(Put(SCOPES[0], "가", 1))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES.filter(lambda value: value is not None), key=st.text(st.characters(exclude_categories=[])))
async def test_any_value_comes_back_under_any_key(history: History, value: Json, key: str) -> None:
    await history.put(Put(SCOPES[2], key, value))
    assert await history.get(SCOPES[2], storable(key)) == value
    assert (await history.items(SCOPES[2]))[storable(key)] == value
    await history.put(Put(SCOPES[2], key, None))
    assert await history.items(SCOPES[2]) == {}
