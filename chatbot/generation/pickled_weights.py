# pyright: standard
"""Turns ``pytorch_model.bin``, as KoGPT2 was published, into safetensors, once. Knows nothing of model shapes.

A pickle can run code when it is opened. Only tensors are read (``weights_only=True``); whatever needs more is refused.
"""

import hashlib
import os
import pickle
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from chatbot.errors import WeightsError

FILE_NAME = "pytorch_model.bin"


def convert_pickle(path: Path, places: Sequence[Path] | None = None) -> Path:
    """Return a safetensors file with the tensors of the pickle ``path``, written now unless an earlier call did.

    Args:
        places: where the file may stand, the first writable one is used; by default beside the pickle, then
            ``~/.cache/maldongmu`` for checkpoints on a read-only disk.

    Raises:
        WeightsError: the pickle is damaged, holds more than tensors, or no place can be written.
    """
    places = _default_places(path) if places is None else places
    for place in places:
        if _stamp_of(place) == _stamp(path):
            return place
    tensors = _read_tensors(path)
    failure: Exception | None = None
    for place in places:
        try:
            _write(tensors, place, _stamp(path))
        except (OSError, SafetensorError) as error:
            failure = error
        else:
            return place
    raise WeightsError(
        f"가중치 파일({path})을 안전한 형식으로 바꾸어 적어 둘 곳이 없어요. "
        f"{' 또는 '.join(str(p.parent) for p in places)} "
        "폴더의 쓰기 권한과 남은 디스크 공간을 확인해 주세요."
    ) from failure


def is_stale(converted: Path, path: Path) -> bool:
    """Whether ``converted`` came from a pickle ``path`` that has changed since: somebody trained on."""
    stamp = _stamp_of(converted)
    return stamp is not None and path.is_file() and stamp != _stamp(path)


def _default_places(path: Path) -> list[Path]:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "maldongmu"
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    return [path.with_name("model.safetensors"), cache / f"{name}.safetensors"]


def _read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """Return the tensors of the pickle by name, no two of them sharing memory (safetensors has no shared tensors)."""
    try:
        state: Any = _load(path)
    except pickle.UnpicklingError as error:
        raise WeightsError(
            f"가중치 파일({path})을 열려면 텐서 말고 다른 코드를 실행해야 하거나 파일이 깨졌어요. 위험할 수 있어 열지 "
            "않았습니다. "
            "믿을 수 있는 곳에서 safetensors 파일로 다시 받아 주세요."
        ) from error
    except Exception as error:  # torch raises many kinds for damaged files
        raise WeightsError(
            f"가중치 파일({path})이 깨져 있거나 끝까지 받아지지 않았어요. 모델을 다시 받아 주세요."
        ) from error
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise WeightsError(
            f"가중치 파일({path})에 이름 붙은 텐서만 있어야 하는데 다른 것이 섞여 있어요. Hugging Face의 "
            "save_pretrained로 "
            "다시 저장한 체크포인트를 써 주세요."
        )
    tensors: dict[str, torch.Tensor] = {}
    seen: set[int] = set()
    for name, tensor in state.items():
        address = tensor.untyped_storage().data_ptr()
        if address in seen and name == "lm_head.weight":
            continue  # tied to the embedding, which is there already
        tensors[str(name)] = (tensor.clone() if address in seen else tensor).contiguous()
        seen.add(address)
    return tensors


def _load(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except RuntimeError as error:
        if "mmap can only be used" not in str(error):
            raise
        return torch.load(path, map_location="cpu", weights_only=True)  # files of before torch 1.6


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size}:{status.st_mtime_ns}"


def _stamp_of(converted: Path) -> str | None:
    try:
        with safe_open(converted, framework="pt") as file:
            return (file.metadata() or {}).get("maldongmu_source")
    except (OSError, SafetensorError):
        return None


def _write(tensors: dict[str, torch.Tensor], place: Path, stamp: str) -> None:
    """Write the file under another name and move it into place, so that a killed process leaves no half file."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".tmp", dir=place.parent)
    temporary = Path(name)
    try:
        os.close(handle)
        save_file(tensors, temporary, metadata={"format": "pt", "maldongmu_source": stamp})
        temporary.chmod(0o644)  # mkstemp makes files that only their owner reads
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)
