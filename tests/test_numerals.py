"""Numbers in digits and words, read back as what they were written from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.numerals import COUNTERS, read_number

DIGITS = "영일이삼사오육칠팔구"
ONES = ["", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"]
ONES_BEFORE_NOUNS = ["", "한", "두", "세", "네", *ONES[5:]]
TENS = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]


def in_four(number: int, one: str) -> str:
    """Return a number below 10,000 in Sino-Korean, ``one`` said or left out before 십, 백 and 천."""
    said = ""
    for unit, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += (one if digit == 1 and name else DIGITS[digit]) + name
    return said


def sino(number: int, one: str = "", space: str = "", bare_ten_thousand: bool = True) -> str:
    if number == 0:
        return "영"
    groups: list[str] = []
    for power, name in ((16, "경"), (12, "조"), (8, "억"), (4, "만"), (0, "")):
        group = number // 10**power % 10**4
        if group:
            is_bare = group == 1 and power == 4 and bare_ten_thousand and not groups
            groups.append(("" if is_bare else in_four(group, one)) + name)
    return space.join(groups)


def in_groups(number: int, space: str) -> str:
    """Return a number as in "3억 2000만 15"."""
    groups = [(number // 10**power % 10**4, name) for power, name in ((12, "조"), (8, "억"), (4, "만"), (0, ""))]
    return space.join(f"{group}{name}" for group, name in groups if group) or "0"


@settings(deadline=None)  # the machine may be busy
@given(
    st.integers(0, 10**13) | st.integers(0, 10**5),
    st.sampled_from(["", "일"]),
    st.sampled_from(["", " "]),
    st.booleans(),
)
def test_every_sino_korean_number_comes_back(number: int, one: str, space: str, bare: bool) -> None:
    assert read_number(sino(number, one, space, bare)) == number


@settings(deadline=None)  # the machine may be busy
@given(st.integers(0, 10**13) | st.integers(0, 10**5), st.sampled_from(["", " "]))
def test_every_number_in_digits_comes_back(number: int, space: str) -> None:
    assert read_number(in_groups(number, space)) == number
    assert read_number(str(number)) == number
    assert read_number(f"-{number:,}") == -number
    assert read_number(str(number).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})) == number


@pytest.mark.parametrize("number", range(1, 100))
def test_every_native_number_comes_back(number: int) -> None:
    tens, ones = divmod(number, 10)
    assert read_number(TENS[tens] + ONES[ones]) == number
    before_noun = "스무" if number == 20 else TENS[tens] + ONES_BEFORE_NOUNS[ones]
    assert read_number(before_noun) == number
    for counter in COUNTERS:
        assert read_number(before_noun + counter) == number
        assert read_number(f"{before_noun} {counter}") == number
        assert read_number(f"백{before_noun} {counter}") == 100 + number
    assert read_number(f"이천삼백{TENS[tens]}{ONES[ones]}") == 2300 + number


@settings(deadline=None)  # the machine may be busy
@given(st.decimals(0, 10**6, places=2))
def test_decimals_come_back(number: object) -> None:
    assert read_number(str(number)) == float(str(number))
    whole, decimals = str(number).split(".")
    spoken = f"{sino(int(whole))}점{''.join(DIGITS[int(digit)] for digit in decimals)}"
    assert read_number(spoken) == float(str(number))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("삼", 3),
        ("십이", 12),
        ("백이십", 120),
        ("삼만오천", 35_000),
        ("1만 5천", 15_000),
        ("3천", 3000),
        ("1천5백만", 15_000_000),
        ("1천500", 1500),
        ("1.5만", 15_000),
        ("2,500만 원", 25_000_000),
        ("만", 10_000),
        ("십육", 16),
        ("십륙", 16),
        ("세", 3),
        ("열두", 12),
        ("열 둘", 12),
        ("다섯 살", 5),
        ("3명", 3),
        ("3.5점", 3.5),
        ("백두 명", 102),
        ("석 잔", 3),
        ("두 분", 2),
        ("이", 2),
        ("일번", 1),
        ("이 번", 2),
        ("영", 0),
        ("공", 0),
        ("마이너스 삼", -3),
        ("플러스 삼", 3),
        ("−3", -3),
        ("+3", 3),
        ("3.0", 3.0),
        (".5", 0.5),
        ("-１，０００．５", -1000.5),
        (" 3 ", 3),
        ("삼 점 일 사", 3.14),
        ("\u1109\u1166", 3),  # 세 as macOS decomposes it
    ],
)
def test_numbers(text: str, number: float) -> None:
    found = read_number(text)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "마이너스", "abc", "일요일", "만세", "백두", "사장", "이번", "구원", "조", "억", "조장"),
        *("오륙", "한두", "두세 개", "일이", "1 2", "1,50", "3.", "1e5", "inf", "nan", "1.2.3", "½", "3²", "١", "0만"),
        *("십십", "만만", "십백", "만억", "이십십", "1만 0.5", "10분", "십 분", "개", "세 개 더", "3 개 개", "9" * 101),
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert read_number(text) is None


@settings(deadline=None)  # the machine may be busy
@given(st.text() | st.text("영일이삼십백천만억조열스물하나둘 .,-0123456789개점번", max_size=120))
def test_anything_is_a_number_or_none(text: str) -> None:
    number = read_number(text)
    assert number is None or (type(number) in (int, float) and abs(number) < 10**100)
