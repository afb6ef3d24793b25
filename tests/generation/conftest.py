# pyright: standard
"""What the generation tests compare with: Hugging Face's own model on the same checkpoint."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from transformers import GenerationConfig, GPT2LMHeadModel

from chatbot.generation.tokenizer import Tokenizer
from chatbot.generation.weights import Checkpoint, load_checkpoint

HfGenerate = Callable[..., list[int]]


@pytest.fixture(scope="session")
def checkpoint(tiny_checkpoint: Path) -> Checkpoint:
    return load_checkpoint(tiny_checkpoint, device="cpu")


@pytest.fixture(scope="session")
def tiny_tokenizer(tiny_checkpoint: Path) -> Tokenizer:
    return Tokenizer.load(tiny_checkpoint)


@pytest.fixture(scope="session")
def hf_model(tiny_checkpoint: Path) -> GPT2LMHeadModel:
    model = GPT2LMHeadModel.from_pretrained(tiny_checkpoint).eval()
    model.generation_config = GenerationConfig(pad_token_id=3)  # nothing that a test does not ask for
    return model


@pytest.fixture(scope="session")
def hf_generate(hf_model: GPT2LMHeadModel) -> HfGenerate:
    """Return new ids by Hugging Face's greedy ``generate``."""
    known: dict[str, list[int]] = {}  # the engine tests ask everything twice, with and without prefix reuse

    def generate(prompt: Sequence[int], **settings: Any) -> list[int]:
        key = repr((list(prompt), settings))
        if key not in known:
            ids = torch.tensor([list(prompt)])
            # transformers types ``generate`` by a protocol that its own models do not fit
            whole = cast(Any, hf_model).generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, **settings)
            known[key] = whole[0, len(prompt) :].tolist()
        return known[key]

    return generate


@pytest.fixture(scope="session")
def prompts(checkpoint: Checkpoint) -> list[list[int]]:
    """Prompts of many lengths, some of which share beginnings."""
    generator = torch.Generator().manual_seed(1)
    vocab = checkpoint.config.vocab_size
    lengths = [1, 2, 3, 7, 16, 31, 64, 100, 150, 200]
    found = [torch.randint(vocab, (length,), generator=generator).tolist() for length in lengths]
    return [*found, found[6][:20] + found[4], found[6][:40], found[6]]
