"""The values under keys, each in a scope. Functions of an open connection."""

import json
from collections.abc import Collection

from sqlalchemy import Connection, select, update

from chatbot.history import people, rooms
from chatbot.history.records import Json, Put, Scope
from chatbot.history.redaction import Redaction
from chatbot.history.statement import Statement
from chatbot.history.tables import DataRow, SpeakerRow
from chatbot.messages import Speaker, utc_now

FRAMEWORK = ""
"""The ``plugin`` of the framework's own values."""
_SCOPE = "plugin = :plugin AND coalesce(room_id, 0) = :room AND coalesce(speaker_id, 0) = :speaker"
_GET = Statement(f"SELECT value FROM data WHERE {_SCOPE} AND key = :key")
_ITEMS = Statement(f"SELECT key, value FROM data WHERE {_SCOPE} ORDER BY key")
_REMOVE = Statement(f"DELETE FROM data WHERE {_SCOPE} AND key = :key")
_PUT = Statement("""
    INSERT INTO data (plugin, room_id, speaker_id, key, value, updated_at)
    VALUES (:plugin, nullif(:room, 0), nullif(:speaker, 0), :key, :value, :now)
    ON CONFLICT (plugin, coalesce(room_id, 0), coalesce(speaker_id, 0), key)
    DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
""")
_ROOM = Statement("SELECT id FROM rooms WHERE adapter = :adapter AND room = :room")


def get(connection: Connection, scope: Scope, key: str) -> Json:
    """Return the value under a key of a scope, None where there is none."""
    rows = _rows(connection, scope)
    if rows is None:
        return None
    found = _GET.row(connection, plugin=scope.plugin, room=rows[0], speaker=rows[1], key=key)
    return None if found is None else json.loads(found[0])


def items(connection: Connection, scope: Scope) -> dict[str, Json]:
    """Return every value of a scope under its key."""
    rows = _rows(connection, scope)
    if rows is None:
        return {}
    found = _ITEMS.rows(connection, plugin=scope.plugin, room=rows[0], speaker=rows[1])
    return {key: json.loads(value) for key, value in found}


def put(connection: Connection, put: Put) -> None:
    """Store a value; None removes it. Its room and its person become known with it."""
    scope = put.scope
    if put.value is None:
        rows = _rows(connection, scope)
        if rows is not None:
            _REMOVE.run(connection, plugin=scope.plugin, room=rows[0], speaker=rows[1], key=put.key)
        return
    room = 0 if scope.address is None else rooms.make_room(connection, scope.address)
    speaker = 0
    if scope.speaker_id is not None:
        speaker = people.make_known(connection, adapter_of(scope), Speaker(scope.speaker_id))
    _PUT.run(
        connection, plugin=scope.plugin, room=room, speaker=speaker, key=put.key,
        value=json.dumps(put.value, ensure_ascii=False), now=utc_now(),
    )  # fmt: skip


def consented(connection: Connection, key: str) -> list[tuple[str, str]]:
    """Return adapter and platform id of everyone who has a value of the framework's under ``key``."""
    found = connection.execute(
        select(SpeakerRow.adapter, SpeakerRow.platform_id)
        .join(DataRow, DataRow.speaker_id == SpeakerRow.id)
        .where(DataRow.plugin == FRAMEWORK, DataRow.key == key)
        .distinct()
        .order_by(SpeakerRow.adapter, SpeakerRow.platform_id)
    )
    return [(adapter, platform_id) for adapter, platform_id in found]


def redact(connection: Connection, room_rows: Collection[int], redaction: Redaction) -> None:
    """Take a person's name and words out of what is kept for rooms."""
    for row in connection.execute(select(DataRow.id, DataRow.value).where(DataRow.room_id.in_(room_rows))).all():
        value = json.loads(row.value)
        redacted = redaction.of_json(value)
        if redacted != value:
            text = json.dumps(redacted, ensure_ascii=False)
            connection.execute(update(DataRow).where(DataRow.id == row.id).values(value=text))


def adapter_of(scope: Scope) -> str:
    """Return the adapter that the person of a scope belongs to.

    Raises:
        ValueError: the scope does not say.
    """
    adapter = scope.adapter if scope.address is None else scope.address.adapter
    if adapter is None:
        raise ValueError("a scope of a person needs an address or an adapter")
    return adapter


def _rows(connection: Connection, scope: Scope) -> tuple[int, int] | None:
    """Return the ids of a scope's room and person, 0 for none of either; None if nobody knows one of them yet."""
    room = speaker = 0
    if scope.address is not None:
        found = _ROOM.row(connection, adapter=scope.address.adapter, room=scope.address.room)
        if found is None:
            return None
        room = found[0]
    if scope.speaker_id is not None:
        row = people.person_row(connection, adapter_of(scope), scope.speaker_id)
        if row is None:
            return None
        speaker = row
    return room, speaker
