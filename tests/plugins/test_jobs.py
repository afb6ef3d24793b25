"""Jobs: how they are stored, what is due of them, and those that plugins declare."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.errors import PluginError
from chatbot.history.records import Json, Put, Scope
from chatbot.messages import Address
from chatbot.plugins.declarations import ScheduleDeclaration
from chatbot.plugins.jobs import (
    GRACE,
    MOST_MISSED,
    Job,
    after_run,
    declared,
    job_of,
    new_job,
    put_of,
    removal_of,
)
from chatbot.plugins.rules import Cron, Daily, Every, Missed, Once, Rule, next_after

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 5, 1, 9, tzinfo=SEOUL)
HERE = Scope("알림", Address("test", "방"), "u1")
HOUR = timedelta(hours=1)


def job(rule: Rule, missed: Missed = Missed.ONCE, scope: Scope = HERE) -> Job:
    return new_job("알림", rule, scope, now=NOW, zone=SEOUL, payload={"text": "물"}, missed=missed)


def nothing() -> None:
    """Stand for the handler of a declaration."""


def schedule(name: str, rule: Rule, missed: Missed = Missed.SKIP) -> ScheduleDeclaration:
    return ScheduleDeclaration(name, nothing, rule, missed)


def stored(puts: tuple[Put, ...], before: tuple[Job, ...] = ()) -> tuple[Job, ...]:
    """Return the jobs that are stored after puts."""
    jobs = {(one.scope, one.key): one for one in before}
    for put in puts:
        found = job_of(put.scope, put.key, put.value)
        assert (found is None) == (put.value is None)
        if found is None:
            del jobs[put.scope, put.key]
        else:
            jobs[put.scope, put.key] = found
    return tuple(jobs.values())


def test_a_new_job_is_due_when_its_rule_says() -> None:
    made = job(Every(HOUR))
    assert (made.due, made.anchor, made.due.tzinfo) == (NOW + HOUR, NOW, UTC)
    assert (made.speaker_id, made.name, made.payload) == ("u1", "알림", {"text": "물"})
    assert made.missed is Missed.ONCE  # late is better than never
    assert made.id != job(Every(HOUR)).id


def test_a_job_whose_time_is_over_is_refused() -> None:
    with pytest.raises(PluginError, match="이미 지난 때"):
        job(Once(NOW))


RULES = st.sampled_from([Once(NOW + HOUR), Every(HOUR), Daily(time(9), "월수금", "Asia/Seoul"), Cron("0 9 * * 1")])
JSON: st.SearchStrategy[Json] = st.none() | st.booleans() | st.integers() | st.text() | st.builds(list[Json], st.text())
SCOPES = st.sampled_from([HERE, Scope("알림"), Scope("알림", Address("test", "방")), Scope("알림", None, "u1", "test")])


@given(st.text(), RULES, SCOPES, st.dictionaries(st.text(), JSON), st.sampled_from(Missed))
def test_a_job_comes_back_as_it_was_stored(
    name: str, rule: Rule, scope: Scope, payload: dict[str, Json], missed: Missed
) -> None:
    made = new_job(name, rule, scope, now=NOW, zone=SEOUL, payload=payload, missed=missed)
    put = put_of(made)
    assert (put.scope, put.key) == (scope, f"job:{made.id}")
    assert job_of(put.scope, put.key, put.value) == made
    assert removal_of(made) == Put(scope, put.key, None)


def test_what_cannot_be_read_any_more_is_no_job() -> None:
    put = put_of(job(Every(HOUR)))
    value = put.value
    assert isinstance(value, dict)
    assert job_of(HERE, "facts", value) is None
    cases: list[Json] = [
        None, [], {}, {key: item for key, item in value.items() if key != "anchor"}, {**value, "due": "언젠가"},
        {**value, "due": "2026-05-01T09:00:00"}, {**value, "due": "0001-01-01T00:00:00+23:00"}, {**value, "rule": {}},
        {**value, "missed": "never"}, {**value, "payload": None}, {**value, "name": 3},
    ]  # fmt: skip
    for broken in cases:
        assert job_of(HERE, put.key, broken) is None


def test_a_job_that_is_not_due_yet_does_not_run_and_stays() -> None:
    for missed in Missed:
        made = job(Every(HOUR), missed)
        assert after_run(made, NOW + HOUR - timedelta(microseconds=1), SEOUL) == (0, made)


def test_a_job_in_time_runs_once_and_goes_on() -> None:
    for missed in Missed:
        made = job(Every(HOUR), missed)
        assert after_run(made, NOW + HOUR, SEOUL) == (1, replace(made, due=NOW + 2 * HOUR))
        assert after_run(job(Once(NOW + HOUR), missed), NOW + HOUR, SEOUL) == (1, None)


@pytest.mark.parametrize(
    ("missed", "hours_late", "runs"),
    [
        (Missed.SKIP, 0.5, 0), (Missed.SKIP, 5.5, 0), (Missed.SKIP, 5, 1), (Missed.SKIP, 5 + 59 / 3600, 1),
        (Missed.SKIP, 60 / 3600, 1), (Missed.SKIP, 61 / 3600, 0), (Missed.SKIP, 5 + 61 / 3600, 0),
        (Missed.ONCE, 0.5, 1), (Missed.ONCE, 5.5, 1), (Missed.ONCE, 10_000, 1),
        (Missed.ALL, 0.5, 1), (Missed.ALL, 5.5, 6), (Missed.ALL, 22.5, 23), (Missed.ALL, 10_000, MOST_MISSED),
    ],
)  # fmt: skip
def test_what_was_missed_is_made_up_for_as_the_job_says(missed: Missed, hours_late: float, runs: int) -> None:
    made = job(Every(HOUR), missed)
    now = NOW + HOUR + timedelta(hours=hours_late)
    following = NOW + (int(hours_late) + 2) * HOUR
    assert after_run(made, now, SEOUL) == (runs, replace(made, due=following))


def test_a_single_moment_that_was_missed_comes_late_unless_the_job_skips() -> None:
    for missed, runs in ((Missed.SKIP, 0), (Missed.ONCE, 1), (Missed.ALL, 1)):
        assert after_run(job(Once(NOW + HOUR), missed), NOW + 9 * HOUR, SEOUL) == (runs, None)


def test_a_job_that_skips_runs_no_more_than_once_after_a_short_pause() -> None:
    made = job(Every(timedelta(seconds=1)), Missed.SKIP)
    assert after_run(made, NOW + timedelta(seconds=50), SEOUL) == (1, replace(made, due=NOW + timedelta(seconds=51)))


def test_what_was_missed_in_years_is_reckoned_at_once() -> None:
    made = job(Every(timedelta(seconds=1)), Missed.ALL)
    runs, going_on = after_run(made, NOW + timedelta(days=36_500), SEOUL)
    assert (runs, going_on) == (MOST_MISSED, replace(made, due=NOW + timedelta(days=36_500, seconds=1)))


PERIODS = st.timedeltas(timedelta(seconds=1), timedelta(days=2)).map(Every)
DAILY = st.builds(
    Daily, st.times(), st.sets(st.integers(0, 6), min_size=1), st.sampled_from([None, "America/New_York"])
)


@settings(max_examples=300, deadline=None)
@given(PERIODS | DAILY, st.sampled_from(Missed), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_what_is_due_is_what_counting_one_by_one_finds(rule: Rule, missed: Missed, later: timedelta) -> None:
    made = job(rule, missed)
    now = NOW + later
    due: list[datetime] = []
    following: datetime | None = made.due
    while following is not None and following <= now and len(due) < 3000:
        due.append(following)
        following = next_after(rule, following, made.anchor, SEOUL)
    runs, going_on = after_run(made, now, SEOUL)
    if len(due) < 3000:
        assert going_on == (made if not due else replace(made, due=following))
        wanted = {
            Missed.SKIP: int(any(now - one <= GRACE for one in due)),
            Missed.ONCE: min(len(due), 1),
            Missed.ALL: min(len(due), MOST_MISSED),
        }
        assert runs == wanted[missed]
    assert going_on is not None
    assert going_on.due > now


def test_each_declared_schedule_gets_a_job_of_its_plugin() -> None:
    rule = Daily(time(9))
    (put,) = declared([("날씨", schedule("아침", rule))], (), NOW, SEOUL)
    assert (put.scope, put.key) == (Scope("날씨"), "job:@아침")
    (made,) = stored((put,))
    assert (made.name, made.rule, made.missed, made.payload) == ("아침", rule, Missed.SKIP, {})
    assert made.due == NOW + timedelta(days=1)


def test_a_declared_job_keeps_its_due_time_as_long_as_its_rule_stays() -> None:
    declarations = [("날씨", schedule("아침", Every(HOUR)))]
    jobs = stored(declared(declarations, (), NOW, SEOUL))
    later = NOW + 5 * HOUR
    assert declared(declarations, jobs, later, SEOUL) == ()
    changed = [("날씨", schedule("아침", Every(HOUR), Missed.ALL))]
    (kept,) = stored(declared(changed, jobs, later, SEOUL), jobs)
    assert (kept.due, kept.anchor, kept.missed) == (NOW + HOUR, NOW, Missed.ALL)


def test_a_declared_job_whose_rule_changed_begins_anew() -> None:
    jobs = stored(declared([("날씨", schedule("아침", Every(HOUR)))], (), NOW, SEOUL))
    later = NOW + timedelta(minutes=30)
    (anew,) = stored(declared([("날씨", schedule("아침", Every(2 * HOUR)))], jobs, later, SEOUL), jobs)
    assert (anew.due, anew.anchor) == (later + 2 * HOUR, later)
    over = [("날씨", schedule("아침", Once(NOW)))]
    assert stored(declared(over, jobs, later, SEOUL), jobs) == ()


def test_a_declared_moment_that_is_over_is_not_declared_again() -> None:
    declarations = [("날씨", schedule("그날", Once(NOW + HOUR)))]
    (made,) = stored(declared(declarations, (), NOW, SEOUL))
    assert declared(declarations, (made,), NOW + 9 * HOUR, SEOUL) == ()  # it was missed, and is still to come
    assert after_run(made, NOW + HOUR, SEOUL)[1] is None
    assert declared(declarations, (), NOW + HOUR, SEOUL) == ()


def test_a_job_whose_declaration_is_gone_goes_if_its_plugin_is_loaded() -> None:
    both = [
        ("날씨", schedule("아침", Every(HOUR))),
        ("날씨", schedule("저녁", Every(HOUR))),
        ("뉴스", schedule("밤", Every(HOUR))),
    ]
    jobs = stored(declared(both, (), NOW, SEOUL))
    assert [put.key for put in declared(both[:1], jobs, NOW, SEOUL)] == ["job:@저녁"]
    left = stored(declared(both[:1], jobs, NOW, SEOUL), jobs)
    assert {(one.scope.plugin, one.name) for one in left} == {("날씨", "아침"), ("뉴스", "밤")}
    left = stored(declared([], jobs, NOW, SEOUL, loaded=["뉴스"]), jobs)
    assert {one.scope.plugin for one in left} == {"날씨"}


def test_jobs_that_were_made_while_talking_are_left_alone() -> None:
    made = (
        job(Every(HOUR)),
        job(Every(HOUR), scope=Scope("알림")),
        job(Every(HOUR), scope=Scope("알림", None, "u1", "test")),
    )
    assert declared([], made, NOW, SEOUL, loaded=["알림"]) == ()
