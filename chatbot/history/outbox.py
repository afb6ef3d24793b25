"""The bot's messages that wait to be sent. Functions of an open connection."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from chatbot.history.column_types import storable
from chatbot.history.records import Pending
from chatbot.history.redaction import Redaction
from chatbot.history.statement import Row, Statement, moment
from chatbot.history.tables import OutboxRow
from chatbot.messages import Address, Choice, File, Outgoing, utc_now

_ADD = Statement("""
    INSERT INTO outbox
        (room_id, turn_id, to_speaker, text, reply_to, file_name, file_content, choices, created_at, attempts)
    VALUES (:room, :turn, :to_speaker, :text, :reply_to, :file_name, :file_content, :choices, :now, 0) RETURNING id
""")
_PENDING = """
    SELECT o.id, r.adapter, r.room, o.text, o.reply_to, o.file_name, o.file_content, o.choices, o.attempts, o.not_before
    FROM outbox o JOIN rooms r ON r.id = o.room_id
    WHERE r.adapter = :adapter
"""
_PENDING_ANYWHERE = Statement(f"{_PENDING} ORDER BY o.id")
_PENDING_IN = Statement(f"{_PENDING} AND r.room = :room ORDER BY o.id")
_TAKE = Statement("DELETE FROM outbox WHERE id = :id RETURNING turn_id")
_NAME_TURN = Statement("UPDATE turns SET message_id = :message WHERE id = :turn")
_POSTPONE = Statement("UPDATE outbox SET attempts = :attempts, not_before = :not_before WHERE id = :id")


def add(
    connection: Connection, room: int, address: Address, message: Outgoing, *, turn: int | None, to_speaker: str | None
) -> Pending:
    """Store a message that is to be sent. ``turn`` is the one it says, ``to_speaker`` the platform's id of whom to."""
    file = message.file
    choices = tuple(Choice(storable(choice.label), storable(choice.says)) for choice in message.choices)
    added = _ADD.row(
        connection, room=room, turn=turn, to_speaker=to_speaker, text=message.text, reply_to=message.reply_to,
        file_name=None if file is None else file.name, file_content=None if file is None else file.content,
        choices=_json(choices), now=utc_now(),
    )  # fmt: skip
    assert added is not None
    return Pending(added[0], address, Outgoing(storable(message.text), message.reply_to, file, str(added[0]), choices))


def undelivered(connection: Connection, adapter: str, room: str | None) -> list[Pending]:
    """Return what waits to be sent on an adapter or in one room of it, in the order of sending."""
    if room is None:
        rows = _PENDING_ANYWHERE.rows(connection, adapter=adapter)
    else:
        rows = _PENDING_IN.rows(connection, adapter=adapter, room=room)
    return [_pending(row) for row in rows]


def delivered(connection: Connection, pending_id: int, sent_id: str | None) -> None:
    """Delete what was sent; its turn gets the platform's id."""
    taken = _TAKE.row(connection, id=pending_id)
    if taken is not None and taken[0] is not None and sent_id is not None:
        _NAME_TURN.run(connection, turn=taken[0], message=sent_id)


def postpone(connection: Connection, pending_id: int, attempts: int, not_before: datetime) -> None:
    """Note how many attempts failed, and when the next may be made."""
    _POSTPONE.run(connection, id=pending_id, attempts=attempts, not_before=not_before)


def choices_of(stored: str | None) -> tuple[Choice, ...]:
    """Return the choices of a stored message."""
    return () if stored is None else tuple(Choice(label, says) for label, says in json.loads(stored))


def drop(connection: Connection, pending_id: int) -> None:
    """Give one message up."""
    _TAKE.row(connection, id=pending_id)


def redact(connection: Connection, room_rows: Collection[int], redaction: Redaction) -> None:
    """Take a person's name and words out of what waits to be sent to rooms."""
    for waiting in connection.execute(select(OutboxRow).where(OutboxRow.room_id.in_(room_rows))).all():
        content = None if waiting.file_content is None else redaction.of_text(waiting.file_content)
        choices = [
            Choice(redaction.of_text(choice.label), redaction.of_text(choice.says))
            for choice in choices_of(waiting.choices)
        ]
        values = {"text": redaction.of_text(waiting.text), "file_content": content, "choices": _json(choices)}
        connection.execute(update(OutboxRow).where(OutboxRow.id == waiting.id).values(values))


def _json(choices: Sequence[Choice]) -> str | None:
    if not choices:
        return None
    return json.dumps([[choice.label, choice.says] for choice in choices], ensure_ascii=False)


def _pending(row: Row) -> Pending:
    """Return a row of ``_PENDING``."""
    id, adapter, room, text, reply_to, file_name, file_content, choices, attempts, not_before = row
    file = None if file_name is None else File(file_name, file_content or "")
    message = Outgoing(text, reply_to, file, str(id), choices_of(choices))
    return Pending(id, Address(adapter, room), message, attempts, None if not_before is None else moment(not_before))
