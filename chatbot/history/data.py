"""The values under keys, each in a scope. Functions of an open connection."""

import json
from collections.abc import Collection

from sqlalchemy import Connection, select, update

from chatbot.history import people, rooms
from chatbot.history.records import JOB, Json, Put, Scope
from chatbot.history.redaction import Redaction
from chatbot.history.statement import Statement
from chatbot.history.tables import DataRow, SpeakerRow
from chatbot.messages import Address, Speaker, utc_now

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
_SIZE = Statement(f"SELECT coalesce(sum(length(value)), 0) FROM data WHERE {_SCOPE}")
_ROOM = Statement("SELECT id FROM rooms WHERE adapter = :adapter AND room = :room")
_BY_SPEAKER = Statement("""
    SELECT s.platform_id, d.value FROM data d JOIN speakers s ON s.id = d.speaker_id
    WHERE d.plugin = :plugin AND coalesce(d.room_id, 0) = :room AND d.key = :key ORDER BY s.platform_id
""")
# Word for word the condition of the index ix_data_jobs. CROSS JOIN has SQLite begin there: it takes the rooms first else.
_JOBS = """
    SELECT d.plugin, r.room, s.platform_id, d.key, d.value
    FROM data d CROSS JOIN rooms r LEFT JOIN speakers s ON s.id = d.speaker_id
    WHERE substr(d.key, 1, 4) = 'job:' AND r.id = d.room_id AND r.adapter = :adapter
"""
_JOBS_ANYWHERE = Statement(f"{_JOBS} ORDER BY d.room_id, d.id")
_JOBS_IN = Statement(f"{_JOBS} AND d.room_id = :room ORDER BY d.id")
_JOBS_NOWHERE = Statement("""
    SELECT d.plugin, s.platform_id, s.adapter, d.key, d.value
    FROM data d LEFT JOIN speakers s ON s.id = d.speaker_id
    WHERE substr(d.key, 1, 4) = 'job:' AND d.room_id IS NULL ORDER BY d.id
""")


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


def size(connection: Connection, scope: Scope) -> int:
    """Return how many characters the values of a scope take."""
    rows = _rows(connection, scope)
    if rows is None:
        return 0
    found = _SIZE.row(connection, plugin=scope.plugin, room=rows[0], speaker=rows[1])
    return 0 if found is None else int(found[0])


def by_speaker(connection: Connection, plugin: str, address: Address, key: str) -> dict[str, Json]:
    """Return each person's value under a key in a room, by the platform's id."""
    room = _ROOM.row(connection, adapter=address.adapter, room=address.room)
    if room is None:
        return {}
    found = _BY_SPEAKER.rows(connection, plugin=plugin, room=room[0], key=key)
    return {speaker_id: json.loads(value) for speaker_id, value in found}


def jobs(connection: Connection, adapter: str | None, room: str | None) -> list[tuple[Scope, str, Json]]:
    """Return the values that are jobs, with scope and key: of an adapter's rooms, of one room, of no room (None)."""
    if adapter is None:
        return [
            (Scope(plugin, None, speaker_id, speakers_adapter), key, json.loads(value))
            for plugin, speaker_id, speakers_adapter, key, value in _JOBS_NOWHERE.rows(connection)
        ]
    if room is None:
        rows = _JOBS_ANYWHERE.rows(connection, adapter=adapter)
    else:
        found = _ROOM.row(connection, adapter=adapter, room=room)
        rows = [] if found is None else _JOBS_IN.rows(connection, adapter=adapter, room=found[0])
    return [
        (Scope(plugin, Address(adapter, room), speaker_id), key, json.loads(value))
        for plugin, room, speaker_id, key, value in rows
    ]


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
    rows = select(DataRow.id, DataRow.key, DataRow.value).where(DataRow.room_id.in_(room_rows))
    for row in connection.execute(rows).all():
        value = json.loads(row.value)
        redacted = _redacted_job(value, redaction) if row.key.startswith(JOB) else redaction.of_json(value)
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


def _redacted_job(value: Json, redaction: Redaction) -> Json:
    """Return a job with the words redacted that somebody said; when it is due was often said as well, and stays."""
    if not isinstance(value, dict):
        return redaction.of_json(value)
    return {key: redaction.of_json(item) if key == "payload" else item for key, item in value.items()}


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
