"""Times in Korean as they are told: "내일(24일 화요일) 오후 3시", "매주 월·수요일 오전 9시". Knows nothing of reminders."""

from datetime import date, datetime, time, timedelta

from chatbot import korean_time

_DAYS = "월화수목금토일"
_SOON = ("오늘", "내일", "모레")
_NTH = {1: "첫째", 2: "둘째", 3: "셋째", 4: "넷째", -1: "마지막"}
_MINUTE = timedelta(minutes=1)
_WEEK = timedelta(days=7)


def clock(at: time) -> str:
    """Return a time of the day: "오후 3시 10분"; midnight is "0시", which nobody takes for another day's."""
    minutes = f" {at.minute}분" if at.minute else ""
    if at.hour == 0:
        return f"0시{minutes}"
    if at.hour == 12:
        return f"낮 12시{minutes}"
    return f"{'오전' if at.hour < 12 else '오후'} {(at.hour - 1) % 12 + 1}시{minutes}"


def day(when: date, today: date) -> str:
    """Return a day: "오늘", "내일(24일 화요일)", "12월 25일 금요일"; with its year if that is another one."""
    weekday = f"{_DAYS[when.weekday()]}요일"
    ahead = (when - today).days
    if ahead == 0:
        return "오늘"
    if 0 < ahead < len(_SOON):
        return f"{_SOON[ahead]}({when.day}일 {weekday})"
    year = f"{when.year}년 " if when.year != today.year else ""
    return f"{year}{when.month}월 {when.day}일 {weekday}"


def moment(when: datetime, now: datetime) -> str:
    """Return a moment in the zone of now; one within a minute from now is told in seconds."""
    if timedelta(0) < when - now < _MINUTE:
        return f"{max(1, round((when - now).total_seconds()))}초 뒤"
    when = when.astimezone(now.tzinfo)
    return f"{day(when.date(), now.date())} {clock(when.time())}"


def span(much: timedelta) -> str:
    """Return a span of time: "1시간 30분", "2주"."""
    if much % _WEEK == timedelta(0):
        return f"{much // _WEEK}주"
    seconds = int(much.total_seconds())
    parts = ((seconds // 86400, "일"), (seconds // 3600 % 24, "시간"), (seconds // 60 % 60, "분"), (seconds % 60, "초"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count)


def often(recurrence: korean_time.Recurrence) -> str:
    """Return how often: "평일 오후 7시", "30분마다", "매달 말일 오후 5시"."""
    at = f" {clock(recurrence.at)}" if recurrence.at is not None else ""
    if recurrence.every is not None:
        days = "" if recurrence.days == korean_time.EVERY_DAY else f"{_weekdays(recurrence.days)} "
        if recurrence.between is not None:
            first, last = recurrence.between
            return f"{_each(recurrence.days)} {clock(first)}부터 {clock(last)}까지 {span(recurrence.every)}마다"
        return f"{span(recurrence.every)}마다 {days}{at.strip()}".strip()
    if recurrence.nth is not None:
        return f"매달 {_NTH[recurrence.nth]} {_weekdays(recurrence.days)}{at}"
    if recurrence.month_days:
        days = ", ".join(
            "말일" if each == korean_time.LAST_DAY else f"{each}일" for each in _month_order(recurrence.month_days)
        )
        return f"매년 {recurrence.month}월 {days}{at}" if recurrence.month else f"매달 {days}{at}"
    return f"{_each(recurrence.days)}{at}"


def _month_order(days: tuple[int, ...]) -> list[int]:
    return sorted(days, key=lambda each: 32 if each == korean_time.LAST_DAY else each)


def _each(days: frozenset[int]) -> str:
    named = {korean_time.EVERY_DAY: "매일", korean_time.WEEKDAYS: "평일", korean_time.WEEKEND: "주말"}
    return named.get(days) or f"매주 {_weekdays(days)}"


def _weekdays(days: frozenset[int]) -> str:
    return "·".join(_DAYS[each] for each in sorted(days)) + "요일"
