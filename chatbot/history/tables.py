"""The tables. A change here needs a migration beside it (migrations/README.md); a test compares the two."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, MetaData, UniqueConstraint, func
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chatbot.history.column_types import StorableText, UtcDateTime
from chatbot.messages import utc_now


class Base(DeclarativeBase):
    """What the tables share."""

    # Named constraints, because SQLite can only drop a constraint in a later migration if it has a name.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {str: StorableText, datetime: UtcDateTime}


class RoomRow(Base):
    """A room of an adapter. ``gone_at`` says since when nothing can be delivered there any more."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("adapter", "room"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    adapter: Mapped[str]
    room: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    kind: Mapped[str] = mapped_column(server_default=sql("'private'"))
    gone_at: Mapped[datetime | None]
    gone_why: Mapped[str | None]


class SpeakerRow(Base):
    """Someone on an adapter, under the platform's id. ``name`` is the latest one seen.

    ``is_bot`` is part of the identity: a person who takes the bot's id must not become the bot.
    """

    __tablename__ = "speakers"
    __table_args__ = (UniqueConstraint("adapter", "platform_id", "is_bot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    adapter: Mapped[str]
    platform_id: Mapped[str]
    is_bot: Mapped[bool]
    name: Mapped[str]


class ConversationRow(Base):
    """A stretch of a room's turns; the newest is the current one, and older ones are no context any more."""

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "room_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    begun_at: Mapped[datetime] = mapped_column(default=utc_now)


class TurnRow(Base):
    """A message of a turn. AUTOINCREMENT keeps the id of a removed one from coming back.

    ``place`` counts the turns of the conversation from 0; the messages that make up one turn share it.
    """

    __tablename__ = "turns"
    __table_args__ = (
        Index(None, "conversation_id", "place", "id"),
        Index(None, "conversation_id", "message_id"),
        Index(None, "speaker_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"))
    text: Mapped[str]
    source: Mapped[str]
    level: Mapped[str | None]
    said_at: Mapped[datetime]
    place: Mapped[int] = mapped_column(server_default=sql("0"))  # SQLite adds no NOT NULL column without a default
    message_id: Mapped[str | None]


class InboxRow(Base):
    """A message that was accepted. Once answered it stays without its words: the platform may deliver it again."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("room_id", "message_id"),
        Index(
            "ix_inbox_waiting",
            "room_id",
            "id",
            sqlite_where=sql("done_at IS NULL"),
            postgresql_where=sql("done_at IS NULL"),
        ),
        Index(None, "speaker_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    message_id: Mapped[str]
    speaker_id: Mapped[str]  # the platform's
    payload: Mapped[str | None]  # the message as JSON; NULL once it is done
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class OutboxRow(Base):
    """A message of the bot's that waits to be sent; what was sent is deleted. ``to_speaker`` is whom it answers."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "turn_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id", ondelete="SET NULL"))
    to_speaker: Mapped[str | None]
    text: Mapped[str]
    reply_to: Mapped[str | None]
    file_name: Mapped[str | None]
    file_content: Mapped[str | None]
    choices: Mapped[str | None]  # as JSON; NULL for none
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    not_before: Mapped[datetime | None]


class DataRow(Base):
    """A JSON value under a key: of a plugin (an empty name is the framework), in a room, of a person, both, neither."""

    __tablename__ = "data"
    __table_args__ = (
        Index(None, "room_id"),
        Index(None, "speaker_id"),
        Index(
            "ix_data_jobs",
            "room_id",
            sqlite_where=sql("substr(key, 1, 4) = 'job:'"),
            postgresql_where=sql("substr(key, 1, 4) = 'job:'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str]
    key: Mapped[str]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speakers.id", ondelete="CASCADE"))
    value: Mapped[str]
    updated_at: Mapped[datetime]


# Coalesced, because NULLs count as different in a unique index; the key last, so that one scope is one range.
Index(
    "ix_data_scope_key",
    DataRow.plugin,
    func.coalesce(DataRow.room_id, sql("0")),
    func.coalesce(DataRow.speaker_id, sql("0")),
    DataRow.key,
    unique=True,
)
