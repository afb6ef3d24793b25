# pyright: standard
"""The engine against Hugging Face's ``generate`` on the same checkpoint, and its behaviour as a service."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import GPT2LMHeadModel

from chatbot.errors import EngineBusy, EngineClosed, GenerationError, PromptTooLong, TokenizerError
from chatbot.generation import Engine, SamplingParams
from chatbot.generation.tokenizer import Tokenizer
from chatbot.generation.weights import Checkpoint, load_checkpoint

HfGenerate = Callable[..., list[int]]
GREEDY = SamplingParams(temperature=0, max_new_tokens=24)
DRAWN = SamplingParams(temperature=0.9, top_k=40, top_p=0.95, max_new_tokens=24, seed=5)


@pytest.fixture(params=[True, False], ids=["reuse", "no reuse"])
async def engine(checkpoint: Checkpoint, tiny_tokenizer: Tokenizer, request: Any) -> AsyncIterator[Engine]:
    async with Engine(checkpoint, tiny_tokenizer, max_waiting=3, reuse_prefix=request.param) as engine:
        yield engine
    assert not [thread for thread in threading.enumerate() if thread.name == "generation"]


def read_me(**settings: Any) -> tuple[SamplingParams, dict[str, Any]]:
    """The same settings in our words and in those of ``generate``."""
    ours = {
        "max_new_tokens": settings.get("max_new_tokens", 24),
        "repetition_penalty": settings.get("repetition_penalty", 1.0),
        "no_repeat_ngram_size": settings.get("no_repeat_ngram_size", 0),
        "min_new_tokens": settings.get("min_new_tokens", 0),
        "stop_token_ids": frozenset(settings.get("eos_token_id", [])),
        "banned_token_ids": frozenset(id for (id,) in settings.get("bad_words_ids", [])),
    }
    return SamplingParams(temperature=0, **ours), {"max_new_tokens": 24, "use_cache": True, **settings}


SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "README": {"repetition_penalty": 2.0, "eos_token_id": [1], "pad_token_id": 3, "bos_token_id": 1},
    "n-gram": {"no_repeat_ngram_size": 3},
    "bigram and penalty": {"no_repeat_ngram_size": 2, "repetition_penalty": 1.2},
    "bad ids": {"bad_words_ids": [[id] for id in range(0, 2000, 3)]},
    "stops": {"eos_token_id": list(range(0, 2000, 7))},
    "stops later": {"eos_token_id": list(range(0, 2000, 3)), "min_new_tokens": 9},
}


@pytest.mark.parametrize("name", SETTINGS)
async def test_greedy_equals_hugging_face(
    engine: Engine, hf_generate: HfGenerate, prompts: list[list[int]], name: str
) -> None:
    params, theirs = read_me(**SETTINGS[name])
    replies = [await engine.generate(prompt, params) for prompt in prompts]
    assert replies == [hf_generate(prompt, **theirs) for prompt in prompts]
    assert len({tuple(reply) for reply in replies}) > len(prompts) // 2, "all alike: the test would prove little"


async def test_the_readme_example(engine: Engine, hf_generate: HfGenerate) -> None:
    """KoGPT2's README: generate(input_ids, max_length=128, repetition_penalty=2.0, pad, eos, bos, use_cache=True)."""
    prompt = engine.tokenizer.encode("근육이 커지기 위해서는")
    params = SamplingParams(
        temperature=0, repetition_penalty=2.0, max_new_tokens=128 - len(prompt), stop_token_ids=frozenset({1})
    )
    theirs = hf_generate(
        prompt, max_length=128, repetition_penalty=2.0, pad_token_id=3, eos_token_id=1, bos_token_id=0, use_cache=True
    )
    assert await engine.generate(prompt, params) == theirs


async def test_a_chat_turn_by_turn_equals_hugging_face(engine: Engine, hf_generate: HfGenerate) -> None:
    history: list[int] = []
    for turn in range(6):
        history += engine.tokenizer.encode(f"{turn}번째 말이에요 :)")
        reply = await engine.generate(history, GREEDY)
        assert reply == hf_generate(history, max_new_tokens=24)
        history += reply[: 10 + turn]
    del history[40:80]  # the window moved
    assert await engine.generate(history, GREEDY) == hf_generate(history, max_new_tokens=24)


async def test_sampling_equals_hugging_face_where_one_token_is_left(
    engine: Engine, hf_generate: HfGenerate, prompts: list[list[int]]
) -> None:
    params = SamplingParams(temperature=0.7, top_k=1, repetition_penalty=1.3, max_new_tokens=24)
    for prompt in prompts:
        theirs = hf_generate(prompt, max_new_tokens=24, repetition_penalty=1.3)
        assert await engine.generate(prompt, params) == theirs


async def test_a_seed_repeats_and_another_does_not(engine: Engine, prompts: list[list[int]]) -> None:
    one = await engine.generate(prompts[5], DRAWN)
    await engine.generate(prompts[3], GREEDY)
    assert await engine.generate(prompts[5], DRAWN) == one
    others = {tuple(await engine.generate(prompts[5], SamplingParams(seed=seed))) for seed in range(4)}
    assert len(others) == 4


async def test_the_stream_equals_generate(engine: Engine, prompts: list[list[int]]) -> None:
    for prompt in prompts[:6]:
        assert [id async for id in engine.stream(prompt, DRAWN)] == await engine.generate(prompt, DRAWN)


async def test_candidates_equal_generate_with_the_next_seeds(engine: Engine, prompts: list[list[int]]) -> None:
    stops = frozenset(range(0, 2000, 9))
    settings = {"temperature": 1.0, "top_k": 50, "max_new_tokens": 16, "stop_token_ids": stops}
    for prompt in prompts[:8]:
        rows = await engine.candidates(prompt, SamplingParams(seed=11, **settings), count=6)
        assert len({len(row) for row in rows}) > 1, "the rows end together: the test would prove little"
        alone = [await engine.generate(prompt, SamplingParams(seed=11 + row, **settings)) for row in range(6)]
        assert rows == alone
        assert all(not stops.intersection(row[:-1]) for row in rows)


async def test_candidates_with_penalties_equal_generate(engine: Engine, prompts: list[list[int]]) -> None:
    settings = {
        "temperature": 0.8,
        "top_p": 0.9,
        "repetition_penalty": 1.5,
        "no_repeat_ngram_size": 2,
        "stop_token_ids": frozenset(range(0, 2000, 6)),
        "min_new_tokens": 3,
        "max_new_tokens": 16,
    }
    rows = await engine.candidates(prompts[4], SamplingParams(seed=2, **settings), count=5)
    assert rows == [await engine.generate(prompts[4], SamplingParams(seed=2 + row, **settings)) for row in range(5)]
    assert all(len(row) >= 3 for row in rows)


async def test_one_candidate_and_none(engine: Engine, prompts: list[list[int]]) -> None:
    assert await engine.candidates(prompts[2], DRAWN, count=1) == [await engine.generate(prompts[2], DRAWN)]
    with pytest.raises(ValueError, match="count=0"):
        await engine.candidates(prompts[2], DRAWN, count=0)


def reference_scores(hf_model: GPT2LMHeadModel, prompt: list[int], reply: list[int]) -> list[float]:
    with torch.inference_mode():
        scores = hf_model(torch.tensor([prompt + reply])).logits[0].log_softmax(-1)
    return [scores[len(prompt) + place - 1, id].item() for place, id in enumerate(reply)]


async def test_scores_equal_hugging_face(engine: Engine, hf_model: GPT2LMHeadModel, prompts: list[list[int]]) -> None:
    replies = [[7], [], prompts[4], prompts[3], [], prompts[3], prompts[6][:50], [1, 1, 1]]
    for prompt in prompts:
        fitting = [reply for reply in replies if len(prompt) + len(reply) <= 256]
        scores = await engine.score(prompt, fitting)
        assert [len(row) for row in scores] == [len(reply) for reply in fitting]
        for row, reply in zip(scores, fitting, strict=True):
            assert row == pytest.approx(reference_scores(hf_model, prompt, reply), abs=1e-4)


async def test_scoring_in_chunks_and_at_the_edge(engine: Engine, hf_model: GPT2LMHeadModel) -> None:
    prompt = list(range(400, 440))
    replies = [list(range(start, start + 100)) for start in range(500, 1000, 100)] + [list(range(600, 816))]
    scores = await engine.score(prompt, replies)
    for row, reply in zip(scores, replies, strict=True):
        assert row == pytest.approx(reference_scores(hf_model, prompt, reply), abs=1e-4)
    assert await engine.score(prompt, []) == []
    with pytest.raises(PromptTooLong):
        await engine.score(prompt, [[7], list(range(217))])


async def test_scoring_leaves_the_next_reply_alone(
    engine: Engine, hf_generate: HfGenerate, prompts: list[list[int]]
) -> None:
    for prompt in prompts[3:7]:
        await engine.score(prompt, [[5, 6], [7, 8, 9]])
        assert await engine.generate(prompt, GREEDY) == hf_generate(prompt, max_new_tokens=24)
        await engine.candidates(prompt, DRAWN, 3)
        assert await engine.generate(prompt, GREEDY) == hf_generate(prompt, max_new_tokens=24)


async def test_the_reply_ends_where_the_context_ends(engine: Engine, hf_generate: HfGenerate) -> None:
    prompt = list(range(300, 550))
    params = SamplingParams(temperature=0, max_new_tokens=99, min_new_tokens=50)
    reply = await engine.generate(prompt, params)
    assert len(reply) == 6
    assert reply == hf_generate(prompt, max_length=256)
    assert [len(row) for row in await engine.candidates(prompt, params, 2)] == [6, 6]
    for length in (256, 300):
        with pytest.raises(PromptTooLong, match="256토큰"):
            await engine.generate(list(range(300, 300 + length)), params)


async def test_ids_outside_the_vocabulary(engine: Engine) -> None:
    for wrong in ([], [-1], [2000], [5, 10**12]):
        with pytest.raises(ValueError, match="id"):
            await engine.generate(wrong, GREEDY)
        with pytest.raises(ValueError, match="id"):
            await engine.score(wrong, [[1]])
    with pytest.raises(ValueError, match="2000"):
        await engine.score([1], [[1, 2000]])
    for params in (SamplingParams(stop_token_ids=frozenset({2000})), SamplingParams(banned_token_ids=frozenset({-1}))):
        with pytest.raises(ValueError, match="vocabulary"):
            await engine.generate([1], params)


async def test_no_token_is_allowed(engine: Engine) -> None:
    params = SamplingParams(banned_token_ids=frozenset(range(2000)))
    assert await engine.generate([7], params) == []
    assert await engine.candidates([7], params, 2) == [[], []]


async def test_a_stream_closed_early_frees_the_worker(engine: Engine, hf_generate: HfGenerate) -> None:
    endless = SamplingParams(max_new_tokens=250, seed=1)
    async with aclosing(engine.stream([7], endless)) as stream:
        async for _ in stream:
            break
    assert await engine.generate([7], GREEDY) == hf_generate([7], max_new_tokens=24)


async def test_many_tasks_at_once_and_one_too_many(engine: Engine, hf_generate: HfGenerate) -> None:
    tasks = [asyncio.create_task(engine.generate([id], GREEDY)) for id in range(100, 112)]
    done = await asyncio.gather(*tasks, return_exceptions=True)
    served = {id: reply for id, reply in zip(range(100, 112), done, strict=True) if isinstance(reply, list)}
    assert len(served) >= 3
    assert {type(each) for each in done} == {list, EngineBusy}
    assert all(reply == hf_generate([id], max_new_tokens=24) for id, reply in served.items())


async def test_a_deadline_ends_the_reply_where_it_stands(engine: Engine) -> None:
    whole = await engine.generate([7], SamplingParams(temperature=0, max_new_tokens=250))
    started = time.monotonic()
    part = await engine.generate([7], SamplingParams(temperature=0, max_new_tokens=250, deadline=0.01))
    assert part == whole[: len(part)]
    assert len(part) < 250
    assert time.monotonic() - started < 5


async def test_the_event_loop_runs_while_the_model_does(engine: Engine) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await engine.generate([7], SamplingParams(max_new_tokens=100))
    ticking.cancel()
    assert ticks > 100


async def test_a_failing_model_fails_its_request_and_recovers(
    tiny_checkpoint: Path, tiny_tokenizer: Tokenizer, hf_generate: HfGenerate, prompts: list[list[int]]
) -> None:
    checkpoint = load_checkpoint(tiny_checkpoint, device="cpu")
    async with Engine(checkpoint, tiny_tokenizer) as engine:
        assert await engine.generate(prompts[5], GREEDY) == hf_generate(prompts[5], max_new_tokens=24)
        sound = checkpoint.tensors["h.1.mlp.c_fc.weight"]
        checkpoint.tensors["h.1.mlp.c_fc.weight"] = sound[:5]
        for ask in (engine.generate(prompts[4], GREEDY), engine.score(prompts[5], [[1]])):
            with pytest.raises(GenerationError, match="RuntimeError"):
                await ask
        checkpoint.tensors["h.1.mlp.c_fc.weight"] = sound * float("nan")
        with pytest.raises(GenerationError, match="FloatingPointError"):
            await engine.generate(prompts[4], DRAWN)
        checkpoint.tensors["h.1.mlp.c_fc.weight"] = sound
        for prompt in (prompts[5], prompts[4]):
            assert await engine.generate(prompt, GREEDY) == hf_generate(prompt, max_new_tokens=24)


@pytest.mark.parametrize("spoilt", [slice(0, 100), slice(120, 130)], ids=["prompt", "reply"])
async def test_reuse_reads_only_what_is_new(checkpoint: Checkpoint, tiny_tokenizer: Tokenizer, spoilt: slice) -> None:
    """Positions whose keys were spoilt behind the engine's back show in the reply only if they were not read again."""
    prompt, replies = list(range(300, 420)), []
    for reuse in (True, False):
        async with Engine(checkpoint, tiny_tokenizer, reuse_prefix=reuse) as engine:
            reply = await engine.generate(prompt, GREEDY)
            engine._decoder._cache.block[..., spoilt, :] = 3.0  # pyright: ignore[reportPrivateUsage]
            replies.append(await engine.generate([*prompt, *reply[:20], 7], GREEDY))
    assert replies[0] != replies[1]


async def test_a_reply_told_otherwise_is_read_again(engine: Engine, hf_generate: HfGenerate) -> None:
    prompt = list(range(300, 320))
    reply = await engine.generate(prompt, GREEDY)
    for shift in (1, -1):
        changed = prompt + [(id + shift) % 2000 for id in reply]
        assert await engine.generate(changed, GREEDY) == hf_generate(changed, max_new_tokens=24)
        await engine.generate(prompt, GREEDY)


async def test_load_from_a_folder(tiny_checkpoint: Path, hf_generate: HfGenerate) -> None:
    async with Engine.load(str(tiny_checkpoint), device="cpu", dtype="float32") as engine:
        assert (engine.config.n_positions, engine.config.vocab_size) == (256, 2000)
        assert (engine.folder, engine.device, engine.dtype) == (tiny_checkpoint, torch.device("cpu"), torch.float32)
        ids = engine.tokenizer.encode("안녕하세요")
        assert await engine.generate(ids, GREEDY) == hf_generate(ids, max_new_tokens=24)
    with pytest.raises(EngineClosed):
        await engine.generate(ids, GREEDY)
    await engine.close()


async def test_load_without_a_tokenizer(tiny_checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((tiny_checkpoint / "config.json").read_bytes())
    with pytest.raises(TokenizerError, match=r"tokenizer\.json"):
        async with Engine.load(tmp_path):
            pass


async def test_closing_while_a_request_runs(checkpoint: Checkpoint, tiny_tokenizer: Tokenizer) -> None:
    async with Engine(checkpoint, tiny_tokenizer) as engine:
        stream = engine.stream([7], SamplingParams(max_new_tokens=250))
        await anext(stream)
        waiting = asyncio.create_task(engine.generate([8], GREEDY))
        await asyncio.sleep(0)
    with pytest.raises(EngineClosed):
        await waiting
    with pytest.raises(EngineClosed):
        async for _ in stream:
            pass


def test_serving_imports_neither_transformers_nor_torch_before_it_must() -> None:
    script = """
import sys, chatbot.generation
assert "torch" not in sys.modules
chatbot.generation.Engine
assert "torch" in sys.modules
assert "transformers" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
