# pyright: standard
"""Turns dialogues and text into batches of token ids. Knows nothing of models or optimisers.

Batches hold about a fixed number of tokens, not of rows: rows of like length stand together, so that little is padding.
Labels are -100 (ignored by the loss) on everything but the bot's words and the ``</s>`` that ends them, as
shared by all evaluation figures. The stream is endless and a pure function of its seed.
"""

import random
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from chatbot.dialogue.format import DialogueFormat
from chatbot.dialogue.persona import name_line
from chatbot.errors import DataError
from chatbot.generation.tokenizer import Tokenizer
from chatbot.messages import Turn
from chatbot.training.dialogues import Dialogue

IGNORED = -100
Row = tuple[list[int], list[int]]
"""Token ids and labels of one training example, of equal length."""

# Names that end in a vowel as 단비 does, so that the josa behind them stay right when one stands in for it.
_STAND_IN_NAMES = (
    "나무",
    "초코",
    "하루",
    "미나",
    "모리",
    "루이",
    "두부",
    "보라",
    "유리",
    "소미",
    "재이",
    "코코",
    "새미",
    "도라",
)


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How a training example is drawn from a dialogue. Probabilities are per example.

    Attributes:
        length: most tokens in a row.
        hint: that the example ends at a random bot turn with its nearest example reply shown before it.
        copied_hint: that the hint shown is the true reply, which teaches to copy (Weston et al. 2018, section 4.2).
        renamed: that the bot bears another name, so that the name is read from the persona line.
    """

    length: int
    hint: float = 0.45
    copied_hint: float = 0.15
    renamed: float = 0.15


class DialogueWindows:
    """Draws training rows from dialogues."""

    def __init__(
        self,
        dialogues: Sequence[Dialogue],
        format: DialogueFormat,
        options: WindowOptions,
        hints: dict[tuple[str, int], str] | None = None,
    ) -> None:
        """``hints`` maps (dialogue id, index of the bot turn) to the nearest example's reply."""
        self._dialogues = [dialogue for dialogue in dialogues if dialogue.has_bot]
        self._names = {dialogue.id: dialogue.bot_name for dialogue in self._dialogues}
        self._format = format
        self._options = options
        self._hints = hints or {}

    def row(self, rng: random.Random) -> Row:
        """Return one random example."""
        dialogue = rng.choice(self._dialogues)
        if dialogue.bot_name and rng.random() < self._options.renamed:
            dialogue = _renamed(dialogue, rng.choice(_STAND_IN_NAMES))
        hint_at = None
        if self._hints and rng.random() < self._options.hint:
            replies = [n for n, turn in enumerate(dialogue.turns) if turn.speaker.is_bot and n > 0]
            hint_at = rng.choice(replies) if replies else None
        return self.encode(dialogue, hint_at, copied=rng.random() < self._options.copied_hint)

    def encode(self, dialogue: Dialogue, hint_at: int | None = None, copied: bool = False) -> Row:
        """Encode a dialogue up to the bot's last turn, or up to turn ``hint_at`` with a hint before it.

        Whole turns are dropped from the front until it fits.
        """
        last = max((n for n, turn in enumerate(dialogue.turns) if turn.speaker.is_bot), default=-1)
        turns = dialogue.turns[: (last if hint_at is None else hint_at) + 1]
        head = self._format.persona(name_line(dialogue.bot_name)) if dialogue.bot_name else []
        people = dialogue.people
        segments = [self._segment(turn, people) for turn in turns]
        if hint_at is not None:
            hint = turns[-1].text if copied else self._hint(dialogue, hint_at)
            hint_ids = self._format.example(hint) if hint else []
            ids, labels = segments[-1]
            segments[-1] = ([*hint_ids, *ids], [*[IGNORED] * len(hint_ids), *labels])
        while len(head) + sum(len(ids) for ids, _ in segments) > self._options.length and len(segments) > 1:
            segments.pop(0)
        ids, labels = [*head], [IGNORED] * len(head)
        for segment_ids, segment_labels in segments:
            ids += segment_ids
            labels += segment_labels
        return ids[: self._options.length], labels[: self._options.length]

    def _hint(self, dialogue: Dialogue, index: int) -> str:
        """Return the hint for a bot turn; a renamed bot's hint bears the new name, as in serving."""
        hint, name = self._hints.get((dialogue.id, index), ""), self._names.get(dialogue.id)
        return hint.replace(name, dialogue.bot_name) if name else hint

    def _segment(self, turn: Turn, people: list[str]) -> Row:
        ids = self._format.turn(turn, people, names=len(people) > 1)
        if not turn.speaker.is_bot:
            return ids, [IGNORED] * len(ids)
        start = len(self._format.reply_start(turn.level))
        return ids, [*[IGNORED] * start, *ids[start:]]


class TextWindows:
    """Cuts rows of a fixed length out of one long row of documents, each closed by ``</s>``."""

    def __init__(self, documents: Iterator[str], tokenizer: Tokenizer, length: int) -> None:
        """Read everything into memory, 4 bytes a token.

        Raises:
            DataError: there is no text.
        """
        stream = array("i")  # a list of 30 million tokens would take a gigabyte
        for document in documents:
            stream.extend(tokenizer.encode(document))
            stream.append(tokenizer.eos_id)
        if not stream:
            raise DataError("사전 학습용 글 파일이 비어 있어요. 한 줄에 글 하나씩 적힌 파일을 --text로 지정해 주세요.")
        self._stream = torch.frombuffer(stream, dtype=torch.int32)
        self._length = min(length, len(stream))

    def row(self, rng: random.Random) -> Row:
        """Return one random window; every token is learnt."""
        start = rng.randrange(len(self._stream) - self._length + 1)
        ids: list[int] = self._stream[start : start + self._length].tolist()
        return ids, ids


class Batches(IterableDataset[dict[str, Tensor]]):
    """An endless stream of batches: int64 ``input_ids``, ``attention_mask`` and ``labels``, each (rows, longest row)."""

    def __init__(
        self, sources: Sequence[tuple[float, DialogueWindows | TextWindows]], tokens: int, pad_id: int, seed: int
    ) -> None:
        """``sources`` pairs each source with its share of the tokens; a batch holds about ``tokens`` of them."""
        self._sources = sources
        self._tokens = tokens
        self._pad_id = pad_id
        self._seed = seed

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        rng = random.Random(self._seed)
        shares = [share for share, _ in self._sources]
        while True:
            source = rng.choices([source for _, source in self._sources], shares)[0]
            pool = sorted((source.row(rng) for _ in range(256)), key=lambda row: len(row[0]))
            batches = list(self._split(pool))
            rng.shuffle(batches)
            # A share is one of tokens, a pool of long rows holds more of them: take as many batches of each source.
            yield from (pad_rows(batch, self._pad_id) for batch in batches[:8])

    def _split(self, rows: list[Row]) -> Iterator[list[Row]]:
        batch: list[Row] = []
        for row in rows:
            if batch and (len(batch) + 1) * len(row[0]) > self._tokens:
                yield batch
                batch = []
            batch.append(row)
        if batch:
            yield batch


def pad_rows(rows: Sequence[Row], pad_id: int) -> dict[str, Tensor]:
    """Stack rows of unequal length, padded on the right."""
    longest = max(len(ids) for ids, _ in rows)
    return {
        "input_ids": torch.tensor([ids + [pad_id] * (longest - len(ids)) for ids, _ in rows]),
        "attention_mask": torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in rows]),
        "labels": torch.tensor([labels + [IGNORED] * (longest - len(labels)) for _, labels in rows]),
    }


def _renamed(dialogue: Dialogue, name: str) -> Dialogue:
    old = dialogue.bot_name
    turns = tuple(replace(turn, text=turn.text.replace(old, name)) for turn in dialogue.turns)
    return replace(dialogue, turns=turns, bot_name=name)
