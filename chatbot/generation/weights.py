# pyright: standard
"""Reads a checkpoint: its config and its tensors, checked before anything runs. Knows nothing of the forward pass.

On a CPU in the file's own number format the tensors are memory-mapped: loading 125M parameters copies nothing.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from chatbot.errors import TokenizerError, WeightsError
from chatbot.generation.device import choose_device, choose_dtype
from chatbot.generation.hub import find_folder
from chatbot.generation.model_config import ModelConfig
from chatbot.generation.pickled_weights import FILE_NAME as PICKLE
from chatbot.generation.pickled_weights import convert_pickle, is_stale

_SINGLE = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_AGAIN = "모델을 다시 받거나 다시 저장해 주세요."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model ready to run.

    Attributes:
        folder: where it was read from.
        config: its shape; ``vocab_size`` counts the ids that the tokenizer knows.
        tensors: by Hugging Face's GPT-2 names without ``transformer.``, all of one dtype on one device;
            ``lm_head.weight`` (vocab_size, n_embd) is always there and is ``wte.weight`` itself where they are tied.
    """

    folder: Path
    config: ModelConfig
    tensors: dict[str, Tensor]

    @property
    def device(self) -> torch.device:
        """The device that holds the tensors."""
        return self.tensors["wte.weight"].device

    @property
    def dtype(self) -> torch.dtype:
        """The number format of the tensors."""
        return self.tensors["wte.weight"].dtype


def load_checkpoint(
    source: str | Path, device: str = "auto", dtype: str = "auto", vocab_size: int | None = None
) -> Checkpoint:
    """Load the checkpoint in the folder, or of the Hugging Face hub id, ``source``.

    Args:
        vocab_size: ids of the tokenizer. Rows beyond them, which some re-saves of KoGPT2 have, are cut off, so that no
            id is drawn that has no text.

    Raises:
        ModelError: no such folder or hub model, or a config that we cannot run.
        TokenizerError: the tokenizer has more ids than the embedding matrix has rows.
        WeightsError: the weights are missing, damaged, unsafe to open, or of another shape.
        ConfigError: an unknown or absent device, or an unknown dtype.
    """
    target = choose_device(device)
    format = choose_dtype(dtype, target)
    folder = find_folder(source)
    config = ModelConfig.read(folder)
    if vocab_size is not None and vocab_size > config.vocab_size:
        raise TokenizerError(
            f"토크나이저({folder / 'tokenizer.json'})의 토큰은 {vocab_size}개인데 모델은 {config.vocab_size}개만 "
            "알아요. "
            "이 모델과 함께 저장된 tokenizer.json으로 바꾸어 주세요."
        )
    tensors = _read(folder, config)
    if vocab_size is not None and vocab_size < config.vocab_size:
        tied = tensors["lm_head.weight"] is tensors["wte.weight"]
        tensors["wte.weight"] = tensors["wte.weight"][:vocab_size]
        tensors["lm_head.weight"] = tensors["wte.weight"] if tied else tensors["lm_head.weight"][:vocab_size]
        config = config.model_copy(update={"vocab_size": vocab_size})
    moved: dict[int, Tensor] = {}
    for name, tensor in tensors.items():  # tied tensors stay tied
        tensors[name] = moved.setdefault(id(tensor), tensor.to(target, format))
    return Checkpoint(folder, config, tensors)


def expected_shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor that a GPT-2 of this config needs, but for ``lm_head.weight``."""
    width, inner = config.n_embd, config.inner_width
    shapes: dict[str, tuple[int, ...]] = {
        "wte.weight": (config.vocab_size, width),
        "wpe.weight": (config.n_positions, width),
    }
    for layer in range(config.n_layer):
        for norm in ("ln_1", "ln_2"):
            shapes |= {f"h.{layer}.{norm}.weight": (width,), f"h.{layer}.{norm}.bias": (width,)}
        for name, rows, columns in (
            ("attn.c_attn", width, 3 * width),
            ("attn.c_proj", width, width),
            ("mlp.c_fc", width, inner),
            ("mlp.c_proj", inner, width),
        ):
            shapes |= {f"h.{layer}.{name}.weight": (rows, columns), f"h.{layer}.{name}.bias": (columns,)}
    return shapes | {"ln_f.weight": (width,), "ln_f.bias": (width,)}


def _read(folder: Path, config: ModelConfig) -> dict[str, Tensor]:
    """Return every tensor that the model needs, checked; attention mask buffers and unknown names are left out."""
    shapes = expected_shapes(config)
    head = {"lm_head.weight": shapes["wte.weight"]}
    tensors: dict[str, Tensor] = {}
    paths = list(_weight_files(folder))
    for path in paths:
        try:
            with safe_open(path, framework="pt", device="cpu") as file:
                for key in file.keys():  # noqa: SIM118 - not a dict
                    name = key.removeprefix("transformer.")
                    expected = (shapes | head).get(name)
                    if expected is not None:
                        _check_shape(path, name, tuple(file.get_slice(key).get_shape()), expected)
                        tensors[name] = _checked(path, name, file.get_tensor(key))
        except (OSError, SafetensorError) as error:
            raise WeightsError(
                f"가중치 파일({path})이 없거나, 깨져 있거나, 끝까지 받아지지 않았어요. {_AGAIN}"
            ) from error
    missing = [name for name in shapes if name not in tensors]
    if "lm_head.weight" not in tensors and not config.tie_word_embeddings:
        missing.append("lm_head.weight")
    if missing:
        raise WeightsError(
            f"가중치 파일({paths[0]})에 {', '.join(missing[:3])} 등 텐서 {len(missing)}개가 없어요. config.json과 짝이 "
            "맞는 "
            f"가중치인지 확인하시고, {_AGAIN}"
        )
    embedding = tensors["wte.weight"]
    # As in transformers 5: two equal matrices are one, two different ones stay two whatever the config says.
    if torch.equal(tensors.get("lm_head.weight", embedding), embedding):
        tensors["lm_head.weight"] = embedding
    return tensors


def _weight_files(folder: Path) -> Iterator[Path]:
    """Yield the safetensors files of the checkpoint, converting its pickle where there is nothing else."""
    single, index, pickle = folder / _SINGLE, folder / _INDEX, folder / PICKLE
    if single.is_file() and not is_stale(single, pickle):
        yield single
    elif index.is_file():
        yield from _shards(index)
    elif pickle.is_file():
        yield convert_pickle(pickle)
    else:
        raise WeightsError(
            f"모델 폴더({folder})에 가중치 파일이 없어요. {_SINGLE}나 {PICKLE}이 있는 체크포인트 폴더인지 확인하시고, "
            f"{_AGAIN}"
        )


def _shards(index: Path) -> list[Path]:
    try:
        names = sorted(set(json.loads(index.read_bytes())["weight_map"].values()))
        inside = all(Path(name).name == name for name in names)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"가중치 목록 파일({index})을 읽을 수 없어요. {_AGAIN}") from error
    if not names or not inside:
        raise WeightsError(f"가중치 목록 파일({index})이 비어 있거나 폴더 바깥의 파일을 가리켜요. {_AGAIN}")
    return [index.with_name(name) for name in names]


def _check_shape(path: Path, name: str, found: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if found != expected:
        raise WeightsError(
            f"가중치 파일({path})의 {name} 크기가 {found}인데 config.json에 따르면 {expected}이어야 해요. 두 파일이 "
            "같은 모델의 "
            f"것인지 확인하시고, {_AGAIN}"
        )


def _checked(path: Path, name: str, tensor: Tensor) -> Tensor:
    if not tensor.is_floating_point():
        raise WeightsError(
            f"가중치 파일({path})의 {name}이 {tensor.dtype} 형식이에요. 양자화하지 않은 float32, bfloat16, float16 "
            "모델을 써 주세요."
        )
    low, high = tensor.aminmax()  # both are NaN where one value is, and nothing as large as the tensor is allocated
    if not (math.isfinite(low.item()) and math.isfinite(high.item())):
        raise WeightsError(
            f"가중치 파일({path})의 {name}에 숫자가 아닌 값(NaN, Inf)이 있어요. 학습이 발산했거나 파일이 깨진 것이니 "
            "이전에 저장된 "
            "체크포인트를 쓰거나 모델을 다시 받아 주세요."
        )
    return tensor
