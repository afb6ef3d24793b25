"""Reads dialogues and plain text for training. Knows nothing of tokens or models.

A dialogue file is JSON Lines, one conversation a line, in one of two shapes:

    {"id": ..., "register": "존댓말" | "반말", "turns": [{"speaker": "user", "text": ...}, {"speaker": "단비", ...}]}
    {"turns": ["a person's words", "the reply", ...], "source": ...}          # alternating, the bot second

Files ending in .xz or .gz are unpacked while they are read.
"""

import gzip
import hashlib
import json
import lzma
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from chatbot.errors import DataError
from chatbot.korean import fold
from chatbot.messages import Source, Speaker, SpeechLevel, Turn

PEOPLE_OF_OUR_CORPUS = "user"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation.

    Attributes:
        bot_name: how the bot is called in it, empty where it has no name.
        source: which collection it comes from, where the file says so.
    """

    id: str
    turns: tuple[Turn, ...]
    bot_name: str = ""
    topic: str = ""
    source: str = ""

    @property
    def has_bot(self) -> bool:
        """Whether the bot says anything in it."""
        return any(turn.speaker.is_bot for turn in self.turns)

    @property
    def people(self) -> list[str]:
        """Ids of the people in order of appearance."""
        return list(dict.fromkeys(turn.speaker.id for turn in self.turns if not turn.speaker.is_bot))


def read_dialogues(paths: Sequence[Path], bot_name: str = "단비") -> list[Dialogue]:
    """Return the dialogues of files and folders (their ``*.jsonl``), in name order.

    Args:
        bot_name: the speaker whose turns are the bot's.

    Raises:
        DataError: a file is missing or a line is not a dialogue; the message names file and line.
    """
    return [
        _parse(line, f"{path}:{number}", f"{path.name}-{number}", bot_name)
        for path in _files(paths)
        for number, line in enumerate(_lines(path), start=1)
        if line.strip()
    ]


def read_text(paths: Sequence[Path]) -> Iterator[str]:
    """Yield the documents of plain text files, one a line; the two characters ``\\n`` stand for a line break.

    Raises:
        DataError: a file is missing or damaged.
    """
    for path in paths:
        for line in _lines(path):
            if document := fold(line.strip().replace("\\n", "\n")):
                yield document


def is_held_out(dialogue: Dialogue, percent: int = 3) -> bool:
    """Tell whether a dialogue belongs to the evaluation split: by a hash of its id, so that it never moves."""
    digest = hashlib.sha256(dialogue.id.encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < percent


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        files += sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise DataError(
            f"학습 자료를 찾지 못했어요: {', '.join(map(str, paths))}. JSONL 파일이나 그 폴더를 지정해 주세요."
        )
    return files


def _lines(path: Path) -> Iterator[str]:
    openers = {".xz": lzma.open, ".gz": gzip.open}
    number = 0
    try:
        # A byte order mark, which Windows editors put first, is no part of the first line.
        with cast(IO[str], openers.get(path.suffix, open)(path, "rt", encoding="utf-8-sig")) as lines:
            for line in lines:
                number += 1
                yield line
    except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path}:{number + 1}: 여기부터 압축을 풀 수 없어요. 파일이 깨졌으니 다시 받거나 다시 압축해 주세요."
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}:{number + 1}: 이 줄 가까이에 UTF-8이 아닌 글자가 있어요. UTF-8로 저장해 주세요."
        ) from error
    except OSError as error:
        raise DataError(
            f"파일({path})을 열 수 없어요: {error.strerror or error}. 경로와 권한을 확인해 주세요."
        ) from error


def _parse(line: str, where: str, fallback_id: str, bot_name: str) -> Dialogue:
    try:
        row: dict[str, Any] = json.loads(line)
        turns: Any = row["turns"]
        if not isinstance(turns, list):  # a string would be read letter by letter
            raise TypeError("turns")
        turns = cast("list[Any]", turns)
        if isinstance(turns[0], str):
            turns = [{"speaker": bot_name if n % 2 else "user", "text": text} for n, text in enumerate(turns)]
            named = ""
        else:
            named = bot_name
        level = SpeechLevel(row["register"]) if "register" in row else None
        return Dialogue(
            id=str(row.get("id", fallback_id)),
            turns=tuple(_turn(turn["speaker"], turn["text"], bot_name, level) for turn in turns),
            bot_name=named,
            topic=str(row.get("topic", "")),
            source=str(row.get("source", "")),
        )
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise DataError(
            f'{where}: 대화 한 줄로 읽을 수 없어요. {{"turns": [{{"speaker": ..., "text": ...}}]}} 모양의 JSON이어야 해요.'
        ) from error


def _turn(speaker: str, text: str, bot_name: str, level: SpeechLevel | None) -> Turn:
    text = " ".join(fold(text).split())
    if speaker != bot_name:
        return Turn(Speaker(speaker, "" if speaker == PEOPLE_OF_OUR_CORPUS else speaker), text)
    return Turn(Speaker("bot", bot_name, is_bot=True), text, Source.EXAMPLE, level or guess_level(text))


def guess_level(text: str) -> SpeechLevel:
    """Tell the speech level of a reply: a last word in -요, -ㅂ니다, -ㅂ니까, -ㅂ시다, -시오, -죠, or any "요.", is polite."""
    stripped = text.rstrip(" .!?~^ㅎㅋㅠㅜ)(:;…♡♥")
    polite = stripped.endswith(_POLITE_ENDINGS) or "요." in text
    if stripped.endswith(_POLITE_BEHIND_BIEUP):
        polite |= len(stripped) > 2 and _ends_in_bieup(stripped[-3])
    return SpeechLevel.POLITE if polite else SpeechLevel.CASUAL


_POLITE_ENDINGS = ("요", "시오", "죠", "용")
_POLITE_BEHIND_BIEUP = ("니다", "니까", "시다")
"""Polite in 합니다, 갑니까, 봅시다; not in 아니다, 그러니까, 대단하시다."""


def _ends_in_bieup(syllable: str) -> bool:
    """Tell whether a Hangul syllable's final consonant is ㅂ."""
    code = ord(syllable) - 0xAC00
    return 0 <= code < 11172 and code % 28 == 17
