"""What is forgotten is gone: from every answer, and from the bytes on the disk."""

import sqlite3
from pathlib import Path

import pytest

from chatbot.errors import DatabaseUnavailable
from chatbot.history import History
from chatbot.messages import Address, Source, Speaker, Turn

PRIVATE, GROUP = Address("telegram", "개인방-9131"), Address("telegram", "단체방")
MINSU, YUNA = Speaker("id-minsu-77", "김민수이름"), Speaker("id-yuna-88", "이유나")
BOT = Speaker("bot", "말동무", is_bot=True)


async def fill(history: History) -> None:
    """Store a private room of Minsu and a group of both, over two conversations."""
    for conversation in ("하나", "둘"):
        await history.add_turn(PRIVATE, Turn(MINSU, f"민수의 비밀 {conversation}"))
        await history.add_turn(PRIVATE, Turn(BOT, f"비밀에 대한 답 {conversation}", Source.GENERATED))
        await history.begin_conversation(PRIVATE)
    await history.add_turn(GROUP, Turn(MINSU, "민수가 단체방에"))
    await history.add_turn(GROUP, Turn(BOT, "봇이 단체방에", Source.GENERATED))
    await history.add_turn(GROUP, Turn(YUNA, "유나가 단체방에"))


async def kept_texts(history: History) -> list[str]:
    return [turn["text"] async for turn in history.export()]


async def test_a_forgotten_person_is_gone_and_others_stay(history: History) -> None:
    await fill(history)
    assert await history.forget_speaker("telegram", MINSU.id) == 5
    assert await kept_texts(history) == ["봇이 단체방에", "유나가 단체방에"]
    assert [room.address for room in await history.rooms()] == [GROUP]
    assert {one.speaker for one in await history.speakers()} == {YUNA, BOT}
    assert await history.forget_speaker("telegram", MINSU.id) == 0


async def test_a_person_is_forgotten_on_the_one_adapter_only(history: History) -> None:
    elsewhere = Address("discord", "방")
    await history.add_turn(elsewhere, Turn(MINSU, "다른 곳의 다른 사람"))
    await fill(history)
    await history.forget_speaker("telegram", MINSU.id)
    assert "다른 곳의 다른 사람" in await kept_texts(history)


async def test_the_bot_cannot_be_forgotten_as_if_it_were_a_person(history: History) -> None:
    await fill(history)
    assert await history.forget_speaker("telegram", BOT.id) == 0
    assert len(await kept_texts(history)) == 7


async def test_a_forgotten_room_is_gone_with_those_who_spoke_nowhere_else(history: History) -> None:
    await fill(history)
    assert await history.forget_room(GROUP) == 3
    assert [room.address for room in await history.rooms()] == [PRIVATE]
    assert {one.speaker for one in await history.speakers()} == {MINSU, BOT}
    assert await history.forget_room(GROUP) == 0
    assert await history.turns(GROUP) == []


def on_disk(folder: Path) -> bytes:
    """Return the bytes of every file of the database: itself, -wal, -shm."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


async def test_no_byte_of_a_forgotten_person_is_left_in_the_files(tmp_path: Path) -> None:
    secrets = [f"민수의 비밀 {number} ".encode() for number in range(300)]
    async with History.open(tmp_path / "a.sqlite3") as history:
        for number in range(300):  # enough for pages to split, which leaves copies of rows behind
            text = f"민수의 비밀 {number} " + "가" * (number % 97)
            turn = await history.add_turn(GROUP, Turn(MINSU, text))
            await history.add_turn(GROUP, Turn(YUNA, f"유나의 말 {number} " + "나" * (number % 53)))
            if number % 3 == 0:
                await history.replace_turn(turn, Turn(MINSU, text + " 고침"))
        await history.add_turn(PRIVATE, Turn(MINSU, "개인방의 말"))
        before = on_disk(tmp_path)
        assert all(secret in before for secret in secrets)
        assert MINSU.id.encode() in before
        assert PRIVATE.room.encode() in before

        await history.forget_speaker("telegram", MINSU.id)

        after = on_disk(tmp_path)
        assert not [secret for secret in secrets if secret in after]
        for trace in (MINSU.id, MINSU.name, PRIVATE.room, "개인방의 말", "고침"):
            assert trace.encode() not in after
        assert "유나의 말 299".encode() in after
        assert len(await kept_texts(history)) == 300
        assert (await history.turns(GROUP, 1))[0].turn.speaker == YUNA


async def test_no_byte_of_a_forgotten_room_is_left_in_the_files(tmp_path: Path) -> None:
    async with History.open(tmp_path / "a.sqlite3") as history:
        await fill(history)
        assert "민수의 비밀 하나".encode() in on_disk(tmp_path)
        await history.forget_room(PRIVATE)
        after = on_disk(tmp_path)
        for trace in ("민수의 비밀", "비밀에 대한 답", PRIVATE.room):
            assert trace.encode() not in after
        assert "민수가 단체방에".encode() in after


async def test_a_removed_or_replaced_turn_leaves_no_byte_once_the_database_is_closed(tmp_path: Path) -> None:
    """No VACUUM runs here, so this is what secure_delete is for."""
    async with History.open(tmp_path / "a.sqlite3") as history:
        removed = await history.add_turn(GROUP, Turn(MINSU, "지운 말"))
        replaced = await history.add_turn(GROUP, Turn(BOT, "바꾼 말 " * 500, Source.GENERATED))
        await history.add_turn(GROUP, Turn(MINSU, "남은 말"))
    assert "지운 말".encode() in on_disk(tmp_path)
    async with History.open(tmp_path / "a.sqlite3") as history:
        await history.remove_turn(removed)
        await history.replace_turn(replaced, Turn(BOT, "새 말", Source.GENERATED))
    after = on_disk(tmp_path)
    assert "지운 말".encode() not in after
    assert "바꾼 말".encode() not in after
    assert "남은 말".encode() in after


async def test_a_reader_elsewhere_that_holds_traces_is_reported_and_closing_it_ends_them(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    async with History.open(file, busy_seconds=0.1) as history:
        await fill(history)
        reader = sqlite3.connect(file, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM turns").fetchone()
        with pytest.raises(DatabaseUnavailable, match="흔적"):
            await history.forget_speaker("telegram", MINSU.id)
        assert len(await kept_texts(history)) == 2
        reader.close()
    assert "민수".encode() not in on_disk(tmp_path)
