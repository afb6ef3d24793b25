"""The history as the rest of the framework sees it: async, one writer at a time, durable when a call returns.

Each call is one transaction, or part of one that it shares with calls made at the same time (see ``batches``), run whole
in a thread. That is faster than an asynchronous driver, which hops to its thread for every statement, and a cancelled
caller cannot leave a transaction half done: it is stored whole or, if its turn had not come yet, not at all.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection

from chatbot.history import commits, data, erasing, forget, held, inbox, outbox, people, rooms, turns
from chatbot.history.claims import Claims
from chatbot.history.database import Database
from chatbot.history.location import locate
from chatbot.history.records import (
    TRAINING_CONSENT,
    Accepted,
    Commit,
    ExportedTurn,
    Held,
    Json,
    Pending,
    Put,
    RoomSummary,
    Scope,
    SpeakerSummary,
    StoredTurn,
)
from chatbot.history.threads import Threads
from chatbot.messages import Address, Incoming, RoomKind, Speaker, Turn

Result = TypeVar("Result")
EXPORT_PAGE = 500
MOST_PEOPLE = 200


class History:
    """Every room's turns, what waits to be answered or sent, and values under keys.

    Open it with ``History.open``; all methods may be called from many tasks at once. Every method raises a HistoryError,
    in Korean and without any message text, when the database refuses.
    """

    def __init__(self, threads: Threads, claims: Claims) -> None:
        self._threads = threads
        self._claims = claims

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
        location = locate(url)
        threads = Threads(Database(location, busy_seconds=busy_seconds))
        try:
            await threads.prepare(create=create)
            yield cls(threads, Claims(location))
        finally:
            await threads.close()

    async def accept(self, message: Incoming) -> Accepted | None:
        """Store a message that is to be answered; None if this one was accepted before, be it answered or not."""
        return await self._threads.write(lambda connection: inbox.accept(connection, message))

    async def unanswered(self, adapter: str, room: str | None = None) -> list[Accepted]:
        """Return what waits for an answer on an adapter or in one room of it, in the order of accepting."""
        return await self._threads.read(lambda connection: inbox.unanswered(connection, adapter, room))

    async def commit(self, commit: Commit) -> tuple[Pending, ...] | None:
        """Store what answering changes, all of it at once, and return the replies to be sent.

        None, and nothing is stored, if a message that it answers is done or gone already, or the turn that it replaces
        is gone: somebody else answered, deleted or erased it meanwhile.
        """
        return await self._threads.write(lambda connection: commits.commit(connection, commit))

    async def edit_message(self, address: Address, message_id: str, text: str) -> Accepted | None:
        """Change the text of a person's message; return it if it still waits for an answer."""

        def work(connection: Connection) -> Accepted | None:
            waiting = inbox.edit_message(connection, address, message_id, text)
            if waiting is None:
                turns.edit_message(connection, address, message_id, text)
            return waiting

        return await self._threads.write(work)

    async def delete_message(self, address: Address, message_id: str) -> Accepted | None:
        """Delete a person's message; return it if it still waited for an answer, which it does no more."""

        def work(connection: Connection) -> Accepted | None:
            waiting = inbox.delete_message(connection, address, message_id)
            if waiting is None:
                turns.delete_message(connection, address, message_id)
            return waiting

        return await self._threads.write(work)

    async def undelivered(self, adapter: str, room: str | None = None) -> list[Pending]:
        """Return what waits to be sent on an adapter or in one room of it, in the order of sending."""
        return await self._threads.read(lambda connection: outbox.undelivered(connection, adapter, room))

    async def delivered(self, pending_id: int, sent_id: str | None) -> None:
        """Note that a message was sent, under the platform's id if it has one."""
        await self._threads.write(lambda connection: outbox.delivered(connection, pending_id, sent_id))

    async def postpone(self, pending_id: int, attempts: int, not_before: datetime) -> None:
        """Note how many attempts at sending failed, and when the next may be made."""
        await self._threads.write(lambda connection: outbox.postpone(connection, pending_id, attempts, not_before))

    async def drop(self, pending_id: int) -> None:
        """Give up sending one message."""
        await self._threads.write(lambda connection: outbox.drop(connection, pending_id))

    async def mark_gone(self, address: Address, why: str) -> None:
        """Give up a room until somebody speaks there again: what was to be sent to it is dropped."""
        await self._threads.write(lambda connection: rooms.mark_gone(connection, address, why))

    async def add_turn(self, address: Address, turn: Turn) -> int:
        """Append a turn to the room's current conversation; return its id. Stored for good when this returns."""
        return await self._threads.write(lambda connection: turns.add_turn(connection, address, turn))

    async def turns(self, address: Address, limit: int = 40) -> list[StoredTurn]:
        """Return the room's last turns, oldest first, made up of at most ``limit`` messages of its conversation."""
        return await self._threads.read(lambda connection: turns.turns(connection, address, limit))

    async def begin_conversation(self, address: Address) -> None:
        """Begin a new conversation: the turns so far stay stored, but ``turns`` does not return them any more."""
        await self._threads.write(lambda connection: rooms.begin_conversation(connection, address))

    async def replace_turn(self, turn_id: int, turn: Turn) -> bool:
        """Put another turn in the place of a stored one; False if that one was removed or forgotten meanwhile."""
        return await self._threads.write(lambda connection: turns.replace_turn(connection, turn_id, turn))

    async def remove_turn(self, turn_id: int) -> bool:
        """Remove a turn; False if it is gone already."""
        return await self._threads.write(lambda connection: turns.remove_turn(connection, turn_id))

    async def get(self, scope: Scope, key: str) -> Json:
        """Return the value under a key of a scope, None where there is none."""
        return await self._threads.read(lambda connection: data.get(connection, scope, key))

    async def items(self, scope: Scope) -> dict[str, Json]:
        """Return every value of a scope under its key."""
        return await self._threads.read(lambda connection: data.items(connection, scope))

    async def size(self, scope: Scope) -> int:
        """Return how many characters the values of a scope take, as JSON."""
        return await self._threads.read(lambda connection: data.size(connection, scope))

    async def by_speaker(self, plugin: str, address: Address, key: str) -> dict[str, Json]:
        """Return every person's value under a key in a room, by their id on the platform."""
        return await self._threads.read(lambda connection: data.by_speaker(connection, plugin, address, key))

    async def jobs(self, adapter: str | None, room: str | None = None) -> list[tuple[Scope, str, Json]]:
        """Return the stored jobs (values whose key begins with ``JOB``), each with its scope and key.

        Those of an adapter's rooms or of one room of it; with ``adapter=None`` those that belong to no room.
        """
        return await self._threads.read(lambda connection: data.jobs(connection, adapter, room))

    async def people(self, address: Address) -> list[Speaker]:
        """Return the people (no bots) among those who spoke in a room of late: at most 200, who spoke last first."""
        return await self._threads.read(lambda connection: turns.spoke(connection, address, MOST_PEOPLE))

    async def room_kind(self, address: Address) -> RoomKind:
        """Return who is in a room besides the bot; one person where it is not known."""
        return await self._threads.read(lambda connection: rooms.kind_of(connection, address))

    async def private_room(self, adapter: str, speaker_id: str) -> Address | None:
        """Return the private room in which a person spoke last; None if there is none that can be delivered to."""
        return await self._threads.read(lambda connection: turns.private_room(connection, adapter, speaker_id))

    async def put(self, *puts: Put) -> None:
        """Store values, all of them or none."""

        def work(connection: Connection) -> None:
            for put in puts:
                data.put(connection, put)

        await self._threads.write(work)

    async def consented(self, key: str = TRAINING_CONSENT) -> list[tuple[str, str]]:
        """Return adapter and id of everyone of whom the framework keeps a consent under ``key``."""
        return await self._threads.study(lambda connection: data.consented(connection, key))

    async def rooms(self) -> list[RoomSummary]:
        """Return every room, the one spoken in last first."""
        return await self._threads.study(rooms.rooms)

    async def speakers(self) -> list[SpeakerSummary]:
        """Return everyone who spoke, bots too, in the order in which they were first seen."""
        return await self._threads.study(people.speakers)

    async def held(self, adapter: str, speaker_id: str) -> Held:
        """Return everything that is held on a person, in numbers."""
        return await self._threads.study(lambda connection: held.held(connection, adapter, speaker_id))

    async def export_person(self, adapter: str, speaker_id: str) -> dict[str, Json]:
        """Return everything that is held on a person, ready for ``json``; of private rooms also what the bot said."""
        return await self._threads.study(lambda connection: held.export_person(connection, adapter, speaker_id))

    async def export(self, address: Address | None = None) -> AsyncIterator[ExportedTurn]:
        """Yield every turn of a room, or of all, whatever the conversation, in the order of storing.

        Memory stays flat: it reads page by page, and a turn added while it runs is exported too.
        """
        after = 0
        while page := await self._threads.study(
            partial(turns.exported_turns, address=address, after=after, limit=EXPORT_PAGE)
        ):
            for turn in page:
                yield turn
            after = page[-1]["turn"]

    async def forget_room(self, address: Address) -> int:
        """Erase a room for good, every conversation; return how many turns that were.

        Raises:
            DatabaseUnavailable: also when they are erased but another program keeps old pages in the -wal file.
        """
        return await self._threads.erase(lambda connection: forget.forget_room(connection, address))

    async def forget_speaker(self, adapter: str, speaker_id: str) -> int:
        """Erase a person for good; return how many turns that were.

        Rooms where no other person spoke go whole, with the bot's replies. In groups that person's turns go, and their
        name and longer quotes of their words in what others said. Only that they are blocked outlives it.

        Raises:
            DatabaseUnavailable: also when they are erased but another program keeps old pages in the -wal file.
        """
        return await erasing.forget_speaker(self._threads, adapter, speaker_id)

    async def prune(self, turns_before: datetime | None, tombstones_before: datetime) -> int:
        """Erase turns said before a time, the traces of messages answered before another, and what that leaves empty.

        Returns how many turns went. With ``turns_before=None`` they all stay.

        Raises:
            DatabaseUnavailable: also when they are erased but another program keeps old pages in the -wal file.
        """
        return await erasing.prune(self._threads, turns_before, tombstones_before)

    @asynccontextmanager
    async def claim(self, name: str) -> AsyncGenerator[bool]:
        """Claim the adapter or room ``name`` on this database until the context ends; False if another process has it.

        A process that dies, however it does, lets go of it.
        """
        claim = ExitStack()
        entering = asyncio.ensure_future(asyncio.to_thread(claim.enter_context, self._claims.hold(name)))
        try:
            yield await asyncio.shield(entering)
        finally:
            await asyncio.wait({entering})  # who is cancelled before it has begun may have the claim by now
            await asyncio.shield(asyncio.to_thread(claim.close))
