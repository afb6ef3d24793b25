# pyright: standard
"""GPT-2's forward pass over a checkpoint's tensors. Knows nothing of sampling, requests or text.

Source: Radford et al. 2019 (GPT-2); equal to ``transformers.GPT2LMHeadModel``, which takes seconds to import.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from chatbot.generation.kv_cache import KvCache
from chatbot.generation.weights import Checkpoint

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "gelu_new": lambda x: F.gelu(x, approximate="tanh"),
    "gelu_pytorch_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "gelu": F.gelu,
    "relu": F.relu,
}


class Model:
    """A GPT-2 language model for inference; call it under ``torch.inference_mode``."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        """Take the checkpoint's tensors as they are."""
        self.config = checkpoint.config
        self.device = checkpoint.device
        self.dtype = checkpoint.dtype
        self._tensors = checkpoint.tensors
        self._activation = _ACTIVATIONS[self.config.activation_function]

    def new_cache(self, batch: int, positions: int) -> KvCache:
        """Return an empty cache that fits this model."""
        return KvCache.allocate(self.config, batch, positions, self.device, self.dtype)

    def forward(
        self, ids: Tensor, cache: KvCache, positions: Tensor | None = None, mask: Tensor | None = None
    ) -> Tensor:
        """Read ``ids`` (batch, new) behind what ``cache`` holds and add them to it.

        Args:
            positions: (new,) where the tokens stand; by default one after the other behind the cache.
            mask: (new, cached + new) bool, what each token may look at; by default all before it and itself.

        Returns:
            The last hidden states, (batch, new, n_embd).
        """
        start, new = cache.length, ids.shape[1]
        if positions is None:
            positions = torch.arange(start, start + new, device=self.device)
        if mask is None and new > 1 and start > 0:
            mask = causal_mask(start, new, self.device)
        hidden = F.embedding(ids, self._tensors["wte.weight"]) + F.embedding(positions, self._tensors["wpe.weight"])
        for layer in range(self.config.n_layer):
            hidden = hidden + self._attend(layer, self._norm(f"h.{layer}.ln_1", hidden), cache, mask)
            inner = self._activation(self._project(f"h.{layer}.mlp.c_fc", self._norm(f"h.{layer}.ln_2", hidden)))
            hidden = hidden + self._project(f"h.{layer}.mlp.c_proj", inner)
        cache.advance(new)
        return self._norm("ln_f", hidden)

    def logits(self, hidden: Tensor) -> Tensor:
        """Return float32 logits (..., vocab_size) for hidden states (..., n_embd): only for the tokens asked about."""
        return F.linear(hidden, self._tensors["lm_head.weight"]).float()

    def _attend(self, layer: int, hidden: Tensor, cache: KvCache, mask: Tensor | None) -> Tensor:
        batch, new, width = hidden.shape
        config = self.config
        mixed = self._project(f"h.{layer}.attn.c_attn", hidden)
        queries, keys, values = mixed.view(batch, new, 3, config.n_head, config.head_dim).permute(2, 0, 3, 1, 4)
        keys, values = cache.write(layer, keys, values)
        scale = config.head_dim**-0.5 if config.scale_attn_weights else 1.0
        if config.scale_attn_by_inverse_layer_idx:
            scale /= layer + 1
        attended = F.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, is_causal=mask is None and new > 1, scale=scale
        )
        return self._project(f"h.{layer}.attn.c_proj", attended.transpose(1, 2).reshape(batch, new, width))

    def _project(self, name: str, hidden: Tensor) -> Tensor:
        # GPT-2 keeps its matrices as (in, out), the other way round than torch.nn.Linear.
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return torch.addmm(bias, hidden.reshape(-1, hidden.shape[-1]), weight).view(*hidden.shape[:-1], -1)

    def _norm(self, name: str, hidden: Tensor) -> Tensor:
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return F.layer_norm(hidden, (hidden.shape[-1],), weight, bias, self.config.layer_norm_epsilon)


def causal_mask(start: int, new: int, device: torch.device) -> Tensor:
    """Return (new, start + new) bool: each new token sees all ``start`` cached ones, those before it, and itself."""
    return torch.ones((new, start + new), dtype=torch.bool, device=device).tril(start)
