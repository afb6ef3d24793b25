"""두음법칙, as 한글 맞춤법 has it, and what may follow what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_chain_referee import CHANGES, beginnings

from chatbot.builtin.word_chain.rules import Fault, fits, is_hangul, starts, starts_after

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)


@pytest.mark.parametrize(("syllable", "becomes"), list(CHANGES.items()))
def test_every_change_of_the_orthography(syllable: str, becomes: str) -> None:
    assert starts_after(syllable) == (syllable, becomes)


@pytest.mark.parametrize(
    ("syllable", "becomes"),
    [
        *(
            ("력", "역"),
            ("람", "남"),
            ("령", "영"),
            ("님", "임"),
            ("량", "양"),
            ("룡", "용"),
            ("률", "율"),
            ("림", "임"),
        ),
        *(
            ("락", "낙"),
            ("랭", "냉"),
            ("론", "논"),
            ("룩", "눅"),
            ("름", "늠"),
            ("년", "연"),
            ("뇽", "용"),
            ("닐", "일"),
        ),
    ],
)
def test_the_final_consonant_stays(syllable: str, becomes: str) -> None:
    assert starts_after(syllable) == (syllable, becomes)


@pytest.mark.parametrize("syllable", ["나", "노", "너", "냐", "러", "레", "가", "이", "여", "하", "뤄", "a", "ㄹ", "1"])
def test_other_syllables_stay_as_they_are(syllable: str) -> None:
    assert starts_after(syllable) == (syllable,)


@given(SYLLABLES)
def test_every_syllable_starts_what_the_tables_say(syllable: str) -> None:
    assert set(starts_after(syllable)) == beginnings(syllable)


@given(SYLLABLES)
def test_what_changed_changes_no_further(syllable: str) -> None:
    for start in starts_after(syllable)[1:]:
        assert starts_after(start) == (start,)


@given(st.text(SYLLABLES, min_size=1), st.text(SYLLABLES, min_size=1))
def test_a_word_fits_by_its_first_syllable_alone(word: str, last: str) -> None:
    assert fits(word, last) == (word[0] in beginnings(last[-1]))
    assert starts(last) == starts_after(last[-1])


@given(st.text(SYLLABLES))
def test_any_word_may_be_the_first(word: str) -> None:
    assert fits(word, "")


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("사과", True), ("뷁", True), ("", False), ("사 과", False), ("ㅅㅏ", False), ("apple", False), ("사과!", False)],
)
def test_hangul_syllables_only(word: str, is_one: bool) -> None:
    assert is_hangul(word) is is_one


def test_only_slips_cost_a_try() -> None:
    assert {fault for fault in Fault if fault.costs_a_try} == {Fault.SHORT, Fault.WRONG_START, Fault.REPEATED}
