"""Reads moments from Korean words: 10분 뒤, 내일 오후 3시 반, 다음 주 월요일, 12월 25일, 매주 월요일 9시.

The words are found by the library korean-datetime 1.0, which knows far more of them than a table of ours would and tells
where it had to guess. What we found it to get wrong, and what is done about it here:

- It drops the seconds of now: "10분 뒤" at 14:30:45 became 14:40:00. Spans of time are counted from now itself here.
- It counts on the wall clock, also over a change to summer time: two hours after 1:30 became 3:30, an hour too early.
- "1.5시간 뒤" was read as five hours, "지금부터 10분 뒤" as now, "12/25일" as the 25th of this month; "5분만 있다가", "10분
  이따가", "반시간 뒤", "스무 분 뒤" were not found. They are rewritten, letter for letter, before it sees them.
- "밤 1시" at half past midnight became that of the next night.
- "3:30" is taken for the small hours, "내일 자정" for the end of tomorrow: both have two readings, and get them here.
- "조금 있다가" and "이따가" became now: they say no time, so nothing is found.
- "저녁에" is a span of hours: 아침, 점심, 저녁 and 밤 get one usual hour here, marked as such; 오전, 오후, 새벽 get none.

It has no recurrences: "매일" is passed over, "매주 월요일" is the next Monday (``korean_recurrence`` reads those).
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from korean_datetime import Ambiguity, AmbiguousHour, Grain, Kind, ParseOptions, TemporalExpression, parse_all

from chatbot.korean_recurrence import (
    EVERY_DAY,
    LAST_DAY,
    WEEKDAYS,
    WEEKEND,
    FoundRecurrence,
    Recurrence,
    aware,
    find_recurrence,
    later,
)

__all__ = [
    "EVERY_DAY",
    "LAST_DAY",
    "WEEKDAYS",
    "WEEKEND",
    "Found",
    "Recurrence",
    "find_time",
    "parse_date",
    "parse_datetime",
    "parse_time",
]

LONGEST = 500
"""Characters of a text that are looked at."""
_DAY = timedelta(days=1)
_HALF_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Found:
    """A time in a text.

    Attributes:
        spans: where it is written, in order, without the josa behind it.
        moment: when it is (the first time, if it recurs), in the zone of now; the likelier one of ``options``. None while
            the time of the day is not known. It may be past.
        day: the day that was named, the first one of a week or month; None where none was.
        is_long: a week, a month or a year was named, not a day.
        is_usual: no hour was said but a part of the day, and ``moment`` is at its usual hour (저녁: 19:00).
        options: the moments that it can be, in order, if there are several: "3시" is in the morning or the afternoon.
        of_day_before: it is after midnight but was said of the night before ("밤 12시").
        recurrence: how often, if it recurs; its ``at`` is that of ``moment``.
    """

    spans: tuple[tuple[int, int], ...]
    moment: datetime | None = None
    day: date | None = None
    is_long: bool = False
    is_usual: bool = False
    options: tuple[datetime, ...] = ()
    of_day_before: bool = False
    recurrence: Recurrence | None = None

    @property
    def span(self) -> tuple[int, int]:
        """From the first letter of it to the last."""
        return self.spans[0][0], self.spans[-1][1]

    @property
    def ambiguous(self) -> bool:
        """Whether it has several readings."""
        return len(self.options) > 1

    def settled(self, moment: datetime) -> "Found":
        """Return it with one of its options chosen."""
        recurrence = self.recurrence
        if recurrence is not None and recurrence.is_by_the_clock:
            recurrence = replace(recurrence, at=moment.time())
        return replace(self, moment=moment, options=(), recurrence=recurrence)

    def rest(self, text: str) -> str:
        """Return the words of the text without the time and the josa behind it."""
        for start, end in reversed(self.spans):
            josa = _JOSA_BEHIND.match(text, end)
            text = f"{text[:start]} {text[josa.end() if josa else end :]}"
        return " ".join(text.split())


def find_time(text: str, now: datetime) -> Found | None:
    """Return the time that a text tells, None if it tells none; ``now`` must have a time zone.

    Of several, the one that says when ("3시 회의를 2시 반에"), and the day that stands before it ("내일은 3시에").
    """
    text = text[:LONGEST]
    readable, changed = _readable(text)
    recurring = find_recurrence(readable, now.date())
    try:
        found = _recurring(recurring, readable, now) if recurring is not None else None
        found = found or _single(readable, now)
    except (ValueError, OverflowError):  # past the year 9999
        return None
    return found and replace(found, spans=_widened(found.spans, changed))


def parse_datetime(text: str, now: datetime) -> datetime | None:
    """Return the moment that a text is, and nothing besides; the likelier one of two, None for a day without a time."""
    found = _whole(text, now)
    return None if found is None or found.is_usual else found.moment


def parse_date(text: str, now: datetime) -> date | None:
    """Return the day that a text is, and nothing besides; the first one of a week or month."""
    found = _whole(text, now)
    return None if found is None or found.moment is not None else found.day


def parse_time(text: str, now: datetime) -> time | None:
    """Return the time of the day that a text is, and nothing besides; the likelier one of two."""
    found = _whole(text, now)
    if found is None or found.moment is None or found.day is not None or found.is_usual:
        return None
    return found.moment.time()


def _whole(text: str, now: datetime) -> Found | None:
    if len(text) > LONGEST:
        return None
    found = find_time(text, now)
    if found is None or found.recurrence is not None or not _NOTHING_ELSE.fullmatch(found.rest(text)):
        return None
    return found


_NOTHING_ELSE = re.compile(r"(?:입니다|이에요|예요|이요|정각|으로|로|쯤|경|에|요|[\s.,!~?])*+")
_JOSA_BEHIND = re.compile(
    r"(?:\s?(?:정각|정도|즈음|쯤|경))?"
    r"(?:\s에|\s?(?:이|가)?\s?되면|(?:에는|에도|에만|에|엔|마다|부터|까지|으로|로|은|는|이랑|랑|이|가|을|를|의))?(?![가-힣])"
)
_ADVERBIAL = re.compile(r"\s?(?:정각|정도|즈음|쯤|경)?(?:에는|에도|에|엔)(?![가-힣])|\s*$")
_LATER = r"(?:뒤|후|있다가?|있으면|지나|이따)"
_NUMBER_BEFORE = r"(?<=[\d일이삼사오육칠팔구십백한두세네섯곱덟홉열반])"


_REWRITTEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![가-힣])(?:지금(?:으로)?부터|앞으로)(?=\s*\S)"), ""),
    (re.compile(rf"(?<=[분간초일주달])만(?=\s*{_LATER})"), ""),
    (re.compile(r"(?<=[분초간일주달반])\s*(?:이따가?|있다)(?![가-힣])"), " 뒤"),
    (re.compile(r"(?<![가-힣\d])반\s?시간(?=\s*[가-힣])"), "30분"),
    (re.compile(r"(?<![가-힣])스무\s?분"), "20분"),
    (re.compile(r"(?<=\d/\d)일|(?<=\d/\d\d)일"), ""),
    (re.compile(r"(?<![가-힣])내일모래"), "내일모레"),
)
_HALF_HOURS = re.compile(r"(?<![\d.])(\d{1,3})\.5\s?시간")
_FRACTION = re.compile(r"(?<![\d.])\d+\.\d+\s?(?:시간|분|일|주)")


def _readable(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text, as long as it was, in words that the library knows, and where it was changed."""
    changed: list[tuple[int, int]] = []

    def rewrite(pattern: re.Pattern[str], words: str, text: str) -> str:
        def rewritten(match: re.Match[str]) -> str:
            changed.append(match.span())
            return match.expand(words).ljust(len(match[0]))

        return pattern.sub(rewritten, text)

    text = rewrite(_HALF_HOURS, r"\1시간반", text)
    text = rewrite(_FRACTION, "", text)  # there is no such time, rather than another one
    for pattern, words in _REWRITTEN:
        text = rewrite(pattern, words, text)
    return text, changed


def _widened(spans: tuple[tuple[int, int], ...], changed: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the spans with the changed words that touch them."""
    widened: list[tuple[int, int]] = []
    for start, end in spans:
        for first, last in changed:
            if first <= end and start <= last + 1:
                start, end = min(start, first), max(end, last)
        if widened and start <= widened[-1][1]:
            widened[-1] = (widened[-1][0], max(end, widened[-1][1]))
        else:
            widened.append((start, end))
    return tuple(widened)


_SOON = re.compile(r"지금|당장|곧|즉시|이따|있다가|조금|잠시|방금|현재|금방|이제|바로")


def _says_no_time(piece: TemporalExpression, wall: datetime) -> bool:
    is_now = piece.kind is Kind.DATETIME and piece.start == wall.replace(second=0, microsecond=0)
    no_span = piece.kind is Kind.DATE and re.match(r"0|영", piece.text) is not None  # 0분 뒤
    return no_span or (is_now and _SOON.match(piece.text) is not None)


_USUAL_HOURS = {7: 8, 12: 12, 18: 19, 21: 21}
"""The usual hour of 아침, 점심, 저녁 and 밤, by the hour with which they begin for the library."""
_TOO_LONG = re.compile(r"오전|오후|새벽|심야|한밤|한낮|퇴근")


def _is_part_of_day(piece: TemporalExpression) -> bool:
    return (
        piece.kind is not Kind.DATE
        and piece.grain is Grain.HOUR
        and not piece.is_range
        and re.search(r"시(?!간)|:|\d\s?[ap]\.?m", piece.text) is None
    )


def _is_said(piece: TemporalExpression) -> bool:
    """Tell whether a piece says the time of the day."""
    return piece.kind is not Kind.DATE and not _is_part_of_day(piece)


_WITHIN_A_DAY = (Grain.DAY, Grain.HOUR, Grain.MINUTE)
_DAYTIME = ParseOptions(ambiguous_hour=AmbiguousHour.DAYTIME)
_LUNAR = re.compile(r"설|추석|부처|석가|보름|단오|음력|주|요일|말일")
_ELAPSED = re.compile(rf"(?:분|시간|초|반)(?:쯤|정도)?\s*\S*\s*{_LATER}\S*$")
_ON_THE_WALL = re.compile(r"시(?!간)|:|자정|정오|오늘|내일|모레|요일")


def _recurring(recurring: FoundRecurrence, text: str, now: datetime) -> Found | None:
    """Return what happens again and again; None where the day of the year is missing, or has another date each year."""
    for start, end in recurring.spans:
        text = text[:start] + " " * (end - start) + text[end:]
    recurrence, spans = recurring.recurrence, list(recurring.spans)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    pieces = parse_all(text, now=midnight.replace(tzinfo=None), options=_DAYTIME)
    if recurring.needs_day:
        day = next((piece for piece in pieces if piece.kind is not Kind.TIME and not _LUNAR.search(piece.text)), None)
        if day is None or day.grain not in _WITHIN_A_DAY:
            return None
        recurrence = replace(recurrence, month=day.start.month, month_days=(day.start.day,))
        spans.append(day.span)
    if not recurrence.is_by_the_clock:
        hours = next((piece for piece in pieces if piece.is_range and piece.kind is Kind.TIME), None)
        if hours is not None:
            recurrence = replace(recurrence, between=(hours.start.time(), hours.end.time()))
            spans.append(hours.span)
        return Found(tuple(sorted(spans)), recurrence.first(now), recurrence=recurrence)
    found = _single(text, midnight, without=Kind.DATE, options=_DAYTIME)
    if found is None or found.moment is None:
        return Found(tuple(sorted(spans)), recurrence=recurrence)
    if found.of_day_before:  # 매주 월요일 밤 12시
        recurrence = replace(recurrence, days=frozenset((day + 1) % 7 for day in recurrence.days))
    times = [option.time() for option in found.options or (found.moment,)]
    options = sorted(first for at in times if (first := recurrence.first(now, at)) is not None)
    if not options:
        return None
    likely = recurrence.first(now, found.moment.time()) or options[0]
    spans += found.spans
    again = Found(tuple(sorted(spans)), likely, is_usual=found.is_usual, recurrence=recurrence).settled(likely)
    return replace(again, options=tuple(options)) if len(options) > 1 else again


def _single(text: str, now: datetime, without: Kind | None = None, options: ParseOptions | None = None) -> Found | None:
    """Return what happens once."""
    wall = now.replace(tzinfo=None)
    pieces = [
        piece
        for piece in parse_all(text, now=wall, options=options)
        if piece.kind is not without and not _says_no_time(piece, wall)
    ]
    if not pieces:
        return None
    times = [piece for piece in pieces if piece.kind is not Kind.DATE]
    adverbial = [piece for piece in times if _says_when(text, piece)]
    said = [piece for piece in adverbial if _is_said(piece)] or [piece for piece in times if _is_said(piece)]
    piece = (said or adverbial or times or pieces)[0]
    spans = (piece.span,)
    if piece.kind is Kind.TIME:
        before = [other for other in pieces if other.span[1] <= piece.span[0] and not _is_said(other)]
        for other in reversed(before):
            # "내일은 3시" is two pieces for the library: it gets them as one.
            words = f"{other.text} {piece.text}"
            together = parse_all(words, now=wall, options=options)
            if [each.text for each in together] == [words]:
                piece, spans = together[0], (other.span, piece.span)
                break
    return replace(_read(piece, now, text), spans=spans)


def _says_when(text: str, piece: TemporalExpression) -> bool:
    if re.search(rf"{_LATER}\S*$", piece.text):
        return True
    return _ADVERBIAL.match(text, piece.span[1]) is not None


def _read(piece: TemporalExpression, now: datetime, text: str) -> Found:
    """Return what one piece says."""
    wall = now.replace(tzinfo=None)
    spans = (piece.span,)
    if piece.kind is Kind.DATE:
        return Found(spans, day=piece.start.date(), is_long=piece.grain not in _WITHIN_A_DAY)
    if _ELAPSED.search(piece.text) and not _ON_THE_WALL.search(piece.text):
        counted_from = wall.replace(microsecond=0, second=wall.second if piece.grain is Grain.SECOND else 0)
        moment = later(now.replace(microsecond=0), piece.start - counted_from)
        return Found(spans, moment, moment.date())
    day = piece.start.date() if piece.kind is Kind.DATETIME else None
    if _is_part_of_day(piece):
        return _usual(piece, now, day)
    start = piece.start
    of_day_before = Ambiguity.DAY_ATTRIBUTION in piece.ambiguities
    if of_day_before and day is not None:
        day -= _DAY
    elif of_day_before and start - _DAY > wall:
        start -= _DAY
    elif day is None and start <= wall:  # this very minute
        start += _DAY
    options = sorted(aware(each, now.tzinfo) for each in _readings(piece, start, wall, text))
    to_come = [each for each in options if each > now]
    likely = aware(start, now.tzinfo)
    if likely not in (to_come or options):
        likely = (to_come or options)[0]
    several = tuple(to_come) if len(to_come) > 1 else ()
    return Found(spans, likely, day, options=several, of_day_before=of_day_before)


def _usual(piece: TemporalExpression, now: datetime, day: date | None) -> Found:
    hour = _USUAL_HOURS.get(piece.start.hour)
    moment = aware(piece.start.replace(hour=hour), now.tzinfo) if hour else None
    if moment is None or moment <= now or _TOO_LONG.search(piece.text):
        return Found((piece.span,), None, day)
    return Found((piece.span,), moment, day, is_usual=True)


_SHORT_CLOCK = re.compile(r"(?<!\d)[1-9]:\d\d")
_PART_WORD = re.compile(r"오전|오후|아침|점심|저녁|새벽|밤|낮|심야|[ap]\.?m", re.IGNORECASE)
_CONTEXT = re.compile(r"(?<![가-힣])(새벽|아침|점심|저녁|밤)(?![가-힣]*(?:빵|나무|식빵))")
_CONTEXT_HOURS = {
    "새벽": range(6),
    "아침": range(5, 12),
    "점심": range(11, 16),
    "저녁": range(16, 23),
    "밤": range(19, 24),
}


def _readings(piece: TemporalExpression, start: datetime, wall: datetime, text: str) -> list[datetime]:
    """Return the times that a piece can mean, as the clock on the wall shows them."""
    has_day = piece.kind is Kind.DATETIME
    if has_day and "자정" in piece.text:
        return [start - _DAY, start]
    is_short = _SHORT_CLOCK.search(piece.text) is not None and not _PART_WORD.search(piece.text)
    noon_or_midnight = Ambiguity.NOON_OR_MIDNIGHT in piece.ambiguities
    if not (is_short or noon_or_midnight or Ambiguity.MERIDIEM in piece.ambiguities):
        return [start]
    if not has_day:
        other = start - _HALF_DAY if start - _HALF_DAY > wall else start + _HALF_DAY
    elif start.hour >= 12 and not noon_or_midnight:
        other = start - _HALF_DAY
    else:  # 내일 12시: noon, or the end of tomorrow
        other = start + _HALF_DAY
    around = {match[1] for match in _CONTEXT.finditer(text[: piece.span[0]] + "|" + text[piece.span[1] :])}
    if len(around) == 1:  # 8시에 저녁 먹으라고
        (part,) = around
        fitting = [each for each in (start, other) if each.hour in _CONTEXT_HOURS[part]]
        if len(fitting) == 1:
            return fitting
    return [start, other]
