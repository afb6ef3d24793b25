"""Tells how well a reply answers a message, words in common or not. Knows nothing of language models.

Two encoders over character n-grams, one for situations and one for replies, trained so that a reply lies near the
situation it was written for. Source: Henderson et al. 2017, "Efficient Natural Language Response Suggestion for Smart
Reply". Inference is numpy: a few microseconds a text, ready long before a language model is.
"""

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file  # pyright: ignore[reportUnknownVariableType]

from chatbot.dialogue.ngrams import plain
from chatbot.errors import DataError

FILE_NAME = "matcher.safetensors"
ROWS = 1 << 15
"""Embedding rows of each encoder: n-grams are hashed into them."""

_SIZES = (1, 2, 3, 4)


def rows_of(text: str, field: str = "") -> list[int]:
    """Return the embedding rows of a text's n-grams, each once; fields (message, context) use hashes of their own."""
    padded = f" {plain(text)} "
    grams = {padded[start : start + size] for size in _SIZES for start in range(len(padded) - size + 1)}
    grams.discard(" ")
    return sorted({zlib.crc32(f"{field}\0{gram}".encode()) % ROWS for gram in grams})


def situation_rows(situation: Sequence[str]) -> list[int]:
    """Return the rows of a situation: the message, and the turn before it as a field of its own."""
    context = rows_of(situation[-2], "context") if len(situation) > 1 else []
    return [*rows_of(situation[-1]), *context]


class Matcher:
    """Encodes situations and replies as unit vectors whose dot product says how well they go together."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        """``arrays``: per side ("situation", "reply") an ``embedding`` (ROWS, d) and a ``projection`` (d, d).

        Raises:
            KeyError: an array is missing.
            ValueError: one has another shape.
        """
        self._sides = {
            side: (
                arrays[f"{side}.embedding"].astype(np.float32),
                arrays[f"{side}.projection"].astype(np.float32),
            )
            for side in ("situation", "reply")
        }
        width = self._sides["reply"][0].shape[-1]
        if any(
            embedding.shape != (ROWS, width) or projection.shape != (width, width)
            for embedding, projection in self._sides.values()
        ):
            raise ValueError(f"expected embeddings ({ROWS}, d) and projections (d, d)")

    @classmethod
    def load(cls, folder: Path) -> "Matcher":
        """Read ``matcher.safetensors`` from ``folder``.

        Raises:
            DataError: the file is missing or damaged.
        """
        try:
            return cls(load_file(folder / FILE_NAME))
        except Exception as error:  # the Rust library raises its own
            raise DataError(
                f"응답 맞춤 파일({folder / FILE_NAME})을 읽을 수 없어요. 저장소에서 다시 받거나 `make model`로 다시 만들어 주세요."
            ) from error

    def situations(self, situations: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Return one unit vector a situation, float32 (situations, d)."""
        return self._encode_all("situation", [situation_rows(situation) for situation in situations])

    def replies(self, replies: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a reply, float32 (replies, d)."""
        return self._encode_all("reply", [rows_of(reply) for reply in replies])

    def _encode_all(self, side: str, bags: Sequence[list[int]]) -> NDArray[np.float32]:
        vectors = np.zeros((len(bags), self._sides[side][0].shape[1]), np.float32)
        for index, rows in enumerate(bags):
            if rows:
                vectors[index] = self._encode(side, rows)
        return vectors

    def _encode(self, side: str, rows: list[int]) -> NDArray[np.float32]:
        embedding, projection = self._sides[side]
        hidden: NDArray[np.float32] = embedding[rows].sum(axis=0) / np.float32(len(rows) ** 0.5)
        vector: NDArray[np.float32] = hidden + np.tanh(hidden) @ projection
        return vector / np.float32(max(float(np.linalg.norm(vector)), 1e-6))
