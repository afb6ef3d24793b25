"""What was accepted is answered once: accepting, waiting, editing, deleting."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.history import Accepted, Commit, History
from chatbot.messages import Address, Incoming, RoomKind, Source, Speaker, Turn

ROOM, OTHER_ROOM = Address("test", "방"), Address("test", "옆방")
MINSU, YUNA = Speaker("u1", "민수"), Speaker("u2", "유나")
BOT = Speaker("bot", "말동무", is_bot=True)


def message(id: str, text: str = "안녕", room: Address = ROOM, speaker: Speaker = MINSU) -> Incoming:
    return Incoming(room, id, speaker, text)


async def accepted(history: History, incoming: Incoming) -> Accepted:
    """Accept a message that was not accepted before."""
    found = await history.accept(incoming)
    assert found is not None
    return found


async def texts(history: History, room: Address = ROOM) -> list[str]:
    return [stored.turn.text for stored in await history.turns(room)]


async def test_a_message_is_accepted_once_whether_it_waits_or_is_answered(history: History) -> None:
    first = await accepted(history, message("m1"))
    assert await history.accept(message("m1", "다시 온 것")) is None
    assert await history.commit(Commit(ROOM, inbox=(first.id,))) == ()
    assert await history.accept(message("m1")) is None
    assert await history.unanswered("test") == []


async def test_the_same_id_in_another_room_or_on_another_adapter_is_another_message(history: History) -> None:
    ids = [
        (await accepted(history, message("m1", room=room))).id
        for room in (ROOM, OTHER_ROOM, Address("elsewhere", ROOM.room))
    ]
    assert ids == sorted(set(ids))
    assert [one.id for one in await history.unanswered("test")] == ids[:2]
    assert [one.id for one in await history.unanswered("elsewhere")] == ids[2:]


async def test_what_waits_comes_back_as_it_was_in_order(history: History) -> None:
    incoming = Incoming(
        ROOM,
        "m1",
        MINSU,
        "말동무야 뭐해?\n😀",
        datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        RoomKind.GROUP,
        mentions_bot=True,
        replies_to_bot=True,
        from_admin=True,
    )
    first = await accepted(history, incoming)
    second = await accepted(history, message("m0", room=OTHER_ROOM, speaker=YUNA))
    third = await accepted(history, message("m2"))
    assert first.message == incoming
    assert await history.unanswered("test") == [first, second, third]
    assert await history.unanswered("test", ROOM.room) == [first, third]
    assert await history.unanswered("test", "없는 방") == []


async def test_what_waits_survives_closing(tmp_path: Path) -> None:
    async with History.open(tmp_path / "a.sqlite3") as history:
        waiting = await accepted(history, message("m1"))
    async with History.open(tmp_path / "a.sqlite3") as history:
        assert await history.unanswered("test") == [waiting]


async def test_accepting_keeps_the_kind_of_the_room_current(history: History) -> None:
    await history.accept(message("m1"))
    assert [room.kind for room in await history.rooms()] == [RoomKind.PRIVATE]
    await history.accept(Incoming(ROOM, "m2", MINSU, "우리 방", room_kind=RoomKind.GROUP))
    assert [room.kind for room in await history.rooms()] == [RoomKind.GROUP]


async def test_a_room_that_is_gone_is_there_again_when_somebody_speaks(history: History) -> None:
    await history.accept(message("m1"))
    await history.mark_gone(ROOM, "차단됐어요")
    assert [room.gone_why for room in await history.rooms()] == ["차단됐어요"]
    await history.accept(message("m1"))  # the platform delivers an old one again
    await history.accept(message("m2"))
    assert [room.gone_why for room in await history.rooms()] == [None]


async def test_an_edited_message_that_waits_is_answered_with_its_new_text(history: History) -> None:
    waiting = await accepted(history, message("m1", "오타"))
    edited = await history.edit_message(ROOM, "m1", "고친 말")
    assert edited is not None
    assert (edited.id, edited.message.text, edited.message.speaker) == (waiting.id, "고친 말", MINSU)
    assert await history.unanswered("test") == [edited]


async def test_an_edited_message_that_was_answered_changes_its_turn_only(history: History) -> None:
    turns = (
        Turn(MINSU, "하나", message_id="m1"),
        Turn(MINSU, "둘", message_id="m2"),
        Turn(BOT, "네", Source.GENERATED, message_id="b1"),
    )
    await history.commit(Commit(ROOM, turns=turns))
    await history.commit(Commit(OTHER_ROOM, turns=turns))
    assert await history.edit_message(ROOM, "m2", "셋") is None
    assert await history.edit_message(ROOM, "b1", "봇의 말은 봇의 것") is None
    assert await history.edit_message(ROOM, "없음", "?") is None
    assert await texts(history) == ["하나\n셋", "네"]
    assert await texts(history, OTHER_ROOM) == ["하나\n둘", "네"]


async def test_a_deleted_message_that_waits_is_not_answered_nor_accepted_again(history: History) -> None:
    waiting = await accepted(history, message("m1"))
    assert await history.delete_message(ROOM, "m1") == waiting
    assert await history.unanswered("test") == []
    assert await history.commit(Commit(ROOM, inbox=(waiting.id,), turns=(Turn(MINSU, "안녕"),))) is None
    assert await history.turns(ROOM) == []
    assert await history.accept(message("m1")) is None


async def test_a_deleted_message_that_was_answered_leaves_the_conversation(history: History) -> None:
    await history.commit(
        Commit(
            ROOM,
            turns=(
                Turn(MINSU, "하나", message_id="m1"),
                Turn(MINSU, "둘", message_id="m2"),
                Turn(BOT, "네", Source.GENERATED, message_id="b1"),
            ),
        )
    )
    await history.begin_conversation(ROOM)
    assert await history.delete_message(ROOM, "m1") is None  # also in an older conversation
    assert await history.delete_message(ROOM, "b1") is None  # the bot's never
    assert await history.delete_message(ROOM, "없음") is None
    assert [turn["text"] async for turn in history.export()] == ["둘", "네"]


@pytest.fixture
async def file_history(tmp_path: Path) -> AsyncIterator[History]:
    async with History.open(tmp_path / "글.sqlite3") as opened:
        yield opened


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=[])), name=st.text(st.characters(exclude_categories=[])))
async def test_a_message_is_the_same_after_a_restart(file_history: History, text: str, name: str) -> None:
    """Whatever accepting returned, with its replacements, is what waits."""
    held = await file_history.unanswered("test")
    now = await file_history.accept(message(f"m{len(held)}", text, speaker=Speaker("u", name)))
    assert now is not None
    assert await file_history.unanswered("test") == [*held, now]
