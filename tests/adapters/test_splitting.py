"""Splitting long messages: nothing is lost, nothing is too long, and no emoji is cut in two."""

from typing import Any

import pytest
import regex  # the reference for user-perceived characters
from hypothesis import given
from hypothesis import strategies as st

from adapters.splitting import split

CHARACTERS = [
    "👨‍👩‍👧",
    "🏳️‍🌈",
    "👍🏽",
    "🇰🇷",
    "1️⃣",
    "각",
    "각",
    "e\u0301",
    "क्षि",
    "ㅋ",
    "가",
    "가\u302e",
    " ",
    "\n",
    ". ",
    "!",
    "\r\n",
    "a",
]
TEXTS = st.lists(st.sampled_from(CHARACTERS), max_size=80).map("".join)
FAMILY = "👨‍👩‍👧"


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def letters(text: str) -> str:
    return "".join(text.split())


@given(st.one_of(TEXTS, st.text(max_size=200)), st.integers(2, 60), st.sampled_from([len, utf16]))
def test_every_part_fits_and_together_they_say_all(text: str, limit: int, length: Any) -> None:
    parts = split(text, limit, length)
    assert all(length(part) <= limit for part in parts)
    assert letters("".join(parts)) == letters(text)
    assert len(parts) == 1 or all(part.strip() for part in parts)


@given(TEXTS, st.integers(12, 60))
def test_a_break_is_always_between_two_characters_as_people_see_them(text: str, limit: int) -> None:
    parts = split(text, limit, utf16)
    whole: list[str] = regex.findall(r"\X", text)
    pieces: list[str] = [one for part in parts for one in regex.findall(r"\X", part)]
    assert [one.strip() for one in pieces if one.strip()] == [one.strip() for one in whole if one.strip()]


@given(st.text(max_size=50))
def test_a_text_that_fits_is_left_alone(text: str) -> None:
    assert split(text, max(1, len(text))) == [text]


def test_it_breaks_behind_a_sentence_rather_than_amid_one() -> None:
    assert split("오늘은 비가 와요. 우산을 챙기세요. 내일은 맑아요.", 22) == [
        "오늘은 비가 와요. 우산을 챙기세요.",
        "내일은 맑아요.",
    ]


def test_laughter_and_emoji_end_sentences_too() -> None:
    assert split("진짜 웃겼어 ㅋㅋㅋ 다음에 또 보자", 14) == ["진짜 웃겼어 ㅋㅋㅋ", "다음에 또 보자"]


def test_a_paragraph_comes_before_a_sentence() -> None:
    assert split("첫째 문단이에요. 끝.\n\n둘째 문단이에요. 끝.", 20) == ["첫째 문단이에요. 끝.", "둘째 문단이에요. 끝."]


def test_a_part_is_not_left_half_empty_for_the_sake_of_a_sentence() -> None:
    assert split("네. " + "가나다 " * 10, 20) == [
        "네. 가나다 가나다 가나다 가나다",
        "가나다 가나다 가나다 가나다 가나다",
        "가나다",
    ]


def test_a_word_without_end_is_cut() -> None:
    assert split("가" * 25, 10) == ["가" * 10, "가" * 10, "가" * 5]


def test_the_indentation_of_a_new_line_stays() -> None:
    assert split("하나 둘 셋\n  넷 다섯", 9) == ["하나 둘 셋", "  넷 다섯"]


def test_an_emoji_counts_as_the_platform_counts_it() -> None:
    assert split(FAMILY * 3, 17, utf16) == [FAMILY * 2, FAMILY]
    assert split("😀😀😀", 4, utf16) == ["😀😀", "😀"]


def test_one_character_with_more_marks_than_fit_is_cut_all_the_same() -> None:
    parts = split("가" + "\u0301" * 30, 10)
    assert max(map(len, parts)) == 10
    assert "".join(parts) == "가" + "\u0301" * 30


def test_a_limit_below_one_character_is_an_error() -> None:
    with pytest.raises(ValueError, match="no character fits"):
        split("😀", 1, utf16)


def test_a_very_long_text_is_split_in_no_time() -> None:
    assert sum(map(len, split("안녕하세요. " * 20_000, 2000))) > 120_000
