"""Plays 스무고개 the other way round: finds the question that tells the most, and what the answers fit.

Answers may be wrong or vague, so none rules a thing out: it only makes it unlikely. Knows nothing of who plays.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from chatbot import korean
from chatbot.builtin.twenty_questions.attributes import ATTRIBUTES, COLOURS
from chatbot.builtin.twenty_questions.things import Thing, things


class Reply(StrEnum):
    """What the person says to a question."""

    YES = "yes"
    NO = "no"
    PARTLY = "partly"
    UNKNOWN = "unknown"


_LIKELY = {
    # how likely each reply is for what is so, depends, is not so
    Reply.YES: (0.92, 0.45, 0.04),
    Reply.NO: (0.04, 0.35, 0.92),
    Reply.PARTLY: (0.04, 0.20, 0.04),
    Reply.UNKNOWN: (1.0, 1.0, 1.0),
}
_SURE = 0.7
"""How likely a thing must be to be guessed before the questions run out."""
_LARGER = "larger than a person"
_LEFT_OUT = frozenset({"pair", "noodles", "rice", "soup", "spring", "autumn", "tool"})
"""Attributes that make poor questions: few things have them, or people would not agree."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, by its key, and as it is asked; see ``chatbot.builtin.wording``."""

    key: str
    text: str


@cache
def questions() -> tuple[Question, ...]:
    """Return everything that is asked."""
    asked = [Question(key, f"{one.so}?") for key, one in ATTRIBUTES.items() if key not in _LEFT_OUT]
    for key, (name, _) in COLOURS.items():
        polite, casual = (korean.josa(name, pair).removeprefix(name) for pair in ("이에요/예요", "이야/야"))
        asked.append(Question(key, f"{name}{{{polite}|{casual}}}?"))
    asked.append(Question(_LARGER, "사람보다 커{요}?"))
    return tuple(asked)


@cache
def _truths(key: str) -> tuple[int, ...]:
    """Return for each thing the place in ``_LIKELY``: 0 it is so, 1 it depends, 2 it is not."""
    if key == _LARGER:
        return tuple(1 if one.size == 3 else 0 if one.size > 3 else 2 for one in things())
    return tuple(1 if (has := one.has(key)) is None else 0 if has else 2 for one in things())


def chances(replies: Mapping[str, Reply], wrong: Collection[str] = ()) -> list[float]:
    """Return how likely each thing is, in the order of ``things``.

    Args:
        replies: to the questions, by key; keys that are none any more are passed over.
        wrong: the names that were guessed in vain.
    """
    weights = [0.0 if one.name in wrong else 1.0 for one in things()]
    known = {question.key for question in questions()}
    for key, reply in replies.items():
        if key in known:
            likely = _LIKELY[reply]
            weights = [weight * likely[truth] for weight, truth in zip(weights, _truths(key), strict=True)]
    total = sum(weights)
    return [weight / total for weight in weights] if total else weights


def likeliest(shares: Sequence[float]) -> tuple[Thing, float]:
    """Return the thing that fits best, and how likely it is."""
    share, place = max((share, -place) for place, share in enumerate(shares))
    return things()[-place], share


def best_question(shares: Sequence[float], asked: Collection[str]) -> Question | None:
    """Return the question whose answer tells the most; None if all were asked."""
    left = [question for question in questions() if question.key not in asked]
    return max(left, key=lambda question: _told_by(question.key, shares), default=None)


def next_move(replies: Mapping[str, Reply], wrong: Collection[str], left: int) -> Question | Thing:
    """Return what to ask or guess next, with ``left`` questions and guesses left, this one among them."""
    shares = chances(replies, wrong)
    thing, share = likeliest(shares)
    question = best_question(shares, replies)
    return thing if question is None or share >= _SURE or left <= 2 else question


def _told_by(key: str, shares: Sequence[float]) -> float:
    """Return the bits that 네 or 아니요 is expected to tell."""
    by_truth = [0.0, 0.0, 0.0]
    for share, truth in zip(shares, _truths(key), strict=True):
        by_truth[truth] += share
    yes = by_truth[0] * 0.96 + by_truth[1] * 0.5 + by_truth[2] * 0.04
    noise = _entropy(0.04) * (by_truth[0] + by_truth[2]) + by_truth[1]
    return _entropy(yes) - noise


def _entropy(share: float) -> float:
    if not 0 < share < 1:
        return 0.0
    return -share * math.log2(share) - (1 - share) * math.log2(1 - share)
