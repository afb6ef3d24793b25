"""What a model thinks of replies, through the engine that serves it. Knows nothing of how the numbers are summed up."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.training.held_out import Item
from chatbot.training.prompts import Prompts
from chatbot.training.scores import syllables

if TYPE_CHECKING:
    from chatbot.generation.engine import Engine

Prior = dict[tuple[tuple[int, ...], tuple[int, ...]], float]


@dataclass(frozen=True, slots=True)
class Judged:
    """One reply in one item's place.

    Attributes:
        tokens: how many were scored, the end of the turn included.
        syllables: of the reply as its tokens spell it.
        nll: negative log-likelihood in the item's context, nats.
        prior: the same without any context.
    """

    tokens: int
    syllables: int
    nll: float
    prior: float

    @property
    def mean(self) -> float:
        """Mean log-probability a token, nats."""
        return -self.nll / self.tokens

    @property
    def information(self) -> float:
        """Pointwise mutual information of reply and context, nats."""
        return self.prior - self.nll


@dataclass(frozen=True, slots=True)
class ItemJudgement:
    """What the model thinks of one item.

    Attributes:
        others: of the replies that were put beside the gold one, in their order.
        wrong_context: the gold reply's NLL behind another item's turns.
        last_turn: its NLL behind the last turn alone; ``None`` where there is but one.
    """

    gold: Judged
    others: tuple[Judged, ...]
    wrong_context: float
    last_turn: float | None


async def judge(
    engine: "Engine",
    prompts: Prompts,
    items: Sequence[Item],
    others: Sequence[Sequence[str]],
    partners: Sequence[int],
) -> list[ItemJudgement]:
    """Score each item's gold reply and ``others[item]``; ``partners[item]`` lends the wrong context."""
    replies = [[prompts.reply(text) for text in (item.reply, *own)] for item, own in zip(items, others, strict=True)]
    priors = await _priors(engine, prompts, items, replies)
    found: list[ItemJudgement] = []
    for item, own, partner in zip(items, replies, partners, strict=True):
        room = max(map(len, own))
        likelihoods = await engine.score(prompts.prompt(item, room), own)
        start = tuple(prompts.without_context(item))
        judged = [
            Judged(len(ids), _syllables(engine, ids), -sum(row), priors[start, tuple(ids)])
            for ids, row in zip(own, likelihoods, strict=True)
        ]
        # The room is that of the whole context's prompt, so that all three are cut alike.
        wrong = await engine.score(prompts.prompt(item, room, items[partner].context), own[:1])
        last = None
        if len(item.context) > 1:
            last = await engine.score(prompts.prompt(item, room, item.context[-1:]), own[:1])
        found.append(ItemJudgement(judged[0], tuple(judged[1:]), -sum(wrong[0]), -sum(last[0]) if last else None))
    return found


async def _priors(
    engine: "Engine", prompts: Prompts, items: Sequence[Item], replies: Sequence[Sequence[Sequence[int]]]
) -> Prior:
    """Return the NLL of each reply behind each prompt without context, by (prompt, reply); each is scored once."""
    wanted: dict[tuple[int, ...], dict[tuple[int, ...], None]] = defaultdict(dict)
    for item, own in zip(items, replies, strict=True):
        wanted[tuple(prompts.without_context(item))].update({tuple(ids): None for ids in own})
    priors: Prior = {}
    for start, rows in wanted.items():
        scored = await engine.score(start, list(rows))
        priors.update({(start, ids): -sum(row) for ids, row in zip(rows, scored, strict=True)})
    return priors


def _syllables(engine: "Engine", ids: Sequence[int]) -> int:
    """At least 1: a reply of nothing but unknown characters has none that a token spells."""
    return max(1, syllables(engine.tokenizer.decode(ids)))
