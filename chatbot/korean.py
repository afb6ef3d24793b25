"""Korean text facts: Unicode normalisation, compatibility jamo, josa, numbers. Knows nothing of models or chats.

KoGPT2's tokenizer normalises with NFKC, which turns the jamo that people type in chats (ㅋ U+314B, ㅠ U+3160) into
conjoining jamo (ᄏ U+110F, ᅲ U+1172). Those do not display as typed, so decoding maps them back.
Source: Unicode Standard 16, chapter 18.6, and UAX #15 (normalization forms).
"""

import re
import unicodedata
from enum import Enum

from chatbot.numerals import read_number as read_number

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


_PAIRS = ("은/는", "이/가", "을/를", "과/와", "아/야", "이에요/예요")
"""The form behind a consonant, the form behind a vowel; those that differ by 이 or 으 alone need not be listed."""
_ASIDE = re.compile(r"(?<=.)\([^()]*\)$", re.DOTALL)
_HEARD = 40
"""Characters at the end of a word that are looked at."""
_READ_AS_DIGITS = "영일이삼사오육칠팔구"
_READ_AS_UNITS = ("", "십", "백", "천", "만", "만", "만", "만", "억", "억", "억", "억", "조")
_NUMBER = re.compile(r"[0-9][0-9,]*(\.[0-9]+)?$")
# By the final letter's sound in loan words: 폴, 애플 and 마이클 end in ㄹ; 톰, 케빈, 킹, 제인, 잭, 챗, 북 and 밥 in another
# consonant; 마이크, 마크, 피터 and 에이미 in a vowel.
_LATIN_RIEUL = re.compile(r"(?:l|le)$")
_LATIN_CONSONANT = re.compile(r"(?:[mn]|ng|[mn]e|ck|tt|pp|ook|(?:^|[^aeiouy])[aeiouy][ptkcb])$")


def josa(word: str, pair: str) -> str:
    """Return ``word`` with the particle of ``pair`` that fits it: ``josa("지은", "은/는")`` is "지은은".

    Quotes, emoji and an aside in parentheses at the end are not heard. Numbers are heard as read in Sino-Korean, Latin
    capitals letter by letter, other Latin words by a rule of thumb on their last letters (Tom이, Mike는, Google은). What
    we cannot read, such as Chinese characters, counts as ending in a vowel.

    Args:
        pair: "은/는", "이/가", "을/를", "과/와", "아/야", "이에요/예요", or two forms that differ by a leading 으 or 이:
            "으로/로", "이야/야", "이라/라", "이랑/랑", "이나/나". Either may come first.

    Raises:
        ValueError: the pair is no such pair.
    """
    longer, _, shorter = pair.partition("/")
    if _are_pair(shorter, longer):
        longer, shorter = shorter, longer
    elif not _are_pair(longer, shorter):
        raise ValueError(f"josa needs a pair such as '은/는', not {pair!r}")
    ending = _heard(word)
    if ending is _Ending.VOWEL or (ending is _Ending.RIEUL and longer == f"으{shorter}"):
        return word + shorter
    return word + longer


def _are_pair(longer: str, shorter: str) -> bool:
    return f"{longer}/{shorter}" in _PAIRS or (shorter != "" and longer in (f"이{shorter}", f"으{shorter}"))


def _heard(word: str) -> _Ending:
    """Return what a word ends in when it is read aloud."""
    word = unicodedata.normalize("NFKC", _ASIDE.sub("", word))[-_HEARD:]
    while word and not word[-1].isalnum() and word[-1] != "%":
        word = word[:-1]
    last = word[-1:]
    if match := _NUMBER.search(word):
        return _Ending.of(_last_syllable(match[0]))
    if "ᄀ" <= last <= "ᄒ":  # what NFKC makes of ㄱ, whose name is 기역
        return _Ending.RIEUL if last == "ᄅ" else _Ending.CONSONANT
    if last.isascii() and last.isalpha():
        return _latin(re.findall(r"[A-Za-z]+", word)[-1])
    return _Ending.of(word)


def _last_syllable(number: str) -> str:
    """Return the syllable in which a number's reading ends: 3 is 삼, 20 is 이십, 1.50 is 일 점 오영."""
    digits = number.replace(",", "")
    zeros = len(digits) - len(digits.rstrip("0"))
    if "." in digits or not zeros or zeros == len(digits):
        return _READ_AS_DIGITS[int(digits[-1])]
    return _READ_AS_UNITS[min(zeros, len(_READ_AS_UNITS) - 1)]


def _latin(word: str) -> _Ending:
    if word.isupper() or len(word) == 1:  # 엘, 알; 엠, 엔; all other letters' names end in a vowel
        last = word[-1].upper()
        return _Ending.RIEUL if last in "LR" else _Ending.CONSONANT if last in "MN" else _Ending.VOWEL
    word = word.lower()
    if _LATIN_RIEUL.search(word):
        return _Ending.RIEUL
    return _Ending.CONSONANT if _LATIN_CONSONANT.search(word) else _Ending.VOWEL
