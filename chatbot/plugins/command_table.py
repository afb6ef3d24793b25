"""Which command a message is, by its first words. Knows nothing of what commands are or do, or of who may use them."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nlargest
from itertools import chain, pairwise
from typing import Generic, TypeVar

from chatbot.korean import restore_jamo

Entry = TypeVar("Entry")

_CLOSE = 0.75
"""How alike two names must be, by ``difflib.SequenceMatcher.ratio``, for one to be a slip of the other."""
_COMPARED = 20


@dataclass(frozen=True, slots=True)
class Named(Generic[Entry]):
    """An entry of the table.

    Attributes:
        names: what people may type behind the slash; a name may have several words ("기억 지우기").
        entry: what they mean.
        takes_words: whether more words may stand behind the name. Without them "/도움말 좀 봐" is something said.
    """

    names: tuple[str, ...]
    entry: Entry
    takes_words: bool = True


@dataclass(frozen=True, slots=True)
class Called(Generic[Entry]):
    """A message that is a command.

    Attributes:
        name: by which it was called, as it is declared.
        argument: the words behind the name as they were typed, in NFC.
    """

    name: str
    entry: Entry
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message that can only be meant as a command, of which there is none by that name.

    Attributes:
        word: the first word, without the slash; that of a group (``CommandTable.group``) where what stands behind it is
            none of the group's.
    """

    word: str


class CommandTable(Generic[Entry]):
    """Commands by their names. Looking one up takes as long with a thousand commands as with one.

    Names are the same whatever their case, and whether their Hangul is composed or not, as macOS and some phones send it.

    Raises:
        ValueError: a name is empty or taken.
    """

    def __init__(self, entries: Iterable[Named[Entry]]) -> None:
        self._named: dict[tuple[str, ...], tuple[str, Named[Entry]]] = {}
        self._groups: dict[str, list[Entry]] = {}
        self._similar: dict[str, list[tuple[str, Entry]]] = {}
        self._by_pair: dict[str, list[str]] = {}
        for named in entries:
            for name in named.names:
                self._add(name, named)
        for jamo in self._similar:
            for pair in _pairs(jamo):
                self._by_pair.setdefault(pair, []).append(jamo)
        self._longest = max(map(len, self._named), default=1)
        """Words of the longest name."""

    def _add(self, name: str, named: Named[Entry]) -> None:
        words = name_words(name)
        if not words or words in self._named:
            raise ValueError(f"a command's name is {'taken' if words else 'empty'}: {name!r}")
        self._named[words] = name, named
        self._similar.setdefault(_jamo("".join(words)), []).append((name, named.entry))
        if len(words) > 1:
            members = self._groups.setdefault(words[0], [])
            if not any(member is named.entry for member in members):  # by another of its names
                members.append(named.entry)
            self._similar.setdefault(_jamo(words[0]), []).append((name.split()[0], named.entry))

    def __len__(self) -> int:
        return len(self._named)

    def find(self, text: str, bot_names: Collection[str] = ()) -> Called[Entry] | Unknown | None:
        """Return the command that a message is, the one with the longest name; ``None`` for anything else.

        "/ㅋㅋ", paths like "/a/b", and words that stand behind something that takes none, are said, not called.

        Args:
            bot_names: names of the bot's on its platform: "/도움말@danbi_bot" is as good as "/도움말".
        """
        if not text.startswith("/") or text[1:2].isspace():
            return None
        text = unicodedata.normalize("NFC", text[1:]).strip()
        typed = text.split(None, self._longest)  # the rest in one piece
        words = [word.casefold() for word in typed[: self._longest]]
        if not words:
            return None
        words[0] = _without_bot(words[0], bot_names)
        for length in range(len(words), 0, -1):
            name, named = self._named.get(tuple(words[:length]), ("", None))
            if named is None:
                continue
            argument = text.split(None, length)[length:]
            if not argument or named.takes_words:
                return Called(name, named.entry, *argument)
        is_meant = words[0] in self._groups or (len(typed) == 1 and _is_word(words[0]))
        return Unknown(_without_bot(typed[0], bot_names)) if is_meant else None

    def group(self, word: str) -> tuple[Entry, ...]:
        """Return the commands whose names begin with a word and go on."""
        words = name_words(word)
        return tuple(self._groups.get(words[0], ())) if len(words) == 1 else ()

    def nearest(self, word: str, usable: Callable[[Entry], bool] | None = None) -> str | None:
        """Return the name, or the first word of a group, that somebody may have meant who typed another.

        Names are compared by their jamo, so that one wrong vowel is one wrong letter, and without spaces.

        Args:
            usable: tells whether a command may be named to them.
        """
        jamo = _jamo("".join(name_words(word)))
        if len(jamo) > 2 * max(map(len, self._similar), default=0):
            return None  # nothing is close to it, and it would take long to see that
        # Comparing letter by letter is slow: only with the names that share the most pairs of letters.
        shared = Counter(chain.from_iterable(self._by_pair.get(pair, ()) for pair in _pairs(jamo)))
        likely = nlargest(_COMPARED, shared, key=lambda name: shared[name] / (len(name) + len(jamo)))
        for close in get_close_matches(jamo, likely, n=_COMPARED, cutoff=_CLOSE):
            for name, entry in self._similar[close]:
                if usable is None or usable(entry):
                    return name
        return None


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a command's name such that names are equal if their words are."""
    return tuple(unicodedata.normalize("NFC", name).casefold().split())


def _without_bot(word: str, bot_names: Collection[str]) -> str:
    name, at, bot = word.rpartition("@")
    return name if at and bot.casefold() in {one.casefold().removeprefix("@") for one in bot_names} else word


def _jamo(word: str) -> str:
    return unicodedata.normalize("NFD", word)


def _pairs(jamo: str) -> set[str]:
    return {one + other for one, other in pairwise(f" {jamo} ")}


def _is_word(word: str) -> bool:
    return word.isalpha() and not all("ㄱ" <= letter <= "ㆎ" for letter in restore_jamo(word))
