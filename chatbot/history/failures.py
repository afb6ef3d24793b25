"""From a driver's exception to one Korean sentence. The sentences name the database, never what was being written."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, TimeoutError

from chatbot.errors import DatabaseCorrupt, DatabaseUnavailable, HistoryError


@contextmanager
def refusals(place: str) -> Generator[None]:
    """Raise a HistoryError for whatever the database ``place`` refuses inside the block; let our own mistakes pass."""
    try:
        yield
    except DBAPIError as error:
        raise refusal(error.orig or error, place) from error
    except (sqlite3.Error, TimeoutError) as error:
        raise refusal(error, place) from error


def refusal(error: BaseException, place: str) -> HistoryError:
    """Return what to tell people about ``error``, which the database ``place`` raised."""
    name = getattr(error, "sqlite_errorname", None)
    if isinstance(error, sqlite3.Error):
        return _sqlite_refusal(name or "", place)
    kind = type(error).__name__
    if kind == "OperationalError":
        return DatabaseUnavailable(
            f"대화 기록 서버({place})에 연결할 수 없어요. 서버가 켜져 있는지, 주소와 계정이 맞는지 확인해 주세요."
        )
    if kind == "InsufficientPrivilege":
        return DatabaseUnavailable(f"대화 기록 서버({place})에 쓸 권한이 없어요. 계정의 권한을 확인해 주세요.")
    return HistoryError(f"대화 기록 데이터베이스({place})가 요청을 거절했어요({kind}). 서버의 로그를 확인해 주세요.")


def _sqlite_refusal(name: str, place: str) -> HistoryError:
    """Return the refusal for SQLite's result code ``name`` (extended codes begin with their primary code)."""
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")):
        return not_a_database(place)
    if name.startswith("SQLITE_FULL"):
        return DatabaseUnavailable(
            f"디스크가 가득 차서 대화 기록({place})을 저장할 수 없어요. 공간을 비운 뒤 다시 시도해 주세요."
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return unwritable(place)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseUnavailable(
            f"다른 프로그램이 대화 기록({place})을 오래 붙잡고 있어요. 그 프로그램을 닫고 다시 시도해 주세요."
        )
    if name.startswith("SQLITE_CANTOPEN"):
        return DatabaseUnavailable(
            f"대화 기록 파일({place})을 열 수 없어요. 경로가 맞는지, 폴더에 쓸 수 있는지 확인해 주세요."
        )
    if name.startswith("SQLITE_IOERR"):
        return DatabaseUnavailable(
            f"대화 기록({place})을 읽거나 쓰다가 디스크 오류가 났어요. 디스크와 남은 공간을 확인해 주세요."
        )
    if name == "SQLITE_ERROR":  # such as "no such table": someone changed the tables under us
        return DatabaseCorrupt(
            f"대화 기록 파일({place})의 표가 말동무가 만든 것과 달라요. "
            "파일을 다른 곳에 옮겨 두고 다시 시작하거나, 백업을 되돌려 주세요."
        )
    return HistoryError(f"대화 기록 파일({place})이 요청을 거절했어요({name or 'SQLite'}).")


def not_a_database(place: str) -> DatabaseCorrupt:
    """Return the refusal for a file that is damaged or of another kind."""
    return DatabaseCorrupt(
        f"대화 기록 파일({place})이 손상되었거나 SQLite 데이터베이스가 아니에요. "
        "파일을 다른 곳에 옮겨 두고 다시 시작하거나, 백업을 되돌려 주세요."
    )


def unwritable(place: str) -> DatabaseUnavailable:
    """Return the refusal for a database that can be read but not written."""
    return DatabaseUnavailable(
        f"대화 기록({place})에 쓸 수 없어요. 파일과 폴더가 읽기 전용인지, 쓰기 권한이 있는지 확인해 주세요."
    )
