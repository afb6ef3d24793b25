"""The matcher's inference on two tiny encoders, written by hand."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file  # pyright: ignore[reportUnknownVariableType]

from chatbot.dialogue.matcher import FILE_NAME, ROWS, Matcher, rows_of, situation_rows
from chatbot.errors import DataError

Arrays = dict[str, NDArray[np.generic]]


def arrays(width: int = 2) -> Arrays:
    """Both sides know two topics: food lies along the first axis, sleep along the second; nothing else is known."""
    embedding = np.zeros((ROWS, width), np.float16)
    embedding[rows_of("밥")[0]] = [1] + [0] * (width - 1)
    found = dict[str, NDArray[np.generic]]()
    for side in ("situation", "reply"):
        table = np.zeros((ROWS, width), np.float16)
        for axis, word in enumerate(("밥", "잠")):
            (row,) = set(rows_of(word)) & set(rows_of(f"가{word}나")) - set(rows_of("가나"))
            table[row, axis] = 1
        found[f"{side}.embedding"] = table
        found[f"{side}.projection"] = np.zeros((width, width), np.float16)
    return found


def test_what_goes_together_lies_together() -> None:
    matcher = Matcher(arrays())
    food, sleep, both, neither = matcher.situations([["밥 먹자"], ["잠 와"], ["밥 먹고 잠"], ["안녕"]])
    assert food.tolist() == [1, 0]
    assert sleep.tolist() == [0, 1]
    assert both.tolist() == pytest.approx([0.5**0.5] * 2)
    assert neither.tolist() == [0, 0]
    fits = matcher.replies(["무슨 밥?", "잠 자"]) @ food
    assert fits.tolist() == [1, 0]


def test_the_hidden_layer_is_x_plus_tanh_x_times_projection() -> None:
    tables = arrays()
    tables["reply.projection"] = np.array([[0, 2], [0, 0]], np.float16)
    (vector,) = Matcher(tables).replies(["밥"])
    hidden = 1 / len(rows_of("밥")) ** 0.5
    expected = np.array([hidden, 2 * np.tanh(hidden)])
    assert vector.tolist() == pytest.approx((expected / np.linalg.norm(expected)).tolist(), abs=1e-6)


def test_the_turn_before_has_rows_of_its_own() -> None:
    assert situation_rows(["밥"]) == rows_of("밥")
    assert situation_rows(["잠", "밥"]) == [*rows_of("밥"), *rows_of("잠", "context")]
    assert situation_rows(["처음", "잠", "밥"]) == situation_rows(["잠", "밥"])
    assert not set(rows_of("잠")) & set(rows_of("잠", "context"))
    assert Matcher(arrays()).situations([["밥", "잠"]]).tolist() == [[0, 1]]


def test_each_row_counts_once() -> None:
    rows = rows_of("하하 하하 하하")
    assert len(set(rows)) == len(rows)
    assert rows == sorted(rows)
    assert all(0 <= row < ROWS for row in rows)
    assert rows_of("하하!!!") == rows_of("하하")


def test_vectors_have_length_one_or_none() -> None:
    random = np.random.default_rng(0)
    tables: Arrays = {name: random.normal(size=table.shape).astype(np.float16) for name, table in arrays(5).items()}
    matcher = Matcher(tables)
    vectors = matcher.replies(["안녕", "밥 먹었어?", "", "😀"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 1], abs=1e-5)
    assert vectors.dtype == np.float32


def test_none_asked() -> None:
    matcher = Matcher(arrays(3))
    assert matcher.replies([]).shape == (0, 3)
    assert matcher.situations([]).shape == (0, 3)


def test_saved_and_loaded(tmp_path: Path) -> None:
    save_file(arrays(), tmp_path / FILE_NAME)
    assert Matcher.load(tmp_path).situations([["밥"]]).tolist() == [[1, 0]]


def damaged(name: str) -> Arrays:
    tables = arrays()
    if name == "missing":
        del tables["reply.projection"]
    elif name == "rows":
        tables["situation.embedding"] = tables["situation.embedding"][:-1]
    else:
        tables["situation.projection"] = np.zeros((3, 3), np.float16)
    return tables


@pytest.mark.parametrize("damage", ["missing", "rows", "width"])
def test_arrays_that_do_not_fit(tmp_path: Path, damage: str) -> None:
    save_file(damaged(damage), tmp_path / FILE_NAME)
    with pytest.raises(DataError, match=FILE_NAME):
        Matcher.load(tmp_path)


def test_no_file_and_no_tensors(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=FILE_NAME):
        Matcher.load(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b"not tensors")
    with pytest.raises(DataError, match=FILE_NAME):
        Matcher.load(tmp_path)
