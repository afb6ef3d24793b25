"""The values that travel through the framework, all frozen. Knows nothing of platforms, models or storage."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias


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


class RoomKind(StrEnum):
    """Who is in a room besides the bot: one person, or several."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as an adapter received it. ``id`` is unique within its room.

    Attributes:
        room_kind: in a group the bot answers only when it is meant.
        mentions_bot: the platform's own mention of the bot is in the message.
        replies_to_bot: it replies to a message of the bot's.
        from_admin: the platform says that the speaker administers the room.
    """

    address: Address
    id: str
    speaker: Speaker
    text: str
    sent_at: datetime = field(default_factory=utc_now)
    room_kind: RoomKind = RoomKind.PRIVATE
    mentions_bot: bool = False
    replies_to_bot: bool = False
    from_admin: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """A person changed a message that was received before; ``text`` is all of its new text."""

    address: Address
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """A person deleted a message that was received before."""

    address: Address
    id: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody came into a room, or the bot itself did (``speaker.is_bot``)."""

    address: Address
    speaker: Speaker
    room_kind: RoomKind = RoomKind.GROUP


Event: TypeAlias = Incoming | Edited | Deleted | Joined
"""Whatever an adapter receives."""


@dataclass(frozen=True, slots=True)
class File:
    """A text file to send along, in UTF-8."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose. Whoever takes it says ``says``, as if they had typed it; their label where it is empty."""

    label: str
    says: str = ""

    @property
    def words(self) -> str:
        """What taking it says."""
        return self.says or self.label


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for an adapter to send.

    Attributes:
        reply_to: the id of the message that it answers.
        file: goes with the text.
        nonce: unique to this message and the same when it is sent again; empty before it is stored.
        choices: to be shown as buttons. An adapter that has none (``ChoiceAdapter``) gets them as lines of the text.
    """

    text: str
    reply_to: str | None = None
    file: File | None = None
    nonce: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One finished contribution to a conversation. ``message_id`` is the platform's, where it has one."""

    speaker: Speaker
    text: str
    source: Source = Source.PERSON
    level: SpeechLevel | None = None
    said_at: datetime = field(default_factory=utc_now)
    message_id: str | None = None
