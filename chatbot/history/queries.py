"""What is asked of the tables, each a function of an open connection. Knows nothing of threads or of who commits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update

from chatbot.errors import DatabaseTooNew
from chatbot.history.records import ExportedTurn, RoomSummary, SpeakerSummary, StoredTurn
from chatbot.history.tables import ConversationRow, RoomRow, SpeakerRow, TurnRow
from chatbot.messages import Address, Source, Speaker, SpeechLevel, Turn


def add_turn(connection: Connection, address: Address, turn: Turn) -> int:
    """Append a turn to the current conversation of a room, which begins with it if need be, and return its id."""
    room, conversation = _room_and_conversation(connection, address)
    if room is None:
        room = _insert(connection, RoomRow, adapter=address.adapter, room=address.room)
    if conversation is None:
        conversation = _insert(connection, ConversationRow, room_id=room)
    return _insert(
        connection, TurnRow, conversation_id=conversation, **_turn_columns(connection, address.adapter, turn)
    )


def replace_turn(connection: Connection, turn_id: int, turn: Turn) -> bool:
    """Put ``turn`` in the place of a stored one; False if that one is gone."""
    adapter = connection.scalar(
        select(RoomRow.adapter).join(ConversationRow).join(TurnRow).where(TurnRow.id == turn_id)
    )
    if adapter is None:
        return False
    connection.execute(update(TurnRow).where(TurnRow.id == turn_id).values(**_turn_columns(connection, adapter, turn)))
    return True


def remove_turn(connection: Connection, turn_id: int) -> bool:
    """Remove a turn; False if it is gone already."""
    return connection.execute(delete(TurnRow).where(TurnRow.id == turn_id)).rowcount > 0


def begin_conversation(connection: Connection, address: Address) -> None:
    """Draw the line after which turns are context; nothing where no turn stands before it."""
    room, conversation = _room_and_conversation(connection, address)
    if room is None or conversation is None:
        return
    if connection.scalar(select(exists().where(TurnRow.conversation_id == conversation))):
        _insert(connection, ConversationRow, room_id=room)


def turns(connection: Connection, address: Address, limit: int) -> list[StoredTurn]:
    """Return the last ``limit`` turns of the current conversation, oldest first."""
    current = (
        select(func.max(ConversationRow.id))
        .join(RoomRow)
        .where(RoomRow.adapter == address.adapter, RoomRow.room == address.room)
        .scalar_subquery()
    )
    newest_first = (
        select(
            TurnRow.id, TurnRow.text, TurnRow.source, TurnRow.level, TurnRow.said_at,
            SpeakerRow.platform_id, SpeakerRow.name, SpeakerRow.is_bot,
        )
        .join(SpeakerRow)
        .where(TurnRow.conversation_id == current)
        .order_by(TurnRow.id.desc())
        .limit(max(limit, 0))
    )  # fmt: skip
    rows = connection.execute(newest_first).all()
    total = connection.scalar(select(func.count(TurnRow.id)).where(TurnRow.conversation_id == current)) or 0
    return [_stored_turn(row, total - len(rows) + index) for index, row in enumerate(reversed(rows))]


def rooms(connection: Connection) -> list[RoomSummary]:
    """Return every room, the one spoken in last first."""
    last_said_at = func.max(TurnRow.said_at, type_=TurnRow.said_at.type)
    summaries = (
        select(RoomRow.adapter, RoomRow.room, RoomRow.created_at, func.count(TurnRow.id), last_said_at)
        .outerjoin(ConversationRow, ConversationRow.room_id == RoomRow.id)
        .outerjoin(TurnRow, TurnRow.conversation_id == ConversationRow.id)
        .group_by(RoomRow.id)
        .order_by(func.max(TurnRow.id).desc().nulls_last(), RoomRow.id)
    )
    return [
        RoomSummary(Address(adapter, room), count, created_at, said_at)
        for adapter, room, created_at, count, said_at in connection.execute(summaries)
    ]


def speakers(connection: Connection) -> list[SpeakerSummary]:
    """Return everyone who is known, bots too, in the order in which they first spoke."""
    summaries = (
        select(
            SpeakerRow.adapter, SpeakerRow.platform_id, SpeakerRow.name, SpeakerRow.is_bot, func.count(TurnRow.id)
        )
        .outerjoin(TurnRow)
        .group_by(SpeakerRow.id)
        .order_by(SpeakerRow.id)
    )  # fmt: skip
    return [
        SpeakerSummary(adapter, Speaker(id, name, is_bot), count)
        for adapter, id, name, is_bot, count in connection.execute(summaries)
    ]


def exported_turns(connection: Connection, address: Address | None, after: int, limit: int) -> list[ExportedTurn]:
    """Return the next ``limit`` turns past the id ``after``, of one room or of all, in the order of storing."""
    page = (
        select(
            RoomRow.adapter, RoomRow.room, ConversationRow.id.label("conversation"), ConversationRow.begun_at,
            TurnRow.id, TurnRow.text, TurnRow.source, TurnRow.level, TurnRow.said_at,
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


def forget_room(connection: Connection, address: Address) -> int:
    """Delete a room with every conversation, and whoever spoke nowhere else; return how many turns that were."""
    room, _ = _room_and_conversation(connection, address)
    return 0 if room is None else _delete_rooms(connection, [room])


def forget_speaker(connection: Connection, adapter: str, speaker_id: str) -> int:
    """Delete a person: their turns everywhere, and whole rooms in which no other person spoke; return how many turns.

    In such a room every word of the bot answers that person. In a group the turns of others, the bot's too, stay.
    """
    person = connection.scalar(
        select(SpeakerRow.id).where(
            SpeakerRow.adapter == adapter, SpeakerRow.platform_id == speaker_id, SpeakerRow.is_bot.is_(False)
        )
    )
    if person is None:
        return 0
    spoken_in = (
        select(ConversationRow.room_id)
        .join(TurnRow, TurnRow.conversation_id == ConversationRow.id)
        .join(SpeakerRow, TurnRow.speaker_id == SpeakerRow.id)
    )
    with_others = spoken_in.where(SpeakerRow.is_bot.is_(False), SpeakerRow.id != person)
    alone = connection.scalars(
        spoken_in.where(SpeakerRow.id == person, ConversationRow.room_id.not_in(with_others)).distinct()
    ).all()
    erased = connection.execute(
        delete(TurnRow).where(
            TurnRow.speaker_id == person,
            TurnRow.conversation_id.not_in(select(ConversationRow.id).where(ConversationRow.room_id.in_(alone))),
        )
    ).rowcount
    return erased + _delete_rooms(connection, alone)


def _delete_rooms(connection: Connection, room_ids: Sequence[int]) -> int:
    """Delete rooms, their conversations and turns, and every speaker who is left without a turn."""
    count = connection.scalar(
        select(func.count(TurnRow.id))
        .join(ConversationRow, TurnRow.conversation_id == ConversationRow.id)
        .where(ConversationRow.room_id.in_(room_ids))
    )
    connection.execute(delete(RoomRow).where(RoomRow.id.in_(room_ids)))
    connection.execute(delete(SpeakerRow).where(~exists().where(TurnRow.speaker_id == SpeakerRow.id)))
    return count or 0


def _room_and_conversation(connection: Connection, address: Address) -> tuple[int | None, int | None]:
    """Return the ids of a room and of its current conversation, None for what is not there."""
    found = connection.execute(
        select(RoomRow.id, func.max(ConversationRow.id))
        .outerjoin(ConversationRow)
        .where(RoomRow.adapter == address.adapter, RoomRow.room == address.room)
        .group_by(RoomRow.id)
    ).first()
    return (None, None) if found is None else (found[0], found[1])


def _turn_columns(connection: Connection, adapter: str, turn: Turn) -> dict[str, Any]:
    """Return a turn's columns; its speaker becomes known, under the name seen last (an empty one says nothing)."""
    speaker = turn.speaker
    found = connection.execute(
        select(SpeakerRow.id, SpeakerRow.name).where(
            SpeakerRow.adapter == adapter,
            SpeakerRow.platform_id == speaker.id,
            SpeakerRow.is_bot.is_(speaker.is_bot),
        )
    ).first()
    if found is None:
        speaker_id = _insert(
            connection, SpeakerRow, adapter=adapter, platform_id=speaker.id, is_bot=speaker.is_bot, name=speaker.name
        )
    else:
        speaker_id = found[0]
        if speaker.name and speaker.name != found[1]:
            connection.execute(update(SpeakerRow).where(SpeakerRow.id == speaker_id).values(name=speaker.name))
    return {
        "speaker_id": speaker_id,
        "text": turn.text,
        "source": str(turn.source),
        "level": None if turn.level is None else str(turn.level),
        "said_at": turn.said_at,
    }


def _insert(connection: Connection, table: type[Any], **columns: Any) -> int:
    """Insert a row and return its id."""
    return connection.execute(insert(table).returning(table.id), columns).scalar_one()


def _stored_turn(row: Row[int, str, str, str | None, Any, str, str, bool], place: int) -> StoredTurn:
    """Return a row of ``turns`` as what the framework works with."""
    id, text, source, level, said_at, platform_id, name, is_bot = row
    try:
        turn = Turn(
            Speaker(platform_id, name, is_bot),
            text,
            Source(source),
            None if level is None else SpeechLevel(level),
            said_at,
        )
    except ValueError as error:
        raise DatabaseTooNew(
            f"대화 기록에 이 판이 모르는 값이 있어요({source}, {level}). 말동무를 업데이트해 주세요."
        ) from error
    return StoredTurn(id, turn, place)
