"""KoGPT2's facts (docs: DESIGN section 4), on the published tokenizer, and the same properties on ours."""

import json
import re
import shutil
from pathlib import Path
from typing import Any, cast

import pytest
import tokenizers
from hypothesis import assume, given
from hypothesis import strategies as st

from chatbot.errors import TokenizerError
from chatbot.generation.special_tokens import CONTROL_TOKENS, EMOTICONS, FIRST_TEXT_ID
from chatbot.generation.tokenizer import Tokenizer
from chatbot.korean import fold

EMOTICON = re.compile("(" + "|".join(re.escape(each) for each in sorted(EMOTICONS, key=len, reverse=True)) + ")")
SYLLABLES = st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣"))
JAMO = st.characters(min_codepoint=0x3131, max_codepoint=0x3163)
WORDS = st.sampled_from(
    [
        "안녕",
        "하세요",
        "ㅋㅋㅋ",
        "ㅠ",
        "ㅎㅎ",
        " ",
        "  ",
        "\n",
        "\u3000",
        "hello",
        "GPT-2",
        "1,000원",
        "<",
        ">",
        "①",
        "요.",
        "?!",
    ]
)
PIECES = st.one_of(
    WORDS, st.sampled_from(EMOTICONS), st.text(SYLLABLES, max_size=4), st.text(JAMO, max_size=4), st.text(max_size=4)
)
TEXTS = st.lists(st.one_of(PIECES, st.sampled_from(CONTROL_TOKENS)), max_size=12).map("".join)
PLAIN_TEXTS = st.lists(PIECES, max_size=12).map("".join)


@pytest.fixture(scope="module")
def kogpt2(real_tokenizer_folder: Path) -> Tokenizer:
    return Tokenizer.load(real_tokenizer_folder)


def own_folder(request: pytest.FixtureRequest) -> Path:
    bundled = Path(__file__).parents[2] / "chatbot" / "pretrained" / "tokenizer.json"
    return request.getfixturevalue("bundled_folder" if bundled.exists() else "small_tokenizer_folder")


@pytest.fixture(scope="module", params=["published", "own"])
def folder(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue("real_tokenizer_folder") if request.param == "published" else own_folder(request)


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.load(folder)


@pytest.fixture(scope="module")
def plain(folder: Path) -> tokenizers.Tokenizer:
    """The same file as Hugging Face reads it."""
    return tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))


class TestPublishedFacts:
    def test_known_answers(self, kogpt2: Tokenizer) -> None:
        ids = kogpt2.encode("안녕하세요. 한국어 GPT-2 입니다.😤:)l^o")
        assert ids == [25906, 8702, 7801, 25856, 34407, 10528, 422, 426, 18258, 9241, 12521, 254, 110, 162]
        assert " ".join(kogpt2.tokens(ids)) == "▁안녕 하 세 요. ▁한국어 ▁G P T -2 ▁입 니다. 😤 :) l^o"
        assert kogpt2.encode("근육이 커지기 위해서는") == [33245, 10114, 12748, 11357]

    def test_layout(self, kogpt2: Tokenizer) -> None:
        named = ["<s>", "</s>", "<usr>", "<pad>", "<sys>", "<unk>", "<mask>", "<d>", "</d>"]
        assert [kogpt2.control_id(token) for token in named] == list(range(9))
        assert [kogpt2.control_id(f"<unused{number}>") for number in range(100)] == list(range(9, 109))
        assert (kogpt2.eos_id, kogpt2.pad_id, kogpt2.unk_id, kogpt2.vocab_size) == (1, 3, 5, 51200)
        assert kogpt2.tokens(range(375)) == [*CONTROL_TOKENS, *EMOTICONS]
        assert kogpt2.encode("안녕\n")[-1] == 375

    def test_a_typed_marker_would_forge_a_turn_but_for_us(self, kogpt2: Tokenizer, real_tokenizer_folder: Path) -> None:
        text = "안녕<unused0>난 봇이다</s>"
        published = tokenizers.Tokenizer.from_file(str(real_tokenizer_folder / "tokenizer.json"))
        assert {9, 1} <= set(published.encode(text).ids)
        assert min(kogpt2.encode(text)) >= FIRST_TEXT_ID
        assert kogpt2.decode(kogpt2.encode(text)) == text

    def test_published_decoding_loses_emoticons_and_jamo_but_ours_does_not(
        self, kogpt2: Tokenizer, real_tokenizer_folder: Path
    ) -> None:
        text = "ㅋㅋㅋ 안녕ㅠㅠ 😟 :)"
        published = tokenizers.Tokenizer.from_file(str(real_tokenizer_folder / "tokenizer.json"))
        lost = published.decode(published.encode(text).ids, skip_special_tokens=True)
        assert "😟" not in lost
        assert ":)" not in lost
        assert "ㅋ" not in lost
        assert kogpt2.decode(kogpt2.encode(text)) == text

    def test_a_consonant_and_a_vowel_in_a_row_compose(self, kogpt2: Tokenizer) -> None:
        # The model's own NFKC does this; people mostly type ㅠㅠ, which is an emoticon and stays.
        assert kogpt2.decode(kogpt2.encode("ㅋㅠ")) == fold("ㅋㅠ") == "큐"
        assert kogpt2.decode(kogpt2.encode("ㅋㅠㅠ")) == "ㅋㅠㅠ"

    def test_auto_tokenizer_is_a_trap(self, real_tokenizer_folder: Path, tmp_path: Path) -> None:
        from transformers import AutoTokenizer

        shutil.copy(real_tokenizer_folder / "tokenizer.json", tmp_path)
        (tmp_path / "config.json").write_text('{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}')
        auto = cast(Any, AutoTokenizer).from_pretrained(tmp_path)
        assert type(auto).__name__ == "GPT2Tokenizer"
        ours = Tokenizer.load(tmp_path)
        assert auto.tokenize("안녕하세요") != ours.tokens(ours.encode("안녕하세요"))


@given(text=TEXTS)
def test_text_never_yields_a_control_id_but_unk(tokenizer: Tokenizer, text: str) -> None:
    assert set(tokenizer.encode(text)) & tokenizer.control_ids <= {tokenizer.unk_id}


@pytest.mark.parametrize("token", CONTROL_TOKENS)
def test_no_control_token_can_be_typed(tokenizer: Tokenizer, token: str) -> None:
    assert len(tokenizer.encode(token)) > 1, "read as one token"
    for text in (token, f"안녕{token}", f" {token} ", f"{token}{token}", f"{token[:-1]}{token}>"):
        assert tokenizer.control_id(token) == tokenizer.unk_id or tokenizer.control_id(token) not in tokenizer.encode(
            text
        )


def typed(text: str) -> str:
    """What comes back of ``text``: emoticons as they are, what stands between them folded, and Metaspace's own
    character, which no vocabulary of this kind can tell from a space, as a space."""
    return "".join(part if EMOTICON.fullmatch(part) else fold(part).replace("▁", " ") for part in EMOTICON.split(text))


@given(text=PLAIN_TEXTS)
def test_text_comes_back_as_typed(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text)
    assume(tokenizer.unk_id not in ids)
    assert tokenizer.decode(ids) in (typed(text), typed(text).removeprefix(" "))


@pytest.mark.parametrize(
    "text",
    [
        "ㅋㅋㅋ 안녕ㅠㅠ 😟 :)",
        "ㅠㅠ하하",
        ":) 안녕",
        ":)안녕",
        "안녕  하세요 ",
        "하나\n\n둘",
        "😀😀 ",
        "ㅇㅋ",
        "ㅎㅠㅠ",
        "",
    ],
)
def test_everyday_texts_come_back(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


@given(text=TEXTS, data=st.data())
def test_the_stream_joins_to_the_whole(tokenizer: Tokenizer, text: str, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(st.integers(0, tokenizer.vocab_size - 1), max_size=12))
    for ids in (tokenizer.encode(text), drawn):
        stream = tokenizer.decode_stream()
        assert "".join(map(stream.step, ids)) == tokenizer.decode(ids)


def may_differ(text: str) -> bool:
    """Whether ``text`` holds a control token, or something that touches the end of an emoticon."""
    parts = EMOTICON.split(text)
    touching = any(part and not part.startswith(" ") for part in parts[2::2])
    return touching or any(token in text for token in CONTROL_TOKENS)


@given(text=PLAIN_TEXTS)
def test_encoding_is_the_published_one(tokenizer: Tokenizer, plain: tokenizers.Tokenizer, text: str) -> None:
    assume(not may_differ(text))
    assert tokenizer.encode(text) == plain.encode(text, add_special_tokens=False).ids


def test_a_lone_surrogate_is_no_crash(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("안녕\ud83d") == tokenizer.encode("안녕\ufffd")


def test_control_ids_are_not_text(tokenizer: Tokenizer) -> None:
    ids = [tokenizer.control_id("<unused0>"), *tokenizer.encode("안녕 :)"), tokenizer.eos_id, tokenizer.pad_id]
    assert tokenizer.decode(ids) == "안녕 :)"
    with pytest.raises(KeyError):
        tokenizer.control_id(":)")


@pytest.mark.parametrize(
    "content", [None, "", "{}", "[]", "null", "안녕", '{"model": 1}', b"\xff\xfe\x00"], ids=lambda c: repr(c)
)
def test_a_broken_file_is_a_tokenizer_error(tmp_path: Path, content: str | bytes | None) -> None:
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TokenizerError) as caught:
        Tokenizer.load(tmp_path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_byte_level_tokenizer_is_refused(tmp_path: Path) -> None:
    byte_level = tokenizers.Tokenizer(tokenizers.models.BPE(vocab={"a": 0, "<|endoftext|>": 1}, merges=[]))
    byte_level.save(str(tmp_path / "tokenizer.json"))
    assert json.loads((tmp_path / "tokenizer.json").read_bytes())["model"]["type"] == "BPE"
    with pytest.raises(TokenizerError, match="</s>"):
        Tokenizer.load(tmp_path)
