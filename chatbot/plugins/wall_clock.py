"""What the clock on the wall says and which moment that is, also on days when it is put forward or back.

Knows nothing of schedules.
"""

from datetime import UTC, datetime, timedelta, tzinfo

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def wall_of(moment: datetime, zone: tzinfo) -> datetime:
    """Return what the clock on the wall of a zone shows at a moment, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def moment_of(wall: datetime, zone: tzinfo) -> datetime:
    """Return the first moment, in UTC, at which the clock on the wall shows ``wall`` or is past it.

    That is the first of the two where it is put back, and the moment of the change where it is put forward over ``wall``.
    """
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if wall_of(moment, zone) == wall:
        return moment
    # PEP 495: in a gap fold=0 reckons with the offset before the change and fold=1 with the one after it, so that the
    # change lies between the two.
    change = first_change(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)
    assert change is not None
    return change


def first_change(after: datetime, until: datetime, zone: tzinfo) -> datetime | None:
    """Return the first moment in (after, until] at which the zone's offset changed, in UTC; None if it never does."""
    offset = _offset(after, zone)
    while after < until:
        end = min(after + _DAY, until)  # a zone that changes twice within a day has yet to be seen
        if _offset(end, zone) != offset:
            return _bisected(after, end, zone)
        after = end
    return None


def _bisected(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """Return the only change between two moments with different offsets. Changes take place at whole seconds."""
    offset = _offset(low, zone)
    while high - low > _SECOND:
        middle = low + (high - low) / 2
        if _offset(middle, zone) == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _offset(moment: datetime, zone: tzinfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
