"""What the dialogue tests share: the small tokenizer with the default format, and a room of people."""

from pathlib import Path

import pytest

from chatbot.dialogue.format import DialogueFormat, Markers
from chatbot.generation.tokenizer import Tokenizer


@pytest.fixture(scope="session")
def tokenizer(small_tokenizer_folder: Path) -> Tokenizer:
    return Tokenizer.load(small_tokenizer_folder)


@pytest.fixture(scope="session")
def format(tokenizer: Tokenizer) -> DialogueFormat:
    return DialogueFormat(Markers(), tokenizer)
