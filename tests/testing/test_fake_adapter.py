"""The platform in memory: it works by default, and misbehaves as it is told to."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.adapter import Adapter, Receipt
from chatbot.errors import AdapterError, DatabaseUnavailable, DeliveryError, MessageRefused, RoomGone, TooManyRequests
from chatbot.messages import Address, Deleted, Edited, Event, Incoming, Outgoing, RoomKind
from chatbot.testing.fake_adapter import FakeAdapter, Faults, Sent

ROOM = Address("fake", "방")
HELLO = Outgoing("안녕")


class Done:
    """A receipt of what needs no answer."""

    async def answered(self) -> None:
        """Return at once."""

    def give_up(self) -> None:
        """Do nothing."""


@asynccontextmanager
async def listening(adapter: FakeAdapter, hear: Callable[[Event], Awaitable[None]]) -> AsyncGenerator[None]:
    async def receive(event: Event) -> Receipt:
        await hear(event)
        return Done()

    running = asyncio.create_task(adapter.run(receive))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait({running})
        assert running.cancelled()
        assert len(asyncio.all_tasks()) == 1


async def heard_of(adapter: FakeAdapter, different: int, seconds: float = 0.1) -> list[Event]:
    """Return what an adapter delivers until it delivered so many different events, and some seconds longer."""
    events: list[Event] = []
    enough = asyncio.Event()

    async def hear(event: Event) -> None:
        events.append(event)
        if len(set(events)) == different:
            enough.set()

    async with listening(adapter, hear), asyncio.timeout(10):
        if different:
            await enough.wait()
        await asyncio.sleep(seconds)
    return events


def test_it_keeps_the_contract_of_an_adapter() -> None:
    adapter: Adapter = FakeAdapter(name="다른")
    assert adapter.name == "다른"


async def test_by_default_everything_arrives_once_and_in_order() -> None:
    adapter = FakeAdapter()
    first = adapter.say("하나")
    second = adapter.say("둘", room="다른 방", speaker="둘", room_kind=RoomKind.GROUP, mentions_bot=True)
    edited, deleted = Edited(ROOM, first.id, "셋"), Deleted(ROOM, first.id)
    adapter.happen(edited)
    adapter.happen(deleted)
    assert await heard_of(adapter, 4) == [first, second, edited, deleted]
    assert (first.address, first.text, first.speaker.id) == (ROOM, "하나", "하나")
    assert (second.address.room, second.speaker.id, second.room_kind) == ("다른 방", "둘", RoomKind.GROUP)
    assert second.mentions_bot
    assert first.id != second.id


async def test_a_message_that_is_made_does_not_happen() -> None:
    adapter = FakeAdapter()
    made = adapter.make("하나", id="7")
    assert made.id == "7"
    assert await heard_of(adapter, 0, 0.02) == []


async def test_it_says_while_it_runs_that_it_does() -> None:
    adapter = FakeAdapter()
    assert not adapter.running.is_set()

    async def hear(_: Event) -> None:
        raise AssertionError("nothing happens")

    async with listening(adapter, hear):
        await asyncio.wait_for(adapter.running.wait(), 1)
    assert not adapter.running.is_set()


async def test_it_takes_what_is_sent_and_tells() -> None:
    told: list[Sent] = []
    adapter = FakeAdapter(on_sent=told.append)
    ids = [await adapter.send(ROOM, Outgoing(f"{number}")) for number in range(3)]
    await adapter.send(Address("fake", "다른 방"), HELLO)
    assert len(set(ids)) == 3
    assert adapter.texts() == ["0", "1", "2"]
    assert adapter.texts("다른 방") == ["안녕"]
    assert [one.id for one in adapter.sent[:3]] == ids
    assert told == adapter.sent
    assert adapter.attempts == 4


async def test_waiting_for_replies() -> None:
    adapter = FakeAdapter()

    async def answer() -> None:
        for number in range(4):
            await asyncio.sleep(0.01)
            await adapter.send(ROOM if number != 1 else Address("fake", "다른 방"), Outgoing(f"{number}"))

    task = asyncio.create_task(answer())
    assert await adapter.replies(2) == ["0", "2"]
    await task
    assert await adapter.replies(2) == ["0", "2", "3"]
    with pytest.raises(TimeoutError):
        await adapter.replies(4, seconds=0.02)


async def test_twice() -> None:
    adapter = FakeAdapter(Faults(duplicate=1.0))
    said = [adapter.say(f"{number}") for number in range(5)]
    heard = await heard_of(adapter, 5)
    assert sorted(said * 2, key=str) == sorted(heard, key=str)
    assert [event for index, event in enumerate(heard) if event not in heard[:index]] == said


async def test_out_of_order_and_nothing_lost() -> None:
    adapter = FakeAdapter(Faults(reorder=1.0))
    first, second, third, fourth, last = (adapter.say(f"{number}") for number in range(5))
    assert await heard_of(adapter, 5) == [second, first, fourth, third, last]


async def test_late() -> None:
    adapter = FakeAdapter(Faults(delay=0.05, seed=1))
    begun = time.monotonic()
    for _ in range(10):
        await adapter.send(ROOM, HELLO)
    assert 0.05 < time.monotonic() - begun < 3


async def test_too_many_requests_closes_the_room_for_a_while() -> None:
    adapter = FakeAdapter(Faults(too_many=0.5, retry_after=0.1))
    refused: TooManyRequests | None = None
    for _ in range(50):
        try:
            await adapter.send(ROOM, HELLO)
        except TooManyRequests as error:
            refused = error
            break
    assert refused is not None
    assert refused.retry_after == pytest.approx(0.1)
    sent = len(adapter.sent)
    for _ in range(20):
        with pytest.raises(TooManyRequests) as again:
            await adapter.send(ROOM, HELLO)
        assert 0 < again.value.retry_after <= 0.1
    assert len(adapter.sent) == sent
    for number in range(100):  # another room has a chance of its own
        with suppress(TooManyRequests):
            await adapter.send(Address("fake", f"{number}"), HELLO)
            break
    assert len(adapter.sent) == sent + 1


@pytest.mark.parametrize(
    ("faults", "error", "is_sent"),
    [
        (Faults(fail=1.0), DeliveryError, False),
        (Faults(fail_after=1.0), ConnectionResetError, True),
        (Faults(too_many=1.0), TooManyRequests, False),
        (Faults(gone=frozenset({"방"})), RoomGone, False),
        (Faults(refused=frozenset({"안녕"})), MessageRefused, False),
    ],
)
async def test_what_does_not_get_through(faults: Faults, error: type[Exception], is_sent: bool) -> None:
    adapter = FakeAdapter(faults)
    with pytest.raises(error) as raised:
        await adapter.send(ROOM, HELLO)
    assert type(raised.value) is error
    assert (adapter.texts() == ["안녕"]) is is_sent
    assert adapter.attempts == 1
    assert isinstance(raised.value, AdapterError) is (error is not ConnectionResetError)


async def test_other_rooms_and_words_get_through() -> None:
    adapter = FakeAdapter(Faults(gone=frozenset({"방"}), refused=frozenset({"안녕"})))
    await adapter.send(Address("fake", "다른 방"), Outgoing("반가워요"))
    assert adapter.texts("다른 방") == ["반가워요"]


async def test_what_the_bot_could_not_store_is_delivered_until_it_can() -> None:
    adapter = FakeAdapter()
    said = [adapter.say("하나"), adapter.say("둘")]
    heard: list[Event] = []
    enough = asyncio.Event()

    async def hear(event: Event) -> None:
        heard.append(event)
        if len(heard) < 4:
            raise DatabaseUnavailable("디스크가 가득 찼어요.")
        if len(heard) == 5:
            enough.set()

    async with listening(adapter, hear), asyncio.timeout(10):
        await enough.wait()
    assert heard == [said[0]] * 4 + [said[1]]


async def test_what_was_not_acknowledged_comes_again_when_the_bot_is_back() -> None:
    adapter = FakeAdapter(Faults(reorder=0.5))
    said = [adapter.say(f"{number}") for number in range(3)]

    async def die(event: Event) -> None:
        await asyncio.Event().wait()

    async with listening(adapter, die):
        await asyncio.sleep(0.05)
    assert sorted(await heard_of(adapter, 3), key=str) == sorted(said, key=str)
    assert await heard_of(adapter, 0, 0.02) == []


@settings(max_examples=20, deadline=None)
@given(
    st.builds(
        Faults,
        duplicate=st.sampled_from([0.0, 0.5, 1.0]),
        reorder=st.sampled_from([0.0, 0.5, 1.0]),
        delay=st.sampled_from([0.0, 0.002]),
        seed=st.integers(0, 1000),
    ),
    st.integers(0, 8),
)
def test_nothing_is_ever_lost(faults: Faults, number: int) -> None:
    async def play() -> None:
        adapter = FakeAdapter(faults)
        for index in range(number):
            adapter.say(f"{index}")
        heard = await heard_of(adapter, number, 0.03)
        assert {event.text for event in heard if isinstance(event, Incoming)} == {f"{one}" for one in range(number)}
        assert len(heard) == len(set(heard)) or faults.duplicate

    asyncio.run(play())


async def test_the_same_seed_makes_the_same_things_go_wrong() -> None:
    async def outcomes(seed: int) -> list[str]:
        adapter, seen = FakeAdapter(Faults(fail=0.3, fail_after=0.3, seed=seed)), list[str]()
        for _ in range(30):
            try:
                seen.append(await adapter.send(ROOM, HELLO))
            except Exception as error:
                seen.append(type(error).__name__)
        return seen

    assert await outcomes(7) == await outcomes(7)
    assert await outcomes(7) != await outcomes(8)
    assert {"DeliveryError", "ConnectionResetError"} < set(await outcomes(7))
