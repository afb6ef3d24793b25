"""A statement that runs for every message. Knows how each database wants it, and nothing of what is asked.

Executing a SELECT takes SQLAlchemy Core 75 µs and an INSERT 90 µs, where SQLite's own driver takes 2 and 8 (Python 3.11,
SQLAlchemy 2.1, one slow core). A message needs about a dozen, so on SQLite these go straight to the driver, inside the
transaction of SQLAlchemy's connection. On a server the way there takes longer than Core does.
"""

import re
import sqlite3
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, text

from chatbot.history.column_types import storable

Value: TypeAlias = "bool | int | str | datetime | None"
Row: TypeAlias = tuple[Any, ...]


_NAME = re.compile(r":(\w+)")


class Statement:
    """SQL that SQLite and PostgreSQL read alike, with ``:name`` for each value.

    Strings become ``storable`` and times UTC, as the column types of the tables have it; times come back through ``moment``.

    Args:
        locking: what PostgreSQL needs behind it. SQLite locks the whole database before it writes.
    """

    def __init__(self, sql: str, *, locking: str = "") -> None:
        self._numbered = _NAME.sub("?", sql)  # SQLite's driver takes a tuple in half the time of a dict
        self._names = _NAME.findall(sql)
        self._portable = text(f"{sql} {locking}")

    def rows(self, connection: Connection, **values: Value) -> list[Row]:
        """Execute it and return all of its rows."""
        if connection.dialect.name == "sqlite":
            return self._on_sqlite(connection, values).fetchall()
        return [tuple(row) for row in connection.execute(self._portable, _portable(values))]

    def row(self, connection: Connection, **values: Value) -> Row | None:
        """Execute it and return its first row, if it has any."""
        rows = self.rows(connection, **values)  # all of them: SQLite holds a statement open that is not read to its end
        return rows[0] if rows else None

    def run(self, connection: Connection, **values: Value) -> int:
        """Execute it and return how many rows it changed."""
        if connection.dialect.name == "sqlite":
            return self._on_sqlite(connection, values).rowcount
        return connection.execute(self._portable, _portable(values)).rowcount

    def _on_sqlite(self, connection: Connection, values: dict[str, Value]) -> sqlite3.Cursor:
        driver = cast(sqlite3.Connection, connection.connection.driver_connection)
        try:
            return driver.execute(self._numbered, [_for_sqlite(values[name]) for name in self._names])
        except UnicodeEncodeError:  # a lone surrogate: too rare to look for it in every string
            storables = _portable(values)
            return driver.execute(self._numbered, [_for_sqlite(storables[name]) for name in self._names])


def moment(stored: str | datetime) -> datetime:
    """Return a time that a statement read, zone-aware in UTC: SQLite gives text without a zone."""
    if isinstance(stored, str):
        return datetime.fromisoformat(stored + "+00:00")
    return stored.astimezone(UTC)


def _for_sqlite(value: Value) -> Value:
    if isinstance(value, str):
        return storable(value) if "\0" in value else value
    if isinstance(value, datetime):  # as SQLAlchemy's DateTime writes it, so that both compare: without a zone
        return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
    return value


def _portable(values: dict[str, Value]) -> dict[str, Value]:
    return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
