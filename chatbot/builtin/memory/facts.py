"""What can be remembered of a person, and how it is put into words: for the model, and for the person in both levels.

Knows nothing of how facts are heard or stored.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from chatbot import SpeechLevel, korean


class Kind(StrEnum):
    """What a fact is about."""

    NAME = "이름"
    AGE = "나이"
    BIRTHDAY = "생일"
    HOME = "사는 곳"
    HOMETOWN = "고향"
    JOB = "하는 일"
    WORKPLACE = "다니는 곳"
    MAJOR = "전공"
    MBTI = "MBTI"
    HOBBY = "취미"
    DREAM = "꿈"
    FAVOURITE = "제일 좋아하는 것"
    LIKES = "좋아하는 것"
    DISLIKES = "싫어하는 것"
    CANNOT_EAT = "못 먹는 것"
    PET = "키우는 것"
    PET_NAME = "키우는 동물의 이름"
    FAMILY = "가족"


class _Verb(NamedTuple):
    """A predicate in 해요체, in 반말, and as it is written of others."""

    polite: str
    casual: str
    written: str


_IS = _Verb("이에요/예요", "이야/야", "이다/다")
_FRAMES: dict[Kind, tuple[str, _Verb]] = {
    Kind.NAME: ("의 이름은 {value}", _IS),
    Kind.AGE: ("의 나이는 {value}", _IS),
    Kind.BIRTHDAY: ("의 생일은 {value}", _IS),
    Kind.HOME: ("{은} {value}에", _Verb("살아요", "살아", "산다")),
    Kind.HOMETOWN: ("의 고향은 {value}", _IS),
    Kind.JOB: ("의 일은 {value}", _IS),
    Kind.WORKPLACE: ("{은} {value}에", _Verb("다녀요", "다녀", "다닌다")),
    Kind.MAJOR: ("의 전공은 {value}", _IS),
    Kind.MBTI: ("의 MBTI는 {value}", _IS),
    Kind.HOBBY: ("의 취미는 {value}", _IS),
    Kind.DREAM: ("의 꿈은 {value}", _IS),
    Kind.FAVOURITE: ("{이} 제일 좋아하는 {about} {value}", _IS),
    Kind.LIKES: ("{은} {value을}", _Verb("좋아해요", "좋아해", "좋아한다")),
    Kind.DISLIKES: ("{은} {value을}", _Verb("싫어해요", "싫어해", "싫어한다")),
    Kind.CANNOT_EAT: ("{은} {value을}", _Verb("못 먹어요", "못 먹어", "못 먹는다")),
    Kind.PET: ("{은} {value을}", _Verb("키워요", "키워", "키운다")),
    Kind.PET_NAME: ("의 {about} 이름은 {value}", _IS),
    Kind.FAMILY: ("{은} {value이}", _Verb("있어요", "있어", "있다")),
}
MANY = frozenset(
    {Kind.HOBBY, Kind.LIKES, Kind.DISLIKES, Kind.CANNOT_EAT, Kind.PET, Kind.FAMILY, Kind.FAVOURITE, Kind.PET_NAME}
)
"""Kinds of which a person can have several facts, as long as they are about different things."""
OPPOSITES = {Kind.LIKES: Kind.DISLIKES, Kind.DISLIKES: Kind.LIKES}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a person told about themselves.

    Attributes:
        about: what the value belongs to, where the kind leaves that open: the animal of a name, what is the favourite.
    """

    kind: Kind
    value: str
    about: str = ""

    def replaces(self, other: "Fact") -> bool:
        """Tell whether an older fact is no longer so, or the same."""
        if self.kind in (Kind.FAVOURITE, Kind.PET_NAME):
            return self.kind is other.kind and self.about == other.about
        if self.kind in MANY:
            return other.kind in (self.kind, OPPOSITES.get(self.kind)) and self.value == other.value
        return self.kind is other.kind

    def of(self, who: str) -> str:
        """Return it as one writes of others: "이 사람은 고양이를 키운다."."""
        return f"{who}{self._worded(who, SpeechLevel.POLITE, written=True)}."

    def told(self, level: SpeechLevel) -> str:
        """Return it as it is told to the person, without who it is about: "고양이를 키워요"."""
        words = self._worded("", level)
        return words.removeprefix("의").strip()

    def _worded(self, who: str, level: SpeechLevel, written: bool = False) -> str:
        frame, verb = _FRAMES[self.kind]
        predicate = verb.written if written else verb.polite if level is SpeechLevel.POLITE else verb.casual
        words = frame.replace("{value을}", korean.josa(self.value, "을/를")).replace(
            "{value이}", korean.josa(self.value, "이/가")
        )
        words = words.replace("{은}", korean.josa(who, "은/는")[len(who) :] if who else "")
        words = words.replace("{이}", korean.josa(who, "이/가")[len(who) :] if who else "")
        about = korean.josa(self.about, "은/는") if self.kind is Kind.FAVOURITE else self.about
        words = words.replace("{about}", about).replace("{value}", self.value)
        return korean.josa(words, predicate) if "/" in predicate else f"{words} {predicate}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a clause told: a fact, or that it is not so. ``instead_of``: what it was said to be otherwise."""

    fact: Fact
    denied: bool = False
    instead_of: str = ""
