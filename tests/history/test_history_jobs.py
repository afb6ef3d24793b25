"""What plugins' schedules need of the history: stored jobs, everyone's value, the size of a scope, who is in a room."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot.history import Commit, History, Put, Scope, data, turns
from chatbot.history.records import JOB, Json
from chatbot.history.statement import Statement
from chatbot.messages import Address, Choice, Incoming, Outgoing, RoomKind, Source, Speaker, Turn

ROOM, NEXT_DOOR, ELSEWHERE = Address("test", "방"), Address("test", "옆방"), Address("elsewhere", "방")
MINSU, YUNA = Speaker("u1", "김민수"), Speaker("u2", "유나")
BOT = Speaker("bot", "말동무", is_bot=True)
VALUE: Json = {"name": "알림", "payload": {"text": "물"}}


async def test_jobs_are_found_by_adapter_by_room_and_without_one(history: History) -> None:
    puts = [
        Put(Scope("알림", ROOM, "u1"), f"{JOB}1", VALUE),
        Put(Scope("알림", ROOM), f"{JOB}1", 2),
        Put(Scope("날씨", NEXT_DOOR, "u1"), f"{JOB}3", [3]),
        Put(Scope("알림", ELSEWHERE, "u1"), f"{JOB}1", "넷"),
        Put(Scope("알림"), f"{JOB}@아침", 5),
        Put(Scope("알림", None, "u1", "test"), f"{JOB}6", 6),
    ]
    await history.put(*puts, Put(Scope("알림", ROOM, "u1"), "jobs", 7), Put(Scope("알림"), "JOB:1", 8))
    found = [(put.scope, put.key, put.value) for put in puts]
    assert await history.jobs("test") == found[:3]
    assert await history.jobs("test", ROOM.room) == found[:2]
    assert await history.jobs("elsewhere") == found[3:4]
    assert await history.jobs(None) == found[4:]
    assert await history.jobs("nowhere") == []
    assert await history.jobs("test", "없는 방") == []
    await history.put(Put(puts[0].scope, puts[0].key, None))
    assert await history.jobs("test") == found[1:3]


async def test_a_job_is_held_exported_and_erased_with_its_person(history: History) -> None:
    await history.add_turn(ROOM, Turn(MINSU, "물 마시라고 해 줘"))
    await history.add_turn(ROOM, Turn(YUNA, "나도"))
    await history.put(
        Put(Scope("알림", ROOM, "u1"), f"{JOB}1", VALUE), Put(Scope("알림", ROOM, "u2"), f"{JOB}2", VALUE)
    )
    assert [one.key for one in (await history.held("test", "u1")).data] == ["job:1"]
    assert "물" in json.dumps((await history.export_person("test", "u1"))["data"], ensure_ascii=False)
    await history.forget_speaker("test", "u1")
    assert [(scope.speaker_id, key) for scope, key, _ in await history.jobs("test")] == [("u2", "job:2")]
    await history.forget_room(ROOM)
    assert await history.jobs("test") == []


async def test_erasing_a_person_leaves_the_time_of_others_jobs_and_takes_their_name_out_of_the_words(
    history: History,
) -> None:
    """A time was often typed as well, and a quote of that would be erased as the person's words."""
    due = "2026-05-01T09:00:00+00:00"
    await history.add_turn(ROOM, Turn(MINSU, f"/알림 {due} 저녁에 다 같이 만나기"))
    await history.add_turn(ROOM, Turn(YUNA, "응"))
    payload: Json = {"text": "김민수랑 저녁에 다 같이 만나기", "at": due}
    job = Put(Scope("알림", ROOM, "u2"), f"{JOB}1", {"due": due, "payload": payload})
    odd = Put(Scope("알림", ROOM, "u2"), f"{JOB}2", "김민수")
    await history.put(job, odd)
    await history.forget_speaker("test", "u1")
    redacted: Json = {"text": "(이름 지움)랑(지운 말)", "at": "(지운 말)"}
    assert [value for _, _, value in await history.jobs("test")] == [{"due": due, "payload": redacted}, "(이름 지움)"]


async def test_everyones_value_under_a_key_in_a_room(history: History) -> None:
    await history.put(
        Put(Scope("투표", ROOM, "u2"), "표", "나"),
        Put(Scope("투표", ROOM, "u1"), "표", ["가"]),
        Put(Scope("투표", ROOM, "u1"), "다른 표", 1),
        Put(Scope("투표", ROOM), "표", "방의 것"),
        Put(Scope("투표", NEXT_DOOR, "u1"), "표", 2),
        Put(Scope("투표", None, "u1", "test"), "표", 3),
        Put(Scope("다른 투표", ROOM, "u1"), "표", 4),
    )
    assert await history.by_speaker("투표", ROOM, "표") == {"u1": ["가"], "u2": "나"}
    assert await history.by_speaker("투표", ROOM, "없는 표") == {}
    assert await history.by_speaker("투표", Address("test", "없는 방"), "표") == {}


async def test_the_size_of_a_scope_is_that_of_its_values_as_json(history: History) -> None:
    scope = Scope("투표", ROOM, "u1")
    assert await history.size(scope) == 0
    await history.put(Put(scope, "가", "하나둘"), Put(scope, "나", [1, 2]), Put(Scope("투표", ROOM), "가", "다른 것"))
    assert await history.size(scope) == len('"하나둘"') + len("[1, 2]")
    await history.put(Put(scope, "가", None))
    assert await history.size(scope) == len("[1, 2]")


async def test_the_people_of_a_room_are_those_who_spoke_last_first(history: History) -> None:
    for room, speaker in (
        (ROOM, MINSU), (ROOM, YUNA), (ROOM, BOT), (NEXT_DOOR, Speaker("u3", "하나")), (ROOM, Speaker("u1", "민수")),
        (ROOM, Speaker("bot", "사람")),
    ):  # fmt: skip
        await history.add_turn(room, Turn(speaker, "안녕", Source.GENERATED if speaker.is_bot else Source.PERSON))
    assert await history.people(ROOM) == [Speaker("bot", "사람"), Speaker("u1", "민수"), YUNA]
    await history.begin_conversation(ROOM)
    await history.add_turn(ROOM, Turn(YUNA, "다시"))
    assert await history.people(ROOM) == [YUNA, Speaker("bot", "사람"), Speaker("u1", "민수")]
    assert await history.people(Address("test", "없는 방")) == []


async def test_no_more_than_two_hundred_people_are_named(history: History) -> None:
    said = tuple(Turn(Speaker(f"u{number}"), "안녕") for number in range(250))
    await history.commit(Commit(ROOM, turns=said))
    assert await history.people(ROOM) == [turn.speaker for turn in reversed(said)][:200]


async def test_the_private_room_of_a_person_is_the_one_they_spoke_in_last(history: History) -> None:
    async def says(room: Address, speaker: Speaker, kind: RoomKind = RoomKind.PRIVATE) -> None:
        id = f"m{datetime.now(UTC).timestamp()}"
        accepted = await history.accept(Incoming(room, id, speaker, "안녕", room_kind=kind))
        assert accepted is not None
        await history.commit(Commit(room, (accepted.id,), (Turn(speaker, "안녕"), Turn(BOT, "네", Source.GENERATED))))

    old, new, group = Address("test", "옛 방"), Address("test", "새 방"), Address("test", "단체방")
    assert await history.private_room("test", "u1") is None
    await says(old, MINSU)
    await says(new, MINSU)
    await says(old, YUNA)
    await says(group, MINSU, RoomKind.GROUP)
    await says(Address("elsewhere", "방"), MINSU)
    assert await history.private_room("test", "u1") == new
    assert await history.private_room("test", "u9") is None
    assert await history.private_room("test", BOT.id) is None
    await history.mark_gone(new, "차단했어요")
    assert await history.private_room("test", "u1") == old
    await says(new, MINSU)
    assert await history.private_room("test", "u1") == new


@pytest.mark.parametrize(
    ("statement", "steps"),
    [
        (data._JOBS_ANYWHERE, ["SCAN d USING INDEX ix_data_jobs", "SEARCH r USING INTEGER PRIMARY KEY"]),  # pyright: ignore[reportPrivateUsage]
        (data._JOBS_IN, ["SEARCH d USING INDEX ix_data_jobs (room_id=?)"]),  # pyright: ignore[reportPrivateUsage]
        (data._JOBS_NOWHERE, ["SEARCH d USING INDEX ix_data_jobs (room_id=?)"]),  # pyright: ignore[reportPrivateUsage]
        (data._BY_SPEAKER, ["SEARCH d USING INDEX ix_data_scope_key (plugin=? AND <expr>=?)"]),  # pyright: ignore[reportPrivateUsage]
        (data._SIZE, ["SEARCH data USING INDEX ix_data_scope_key (plugin=? AND <expr>=? AND <expr>=?)"]),  # pyright: ignore[reportPrivateUsage]
        (
            turns._SPOKE,  # pyright: ignore[reportPrivateUsage]
            ["SEARCH t USING INDEX ix_turns_conversation_id_place_id", "COVERING INDEX ix_conversations_room_id_id"],
        ),
        (turns._PRIVATE_ROOM, ["SEARCH t USING INDEX ix_turns_speaker_id (speaker_id=?)"]),  # pyright: ignore[reportPrivateUsage]
    ],
)
async def test_an_index_leads_to_what_is_looked_for(tmp_path: Path, statement: Statement, steps: list[str]) -> None:
    file = tmp_path / "a.sqlite3"
    async with History.open(file):
        pass
    sql, names = statement._numbered, statement._names  # pyright: ignore[reportPrivateUsage]
    connection = sqlite3.connect(file)
    plan = "\n".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", [1] * len(names)))
    connection.close()
    for step in steps:
        assert step in plan


async def test_who_is_in_a_room_is_told_from_its_latest_messages(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LATEST", 3)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    for number, speaker in enumerate((MINSU, YUNA, BOT, YUNA)):
        await history.add_turn(ROOM, Turn(speaker, "안녕", said_at=began + timedelta(minutes=number)))
    assert await history.people(ROOM) == [YUNA]


CHOICES = (Choice("라떼"), Choice("녹차", '/주문 "녹차", [따뜻하게]'))


async def test_choices_are_kept_until_they_are_sent(history: History) -> None:
    replies = (Outgoing("뭘 드릴까요?", choices=CHOICES), Outgoing("네"))
    pending = await history.commit(Commit(ROOM, turns=(Turn(MINSU, "주문"),), replies=replies))
    assert pending is not None
    assert [one.message.choices for one in pending] == [CHOICES, ()]
    assert await history.undelivered("test") == list(pending)
    [to_be_sent, _] = (await history.export_person("test", "u1"))["to_be_sent"]  # pyright: ignore
    assert isinstance(to_be_sent, dict)
    assert to_be_sent["choices"] == ["라떼", "녹차"]


async def test_choices_come_back_as_every_database_can_hold_them(history: History) -> None:
    choices = (Choice("가\0나\ud800", "\ud83d\ude00"),)
    pending = await history.commit(Commit(ROOM, replies=(Outgoing("?", choices=choices),)))
    assert pending is not None
    assert pending[0].message.choices == (Choice("가나\ufffd", "😀"),)
    assert await history.undelivered("test") == list(pending)


async def test_an_erased_person_goes_from_choices_that_wait_for_others(history: History) -> None:
    await history.add_turn(ROOM, Turn(MINSU, "나는 오늘 저녁에 아주 매운 떡볶이"))
    choices = (Choice("김민수", "/투표 아주 매운 떡볶이"), Choice("국수"))
    said = (Turn(YUNA, "투표"),)
    await history.commit(Commit(ROOM, turns=said, replies=(Outgoing("뭐 먹을까요?", choices=choices), Outgoing("네"))))
    await history.forget_speaker("test", "u1")
    first, second = await history.undelivered("test")
    assert first.message.choices == (Choice("(이름 지움)", "/투표(지운 말)"), Choice("국수"))
    assert second.message.choices == ()
