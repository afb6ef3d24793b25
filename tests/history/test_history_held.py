"""What is held on a person, told in numbers and handed out whole."""

import json
from datetime import UTC, datetime

from chatbot.history import Commit, Held, HeldData, History, Put, Scope
from chatbot.messages import Address, Incoming, Outgoing, RoomKind, Source, Speaker, Turn

PRIVATE, GROUP = Address("test", "개인방"), Address("test", "단체방")
MINSU, YUNA = Speaker("u1", "민수"), Speaker("u2", "유나")
BOT = Speaker("bot", "말동무", is_bot=True)


async def fill(history: History) -> None:
    first = await history.accept(Incoming(PRIVATE, "m1", MINSU, "안녕"))
    assert first is not None
    turns = (
        Turn(MINSU, "안녕", said_at=datetime(2026, 1, 2, tzinfo=UTC), message_id="m1"),
        Turn(BOT, "반가워요", Source.GENERATED),
    )
    await history.commit(Commit(PRIVATE, (first.id,), turns, (Outgoing("반가워요"),)))
    for speaker, text, day in ((MINSU, "다들 안녕", 3), (YUNA, "응", 4)):
        await history.add_turn(GROUP, Turn(speaker, text, said_at=datetime(2026, 1, day, tzinfo=UTC)))
    await history.add_turn(GROUP, Turn(BOT, "네", Source.GENERATED))
    for speaker in (MINSU, YUNA):
        await history.accept(Incoming(GROUP, f"m2 {speaker.id}", speaker, "봇아", room_kind=RoomKind.GROUP))
    await history.accept(Incoming(Address("test", "새 방"), "m1", MINSU, "여기도", room_kind=RoomKind.GROUP))
    await history.put(
        Put(Scope("facts", speaker_id="u1", adapter="test"), "음식", ["국수"]),
        Put(Scope("", GROUP, "u1"), "muted", True),
        Put(Scope("facts", speaker_id="u2", adapter="test"), "음식", "떡"),
        Put(Scope("facts", speaker_id="u1", adapter="elsewhere"), "음식", "빵"),
    )


async def test_what_is_held_is_told_in_numbers(history: History) -> None:
    await fill(history)
    held = await history.held("test", MINSU.id)
    assert (held.turns, held.rooms, held.waiting) == (2, 3, 2)
    assert held.first_said_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert held.last_said_at == datetime(2026, 1, 3, tzinfo=UTC)
    muted, food = held.data
    assert muted == HeldData("", GROUP, "muted", True, muted.updated_at)
    assert food == HeldData("facts", None, "음식", ["국수"], food.updated_at)


async def test_nothing_is_held_on_somebody_unknown_or_on_the_bot(history: History) -> None:
    await fill(history)
    for adapter, id in (("test", "u9"), ("test", BOT.id), ("nowhere", MINSU.id)):
        assert await history.held(adapter, id) == Held(0, 0, None, None, 0, ())
        exported = await history.export_person(adapter, id)
        assert [exported[key] for key in ("turns", "data", "waiting", "to_be_sent", "received")] == [[]] * 5


async def test_a_person_gets_all_of_it_and_nothing_of_others(history: History) -> None:
    await fill(history)
    exported = await history.export_person("test", MINSU.id)
    assert json.loads(json.dumps(exported)) == exported
    turns = exported["turns"]
    assert isinstance(turns, list)
    said = [(turn["room"], turn["is_bot"], turn["text"]) for turn in turns if isinstance(turn, dict)]
    assert said == [
        (PRIVATE.room, False, "안녕"),
        (PRIVATE.room, True, "반가워요"),
        (GROUP.room, False, "다들 안녕"),
    ]
    assert exported["name"] == "민수"
    whole = json.dumps(exported, ensure_ascii=False)
    for own in ("여기도", "국수", "muted", "m2 u1", "2026-01-02T00:00:00+00:00", "to_be_sent"):
        assert own in whole
    for others in ("유나", "응", "떡", "빵", "m2 u2"):
        assert others not in whole


async def test_what_was_forgotten_is_not_held(history: History) -> None:
    await fill(history)
    await history.forget_speaker("test", MINSU.id)
    assert await history.held("test", MINSU.id) == Held(0, 0, None, None, 0, ())
    assert (await history.held("elsewhere", MINSU.id)).data[0].value == "빵"
