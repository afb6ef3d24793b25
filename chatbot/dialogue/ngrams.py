"""Character n-grams of what people type, as sparse vectors. Knows nothing of dialogues.

Character n-grams need no morphological analyser and survive typos, loose spacing and endings, which is what Korean chat
text is made of. They are hashed (Weinberger et al. 2009), so that no vocabulary has to be stored or loaded.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence

BUCKETS = 1 << 18
"""Number of hash buckets."""

_NOISE = re.compile(r"[^\w\s?]|_")
_REPEATS = re.compile(r"(.)\1{2,}")


def plain(text: str) -> str:
    """Return ``text`` lower-cased, without punctuation but "?", runs of one character cut to two, spaces single."""
    text = _NOISE.sub(" ", text.lower()).replace("?", " ? ")
    return " ".join(_REPEATS.sub(r"\1\1", text).split())


def ngrams(text: str, sizes: Sequence[int] = (1, 2, 3, 4)) -> Counter[int]:
    """Return how often each hashed n-gram occurs in ``text``; word starts and ends count as a character."""
    counts: Counter[int] = Counter()
    padded = f" {plain(text)} "
    for size in sizes:
        for start in range(len(padded) - size + 1):
            gram = padded[start : start + size]
            if gram != " ":
                counts[zlib.crc32(gram.encode()) % BUCKETS] += 1
    return counts
