"""Erases a person, a room: what is where, and in which order it goes. Functions of an open connection.

A person's words are first taken out of what others said, page by page, while writing goes on; then one transaction takes
out what came in between, and the person. A process killed in between has erased nothing it did not mean to.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, or_, select, update

from chatbot.history import data, inbox, outbox, people, rooms, turns
from chatbot.history.records import BLOCKED
from chatbot.history.redaction import Redaction
from chatbot.history.statement import Statement
from chatbot.history.tables import ConversationRow, DataRow, InboxRow, OutboxRow, RoomRow, SpeakerRow, TurnRow
from chatbot.messages import Address

PAGE = 500
_CHANGE = Statement("UPDATE turns SET text = :new WHERE id = :turn AND text = :old")


@dataclass(frozen=True, slots=True)
class Person:
    """A person as they are found before they are erased.

    Attributes:
        row: of the speaker; None if only messages of theirs were accepted.
        groups: rows of the rooms in which somebody else speaks too.
        newest: the newest turn at that time, of anyone.
    """

    adapter: str
    id: str
    row: int | None
    groups: frozenset[int]
    newest: int
    redaction: Redaction


@dataclass(frozen=True, slots=True)
class Change:
    """A text of somebody else's, before and after."""

    turn: int
    old: str
    new: str


Page: TypeAlias = tuple[list[Change], int | None]
"""What a page of turns needs, and the last turn of it (None behind the last page)."""


def forget_room(connection: Connection, address: Address) -> int:
    """Delete a room with all that is in it, and whoever spoke nowhere else; return how many turns that were."""
    turns.drop_decoded()
    room = rooms.room_row(connection, address)
    return 0 if room is None else rooms.delete_rooms(connection, [room])


def find(connection: Connection, adapter: str, speaker_id: str) -> Person:
    """Look a person up, with what must not be read any more of theirs."""
    row = people.person_row(connection, adapter, speaker_id)
    waiting = inbox.unanswered_of(connection, adapter, speaker_id)
    names = [accepted.message.speaker.name for accepted in waiting]
    texts = [accepted.message.text for accepted in waiting]
    if row is not None:
        names += connection.scalars(select(SpeakerRow.name).where(SpeakerRow.id == row))
    _, groups = _rooms_of(connection, adapter, speaker_id, row)
    if groups:
        texts += _own_texts(connection, row)
    newest = connection.scalar(select(func.max(TurnRow.id))) or 0
    return Person(adapter, speaker_id, row, frozenset(groups), newest, Redaction.of(names, texts))


def page(connection: Connection, person: Person, after: int) -> Page:
    """Return what others said in the next ``PAGE`` turns behind ``after`` that must change."""
    rows = connection.execute(_of_others(person.groups, person.row, after).limit(PAGE)).all()
    return _changes(person.redaction, ((row.id, row.text) for row in rows)), rows[-1].id if rows else None


def change(connection: Connection, changes: Iterable[Change]) -> None:
    """Put the new texts in, where nobody has changed them meanwhile."""
    for changed in changes:
        _CHANGE.run(connection, turn=changed.turn, old=changed.old, new=changed.new)


def erase(connection: Connection, person: Person, scanned: int) -> int:
    """Erase a person whose groups' turns are redacted up to ``scanned``; return how many turns went.

    Rooms where no other person spoke go whole, with the bot's replies.
    """
    turns.drop_decoded()
    row = people.person_row(connection, person.adapter, person.id)
    alone, groups = _rooms_of(connection, person.adapter, person.id, row)
    _redact_rest(connection, person, row, groups, scanned)
    kept = connection.scalars(select(DataRow.room_id).where(_is_block(row), DataRow.room_id.in_(alone))).all()
    erased = 0
    if row is not None:
        alone_in = select(ConversationRow.id).where(ConversationRow.room_id.in_(alone))
        own = delete(TurnRow).where(TurnRow.speaker_id == row, TurnRow.conversation_id.not_in(alone_in))
        erased = connection.execute(own).rowcount
        connection.execute(delete(DataRow).where(DataRow.speaker_id == row, ~_is_block(row)))
    on_adapter = select(RoomRow.id).where(RoomRow.adapter == person.adapter)
    theirs = (OutboxRow.to_speaker == person.id, OutboxRow.room_id.in_(on_adapter))
    connection.execute(delete(OutboxRow).where(*theirs))
    connection.execute(delete(InboxRow).where(InboxRow.speaker_id == person.id, InboxRow.room_id.in_(on_adapter)))
    erased += _empty(connection, [room for room in alone if room in kept], row)
    erased += rooms.delete_rooms(connection, [room for room in alone if room not in kept])
    if row is not None:  # still there for a block of theirs
        connection.execute(update(SpeakerRow).where(SpeakerRow.id == row).values(name=""))
    return erased


def _empty(connection: Connection, room_rows: Sequence[int | None], person: int | None) -> int:
    """Take out all that is in rooms but a block of a person's; return how many turns that were."""
    inside = select(ConversationRow.id).where(ConversationRow.room_id.in_(room_rows))
    erased = connection.execute(delete(TurnRow).where(TurnRow.conversation_id.in_(inside))).rowcount
    connection.execute(delete(ConversationRow).where(ConversationRow.room_id.in_(room_rows)))
    connection.execute(delete(InboxRow).where(InboxRow.room_id.in_(room_rows)))
    connection.execute(delete(OutboxRow).where(OutboxRow.room_id.in_(room_rows)))
    connection.execute(delete(DataRow).where(DataRow.room_id.in_(room_rows), ~_is_block(person)))
    return erased


def _redact_rest(connection: Connection, person: Person, row: int | None, groups: set[int], scanned: int) -> None:
    """Redact what the pages could not reach: newer turns, and what waits or is kept in the groups."""
    if not groups:
        return
    redaction = person.redaction
    new_words = _own_texts(connection, row, person.newest if person.groups else 0)
    new_words += [accepted.message.text for accepted in inbox.unanswered_of(connection, person.adapter, person.id)]
    if new_words:
        redaction = redaction.with_texts(new_words)
        scanned = min(scanned, person.newest)
    if not redaction:
        return
    for reached, after in ((groups & person.groups, scanned), (groups - person.groups, 0)):
        rest = connection.execute(_of_others(reached, row, after)).all() if reached else ()
        change(connection, _changes(redaction, ((turn.id, turn.text) for turn in rest)))
    for accepted in inbox.unanswered(connection, person.adapter, None):
        new = redaction.of_text(accepted.message.text)
        if new != accepted.message.text and rooms.room_row(connection, accepted.message.address) in groups:
            inbox.change_text(connection, accepted, new)
    outbox.redact(connection, groups, redaction)
    data.redact(connection, groups, redaction)


def _rooms_of(connection: Connection, adapter: str, speaker_id: str, row: int | None) -> tuple[list[int], set[int]]:
    """Return the rooms in which a person spoke: those where no other person did, and those where one did."""
    visited = rooms.visited(adapter, speaker_id, row)
    own = set(connection.scalars(visited))
    # EXISTS looks no further than the first turn of somebody else.
    other_said = exists().where(
        ConversationRow.room_id == RoomRow.id,
        TurnRow.conversation_id == ConversationRow.id,
        SpeakerRow.id == TurnRow.speaker_id,
        SpeakerRow.is_bot.is_(False),
        SpeakerRow.platform_id != speaker_id,
    )
    other_waits = exists().where(InboxRow.room_id == RoomRow.id, InboxRow.speaker_id != speaker_id)
    groups = set(connection.scalars(select(RoomRow.id).where(RoomRow.id.in_(visited), or_(other_said, other_waits))))
    return sorted(own - groups), groups


def _of_others(room_rows: Collection[int], row: int | None, after: int) -> Select[int, str]:
    """Return the query for what others said in rooms behind the turn ``after``."""
    inside = select(ConversationRow.id).where(ConversationRow.room_id.in_(room_rows))
    # + 0 keeps the index on conversations out of it: each page would sort all of a room's turns to find the next few.
    in_rooms = (TurnRow.conversation_id + 0).in_(inside)
    return (
        select(TurnRow.id, TurnRow.text)
        .where(TurnRow.id > after, TurnRow.speaker_id != (row or 0), in_rooms)
        .order_by(TurnRow.id)
    )


def _changes(redaction: Redaction, said: Iterable[tuple[int, str]]) -> list[Change]:
    redacted = (Change(turn, text, redaction.of_text(text)) for turn, text in said)
    return [change for change in redacted if change.new != change.old]


def _own_texts(connection: Connection, row: int | None, after: int = 0) -> list[str]:
    return list(connection.scalars(select(TurnRow.text).where(TurnRow.speaker_id == row, TurnRow.id > after)))


def _is_block(row: int | None) -> ColumnElement[bool]:
    return and_(DataRow.speaker_id == row, DataRow.plugin == data.FRAMEWORK, DataRow.key == BLOCKED)
