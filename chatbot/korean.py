"""Korean text facts: Unicode normalisation and compatibility jamo. Knows nothing of models or chats.

KoGPT2's tokenizer normalises with NFKC, which turns the jamo that people type in chats (ㅋ U+314B, ㅠ U+3160) into
conjoining jamo (ᄏ U+110F, ᅲ U+1172). Those do not display as typed, so decoding maps them back.
Source: Unicode Standard 16, chapter 18.6, and UAX #15 (normalization forms).
"""

import re
import unicodedata
from enum import Enum

_COMPATIBILITY_JAMO = [chr(code) for code in range(0x3131, 0x318F) if code != 0x3164]  # U+3164 is a filler
_INITIALS_AND_VOWELS = {ord(unicodedata.normalize("NFKC", jamo)): jamo for jamo in _COMPATIBILITY_JAMO}
# Final consonants have no compatibility letter that NFKC maps to them: they display as their initial twins.
_FINAL_CONSONANTS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FINALS = {0x11A8 + offset: jamo for offset, jamo in enumerate(_FINAL_CONSONANTS)}
_TO_COMPATIBILITY = _INITIALS_AND_VOWELS | _FINALS


def restore_jamo(text: str) -> str:
    """Return ``text`` with lone conjoining jamo replaced by the compatibility jamo that keyboards type."""
    return text.translate(_TO_COMPATIBILITY)


def fold(text: str) -> str:
    """Return ``text`` as KoGPT2 can represent it: NFKC, with the jamo as typed.

    Encoding and decoding a text yields ``fold(text)``, less one leading space and what the vocabulary lacks.
    """
    return restore_jamo(unicodedata.normalize("NFKC", text))


def ends_in_consonant(word: str) -> bool:
    """Tell whether a Korean word's last syllable has a final consonant; ``False`` for what is no Hangul syllable."""
    code = ord(word[-1]) - 0xAC00 if word else -1
    return 0 <= code < 11172 and code % 28 != 0


# Josa and copula forms that follow a vowel, and their twins behind a consonant; longer ones before their beginnings.
_JOSA = (
    *(("예요", "이에요"), ("에요", "이에요"), ("였", "이었"), ("여서", "이어서")),
    *((form, f"이{form}") for form in ("로군", "야말로", "세요", "셨", "니까", "구나", "거든", "잖아")),
    *(
        (form, f"이{form}")
        for form in ("라", "랍", "랑", "네", "지", "죠", "고", "다", "면", "며", "나", "든", "군", "요")
    ),
    *(("는", "은"), ("가", "이"), ("를", "을"), ("와", "과"), ("로", "으로")),
)
_COPULA_BEFORE = re.compile(r"(?:[가-힣](?:은|는|이|가)|\b(?:난|넌|나|너|나도|왜|바로|그게|이게|AI|말동무)),? +$")
"""What stands before a name that is told ("난 단비야"), not called ("고마워 단비야")."""
_FARTHEST = 8
"""Characters before a name that are looked at: a pattern that ends at the name would be tried from every one of them."""


class _Ending(Enum):
    """What a name ends in, as far as josa care: ㄹ takes 로, every other consonant takes 으로."""

    VOWEL = 0
    RIEUL = 1
    CONSONANT = 2

    @classmethod
    def of(cls, word: str) -> "_Ending":
        if not ends_in_consonant(word):
            return cls.VOWEL
        return cls.RIEUL if (ord(word[-1]) - 0xAC00) % 28 == 8 else cls.CONSONANT


def rename(text: str, old: str, new: str) -> str:
    """Return ``text`` with the name ``old`` replaced by ``new``, the josa right behind it made to fit.

    Only at the start of a word: a bot named 보라 is not meant by "알아보라고".
    """
    if not old or old == new or old not in text:
        return text
    before, after = _Ending.of(old), _Ending.of(new)

    def renamed(match: re.Match[str]) -> str:
        called = not _COPULA_BEFORE.search(text, max(0, match.start() - _FARTHEST), match.start())
        return new + _fitting(match[1], before, after, called)

    return re.sub(rf"(?<![가-힣A-Za-z]){re.escape(old)}(?![A-Za-z])([가-힣]*)", renamed, text)


def _fitting(rest: str, before: _Ending, after: _Ending, called: bool) -> str:
    """Return the syllables behind a name, written behind another name; ``called`` says which 야 it would be."""
    if before is after:
        return rest
    if before is not _Ending.VOWEL and after is not _Ending.VOWEL:
        was, fits = ("로", "으로") if after is _Ending.CONSONANT else ("으로", "로")
        return fits + rest[len(was) :] if rest.startswith(was) else rest
    if before is _Ending.VOWEL:
        if rest.startswith("야") and not rest.startswith("야말로"):
            return ("아" if called else "이야") + rest[1:]
        if rest.startswith("로") and not rest.startswith("로군") and after is _Ending.RIEUL:
            return rest
        return next((fits + rest[len(was) :] for was, fits in _JOSA if rest.startswith(was)), rest)
    if rest == "이":
        return "가"
    pairs = (
        ("이에요", "예요"),
        ("이었", "였"),
        ("이어서", "여서"),
        ("은", "는"),
        ("을", "를"),
        ("과", "와"),
        ("으로", "로"),
    )
    changed = next((fits + rest[len(was) :] for was, fits in (*pairs, ("아", "야")) if rest.startswith(was)), rest)
    # A copula's 이, or the one that is put behind names ("초록이는"): a vowel needs neither.
    return rest[1:] if changed == rest and rest.startswith("이") else changed
