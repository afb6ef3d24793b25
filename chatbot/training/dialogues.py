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
    """One conversation; ``bot_name`` is how the bot is called in it, empty where it has no name."""

    id: str
    turns: tuple[Turn, ...]
    bot_name: str = ""
    topic: str = ""

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
    dialogues: list[Dialogue] = []
    for path in _files(paths):
        with _open(path) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    dialogues.append(_parse(line, f"{path}:{number}", f"{path.name}-{number}", bot_name))
    return dialogues


def read_text(paths: Sequence[Path]) -> Iterator[str]:
    """Yield the documents of plain text files, one a line; the two characters ``\\n`` stand for a line break.

    Raises:
        DataError: a file is missing or damaged.
    """
    for path in paths:
        with _open(path) as lines:
            for line in lines:
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
        raise DataError(f"학습 자료를 찾지 못했어요: {', '.join(map(str, paths))}. JSONL 파일이나 그 폴더를 지정해 주세요.")
    return files


def _open(path: Path) -> IO[str]:
    openers = {".xz": lzma.open, ".gz": gzip.open}
    try:
        return cast(IO[str], openers.get(path.suffix, open)(path, "rt", encoding="utf-8"))
    except OSError as error:
        raise DataError(f"파일({path})을 열 수 없어요: {error.strerror or error}. 경로와 권한을 확인해 주세요.") from error


def _parse(line: str, where: str, fallback_id: str, bot_name: str) -> Dialogue:
    try:
        row: dict[str, Any] = json.loads(line)
        turns = row["turns"]
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
    """Tell the speech level of a reply by its sentence endings: any of 요/니다/까/시오/죠/네요 makes it polite."""
    stripped = text.rstrip(" .!?~^ㅎㅋㅠㅜ)(:;…♡♥")
    return SpeechLevel.POLITE if stripped.endswith(_POLITE_ENDINGS) or "요." in text else SpeechLevel.CASUAL


_POLITE_ENDINGS = ("요", "니다", "니까", "세요", "시오", "죠", "시다", "까요", "용")
