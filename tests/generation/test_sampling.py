# pyright: standard
"""Each sampling function against Hugging Face's processor of the same meaning, and the draws against their odds."""

import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import (
    LogitsProcessorList,
    MinNewTokensLengthLogitsProcessor,
    MinPLogitsWarper,
    NoBadWordsLogitsProcessor,
    NoRepeatNGramLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from chatbot.generation import sampling
from chatbot.generation.params import SamplingParams
from chatbot.generation.sampling import BROKEN, NO_TOKEN, Sampler, draw

VOCABS = st.integers(2, 60)
SEEDS = st.integers(0, 2**32 - 1)


def random_logits(seed: int, vocab: int, rows: int = 3, spread: float = 3.0) -> Tensor:
    return torch.randn(rows, vocab, generator=torch.Generator().manual_seed(seed)) * spread


def random_context(seed: int, vocab: int, length: int, rows: int = 3) -> Tensor:
    return torch.randint(vocab, (rows, length), generator=torch.Generator().manual_seed(seed))


def same(ours: Tensor, theirs: Tensor) -> bool:
    return torch.equal(ours.isneginf(), theirs.isneginf()) and torch.allclose(
        ours.clamp(min=-1e30), theirs.clamp(min=-1e30), rtol=1e-5, atol=1e-6
    )


def unclear(logits: Tensor, p: float) -> bool:
    """Whether rounding decides which token is the last within ``p``."""
    cumulative = logits.softmax(dim=1).sort(dim=1).values.cumsum(dim=1)
    return bool(((cumulative - (1 - p)).abs() < 1e-5).any())


@given(seed=SEEDS, vocab=VOCABS, length=st.integers(1, 30), penalty=st.floats(0.2, 4))
def test_repetition_penalty(seed: int, vocab: int, length: int, penalty: float) -> None:
    logits, context = random_logits(seed, vocab), random_context(seed, vocab, length)
    theirs = RepetitionPenaltyLogitsProcessor(penalty)(context, logits)  # pyright: ignore[reportArgumentType]
    assert same(sampling.penalize_repetition(logits, context, penalty), theirs)


@given(seed=SEEDS, vocab=st.integers(2, 8), length=st.integers(1, 40), size=st.integers(1, 5))
def test_no_repeat_ngram(seed: int, vocab: int, length: int, size: int) -> None:
    logits, context = random_logits(seed, vocab), random_context(seed, vocab, length)
    theirs = NoRepeatNGramLogitsProcessor(size)(context, logits)  # pyright: ignore[reportArgumentType]
    assert same(sampling.forbid_repeated_ngrams(logits, context, size), theirs)


@given(seed=SEEDS, vocab=VOCABS, data=st.data())
def test_banned_ids(seed: int, vocab: int, data: st.DataObject) -> None:
    banned = data.draw(st.lists(st.integers(0, vocab - 1), min_size=1, unique=True))
    logits, context = random_logits(seed, vocab), random_context(seed, vocab, 3)
    theirs = NoBadWordsLogitsProcessor([[id] for id in banned])(context, logits)  # pyright: ignore[reportArgumentType]
    assert same(sampling.forbid(logits, torch.tensor(banned)), theirs)


@given(seed=SEEDS, vocab=VOCABS, k=st.integers(1, 80))
def test_top_k(seed: int, vocab: int, k: int) -> None:
    logits = random_logits(seed, vocab)
    assert same(sampling.keep_top_k(logits, k), TopKLogitsWarper(k)(None, logits))  # pyright: ignore[reportArgumentType]


@given(seed=SEEDS, vocab=VOCABS, p=st.floats(0.01, 0.999))
def test_top_p(seed: int, vocab: int, p: float) -> None:
    logits = random_logits(seed, vocab)
    assume(not unclear(logits, p))
    assert same(sampling.keep_top_p(logits, p), TopPLogitsWarper(p)(None, logits))  # pyright: ignore[reportArgumentType]


@given(seed=SEEDS, vocab=VOCABS, k=st.integers(1, 80), p=st.floats(0.01, 0.999))
def test_top_p_behind_top_k_needs_no_full_sort(seed: int, vocab: int, k: int, p: float) -> None:
    logits = sampling.keep_top_k(random_logits(seed, vocab), k)
    assert same(sampling.keep_top_p(logits, p, candidates=k), sampling.keep_top_p(logits, p))


@given(seed=SEEDS, vocab=VOCABS, p=st.floats(0.001, 1))
def test_min_p(seed: int, vocab: int, p: float) -> None:
    logits = random_logits(seed, vocab)
    assert same(sampling.keep_min_p(logits, p), MinPLogitsWarper(p)(None, logits))  # pyright: ignore[reportArgumentType]


@given(seed=SEEDS, vocab=VOCABS, temperature=st.floats(0.05, 5))
def test_temperature(seed: int, vocab: int, temperature: float) -> None:
    logits = random_logits(seed, vocab)
    theirs = TemperatureLogitsWarper(temperature)(None, logits)  # pyright: ignore[reportArgumentType]
    assert same(sampling.divide_by_temperature(logits, temperature).softmax(1), theirs.softmax(1))


def test_ties_with_the_last_one_kept_stay() -> None:
    logits = torch.tensor([[2.0, 1.0, 1.0, 1.0, 0.0]])
    assert sampling.keep_top_k(logits, 2).isneginf().tolist() == [[False, False, False, False, True]]
    assert sampling.keep_top_p(logits, 0.5, candidates=2).isneginf().tolist() == [[False, False, False, False, True]]


@settings(max_examples=150)
@given(
    seed=SEEDS,
    vocab=st.integers(6, 40),
    length=st.integers(1, 12),
    drawn=st.integers(0, 4),
    params=st.builds(
        SamplingParams,
        temperature=st.sampled_from([0.0, 0.5, 1.0, 1.7]),
        top_k=st.sampled_from([0, 1, 5, 50]),
        top_p=st.sampled_from([1.0, 0.9, 0.3]),
        min_p=st.sampled_from([0.0, 0.05, 0.3]),
        repetition_penalty=st.sampled_from([1.0, 1.3, 2.0, 0.7]),
        no_repeat_ngram_size=st.sampled_from([0, 1, 2, 3]),
        min_new_tokens=st.sampled_from([0, 2, 4]),
        stop_token_ids=st.frozensets(st.integers(0, 5), max_size=2),
        banned_token_ids=st.frozensets(st.integers(0, 5), max_size=3),
        seed=st.just(0),
    ),
)
def test_the_order_is_that_of_generate(seed: int, vocab: int, length: int, drawn: int, params: SamplingParams) -> None:
    prompt = random_context(seed, vocab, length, rows=1)[0]
    sampler = Sampler(params, prompt)
    context = prompt[None]
    for step in range(drawn):
        token = sampler.next(random_logits(seed + step, vocab, rows=1)).clamp(min=0)
        context = torch.cat([context, token[:, None]], dim=1)
    theirs = LogitsProcessorList()
    if params.repetition_penalty != 1:
        theirs.append(RepetitionPenaltyLogitsProcessor(params.repetition_penalty))
    if params.no_repeat_ngram_size:
        theirs.append(NoRepeatNGramLogitsProcessor(params.no_repeat_ngram_size))
    if params.banned_token_ids:
        theirs.append(NoBadWordsLogitsProcessor([[id] for id in params.banned_token_ids]))
    if params.stop_token_ids:
        stops = sorted(params.stop_token_ids)
        theirs.append(MinNewTokensLengthLogitsProcessor(length, params.min_new_tokens, stops))
    if params.temperature:
        theirs.append(TemperatureLogitsWarper(params.temperature))
        if params.top_k:
            theirs.append(TopKLogitsWarper(params.top_k))
        if params.top_p < 1:
            theirs.append(TopPLogitsWarper(params.top_p))
        theirs.append(MinPLogitsWarper(params.min_p))
    logits = random_logits(seed + drawn, vocab, rows=1)
    expected = theirs(context, logits)  # pyright: ignore[reportArgumentType]
    assume(not expected.isneginf().all())
    if params.top_p < 1 and params.temperature:
        before_top_p = [each for each in theirs if not isinstance(each, TopPLogitsWarper | MinPLogitsWarper)]
        assume(not unclear(LogitsProcessorList(before_top_p)(context, logits), params.top_p))  # pyright: ignore[reportArgumentType]
    ours = sampler.process(logits)
    assert torch.equal(ours.isneginf(), expected.isneginf())
    assert torch.allclose(ours.softmax(1), expected.softmax(1), atol=1e-6)
    if not params.temperature:
        assert torch.equal(sampler.next(logits), expected.argmax(1))


def chi_square_limit(freedom: int) -> float:
    """Return what chi-square with ``freedom`` degrees exceeds once in a million times (Wilson and Hilferty 1931)."""
    share = 2 / (9 * freedom)
    return freedom * (1 - share + 4.753 * math.sqrt(share)) ** 3


def assert_distributed(drawn: Tensor, probabilities: Tensor) -> None:
    counts = drawn.bincount(minlength=len(probabilities)).double()
    expected = probabilities.double() * len(drawn)
    possible = expected > 0
    assert not counts[~possible].any(), "a forbidden token was drawn"
    assert expected[possible].min() > 5, "the approximation needs five expected draws a token"
    statistic = ((counts - expected)[possible] ** 2 / expected[possible]).sum().item()
    assert statistic < chi_square_limit(int(possible.sum()) - 1)


def test_draws_follow_the_odds() -> None:
    logits = random_logits(5, 40, rows=1, spread=1.0)
    uniforms = torch.rand(60_000, generator=torch.Generator().manual_seed(6))
    assert_distributed(draw(logits.expand(60_000, -1), uniforms), logits[0].softmax(0))


@pytest.mark.parametrize("seed", [0, 10**6, 2**64 - 5])
def test_neighbouring_seeds_draw_independently(seed: int) -> None:
    params = SamplingParams(temperature=0.8, top_k=9, top_p=0.95, min_p=0.02, max_new_tokens=2, seed=seed)
    logits = random_logits(7, 30, rows=1, spread=1.0)
    sampler = Sampler(params, torch.tensor([1]), rows=20_000)
    expected = sampler.process(logits.expand(20_000, -1))[0].softmax(0)
    for _ in range(2):
        assert_distributed(sampler.next(logits.expand(20_000, -1)), expected)


def test_the_wrong_odds_would_be_noticed() -> None:
    logits = random_logits(5, 40, rows=1, spread=1.0)
    uniforms = torch.rand(60_000, generator=torch.Generator().manual_seed(6))
    with pytest.raises(AssertionError):
        assert_distributed(draw(logits.expand(60_000, -1), uniforms), (logits[0] / 1.1).softmax(0))


@given(seed=SEEDS, uniform=st.sampled_from([0.0, 1 - 2**-24, 0.5, 1e-12]))
def test_a_forbidden_token_is_never_drawn(seed: int, uniform: float) -> None:
    logits = random_logits(seed, 50)
    logits[:, 0] = logits[:, 20:30] = logits[:, -5:] = float("-inf")
    chosen = draw(logits, torch.full((3,), uniform))
    assert not logits.gather(1, chosen[:, None]).isneginf().any()


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_nothing_allowed_and_nothing_computed(temperature: float) -> None:
    params = SamplingParams(temperature=temperature, top_k=3, top_p=0.9, min_p=0.1, seed=0)
    sampler = Sampler(params, torch.tensor([1]), rows=3)
    logits = torch.tensor([[float("-inf")] * 4, [float("nan")] * 4, [0.0, 9.0, 0.0, 0.0]])
    assert sampler.next(logits).tolist() == [NO_TOKEN, BROKEN, 1]


@pytest.mark.parametrize("temperature", [1e-300, 1e-45, 1e-30, 1e-5])
def test_a_tiny_temperature_is_greedy(temperature: float) -> None:
    logits = random_logits(8, 100)
    sampler = Sampler(SamplingParams(temperature=temperature, seed=1), torch.tensor([1]), rows=3)
    assert torch.equal(sampler.next(logits), logits.argmax(1))


def test_rows_are_dropped_with_their_context_and_seed() -> None:
    params = SamplingParams(temperature=1, repetition_penalty=3.0, seed=9, max_new_tokens=5)
    logits = [random_logits(step, 50, rows=4, spread=1.0) for step in range(3)]
    whole, part = (Sampler(params, torch.tensor([1, 2]), rows=4) for _ in range(2))
    kept = torch.tensor([0, 3])
    first = [whole.next(logits[0]), part.next(logits[0])]
    assert torch.equal(*first)
    part.keep(kept)
    for each in logits[1:]:
        assert torch.equal(whole.next(each)[kept], part.next(each[kept]))


def test_without_a_seed_each_sampler_draws_anew() -> None:
    logits = torch.zeros(1, 10_000)
    draws = {int(Sampler(SamplingParams(), torch.tensor([1])).next(logits)) for _ in range(5)}
    assert len(draws) > 1


def test_the_same_seed_draws_the_same() -> None:
    logits = torch.zeros(2, 10_000)
    runs = [Sampler(SamplingParams(seed=-3), torch.tensor([1]), rows=2).next(logits).tolist() for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0][1] == int(Sampler(SamplingParams(seed=-2), torch.tensor([1])).next(logits[:1]))
