"""What every database promises: the contract of History."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from chatbot.errors import HistoryError
from chatbot.history import History, StoredTurn
from chatbot.messages import Address, Source, Speaker, SpeechLevel, Turn

ROOM = Address("console", "나")
OTHER_ROOM = Address("telegram", "나")
MINSU = Speaker("u1", "민수")
BOT = Speaker("bot", "말동무", is_bot=True)


def texts(stored: list[StoredTurn]) -> list[str]:
    return [turn.turn.text for turn in stored]


async def test_turns_come_back_as_they_were_said(history: History) -> None:
    said = [
        Turn(MINSU, "안녕하세요", level=SpeechLevel.POLITE),
        Turn(BOT, "반가워요!", Source.GENERATED, SpeechLevel.POLITE, datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)),
        Turn(MINSU, "", Source.PERSON, None),
        Turn(BOT, "다음에", Source.FALLBACK, SpeechLevel.CASUAL),
    ]
    ids = [await history.add_turn(ROOM, turn) for turn in said]
    stored = await history.turns(ROOM)
    assert [turn.turn for turn in stored] == said
    assert [turn.id for turn in stored] == ids == sorted(ids)


async def test_times_of_any_zone_come_back_in_utc(history: History) -> None:
    seoul = datetime(2026, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=9)))
    await history.add_turn(ROOM, Turn(MINSU, "밤이네", said_at=seoul))
    [stored] = await history.turns(ROOM)
    assert stored.turn.said_at == seoul
    assert stored.turn.said_at.utcoffset() == timedelta(0)
    assert [room.last_said_at for room in await history.rooms()] == [seoul]


async def test_rooms_of_the_same_name_on_two_adapters_are_two_rooms(history: History) -> None:
    await history.add_turn(ROOM, Turn(MINSU, "콘솔"))
    await history.add_turn(OTHER_ROOM, Turn(MINSU, "텔레그램"))
    assert texts(await history.turns(ROOM)) == ["콘솔"]
    assert texts(await history.turns(OTHER_ROOM)) == ["텔레그램"]


async def test_the_limit_keeps_the_newest_turns(history: History) -> None:
    for number in range(5):
        await history.add_turn(ROOM, Turn(MINSU, str(number)))
    assert texts(await history.turns(ROOM, limit=2)) == ["3", "4"]
    assert await history.turns(ROOM, limit=0) == []
    assert await history.turns(ROOM, limit=-1) == []


async def test_an_unknown_room_has_no_turns(history: History) -> None:
    assert await history.turns(ROOM) == []
    assert await history.rooms() == []
    await history.begin_conversation(ROOM)
    assert await history.rooms() == []


async def test_a_new_conversation_starts_empty_and_keeps_the_old_turns_stored(history: History) -> None:
    await history.add_turn(ROOM, Turn(MINSU, "옛날"))
    await history.begin_conversation(ROOM)
    assert await history.turns(ROOM) == []
    await history.begin_conversation(ROOM)  # twice is once
    await history.add_turn(ROOM, Turn(MINSU, "지금"))
    assert texts(await history.turns(ROOM)) == ["지금"]
    exported = [turn async for turn in history.export(ROOM)]
    assert [turn["text"] for turn in exported] == ["옛날", "지금"]
    assert exported[0]["conversation"] + 1 == exported[1]["conversation"]
    [room] = await history.rooms()
    assert room.turns == 2


async def test_another_answer_takes_the_place_of_the_last_one(history: History) -> None:
    await history.add_turn(ROOM, Turn(MINSU, "뭐해?"))
    answer = await history.add_turn(ROOM, Turn(BOT, "쉬어요", Source.GENERATED))
    await history.add_turn(ROOM, Turn(MINSU, "다시"))
    better = Turn(BOT, "책 읽어요", Source.EXAMPLE, SpeechLevel.POLITE)
    assert await history.replace_turn(answer, better) is True
    stored = await history.turns(ROOM)
    assert texts(stored) == ["뭐해?", "책 읽어요", "다시"]
    assert stored[1] == StoredTurn(answer, better, place=1)


async def test_a_removed_turn_is_gone_and_its_id_never_returns(history: History) -> None:
    turn = Turn(MINSU, "지울 말")
    removed = await history.add_turn(ROOM, turn)
    assert await history.remove_turn(removed) is True
    assert await history.remove_turn(removed) is False
    assert await history.replace_turn(removed, turn) is False
    assert await history.turns(ROOM) == []
    assert await history.add_turn(ROOM, turn) > removed


async def test_a_new_name_is_taken_over_and_an_empty_one_is_not(history: History) -> None:
    await history.add_turn(ROOM, Turn(Speaker("u1", "민수"), "하나"))
    await history.add_turn(ROOM, Turn(Speaker("u1", "김민수"), "둘"))
    await history.add_turn(ROOM, Turn(Speaker("u1"), "셋"))
    assert {turn.turn.speaker for turn in await history.turns(ROOM)} == {Speaker("u1", "김민수")}


async def test_a_person_with_the_bots_id_does_not_become_the_bot(history: History) -> None:
    await history.add_turn(ROOM, Turn(BOT, "저는 말동무예요", Source.GENERATED))
    await history.add_turn(ROOM, Turn(Speaker("bot", "사칭"), "나도"))
    assert [turn.turn.speaker for turn in await history.turns(ROOM)] == [BOT, Speaker("bot", "사칭")]


async def test_rooms_are_listed_newest_first_with_their_counts(history: History) -> None:
    for address in (ROOM, OTHER_ROOM, OTHER_ROOM):
        await history.add_turn(address, Turn(MINSU, "말"))
    assert [(room.address, room.turns) for room in await history.rooms()] == [(OTHER_ROOM, 2), (ROOM, 1)]


async def test_speakers_are_listed_with_their_counts(history: History) -> None:
    for speaker in (MINSU, BOT, MINSU):
        await history.add_turn(ROOM, Turn(speaker, "말"))
    found = [(one.adapter, one.speaker, one.turns) for one in await history.speakers()]
    assert found == [("console", MINSU, 2), ("console", BOT, 1)]


async def test_export_yields_every_turn_page_after_page(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot.history.store.EXPORT_PAGE", 3)
    for number in range(8):
        await history.add_turn(ROOM if number % 2 else OTHER_ROOM, Turn(MINSU, str(number)))
    assert [turn["text"] async for turn in history.export()] == [str(number) for number in range(8)]
    assert [turn["text"] async for turn in history.export(ROOM)] == ["1", "3", "5", "7"]


async def test_many_tasks_at_once_lose_nothing_and_keep_each_rooms_order(history: History) -> None:
    async def talk(room: int) -> None:
        for number in range(10):
            await history.add_turn(Address("test", str(room)), Turn(MINSU, str(number)))
            assert len(await history.turns(Address("test", str(room)))) == number + 1

    await asyncio.gather(*(talk(room) for room in range(8)))
    for room in range(8):
        assert texts(await history.turns(Address("test", str(room)))) == [str(number) for number in range(10)]


async def test_turns_survive_closing(tmp_path: Path) -> None:
    file = tmp_path / "기록.sqlite3"
    async with History.open(file) as history:
        await history.add_turn(ROOM, Turn(MINSU, "기억해 줘"))
    async with History.open(f"sqlite+aiosqlite:///{file}") as history:
        assert texts(await history.turns(ROOM)) == ["기억해 줘"]
    assert not file.with_name("기록.sqlite3-wal").exists()
    assert file.stat().st_mode & 0o077 == 0  # people's chats are for the owner's eyes only


async def test_a_closed_history_says_so() -> None:
    async with History.open("sqlite://") as history:
        pass
    with pytest.raises(HistoryError, match="닫았어요"):
        await history.turns(ROOM)


async def test_a_cancelled_write_is_whole_or_absent(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    async with History.open(file) as history:
        await history.add_turn(ROOM, Turn(MINSU, "처음"))
        blocker = sqlite3.connect(file, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        running = [asyncio.create_task(history.add_turn(ROOM, Turn(MINSU, f"쓰는 중 {n}"))) for n in range(4)]
        await asyncio.sleep(0.1)  # they wait for the blocker
        queued = [asyncio.create_task(history.add_turn(ROOM, Turn(MINSU, f"줄 선 것 {n}"))) for n in range(4)]
        await asyncio.sleep(0.1)
        for task in (running[1], queued[1], queued[3]):
            task.cancel()
        await asyncio.sleep(0)
        blocker.close()
        results = await asyncio.gather(*running, *queued, return_exceptions=True)
        cancelled = [number for number, result in enumerate(results) if isinstance(result, asyncio.CancelledError)]
        assert cancelled == [1, 5, 7]
        kept = texts(await history.turns(ROOM, 100))
    assert kept == ["처음", *(f"쓰는 중 {n}" for n in range(4)), "줄 선 것 0", "줄 선 것 2"]
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
