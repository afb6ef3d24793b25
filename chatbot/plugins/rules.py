"""When something is to happen: once, every so often, daily, or as a cron expression says. All are frozen values.

Knows nothing of what happens then, nor of what was missed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from chatbot.errors import PluginError
from chatbot.history.records import Json
from chatbot.plugins.wall_clock import first_change, moment_of, wall_of

EVERY_DAY = frozenset(range(7))
_DAYS = "월화수목금토일"
_GROUPS = {"매일": EVERY_DAY, "평일": frozenset(range(5)), "주말": frozenset({5, 6})}
_BETWEEN = re.compile(r"[\s,·/]+")
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_A_MONDAY = datetime(2024, 1, 1)


class Missed(StrEnum):
    """What becomes of times at which nothing ran, because the bot was off: none, one of them, all of them."""

    SKIP = "skip"
    ONCE = "once"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Once:
    """A single moment.

    Attributes:
        at: with a time zone; kept in UTC.

    Raises:
        PluginError: it has no time zone.
    """

    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise PluginError(
                "Once에는 시간대가 있는 시각을 적어 주세요(예: datetime(..., tzinfo=ZoneInfo('Asia/Seoul')))."
            )
        try:
            object.__setattr__(self, "at", self.at.astimezone(UTC))
        except OverflowError as error:
            raise PluginError("Once에 적은 시각이 너무 멀어요.") from error


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, a fixed time apart, whatever the clock on the wall shows.

    Attributes:
        period: at least a second.

    Raises:
        PluginError: it is shorter.
    """

    period: timedelta

    def __post_init__(self) -> None:
        if self.period < _SECOND:
            raise PluginError("되풀이하는 간격은 1초 이상으로 적어 주세요.")


@dataclass(frozen=True, slots=True, init=False)
class Daily:
    """A time of the day on some days of the week.

    A time that the clock skips when it is put forward comes when the clock is; one that it shows twice counts once, the
    first time.

    Attributes:
        days: 0 is Monday. Given in words as well: "월수금", "평일", "주말", "매일".
        tz: a name such as "Asia/Seoul"; None for the bot's time zone.

    Raises:
        PluginError: ``at`` has a time zone of its own, or ``days`` or ``tz`` says nothing that we know.
    """

    at: time
    days: frozenset[int]
    tz: str | None

    def __init__(self, at: time, days: str | Iterable[int] = EVERY_DAY, tz: str | None = None) -> None:
        if at.tzinfo is not None:
            raise PluginError("Daily의 시각에는 시간대를 넣지 말고, tz='Asia/Seoul'처럼 따로 적어 주세요.")
        object.__setattr__(self, "at", at.replace(fold=0))
        object.__setattr__(self, "days", days_of(days))
        object.__setattr__(self, "tz", _checked_zone(tz))


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression of five fields (minute, hour, day, month, day of the week), as Debian's cron reads it.

    Where the clock is put forward or back it is like ``Daily``, unless it runs in every hour: such a rule keeps its pace,
    so that "*/10 * * * *" is every ten minutes also in the hour that comes twice.

    Attributes:
        expression: such as "30 9 * * 1-5", or "0 9 1 * *".
        tz: a name such as "Asia/Seoul"; None for the bot's time zone.

    Raises:
        PluginError: the expression cannot be read or never comes, or there is no such time zone.
    """

    expression: str
    tz: str | None = None

    def __post_init__(self) -> None:
        _checked_zone(self.tz)
        fields = self.expression.split()
        try:
            if len(fields) != 5 or len(self.expression) > 1000:
                raise CronSimError
            comes = _comes(self.expression)
        except (CronSimError, ValueError) as error:  # ValueError: digits that int() does not take
            raise PluginError(
                f"cron 식을 읽을 수 없어요({self.expression[:50]!r}). '0 9 * * 1-5'처럼 분, 시, 일, 월, 요일 다섯 칸을 적어 주세요."
            ) from error
        if not comes:
            raise PluginError(f"cron 식이 가리키는 때가 오지 않아요({self.expression!r}). 날짜를 다시 봐 주세요.")
        object.__setattr__(self, "expression", " ".join(fields))

    @property
    def keeps_pace(self) -> bool:
        """Whether it goes on by the minute while the clock is put forward or back."""
        return len(CronSim(self.expression, _A_MONDAY).hours) == 24


Rule: TypeAlias = Once | Every | Daily | Cron
"""When something is to happen."""


def next_after(rule: Rule, moment: datetime, anchor: datetime, zone: tzinfo) -> datetime | None:
    """Return the first time, in UTC, that a rule sets after a moment (never that moment itself); None if none comes.

    Args:
        anchor: from where ``Every`` counts, forward and back, so that it never drifts.
        zone: of rules that name none.
    """
    moment = moment.astimezone(UTC)
    try:
        match rule:
            case Once():
                return rule.at if rule.at > moment else None
            case Every():
                anchor = anchor.astimezone(UTC)
                return anchor + ((moment - anchor) // rule.period + 1) * rule.period
            case Daily():
                return _next_of_days(rule, moment, _zone(rule.tz, zone))
            case Cron() if rule.keeps_pace:
                return _next_at_its_pace(rule.expression, moment, _zone(rule.tz, zone))
            case Cron():
                return _next_on_the_wall(rule.expression, moment, _zone(rule.tz, zone))
    except OverflowError:  # past the year 9999
        return None


def days_of(days: str | Iterable[int]) -> frozenset[int]:
    """Return days of the week, 0 for Monday, that may be given in words: "월수금", "월요일, 수요일", "평일", "주말", "매일".

    Raises:
        PluginError: it names no day, or something that is none.
    """
    if not isinstance(days, str):
        found = frozenset(days)
        if not found or not found <= EVERY_DAY:
            raise PluginError("요일은 0(월요일)부터 6(일요일)까지의 수로, 하루 이상 적어 주세요.")
        return found
    found = frozenset[int]()
    for piece in _BETWEEN.split(days.strip()):
        letters = piece.replace("요일", "")
        if piece in _GROUPS:
            found |= _GROUPS[piece]
        elif letters and set(letters) <= set(_DAYS):
            found |= {_DAYS.index(letter) for letter in letters}
        else:
            raise PluginError(f"요일을 알 수 없어요({days[:50]!r}). '월수금', '평일', '주말', '매일'처럼 적어 주세요.")
    return found


def to_json(rule: Rule) -> dict[str, Json]:
    """Return a rule as JSON that ``from_json`` reads."""
    match rule:
        case Once():
            return {"once": rule.at.isoformat()}
        case Every():
            return {"every_microseconds": rule.period // _MICROSECOND}
        case Daily():
            return {"daily": rule.at.isoformat(), "days": [*sorted(rule.days)], "tz": rule.tz}
        case Cron():
            return {"cron": rule.expression, "tz": rule.tz}


def from_json(value: Json) -> Rule | None:
    """Return the rule that was written as JSON; None for what is none, or none any more (a time zone can go)."""
    try:
        match value:
            case {"once": str(at)}:
                return Once(datetime.fromisoformat(at))
            case {"every_microseconds": int(microseconds)}:
                return Every(timedelta(microseconds=microseconds))
            case {"daily": str(at), "days": list(days), "tz": str() | None as tz}:
                return Daily(time.fromisoformat(at), [day for day in days if isinstance(day, int)], tz)
            case {"cron": str(expression), "tz": str() | None as tz}:
                return Cron(expression, tz)
            case _:
                return None
    except (PluginError, ValueError, OverflowError):
        return None


def _next_of_days(rule: Daily, moment: datetime, zone: tzinfo) -> datetime:
    today = wall_of(moment, zone).date()
    for ahead in range(9):  # eight days on is the same day of the week, after the one that is over
        day = today + timedelta(days=ahead)
        if day.weekday() in rule.days:
            found = moment_of(datetime.combine(day, rule.at), zone)
            if found > moment:
                return found
    raise AssertionError("every week has every day")


def _next_on_the_wall(expression: str, moment: datetime, zone: tzinfo) -> datetime | None:
    # cronsim reads the expression and walks a clock that is never changed. The changes are ours: it leaves out or repeats
    # times where they are of half an hour (Australia/Lord_Howe).
    for wall in CronSim(expression, wall_of(moment, zone)):
        found = moment_of(wall, zone)
        if found > moment:
            return found
    return None


def _next_at_its_pace(expression: str, moment: datetime, zone: tzinfo) -> datetime | None:
    wall = wall_of(moment, zone)
    while (found := next(CronSim(expression, wall), None)) is not None:
        offset = moment.astimezone(zone).utcoffset()
        assert offset is not None
        candidate = found.replace(tzinfo=UTC) - offset
        change = first_change(moment, candidate, zone)
        if change is None:
            return candidate
        moment, wall = change, wall_of(change, zone) - _SECOND  # it may be due at the very change
    return None


@lru_cache(maxsize=1024)  # stored rules are read one by one, and many are the same
def _comes(expression: str) -> bool:
    return next(CronSim(expression, _A_MONDAY), None) is not None


def _zone(name: str | None, otherwise: tzinfo) -> tzinfo:
    return otherwise if name is None else ZoneInfo(name)


def _checked_zone(name: str | None) -> str | None:
    """Return the name of a time zone.

    Raises:
        PluginError: there is none of that name.
    """
    try:
        if name is not None:
            ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise PluginError(f"그런 시간대가 없어요({name!r}). 'Asia/Seoul'처럼 적어 주세요.") from error
    return name
