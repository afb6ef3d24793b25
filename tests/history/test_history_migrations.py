"""The migrations and the tables agree, and opening does no more than it must."""

import asyncio
import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from chatbot.history import History
from chatbot.history.database import Database
from chatbot.history.location import locate
from chatbot.history.schema import HEAD, MIGRATIONS, REVISIONS, VERSION_TABLE, alembic_config
from chatbot.history.tables import Base
from chatbot.messages import Address, Incoming, RoomKind, Speaker, SpeechLevel, Turn


def differences(connection: Connection) -> list[object]:
    """Return what alembic would put into a new migration."""
    context = MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, Base.metadata))


def foreign_keys(connection: Connection) -> dict[str, set[tuple[str | None, str, str]]]:
    """Return each table's foreign keys with their ON DELETE, which alembic does not compare on SQLite."""
    inspector = inspect(connection)
    return {
        table: {
            (key["name"], key["referred_table"], str(key.get("options", {}).get("ondelete")))
            for key in inspector.get_foreign_keys(table)
        }
        for table in Base.metadata.tables
    }


# Neither alembic nor SQLAlchemy reads the index on expressions back from SQLite; a test below compares its SQL.
@pytest.mark.filterwarnings("ignore:.*expression-based index", "ignore:.*can't reflect these indexes")
def test_the_newest_revision_and_the_tables_agree(database_url: str) -> None:
    database = Database(locate(database_url), busy_seconds=5)
    database.prepare(create=True)
    assert database.read(differences) == []
    migrated = database.read(foreign_keys)
    database.close()

    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        declared = foreign_keys(connection)
        assert differences(connection) == []
        connection.execute(text("ALTER TABLE turns ADD COLUMN extra TEXT"))
        assert differences(connection) != []  # the comparison can fail
    engine.dispose()
    assert migrated == declared
    assert ("fk_turns_conversation_id", "conversations", "CASCADE") in declared["turns"]


def statements(connection: Connection) -> set[str]:
    """Return the CREATE INDEX statements of a SQLite database."""
    found = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
    return {" ".join(sql.split()) for (sql,) in found}


def test_the_indexes_are_declared_word_for_word_as_migrated() -> None:
    """Also those that alembic cannot compare: on expressions, and of a part of the rows."""
    migrated, declared = create_engine("sqlite://"), create_engine("sqlite://")
    with migrated.begin() as connection:
        command.upgrade(alembic_config(connection), "head")
        made = statements(connection)
    with declared.begin() as connection:
        Base.metadata.create_all(connection)
        assert statements(connection) == made
    assert [sql for sql in made if "coalesce" in sql]
    assert [sql for sql in made if "WHERE" in sql]
    for engine in (migrated, declared):
        engine.dispose()


OLD_ROWS = """
    INSERT INTO rooms (id, adapter, room, created_at) VALUES (1, 'console', '나', '{0}'), (2, 'console', '너', '{0}');
    INSERT INTO speakers (id, adapter, platform_id, is_bot, name) VALUES (1, 'console', 'u1', false, '민수');
    INSERT INTO conversations (id, room_id, begun_at) VALUES (1, 1, '{0}'), (2, 1, '{0}'), (3, 2, '{0}');
    INSERT INTO turns (id, conversation_id, speaker_id, text, source, level, said_at) VALUES
        (1, 1, 1, '옛 대화', 'person', NULL, '{0}'), (2, 3, 1, '다른 방', 'person', '반말', '{0}'),
        (4, 2, 1, '하나', 'person', NULL, '{0}'), (5, 3, 1, '다른 방 둘', 'person', NULL, '{0}'),
        (7, 2, 1, '둘', 'person', NULL, '{0}'), (9, 2, 1, '셋', 'person', NULL, '{0}');
    DELETE FROM turns WHERE id = 9
"""


def of_the_first_revision(database_url: str) -> None:
    """Make a database as the first version left it, with turns in it."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001_rooms_and_turns")
        for statement in OLD_ROWS.format("2026-01-02 03:04:05.000000+00").split(";"):
            if engine.dialect.name == "sqlite":
                statement = statement.replace("+00'", "'")
            connection.execute(text(statement))
        if engine.dialect.name == "postgresql":
            for table in ("rooms", "speakers", "conversations", "turns"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', 9)"))
    engine.dispose()


async def test_a_database_of_the_first_version_keeps_its_turns_and_goes_on(database_url: str) -> None:
    if database_url == "sqlite://":
        pytest.skip("what was in memory is not there any more")
    await asyncio.to_thread(of_the_first_revision, database_url)
    room = Address("console", "나")
    async with History.open(database_url) as history:
        stored = await history.turns(room)
        assert [(one.id, one.place, one.turn.text) for one in stored] == [(4, 0, "하나"), (7, 1, "둘")]
        assert stored[0].turn.said_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        other = await history.turns(Address("console", "너"))
        assert [(one.place, one.turn.level) for one in other] == [(0, SpeechLevel.CASUAL), (1, None)]
        assert len([turn async for turn in history.export()]) == 5
        assert {one.kind for one in await history.rooms()} == {RoomKind.PRIVATE}
        assert await history.accept(Incoming(room, "m1", Speaker("u1"), "이어서")) is not None
        assert await history.add_turn(room, Turn(Speaker("u1"), "셋")) > 9  # an id that was used does not come back
        assert [one.place for one in await history.turns(room)] == [0, 1, 2]


def test_a_downgrade_keeps_the_turns() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001_rooms_and_turns")
        before = statements(connection), inspect(connection).get_columns("turns")
        for statement in OLD_ROWS.format("2026-01-02 03:04:05.000000").split(";"):
            connection.execute(text(statement))
        rows = connection.execute(text("SELECT * FROM turns")).all()
        command.upgrade(alembic_config(connection), "head")
        assert connection.execute(text("SELECT place FROM turns ORDER BY id")).scalars().all() == [0, 0, 0, 1, 1]
        command.downgrade(alembic_config(connection), "0001_rooms_and_turns")
        assert connection.execute(text("SELECT * FROM turns")).all() == rows
        after = statements(connection), inspect(connection).get_columns("turns")
        assert (after[0], [str(column) for column in after[1]]) == (before[0], [str(column) for column in before[1]])
    engine.dispose()


def test_a_downgrade_removes_what_the_upgrade_made() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")
        command.downgrade(alembic_config(connection), "base")
        assert inspect(connection).get_table_names() == [VERSION_TABLE]
    engine.dispose()


def test_file_names_are_the_revisions() -> None:
    """The start looks at file names only, because importing alembic takes too long."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert sorted(script.revision for script in scripts.walk_revisions()) == REVISIONS
    assert scripts.get_current_head() == HEAD
    assert all(len(revision) <= 32 for revision in REVISIONS)  # alembic's version column


async def test_opening_a_current_database_does_not_import_alembic(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    async with History.open(file):
        pass
    code = """
import asyncio, sys
import chatbot.history
assert "sqlalchemy" not in sys.modules
from chatbot.history import History
async def main():
    async with History.open(sys.argv[1]): print("alembic" in sys.modules)
asyncio.run(main())
"""
    printed = await asyncio.to_thread(subprocess.check_output, [sys.executable, "-c", code, str(file)], text=True)
    assert printed == "False\n"


async def test_migrating_leaves_logging_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    root, ours = logging.getLogger(), logging.getLogger("chatbot.test")
    before = (root.level, list(root.handlers), ours.disabled, logging.getLogger("alembic").handlers)
    async with History.open(tmp_path / "a.sqlite3"):
        pass
    assert (root.level, list(root.handlers), ours.disabled, logging.getLogger("alembic").handlers) == before
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


async def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    file.touch()
    async with History.open(file) as history:
        assert await history.rooms() == []
