"""The command line as a whole: lazy, Korean, and quiet about its insides."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from chatbot.cli import main
from chatbot.cli.lazy_group import LazyCommand
from chatbot.cli.main import COMMANDS, run
from chatbot.errors import WeightsError

HEAVY = ("torch", "transformers", "sqlalchemy", "numpy", "tokenizers", "huggingface_hub", "rich", "prompt_toolkit")


def failing(kind: str) -> None:
    """Fail in the way that is asked for."""
    errors: dict[str, BaseException] = {
        "expected": WeightsError("모델 파일이 깨졌어요.\x1b[31m 다시 받아 주세요."),
        "unexpected": RuntimeError("비밀스러운 말"),
        "interrupt": KeyboardInterrupt(),
        "exit": typer.Exit(7),
    }
    raise errors[kind]


@pytest.fixture
def with_failing_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "fail", LazyCommand(__name__, "failing", "실패합니다."))


@pytest.mark.usefixtures("with_failing_command")
@pytest.mark.parametrize(("kind", "code"), [("expected", 1), ("unexpected", 1), ("interrupt", 130), ("exit", 7)])
def test_exit_codes(kind: str, code: int) -> None:
    assert run(["fail", kind]) == code


@pytest.mark.usefixtures("with_failing_command")
def test_a_mistake_is_one_line_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    run(["fail", "expected"])
    assert capsys.readouterr().err == "모델 파일이 깨졌어요.[31m 다시 받아 주세요.\n"


@pytest.mark.usefixtures("with_failing_command")
def test_a_bug_is_one_line_that_tells_nothing_of_what_was_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(["fail", "unexpected"])
    shown = capsys.readouterr().err
    assert shown.startswith("뜻밖의 오류로 멈췄어요 (RuntimeError, test_main.py:")
    assert "비밀" not in shown
    assert shown.count("\n") == 1
    monkeypatch.setenv(main.DEBUG_VARIABLE, "1")
    run(["fail", "unexpected"])
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chatt"], "chatt 명령은 없어요. `chatbot --help`로 쓰는 법을 볼 수 있어요."),
        (["--colour"], "--colour 옵션은 없어요. `chatbot --help`로"),
        (["chat", "--sed", "1"], "--sed 옵션은 없어요. 혹시 --seed"),
        (["chat", "--seed", "x"], "--seed: 쓸 수 없는 값이에요. `chatbot chat --help`로"),
        (["chat", "--seed"], "--seed 옵션 뒤에 값이 빠졌어요."),
        (["new"], "폴더: 값이 빠졌어요. `chatbot new --help`로"),
    ],
)
def test_wrong_usage(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith(sentence)
    assert shown.count("\n") == 1


def test_wrong_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chat", "--config", str(tmp_path / "none.yaml")]) == 1
    assert run(["chat", "--config", "/dev/null", "--persona", "nobody"]) == 1
    assert run(["chat", "--config", "/dev/null", "--seed", "-1"]) == 1
    first, second, third = capsys.readouterr().err.splitlines()
    assert "none.yaml: 파일이 없어요" in first
    assert second.startswith("'nobody' 페르소나를 찾을 수 없어요.")
    assert third.startswith("명령줄: generation.seed에 쓸 수 없는 값이에요: '-1'.")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["chat", "--help"], ["new", "--help"], ["doctor", "--help"]])
def test_help_is_korean(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("쓰는 법: chatbot")
    for english in ("Usage", "Options", "Commands", "Show this", "required", "default"):
        assert english not in shown


def test_the_help_lists_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    run(["--help"])
    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " in shown] == [
        name for name, command in COMMANDS.items() if command.exists()
    ]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("말동무 ")


@pytest.mark.parametrize(
    "module", ["chatbot.cli.main", "chatbot.cli.chat", "adapters.console", "adapters.console_pipe"]
)
def test_start_up_imports_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == []


def test_the_terminal_imports_prompt_toolkit_alone() -> None:
    script = f"import sys, adapters.console_terminal; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["prompt_toolkit"]


def test_a_listing_that_nobody_reads() -> None:
    script = f"{sys.executable} -m chatbot.cli.main --help | true"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("", "")
