"""The vocabulary we train has KoGPT2's layout."""

import json
from pathlib import Path

import pytest

from chatbot.generation.special_tokens import CONTROL_TOKENS, EMOTICONS
from chatbot.generation.tokenizer import Tokenizer
from chatbot.training.vocabulary import train_vocabulary

FIXED = 375


def ids_of(folder: Path) -> dict[str, int]:
    tokenizer = Tokenizer.load(folder)
    return {token: id for id, token in enumerate(tokenizer.tokens(range(tokenizer.vocab_size)))}


def test_the_first_ids_are_those_of_the_published_tokenizer(
    small_tokenizer_folder: Path, real_tokenizer_folder: Path
) -> None:
    ours = Tokenizer.load(small_tokenizer_folder).tokens(range(FIXED))
    assert ours == Tokenizer.load(real_tokenizer_folder).tokens(range(FIXED))
    added = [
        {token["id"]: token["content"] for token in json.loads((folder / "tokenizer.json").read_text())["added_tokens"]}
        for folder in (small_tokenizer_folder, real_tokenizer_folder)
    ]
    assert added[0] == added[1]


def test_the_first_ids_are_the_layout_that_we_keep(small_tokenizer_folder: Path) -> None:
    assert Tokenizer.load(small_tokenizer_folder).tokens(range(FIXED)) == [*CONTROL_TOKENS, *EMOTICONS]


def test_the_newline_comes_next(small_tokenizer_folder: Path) -> None:
    assert ids_of(small_tokenizer_folder)["\n"] == FIXED


def test_the_size_is_kept(small_tokenizer_folder: Path) -> None:
    assert Tokenizer.load(small_tokenizer_folder).vocab_size == 2000


@pytest.mark.parametrize("alphabet", [100, 5000])
def test_the_size_is_kept_where_there_are_more_characters_than_room(tmp_path: Path, alphabet: int) -> None:
    texts = [chr(0xAC00 + number) * 3 + " 안녕 안녕하세요" for number in range(3000)] * 3
    train_vocabulary(iter(texts), 1000, tmp_path, alphabet)
    tokenizer = Tokenizer.load(tmp_path)
    assert tokenizer.vocab_size <= 1000
    assert len(tokenizer.encode("안녕 안녕하세요")) < 5  # and some of it is left for merges


def test_words_survive(small_tokenizer_folder: Path) -> None:
    tokenizer = Tokenizer.load(small_tokenizer_folder)
    assert tokenizer.decode(tokenizer.encode("안녕 ㅋㅋ\n좋아요 :) ㅠㅠ")) == "안녕 ㅋㅋ\n좋아요 :) ㅠㅠ"


def test_the_same_texts_make_the_same_vocabulary(tmp_path: Path) -> None:
    for name in ("a", "b"):
        train_vocabulary(iter(["안녕 반가워", "반가워 안녕"] * 9), 600, tmp_path / name)
    assert (tmp_path / "a/tokenizer.json").read_bytes() == (tmp_path / "b/tokenizer.json").read_bytes()
