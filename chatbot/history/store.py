"""The history as the rest of the framework sees it: async, one writer at a time, durable when a call returns.

Each call is one transaction, run whole in a thread. That is faster than an asynchronous driver, which hops to its
thread for every statement, and a cancelled caller cannot leave a transaction half done: it is stored whole or, if its
turn in the queue had not come yet, not at all.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection

from chatbot.errors import HistoryError
from chatbot.history import queries
from chatbot.history.database import READERS, Database
from chatbot.history.location import locate
from chatbot.history.records import ExportedTurn, RoomSummary, SpeakerSummary, StoredTurn
from chatbot.messages import Address, Turn

Result = TypeVar("Result")
EXPORT_PAGE = 500


class History:
    """Every room's turns. Open it with ``History.open``; all methods may be called from many tasks at once.

    Every method raises a HistoryError, in Korean and without any message text, when the database refuses.
    """

    def __init__(self, database: Database, writer: ThreadPoolExecutor, readers: ThreadPoolExecutor) -> None:
        self._database = database
        self._writer = writer
        self._readers = readers
        self._closed = False

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str | Path, *, create: bool = True, busy_seconds: float = 30.0) -> AsyncGenerator[Self]:
        """Open the database at an SQLAlchemy URL or a plain path, migrating it if it is older than this version.

        ``create=False`` refuses a database that does not exist yet; ``busy_seconds`` is how long a call waits for
        another process that is writing.

        Raises:
            DatabaseUnavailable: path, permission, disk or server.
            DatabaseCorrupt: damaged, or not ours.
            DatabaseTooNew: a newer version wrote it.
        """
        database = Database(locate(url), busy_seconds=busy_seconds)
        # In memory there is but one connection, so reads queue with the writes.
        writer = ThreadPoolExecutor(1, "history-write")
        readers = writer if database.location.is_memory else ThreadPoolExecutor(READERS, "history-read")
        history = cls(database, writer, readers)
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(writer, partial(database.prepare, create=create))
            yield history
        finally:
            history._closed = True
            closing = loop.run_in_executor(writer, history._close)  # behind every write that is still queued
            writer.shutdown(wait=False)
            await asyncio.shield(closing)

    async def add_turn(self, address: Address, turn: Turn) -> int:
        """Append a turn to the room's current conversation; return its id. Stored for good when this returns."""
        return await self._write(lambda connection: queries.add_turn(connection, address, turn))

    async def turns(self, address: Address, limit: int = 40) -> list[StoredTurn]:
        """Return the last ``limit`` turns of the room's current conversation, oldest first."""
        return await self._read(lambda connection: queries.turns(connection, address, limit))

    async def begin_conversation(self, address: Address) -> None:
        """Begin a new conversation: the turns so far stay stored, but ``turns`` does not return them any more."""
        await self._write(lambda connection: queries.begin_conversation(connection, address))

    async def replace_turn(self, turn_id: int, turn: Turn) -> bool:
        """Put another turn in the place of a stored one; False if that one was removed or forgotten meanwhile."""
        return await self._write(lambda connection: queries.replace_turn(connection, turn_id, turn))

    async def remove_turn(self, turn_id: int) -> bool:
        """Remove a turn; False if it is gone already."""
        return await self._write(lambda connection: queries.remove_turn(connection, turn_id))

    async def rooms(self) -> list[RoomSummary]:
        """Return every room, the one spoken in last first."""
        return await self._read(queries.rooms)

    async def speakers(self) -> list[SpeakerSummary]:
        """Return everyone who spoke, bots too, in the order in which they were first seen."""
        return await self._read(queries.speakers)

    async def export(self, address: Address | None = None) -> AsyncIterator[ExportedTurn]:
        """Yield every turn of a room, or of all, whatever the conversation, in the order of storing.

        Memory stays flat: it reads page by page, and a turn added while it runs is exported too.
        """
        after = 0
        while page := await self._read(
            partial(queries.exported_turns, address=address, after=after, limit=EXPORT_PAGE)
        ):
            for turn in page:
                yield turn
            after = page[-1]["turn"]

    async def forget_room(self, address: Address) -> int:
        """Erase a room for good, every conversation; return how many turns that were.

        Raises:
            DatabaseUnavailable: also when they are erased but another program keeps old pages in the -wal file.
        """
        return await self._forget(lambda connection: queries.forget_room(connection, address))

    async def forget_speaker(self, adapter: str, speaker_id: str) -> int:
        """Erase a person for good; return how many turns that were.

        Rooms where no other person spoke go whole, with the bot's replies. In groups only that person's turns go.

        Raises:
            DatabaseUnavailable: also when they are erased but another program keeps old pages in the -wal file.
        """
        return await self._forget(lambda connection: queries.forget_speaker(connection, adapter, speaker_id))

    def _close(self) -> None:
        """Close the connections once no reader uses one any more."""
        if self._readers is not self._writer:
            self._readers.shutdown()
        self._database.close()

    async def _forget(self, work: Callable[[Connection], int]) -> int:
        """Erase, then leave no trace in the file; also when nothing was found, as an earlier wipe may have failed."""

        def erase() -> int:
            erased = self._database.write(work)
            self._database.wipe()
            return erased

        return await self._run(self._writer, erase)

    async def _write(self, work: Callable[[Connection], Result]) -> Result:
        return await self._run(self._writer, partial(self._database.write, work))

    async def _read(self, work: Callable[[Connection], Result]) -> Result:
        return await self._run(self._readers, partial(self._database.read, work))

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
        if self._closed:
            raise HistoryError("대화 기록을 이미 닫았어요. 다시 연 뒤에 시도해 주세요.")
        return await asyncio.get_running_loop().run_in_executor(threads, work)
