"""Whether a remembered reply speaks of things that somebody said here. Knows nothing of ranking.

A reply often picks up words of its own conversation: "두부라니, 하얀 고양이일 것 같아" needs somebody to have said 두부.
Given again elsewhere, such a reply makes no sense, however near the situations are.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from chatbot.dialogue.ngrams import plain

_INTRODUCTION = re.compile(
    r"(?:이름은|이름이|저는|나는|난|전) ?([가-힣]{2,4}?)(?:이?라고|이?예요|이에요|입니다|이?야|임)(?![가-힣]*[가-힣]{3})"
)
_NAMED = re.compile(r"(\w{2,4}?) ?(?:님|씨)")


def borrowed_stems(reply: str, earlier: Iterable[str]) -> tuple[str, ...]:
    """Return the word stems of ``reply`` that it took from ``earlier`` turns, in order.

    A stem is a word's first two syllables, which leaves most josa and endings behind.
    """
    said = _run_together(earlier)
    return tuple(stem for stem in dict.fromkeys(stems(reply)) if stem in said)


def stems(text: str) -> list[str]:
    """Return the first two syllables of each word of at least two."""
    return [word[:2] for word in plain(text).split() if len(word) >= 2]


def missing_share(reply: str, needed: Sequence[str], said: Iterable[str], rarity: Mapping[str, float]) -> float:
    """Return the summed rarity of the ``needed`` stems of ``reply`` that occur nowhere in the turns ``said``.

    A name ("하나 님") counts in full, common word or not.
    """
    conversation = _run_together(said)
    names = {name[:2] for name in _NAMED.findall(reply)}
    weights = {stem: 1.0 if stem in names else rarity.get(stem, 1.0) for stem in needed}
    return sum(weight for stem, weight in weights.items() if stem not in conversation)


def introduced_name(text: str) -> str | None:
    """Return the name by which somebody introduces themselves in ``text``, if they do."""
    found = _INTRODUCTION.search(text)
    return found.group(1) if found else None


def _run_together(turns: Iterable[str]) -> str:
    """A stem counts as said wherever its syllables stand, since compounds and spacing vary."""
    return " ".join(plain(turn).replace(" ", "") for turn in turns)
