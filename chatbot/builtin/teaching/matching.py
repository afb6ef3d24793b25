"""Tells whether a message is what was taught, written a little otherwise. Knows nothing of rooms or of what to answer.

What people type loosely does not count: blanks, marks, upper case, ㅋㅋ and ㅠㅠ at the end, sounds drawn out ("안녕~~ㅋㅋ").
Of what is left one letter may differ ("안뇽"), in keys long enough that it is still that word.
"""

import re
import unicodedata
from collections.abc import Collection

from chatbot import korean

SHORTEST_INEXACT = 4
"""Letters (jamo) that a key must have for one of them to differ."""
_MARKS = re.compile(r"[\W_]+")
_LAUGHTER = re.compile(r"[ㄱ-ㅣ]+$")
_RUN = re.compile(r"([^\W\d])\1{2,}")
_JAMO_RUN = re.compile(r"([ㄱ-ㅣ])\1+")


def folded(text: str) -> str:
    """Return what of a text counts, letter by letter: syllables as their jamo. Empty only for blanks."""
    said = korean.fold(text).casefold()
    letters = _MARKS.sub("", said) or "".join(said.split())  # what has no letters is its marks: "♡", "..."
    letters = _JAMO_RUN.sub(r"\1", _RUN.sub(r"\1\1", letters))
    return unicodedata.normalize("NFD", _LAUGHTER.sub("", letters) or letters)


def nearest(message: str, keys: Collection[str]) -> str | None:
    """Return the folded key that a folded message means: the same one, else the first that is one letter away."""
    if message in keys:
        return message
    return next((key for key in keys if len(key) >= SHORTEST_INEXACT and is_one_off(message, key)), None)


def is_one_off(one: str, other: str) -> bool:
    """Tell whether a single letter put in, left out or replaced makes one text the other; another digit is no slip."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    at = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if long[at].isdigit() or (len(short) == len(long) and short[at].isdigit()):
        return False
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
