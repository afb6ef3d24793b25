"""How long to wait before trying again."""

import random

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 300.0


def backoff(attempts: int, *, first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS) -> float:
    """Return the seconds to wait after ``attempts`` failures: exponential, with full jitter over its upper half.

    Jitter keeps rooms that failed together from coming back together (Brooker, "Exponential Backoff And Jitter", AWS
    Architecture Blog, 2015); its lower half is left out, so that no second try comes at once.
    """
    ceiling = min(longest, first * 2.0 ** min(max(attempts - 1, 0), 60))
    return random.uniform(ceiling / 2, ceiling)
