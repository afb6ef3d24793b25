"""What plugins do by the clock, through a bot whose clock the test moves: restarted each time, or running."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chatbot import (
    Ask,
    Chat,
    Conversation,
    Cron,
    Daily,
    Done,
    Every,
    Job,
    Missed,
    Once,
    Plugin,
    Rest,
    RoomKind,
    SpeechLevel,
    Step,
    Storage,
)
from chatbot.plugins.rules import Rule
from chatbot.sentences import sentences
from chatbot.testing import TestChat

SAYS = sentences(SpeechLevel.POLITE)
SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 3, 2, 8, 59, tzinfo=SEOUL)
"""A Monday."""
HOUR = timedelta(hours=1)
GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}


def ringing() -> Plugin:
    """Return a plugin that reminds."""
    plugin = Plugin("알림")

    @plugin.job("알림")
    async def ring(chat: Chat, job: Job, text: str, count: int = 0) -> str | None:  # pyright: ignore[reportUnusedFunction]
        rung = await chat.here.get("울림", int, 0) + 1
        await chat.here.put("울림", rung)
        match text:
            case "고장":
                raise RuntimeError
            case "그만":
                await chat.cancel_job(job)
                return "마지막이에요."
            case "조용히":
                return None
            case "둘":
                chat.say("하나")
                return "둘"
            case _:
                return f"{chat.speaker.name or chat.speaker.id}님 {text} {chat.now:%d일 %H:%M} {chat.is_group} {chat.text!r}"

    rules: dict[str, Callable[[Chat], Rule]] = {
        "한번": lambda chat: Once(chat.now + HOUR),
        "자주": lambda chat: Every(timedelta(minutes=30)),
        "매일": lambda chat: Daily(time(9)),
        "평일": lambda chat: Daily(time(9), "평일"),
        "크론": lambda chat: Cron("0 9 1 * *"),
        "과거": lambda chat: Once(chat.now - HOUR),
    }

    @plugin.command("예약")
    async def plan(chat: Chat, when: str, missed: Missed = Missed.ONCE, text: Rest = "물") -> str:  # pyright: ignore[reportUnusedFunction]
        job = await chat.schedule("알림", rules[when](chat), missed=missed, text=text)
        return f"{job.due.astimezone(SEOUL):%d일 %H:%M}"

    @plugin.command("예약들")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return f"{[job.payload['text'] for job in await chat.jobs('알림')]} {await chat.here.get('울림', int, 0)}"

    @plugin.command("해제")
    async def cancel(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        for job in await chat.jobs():
            await chat.cancel_job(job)
        return f"{len(await chat.jobs())}개"

    @plugin.command("없는")
    async def wrong(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.schedule("없는 일", Once(chat.now + HOUR))
        return "?"

    return plugin


@pytest.mark.parametrize("restarts", [True, False])
async def test_a_reminder_comes_once_in_its_room_with_its_person(restarts: bool) -> None:
    chat = TestChat(ringing(), now=NOW)
    if not restarts:
        await chat.__aenter__()
    assert await chat.say("/예약 한번 사과", **GROUP) == "02일 09:59"
    assert await chat.passes(timedelta(minutes=59)) == ""
    assert await chat.passes(timedelta(minutes=1)) == "하나님 사과 02일 09:59 True ''"
    assert await chat.passes(timedelta(days=3)) == ""
    assert await chat.say("/예약들", **GROUP) == "[] 1"
    if not restarts:
        await chat.__aexit__()


async def test_a_reminder_that_was_missed_comes_when_the_bot_is_back() -> None:
    chat = TestChat(ringing(), now=NOW)
    await chat.say("/예약 한번 사과")
    assert await chat.passes(timedelta(days=2)) == "하나님 사과 04일 08:59 False ''"


@pytest.mark.parametrize(
    ("missed", "first", "number"), [("ONCE", "사과 02일 11:04", 1), ("SKIP", "", 0), ("ALL", "사과 02일 11:04", 4)]
)
async def test_what_was_missed_is_made_up_for_as_it_says(missed: str, first: str, number: int) -> None:
    chat = TestChat(ringing(), now=NOW)
    assert await chat.say(f"/예약 자주 {missed} 사과") == "02일 09:29"
    said = await chat.passes(timedelta(minutes=125))
    assert first in said
    assert said.count("사과") == number
    assert await chat.passes(timedelta(minutes=24)) == ""
    assert "사과 02일 11:29" in await chat.passes(timedelta(minutes=1))  # it keeps its rhythm
    assert await chat.passes(timedelta(minutes=29)) == ""
    assert "사과 02일 11:59" in await chat.passes(timedelta(minutes=1))


async def test_rules_of_days_keep_to_the_calendar() -> None:
    chat = TestChat(ringing(), now=NOW)
    assert await chat.say("/예약 매일 ONCE 하루") == "02일 09:00"
    assert await chat.say("/예약 평일 ONCE 평일") == "02일 09:00"
    assert await chat.say("/예약 크론 ONCE 달") == "01일 09:00"
    assert sorted((await chat.passes(timedelta(minutes=1))).splitlines()) == [
        "하나님 평일 02일 09:00 False ''",
        "하나님 하루 02일 09:00 False ''",
    ]
    for _ in range(4):
        assert len((await chat.passes(timedelta(days=1))).splitlines()) == 2
    assert await chat.passes(timedelta(days=1)) == "하나님 하루 07일 09:00 False ''"  # a Saturday
    assert await chat.say("/예약들") == "['하루', '평일', '달'] 11"


async def test_people_see_and_cancel_their_own_alone() -> None:
    chat = TestChat(ringing(), now=NOW)
    await chat.say("/예약 한번 ONCE 내것", **GROUP)
    await chat.say("/예약 자주 ONCE 두리것", **GROUP, speaker="두리")
    assert await chat.say("/예약들", **GROUP) == "['내것'] 0"
    assert await chat.say("/예약들") == "[] 0"
    assert await chat.say("/해제", **GROUP) == "0개"
    assert await chat.passes(HOUR) == "두리님 두리것 02일 09:59 True ''"


async def test_a_job_may_cancel_itself_or_say_several_things_or_none() -> None:
    chat = TestChat(ringing(), now=NOW)
    await chat.say("/예약 자주 ONCE 그만")
    assert await chat.passes(timedelta(minutes=30)) == "마지막이에요."
    assert await chat.passes(timedelta(minutes=30)) == ""
    await chat.say("/예약 한번 ONCE 둘")
    assert await chat.passes(HOUR) == "하나\n둘"
    await chat.say("/예약 한번 ONCE 조용히")
    assert await chat.passes(HOUR) == ""
    assert await chat.say("/예약들") == "[] 3"


async def test_what_cannot_be_planned_is_told(caplog: pytest.LogCaptureFixture) -> None:
    chat = TestChat(ringing(), now=NOW)
    assert await chat.say("/예약 과거") == "이미 지난 때라서 예약할 수 없어요."
    assert await chat.say("/없는") == SAYS.command_failed
    assert await chat.say("/예약들") == "[] 0"
    assert '@plugin.job("없는 일")' in caplog.text


async def test_a_job_that_fails_stores_nothing_and_keeps_its_rhythm(caplog: pytest.LogCaptureFixture) -> None:
    async with TestChat(ringing(), now=NOW) as chat:
        await chat.say("/예약 자주 ONCE 고장")
        for number in (1, 2):
            assert await chat.passes(timedelta(minutes=30)) == ""
            assert caplog.text.count("RuntimeError") == number
        assert await chat.say("/예약들") == "['고장'] 0"


def _soon(_: int) -> float:
    return 0.1


async def test_a_resting_plugins_jobs_wait_and_are_not_lost(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("chatbot.plugins.isolation._REST_SECONDS", 0.5)
    monkeypatch.setattr("chatbot.plugins.scheduler.backoff", _soon)
    plugin = ringing()

    @plugin.command("고장")
    def fail() -> str:  # pyright: ignore[reportUnusedFunction]
        raise RuntimeError

    async with TestChat(plugin, now=NOW) as chat:
        await chat.say("/예약 한번 사과")
        for _ in range(5):
            await chat.say("/고장")
        assert await chat.passes(HOUR) == ""
        await asyncio.sleep(0.8)
        assert await chat.passes(timedelta(0)) == ""
        assert chat._awake is not None  # pyright: ignore[reportPrivateUsage]
        assert "하나님 사과 02일 09:59 False ''" in chat._awake.adapter.texts()  # pyright: ignore[reportPrivateUsage]
        assert await chat.say("/예약들") == "[] 1"
    assert "rests" in caplog.text


async def test_the_jobs_of_a_plugin_that_is_gone_wait_until_it_is_back() -> None:
    chat = TestChat(ringing(), now=NOW)
    await chat.say("/예약 한번 사과")
    await chat.say("/예약 자주 ONCE 물")
    chat._plugins = ()  # pyright: ignore[reportPrivateUsage]  # as if its file had been taken away
    assert await chat.passes(HOUR) == ""
    chat._plugins = (ringing(),)  # pyright: ignore[reportPrivateUsage]
    back = await chat.passes(timedelta(minutes=5))
    assert sorted(back.splitlines()) == ["하나님 물 02일 10:04 False ''", "하나님 사과 02일 10:04 False ''"]


async def test_a_job_whose_handler_is_gone_goes_quietly(caplog: pytest.LogCaptureFixture) -> None:
    other = Plugin("알림")

    @other.command("예약들")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(len(await chat.jobs()))

    chat = TestChat(ringing(), now=NOW)
    await chat.say("/예약 한번 사과")
    chat._plugins = (other,)  # pyright: ignore[reportPrivateUsage]
    assert await chat.say("/예약들") == "1"
    assert await chat.passes(HOUR) == ""
    assert await chat.say("/예약들") == "0"


async def test_a_plugin_switched_off_in_a_room_does_not_ring_there() -> None:
    chat = TestChat(ringing(), now=NOW)
    await chat.say("/예약 자주 ONCE 물")
    await chat.say("/예약 자주 ONCE 물", room="다른 방")
    await chat.say("/플러그인 끄기 알림")
    assert (await chat.passes(timedelta(minutes=30))).count("물") == 1
    await chat.say("/플러그인 켜기 알림")
    assert (await chat.passes(timedelta(minutes=30))).count("물") == 2


async def test_a_job_may_begin_a_conversation() -> None:
    plugin = Plugin("안부")

    @plugin.conversation("안부")
    @dataclass
    class Asking(Conversation):
        day: date | None = None

        async def begin(self, chat: Chat) -> Step:
            self.day = chat.now.date()
            return Ask("잘 지내요?", then=self.hear)

        async def hear(self, chat: Chat, fine: bool) -> Step:
            return Done(f"{self.day:%d일} {fine}")

    @plugin.job("안부")
    async def ask(chat: Chat) -> Asking:  # pyright: ignore[reportUnusedFunction]
        return Asking()

    @plugin.command("안부")
    async def plan(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.schedule("안부", Once(chat.now + HOUR))
        return "네"

    chat = TestChat(plugin, now=NOW)
    await chat.say("/안부", **GROUP)
    assert await chat.passes(HOUR) == "잘 지내요?\n1. 네\n2. 아니요"
    assert await chat.say("네", **GROUP, speaker="두리") == ""
    assert await chat.say("네", **GROUP) == "02일 True"


async def test_plugins_do_things_by_the_clock_for_themselves() -> None:
    plugin = Plugin("청소")

    def named(name: str) -> Any:
        async def run(everywhere: Storage, now: datetime) -> None:
            done = await everywhere.get(name, list[str], list[str]())
            await everywhere.put(name, [*done, f"{now:%d일 %H:%M}"])

        run.__name__ = name
        return run

    plugin.every(HOUR)(named("시간마다"))
    plugin.every(at=time(9), days="월수")(named("월수"))
    plugin.cron("30 9 * * *", missed=Missed.SKIP)(named("크론"))
    plugin.at(NOW + timedelta(hours=30))(named("한번"))

    @plugin.command("한 일")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        done = await chat.everywhere.items(list[str])
        return "\n".join(f"{name}: {','.join(times)}" for name, times in done.items())

    chat = TestChat(plugin, now=NOW)
    assert await chat.passes(timedelta(0)) == ""
    await settle(chat, timedelta(minutes=1))
    assert await chat.say("/한 일") == "월수: 02일 09:00"
    await settle(chat, timedelta(minutes=30))
    await settle(chat, timedelta(minutes=30))
    assert await chat.say("/한 일") == "시간마다: 02일 10:00\n월수: 02일 09:00\n크론: 02일 09:30"
    await settle(chat, timedelta(days=2))
    assert await chat.say("/한 일") == (
        "시간마다: 02일 10:00,04일 10:00\n월수: 02일 09:00,04일 10:00\n크론: 02일 09:30\n한번: 04일 10:00"
    )
    await settle(chat, timedelta(minutes=58))
    assert await chat.say("/한 일") == (
        "시간마다: 02일 10:00,04일 10:00\n월수: 02일 09:00,04일 10:00\n크론: 02일 09:30\n한번: 04일 10:00"
    )
    await settle(chat, timedelta(minutes=2))
    assert "04일 11:00" in await chat.say("/한 일")


async def settle(chat: TestChat, passing: timedelta) -> None:
    """Let time pass while the bot runs: what is declared by the clock is taken on a moment after the start."""
    chat._ahead += passing  # pyright: ignore[reportPrivateUsage]
    async with chat:
        await asyncio.sleep(0.05)
        await chat.passes(timedelta(0))


async def test_a_schedule_that_fails_or_ends_the_process_is_tried_at_its_next_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    plugin = Plugin("청소")

    @plugin.every(HOUR)
    async def sweep(everywhere: Storage) -> None:  # pyright: ignore[reportUnusedFunction]
        await everywhere.put("했음", True)
        raise SystemExit

    @plugin.command("했음")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.everywhere.get("했음", bool, False))

    async with TestChat(plugin, now=NOW) as chat:
        await asyncio.sleep(0.05)
        for number in (1, 2):
            assert await chat.passes(HOUR) == ""
            assert caplog.text.count("SystemExit") == number
        assert await chat.say("/했음") == "False"


async def test_a_clock_that_is_put_back_rings_nothing_twice() -> None:
    chat = TestChat(ringing(), now=NOW)
    await chat.say("/예약 자주 ONCE 물")
    assert "09:29" in await chat.passes(timedelta(minutes=30))
    assert await chat.passes(timedelta(hours=-3)) == ""
    assert await chat.passes(timedelta(hours=3)) == ""
    assert "09:59" in await chat.passes(timedelta(minutes=30))
