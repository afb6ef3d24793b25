"""Places in a text, and what stands there once something is found. Knows nothing of what is looked for."""

from collections.abc import Iterable, Iterator

Spans = Iterator[tuple[int, int]]
"""Places in a text, first to last and not overlapping: ``text[start:end]``."""

WALL = "\0"
"""Stands for each character of what is masked or found already. No number contains it, and none begins beside it."""


def walled(plain: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return ``plain`` with walls in the place of ``spans``, so that no later rule reads them."""
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += (plain[done:start], WALL * (end - start))
        done = end
    return "".join(parts) + plain[done:]
