# pyright: standard
"""Picks the device and the number format to compute in. Knows nothing of models."""

import torch

from chatbot.errors import ConfigError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def choose_device(name: str) -> torch.device:
    """Return the device called ``name``: "auto" (the GPU where there is one), "cpu", "cuda" or "cuda:N".

    Raises:
        ConfigError: an unknown name, or a GPU that this computer does not have.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, index = name.partition(":")
    if name == "cpu":
        return torch.device("cpu")
    if kind != "cuda" or (":" in name and not index.isdecimal()):
        raise ConfigError(f"장치 이름 '{name}'은(는) 쓸 수 없어요. auto, cpu, cuda, cuda:0 가운데 하나를 적어 주세요.")
    if not torch.cuda.is_available() or int(index or 0) >= torch.cuda.device_count():
        raise ConfigError(
            f"장치 '{name}'을(를) 골랐지만 이 컴퓨터의 PyTorch가 그 GPU를 찾지 못했어요. device를 auto나 cpu로 "
            "바꾸시거나, "
            "NVIDIA 드라이버와 CUDA용 PyTorch를 설치해 주세요."
        )
    return torch.device(name)


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """Return the number format called ``name``; "auto" is float32 on a CPU, bfloat16 or else float16 on a GPU.

    Raises:
        ConfigError: an unknown name.
    """
    if name == "auto":
        if device.type != "cuda":
            return torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    if name not in DTYPES:
        raise ConfigError(f"수 형식 '{name}'은(는) 쓸 수 없어요. auto, {', '.join(DTYPES)} 가운데 하나를 적어 주세요.")
    return DTYPES[name]
