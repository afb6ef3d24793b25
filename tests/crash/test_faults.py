"""What breaks around a bot that lives on: other people's plugins, the platform, the clock, being shut down."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest
from running import Redelivering, answered_once, database, running, sent_texts

from chatbot import Chat, Plugin
from chatbot.dialogue.talk import Talk
from chatbot.dialogue.voice import Reply, Show
from chatbot.history import History
from chatbot.history.records import Commit, Pending
from chatbot.messages import Address, Outgoing, Speaker, Turn, utc_now
from chatbot.testing import FakeAdapter, FakeEngine, Faults

CLUMSY = Plugin("덤벙이")
"""A plugin with no answers, but with ways of its own."""


@CLUMSY.when(lambda _: True)
async def be_clumsy(chat: Chat) -> None:
    match chat.text:
        case "예외":
            raise RuntimeError("예외")
        case "대기":
            await asyncio.Event().wait()
        case "점유":
            time.sleep(2.5)  # noqa: ASYNC251  # this is the mistake
        case _:
            pass


async def clumsily(folder: Path, said: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Say things in rooms, side by side; return room and text of each answer, in the order of sending."""
    adapter = FakeAdapter()
    async with running(folder, adapter, plugins=[CLUMSY]) as bot:
        platform = Redelivering(bot, adapter)
        rooms = [[adapter.make(text, room) for text in texts] for room, texts in said.items()]
        async with asyncio.timeout(30):
            await asyncio.gather(*(platform.answered(messages) for messages in rooms))
    await answered_once(folder, said)
    assert sent_texts(adapter) == said
    return [(sent.to.room, sent.message.text) for sent in adapter.sent]


async def test_a_plugin_that_raises_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    await clumsily(tmp_path, {"방": ["하나", "예외", "둘"], "옆방": ["안녕", "예외"]})
    logged = [record.getMessage() for record in caplog.records]
    assert len(logged) == 2
    assert all(line.startswith("be_clumsy of plugin 덤벙이 failed: RuntimeError at ") for line in logged)


async def test_a_plugin_that_hangs_holds_up_its_own_room_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("chatbot.awake._HANDLER_SECONDS", 1.6)
    others = {f"옆방 {number}": ["안녕", "또 왔어"] for number in range(5)}
    sent = await clumsily(tmp_path, {"방": ["대기", "다음"], **others})
    assert sent[-2:] == [("방", "대기"), ("방", "다음")]
    assert [record.getMessage() for record in caplog.records] == [
        "be_clumsy of plugin 덤벙이 failed: took longer than 2 s"
    ]


async def test_a_plugin_that_blocks_the_loop_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    await clumsily(tmp_path, {"방": ["점유", "다음"], "옆방": ["안녕", "또 왔어"]})
    logged = [record.getMessage() for record in caplog.records]
    assert any("the event loop is blocked" in line and Path(__file__).name in line for line in logged)
    assert not any("점유" in line for line in logged)


@pytest.mark.slow
@pytest.mark.timeout(200)
async def test_a_platform_that_misbehaves_in_volume_gets_every_message_in_order(tmp_path: Path) -> None:
    faults = Faults(
        delay=0.01,
        too_many=0.15,
        fail=0.15,
        fail_after=0.1,
        gone=frozenset({"나간 방"}),
        refused=frozenset({"거절당할 말"}),
        seed=7,
    )
    adapter = FakeAdapter(faults)
    texts = [
        *(f"이야기 {number}" for number in range(5)),
        "거절당할 말",
        *(f"뒷이야기 {number}" for number in range(5)),
    ]
    said = dict.fromkeys(("나간 방", *(f"방 {number}" for number in range(12))), texts)
    async with running(tmp_path, adapter) as bot:
        platform = Redelivering(bot, adapter)
        rooms = [[adapter.make(text, room) for text in texts] for room, texts in said.items()]
        twice = [messages + messages[-2:] for messages in rooms]  # which the platform delivers once more
        async with asyncio.timeout(100):
            await asyncio.gather(*(platform.answered(messages) for messages in twice))
    await answered_once(tmp_path, said)

    sendable = [text for text in texts if text != "거절당할 말"]
    repeats = 0
    for room in said:
        sendings = [(sent.message.nonce, sent.message.text) for sent in adapter.sent if sent.to.room == room]
        once = [sending for sending, _ in groupby(sendings)]
        assert [text for _, text in once] == ([] if room == "나간 방" else sendable)
        assert max(Counter(nonce for nonce, _ in once).values(), default=1) == 1
        repeats += len(sendings) - len(once)
    assert repeats  # connections that broke behind a sending
    assert adapter.attempts > len(adapter.sent) + len(said)
    async with History.open(database(tmp_path)) as history:
        gone = {summary.address.room: summary.gone_why for summary in await history.rooms()}
    assert gone == {room: "RoomGone" if room == "나간 방" else None for room in said}


async def left_unsent(folder: Path, texts: list[str]) -> list[Pending]:
    """Store answers that wait to be sent, as a process that died left them."""
    async with History.open(database(folder)) as history:
        pending: list[Pending] = []
        for text in texts:
            turns = (Turn(Speaker("하나"), text), Turn(Speaker("bot", "단비", is_bot=True), text))
            stored = await history.commit(Commit(Address("fake", "방"), turns=turns, replies=(Outgoing(text),)))
            assert stored is not None
            pending.extend(stored)
        return pending


async def test_a_clock_that_was_a_year_ahead_holds_nothing_up_for_a_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = await left_unsent(tmp_path, ["하나", "둘"])
    async with History.open(database(tmp_path)) as history:
        await history.postpone(first.id, 3, utc_now() + timedelta(days=365))
    monkeypatch.setattr("chatbot.delivery._LONGEST_WAIT", 0.5)
    adapter = FakeAdapter()
    began = time.monotonic()
    async with running(tmp_path, adapter):
        assert await adapter.replies(2, seconds=20) == ["하나", "둘"]
    assert time.monotonic() - began >= 0.5  # it does wait, though not for so long
    await answered_once(tmp_path, {"방": ["하나", "둘"]})


async def test_messages_whose_clock_goes_backwards_are_answered_in_the_order_of_acceptance(tmp_path: Path) -> None:
    texts = [f"이야기 {number}" for number in range(6)]
    adapter = FakeAdapter()
    messages = [
        adapter.make(text, sent_at=utc_now() - timedelta(hours=number)) for number, text in enumerate(texts, start=1)
    ]
    async with History.open(database(tmp_path)) as history:  # a former bot, which died then
        for message in messages[:3]:
            assert await history.accept(message)
    async with running(tmp_path, adapter) as bot:
        await Redelivering(bot, adapter).deliver(messages[3:])
        assert await adapter.replies(6) == texts
    await answered_once(tmp_path, {"방": texts})


async def test_two_bots_that_took_up_the_same_message_answer_it_once(tmp_path: Path) -> None:
    """Nothing but a claim keeps two processes apart, and a claim can be lost: the one that is slower says nothing."""
    slow, quick = FakeAdapter(), FakeAdapter()
    message = slow.make("안녕")
    async with running(tmp_path, FakeAdapter(name="other"), voice=FakeEngine(seconds=1.0)) as bot:
        receipt = await bot.receive(slow, message)
        async with running(tmp_path, quick):
            assert await quick.replies(1) == ["안녕"]
        await receipt.answered()
    assert slow.texts() == []
    await answered_once(tmp_path, {"방": ["안녕"]})


class Pensive(FakeEngine):
    """An engine that never finishes thinking about one message."""

    async def reply(self, talk: Talk, show: Show | None = None) -> Reply:
        if talk.message.startswith("어려운"):
            await asyncio.Event().wait()
        return await super().reply(talk, show)


class Slow(FakeAdapter):
    """A platform that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.takes = asyncio.Event(), asyncio.Event()

    async def send(self, to: Address, message: Outgoing) -> str:
        self.asked.set()
        await self.takes.wait()
        return await super().send(to, message)


async def test_a_platform_that_is_connected_again_gets_nothing_twice(tmp_path: Path) -> None:
    """What waits in the inbox and the outbox is what a former process left, but also what this one is at work on."""
    slow, engine = Slow(), FakeEngine(seconds=0.3)
    async with running(tmp_path, FakeAdapter(name="other"), voice=engine) as bot:
        platform = Redelivering(bot, slow)
        answers: asyncio.Task[None] | None = None
        for _ in range(3):
            serving = asyncio.create_task(bot.serve(slow))
            await slow.running.wait()
            if answers is None:
                answers = asyncio.create_task(platform.answered([slow.make("하나"), slow.make("둘")]))
                await slow.asked.wait()
            serving.cancel()
            await asyncio.wait({serving})
        slow.takes.set()
        assert answers is not None
        async with asyncio.timeout(20):
            await answers
    assert slow.texts() == ["하나", "둘"]
    assert [talk.message for talk in engine.heard] == ["하나", "둘"]
    await answered_once(tmp_path, {"방": ["하나", "둘"]})


class Stuck(FakeAdapter):
    """A platform that never comes back from sending to one room."""

    async def send(self, to: Address, message: Outgoing) -> str:
        if to.room == "막힌 방":
            await asyncio.Event().wait()
        return await super().send(to, message)


@pytest.mark.slow
async def test_a_bot_closes_within_ten_seconds_and_the_next_one_answers_the_rest_once(tmp_path: Path) -> None:
    said = {"방": ["안녕", "반가워"], "막힌 방": ["하나", "둘"], "생각하는 방": ["쉬운 말", "어려운 말", "그다음 말"]}
    stuck = Stuck()
    async with running(tmp_path, stuck, voice=Pensive()) as bot:
        platform = Redelivering(bot, stuck)
        for room, texts in said.items():
            await platform.deliver([stuck.make(text, room) for text in texts])
        await stuck.replies(2)
        await stuck.replies(1, "생각하는 방")
        began = time.monotonic()
    assert time.monotonic() - began < 10.9
    assert sent_texts(stuck) == {"방": ["안녕", "반가워"], "생각하는 방": ["쉬운 말"]}

    adapter = FakeAdapter()
    async with running(tmp_path, adapter):
        await adapter.replies(2, "막힌 방")
        await adapter.replies(2, "생각하는 방")
    assert sent_texts(adapter) == {"막힌 방": ["하나", "둘"], "생각하는 방": ["어려운 말", "그다음 말"]}
    await answered_once(tmp_path, said)
