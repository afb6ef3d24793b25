"""How candidates are ordered, by weights made up here: the real ones are chosen by reading replies."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.dialogue.ranking import Candidate, Weights, rank, score
from chatbot.errors import FormatError
from chatbot.messages import Source, SpeechLevel

ZERO = Weights(**dict.fromkeys(Weights.model_fields, 0.0))
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


def but(**weights: float) -> Weights:
    """Nothing counts but this."""
    return ZERO.model_copy(update=weights)


@pytest.mark.parametrize("name", ["similarity", "likelihood", "missing", "fit"])
def test_each_number_counts_by_its_own_weight(name: str) -> None:
    weights = but(**{name: 2.0})
    assert score(replace(PLAIN, **{name: 0.5}), weights) == 1
    assert score(replace(PLAIN, **{name: 0.5}), ZERO) == 0


def test_information_is_what_the_context_adds_to_the_likelihood() -> None:
    weights = but(information=1.0)
    anywhere = replace(PLAIN, text="그렇군요", likelihood=-1.0, prior=-1.0)
    here = replace(PLAIN, text="두부라니!", likelihood=-2.0, prior=-5.0)
    assert rank([anywhere, here], weights) == [here, anywhere]
    assert rank([anywhere, here], but(likelihood=1.0)) == [anywhere, here]


def test_what_counts_for_some_candidates_only() -> None:
    assert score(replace(PLAIN, unfinished=True), but(unfinished=-3.0)) == -3
    assert score(replace(PLAIN, source=Source.GENERATED), but(draft=1.5)) == 1.5
    assert score(replace(PLAIN, source=Source.REFINED), but(draft=1.5)) == 1.5
    assert score(PLAIN, but(draft=1.5, unfinished=-3.0)) == 0


def test_what_an_owner_wrote_is_not_overruled() -> None:
    weights = Weights()
    own = replace(PLAIN, own=True, similarity=0.8)
    for doubt in ({"fit": -1.0}, {"likelihood": -20.0}, {"missing": 3.0}):
        assert score(replace(own, **doubt), weights) == score(own, weights)
    corpus = replace(PLAIN, similarity=0.8)
    assert score(own, weights) >= score(replace(corpus, fit=0.9), weights)


def test_a_checkpoint_may_bring_its_weights(tmp_path: Path) -> None:
    assert Weights.load(tmp_path) == Weights()
    (tmp_path / "ranking.json").write_text('{"draft": -1.5, "say_from": 0.25}')
    assert Weights.load(tmp_path) == Weights(draft=-1.5, say_from=0.25)


@pytest.mark.parametrize("written", [b"", b"{", b"\xff", b"[]", b'{"drafts": 1}', b'{"draft": "many"}'])
def test_damaged_weights(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "ranking.json").write_bytes(written)
    with pytest.raises(FormatError, match=r"ranking\.json"):
        Weights.load(tmp_path)


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
    weights = but(similarity=1.0)
    assert rank([far, near], weights) == rank([near, far], weights) == [near]


def test_none() -> None:
    assert rank([], Weights()) == []


@given(
    st.lists(CANDIDATES),
    st.fixed_dictionaries(dict.fromkeys(Weights.model_fields, NUMBERS)).map(Weights.model_validate),
)
def test_best_first_and_none_lost(candidates: list[Candidate], weights: Weights) -> None:
    ranked = rank(candidates, weights)
    scores = [score(candidate, weights) for candidate in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(candidate in candidates for candidate in ranked)
    if candidates:
        assert scores[0] == max(score(candidate, weights) for candidate in candidates)
    assert rank(ranked, weights) == ranked
