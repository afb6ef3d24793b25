"""What stands behind a command becomes the arguments of its handler, or a sentence on how it is written."""

import functools
import re
from collections.abc import Callable
from datetime import date, datetime, time
from enum import StrEnum
from time import process_time
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from chatbot.errors import PluginError
from chatbot.messages import Speaker
from chatbot.plugins.arguments import BadArgument, Problem, Signature, explain
from chatbot.plugins.converters import Context, Rest
from chatbot.plugins.tokens import words_of

if TYPE_CHECKING:
    from chatbot.bot import Bot  # as plugin authors import what they need for annotations alone

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=SEOUL)  # a Wednesday
MINSU, KIM = Speaker("u1", "민수"), Speaker("u2", "김 민지")
HERE = Context(NOW, (MINSU, KIM))
INJECTED = frozenset({"self", "chat", "settings"})
Level = Literal["쉬움", "보통", "어려움"]


class Drink(StrEnum):
    LATTE = "라떼"
    GREEN_TEA = "녹차"


async def add(chat: "Bot", left: int, right: int = 1) -> str:
    return f"{left + right}입니다."


async def remind(chat: "Bot", when: datetime, text: Rest) -> None: ...
async def on_day(day: date, at: time | None = None, title: str = "모임") -> None: ...
async def roll(sides: Annotated[int, Field(ge=2, le=100)] = 6, why: Rest = "") -> None: ...
async def order(drink: Drink, cups: int = 1, *, hot: bool = True) -> None: ...
async def praise(who: Speaker, words: Rest | None) -> None: ...
async def note(title: str, body: str = "") -> None: ...
async def play(level: Level, name: str) -> None: ...
async def nothing(chat: "Bot", settings: object) -> None: ...
async def quoted(left: "int", who: "Speaker | None" = None) -> None: ...


def signature(handler: Callable[..., Any]) -> Signature:
    return Signature.of(handler, INJECTED)


def read(handler: Callable[..., Any], text: str) -> dict[str, object]:
    return signature(handler).read(text, HERE)


def refusal(handler: Callable[..., Any], text: str) -> BadArgument:
    with pytest.raises(BadArgument) as refused:
        read(handler, text)
    return refused.value


@pytest.mark.parametrize(
    ("handler", "text", "values"),
    [
        (add, "1 2", {"left": 1, "right": 2}),
        (add, "1", {"left": 1, "right": 1}),
        (add, "  세\n네 ", {"left": 3, "right": 4}),
        (add, "두 개 세 개", {"left": 2, "right": 3}),
        (add, "1만 5천 3", {"left": 15_000, "right": 3}),
        (add, "3억 2천만 1만 5천원", {"left": 320_000_000, "right": 15_000}),
        (add, "3만 원 5천 원", {"left": 30_000, "right": 5000}),
        (add, "백 오", {"left": 100, "right": 5}),
        (add, "1만 5", {"left": 10_000, "right": 5}),
        (add, "스물 두 개", {"left": 22, "right": 1}),
        (add, '"1만 5" “마이너스 삼”', {"left": 10_005, "right": -3}),
        (remind, "내일 오후 3시 치과  가기", {"when": datetime(2026, 3, 5, 15, tzinfo=SEOUL), "text": "치과  가기"}),
        (remind, "10분 뒤 물", {"when": datetime(2026, 3, 4, 12, 10, tzinfo=SEOUL), "text": "물"}),
        (
            remind,
            "내일 3시에 '한 줄\n두 줄'",
            {"when": datetime(2026, 3, 5, 15, tzinfo=SEOUL), "text": "'한 줄\n두 줄'"},
        ),
        (on_day, "12월 25일", {"day": date(2026, 12, 25), "at": None, "title": "모임"}),
        (on_day, "12월 25일 오후 3시 파티", {"day": date(2026, 12, 25), "at": time(15), "title": "파티"}),
        (on_day, "내일 파티", {"day": date(2026, 3, 5), "at": None, "title": "파티"}),
        (roll, "", {"sides": 6, "why": ""}),
        (roll, "20", {"sides": 20, "why": ""}),
        (roll, "점심 당번 정하기", {"sides": 6, "why": "점심 당번 정하기"}),
        (roll, "20 점심\n당번", {"sides": 20, "why": "점심\n당번"}),
        (order, "라떼", {"drink": Drink.LATTE, "cups": 1, "hot": True}),
        (order, "녹 세 잔 아니요", {"drink": Drink.GREEN_TEA, "cups": 3, "hot": False}),
        (order, "라떼 꺼", {"drink": Drink.LATTE, "cups": 1, "hot": False}),
        (praise, "@민수 정말 잘했어요", {"who": MINSU, "words": "정말 잘했어요"}),
        (praise, "김 민지", {"who": KIM, "words": None}),
        (note, "제목 내용", {"title": "제목", "body": "내용"}),
        (note, "\"긴 제목\" '긴 내용'", {"title": "긴 제목", "body": "긴 내용"}),
        (note, '""', {"title": "", "body": ""}),
        (play, "쉬 하나", {"level": "쉬움", "name": "하나"}),
        (nothing, " ", {}),
        (quoted, "3 민수", {"left": 3, "who": MINSU}),
    ],
)
def test_what_is_written_becomes_values_by_name(
    handler: Callable[..., Any], text: str, values: dict[str, object]
) -> None:
    assert read(handler, text) == values


@pytest.mark.parametrize(
    ("handler", "text", "sentence"),
    [
        (add, "", "left가 빠졌어요. 이렇게 쓰면 돼요: /이것 left [right]"),
        (add, "가", "left는 숫자로 적어 주세요. 이렇게 쓰면 돼요: /이것 left [right]"),
        (add, "1 가", "right는 숫자로 적어 주세요. 이렇게 쓰면 돼요: /이것 left [right]"),
        (add, "1 2 3", "뒤에 적은 말이 너무 많아요. 이렇게 쓰면 돼요: /이것 left [right]"),
        (nothing, "가", "뒤에 적은 말이 너무 많아요. 이렇게 쓰면 돼요: /이것"),
        (
            note,
            "제목 긴 내용",
            '뒤에 적은 말이 너무 많아요. 여러 낱말로 된 것은 "큰따옴표"로 묶어 주세요.'
            " 이렇게 쓰면 돼요: /이것 title [body]",
        ),
        (remind, "내일 3시", "text가 빠졌어요. 이렇게 쓰면 돼요: /이것 when text"),
        (
            roll,
            "200 점심",
            "sides는 2 이상 100 이하의 숫자로 적어 주세요. 이렇게 쓰면 돼요: /이것 [sides] [why]",
        ),
        (
            play,
            "최고 하나",
            "level은 '쉬움', '보통', '어려움' 가운데 하나로 적어 주세요. 이렇게 쓰면 돼요: /이것 쉬움|보통|어려움 name",
        ),
        (order, "라떼 석잔 네 또", "뒤에 적은 말이 너무 많아요. 이렇게 쓰면 돼요: /이것 라떼|녹차 [cups] [네|아니요]"),
    ],
)
def test_a_bad_argument_is_explained(handler: Callable[..., Any], text: str, sentence: str) -> None:
    error = refusal(handler, text)
    assert explain(error, signature(handler).usage("이것")) == sentence


def test_a_bad_argument_says_whose_it_is_and_nothing_of_what_was_written() -> None:
    error = refusal(add, "1 비밀")
    assert (error.parameter, error.reason, error.problem) == ("right", "숫자로 적어 주세요", Problem.WRONG)
    assert "비밀" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert refusal(add, "").problem is Problem.MISSING
    assert (refusal(add, "1 2 3").parameter, refusal(add, "1 2 3").problem) == ("", Problem.TOO_MANY)


def test_usage_may_be_given_a_name_with_its_slash() -> None:
    assert signature(add).usage("/더하기") == signature(add).usage("더하기") == "/더하기 left [right]"
    assert signature(nothing).usage("/기억 지우기") == "/기억 지우기"


def test_parameters_are_there_for_slash_commands() -> None:
    left, right = signature(add).parameters
    assert (left.name, left.annotation, left.required, left.default) == ("left", int, True, None)
    assert (right.name, right.annotation, right.required, right.default) == ("right", int, False, 1)
    drink = signature(order).parameters[0]
    assert (drink.annotation, drink.converter.choices) == (Drink, ("라떼", "녹차"))
    assert signature(quoted).parameters[1].annotation == Speaker | None
    assert not signature(praise).parameters[1].required  # it may be None, so it may be left out


def test_without_annotations_words_are_taken_as_they_are() -> None:
    namespace: dict[str, Any] = {}
    exec("def bare(title='', body=''): ...", namespace)  # noqa: S102  # type checkers want annotations
    bare = signature(namespace["bare"])
    assert [each.annotation for each in bare.parameters] == [str, str]
    assert bare.read("제목 '긴 내용'", HERE) == {"title": "제목", "body": "긴 내용"}


def test_people_are_needed_where_a_person_is_read() -> None:
    assert [signature(each).needs_people for each in (praise, quoted, add, nothing)] == [True, True, False, False]


def test_a_method_a_sync_function_and_a_wrapped_one_are_read_alike() -> None:
    class Quiz:
        def begin(self, chat: object, level: "Level" = "보통") -> None: ...

    @functools.wraps(add)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        return await add(*args, **kwargs)

    for begin in (Quiz.begin, Quiz().begin):
        assert read(begin, "") == {"level": "보통"}
        assert read(begin, "3번") == {"level": "어려움"}
    assert read(wrapped, "1 2") == {"left": 1, "right": 2}


def test_an_answer_is_the_whole_message() -> None:
    def pick(self: object, chat: object, menu: str) -> None: ...
    def count(self: object, chat: object, cups: int) -> None: ...
    def hear(self: object, chat: object) -> None: ...

    assert signature(pick).read_answer(" 아이스 라떼 ", HERE) == {"menu": "아이스 라떼"}
    assert signature(count).read_answer("세 잔이요!", HERE) == {"cups": 3}
    assert signature(hear).read_answer("아무 말", HERE) == {}
    assert signature(add).read_answer("1 2", HERE) == {"left": 1, "right": 2}
    with pytest.raises(BadArgument) as refused:
        signature(count).read_answer("많이", HERE)
    assert (refused.value.parameter, refused.value.reason) == ("cups", "숫자로 적어 주세요")


def many(*numbers: int) -> None: ...
def named(**numbers: int) -> None: ...
def by_place(number: int, /) -> None: ...
def rest_first(words: Rest, number: int) -> None: ...
def unreadable(data: bytes) -> None: ...
def unknown(bot: "Bot") -> None: ...
def field_default(sides: int = Field(6, ge=2)) -> None: ...
def two_types(number: int | str) -> None: ...


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (many, "many()에 *numbers 같은 매개변수는"),
        (named, "named()에 *numbers 같은 매개변수는"),
        (by_place, "by_place()의 매개변수 number: 이름으로 받을 수 있게 '/'를 빼 주세요."),
        (rest_first, "rest_first()의 매개변수 words: Rest는 마지막"),
        (unreadable, "unreadable()의 매개변수 data: 'bytes' 타입은 읽을 수 없어요."),
        (unknown, "unknown()의 매개변수 bot: 타입 'Bot'을 찾을 수 없어요."),
        (field_default, "field_default()의 매개변수 sides: Field(...)는 Annotated 안에"),
        (two_types, "two_types()의 매개변수 number: 타입은 하나여야 해요."),
    ],
)
def test_a_signature_that_cannot_be_read_is_refused_when_it_is_looked_at(
    handler: Callable[..., Any], message: str
) -> None:
    with pytest.raises(PluginError, match=re.escape(message)):
        signature(handler)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  하나   둘\n셋 ", ["하나", "둘", "셋"]),
        ('"a b" c', ["a b", "c"]),
        ("“a b” ‘c d’", ["a b", "c d"]),
        ("'a b' it's 'tis", ["a b", "it's", "'tis"]),
        ('say="a b"', ['say="a', 'b"']),
        ('"a b"c', ['"a', 'b"c']),
        ('"a b', ['"a', "b"]),
        ('"" x', ["", "x"]),
        ("'it's a dog'", ["'it's", "a", "dog'"]),
        ('"한 줄\n두 줄"', ["한 줄\n두 줄"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [word.text for word in words_of(text)] == words


QUOTES = "\"'“”‘’"


@settings(deadline=None)  # the machine may be busy
@given(st.text(st.characters(exclude_characters=QUOTES) | st.sampled_from(" \n\t")))
def test_without_quotes_words_are_what_spaces_part(text: str) -> None:
    words = words_of(text)
    assert [word.text for word in words] == text.split()
    assert all(text.startswith(word.text, word.start) for word in words)


@settings(deadline=None)  # the machine may be busy
@given(st.text("ab \n" + QUOTES))
def test_nothing_but_quotes_and_spaces_is_lost(text: str) -> None:
    words = words_of(text)
    lost = str.maketrans("", "", QUOTES + " \n")
    assert "".join(word.text for word in words).translate(lost) == text.translate(lost)
    kept = sum(character in QUOTES for word in words for character in word.text)
    grouped = [word for word in words if not text.startswith(word.text, word.start) or not word.text]
    assert kept + 2 * len(grouped) == sum(character in QUOTES for character in text)
    starts = [word.start for word in words]
    assert starts == sorted(set(starts))


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.text("가나 \n'", min_size=1), max_size=5))
def test_what_is_put_between_quotes_is_one_word(parts: list[str]) -> None:
    assert [word.text for word in words_of(" ".join(f'"{part}"' for part in parts))] == parts


def outcome(signature: Signature, text: str) -> dict[str, object] | BadArgument:
    try:
        return signature.read(text, HERE)
    except BadArgument as error:
        return error


@pytest.mark.parametrize("text", ['"' * 50_000, "' " * 50_000, '"a ' * 30_000, "만 " * 50_000, "9" * 100_000])
def test_a_long_message_takes_no_long_time(text: str) -> None:
    begun = process_time()
    for handler in (add, order, praise):
        assert isinstance(outcome(signature(handler), text), BadArgument)
    assert process_time() - begun < 5


PIECES = st.sampled_from(
    [*"0123456789,.-+@'“\"", " ", " ", "\n", "세", "만", "개", "이요", "네", "쉬움", "라떼", "민수", "김 민지"]
)
WRITTEN = st.text() | st.lists(PIECES).map("".join)
KINDS = (
    *((name, int) for name in ("left", "right", "sides", "cups")),
    *((name, str) for name in ("why", "title", "body", "level", "name", "text")),
    *(("drink", Drink), ("hot", bool), ("who", Speaker), ("when", datetime), ("day", date)),
    *(("words", str | None), ("at", time | None)),
)
SIGNATURES = [signature(each) for each in (add, roll, order, praise, note, play, nothing)]
OF_TIMES = [signature(each) for each in (remind, on_day)]


def is_read_or_refused(signature: Signature, text: str) -> bool:
    """Tell whether a text comes to a value of its type for each parameter, or to an error that names one of them."""
    names = [parameter.name for parameter in signature.parameters]
    found = outcome(signature, text)
    if isinstance(found, BadArgument):
        return found.parameter in ["", *names] and explain(found, "/이것").endswith(". 이렇게 쓰면 돼요: /이것")
    return list(found) == names and all(isinstance(found[name], kind) for name, kind in KINDS if name in found)


@settings(deadline=None)  # the machine may be busy
@given(WRITTEN)
def test_anything_is_read_or_refused(text: str) -> None:
    assert all(is_read_or_refused(each, text) for each in SIGNATURES)


@settings(max_examples=40, deadline=None)
@given(WRITTEN)
def test_anything_is_a_time_or_refused(text: str) -> None:
    assert all(is_read_or_refused(each, text) for each in OF_TIMES)


@settings(deadline=None)  # the machine may be busy
@given(st.integers(1 - 10**18, 10**18 - 1), st.integers(1 - 10**18, 10**18 - 1))
def test_numbers_come_through(left: int, right: int) -> None:
    assert read(add, f"{left} {right:,}") == {"left": left, "right": right}
