"""Example memory: what was said in the situation most like this one. Knows nothing of models.

An exchange is a situation (the turns before, the person's message last) and the reply that was written for it. Only text
written for the bot is indexed: the corpus, a persona's examples; never people's chats.
Source: retrieve-and-refine, Weston, Dinan and Miller 2018; BlenderBot, Roller et al. 2020.
"""

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file  # pyright: ignore[reportUnknownVariableType]

from chatbot.dialogue.grounding import borrowed_stems
from chatbot.dialogue.matcher import Matcher
from chatbot.dialogue.ngrams import BUCKETS, ngrams
from chatbot.dialogue.sparse_index import SparseIndex
from chatbot.errors import DataError
from chatbot.messages import SpeechLevel, Turn

_TEXTS = "examples.jsonl.gz"
_INDEX = "examples.safetensors"
_CONTEXT_TURNS = 2
_CONTEXT_SIZES = (2, 3)
_BOTH_AT_START = 1.0
"""Context similarity of two situations that both open a conversation."""
_FIT_WEIGHT = 0.5
_BYTE = 127
"""Unit vectors are stored in signed bytes: components times 127."""

_COMMON, _RARE = 2.5, 6.0
"""Inverse document frequencies (nats) of a word that fits anywhere, and of one that only fits where it was said."""

_VECTORS = ("situations", "replies")

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A situation, oldest turn first and the person's message last, and the reply that fits it.

    ``needs`` are the word stems that the reply took from its own conversation: see ``chatbot.dialogue.grounding``.
    """

    situation: tuple[str, ...]
    reply: str
    level: SpeechLevel
    origin: str = ""
    needs: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The words replied to."""
        return self.situation[-1]

    @property
    def context(self) -> str:
        """The turns just before the message."""
        return " ".join(self.situation[-1 - _CONTEXT_TURNS : -1])


@dataclass(frozen=True, slots=True)
class Match:
    """An exchange found for a situation, and four cosines that say how near it is.

    Attributes:
        message, context: shared n-grams of the messages, and of the turns before them.
        meaning: the matcher's vectors of both situations; 0 without a matcher.
        fit: the matcher's vectors of the situation at hand and the exchange's reply.
    """

    exchange: Exchange
    message: float
    context: float
    meaning: float
    fit: float

    @property
    def nearness(self) -> float:
        """How near the situations are, in words and in meaning; 0 to about 1.7."""
        return float(_nearness(self.message, self.context, self.meaning))


def _nearness(message: Vectors | float, context: Vectors | float, meaning: Vectors | float) -> Vectors | float:
    """The message's words count most: they are the surest sign. Chosen by reading what was found."""
    return message + 0.2 * context + 0.3 * meaning


class ExampleMemory:
    """Finds the exchanges whose situation is nearest to the one at hand."""

    def __init__(
        self,
        exchanges: Sequence[Exchange],
        messages: SparseIndex,
        contexts: SparseIndex,
        matcher: Matcher | None = None,
        vectors: tuple[Vectors, Vectors] | None = None,
    ) -> None:
        """Use ``build`` or ``load``. ``vectors`` are the matcher's, of the situations and of the replies."""
        self.exchanges = exchanges
        self._messages = messages
        self._contexts = contexts
        self._matcher = matcher
        self._vectors = vectors
        self._polite = np.array([exchange.level is SpeechLevel.POLITE for exchange in exchanges], bool)
        self._opening = np.array([len(exchange.situation) == 1 for exchange in exchanges], bool)

    @classmethod
    def build(
        cls,
        exchanges: Sequence[Exchange],
        matcher: Matcher | None = None,
        weights_of: "ExampleMemory | None" = None,
    ) -> "ExampleMemory":
        """Index ``exchanges``; a small collection takes its word weights from a larger one, ``weights_of``."""
        messages = [ngrams(exchange.message) for exchange in exchanges]
        contexts = [ngrams(exchange.context, _CONTEXT_SIZES) for exchange in exchanges]
        vectors = None
        if matcher is not None:
            situations = matcher.situations([exchange.situation for exchange in exchanges])
            vectors = (situations, matcher.replies([exchange.reply for exchange in exchanges]))
        return cls(
            exchanges,
            SparseIndex.build(messages, BUCKETS, weights_of._messages.idf if weights_of else None),
            SparseIndex.build(contexts, BUCKETS, weights_of._contexts.idf if weights_of else None),
            matcher,
            vectors,
        )

    def nearest(self, situation: Sequence[str], level: SpeechLevel | None = None, count: int = 8) -> list[Match]:
        """Return the ``count`` nearest exchanges of that speech level, the nearest first."""
        if not self.exchanges or not situation:
            return []
        cosines = self._cosines(situation)
        score = np.asarray(_nearness(*cosines[:3]) + _FIT_WEIGHT * cosines[3])
        if level is not None:
            score = np.where(self._polite == (level is SpeechLevel.POLITE), score, -np.inf)
        count = min(count, len(score))
        best = np.argpartition(-score, count - 1)[:count]
        order: list[int] = best[np.argsort(-score[best], kind="stable")].tolist()
        rows = zip(order, cosines[:, order].T.tolist(), strict=True)
        return [Match(self.exchanges[index], *row) for index, row in rows if score[index] > 0]

    def _cosines(self, situation: Sequence[str]) -> Vectors:
        """Return what ``Match`` holds for every exchange, float32 (4, exchanges)."""
        asked = Exchange(tuple(situation), "", SpeechLevel.POLITE)
        cosines = np.zeros((4, len(self.exchanges)), np.float32)
        cosines[0] = self._messages.similarities(ngrams(asked.message))
        if asked.context:
            cosines[1] = self._contexts.similarities(ngrams(asked.context, _CONTEXT_SIZES))
        else:
            cosines[1] = self._opening * _BOTH_AT_START
        if self._matcher is not None and self._vectors is not None:
            here = self._matcher.situations([asked.situation])[0]
            cosines[2], cosines[3] = (vectors @ here for vectors in self._vectors)
        return cosines

    def rarity(self, stems: Sequence[str]) -> dict[str, float]:
        """Return how rare each two-syllable stem is among the messages: 0 for a common one, 1 for one never seen."""
        idf = self._messages.idf
        values = {stem: float(idf[zlib.crc32(stem.encode()) % BUCKETS]) for stem in stems}
        return {stem: min(1.0, max(0.0, (value - _COMMON) / (_RARE - _COMMON))) for stem, value in values.items()}

    def save(self, folder: Path) -> None:
        """Write the texts and the index into ``folder``: two files, no pickle, the same bytes each time."""
        with (
            (folder / _TEXTS).open("wb") as file,
            gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=0) as packed,
        ):
            for exchange in self.exchanges:
                row = [exchange.situation, exchange.reply, exchange.level.value, exchange.origin, exchange.needs]
                packed.write((json.dumps(row, ensure_ascii=False) + "\n").encode())
        arrays = {**self._messages.arrays("messages"), **self._contexts.arrays("contexts")}
        for name, vectors in zip(_VECTORS, self._vectors or (), strict=False):
            arrays[name] = np.rint(vectors * _BYTE).astype(np.int8)
        save_file(arrays, folder / _INDEX)
        (folder / _INDEX).chmod(0o644)  # the library makes files that nobody else may read

    @classmethod
    def load(cls, folder: Path, matcher: Matcher | None = None) -> "ExampleMemory":
        """Read what ``save`` wrote; ``matcher`` is the one it was built with.

        Raises:
            DataError: a file is missing or damaged.
        """
        try:
            with gzip.open(folder / _TEXTS, "rt", encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines]
            arrays = load_file(folder / _INDEX)
            known: dict[str, str] = {}  # a turn stands in several situations: keep one copy of each
            exchanges = [
                Exchange(
                    tuple(known.setdefault(t, t) for t in situation), reply, SpeechLevel(level), origin, tuple(needs)
                )
                for situation, reply, level, origin, needs in rows
            ]
            messages = SparseIndex.from_arrays(arrays, "messages", len(rows))
            contexts = SparseIndex.from_arrays(arrays, "contexts", len(rows))
            stored = [arrays[name].astype(np.float32) / np.float32(_BYTE) for name in _VECTORS if name in arrays]
            if any(len(vectors) != len(rows) for vectors in stored):
                raise ValueError(f"vectors of another memory than the {len(rows)} exchanges")
        except Exception as error:  # gzip, json and the Rust library each raise their own
            raise DataError(
                f"예시 기억({folder / _INDEX})을 읽을 수 없어요. 저장소에서 다시 받거나 `make model`로 다시 만들어 주세요. "
                "config.yaml에서 dialogue.examples를 off로 두면 없이도 돌아가요."
            ) from error
        return cls(exchanges, messages, contexts, matcher, (stored[0], stored[1]) if len(stored) == 2 else None)


def exchanges_of(turns: Sequence[Turn], origin: str = "") -> Iterator[Exchange]:
    """Yield an exchange for each bot turn that follows a person's turn."""
    for index in range(1, len(turns)):
        reply, message = turns[index], turns[index - 1]
        if reply.speaker.is_bot and not message.speaker.is_bot:
            earlier = [turn.text for turn in turns[:index]]
            yield Exchange(
                situation=tuple(earlier[-1 - _CONTEXT_TURNS :]),
                reply=reply.text,
                level=reply.level or SpeechLevel.POLITE,
                origin=origin,
                needs=borrowed_stems(reply.text, [*earlier, *(turn.speaker.name for turn in turns)]),
            )
