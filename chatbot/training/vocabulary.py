"""Trains a character-level BPE vocabulary in KoGPT2's layout. Knows nothing of models.

The first 375 ids are KoGPT2's own (control tokens, emoticons), then the newline, then characters and merges.
Source: Sennrich et al. 2016 (BPE); normaliser, pre-tokenizer and decoder as in the published skt/kogpt2-base-v2.
"""

from collections.abc import Iterator
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from chatbot.generation.special_tokens import CONTROL_TOKENS, EMOTICONS


def train_vocabulary(texts: Iterator[str], size: int, folder: Path, alphabet: int = 2200) -> None:
    """Train on ``texts`` and write ``folder/tokenizer.json``.

    Args:
        size: number of ids in all.
        alphabet: how many single characters are kept at most, the commonest first; others become ``<unk>``. In a small
            vocabulary they take three quarters of the room behind the fixed ids.
    """
    room = size - len(CONTROL_TOKENS) - len(EMOTICONS)
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.NFKC()  # pyright: ignore[reportAttributeAccessIssue]
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")  # pyright: ignore[reportAttributeAccessIssue]
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")  # pyright: ignore[reportAttributeAccessIssue]
    special = [AddedToken(token, special=True, normalized=False) for token in (*CONTROL_TOKENS, *EMOTICONS)]
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=special,
        limit_alphabet=min(alphabet, room * 3 // 4),
        initial_alphabet=["\n"],
        min_frequency=3,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
