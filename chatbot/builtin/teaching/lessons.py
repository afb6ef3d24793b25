"""Reads from a message what it teaches: "안녕=반가워", "누가 안녕하면 반가워라고 해". Knows nothing of rooms or storage."""

import re
from dataclasses import dataclass

from chatbot.builtin.patterns import any_of, words
from chatbot.builtin.spoken import unquoted

LONGEST_KEY = 100
LONGEST_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is said, and what is to be answered."""

    key: str
    answer: str


_BEGINNING = re.compile(
    any_of(
        "가르칠게 가르칠게요 가르쳐_줄게 가르쳐_줄게요 가르쳐_드릴게요 알려_줄게 배워 배워_봐 배워_둬 배우기 학습"
        " 외워 외워_둬 따라_해"
    )
    + r"(?:[ :,.!]+|$)"
)
_EQUALS = re.compile(r"(?<![=<>!:+\-*/~^])=(?![=>~])")
_LINK = re.compile(r"https?:|www\.|[a-z0-9-]+\.(?:com|net|org|kr|io|me|co)\b", re.IGNORECASE)
_HANGUL = re.compile(r"[가-힣ㄱ-ㅣ]")
_SAID = re.compile(r"[가-힣ㄱ-ㅣA-Za-z]")
_FORMULA = re.compile(r"[\d\s.,()+\-*/^%xyzabn×÷√π]*", re.IGNORECASE)
_CODE = re.compile(r"[{}();\[\]]|\b(?:var|let|const|def|return|int|print|import)\b|^\w+\.\w+")
_DO = any_of("해 해라 해요 해_줘 해_줘요 해_주라 해_주세요 하면_돼 하면_돼요 하세요")
_SAY = rf"(?:{any_of('대답 답 답변 말 대꾸 얘기 이야기')}(?:을)? ?)?{_DO}[ .!~ㅎㅋㅠ]*"
_WHEN = any_of("하면 그러면 말하면 물으면 물어_보면 부르면 할_때 말할_때 물어볼_때 인사하면") + "(?:은|는|에)?"
_SOMEBODY = any_of("누가 내가 우리가 누군가 누구든 사람들이 애들이 친구가")
_TOLD = re.compile(
    rf"(?:{_SOMEBODY} (?P<one>.{{1,120}}?)(?:라고)? ?{_WHEN}|(?P<two>.{{1,120}}?)라고? ?{_WHEN}),? (?:너는 |넌 |네가 )?"
    rf"(?P<answer>.{{1,320}}?)라고? ?{_SAY}"
)
_ASKING = words("뭐 뭘 무엇 뭐라 어떻게 왜 누구 어디")


def lesson_of(text: str) -> Lesson | None:
    """Return what a message teaches in the words people use for it; ``None`` for anything else, equations above all."""
    beginning = _BEGINNING.match(text)
    if beginning is not None:
        return explicit_lesson(text[beginning.end() :])
    return bare_lesson(text) or _told(text)


def explicit_lesson(text: str) -> Lesson | None:
    """Return the lesson of "안녕 = 반가워" and "안녕하면 반가워라고 해" from one who said that it is one."""
    cut = _EQUALS.search(text)
    if cut is None:
        return _told(text)
    return _lesson(text[: cut.start()], text[cut.end() :])


def bare_lesson(text: str) -> Lesson | None:
    """Return the lesson of "안녕=반가워"; ``None`` for what only has the sign: "x=3", code, links."""
    signs = list(_EQUALS.finditer(text))
    if text.count("=") != 1 or len(signs) != 1 or "\n" in text or _LINK.search(text) or _CODE.search(text):
        return None
    key, answer = text[: signs[0].start()].strip(), text[signs[0].end() :].strip()
    if not _HANGUL.search(key) or not _SAID.search(answer) or _FORMULA.fullmatch(answer) or _FORMULA.fullmatch(key):
        return None
    return _lesson(key, answer)


def is_link(text: str) -> bool:
    """Tell whether a text leads somewhere else."""
    return _LINK.search(text) is not None


def _told(text: str) -> Lesson | None:
    """Return the lesson of "누가 안녕하면 반가워라고 해"; what others say or would say is none."""
    match = None if "?" in text[-3:] else _TOLD.fullmatch(text)
    if match is None:
        return None
    key, answer = unquoted(match["one"] or match["two"]), unquoted(match["answer"])
    key = re.sub(r"(?<=[다자냐])고$", "", key)  # "배고프다고 하면"
    return None if {key, answer} & _ASKING else _lesson(key, answer)


def _lesson(key: str, answer: str) -> Lesson | None:
    key, answer = key.strip(), answer.strip()
    return Lesson(key, answer) if key and answer else None
