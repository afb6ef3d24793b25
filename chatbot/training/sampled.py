"""Replies that the bare model writes, decoded as in serving. Knows nothing of how they are judged."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatbot.config import GenerationSettings
from chatbot.dialogue.format import DialogueFormat
from chatbot.dialogue.quality import whole_sentences
from chatbot.generation.params import SamplingParams
from chatbot.training.held_out import Item
from chatbot.training.prompts import Prompts

if TYPE_CHECKING:
    from chatbot.generation.engine import Engine


@dataclass(frozen=True, slots=True)
class Drafts:
    """Replies to some items.

    Attributes:
        rows: one list of replies, item by item, for each decoding seed.
        seconds: what the replies to each item took, all seeds together as a serving bot draws them.
        unfinished: share of the replies that were cut off by the length limit.
    """

    rows: tuple[tuple[str, ...], ...]
    seconds: tuple[float, ...]
    unfinished: float


def serving_params(engine: "Engine", format: DialogueFormat) -> SamplingParams:
    """Return the sampling settings that config.yaml has by default, fitted to a model as ``chatbot.dialogue.drafts`` does."""
    defaults = GenerationSettings()
    longest = min(defaults.max_new_tokens, engine.config.n_positions // 3)
    nameless = range(engine.tokenizer.vocab_size, engine.config.vocab_size)
    return SamplingParams(
        temperature=defaults.temperature,
        top_k=defaults.top_k,
        top_p=defaults.top_p,
        min_p=defaults.min_p,
        repetition_penalty=defaults.repetition_penalty,
        no_repeat_ngram_size=defaults.no_repeat_ngram_size,
        min_new_tokens=min(defaults.min_new_tokens, longest),
        max_new_tokens=longest,
        stop_token_ids=frozenset({format.end_id}),
        banned_token_ids=frozenset({*engine.tokenizer.control_ids, *nameless} - {format.end_id}),
    )


async def draw(
    engine: "Engine", prompts: Prompts, params: SamplingParams, items: Sequence[Item], count: int, seed: int
) -> Drafts:
    """Return ``count`` replies to each item, drawn together; without a hint, unlike a serving bot's second half."""
    texts: list[list[str]] = []
    seconds: list[float] = []
    unfinished = 0
    for number, item in enumerate(items):
        prompt = prompts.prompt(item, params.max_new_tokens)
        started = time.perf_counter()
        drafts = await engine.candidates(prompt, replace(params, seed=seed + number * count), count)
        seconds.append(time.perf_counter() - started)
        ended = [bool(ids) and ids[-1] in params.stop_token_ids for ids in drafts]
        unfinished += count - sum(ended)
        said = [engine.tokenizer.decode(ids).strip() for ids in drafts]
        texts.append([text if whole else whole_sentences(text) for text, whole in zip(said, ended, strict=True)])
    rows = tuple(tuple(row) for row in zip(*texts, strict=True))
    return Drafts(rows, tuple(seconds), unfinished / max(1, count * len(items)))
