"""What a model is measured on: the bot's turns of held-out dialogues, less those that are in the training part too.

Knows nothing of models. EVAL.md's rule: an item is dropped when its reply, or the message and the reply together, occurs in
the training part, letter by letter without spaces and punctuation, or with a Jaccard similarity of syllable 5-grams of 0.8.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chatbot.messages import SpeechLevel, Turn
from chatbot.training.dialogues import Dialogue, is_held_out
from chatbot.training.scores import jaccard_of_counts, letters, shingles, syllables

NEAR = 0.8
DISTRACTORS = 19
_LENGTH_TOLERANCE = 0.3


@dataclass(frozen=True, slots=True)
class Item:
    """One bot turn that answers a person's: turn ``index`` of ``dialogue``."""

    dialogue: Dialogue
    index: int

    @property
    def reply(self) -> str:
        """What the bot says there: the gold reply."""
        return self.dialogue.turns[self.index].text

    @property
    def level(self) -> SpeechLevel | None:
        """The speech level of the gold reply."""
        return self.dialogue.turns[self.index].level

    @property
    def context(self) -> tuple[Turn, ...]:
        """The turns before it, a person's last."""
        return self.dialogue.turns[: self.index]

    @property
    def message(self) -> str:
        """The words it answers."""
        return self.dialogue.turns[self.index - 1].text


@dataclass(frozen=True, slots=True)
class Split:
    """Dialogues, parted.

    Attributes:
        training: the dialogues that are not held out.
        items: the bot's turns of those that are, duplicates dropped.
        same, near: how many were dropped for an equal, or a nearly equal, training text.
    """

    training: tuple[Dialogue, ...]
    items: tuple[Item, ...]
    same: int
    near: int


def split(dialogues: Iterable[Dialogue]) -> Split:
    """Part ``dialogues`` by ``is_held_out`` and drop the items that the training part holds too."""
    training: list[Dialogue] = []
    found: list[Item] = []
    for dialogue in dialogues:
        if is_held_out(dialogue):
            found += items_of(dialogue)
        else:
            training.append(dialogue)
    known = [item for dialogue in training for item in items_of(dialogue)]
    same, near = set[int](), set[int]()
    for texts, known_texts in (
        ([item.reply for item in found], [item.reply for item in known]),
        ([_pair(item) for item in found], [_pair(item) for item in known]),
    ):
        same |= _same(texts, known_texts)
        near |= _near(texts, known_texts)
    kept = tuple(item for number, item in enumerate(found) if number not in same | near)
    return Split(tuple(training), kept, len(same), len(near - same))


def items_of(dialogue: Dialogue) -> Iterator[Item]:
    """Yield the bot's turns that answer a person's."""
    for index in range(1, len(dialogue.turns)):
        if dialogue.turns[index].speaker.is_bot and not dialogue.turns[index - 1].speaker.is_bot:
            yield Item(dialogue, index)


def partners(items: Sequence[Item], seed: int) -> list[int]:
    """Return a permutation of the items' numbers that takes each to an item of another dialogue.

    Dialogues are put in random order and everything is shifted by the longest one's length; where one dialogue holds more
    than half of the items, some stay in theirs.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        groups[item.dialogue.id].append(number)
    order = list(groups.values())
    random.Random(seed).shuffle(order)
    row = [number for group in order for number in group]
    shift = max(map(len, order), default=0)
    found = [0] * len(items)
    for place, number in enumerate(row):
        found[number] = row[(place + shift) % len(row)]
    return found


def distractors(items: Sequence[Item], seed: int, count: int = DISTRACTORS) -> list[tuple[int, ...]]:
    """Return, for each item, the numbers of ``count`` items whose replies stand beside its own to be ranked.

    They come from other dialogues, differ from each other and from the gold reply, and their length in syllables is within
    30% of it. An item that has fewer such others gets none. Each draw depends on the seed, the item and the pool alone.
    """
    lengths = [syllables(item.reply) for item in items]
    keys = [letters(item.reply) for item in items]
    drawn: list[tuple[int, ...]] = []
    for number, item in enumerate(items):
        tolerance = _LENGTH_TOLERANCE * lengths[number]
        pool = [
            other
            for other, length in enumerate(lengths)
            if abs(length - lengths[number]) <= tolerance and items[other].dialogue.id != item.dialogue.id
        ]
        random.Random(f"{seed}:{item.dialogue.id}:{item.index}").shuffle(pool)
        chosen: dict[str, int] = {}
        for other in pool:
            if len(chosen) < count and keys[other] != keys[number]:
                chosen.setdefault(keys[other], other)
        drawn.append(tuple(chosen.values()) if len(chosen) == count else ())
    return drawn


def _pair(item: Item) -> str:
    return f"{item.message}\n{item.reply}"


def _key(text: str) -> str:
    """A pair's halves stay apart: "가 나다" and "가나 다" are two pairs."""
    return "\n".join(letters(part) for part in text.split("\n"))


def _same(texts: Sequence[str], known: Sequence[str]) -> set[int]:
    keys = {_key(text) for text in known}
    return {number for number, text in enumerate(texts) if _key(text) in keys}


def _near(texts: Sequence[str], known: Sequence[str]) -> set[int]:
    """Return which ``texts`` are nearly one of the ``known``; an index over the few texts meets each known one once."""
    grams = [shingles(text) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(grams):
        for gram in own:
            holders[gram].append(number)
    near: set[int] = set()
    for text in known:
        theirs = shingles(text)
        shared = Counter(number for gram in theirs for number in holders.get(gram, ()))
        near.update(
            number
            for number, count in shared.items()
            if jaccard_of_counts(len(grams[number]), len(theirs), count) >= NEAR
        )
    return near
