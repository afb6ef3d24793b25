"""What the history hands out, all frozen. Light to import: knows nothing of SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from chatbot.messages import Address, Speaker, Turn


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn with the id under which it is stored. Ids grow in the order of storing and are never used twice.

    ``place`` is the turn's place in its whole conversation, from 0.
    """

    id: int
    turn: Turn
    place: int


@dataclass(frozen=True, slots=True)
class RoomSummary:
    """A room, how many turns are stored of it (every conversation), when it was first seen and last spoken in."""

    address: Address
    turns: int
    created_at: datetime
    last_said_at: datetime | None


@dataclass(frozen=True, slots=True)
class SpeakerSummary:
    """Someone who spoke on an adapter, and how many of their turns are stored."""

    adapter: str
    speaker: Speaker
    turns: int


class ExportedTurn(TypedDict):
    """A turn as JSON. ``conversation`` tells apart what ``/새대화`` separated; the times are ISO 8601 in UTC."""

    adapter: str
    room: str
    conversation: int
    conversation_begun_at: str
    turn: int
    speaker_id: str
    speaker_name: str
    is_bot: bool
    text: str
    source: str
    level: str | None
    said_at: str
