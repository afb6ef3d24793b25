"""The messages that were accepted: each is answered once. Functions of an open connection."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chatbot.history import rooms
from chatbot.history.column_types import storable
from chatbot.history.records import Accepted
from chatbot.history.statement import Row, Statement
from chatbot.messages import Address, Incoming, RoomKind, Speaker, utc_now

_COLUMNS = "(room_id, message_id, speaker_id, payload, received_at)"
_ONCE = "ON CONFLICT (room_id, message_id) DO NOTHING RETURNING id"
# The common case in one statement: the room is known, of this kind, and not gone.
_ACCEPT = Statement(f"""
    INSERT INTO inbox {_COLUMNS} SELECT id, :message, :speaker, :payload, :now FROM rooms
    WHERE adapter = :adapter AND room = :room AND kind = :kind AND gone_at IS NULL {_ONCE}
""")
_ACCEPT_IN = Statement(f"INSERT INTO inbox {_COLUMNS} VALUES (:row, :message, :speaker, :payload, :now) {_ONCE}")
# The order of the joins is ours, as SQLite guesses another one and then walks through every message ever accepted.
_WAITING = "SELECT i.id, r.adapter, r.room, i.message_id, i.speaker_id, i.payload FROM"
_WAITING_ANYWHERE = Statement(f"""
    {_WAITING} inbox i CROSS JOIN rooms r
    WHERE i.id IN (SELECT w.id FROM inbox w WHERE w.done_at IS NULL) AND r.id = i.room_id AND r.adapter = :adapter
    ORDER BY i.id
""")
_WAITING_IN = Statement(f"""
    {_WAITING} rooms r CROSS JOIN inbox i
    WHERE r.adapter = :adapter AND r.room = :room AND i.room_id = r.id AND i.done_at IS NULL ORDER BY i.id
""")
_FIND = Statement(
    f"""
    {_WAITING} rooms r CROSS JOIN inbox i
    WHERE r.adapter = :adapter AND r.room = :room AND i.room_id = r.id AND i.message_id = :message AND i.done_at IS NULL
    """,
    locking="FOR UPDATE OF i",
)
_WAITS = Statement("SELECT 1 FROM inbox WHERE id = :id AND done_at IS NULL", locking="FOR UPDATE")
_FINISH = Statement(
    "UPDATE inbox SET done_at = :now, payload = NULL WHERE id = :id AND done_at IS NULL RETURNING speaker_id"
)
_CHANGE = Statement("UPDATE inbox SET payload = :payload WHERE id = :id")


def accept(connection: Connection, message: Incoming) -> Accepted | None:
    """Store a message that is to be answered; None if this one of its room was accepted before."""
    message = replace(
        message,
        text=storable(message.text),
        speaker=Speaker(message.speaker.id, storable(message.speaker.name), message.speaker.is_bot),
    )
    address, payload = message.address, _payload(message)
    found = _ACCEPT.row(
        connection, adapter=address.adapter, room=address.room, kind=message.room_kind.value, message=message.id,
        speaker=message.speaker.id, payload=payload, now=utc_now(),
    )  # fmt: skip
    if found is None:  # either it was accepted before, or the room is not as we want it
        row = rooms.enter(connection, address, message.room_kind)
        found = _ACCEPT_IN.row(
            connection, row=row, message=message.id, speaker=message.speaker.id, payload=payload, now=utc_now()
        )
    return None if found is None else Accepted(found[0], message)


def unanswered(connection: Connection, adapter: str, room: str | None) -> list[Accepted]:
    """Return what waits for an answer on an adapter or in one room of it, in the order of accepting."""
    if room is None:
        rows = _WAITING_ANYWHERE.rows(connection, adapter=adapter)
    else:
        rows = _WAITING_IN.rows(connection, adapter=adapter, room=room)
    return [_accepted(row) for row in rows]


def unanswered_of(connection: Connection, adapter: str, speaker_id: str) -> list[Accepted]:
    """Return a person's messages that wait for an answer, in the order of accepting."""
    return [one for one in unanswered(connection, adapter, None) if one.message.speaker.id == speaker_id]


def waits(connection: Connection, inbox_id: int) -> bool:
    """Tell whether a message waits; then no other process can finish it."""
    return _WAITS.row(connection, id=inbox_id) is not None


def finish(connection: Connection, inbox_id: int) -> str | None:
    """Mark a message that waits as done, and return the platform's id of whose it is; None if it does not wait.

    Its words go; what is left keeps it from being accepted again.
    """
    found = _FINISH.row(connection, id=inbox_id, now=utc_now())
    return None if found is None else found[0]


def edit_message(connection: Connection, address: Address, message_id: str, text: str) -> Accepted | None:
    """Change the text of a message that waits, and return it; None if it does not wait."""
    waiting = _waiting(connection, address, message_id)
    if waiting is None:
        return None
    message = replace(waiting.message, text=storable(text))
    _CHANGE.run(connection, id=waiting.id, payload=_payload(message))
    return Accepted(waiting.id, message)


def delete_message(connection: Connection, address: Address, message_id: str) -> Accepted | None:
    """Take a message that waits out, and return it; None if it does not wait."""
    waiting = _waiting(connection, address, message_id)
    if waiting is not None:
        finish(connection, waiting.id)
    return waiting


def change_text(connection: Connection, accepted: Accepted, text: str) -> None:
    """Put another text into a message that waits."""
    _CHANGE.run(connection, id=accepted.id, payload=_payload(replace(accepted.message, text=text)))


def _waiting(connection: Connection, address: Address, message_id: str) -> Accepted | None:
    row = _FIND.row(connection, adapter=address.adapter, room=address.room, message=message_id)
    return None if row is None else _accepted(row)


def _payload(message: Incoming) -> str:
    """Return what the columns do not hold of a message."""
    return json.dumps(
        {
            "text": message.text,
            "name": message.speaker.name,
            "is_bot": message.speaker.is_bot,
            "sent_at": message.sent_at.isoformat(),
            "room_kind": message.room_kind.value,
            "mentions_bot": message.mentions_bot,
            "replies_to_bot": message.replies_to_bot,
            "from_admin": message.from_admin,
        },
        ensure_ascii=False,  # so that wiping can be checked by looking for the words
    )


def _accepted(row: Row) -> Accepted:
    """Return a row of ``_WAITING``."""
    id, adapter, room, message_id, speaker_id, payload = row
    held: dict[str, Any] = json.loads(payload)
    message = Incoming(
        address=Address(adapter, room),
        id=message_id,
        speaker=Speaker(speaker_id, held["name"], held["is_bot"]),
        text=held["text"],
        sent_at=datetime.fromisoformat(held["sent_at"]),
        room_kind=RoomKind(held["room_kind"]),
        mentions_bot=held["mentions_bot"],
        replies_to_bot=held["replies_to_bot"],
        from_admin=held["from_admin"],
    )
    return Accepted(id, message)
