# pyright: standard
"""Fixtures that several packages' tests share: tokenizers and a tiny checkpoint. No fixture downloads anything."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.generation.tokenizer import Tokenizer
from chatbot.training.vocabulary import train_vocabulary

ROOT = Path(__file__).parent.parent
BUNDLED = ROOT / "chatbot" / "pretrained"
KOGPT2 = ROOT.parent / "shared" / "kogpt2"


@pytest.fixture(scope="session")
def bundled_folder() -> Path:
    """The folder of the model that ships with the package."""
    if not (BUNDLED / "tokenizer.json").exists():
        pytest.skip(f"no bundled model in {BUNDLED}")
    return BUNDLED


@pytest.fixture(scope="session")
def real_tokenizer_folder() -> Path:
    """The folder of the published KoGPT2 tokenizer, whose licence keeps it out of the repository."""
    if not (KOGPT2 / "tokenizer.json").exists():
        pytest.skip(f"the published KoGPT2 tokenizer is not in {KOGPT2}")
    return KOGPT2


@pytest.fixture(scope="session")
def small_tokenizer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a vocabulary of 2,000 ids, trained in about a second."""
    folder = tmp_path_factory.mktemp("small_tokenizer")
    train_vocabulary(_lines(4000), size=2000, folder=folder, alphabet=1200)
    return folder


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory, small_tokenizer_folder: Path) -> Path:
    """A folder as ``save_pretrained`` leaves it: GPT-2, 2 layers, 32 wide, 256 positions, every weight random."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    folder = tmp_path_factory.mktemp("tiny_checkpoint")
    tokenizer = Tokenizer.load(small_tokenizer_folder)
    torch.manual_seed(0)
    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=tokenizer.vocab_size,
            n_positions=256,
            n_embd=32,
            n_layer=2,
            n_head=4,
            bos_token_id=tokenizer.bos_id,
            eos_token_id=tokenizer.eos_id,
            pad_token_id=tokenizer.pad_id,
        )
    )
    with torch.no_grad():  # biases and norms too, which start at 0 and 1 and would hide a mix-up
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes((small_tokenizer_folder / "tokenizer.json").read_bytes())
    return folder


def _lines(count: int) -> Iterator[str]:
    """Yield turns of the corpus, emoticons and all."""
    for path in sorted((ROOT / "data" / "maldongmu").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for turn in json.loads(line)["turns"]:
                if not count:
                    return
                count -= 1
                yield turn["text"]
