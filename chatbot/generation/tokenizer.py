"""KoGPT2's character-level BPE, made safe for chats. Knows nothing of turns, speakers or models.

Three things separate this from ``PreTrainedTokenizerFast`` (each one is a fact about KoGPT2 v2 and has a test):

- Text never yields a control id. The published tokenizer turns a typed ``<unused0>`` into the real id 9, so that a person
  could forge the bot's turns. Ours reads text with the control tokens unregistered; control ids come by name alone.
- Emoticons (ids 109..374) are "special" in the published file, and ``skip_special_tokens=True`` deletes them. Ours drops
  control ids itself and keeps them.
- Text comes back as it was typed: jamo are restored (NFKC changes them), and no space is put behind an emoticon.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tokenizers
from tokenizers.decoders import DecodeStream as _TokenDecodeStream

from chatbot.errors import TokenizerError
from chatbot.generation.special_tokens import CONTROL_TOKENS
from chatbot.korean import restore_jamo

_REMEDY = "`tokenizer.json`이 들어 있는 체크포인트 폴더인지 확인하고, 파일이 없거나 깨졌다면 모델을 다시 받아 주세요."


class Tokenizer:
    """Text to token ids and back.

    Attributes:
        bos_id, eos_id, pad_id, unk_id: named control ids. As in KoGPT2's own README, ``</s>`` ends a turn.
        vocab_size: number of ids, the control ids included.
    """

    def __init__(self, definition: str, source: str = "tokenizer.json") -> None:
        """Build from the JSON text of a ``tokenizer.json``; ``source`` names it in errors.

        Raises:
            TokenizerError: not a tokenizer definition, or one without the control tokens.
        """
        try:
            fields: dict[str, Any] = json.loads(definition)
            self._full = tokenizers.Tokenizer.from_str(definition)
            self._text = tokenizers.Tokenizer.from_str(json.dumps(_without_control_tokens(fields)))
        except Exception as error:  # the Rust library raises bare Exception
            raise TokenizerError(f"토크나이저 파일({source})을 읽을 수 없어요. {_REMEDY}") from error
        found = {token: self._full.token_to_id(token) for token in CONTROL_TOKENS}
        self._control = {token: id for token, id in found.items() if id is not None}
        missing = [token for token in ("</s>", "<pad>", "<unk>") if token not in self._control]
        if missing:
            raise TokenizerError(
                f"토크나이저({source})에 {', '.join(missing)} 토큰이 없어요. "
                "말동무는 KoGPT2 형식의 토크나이저를 씁니다. skt/kogpt2-base-v2 계열 모델을 골라 주세요."
            )
        self._control_ids = frozenset(self._control.values())
        self.eos_id = self._control["</s>"]
        self.bos_id = self._control.get("<s>", self.eos_id)
        self.pad_id = self._control["<pad>"]
        self.unk_id = self._control["<unk>"]
        self.vocab_size: int = self._full.get_vocab_size()

    @classmethod
    def load(cls, folder: str | Path) -> "Tokenizer":
        """Read ``tokenizer.json`` from ``folder``.

        Raises:
            TokenizerError: the file is missing or cannot be used.
        """
        path = Path(folder) / "tokenizer.json"
        try:
            return cls(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise TokenizerError(f"토크나이저 파일({path})을 읽을 수 없어요. {_REMEDY}") from error

    @property
    def control_ids(self) -> frozenset[int]:
        """Every id that stands for structure, not text: 0..108 in KoGPT2's layout."""
        return self._control_ids

    def control_id(self, token: str) -> int:
        """Return the id of a control token such as ``<unused0>``.

        Raises:
            KeyError: the vocabulary has no such control token.
        """
        return self._control[token]

    def encode(self, text: str) -> list[int]:
        """Return the ids of ``text``; no control id but ``<unk>`` is among them, whatever the text says.

        Lone surrogates, which no valid text holds, become U+FFFD.
        """
        clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        ids: list[int] = self._text.encode(clean, add_special_tokens=False).ids
        return [id if id not in self._control_ids else self.unk_id for id in ids]

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of ``ids``: control ids dropped, emoticons kept, jamo as typed, no leading space."""
        text_ids = [id for id in ids if id not in self._control_ids]
        return restore_jamo(self._text.decode(text_ids, skip_special_tokens=False))

    def decode_stream(self) -> "DecodeStream":
        """Return a decoder that takes one id at a time; its pieces join to what ``decode`` returns."""
        return DecodeStream(self._text, self._control_ids)

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """Return the raw vocabulary entry of each id, for people who debug prompts."""
        return [self._full.id_to_token(id) or f"<{id}?>" for id in ids]


class DecodeStream:
    """Decodes token by token and holds back what is not yet a whole character."""

    def __init__(self, tokenizer: tokenizers.Tokenizer, control_ids: frozenset[int]) -> None:
        self._tokenizer = tokenizer
        self._control_ids = control_ids
        self._stream = _TokenDecodeStream(skip_special_tokens=False)

    def step(self, id: int) -> str:
        """Return the text that ``id`` completes: often a word piece, sometimes nothing."""
        if id in self._control_ids:
            return ""
        return restore_jamo(self._stream.step(self._tokenizer, id) or "")


def _without_control_tokens(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the tokenizer definition for reading text: control tokens unregistered, no space put behind emoticons."""
    added = [token for token in fields["added_tokens"] if token["content"] not in CONTROL_TOKENS]
    return {
        **fields,
        "added_tokens": added,
        "pre_tokenizer": _prefix_first_word_only(fields["pre_tokenizer"]),
        "post_processor": None,
    }


def _prefix_first_word_only(pre_tokenizer: dict[str, Any] | None) -> dict[str, Any] | None:
    """Metaspace marks the start of a word, and by default also what directly follows an emoticon, so that
    "ㅠㅠ하하" would come back as "ㅠㅠ 하하"; here only the start of the text is marked."""
    match pre_tokenizer:
        case {"type": "Sequence", "pretokenizers": steps}:
            return {**pre_tokenizer, "pretokenizers": [_prefix_first_word_only(step) for step in steps]}
        case {"type": "Metaspace"}:
            kept = {key: value for key, value in pre_tokenizer.items() if key != "add_prefix_space"}
            return {**kept, "prepend_scheme": "first"}
        case _:
            return pre_tokenizer
