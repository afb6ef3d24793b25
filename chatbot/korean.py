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
