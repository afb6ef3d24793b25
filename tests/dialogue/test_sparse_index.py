"""The inverted index against the plain formula of TF-IDF cosines, written with dictionaries."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.dialogue.sparse_index import SparseIndex

FEATURES = 30
ROWS = st.lists(
    st.dictionaries(st.integers(0, FEATURES - 1), st.integers(1, 9), max_size=12).map(Counter[int]), max_size=40
)
QUERY = st.dictionaries(st.integers(0, FEATURES - 1), st.integers(1, 9), max_size=12).map(Counter[int])


def slow_idf(rows: Sequence[Counter[int]]) -> list[float]:
    frequency = Counter(feature for row in rows for feature in row)
    return [max(0.0, math.log((len(rows) + 1) / (frequency[feature] + 0.5))) for feature in range(FEATURES)]


def slow_cosine(one: Counter[int], other: Counter[int], idf: Sequence[float]) -> float:
    def weights(row: Counter[int]) -> dict[int, float]:
        weighted = {feature: (1 + math.log(count)) * idf[feature] for feature, count in row.items()}
        norm = math.sqrt(sum(weight**2 for weight in weighted.values()))
        return {feature: weight / norm for feature, weight in weighted.items()} if norm else {}

    left, right = weights(one), weights(other)
    return sum(weight * right.get(feature, 0.0) for feature, weight in left.items())


@given(ROWS, QUERY)
def test_equals_the_plain_formula(rows: list[Counter[int]], query: Counter[int]) -> None:
    index = SparseIndex.build(rows, FEATURES)
    # idf is stored in 11 bits, a weight in 8: half a step of each, for each of the features they may share.
    assert index.idf.astype(float) == pytest.approx(slow_idf(rows), rel=2**-11, abs=2**-11)
    idf = index.idf.astype(float).tolist()
    tolerance = math.sqrt(max(1, len(query))) * 0.5 / 255 + 1e-5
    found = index.similarities(query)
    assert found.dtype == np.float32
    assert found.tolist() == pytest.approx([slow_cosine(query, row, idf) for row in rows], abs=tolerance)


@given(ROWS, ROWS, QUERY)
def test_weights_of_a_larger_collection(
    rows: list[Counter[int]], more: list[Counter[int]], query: Counter[int]
) -> None:
    large = SparseIndex.build(more, FEATURES)
    small = SparseIndex.build(rows, FEATURES, large.idf)
    tolerance = math.sqrt(max(1, len(query))) * 0.5 / 255 + 1e-5
    idf = large.idf.astype(float).tolist()
    expected = [slow_cosine(query, row, idf) for row in rows]
    assert small.similarities(query).tolist() == pytest.approx(expected, abs=tolerance)


@given(ROWS, QUERY)
def test_saved_and_loaded(rows: list[Counter[int]], query: Counter[int]) -> None:
    index = SparseIndex.build(rows, FEATURES)
    arrays = index.arrays("x")
    assert all(name.startswith("x.") for name in arrays)
    again = SparseIndex.from_arrays(arrays, "x", len(rows))
    assert again.similarities(query).tolist() == index.similarities(query).tolist()


def test_a_document_is_nearest_to_itself() -> None:
    rows = [Counter({1: 1, 2: 3}), Counter({2: 1, 3: 1}), Counter({4: 2})]
    index = SparseIndex.build(rows, FEATURES)
    for number, row in enumerate(rows):
        similarities = index.similarities(row)
        assert similarities.argmax() == number
        assert similarities[number] == pytest.approx(1, abs=0.01)


def test_nothing_asked_and_nothing_there() -> None:
    index = SparseIndex.build([Counter({1: 1})], FEATURES)
    assert index.similarities(Counter()).tolist() == [0]
    assert index.similarities(Counter({7: 1})).tolist() == [0]
    assert SparseIndex.build([], FEATURES).similarities(Counter({1: 1})).shape == (0,)


def test_document_numbers_are_as_short_as_they_can_be() -> None:
    assert SparseIndex.build([Counter({1: 1})] * 10, 2).documents.dtype == np.uint16
    many = SparseIndex.build([Counter({0: 1})] * 2**16 + [Counter({1: 1})], 2)
    assert many.documents.dtype == np.uint32
    assert many.similarities(Counter({1: 1})).argmax() == 2**16


@pytest.mark.parametrize("damage", ["idf", "starts", "documents", "weights"])
def test_arrays_that_do_not_fit_together(damage: str) -> None:
    arrays = SparseIndex.build([Counter({1: 1, 2: 1}), Counter({2: 1})], FEATURES).arrays("x")
    with pytest.raises(ValueError, match="do not fit"):
        SparseIndex.from_arrays({**arrays, f"x.{damage}": arrays[f"x.{damage}"][:-1]}, "x", 2)
    with pytest.raises(KeyError):
        SparseIndex.from_arrays({name: array for name, array in arrays.items() if name != f"x.{damage}"}, "x", 2)


def test_an_index_of_other_documents() -> None:
    arrays = SparseIndex.build([Counter({1: 1}), Counter({2: 1})], FEATURES).arrays("x")
    with pytest.raises(ValueError, match="more than 1"):
        SparseIndex.from_arrays(arrays, "x", 1)
