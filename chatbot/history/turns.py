"""The turns: what was said. Functions of an open connection; know nothing of threads or of who commits."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

from sqlalchemy import Connection, select

from chatbot.errors import DatabaseTooNew
from chatbot.history import people, rooms
from chatbot.history.records import ExportedTurn, StoredTurn
from chatbot.history.statement import Row, Statement, moment
from chatbot.history.tables import ConversationRow, RoomRow, SpeakerRow, TurnRow
from chatbot.messages import Address, Source, Speaker, SpeechLevel, Turn

LATEST = 5_000
# One more than asked for, to see whether the oldest turn is whole.
_LAST = Statement("""
    SELECT t.id, t.place, t.text, t.source, t.level, t.said_at, t.message_id, s.platform_id, s.name, s.is_bot
    FROM turns t JOIN speakers s ON s.id = t.speaker_id
    WHERE t.conversation_id = (
        SELECT max(c.id) FROM conversations c JOIN rooms r ON r.id = c.room_id
        WHERE r.adapter = :adapter AND r.room = :room
    )
    ORDER BY t.place DESC, t.id DESC LIMIT :limit
""")
# The common case, a speaker who is known under this name, in one statement.
_ADD = Statement("""
    INSERT INTO turns (conversation_id, place, speaker_id, text, source, level, said_at, message_id)
    SELECT :conversation, :place, s.id, :text, :source, :level, :said_at, :message FROM speakers s
    WHERE s.adapter = :adapter AND s.platform_id = :speaker AND s.is_bot = :is_bot AND :name IN (s.name, '')
    RETURNING id
""")
# Both indexes are walked backward up to the limit, and none of the room's older turns is touched.
_SPOKE = Statement("""
    SELECT s.platform_id, s.name
    FROM (
        SELECT t.speaker_id AS speaker, t.id AS turn
        FROM conversations c JOIN turns t ON t.conversation_id = c.id
        WHERE c.room_id = (SELECT r.id FROM rooms r WHERE r.adapter = :adapter AND r.room = :room)
        ORDER BY c.id DESC, t.place DESC, t.id DESC LIMIT :turns
    ) latest JOIN speakers s ON s.id = latest.speaker
    WHERE NOT s.is_bot
    GROUP BY s.id, s.platform_id, s.name ORDER BY max(latest.turn) DESC LIMIT :people
""")
_PRIVATE_ROOM = Statement("""
    SELECT r.room
    FROM speakers s JOIN turns t ON t.speaker_id = s.id
        JOIN conversations c ON c.id = t.conversation_id JOIN rooms r ON r.id = c.room_id
    WHERE s.adapter = :adapter AND s.platform_id = :speaker AND NOT s.is_bot
        AND r.kind = 'private' AND r.gone_at IS NULL
    ORDER BY t.id DESC LIMIT 1
""")
_FIND = Statement("""
    SELECT t.conversation_id, t.place, r.adapter
    FROM turns t JOIN conversations c ON c.id = t.conversation_id JOIN rooms r ON r.id = c.room_id
    WHERE t.id = :id
""")
_REPLACE = Statement("""
    UPDATE turns SET speaker_id = :speaker, text = :text, source = :source, level = :level, said_at = :said_at,
        message_id = :message
    WHERE id = :id
""")
_REMOVE_PLACE = Statement("DELETE FROM turns WHERE conversation_id = :conversation AND place = :place AND id <> :kept")
_SAID_BY_A_PERSON = """
    WHERE message_id = :message AND NOT (SELECT s.is_bot FROM speakers s WHERE s.id = turns.speaker_id)
        AND conversation_id IN (
            SELECT c.id FROM conversations c JOIN rooms r ON r.id = c.room_id
            WHERE r.adapter = :adapter AND r.room = :room
        )
"""
_EDIT = Statement(f"UPDATE turns SET text = :text {_SAID_BY_A_PERSON}")
_DELETE = Statement(f"DELETE FROM turns {_SAID_BY_A_PERSON}")
_SOURCES = {source.value: source for source in Source}
_LEVELS = {None: None, **{level.value: level for level in SpeechLevel}}


def add_turn(connection: Connection, address: Address, turn: Turn) -> int:
    """Append a turn to the current conversation of a room, which begins with it if need be, and return its id."""
    rooms.lock(connection, address)
    return add_turns(connection, address.adapter, rooms.next_place(connection, address), [turn])[0]


def add_turns(connection: Connection, adapter: str, first: rooms.Place, added: Sequence[Turn]) -> list[int]:
    """Append turns from a place on; neighbours of one speaker share one. Return their ids."""
    place, before = first.place, added[0].speaker
    ids: list[int] = []
    for turn in added:
        speaker = turn.speaker
        if (speaker.id, speaker.is_bot) != (before.id, before.is_bot):
            place += 1
        before = speaker
        stored = _add(connection, adapter, first.conversation, place, turn)
        if stored is None:
            people.make_known(connection, adapter, speaker)
            stored = _add(connection, adapter, first.conversation, place, turn)
        assert stored is not None
        ids.append(stored[0])
    return ids


def replace_turn(connection: Connection, turn_id: int, turn: Turn) -> bool:
    """Put ``turn`` in the place of a stored one, all of its messages; False if that one is gone."""
    found = _FIND.row(connection, id=turn_id)
    if found is None:
        return False
    conversation, place, adapter = found
    _REPLACE.run(
        connection, id=turn_id, speaker=people.make_known(connection, adapter, turn.speaker), text=turn.text,
        source=turn.source.value, level=_level(turn), said_at=turn.said_at, message=turn.message_id,
    )  # fmt: skip
    _REMOVE_PLACE.run(connection, conversation=conversation, place=place, kept=turn_id)
    return True


def is_there(connection: Connection, turn_id: int) -> bool:
    """Tell whether a turn is stored."""
    return _FIND.row(connection, id=turn_id) is not None


def remove_turn(connection: Connection, turn_id: int) -> bool:
    """Remove a turn, all of its messages; False if it is gone already."""
    found = _FIND.row(connection, id=turn_id)
    if found is None:
        return False
    return _REMOVE_PLACE.run(connection, conversation=found[0], place=found[1], kept=0) > 0


def edit_message(connection: Connection, address: Address, message_id: str, text: str) -> bool:
    """Change the text of a person's message among the turns; False if there is none of that id."""
    return _EDIT.run(connection, message=message_id, adapter=address.adapter, room=address.room, text=text) > 0


def delete_message(connection: Connection, address: Address, message_id: str) -> bool:
    """Remove a person's message from the turns; False if there is none of that id."""
    return _DELETE.run(connection, message=message_id, adapter=address.adapter, room=address.room) > 0


def turns(connection: Connection, address: Address, limit: int) -> list[StoredTurn]:
    """Return the turns of the current conversation that its last ``limit`` messages make up, oldest first.

    A turn that the limit would cut in two is left out, unless it is all there is.
    """
    if limit <= 0:
        return []
    rows = _LAST.rows(connection, adapter=address.adapter, room=address.room, limit=limit + 1)
    beyond = rows[limit:]
    rows = rows[:limit]
    if beyond and beyond[0][1] == rows[-1][1]:
        rows = [row for row in rows if row[1] != rows[-1][1]] or rows
    stored = [_stored_turn(row) for row in reversed(rows)]
    return [_joined(list(messages)) for _, messages in groupby(stored, key=lambda turn: turn.place)]


def spoke(connection: Connection, address: Address, limit: int) -> list[Speaker]:
    """Return the people who said the room's last ``LATEST`` messages, bots left out: at most ``limit``, last first."""
    found = _SPOKE.rows(connection, adapter=address.adapter, room=address.room, turns=LATEST, people=limit)
    return [Speaker(platform_id, name) for platform_id, name in found]


def private_room(connection: Connection, adapter: str, speaker_id: str) -> Address | None:
    """Return the private room in which a person spoke last and which is not gone."""
    found = _PRIVATE_ROOM.row(connection, adapter=adapter, speaker=speaker_id)
    return None if found is None else Address(adapter, found[0])


def drop_decoded() -> None:
    """Forget what was read before: erased words must not stay in memory either."""
    _stored_turn.cache_clear()


def exported_turns(connection: Connection, address: Address | None, after: int, limit: int) -> list[ExportedTurn]:
    """Return the next ``limit`` messages past the id ``after``, of one room or of all, in the order of storing."""
    page = (
        select(
            RoomRow.adapter, RoomRow.room, ConversationRow.id.label("conversation"), ConversationRow.begun_at,
            TurnRow.id, TurnRow.place, TurnRow.text, TurnRow.source, TurnRow.level, TurnRow.said_at,
            SpeakerRow.platform_id, SpeakerRow.name, SpeakerRow.is_bot,
        )
        .select_from(TurnRow)
        .join(SpeakerRow)
        .join(ConversationRow, TurnRow.conversation_id == ConversationRow.id)
        .join(RoomRow)
        .where(TurnRow.id > after)
        .order_by(TurnRow.id)
        .limit(limit)
    )  # fmt: skip
    if address is not None:
        page = page.where(RoomRow.adapter == address.adapter, RoomRow.room == address.room)
    return [
        ExportedTurn(
            adapter=row.adapter,
            room=row.room,
            conversation=row.conversation,
            conversation_begun_at=row.begun_at.isoformat(),
            turn=row.id,
            place=row.place,
            speaker_id=row.platform_id,
            speaker_name=row.name,
            is_bot=row.is_bot,
            text=row.text,
            source=row.source,
            level=row.level,
            said_at=row.said_at.isoformat(),
        )
        for row in connection.execute(page)
    ]


def _add(connection: Connection, adapter: str, conversation: int, place: int, turn: Turn) -> Row | None:
    """Store a turn; None if its speaker is not known under the name they have now."""
    speaker = turn.speaker
    return _ADD.row(
        connection, conversation=conversation, place=place, adapter=adapter, speaker=speaker.id,
        is_bot=speaker.is_bot, name=speaker.name, text=turn.text, source=turn.source.value,
        level=_level(turn), said_at=turn.said_at, message=turn.message_id,
    )  # fmt: skip


def _level(turn: Turn) -> str | None:
    return None if turn.level is None else turn.level.value


@lru_cache(maxsize=8_192)  # the next message loads the same rows again: finding one takes a tenth of making one
def _stored_turn(row: Row) -> StoredTurn:
    """Return a row of ``_LAST`` as what the framework works with."""
    id, place, text, source, level, said_at, message_id, platform_id, name, is_bot = row
    speaker = Speaker(platform_id, name, bool(is_bot))
    try:
        turn = Turn(speaker, text, _SOURCES[source], _LEVELS[level], moment(said_at), message_id)
    except KeyError as error:
        raise DatabaseTooNew(
            f"대화 기록에 이 판이 모르는 값이 있어요({source}, {level}). 말동무를 업데이트해 주세요."
        ) from error
    return StoredTurn(id, turn, place)


def _joined(messages: Sequence[StoredTurn]) -> StoredTurn:
    """Return the messages of one turn as one, as it stands since the last of them."""
    if len(messages) == 1:
        return messages[0]
    text = "\n".join(message.turn.text for message in messages)
    return StoredTurn(messages[0].id, replace(messages[-1].turn, text=text), messages[0].place)
