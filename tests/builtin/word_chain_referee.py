"""A second referee for 끝말잇기, slow and written apart from ours: from the tables of 한글 맞춤법, by decomposed jamo."""

import unicodedata
from collections.abc import Collection, Sequence

CHANGES = {
    "녀": "여", "뇨": "요", "뉴": "유", "니": "이",  # 제10항
    "랴": "야", "려": "여", "례": "예", "료": "요", "류": "유", "리": "이",  # 제11항
    "라": "나", "래": "내", "로": "노", "뢰": "뇌", "루": "누", "르": "느",  # 제12항
}  # fmt: skip
"""Syllables without a final consonant, and what they become at the beginning of a word."""


def beginnings(syllable: str) -> set[str]:
    """Return with what a word may begin after a syllable."""
    jamo = unicodedata.normalize("NFD", syllable)
    open_syllable, final = unicodedata.normalize("NFC", jamo[:2]), jamo[2:]
    changed = CHANGES.get(open_syllable, open_syllable)
    return {syllable, unicodedata.normalize("NFC", unicodedata.normalize("NFD", changed) + final)}


def is_legal(word: str, used: Sequence[str], words: Collection[str]) -> bool:
    """Tell whether a word may be said after others."""
    return word in words and word not in used and (not used or word[0] in beginnings(used[-1][-1]))


def is_dead_end(word: str, words: Collection[str]) -> bool:
    """Tell whether no other word can follow a word."""
    return not any(is_legal(other, [word], words) for other in words)
