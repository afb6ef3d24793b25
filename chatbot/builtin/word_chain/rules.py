"""Which word may follow which. Knows Korean syllables, but no words.

Source: 한글 맞춤법 제10항, 제11항, 제12항 (두음법칙). A word's beginning changes, so what follows 력 may begin with 력 or 역.
"""

import re
from enum import Enum, auto
from functools import lru_cache

_FIRST, _LAST = 0xAC00, 0xD7A3
_VOWELS, _FINALS = 21, 28
_NIEUN, _RIEUL, _IEUNG = 2, 5, 11
"""Places of ㄴ, ㄹ, ㅇ among the 19 initial consonants, as Unicode has them."""
_NIEUN_FALLS = frozenset((6, 12, 17, 20))
"""ㅕ ㅛ ㅠ ㅣ: 녀 becomes 여 (제10항)."""
_RIEUL_FALLS = frozenset((2, 6, 7, 12, 17, 20))
"""ㅑ ㅕ ㅖ ㅛ ㅠ ㅣ: 려 becomes 여 (제11항)."""
_RIEUL_CHANGES = frozenset((0, 1, 8, 11, 13, 18))
"""ㅏ ㅐ ㅗ ㅚ ㅜ ㅡ: 라 becomes 나 (제12항)."""
_SYLLABLES = re.compile(r"[가-힣]+")


class Fault(Enum):
    """Why a word does not count."""

    SHORT = auto()
    WRONG_START = auto()
    REPEATED = auto()
    UNKNOWN = auto()
    DEAD_END = auto()
    UNCLEAN = auto()

    @property
    def costs_a_try(self) -> bool:
        """Whether it is the person's slip; what our list does not know, or holds back for later, is not."""
        return self in (Fault.SHORT, Fault.WRONG_START, Fault.REPEATED)


def is_hangul(word: str) -> bool:
    """Tell whether a word is made of whole Hangul syllables."""
    return _SYLLABLES.fullmatch(word) is not None


@lru_cache(maxsize=4096)
def starts_after(syllable: str) -> tuple[str, ...]:
    """Return with what a word may begin after a syllable: itself, then what 두음법칙 makes of it.

    The final consonant stays: 력 gives 력 and 역. What is no Hangul syllable gives itself.
    """
    code = ord(syllable) - _FIRST
    if not 0 <= code <= _LAST - _FIRST:
        return (syllable,)
    initial, rest = divmod(code, _VOWELS * _FINALS)
    vowel = rest // _FINALS
    if (initial == _NIEUN and vowel in _NIEUN_FALLS) or (initial == _RIEUL and vowel in _RIEUL_FALLS):
        return syllable, _with_initial(_IEUNG, rest)
    if initial == _RIEUL and vowel in _RIEUL_CHANGES:
        return syllable, _with_initial(_NIEUN, rest)
    return (syllable,)


def starts(last: str) -> tuple[str, ...]:
    """Return with what the word after ``last`` may begin; nothing in particular after an empty one."""
    return starts_after(last[-1]) if last else ()


def fits(word: str, last: str) -> bool:
    """Tell whether a word begins as it must after ``last``; any word does after an empty one."""
    return not last or word[:1] in starts(last)


def _with_initial(initial: int, rest: int) -> str:
    return chr(_FIRST + initial * _VOWELS * _FINALS + rest)
