"""Reads how often something is to happen from Korean words: 매일, 평일, 매주 월요일, 30분마다, 매달 1일, 매년 3월 1일.

Knows nothing of the hour (``korean_time`` reads that), of schedules or of storage. What it has no form for ("석 달마다",
"매년 추석") it does not find: whoever asks must look for 마다 in what is left.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import combinations

from korean_datetime.core import parse_korean_number
from korean_datetime.core.numerals import NATIVE, SINO

EVERY_DAY = frozenset(range(7))
"""Monday is 0."""
WEEKDAYS = frozenset(range(5))
"""Monday to Friday."""
WEEKEND = frozenset({5, 6})
"""Saturday and Sunday."""
_LETTERS = "월화수목금토일"
_DAY = timedelta(days=1)
_FOUR_YEARS = 366 + 3 * 365 + 366  # until the next 29 February, also around 2100
LAST_DAY = -1
"""Of a month, among its days."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often something happens.

    Attributes:
        every: how far apart, counted from the first time; then the fields below it say nothing but ``days``, from which
            the first time is counted, and ``between``.
        between: the first and the last time of a day, for an ``every`` shorter than a day.
        days: of the week, 0 is Monday.
        month_days: of the month, -1 is the last; empty for all.
        nth: with ``days``, which one of the month: 1 to 4, -1 is the last.
        month: the only month, 1 to 12.
        at: the time of the day; None where it was not said.
    """

    every: timedelta | None = None
    between: tuple[time, time] | None = None
    days: frozenset[int] = EVERY_DAY
    month_days: tuple[int, ...] = ()
    nth: int | None = None
    month: int | None = None
    at: time | None = None

    @property
    def is_by_the_clock(self) -> bool:
        """Whether it needs a time of the day; what comes every so many minutes or hours needs none."""
        return self.every is None or self.every % _DAY == timedelta(0)

    def falls_on(self, day: date) -> bool:
        """Tell whether it can happen on a day, as far as the calendar says."""
        if day.weekday() not in self.days or self.month not in (None, day.month):
            return False
        from_last = day.day - ((day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY).day - 1
        if self.month_days and not {day.day, from_last} & set(self.month_days):
            return False
        if self.nth is not None:
            return (day.day - 1) // 7 + 1 == self.nth if self.nth > 0 else from_last >= -7
        return True

    def first(self, now: datetime, at: time | None = None) -> datetime | None:
        """Return the first time after ``now``, in its zone; ``at`` instead of its own time. None if it has no time."""
        if not self.is_by_the_clock and self.every is not None:
            return self._first_of_pace(now, self.every)
        at = at or self.at
        if at is None:
            return None
        for day in _days_from(now.date()):
            moment = aware(datetime.combine(day, at), now.tzinfo)
            if moment > now and self.falls_on(day):
                return moment
        return None

    def _first_of_pace(self, now: datetime, every: timedelta) -> datetime:
        if self.between is None:
            return later(now, every)
        for day in _days_from(now.date()):
            moment, last = (datetime.combine(day, at) for at in self.between)
            while moment <= last and self.falls_on(day):
                if aware(moment, now.tzinfo) > now:
                    return aware(moment, now.tzinfo)
                moment += every
        raise AssertionError("some day comes")


def aware(wall: datetime, zone: tzinfo | None) -> datetime:
    """Return what the clock on the wall shows as a moment; a time that the clock skips is that much later."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def later(now: datetime, much: timedelta) -> datetime:
    """Return the moment that is ``much`` after ``now``, whatever the clock on the wall does meanwhile."""
    return (now.astimezone(UTC) + much).astimezone(now.tzinfo)


def _days_from(today: date) -> Iterator[date]:
    for ahead in range(min(2 * _FOUR_YEARS, (date.max - today).days)):
        yield today + ahead * _DAY


_NUMBER = rf"(?:\d{{1,4}}|{SINO}|{NATIVE})"
_NOT_WITHIN = r"(?<![가-힣\d])"
_FULL_DAY = r"[월화수목금토일](?:요일|욜)"
_AND = r"\s*(?:,|·|/|와|과|이랑|랑|하고|및|그리고)?\s*"
_DAYS = rf"{_FULL_DAY}(?:{_AND}{_FULL_DAY})*"
_SHORT_DAYS = "|".join(  # 월수금, never 금일 (today), 수일 (some days), 일일
    "".join(letters)
    for size in range(6, 1, -1)
    for letters in combinations(_LETTERS, size)
    if size > 2 or letters[1] != "일" or letters[0] == "토"
)
_SPELLED_DAYS = r"[월화수목금토일](?:\s?[,·/]\s?[월화수목금토일])+"
_SOME_DAYS = rf"(?:{_DAYS}|(?:{_SHORT_DAYS}|{_SPELLED_DAYS})(?:요일|욜)?|평일|주중|주말)"
_ENDS = r"(?=$|[^가-힣]|에|은|는|엔|마다|날|아침|점심|저녁|밤|새벽|오전|오후)"
_NTH = {"첫": 1, "첫째": 1, "둘째": 2, "두번째": 2, "셋째": 3, "세번째": 3, "넷째": 4, "네번째": 4, "마지막": -1}
_NTH_WORD = r"첫\s?번?째|첫|둘째|두\s?번째|셋째|세\s?번째|넷째|네\s?번째|마지막"
_MONTHLY = rf"(?:매달|매월|(?<![석세두개\d]\s)달마다|다달이|한\s?달마다|{_NUMBER}\s?달에\s?한\s?번씩?)"
_MONTH_DAY = rf"(?:{_NUMBER}\s?일|말일|마지막\s?날|초하루)"
_TERMS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "열흘": 10, "보름": 15, "일주일": 7}
_UNITS = {"분": timedelta(minutes=1), "시간": timedelta(hours=1), "일": _DAY, "주": 7 * _DAY, "주일": 7 * _DAY}
_PACE = r"(?:\s?마다(?:\s?한\s?번씩?)?|\s?간격(?:으로|에)?|에\s?한\s?번씩?|\s?꼴로)"

_RANGE = re.compile(
    rf"{_NOT_WITHIN}(?:매주\s*)?(?P<from>{_FULL_DAY})\s?부터\s*(?P<to>{_FULL_DAY})\s?까지(?:\s*(?:매일|마다))?"
)
_YEARLY = re.compile(rf"{_NOT_WITHIN}(?:매년|해마다)(?:\s*(?P<month>{_NUMBER})\s?월\s*(?P<day>{_NUMBER})\s?일)?{_ENDS}")
_NTH_OF_MONTH = re.compile(
    rf"{_NOT_WITHIN}{_MONTHLY}\s*(?P<nth>{_NTH_WORD})(?:\s?주)?\s*(?P<days>{_FULL_DAY})(?:\s?마다)?{_ENDS}"
)
_OF_MONTH = re.compile(
    rf"{_NOT_WITHIN}{_MONTHLY}(?:\s*(?P<days>{_MONTH_DAY}(?:{_AND}{_MONTH_DAY})*)(?:\s?마다)?)?{_ENDS}"
)
_EVERY_OTHER_WEEK = re.compile(
    rf"{_NOT_WITHIN}(?:격주|(?:2|이|두)\s?주{_PACE})(?:로|마다)?(?:\s*(?P<days>{_FULL_DAY})(?:\s?마다)?)?{_ENDS}"
)
_WEEKLY = re.compile(
    rf"{_NOT_WITHIN}(?:(?:매주|일주일마다|주마다)\s*(?P<days>{_SOME_DAYS})(?:\s?마다)?|(?P<each>{_SOME_DAYS})\s?마다"
    rf"|(?P<short>{_SHORT_DAYS}|{_SPELLED_DAYS})(?:요일|욜)?(?=에?\s*(?:\d|오전|오후|아침|저녁|밤|새벽|점심|{NATIVE}\s?시))"
    rf"|(?P<several>{_FULL_DAY}(?:{_AND}{_FULL_DAY})+)|(?P<plain>평일|주중)(?:에는|에|엔)?|매주)(?:\s*매일)?{_ENDS}"
)
_EACH_OF_A_TIME = re.compile(  # 평일 저녁마다, 매일 8시 30분마다
    r"(?:(?<=아침|점심|저녁)|(?<=새벽)|(?<=\b밤)|(?<=시)|(?<=시반)|(?<=시\s반)|(?<=시\d\d분)|(?<=시\s\d\d분)|(?<=시\s\d분))마다(?![가-힣])"
)
_DAILY = re.compile(
    rf"{_NOT_WITHIN}(?:(?:매일\s*매일|매일|날마다|하루(?:에)?\s?한\s?번씩?|1일\s?1회)|(?=(?:아침|점심|저녁|밤|새벽)마다))"
    rf"{_ENDS}|{_EACH_OF_A_TIME.pattern}"
)
_TIMES = re.compile(
    rf"{_NOT_WITHIN}(?<!시\s)(?:(?P<term>{'|'.join(_TERMS)})|(?:(?P<hours>{_NUMBER})\s?시간\s*)?(?P<half>반)"
    rf"|(?:(?P<whole>{_NUMBER})\s?시간\s*)?(?P<number>{_NUMBER})\s?(?P<unit>분|시간|일|주일|주))(?:씩)?{_PACE}"
)
_EACH = re.compile(
    rf"{_NOT_WITHIN}(?:매\s?(?P<number>{_NUMBER})\s?(?P<unit>분|시간)(?:마다)?"
    r"|(?P<hourly>매\s?시간(?:마다)?|시간마다|매시(?:\s?정각)?)|(?P<minutely>매\s?분|분마다)|(?P<other>격일|하루\s?걸러)(?:로)?)"
    rf"{_ENDS}"
)


@dataclass(frozen=True, slots=True)
class FoundRecurrence:
    """A recurrence and where it is written. ``needs_day`` says that a date of the year is still to be found (매년)."""

    recurrence: Recurrence
    spans: tuple[tuple[int, int], ...]
    needs_day: bool = False


def find_recurrence(text: str, today: date) -> FoundRecurrence | None:
    """Return how often the text says that something happens, None if it does not.

    ``today`` is whose day of the week or month counts where none is said: "매주 9시".
    """
    for pattern, read in _READERS:
        if (match := pattern.search(text)) is not None and (found := read(match, today)) is not None:
            outside = (each.span() for each in _EACH_OF_A_TIME.finditer(text))
            spans = [match.span(), *(span for span in outside if not match.start() <= span[0] < match.end())]
            if not found.is_by_the_clock:  # 평일 9시부터 18시까지 30분마다
                rest = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
                if (other := find_recurrence(rest, today)) is not None and other.recurrence.every is None:
                    found = replace(found, days=other.recurrence.days)
                    spans += other.spans
            needs_day = pattern is _YEARLY and match["day"] is None
            return FoundRecurrence(found, tuple(sorted({span for span in spans if span[0] < span[1]})), needs_day)
    return None


def _range(match: re.Match[str], today: date) -> Recurrence | None:
    first, last = (_LETTERS.index(match[name][0]) for name in ("from", "to"))
    return Recurrence(days=frozenset((first + ahead) % 7 for ahead in range((last - first) % 7 + 1)))


def _yearly(match: re.Match[str], today: date) -> Recurrence | None:
    if match["day"] is None:
        return Recurrence()
    month, day = parse_korean_number(match["month"]), parse_korean_number(match["day"])
    try:
        date(2024, month or 0, day or 0)  # a leap year
    except ValueError:
        return None
    return Recurrence(month=month, month_days=(day or 0,))


def _nth_of_month(match: re.Match[str], today: date) -> Recurrence | None:
    nth = _NTH[match["nth"].replace(" ", "").replace("첫번째", "첫째")]
    return Recurrence(days=_days_of(match["days"]), nth=nth)


def _of_month(match: re.Match[str], today: date) -> Recurrence | None:
    if re.match(rf"(?!한|1)({_NUMBER})\s?달에", match[0]):
        return None  # every few months: no form for it
    if match["days"] is None:
        return Recurrence(month_days=(today.day,))
    days = [_month_day(word[0]) for word in re.finditer(_MONTH_DAY, match["days"])]
    return (
        Recurrence(month_days=tuple(sorted(days))) if all(day == LAST_DAY or 1 <= day <= 31 for day in days) else None
    )


def _month_day(word: str) -> int:
    if word == "초하루":
        return 1
    return LAST_DAY if word[0] in "말마" else parse_korean_number(word.removesuffix("일")) or 0


def _every_other_week(match: re.Match[str], today: date) -> Recurrence | None:
    days = frozenset({today.weekday()}) if match["days"] is None else _days_of(match["days"])
    return Recurrence(every=14 * _DAY, days=days)


def _weekly(match: re.Match[str], today: date) -> Recurrence | None:
    words = match["days"] or match["each"] or match["short"] or match["several"] or match["plain"]
    return Recurrence(days=frozenset({today.weekday()}) if words is None else _days_of(words))


def _days_of(words: str) -> frozenset[int]:
    if words in ("평일", "주중"):
        return WEEKDAYS
    if words == "주말":
        return WEEKEND
    letters = re.sub(r"요일|욜|그리고|[^월화수목금토일]", "", words)
    return frozenset(_LETTERS.index(letter) for letter in letters)


def _times(match: re.Match[str], today: date) -> Recurrence | None:
    if match["term"]:
        every = _TERMS[match["term"]] * _DAY
    elif match["half"]:
        if match["hours"] is None:
            return None
        every = timedelta(hours=parse_korean_number(match["hours"]) or 0, minutes=30)
    else:
        every = (parse_korean_number(match["number"]) or 0) * _UNITS[match["unit"]]
        every += timedelta(hours=parse_korean_number(match["whole"] or "") or 0)
    if every == _DAY:
        return Recurrence()
    return Recurrence(every=every) if every else None


def _each(match: re.Match[str], today: date) -> Recurrence | None:
    if match["hourly"]:
        every = timedelta(hours=1)
    elif match["minutely"]:
        every = timedelta(minutes=1)
    elif match["other"]:
        every = 2 * _DAY
    else:
        every = (parse_korean_number(match["number"]) or 0) * _UNITS[match["unit"]]
    return Recurrence(every=every) if every else None


def _daily(match: re.Match[str], today: date) -> Recurrence | None:
    return Recurrence()


_READERS = (
    (_RANGE, _range),
    (_YEARLY, _yearly),
    (_NTH_OF_MONTH, _nth_of_month),
    (_OF_MONTH, _of_month),
    (_EVERY_OTHER_WEEK, _every_other_week),
    (_TIMES, _times),
    (_EACH, _each),
    (_WEEKLY, _weekly),
    (_DAILY, _daily),
)
