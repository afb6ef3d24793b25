"""Waiting before the next try: longer and longer, never at once, never for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.backoff import FIRST_SECONDS, LONGEST_SECONDS, backoff

SECONDS = st.floats(0.001, 1e6)


@given(st.integers(-5, 10**9), SECONDS, SECONDS)
def test_stays_between_half_and_all_of_its_ceiling(attempts: int, first: float, longest: float) -> None:
    ceiling = first
    for _ in range(min(attempts, 100) - 1):
        ceiling = min(ceiling * 2, longest)
    ceiling = min(ceiling, longest)
    assert ceiling / 2 <= backoff(attempts, first=first, longest=longest) <= ceiling


def test_grows_from_a_second_to_five_minutes() -> None:
    assert (FIRST_SECONDS, LONGEST_SECONDS) == (1, 300)
    assert [max(backoff(attempts) for _ in range(500)) for attempts in (1, 2, 3, 4, 9, 20)] == pytest.approx(
        [1, 2, 4, 8, 256, 300], rel=0.05
    )


def test_two_that_failed_together_come_back_apart() -> None:
    waits = sorted(backoff(5) for _ in range(200))
    assert len(set(waits)) == 200
    assert waits[0] < 9
    assert waits[-1] > 15
