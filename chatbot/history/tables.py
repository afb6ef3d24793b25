"""The tables. A change here needs a migration beside it (migrations/README.md); a test compares the two."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, MetaData, UniqueConstraint
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
    """A room of an adapter."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("adapter", "room"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    adapter: Mapped[str]
    room: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


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
    """A turn. The id is the order in the room, and AUTOINCREMENT keeps the id of a removed turn from coming back."""

    __tablename__ = "turns"
    __table_args__ = (Index(None, "conversation_id", "id"), Index(None, "speaker_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"))
    text: Mapped[str]
    source: Mapped[str]
    level: Mapped[str | None]
    said_at: Mapped[datetime]
