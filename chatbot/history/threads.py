"""The threads on which an open database works, as the event loop sees them. Knows nothing of what is asked."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from chatbot.errors import HistoryError
from chatbot.history.batches import Batches, Worker
from chatbot.history.database import Database

Result = TypeVar("Result")
Work: TypeAlias = Callable[[Connection], Any]


class Threads:
    """One thread that writes, one that reads what every message needs, one for what takes long to read.

    In memory there is but one connection, so all of it queues with the writes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = Worker("history-write")
        self._writes = Batches[Work](self._writer, database.write_all)
        if database.location.is_memory:
            self._reader = self._student = self._writer
            self._reads = self._studies = self._writes
        else:
            self._reader = Worker("history-read")
            self._reads = Batches[Work](self._reader, database.read_all)
            self._student = Worker("history-study")
            self._studies = Batches[Work](self._student, database.read_all)
        self._closed = False

    async def prepare(self, *, create: bool) -> None:
        """Open the database.

        Raises:
            HistoryError: as ``Database.prepare``.
        """
        await self._writes.alone(partial(self._database.prepare, create=create))

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work``, which may be run again, in a transaction that is stored for good when this returns."""
        self._check()
        return await self._writes.add(work)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work``, which is quick and only reads."""
        self._check()
        return await self._reads.add(work)

    async def study(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work``, which only reads and may take long, where it holds nothing up."""
        self._check()
        return await self._studies.add(work)

    async def erase(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work``, then leave no trace in the file; also when nothing was found, as an earlier wipe may have failed."""

        def erase() -> Result:
            erased = self._database.write(work)
            self._database.wipe()
            return erased

        self._check()
        return await self._writes.alone(erase)

    async def close(self) -> None:
        """Close the database behind everything that is still queued, also when the caller is cancelled meanwhile."""
        self._closed = True
        await asyncio.shield(asyncio.ensure_future(self._close()))

    async def _close(self) -> None:
        for batches in {self._reads, self._studies} - {self._writes}:
            await batches.alone(lambda: None)
        await self._writes.alone(self._database.close)
        for thread in {self._writer, self._reader, self._student}:
            thread.end()

    def _check(self) -> None:
        if self._closed:
            raise HistoryError("대화 기록을 이미 닫았어요. 다시 연 뒤에 시도해 주세요.")
