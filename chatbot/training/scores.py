"""The formulas of the evaluation: numbers in, numbers out. Knows nothing of models, dialogues or files.

A likelihood comes as NLL in nats, a length in syllables is the number of characters that are no spaces.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot.dialogue.ngrams import ngrams

_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]")
_LETTER = re.compile(r"[^\W\d_]")
_BROKEN = re.compile(r"<unused|</s>|\N{REPLACEMENT CHARACTER}|(.)\1{7,}", re.DOTALL)
_DISTINCT_UNITS = 20
_GENERIC_FORMS = 10

Floats = NDArray[np.float64]


def syllables(text: str) -> int:
    """Return the number of characters that are no spaces."""
    return sum(not char.isspace() for char in text)


def letters(text: str) -> str:
    """Return ``text`` in lower case without spaces and punctuation; a text of nothing else keeps all but its spaces."""
    return _NO_LETTER_OR_DIGIT.sub("", text.lower()) or "".join(text.split())


def shingles(text: str, size: int = 5) -> frozenset[str]:
    """Return the syllable n-grams of ``letters(text)``."""
    plain = letters(text)
    return frozenset(plain[start : start + size] for start in range(len(plain) - size + 1))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Return the share of the elements of either set that are in both; 0 for two empty sets."""
    return jaccard_of_counts(len(left), len(right), len(left & right))


def jaccard_of_counts(left: int, right: int, shared: int) -> float:
    """Return the Jaccard similarity of two sets of these sizes that share so many elements."""
    union = left + right - shared
    return shared / union if union else 0.0


def perplexity(nll: float, tokens: int) -> float:
    """Return the perplexity a token: comparable only among models of one vocabulary."""
    return math.exp(nll / tokens)


def bits_per_syllable(nll: float, syllables: int) -> float:
    """Return bits a syllable: comparable among vocabularies."""
    return nll / (math.log(2) * syllables)


def rank_of_first(scores: Sequence[float]) -> int:
    """Return the rank, from 1, of the first score among all; what equals it stands before it, so that a tie is wrong."""
    return 1 + sum(not other < scores[0] for other in scores[1:])


def hits_at_1(ranks: Sequence[int]) -> float:
    """Return the share of ranks that are 1."""
    return sum(rank == 1 for rank in ranks) / len(ranks)


def mean_reciprocal_rank(ranks: Sequence[int]) -> float:
    """Return the mean of 1 / rank."""
    return sum(1 / rank for rank in ranks) / len(ranks)


def distinct(replies: Sequence[str], size: int) -> float:
    """Return distinct-n (Li et al. 2016) over syllables: different n-grams among all, in each reply's first 20 syllables."""
    grams: Counter[str] = Counter()
    for reply in replies:
        units = "".join(reply.split())[:_DISTINCT_UNITS]
        grams.update(units[start : start + size] for start in range(len(units) - size + 1))
    return len(grams) / max(1, grams.total())


def generic_rate(replies: Sequence[str]) -> float:
    """Return the share of replies that have one of the 10 commonest forms, spaces and punctuation apart."""
    forms = Counter(letters(reply) for reply in replies)
    return sum(count for _, count in forms.most_common(_GENERIC_FORMS)) / max(1, len(replies))


def is_malformed(reply: str) -> bool:
    """Tell whether a reply is empty, shows a marker or U+FFFD, repeats one character 8 times, or has no letters."""
    return bool(_BROKEN.search(reply)) or not _LETTER.search(reply)


def ngram_cosine(left: str, right: str) -> float:
    """Return the cosine of two texts' counts of character 2-, 3- and 4-grams, 0 to 1."""
    one, other = ngrams(left, (2, 3, 4)), ngrams(right, (2, 3, 4))
    dot = sum(count * other[gram] for gram, count in one.items())
    norms = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return dot / norms if norms else 0.0


def ratio(sums: Floats) -> Floats:
    """Return the first column over the second: the mean of a bootstrap resample from its sum and count."""
    return sums[:, 0] / sums[:, 1]


def bootstrap_interval(
    parts: Sequence[Sequence[float]],
    groups: Sequence[str],
    statistic: Callable[[Floats], Floats] = ratio,
    resamples: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95% percentile interval of a statistic of sums, whole groups drawn with replacement.

    Args:
        parts: one row an item: the numbers that the statistic needs the sums of.
        groups: the conversation of each item; items of one are not independent.
        statistic: takes sums, float64 (resamples, columns), and returns float64 (resamples,).
    """
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))}
    table = np.asarray(parts, np.float64)
    sums = np.zeros((len(names), table.shape[1]))
    np.add.at(sums, [names[group] for group in groups], table)
    rng = np.random.default_rng(seed)
    # How often each group is drawn, instead of which ones: one matrix product sums every resample.
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
    low, high = np.percentile(statistic(drawn @ sums), [2.5, 97.5])
    return float(low), float(high)
