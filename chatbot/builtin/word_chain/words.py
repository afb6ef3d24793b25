"""Our own list of nouns, by first syllable. Knows what can follow a word, not what it means."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chatbot.builtin.word_chain.rules import starts

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Nouns.

    Attributes:
        words: all of them.
        everyday: those that everybody uses.
        by_first: all of them by their first syllables, each list in alphabetical order.
    """

    words: frozenset[str]
    everyday: frozenset[str]
    by_first: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, words: Iterable[str], everyday: Iterable[str] = ()) -> "Lexicon":
        """Return the lexicon of some words."""
        known = frozenset(words)
        by_first: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(known):
            by_first[word[0]].append(word)
        return cls(known, known & frozenset(everyday), {first: tuple(them) for first, them in by_first.items()})

    def following(self, last: str, used: Collection[str] = ()) -> list[str]:
        """Return the words that may follow ``last``, in alphabetical order of each beginning, without those used."""
        firsts = starts(last) if last else tuple(self.by_first)
        return [word for first in firsts for word in self.by_first.get(first, ()) if word not in used]

    def is_dead_end(self, word: str) -> bool:
        """Tell whether no word can follow a word at all (한방 단어); of itself it is none."""
        return not any(other != word for first in starts(word) for other in self.by_first.get(first, ()))


@cache
def lexicon(min_syllables: int = 2) -> Lexicon:
    """Return our list without what is too short, read when it is first asked for."""
    return Lexicon.of((word for word in _read("words.txt") if len(word) >= min_syllables), _read("everyday.txt"))


def _read(name: str) -> list[str]:
    return (_HERE / name).read_text(encoding="utf-8").split()
