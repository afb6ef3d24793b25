# pyright: standard
"""Builds an example memory with its matcher from dialogues. Knows nothing of language models."""

from collections.abc import Sequence
from pathlib import Path

from chatbot.dialogue.examples import ExampleMemory
from chatbot.dialogue.matcher import Matcher
from chatbot.training.dialogues import Dialogue
from chatbot.training.matching import train_matcher
from chatbot.training.recipe import exchanges_in


def build_memory(dialogues: Sequence[Dialogue], also: Sequence[Dialogue], out: Path, epochs: int = 10) -> int:
    """Train a matcher, index every exchange of ``dialogues``, and save both into ``out``; return their number.

    Args:
        also: dialogues that teach the matcher what answers what, but are not the bot's words and are not indexed.
    """
    out.mkdir(parents=True, exist_ok=True)
    exchanges = exchanges_in(dialogues)
    train_matcher([*exchanges, *exchanges_in(also)], out, epochs=epochs)
    ExampleMemory.build(exchanges, Matcher.load(out)).save(out)
    return len(exchanges)
