"""``chatbot history`` on real databases."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pexpect
import pytest
from typer.testing import CliRunner, Result

from chatbot.cli.history import app
from chatbot.errors import ChatbotError, DatabaseUnavailable, HistoryError
from chatbot.history import Commit, History, Put, Scope
from chatbot.messages import Address, Incoming, Source, Speaker, SpeechLevel, Turn
from chatbot.training.dialogues import read_dialogues

MINSU, YUNA = Speaker("u1", "민수"), Speaker("u2", "유나")
BOT = Speaker("bot", "말동무", is_bot=True)


def filled(folder: Path) -> str:
    """Make a database with two rooms; return its URL."""
    url = f"sqlite:///{folder}/기록.sqlite3"

    async def fill() -> None:
        async with History.open(url) as history:
            await history.add_turn(Address("console", "나"), Turn(MINSU, "옛날 말"))
            await history.begin_conversation(Address("console", "나"))
            await history.add_turn(Address("console", "나"), Turn(MINSU, "안녕 😀\n둘째 줄\x1b[31m"))
            await history.add_turn(Address("console", "나"), Turn(BOT, "반가워요", Source.GENERATED))
            await history.add_turn(Address("telegram", "-77"), Turn(YUNA, "단체방"))
            await history.add_turn(Address("telegram", "-77"), Turn(Speaker("u1", "다른 민수"), "나도"))

    asyncio.run(fill())
    return url


@pytest.fixture
def url(tmp_path: Path) -> str:
    return filled(tmp_path)


def call(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--database", url])


def texts(url: str) -> list[str]:
    result = call(url, "export")
    assert result.exit_code == 0, result.output
    return [json.loads(line)["text"] for line in result.stdout.splitlines()]


def test_show_prints_the_current_conversation_without_control_characters(url: str) -> None:
    result = call(url, "show", "--room", "console:나")
    assert result.exit_code == 0
    assert "민수: 안녕 😀\n    둘째 줄" in result.stdout
    assert "말동무: 반가워요" in result.stdout
    assert "옛날 말" not in result.stdout
    assert "말 3개 가운데 2개" in result.stdout
    assert "\x1b" not in result.stdout


def test_show_keeps_to_the_limit(url: str) -> None:
    result = call(url, "show", "--room", "나", "--limit", "1")
    assert "반가워요" in result.stdout
    assert "안녕" not in result.stdout


def test_show_without_a_room_lists_the_rooms(url: str) -> None:
    result = call(url, "show")
    assert "console:나  말 3개" in result.stdout
    assert "telegram:-77  말 2개" in result.stdout
    assert "보낼 수 없음" not in result.stdout
    assert "안녕" not in result.stdout


def test_a_room_where_nothing_arrives_is_listed_with_the_reason(url: str) -> None:
    async def mark() -> None:
        async with History.open(url) as history:
            await history.mark_gone(Address("telegram", "-77"), "봇을 내보냈어요")

    asyncio.run(mark())
    assert "보낼 수 없음: 봇을 내보냈어요" in call(url, "show").stdout


def test_show_without_a_room_shows_the_only_one(url: str) -> None:
    assert call(url, "forget", "--room", "telegram:-77", "--yes").exit_code == 0
    assert "반가워요" in call(url, "show").stdout
    assert call(url, "forget", "--room", "나", "--yes").exit_code == 0
    assert "아직 저장된 대화가 없어요" in call(url, "show").stdout


def test_an_unknown_room_names_the_known_ones(url: str) -> None:
    result = call(url, "show", "--room", "없는방")
    assert isinstance(result.exception, HistoryError)
    assert "console:나" in str(result.exception)


def test_export_writes_json_lines_of_every_conversation(url: str) -> None:
    assert texts(url) == ["옛날 말", "안녕 😀\n둘째 줄\x1b[31m", "반가워요", "단체방", "나도"]
    lines = call(url, "export", "--room", "나").stdout.splitlines()
    assert [json.loads(line)["room"] for line in lines] == ["나", "나", "나"]
    assert "안녕 😀" in lines[1]  # readable as it stands, not escaped


def test_export_writes_a_file_that_only_the_owner_reads(url: str, tmp_path: Path) -> None:
    out = tmp_path / "내 기록.jsonl"
    out.write_text("앞서 내보낸 것", encoding="utf-8")
    result = call(url, "export", "--out", str(out))
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(out.read_text(encoding="utf-8").splitlines()) == 5
    assert out.stat().st_mode & 0o077 == 0
    assert not out.with_name(out.name + ".part").exists()


def with_consents(folder: Path) -> str:
    """Make a database with a private room and two groups; everybody consented but one, in one of the groups."""
    url = f"sqlite:///{folder}/동의.sqlite3"
    minsu, yuna, stranger = Speaker("u1", "김민수"), Speaker("u2", "이유나"), Speaker("u3", "박하늘")
    private, friends, mixed = (Address("telegram", name) for name in ("개인방", "친구들", "섞인 방"))

    def answer(text: str) -> Turn:
        return Turn(BOT, text, Source.GENERATED, SpeechLevel.CASUAL)

    async def fill() -> None:
        async with History.open(url) as history:
            before = datetime(2026, 1, 31, tzinfo=UTC)
            await history.commit(Commit(private, turns=(Turn(minsu, "동의 전", said_at=before),)))
            parts = (Turn(minsu, "나 김민수야"), Turn(minsu, "번호는 010-1234-5678이야"), answer("민수야 반가워"))
            await history.commit(Commit(private, turns=parts))
            await history.begin_conversation(private)
            await history.add_turn(private, Turn(minsu, "혼잣말"))
            talk = (Turn(minsu, "유나야"), Turn(yuna, "왜 민수"), answer("말동무 여기 있어, 이유나는 어때?"))
            await history.commit(Commit(friends, turns=talk))
            await history.commit(Commit(mixed, turns=(Turn(minsu, "비밀"), Turn(stranger, "나는 싫어"), answer("응"))))
            for speaker, since in ((minsu, "2026-02-01T00:00:00+00:00"), (yuna, True)):
                scope = Scope("", speaker_id=speaker.id, adapter="telegram")
                await history.put(Put(scope, "training-consent", since))

    asyncio.run(fill())
    return url


def test_export_for_training_holds_only_what_everybody_in_a_room_consented_to(tmp_path: Path) -> None:
    out = tmp_path / "학습.jsonl"
    result = call(with_consents(tmp_path), "export", "--training", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert "대화 2개를 내보냈어요" in result.stderr
    assert "방 1개(말 3개)" in result.stderr
    assert "동의하기 전의 말 1개" in result.stderr
    assert "없는 대화 1개" in result.stderr
    first, second = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert first["register"] == "반말"
    assert [turn["speaker"] for turn in first["turns"]] == ["user", "단비"]
    assert [turn["speaker"] for turn in second["turns"]] == ["친구1", "친구2", "단비"]
    assert second["turns"][2]["text"] == "단비 여기 있어, 친구2는 어때?"
    whole = out.read_text(encoding="utf-8")
    for hidden in ("민수", "유나", "하늘", "010-1234", "동의 전", "비밀", "싫어", "u1", "telegram"):
        assert hidden not in whole
    assert "친구1" in first["turns"][0]["text"]


def test_what_is_exported_for_training_can_be_trained_on(tmp_path: Path) -> None:
    out = tmp_path / "학습.jsonl"
    assert call(with_consents(tmp_path), "export", "--training", "--out", str(out)).exit_code == 0
    private, group = read_dialogues([out])
    assert private.has_bot
    assert group.has_bot
    assert private.people == ["user"]
    assert group.people == ["친구1", "친구2"]
    assert private.turns[-1].level is SpeechLevel.CASUAL


def test_export_for_training_without_consents_is_empty(url: str) -> None:
    result = call(url, "export", "--training")
    assert result.stdout == ""
    assert "대화 0개를 내보냈어요" in result.stderr
    assert "방 2개(말 5개)" in result.stderr


def test_export_into_a_missing_folder_is_refused(url: str, tmp_path: Path) -> None:
    result = call(url, "export", "--out", str(tmp_path / "없는폴더" / "a.jsonl"))
    assert isinstance(result.exception, HistoryError)
    assert "내보낼 수 없어요" in str(result.exception)


def test_forget_a_room(url: str) -> None:
    result = call(url, "forget", "--room", "나", "--yes")
    assert "말 3개를 지웠어요" in result.stdout
    assert texts(url) == ["단체방", "나도"]


def test_forget_a_person_on_one_adapter(url: str) -> None:
    ambiguous = call(url, "forget", "--user", "u1", "--yes")
    assert isinstance(ambiguous.exception, HistoryError)
    assert "console:u1, telegram:u1" in str(ambiguous.exception)
    assert "말 1개를 지웠어요" in call(url, "forget", "--user", "telegram:u1", "--yes").stdout
    assert texts(url)[-1] == "단체방"
    assert "말 1개를 지웠어요" in call(url, "forget", "--user", "u2", "--yes").stdout


def test_forget_a_person_who_was_never_answered(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/기다림.sqlite3"

    async def accept() -> None:
        async with History.open(url) as history:
            await history.accept(Incoming(Address("telegram", "방"), "m1", MINSU, "아무도 없어요?"))

    async def left() -> int:
        async with History.open(url) as history:
            return len(await history.unanswered("telegram")) + len(await history.rooms())

    asyncio.run(accept())
    assert isinstance(call(url, "forget", "--user", "console:u1", "--yes").exception, HistoryError)
    assert asyncio.run(left()) == 2
    assert "말 0개를 지웠어요" in call(url, "forget", "--user", "telegram:u1", "--yes").stdout
    assert asyncio.run(left()) == 0


@pytest.mark.parametrize("arguments", [[], ["--room", "나", "--user", "u1"]])
def test_forget_needs_exactly_one_target(url: str, arguments: list[str]) -> None:
    result = call(url, "forget", "--yes", *arguments)
    assert isinstance(result.exception, ChatbotError)
    assert len(texts(url)) == 5


def test_forget_outside_a_terminal_needs_yes(url: str) -> None:
    result = CliRunner().invoke(app, ["forget", "--room", "나", "--database", url], input="네\n")
    assert isinstance(result.exception, ChatbotError)
    assert "--yes" in str(result.exception)
    assert len(texts(url)) == 5


@pytest.mark.parametrize(("answer", "left"), [("네", 2), ("ㅛ", 2), ("아니요", 5), ("", 5)])
def test_forget_asks_in_a_terminal(url: str, answer: str, left: int) -> None:
    terminal: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-c", "from chatbot.cli.history import app; app()", "forget", "--room", "나", "--database", url],
        encoding="utf-8",
        timeout=30,
    )
    terminal.expect("방 console:나의 말 3개를 모두 지울까요")
    terminal.sendline(answer)
    terminal.expect("말 3개를 지웠어요" if left == 2 else "지우지 않았어요")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert len(texts(url)) == left


def test_looking_at_a_database_that_is_not_there_creates_none(tmp_path: Path) -> None:
    for command in (["show"], ["export"], ["forget", "--room", "나", "--yes"]):
        result = call(f"sqlite:///{tmp_path}/없음.sqlite3", *command)
        assert isinstance(result.exception, DatabaseUnavailable)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [[], ["show"], ["export"], ["forget"]])
def test_help_is_korean(command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "니다." in result.stdout
