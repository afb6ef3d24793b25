"""Whether a remembered reply speaks of things that somebody said here. Knows nothing of ranking.

A reply often picks up words of its own conversation: "두부라니, 하얀 고양이일 것 같아" needs somebody to have said 두부.
Given again elsewhere, such a reply makes no sense, however near the situations are.
"""

from collections.abc import Iterable, Mapping, Sequence

from chatbot.dialogue.ngrams import plain


def borrowed_stems(reply: str, earlier: Iterable[str]) -> tuple[str, ...]:
    """Return the word stems of ``reply`` that it took from ``earlier`` turns, in order.

    A stem is a word's first two syllables, which leaves most josa and endings behind.
    """
    said = {stem for turn in earlier for stem in stems(turn)}
    return tuple(stem for stem in dict.fromkeys(stems(reply)) if stem in said)


def stems(text: str) -> list[str]:
    """Return the first two syllables of each word of at least two."""
    return [word[:2] for word in plain(text).split() if len(word) >= 2]


def missing_share(needed: Sequence[str], said: Iterable[str], rarity: Mapping[str, float]) -> float:
    """Return the summed rarity of the ``needed`` stems that occur nowhere in the turns ``said``.

    A stem counts as said wherever its syllables stand, since compounds and spacing vary.
    """
    conversation = " ".join(plain(turn).replace(" ", "") for turn in said)
    return sum(rarity.get(stem, 1.0) for stem in needed if stem not in conversation)
