"""What people write becomes values of the annotations that plugin authors use."""

from datetime import date, datetime, time, timedelta
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Literal, Optional, get_args
from zoneinfo import ZoneInfo

import pytest
from annotated_types import Ge, Le
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, Field, StringConstraints

from chatbot.errors import PluginError
from chatbot.messages import Speaker
from chatbot.plugins.converters import Context, Converter, NotConvertible, Rest, converter_of, is_optional

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=SEOUL)  # a Wednesday
MINSU, ANNA, OTHER_ANNA, KIM = (
    Speaker("u1", "민수"),
    Speaker("u2", "Anna"),
    Speaker("u3", "anna"),
    Speaker("u4", "김 민지"),
)
TWINS = (Speaker("t1", "쌍둥이"), Speaker("t2", "쌍둥이"))
HERE = Context(NOW, (MINSU, ANNA, OTHER_ANNA, KIM, *TWINS))
Level = Literal["쉬움", "보통", "아주 어려움"]


class Size(Enum):
    SMALL = "작은 것"
    LARGE = "큰 것"


class Drink(StrEnum):
    LATTE = "라떼"
    GREEN_TEA = "녹차"


class Priority(IntEnum):
    LOW = 10
    HIGH = 20


def even(number: int) -> int:
    if number % 2:
        raise ValueError("짝수로 적어 주세요.")
    return number


def read(annotation: Any, text: str, context: Context = HERE) -> object:
    return converter_of(annotation).read(text, context)


def refusal(annotation: Any, text: str, context: Context = HERE) -> NotConvertible:
    with pytest.raises(NotConvertible) as refused:
        read(annotation, text, context)
    assert str(refused.value) == refused.value.reason
    return refused.value


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        (str, " 안녕 하세요 ", "안녕 하세요"),
        (Rest, "한 줄\n두 줄 ", "한 줄\n두 줄"),
        (int, "3", 3),
        (int, "세", 3),
        (int, "3개", 3),
        (int, "3.0", 3),
        (int, "999999999999999999", 10**18 - 1),
        (int, "-999,999,999,999,999,999", 1 - 10**18),
        (int, "세 잔이요!", 3),
        (int, "세 잔으로 할게요", 3),
        (int, "두 개 주세요~", 2),
        (int, "2번 해줘", 2),
        (int, "일이요", 1),
        (float, "3", 3.0),
        (float, "삼점일사", 3.14),
        (int | None, "3", 3),
        (Optional[float], "0.5", 0.5),  # noqa: UP045
        (Annotated[int, "a word for people who read the code"], "3", 3),
        (Annotated[int, Ge(1), Le(100)], "100", 100),
        (Annotated[int | None, Field(ge=1)], "1", 1),
        (Annotated[int, AfterValidator(even)], "4", 4),
        (Annotated[str, StringConstraints(to_upper=True)], "abc", "ABC"),
        (date, "내일", date(2026, 3, 5)),
        (date, "12월 25일", date(2026, 12, 25)),
        (date, "내일로 할게요", date(2026, 3, 5)),
        (time, "오후 3시", time(15)),
        (time, "15:30", time(15, 30)),
        (datetime, "내일 오후 3시", datetime(2026, 3, 5, 15, tzinfo=SEOUL)),
        (datetime, "10분 뒤", NOW + timedelta(minutes=10)),
        (datetime, "내일 오후 3시로 해 주세요", datetime(2026, 3, 5, 15, tzinfo=SEOUL)),
    ],
)
def test_values(annotation: Any, text: str, value: object) -> None:
    found = read(annotation, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "네",
        "예",
        "응",
        "네!",
        "네네",
        "그래요",
        "좋아요~",
        "켜",
        "켜 줘",
        "켜주세요",
        "on",
        "ON",
        "true",
        "1",
        "ㅇㅇ",
        "ok",
    ],
)
def test_yes(text: str) -> None:
    assert read(bool, text) is True


@pytest.mark.parametrize(
    "text",
    ["아니요", "아니", "아뇨", "아니요.", "아니에요", "꺼", "꺼 주세요", "off", "False", "0", "ㄴㄴ", "2번", "싫어요"],
)
def test_no(text: str) -> None:
    assert read(bool, text) is False


@pytest.mark.parametrize("text", ["", "아", "글쎄", "2026", "네 아니요", "!"])
def test_neither_yes_nor_no(text: str) -> None:
    assert refusal(bool, text).reason == "'네' 또는 '아니요'로 적어 주세요"


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        (Level, "쉬움", "쉬움"),
        (Level, "아주어려움", "아주 어려움"),
        (Level, "아주  어려움", "아주 어려움"),
        (Level, "아주", "아주 어려움"),
        (Level, "쉬", "쉬움"),
        (Level, "쉬움으로 할게요", "쉬움"),
        (Level, "보통이요", "보통"),
        (Level, "2", "보통"),
        (Level, "2번이요", "보통"),
        (Level, "두 번째", "보통"),
        (Level, "첫 번째로 할래요", "쉬움"),
        (Level, "셋째", "아주 어려움"),
        (Level | None, "쉬움", "쉬움"),
        (Literal["add", "Add", "remove"], "add", "add"),
        (Literal["add", "Add", "remove"], "Add", "Add"),
        (Literal["add", "Add", "remove"], "REM", "remove"),
        (Literal[10, 20], "20", 20),
        (Literal[2, 1], "1", 1),
        (Literal["2인분", "4인분"], "2", "2인분"),
        (Literal["2인분", "4인분"], "2번", "4인분"),
        (Literal[Drink.LATTE], "라떼", Drink.LATTE),
        (Size, "작은 것", Size.SMALL),
        (Size, "large", Size.LARGE),
        (Size, "큰거", None),
        (Drink, "녹차 주세요", Drink.GREEN_TEA),
        (Drink, "green_tea", Drink.GREEN_TEA),
        (Drink, "1", Drink.LATTE),
        (Priority, "high", Priority.HIGH),
        (Priority, "20", Priority.HIGH),
    ],
)
def test_choices(annotation: Any, text: str, value: object) -> None:
    if value is None:
        assert not refusal(annotation, text).is_close
    else:
        assert read(annotation, text) is value


@pytest.mark.parametrize("text", ["", "?", "4", "0번", "쉬움보통", "움", "열 번째"])
def test_none_of_the_choices(text: str) -> None:
    assert refusal(Level, text).reason == "'쉬움', '보통', '아주 어려움' 가운데 하나로 적어 주세요"


def test_the_beginning_of_two_choices_is_neither() -> None:
    ambiguous = Literal["점심 추천", "점심 기록"]
    assert refusal(ambiguous, "점심").reason == "'점심 추천' 또는 '점심 기록'으로 적어 주세요"
    assert read(ambiguous, "점심추") == "점심 추천"


def test_choices_are_listed_for_buttons_and_usage() -> None:
    assert converter_of(Level).choices == ("쉬움", "보통", "아주 어려움")
    assert converter_of(Level).usage == "쉬움|보통|아주 어려움"
    assert converter_of(Level | None).choices == ("쉬움", "보통", "아주 어려움")
    assert converter_of(bool).choices == ("네", "아니요")
    assert converter_of(Drink).choices == ("라떼", "녹차")
    assert converter_of(Priority).choices == ("LOW", "HIGH")
    assert converter_of(Annotated[Drink, "what to drink"]).choices == ("라떼", "녹차")
    assert converter_of(int).choices == ()
    assert converter_of(int).usage == ""
    assert converter_of(Literal[1, 2, 3, 4, 5, 6, 7]).usage == ""  # too many for a line


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("민수", MINSU),
        ("@민수", MINSU),
        ("민수님", MINSU),
        ("@민수 씨", MINSU),
        ("민수요", MINSU),
        ("u1", MINSU),
        ("<@u1>", MINSU),
        ("<@!u1>", MINSU),
        ("Anna", ANNA),
        ("anna", OTHER_ANNA),
        ("김 민지", KIM),
        ("@김민지", KIM),
    ],
)
def test_people(text: str, person: Speaker) -> None:
    assert read(Speaker, text) is person


def test_an_id_comes_before_a_name() -> None:
    people = (Speaker("1", "2"), Speaker("2", "1"))
    assert read(Speaker, "2", Context(NOW, people)) is people[1]


@pytest.mark.parametrize("text", ["", "@", "하나", "<@u9>", "@u", " "])
def test_nobody(text: str) -> None:
    assert refusal(Speaker, text).reason == "이 방에서 이야기한 사람의 이름으로 적어 주세요 (예: @민수)"


@pytest.mark.parametrize("text", ["쌍둥이", "@쌍둥이", "ANNA"])
def test_who_of_several_is_asked_for(text: str) -> None:
    refused = refusal(Speaker, text)
    assert refused.reason == "같은 이름이 여럿이니 아이디로 적어 주세요"
    assert refused.is_close


@pytest.mark.parametrize(
    ("annotation", "text", "reason", "is_close"),
    [
        (int, "가", "숫자로 적어 주세요", False),
        (int, "", "숫자로 적어 주세요", False),
        (int, "만이요", "숫자로 적어 주세요", False),  # 만 or 만이
        (int, "3.5", "소수점이 없는 숫자로 적어 주세요", True),
        (int, "1000000000000000000", "18자리까지의 숫자로 적어 주세요", True),
        (int, "9" * 5000, "숫자로 적어 주세요", False),
        (float, "nan", "숫자로 적어 주세요", False),
        (date, "밥", "날짜로 적어 주세요 (예: 내일, 12월 25일)", False),
        (date, "내일 오후 3시", "날짜로 적어 주세요 (예: 내일, 12월 25일)", False),
        (time, "25시", "시각으로 적어 주세요 (예: 오후 3시, 15:30)", False),
        (datetime, "내일", "날짜와 시각으로 적어 주세요 (예: 내일 오후 3시)", False),
        (Annotated[int, Ge(1), Le(100)], "101", "1 이상 100 이하의 숫자로 적어 주세요", True),
        (Annotated[int, Field(le=100, ge=1)], "0", "1 이상 100 이하의 숫자로 적어 주세요", True),
        (Annotated[float, Field(gt=0, lt=1)], "1", "0 초과 1 미만의 숫자로 적어 주세요", True),
        (Annotated[int, Field(multiple_of=5)], "7", "5의 배수로 적어 주세요", True),
        (Annotated[str, Field(max_length=3)], "네글자다", "3자까지만 적어 주세요", True),
        (Annotated[str, Field(min_length=2)], "가", "2자 이상으로 적어 주세요", True),
        (Annotated[str, Field(pattern="^[a-z]+$")], "가", "정해진 꼴로 적어 주세요", True),
        (Annotated[int, AfterValidator(even)], "3", "짝수로 적어 주세요", True),
        (Annotated[date, Ge(date(2026, 3, 4))], "어제", "알맞은 값으로 적어 주세요", True),
        (Annotated[int, Ge(1)], "가", "숫자로 적어 주세요", False),
    ],
)
def test_refusals_say_what_to_write(annotation: Any, text: str, reason: str, is_close: bool) -> None:
    refused = refusal(annotation, text)
    assert refused.reason == reason
    assert refused.is_close is is_close


@pytest.mark.parametrize(
    "annotation",
    [
        *(bytes, object, Any, list[int], dict, int | str, int | str | None, None, complex, timedelta, "int", 3, Enum),
        *(Literal[True], Literal[None], Literal[b"a"], Literal["", "a"], Annotated[int, get_args(Rest)[1]]),
        *(Annotated[str, Ge(1)], Annotated[int, Field(max_length=3)], Annotated[date, Ge(3)]),
    ],
)
def test_what_cannot_be_read_is_the_plugin_authors_mistake(annotation: Any) -> None:
    with pytest.raises(PluginError, match=r"요\.$"):
        converter_of(annotation)


@pytest.mark.parametrize("annotation", [int | None, Optional[int], Annotated[int | None, Ge(1)]])  # noqa: UP045
def test_optional(annotation: Any) -> None:
    assert is_optional(annotation)


@pytest.mark.parametrize("annotation", [int, Level, Annotated[int, Ge(1)], Rest])
def test_not_optional(annotation: Any) -> None:
    assert not is_optional(annotation)


KINDS: list[tuple[Any, type]] = [
    (int, int),
    (float, float),
    (bool, bool),
    (str, str),
    (Level, str),
    (Drink, Drink),
    (Speaker, Speaker),
    (Annotated[int, Ge(1), Le(100)], int),
]
CONVERTERS = [(converter_of(annotation), kind) for annotation, kind in KINDS]
TIMES = [(converter_of(kind), kind) for kind in (date, time, datetime)]
PIECES = st.sampled_from(
    [
        *"0123456789,.-+@'“\"",
        " ",
        "\n",
        "세",
        "만",
        "이요",
        "주세요",
        "로",
        "번",
        "네",
        "쉬움",
        "라떼",
        "민수",
        "내일",
        "오후",
        "시",
    ]
)
WRITTEN = st.text() | st.lists(PIECES).map("".join)


def outcome(converter: Converter, text: str) -> object:
    try:
        return converter.read(text, HERE)
    except NotConvertible as error:
        return error


def is_value_or_refused(converter: Converter, kind: type, text: str) -> bool:
    found = outcome(converter, text)
    if isinstance(found, NotConvertible):
        return found.reason.endswith(("적어 주세요", ")")) and "\n" not in found.reason
    return type(found) is kind


@settings(deadline=None)  # the machine may be busy
@given(WRITTEN)
def test_anything_is_a_value_of_the_type_or_refused(text: str) -> None:
    assert all(is_value_or_refused(converter, kind, text) for converter, kind in CONVERTERS)


@settings(max_examples=60, deadline=None)
@given(WRITTEN)
def test_anything_is_a_time_or_refused(text: str) -> None:
    assert all(is_value_or_refused(converter, kind, text) for converter, kind in TIMES)
