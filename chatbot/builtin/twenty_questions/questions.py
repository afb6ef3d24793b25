"""Understands what is asked about a thing in 스무고개, by the words in it, and what is true of it.

Knows nothing of turns or of who plays. A question may ask for several things at once ("날개가 있는 동물이야?"): all must
be so. What it does not understand it says so, rather than guess.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chatbot import korean
from chatbot.builtin.twenty_questions.attributes import ATTRIBUTES, COLOURS
from chatbot.builtin.twenty_questions.sizes import asked_size
from chatbot.builtin.twenty_questions.things import Thing, thing_called


@dataclass(frozen=True, slots=True)
class Fact:
    """Something asked for: whether it is so (None where it depends), and how either is told; see ``chatbot.builtin.wording``."""

    is_so: bool | None
    so: str
    not_so: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was understood. ``is_denied``: it is put in the negative, so that 네 would say neither."""

    facts: tuple[Fact, ...]
    is_denied: bool = False

    @property
    def is_so(self) -> bool | None:
        """Whether all of it is so."""
        answers = [fact.is_so for fact in self.facts]
        return False if False in answers else None if None in answers else True


@dataclass(frozen=True, slots=True)
class Guess:
    """A name that was given for the thing."""

    name: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class NotYesNo:
    """A question that 네 and 아니요 do not answer."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A question that was not understood."""


_BEGINNING = re.compile(
    r"^(?:(?:혹시|그럼|그러면|음+|흠+|아|그거|그건|그게|이거|이건|이게|그것은|그것도|이것은|설마|그렇다면)(?:[,. ]+|(?=\?)))+"
)
_END = re.compile(r"[\s?!.~ㅋㅎㅠㅜ^]+$")
_ANSWER_IS = re.compile(r"^(?:정답|답)(?:은|이|:|,|!)?\s*(?=[^\s!])")
_COPULA = re.compile(
    r"\s?(?:이?야|이?지|이?죠|이?냐|이?니|이?네|이?다|인가|인가요|인감|이에요|예요|에요|이예요|"
    r"이어요|입니까|입니다|인 ?거야|인 ?거지|인 ?건가|인 ?것 같아|같아|같은데|임|맞아|맞지|맞죠|"
    r"(?:이|가)? ?맞(?:아요|나요|습니까|지요)|(?:이|가)? ?아니(?:야|에요|지|죠|니|냐|ㅁ)|아님|요|"
    r"이요|인데|일까|일까요|이려나|려나|이겠지|겠지|이지요|지요|이잖아|잖아)$"
)
_OPEN = re.compile(r"뭐|뭔|뭘|무엇|무슨|어디|언제|누구|누가|(?<![가-힣])몇|어떤|어때|왜|어떻게|얼마|어느")
_DENIED = re.compile(r"(?<![가-힣])(?:안|못) (?!에)|지 ?(?:않|못|는 ?않|는 ?못)|없|아니|무생물")
_ASKING = re.compile(r"\?|(?:야|니|나|나요|까|가|가요|냐|지|죠|어|아|해|돼|요)[.~!ㅋㅎㅠ ]*$")
_NUMBERS = r"한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|\d{1,2}"
_LEGS = re.compile(
    rf"(?:다리|발)\S{{0,2}} ?({_NUMBERS}) ?(?:개|짝)|({_NUMBERS}) ?(?:발|다리)|(다리)\S{{0,2}} ?"
    rf"(?:많|여러)|(?:다리|발)(?:이|가|도)? ?[있없]"
)
_LETTERS = re.compile(rf"({_NUMBERS}) ?(?:글자|음절)|글자 ?수?\S{{0,2}} ({_NUMBERS}) ?개")
_EXCLAIMED = re.compile(
    r"(?:(?:오+|아+|엥|헐+|와+|우와|진짜|정말|그래|그렇구나|오케이|ㅇㅋ|알겠어|알았어|응|어|음|흠|"
    r"네|아니|그럼|그래서|뭐라고|맞아)[ ,!.~]*)+(?:야|요)?"
)
_FIRST = re.compile(r"['\"]?([가-힣ㄱ-ㅎ])['\"]?(?: ?자)?(?:으)?로 ?시작")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"


_COUNTS = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")


def initials(name: str) -> str:
    """Return the first consonant of each syllable; what is no syllable as it is."""
    codes = [(ord(letter) - 0xAC00, letter) for letter in name]
    return "".join(_INITIALS[code // 588] if 0 <= code < 11172 else letter for code, letter in codes)


def counted(number: int) -> str:
    """Return a number as it is said before a noun: 4 is 네."""
    return _COUNTS[number] if 0 < number < len(_COUNTS) else str(number)


def understood(text: str, thing: Thing) -> Asked | Guess | NotYesNo | Unknown | None:
    """Return what a message asks about the thing; None for what is no question."""
    words = _END.sub("", _BEGINNING.sub("", text.strip()))
    guess = _guess(words, thing)
    if guess is not None:
        return guess
    if not words or not _ASKING.search(text) or _EXCLAIMED.fullmatch(words):
        return None
    if _OPEN.search(words):
        return NotYesNo()
    facts = tuple(_facts(words, thing))
    if facts:
        return Asked(facts[:3], _DENIED.search(words) is not None)
    return Unknown()


def _guess(words: str, thing: Thing) -> Guess | None:
    """Return the name that is guessed. Behind 정답은 any name is one; else only names that we know."""
    is_said = _ANSWER_IS.match(words)
    name = words[is_said.end() :] if is_said else words
    candidates = [name, *_without_copula(name)]
    for candidate in candidates:
        if thing.is_called(candidate):
            return Guess(candidate, True)
    for candidate in candidates:
        if thing_called(candidate) is not None:
            return Guess(candidate, False)
    return Guess(candidates[-1], False) if is_said and candidates[-1] else None


def _without_copula(name: str) -> list[str]:
    """Return what a name may be without the ending behind it, the longest first."""
    found: list[str] = []
    while (match := _COPULA.search(name)) is not None and match.start() > 0 and len(found) < 3:
        name = name[: match.start()]
        found.append(name)
    return found


def _facts(words: str, thing: Thing) -> Iterator[Fact]:
    """Yield what is asked for. What was understood is taken out, so that no word counts twice."""
    if match := _LETTERS.search(words):
        words = _without(words, match)
        count = _number(match[1] or match[2])
        yield Fact(
            len(thing.name) == count, f"{counted(count)} 글자{{예요|야}}", f"{counted(count)} 글자는 아니{{에요|야}}"
        )
    if match := _FIRST.search(words):
        words = _without(words, match)
        begins = match[1] in (thing.name[0], initials(thing.name[0]))
        with_it = korean.josa(f"'{match[1]}'", "으로/로")
        yield Fact(begins, f"{with_it} 시작해{{요}}", f"{with_it} 시작하지는 않아{{요}}")
    if match := _LEGS.search(words):
        words = _without(words, match)
        yield _legs(match, thing)
    for colour, (name, asked) in COLOURS.items():
        if match := re.search(rf"(?:{asked})(?:색|빛)?", words):
            words = _without(words, match)
            is_it = korean.josa(name, "이에요/예요")
            so = f"{name}{{{is_it.removeprefix(name)}|{korean.josa(name, '이야/야').removeprefix(name)}}}"
            yield Fact(thing.has(colour), so, f"{korean.josa(name, '은/는')} 아니{{에요|야}}")
    if size := asked_size(words, thing):
        words = words[: size.span[0]] + "  " + words[size.span[1] :]
        yield Fact(size.is_so, size.so, size.not_so)
    for key, attribute in ATTRIBUTES.items():
        if match := attribute.asked.search(words):
            words = _without(words, match)
            yield Fact(thing.has(key), attribute.so, attribute.not_so)


def _legs(match: re.Match[str], thing: Thing) -> Fact:
    if match[3]:
        many = None if thing.legs is None else thing.legs > 4
        return Fact(many, "다리가 많아{요}", "다리가 많지는 않아{요}")
    if not (match[1] or match[2]):
        has = None if thing.legs is None else thing.legs > 0
        return Fact(has, "다리가 있어{요}", "다리는 없어{요}")
    count = _number(match[1] or match[2])
    is_it = None if thing.legs is None else thing.legs == count
    return Fact(is_it, f"다리가 {counted(count)} 개{{예요|야}}", f"다리가 {counted(count)} 개는 아니{{에요|야}}")


def _number(word: str) -> int:
    number = korean.read_number(word if word.isdigit() else f"{word} 개")
    return int(number) if number is not None else 0


def _without(words: str, match: re.Match[str]) -> str:
    return words[: match.start()] + "  " + words[match.end() :]
