"""The migrations and the tables agree, and opening does no more than it must."""

import asyncio
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from chatbot.history import History
from chatbot.history.database import Database
from chatbot.history.location import locate
from chatbot.history.schema import HEAD, MIGRATIONS, REVISIONS, VERSION_TABLE, alembic_config
from chatbot.history.tables import Base


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


def test_a_downgrade_removes_what_the_upgrade_made() -> None:
    from alembic import command

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
