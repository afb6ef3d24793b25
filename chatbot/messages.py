"""The values that travel through the framework, all frozen. Knows nothing of platforms, models or storage."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


def utc_now() -> datetime:
    """Return the current time, zone-aware, in UTC."""
    return datetime.now(UTC)


class SpeechLevel(StrEnum):
    """The two speech levels that Korean chats move between."""

    POLITE = "존댓말"
    CASUAL = "반말"


class Source(StrEnum):
    """Where a turn's text came from."""

    PERSON = "person"
    GENERATED = "generated"  # the model's own words
    EXAMPLE = "example"  # an example reply, word for word
    REFINED = "refined"  # the model's words, with an example reply as a hint in its prompt
    PLUGIN = "plugin"
    SAFETY = "safety"
    FALLBACK = "fallback"  # the honest sentence said when nothing usable came up


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation takes place: a room of one adapter."""

    adapter: str
    room: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks. ``id`` is the platform's and decides identity; ``name`` is for show and may change."""

    id: str
    name: str = ""
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as an adapter received it. ``id`` is unique within its room."""

    address: Address
    id: str
    speaker: Speaker
    text: str
    sent_at: datetime = field(default_factory=utc_now)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for an adapter to send."""

    text: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One finished contribution to a conversation."""

    speaker: Speaker
    text: str
    source: Source = Source.PERSON
    level: SpeechLevel | None = None
    said_at: datetime = field(default_factory=utc_now)
