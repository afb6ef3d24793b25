"""What waits to be sent: delivered, postponed, dropped, given up with its room."""

from datetime import UTC, datetime, timedelta

from chatbot.history import Commit, History, Pending
from chatbot.messages import Address, Outgoing, Source, Speaker, Turn

ROOM, OTHER_ROOM = Address("test", "방"), Address("test", "옆방")
MINSU = Speaker("u1", "민수")
BOT = Speaker("bot", "말동무", is_bot=True)


async def answered(history: History, room: Address, *texts: str) -> list[Pending]:
    """Commit an answer of several messages; return what is to be sent."""
    turns = (Turn(MINSU, "안녕"), *(Turn(BOT, text, Source.GENERATED) for text in texts))
    pending = await history.commit(Commit(room, turns=turns, replies=tuple(Outgoing(text) for text in texts)))
    assert pending is not None
    return list(pending)


async def test_what_was_sent_is_not_sent_again_and_its_turn_gets_the_platforms_id(history: History) -> None:
    first, last = await answered(history, ROOM, "하나", "둘")
    await history.delivered(first.id, "b1")
    assert await history.undelivered("test") == [last]
    assert (await history.turns(ROOM))[-1].turn.message_id is None
    await history.delivered(last.id, "b2")
    assert await history.undelivered("test") == []
    assert (await history.turns(ROOM))[-1].turn.message_id == "b2"
    await history.delivered(last.id, "b3")  # twice is once
    assert (await history.turns(ROOM))[-1].turn.message_id == "b2"


async def test_a_platform_without_ids_leaves_the_turn_without_one(history: History) -> None:
    [pending] = await answered(history, ROOM, "하나")
    await history.delivered(pending.id, None)
    assert await history.undelivered("test") == []
    assert (await history.turns(ROOM))[-1].turn.message_id is None


async def test_what_waits_is_listed_in_the_order_of_sending_by_adapter_and_room(history: History) -> None:
    first = await answered(history, ROOM, "하나", "둘")
    second = await answered(history, OTHER_ROOM, "셋")
    elsewhere = await answered(history, Address("elsewhere", "방"), "넷")
    third = await answered(history, ROOM, "다섯")
    assert await history.undelivered("test") == [*first, *second, *third]
    assert await history.undelivered("test", ROOM.room) == [*first, *third]
    assert await history.undelivered("elsewhere") == elsewhere
    assert await history.undelivered("nowhere") == []


async def test_a_postponed_message_remembers_its_attempts(history: History) -> None:
    [pending] = await answered(history, ROOM, "하나")
    not_before = datetime.now(UTC) + timedelta(minutes=5)
    await history.postpone(pending.id, 3, not_before)
    assert await history.undelivered("test") == [Pending(pending.id, ROOM, pending.message, 3, not_before)]


async def test_a_dropped_message_is_given_up_and_its_turn_stays(history: History) -> None:
    dropped, kept = await answered(history, ROOM, "하나", "둘")
    await history.drop(dropped.id)
    assert await history.undelivered("test") == [kept]
    assert (await history.turns(ROOM))[-1].turn.text == "하나\n둘"


async def test_a_room_that_is_gone_takes_what_was_to_be_sent_along(history: History) -> None:
    await answered(history, ROOM, "하나", "둘")
    kept = await answered(history, OTHER_ROOM, "셋")
    await history.mark_gone(ROOM, "봇이 나갔어요")
    await history.mark_gone(Address("test", "없는 방"), "몰라요")
    assert await history.undelivered("test") == kept
    assert {room.address: room.gone_why for room in await history.rooms()} == {ROOM: "봇이 나갔어요", OTHER_ROOM: None}
    assert len(await history.turns(ROOM)) == 2


async def test_a_removed_turn_leaves_its_message_to_be_sent(history: History) -> None:
    pending = await answered(history, ROOM, "하나")
    await history.remove_turn((await history.turns(ROOM))[-1].id)
    assert await history.undelivered("test") == pending
    await history.delivered(pending[0].id, "b1")
    assert await history.undelivered("test") == []
