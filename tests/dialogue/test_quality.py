"""What a reply must not be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.dialogue.quality import Problem, is_request, overlap, problem_of, repetition, whole_sentences
from chatbot.generation.special_tokens import CONTROL_TOKENS


@pytest.mark.parametrize(
    "reply",
    [
        "네",
        "안녕하세요! 오늘 하루는 어떠셨어요?",
        "ㅋㅋㅋㅋㅋ",
        "하하하하하하하",
        "I <3 you",
        "3 < 5라서요",
        "음...",
        "네? 정말요??",
    ],
)
def test_fine(reply: str) -> None:
    assert problem_of(reply) is None


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ("", Problem.EMPTY),
        (" \n", Problem.EMPTY),
        ("안녕 <unused0>", Problem.MARKER),
        ("안녕 <unused", Problem.MARKER),
        ("안\ufffd녕", Problem.MARKER),
        ("...", Problem.NO_LETTERS),
        ("😀", Problem.NO_LETTERS),
        ("123", Problem.NO_LETTERS),
        ("ㅋ" * 30, Problem.LOOP),
        ("아아아아아아아아아", Problem.LOOP),
        ("그래서 그래서 그래서 그래서 그래서 그래서", Problem.LOOP),
    ],
)
def test_never_to_be_said(reply: str, problem: Problem) -> None:
    assert problem_of(reply) is problem


@pytest.mark.parametrize("token", CONTROL_TOKENS)
def test_no_control_token_is_ever_shown(token: str) -> None:
    assert problem_of(f"좋아요 {token}") is Problem.MARKER


def test_an_echo_is_refused_unless_it_is_short() -> None:
    assert problem_of("나 오늘 시험 망했어!", "나 오늘 시험 망했어") is Problem.ECHO
    assert problem_of("나오늘 시험망했어", "나 오늘 시험 망했어?!") is None  # the question mark says something else
    assert problem_of("나오늘 시험망했어", "나 오늘 시험 망했어") is Problem.ECHO
    assert problem_of("안녕", "안녕!") is None
    assert problem_of("시험 망해서 속상하겠다", "나 오늘 시험 망했어") is None


def test_what_was_just_said_is_not_said_again() -> None:
    said = ("그랬구나, 많이 힘들었겠다.", "네")
    assert problem_of("그랬구나 많이 힘들었겠다!!", earlier=said) is Problem.REPEAT
    assert problem_of("네.", earlier=said) is Problem.REPEAT
    assert problem_of("오늘은 푹 쉬어요.", earlier=said) is None
    assert problem_of("그랬구나 많이 힘들었겠다!!") is None


@given(st.text(), st.text())
def test_measures_stay_in_their_range(one: str, other: str) -> None:
    assert 0 <= repetition(one) < 1
    assert 0 <= overlap(one, other) <= 1
    assert overlap(one, other) == overlap(other, one)
    assert overlap(one, one) == 1


def test_repetition_counts_what_came_before() -> None:
    assert repetition("가나다라") == 0
    assert repetition("가나다라가나다라") == pytest.approx(1 / 5)
    assert repetition("") == 0


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("좋아요. 그럼 내일", "좋아요."),
        ("정말요? 좋아요! 그리고", "정말요? 좋아요!"),
        ("웃겨ㅋㅋㅋ 근데 그", "웃겨ㅋㅋㅋ"),
        ("끝까지 다 말했어요.", "끝까지 다 말했어요."),
        ("끝이 없는 말", "끝이 없는 말"),
        ("버전 3.14는", "버전 3.14는"),
        ("", ""),
    ],
)
def test_cut_back_to_whole_sentences(text: str, whole: str) -> None:
    assert whole_sentences(text) == whole


@given(st.text())
def test_cutting_back_keeps_a_beginning_and_is_done_once(text: str) -> None:
    cut = whole_sentences(text)
    assert text.startswith(cut)
    assert whole_sentences(cut) == cut
    assert bool(cut) == bool(text)


@pytest.mark.parametrize(
    "text",
    [
        "뭐 먹지?",
        "왜 그래",
        "지금 몇 시야",
        "같이 갈까",
        "이거 알아요？",
        "노래 불러 줘",
        "추천해 주세요 ㅎㅎ",
        "해 줄래",
        "밥 먹었니~",
        "괜찮을까",
    ],
)
def test_what_asks_for_something(text: str) -> None:
    assert is_request(text)


@pytest.mark.parametrize(
    "text",
    [
        "안녕",
        "오늘 회사에서 혼났어요",
        "ㅋㅋㅋ",
        "",
        "어제 차를 샀어",
        "줘버렸어요",
        "계속 눈물만 나요",
        "여행 가요!",
        "우리 어머니",
    ],
)
def test_what_tells_something(text: str) -> None:
    assert not is_request(text)
