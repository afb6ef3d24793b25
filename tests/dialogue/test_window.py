"""What is kept of a conversation: never too much, always the newest turn, and a beginning that stays put."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.dialogue.window import STRIDE, Window, fit

HEAD, TAIL = [900, 901], [990]


def turn(place: int, length: int = 5) -> list[int]:
    """A turn that can be told from every other: its ids are 1000 * (place + 1) and up."""
    return [1000 * (place + 1) + index for index in range(length)]


def place_of(id: int) -> int:
    return id // 1000 - 1


TURNS = st.lists(st.integers(1, 40), min_size=1, max_size=50)


@given(
    TURNS,
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(2, 300),
    st.integers(0, 100),
    st.none() | st.integers(1, 20),
    st.integers(1, 6),
)
def test_what_always_holds(
    lengths: list[int], head: int, tail: int, room: int, first_place: int, max_turns: int | None, stride: int
) -> None:
    turns = [turn(place, length) for place, length in enumerate(lengths)]
    before, behind = [1] * head, [2] * tail
    window = fit(before, turns, behind, head + tail + room, first_place, max_turns, stride)
    assert len(window.ids) <= head + tail + room
    assert window.ids[:head] == before
    assert window.ids[len(window.ids) - tail :] == behind
    kept = window.ids[head : len(window.ids) - tail]
    assert window.cut == (lengths[-1] > room)
    assert 0 <= window.dropped < len(turns)
    if max_turns is not None:
        assert len(turns) - window.dropped <= max_turns
    if window.cut:
        assert window.dropped == len(turns) - 1
        assert kept == [turns[-1][0], *turns[-1][len(turns[-1]) - room + 1 :]]
        assert len(kept) == room
    else:
        assert kept == [id for turn in turns[window.dropped :] for id in turn]


@given(TURNS, st.integers(2, 300), st.integers(0, 100), st.none() | st.integers(1, 20))
def test_it_is_the_longest_that_a_stride_allows(
    lengths: list[int], room: int, first_place: int, max_turns: int | None
) -> None:
    turns = [turn(place, length) for place, length in enumerate(lengths)]
    window = fit([], turns, [], room, first_place, max_turns)
    longer = [
        start
        for start in range(window.dropped)
        if (first_place + start) % STRIDE == 0
        and sum(lengths[start:]) <= room
        and (max_turns is None or len(turns) - start <= max_turns)
    ]
    assert not longer


def conversation(turns: int, budget: int, max_turns: int | None = None, read: int = 40) -> list[Window]:
    """The windows at each of the person's turns while a conversation grows, of which ``read`` turns are read back."""
    windows: list[Window] = []
    for newest in range(0, turns, 2):
        first = max(0, newest + 1 - read)
        places = range(first, newest + 1)
        windows.append(fit(HEAD, [turn(place) for place in places], TAIL, budget, first, max_turns))
    return windows


@pytest.mark.parametrize(
    ("budget", "max_turns", "read"),
    [(3 + 5 * 12, None, 40), (3 + 5 * 100, 12, 40), (3 + 5 * 100, None, 20), (3 + 5 * 13, 40, 1000)],
    ids=["budget", "max_turns", "what is read", "budget alone"],
)
def test_the_beginning_stays_put_for_several_turns(budget: int, max_turns: int | None, read: int) -> None:
    windows = conversation(60, budget, max_turns, read)
    starts = [place_of(window.ids[len(HEAD)]) for window in windows]
    assert starts == sorted(starts)
    assert all(start % STRIDE == 0 for start in starts)
    changes = sum(one != other for one, other in pairwise(starts))
    moved = (starts[-1] - starts[0]) // STRIDE
    assert changes == moved  # one stride at a time: 60 turns, not 30 new beginnings
    assert 8 <= changes <= 60 // STRIDE
    kept = [len(window.ids) for window in windows[15:]]
    assert min(kept) >= 3 + 5 * 7  # and not by throwing most of the conversation away


def test_a_prompt_grows_at_its_end_until_a_stride_is_dropped() -> None:
    windows = conversation(40, 3 + 5 * 12)
    grown = [one.ids[:-1] == other.ids[: len(one.ids) - 1] for one, other in pairwise(windows)]
    assert grown.count(True) > len(grown) / 2
    assert grown.count(False) > 0


def test_one_message_that_is_too_long_keeps_its_marker_and_its_end() -> None:
    window = fit(HEAD, [turn(0), turn(1, 500)], TAIL, 53)
    assert window.cut
    assert window.ids == [*HEAD, 2000, *range(2451, 2500), *TAIL]
    assert window.dropped == 1


def test_a_message_that_just_fits_is_whole() -> None:
    assert not fit(HEAD, [turn(0, 50)], TAIL, 53).cut
    assert fit(HEAD, [turn(0, 51)], TAIL, 53).cut


def test_one_turn_alone() -> None:
    assert fit([], [turn(place) for place in range(5)], [], 1000, max_turns=1) == Window(turn(4), 4, False)


def test_the_turns_just_before_stay_where_no_stride_leaves_any() -> None:
    """After a long message whose place is no stride's, the exchange before the newest one is kept, not nothing."""
    turns = [turn(0, 90), turn(1), turn(2), turn(3)]
    assert fit([], turns, [], 20).dropped == 1
    assert fit([], turns, [], 10).dropped == 2
    assert fit([], turns, [], 20, max_turns=2).dropped == 2


def test_no_room_at_all() -> None:
    with pytest.raises(ValueError, match="leaves no room"):
        fit([1] * 10, [turn(0)], [2] * 5, 16)
    assert fit([1] * 10, [turn(0)], [2] * 5, 17).cut
