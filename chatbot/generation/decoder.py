# pyright: standard
"""Runs one request at a time on the model, step by step, in whatever thread calls it. Knows nothing of queues or text.

The cache of the last prompt and reply is kept: the next prompt is read only from where it differs.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from chatbot.generation.model import Model
from chatbot.generation.params import SamplingParams
from chatbot.generation.sampling import BROKEN, NO_TOKEN, Sampler

Stop = Callable[[], bool]
"""Asked between steps; ``True`` ends the request where it stands."""

_PREFILL_STEP = 256
"""Tokens read at once: bounds the memory of attention masks, and the time until a cancelled request ends."""


class Decoder:
    """A model and the memory of what it read last."""

    def __init__(self, model: Model, reuse_prefix: bool = True) -> None:
        """Allocate the cache of one context."""
        self._model = model
        self._reuse_prefix = reuse_prefix
        self._cache = model.new_cache(1, model.config.n_positions)
        self._held: list[int] = []  # the ids whose keys and values the cache holds

    def forget(self) -> None:
        """Drop the kept prefix: after an error it may be half written."""
        self._held = []
        self._cache.truncate(0)

    def decode(
        self, prompt: Sequence[int], params: SamplingParams, rows: int, stop: Stop
    ) -> Iterator[list[tuple[int, int]]]:
        """Yield, step by step, the tokens drawn: pairs of row and id. Row i draws with seed + i.

        A row ends with a stop token, which is yielded, at ``max_new_tokens``, or where every token is forbidden.

        Raises:
            FloatingPointError: the model computed something that is not a number.
        """
        hidden = self._read(prompt, stop)
        if hidden is None:
            return
        shared = rows == 1
        cache = self._cache if shared else self._cache.repeat(rows, len(prompt) + params.max_new_tokens)
        sampler = Sampler(params, self._tensor(prompt), rows)
        logits = self._model.logits(hidden).expand(rows, -1)
        active = list(range(rows))
        for left in reversed(range(params.max_new_tokens)):
            chosen = sampler.next(logits)
            ids: list[int] = chosen.tolist()
            if BROKEN in ids:
                raise FloatingPointError("the model's logits are not numbers")
            yield [(row, id) for row, id in zip(active, ids, strict=True) if id != NO_TOKEN]
            going = [i for i, id in enumerate(ids) if id != NO_TOKEN and id not in params.stop_token_ids]
            if not going or not left or stop():
                return
            if len(going) < len(ids):
                kept = self._tensor(going)
                sampler.keep(kept)
                cache.keep(kept)
                chosen = chosen[kept]
                active = [active[i] for i in going]
            logits = self._model.logits(self._model.forward(chosen[:, None], cache)[:, -1])
            if shared:
                self._held.append(ids[0])

    def score(self, prompt: Sequence[int], replies: Sequence[Sequence[int]], stop: Stop) -> Iterator[list[float]]:
        """Yield, reply by reply, the log-probability of each of its tokens behind ``prompt`` and the tokens before.

        As many replies as fit into the context are read at once, laid out one after the other behind the prompt; a mask
        lets each see only the prompt and itself, so that nothing is padded and the prompt's cache is not copied.
        """
        first = self._read(prompt, stop)
        if first is None:
            return
        first = first.squeeze(0)  # (n_embd,)
        start = len(prompt)
        chunk: list[Sequence[int]] = []
        room = min(self._model.config.n_positions - start, _PREFILL_STEP)
        for reply in [*replies, None]:
            if reply is not None and (not chunk or sum(map(len, chunk)) + len(reply) <= room):
                chunk.append(reply)
                continue
            if stop():
                return
            yield from self._score_together(first, start, chunk)
            chunk = [] if reply is None else [reply]

    def _score_together(self, first: Tensor, start: int, replies: Sequence[Sequence[int]]) -> Iterator[list[float]]:
        """Score replies that fit into the cache together. ``first`` (n_embd,) is the prompt's last hidden state."""
        ids = self._tensor([id for reply in replies for id in reply])
        if not len(ids):
            yield from ([] for _ in replies)
            return
        owner = self._tensor([number for number, reply in enumerate(replies) for _ in reply])
        offset = self._tensor([place for reply in replies for place in range(len(reply))])
        own = (owner[:, None] == owner) & (offset[:, None] >= offset)
        mask = torch.cat([own.new_ones((len(ids), start)), own], dim=1)
        try:
            hidden = self._model.forward(ids[None], self._cache, start + offset, mask)[0]
        finally:
            self._cache.truncate(start)
        # A token is predicted from the state one place before it: the prompt's last for a reply's first token.
        before = torch.where((offset == 0)[:, None], first, hidden.roll(1, dims=0))
        logits = self._model.logits(before)
        scores = (logits.gather(1, ids[:, None]).squeeze(1) - logits.logsumexp(dim=1)).tolist()
        for reply in replies:
            yield scores[: len(reply)]
            del scores[: len(reply)]

    def _read(self, prompt: Sequence[int], stop: Stop) -> Tensor | None:
        """Read the prompt into the cache; return its last hidden state (1, n_embd), or ``None`` if stopped."""
        # The last token is always read: its hidden state is not kept.
        known = _common_length(prompt[:-1], self._held) if self._reuse_prefix else 0
        self._cache.truncate(known)
        self._held = list(prompt[:known])
        hidden: Tensor | None = None
        for begin in range(known, len(prompt), _PREFILL_STEP):
            if stop():
                return None
            part = prompt[begin : begin + _PREFILL_STEP]
            hidden = self._model.forward(self._tensor(part)[None], self._cache)
            self._held.extend(part)
        return None if hidden is None else hidden[:, -1]

    def _tensor(self, values: Sequence[int]) -> Tensor:
        return torch.tensor(values, dtype=torch.int64, device=self._model.device)


def _common_length(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many ids two sequences share from their beginning."""
    for length, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return length
    return min(len(left), len(right))
