"""Column types that take whatever people type and give back the same on every database."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator


def storable(text: str) -> str:
    """Return ``text`` as every database can hold it: without NUL, and with U+FFFD for each lone surrogate.

    PostgreSQL refuses NUL and UTF-8 has no surrogates, so one of either would otherwise cost the whole turn.
    A high and a low surrogate side by side (JavaScript's way to an emoji) become the one character they mean.
    """
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class StorableText(TypeDecorator[str]):
    """Text of any length, passed through ``storable`` on its way in: in values and in comparisons alike."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean what goes to the database."""
        return None if value is None else storable(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A zone-aware point in time, stored in UTC. SQLite keeps no zone, so it is put back on reading.

    A naive time is taken for local time, as Python itself does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return it zone-aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
