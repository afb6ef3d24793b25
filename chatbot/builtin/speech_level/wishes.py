"""Reads from a message how a person wants to be talked to: in which speech level, under which name.

Whole clauses are matched, from their beginning to their end, because a wish is easily quoted ("엄마가 나보고 돼지라고 불러"),
asked about ("존댓말이 뭐야?") or spoken of ("상사가 반말해"). Knows nothing of who the person is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import reduce

from chatbot import SpeechLevel
from chatbot.builtin.names import is_name, is_title
from chatbot.builtin.patterns import compiled
from chatbot.builtin.speech_level import forms
from chatbot.builtin.spoken import unquoted, without_copula


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants.

    Attributes:
        level: the level in which the bot is to talk.
        called: the form of address; empty for none.
        not_called: the one that they do not want any more, where they named it.
    """

    level: SpeechLevel | None = None
    called: str | None = None
    not_called: str | None = None


class Aside(Enum):
    """What else a clause can be."""

    NOTHING = "goes well with a wish: a greeting, one's name"
    OTHER = "has to do with something else"


NOTHING, OTHER = Aside.NOTHING, Aside.OTHER


def wish_of(text: str) -> Wish | None:
    """Return what a message wishes; ``None`` if it wishes nothing or speaks of something else as well."""
    if not _WORTH_A_LOOK.search(text):
        return None
    read = [_read(clause, asks) for clause, asks in _clauses(text)]
    return None if OTHER in read else _together(read)


def wish_within(text: str) -> Wish | None:
    """Return what any of a message's clauses wishes, whatever the others say."""
    if not _WORTH_A_LOOK.search(text):
        return None
    return _together([_read(clause, asks) for clause, asks in _clauses(text)])


def answer_of(text: str) -> Wish | None:
    """Return what a message wishes that answers "뭐라고 불러 드릴까요? 말은 편하게 해도 괜찮을까요?"."""
    read = [_read_answer(clause, asks) for clause, asks in _clauses(text)]
    return None if OTHER in read else _together(read)


def asks_leave(text: str) -> bool:
    """Tell whether a person asks if they may drop 존댓말: "반말해도 돼?"."""
    return "?" in text and compiled(forms.LEAVE).fullmatch(text.strip()) is not None


_WORTH_A_LOOK = re.compile(
    r"반말|평어|예사말|존[댓대뎃]|높임말|경어|해요체|말|말씀|편[하히안]|부르|불[러리려]|라고|호칭|이름|공손|정중|예의"
)
_CLAUSE = re.compile(r"[^.!?,~…;\n]+")
_AND = re.compile(r" (?:그리고|글고|또) | (?=말(?:도|은) ?(?:좀 ?)?(?:편|놓|놔|까))")
_LAUGHTER = re.compile(r"[\s^ㅋㅎㅠㅜㅇ♡♥]+$")


def _clauses(text: str) -> Iterator[tuple[str, bool]]:
    """Yield clauses, and whether a question mark stands behind them."""
    text = _AND.sub(". ", text)
    for match in _CLAUSE.finditer(text):
        if clause := _LAUGHTER.sub("", match[0]).strip():
            yield clause, "?" in text[match.end() : match.end() + 3]


def _together(read: list[Wish | Aside]) -> Wish | None:
    wishes = [one for one in read if isinstance(one, Wish)]
    return reduce(_joined, wishes) if wishes else None


def _joined(one: Wish, other: Wish) -> Wish:
    return Wish(
        one.level if other.level is None else other.level,
        one.called if other.called is None else other.called,
        other.not_called or one.not_called,
    )


def _read(clause: str, asks: bool, answers: bool = False) -> Wish | Aside:
    if asks:
        return next((Wish(level) for level, form in forms.PROPOSALS if compiled(form).fullmatch(clause)), OTHER)
    for level, form in forms.LEVELS:
        if compiled(form).fullmatch(clause):
            return Wish(level)
    if (match := compiled(forms.NOT_CALL).fullmatch(clause)) is not None:
        return Wish(called="", not_called=unquoted(match["name"]) if match["name"] else None)
    if name := _called(clause, answers):
        return Wish(called=name)
    return NOTHING if compiled(forms.GREETING).fullmatch(clause.lower()) or _own_name(clause) else OTHER


def _called(clause: str, answers: bool) -> str:
    """Return what somebody wants to be called, or says they are; empty for anything else."""
    match = compiled(forms.CALL).fullmatch(clause)
    if match is not None:
        name = unquoted(match["name"] or match["title"])
        # "치즈라고 불러요" may tell how one calls the cat.
        is_sure = answers or match["me"] or not clause.endswith(("불러", "불러요")) or is_name(name) or is_title(name)
        return name if is_sure and name not in forms.NO_NAMES else ""
    match = compiled(forms.INTRODUCED).fullmatch(clause)
    name = unquoted(match["name"]) if match is not None else ""
    return name if is_name(name) or (match is not None and match["me"] and name not in forms.NO_NAMES) else ""


def _read_answer(clause: str, asks: bool) -> Wish | Aside:
    if not asks and compiled(forms.YES).fullmatch(clause):
        return Wish(SpeechLevel.CASUAL)
    if not asks and compiled(forms.NO).fullmatch(clause):
        return Wish(SpeechLevel.POLITE)
    read = _read(clause, asks, answers=True)
    name = "" if asks or isinstance(read, Wish) else _own_name(clause) or _bare_name(clause)
    return Wish(called=name) if name else read


def _own_name(clause: str) -> str:
    """Return the name of "난 민수야"; empty for "난 바보야"."""
    match = compiled(forms.I_AM).fullmatch(clause)
    name = without_copula(match["word"]) if match is not None else ""
    named = match is not None and match["named"]
    return name if name not in forms.NO_NAMES and (named or is_name(name)) else ""


def _bare_name(clause: str) -> str:
    """Return the name of "민수", "민수요" and "누나라고요"; empty for words that are none."""
    word = re.sub(r"(?:이?라고)(?:요|여)?$|요$", "", clause).strip()
    word = unquoted(word) if is_name(unquoted(word)) else word
    return word if is_name(word) or (is_title(word) and len(word) <= 6) else ""
