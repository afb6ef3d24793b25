"""Korean text facts: Unicode normalisation and compatibility jamo. Knows nothing of models or chats.

KoGPT2's tokenizer normalises with NFKC, which turns the jamo that people type in chats (ㅋ U+314B, ㅠ U+3160) into
conjoining jamo (ᄏ U+110F, ᅲ U+1172). Those do not display as typed, so decoding maps them back.
Source: Unicode Standard 16, chapter 18.6, and UAX #15 (normalization forms).
"""

import unicodedata

_COMPATIBILITY_JAMO = [chr(code) for code in range(0x3131, 0x318F) if code != 0x3164]  # U+3164 is a filler
_TO_COMPATIBILITY = {ord(unicodedata.normalize("NFKC", jamo)): jamo for jamo in _COMPATIBILITY_JAMO}
# Final consonants have no compatibility letter that NFKC maps to them: they display as their initial twins.
_FINAL_CONSONANTS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_TO_COMPATIBILITY |= {0x11A8 + offset: jamo for offset, jamo in enumerate(_FINAL_CONSONANTS)}


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


# Josa and copula forms that follow a vowel, and their twins behind a consonant; longer ones first.
_JOSA = (
    ("예요", "이에요"),
    ("였", "이었"),
    ("라고", "이라고"),
    ("라는", "이라는"),
    ("라", "이라"),
    ("야", "이야"),
    ("는", "은"),
    ("가", "이"),
    ("를", "을"),
    ("와", "과"),
    ("랑", "이랑"),
    ("네", "이네"),
    ("지", "이지"),
)


def rename(text: str, old: str, new: str) -> str:
    """Return ``text`` with the name ``old`` replaced by ``new``, the josa right behind it made to fit."""
    if old == new or old not in text:
        return text
    parts = text.split(old)
    from_consonant, to_consonant = ends_in_consonant(old), ends_in_consonant(new)
    if from_consonant == to_consonant:
        return new.join(parts)
    renamed = parts[0]
    for part in parts[1:]:
        forms = [(c, v) if from_consonant else (v, c) for v, c in _JOSA]
        ending = next(((was, fits) for was, fits in forms if part.startswith(was)), ("", ""))
        renamed += new + ending[1] + part[len(ending[0]) :]
    return renamed
