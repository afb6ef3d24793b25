"""Who is too fast and who is abusive, and for how long."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fake_clock import run
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.config import GuardsSettings
from chatbot.guards import Pace, RateLimits, Strikes
from chatbot.messages import Address

ROOM = Address("fake", "방")
OTHER_ROOM = Address("fake", "다른 방")
MOMENT = 0.001
"""Seconds that floating point may cost."""
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def limits(person: int = 20, room: int = 100_000) -> RateLimits:
    return RateLimits(GuardsSettings(person_per_minute=person, room_per_minute=room))


async def burst(limits: RateLimits, number: int, room: Address = ROOM, who: str = "하나") -> list[Pace]:
    return [await limits.take(room, who) for _ in range(number)]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200), st.integers(0, 100_000))
def test_a_minutes_worth_passes_at_once_and_then_one_at_a_time(per_minute: int, late: int) -> None:
    async def play() -> None:
        guard = limits(person=per_minute)
        await asyncio.sleep(late)
        begun = asyncio.get_running_loop().time()
        assert await burst(guard, per_minute) == [Pace.FINE] * per_minute
        for number in range(1, 4):
            free_at = begun + number * 60 / per_minute
            assert await guard.take(ROOM, "하나") is not Pace.FINE
            await asyncio.sleep(free_at - MOMENT - asyncio.get_running_loop().time())
            assert await guard.take(ROOM, "하나") is not Pace.FINE
            await asyncio.sleep(2 * MOMENT)
            assert await guard.take(ROOM, "하나") is Pace.FINE

    run(play())


def test_silence_of_a_minute_gives_back_all_but_no_more() -> None:
    async def play() -> None:
        guard = limits(person=5)
        await burst(guard, 6)
        await asyncio.sleep(3600)
        assert await burst(guard, 7) == [Pace.FINE] * 5 + [Pace.TOO_FAST, Pace.STILL_TOO_FAST]

    run(play())


def test_who_goes_on_at_the_limit_is_told_once_and_after_a_rest_again() -> None:
    async def play() -> None:
        guard = limits(person=20)
        paces = await burst(guard, 20)
        for _ in range(600):
            paces.append(await guard.take(ROOM, "하나"))
            await asyncio.sleep(0.5)
        assert paces.count(Pace.TOO_FAST) == 1
        assert paces.count(Pace.FINE) == pytest.approx(20 + 300 / 3, abs=2)
        await asyncio.sleep(60)
        assert (await burst(guard, 22))[-2:] == [Pace.TOO_FAST, Pace.STILL_TOO_FAST]

    run(play())


def test_nobody_else_pays_for_it() -> None:
    async def play() -> None:
        guard = limits(person=3)
        assert Pace.TOO_FAST in await burst(guard, 4)
        assert await burst(guard, 3, who="둘") == [Pace.FINE] * 3
        assert await guard.take(Address("other", "방"), "하나") is Pace.FINE  # another platform's 하나
        assert await guard.take(OTHER_ROOM, "하나") is Pace.STILL_TOO_FAST  # the same person elsewhere

    run(play())


def test_a_room_has_a_limit_of_its_own() -> None:
    async def play() -> None:
        guard = limits(person=5, room=8)
        assert await burst(guard, 4, who="하나") + await burst(guard, 4, who="둘") == [Pace.FINE] * 8
        assert await guard.take(ROOM, "셋") is Pace.TOO_FAST
        assert await guard.take(ROOM, "넷") is Pace.STILL_TOO_FAST  # the room was told
        assert await guard.take(OTHER_ROOM, "셋") is Pace.FINE

    run(play())


def test_what_is_refused_costs_nothing() -> None:
    """Else whoever goes on would never be answered again, nor would the room they are in."""

    async def play() -> None:
        guard = limits(person=2, room=4)
        await burst(guard, 100)
        assert await burst(guard, 3, who="둘") == [Pace.FINE] * 2 + [Pace.TOO_FAST]
        await asyncio.sleep(30 + MOMENT)
        assert await guard.take(ROOM, "하나") is Pace.FINE

    run(play())


def test_only_the_last_ten_thousand_are_remembered() -> None:
    async def play() -> None:
        guard = limits(person=1)
        await burst(guard, 1)
        for number in range(4_900):
            await guard.take(Address("fake", f"방 {number}"), f"{number}")
        assert await guard.take(ROOM, "하나") is Pace.TOO_FAST
        for number in range(5_000):
            await guard.take(Address("fake", f"방 {number}"), f"{number}")
        assert await guard.take(ROOM, "하나") is Pace.FINE

    run(play())


MOMENTS = st.datetimes(
    datetime(2020, 1, 1),
    datetime(2030, 1, 1),
    timezones=st.sampled_from([UTC, ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")]),
)
GAPS = st.timedeltas(timedelta(0), timedelta(days=3))


def struck(times: int, now: datetime = NOON) -> Strikes:
    strikes = Strikes()
    for _ in range(times):
        strikes = strikes.another(now)
    return strikes


def test_two_warnings_then_longer_and_longer() -> None:
    lengths = [(strikes.until or NOON) - NOON for strikes in (struck(times) for times in range(8))]
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    assert lengths == [0 * hour, 0 * hour, 0 * hour, minute, 10 * minute, hour, 24 * hour, 24 * hour]


@given(MOMENTS, st.lists(GAPS, min_size=1, max_size=12))
def test_nobody_is_kept_away_for_more_than_a_day(begin: datetime, gaps: list[timedelta]) -> None:
    strikes, now = Strikes(), begin.astimezone(UTC)
    for gap in gaps:
        now += gap
        strikes = strikes.another(now.astimezone(begin.tzinfo))
        assert not strikes.are_out(now + timedelta(days=1))
        assert strikes.are_out(now) is (strikes.until is not None)
        if strikes.until is not None:
            assert strikes.are_out(strikes.until - timedelta(microseconds=1))
            assert not strikes.are_out(strikes.until)


@given(MOMENTS, st.integers(0, 9), GAPS)
def test_a_clock_that_was_set_back_ends_it(now: datetime, times: int, back: timedelta) -> None:
    strikes, before = struck(times, now), now.astimezone(UTC) - back - timedelta(microseconds=1)
    assert not strikes.are_out(before)
    assert strikes.another(before).count == 1


@given(st.integers(1, 9), st.timedeltas(timedelta(0), timedelta(days=10)))
def test_a_day_without_an_insult_forgives_all(times: int, pause: timedelta) -> None:
    again = struck(times).another(NOON + pause)
    assert again.count == (1 if pause > timedelta(days=1) else times + 1)


@given(MOMENTS, st.integers(0, 9))
def test_strikes_come_back_from_json(now: datetime, times: int) -> None:
    strikes = struck(times, now)
    assert Strikes.from_json(json.loads(json.dumps(strikes.to_json()))) == strikes


ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MOMENT_TEXTS = st.one_of(
    MOMENTS.map(datetime.isoformat), st.datetimes().map(datetime.isoformat), ANY_JSON, st.just("9999-12-31T00:00+00:00")
)


@given(ANY_JSON | st.fixed_dictionaries({"count": ANY_JSON, "last": MOMENT_TEXTS, "until": MOMENT_TEXTS}), MOMENTS)
def test_what_else_is_stored_never_fails_and_never_lasts(stored: Any, now: datetime) -> None:
    strikes = Strikes.from_json(stored)
    if strikes == Strikes():
        return
    assert {key: type(value) for key, value in strikes.to_json().items() if key != "until"} == {
        "count": type(stored["count"]),
        "last": str,
    }
    assert strikes.last is not None
    assert not strikes.are_out(strikes.last + timedelta(days=1))
    assert strikes.another(now).count >= 1


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {},
        [1],
        "strikes",
        {"count": 1},
        {"count": 3, "last": "어제", "until": None},
        {"count": 3, "last": "2026-03-01T12:00:00+00:00", "until": "곧"},
        {"count": 3, "last": "2026-03-01T12:00:00+00:00", "until": ""},
        {"count": 3, "last": "2026-03-01T12:00:00", "until": None},  # no zone: it could not be compared
        {"count": 3, "last": "2026-03-01T12:00:00+00:00", "until": "2026-03-01T12:01:00"},
        {"count": 3, "last": "2026-03-01T12:00:00+00:00", "until": "9999-12-31T00:00:00+00:00"},
        {"count": 3, "last": "2026-03-01T12:00:00+00:00", "until": "2026-03-01T11:00:00+00:00"},
        {"count": -5, "last": "2026-03-01T12:00:00+00:00", "until": None},
        {"count": "3", "last": "2026-03-01T12:00:00+00:00", "until": None},
    ],
)
def test_garbage_is_no_strikes(stored: object) -> None:
    assert Strikes.from_json(stored) == Strikes()
