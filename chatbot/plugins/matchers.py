"""Finds the matchers that a message is meant for. Knows nothing of rooms or of what their handlers do.

Most messages are meant for none, and a bot may have hundreds, so trying each is what has to be avoided: a matcher is
tried only if the message contains what it needs, be that a keyword or a literal part of its pattern. Which needs a
message meets is looked up by its short substrings, which takes as long as the message is, however many matchers there
are. Predicates, and patterns that need nothing in particular, are tried every time.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from chatbot.plugins.declarations import MatcherDeclaration
from chatbot.plugins.literals import needed
from chatbot.watchdog import guarded

_LONGEST = 4
"""Letters that are looked up at once, at most."""

Declared: TypeAlias = tuple[str, MatcherDeclaration]
OnFailure: TypeAlias = Callable[[str, MatcherDeclaration, BaseException], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A matcher that a message is meant for.

    Attributes:
        plugin: the name of the plugin that declared it.
        match: where a pattern was found; ``None`` for keywords and predicates.
    """

    plugin: str
    declaration: MatcherDeclaration
    match: re.Match[str] | None = None


class Matchers:
    """Every plugin's matchers.

    Args:
        declared: each with the name of its plugin, in the order of declaring.
    """

    def __init__(self, declared: Iterable[Declared]) -> None:
        self._matchers = sorted(declared, key=lambda one: one[1].priority)
        needs = [_needs(declaration) for _, declaration in self._matchers]
        self._always = [number for number, texts in enumerate(needs) if texts is not None and not texts]
        self._lookup = _Lookup([(text, number) for number, texts in enumerate(needs) for text in texts or ()])

    def __len__(self) -> int:
        return len(self._matchers)

    def found(
        self, text: str, on_failure: OnFailure | None = None, passed_over: Callable[[str], bool] | None = None
    ) -> Iterator[Found]:
        """Yield the matchers that a text is meant for, by priority and then in the order of declaring.

        A matcher is not tried before it is asked for, so that nothing is lost on those behind one that blocks.

        Args:
            passed_over: says of which plugins nothing is tried, as they are off or rest: what fails costs time.
            on_failure: gets what a predicate raised, or a pattern that took too long, and the next matcher is tried.
                Without it that is raised here.
        """
        folded = text.casefold()
        for number in sorted({*self._always, *self._lookup.of(folded)}):
            plugin, declaration = self._matchers[number]
            if passed_over is not None and passed_over(plugin):
                continue
            try:
                is_meant = tried(declaration, text, folded)
            except BaseException as error:  # a plugin author's predicate may raise anything, or never end
                if on_failure is None or isinstance(error, KeyboardInterrupt):
                    raise
                on_failure(plugin, declaration, error)
                continue
            if is_meant:
                yield Found(plugin, declaration, is_meant if isinstance(is_meant, re.Match) else None)


def tried(declaration: MatcherDeclaration, text: str, folded: str) -> re.Match[str] | bool | None:
    """Return whether a text is meant for one matcher, with the match where there is one.

    Args:
        folded: the text, case folded.
    """
    if declaration.pattern is not None:
        return guarded(declaration.pattern.search, text)
    if declaration.predicate is not None:
        return bool(guarded(declaration.predicate, text))
    return any(keyword.casefold() in folded for keyword in declaration.keywords)


def _needs(declaration: MatcherDeclaration) -> frozenset[str] | None:
    """Return what one of must be in the folded text; nothing where any text will do, ``None`` where no text does."""
    if declaration.pattern is not None:
        return needed(declaration.pattern)
    if declaration.predicate is not None:
        return frozenset()
    keywords = frozenset(map(str.casefold, declaration.keywords))
    if not keywords:
        return None
    return frozenset() if "" in keywords else keywords


class _Lookup:
    """Which of many texts are in another, by substrings of them that are in few of the others.

    Args:
        needs: texts that are not empty, each with the number of who needs it.
    """

    def __init__(self, needs: Sequence[tuple[str, int]]) -> None:
        self._by_text: dict[str, set[int]] = {}
        for text, number in needs:
            self._by_text.setdefault(text, set()).add(number)
        in_how_many = Counter(gram for text in self._by_text for gram in _grams(text, min(len(text), _LONGEST)))
        self._by_gram: dict[str, list[tuple[str, set[int]]]] = {}
        for text, numbers in self._by_text.items():
            rarest = min(_grams(text, min(len(text), _LONGEST)), key=lambda gram: (in_how_many[gram], gram))
            self._by_gram.setdefault(rarest, []).append((text, numbers))
        self._sizes = sorted({len(gram) for gram in self._by_gram})

    def of(self, text: str) -> set[int]:
        """Return the numbers of those who need any text that is in ``text``."""
        return {number for needed_text, numbers in self._possible(text) if needed_text in text for number in numbers}

    def _possible(self, text: str) -> Iterable[tuple[str, set[int]]]:
        if len(self._by_text) <= len(text):
            return self._by_text.items()  # quicker than taking the text to pieces
        pieces = (gram for size in self._sizes for gram in self._by_gram.keys() & _grams(text, size))
        return chain.from_iterable(self._by_gram[gram] for gram in pieces)


def _grams(text: str, size: int) -> set[str]:
    return {text[start : start + size] for start in range(len(text) - size + 1)}
