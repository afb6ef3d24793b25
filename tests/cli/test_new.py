"""``chatbot new``: what it makes works as it stands."""

from pathlib import Path

import pytest

from chatbot.cli.main import run
from chatbot.cli.new import create
from chatbot.config import Settings, load_settings
from chatbot.dialogue.persona import Persona, persona_folders
from chatbot.environment import environment
from chatbot.errors import ConfigError


def test_what_it_makes_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    create(Path("mine"))
    settings = load_settings(Path("mine/config.yaml"))
    assert settings.folder == tmp_path / "mine"
    assert settings.history.url == f"sqlite:///{tmp_path}/mine/my_bot.sqlite3"
    persona = Persona.load(settings.bot.persona, persona_folders(settings.folder))
    assert persona.name == "새싹"
    assert persona.examples


def test_its_commented_settings_are_the_defaults(tmp_path: Path) -> None:
    create(tmp_path / "mine")
    config = tmp_path / "mine" / "config.yaml"
    text = config.read_text(encoding="utf-8")
    for line in ("temperature: 0.8", "max_new_tokens: 48", "examples: on"):
        assert f"  # {line}\n" in text
        text = text.replace(f"  # {line}\n", f"  {line}\n")
    config.write_text(text, encoding="utf-8")
    loaded = load_settings(config)
    assert (loaded.generation, loaded.dialogue) == (Settings().generation, Settings().dialogue)


def test_its_env_example_is_a_good_env_file(tmp_path: Path) -> None:
    create(tmp_path / "mine")
    example = tmp_path / "mine" / ".env.example"
    (tmp_path / "mine" / ".env").write_text(example.read_text(encoding="utf-8").replace("# CHATBOT__", "CHATBOT__"))
    assert environment(tmp_path / "mine")["CHATBOT__LOG__LEVEL"] == "info"
    assert load_settings(tmp_path / "mine" / "config.yaml").log.level == "info"


def test_secrets_and_chats_are_ignored_by_git(tmp_path: Path) -> None:
    create(tmp_path / "mine")
    ignored = (tmp_path / "mine" / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".env", "*.sqlite3"} <= set(ignored)


def test_an_empty_folder_will_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", str(tmp_path)]) == 0
    assert f"cd {tmp_path}" in capsys.readouterr().out


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("소중한 것")
    with pytest.raises(ConfigError, match="이미 무언가 있어요"):
        create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]
    with pytest.raises(ConfigError, match="이미 무언가 있어요"):
        create(tmp_path / "diary.txt")


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="쓸 수 없어요"):
        create(tmp_path / "file" / "below")
