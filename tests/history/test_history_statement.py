"""Statements that go straight to the driver store and read as the tables' own column types do."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select

from chatbot.errors import HistoryError
from chatbot.history.column_types import storable
from chatbot.history.database import Database
from chatbot.history.location import locate
from chatbot.history.statement import Statement, moment
from chatbot.history.tables import RoomRow

ADD = Statement("INSERT INTO rooms (adapter, room, created_at, kind) VALUES (:adapter, :room, :now, 'private')")
FIND = Statement(
    "SELECT room, created_at FROM rooms WHERE adapter = :adapter AND (created_at <= :now OR :now < created_at)"
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=ZONES)


@pytest.fixture(scope="module")
def memory() -> Database:
    database = Database(locate("sqlite://"), busy_seconds=1)
    database.prepare(create=True)
    return database


@given(room=st.text(st.characters(exclude_categories=[])), now=TIMES)
def test_a_row_is_the_same_whichever_way_it_was_stored(memory: Database, room: str, now: datetime) -> None:
    def both(connection: Connection) -> None:
        connection.execute(delete(RoomRow))
        ADD.run(connection, adapter="driver", room=room, now=now)
        connection.execute(insert(RoomRow), {"adapter": "core", "room": room, "created_at": now})
        raw = connection.exec_driver_sql("SELECT room, created_at FROM rooms").all()
        assert raw[0] == raw[1]
        [(stored, created_at)] = FIND.rows(connection, adapter="core", now=now)
        assert (stored, moment(created_at)) == (storable(room), now)
        assert moment(created_at).utcoffset() == timedelta(0)
        assert connection.scalar(select(RoomRow.created_at).where(RoomRow.adapter == "driver")) == now

    memory.write(both)


def test_names_may_come_in_any_order_and_more_than_once(memory: Database) -> None:
    statement = Statement("SELECT :b, :a, :b WHERE :a <> :b")
    assert memory.read(lambda connection: statement.rows(connection, a=1, b="둘")) == [("둘", 1, "둘")]
    assert memory.read(lambda connection: statement.row(connection, a=1, b=1)) is None


def test_how_many_rows_were_changed_is_told(memory: Database) -> None:
    def work(connection: Connection) -> list[int]:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        added = [ADD.run(connection, adapter="수", room=str(number), now=now) for number in range(3)]
        return [*added, Statement("DELETE FROM rooms WHERE adapter = :adapter").run(connection, adapter="수")]

    assert memory.write(work) == [1, 1, 1, 3]


def test_a_refusal_is_a_history_error_without_the_values(tmp_path: Path) -> None:
    database = Database(locate(tmp_path / "a.sqlite3"), busy_seconds=1)
    database.prepare(create=True)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    database.write(lambda connection: ADD.run(connection, adapter="비밀", room="비밀", now=now))
    with pytest.raises(HistoryError) as caught:
        database.write(lambda connection: ADD.run(connection, adapter="비밀", room="비밀", now=now))
    assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)
    assert "비밀" not in f"{caught.value} {caught.value.__cause__}"
    database.close()
