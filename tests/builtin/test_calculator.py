"""The calculator plugin: what it hears, what it leaves alone, that it is right, and that nobody can wear it out."""

import re
import time
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chatbot import Persona, SpeechLevel
from chatbot.builtin.calculator import asked, plugin
from chatbot.builtin.calculator.numbers import MOST_BITS, CannotCalculate, DividedByZero, Number, TooLarge
from chatbot.builtin.calculator.parser import NotUnderstood, TooLong, computed
from chatbot.builtin.calculator.sentences import expression_in
from chatbot.builtin.calculator.spelling import is_it, spelled
from chatbot.testing import TestChat

ASKED = {
    "3 더하기 5는?": "8",
    "삼 곱하기 사": "12",
    "삼곱하기사는?": "12",
    "12 나누기 5": "2.4",
    "100에서 37 빼면?": "63",
    "100에서 37을 빼면 얼마야?": "63",
    "2의 10제곱": "1,024",
    "2의 10승은?": "1,024",
    "루트 2": "약 1.4142",
    "16의 제곱근은?": "4",
    "15% of 200": "30",
    "3만원의 20%는?": "6,000원",
    "200의 15퍼센트는 얼마야?": "30",
    "(1+2)*3": "9",
    "1/3+1/4": "7/12, 약 0.5833",
    "3분의 1 더하기 4분의 1": "7/12, 약 0.5833",
    "2/3 나누기 4/5": "5/6, 약 0.8333",
    "5,000원씩 3명": "15,000원",
    "5천원씩 3명이면 얼마야?": "15,000원",
    "하나에 5000원씩 3개": "15,000원",
    "개당 3천원 4개면 얼마야?": "12,000원",
    "5,000원짜리 3개랑 2,000원짜리 2개": "19,000원",
    "1만2천원 나누기 4명": "3,000원",
    "3만 5천원 더하기 2만원": "55,000원",
    "스물 더하기 다섯은?": "25",
    "하나 더하기 하나는?": "2",
    "3에 4를 곱하고 2를 빼면?": "10",
    "10을 3으로 나눈 나머지는?": "1",
    "7 나누기 2의 몫은?": "3",
    "3과 5의 합은?": "8",
    "3, 5, 7의 평균": "5",
    "2만원에서 15% 할인하면?": "17,000원",
    "만원에 10% 더하면?": "11,000원",
    "5만원을 3명이서 나누면?": "약 16,666.67원",
    "3명이서 5만원 나누면 얼마야?": "약 16,666.67원",
    "5만원의 절반은?": "25,000원",
    "3000원의 세 배는?": "9,000원",
    "10개에서 3개 빼면 몇 개야?": "7개",
    "두 개 더하기 세 개": "5개",
    "2의 세제곱": "8",
    "3x4": "12",
    "12÷4": "3",
    "1+1": "2",
    "1+1은?": "2",
    "100 - 37": "63",
    "100-37=": "63",
    "-5 + 3": "-2",
    "0.1+0.2": "0.3",
    "1.5억 나누기 3": "50,000,000",
    "사천이백 더하기 삼십오": "4,235",
    "계산해줘 3 더하기 4": "7",
    "3 더하기 5 좀 계산해줘": "8",
    "80kg 빼기 5kg": "75kg",
    "100 빼기 37 ㄱㄱ": "63",
    "274 곱하기 386을 해 주세요": "105,764",
    "32 더하기 45의 답이 궁금해요": "77",
    "81 나누기 9가 뭐였지": "9",
    "50 빼기 24 좀 해 주세요": "26",
    "질문 하나 할게요. 78 곱하기 94는?": "7,332",
    "삼백육십오 곱하기 스물넷이요": "8,760",
    "열두 개 나누기 세 명": "4개",
}
TRAPS = (
    "3시에 만나",
    "1+1 행사하더라",
    "1 더하기 1은 귀요미",
    "010-1234-5678",
    "내 번호 010-1234-5678이야",
    "2026-12-25",
    "2026/12/25",
    "12/25",
    "우리 5명이야",
    "24/7 열려 있어",
    "24/7",
    "3-2로 이겼어",
    "3-2",
    "101-1203호",
    "나 20살이야",
    "밥 두 그릇 빼고 다 먹었어",
    "3개 더하고 싶어",
    "10분 더하면 도착해",
    "살 3키로 빼면 예뻐질까",
    "세 명이 왔어",
    "이 가방 5만원이야",
    "오늘 3개 샀어 2개 더 살까",
    "10번 버스 타",
    "1920x1080",
    "오후 3:30",
    "3:1로 졌어",
    "삼분의 일",
    "한 박스의 절반",
    "둘씩 세면 어떻게 돼요?",
    "6 더하기 7 손가락 모자라",
    "9 곱하기 6이 54 맞나요",
    "배터리가 3퍼센트밖에 안 남았어",
    "100% 확실해",
    "50%",
    "2배로 갚아줄게",
    "A+ 받았어",
    "19+",
    "반반 나누자",
    "수학 더하기 빼기 어려워",
    "3-4명쯤 올 거야",
    "5!",
    "나랑 마음을 나누면 좋겠어",
    "이 둘을 합하면 좋을 텐데",
)


@pytest.mark.parametrize(("text", "result"), ASKED.items())
def test_natural_questions_are_computed(text: str, result: str) -> None:
    number = asked(text)
    assert number is not None
    assert spelled(number) == result


@pytest.mark.parametrize("text", TRAPS)
def test_everyday_sentences_are_no_sums(text: str) -> None:
    assert asked(text) is None


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("-2^2", -4),
        ("2^3^2", 512),
        ("2(3+4)", 14),
        ("3 + 4 * 2", 11),
        ("8/2*(2+2)", 16),
        ("5!", 120),
        ("10 % 3", 1),
        ("2 * -3", -6),
        ("√16 + 1", 5),
        ("100 + 10%", 110),
        ("200 - 50%", 100),
        ("4^0.5", 2),
        ("2^-2", Fraction(1, 4)),
        ("((((1))))+1", 2),
        ("8^(1/3)", 2),
    ],
)
def test_expressions_follow_the_rules_of_mathematics(text: str, result: Fraction) -> None:
    assert computed(expression_in(text).tokens).value == result


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("10 나누기 0", DividedByZero),
        ("1/(2-2)", DividedByZero),
        ("0^-1", DividedByZero),
        ("5 % 0", DividedByZero),
        ("9^9^9^9", TooLarge),
        ("2^100000", TooLarge),
        ("999!", TooLarge),
        ("√(0-4)", CannotCalculate),
        ("3km 더하기 500m", CannotCalculate),
        ("2+", NotUnderstood),
        ("(1+2", NotUnderstood),
        ("사랑+1", NotUnderstood),
        ("()", NotUnderstood),
        ("", NotUnderstood),
        ("(" * 60 + "1" + ")" * 60, TooLong),
        ("1+" * 99 + "1", TooLong),
        ("9" * 50 + "+1", TooLong),
    ],
)
def test_what_has_no_result_says_why(text: str, error: type[CannotCalculate]) -> None:
    with pytest.raises(error) as caught:
        computed(expression_in(text).tokens)
    assert caught.value.polite.endswith("요.")
    assert not caught.value.casual.endswith("요.")


NUMBERS = st.integers(0, 999).map(str) | st.decimals(0, 99, places=2).map(str)
EXPRESSIONS = st.recursive(
    NUMBERS,
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda three: f"({three[0]} {three[1]} {three[2]})"
    ),
    max_leaves=12,
)


def _reference(text: str) -> Fraction:
    """Return what Python's own fractions make of an expression of numbers, operators and parentheses."""
    spaced = text.replace("(", " ( ").replace(")", " ) ").split()
    written = " ".join(part if part in "()+-*/" else f"Fraction('{part}')" for part in spaced)
    return eval(written, {"Fraction": Fraction})  # noqa: S307  # of a text that this test has made


@given(EXPRESSIONS)
def test_generated_expressions_agree_with_fractions(text: str) -> None:
    try:
        expected = _reference(text)
    except ZeroDivisionError:
        with pytest.raises(DividedByZero):
            computed(expression_in(text).tokens)
        return
    assume(len(text) <= 200)
    result = computed(expression_in(text).tokens)
    assert result.value == expected
    assert result.is_exact


@given(st.lists(st.tuples(st.sampled_from("+-*"), st.integers(0, 99)), min_size=1, max_size=12), st.integers(0, 99))
def test_precedence_agrees_with_python(rest: list[tuple[str, int]], first: int) -> None:
    text = str(first) + "".join(f" {sign} {number}" for sign, number in rest)
    assert computed(expression_in(text).tokens).value == _reference(text)


@given(st.integers(0, 10**6), st.integers(1, 10**4))
def test_words_and_symbols_come_to_the_same(left: int, right: int) -> None:
    for word, symbol in (("더하기", "+"), ("빼기", "-"), ("곱하기", "*"), ("나누기", "/")):
        in_words = asked(f"{left:,} {word} {right:,}은?")
        in_symbols = computed(expression_in(f"{left} {symbol} {right}").tokens)
        assert in_words is not None
        assert in_words.value == in_symbols.value


ANYTHING = (
    st.text(max_size=220)
    | st.text("0123456789+-*/^%().,= 원명개만천삼더하기빼곱나누의을를으로면제곱근씩배분√!xX", max_size=200)
    | st.lists(
        st.sampled_from(
            ["9", "(", ")", "^", "*", "√", "!", "의", " ", "3만원", "20%", "에서", "빼면", "배", "분의", "제곱", "하고"]
        ),
        max_size=90,
    ).map("".join)
)


@given(ANYTHING)
def test_no_text_breaks_the_calculator_or_wears_it_out(text: str) -> None:
    begun = time.perf_counter()
    try:
        result = computed(expression_in(text).tokens)
    except CannotCalculate:
        result = None
    with suppress(CannotCalculate):
        asked(text)
    assert time.perf_counter() - begun < 1
    if result is not None:
        assert result.value.numerator.bit_length() <= MOST_BITS
        assert len(spelled(result)) < 120


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Number(Fraction(1234567)), "1,234,567이에요"),
        (Number(Fraction(-5, 2)), "-2.5예요"),
        (Number(Fraction(1, 3)), "1/3, 약 0.3333이에요"),
        (Number(Fraction(5000), "원"), "5,000원이에요"),
        (Number(Fraction(10, 3), "개"), "약 3.33개예요"),
        (Number(Fraction(75), "kg"), "75kg이에요"),
        (Number(Fraction(3), "cm"), "3cm예요"),
        (Number(Fraction(2) ** 200), "약 1.6069 × 10^60이에요"),
        (Number(Fraction(1, 10**15)), "약 1.0000 × 10^-15예요"),
        (Number(Fraction(1, 3 * 10**5)), "약 0.0000033333이에요"),
        (Number(Fraction(0)), "0이에요"),
    ],
)
def test_results_are_written_as_they_are_read(number: Number, words: str) -> None:
    assert is_it(spelled(number), number.unit, "이에요/예요") == words


async def test_a_chat_computes_by_command_and_by_question() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("/계산 (1+2)*3") == "답은 9예요."
        assert await chat.say("/calc 3만원의 20%") == "답은 6,000원이에요."
        assert await chat.say("3 더하기 5는?") == "답은 8이에요."
        assert await chat.say("단비야 삼 곱하기 사는?") == "답은 12예요."
        assert await chat.say("/계산 10/0") == "0으로는 나눌 수 없어요."
        assert "'사랑' 부분을 이해하지 못했어요" in await chat.say("/계산 사랑 + 1")
        assert await chat.say("3시에 만나") == "3시에 만나"
        assert "이해하지 못했어요" in await chat.say("고양이 3마리랑 강아지 5마리 계산해줘")


async def test_somebody_who_is_talked_to_casually_hears_no_polite_ending() -> None:
    async with TestChat(plugin, persona=Persona(name="단비", speech_level=SpeechLevel.CASUAL)) as chat:
        for said in ("3 더하기 5는?", "10/3=", "10/0=", "2^99999", "/계산 사랑", "/계산 2+"):
            for line in (await chat.say(said)).splitlines():
                assert not re.search(r"(?:요|니다)[.!?]", line), line
