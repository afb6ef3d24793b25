"""Measures a checkpoint on held-out dialogues, through the engine that serves it: a first part of EVAL.md.

What is here: likelihood, context and multi-turn gain, ranking among 20, variety of sampled replies, controls, latency. What
is not: a split by speaker pair (files name no pairs), n-gram statistics past distinct-2, register, prompt sets, safety.
"""

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from chatbot.config import SEVERAL_CANDIDATES, DialogueSettings
from chatbot.dialogue.format import DialogueFormat, Markers
from chatbot.dialogue.matcher import FILE_NAME, Matcher
from chatbot.errors import DataError
from chatbot.generation import Engine
from chatbot.generation.params import SamplingParams
from chatbot.training.dialogues import read_dialogues
from chatbot.training.held_out import Item, Split, distractors, partners, split
from chatbot.training.likelihood import ItemJudgement, Judged, judge
from chatbot.training.prompts import Prompts
from chatbot.training.report import Control, Estimate, Likelihood, Ranking, Report, Variety
from chatbot.training.sampled import Drafts, draw, serving_params
from chatbot.training.scores import (
    bits_per_syllable,
    bootstrap_interval,
    hits_at_1,
    mean_reciprocal_rank,
    ngram_cosine,
    perplexity,
    rank_of_first,
    ratio,
)
from chatbot.training.systems import System, constant_reply, fits, replies_by_system, retrieved_replies

Show = Callable[[str], None]
"""Takes a line that says what is being done."""


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What to measure, and on what.

    Attributes:
        data: dialogue files; their held-out part is measured, the rest is what retrieval and duplicates are looked up in.
        samples: how many contexts replies are written to.
        seed: decides the ranked options, the shuffles and the sampled replies.
        preset: dialogue format of the checkpoint, where it does not bring its own.
        resamples: of the bootstrap.
    """

    model: str
    data: tuple[Path, ...]
    samples: int = 200
    seed: int = 0
    device: str = "auto"
    preset: str | None = None
    resamples: int = 2000


async def evaluate(plan: EvaluationPlan, show: Show = lambda line: None) -> Report:
    """Measure a checkpoint.

    Raises:
        DataError: the data cannot be used, or too little of it is held out.
        ModelError: the checkpoint cannot be used.
    """
    show("대화를 읽고 있어요.")
    parts = split(read_dialogues(plan.data))
    _check(parts)
    items = parts.items
    constant = constant_reply(parts.training)
    show("비슷한 상황의 대답을 찾고 있어요.")
    said = replies_by_system(items, retrieved_replies(parts.training, items, constant), constant, plan.seed)
    options = [[items[other].reply for other in own] for own in distractors(items, plan.seed)]
    async with Engine.load(plan.model, plan.device) as engine:
        matcher = Matcher.load(engine.folder) if (engine.folder / FILE_NAME).is_file() else None
        format = DialogueFormat(Markers.load(engine.folder, plan.preset), engine.tokenizer)
        prompts = Prompts(format, engine.config.n_positions, DialogueSettings().max_turns)
        show(f"대답 {len(items):,}개의 우도를 재고 있어요.")
        beside = [
            [shuffled, constant, *own] for shuffled, own in zip(said[System.SHUFFLED], options, strict=True)
        ]  # the controls first, so that what is ranked follows
        judged = await judge(engine, prompts, items, beside, partners(items, plan.seed))
        show(f"문맥 {min(plan.samples, len(items)):,}개에 대답을 짓고 있어요.")
        sampled = _sample(len(items), plan)
        chosen = [items[number] for number in sampled]
        params = serving_params(engine, format)
        drafts = await draw(engine, prompts, params, chosen, SEVERAL_CANDIDATES, plan.seed)
    retrieved = [said[System.RETRIEVAL][number] for number in sampled]
    variety = {System.MODEL: Variety.of(drafts.rows)} | {
        system: Variety.of([replies])
        for system, replies in replies_by_system(chosen, retrieved, constant, plan.seed).items()
    }
    ranks = _ranks(items, judged, options, said, matcher)
    ranked = [item.dialogue.id for item, own in zip(items, options, strict=True) if own]
    return Report(
        model=plan.model,
        data=tuple(map(str, plan.data)),
        seed=plan.seed,
        dialogues=len({item.dialogue.id for item in items}),
        items=len(items),
        dropped_same=parts.same,
        dropped_near=parts.near,
        ranked=len(ranked),
        options=_digest([[item.reply, *own] for item, own in zip(items, options, strict=True)]),
        likelihood=_likelihood(items, judged, plan),
        ranking={system: _ranking(own, ranked, plan) for system, own in ranks.items()} if ranked else {},
        samples=len(chosen),
        decoding_seeds=len(drafts.rows),
        decoding=_settings(params),
        variety=variety,
        unfinished=drafts.unfinished,
        controls=tuple(_controls(items, judged, said, variety, ranks, matcher)),
        drafting=_percentiles(drafts),
    )


def _check(parts: Split) -> None:
    if len(parts.items) < 2 or len({item.dialogue.id for item in parts.items}) < 2:
        raise DataError(
            f"채점에 쓸 대화가 모자라요. 평가용으로 나뉜 대답 가운데 학습 자료와 겹치지 않는 것이 {len(parts.items)}개뿐이에요. "
            "대화를 더 모으거나 다른 파일을 --data로 더해 주세요. 대화의 3%쯤이 평가에 쓰여요."
        )


def _likelihood(items: Sequence[Item], judged: Sequence[ItemJudgement], plan: EvaluationPlan) -> Likelihood:
    nll = sum(one.gold.nll for one in judged)
    tokens, syllables = sum(one.gold.tokens for one in judged), sum(one.gold.syllables for one in judged)
    multi = [one for one in judged if one.last_turn is not None]
    low, high = bootstrap_interval(
        [(one.gold.nll / math.log(2), one.gold.syllables) for one in judged],
        [item.dialogue.id for item in items],
        resamples=plan.resamples,
        seed=plan.seed,
    )
    multi_gain = sum((one.last_turn or 0.0) - one.gold.nll for one in multi)
    return Likelihood(
        perplexity=perplexity(nll, tokens),
        bps=Estimate(bits_per_syllable(nll, syllables), low, high),
        context_gain=bits_per_syllable(sum(one.wrong_context - one.gold.nll for one in judged), syllables),
        multi_turn_gain=bits_per_syllable(multi_gain, sum(one.gold.syllables for one in multi)) if multi else None,
        multi_turn_items=len(multi),
        tokens=tokens,
        syllables=syllables,
    )


def _ranks(
    items: Sequence[Item],
    judged: Sequence[ItemJudgement],
    options: Sequence[Sequence[str]],
    said: dict[System, list[str]],
    matcher: Matcher | None,
) -> dict[System, list[int]]:
    """Return each system's rank of the gold reply, for the items that have distractors.

    A system that does not score replies but gives one ranks the options by how alike they are to it.
    """
    ranks: dict[System, list[int]] = {System.MODEL: [], System.MODEL_PMI: []}
    for number, (item, one, own) in enumerate(zip(items, judged, options, strict=True)):
        if not own:
            continue
        rows = [one.gold, *one.others[2:]]
        ranks[System.MODEL].append(rank_of_first([row.mean for row in rows]))
        ranks[System.MODEL_PMI].append(rank_of_first([row.information for row in rows]))
        texts = [item.reply, *own]
        if matcher is not None:
            ranks.setdefault(System.MATCHER, []).append(rank_of_first(fits(matcher, item, texts)))
        for system, replies in said.items():
            alike = [ngram_cosine(replies[number], text) for text in texts]
            ranks.setdefault(system, []).append(rank_of_first(alike))
    return ranks


def _ranking(ranks: Sequence[int], conversations: Sequence[str], plan: EvaluationPlan) -> Ranking:
    hits = [(float(rank == 1), 1.0) for rank in ranks]
    low, high = bootstrap_interval(hits, conversations, ratio, plan.resamples, plan.seed)
    return Ranking(Estimate(hits_at_1(ranks), low, high), mean_reciprocal_rank(ranks))


def _controls(
    items: Sequence[Item],
    judged: Sequence[ItemJudgement],
    said: dict[System, list[str]],
    variety: dict[System, Variety],
    ranks: dict[System, list[int]],
    matcher: Matcher | None,
) -> Iterable[Control]:
    """Yield each metric's value for gold replies, shuffled ones and the constant one."""
    golds = [one.gold for one in judged]
    shuffled, constants = ([one.others[place] for one in judged] for place in (0, 1))

    def bits(rows: Sequence[Judged]) -> float:
        return bits_per_syllable(sum(row.nll for row in rows), sum(row.syllables for row in rows))

    def information(rows: Sequence[Judged]) -> float:
        return bits_per_syllable(sum(row.information for row in rows), sum(row.syllables for row in rows))

    yield Control("reply_bps", False, bits(golds), bits(shuffled), bits(constants))
    yield Control("reply_pmi", True, information(golds), information(shuffled), information(constants))
    controls = (System.GOLD, System.SHUFFLED, System.CONSTANT)
    if matcher is not None:
        means = (
            sum(fits(matcher, item, [reply])[0] for item, reply in zip(items, said[system], strict=True)) / len(items)
            for system in controls
        )
        yield Control("matcher_fit", True, *means)
    if ranks[System.MODEL]:
        yield Control("hits@1/20", True, *(hits_at_1(ranks[system]) for system in controls))
    for name, higher in (("distinct_1", True), ("distinct_2", True), ("generic", False), ("malformed", False)):
        yield Control(name, higher, *(getattr(variety[system], name) for system in controls))


def _sample(count: int, plan: EvaluationPlan) -> list[int]:
    """Return the numbers of the items that replies are written to, in order."""
    drawn = np.random.default_rng(plan.seed).permutation(count)[: plan.samples]
    return sorted(int(number) for number in drawn)


def _percentiles(drafts: Drafts) -> tuple[float, float]:
    median, slow = np.percentile(drafts.seconds, [50, 95])
    return float(median), float(slow)


def _settings(params: SamplingParams) -> dict[str, object]:
    """Return the settings that shape replies; ids and limits of time say nothing to a reader."""
    hidden = ("stop_token_ids", "banned_token_ids", "seed", "deadline")
    return {name: value for name, value in asdict(params).items() if name not in hidden}


def _digest(options: Sequence[Sequence[str]]) -> str:
    return hashlib.sha256("\n".join("\t".join(own) for own in options).encode()).hexdigest()[:16]
