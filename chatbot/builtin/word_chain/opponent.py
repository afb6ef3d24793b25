"""The bot as a player: which word it says. Chooses by chance, but the same from the same ``random.Random``."""

import random
from collections.abc import Collection, Sequence
from enum import StrEnum

from chatbot.builtin.word_chain.words import Lexicon

_LOOKED_AT = 60
"""Words that a look ahead is spent on: a syllable may begin two hundred."""
_BEST = 4
_AMPLE = 30
"""Words that may follow the first word at least."""
_SOME = 4
"""Likewise, follow a normal opponent's, as long as there is such a word."""
_EVERYDAY = 0.8
_GIVES_UP_AFTER = 12
"""Words in all before an easy opponent may be at a loss."""
_AT_A_LOSS = 0.02
_MOST_AT_A_LOSS = 0.25


class Level(StrEnum):
    """How well the bot plays."""

    EASY = "쉬움"
    NORMAL = "보통"
    HARD = "어려움"


def next_word(
    level: Level, lexicon: Lexicon, used: Sequence[str], rng: random.Random, *, allows_dead_ends: bool
) -> str | None:
    """Return the word that the bot says after the last of ``used``; ``None`` where it gives up.

    Args:
        allows_dead_ends: whether words may be said that nothing can follow. An easy opponent never does.
    """
    said = frozenset(used)
    candidates = lexicon.following(used[-1] if used else "", said)
    open_ended = [word for word in candidates if not lexicon.is_dead_end(word)]
    if not used:
        easy = [word for word in open_ended if word in lexicon.everyday and len(lexicon.following(word)) >= _AMPLE]
        return rng.choice(easy or open_ended) if open_ended else None
    match level:
        case Level.EASY:
            return _easy(lexicon, [word for word in open_ended if word in lexicon.everyday], said, rng)
        case Level.NORMAL:
            return _normal(lexicon, candidates if allows_dead_ends else open_ended, said, rng)
        case Level.HARD:
            return _hard(lexicon, candidates if allows_dead_ends else open_ended, said, rng)


def hint(lexicon: Lexicon, used: Sequence[str], *, allows_dead_ends: bool) -> str | None:
    """Return a word that a person could say now, the same one each time; ``None`` where there is none."""
    said = frozenset(used)
    candidates = lexicon.following(used[-1] if used else "", said)
    fair = [word for word in candidates if not lexicon.is_dead_end(word)] or (candidates if allows_dead_ends else [])
    return max(
        fair, key=lambda word: (word in lexicon.everyday, -len(word), len(lexicon.following(word, said))), default=None
    )


def _easy(lexicon: Lexicon, candidates: Sequence[str], said: Collection[str], rng: random.Random) -> str | None:
    """Return a word that is easy to follow."""
    turns = len(said) - _GIVES_UP_AFTER
    if not candidates or rng.random() < min(_AT_A_LOSS * max(turns, 0), _MOST_AT_A_LOSS):
        return None
    some = rng.sample(candidates, min(len(candidates), 5))
    return max(some, key=lambda word: (len(lexicon.following(word, said)), word))


def _normal(lexicon: Lexicon, candidates: Sequence[str], said: Collection[str], rng: random.Random) -> str | None:
    """Return a word that leaves the other some choice, an everyday one mostly."""
    fair = [word for word in candidates if len(lexicon.following(word, said)) >= _SOME] or candidates
    everyday = [word for word in fair if word in lexicon.everyday]
    chosen = everyday if everyday and rng.random() < _EVERYDAY else fair
    return rng.choice(chosen) if chosen else None


def _hard(lexicon: Lexicon, candidates: Sequence[str], said: Collection[str], rng: random.Random) -> str | None:
    """Return one of the words that leave the other the least: few words, and of those few that hurt us."""
    if not candidates:
        return None
    some = rng.sample(candidates, min(len(candidates), _LOOKED_AT))

    def leaves(word: str) -> tuple[int, int, str]:
        replies = [reply for reply in lexicon.following(word, said) if reply != word]
        answerable = sum(1 for reply in replies if lexicon.is_dead_end(reply))
        return len(replies), answerable, word

    best = sorted(leaves(word) for word in some)[:_BEST]
    tight = [one for one in best if one[0] <= 2 * best[0][0]]
    return rng.choice(tight)[2]
