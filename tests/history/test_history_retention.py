"""What is older than it may be goes, with what that leaves empty, and nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.history import Commit, History, Put, Scope, retention
from chatbot.messages import Address, Incoming, Outgoing, Source, Speaker, Turn

NOW = datetime.now(UTC)
LONG_AGO, BEFORE, SOON = NOW - timedelta(days=400), NOW - timedelta(days=365), NOW + timedelta(days=1)
ROOM, OTHER_ROOM = Address("test", "방"), Address("test", "옆방")
MINSU, YUNA = Speaker("u1", "민수"), Speaker("u2", "유나")
BOT = Speaker("bot", "말동무", is_bot=True)


async def say(history: History, room: Address, speaker: Speaker, text: str, said_at: datetime) -> int:
    return await history.add_turn(room, Turn(speaker, text, said_at=said_at))


async def texts(history: History) -> list[str]:
    return [turn["text"] async for turn in history.export()]


async def test_old_turns_go_with_the_rooms_and_people_they_leave_empty(history: History) -> None:
    await say(history, ROOM, MINSU, "옛날 말", LONG_AGO)
    await say(history, ROOM, YUNA, "요즘 말", NOW)
    await say(history, OTHER_ROOM, MINSU, "옛날 말 둘", LONG_AGO)
    assert await history.prune(BEFORE, LONG_AGO) == 2
    assert await texts(history) == ["요즘 말"]
    assert [room.address for room in await history.rooms()] == [ROOM]
    assert [one.speaker for one in await history.speakers()] == [YUNA]
    assert await history.prune(BEFORE, LONG_AGO) == 0


async def test_without_a_limit_turns_stay(history: History) -> None:
    await say(history, ROOM, MINSU, "옛날 말", LONG_AGO)
    assert await history.prune(None, SOON) == 0
    assert await texts(history) == ["옛날 말"]


async def test_traces_of_answered_messages_go_later_and_what_waits_stays(history: History) -> None:
    for id in ("m1", "m2"):
        await history.accept(Incoming(ROOM, id, MINSU, "안녕"))
    first, second = await history.unanswered("test")
    await history.commit(Commit(ROOM, (first.id,)))
    await history.prune(None, NOW - timedelta(days=1))
    assert await history.accept(first.message) is None
    await history.prune(None, SOON)
    assert await history.unanswered("test") == [second]
    assert await history.accept(first.message) is not None


async def test_a_room_with_something_left_in_it_stays(history: History) -> None:
    waiting, pending, data = (Address("test", name) for name in ("기다림", "보낼 것", "값"))
    for room in (waiting, pending, data):
        await say(history, room, MINSU, "옛날 말", LONG_AGO)
    await history.accept(Incoming(waiting, "m1", YUNA, "안녕"))
    await history.commit(Commit(pending, replies=(Outgoing("보낼 것"),)))
    await history.put(Put(Scope("plugin", data, "u3"), "가", 1))
    assert await history.prune(SOON, SOON) == 3
    assert {room.address for room in await history.rooms()} == {waiting, pending, data}
    assert [one.speaker for one in await history.speakers()] == [Speaker("u3")]
    assert len(await history.unanswered("test")) == len(await history.undelivered("test")) == 1


async def test_what_a_new_conversation_left_behind_does_not_come_back(history: History) -> None:
    await say(history, ROOM, MINSU, "지난 대화의 요즘 말", NOW)
    await history.begin_conversation(ROOM)
    await say(history, ROOM, MINSU, "옛날 말", LONG_AGO)
    assert await history.prune(BEFORE, LONG_AGO) == 1
    assert await history.turns(ROOM) == []
    assert await texts(history) == ["지난 대화의 요즘 말"]


async def test_all_pages_are_deleted(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PAGE", 3)
    for number in range(10):
        await say(history, ROOM, MINSU, str(number), LONG_AGO if number < 8 else NOW)
        accepted = await history.accept(Incoming(ROOM, str(number), MINSU, "말"))
        assert accepted is not None
        await history.commit(Commit(ROOM, (accepted.id,)))
    assert await history.prune(BEFORE, SOON) == 8
    assert await texts(history) == ["8", "9"]
    assert (await history.held("test", MINSU.id)).rooms == 1
    assert await history.accept(Incoming(ROOM, "3", MINSU, "말")) is not None


def on_disk(folder: Path) -> bytes:
    """Return the bytes of every file of the database: itself, -wal, -shm."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


async def test_no_byte_of_a_pruned_turn_is_left(tmp_path: Path) -> None:
    async with History.open(tmp_path / "a.sqlite3") as history:
        for number in range(200):
            await history.commit(
                Commit(ROOM, turns=(Turn(MINSU, f"옛 비밀 {number}", said_at=LONG_AGO), Turn(BOT, "네", Source.PLUGIN)))
            )
        assert await history.prune(BEFORE, LONG_AGO) == 200
        assert "옛 비밀".encode() not in on_disk(tmp_path)
        assert len(await texts(history)) == 200
