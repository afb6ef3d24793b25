"""Rules: when something is to happen, also on the days when the clock is put forward or back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot.errors import PluginError
from chatbot.history.records import Json
from chatbot.plugins.rules import (
    EVERY_DAY,
    Cron,
    Daily,
    Every,
    Missed,
    Once,
    Rule,
    days_of,
    from_json,
    next_after,
    to_json,
)

NEW_YORK, LORD_HOWE, SEOUL = (ZoneInfo(name) for name in ("America/New_York", "Australia/Lord_Howe", "Asia/Seoul"))
ZONES = ("America/New_York", "Australia/Lord_Howe", "Asia/Seoul", "Europe/London", "America/Santiago", "UTC")
MINUTE = timedelta(minutes=1)
# The days around which the clocks of these zones change, and an ordinary one.
CHANGES = [
    date(2024, 3, 10), date(2024, 11, 3), date(2024, 4, 7), date(2024, 10, 6), date(2024, 3, 31), date(2024, 9, 8),
    date(2024, 10, 27), date(2024, 7, 1),
]  # fmt: skip


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # pyright: ignore[reportArgumentType]


def following(rule: Rule, moment: datetime, zone: ZoneInfo, count: int) -> list[str]:
    """Return the next times of a rule as the clock of the zone shows them."""
    found: list[str] = []
    for _ in range(count):
        after = next_after(rule, moment, moment, zone)
        assert after is not None
        moment = after
        found.append(f"{after.astimezone(zone):%m-%d %H:%M %z}")
    return found


def test_a_single_moment_comes_once() -> None:
    at = datetime(2026, 5, 1, 9, tzinfo=SEOUL)
    assert next_after(Once(at), utc(2026, 4, 30), utc(2000, 1, 1), NEW_YORK) == utc(2026, 5, 1)
    assert next_after(Once(at), at, at, SEOUL) is None
    assert next_after(Once(at), at - timedelta(microseconds=1), at, SEOUL) == at


def test_every_period_counts_from_its_beginning_and_does_not_drift() -> None:
    anchor, rule = utc(2026, 1, 1, 0, 0, 7), Every(timedelta(minutes=10))
    assert next_after(rule, anchor, anchor, SEOUL) == utc(2026, 1, 1, 0, 10, 7)
    assert next_after(rule, utc(2036, 1, 1, 5, 12), anchor, SEOUL) == utc(2036, 1, 1, 5, 20, 7)
    assert next_after(rule, utc(2025, 12, 31, 23, 55), anchor, SEOUL) == anchor  # the clock was put back


def test_a_daily_time_that_the_clock_skips_comes_with_the_change() -> None:
    rule = Daily(time(2, 30))
    assert following(rule, utc(2024, 3, 9, 12), NEW_YORK, 2) == ["03-10 03:00 -0400", "03-11 02:30 -0400"]
    assert following(Daily(time(2, 10)), utc(2024, 10, 5), LORD_HOWE, 2) == ["10-06 02:30 +1100", "10-07 02:10 +1100"]


def test_a_daily_time_that_the_clock_shows_twice_counts_once() -> None:
    rule = Daily(time(1, 30))
    assert following(rule, utc(2024, 11, 2, 12), NEW_YORK, 2) == ["11-03 01:30 -0400", "11-04 01:30 -0500"]
    in_the_second_hour = datetime(2024, 11, 3, 1, 10, fold=1, tzinfo=NEW_YORK)
    assert following(rule, in_the_second_hour, NEW_YORK, 1) == ["11-04 01:30 -0500"]


def test_a_daily_time_of_a_day_that_was_left_out_comes_with_the_next_one() -> None:
    samoa = ZoneInfo("Pacific/Apia")  # where no 30 December 2011 was
    moment = datetime(2011, 12, 29, 12, tzinfo=samoa)
    assert following(Daily(time(9)), moment, samoa, 2) == ["12-31 00:00 +1400", "12-31 09:00 +1400"]


def test_days_are_told_in_the_time_zone_of_the_rule() -> None:
    monday_morning = Daily(time(8), "월", tz="Asia/Seoul")
    assert next_after(monday_morning, utc(2026, 5, 1), utc(2026, 5, 1), NEW_YORK) == utc(2026, 5, 3, 23)


def test_a_cron_expression_of_every_hour_keeps_its_pace() -> None:
    assert following(Cron("*/30 * * * *"), datetime(2024, 11, 3, 1, tzinfo=NEW_YORK), NEW_YORK, 4) == [
        "11-03 01:30 -0400", "11-03 01:00 -0500", "11-03 01:30 -0500", "11-03 02:00 -0500",
    ]  # fmt: skip
    assert following(Cron("0 * * * *"), datetime(2024, 3, 10, 1, tzinfo=NEW_YORK), NEW_YORK, 1) == ["03-10 03:00 -0400"]


def test_a_cron_expression_of_certain_hours_follows_the_clock_on_the_wall() -> None:
    assert following(Cron("*/20 2 * * *"), datetime(2024, 3, 10, tzinfo=NEW_YORK), NEW_YORK, 2) == [
        "03-10 03:00 -0400", "03-11 02:00 -0400",
    ]  # fmt: skip
    assert following(Cron("0,30 1 * * *"), datetime(2024, 11, 3, tzinfo=NEW_YORK), NEW_YORK, 3) == [
        "11-03 01:00 -0400", "11-03 01:30 -0400", "11-04 01:00 -0500",
    ]  # fmt: skip


def test_cron_expressions_mean_what_they_mean_elsewhere() -> None:
    moment = datetime(2026, 5, 1, tzinfo=SEOUL)  # a Friday
    for expression, expected in (
        ("30 9 * * 1-5", ["05-01 09:30", "05-04 09:30"]),
        ("0 9 * * mon,7", ["05-03 09:00", "05-04 09:00"]),
        ("0 0 L * *", ["05-31 00:00", "06-30 00:00"]),
        ("0 12 13 * 5", ["05-01 12:00", "05-08 12:00", "05-13 12:00"]),  # either: no star
        ("0 12 15 */6 *", ["07-15 12:00", "01-15 12:00"]),
    ):
        found = following(Cron(expression), moment, SEOUL, len(expected))
        assert [shown.removesuffix(" +0900") for shown in found] == expected


@pytest.mark.parametrize(
    "expression",
    ["", "매일", "* * * *", "0 0 9 * * *", "60 * * * *", "0 24 * * *", "0 9 30 2 *", "0 9 * * 월", "@daily", "0 9 * * 1#9",
     "1" * 5000 + " * * * *", "*/0 * * * *", "5-1 * * * *", "0 9 ²L * *", "0 9 * 2 ²L", "0,\0 9 * * *", "0 9 * * 1\ud800"],
)  # fmt: skip
def test_a_cron_expression_that_cannot_be_read_is_refused(expression: str) -> None:
    with pytest.raises(PluginError, match="cron 식"):
        Cron(expression)


@settings(max_examples=300, deadline=None)
@given(
    st.text("0123456789*/,-LW#월MON \t", max_size=20)
    | st.lists(st.text("0129*/,-L#", min_size=1), max_size=6).map(" ".join)
)
def test_any_text_is_a_cron_expression_or_refused(expression: str) -> None:
    try:
        rule = Cron(expression)
    except PluginError:
        return
    first = next_after(rule, utc(2026, 1, 1), utc(2026, 1, 1), NEW_YORK)
    assert first is not None
    assert first > utc(2026, 1, 1)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Once(datetime(2026, 1, 1)), "시간대"),
        (lambda: Once(datetime.max.replace(tzinfo=ZoneInfo("America/New_York"))), "멀어요"),
        (lambda: Every(timedelta(milliseconds=999)), "1초"),
        (lambda: Every(-timedelta(days=1)), "1초"),
        (lambda: Daily(time(9, tzinfo=UTC)), "시간대"),
        (lambda: Daily(time(9), ""), "요일"),
        (lambda: Daily(time(9), "월요일과 화"), "요일"),
        (lambda: Daily(time(9), "요일"), "요일"),
        (lambda: Daily(time(9), frozenset()), "요일"),
        (lambda: Daily(time(9), {7}), "요일"),
        (lambda: Daily(time(9), tz="Asia/Seul"), "시간대가 없어요"),
        (lambda: Daily(time(9), tz="../etc/passwd"), "시간대가 없어요"),
        (lambda: Cron("0 9 * * *", tz="Asia"), "시간대가 없어요"),
    ],
)
def test_a_bad_rule_is_refused_in_korean(make: Callable[[], Rule], words: str) -> None:
    with pytest.raises(PluginError, match=words):
        make()


def test_days_may_be_written_in_words() -> None:
    for written, days in (
        ("월수금", {0, 2, 4}), ("평일", {0, 1, 2, 3, 4}), ("주말", {5, 6}), ("매일", EVERY_DAY), ("월요일", {0}),
        ("월요일, 수요일", {0, 2}), ("평일 토", {0, 1, 2, 3, 4, 5}), ("일·월", {6, 0}), (" 화목 ", {1, 3}),
        ([0, 6], {0, 6}),
    ):  # fmt: skip
        assert days_of(written) == days
    assert Daily(time(9), "주말") == Daily(time(9), {5, 6})


def test_past_the_end_of_time_nothing_comes() -> None:
    end = utc(9999, 12, 31, 23, 59, 30)
    rules = [Every(timedelta(days=1)), Every(timedelta.max), Daily(time(9)), Cron("0 9 * * *"), Cron("* * * * *")]
    for zone in (SEOUL, NEW_YORK, ZoneInfo("UTC")):
        assert [next_after(rule, end, end, zone) for rule in rules] == [None] * len(rules)


DAYS = st.sets(st.integers(0, 6), min_size=1)
ONCES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo)).map(
    Once
)
EVERYS = st.timedeltas(timedelta(seconds=1)).map(Every)
DAILIES = st.builds(Daily, st.times(), DAYS, st.none() | st.sampled_from(ZONES))
FIELDS = st.tuples(
    st.sampled_from(["*", "0", "*/7", "5,35", "10-20", "59"]), st.sampled_from(["*", "0", "1,2", "*/6", "2-3", "23"]),
    st.sampled_from(["*", "1", "31", "L"]), st.sampled_from(["*", "2,3", "10-12"]), st.sampled_from(["*", "1-5", "0", "7L"]),
).filter(lambda fields: fields[2:4] != ("31", "2,3") or fields[4] == "*")  # fmt: skip
CRONS = st.builds(Cron, FIELDS.map(" ".join), st.none() | st.sampled_from(ZONES))
RULES = ONCES | EVERYS | DAILIES | CRONS


@given(RULES)
@example(Once(datetime(2024, 3, 10, 2, 30, tzinfo=NEW_YORK)))
@example(Every(timedelta.max))
def test_a_rule_comes_back_from_json(rule: Rule) -> None:
    assert from_json(to_json(rule)) == rule


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["once", "every_microseconds", "daily", "days", "tz", "cron"]), inner)
    ),
    max_leaves=8,
)


@given(JUNK)
@example({"daily": "09:00:00", "days": [7], "tz": None})
@example({"daily": "09:00:00", "days": [0], "tz": "Asia/Seul"})
@example({"every_microseconds": 10**30})
@example({"once": "0001-01-01T00:00:00+23:00"})
@example({"once": "2026-01-01T00:00:00"})
@example({"cron": "0 9 * *", "tz": None})
def test_what_is_no_rule_is_none(value: Json) -> None:
    rule = from_json(value)
    assert rule is None or from_json(to_json(rule)) == rule


def test_the_examples_of_broken_rules_are_none() -> None:
    assert from_json({"daily": "09:00:00", "days": [0], "tz": "Asia/Seul"}) is None
    assert from_json({"once": "2026-01-01T00:00:00"}) is None
    assert from_json({"every_microseconds": 10**30}) is None
    assert from_json([]) is None


@settings(max_examples=300, deadline=None)
@given(RULES, st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_the_next_time_is_always_later_and_none_lies_between(rule: Rule, moment: datetime, zone_name: str) -> None:
    zone, anchor = ZoneInfo(zone_name), utc(2020, 1, 1)
    for _ in range(5):
        following = next_after(rule, moment, anchor, zone)
        if following is None:
            return
        assert following > moment
        assert following.tzinfo is UTC
        between = moment + (following - moment) / 2
        assert next_after(rule, between, anchor, zone) == following
        assert next_after(rule, following - timedelta(microseconds=1), anchor, zone) == following
        moment = following


def by_stepping(is_set: Callable[[datetime], bool], begin: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the minutes in (begin, end] at which the clock on the wall passes a set one for the first time.

    The slow reference: a clock that is put back has shown the minutes before; one that is put forward passes several.
    """
    moment = begin - timedelta(days=2)
    newest = moment.astimezone(zone).replace(tzinfo=None)
    found: list[datetime] = []
    while moment < end:
        moment += MINUTE
        wall = moment.astimezone(zone).replace(tzinfo=None)
        passed = False
        while newest < wall:
            newest += MINUTE
            passed = passed or is_set(newest)
        if passed and moment > begin:
            found.append(moment)
    return found


def at_its_pace(is_set: Callable[[datetime], bool], begin: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the minutes in (begin, end] at which the clock on the wall shows a set one."""
    minutes = range(1, int((end - begin) / MINUTE) + 1)
    moments = (begin + MINUTE * number for number in minutes)
    return [moment for moment in moments if is_set(moment.astimezone(zone).replace(tzinfo=None))]


def all_of(rule: Rule, begin: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    found: list[datetime] = []
    following = next_after(rule, begin, begin, zone)
    while following is not None and following <= end:
        found.append(following)
        following = next_after(rule, following, begin, zone)
    return found


BEGINS = st.tuples(st.sampled_from(CHANGES), st.integers(-24 * 60, 24 * 60))
SPAN = timedelta(days=2)


@settings(max_examples=80, deadline=None)
@given(BEGINS, st.sampled_from(ZONES), st.integers(0, 4 * 60 - 1) | st.integers(0, 24 * 60 - 1), DAYS)
@example((date(2024, 3, 10), 0), "America/New_York", 150, {6})
@example((date(2024, 11, 3), 5 * 60 + 40), "America/New_York", 90, {6, 0})
@example((date(2024, 10, 6), 0), "Australia/Lord_Howe", 120, {5, 6})
@example((date(2024, 9, 8), 0), "America/Santiago", 0, {6})
def test_a_daily_time_is_that_of_a_clock_watched_minute_by_minute(
    begins: tuple[date, int], zone_name: str, minute: int, days: set[int]
) -> None:
    zone, (day, minutes) = ZoneInfo(zone_name), begins
    begin = datetime.combine(day, time(), UTC) + minutes * MINUTE
    at = time(minute // 60, minute % 60)
    expected = by_stepping(lambda wall: wall.time() == at and wall.weekday() in days, begin, begin + SPAN, zone)
    assert all_of(Daily(at, days), begin, begin + SPAN, zone) == expected


@settings(max_examples=80, deadline=None)
@given(
    BEGINS,
    st.sampled_from(ZONES),
    st.sets(st.integers(0, 59), min_size=1, max_size=4) | st.just(set(range(0, 60, 10))),
    st.sets(st.integers(0, 4), min_size=1) | st.just(set(range(24))),
    DAYS,
)
@example((date(2024, 11, 3), 0), "America/New_York", set(range(60)), set(range(24)), set(EVERY_DAY))
@example((date(2024, 4, 6), 900), "Australia/Lord_Howe", {0, 45}, set(range(24)), set(EVERY_DAY))
@example((date(2024, 4, 6), 900), "Australia/Lord_Howe", {0, 45}, {1, 2}, set(EVERY_DAY))
@example((date(2024, 10, 5), 900), "Australia/Lord_Howe", {0, 10, 30}, {2}, set(EVERY_DAY))
def test_a_cron_expression_is_that_of_a_clock_watched_minute_by_minute(
    begins: tuple[date, int], zone_name: str, minutes: set[int], hours: set[int], days: set[int]
) -> None:
    zone, (day, shift) = ZoneInfo(zone_name), begins
    begin = datetime.combine(day, time(), UTC) + shift * MINUTE
    reference = at_its_pace if len(hours) == 24 else by_stepping
    expected = reference(
        lambda wall: wall.minute in minutes and wall.hour in hours and wall.weekday() in days, begin, begin + SPAN, zone
    )
    fields = [sorted(minutes), sorted(hours), "*", "*", sorted((day + 1) % 7 for day in days)]
    expression = " ".join(field if isinstance(field, str) else ",".join(map(str, field)) for field in fields)
    assert all_of(Cron(expression), begin, begin + SPAN, zone) == expected


def test_what_becomes_of_missed_times_has_a_stable_name() -> None:
    assert [Missed("skip"), Missed("once"), Missed("all")] == list(Missed)
