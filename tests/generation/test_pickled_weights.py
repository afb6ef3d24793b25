# pyright: standard
"""``pytorch_model.bin``: converted once, never executed."""

import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from chatbot.errors import WeightsError
from chatbot.generation.pickled_weights import convert_pickle
from chatbot.generation.weights import Checkpoint, load_checkpoint


@pytest.fixture
def folder(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    """The tiny checkpoint as KoGPT2 was published: a pickle with buffers and a tied head, and nothing else."""
    folder = Path(shutil.copytree(tiny_checkpoint, tmp_path / "kogpt2"))
    state: dict[str, torch.Tensor] = {
        name: tensor.clone() for name, tensor in load_file(folder / "model.safetensors").items()
    }
    state["lm_head.weight"] = state["transformer.wte.weight"]
    state["transformer.h.0.attn.bias"] = torch.ones(1, 1, 8, 8, dtype=torch.uint8).tril()
    (folder / "model.safetensors").unlink()
    torch.save(state, folder / "pytorch_model.bin")
    return folder


def equal(left: Checkpoint, right: Checkpoint) -> bool:
    return all(torch.equal(tensor, right.tensors[name]) for name, tensor in left.tensors.items())


def test_converts_once_and_then_leaves_the_pickle_closed(folder: Path, checkpoint: Checkpoint) -> None:
    assert equal(load_checkpoint(folder, device="cpu"), checkpoint)
    converted = folder / "model.safetensors"
    before = converted.stat().st_mtime_ns
    times = (folder / "pytorch_model.bin").stat()
    (folder / "pytorch_model.bin").write_bytes(b"\0" * times.st_size)  # opened again, this would fail
    os.utime(folder / "pytorch_model.bin", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert equal(load_checkpoint(folder, device="cpu"), checkpoint)
    assert converted.stat().st_mtime_ns == before
    assert sorted(path.name for path in folder.glob("*.tmp")) == []
    assert sorted(path.name for path in folder.glob(".*")) == []
    with safe_open(converted, framework="pt") as file:
        assert "lm_head.weight" not in file.keys()  # noqa: SIM118 - not a dict


def test_the_converted_file_stands_alone(folder: Path, checkpoint: Checkpoint) -> None:
    load_checkpoint(folder, device="cpu")
    (folder / "pytorch_model.bin").unlink()
    assert equal(load_checkpoint(folder, device="cpu"), checkpoint)


def test_a_newer_pickle_is_converted_again(folder: Path) -> None:
    first = load_checkpoint(folder, device="cpu").tensors["wpe.weight"].clone()
    state = torch.load(folder / "pytorch_model.bin", weights_only=True)
    state["transformer.wpe.weight"] += 1
    torch.save(state, folder / "pytorch_model.bin")
    os.utime(folder / "pytorch_model.bin", ns=(1, 1))
    assert torch.equal(load_checkpoint(folder, device="cpu").tensors["wpe.weight"], first + 1)


def test_safetensors_of_the_author_win(folder: Path, tiny_checkpoint: Path) -> None:
    shutil.copy(tiny_checkpoint / "model.safetensors", folder)
    (folder / "pytorch_model.bin").write_bytes(b"never opened")
    load_checkpoint(folder, device="cpu")


def test_a_read_only_place_sends_it_to_the_cache(folder: Path, tmp_path: Path) -> None:
    places = [Path("/proc/1/model.safetensors"), tmp_path / "cache" / "x.safetensors"]
    assert convert_pickle(folder / "pytorch_model.bin", places) == places[1]
    assert convert_pickle(folder / "pytorch_model.bin", places) == places[1]
    with pytest.raises(WeightsError, match="쓰기 권한"):
        convert_pickle(folder / "pytorch_model.bin", places[:1])


def test_old_pickles_without_zip(folder: Path, checkpoint: Checkpoint) -> None:
    path = folder / "pytorch_model.bin"
    torch.save(torch.load(path, weights_only=True), path, _use_new_zipfile_serialization=False)
    assert equal(load_checkpoint(folder, device="cpu"), checkpoint)


class _Payload:
    """Creates a file when it is unpickled by a reader that trusts it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("form", ["zip", "legacy", "plain pickle"])
def test_a_malicious_pickle_is_refused_and_not_run(folder: Path, tmp_path: Path, form: str) -> None:
    path, witness = folder / "pytorch_model.bin", tmp_path / "witness"
    evil = {"transformer.wte.weight": torch.zeros(2), "payload": _Payload(witness)}
    if form == "plain pickle":
        path.write_bytes(pickle.dumps(evil["payload"]))
    else:
        torch.save(evil, path, _use_new_zipfile_serialization=form == "zip")
    with pytest.raises(WeightsError, match="위험할 수 있어") as caught:
        load_checkpoint(folder, device="cpu")
    assert str(path) in str(caught.value)
    assert not witness.exists()
    assert not (folder / "model.safetensors").exists()
    pickle.loads(pickle.dumps(evil["payload"]))  # noqa: S301 - the payload does work where it is trusted
    assert witness.exists()


@pytest.mark.parametrize("size", [0, 10, 1000, -1, -1000])
def test_a_cut_pickle(folder: Path, size: int) -> None:
    path = folder / "pytorch_model.bin"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(WeightsError, match=r"pytorch_model\.bin"):
        load_checkpoint(folder, device="cpu")


def test_other_things_than_tensors(folder: Path) -> None:
    for state in ([1, 2], {"state_dict": {"wte.weight": torch.zeros(2)}}, torch.zeros(3)):
        torch.save(state, folder / "pytorch_model.bin")
        with pytest.raises(WeightsError, match="다른 것이 섞여"):
            load_checkpoint(folder, device="cpu")
