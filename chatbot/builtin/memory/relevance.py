"""Which facts a message has to do with, by shared pieces of words. Knows nothing of meanings.

Pieces of two and three letters need no analyser and survive endings: "고양이가 아파" shares three with "고양이를 키운다".
"""

import re
from collections.abc import Sequence

_NOISE = re.compile(r"[^\w]+|_")


def most_relevant(facts: Sequence[str], message: str, most: int) -> tuple[str, ...]:
    """Return at most ``most`` facts, those that share the most with the message first, then the newest.

    Args:
        facts: the oldest first.
    """
    wanted = _pieces(message)
    order = sorted(range(len(facts)), key=lambda place: (len(_pieces(facts[place]) & wanted), place), reverse=True)
    return tuple(facts[place] for place in order[:most])


def _pieces(text: str) -> set[str]:
    pieces: set[str] = set()
    for word in _NOISE.sub(" ", text.casefold()).split():
        pieces.update(word[start : start + size] for size in (2, 3) for start in range(len(word) - size + 1))
    return pieces
