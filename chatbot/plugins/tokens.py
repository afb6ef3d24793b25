"""Splits what stands behind a command into words. Knows nothing of what they mean."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"""["“”]([^"“”]*)["“”](?!\S)|['‘’]([^'‘’]*)['‘’](?!\S)|\S+""")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or several that quotes held together; ``start`` is where it begins in the text, with its quote."""

    text: str
    start: int


def words_of(text: str) -> list[Word]:
    """Return the words of a text. Quotes that open a word and close one group what is between them, and are left out.

    All other quotes (``don't``, one that is never closed) are letters like any other.
    """
    return [
        Word(match[0] if match.lastindex is None else match[match.lastindex], match.start())
        for match in _WORD.finditer(text)
    ]
