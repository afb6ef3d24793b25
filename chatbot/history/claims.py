"""Who may answer where: a name is claimed by one process at a time on one database, until it lets go or dies."""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import NullPool, create_engine, text

from chatbot.history.column_types import storable
from chatbot.history.failures import refusals, unwritable
from chatbot.history.location import Location

# The schema belongs to the name, as two schemas of one server's database are two histories.
_TRY = text("SELECT pg_try_advisory_lock(hashtextextended(current_schema() || ':' || :name, 0))")


class Claims:
    """The claims on one database. Blocking; the operating system or the server lets go of a dead process's."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self._held: set[str] = set()

    @contextmanager
    def hold(self, name: str) -> Generator[bool]:
        """Claim a name until the block ends; False if somebody else has it.

        On a server the claim ends with its connection, so also when that one is lost.

        Raises:
            DatabaseUnavailable: the lock file cannot be written, or the server not be reached.
        """
        name = storable(name)
        if self._location.file is not None:
            holding = self._by_file(self._location.file, name)
        elif self._location.is_sqlite:
            holding = self._by_memory(name)
        else:
            holding = self._by_server(name)
        with holding as mine:
            yield mine

    @contextmanager
    def _by_file(self, file: Path, name: str) -> Generator[bool]:
        """Lock a file beside the database: SQLite's own locks end with each transaction."""
        file = file.resolve()
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        lock = FileLock(file.with_name(f"{file.name}.{digest}.lock"), mode=0o600, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        except OSError as error:
            raise unwritable(str(file)) from error
        try:
            yield True
        finally:
            lock.release()

    @contextmanager
    def _by_memory(self, name: str) -> Generator[bool]:
        """Nobody else has this database; but two bots of this process may share it."""
        if name in self._held:
            yield False
            return
        self._held.add(name)
        try:
            yield True
        finally:
            self._held.discard(name)

    @contextmanager
    def _by_server(self, name: str) -> Generator[bool]:
        """Take an advisory lock on a connection of its own, which stays open but in no transaction."""
        engine = create_engine(
            self._location.url, hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with refusals(self._location.place):
            connection = engine.connect()
        try:
            with refusals(self._location.place):
                mine = connection.execute(_TRY, {"name": name}).scalar_one()
            yield mine
        finally:
            connection.close()
