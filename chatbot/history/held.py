"""What is held on a person, in numbers and in full. Functions of an open connection that only read."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from chatbot.history import inbox, outbox, people, rooms
from chatbot.history.records import Held, HeldData, Json
from chatbot.history.tables import ConversationRow, DataRow, InboxRow, OutboxRow, RoomRow, SpeakerRow, TurnRow
from chatbot.messages import Address, RoomKind


def held(connection: Connection, adapter: str, speaker_id: str) -> Held:
    """Return everything that is held on a person, in numbers."""
    row = people.person_row(connection, adapter, speaker_id)
    said_at = TurnRow.said_at
    count, first, last = connection.execute(
        select(func.count(TurnRow.id), func.min(said_at, type_=said_at.type), func.max(said_at, type_=said_at.type))
        .where(TurnRow.speaker_id == row)
    ).one()  # fmt: skip
    visited = rooms.visited(adapter, speaker_id, row).subquery()
    room_count = connection.scalar(select(func.count()).select_from(visited)) or 0
    waiting = len(inbox.unanswered_of(connection, adapter, speaker_id))
    return Held(count, room_count, first, last, waiting, tuple(_data(connection, row)))


def export_person(connection: Connection, adapter: str, speaker_id: str) -> dict[str, Json]:
    """Return everything that is held on a person, ready for ``json``.

    Of private rooms the bot's turns are part of it, as they answer nobody else; of groups only the person's own.
    """
    row = people.person_row(connection, adapter, speaker_id)
    name = None if row is None else connection.scalar(select(SpeakerRow.name).where(SpeakerRow.id == row))
    turns = _turns(connection, row)
    data: list[Json] = [
        {
            "plugin": value.plugin,
            "room": None if value.address is None else value.address.room,
            "key": value.key,
            "value": value.value,
            "updated_at": value.updated_at.isoformat(),
        }
        for value in _data(connection, row)
    ]
    waiting: list[Json] = [
        {
            "room": accepted.message.address.room,
            "message": accepted.message.id,
            "text": accepted.message.text,
            "sent_at": accepted.message.sent_at.isoformat(),
        }
        for accepted in inbox.unanswered_of(connection, adapter, speaker_id)
    ]
    return {
        "adapter": adapter,
        "speaker_id": speaker_id,
        "name": name or "",
        "turns": turns,
        "data": data,
        "waiting": waiting,
        "to_be_sent": _to_be_sent(connection, adapter, speaker_id),
        "received": _received(connection, adapter, speaker_id),
    }


def _turns(connection: Connection, row: int | None) -> list[Json]:
    """Return a person's turns, with the bot's of the private rooms they spoke in."""
    private = (
        select(ConversationRow.room_id)
        .join(TurnRow)
        .join(RoomRow, ConversationRow.room_id == RoomRow.id)
        .where(TurnRow.speaker_id == row, RoomRow.kind == RoomKind.PRIVATE.value)
    )
    own = select(TurnRow.id).where(TurnRow.speaker_id == row)
    bots = (
        select(TurnRow.id)
        .join(ConversationRow, TurnRow.conversation_id == ConversationRow.id)
        .join(SpeakerRow, TurnRow.speaker_id == SpeakerRow.id)
        .where(ConversationRow.room_id.in_(private), SpeakerRow.is_bot.is_(True))
    )
    found = connection.execute(
        select(
            RoomRow.room, ConversationRow.id.label("conversation"), TurnRow.text, TurnRow.said_at, TurnRow.message_id,
            SpeakerRow.is_bot,
        )
        .select_from(TurnRow)
        .join(SpeakerRow)
        .join(ConversationRow, TurnRow.conversation_id == ConversationRow.id)
        .join(RoomRow)
        .where(TurnRow.id.in_(own.union(bots)))
        .order_by(TurnRow.id)
    )  # fmt: skip
    return [
        {
            "room": turn.room,
            "conversation": turn.conversation,
            "is_bot": turn.is_bot,
            "text": turn.text,
            "message": turn.message_id,
            "said_at": turn.said_at.isoformat(),
        }
        for turn in found
    ]


def _data(connection: Connection, row: int | None) -> Sequence[HeldData]:
    """Return a person's values."""
    if row is None:  # else the values that are nobody's would be theirs
        return ()
    found = connection.execute(
        select(DataRow.plugin, DataRow.key, DataRow.value, DataRow.updated_at, RoomRow.adapter, RoomRow.room)
        .outerjoin(RoomRow, DataRow.room_id == RoomRow.id)
        .where(DataRow.speaker_id == row)
        .order_by(DataRow.plugin, DataRow.key, DataRow.id)
    )
    return [
        HeldData(
            value.plugin,
            None if value.room is None else Address(value.adapter, value.room),
            value.key,
            json.loads(value.value),
            value.updated_at,
        )
        for value in found
    ]


def _to_be_sent(connection: Connection, adapter: str, speaker_id: str) -> list[Json]:
    """Return what is still to be sent in answer to a person."""
    found = connection.execute(
        select(RoomRow.room, OutboxRow.text, OutboxRow.file_name, OutboxRow.choices, OutboxRow.created_at)
        .join(RoomRow, OutboxRow.room_id == RoomRow.id)
        .where(RoomRow.adapter == adapter, OutboxRow.to_speaker == speaker_id)
        .order_by(OutboxRow.id)
    )
    return [
        {
            "room": one.room,
            "text": one.text,
            "file": one.file_name,
            "choices": [choice.label for choice in outbox.choices_of(one.choices)],
            "created_at": one.created_at.isoformat(),
        }
        for one in found
    ]


def _received(connection: Connection, adapter: str, speaker_id: str) -> list[Json]:
    """Return the ids of messages that are done: they are kept so that none is answered twice."""
    found = connection.execute(
        select(RoomRow.room, InboxRow.message_id, InboxRow.received_at)
        .join(RoomRow, InboxRow.room_id == RoomRow.id)
        .where(RoomRow.adapter == adapter, InboxRow.speaker_id == speaker_id, InboxRow.done_at.is_not(None))
        .order_by(InboxRow.id)
    )
    return [{"room": one.room, "message": one.message_id, "received_at": one.received_at.isoformat()} for one in found]
