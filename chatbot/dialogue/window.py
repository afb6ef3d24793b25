"""What fits into the model's positions: whole turns, the newest last. Knows nothing of text or speakers.

Old turns are dropped in strides: the first turn kept is always one whose place in the conversation is a multiple of the
stride. The prompt's beginning therefore stays the same for several turns, and its KV cache stays valid, where dropping one
turn at a time would change every prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass

STRIDE = 4
"""Turns dropped at a time: two exchanges."""


@dataclass(frozen=True, slots=True)
class Window:
    """A prompt that fits.

    Attributes:
        ids: head, turns and tail in one row.
        dropped: how many of the oldest turns were left out.
        cut: whether the newest turn alone was too long and lost its beginning.
    """

    ids: list[int]
    dropped: int
    cut: bool


def fit(
    head: Sequence[int],
    turns: Sequence[Sequence[int]],
    tail: Sequence[int],
    budget: int,
    first_place: int = 0,
    max_turns: int | None = None,
    stride: int = STRIDE,
) -> Window:
    """Return the longest window of at most ``budget`` ids that a stride allows.

    Args:
        head: ids that always stand first (persona, facts).
        turns: one segment per turn, oldest first; the newest always stays.
        tail: ids that always stand last (example, the bot's marker).
        first_place: the place of ``turns[0]`` in the whole conversation, counted from 0.
        max_turns: most turns kept.

    Raises:
        ValueError: head and tail alone leave no room.
    """
    room = budget - len(head) - len(tail)
    if room < 2:
        raise ValueError(f"a budget of {budget} leaves no room beside {len(head)} head and {len(tail)} tail ids")
    newest = len(turns) - 1
    start = next(
        (
            index
            for index in range(newest)
            if (first_place + index) % stride == 0
            and sum(len(turn) for turn in turns[index:]) <= room
            and (max_turns is None or len(turns) - index <= max_turns)
        ),
        newest,
    )
    if start == newest and len(turns) > 1:
        start = _shortest_context(turns, room, max_turns)
    kept = [list(turn) for turn in turns[start:]]
    cut = bool(kept) and len(kept[-1]) > room
    if cut:
        # The marker stays, and the end of the message: that is where people put their question.
        kept[-1] = [kept[-1][0], *kept[-1][len(kept[-1]) - room + 1 :]]
    return Window([*head, *(id for turn in kept for id in turn), *tail], start, cut)


def _shortest_context(turns: Sequence[Sequence[int]], room: int, max_turns: int | None) -> int:
    """No stride leaves more than the newest turn: keep what fits of the exchange just before it, if anything does."""
    start = len(turns) - 1
    for index in range(len(turns) - 2, max(-1, len(turns) - 1 - STRIDE), -1):
        fits = sum(len(turn) for turn in turns[index:]) <= room
        if not fits or (max_turns is not None and len(turns) - index > max_turns):
            break
        start = index
    return start
