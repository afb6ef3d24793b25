"""The bot as a player: legal by another referee's eyes, the same from the same chance, as strong as its level."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_chain_referee import is_dead_end, is_legal

from chatbot.builtin.word_chain.opponent import Level, hint, next_word
from chatbot.builtin.word_chain.words import Lexicon, lexicon

FAIR = 10
SMALL = st.lists(st.text("가나라력역다바", min_size=2, max_size=3), min_size=1, max_size=25).map(
    lambda words: Lexicon.of(words, words[::2])
)


def game(known: Lexicon, levels: Sequence[Level], seed: int) -> tuple[list[str], int | None]:
    """Return the words of a game between two opponents, and who of them gave up."""
    rng = random.Random(seed)
    used: list[str] = []
    while len(used) <= len(known.words):
        turn = len(used) % 2
        word = next_word(levels[turn], known, used, rng, allows_dead_ends=len(used) >= FAIR)
        if word is None:
            return used, turn
        used.append(word)
    return used, None


@given(SMALL, st.sampled_from(Level), st.sampled_from(Level), st.integers(0, 2**32))
def test_games_end_without_a_word_that_another_referee_refuses(
    known: Lexicon, first: Level, second: Level, seed: int
) -> None:
    used, lost = game(known, (first, second), seed)
    assert lost is not None
    for place, word in enumerate(used):
        assert is_legal(word, used[:place], known.words)
        if place < FAIR or (first, second)[place % 2] is Level.EASY:
            assert not is_dead_end(word, known.words)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(Level), st.sampled_from(Level), st.integers(0, 2**32))
def test_games_with_the_real_list_never_repeat_a_word(first: Level, second: Level, seed: int) -> None:
    used, lost = game(lexicon(), (first, second), seed)
    assert lost is not None
    assert len(used) == len(set(used)) > 0
    assert all(is_legal(word, used[:place], lexicon().words) for place, word in enumerate(used))


@given(SMALL, st.sampled_from(Level), st.integers(0, 2**32))
def test_the_same_chance_makes_the_same_game(known: Lexicon, level: Level, seed: int) -> None:
    assert game(known, (level, level), seed) == game(known, (level, level), seed)


def test_an_easy_opponent_gives_up_in_time_but_not_at_once() -> None:
    lengths = sorted(len(game(lexicon(), (Level.EASY, Level.EASY), seed)[0]) for seed in range(40))
    assert lengths[0] >= 12
    assert lengths[-1] < 80


def test_the_harder_one_wins_mostly() -> None:
    for weaker, stronger in ((Level.EASY, Level.HARD), (Level.NORMAL, Level.HARD), (Level.EASY, Level.NORMAL)):
        lost = [game(lexicon(), (weaker, stronger), seed)[1] for seed in range(20)]
        lost += [1 - (game(lexicon(), (stronger, weaker), seed)[1] or 0) for seed in range(20)]
        assert lost.count(0) > lost.count(1), (weaker, stronger)


def test_a_hard_opponent_leaves_less_to_say_than_an_easy_one() -> None:
    def choices(level: Level) -> float:
        left: list[int] = []
        for last in ("나무", "과일", "기차", "우산", "사진", "전화기", "토끼", "바다"):
            for seed in range(5):
                word = next_word(level, lexicon(), [last], random.Random(seed), allows_dead_ends=False)
                assert word is not None
                left.append(len(lexicon().following(word)))
        return sum(left) / len(left)

    assert choices(Level.HARD) < choices(Level.NORMAL) < choices(Level.EASY)


def test_first_words_leave_much_to_say() -> None:
    for seed in range(50):
        word = next_word(Level.HARD, lexicon(), [], random.Random(seed), allows_dead_ends=False)
        assert word in lexicon().everyday
        assert len(lexicon().following(word)) >= 30


def test_only_a_dead_end_is_left() -> None:
    known = Lexicon.of(["노름", "바노"], ["노름", "바노"])
    assert next_word(Level.NORMAL, known, ["바노"], random.Random(1), allows_dead_ends=False) is None
    assert next_word(Level.NORMAL, known, ["바노"], random.Random(1), allows_dead_ends=True) == "노름"
    assert next_word(Level.HARD, known, ["바노"], random.Random(1), allows_dead_ends=True) == "노름"
    assert next_word(Level.EASY, known, ["바노"], random.Random(1), allows_dead_ends=True) is None


@pytest.mark.parametrize("last", ["나무", "노력", "과일"])
def test_a_hint_is_a_word_one_could_say(last: str) -> None:
    word = hint(lexicon(), [last], allows_dead_ends=False)
    assert word is not None
    assert is_legal(word, [last], lexicon().words)
    assert word in lexicon().everyday
    assert word == hint(lexicon(), [last], allows_dead_ends=False)


def test_there_is_no_hint_where_there_is_no_word() -> None:
    assert hint(lexicon(), ["여름"], allows_dead_ends=True) is None
