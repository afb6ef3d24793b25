# pyright: standard
"""Turns logits into the next token. Knows nothing of models or caches.

The functions take and return logits (rows, vocab) and mean what Hugging Face's processors of the same purpose mean;
``process`` runs them in the order in which ``generate`` does. Where several tokens are exactly as likely as the last
one kept, all of them stay.
"""

import torch
from torch import Tensor

from chatbot.generation.params import SamplingParams

_NEVER = float("-inf")
NO_TOKEN = -1
"""What ``Sampler.next`` returns for a row in which every token is forbidden."""
BROKEN = -2
"""What ``Sampler.next`` returns for a row with a logit that is not a number: the model overflowed."""


def penalize_repetition(logits: Tensor, context: Tensor, penalty: float) -> Tensor:
    """Divide positive and multiply negative logits of the ids in ``context`` (rows, length). Keskar et al. 2019."""
    scores = logits.gather(1, context)
    return logits.scatter(1, context, torch.where(scores < 0, scores * penalty, scores / penalty))


def forbid_repeated_ngrams(logits: Tensor, context: Tensor, size: int) -> Tensor:
    """Forbid each token that would complete an n-gram which ``context`` (rows, length) holds already."""
    length = context.shape[1]
    if length < size:
        return logits
    ngrams = context.unfold(1, size, 1)  # (rows, length - size + 1, size)
    begun = (ngrams[:, :, :-1] == context[:, None, length - size + 1 :]).all(dim=-1)
    spare = logits.shape[1]  # a column that takes the n-grams not begun
    forbidden = torch.zeros((logits.shape[0], spare + 1), dtype=torch.bool, device=logits.device)
    forbidden.scatter_(1, ngrams[:, :, -1].where(begun, spare), True)
    return logits.masked_fill(forbidden[:, :spare], _NEVER)


def forbid(logits: Tensor, ids: Tensor) -> Tensor:
    """Forbid the tokens ``ids`` (count,) in every row."""
    return logits.index_fill(1, ids, _NEVER)


def divide_by_temperature(logits: Tensor, temperature: float) -> Tensor:
    """Return the logits, the largest moved to 0 (which changes no probability), divided by ``temperature`` > 0."""
    largest = logits.amax(dim=1, keepdim=True).clamp(min=torch.finfo(logits.dtype).min)
    # A tiny temperature now overflows to "never", not to NaN.
    return (logits - largest) / max(temperature, torch.finfo(logits.dtype).tiny)


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """Forbid all but the ``k`` likeliest tokens. Fan et al. 2018."""
    threshold = logits.topk(min(k, logits.shape[1])).values[:, -1:]
    return logits.masked_fill(logits < threshold, _NEVER)


def keep_top_p(logits: Tensor, p: float, candidates: int = 0) -> Tensor:
    """Forbid all but the likeliest tokens whose probability together reaches ``p``. Holtzman et al. 2020.

    Args:
        candidates: at most so many tokens are allowed (top-k was applied), which saves the full sort; 0 if unknown.
    """
    count = min(candidates or logits.shape[1], logits.shape[1])
    likeliest = logits.topk(count).values if candidates else logits.sort(descending=True).values
    probabilities = (likeliest - logits.logsumexp(dim=1, keepdim=True)).exp()
    before = probabilities.cumsum(dim=1) - probabilities
    kept = (before < p).sum(dim=1, keepdim=True).clamp(min=1)
    return logits.masked_fill(logits < likeliest.gather(1, kept - 1), _NEVER)


def keep_min_p(logits: Tensor, p: float) -> Tensor:
    """Forbid tokens less than ``p`` times as likely as the likeliest. Nguyen et al. 2024."""
    probabilities = logits.softmax(dim=1)
    return logits.masked_fill(probabilities < p * probabilities.amax(dim=1, keepdim=True), _NEVER)


def draw(logits: Tensor, uniforms: Tensor) -> Tensor:
    """Return one token a row (rows,), drawn with the numbers ``uniforms`` (rows,) in [0, 1).

    The inverse of the distribution function, so one number a token decides and small rounding differences between
    devices or batch sizes seldom change the draw.
    """
    cumulative = logits.softmax(dim=1).cumsum(dim=1)
    total = cumulative[:, -1:]
    # Rounding may lift the product to the total, behind which only forbidden tokens stand.
    point = torch.minimum(uniforms[:, None] * total, total.nextafter(torch.zeros_like(total)))
    return torch.searchsorted(cumulative, point, right=True).squeeze(1)


class Sampler:
    """Draws the tokens of one request, whose rows share a prompt and the parameters but not the seed.

    Row i draws with seed + i. Without a seed, each sampler draws anew.
    """

    def __init__(self, params: SamplingParams, prompt: Tensor, rows: int = 1) -> None:
        """Start ``rows`` continuations of ``prompt`` (length,)."""
        self._params = params
        self._prompt_length = self._length = len(prompt)
        self._context = torch.empty(
            (rows, len(prompt) + params.max_new_tokens), dtype=torch.int64, device=prompt.device
        )
        self._context[:, : len(prompt)] = prompt
        self._banned = torch.tensor(sorted(params.banned_token_ids), dtype=torch.int64, device=prompt.device)
        self._stops = torch.tensor(sorted(params.stop_token_ids), dtype=torch.int64, device=prompt.device)
        self._uniforms = _uniforms(params.seed, rows, params.max_new_tokens).to(prompt.device)

    def next(self, logits: Tensor) -> Tensor:
        """Return the next token of each row (rows,), or ``NO_TOKEN`` or ``BROKEN``, and count it to the context."""
        scores = self.process(logits)
        if self._params.temperature == 0:
            chosen = scores.argmax(dim=1)
        else:
            chosen = draw(scores, self._uniforms[:, self._length - self._prompt_length])
        best = scores.amax(dim=1)
        chosen = chosen.where(~best.isneginf(), NO_TOKEN).where(~best.isnan(), BROKEN)
        self._context[:, self._length] = chosen.clamp(min=0)
        self._length += 1
        return chosen

    def keep(self, rows: Tensor) -> None:
        """Drop all rows but those whose indices are in ``rows`` (kept,)."""
        self._context = self._context.index_select(0, rows)
        self._uniforms = self._uniforms.index_select(0, rows)

    def process(self, logits: Tensor) -> Tensor:
        """Return the logits (rows, vocab) as the parameters change them."""
        params, context = self._params, self._context[:, : self._length]
        if params.repetition_penalty != 1:
            logits = penalize_repetition(logits, context, params.repetition_penalty)
        if params.no_repeat_ngram_size:
            logits = forbid_repeated_ngrams(logits, context, params.no_repeat_ngram_size)
        if len(self._banned):
            logits = forbid(logits, self._banned)
        if len(self._stops) and self._length - self._prompt_length < params.min_new_tokens:
            logits = forbid(logits, self._stops)
        if params.temperature == 0:
            return logits
        logits = divide_by_temperature(logits, params.temperature)
        if params.top_k:
            logits = keep_top_k(logits, params.top_k)
        if params.top_p < 1:
            logits = keep_top_p(logits, params.top_p, params.top_k)
        if params.min_p > 0:
            logits = keep_min_p(logits, params.min_p)
        return logits


def _uniforms(seed: int | None, rows: int, count: int) -> Tensor:
    """Return a request's random numbers (rows, count), drawn on the CPU so that a seed means the same everywhere."""
    generator = torch.Generator()
    first = generator.seed() if seed is None else seed
    return torch.stack(
        [torch.rand(count, generator=generator.manual_seed((first + row) % 2**64)) for row in range(rows)]
    )
