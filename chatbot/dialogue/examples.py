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
from safetensors.numpy import load_file, save_file

from chatbot.dialogue.grounding import borrowed_stems
from chatbot.dialogue.ngrams import BUCKETS, ngrams
from chatbot.dialogue.sparse_index import SparseIndex
from chatbot.errors import DataError
from chatbot.messages import SpeechLevel, Turn

_TEXTS = "examples.jsonl.gz"
_INDEX = "examples.safetensors"
_CONTEXT_TURNS = 2
_CONTEXT_SIZES = (2, 3)
CONTEXT_WEIGHT = 0.2
_BOTH_AT_START = 0.5
"""Context similarity of two situations that both open a conversation."""


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
    """An exchange found for a situation; similarities are cosines, 0 to 1."""

    exchange: Exchange
    message_similarity: float
    context_similarity: float

    @property
    def similarity(self) -> float:
        """The message's similarity, and the context's at a lower weight."""
        return self.message_similarity + CONTEXT_WEIGHT * self.context_similarity


class ExampleMemory:
    """Finds the exchanges whose situation is nearest to the one at hand."""

    def __init__(self, exchanges: Sequence[Exchange], messages: SparseIndex, contexts: SparseIndex) -> None:
        self.exchanges = exchanges
        self._messages = messages
        self._contexts = contexts
        self._polite = np.array([exchange.level is SpeechLevel.POLITE for exchange in exchanges], bool)
        self._opening = np.array([len(exchange.situation) == 1 for exchange in exchanges], bool)

    @classmethod
    def build(cls, exchanges: Sequence[Exchange], weights_of: "ExampleMemory | None" = None) -> "ExampleMemory":
        """Index ``exchanges``; a small collection takes its word weights from a larger one, ``weights_of``."""
        messages = [ngrams(exchange.message) for exchange in exchanges]
        contexts = [ngrams(exchange.context, _CONTEXT_SIZES) for exchange in exchanges]
        return cls(
            exchanges,
            SparseIndex.build(messages, BUCKETS, weights_of._messages.idf if weights_of else None),
            SparseIndex.build(contexts, BUCKETS, weights_of._contexts.idf if weights_of else None),
        )

    def nearest(self, situation: Sequence[str], level: SpeechLevel | None = None, count: int = 8) -> list[Match]:
        """Return the ``count`` nearest exchanges of that speech level, the nearest first."""
        if not self.exchanges or not situation:
            return []
        asked = Exchange(tuple(situation), "", SpeechLevel.POLITE)
        messages = self._messages.similarities(ngrams(asked.message))
        contexts: NDArray[np.float32]
        if asked.context:
            contexts = self._contexts.similarities(ngrams(asked.context, _CONTEXT_SIZES))
        else:
            contexts = self._opening.astype(np.float32) * _BOTH_AT_START
        total = messages + CONTEXT_WEIGHT * contexts
        if level is not None:
            total = np.where(self._polite == (level is SpeechLevel.POLITE), total, -1)
        count = min(count, len(total))
        best = np.argpartition(-total, count - 1)[:count]
        best = best[np.argsort(-total[best], kind="stable")]
        return [Match(self.exchanges[i], float(messages[i]), float(contexts[i])) for i in best if messages[i] > 0]

    def rarity(self, stems: Sequence[str]) -> dict[str, float]:
        """Return how rare each two-syllable stem is among the messages: 0 for a common one, 1 for one never seen."""
        idf = self._messages.idf
        highest = float(idf.max()) if len(idf) else 1.0
        values = {stem: float(idf[zlib.crc32(stem.encode()) % BUCKETS]) for stem in stems}
        return {stem: min(1.0, max(0.0, value / highest * 2 - 1)) for stem, value in values.items()}

    def save(self, folder: Path) -> None:
        """Write the texts and the index into ``folder``: two files, no pickle, the same bytes each time."""
        with (
            (folder / _TEXTS).open("wb") as file,
            gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=0) as packed,
        ):
            for exchange in self.exchanges:
                row = [exchange.situation, exchange.reply, exchange.level.value, exchange.origin, exchange.needs]
                packed.write((json.dumps(row, ensure_ascii=False) + "\n").encode())
        save_file({**self._messages.arrays("messages"), **self._contexts.arrays("contexts")}, folder / _INDEX)

    @classmethod
    def load(cls, folder: Path) -> "ExampleMemory":
        """Read what ``save`` wrote.

        Raises:
            DataError: a file is missing or damaged.
        """
        try:
            with gzip.open(folder / _TEXTS, "rt", encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines]
            arrays = load_file(folder / _INDEX)
            exchanges = [
                Exchange(tuple(situation), reply, SpeechLevel(level), origin, tuple(needs))
                for situation, reply, level, origin, needs in rows
            ]
            messages = SparseIndex.from_arrays(arrays, "messages", len(rows))
            contexts = SparseIndex.from_arrays(arrays, "contexts", len(rows))
        except Exception as error:  # gzip, json and the Rust library each raise their own
            raise DataError(
                f"예시 기억({folder / _INDEX})을 읽을 수 없어요. 파일을 지우고 `make model`로 다시 만들거나 "
                "config.yaml에서 dialogue.examples를 off로 두세요."
            ) from error
        return cls(exchanges, messages, contexts)


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
