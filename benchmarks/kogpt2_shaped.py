# pyright: standard
"""A checkpoint of KoGPT2's exact shape with random weights: what our tests and measurements run where the published
weights, which are neither ours to ship nor always reachable, are not at hand.

    python -m benchmarks.kogpt2_shaped FOLDER TOKENIZER_JSON [--pickle] [--device cpu] [--dtype auto]

writes it unless it is there, loads it, replies, and ends with one JSON line.
"""

import argparse
import asyncio
import json
import resource
import shutil
import statistics
import time
from pathlib import Path

import torch
from safetensors.torch import save_file

from chatbot.generation import Engine, SamplingParams
from chatbot.generation.model_config import ModelConfig
from chatbot.generation.weights import expected_shapes

# As in skt/kogpt2-base-v2's own config.json.
CONFIG = {
    "model_type": "gpt2",
    "architectures": ["GPT2LMHeadModel"],
    "activation_function": "gelu_new",
    "vocab_size": 51200,
    "n_positions": 1024,
    "n_ctx": 1024,
    "n_embd": 768,
    "n_layer": 12,
    "n_head": 12,
    "n_inner": None,
    "layer_norm_epsilon": 1e-5,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 3,
}


def write_checkpoint(folder: Path, tokenizer_json: Path, as_pickle: bool) -> None:
    """Write 125M float32 parameters with GPT-2's initialisation, always the same ones.

    Args:
        tokenizer_json: the published KoGPT2 tokenizer, copied beside the weights.
        as_pickle: as ``pytorch_model.bin`` with attention mask buffers and a tied head, the way KoGPT2 was published;
            otherwise as ``model.safetensors``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2), encoding="utf-8")
    shutil.copyfile(tokenizer_json, folder / "tokenizer.json")
    generator = torch.Generator().manual_seed(0)
    tensors: dict[str, torch.Tensor] = {}
    for name, shape in expected_shapes(ModelConfig.model_validate(CONFIG)).items():
        if ".ln_" in name or name.startswith("ln_"):
            tensor = torch.ones(shape) if name.endswith("weight") else torch.zeros(shape)
        else:
            tensor = torch.randn(shape, generator=generator) * 0.02 if len(shape) > 1 else torch.zeros(shape)
        tensors[f"transformer.{name}"] = tensor
    if not as_pickle:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    for layer in range(CONFIG["n_layer"]):
        mask = torch.ones((1, 1, CONFIG["n_positions"], CONFIG["n_positions"]), dtype=torch.uint8).tril()
        tensors[f"transformer.h.{layer}.attn.bias"] = mask
        tensors[f"transformer.h.{layer}.attn.masked_bias"] = torch.tensor(-10000.0)
    tensors["lm_head.weight"] = tensors["transformer.wte.weight"]
    torch.save(tensors, folder / "pytorch_model.bin")


def peak_rss_mib() -> int:
    """Return the most memory this process has held. ``getrusage`` would also count what the process that started us
    held when it forked."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


async def measure(folder: Path, device: str, dtype: str, tokens: int = 48, repeats: int = 3) -> dict[str, object]:
    """Load, reply and score; return what took how long."""
    started = time.perf_counter()
    async with Engine.load(folder, device=device, dtype=dtype) as engine:
        loaded = time.perf_counter() - started
        prompt = engine.tokenizer.encode("근육이 커지기 위해서는 " * 16)
        params = SamplingParams(temperature=0.8, top_k=50, top_p=0.95, max_new_tokens=tokens, seed=0)
        first: list[float] = []
        rates: list[float] = []
        for repeat in range(repeats):
            started = time.perf_counter()
            arrivals = [time.perf_counter() async for _ in engine.stream([10 + repeat, *prompt], params)]
            first.append(arrivals[0] - started)
            rates.append((tokens - 1) / (arrivals[-1] - arrivals[0]))
        started = time.perf_counter()
        await engine.candidates(prompt, params, count=6)
        six = 6 * tokens / (time.perf_counter() - started)
        return {
            "device": str(engine.device),
            "dtype": str(engine.dtype).removeprefix("torch."),
            "load_seconds": round(loaded, 2),
            "prompt_tokens": len(prompt) + 1,
            "first_token_seconds": round(statistics.median(first), 3),
            "tokens_per_second": round(statistics.median(rates), 1),
            "tokens_per_second_six_candidates": round(six, 1),
            "peak_rss_mib": peak_rss_mib(),
        }


def main() -> None:
    """Parse the command line, write, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("tokenizer_json", type=Path)
    parser.add_argument("--pickle", action="store_true")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--dtype", default="auto")
    arguments = parser.parse_args()
    if not (arguments.folder / "config.json").exists():
        write_checkpoint(arguments.folder, arguments.tokenizer_json, arguments.pickle)
    print(json.dumps(asyncio.run(measure(arguments.folder, arguments.device, arguments.dtype))))


if __name__ == "__main__":
    main()
