"""An inverted index over sparse vectors with TF-IDF weights (Salton and Buckley 1988). Knows nothing of text.

Cosine similarity of one query with every document, in numpy: about a millisecond for 35,000 short texts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LEVELS = 255  # weights lie in 0..1 and are stored in one byte; the error is far below any difference that matters


@dataclass(frozen=True, slots=True)
class SparseIndex:
    """Postings in column order: feature f's documents are ``documents[starts[f]:starts[f + 1]]``.

    Attributes:
        size: number of documents.
        idf: float16 (features,), inverse document frequency.
        starts: int32 (features + 1,).
        documents: uint16 or uint32 (postings,).
        weights: uint8 (postings,), the documents' L2-normalised TF-IDF weights times 255.
    """

    size: int
    idf: NDArray[np.float16]
    starts: NDArray[np.int32]
    documents: NDArray[np.uint16] | NDArray[np.uint32]
    weights: NDArray[np.uint8]

    @classmethod
    def build(
        cls, rows: Sequence[Counter[int]], features: int, idf: NDArray[np.float16] | None = None
    ) -> "SparseIndex":
        """Index one feature count per document; ``idf`` is taken from another, larger collection where given."""
        lengths = np.fromiter((len(row) for row in rows), np.int64, len(rows))
        total = int(lengths.sum())
        columns = np.fromiter((feature for row in rows for feature in row), np.int64, total)
        counts = np.fromiter((count for row in rows for count in row.values()), np.float32, total)
        documents = np.repeat(np.arange(len(rows)), lengths)
        if idf is None:
            frequency = np.bincount(columns, minlength=features)
            idf = np.log((len(rows) + 1) / (frequency + 0.5)).clip(0).astype(np.float16)
        weights = (1 + np.log(counts)) * idf[columns].astype(np.float32)
        norms = np.sqrt(np.bincount(documents, weights**2, minlength=len(rows)))
        weights = weights / np.maximum(norms, 1e-6)[documents]
        order = np.argsort(columns, kind="stable")
        return cls(
            size=len(rows),
            idf=idf,
            starts=np.searchsorted(columns[order], np.arange(features + 1)).astype(np.int32),
            documents=documents[order].astype(np.uint16) if len(rows) < 2**16 else documents[order].astype(np.uint32),
            weights=np.rint(weights[order] * _LEVELS).astype(np.uint8),
        )

    def similarities(self, query: Counter[int]) -> NDArray[np.float32]:
        """Return the cosine similarity of ``query`` with each document, float32 (size,)."""
        scores = np.zeros(self.size, np.float32)
        if not query or not self.size:
            return scores
        features = np.fromiter(query, np.int64, len(query))
        counts = np.fromiter(query.values(), np.float32, len(query))
        weights = (1 + np.log(counts)) * self.idf[features].astype(np.float32)
        norm = float(np.linalg.norm(weights))
        if norm == 0:
            return scores
        starts, ends = self.starts[features], self.starts[features + 1]
        lengths = ends - starts
        # All postings of the query in one gather: position i of feature f is starts[f] + i.
        offsets = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        postings = np.repeat(starts, lengths) + offsets
        values = self.weights[postings] * np.repeat(weights / (norm * _LEVELS), lengths)
        return np.bincount(self.documents[postings], values, minlength=self.size).astype(np.float32)

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """Return the arrays under names that start with ``prefix``, to be saved."""
        names = ("idf", "starts", "documents", "weights")
        return {f"{prefix}.{name}": getattr(self, name) for name in names}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[np.generic]], prefix: str, size: int) -> "SparseIndex":
        """Rebuild what ``arrays`` returned.

        Raises:
            KeyError: an array is missing.
            ValueError: they do not fit together, or belong to more than ``size`` documents.
        """
        names = ("idf", "starts", "documents", "weights")
        index = cls(size, **{name: arrays[f"{prefix}.{name}"] for name in names})  # type: ignore[arg-type]
        postings = len(index.documents)
        if len(index.starts) != len(index.idf) + 1 or index.starts[-1] != postings or len(index.weights) != postings:
            raise ValueError(f"the arrays of {prefix} do not fit together")
        if postings and int(index.documents.max()) >= size:
            raise ValueError(f"{prefix} is an index of more than {size} documents")
        return index
