"""A person who is forgotten leaves groups too: their words, what others quoted of them, what waits, what is kept."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from chatbot.history import Commit, History, Put, Scope
from chatbot.history import forget as forgetting
from chatbot.history.records import Json
from chatbot.history.threads import Threads
from chatbot.messages import Address, File, Incoming, Outgoing, Source, Speaker, Turn

PRIVATE, GROUP, OTHERS = Address("test", "개인방"), Address("test", "단체방"), Address("test", "남의 방")
MINSU, YUNA = Speaker("u1", "김민수"), Speaker("u2", "유나")
BOT = Speaker("bot", "말동무", is_bot=True)
SECRET = "어제 병원에서 검사 결과를 들었는데 많이 놀랐어"


async def accept(history: History, room: Address, id: str, speaker: Speaker, text: str) -> int:
    accepted = await history.accept(Incoming(room, id, speaker, text))
    assert accepted is not None
    return accepted.id


async def answer(history: History, room: Address, inbox: int, speaker: Speaker, text: str, reply: str) -> None:
    turns = (Turn(speaker, text), Turn(BOT, reply, Source.GENERATED))
    assert await history.commit(Commit(room, (inbox,), turns, (Outgoing(reply),))) is not None


async def texts(history: History) -> list[str]:
    return [turn["text"] async for turn in history.export()]


def own(scope_of: str, key: str, value: Json, room: Address | None = None) -> Put:
    return Put(Scope(scope_of, room, MINSU.id, "test"), key, value)


async def test_names_and_quotes_go_from_what_others_said_and_the_rest_stays(history: History) -> None:
    await history.add_turn(GROUP, Turn(MINSU, SECRET))
    await history.add_turn(GROUP, Turn(BOT, f"김민수님, '{SECRET}'라니 걱정돼요", Source.GENERATED))
    await history.begin_conversation(GROUP)
    await history.add_turn(GROUP, Turn(YUNA, "김민수 병원에서 검사 결과를 들었대"))
    await history.add_turn(GROUP, Turn(YUNA, "나는 괜찮아"))
    await history.add_turn(OTHERS, Turn(YUNA, "김민수라는 배우 알아?"))
    assert await history.forget_speaker("test", MINSU.id) == 1
    assert await texts(history) == [
        "(이름 지움)님, '(지운 말)'라니 걱정돼요",
        "(이름 지움)(지운 말)대",
        "나는 괜찮아",
        "김민수라는 배우 알아?",  # they were never in this room
    ]


async def test_what_waits_of_them_and_for_them_goes(history: History) -> None:
    mine = await accept(history, GROUP, "m1", MINSU, SECRET)
    await answer(history, GROUP, mine, MINSU, SECRET, "많이 놀랐겠어요")
    await accept(history, GROUP, "m2", MINSU, "아직 답을 기다리는 아주 긴 말")
    await accept(history, PRIVATE, "m1", MINSU, "둘만의 말")
    yunas = await accept(history, GROUP, "m3", YUNA, f"김민수가 '{SECRET}'래")
    theirs = await accept(history, GROUP, "m4", YUNA, "나는?")
    await answer(history, GROUP, theirs, YUNA, "나는?", "김민수님은 아직 답을 기다리는 아주 긴 말을 했어요")
    assert await history.forget_speaker("test", MINSU.id) == 1
    [waiting] = await history.unanswered("test")
    assert (waiting.id, waiting.message.text) == (yunas, "(이름 지움)가 '(지운 말)'래")
    assert waiting.message.speaker == YUNA
    [pending] = await history.undelivered("test")
    assert pending.message.text == "(이름 지움)님은 (지운 말)을 했어요"
    assert await history.commit(Commit(GROUP, inbox=(mine,))) is None
    assert [room.address for room in await history.rooms()] == [GROUP]
    # Nothing remembers the message, so the platform's next delivery of it would be a new one.
    assert await history.accept(Incoming(PRIVATE, "m1", MINSU, "둘만의 말")) is not None


async def test_somebody_who_only_waits_can_be_forgotten(history: History) -> None:
    await accept(history, PRIVATE, "m1", MINSU, "안녕")
    await accept(history, GROUP, "m1", MINSU, "안녕하세요 여러분 반가워요")
    await accept(history, GROUP, "m2", YUNA, "김민수가 안녕하세요 여러분 반가워요 했다")
    assert await history.forget_speaker("test", MINSU.id) == 0
    [waiting] = await history.unanswered("test")
    assert waiting.message.text == "(이름 지움)가 (지운 말) 했다"
    assert [room.address for room in await history.rooms()] == [GROUP]


async def test_what_is_kept_of_them_goes_but_not_that_they_are_blocked(history: History) -> None:
    await history.add_turn(PRIVATE, Turn(MINSU, "안녕"))
    await history.add_turn(GROUP, Turn(MINSU, SECRET))
    await history.add_turn(GROUP, Turn(YUNA, "응"))
    await history.put(
        own("", "blocked", True),
        own("", "blocked", "이 방에서만", GROUP),
        own("", "blocked", 1, PRIVATE),
        own("", "training-consent", True),
        own("facts", "blocked", "플러그인의 것"),
        own("facts", "음식", "국수", GROUP),
        Put(Scope("facts", PRIVATE), "방", "값"),
        Put(Scope("facts", GROUP), "기록", ["김민수", {"말": SECRET}]),
        Put(Scope("facts", GROUP, YUNA.id), "음식", "김민수랑 국수"),
        Put(Scope("facts"), "모두", "값"),
    )
    await history.forget_speaker("test", MINSU.id)
    held = await history.held("test", MINSU.id)
    assert [(one.plugin, one.key, one.address) for one in held.data] == [
        ("", "blocked", None),
        ("", "blocked", GROUP),
        ("", "blocked", PRIVATE),
    ]
    assert (held.turns, held.waiting) == (0, 0)
    assert await history.consented() == []
    assert [one.speaker for one in await history.speakers() if one.speaker.id == MINSU.id] == [Speaker(MINSU.id, "")]
    assert await history.items(Scope("facts", PRIVATE)) == {}
    assert await history.items(Scope("facts", GROUP)) == {"기록": ["(이름 지움)", {"말": "(지운 말)"}]}
    assert await history.items(Scope("facts", GROUP, YUNA.id)) == {"음식": "(이름 지움)랑 국수"}
    assert await history.items(Scope("facts")) == {"모두": "값"}
    assert await history.turns(PRIVATE) == []
    assert [one["text"] async for one in history.export()] == ["응"]


async def test_a_file_that_waits_to_be_sent_is_redacted_too(history: History) -> None:
    await history.add_turn(GROUP, Turn(MINSU, SECRET))
    await history.commit(
        Commit(GROUP, turns=(Turn(YUNA, "기록 줘"),), replies=(Outgoing("여기요", file=File("기록.txt", SECRET)),))
    )
    await history.forget_speaker("test", MINSU.id)
    [pending] = await history.undelivered("test")
    assert pending.message.file == File("기록.txt", "(지운 말)")


async def test_pages_reach_every_turn_and_what_comes_in_meanwhile(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "PAGE", 3)
    await history.add_turn(GROUP, Turn(MINSU, SECRET))
    for number in range(10):
        await history.add_turn(GROUP, Turn(YUNA, f"{number} {SECRET}" if number % 3 else f"{number}"))
    forgetting_now = asyncio.create_task(history.forget_speaker("test", MINSU.id))
    for number in range(10):
        await history.add_turn(GROUP, Turn(YUNA, f"또 {number} {SECRET}"))
        if forgetting_now.done():
            break
    assert await forgetting_now == 1
    await history.forget_speaker("test", MINSU.id)
    kept = await texts(history)
    before = [text for text in kept if not text.startswith("또")]
    assert before == [f"{number} (지운 말)" if number % 3 else str(number) for number in range(10)]
    assert kept[10] == "또 0 (지운 말)"  # it was stored before the last transaction


@pytest.mark.parametrize("was_in_a_group", [True, False])
async def test_what_comes_in_before_the_last_transaction_is_forgotten_too(
    history: History, monkeypatch: pytest.MonkeyPatch, was_in_a_group: bool
) -> None:
    await history.add_turn(PRIVATE, Turn(MINSU, "혼자 있는 방에서 한 말"))
    if was_in_a_group:
        await history.add_turn(GROUP, Turn(MINSU, SECRET))
    await history.add_turn(GROUP, Turn(YUNA, "응"))
    late = "지워지는 동안에 한 새로운 말이야"
    erase = Threads.erase

    async def speak_first(threads: Threads, work: Callable[[Connection], int]) -> int:
        await history.add_turn(GROUP, Turn(MINSU, late))
        await history.add_turn(GROUP, Turn(YUNA, f"'{late}'래"))
        await history.add_turn(PRIVATE, Turn(YUNA, "나도 들어왔어. 혼자 있는 방에서 한 말이라니"))
        return await erase(threads, work)

    monkeypatch.setattr(Threads, "erase", speak_first)
    assert await history.forget_speaker("test", MINSU.id) == 2 + was_in_a_group
    assert await texts(history) == ["응", "'(지운 말)'래", "나도 들어왔어. (지운 말)이라니"]


WORDS = st.text("가나 ", max_size=24)


@settings(max_examples=25, deadline=None)
@given(said=st.lists(st.tuples(st.sampled_from(["u1", "u2", "bot"]), WORDS), max_size=12))
async def test_nothing_of_eight_characters_that_was_erased_is_left_in_the_room(said: list[tuple[str, str]]) -> None:
    async with History.open("sqlite://") as history:
        await history.add_turn(GROUP, Turn(YUNA, "처음"))
        for speaker, text in said:
            await history.add_turn(GROUP, Turn(Speaker(speaker, is_bot=speaker == "bot"), text))
        await history.forget_speaker("test", "u1")
        kept = (await texts(history))[1:]
    erased = [" ".join(text.split()) for speaker, text in said if speaker == "u1"]
    runs = {text[start : start + 8] for text in erased for start in range(len(text) - 7)}
    others = [text for speaker, text in said if speaker != "u1"]
    assert len(kept) == len(others)
    for before, after in zip(others, kept, strict=True):
        plain = " ".join(before.split())
        if runs.isdisjoint(plain[start : start + 8] for start in range(len(plain) - 7)):
            assert after == before
        assert not [run for run in runs if run in " ".join(after.split())]


def on_disk(folder: Path) -> bytes:
    """Return the bytes of every file of the database: itself, -wal, -shm."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


async def test_no_byte_of_what_waited_or_was_kept_or_quoted_is_left_in_the_files(tmp_path: Path) -> None:
    async with History.open(tmp_path / "a.sqlite3") as history:
        await history.add_turn(GROUP, Turn(YUNA, "우리 방"))
        for number in range(40):
            mine = await accept(history, GROUP, f"m{number}", MINSU, f"{number} {SECRET}")
            if number % 2:
                await answer(history, GROUP, mine, MINSU, f"{number} {SECRET}", f"답 {number}: {SECRET}")
        await history.put(own("facts", "병", SECRET), own("", "blocked", True))
        assert SECRET.encode() in on_disk(tmp_path)
        await history.forget_speaker("test", MINSU.id)
        assert SECRET.encode() not in on_disk(tmp_path)
        assert MINSU.name.encode() not in on_disk(tmp_path)
        assert "우리 방".encode() in on_disk(tmp_path)
