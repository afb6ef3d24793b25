"""Splits a text that is too long for one message, where a reader would. Knows no platform and no mark-up.

A platform counts characters in its own way, so whoever calls says how long a text is. A break never falls inside a
user-perceived character (grapheme cluster): an emoji of a family stays one, and so does a syllable of conjoining jamo.

Source: Unicode Standard Annex 29, "Unicode Text Segmentation"; its rules 3 and 6 to 13, in places a little coarser, so
that there is no break where the annex has none. Left out are its prepended marks, of scripts that nobody writes here.
"""

import re
import unicodedata
from collections.abc import Callable

_PARAGRAPH = re.compile(r"(?=\n[ \t]*\n)")
_LINE = re.compile(r"(?=\r?\n)")
_SENTENCE = re.compile(
    r"(?:[.!?…~]|[ㅋㅎㅠㅜ]{2}|[♡♥☀-➿\U0001f300-\U0001faff]️?)[\"'”’)\]]*(?=\s)|[。！？]+[\"'”’」』]*"
)
_WORD = re.compile(r"(?=\s)")
_LINE_END = re.compile(r"\s*\n")
_LOOK_AHEAD = 16
"""Characters that a candidate may look at beyond those that fit."""
_CANDIDATES = ((_PARAGRAPH, 0.5), (_LINE, 0.5), (_SENTENCE, 0.4), (_WORD, 0.0))
"""What to break at, the best first, with the share of the room that the part must fill at least."""

_JOINER = "\u200d"
_VIRAMA = 9
"""The combining class of the signs that join two consonants of an Indic script."""


def split(text: str, limit: int, length: Callable[[str], int] = len) -> list[str]:
    """Return the parts of a text, in order, each of which is at most ``limit`` long; a text that fits as it is.

    Parts end at a paragraph, a line, a sentence or a word, the first of these that does not leave a part half empty. The
    whitespace where a text is broken is left out.

    Args:
        length: how long the platform finds a text: at least one a character, and a text longer than its beginning.

    Raises:
        ValueError: not even one character fits.
    """
    parts: list[str] = []
    while length(text) > limit:
        end = _fitting(text, limit, length)
        at = _break(text, end)
        if part := text[:at].rstrip():
            parts.append(part)
        text = text[at:]
        line_end = _LINE_END.match(text)
        text = text[line_end.end() :] if line_end else text.lstrip()  # the indentation of a new line stays
    if not parts:
        return [text]
    if rest := text.rstrip():
        parts.append(rest)
    return parts


def _fitting(text: str, limit: int, length: Callable[[str], int]) -> int:
    """Return how many characters of the beginning fit."""
    fits, fits_not = 0, min(len(text), limit + 1)
    while fits_not - fits > 1:
        middle = (fits + fits_not) // 2
        if length(text[:middle]) <= limit:
            fits = middle
        else:
            fits_not = middle
    if fits == 0:
        raise ValueError(f"no character fits into {limit}")
    return fits


def _break(text: str, end: int) -> int:
    """Return where to break a text of which ``end`` characters fit, and no more."""
    for pattern, share in _CANDIDATES:
        places = [match.end() for match in pattern.finditer(text, 0, end + _LOOK_AHEAD)]
        for place in reversed(places):
            if place < max(1, end * share):
                break
            if place <= end and _is_boundary(text, place) and text[:place].strip():
                return place
    for place in range(end, 0, -1):
        if _is_boundary(text, place):
            return place
    return end  # one character of many marks that is longer than a message


def _is_boundary(text: str, at: int) -> bool:
    """Tell whether a user-perceived character ends before ``at``."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before == "\r" and after == "\n":
        return False
    if before in "\r\n":
        return True
    if _extends(after) or before == _JOINER:
        return False
    if _is_flag_half(before) and _is_flag_half(after):
        halves = 0
        while halves < at and _is_flag_half(text[at - 1 - halves]):
            halves += 1
        return halves % 2 == 0
    if _is_leading_jamo(before) and (_is_leading_jamo(after) or "가" <= after <= "힣"):
        return False
    last = at - 1
    while (
        last > 0 and unicodedata.category(text[last]) in ("Mn", "Cf") and unicodedata.combining(text[last]) != _VIRAMA
    ):
        last -= 1
    return not (unicodedata.combining(text[last]) == _VIRAMA and unicodedata.category(after) == "Lo")


def _extends(letter: str) -> bool:
    """Tell whether a character belongs to the one before it: marks, joiners, skin tones, the later jamo of a syllable."""
    if letter < "\u0300":
        return False
    return (
        unicodedata.category(letter) in ("Mn", "Me", "Mc")
        or letter in (_JOINER, "\u200c", "\u0e33", "\u0eb3", "\uff9e", "\uff9f")
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or "\U000e0020" <= letter <= "\U000e007f"
        or "\u1160" <= letter <= "\u11ff"
        or "\ud7b0" <= letter <= "\ud7fb"
    )


def _is_flag_half(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _is_leading_jamo(letter: str) -> bool:
    return "\u1100" <= letter <= "\u115f" or "\ua960" <= letter <= "\ua97c"
