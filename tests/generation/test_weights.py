# pyright: standard
"""Every way a checkpoint folder can be right, and every way it can be wrong."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from chatbot.errors import ConfigError, ModelError, TokenizerError, WeightsError
from chatbot.generation.device import choose_device, choose_dtype
from chatbot.generation.weights import Checkpoint, load_checkpoint

WEIGHTS = "model.safetensors"


@pytest.fixture
def folder(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "모델 폴더"))


def edit_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}))


def edit_tensors(folder: Path, edit: Callable[[dict[str, torch.Tensor]], object]) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors = {name: tensor.clone() for name, tensor in tensors.items()}
    edit(tensors)
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


def test_loads_what_transformers_saved(checkpoint: Checkpoint, tiny_checkpoint: Path) -> None:
    assert checkpoint.folder == tiny_checkpoint
    assert (checkpoint.config.n_layer, checkpoint.config.n_embd, checkpoint.config.n_head) == (2, 32, 4)
    assert checkpoint.config.n_positions == 256
    assert (checkpoint.config.inner_width, checkpoint.config.head_dim) == (128, 8)
    assert (checkpoint.dtype, checkpoint.device) == (torch.float32, torch.device("cpu"))
    assert checkpoint.tensors["lm_head.weight"] is checkpoint.tensors["wte.weight"]


def same(left: Checkpoint, right: Checkpoint) -> bool:
    return left.tensors.keys() == right.tensors.keys() and all(
        torch.equal(tensor, right.tensors[name]) for name, tensor in left.tensors.items()
    )


def test_names_with_and_without_prefix_buffers_and_a_saved_head(folder: Path, checkpoint: Checkpoint) -> None:
    def rename(tensors: dict[str, torch.Tensor]) -> None:
        for name in list(tensors):
            tensors[name.removeprefix("transformer.")] = tensors.pop(name)
        tensors["h.0.attn.bias"] = torch.ones(1, 1, 256, 256, dtype=torch.uint8)
        tensors["h.0.attn.masked_bias"] = torch.tensor(-10000.0)
        tensors["lm_head.weight"] = tensors["wte.weight"].clone()

    edit_tensors(folder, rename)
    loaded = load_checkpoint(folder, device="cpu")
    assert same(loaded, checkpoint)
    assert loaded.tensors["lm_head.weight"] is loaded.tensors["wte.weight"]


def test_a_head_of_its_own_stays(folder: Path) -> None:
    edit_config(folder, tie_word_embeddings=False)
    edit_tensors(
        folder, lambda tensors: tensors.update({"lm_head.weight": -tensors["transformer.wte.weight"].contiguous()})
    )
    loaded = load_checkpoint(folder, device="cpu")
    assert torch.equal(loaded.tensors["lm_head.weight"], -loaded.tensors["wte.weight"])


def test_shards(folder: Path, checkpoint: Checkpoint) -> None:
    tensors = load_file(folder / WEIGHTS)
    names = sorted(tensors)
    halves = {"model-1.safetensors": names[:5], "model-2.safetensors": names[5:]}
    for file, part in halves.items():
        save_file({name: tensors[name].clone() for name in part}, folder / file, metadata={"format": "pt"})
    (folder / WEIGHTS).unlink()
    index = {"weight_map": {name: file for file, part in halves.items() for name in part}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert same(load_checkpoint(folder, device="cpu"), checkpoint)
    (folder / "model-2.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"model-2\.safetensors"):
        load_checkpoint(folder, device="cpu")


def test_rows_beyond_the_tokenizer_are_cut(folder: Path, checkpoint: Checkpoint) -> None:
    size = checkpoint.config.vocab_size
    loaded = load_checkpoint(folder, device="cpu", vocab_size=size - 1)
    assert loaded.config.vocab_size == size - 1
    assert loaded.tensors["wte.weight"].shape == (size - 1, 32)
    assert loaded.tensors["lm_head.weight"] is loaded.tensors["wte.weight"]


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_other_number_formats(folder: Path, dtype: str) -> None:
    loaded = load_checkpoint(folder, device="cpu", dtype=dtype)
    assert {str(tensor.dtype) for tensor in loaded.tensors.values()} == {f"torch.{dtype}"}
    assert loaded.tensors["lm_head.weight"] is loaded.tensors["wte.weight"]


def put_nan(tensors: dict[str, torch.Tensor]) -> None:
    tensors["transformer.h.1.mlp.c_fc.weight"][3, 4] = float("nan")


def put_inf(tensors: dict[str, torch.Tensor]) -> None:
    tensors["transformer.ln_f.bias"][0] = float("-inf")


def put_integers(tensors: dict[str, torch.Tensor]) -> None:
    tensors["transformer.wpe.weight"] = tensors["transformer.wpe.weight"].to(torch.int8)


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


def point_outside(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"wte.weight": "../other.safetensors"}}')


def break_index(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / "model.safetensors.index.json").write_text('{"weight_map": [1]}')


WRONG: dict[str, tuple[type[ModelError], str, Callable[[Path], object]]] = {
    "no config": (ModelError, "config.json", lambda f: (f / "config.json").unlink()),
    "config is no JSON": (ModelError, "config.json", lambda f: (f / "config.json").write_text("{")),
    "config is a list": (ModelError, "config.json", lambda f: (f / "config.json").write_text("[]")),
    "config is not UTF-8": (ModelError, "config.json", lambda f: (f / "config.json").write_bytes(b'"\xff"')),
    "another model": (ModelError, "model_type", lambda f: edit_config(f, model_type="llama")),
    "no width": (ModelError, "n_embd", lambda f: edit_config(f, n_embd=None)),
    "no layers": (ModelError, "n_layer", lambda f: edit_config(f, n_layer=0)),
    "odd heads": (ModelError, "n_head", lambda f: edit_config(f, n_head=5)),
    "odd activation": (ModelError, "activation_function", lambda f: edit_config(f, activation_function="swish")),
    "cross attention": (ModelError, "add_cross_attention", lambda f: edit_config(f, add_cross_attention=True)),
    "no weights": (WeightsError, "model.safetensors", lambda f: (f / WEIGHTS).unlink()),
    "empty weights": (WeightsError, WEIGHTS, lambda f: cut(f / WEIGHTS, 0)),
    "cut header": (WeightsError, WEIGHTS, lambda f: cut(f / WEIGHTS, 100)),
    "cut tensors": (WeightsError, WEIGHTS, lambda f: cut(f / WEIGHTS, (f / WEIGHTS).stat().st_size - 1)),
    "a web page": (WeightsError, WEIGHTS, lambda f: (f / WEIGHTS).write_text("<html>404 Not Found</html>")),
    "index points outside": (WeightsError, "index.json", point_outside),
    "index is broken": (WeightsError, "index.json", break_index),
    "a layer too few": (WeightsError, "h.2.", lambda f: edit_config(f, n_layer=3)),
    "another width": (WeightsError, "(192,)", lambda f: edit_config(f, n_embd=64)),
    "another vocabulary": (WeightsError, "wte.weight", lambda f: edit_config(f, vocab_size=1999)),
    "no head": (WeightsError, "lm_head.weight", lambda f: edit_config(f, tie_word_embeddings=False)),
    "NaN": (WeightsError, "h.1.mlp.c_fc.weight", lambda f: edit_tensors(f, put_nan)),
    "Inf": (WeightsError, "ln_f.bias", lambda f: edit_tensors(f, put_inf)),
    "integers": (WeightsError, "wpe.weight", lambda f: edit_tensors(f, put_integers)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_each_mistake_is_one_paragraph_that_names_the_file(folder: Path, wrong: str) -> None:
    kind, names, spoil = WRONG[wrong]
    spoil(folder)
    with pytest.raises(kind) as caught:
        load_checkpoint(folder, device="cpu")
    message = str(caught.value)
    assert type(caught.value) is kind
    assert names in message
    assert str(folder) in message
    assert "\n" not in message
    assert message.rstrip(")").endswith(("요.", "니다."))


def test_a_larger_tokenizer_is_refused(folder: Path, checkpoint: Checkpoint) -> None:
    with pytest.raises(TokenizerError, match=r"tokenizer\.json.*2001.*2000"):
        load_checkpoint(folder, device="cpu", vocab_size=checkpoint.config.vocab_size + 1)


def test_a_file_instead_of_its_folder(folder: Path) -> None:
    with pytest.raises(ModelError, match="폴더가 아니라 파일"):
        load_checkpoint(folder / WEIGHTS, device="cpu")


def test_no_such_folder(tmp_path: Path) -> None:
    for source in (tmp_path / "none", str(tmp_path / "none"), "./none"):
        with pytest.raises(ModelError, match="none"):
            load_checkpoint(source, device="cpu")


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_hub_style_links(folder: Path, tmp_path: Path, checkpoint: Checkpoint) -> None:
    linked = tmp_path / "snapshot"
    linked.mkdir()
    for path in folder.iterdir():
        (linked / path.name).symlink_to(path)
    assert same(load_checkpoint(linked, device="cpu"), checkpoint)


def test_devices() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert choose_dtype("auto", torch.device("cpu")) == torch.float32
    for name in ("gpu", "cuda:x", "cuda:", "", "CPU", "meta", "cpu:0"):
        with pytest.raises(ConfigError, match="장치 이름"):
            choose_device(name)
    with pytest.raises(ConfigError, match="int3"):
        choose_dtype("int3", torch.device("cpu"))


def test_a_gpu_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match="cuda:99"):
        choose_device("cuda:99")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this computer has a GPU")
def test_cuda_without_a_gpu() -> None:
    with pytest.raises(ConfigError, match="auto나 cpu"):
        choose_device("cuda")
