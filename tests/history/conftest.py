"""Databases to test against: a SQLite file, memory, and PostgreSQL if MALDONGMU_TEST_POSTGRES is a server's URL."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from chatbot.history import History


@pytest.fixture(params=["file", "memory", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of an empty database, one of each kind."""
    if request.param == "file":
        yield f"sqlite:///{tmp_path}/기록.sqlite3"
    elif request.param == "memory":
        yield "sqlite://"
    else:
        server = os.environ.get("MALDONGMU_TEST_POSTGRES")
        if not server:
            pytest.skip("MALDONGMU_TEST_POSTGRES, the URL of a PostgreSQL server to test against, is not set")
        name = f"test_{uuid4().hex}"
        engine = create_engine(server)
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        url = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
        yield url.render_as_string(hide_password=False)
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()


@pytest.fixture
async def history(database_url: str) -> AsyncIterator[History]:
    """Yield an open, empty history."""
    async with History.open(database_url) as opened:
        yield opened
