"""Toy conversations that a tiny model can be trained on in seconds."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.training.dialogues import Dialogue, read_dialogues

_THINGS = (
    "사과",
    "바나나",
    "고양이",
    "강아지",
    "커피",
    "라면",
    "영화",
    "노래",
    "바다",
    "산책",
    "겨울",
    "여름",
    "김밥",
    "자전거",
)
_ASKED = ("{} 좋아해?", "오늘 {} 생각이 나네", "{} 어때 보여?", "나는 {} 싫더라", "어제 {} 때문에 웃었어")
_SAID = ("{}라면 나도 할 말이 많지.", "{} 이야기는 언제 들어도 좋네!", "음, {}도 나쁘지 않아.", "{} 말고 다른 건 없어?")

WriteDialogues = Callable[[int], Path]


def _toy_rows(count: int, seed: int = 0) -> list[dict[str, object]]:
    """Return ``count`` casual conversations of four turns in the shape of the bundled corpus."""
    rng = random.Random(seed)
    rows: list[dict[str, object]] = []
    for number in range(count):
        turns: list[dict[str, str]] = []
        for _ in range(2):
            thing = rng.choice(_THINGS)
            turns.append({"speaker": "user", "text": rng.choice(_ASKED).format(thing)})
            turns.append({"speaker": "단비", "text": f"{rng.choice(_SAID).format(thing)} {rng.choice(_THINGS)} 같이."})
        rows.append({"id": f"toy-{number}", "register": "반말", "topic": "장난", "turns": turns})
    return rows


@pytest.fixture(scope="session")
def toy_rows() -> Callable[[int], list[dict[str, object]]]:
    """Makes that many toy conversations, as they stand in a file."""
    return _toy_rows


@pytest.fixture
def write_dialogues(tmp_path: Path) -> WriteDialogues:
    """Write that many toy conversations; return the file."""

    def write(count: int) -> Path:
        file = tmp_path / "toy.jsonl"
        lines = (json.dumps(row, ensure_ascii=False) for row in _toy_rows(count))
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write


@pytest.fixture
def toy_dialogues(write_dialogues: WriteDialogues) -> list[Dialogue]:
    """Sixty toy conversations."""
    return read_dialogues([write_dialogues(60)])
