"""Where a database is: reads what people write for ``history.url``, and checks a file's path before it is opened."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from chatbot.errors import DatabaseUnavailable
from chatbot.history.failures import not_a_database, unwritable

# We call drivers from threads, so the asynchronous names people copy from elsewhere mean their plain counterparts.
_PLAIN_DRIVERS = {
    "sqlite+aiosqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql",
    "postgresql+asyncpg": "postgresql+psycopg",
    "postgresql+psycopg_async": "postgresql+psycopg",
}


@dataclass(frozen=True, slots=True)
class Location:
    """A database's address.

    ``file`` is the SQLite file, None for a server, for memory and for a ``file:`` URI; ``place`` names the database to
    people, without its password.
    """

    url: URL
    file: Path | None
    place: str

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite, in a file or in memory."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def is_memory(self) -> bool:
        """Whether it is gone when closed."""
        return self.is_sqlite and self.url.database in (None, "", ":memory:")


def locate(address: str | Path) -> Location:
    """Return where ``address``, an SQLAlchemy URL or a plain path, points.

    Raises:
        DatabaseUnavailable: it is no URL that SQLAlchemy understands.
    """
    text = str(address)
    if "://" not in text:
        text_is_memory = text in ("", ":memory:")
        url = URL.create("sqlite", database=None if text_is_memory else text)
    else:
        try:
            url = make_url(text)
        except (ArgumentError, ValueError) as error:  # the text may hold a password: it is not repeated
            raise DatabaseUnavailable(
                "history.url을 이해할 수 없어요. sqlite:///maldongmu.sqlite3 같은 모양으로 적어 주세요."
            ) from error
        url = url.set(drivername=_PLAIN_DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() != "sqlite":
        return Location(url, None, url.render_as_string(hide_password=True))
    if url.database in (None, "", ":memory:"):
        return Location(url, None, "메모리")
    if url.database.startswith("file:"):
        return Location(url, None, url.database)
    file = Path(url.database).expanduser()
    return Location(url.set(database=str(file)), file, str(file))


def check_file(file: Path, *, create: bool) -> None:
    """Refuse a path that no database can be written at, before SQLite touches anything.

    Raises:
        DatabaseUnavailable: with the reason; also for a file that is not there when ``create`` is False.
        DatabaseCorrupt: another kind of file is there.
    """
    if file.is_dir():
        raise DatabaseUnavailable(f"대화 기록 경로({file})가 폴더예요. 폴더 안의 파일 이름까지 적어 주세요.")
    if not file.parent.is_dir():
        raise DatabaseUnavailable(f"대화 기록을 둘 폴더({file.parent})가 없어요. 폴더를 만들거나 경로를 고쳐 주세요.")
    if not file.exists():
        if not create:
            raise DatabaseUnavailable(f"아직 대화 기록 파일({file})이 없어요. 경로가 맞는지 확인해 주세요.")
    elif not file.is_file():
        raise DatabaseUnavailable(f"대화 기록 경로({file})가 보통 파일이 아니에요. 다른 경로를 적어 주세요.")
    elif not os.access(file, os.W_OK | os.R_OK):
        raise unwritable(str(file))
    elif not _is_sqlite_or_empty(file):
        raise not_a_database(str(file))
    if not os.access(file.parent, os.W_OK | os.X_OK):  # SQLite keeps its -wal file beside the database
        raise unwritable(str(file))


def _is_sqlite_or_empty(file: Path) -> bool:
    """Look at a file's first bytes. SQLite takes a file of less than 512 bytes for an empty one and writes over it."""
    with file.open("rb") as opened:
        return opened.read(16) in (b"", b"SQLite format 3\0")
