"""Answering is one transaction: all that it changes, or nothing."""

import pytest

from chatbot.history import Commit, History, Pending, Put, Scope, StoredTurn
from chatbot.messages import Address, File, Incoming, Outgoing, Source, Speaker, SpeechLevel, Turn

ROOM = Address("test", "방")
MINSU, YUNA = Speaker("u1", "민수"), Speaker("u2", "유나")
BOT = Speaker("bot", "말동무", is_bot=True)
COUNT = Scope("counter", address=ROOM)


async def accept(history: History, id: str, speaker: Speaker = MINSU) -> int:
    accepted = await history.accept(Incoming(ROOM, id, speaker, f"말 {id}"))
    assert accepted is not None
    return accepted.id


def said(*texts: str, speaker: Speaker = MINSU) -> tuple[Turn, ...]:
    return tuple(Turn(speaker, text, message_id=f"id {text}") for text in texts)


def answer(text: str) -> Turn:
    return Turn(BOT, text, Source.GENERATED, SpeechLevel.POLITE)


async def everything(history: History) -> object:
    """Return all that a commit may change."""
    return (
        [turn async for turn in history.export()],
        await history.unanswered("test"),
        await history.undelivered("test"),
        await history.items(COUNT),
    )


async def test_a_commit_stores_turns_replies_and_data_and_answers_the_messages(history: History) -> None:
    waiting = (await accept(history, "m1"), await accept(history, "m2"))
    later = await accept(history, "m3")
    file = File("기록.txt", "줄 하나\n줄 둘")
    pending = await history.commit(
        Commit(
            ROOM,
            inbox=waiting,
            turns=(*said("하나", "둘"), answer("네네")),
            replies=(Outgoing("알림", file=file), Outgoing("네네", reply_to="m2")),
            puts=(Put(COUNT, "times", 1),),
        )
    )
    assert pending is not None
    first, second = pending
    assert first == Pending(first.id, ROOM, Outgoing("알림", None, file, str(first.id)))
    assert second == Pending(second.id, ROOM, Outgoing("네네", "m2", None, str(second.id)))
    assert first.id < second.id
    assert await history.undelivered("test") == [first, second]
    assert [one.id for one in await history.unanswered("test")] == [later]
    assert await history.items(COUNT) == {"times": 1}
    stored = await history.turns(ROOM)
    assert [(one.turn.text, one.place) for one in stored] == [("하나\n둘", 0), ("네네", 1)]
    assert stored[0].turn.message_id == "id 둘"
    assert stored[1].turn.message_id is None


@pytest.mark.parametrize("which", [0, 1])
async def test_a_message_that_was_answered_or_erased_meanwhile_stops_all_of_it(history: History, which: int) -> None:
    waiting = [await accept(history, "m1"), await accept(history, "m2")]
    commit = Commit(
        ROOM, tuple(waiting), said("하나"), (Outgoing("네"),), begins_conversation=True, puts=(Put(COUNT, "n", 1),)
    )
    await history.add_turn(ROOM, Turn(MINSU, "앞서 한 말"))
    await history.commit(Commit(ROOM, inbox=(waiting[which],)))
    before = await everything(history)
    assert await history.commit(commit) is None
    assert await everything(history) == before
    assert len(await history.turns(ROOM)) == 1
    await history.forget_room(ROOM)
    assert await history.commit(commit) is None
    assert await history.rooms() == []


async def test_a_commit_that_answers_nothing_is_the_bot_speaking_first(history: History) -> None:
    pending = await history.commit(Commit(ROOM, turns=(answer("잘 지내요?"),), replies=(Outgoing("잘 지내요?"),)))
    assert pending is not None
    assert [one.message.text for one in pending] == ["잘 지내요?"]
    assert [one.turn.text for one in await history.turns(ROOM)] == ["잘 지내요?"]


async def test_replies_without_turns_make_the_room_and_no_conversation(history: History) -> None:
    assert await history.commit(Commit(ROOM, replies=(Outgoing("도움말"),))) is not None
    assert [room.turns for room in await history.rooms()] == [0]
    assert await history.turns(ROOM) == []


async def test_neighbours_of_one_speaker_share_a_place_within_a_commit_only(history: History) -> None:
    await history.commit(Commit(ROOM, turns=(*said("가", "나"), *said("다", speaker=YUNA), *said("라"))))
    await history.commit(Commit(ROOM, turns=said("마")))
    assert [(one.turn.text, one.place) for one in await history.turns(ROOM)] == [
        ("가\n나", 0),
        ("다", 1),
        ("라", 2),
        ("마", 3),
    ]


async def test_a_place_is_never_cut_in_two_unless_it_is_all_there_is(history: History) -> None:
    await history.commit(Commit(ROOM, turns=(*said("가", "나", "다"), answer("네"), *said("라", "마"))))
    expected = {
        1: ["마"],
        2: ["라\n마"],
        3: ["네", "라\n마"],
        4: ["네", "라\n마"],
        5: ["네", "라\n마"],
        6: ["가\n나\n다", "네", "라\n마"],
        7: ["가\n나\n다", "네", "라\n마"],
    }
    for limit, texts in expected.items():
        assert [one.turn.text for one in await history.turns(ROOM, limit)] == texts, limit
    [whole] = (await history.turns(ROOM))[:1]
    [part] = await history.turns(ROOM, 1)
    assert whole.place == 0
    assert part.turn.message_id == "id 마"


async def test_a_commit_may_begin_a_conversation_before_its_turns(history: History) -> None:
    await history.commit(Commit(ROOM, turns=said("옛날")))
    await history.commit(Commit(ROOM, turns=(*said("지금"), answer("네")), begins_conversation=True))
    assert [(one.turn.text, one.place) for one in await history.turns(ROOM)] == [("지금", 0), ("네", 1)]
    await history.commit(Commit(ROOM, begins_conversation=True))
    await history.commit(Commit(ROOM, begins_conversation=True))
    assert await history.turns(ROOM) == []


async def test_another_answer_takes_the_place_of_all_messages_of_the_last(history: History) -> None:
    await history.commit(Commit(ROOM, turns=(*said("뭐해?"), answer("음"), answer("쉬어요"), *said("응"))))
    old = (await history.turns(ROOM))[1]
    assert old.turn.text == "음\n쉬어요"
    waiting = await accept(history, "m1")
    better = answer("책 읽어요")
    pending = await history.commit(
        Commit(ROOM, (waiting,), (better,), (Outgoing("책 읽어요", reply_to="m1"),), replaces=old.id)
    )
    assert pending is not None
    stored = await history.turns(ROOM)
    assert [one.turn.text for one in stored] == ["뭐해?", "책 읽어요", "응"]
    assert stored[1] == StoredTurn(old.id, better, 1)
    await history.delivered(pending[0].id, "b7")
    assert (await history.turns(ROOM))[1].turn.message_id == "b7"


async def test_nothing_takes_the_place_of_a_turn_that_is_gone(history: History) -> None:
    await history.commit(Commit(ROOM, turns=(*said("뭐해?"), answer("쉬어요"))))
    gone = (await history.turns(ROOM))[1].id
    assert await history.remove_turn(gone)
    await accept(history, "m1")
    [waiting] = await history.unanswered("test")
    before = await everything(history)
    assert await history.commit(Commit(ROOM, (waiting.id,), (answer("책"),), (Outgoing("책"),), replaces=gone)) is None
    assert await everything(history) == before


async def test_one_turn_only_takes_the_place_of_another(history: History) -> None:
    id = await history.add_turn(ROOM, answer("하나"))
    for turns in ((), (answer("둘"), answer("셋"))):
        with pytest.raises(ValueError, match="one turn"):
            await history.commit(Commit(ROOM, turns=turns, replaces=id))
    assert [one.turn.text for one in await history.turns(ROOM)] == ["하나"]


async def test_removing_a_turn_removes_all_of_its_messages(history: History) -> None:
    await history.commit(Commit(ROOM, turns=(*said("가", "나"), answer("네"))))
    first, second = await history.turns(ROOM)
    assert await history.remove_turn(first.id)
    assert await history.turns(ROOM) == [second]
    assert await history.add_turn(ROOM, answer("또")) > second.id
    assert [one.place for one in await history.turns(ROOM)] == [1, 2]
