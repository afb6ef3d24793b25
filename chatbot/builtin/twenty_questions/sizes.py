"""How large and heavy a thing of 스무고개 is, and whether that is asked for. Knows five sizes, no centimetres."""

import re
from dataclasses import dataclass

from chatbot.builtin.twenty_questions.things import Thing, thing_called

_AS_LARGE_AS = {
    "손톱": 0.5, "손가락": 1.0, "손바닥": 1.0, "손": 1.0, "주먹": 1.0, "머리": 2.0, "얼굴": 2.0, "팔": 2.0, "공": 2.0,
    "사람": 3.0, "나": 3.0, "너": 3.0, "저": 3.0, "어른": 3.0, "아이": 2.6, "아기": 2.4, "키": 3.0, "몸": 3.0,
    "방": 4.6, "방문": 3.5, "문": 3.5, "집": 5.0, "건물": 5.4, "아파트": 5.5, "코끼리": 5.0, "자동차": 4.0, "차": 4.0,
}  # fmt: skip
_COMPARED = re.compile(
    r"(?P<than>[가-힣A-Za-z]+?)보다 ?(?:더 ?|훨씬 ?|많이 ?)*(?:(?P<large>크|커|큰|클|무거|무겁)|(?P<small>작|가벼|가볍))\S*"
)
_IN_HAND = re.compile(
    r"(?:한 ?손|손|손바닥|주머니|가방)(?:에|으로|안에)? ?(?:들|쥘|쥐|잡|넣|들어|들고|올려)\S*(?: ?수)?|주머니|손바닥만|한 ?손으로"
)
_CARRIED = re.compile(r"(?:들고 다니|들 ?수|옮길 ?수|가지고 다니|휴대)\S*")
_LARGE = re.compile(r"(?<![가-힣])(?:크기가 ?|아주 ?|많이 ?|엄청 ?|되게 ?)*(?:커|큰|크|클|거대|대형)\S*")
_SMALL = re.compile(r"(?<![가-힣])(?:크기가 ?|아주 ?|많이 ?|엄청 ?|되게 ?)*(?:작|조그|쪼끄|소형)\S*")
_HEAVY = re.compile(r"무거\S*|무겁\S*|무게가 나가\S*")
_LIGHT = re.compile(r"가벼\S*|가볍\S*")


@dataclass(frozen=True, slots=True)
class SizeAsked:
    """A size that was asked for, and where in the words."""

    span: tuple[int, int]
    is_so: bool | None
    so: str
    not_so: str


def asked_size(words: str, thing: Thing) -> SizeAsked | None:
    """Return whether the thing is as large or small as is asked; None where no size is asked for."""
    if match := _COMPARED.search(words):
        return _compared(match, thing)
    size = thing.size
    for pattern, is_so, so, not_so in (
        (_IN_HAND, size == 1, "한 손에 들어와{요}", "한 손에 들어오지는 않아{요}"),
        (_CARRIED, None if size == 3 else size < 3, "들고 다닐 수 있어{요}", "들고 다니기는 어려워{요}"),
        (_HEAVY, None if size == 3 else size > 3, "무거워{요}", "무겁지는 않아{요}"),
        (_LIGHT, None if size == 3 else size < 3, "가벼워{요}", "가볍지는 않아{요}"),
        (_LARGE, None if size == 3 else size > 3, "큰 편이{에요|야}", "크지는 않아{요}"),
        (_SMALL, None if size == 2 else size < 2, "작은 편이{에요|야}", "작지는 않아{요}"),
    ):
        if match := pattern.search(words):
            return SizeAsked(match.span(), is_so, so, not_so)
    return None


def _compared(match: re.Match[str], thing: Thing) -> SizeAsked | None:
    """Return whether the thing is larger or smaller than another one; None for one that we do not know."""
    other = thing_called(match["than"])
    than = _AS_LARGE_AS.get(match["than"]) or (other and float(other.size))
    if than is None:
        return None
    is_larger = None if abs(thing.size - than) < 0.5 else thing.size > than
    if match["large"]:
        return SizeAsked(
            match.span(), is_larger, f"{match['than']}보다 커{{요}}", f"{match['than']}보다 크지는 않아{{요}}"
        )
    is_smaller = None if is_larger is None else not is_larger
    return SizeAsked(
        match.span(), is_smaller, f"{match['than']}보다 작아{{요}}", f"{match['than']}보다 작지는 않아{{요}}"
    )
