"""Chooses among candidate replies, from memory and from the model alike. Knows nothing of how they were made.

Each candidate is judged by the same few numbers, and the weights that add them up stand in one place. Likelihood alone
prefers what fits everything ("그렇군요"); its difference to the likelihood without context (pointwise mutual information,
Li et al. 2016) prefers what fits here; similarity of situation tells how far a remembered reply can be trusted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from chatbot.dialogue.ngrams import plain
from chatbot.errors import FormatError
from chatbot.messages import Source, SpeechLevel

FILE_NAME = "ranking.json"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reply that could be given.

    Attributes:
        similarity: how near the remembered situation is (0 to about 1.2); 0 for the model's own drafts.
        likelihood: mean log-probability a token (nats) in this context.
        prior: the same without any context.
        missing: how much of it refers to words that nobody said here (0 to about 1 a word).
        fit: the matcher's opinion how well the reply answers the message (cosine, -1 to 1).
        unfinished: it was cut off by the length limit.
        own: the persona's owner wrote it for a message like this one: neither matcher nor model may overrule that.
    """

    text: str
    source: Source
    level: SpeechLevel
    similarity: float = 0.0
    likelihood: float = 0.0
    prior: float = 0.0
    missing: float = 0.0
    fit: float = 0.0
    unfinished: bool = False
    own: bool = False
    origin: str = ""


class Weights(BaseModel):
    """What each number counts; chosen by reading replies to messages that are in no corpus.

    How far drafts can be trusted depends on the model: a checkpoint may bring ``ranking.json`` with weights of its own.

    Attributes:
        draft: what the model's own words count more (or less) than remembered ones.
        say_from: below this score nothing is worth saying, and the bot only keeps the conversation going; ``None`` says
            the best there is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    similarity: float = 3.0
    likelihood: float = 0.25
    information: float = 0.35
    missing: float = -3.0
    fit: float = 3.0
    unfinished: float = -2.0
    draft: float = 0.0
    say_from: float | None = None

    @classmethod
    def load(cls, folder: Path) -> "Weights":
        """Return the weights of a checkpoint's folder, or the default ones.

        Raises:
            FormatError: the file cannot be used.
        """
        path = folder / FILE_NAME
        try:
            return cls.model_validate_json(path.read_bytes()) if path.exists() else cls()
        except (OSError, ValidationError) as error:
            raise FormatError(
                f"순위 가중치 파일({path})을 읽을 수 없어요. 원래 파일로 되돌리거나, 지우면 기본값을 씁니다."
            ) from error


def score(candidate: Candidate, weights: Weights) -> float:
    """Return how good ``candidate`` is; only differences mean anything."""
    if candidate.own:
        return weights.similarity * candidate.similarity + weights.fit
    return (
        weights.similarity * candidate.similarity
        + weights.likelihood * candidate.likelihood
        + weights.information * (candidate.likelihood - candidate.prior)
        + weights.missing * candidate.missing
        + weights.fit * candidate.fit
        + weights.unfinished * candidate.unfinished
        + weights.draft * (candidate.source is not Source.EXAMPLE)
    )


def is_worth_saying(candidate: Candidate, weights: Weights) -> bool:
    """Tell whether ``candidate`` is good enough to be said at all."""
    return weights.say_from is None or score(candidate, weights) >= weights.say_from


def rank(candidates: Iterable[Candidate], weights: Weights) -> list[Candidate]:
    """Return the candidates, best first; equal texts once."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        key = plain(candidate.text)
        if key not in best or score(candidate, weights) > score(best[key], weights):
            best[key] = candidate
    return sorted(best.values(), key=lambda candidate: -score(candidate, weights))
