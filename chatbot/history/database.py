"""An open database: connections, transactions, wiping what was erased. Blocking; knows nothing of turns or rooms."""

import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, NullPool, QueuePool, StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, NoSuchModuleError

from chatbot.errors import DatabaseUnavailable
from chatbot.history.batches import Failed
from chatbot.history.failures import refusals
from chatbot.history.location import Location, check_file
from chatbot.history.schema import Shape, migrate, shape

Result = TypeVar("Result")
READERS = 2


class Database:
    """One write connection and a few that read. The caller makes sure that only one ``write`` runs at a time.

    On SQLite a commit survives a power cut, not only a killed process: in WAL mode ``synchronous=NORMAL`` already
    withstands the latter, and FULL adds one fsync a commit, which a chat can afford.
    """

    def __init__(self, location: Location, *, busy_seconds: float) -> None:
        self.location = location
        self._busy_seconds = busy_seconds
        self._writing = self._engine(begin="BEGIN IMMEDIATE", pragmas=("synchronous = FULL",), connections=1)
        self._held: dict[tuple[int, Engine], Connection] = {}
        if location.is_memory:
            self._reading = self._writing
        else:
            self._reading = self._engine(begin="BEGIN", pragmas=("query_only = ON",), connections=READERS)

    def prepare(self, *, create: bool) -> None:
        """Check that the database is ours and can be written, and bring it to the newest shape.

        Raises:
            HistoryError: one of its subclasses says why not; nothing was written then.
        """
        location = self.location
        if location.file is not None:
            check_file(location.file, create=create)
        with refusals(location.place):
            found = self._shape()
            if found is Shape.EMPTY and not create:
                raise DatabaseUnavailable(
                    f"대화 기록({location.place})이 아직 비어 있어요. 경로가 맞는지 확인해 주세요."
                )
            if location.file is not None and not location.file.exists():
                _create_private(location.file)
            if location.is_sqlite:
                self._pragmas("journal_mode = WAL")
            if found is not Shape.CURRENT:
                with self._writing.begin() as connection:
                    migrate(connection, location.place)
            if location.is_sqlite:
                self._probe_writing()

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` in one transaction, which is committed when this returns.

        Raises:
            HistoryError: the database refused; nothing of ``work`` was stored.
        """
        with refusals(self.location.place):
            for _ in range(2):
                # On a server, another process may insert the same room between our look and our insert: look again.
                try:
                    with self._begin(self._writing) as connection:
                        return work(connection)
                except IntegrityError:
                    continue
            with self._begin(self._writing) as connection:
                return work(connection)

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work``, which only reads, on one snapshot of the database."""
        with refusals(self.location.place), self._begin(self._reading) as connection:
            return work(connection)

    def write_all(self, works: Sequence[Callable[[Connection], Any]]) -> list[object]:
        """Run works in one transaction; return what each came to, a ``Failed`` with a HistoryError for a refusal.

        When one raises, all is taken back and each runs again in a transaction of its own, so that only it fails.
        """
        return self._together(self._writing, works, self.write)

    def read_all(self, works: Sequence[Callable[[Connection], Any]]) -> list[object]:
        """Run works that only read on one snapshot; return what each came to, as ``write_all`` does."""
        return self._together(self._reading, works, self.read)

    def wipe(self) -> None:
        """Leave no byte of erased rows in the SQLite file or its -wal. On a server this is the server's own business.

        ``secure_delete`` zeroed the rows in their pages already; VACUUM drops the copies that page splits leave behind.

        Raises:
            DatabaseUnavailable: the rows are gone, but another program still holds old pages in the -wal file.
        """
        if not self.location.is_sqlite or self.location.is_memory:
            return
        with refusals(self.location.place):
            busy = 0
            for statement in ("wal_checkpoint(TRUNCATE)", "VACUUM", "wal_checkpoint(TRUNCATE)"):
                busy = self._pragmas(statement)
            if busy:
                raise DatabaseUnavailable(
                    f"기록은 지웠지만 다른 프로그램이 데이터베이스({self.location.place})를 읽고 있어 "
                    "파일에 흔적이 남아 있어요. 그 프로그램을 닫으면 말동무를 끌 때 흔적도 없어져요."
                )

    def close(self) -> None:
        """Close every connection; the last one out folds the -wal file into the database."""
        for connection in self._held.values():
            connection.close()
        self._held.clear()
        self._reading.dispose()
        self._writing.dispose()

    def _together(
        self,
        engine: Engine,
        works: Sequence[Callable[[Connection], Any]],
        alone: Callable[[Callable[[Connection], Any]], Any],
    ) -> list[object]:
        """Run works in one transaction, or each in its own if one of them raises."""
        results: list[object] = []
        began = False
        try:
            if len(works) > 1:
                with refusals(self.location.place), self._begin(engine) as connection:
                    began = True
                    for work in works:
                        results.append(work(connection))
                return results
        except Exception as error:
            if not began or len(results) == len(works):  # the database is not to be had, or did not keep any of it
                return [Failed(error)] * len(works)
        return [_outcome(alone, work) for work in works]

    @contextmanager
    def _begin(self, engine: Engine) -> Generator[Connection]:
        """Begin a transaction, which ends with the block.

        On SQLite each thread holds on to its connections: to take one from the pool and give it back takes five times as
        long as to begin and end a transaction. On a server the pool sees to it that the connection still stands.
        """
        if not self.location.is_sqlite:
            with engine.begin() as connection:
                yield connection
            return
        key = (threading.get_ident(), engine)
        connection = self._held.get(key)
        if connection is None:
            connection = self._held[key] = engine.connect()
        with connection.begin():
            yield connection

    def _engine(self, *, begin: str, pragmas: tuple[str, ...], connections: int) -> Engine:
        """Return an engine. Parameters stay hidden, so that no message text gets into an exception or a log."""
        location = self.location
        if not location.is_sqlite:
            try:
                return create_engine(location.url, hide_parameters=True, pool_pre_ping=True, pool_size=connections)
            except (ModuleNotFoundError, NoSuchModuleError) as error:
                raise DatabaseUnavailable(
                    f"{location.url.drivername} 데이터베이스의 드라이버가 없어요. "
                    "PostgreSQL이라면 pip install 'psycopg[binary]'로 설치해 주세요."
                ) from error
        engine = create_engine(
            location.url,
            hide_parameters=True,
            connect_args={"timeout": self._busy_seconds, "isolation_level": None, "check_same_thread": False},
            **({"poolclass": StaticPool} if location.is_memory else {"poolclass": QueuePool, "pool_size": connections}),
        )

        def set_pragmas(connection: sqlite3.Connection, _: object) -> None:
            for pragma in ("foreign_keys = ON", "secure_delete = ON", *pragmas):
                connection.execute(f"PRAGMA {pragma}").close()

        def begin_transaction(connection: Connection) -> None:
            # Python's sqlite3 would begin lazily and without the write lock: the later upgrade fails with "database is
            # locked" at once, whatever the busy timeout. https://docs.sqlalchemy.org/en/21/dialects/sqlite.html
            connection.exec_driver_sql(begin)

        event.listen(engine, "connect", set_pragmas)
        event.listen(engine, "begin", begin_transaction)
        return engine

    def _shape(self) -> Shape:
        """Return the shape of the database, without changing a byte of a file that may turn out not to be ours."""
        file, place = self.location.file, self.location.place
        if file is None:
            with self._reading.begin() as connection:
                return shape(connection, place)
        if not file.exists() or file.stat().st_size == 0:
            return Shape.EMPTY
        # Even a connection that only reads may fold a -wal file into the database when it closes, unless it is mode=ro.
        address = f"{file.resolve().as_uri()}?mode=ro"
        engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(address, uri=True, timeout=self._busy_seconds),
            poolclass=NullPool,
            hide_parameters=True,
        )
        try:
            with engine.connect() as connection:
                return shape(connection, place)
        except DBAPIError as error:
            if not getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_READONLY"):
                raise
        # A process died in the middle of a write without WAL: only a connection that may write can roll that back.
        with self._writing.begin() as connection:
            return shape(connection, place)

    def _pragmas(self, statement: str) -> int:
        """Run a statement that SQLite refuses inside a transaction; return the first number of its answer, else 0."""
        with closing(self._writing.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(statement if statement == "VACUUM" else f"PRAGMA {statement}")
            row = cursor.fetchone()
            return row[0] if row and isinstance(row[0], int) else 0

    def _probe_writing(self) -> None:
        """Write the header as it is and take it back: opening and even BEGIN IMMEDIATE succeed on a read-only file."""
        with self._writing.connect() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar()
            connection.exec_driver_sql(f"PRAGMA user_version = {version}")
            connection.rollback()


def _outcome(alone: Callable[[Callable[[Connection], Any]], Any], work: Callable[[Connection], Any]) -> object:
    """Run one work; return its result or what it raised."""
    try:
        return alone(work)
    except Exception as error:
        return Failed(error)


def _create_private(file: Path) -> None:
    """Create an empty file that only its owner may read: people's chats go in, and SQLite's own would be open to all.

    Raises:
        DatabaseUnavailable: the file system refuses.
    """
    try:
        file.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnavailable(
            f"대화 기록 파일({file})을 만들 수 없어요({error.strerror}). 경로와 디스크를 확인해 주세요."
        ) from error
