"""Each formula of the evaluation against values computed by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.training.report import Control, Variety
from chatbot.training.scores import (
    bits_per_syllable,
    bootstrap_interval,
    distinct,
    generic_rate,
    hits_at_1,
    is_malformed,
    jaccard,
    letters,
    mean_reciprocal_rank,
    ngram_cosine,
    perplexity,
    rank_of_first,
    shingles,
    syllables,
)

TEXTS = st.text(st.sampled_from("가나다라 ㅋ!?a1"), max_size=40)


def test_perplexity() -> None:
    # Four tokens of probability 1/2, 1/4, 1/8, 1/2: the geometric mean is 2^-7/4.
    nll = sum(math.log(n) for n in (2, 4, 8, 2))
    assert perplexity(nll, 4) == pytest.approx(2 ** (7 / 4))


def test_bits_per_syllable() -> None:
    assert bits_per_syllable(math.log(2) * 12, 3) == pytest.approx(4)


def test_syllables_are_what_is_no_space() -> None:
    assert syllables("안녕 하세요 ㅋㅋ :)\n") == 9


def test_letters() -> None:
    assert letters(" 안녕, 하세요! Ab_1 ㅋㅋ~") == "안녕하세요ab1ㅋㅋ"
    assert letters(" ^^ !") == "^^!"  # nothing else: two different ones must not be the same


def test_shingles_and_jaccard() -> None:
    left, right = shingles("가나다라마바사"), shingles("가나다 라마바, 아!")
    assert left == {"가나다라마", "나다라마바", "다라마바사"}
    assert right == {"가나다라마", "나다라마바", "다라마바아"}
    assert jaccard(left, right) == pytest.approx(2 / 4)
    assert jaccard(left, left) == 1
    assert jaccard(shingles("가나"), shingles("가나")) == 0  # too short to be alike


@pytest.mark.parametrize(
    ("scores", "rank"),
    [([3, 2, 1], 1), ([1, 2, 3], 3), ([2, 2, 1], 2), ([0, 0, 0, 0], 4), ([1.0], 1), ([1, float("nan")], 2)],
)
def test_ties_are_wrong(scores: Sequence[float], rank: int) -> None:
    assert rank_of_first(scores) == rank


def test_hits_and_reciprocal_rank() -> None:
    assert hits_at_1([1, 2, 4, 1]) == 0.5
    assert mean_reciprocal_rank([1, 2, 4]) == pytest.approx((1 + 0.5 + 0.25) / 3)


def test_distinct() -> None:
    # 가 나 가 나 and 나 나: six syllables of two kinds; the pairs 가나 나가 가나 나나, of three kinds.
    assert distinct(["가나 가나", "나나"], 1) == pytest.approx(2 / 6)
    assert distinct(["가나 가나", "나나"], 2) == pytest.approx(3 / 4)
    assert distinct([], 1) == 0


def test_distinct_reads_the_first_twenty_syllables() -> None:
    assert distinct(["가" * 20 + "나다라마바사"], 1) == pytest.approx(1 / 20)


def test_generic_rate() -> None:
    replies = [f"{chr(0xAC00 + n)} 대답" for n in range(12)] + ["가 대답!", "가  대답"]
    # 가대답 three times, then nine of the eleven others.
    assert generic_rate(replies) == pytest.approx((3 + 9) / 14)
    assert generic_rate(["응", "응!", "응~"]) == 1


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "  ",
        "안녕<unused0>",
        "안녕</s>",
        "안\N{REPLACEMENT CHARACTER}녕",
        "아" * 8,
        "ㅋㅋㅋㅋㅋㅋㅋㅋ",
        "?!",
        "123",
        "😀",
    ],
)
def test_malformed(reply: str) -> None:
    assert is_malformed(reply)


@pytest.mark.parametrize("reply", ["안녕", "ㅋㅋㅋㅋㅋㅋㅋ", "3시요", "ok :)", "<3 좋아"])
def test_well_formed(reply: str) -> None:
    assert not is_malformed(reply)


def test_ngram_cosine() -> None:
    # " 가나 " and " 가다 " share one n-gram, " 가", of the six that each has.
    assert ngram_cosine("가나", "가다") == pytest.approx(1 / 6)
    assert ngram_cosine("가나", "다라") == 0


@given(TEXTS, TEXTS)
def test_ngram_cosine_is_a_similarity(left: str, right: str) -> None:
    value = ngram_cosine(left, right)
    assert 0 <= value <= 1 + 1e-9
    assert value == pytest.approx(ngram_cosine(right, left))
    assert ngram_cosine(left, left) == pytest.approx(1)


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_a_text_said_twice_is_no_more_variety(replies: list[str]) -> None:
    for size in (1, 2):
        assert distinct([*replies, *replies], size) == pytest.approx(distinct(replies, size) / 2)


def test_variety_is_averaged_over_seeds() -> None:
    variety = Variety.of([["가나", "가나"], ["가나", ""]])
    assert variety.distinct_1 == pytest.approx((2 / 4 + 2 / 2) / 2)
    assert variety.distinct_2 == pytest.approx((1 / 2 + 1) / 2)
    assert variety.malformed == 0.25
    assert variety.syllables == 1.5
    assert variety.generic == 1


def test_a_metric_must_rank_gold_above_both_controls() -> None:
    assert Control("a", True, 3, 2, 1).holds
    assert not Control("a", True, 3, 3, 1).holds
    assert not Control("a", True, 2, 1, 3).holds
    assert Control("a", False, 1, 2, 3).holds
    assert not Control("a", False, 2, 3, 1).holds


def test_the_interval_of_a_mean_is_the_normal_one() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(5, 2, 400)
    low, high = bootstrap_interval([(value, 1.0) for value in values], [str(n) for n in range(400)])
    margin = 1.96 * values.std() / math.sqrt(400)
    assert low == pytest.approx(values.mean() - margin, abs=margin * 0.15)
    assert high == pytest.approx(values.mean() + margin, abs=margin * 0.15)


def test_items_of_one_conversation_are_not_independent() -> None:
    rng = np.random.default_rng(3)
    parts = [(float(value), 1.0) for value in rng.normal(0, 1, 40) for _ in range(10)]
    alone = bootstrap_interval(parts, [str(n) for n in range(400)])
    together = bootstrap_interval(parts, [str(n // 10) for n in range(400)])
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])  # about the square root of ten


def test_the_interval_weighs_sums_not_means() -> None:
    # 10 bits in 1 syllable and 10 bits in 9: together 2 bits a syllable, whichever is drawn between 10/9 and 10.
    low, high = bootstrap_interval([(10, 1), (10, 9)], ["a", "b"])
    assert low == pytest.approx(10 / 9)
    assert high == pytest.approx(10)


def test_the_interval_is_the_same_each_time() -> None:
    parts, groups = [(n * n % 37 / 7, 1.0) for n in range(60)], [str(n // 4) for n in range(60)]
    assert bootstrap_interval(parts, groups, seed=1) == bootstrap_interval(parts, groups, seed=1)
    assert bootstrap_interval(parts, groups, seed=1) != bootstrap_interval(parts, groups, seed=2)
