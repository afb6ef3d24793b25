"""What is not kept any longer: old turns, the traces of answered messages, and what is left empty by that."""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, or_, select
from sqlalchemy.orm import aliased

from chatbot.history import people, turns
from chatbot.history.tables import ConversationRow, DataRow, InboxRow, OutboxRow, RoomRow, TurnRow

PAGE = 2_000
"""Rows deleted in one transaction, so that nobody waits long."""


def old_turns(connection: Connection, before: datetime, after: int) -> list[int]:
    """Return the next turns behind the id ``after`` that were said before a time."""
    found = select(TurnRow.id).where(TurnRow.id > after, TurnRow.said_at < before).order_by(TurnRow.id).limit(PAGE)
    return list(connection.scalars(found))


def old_tombstones(connection: Connection, before: datetime, after: int) -> list[int]:
    """Return the next inbox rows behind the id ``after`` that were done before a time."""
    found = select(InboxRow.id).where(InboxRow.id > after, InboxRow.done_at < before).order_by(InboxRow.id).limit(PAGE)
    return list(connection.scalars(found))


def delete_turns(connection: Connection, rows: list[int]) -> int:
    """Delete turns; return how many."""
    turns.drop_decoded()
    return connection.execute(delete(TurnRow).where(TurnRow.id.in_(rows))).rowcount


def delete_tombstones(connection: Connection, rows: list[int]) -> int:
    """Delete inbox rows that are done; return how many."""
    return connection.execute(delete(InboxRow).where(InboxRow.id.in_(rows))).rowcount


def tidy(connection: Connection) -> None:
    """Delete conversations without a turn, rooms without anything, and speakers without anything.

    A room's newest conversation stays, though empty, while an older one has turns: it says that those are past.
    """
    newer, any_turn, inside = aliased(ConversationRow), aliased(TurnRow), aliased(ConversationRow)
    superseded = exists().where(newer.room_id == ConversationRow.room_id, newer.id > ConversationRow.id)
    silent = ~exists().where(inside.room_id == ConversationRow.room_id, any_turn.conversation_id == inside.id)
    empty = ~exists().where(TurnRow.conversation_id == ConversationRow.id)
    connection.execute(delete(ConversationRow).where(and_(empty, or_(superseded, silent))))
    nothing_in = [
        ~exists().where(table.room_id == RoomRow.id) for table in (ConversationRow, InboxRow, OutboxRow, DataRow)
    ]
    connection.execute(delete(RoomRow).where(*nothing_in))
    people.drop_unheard(connection)
