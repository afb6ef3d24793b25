"""How candidates are ordered, by weights made up here: the real ones are chosen by reading replies."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.dialogue.ranking import Candidate, Weights, rank, score
from chatbot.messages import Source, SpeechLevel

ZERO = Weights(*[0.0] * len(Weights.__dataclass_fields__))
PLAIN = Candidate("좋아요.", Source.EXAMPLE, SpeechLevel.POLITE)
NUMBERS = st.floats(-10, 10)
CANDIDATES = st.builds(
    Candidate,
    st.sampled_from(["좋아요", "좋아요!!", "그래요", "네", "ㅋㅋ", "ㅋㅋㅋㅋ"]),
    st.sampled_from([Source.EXAMPLE, Source.GENERATED, Source.REFINED]),
    st.just(SpeechLevel.POLITE),
    NUMBERS,
    NUMBERS,
    NUMBERS,
    NUMBERS,
    NUMBERS,
    st.booleans(),
)


@pytest.mark.parametrize("name", ["similarity", "likelihood", "missing", "fit"])
def test_each_number_counts_by_its_own_weight(name: str) -> None:
    weights = replace(ZERO, **{name: 2.0})
    assert score(replace(PLAIN, **{name: 0.5}), weights) == 1
    assert score(replace(PLAIN, **{name: 0.5}), ZERO) == 0


def test_information_is_what_the_context_adds_to_the_likelihood() -> None:
    weights = replace(ZERO, information=1.0)
    anywhere = replace(PLAIN, text="그렇군요", likelihood=-1.0, prior=-1.0)
    here = replace(PLAIN, text="두부라니!", likelihood=-2.0, prior=-5.0)
    assert rank([anywhere, here], weights) == [here, anywhere]
    assert rank([anywhere, here], replace(ZERO, likelihood=1.0)) == [anywhere, here]


def test_what_counts_for_some_candidates_only() -> None:
    assert score(replace(PLAIN, unfinished=True), replace(ZERO, unfinished=-3.0)) == -3
    assert score(replace(PLAIN, source=Source.GENERATED), replace(ZERO, draft=1.5)) == 1.5
    assert score(PLAIN, replace(ZERO, draft=1.5, unfinished=-3.0)) == 0


def test_the_defaults_point_the_right_way() -> None:
    """Not how much each counts, which is tuned, but that it counts for or against."""
    nothing = score(PLAIN, Weights())
    assert score(replace(PLAIN, similarity=1.0), Weights()) > nothing
    assert score(replace(PLAIN, fit=1.0), Weights()) > nothing
    assert score(replace(PLAIN, missing=1.0), Weights()) < nothing
    assert score(replace(PLAIN, unfinished=True), Weights()) < nothing


def test_equal_words_once_and_the_better_of_them() -> None:
    near = replace(PLAIN, text="좋아요!!", similarity=1.0)
    far = replace(PLAIN, text="좋아요", similarity=0.2)
    weights = replace(ZERO, similarity=1.0)
    assert rank([far, near], weights) == rank([near, far], weights) == [near]


def test_none() -> None:
    assert rank([], Weights()) == []


@given(st.lists(CANDIDATES), st.builds(Weights, *[NUMBERS] * len(Weights.__dataclass_fields__)))
def test_best_first_and_none_lost(candidates: list[Candidate], weights: Weights) -> None:
    ranked = rank(candidates, weights)
    scores = [score(candidate, weights) for candidate in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(candidate in candidates for candidate in ranked)
    if candidates:
        assert scores[0] == max(score(candidate, weights) for candidate in candidates)
    assert rank(ranked, weights) == ranked
