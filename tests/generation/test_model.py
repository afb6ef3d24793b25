# pyright: standard
"""The forward pass against ``transformers.GPT2LMHeadModel`` on the same checkpoint."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from chatbot.generation.model import Model, causal_mask
from chatbot.generation.weights import Checkpoint, load_checkpoint


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


def reference(hf_model: GPT2LMHeadModel, ids: torch.Tensor) -> torch.Tensor:
    return hf_model(ids).logits


@pytest.mark.parametrize("length", [1, 2, 50, 256])
def test_logits_equal(checkpoint: Checkpoint, hf_model: GPT2LMHeadModel, length: int) -> None:
    model = Model(checkpoint)
    ids = torch.randint(checkpoint.config.vocab_size, (2, length), generator=torch.Generator().manual_seed(length))
    ours = model.logits(model.forward(ids, model.new_cache(2, 256)))
    assert ours.dtype == torch.float32
    torch.testing.assert_close(ours, reference(hf_model, ids), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("pieces", [[1] * 20, [7, 13], [19, 1], [1, 19], [5, 5, 10]])
def test_reading_in_pieces_changes_nothing(
    checkpoint: Checkpoint, hf_model: GPT2LMHeadModel, pieces: list[int]
) -> None:
    model = Model(checkpoint)
    ids = torch.randint(checkpoint.config.vocab_size, (3, 20), generator=torch.Generator().manual_seed(3))
    cache = model.new_cache(3, 20)
    read = torch.cat([model.logits(model.forward(part, cache)) for part in ids.split(pieces, dim=1)], dim=1)
    torch.testing.assert_close(read, reference(hf_model, ids), atol=1e-4, rtol=1e-4)
    assert cache.length == 20


def test_a_full_cache_says_so(checkpoint: Checkpoint) -> None:
    model = Model(checkpoint)
    cache = model.new_cache(1, 4)
    model.forward(torch.tensor([[1, 2, 3]]), cache)
    with pytest.raises(ValueError, match="5 tokens do not fit into 4"):
        model.forward(torch.tensor([[1, 2]]), cache)


def test_rows_of_a_cache_are_repeated_and_dropped(checkpoint: Checkpoint, hf_model: GPT2LMHeadModel) -> None:
    model = Model(checkpoint)
    prompt, ends = torch.tensor([[5, 6, 7]]), torch.tensor([[8], [9], [10]])
    one = model.new_cache(1, 8)
    model.forward(prompt, one)
    many = one.repeat(3, positions=6)
    model.forward(ends, many)
    many.keep(torch.tensor([0, 2]))
    last = model.logits(model.forward(torch.tensor([[11], [12]]), many))[:, -1]
    whole = torch.tensor([[5, 6, 7, 8, 11], [5, 6, 7, 10, 12]])
    torch.testing.assert_close(last, reference(hf_model, whole)[:, -1], atol=1e-4, rtol=1e-4)
    assert (one.length, many.length, many.positions) == (3, 5, 6)


def test_a_truncated_cache_reads_on_from_there(checkpoint: Checkpoint, hf_model: GPT2LMHeadModel) -> None:
    model = Model(checkpoint)
    cache = model.new_cache(1, 8)
    model.forward(torch.tensor([[5, 6, 7, 8]]), cache)
    cache.truncate(2)
    cache.truncate(3)  # never grows
    last = model.logits(model.forward(torch.tensor([[9]]), cache))
    torch.testing.assert_close(last, reference(hf_model, torch.tensor([[5, 6, 9]]))[:, -1:], atol=1e-4, rtol=1e-4)


def test_causal_mask() -> None:
    assert causal_mask(1, 2, torch.device("cpu")).tolist() == [[True, True, False], [True, True, True]]


@pytest.mark.parametrize(
    "changes",
    [
        {"activation_function": "relu"},
        {"activation_function": "gelu"},
        {"n_inner": 48},
        {"scale_attn_by_inverse_layer_idx": True},
        {"scale_attn_weights": False},
        {"layer_norm_epsilon": 0.1},
        {"tie_word_embeddings": False},
    ],
    ids=str,
)
def test_every_variant_of_the_config(tmp_path: Path, changes: dict[str, object]) -> None:
    torch.manual_seed(1)
    with torch.inference_mode(False):
        config = GPT2Config(vocab_size=50, n_positions=16, n_embd=24, n_layer=2, n_head=3, **changes)  # pyright: ignore[reportArgumentType]
        theirs = GPT2LMHeadModel(config).eval()
        for parameter in theirs.parameters():
            parameter.data.add_(torch.randn_like(parameter) * 0.3)
        theirs.save_pretrained(tmp_path)
    model = Model(load_checkpoint(tmp_path, device="cpu"))
    ids = torch.randint(50, (2, 16))
    torch.testing.assert_close(
        model.logits(model.forward(ids, model.new_cache(2, 16))), reference(theirs, ids), atol=1e-4, rtol=1e-4
    )


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_close(tiny_checkpoint: Path, hf_model: GPT2LMHeadModel, dtype: str) -> None:
    model = Model(load_checkpoint(tiny_checkpoint, device="cpu", dtype=dtype))
    ids = torch.arange(300, 340)[None]
    ours = model.logits(model.forward(ids, model.new_cache(1, 64))).log_softmax(-1)
    assert (ours - reference(hf_model, ids).log_softmax(-1)).abs().mean() < 0.05


def test_the_weights_are_mapped_not_copied(tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "copy")
    load = load_checkpoint(folder, device="cpu")
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("needs /proc")
    assert str(folder) in maps.read_text()
    assert load.tensors
