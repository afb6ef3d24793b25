"""The result of an evaluation, as numbers. Knows nothing of how they came about, or of how they are shown."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chatbot.training.scores import distinct, generic_rate, is_malformed, syllables
from chatbot.training.systems import System


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95% interval, by bootstrap over conversations."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How well the model foresees the gold replies.

    Attributes:
        perplexity: a token; comparable inside one vocabulary only.
        bps: bits a syllable.
        context_gain: bits a syllable that the right context saves over another item's; at most 0 ignores the input.
        multi_turn_gain: bits a syllable that the earlier turns save over the last one alone, in the ``multi_turn_items``
            that have earlier turns; ``None`` where none has.
    """

    perplexity: float
    bps: Estimate
    context_gain: float
    multi_turn_gain: float | None
    multi_turn_items: int
    tokens: int
    syllables: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """How often a system puts the gold reply first among 20, and the mean reciprocal rank."""

    hits_at_1: Estimate
    mrr: float


@dataclass(frozen=True, slots=True)
class Variety:
    """What a system's replies look like, averaged over decoding seeds."""

    distinct_1: float
    distinct_2: float
    generic: float
    malformed: float
    syllables: float

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]]) -> "Variety":
        """Measure each row of replies, one per decoding seed, and average."""

        def mean(measure: Callable[[Sequence[str]], float]) -> float:
            return sum(measure(row) for row in rows) / len(rows)

        return cls(
            distinct_1=mean(lambda row: distinct(row, 1)),
            distinct_2=mean(lambda row: distinct(row, 2)),
            generic=mean(generic_rate),
            malformed=mean(lambda row: sum(map(is_malformed, row)) / len(row)),
            syllables=mean(lambda row: sum(map(syllables, row)) / len(row)),
        )


@dataclass(frozen=True, slots=True)
class Control:
    """Whether a metric ranks gold replies above both controls; one that does not says nothing of the quality of replies.

    Here a metric judges what different systems reply. BPS of the same gold replies under different models, the main number
    of ``Likelihood``, is another use, which this verdict does not touch.
    """

    metric: str
    higher_is_better: bool
    gold: float
    shuffled: float
    constant: float

    @property
    def holds(self) -> bool:
        """Whether it does."""
        worse = (self.shuffled, self.constant)
        return all(self.gold > other if self.higher_is_better else self.gold < other for other in worse)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything measured.

    Attributes:
        model: the folder or hub id.
        dialogues: held-out dialogues with at least one item; ``items`` are the bot's turns in them.
        dropped_same, dropped_near: items that were dropped for an equal, or nearly equal, training text.
        ranked: items that had 19 distractors.
        options: digest of which replies were ranked; equal digests compare the same task.
        samples, decoding_seeds: how many contexts the replies were written to, and how often each.
        decoding: the sampling settings.
        drafting: seconds to write all seeds' replies to one context, p50 and p95.
    """

    model: str
    data: tuple[str, ...]
    seed: int
    dialogues: int
    items: int
    dropped_same: int
    dropped_near: int
    ranked: int
    options: str
    likelihood: Likelihood
    ranking: dict[System, Ranking]
    samples: int
    decoding_seeds: int
    decoding: dict[str, Any]
    variety: dict[System, Variety]
    unfinished: float
    controls: tuple[Control, ...]
    drafting: tuple[float, float]

    def to_json(self) -> str:
        """Return the report as JSON, with the verdict on each metric."""
        fields = asdict(self)
        fields["controls"] = [{**asdict(control), "holds": control.holds} for control in self.controls]
        return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
