"""What the history hands out, all frozen. Light to import: knows nothing of SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypedDict

from chatbot.messages import Address, Incoming, Outgoing, RoomKind, Speaker, Turn

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What ``json`` can write."""


BLOCKED = "blocked"
"""The key of the framework's own data on a person under which it is kept that they are not answered."""
STRIKES = "abuse"
"""Likewise, how often they insulted the bot of late."""
TRAINING_CONSENT = "training-consent"
"""Likewise, since when what they say may be trained on."""
PROFILE = "profile"
"""Likewise, the speech level and the form of address that they like."""
FLOOR = "conversation"
"""The key of the framework's own data on a room, or a person in it, under which a plugin's conversation waits."""
PLUGINS_OFF = "plugins-off"
"""The key of the framework's own data on a room under which the plugins are listed that its admins switched off."""
JOB = "job:"
"""How the keys begin under which plugins' scheduled jobs are kept, in whatever scope; a partial index finds them by it."""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn with the id under which it is stored. Ids grow in the order of storing and are never used twice.

    Of a turn of several messages it is the first one's id, the last one's ``message_id``, and their lines joined.
    ``place`` is the turn's place in its whole conversation, from 0.
    """

    id: int
    turn: Turn
    place: int


@dataclass(frozen=True, slots=True)
class RoomSummary:
    """A room, how many turns are stored of it (every conversation), when it was first seen and last spoken in.

    ``gone_why`` says why nothing can be delivered there any more.
    """

    address: Address
    turns: int
    created_at: datetime
    last_said_at: datetime | None
    kind: RoomKind = RoomKind.PRIVATE
    gone_why: str | None = None


@dataclass(frozen=True, slots=True)
class SpeakerSummary:
    """Someone who spoke on an adapter, and how many of their turns are stored."""

    adapter: str
    speaker: Speaker
    turns: int


class ExportedTurn(TypedDict):
    """A message of a turn as JSON; messages of one turn share a ``place``.

    ``conversation`` tells apart what ``/새대화`` separated; the times are ISO 8601 in UTC.
    """

    adapter: str
    room: str
    conversation: int
    conversation_begun_at: str
    turn: int
    place: int
    speaker_id: str
    speaker_name: str
    is_bot: bool
    text: str
    source: str
    level: str | None
    said_at: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that was accepted and waits for its answer: a row of the inbox. Ids grow in the order of accepting."""

    id: int
    message: Incoming


@dataclass(frozen=True, slots=True)
class Pending:
    """A message of the bot's that waits to be sent: a row of the outbox. Ids grow in the order of sending.

    Attributes:
        message: with ``nonce`` set.
        attempts: how many times sending it failed.
        not_before: the earliest time of the next attempt.
    """

    id: int
    address: Address
    message: Outgoing
    attempts: int = 0
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data it is: a plugin's (an empty name is the framework itself), in a room, of a person, or both or neither.

    ``adapter`` says where ``speaker_id`` belongs; with an address it is the address's.
    """

    plugin: str
    address: Address | None = None
    speaker_id: str | None = None
    adapter: str | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """A value to be stored under a key; ``None`` removes it."""

    scope: Scope
    key: str
    value: Json


@dataclass(frozen=True, slots=True)
class Commit:
    """What answering changes, all of it or nothing.

    Attributes:
        address: the room.
        inbox: ids of the accepted messages that are answered by it.
        turns: in order; neighbours of one speaker are the messages of one turn. A last turn of the bot's is what the
            last of ``replies`` says.
        replies: messages to be sent, in order.
        begins_conversation: whether a new conversation begins before the turns.
        replaces: the id of a stored turn whose place the only turn takes.
        puts: data to be stored.
    """

    address: Address
    inbox: tuple[int, ...] = ()
    turns: tuple[Turn, ...] = ()
    replies: tuple[Outgoing, ...] = ()
    begins_conversation: bool = False
    replaces: int | None = None
    puts: tuple[Put, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldData:
    """One stored value of a person's."""

    plugin: str
    address: Address | None
    key: str
    value: Json
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that is held on a person, in numbers.

    Attributes:
        turns: how many of their turns.
        rooms: in how many rooms.
        waiting: how many of their messages wait for an answer.
        data: settings, facts, consents and plugins' data.
    """

    turns: int
    rooms: int
    first_said_at: datetime | None
    last_said_at: datetime | None
    waiting: int
    data: tuple[HeldData, ...]
