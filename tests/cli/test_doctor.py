"""``chatbot doctor``: each line says what is so, or what to do."""

import json
from pathlib import Path

import pytest

from chatbot.cli import doctor
from chatbot.cli.doctor import CHECKS, KOGPT2_NOTICE, Check, Examined, report
from chatbot.cli.main import run

CHEAP = tuple(check for check in CHECKS if check.name not in ("PyTorch", "장치", "모델 불러오기"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own, with a config, a persona, and a checkpoint that has no weights."""
    (tmp_path / "config.yaml").write_text("bot: {persona: me}\nmodel: {path: models/kogpt2-mine}\n")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "me.yaml").write_text("name: 나리\n")
    (tmp_path / "models" / "kogpt2-mine").mkdir(parents=True)
    (tmp_path / "models" / "kogpt2-mine" / "config.json").write_text(json.dumps({"vocab_size": 100}))
    monkeypatch.chdir(tmp_path)
    for name in doctor.TOKENS:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def line(name: str, examined: Examined) -> str:
    (check,) = (check for check in CHECKS if check.name == name)
    return report(check, examined)


def test_needs_come_before_what_needs_them() -> None:
    names = [check.name for check in CHECKS]
    assert all(names.index(need) < names.index(check.name) for check in CHECKS for need in check.needs)


def test_python() -> None:
    assert line("파이썬", Examined()).startswith("ok    파이썬: 3.")


@pytest.mark.usefixtures("home")
def test_a_good_home() -> None:
    examined = Examined()
    assert line("설정", examined).startswith("ok    설정: ")
    assert line("페르소나", examined) == "ok    페르소나: 나리 (존댓말, 예시 대화 0개)"
    assert line("모델", examined).endswith("models/kogpt2-mine")
    assert not examined.failed


def test_a_broken_config_stops_what_needs_it(home: Path) -> None:
    (home / "config.yaml").write_text("generation: {temperature: 뜨겁게}\n")
    examined = Examined()
    assert line("설정", examined).startswith("문제  설정: config.yaml:1: generation.temperature")
    assert line("페르소나", examined) == "-     페르소나: 설정부터 고쳐야 살펴볼 수 있어요."
    assert line("토크나이저", Examined(failed={"모델"})).startswith("-     토크나이저: 모델부터")


def test_options_are_examined_instead_of_the_config(home: Path) -> None:
    assert "'nobody' 페르소나를 찾을 수 없어요" in line("페르소나", Examined(persona_name="nobody"))
    assert line("모델", Examined(model=str(home / "none"))).startswith("문제  모델: ")


@pytest.mark.usefixtures("home")
def test_a_tokenizer_that_is_missing() -> None:
    assert line("토크나이저", Examined()).startswith("문제  토크나이저: 토크나이저 파일")


def test_a_database_is_looked_for_and_not_made(home: Path) -> None:
    assert "처음 대화할 때 만들어요" in line("대화 기록", Examined())
    assert not list(home.glob("*.sqlite3"))
    (home / "text.sqlite3").write_text("이것은 데이터베이스가 아니다. " * 40)
    assert line("대화 기록", Examined(database="sqlite:///text.sqlite3")).startswith("문제  대화 기록: ")


def test_tokens_are_counted_and_not_shown(home: Path) -> None:
    (home / ".env").write_text("TELEGRAM_TOKEN=123:abc\n")
    assert line("플랫폼 토큰", Examined()) == "ok    플랫폼 토큰: TELEGRAM_TOKEN 있음, DISCORD_TOKEN 없음"


def test_a_check_that_breaks_is_a_line_like_any_other() -> None:
    def breaks(examined: Examined) -> str:
        raise OSError("비밀")

    examined = Examined()
    assert "OSError" in report(Check("깨짐", breaks), examined)
    assert "비밀" not in report(Check("깨짐", breaks), examined)
    assert examined.failed == {"깨짐"}


@pytest.mark.usefixtures("home")
def test_the_whole_report(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(doctor, "CHECKS", CHEAP)
    assert run(["doctor"]) == 1  # the tokenizer is missing
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CHEAP) + 2
    assert f"알림  {KOGPT2_NOTICE}" in lines
    monkeypatch.setattr(doctor, "CHECKS", tuple(check for check in CHEAP if check.name != "토크나이저"))
    assert run(["doctor"]) == 0


def test_kogpt2_is_known_by_name_or_vocabulary(home: Path) -> None:
    assert doctor.is_kogpt2(Examined())
    (home / "models" / "other").mkdir()
    config = home / "models" / "other" / "config.json"
    config.write_text(json.dumps({"vocab_size": 100}, indent=2))
    assert not doctor.is_kogpt2(Examined(model="models/other"))
    config.write_text(json.dumps({"vocab_size": 51200}, indent=2))
    assert doctor.is_kogpt2(Examined(model="models/other"))


@pytest.mark.slow
def test_torch_is_imported_in_a_process_of_its_own() -> None:
    assert line("PyTorch", Examined()).startswith("ok    PyTorch: ")
