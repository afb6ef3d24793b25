"""Tells profanity in Korean and English chat, and how grave it is. Knows nothing of who said it or what follows.

A text is sought for our own tables and for words of the PyPI library korcen 1.0.3, of which only the words are used, at
word starts. Its own ``check`` glues words together over blanks ("할머니 엄마" holds 니엄마), never finds "씨발", for which
"씨발라 먹는" is its excuse, and finds .54 of the list that our tables were written against, with .26 false alarms. What
does more harm than good is left out: its words of one or two letters, which are parts of too many others ("의자 위",
"쑥스러운지"), politicians' nicknames, its Chinese and Japanese, which match nothing because its filter removes their
letters first, and its English, glued as well. What remains are 464 rare spellings: they find nothing on that list that
our tables miss, and 1 more of the 2,044 abusive comments of github.com/2runo/Curse-detection-data.
"""

import re
import sys
import unicodedata
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import import_module

from chatbot.korean import restore_jamo
from chatbot.safety.profanity_words import HARMLESS, KORCEN_LEFT_OUT, MACROS, TABLES


class Profanity(IntEnum):
    """How grave it is; a graver one is greater."""

    MILD = 1
    """An expletive or an intensifier, aimed at nobody. What others said ("병신이래") and what one calls oneself too."""
    INSULT = 2
    """Aimed at a person."""
    HATE = 3
    """A slur on a group: a region, a sex, an age, a disability, a people, a faith, whom somebody loves."""
    SEXUAL = 4
    """Crude sexual words, and harassment of the listener."""


def profanity_in(text: str) -> Profanity | None:
    """Return the gravest profanity in ``text``, or ``None``. Takes time in proportion to its length.

    Sees through NFD, jamo typed one by one, half and full width, invisible characters, signs and blanks inside a word,
    vowels drawn out, and Korean typed on an English keyboard. The first call imports korcen; each rule is compiled when
    a text first needs it.
    """
    levels = (_gravest_in(reading) for reading in _readings(_folded(text)))
    return max((level for level in levels if level), default=None)


def _gravest_in(reading: str) -> Profanity | None:
    """Return the gravest level found in ``reading`` once what is harmless has been blanked."""
    if not any(True for _ in _found(reading)):
        return None
    cleared = _pattern("|".join(HARMLESS)).sub(lambda match: "\N{WHITE SQUARE}" * len(match[0]), reading)
    gravest: Profanity | None = None
    for level, start, end in _found(cleared):
        if gravest is None or level > gravest:
            softened = _softened(level, cleared, start, end)
            gravest = softened if gravest is None else max(gravest, softened)
    return gravest


def _found(reading: str) -> Iterator[tuple[Profanity, int, int]]:
    """Yield what the tables find, the gravest of what begins at one place, and where it begins and ends."""
    tables = _tables()
    for head in tables.heads.finditer(reading):
        found = tables.rules[head[0]].match(reading, head.start())
        if found is not None and found.lastgroup is not None:
            yield Profanity[found.lastgroup], head.start(), found.end()
    for head in tables.korcen_heads.finditer(reading):
        for word, level in tables.korcen.get(reading[head.start() : head.start() + 2], ()):
            if reading.startswith(word, head.start()):
                yield level, head.start(), head.start() + len(word)


def _softened(level: Profanity, reading: str, start: int, end: int) -> Profanity:
    """Return ``MILD`` for what others said and for what people call themselves: both would rather be comforted."""
    if level is Profanity.MILD or _pattern(_NOT_MEANT).match(reading, end):
        return Profanity.MILD
    if level is Profanity.INSULT and _pattern(_MYSELF).search(reading, max(0, start - 14), start):
        return Profanity.MILD if _pattern(_AM).search(reading, start + 1, end + 4) else level
    return level


_NOT_MEANT = (
    r"[가-힣]{0,4}?[고구]\s?(?:함(?![가-힣])|하[는던더면니셨신시]|했|해[서요도]|그러|그랬|욕|불|놀[려리렸]|들[었은으]|말|맨날|자꾸|카톡|문자"
    r"|댓글|소리|적)|이?래(?:요|서|ㅠ|ㅜ|\.|\s|$)|[가-힣]{0,2}?(?:라는|란)\s?(?:말|소리|욕|댓글|얘기|사람|애|뜻|단어|표현)"
    r"|[가-힣]{0,2}?라며|\s?(?:소리|욕|취급)(?:을|까지|도)?\s?(?:들|듣|당|먹|받|해도)|\s?짓"
)
_MYSELF = r"(?:^|\s)(?:[나난]|나[는도만란]|내가|[저전]|저[는도]|제가|나\s?같은|내\s자신이)\s?(?:[가-힣]{1,3}\s)?$"
_AM = r"같|인[가데지듯걸거]|임|이[야었지네다라]|기야|었|처럼|마냥|일까|된|됐|은\s|라서"


# All but what Korean and English chats are written in: what hides inside words, and the combining marks whose long runs
# take unicodedata.normalize quadratic time.
_UNREADABLE = (
    "[^\t-\r -~\u00a1-\u00ac\u00ae-\u024f\u1100-\u115e\u1161-\u11ff\u2010-\u2027\u2030-\u205e\u2070-\u20bf\u2100-\u2bff"
    "\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ud7ff\uf900-\ufaff\uff01-\uff9f\uffa1-\uffef"
    "\U0001d400-\U0001d7ff\U0001f100-\U0001faff]+"
)
_NOT_JAMO = "[^\u3131-\u318e]+"  # NFKC would make ㅅ뷰ㅠ of ㅅㅂㅠㅠ
_TYPED = "([ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ])([ㅏ-ㅛㅣ])([ㄱ-ㅊㅌㅍ](?![ㅏ-ㅣ]))?"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_INSIDE = r"(?<=[가-힣ㄱ-ㅣ])(?:[^\w\s]|[\d_xlㅋㅎㅡ]){1,3}(?=[가-힣ㄱ-ㅣ])"
_APART = (
    r"(?<![가-힣ㄱ-ㅣ\w])(?:(?<=^)|(?<=[.!?~,ㅋㅠ]\s)|(?=(?:[가-힣ㄱ-ㅎ]\s){2}))"
    r"(?:[가-힣ㄱ-ㅎ]\s{1,2}){1,12}[가-힣ㄱ-ㅎ](?![가-힣])"
)


@cache
def _half_width() -> dict[int, str]:
    """Return the jamo that the half width letters stand for."""
    codes = (code for code in range(0xFFA1, 0xFFDD) if unicodedata.name(chr(code), ""))
    return {code: chr(int(unicodedata.decomposition(chr(code)).split()[1], 16)) for code in codes}


def _folded(text: str) -> str:
    """Return ``text`` in lower case and NFKC, without what cannot be seen, jamo typed one by one put together."""
    text = _pattern(_UNREADABLE).sub("", text).translate(_half_width())
    text = _pattern(_NOT_JAMO).sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return _pattern(_TYPED).sub(_syllable, restore_jamo(text).lower())


def _syllable(match: re.Match[str]) -> str:
    """Return what an initial, a vowel and perhaps a final consonant make."""
    syllable = unicodedata.normalize("NFKC", match[1] + match[2])
    final = _FINALS.find(match[3]) if match[3] else -1
    return syllable + (match[3] or "") if final < 0 else chr(ord(syllable) + final + 1)


def _readings(text: str) -> Iterator[str]:
    """Yield ``text`` as it stands, without signs inside words ("씨1발"), and its letters that stand apart ("시 발")."""
    yield text
    tight = _pattern(_INSIDE).sub("", text)
    if tight != text:
        yield tight
    apart = " / ".join("".join(match[0].split()) for match in _pattern(_APART).finditer(text))
    if apart:
        yield apart


@cache
def _pattern(source: str) -> re.Pattern[str]:
    """Return ``source`` compiled: once, and late, for 500 rules would take half a second."""
    return re.compile(source)


class _Late(dict[str, re.Pattern[str]]):
    """Patterns by name, each compiled when it is first asked for."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources

    def __missing__(self, name: str) -> re.Pattern[str]:
        self[name] = compiled = re.compile(self._sources[name])
        return compiled


@dataclass(frozen=True, slots=True)
class _Tables:
    """What to seek, by the letter that it begins with, so that most of a text is passed over quickly."""

    heads: re.Pattern[str]
    rules: _Late
    korcen_heads: re.Pattern[str]
    korcen: Mapping[str, tuple[tuple[str, Profanity], ...]]


@cache
def _tables() -> _Tables:
    """Return our tables and korcen's."""
    rules: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for level, table in TABLES:
        for entry in table.split():
            heads, rule = _rule(entry)
            for head in heads:
                rules[head][level].append(rule)
    words: defaultdict[str, list[tuple[str, Profanity]]] = defaultdict(list)
    for word, level in _korcen():
        words[word[:2]].append((word, level))
    return _Tables(
        heads=re.compile(f"[{re.escape(''.join(rules))}]"),
        rules=_Late(
            {
                head: "|".join(f"(?P<{level}>{'|'.join(found)})" for level, found in levels.items())
                for head, levels in rules.items()
            }
        ),
        korcen_heads=re.compile(f"(?<![가-힣a-z0-9])[{re.escape(''.join(head[0] for head in words))}]"),
        korcen={head: tuple(found) for head, found in words.items()},
    )


_SIGN = r"(?<!\\)[DPST_$]"
_MEANINGS = {**MACROS, "_": r"\s?", "$": r"(?![^\W\d_ㄱ-ㅣ])"}
_WORD = r"(?<![^\W_ㄱ-ㅣ])"
_STARTS = {"^": _WORD, "^+": f"(?:{_WORD}|(?<=[아와하야개이뭐네헐캬어런짜]))", "": ""}
_SYLLABLE = r"[^\W\d_a-zㄱ-ㅣ]"  # compiles five times as fast as [가-힣] and means the same in a Korean chat


def _rule(entry: str) -> tuple[str, str]:
    """Return the characters that an entry of a table may begin with, and its regular expression."""
    mark = re.match(r"\^?\+?", entry)
    start = mark[0] if mark else ""
    body = entry[len(start) :]
    if body.startswith("(?:"):
        heads = "".join(word[0] for word in body[3 : body.index(")")].split("|"))
    else:
        heads = body[1 : body.index("]")] if body.startswith("[") else body[0]
    for _ in range(2):  # a macro may hold macros
        body = _pattern(_SIGN).sub(lambda match: _MEANINGS[match[0]], body)
    return heads, _STARTS[start] + body.replace("[가-힣]", _SYLLABLE)


_KORCEN_LEVELS = {
    "GENERAL": Profanity.MILD,
    "MINOR": Profanity.INSULT,
    "BELITTLE": Profanity.INSULT,
    "PARENT": Profanity.INSULT,
    "RACE": Profanity.HATE,
    "SEXUAL": Profanity.SEXUAL,
}
_AIMED = r"[개걔게계](?![지조같])|.*[놈년뇬련녀넘눔늠끼키꺄]$"


def _korcen() -> Iterator[tuple[str, Profanity]]:
    """Yield the words of korcen's that are of use, folded, with their levels."""
    streams = sys.stdout, sys.stderr
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source holds escapes that Python warns of
        tables = import_module("korcen.korcen")
    sys.stdout, sys.stderr = streams  # colorama wraps them when korcen is imported
    left_out = frozenset(KORCEN_LEFT_OUT.split())
    for category, level in _KORCEN_LEVELS.items():
        words: list[str] = getattr(tables, f"{category}_PROFANITY_PATTERNS")
        for word in map(_folded, words):
            if len(word) > 2 and word not in left_out:
                yield word, Profanity.INSULT if level is Profanity.MILD and re.match(_AIMED, word) else level
