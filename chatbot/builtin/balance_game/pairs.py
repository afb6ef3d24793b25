"""The questions of 밸런스 게임, and which of the two an answer takes. Knows nothing of who plays.

The list is in pairs.txt, written for this game.
"""

import random
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things to choose from, and what is said of each; see ``chatbot.builtin.wording``."""

    options: tuple[str, str]
    comments: tuple[str, str]

    @property
    def key(self) -> str:
        """What it is remembered by: the order of the list may change."""
        return self.options[0]


@cache
def pairs() -> tuple[Pair, ...]:
    """Return all questions, in the order of the list."""
    lines = files("chatbot.builtin.balance_game").joinpath("pairs.txt").read_text("utf-8").splitlines()
    parts = [[part.strip() for part in line.split("|", 2)] for line in lines if line and not line.startswith("#")]
    return tuple(_pair(*part) for part in parts)


def pair_of(key: str) -> Pair | None:
    """Return the question that is remembered by a key; None if it is not in the list any more."""
    return next((pair for pair in pairs() if pair.key == key), None)


def next_pair(recent: Collection[str], rng: random.Random) -> Pair:
    """Return a question, none of those that were asked lately."""
    return rng.choice([pair for pair in pairs() if pair.key not in recent] or pairs())


_FIRST = re.compile(r"(?:1|일)번?|첫 ?번?째|전자|앞(?:에)? ?(?:거|것|쪽)?|왼쪽|[aA]|에이|위(?:에)? ?(?:거|것)?")
_SECOND = re.compile(r"(?:2|이)번?|두 ?번째|후자|뒤(?:에)? ?(?:거|것|쪽)?|오른쪽|[bB]|비|아래 ?(?:거|것)?")
_AROUND = re.compile(
    r"^(?:나는|난|저는|전|음+|그래도|무조건|당연히|아무래도|완전|그럼|나라면|저라면|흠+)[ ,.]+|"
    r"(?:이지|지|이요|요|이에요|예요|이야|야|로 할래|로 할게|할래|할게|선택|고를래|이 나아|가 나아|이 좋아|가 좋아|!|\.|~|ㅋ|ㅎ)+$"
)
_REFUSED = re.compile(r"싫|말고|빼고|못 ?(?:해|먹|살|참|하)|안 ?(?:해|할|돼)|아니|둘 ?다|모르")


def chosen(text: str, pair: Pair) -> int | None:
    """Return which of the two, 0 or 1, an answer takes; None if it says neither, or both."""
    words = text.strip()
    for place, option in enumerate(pair.options):
        if option in words and pair.options[1 - place] not in words:
            return place
    while (bare := _AROUND.sub("", words).strip()) != words and bare:
        words = bare
    if _FIRST.fullmatch(words):
        return 0
    if _SECOND.fullmatch(words):
        return 1
    if len(words) > 40 or _REFUSED.search(words):
        return None
    one, other = (_grams(option) for option in pair.options)
    said = _grams(words)
    first, second = len(said & (one - other)), len(said & (other - one))
    return None if first == second else 0 if first > second else 1


def _grams(text: str) -> set[str]:
    """Return the pairs of neighbouring letters within words, and words of one letter."""
    words = text.split()
    return {word[start : start + 2] for word in words for start in range(max(len(word) - 1, 1))}


def _pair(one: str, other: str, comments: str) -> Pair:
    # the comments hold bars of their own, so it is the one outside of braces that parts them
    depth = 0
    for place, letter in enumerate(comments):
        depth += (letter == "{") - (letter == "}")
        if letter == "|" and not depth:
            return Pair((one, other), (comments[:place].strip(), comments[place + 1 :].strip()))
    raise ValueError(f"no comment on {other!r}")
