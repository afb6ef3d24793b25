"""Keeps one person or room from taking all of the bot: token buckets, and an escalating cool-down for abuse.

Knows nothing of storage: the strikes of a person are handed in and out.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from aiolimiter import AsyncLimiter
from cachetools import LRUCache

from chatbot.config import GuardsSettings
from chatbot.messages import Address

_REMEMBERED = 10_000
"""How many persons and rooms have a bucket; who comes back after so many others starts with a full one."""

_WARNINGS = 2
_COOL_DOWNS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=24))
_FORGIVEN_AFTER = timedelta(hours=24)


class Pace(Enum):
    """Whether somebody may be answered now."""

    FINE = auto()
    TOO_FAST = auto()  # and was not told so yet
    STILL_TOO_FAST = auto()


class _Bucket:
    __slots__ = ("limiter", "told")

    def __init__(self, per_minute: int) -> None:
        self.limiter = AsyncLimiter(per_minute, 60.0)  # a leaky bucket used as a meter, which is a token bucket
        self.told = False

    def is_calm(self) -> bool:
        """Tell whether half of the bucket is there again: who goes on at the limit was told and knows."""
        return self.limiter.has_capacity(max(1.0, self.limiter.max_rate / 2))


class RateLimits:
    """A bucket for each person and each room. Bursts up to a minute's worth pass. Loses its memory with the process."""

    def __init__(self, settings: GuardsSettings) -> None:
        self._settings = settings
        self._buckets: LRUCache[object, _Bucket] = LRUCache(_REMEMBERED)

    async def take(self, address: Address, speaker_id: str) -> Pace:
        """Count a message of a person in a room and say whether it is one too many."""
        person = self._bucket((address.adapter, speaker_id), self._settings.person_per_minute)
        room = self._bucket(address, self._settings.room_per_minute)
        if person.limiter.has_capacity() and room.limiter.has_capacity():
            person.told = person.told and not person.is_calm()
            room.told = room.told and not room.is_calm()
            await person.limiter.acquire()  # at once, as there is capacity
            await room.limiter.acquire()
            return Pace.FINE
        slow = room if person.limiter.has_capacity() else person
        told, slow.told = slow.told, True
        return Pace.STILL_TOO_FAST if told else Pace.TOO_FAST

    def _bucket(self, key: object, per_minute: int) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(per_minute)
        return bucket


@dataclass(frozen=True, slots=True)
class Strikes:
    """How often somebody insulted the bot of late, and until when it keeps away from them."""

    count: int = 0
    last: datetime | None = None
    until: datetime | None = None

    def are_out(self, now: datetime) -> bool:
        """Tell whether the person is not answered now. A clock that was set back ends a cool-down early."""
        return self.until is not None and self.last is not None and self.last <= now < self.until

    def another(self, now: datetime) -> "Strikes":
        """Return the strikes after one more insult: two warnings, then a minute, ten, an hour, a day."""
        now = now.astimezone(UTC)  # in a zone with summer time, 24 hours by its clock may be 25
        forgiven = self.last is None or not timedelta(0) <= now - self.last <= _FORGIVEN_AFTER
        count = 1 if forgiven else self.count + 1
        if count <= _WARNINGS:
            return Strikes(count, now)
        return Strikes(count, now, now + _COOL_DOWNS[min(count - _WARNINGS, len(_COOL_DOWNS)) - 1])

    def to_json(self) -> dict[str, str | int | None]:
        """Return what ``from_json`` reads."""
        return {
            "count": self.count,
            "last": self.last.isoformat() if self.last else None,
            "until": self.until.isoformat() if self.until else None,
        }

    @classmethod
    def from_json(cls, stored: object) -> "Strikes":
        """Read stored strikes; nothing, or something that ``to_json`` cannot have written, is none."""
        match stored:
            case {"count": int(count), "last": str(last), "until": str() | None as until}:
                try:
                    strikes = cls(
                        count,
                        datetime.fromisoformat(last),
                        datetime.fromisoformat(until) if until is not None else None,
                    )
                    return strikes if strikes._are_possible() else cls()
                except ValueError:
                    return cls()
            case _:
                return cls()

    def _are_possible(self) -> bool:
        if self.count < 1 or self.last is None or self.last.tzinfo is None:
            return False
        if self.until is None:
            return True
        return self.until.tzinfo is not None and timedelta(0) < self.until - self.last <= _COOL_DOWNS[-1]
