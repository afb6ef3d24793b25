"""The rooms and their conversations. Functions of an open connection."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import CompoundSelect, Connection, delete, func, select

from chatbot.history import people
from chatbot.history.records import RoomSummary
from chatbot.history.statement import Statement
from chatbot.history.tables import ConversationRow, InboxRow, OutboxRow, RoomRow, TurnRow
from chatbot.messages import Address, RoomKind, utc_now

# Of two processes on a server that write into one room, the second waits here until the first has committed.
_FIND = Statement(
    "SELECT id, kind, gone_at FROM rooms WHERE adapter = :adapter AND room = :room", locking="FOR NO KEY UPDATE"
)
_ADD = Statement(
    "INSERT INTO rooms (adapter, room, created_at, kind) VALUES (:adapter, :room, :now, :kind) RETURNING id"
)
_KIND = Statement("SELECT kind FROM rooms WHERE adapter = :adapter AND room = :room")
_REFRESH = Statement("UPDATE rooms SET kind = :kind, gone_at = NULL, gone_why = NULL WHERE id = :id")
_MARK_GONE = Statement("UPDATE rooms SET gone_at = :now, gone_why = :why WHERE id = :id")
_CURRENT = Statement("""
    SELECT r.id, c.id,
        (SELECT t.place FROM turns t WHERE t.conversation_id = c.id ORDER BY t.place DESC, t.id DESC LIMIT 1)
    FROM rooms r LEFT JOIN conversations c
        ON c.id = (SELECT n.id FROM conversations n WHERE n.room_id = r.id ORDER BY n.id DESC LIMIT 1)
    WHERE r.adapter = :adapter AND r.room = :room
""")
_BEGIN = Statement("INSERT INTO conversations (room_id, begun_at) VALUES (:room, :now) RETURNING id")


class Place(NamedTuple):
    """Where a turn goes: rows of the room and the conversation, and its place in that."""

    room: int
    conversation: int
    place: int


def kind_of(connection: Connection, address: Address) -> RoomKind:
    """Return who is in a room besides the bot; one person where it is not known."""
    found = _KIND.row(connection, adapter=address.adapter, room=address.room)
    return RoomKind.PRIVATE if found is None else RoomKind(found[0])


def room_row(connection: Connection, address: Address) -> int | None:
    """Return the id of a room's row, None for one that is not there; only for what will write."""
    found = _FIND.row(connection, adapter=address.adapter, room=address.room)
    return None if found is None else found[0]


def make_room(connection: Connection, address: Address) -> int:
    """Return the id of a room's row, which is made if need be."""
    row = room_row(connection, address)
    return _add(connection, address, RoomKind.PRIVATE) if row is None else row


def enter(connection: Connection, address: Address, kind: RoomKind) -> int:
    """Return the id of a room's row, with its kind as it is now, and no longer marked as gone: someone speaks there."""
    found = _FIND.row(connection, adapter=address.adapter, room=address.room)
    if found is None:
        return _add(connection, address, kind)
    row, known_kind, gone_at = found
    if known_kind != kind or gone_at is not None:
        _REFRESH.run(connection, id=row, kind=kind.value)
    return row


def mark_gone(connection: Connection, address: Address, why: str) -> None:
    """Mark a room as one where nothing can be delivered, and drop what was to be."""
    row = room_row(connection, address)
    if row is not None:
        connection.execute(delete(OutboxRow).where(OutboxRow.room_id == row))
        _MARK_GONE.run(connection, id=row, now=utc_now(), why=why)


def lock(connection: Connection, address: Address) -> None:
    """Let nobody else write into a room until this transaction ends; SQLite's lets nobody write anywhere."""
    if connection.dialect.name != "sqlite":
        room_row(connection, address)


def next_place(connection: Connection, address: Address) -> Place:
    """Return where the next turn of a locked room goes; room and conversation begin with it if need be."""
    found = _CURRENT.row(connection, adapter=address.adapter, room=address.room)
    room, conversation, last = (_add(connection, address, RoomKind.PRIVATE), None, None) if found is None else found
    if conversation is None:
        conversation = _begin(connection, room)
    return Place(room, conversation, 0 if last is None else last + 1)


def begin_conversation(connection: Connection, address: Address) -> None:
    """Draw the line after which turns are context; nothing where no turn stands before it."""
    lock(connection, address)
    found = _CURRENT.row(connection, adapter=address.adapter, room=address.room)
    if found is not None and found[2] is not None:
        _begin(connection, found[0])


def visited(adapter: str, speaker_id: str, person: int | None) -> CompoundSelect[int]:
    """Return the query for the rooms in which a person spoke, also where nothing is left of it but the message's id."""
    said_in = select(ConversationRow.room_id).join(TurnRow).where(TurnRow.speaker_id == person)
    accepted_in = (
        select(InboxRow.room_id)
        .join(RoomRow, InboxRow.room_id == RoomRow.id)
        .where(RoomRow.adapter == adapter, InboxRow.speaker_id == speaker_id)
    )
    return said_in.union(accepted_in)


def rooms(connection: Connection) -> list[RoomSummary]:
    """Return every room, the one spoken in last first."""
    last_said_at = func.max(TurnRow.said_at, type_=TurnRow.said_at.type)
    summaries = (
        select(
            RoomRow.adapter, RoomRow.room, RoomRow.created_at, RoomRow.kind, RoomRow.gone_why,
            func.count(TurnRow.id), last_said_at,
        )
        .outerjoin(ConversationRow, ConversationRow.room_id == RoomRow.id)
        .outerjoin(TurnRow, TurnRow.conversation_id == ConversationRow.id)
        .group_by(RoomRow.id)
        .order_by(func.max(TurnRow.id).desc().nulls_last(), RoomRow.id)
    )  # fmt: skip
    return [
        RoomSummary(Address(adapter, room), count, created_at, said_at, RoomKind(kind), gone_why)
        for adapter, room, created_at, kind, gone_why, count, said_at in connection.execute(summaries)
    ]


def delete_rooms(connection: Connection, rows: Sequence[int]) -> int:
    """Delete rooms with all that is in them, and whoever spoke nowhere else; return how many turns that were."""
    count = connection.scalar(
        select(func.count(TurnRow.id))
        .join(ConversationRow, TurnRow.conversation_id == ConversationRow.id)
        .where(ConversationRow.room_id.in_(rows))
    )
    connection.execute(delete(RoomRow).where(RoomRow.id.in_(rows)))
    people.drop_unheard(connection)
    return count or 0


def _add(connection: Connection, address: Address, kind: RoomKind) -> int:
    added = _ADD.row(connection, adapter=address.adapter, room=address.room, now=utc_now(), kind=kind.value)
    assert added is not None
    return added[0]


def _begin(connection: Connection, room: int) -> int:
    begun = _BEGIN.row(connection, room=room, now=utc_now())
    assert begun is not None
    return begun[0]
