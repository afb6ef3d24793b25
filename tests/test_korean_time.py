"""Moments and recurrences in Korean words, from a fixed now: Monday, 23 November 2026, 14:30:45 in Seoul."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot.korean_time import (
    LAST_DAY,
    WEEKDAYS,
    WEEKEND,
    Recurrence,
    find_time,
    parse_date,
    parse_datetime,
    parse_time,
)

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 14, 30, 45, tzinfo=SEOUL)


def on(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026 if month > 10 else 2027, month, day, hour, minute, second, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("10분 뒤", on(11, 23, 14, 40, 45)),  # not 14:40:00: that would be nine minutes
        ("10분 후에", on(11, 23, 14, 40, 45)),
        ("십분 있다가", on(11, 23, 14, 40, 45)),
        ("10분 이따가", on(11, 23, 14, 40, 45)),
        ("5분만 있다가", on(11, 23, 14, 35, 45)),
        ("지금부터 10분 뒤", on(11, 23, 14, 40, 45)),
        ("스무 분 뒤", on(11, 23, 14, 50, 45)),
        ("반시간 뒤", on(11, 23, 15, 0, 45)),
        ("두시간 후", on(11, 23, 16, 30, 45)),
        ("한 시간 반 뒤", on(11, 23, 16, 0, 45)),
        ("1.5시간 뒤", on(11, 23, 16, 0, 45)),
        ("1시간 30분 뒤에", on(11, 23, 16, 0, 45)),
        ("1분 30초 뒤", on(11, 23, 14, 32, 15)),
        ("이틀 뒤 오후 3시", on(11, 25, 15)),
        ("일주일 뒤 오후 3시", on(11, 30, 15)),
        ("일주일 뒤 이 시간", on(11, 30, 14, 30)),
        ("오후 3시 반", on(11, 23, 15, 30)),
        ("오후 3시", on(11, 23, 15)),
        ("오후 2시", on(11, 24, 14)),  # past today
        ("15시 30분", on(11, 23, 15, 30)),
        ("15:30", on(11, 23, 15, 30)),
        ("14:30", on(11, 24, 14, 30)),  # 45 seconds ago
        ("03:30", on(11, 24, 3, 30)),
        ("아침 9시", on(11, 24, 9)),
        ("저녁 7시", on(11, 23, 19)),
        ("밤 12시", on(11, 24, 0)),
        ("밤 1시", on(11, 24, 1)),
        ("내일 밤 12시", on(11, 25, 0)),
        ("자정", on(11, 24, 0)),
        ("정오", on(11, 24, 12)),
        ("점심 12시", on(11, 24, 12)),
        ("낮 2시", on(11, 24, 14)),
        ("새벽 2시", on(11, 24, 2)),
        ("내일 새벽 두 시", on(11, 24, 2)),
        ("내일 아침에 8시", on(11, 24, 8)),
        ("모레 저녁 여섯 시 반", on(11, 25, 18, 30)),
        ("글피 오전 10시 20분", on(11, 26, 10, 20)),
        ("내일모래 오후 1시", on(11, 25, 13)),
        ("다음주 월요일 오전 9시", on(11, 30, 9)),
        ("이번주 금요일 저녁 일곱시", on(11, 27, 19)),
        ("월요일 오전 9시", on(11, 30, 9)),
        ("12월 25일 오후 3시", on(12, 25, 15)),
        ("12/25 15:30", on(12, 25, 15, 30)),
        ("2026-12-25 오전 9시", on(12, 25, 9)),
        ("25일 오후 3시", on(11, 25, 15)),
        ("1월 2일 18시", on(1, 2, 18)),
        ("오늘 3시", on(11, 23, 15)),  # three in the morning is past
        ("다음 달 3일 오후 2시", on(12, 3, 14)),
        ("오늘 오후 2시", on(11, 23, 14)),  # past, and said so
        ("어제 오후 3시", on(11, 22, 15)),
        ("내일 18시30분!", on(11, 24, 18, 30)),
        ("오후 4시요", on(11, 23, 16)),
    ],
)
def test_a_text_that_is_a_moment_is_read(words: str, moment: datetime) -> None:
    found = find_time(words, NOW)
    assert found is not None
    assert not found.ambiguous
    assert parse_datetime(words, NOW) == moment


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("오늘", date(2026, 11, 23)),
        ("내일", date(2026, 11, 24)),
        ("모레", date(2026, 11, 25)),
        ("글피", date(2026, 11, 26)),
        ("어제", date(2026, 11, 22)),
        ("이틀 뒤", date(2026, 11, 25)),
        ("일주일 뒤", date(2026, 11, 30)),
        ("다음 달", date(2026, 12, 1)),
        ("다음주", date(2026, 11, 30)),
        ("다음주 월요일", date(2026, 11, 30)),
        ("이번주 금요일", date(2026, 11, 27)),
        ("월요일", date(2026, 11, 30)),
        ("12월 25일", date(2026, 12, 25)),
        ("12/25", date(2026, 12, 25)),
        ("12/25일", date(2026, 12, 25)),
        ("2026-12-25", date(2026, 12, 25)),
        ("25일", date(2026, 11, 25)),
        ("3일이요", date(2026, 12, 3)),
        ("크리스마스", date(2026, 12, 25)),
    ],
)
def test_a_text_that_is_a_day_is_read(words: str, day: date) -> None:
    assert parse_date(words, NOW) == day
    assert parse_datetime(words, NOW) is None
    assert parse_time(words, NOW) is None


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("오후 3시 반", time(15, 30)),
        ("자정", time(0)),
        ("정오", time(12)),
        ("열두 시 반", time(0, 30)),
        ("7:30", time(7, 30)),
        ("밤 11시 5분", time(23, 5)),
    ],
)
def test_a_text_that_is_a_time_of_the_day_is_read(words: str, at: time) -> None:
    assert parse_time(words, NOW) == at
    assert parse_date(words, NOW) is None


@pytest.mark.parametrize(
    "words", ["내일 3시에 봐", "10분 뒤에 갈게", "3시 회의", "매일 3시", "안녕", "", "내일 저녁", "3" * 501]
)
def test_a_text_that_says_more_or_less_is_no_moment(words: str) -> None:
    assert parse_datetime(words, NOW) is None
    assert parse_date(words, NOW) is None
    assert parse_time(words, NOW) is None


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("3시", (on(11, 23, 15), on(11, 24, 3))),
        ("두 시", (on(11, 24, 2), on(11, 24, 14))),
        ("내일 3시", (on(11, 24, 3), on(11, 24, 15))),
        ("내일은 3시에", (on(11, 24, 3), on(11, 24, 15))),
        ("내일 12시", (on(11, 24, 12), on(11, 25, 0))),
        ("12시", (on(11, 24, 0), on(11, 24, 12))),
        ("3:30", (on(11, 23, 15, 30), on(11, 24, 3, 30))),
        ("다음주 월요일 9시", (on(11, 30, 9), on(11, 30, 21))),
        ("내일 자정", (on(11, 24, 0), on(11, 25, 0))),
        ("매주 월요일 9시", (on(11, 23, 21), on(11, 30, 9))),
    ],
)
def test_an_hour_without_morning_or_afternoon_has_two_readings(words: str, options: tuple[datetime, ...]) -> None:
    found = find_time(words, NOW)
    assert found is not None
    assert found.ambiguous
    assert found.options == options
    assert found.moment in options
    settled = found.settled(options[1])
    assert not settled.ambiguous
    assert settled.moment == options[1]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("8시에 저녁 먹으라고", on(11, 23, 20)),
        ("1시에 점심 먹으라고", on(11, 24, 13)),
        ("7시에 아침 먹으라고", on(11, 24, 7)),
        ("내일 저녁 약속 7시에", on(11, 24, 19)),
    ],
)
def test_a_word_nearby_tells_which_hour_is_meant(text: str, moment: datetime) -> None:
    found = find_time(text, NOW)
    assert found is not None
    assert found.options == ()
    assert found.moment == moment


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("저녁에", on(11, 23, 19)),
        ("내일 아침", on(11, 24, 8)),
        ("점심때", on(11, 24, 12)),
        ("내일 밤에", on(11, 24, 21)),
        ("오늘 오후에", None),
        ("내일 새벽", None),
        ("내일 오전 중으로", None),
    ],
)
def test_a_part_of_the_day_is_its_usual_hour_if_it_has_one(words: str, moment: datetime | None) -> None:
    found = find_time(words, NOW)
    assert found is not None
    assert found.is_usual == (moment is not None)
    assert found.moment == moment


@pytest.mark.parametrize(
    ("words", "recurrence"),
    [
        ("매일 아침 8시", Recurrence(at=time(8))),
        ("날마다 오후 3시", Recurrence(at=time(15))),
        ("아침마다", Recurrence(at=time(8))),
        ("저녁마다 8시에", Recurrence(at=time(20))),
        ("매일 자정", Recurrence(at=time(0))),
        ("매일", Recurrence()),
        ("평일 저녁 7시", Recurrence(days=WEEKDAYS, at=time(19))),
        ("주말마다 오전 10시", Recurrence(days=WEEKEND, at=time(10))),
        ("매주 월요일 오전 9시", Recurrence(days=frozenset({0}), at=time(9))),
        ("월요일마다 오전 9시", Recurrence(days=frozenset({0}), at=time(9))),
        ("월수금 오전 7시", Recurrence(days=frozenset({0, 2, 4}), at=time(7))),
        ("매주 화, 목 저녁 6시", Recurrence(days=frozenset({1, 3}), at=time(18))),
        ("월요일이랑 목요일 밤 9시", Recurrence(days=frozenset({0, 3}), at=time(21))),
        ("월요일부터 금요일까지 아침 7시", Recurrence(days=WEEKDAYS, at=time(7))),
        ("매주 월요일 밤 12시", Recurrence(days=frozenset({1}), at=time(0))),
        ("매주 오전 9시", Recurrence(days=frozenset({0}), at=time(9))),
        ("30분마다", Recurrence(every=timedelta(minutes=30))),
        ("한 시간 반마다", Recurrence(every=timedelta(minutes=90))),
        ("1시간 30분마다", Recurrence(every=timedelta(minutes=90))),
        ("두 시간에 한 번씩", Recurrence(every=timedelta(hours=2))),
        ("매시간", Recurrence(every=timedelta(hours=1))),
        ("10분 간격으로", Recurrence(every=timedelta(minutes=10))),
        (
            "평일 9시부터 6시까지 한 시간마다",
            Recurrence(every=timedelta(hours=1), between=(time(9), time(18)), days=WEEKDAYS),
        ),
        ("이틀마다 아침 9시", Recurrence(every=timedelta(days=2), at=time(9))),
        ("격주 금요일 오후 3시", Recurrence(every=timedelta(days=14), days=frozenset({4}), at=time(15))),
        ("매달 1일 오전 9시", Recurrence(month_days=(1,), at=time(9))),
        ("매월 1일과 15일 오전 10시", Recurrence(month_days=(1, 15), at=time(10))),
        ("매월 말일 오후 5시", Recurrence(month_days=(LAST_DAY,), at=time(17))),
        ("매달 첫째 주 월요일 오전 10시", Recurrence(days=frozenset({0}), nth=1, at=time(10))),
        ("매달 마지막 금요일 저녁 6시", Recurrence(days=frozenset({4}), nth=-1, at=time(18))),
        ("매년 3월 1일 오전 9시", Recurrence(month=3, month_days=(1,), at=time(9))),
        ("매년 크리스마스 아침 9시", Recurrence(month=12, month_days=(25,), at=time(9))),
    ],
)
def test_what_recurs_is_read(words: str, recurrence: Recurrence) -> None:
    found = find_time(words, NOW)
    assert found is not None
    assert found.recurrence == recurrence
    assert found.moment == recurrence.first(NOW)
    assert found.rest(words) == ""


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("10분 뒤에 물 마시라고", "물 마시라고"),
        ("내일은 학교에 3시에 가라고", "학교에 가라고"),
        ("3시 회의를 2시 반에", "3시 회의를"),
        ("2시간 뒤에 3시 회의 있다고", "3시 회의 있다고"),
        ("매주 월요일 9시 회의", "회의"),
        ("5분만 있다가 빨래", "빨래"),
        ("12/25일에 파티", "파티"),
        ("9시쯤에 전화하라고", "전화하라고"),
    ],
)
def test_what_is_left_without_the_time(text: str, rest: str) -> None:
    found = find_time(text, NOW)
    assert found is not None
    assert found.rest(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "이따가 봐",
        "조금 있다가",
        "삼분카레",
        "이분이 누구셔",
        "설거지",
        "석 달마다",
        "13월 1일",
        "2월 30일",
        "25시",
        "0분 뒤",
        "반갑다",
        "2.3주 뒤",
    ],
)
def test_what_tells_no_time_is_not_found(text: str) -> None:
    assert find_time(text, NOW) is None


def test_after_midnight_the_night_is_not_over() -> None:
    half_past_midnight = NOW.replace(hour=0, minute=30)
    assert parse_datetime("밤 1시", half_past_midnight) == on(11, 23, 1)
    assert parse_datetime("새벽 2시", half_past_midnight) == on(11, 23, 2)


def test_two_hours_are_two_hours_when_the_clock_is_put_forward() -> None:
    now = datetime(2026, 3, 8, 1, 30, tzinfo=NEW_YORK)  # at 2:00 it is 3:00
    moment = parse_datetime("두 시간 뒤", now)
    assert moment is not None
    assert moment == datetime(2026, 3, 8, 4, 30, tzinfo=NEW_YORK)
    assert moment.timestamp() - now.timestamp() == 7200
    assert moment.tzinfo is NEW_YORK


def test_a_time_of_the_day_stays_what_it_is_when_the_clock_changes() -> None:
    now = datetime(2026, 10, 31, 14, 0, tzinfo=NEW_YORK)
    assert parse_datetime("내일 오후 2시", now) == datetime(2026, 11, 1, 14, 0, tzinfo=NEW_YORK)
    skipped = parse_datetime("3월 8일 02:30", datetime(2026, 3, 1, tzinfo=NEW_YORK))
    assert skipped == datetime(2026, 3, 8, 3, 30, tzinfo=NEW_YORK)
    assert Recurrence(at=time(9)).first(now) == datetime(2026, 11, 1, 9, 0, tzinfo=NEW_YORK)


def test_a_recurrence_falls_only_on_its_days() -> None:
    last = Recurrence(month_days=(LAST_DAY,), at=time(9))
    assert last.first(datetime(2027, 2, 10, tzinfo=SEOUL)) == datetime(2027, 2, 28, 9, tzinfo=SEOUL)
    assert Recurrence(month=2, month_days=(29,), at=time(9)).first(NOW) == datetime(2028, 2, 29, 9, tzinfo=SEOUL)
    third = Recurrence(days=frozenset({2}), nth=3, at=time(9)).first(NOW)
    assert third == datetime(2026, 12, 16, 9, tzinfo=SEOUL)
    hourly = Recurrence(every=timedelta(hours=1), between=(time(9), time(12)))
    assert hourly.first(NOW) == on(11, 24, 9)
    assert Recurrence(month=2, month_days=(30,), at=time(9)).first(NOW) is None
    assert Recurrence().first(NOW) is None


WORDS = """
매일 매주 매달 매년 마다 다음 이번 주 달 월 일 요일 월요일 내일 오늘 자정 정오 오전 오후 아침 저녁 밤 새벽 시 시간 반 분 초
뒤 후 있다가 이따 부터 까지 에 한 두 세 열 스무 이십 말일 첫째 격주 평일 주말 크리스마스 추석 지금 조금 만 전 : / - . 1 2 3
12 30 99 2026 9999 0
"""
PIECES = st.sampled_from([*WORDS.split(), " ", "１", "²", "٣", "\n"])


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40), st.integers(0, 86399))
@example("9999년 12월 31일 밤 12시", 0)
@example("1년 1월 1일 0시", 0)
@example("9999시간 뒤", 0)
def test_anything_can_be_looked_through(text: str, second: int) -> None:
    now = datetime(2026, 11, 23, tzinfo=SEOUL) + timedelta(seconds=second)
    found = find_time(text, now)
    parse_date(text, now)
    parse_time(text, now)
    if found is None:
        return
    assert found.spans
    ends = [end for span in found.spans for end in span]
    assert ends == sorted(ends)
    assert ends[0] >= 0
    assert ends[-1] <= len(text)
    assert all(text[start:end].strip() for start, end in found.spans)
    assert found.moment is None or found.moment.tzinfo is SEOUL
    assert not found.options or (found.moment in found.options and len(found.options) > 1)
    assert all(option > now for option in found.options)
    assert len(found.rest(text)) <= len(text)
    if found.recurrence is not None and found.moment is not None:
        assert found.moment > now
        assert found.recurrence.is_by_the_clock == (found.recurrence.at is not None)


@pytest.mark.parametrize("word", [*WORDS.split(), "에요", "월요일, ", "1시 ", "이틀마다 ", "10분 뒤 ", "9시부터 "])
def test_a_word_said_a_hundred_times_takes_no_time(word: str) -> None:
    find_time(word * 300, NOW)
    assert parse_datetime(f"3시{word * 100}#", NOW) is None


@given(st.datetimes(datetime(2026, 11, 23, 14, 31), datetime(2031, 1, 1)))
def test_a_moment_that_is_written_out_is_read_back(wall: datetime) -> None:
    moment = wall.replace(second=0, microsecond=0, tzinfo=SEOUL)
    half = "오전" if moment.hour < 12 else "오후"
    written = [
        f"{moment.year}년 {moment.month}월 {moment.day}일 {moment.hour}시 {moment.minute}분",
        f"{moment.year}년 {moment.month}월 {moment.day}일 {half} {(moment.hour + 11) % 12 + 1}시 {moment.minute}분",
        f"{moment:%Y-%m-%d %H:%M}",
    ]
    if 1 <= moment.hour <= 12:
        written.pop(0)
    assert [parse_datetime(words, NOW) for words in written] == [moment] * len(written)
    assert parse_date(f"{moment.year}년 {moment.month}월 {moment.day}일", NOW) == moment.date()


@given(st.integers(1, 999), st.sampled_from(["분", "시간", "초"]), st.sampled_from(["뒤", "후", "있다가", "이따가"]))
def test_a_span_of_time_is_counted_from_now(number: int, unit: str, behind: str) -> None:
    seconds = number * {"분": 60, "시간": 3600, "초": 1}[unit]
    assert parse_datetime(f"{number}{unit} {behind}", NOW) == NOW + timedelta(seconds=seconds)
    text = f"{number}{unit} {behind} 물"
    found = find_time(text, NOW)
    assert found is not None
    assert found.rest(text) == "물"
