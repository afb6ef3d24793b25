# pyright: standard
"""A checkpoint of KoGPT2's own size and form (random weights), from pickle to chat, on the CPU and on a GPU."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import GenerationConfig, GPT2LMHeadModel

from benchmarks.kogpt2_shaped import write_checkpoint
from chatbot.generation import Engine, SamplingParams

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
README = SamplingParams(temperature=0, repetition_penalty=2.0, max_new_tokens=24, stop_token_ids=frozenset({1}))


@pytest.fixture(scope="module")
def kogpt2_shaped(tmp_path_factory: pytest.TempPathFactory, real_tokenizer_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("kogpt2_shaped")
    write_checkpoint(folder, real_tokenizer_folder / "tokenizer.json", as_pickle=True)
    return folder


def hugging_face(folder: Path, prompt: list[int], device: str) -> list[int]:
    model: Any = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32)
    model.eval().to(device)
    model.generation_config = GenerationConfig(pad_token_id=3, eos_token_id=1, bos_token_id=0)
    ids = torch.tensor([prompt], device=device)
    whole = model.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, repetition_penalty=2.0, max_new_tokens=24
    )
    return whole[0, len(prompt) :].tolist()


async def test_from_pickle_to_chat(kogpt2_shaped: Path) -> None:
    async with Engine.load(kogpt2_shaped, device="cpu") as engine:
        assert (kogpt2_shaped / "model.safetensors").exists()
        prompt = engine.tokenizer.encode("근육이 커지기 위해서는")
        reply = await engine.generate(prompt, README)
        assert engine.tokenizer.decode(reply)
    assert reply == hugging_face(kogpt2_shaped, prompt, "cpu")


def test_memory_stays_under_one_gib(kogpt2_shaped: Path, real_tokenizer_folder: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.kogpt2_shaped", str(kogpt2_shaped)]
    command += [str(real_tokenizer_folder / "tokenizer.json"), "--device", "cpu"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=280)
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["dtype"] == "float32"
    assert figures["peak_rss_mib"] < 1024


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
async def test_on_a_gpu(kogpt2_shaped: Path) -> None:
    async with Engine.load(kogpt2_shaped, device="cuda", dtype="float32") as engine:
        prompt = engine.tokenizer.encode("근육이 커지기 위해서는")
        exact = await engine.generate(prompt, README)
        rows = await engine.candidates(prompt, SamplingParams(seed=1, max_new_tokens=8), count=3)
        assert rows[1] == await engine.generate(prompt, SamplingParams(seed=2, max_new_tokens=8))
        (scores,) = await engine.score(prompt, [exact])
    assert exact == hugging_face(kogpt2_shaped, prompt, "cuda")
    async with Engine.load(kogpt2_shaped) as engine:
        assert engine.device.type == "cuda"
        assert engine.dtype in (torch.bfloat16, torch.float16)
        assert await engine.generate(prompt, README)
        (close,) = await engine.score(prompt, [exact])
    assert close == pytest.approx(scores, abs=0.2)
