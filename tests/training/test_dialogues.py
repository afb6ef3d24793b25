"""Reading dialogue files: both shapes, packed files, errors that name the place, and the held-out split."""

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.errors import DataError
from chatbot.messages import Source, SpeechLevel
from chatbot.training.dialogues import Dialogue, guess_level, is_held_out, read_dialogues, read_text

OURS = {
    "id": "a-1",
    "register": "존댓말",
    "topic": "인사",
    "turns": [
        {"speaker": "user", "text": "안녕하세요  ㅋㅋ"},
        {"speaker": "단비", "text": "반가워."},
        {"speaker": "민수", "text": "나도 왔어"},
    ],
}
ALTERNATING = {"turns": ["배고파", "밥 먹자!", "뭐 먹지", "김밥 드세요."], "source": "모음"}


def written(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_the_shape_of_our_corpus(tmp_path: Path) -> None:
    (dialogue,) = read_dialogues([written(tmp_path / "a.jsonl", OURS)])
    assert (dialogue.id, dialogue.bot_name, dialogue.topic, dialogue.source) == ("a-1", "단비", "인사", "")
    assert [turn.text for turn in dialogue.turns] == ["안녕하세요 ㅋㅋ", "반가워.", "나도 왔어"]
    assert [turn.speaker.is_bot for turn in dialogue.turns] == [False, True, False]
    assert [turn.speaker.name for turn in dialogue.turns] == ["", "단비", "민수"]
    assert dialogue.people == ["user", "민수"]
    assert dialogue.turns[1].level is SpeechLevel.POLITE  # by the register, whatever the ending says
    assert (dialogue.turns[0].source, dialogue.turns[1].source) == (Source.PERSON, Source.EXAMPLE)


def test_alternating_strings(tmp_path: Path) -> None:
    (dialogue,) = read_dialogues([written(tmp_path / "b.jsonl", ALTERNATING)])
    assert (dialogue.id, dialogue.bot_name, dialogue.source) == ("b.jsonl-1", "", "모음")
    assert [turn.speaker.is_bot for turn in dialogue.turns] == [False, True, False, True]
    assert [turn.level for turn in dialogue.turns if turn.speaker.is_bot] == [SpeechLevel.CASUAL, SpeechLevel.POLITE]


def test_another_bot_name(tmp_path: Path) -> None:
    (dialogue,) = read_dialogues([written(tmp_path / "a.jsonl", OURS)], bot_name="민수")
    assert [turn.speaker.is_bot for turn in dialogue.turns] == [False, False, True]
    assert dialogue.bot_name == "민수"


def test_a_dialogue_without_the_bot(tmp_path: Path) -> None:
    (dialogue,) = read_dialogues([written(tmp_path / "a.jsonl", OURS)], bot_name="아무도")
    assert not dialogue.has_bot


@pytest.mark.parametrize("pack", [lzma.compress, gzip.compress], ids=["xz", "gz"])
def test_packed_files(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / ("a.jsonl.xz" if pack is lzma.compress else "a.jsonl.gz")
    path.write_bytes(pack(f"{json.dumps(OURS)}\n\n{json.dumps(ALTERNATING)}\n".encode()))
    assert [dialogue.id for dialogue in read_dialogues([path])] == ["a-1", f"{path.name}-3"]


def test_a_folder_is_read_in_name_order(tmp_path: Path) -> None:
    written(tmp_path / "b.jsonl", ALTERNATING)
    written(tmp_path / "a.jsonl", ALTERNATING)
    (tmp_path / "README.md").write_text("not a dialogue")
    assert [dialogue.id for dialogue in read_dialogues([tmp_path])] == ["a.jsonl-1", "b.jsonl-1"]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(OURS).encode())
    assert read_dialogues([path])[0].id == "a-1"


@pytest.mark.parametrize(
    "line",
    [
        "이건 JSON이 아니에요",
        "[]",
        "null",
        "{}",
        '{"turns": []}',
        '{"turns": "안녕하세요"}',
        '{"turns": [{"speaker": "user"}]}',
        '{"turns": ["안녕", 5]}',
        '{"turns": ["안녕", "응"], "register": "반존대"}',
    ],
)
def test_a_line_that_is_no_dialogue_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(OURS) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.jsonl:2: 대화 한 줄로 읽을 수 없어요"):
        read_dialogues([path])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"없는\.jsonl\).*확인해 주세요"):
        read_dialogues([tmp_path / "없는.jsonl"])
    with pytest.raises(DataError, match=r"없는\.txt"):
        list(read_text([tmp_path / "없는.txt"]))


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="학습 자료를 찾지 못했어요"):
        read_dialogues([tmp_path])


@pytest.mark.parametrize("name", ["a.jsonl.xz", "a.jsonl.gz"])
@pytest.mark.parametrize("damage", ["cut", "not packed"])
def test_a_damaged_packed_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    packed = (lzma if name.endswith("xz") else gzip).compress((json.dumps(OURS) + "\n").encode() * 50)
    path = tmp_path / name
    path.write_bytes(packed[: len(packed) // 2] if damage == "cut" else b"plain words")
    with pytest.raises(DataError, match=rf"{name}:\d+: .*압축"):
        read_dialogues([path])


def test_other_encodings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps(OURS, ensure_ascii=False).encode("cp949"))
    with pytest.raises(DataError, match=r"a\.jsonl:1: .*UTF-8"):
        read_dialogues([path])


def test_text_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.xz"
    path.write_bytes(lzma.compress("첫 줄\\n둘째 줄 ㅋㅋ\n\n  다음 글  \n".encode()))
    assert list(read_text([path])) == ["첫 줄\n둘째 줄 ㅋㅋ", "다음 글"]


def test_the_held_out_split_never_moves() -> None:
    held_out = [number for number in range(200) if is_held_out(Dialogue(f"toy-{number}", ()))]
    assert held_out == HELD_OUT_TOYS


HELD_OUT_TOYS = [38, 85, 143, 154, 190]


@given(st.text())
def test_the_held_out_split_depends_on_the_id_alone(id: str) -> None:
    one, other = Dialogue(id, (), "단비", "주제"), Dialogue(id, (), source="딴 곳")
    assert is_held_out(one) == is_held_out(other)
    assert is_held_out(one, 100)
    assert not is_held_out(one, 0)
    # A larger share holds all of a smaller one, so that raising it moves nothing back into training.
    assert is_held_out(one, 10) >= is_held_out(one, 3)


def test_the_held_out_share() -> None:
    share = sum(is_held_out(Dialogue(str(number), ())) for number in range(20_000)) / 20_000
    assert share == pytest.approx(0.03, abs=0.005)


@pytest.mark.parametrize(
    "text",
    [
        "안녕하세요",
        "그래요 ㅎㅎ",
        "합니다.",
        "갑니까?",
        "같이 봅시다!",
        "맞죠~",
        "앉으십시오",
        "네, 그래요. 고마워",
        "좋아용",
    ],
)
def test_polite_replies(text: str) -> None:
    assert guess_level(text) is SpeechLevel.POLITE


@pytest.mark.parametrize(
    "text",
    [
        "안녕",
        "그래 ㅎㅎ",
        "간다.",
        "갈까?",
        "아니다",
        "그러니까!",
        "참 대단하시다 ㅋㅋ",
        "내 자작시다",
        "",
        "니다",
        "ㅋㅋ",
    ],
)
def test_casual_replies(text: str) -> None:
    assert guess_level(text) is SpeechLevel.CASUAL
