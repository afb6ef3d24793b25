"""Texts as bags of character n-grams, whatever people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.dialogue.ngrams import BUCKETS, ngrams, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("안녕하세요!!", "안녕하세요"),
        ("ㅋㅋㅋㅋㅋ 뭐야~~", "ㅋㅋ 뭐야"),
        ("  두   칸\n줄 ", "두 칸 줄"),
        ("뭐?왜??", "뭐 ? 왜 ? ?"),
        ("Hello_World", "hello world"),
        ("1111원", "11원"),
        ("하하하하", "하하"),
        ("😀👍", ""),
        ("", ""),
        ("...", ""),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text(st.characters(exclude_categories=[])))
def test_plain_has_single_spaces_and_no_long_runs(text: str) -> None:
    words = plain(text)
    assert words == words.strip()
    assert "  " not in words
    assert not any(len(set(words[i : i + 3])) == 1 for i in range(len(words) - 2) if words[i] != "?")


def test_ngrams_are_counted_with_the_ends_of_the_text() -> None:
    # " 가나 ": 가, 나; " 가", "가나", "나 "; " 가나", "가나 "; " 가나 "
    assert ngrams("가나").total() == 8
    assert ngrams("가나", (2,)).total() == 3
    assert ngrams("가 가", (1,)).most_common() == [(next(iter(ngrams("가", (1,)))), 2)]
    assert max(ngrams("가가나 가나", (2,)).values()) == 2


@given(st.text())
def test_every_ngram_has_a_bucket(text: str) -> None:
    grams = ngrams(text)
    assert all(0 <= bucket < BUCKETS and count > 0 for bucket, count in grams.items())
    assert ngrams(f"  {text.upper()}!!") == ngrams(text.upper())
    assert ngrams(text, (2, 3)).total() <= grams.total()


def test_hashes_are_the_same_in_every_process() -> None:
    """They are stored: Python's own ``hash`` of a string changes from one run to the next."""
    assert sorted(ngrams("안", (1, 2)).items()) == [(34203, 1), (92428, 1), (208043, 1)]


def test_texts_without_letters_are_all_alike() -> None:
    assert ngrams("") == ngrams("!!! 😀")
    assert ngrams("").total() == 1
    assert not ngrams("") & ngrams("안녕")
