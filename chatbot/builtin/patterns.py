"""Builds regular expressions of what people say from lists of it, with the endings that Korean verbs take.

In a list "_" is a blank that people write or leave out. Knows nothing of what is said.
"""

import re
from functools import cache

from chatbot import korean

_BLANK = r"\x20?"
"""A blank or none, written without one: what ``any_of`` returns can stand in a list again."""


def any_of(listed: str) -> str:
    """Return a pattern of any of the words in a list."""
    return f"(?:{'|'.join(word.replace('_', _BLANK) for word in listed.split())})"


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern, compiled when it is first used: all of ours together take a second, which a start has not."""
    return re.compile(pattern, flags)


def words(listed: str) -> frozenset[str]:
    """Return the words in a list."""
    return frozenset(listed.split())


def please(infinitive: str, stem: str) -> str:
    """Return a pattern of the ways to ask for something to be done, or to say that it is fine: "해 줘", "해도 돼"."""
    closed = korean.ends_in_consonant(stem)
    future = f"{stem}을" if closed else stem[:-1] + _with(stem[-1], 8)
    formal = f"{stem}읍" if closed else stem[:-1] + _with(stem[-1], 17)
    link = "으" if closed else ""
    past = infinitive[:-1] + _with(infinitive[-1], 20)
    return any_of(
        rf"{infinitive}(?:라|요|봐)? {infinitive}_{_GIVE} {infinitive}도_(?:돼|되|됩|괜찮|좋|상관)[가-힣_]{{0,6}}"
        rf" {past}으면_(?:좋겠|해)\w* {past}음_(?:좋겠|해)\w* {stem}(?:자|자고|자니까|죠|기) {stem}기로_(?:하자|해|해요)"
        rf" {stem}는_(?:게|편이|걸로)_[가-힣]{{1,6}} {stem}{link}(?:세요|셔요|십시오|시죠) {stem}{link}시면_(?:돼|됩)\w*"
        rf" {stem}{link}셔도_(?:돼|되|됩|괜찮|좋)\w* {stem}{link}면_(?:돼|좋겠)\w* {formal}시다 {future}(?:까|까요|래|래요)"
    )


def please_not(infinitive: str, stem: str) -> str:
    """Return a pattern of the ways to ask for something not to be done: "하지 마", "안 해도 돼"."""
    past = infinitive[:-1] + _with(infinitive[-1], 20)
    return any_of(
        rf"{stem}지_{_STOP} 안_{infinitive}도_(?:돼|되|됩|괜찮)\w* 안_{past}으면_(?:좋겠|해)\w* {stem}지_{_NEED_NOT}"
    )


def present(infinitive: str, stem: str) -> str:
    """Return a pattern of a verb as people state what is so: "키워요", "키우는데", "키우고 있어"."""
    closed = korean.ends_in_consonant(stem)
    plain = f"{stem}는" if closed else stem[:-1] + _with(stem[-1], 4)
    formal = f"{stem}습" if closed else stem[:-1] + _with(stem[-1], 17)
    noun = f"{stem}음" if closed else stem[:-1] + _with(stem[-1], 16)
    return any_of(
        rf"{infinitive}(?:요|용|여|서|서요)? {plain}다 {formal}니다 {noun} {stem}(?:지|지요|죠|고|고요|구요)"
        rf" {stem}(?:는데|거든|잖아)(?:요)? {stem}고_있(?:어|는데|거든)(?:요)? {stem}고_있(?:습니다|다|지|음)"
    )


def _with(syllable: str, final: int) -> str:
    """Return a syllable without a final consonant with one: 4 is ㄴ, 8 is ㄹ, 16 is ㅁ, 17 is ㅂ, 20 is ㅆ."""
    return chr(ord(syllable) + final)


_GIVE = any_of(
    r"줘 줘요 줘라 주라 주렴 주세요 주십시오 줄래 줄래요 주실래요 주시겠어요 달라고 줬음_해 주면_(?:좋겠|고맙)\w*"
    r" 주시면_(?:좋겠|고맙|감사)\w* 줬으면_(?:좋겠|해)\w* 주셨으면_(?:좋겠|해)\w*"
)
_STOP = any_of(
    "마 마요 마세요 마라 말아 말아요 말라고 말아라 말자 말아_(?:줘|줘요|주라|주세요|줄래|줄래요|주실래요|주시겠어요)"
)
_NEED_NOT = any_of(r"않았으면_좋겠\w* 않아도_(?:돼|되|됩|괜찮)\w*")
