"""Which shape a database has, and how it gets the newest one. Imports alembic only when there is something to do."""

from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from chatbot.errors import DatabaseCorrupt, DatabaseTooNew

if TYPE_CHECKING:
    from alembic.config import Config

VERSION_TABLE = "maldongmu_version"  # not alembic's default name: another program's database must not pass for ours
MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = sorted(file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
HEAD = REVISIONS[-1]


class Shape(Enum):
    """What a database holds."""

    EMPTY = auto()
    OLDER = auto()
    CURRENT = auto()


def shape(connection: Connection, place: str) -> Shape:
    """Return the shape of a database, reading only.

    Raises:
        DatabaseTooNew: its revision is not one of ours.
        DatabaseCorrupt: it holds another program's tables (on a server: tables of our names that are not ours).
    """
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        ours = {"rooms", "speakers", "conversations", "turns", "inbox", "outbox", "data"}
        if tables if connection.dialect.name == "sqlite" else tables & ours:
            raise DatabaseCorrupt(
                f"대화 기록 데이터베이스({place})에 다른 프로그램의 표가 들어 있어요. 건드리지 않았으니, "
                "설정의 history.url에 다른 이름을 적어 주세요."
            )
        return Shape.EMPTY
    revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    if revision is None:
        return Shape.EMPTY
    if revision not in REVISIONS:
        raise DatabaseTooNew(
            f"대화 기록 데이터베이스({place})를 더 새로운 말동무가 저장했어요(판 {revision}). 건드리지 않았으니, "
            "말동무를 업데이트하거나 다른 데이터베이스를 골라 주세요."
        )
    return Shape.CURRENT if revision == HEAD else Shape.OLDER


def migrate(connection: Connection, place: str) -> None:
    """Bring a database to the newest revision inside the transaction of ``connection``: all the steps or none.

    The shape is looked at again, because another process may have migrated while this one waited for the lock.
    """
    if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE is such a lock already
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('maldongmu_migrate'))"))
    if shape(connection, place) is Shape.CURRENT:
        return
    from alembic import command  # takes a third of a second

    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> "Config":
    """Return an alembic configuration that works on ``connection`` and needs no alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
