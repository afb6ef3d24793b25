"""Days that people count to or from, and the counting. Knows nothing of words or of storage."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta


@dataclass(frozen=True, slots=True)
class Day:
    """A day with a name.

    Attributes:
        on: the day; of one that comes every year, the first one.
        is_yearly: it comes every year. 29 February comes on the 28th where there is none.
        is_start: days are counted from it, itself the first one, as couples do.
    """

    name: str
    on: date
    is_yearly: bool = False
    is_start: bool = False

    def next(self, today: date) -> date:
        """Return the day that is counted to or from: of a yearly one the next, today among them."""
        if not self.is_yearly:
            return self.on
        this_year = in_year(self.on, today.year)
        return this_year if this_year >= today else in_year(self.on, today.year + 1)

    def label(self, today: date) -> str:
        """Return D-3, D-Day or D+12."""
        return label(self.next(today), today)

    def count(self, today: date) -> int:
        """Return which day it is since then; that day itself is the first."""
        return (today - self.on).days + 1

    def nth(self, number: int) -> date | None:
        """Return the day that is the ``number``-th since then; None past the end of the calendar."""
        try:
            return self.on + timedelta(days=number - 1)
        except OverflowError:
            return None

    def anniversary(self, years: int) -> date | None:
        """Return the day some years later; None past the end of the calendar."""
        return in_year(self.on, self.on.year + years) if self.on.year + years <= MAXYEAR else None


def label(day: date, today: date) -> str:
    """Return how many days it is to a day, or since: D-3, D-Day, D+12."""
    left = (day - today).days
    return "D-Day" if not left else f"D-{left}" if left > 0 else f"D+{-left}"


def in_year(day: date, year: int) -> date:
    """Return the same day of another year, the 28th for a 29 February that it lacks."""
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def spoken(day: date, today: date) -> str:
    """Return a day as it is said: "11월 19일 목요일", with its year where that is not this one."""
    year = f"{day.year}년 " if day.year != today.year else ""
    return f"{year}{day.month}월 {day.day}일 {'월화수목금토일'[day.weekday()]}요일"
