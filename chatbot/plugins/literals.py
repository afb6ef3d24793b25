"""What a text must contain for a pattern to be found in it, as a prefilter: a text without it need not be searched.

Knows nothing of matchers. It may say too little ("anything could match"), never too much: what it does not understand
is a reason to search. It reads the tree of Python's own pattern parser, which is private, so a Python that has none, or
a tree with something new in it, costs speed and nothing else.

The method is that of RE2's FilteredRE2 and of Russ Cox, "Regular Expression Matching with a Trigram Index" (2012).
"""

import importlib
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

_FEW = 16
"""Of how many texts at most we keep track as all that a part of a pattern matches."""
_MANY = 256
"""How many literals at most may stand for a pattern; it needs one of them."""
_REPEATS = 8
_ANYTHING = frozenset({"ANY", "NOT_LITERAL", "GROUPREF", "GROUPREF_EXISTS", "FAILURE"})
_NOTHING = frozenset({"AT", "ASSERT_NOT"})

Texts = frozenset[str]


def needed(pattern: re.Pattern[str]) -> Texts:
    """Return literals one of which is in ``text.casefold()`` of every text that the pattern is found in.

    No literals are returned where any text might do.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whoever compiled it was warned
            parser: Any = importlib.import_module("re._parser")
            tree: Any = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        found = _sequence(tree, pattern.flags)
    except Exception:  # whatever is odd about it: it will be searched for
        return frozenset()
    return found.needs if len(found.needs) <= _MANY else frozenset()


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of a part of a pattern.

    Attributes:
        all: every text that it can match, case folded; ``None`` where they are too many.
        needs: literals one of which must be in the text, the part's or what its lookarounds see; empty where none must.
    """

    all: Texts | None
    needs: Texts = frozenset()


_ANY = _Part(None)
_EMPTY = frozenset({""})


def _sequence(parts: Iterable[tuple[Any, Any]], flags: int) -> _Part:
    """Return what is known of parts that match one behind the other."""
    run, is_all = _EMPTY, True  # what the parts since the last unknown one match
    needs: list[Texts] = []
    for part in (_one(str(operation), value, flags) for operation, value in parts):
        needs.append(part.needs)
        together = None if part.all is None else _joined(run, part.all)
        if together is None:
            needs.append(run)
            run, is_all = part.all or _EMPTY, False
        else:
            run = together
    return _Part(run if is_all else None, _best((*needs, run)))


def _one(operation: str, value: Any, flags: int) -> _Part:
    if operation == "LITERAL":
        return _letters([value], flags)
    if operation == "IN":
        return _class(value, flags)
    if operation == "BRANCH":
        return _either([_sequence(branch, flags) for branch in value[1]])
    if operation == "SUBPATTERN":
        _, added, removed, inner = value
        return _sequence(inner, (flags | added) & ~removed)
    if operation == "ATOMIC_GROUP":
        return _sequence(value, flags)
    if operation in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        least, most, inner = value
        return _repeated(_sequence(inner, flags), int(least), int(most))
    if operation == "ASSERT":  # looks ahead or behind, and what it sees is in the text, too
        return _Part(_EMPTY, _sequence(value[1], flags).needs)
    if operation in _NOTHING:
        return _Part(_EMPTY)
    if operation in _ANYTHING:
        return _ANY
    raise NotImplementedError(operation)


def _letters(codes: Sequence[int], flags: int) -> _Part:
    letters = [chr(code) for code in codes]
    if flags & re.IGNORECASE and not all(map(folds_alike, letters)):
        return _ANY
    texts = frozenset(letter.casefold() for letter in letters)
    return _Part(texts, _best([texts]))


def folds_alike(letter: str) -> bool:
    """Tell whether all that ``re.IGNORECASE`` takes for a letter becomes the same by ``str.casefold``.

    Hangul and ASCII do, with the exception of i: İ and ı are taken for it, and do not fold to it.
    """
    return (letter.isascii() and letter not in "iI") or "가" <= letter <= "힣" or "ㄱ" <= letter <= "ㆎ"


def _class(items: Sequence[tuple[Any, Any]], flags: int) -> _Part:
    codes: list[int] = []
    for operation, value in items:
        if str(operation) == "LITERAL":
            codes.append(value)
        elif str(operation) == "RANGE" and value[1] - value[0] < _FEW:
            codes += range(value[0], value[1] + 1)
        else:
            return _ANY
    return _letters(codes, flags) if len(codes) <= _FEW else _ANY


def _either(branches: Sequence[_Part]) -> _Part:
    sets = [branch.all for branch in branches if branch.all is not None]
    every = frozenset[str]().union(*sets)
    needs = frozenset[str]().union(*(branch.needs for branch in branches))
    return _Part(
        every if len(sets) == len(branches) and len(every) <= _FEW else None,
        needs if all(branch.needs for branch in branches) else frozenset(),
    )


def _repeated(part: _Part, least: int, most: int) -> _Part:
    if least == 0:
        return _Part(part.all | _EMPTY) if most == 1 and part.all is not None else _ANY
    if part.all is None:
        return _Part(None, part.needs)
    together, times = part.all, 1
    while times < min(least, _REPEATS) and (more := _joined(together, part.all)) is not None:
        together, times = more, times + 1
    return _Part(together if times == most else None, _best([part.needs, together]))


def _joined(before: Texts, behind: Texts) -> Texts | None:
    if len(before) * len(behind) > _FEW:
        return None
    return frozenset(one + other for one in before for other in behind)


def _best(sets: Iterable[Texts]) -> Texts:
    """Return the set that the fewest texts have any of: the one whose shortest literal is the longest."""
    return reduce(_better, sets, frozenset[str]())


def _better(one: Texts, other: Texts) -> Texts:
    def rank(texts: Texts) -> tuple[int, int]:
        return min(map(len, texts), default=0), -len(texts)  # what may be empty ranks behind no literals at all

    return other if rank(other) > rank(one) else one
