"""Tells what is wrong with a reply before anybody reads it. Knows nothing of where the reply came from."""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from chatbot.dialogue.ngrams import plain

_MARKER = re.compile(r"<(?:unused\d*|/?s|usr|sys|pad|unk|mask|/?d)>?|\N{REPLACEMENT CHARACTER}")
_LETTER = re.compile(r"[^\W\d_]")
_RUN = re.compile(r"(.)\1{7,}")


class Problem(StrEnum):
    """Why a reply must not be said."""

    EMPTY = "empty"
    MARKER = "marker"
    NO_LETTERS = "no letters"
    LOOP = "loop"
    ECHO = "echo"
    REPEAT = "repeat"


def problem_of(reply: str, message: str = "", earlier: Sequence[str] = ()) -> Problem | None:
    """Return what is wrong with ``reply``, or ``None``.

    Args:
        message: what it replies to; a copy of it is an echo. A short one (a greeting, "ㅋㅋ") may be given back.
        earlier: the bot's last few replies, which must not be said again.
    """
    if not reply.strip():
        return Problem.EMPTY
    if _MARKER.search(reply):
        return Problem.MARKER
    if not _LETTER.search(reply):
        return Problem.NO_LETTERS
    if _RUN.search(reply) or repetition(reply) > 0.3:
        return Problem.LOOP
    words = plain(reply)
    if len(words) > 6 and words.replace(" ", "") == plain(message).replace(" ", ""):
        return Problem.ECHO
    if any(overlap(reply, said) >= 0.8 for said in earlier):
        return Problem.REPEAT
    return None


def repetition(text: str) -> float:
    """Return the share of 4-grams of characters that occurred before in ``text`` (seq-rep-4, Welleck et al. 2020)."""
    grams = _grams(text)
    total = sum(grams.values())
    return 1 - len(grams) / total if total else 0.0


def overlap(one: str, other: str) -> float:
    """Return the F1 of shared character 4-grams; texts too short for one are compared whole."""
    left, right = _grams(one), _grams(other)
    if not left or not right:
        return float(plain(one) == plain(other))
    shared = sum((left & right).values())
    return 2 * shared / (sum(left.values()) + sum(right.values()))


def _grams(text: str, size: int = 4) -> Counter[str]:
    words = plain(text)
    return Counter(words[start : start + size] for start in range(len(words) - size + 1))


def whole_sentences(text: str) -> str:
    """Return ``text`` up to its last sentence end; all of it where there is none."""
    ends = [match.end() for match in re.finditer(r"[.!?~…ㅋㅎㅠ♡](?=\s|$)", text)]
    return text[: ends[-1]] if ends else text


def is_request(text: str) -> bool:
    """Tell whether a message asks for something: a question mark, a question word, or an asking ending."""
    return _QUESTION.search(text) is not None


_QUESTION = re.compile(
    r"[?？]|(?:^|\s)(?:왜|뭐|뭘|뭔|무슨|무엇|어디|언제|누구|누가|몇|어떻게|어떤|얼마)|(?:까|까요|[았었했하이있없]니|냐|던가|줘|줘요|주세요|줄래|줄래요)[\s.~ㅋㅎㅠ]*$"
)
