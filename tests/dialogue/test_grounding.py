"""Which words a remembered reply took from its own conversation, and whether anybody said them here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.dialogue.grounding import borrowed_stems, introduced_name, missing_share, stems


def test_stems_are_the_first_two_syllables() -> None:
    assert stems("두부라니, 고양이가 또 왔어? 나 ㅋㅋ") == ["두부", "고양", "왔어", "ㅋㅋ"]
    assert stems("") == stems("나 너 !") == []


def test_what_was_borrowed_in_order_and_once() -> None:
    said = ["우리 고양이 이름은 두부야", "하얀 고양이야"]
    assert borrowed_stems("두부라니, 하얀 고양이 두부겠네!", said) == ("두부", "하얀", "고양")
    assert borrowed_stems("이름이 귀엽다", said) == ("이름",)
    assert borrowed_stems("그렇구나", said) == ()
    assert borrowed_stems("두부", []) == ()


def test_only_what_nobody_said_is_missing() -> None:
    rarity = {"두부": 0.9, "고양": 0.4}
    needed = ("두부", "고양")
    assert missing_share("두부 고양이", needed, ["안녕"], rarity) == pytest.approx(1.3)
    assert missing_share("두부 고양이", needed, ["길고양이 봤어"], rarity) == pytest.approx(0.9)
    assert missing_share("두부 고양이", needed, ["두 부", "고양이"], rarity) == 0  # spacing varies
    assert missing_share("두부 고양이", (), ["안녕"], rarity) == 0


def test_a_word_of_unknown_rarity_counts_in_full() -> None:
    assert missing_share("아무", ("아무",), [], {}) == 1


def test_a_name_counts_in_full_however_common() -> None:
    assert missing_share("하나 님, 반가워요", ("하나",), ["안녕"], {"하나": 0.0}) == 1
    assert missing_share("하나 님, 반가워요", ("하나",), ["나는 하나야"], {"하나": 0.0}) == 0
    assert missing_share("하나 더 줘", ("하나",), ["안녕"], {"하나": 0.0}) == 0


@given(st.text(), st.lists(st.text()))
def test_a_reply_misses_nothing_in_its_own_conversation(reply: str, earlier: list[str]) -> None:
    needed = borrowed_stems(reply, earlier)
    assert missing_share(reply, needed, earlier, {}) == 0
    assert missing_share(reply, needed, [], {}) == len(needed)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("제 이름은 민수예요", "민수"),
        ("저는 지은이에요", "지은"),
        ("나는 서연이야 반가워", "서연"),
        ("안녕하세요 저는 하늘이라고 해요", "하늘"),
        ("오늘 회사에서 혼났어요", None),
        ("저는 괜찮아요", None),
    ],
)
def test_who_introduces_themselves(text: str, name: str | None) -> None:
    assert introduced_name(text) == name
