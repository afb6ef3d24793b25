# pyright: standard
"""The model as a service: token ids in, token ids out, for many asyncio tasks at once. Knows nothing of text or rooms.

The model runs in one worker thread, one request after the other, so that the event loop never waits for it.
"""

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Self

import torch

from chatbot.errors import PromptTooLong
from chatbot.generation.decoder import Decoder
from chatbot.generation.hub import find_folder
from chatbot.generation.model import Model
from chatbot.generation.model_config import ModelConfig
from chatbot.generation.params import SamplingParams
from chatbot.generation.tokenizer import Tokenizer
from chatbot.generation.weights import Checkpoint, load_checkpoint
from chatbot.generation.worker import Worker


class Engine:
    """Generates and scores continuations. Use it as an async context manager; ``load`` makes one from a folder.

    All methods that take ids raise:
        ValueError: no ids at all, or ids outside the vocabulary.
        PromptTooLong: the prompt alone fills the context.
        EngineBusy: too many requests wait already.
        EngineClosed: the engine is not open, or closes before the request is finished.
        GenerationError: the model failed; later requests are served.
    Cancelling the task stops the model at its next step.

    Attributes:
        tokenizer: the checkpoint's tokenizer; the engine itself does not use it.
        config: the model's shape (``n_positions``, ``vocab_size`` and more).
        folder: where the checkpoint was read from.
        device, dtype: what the model runs on and in.
    """

    def __init__(
        self, checkpoint: Checkpoint, tokenizer: Tokenizer, max_waiting: int = 64, reuse_prefix: bool = True
    ) -> None:
        """Build from parts.

        Args:
            max_waiting: requests that may wait behind the one that runs.
            reuse_prefix: read a prompt only from where it differs from the last prompt and reply.
        """
        self.tokenizer = tokenizer
        self.config: ModelConfig = checkpoint.config
        self.folder: Path = checkpoint.folder
        self.device: torch.device = checkpoint.device
        self.dtype: torch.dtype = checkpoint.dtype
        self._decoder = Decoder(Model(checkpoint), reuse_prefix)
        self._worker = Worker("generation", max_waiting, torch.inference_mode, self._decoder.forget)

    @classmethod
    @asynccontextmanager
    async def load(
        cls,
        source: str | Path,
        device: str = "auto",
        dtype: str = "auto",
        max_waiting: int = 64,
        reuse_prefix: bool = True,
    ) -> "AsyncIterator[Engine]":
        """Load the checkpoint in the folder, or of the Hugging Face hub id, ``source``, and serve it while inside.

        Args:
            device: "auto" (the GPU where there is one), "cpu", "cuda" or "cuda:N".
            dtype: "auto" (float32 on a CPU, half precision on a GPU), "float32", "bfloat16" or "float16".

        Raises:
            ModelError: the checkpoint cannot be used; the message names the file and the remedy.
            ConfigError: the device or the number format cannot be used.
        """

        def read() -> Engine:
            folder = find_folder(source)
            tokenizer = Tokenizer.load(folder)
            checkpoint = load_checkpoint(folder, device, dtype, tokenizer.vocab_size)
            return cls(checkpoint, tokenizer, max_waiting, reuse_prefix)

        async with await asyncio.to_thread(read) as engine:
            yield engine

    async def __aenter__(self) -> Self:
        """Start the worker thread."""
        self._worker.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """Stop the request that runs and those that wait with ``EngineClosed``; join the thread. Twice is fine."""
        await self._worker.close()

    async def generate(self, ids: Sequence[int], params: SamplingParams) -> list[int]:
        """Return the ids that follow ``ids``: new ones only, the stop token included if one was drawn.

        A reply that does not fit into the context behind the prompt ends where the context ends; one whose deadline
        passes ends where it stands, and may be empty.
        """
        return [id async for id in self.stream(ids, params)]

    async def stream(self, ids: Sequence[int], params: SamplingParams) -> AsyncGenerator[int]:
        """Yield what ``generate`` returns, each id as it is drawn."""
        async with aclosing(self._decode(ids, params, rows=1)) as steps:
            async for step in steps:
                for _, id in step:
                    yield id

    async def candidates(self, ids: Sequence[int], params: SamplingParams, count: int) -> list[list[int]]:
        """Return ``count`` continuations of the same prompt, decoded together; number i is drawn with seed + i.

        Raises:
            ValueError: ``count`` is not positive.
        """
        if count < 1:
            raise ValueError(f"count={count!r} is not positive")
        rows: list[list[int]] = [[] for _ in range(count)]
        async with aclosing(self._decode(ids, params, count)) as steps:
            async for step in steps:
                for row, id in step:
                    rows[row].append(id)
        return rows

    async def score(self, ids: Sequence[int], replies: Sequence[Sequence[int]]) -> list[list[float]]:
        """Return, for each reply, the log-probability of each of its tokens behind ``ids`` and the tokens before it.

        Raises:
            PromptTooLong: the prompt and one of the replies together do not fit into the context.
        """
        prompt, rows = self._checked(ids), [list(reply) for reply in replies]
        self._check_vocabulary(id for row in rows for id in row)
        if any(len(prompt) + len(row) > self.config.n_positions for row in rows):
            raise self._too_long(len(prompt) + max(map(len, rows)))
        async with aclosing(self._worker.run(lambda stop: self._decoder.score(prompt, rows, stop))) as scores:
            return [row async for row in scores]

    def _decode(self, ids: Sequence[int], params: SamplingParams, rows: int) -> AsyncGenerator[list[tuple[int, int]]]:
        prompt = self._checked(ids)
        self._check_vocabulary(params.stop_token_ids | params.banned_token_ids)
        room = min(params.max_new_tokens, self.config.n_positions - len(prompt))
        fitting = dataclasses.replace(params, max_new_tokens=room, min_new_tokens=min(params.min_new_tokens, room))
        return self._worker.run(lambda stop: self._decoder.decode(prompt, fitting, rows, stop), params.deadline)

    def _checked(self, ids: Sequence[int]) -> list[int]:
        prompt = list(ids)
        if not prompt:
            raise ValueError("a prompt needs at least one id")
        self._check_vocabulary(prompt)
        if len(prompt) >= self.config.n_positions:
            raise self._too_long(len(prompt))
        return prompt

    def _check_vocabulary(self, ids: Iterable[int]) -> None:
        wrong = [id for id in ids if not 0 <= id < self.config.vocab_size]
        if wrong:
            raise ValueError(f"ids outside the vocabulary of {self.config.vocab_size}: {wrong[:5]}")

    def _too_long(self, length: int) -> PromptTooLong:
        return PromptTooLong(
            f"대화가 {length}토큰이라 이 모델({self.folder})이 한 번에 읽는 {self.config.n_positions}토큰에 대답까지 "
            "담을 수 없어요. "
            "메시지를 나누어 보내 주시거나, config.yaml에서 대화 창을 줄이거나 더 긴 문맥을 읽는 모델을 골라 주세요."
        )
