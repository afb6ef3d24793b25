"""The word list: in order, clean, and wide enough to play with."""

import time
from collections import defaultdict
from pathlib import Path

from word_chain_referee import beginnings

import chatbot.builtin.word_chain.words as words_module
from chatbot.builtin.word_chain.rules import is_hangul
from chatbot.builtin.word_chain.words import Lexicon, lexicon
from chatbot.safety.profanity import profanity_in

HERE = Path(words_module.__file__).parent


def test_the_lists_are_sorted_words_one_a_line() -> None:
    for name in ("words.txt", "everyday.txt"):
        lines = (HERE / name).read_text(encoding="utf-8").splitlines()
        assert lines == sorted(set(lines)), name
        assert all(is_hangul(word) and 2 <= len(word) <= 5 for word in lines), name


def test_there_are_thousands_of_words() -> None:
    assert len(lexicon().words) > 13_000
    assert len(lexicon().everyday) > 4_500


def test_everyday_words_are_in_the_whole_list() -> None:
    everyday = set((HERE / "everyday.txt").read_text(encoding="utf-8").split())
    assert everyday == lexicon().everyday


def test_nothing_in_it_is_rude() -> None:
    assert [word for word in lexicon().words if profanity_in(word) is not None] == []


def test_dead_ends_are_few_and_found_as_the_slow_way_finds_them() -> None:
    known = lexicon()
    starting: defaultdict[str, int] = defaultdict(int)
    for word in known.words:
        starting[word[0]] += 1
    slow = {
        word
        for word in known.words
        if not sum(starting[start] - (start == word[0]) for start in beginnings(word[-1]) if starting[start])
    }
    assert {word for word in known.words if known.is_dead_end(word)} == slow
    assert {"여름", "구름", "나트륨"} <= slow
    assert len(slow) < 400


def test_most_words_leave_plenty_to_say() -> None:
    known = lexicon()
    choices = sorted(len(known.following(word)) for word in known.everyday)
    assert choices[len(choices) // 2] > 40


def test_what_follows_is_in_order_and_without_what_was_said() -> None:
    small = Lexicon.of(["노력", "력도", "역사", "역도", "사과"], ["역사"])
    assert small.following("노력") == ["력도", "역도", "역사"]
    assert small.following("노력", {"역도"}) == ["력도", "역사"]
    assert small.following("") == ["노력", "력도", "사과", "역도", "역사"]
    assert small.is_dead_end("사과")
    assert not small.is_dead_end("역사")


def test_a_word_does_not_follow_itself() -> None:
    assert Lexicon.of(["기러기"]).is_dead_end("기러기")
    assert not Lexicon.of(["기러기", "기차"]).is_dead_end("기러기")


def test_longer_words_alone_where_the_owner_wants_them() -> None:
    assert min(map(len, lexicon(3).words)) == 3


def test_it_is_read_in_no_time() -> None:
    def read() -> float:
        lexicon.cache_clear()
        start = time.perf_counter()
        lexicon()
        return time.perf_counter() - start

    assert min(read() for _ in range(5)) < 0.05
