"""The way out, on a real outbox: in order, again after failures, given up for good, taken up after a restart."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from chatbot import delivery
from chatbot.adapter import Adapter
from chatbot.backoff import backoff
from chatbot.delivery import Delivery
from chatbot.history import History
from chatbot.history.records import Commit, Pending
from chatbot.messages import Address, File, Outgoing, Source, Speaker, Turn, utc_now
from chatbot.testing import FakeAdapter, Faults

ROOM = Address("fake", "방")
BOT = Speaker("bot", "단비", is_bot=True)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-offs are a hundredth of what they are."""

    def hundredth(attempts: int, *, first: float = 1.0, longest: float = 300.0) -> float:
        return backoff(attempts, first=first, longest=longest) / 100

    monkeypatch.setattr(delivery, "backoff", hundredth)


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[History]:
    async with History.open(tmp_path / "chat.sqlite3") as history:
        yield history


async def stored(history: History, *texts: str, room: Address = ROOM) -> list[Pending]:
    """Put messages of the bot's into the outbox, each with its turn."""
    pending: list[Pending] = []
    for text in texts:
        turn = Turn(BOT, text, Source.GENERATED)
        pending += await history.commit(Commit(room, turns=(turn,), replies=(Outgoing(text),))) or ()
    return pending


@asynccontextmanager
async def delivering(
    history: History, adapter: Adapter, give_up_after: timedelta = timedelta(hours=1)
) -> AsyncGenerator[Delivery]:
    running = Delivery(history, {adapter.name: adapter}, give_up_after)
    try:
        yield running
    finally:
        await running.close(0)


async def test_a_room_gets_its_messages_in_order_and_the_outbox_is_empty_then(history: History) -> None:
    adapter = FakeAdapter(Faults(delay=0.01, seed=3))
    async with delivering(history, adapter) as out:
        texts = [f"{number}번째" for number in range(8)]
        await asyncio.gather(*[out.put(pending) for pending in await stored(history, *texts)])
    assert adapter.texts() == texts
    assert await history.undelivered("fake") == []
    assert [row.turn.message_id for row in await history.turns(ROOM)] == [sent.id for sent in adapter.sent]


@pytest.mark.parametrize("seed", range(3))
async def test_failures_are_tried_again_without_losing_or_overtaking(history: History, seed: int) -> None:
    adapter = FakeAdapter(Faults(fail=0.4, too_many=0.3, retry_after=0.01, seed=seed))
    texts = [f"{number}번째" for number in range(12)]
    async with delivering(history, adapter) as out:
        await asyncio.gather(*[out.put(pending) for pending in await stored(history, *texts)])
    assert adapter.texts() == texts
    assert adapter.attempts > len(texts)


async def test_a_message_sent_before_the_line_broke_comes_again_under_the_same_nonce(history: History) -> None:
    class BreaksOnce(FakeAdapter):
        async def send(self, to: Address, message: Outgoing) -> str:
            id = await super().send(to, message)
            if len(self.sent) == 1:
                raise ConnectionResetError
            return id

    adapter = BreaksOnce()
    async with delivering(history, adapter) as out:
        (pending,) = await stored(history, "안녕")
        await out.put(pending)
    first, second = (sent.message for sent in adapter.sent)
    assert first == second
    assert first.nonce == str(pending.id)


async def test_a_room_that_is_gone_is_marked_and_left_alone(history: History, caplog: pytest.LogCaptureFixture) -> None:
    adapter = FakeAdapter(Faults(gone=frozenset({"방"})))
    elsewhere = Address("fake", "다른 방")
    async with delivering(history, adapter) as out:
        waiting = [out.put(pending) for pending in await stored(history, "하나", "둘", "셋")]
        (other,) = await stored(history, "여기는 돼요", room=elsewhere)
        await asyncio.wait_for(asyncio.gather(*waiting, out.put(other)), 10)
    assert adapter.attempts == 2
    assert adapter.texts("다른 방") == ["여기는 돼요"]
    assert await history.undelivered("fake") == []
    assert "하나" not in caplog.text


async def test_a_message_that_is_refused_does_not_hold_up_the_next(history: History) -> None:
    adapter = FakeAdapter(Faults(refused=frozenset({"너무 긴 글"})))
    async with delivering(history, adapter) as out:
        await asyncio.gather(*[out.put(pending) for pending in await stored(history, "너무 긴 글", "다음 글")])
    assert adapter.texts() == ["다음 글"]
    assert await history.undelivered("fake") == []


async def test_after_a_day_it_is_given_up(history: History, caplog: pytest.LogCaptureFixture) -> None:
    adapter = FakeAdapter(Faults(fail=1.0))
    async with delivering(history, adapter, give_up_after=timedelta(seconds=0.05)) as out:
        (pending,) = await stored(history, "안 가는 글")
        await asyncio.wait_for(out.put(pending), 10)
    assert await history.undelivered("fake") == []
    assert "given up after" in caplog.text
    assert "안 가는 글" not in caplog.text


async def test_a_room_that_waits_holds_up_no_other(history: History) -> None:
    class Picky(FakeAdapter):
        async def send(self, to: Address, message: Outgoing) -> str:
            if to == ROOM:
                raise ConnectionRefusedError
            return await super().send(to, message)

    adapter = Picky()
    running = Delivery(history, {"fake": adapter}, timedelta(hours=1), parallel=1)
    (stuck,) = await stored(history, "막힌 글")
    (free,) = await stored(history, "열린 글", room=Address("fake", "열린 방"))
    running.put(stuck)
    await asyncio.sleep(0.05)
    await asyncio.wait_for(running.put(free), 10)
    assert adapter.texts("열린 방") == ["열린 글"]
    await running.close(0)


async def test_what_was_tried_is_remembered_over_a_restart(history: History) -> None:
    broken = FakeAdapter(Faults(fail=1.0))
    async with delivering(history, broken) as out:
        (pending,) = await stored(history, "안녕")
        out.put(pending)
        while broken.attempts < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    (left,) = await history.undelivered("fake")
    assert left.attempts >= 2
    assert left.not_before is not None
    working = FakeAdapter()
    async with delivering(history, working) as out:
        await asyncio.wait_for(out.put(left), 30)
    assert working.texts() == ["안녕"]


async def test_a_clock_that_was_ahead_costs_minutes_not_years(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pending,) = await stored(history, "안녕")
    await history.postpone(pending.id, 1, utc_now() + timedelta(days=400))
    (left,) = await history.undelivered("fake")
    monkeypatch.setattr(delivery, "_LONGEST_WAIT", 0.05)
    adapter = FakeAdapter()
    async with delivering(history, adapter) as out:
        await asyncio.wait_for(out.put(left), 10)
    assert adapter.texts() == ["안녕"]


async def test_without_its_adapter_a_message_waits_in_the_outbox(history: History) -> None:
    out = Delivery(history, {}, timedelta(hours=1))
    (pending,) = await stored(history, "안녕")
    await out.put(pending)
    await out.close(0)
    assert len(await history.undelivered("fake")) == 1


async def test_a_message_put_twice_is_sent_once(history: History) -> None:
    adapter = FakeAdapter(Faults(delay=0.02, seed=1))
    async with delivering(history, adapter) as out:
        (pending,) = await stored(history, "안녕")
        await asyncio.gather(out.put(pending), out.put(pending))
    assert adapter.texts() == ["안녕"]


async def test_files_go_along_through_the_outbox(history: History) -> None:
    file = File("내정보.json", '{"말": "안녕"}')
    await history.commit(Commit(ROOM, replies=(Outgoing("여기요", file=file),)))
    (left,) = await history.undelivered("fake")
    adapter = FakeAdapter()
    async with delivering(history, adapter) as out:
        await out.put(left)
    assert [sent.message.file for sent in adapter.sent] == [file]


async def test_closing_waits_for_what_is_being_sent(history: History) -> None:
    adapter = FakeAdapter(Faults(delay=0.3, seed=1))
    out = Delivery(history, {"fake": adapter}, timedelta(hours=1))
    first, second = await stored(history, "하나", "둘")
    out.put(first)
    out.put(second)
    await asyncio.sleep(0)
    await out.close(5)
    assert adapter.texts() == ["하나"]
    assert [left.message.text for left in await history.undelivered("fake")] == ["둘"]


async def test_what_is_sent_is_marked_however_long_the_database_refuses(
    history: History, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    adapter = FakeAdapter()
    tried = 0
    real = history.delivered

    async def refuses_twice(pending_id: int, sent_id: str | None) -> None:
        nonlocal tried
        tried += 1
        if tried <= 2:
            from chatbot.errors import DatabaseUnavailable

            raise DatabaseUnavailable("디스크가 가득 차서 저장할 수 없어요.")
        await real(pending_id, sent_id)

    monkeypatch.setattr(history, "delivered", refuses_twice)
    async with delivering(history, adapter) as out:
        (pending,) = await stored(history, "안녕")
        await asyncio.wait_for(out.put(pending), 30)
    assert (tried, len(adapter.sent)) == (3, 1)
    assert await history.undelivered("fake") == []
