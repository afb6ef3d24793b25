# pyright: standard
"""The keys and values of the tokens a model has read, so that it reads none twice. Knows nothing of token ids."""

import torch
from torch import Tensor

from chatbot.generation.model_config import ModelConfig


class KvCache:
    """One preallocated block for a batch of rows of equal length.

    Attributes:
        block: (layers, 2, batch, heads, positions, head_dim).
        length: positions filled, the same in every row and layer.
    """

    def __init__(self, block: Tensor, length: int = 0) -> None:
        """Wrap a block whose first ``length`` positions are filled."""
        self.block = block
        self.length = length

    @classmethod
    def allocate(
        cls, config: ModelConfig, batch: int, positions: int, device: torch.device, dtype: torch.dtype
    ) -> "KvCache":
        """Return an empty cache. On a CPU, memory is taken only as positions are filled."""
        shape = (config.n_layer, 2, batch, config.n_head, positions, config.head_dim)
        return cls(torch.empty(shape, device=device, dtype=dtype))

    @property
    def positions(self) -> int:
        """How many tokens fit into each row."""
        return self.block.shape[4]

    def write(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Put keys and values (batch, heads, new, head_dim) behind what is filled; return those of all tokens so far.

        ``length`` stays: the model calls ``advance`` when every layer has written.

        Raises:
            ValueError: they do not fit.
        """
        end = self.length + keys.shape[2]
        if end > self.positions:
            raise ValueError(f"{end} tokens do not fit into {self.positions} positions")
        self.block[layer, 0, :, :, self.length : end] = keys
        self.block[layer, 1, :, :, self.length : end] = values
        return self.block[layer, 0, :, :, :end], self.block[layer, 1, :, :, :end]

    def advance(self, count: int) -> None:
        """Count ``count`` positions as filled."""
        self.length += count

    def truncate(self, length: int) -> None:
        """Forget every position from ``length`` on."""
        self.length = min(self.length, length)

    def repeat(self, rows: int, positions: int) -> "KvCache":
        """Return a new cache with ``rows`` copies of this one's only row and room for ``positions`` tokens."""
        layers, two, _, heads, _, head_dim = self.block.shape
        block = self.block.new_empty((layers, two, rows, heads, positions, head_dim))
        block[:, :, :, :, : self.length] = self.block[:, :, :1, :, : self.length]
        return KvCache(block, self.length)

    def keep(self, rows: Tensor) -> None:
        """Drop all rows but those whose indices are in ``rows`` (kept,), in that order."""
        self.block = self.block.index_select(2, rows)
