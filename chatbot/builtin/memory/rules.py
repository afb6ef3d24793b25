"""How people tell what they are, have and like: patterns of whole clauses, and the facts made of them.

Knows nothing of messages; ``extraction`` cuts them into clauses. An earlier rule is tried first, and a rule that makes no
fact of a clause leaves it to the later ones.
"""

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from chatbot import korean
from chatbot.builtin.memory import words
from chatbot.builtin.memory.facts import Fact, Kind
from chatbot.builtin.names import is_name
from chatbot.builtin.patterns import any_of, present
from chatbot.builtin.spoken import unquoted, without_copula

Make: TypeAlias = Callable[[re.Match[str]], Fact | None]


_CLAUSE = re.compile(
    r"없|[는은] 게 |[좋싫]|(?:[아어여해워려와]서|[거으하되오가이]면|긴|지만|니까|는데)(?: |$)|^[이가도는만를을](?: |$)"
)
"""What stands in no noun."""


class Rule(NamedTuple):
    """A way to tell something. ``denied``: it tells that the fact is not so."""

    pattern: str
    make: Make
    denied: bool = False


def _thing(value: str, particles: str) -> str:
    """Return what a clause is about, without its particle; empty for other people and for words that name nothing."""
    last, before = value[-1], value[:-1]
    if len(value) > 1 and last in particles and korean.ends_in_consonant(before) == (last in "을은이"):
        value = before if last != "이" or unquoted(value) != value else value
    if " " in value:
        value = re.sub(r"(?<= )(?:거|걸|건|게)$", "것", value)
    return "" if words.NOBODY_ELSE.fullmatch(value) or _CLAUSE.search(value) else value


def _named(match: re.Match[str]) -> str:
    groups = match.groupdict()
    name = unquoted(groups["q"]) if groups.get("q") else without_copula(match["c"])
    return name if re.fullmatch(r"[가-힣]{2,5}|[A-Za-z]{2,15}", name) and name not in words.NO_NAMES else ""


def _fact(kind: Kind, value: str, about: str = "") -> Fact | None:
    return Fact(kind, value, about) if value else None


def _name(match: re.Match[str]) -> Fact | None:
    return _fact(Kind.NAME, _named(match))


def _own_name(match: re.Match[str]) -> Fact | None:
    name = _named(match)
    return Fact(Kind.NAME, name) if is_name(name) and name not in words.PLACES else None


def _pet_name(match: re.Match[str]) -> Fact | None:
    return _fact(Kind.PET_NAME, _named(match), match["a"])


def _age(match: re.Match[str]) -> Fact | None:
    value = "".join(match["x"].split())
    return Fact(Kind.AGE, value if value.endswith(("살", "세")) or value[-1] not in "한두세네" else f"{value}살")


def _birthday(match: re.Match[str]) -> Fact | None:
    month, day = int(match["m"]), int(match["d"])
    lunar = "음력 " if match.groupdict().get("lunar") else ""
    return Fact(Kind.BIRTHDAY, f"{lunar}{month}월 {day}일") if 1 <= month <= 12 and 1 <= day <= 31 else None


def _home(match: re.Match[str]) -> Fact | None:
    where = match["x"]
    return Fact(Kind.HOME, where) if words.is_place(where, bool(match.groupdict().get("at"))) else None


def _own_house(match: re.Match[str]) -> Fact | None:
    where = without_copula(match["c"])
    return Fact(Kind.HOME, where) if where in words.PLACES else None


def _hometown(match: re.Match[str]) -> Fact | None:
    groups = match.groupdict()
    where = groups["x"] if groups.get("x") else without_copula(match["c"])
    return Fact(Kind.HOMETOWN, where) if words.is_place(where, "c" in groups) else None


def _job(match: re.Match[str]) -> Fact | None:
    groups = match.groupdict()
    job = groups["x"] if groups.get("x") else without_copula(match["c"])
    is_one = words.JOB.fullmatch(job) and not words.NO_JOBS.fullmatch(job)
    return Fact(Kind.JOB, job) if is_one or (job and groups.get("sure")) else None


def _workplace(match: re.Match[str]) -> Fact | None:
    value = match["x"]
    return None if words.NO_WORKPLACES.fullmatch(value) else _fact(Kind.WORKPLACE, _thing(value, "을를"))


def _food(match: re.Match[str]) -> Fact | None:
    value = _thing(match["x"], "을를은는")
    return None if value in words.NO_FOOD else _fact(Kind.CANNOT_EAT, value)


def _mbti(match: re.Match[str]) -> Fact | None:
    return Fact(Kind.MBTI, match["x"].upper())


def _family(match: re.Match[str]) -> Fact | None:
    return Fact(Kind.FAMILY, match["x"])


def _favourite(match: re.Match[str]) -> Fact | None:
    return _fact(Kind.FAVOURITE, without_copula(match["c"]), match["a"] or "것")


def _plain(kind: Kind, particles: str = "을를") -> Make:
    """Return what makes a fact of the words before a verb."""
    return lambda match: _fact(kind, _thing(match["x"], particles))


def _noun(kind: Kind) -> Make:
    """Return what makes a fact of the noun before a copula."""

    def make(match: re.Match[str]) -> Fact | None:
        noun = without_copula(match["c"])
        return _fact(kind, _thing(noun, "")) if noun and not _CLAUSE.search(noun) else None

    return make


def _rule(pattern: str, make: Make, denied: bool = False) -> Rule:
    return Rule(pattern, make, denied)


_I = any_of("나는 난 나도 나 저는 전 저도 저 내가 제가") + " "
_MY = any_of("내 제 나의 저의 우리") + " "
_ADVERBS = any_of(
    "이제 이젠 이제는 지금 지금은 현재 현재는 요즘 요즘은 원래 원래는 사실 그냥 정말 진짜 너무 엄청 완전 제일 가장 되게 무지"
    " 집에서 아직 혼자 오래전부터 작년부터 올해부터 부모님이랑 가족이랑 친구랑 동생이랑"
)
_SO = f"(?:{_ADVERBS} )*"
_X = r"(?P<x>[가-힣A-Za-z0-9][가-힣A-Za-z0-9·&+'-]*?(?: [가-힣A-Za-z0-9·&+'-]+){0,3}?)"
_C = r"(?P<c>[가-힣A-Za-z0-9][가-힣A-Za-z0-9 ]{0,40})"
"""Words with a copula behind them."""
_IS = any_of("이에요 이예요 예요 이야 야 이고 입니다 인데 인데요 임 이다 이거든 이거든요 거든 거든요") + "?"
_IS_NOT = any_of("아니야 아니에요 아닌데 아닙니다 아님")
_SAYS = any_of("해 해요 합니다 하는데 하는데요")
_TENS = rf"{any_of('스물 스무 서른 마흔 쉰 예순 일흔')}{any_of('하나 한 둘 두 셋 세 넷 네 다섯 여섯 일곱 여덟 아홉')}?"
_YEARS = rf"(?P<x>\d{{1,3}} ?(?:살|세)|{_TENS}(?: ?살)?|열[가-힣]{{0,2}} ?살)"
_DAY = r"(?:\d{2,4}년 ?)?(?P<m>\d{1,2})월 ?(?P<d>\d{1,2})일"
_COUNT = rf"(?: ?(?:{any_of('한 두 세 네 다섯 여섯')}|\d{{1,2}}) ?마리)?"
_LIVE = any_of(
    "살아 살아요 살아용 삽니다 산다 삼 사는데 사는데요 살거든 살거든요 살지 살죠 살아서 살고 살고요"
    " 살고_있(?:어|어요|습니다|는데|거든|다|음)"
)
_LIKE, _HATE, _LOVE = present("좋아해", "좋아하"), present("싫어해", "싫어하"), present("사랑해", "사랑하")
_EAT, _KEEP, _GO, _HAVE = present("먹어", "먹"), present("키워", "키우"), present("다녀", "다니"), present("있어", "있")
_WORK = f"(?:{present('일해', '일하')}|{present('근무해', '근무하')})"
_MUCH = rf"(?:{any_of('제일 너무 정말 진짜 엄청 되게 완전 많이 더 다 훨씬 아주')} )*"
_ANIMAL = rf"(?P<a>{words.ANIMAL.pattern})"
_RAISED = rf"(?P<x>{words.RAISED.pattern}){_COUNT}"
_RELATIVE = any_of("남동생 여동생 동생 형 누나 언니 오빠 쌍둥이 딸 아들 아이 조카 손주 손자 손녀")
_FAVOURED = rf"(?:{_I}|{_MY})(?:(?:제일|가장|진짜|정말) )*좋아하는"

RULES = (
    _rule(rf"{_MY}(?:이름|본명)(?:은|이)? ?(?:이제 )?{_C}", _name),
    _rule(rf"{_MY}이름(?:은|이)? ?(?P<q>\S+?)라고? ?{_SAYS}", _name),
    _rule(rf"{_I}(?P<q>\S+?)라고? ?{_SAYS}", _own_name),
    _rule(rf"{_I}{_C}", _own_name),
    _rule(rf"{_MY}(?:집 ?)?{_ANIMAL} ?이름(?:은|이)? ?{_C}", _pet_name),
    _rule(rf"{_MY}(?:집 ?)?{_ANIMAL}(?:는|은)? ?(?:이름이 ?)?(?P<q>\S+?)라고? ?{_SAYS}", _pet_name),
    _rule(rf"(?:{_I}|{_MY})(?:나이는? ?)?(?:{any_of('올해로? 이제 한국_나이로 만')} ?)?{_YEARS}{_IS}", _age),
    _rule(rf"(?:{_MY}생일(?:은|이)? ?|{_I}생일이? ?)(?P<lunar>음력 ?)?{_DAY}{_IS}", _birthday),
    _rule(rf"{_I}{_DAY}(?:생{_IS}|에 ?태어났(?:어|어요|습니다|거든|는데))", _birthday),
    _rule(rf"{_I}{_SO}{_X}(?P<at>에서|에)? ?(?:{any_of('혼자 가족이랑 부모님이랑 친구랑')} )?{_LIVE}", _home),
    _rule(rf"{_I}{_SO}{_X}(?P<at>으로|로) ?이사 ?(?:했|왔|갔)(?:어|어요|습니다|는데|거든)", _home),
    _rule(rf"{_MY}집은? ?{_C}", _own_house),
    _rule(rf"{_MY}고향(?:은|이)? ?{_C}", _hometown),
    _rule(rf"{_I}{_SO}{_X} ?(?:출신|토박이){_IS}", _hometown),
    _rule(rf"(?P<sure>{_MY}직업(?:은|이)?) ?{_C}", _job),
    _rule(rf"{_I}{_SO}{_C}", _job),
    _rule(rf"{_I}{_SO}{_X}(?:으로|로) ?{_WORK}", _job),
    _rule(rf"{_I}{_SO}{_X}에서 ?(?:{_WORK}|{present('알바해', '알바하')})", _workplace),
    _rule(rf"{_I}{_SO}{_X}(?:에|를|을)? ?{_GO}", _workplace),
    _rule(rf"{_MY}전공(?:은|이)? ?{_C}", _noun(Kind.MAJOR)),
    _rule(rf"{_I}{_SO}{_X}(?:을|를)? ?(?:전공{_IS}|{present('전공해', '전공하')})", _plain(Kind.MAJOR)),
    _rule(rf"(?:{_I}|{_MY}(?:mbti|MBTI|엠비티아이)(?:는|가)? ?)(?P<x>[EIei][NSns][TFtf][JPjp]){_IS}", _mbti),
    _rule(rf"(?:{_MY}|{_I})취미(?:는|가)? ?{_C}", _noun(Kind.HOBBY)),
    _rule(rf"{_I}{_SO}취미로 {_X}(?:을|를)? ?{present('해', '하')}", _plain(Kind.HOBBY)),
    _rule(rf"{_MY}(?:꿈|장래 ?희망)(?:은|이)? ?{_C}", _noun(Kind.DREAM)),
    _rule(rf"{_FAVOURED} (?P<a>(?!거|건|것|게|걸)[가-힣]{{1,6}}?)(?:은|는|이|가)? {_C}", _favourite),
    _rule(rf"{_MY}최애 ?(?P<a>[가-힣]{{1,6}}?)?(?:은|는) {_C}", _favourite),
    _rule(rf"{_FAVOURED} (?:건|것은|거는|게) {_C}", _noun(Kind.LIKES)),
    _rule(rf"{_I}{_SO}{_X} ?(?:별로 |그렇게 |딱히 )?안 ?{_LIKE}", _plain(Kind.DISLIKES)),
    _rule(rf"{_I}{_SO}{_X} ?{_MUCH}(?:{_LIKE}|{_LOVE})", _plain(Kind.LIKES)),
    _rule(rf"{_I}{_SO}{_X} ?{_MUCH}{any_of('좋아 좋아요 좋더라 좋더라고요 좋습니다')}", _plain(Kind.LIKES, "이가은는")),
    _rule(rf"{_I}{_SO}{_X} ?{_MUCH}{_HATE}", _plain(Kind.DISLIKES)),
    _rule(rf"{_I}{_SO}{_X} ?{_MUCH}{any_of('싫어 싫어요 싫더라 싫습니다')}", _plain(Kind.DISLIKES, "이가은는")),
    _rule(rf"{_I}{_SO}{_X} ?(?:잘 ?)?못 ?{_EAT}", _food),
    _rule(rf"{_I}{_SO}{_RAISED}(?:을|를|도)? ?안 ?{_KEEP}", _plain(Kind.PET), denied=True),
    _rule(rf"{_I}{_SO}{_RAISED}(?:을|를|도)? ?{_KEEP}", _plain(Kind.PET)),
    _rule(rf"{_MY}집(?:에|에는|엔)? ?(?P<x>{words.ANIMAL.pattern}){_COUNT}(?:이|가|도)? ?{_HAVE}", _plain(Kind.PET)),
    _rule(
        rf"{_I}{_SO}(?P<x>{_RELATIVE})(?: ?{any_of('하나 둘 셋 넷 한_명 두_명 세_명')})?(?:이|가|도)? ?{_HAVE}", _family
    ),
    _rule(rf"{_I}{_SO}{_X}(?P<at>에서|에)? ?안 ?{_LIVE}", _home, denied=True),
    _rule(rf"{_MY}이름(?:은|이)? ?(?P<q>\S+?)(?:이|가)? ?{_IS_NOT}", _name, denied=True),
    _rule(rf"{_I}{_SO}(?:더 이상 )?{_X}(?:이|가)? ?{_IS_NOT}", _job, denied=True),
    _rule(
        rf"{_I}{_SO}{_X}(?:을|를)? ?{any_of('그만뒀 때려치웠 때려쳤')}(?:어|어요|습니다|는데|거든)", _job, denied=True
    ),
)
CORRECTED = (
    rf"(?P<head>(?:{_MY}[가-힣]+(?: 이름)?(?:은|는|이|가)? |{_I}{_SO}))?(?P<old>\S+(?: \S+)?)(?: ?(?:이|가))? ?"
    rf"{any_of('아니고 아니라 말고')} (?P<new>.+)"
)
"""Says what is so instead of what was understood."""
