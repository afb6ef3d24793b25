"""What answering changes, as one work: it happens whole or not at all. A function of an open connection."""

from sqlalchemy import Connection

from chatbot.history import data, inbox, outbox, rooms, turns
from chatbot.history.records import Commit, Pending


def commit(connection: Connection, change: Commit) -> tuple[Pending, ...] | None:
    """Store a change and return the replies to be sent.

    None, and nothing is stored, if a message that it answers is done or gone, or the turn that it replaces is gone.

    Raises:
        ValueError: a turn is to be replaced by none or by several.
    """
    if change.replaces is not None and len(change.turns) != 1:
        raise ValueError("one turn takes the place of another")
    rooms.lock(connection, change.address)
    # Whatever can stop it comes before the first change, as others share the transaction.
    if change.replaces is not None and not turns.is_there(connection, change.replaces):
        return None
    if not all(inbox.waits(connection, waiting) for waiting in change.inbox[1:]):
        return None
    to_speaker = next((turn.speaker.id for turn in reversed(change.turns) if not turn.speaker.is_bot), None)
    for waiting in change.inbox:
        to_speaker = inbox.finish(connection, waiting)
        if to_speaker is None and waiting == change.inbox[0]:  # the rest was looked at
            return None
    if change.begins_conversation:
        rooms.begin_conversation(connection, change.address)
    room, last = _store_turns(connection, change)
    if room is None and change.replies:
        room = rooms.make_room(connection, change.address)
    pending: list[Pending] = []
    for left, reply in enumerate(change.replies, start=1 - len(change.replies)):
        assert room is not None
        turn = last if left == 0 else None  # the last reply is what the last turn says
        pending.append(outbox.add(connection, room, change.address, reply, turn=turn, to_speaker=to_speaker))
    for put in change.puts:
        data.put(connection, put)
    return tuple(pending)


def _store_turns(connection: Connection, change: Commit) -> tuple[int | None, int | None]:
    """Store the turns; return the row of their room, where it was looked up, and the last one's id if it is the bot's."""
    if not change.turns:
        return None, None
    room: int | None = None
    if change.replaces is not None:
        turns.replace_turn(connection, change.replaces, change.turns[0])
        last = change.replaces
    else:
        place = rooms.next_place(connection, change.address)
        room = place.room
        last = turns.add_turns(connection, change.address.adapter, place, change.turns)[-1]
    return room, last if change.turns[-1].speaker.is_bot else None
