"""Where settings come from, which wins, and what a person reads when one cannot be used."""

import contextlib
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from chatbot.config import Settings, load_settings
from chatbot.environment import environment
from chatbot.errors import ConfigError
from chatbot.generation.params import SamplingParams
from chatbot.yaml_file import YamlFile

CONFIG_YAML = Path(__file__).parents[1] / "config.yaml"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with nothing of ours in the environment."""
    for name in [name for name in os.environ if name.startswith("CHATBOT")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mistakes(text: str, folder: Path) -> list[str]:
    """Return the lines of the error that a config file of this text raises."""
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_settings()
    return str(raised.value).splitlines()


def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    return {
        name: keys_of(field.annotation)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        else None
        for name, field in model.model_fields.items()
    }


def test_config_yaml_states_every_key_with_its_default() -> None:
    file = YamlFile.read(CONFIG_YAML)
    assert {section: dict.fromkeys(keys) for section, keys in file.data.items() if isinstance(keys, dict)} == keys_of(
        Settings
    )
    assert Settings.model_validate(file.data) == Settings()


def test_config_yaml_explains_every_key() -> None:
    lines = CONFIG_YAML.read_text(encoding="utf-8").splitlines()
    keys = [number for number, line in enumerate(lines) if line.startswith("  ") and not line.strip().startswith("#")]
    unexplained = [lines[number] for number in keys if not lines[number - 1].strip().startswith("#")]
    assert unexplained == ["  max_new_tokens: 48"]  # explained together with the line above it


def test_defaults_without_any_source(folder: Path) -> None:
    loaded = load_settings()
    assert loaded.generation == Settings().generation
    assert loaded.folder == folder
    assert loaded.history.url == f"sqlite:///{folder}/maldongmu.sqlite3"


def test_the_later_source_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "config.yaml").write_text("generation: {temperature: 0.1, top_k: 1, seed: 1, candidates: 1}\n")
    (folder / ".env").write_text("CHATBOT__GENERATION__TOP_K=2\nCHATBOT__GENERATION__SEED=2\n")
    monkeypatch.setenv("CHATBOT__GENERATION__SEED", "3")
    loaded = load_settings(generation={"candidates": 4, "seed": None}).generation
    assert (loaded.temperature, loaded.top_k, loaded.seed, loaded.candidates) == (0.1, 2, 3, 4)


def test_which_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(["config.yaml", "named.yaml", "given.yaml"], start=1):
        (folder / name).write_text(f"generation: {{seed: {number}}}\n")
    assert load_settings().generation.seed == 1
    monkeypatch.setenv("CHATBOT_CONFIG", "named.yaml")
    assert load_settings().generation.seed == 2
    assert load_settings(Path("given.yaml")).generation.seed == 3


def test_a_named_file_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"^none\.yaml: 파일이 없어요"):
        load_settings(Path("none.yaml"))
    monkeypatch.setenv("CHATBOT_CONFIG", "nor.yaml")
    with pytest.raises(ConfigError, match=r"^nor\.yaml: 파일이 없어요"):
        load_settings()


@pytest.mark.parametrize(("written", "meant"), [("on", True), ("off", False), ("yes", True), ("no", False)])
def test_switches(folder: Path, monkeypatch: pytest.MonkeyPatch, written: str, meant: bool) -> None:
    (folder / "config.yaml").write_text(f"dialogue:\n  examples: {written}\n")
    assert load_settings().dialogue.examples is meant
    monkeypatch.setenv("CHATBOT__DIALOGUE__EXAMPLES", written)
    assert load_settings(Path(os.devnull)).dialogue.examples is meant


def test_sections_with_nothing_in_them(folder: Path) -> None:
    (folder / "config.yaml").write_text("generation:\n  # seed: 3\nbot:\n  persona: namu\n")
    assert load_settings().bot.persona == "namu"


def test_relative_paths(folder: Path) -> None:
    (folder / "bots" / "mine").mkdir(parents=True)
    file = folder / "bots" / "config.yaml"
    file.write_text(
        "bot: {persona: me.yaml}\nmodel: {path: mine}\nhistory: {url: 'sqlite:///chat.sqlite3?timeout=3'}\n"
    )
    loaded = load_settings(Path("bots/config.yaml"))
    bots = folder / "bots"
    assert loaded.folder == bots
    assert loaded.bot.persona == f"{bots}/me.yaml"
    assert loaded.model.path == f"{bots}/mine"
    assert loaded.history.url == f"sqlite:///{bots}/chat.sqlite3?timeout=3"
    typed = load_settings(file, bot={"persona": "./me.yaml"}, history={"url": "here.sqlite3"})
    assert typed.bot.persona == f"{folder}/me.yaml"
    assert typed.history.url == f"sqlite:///{folder}/here.sqlite3"


@pytest.mark.parametrize("path", ["bundled", "skt/kogpt2-base-v2"])
def test_models_that_are_no_path(path: str) -> None:
    assert load_settings(model={"path": path}).model.path == path


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "postgresql://me:secret@host/chat", "sqlite:////a/b"]
)
def test_databases_that_are_no_relative_path(url: str) -> None:
    assert load_settings(history={"url": url}).history.url == url


def test_mistakes_name_line_key_value_and_what_is_allowed(folder: Path) -> None:
    lines = mistakes("generation:\n  temperature: 9\n  seed: abc\n  top_k:\nmodel:\n  device: gpu\n", folder)
    assert set(lines) == {
        "config.yaml:2: generation.temperature에 쓸 수 없는 값이에요: '9'. 0 이상 5 이하의 숫자로 적어 주세요.",
        "config.yaml:3: generation.seed에 쓸 수 없는 값이에요: 'abc'. 0 이상 4294967295 이하의 정수로 적어 주세요.",
        "config.yaml:4: generation.top_k의 값이 비어 있어요. 0 이상의 정수로 적어 주세요.",
        "config.yaml:6: model.device에 쓸 수 없는 값이에요: 'gpu'. auto, cpu, cuda 가운데 하나로 적어 주세요.",
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("generation: {temperatur: 1}", "'generation.temperatur' 항목은 없어요. 혹시 temperature 아닌가요?"),
        ("dialog: {examples: on}", "'dialog' 항목은 없어요. 혹시 dialogue 아닌가요?"),
        ("log: {zzz: 1}", "'log.zzz' 항목은 없어요. 여기에 쓸 수 있는 항목: level"),
        ("bot: danbi", "bot에는 값 하나가 아니라 '항목: 값' 꼴이 한 단 들여 쓴 채 와야 해요."),
        (
            "generation: {top_p: .nan}",
            "generation.top_p에 쓸 수 없는 값이에요: '.nan'. 0 초과 1 이하의 숫자로 적어 주세요.",
        ),
        (
            "generation: {top_p: nan}",
            "generation.top_p에 쓸 수 없는 값이에요: 'nan'. 0 초과 1 이하의 숫자로 적어 주세요.",
        ),
        ("dialogue: {examples: maybe}", "dialogue.examples에 쓸 수 없는 값이에요: 'maybe'. on이나 off로 적어 주세요."),
        ("bot: {persona: [secret]}", "bot.persona에 쓸 수 없는 값이에요: 목록. 글로 적어 주세요."),
    ],
)
def test_one_mistake(folder: Path, text: str, line: str) -> None:
    assert mistakes(text, folder) == [f"config.yaml:1: {line}"]


def test_values_that_do_not_go_together(folder: Path) -> None:
    (line,) = mistakes("bot: {}\ngeneration:\n  min_new_tokens: 60\n", folder)
    assert line.startswith("config.yaml:2: generation: min_new_tokens가 max_new_tokens보다 커요.")


@pytest.mark.parametrize("name", ["CHATBOT__GENERATON__SEED", "CHATBOT__GENERATION__SED", "CHATBOT__X", "CHATBOT__BOT"])
def test_an_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigError, match=f"^환경 변수 {name}: "):
        load_settings()


def test_a_bad_variable_is_named_and_not_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT__GENERATION__SEED", "abc")
    assert mistakes("generation: {seed: 1}", folder)[0].startswith("환경 변수 CHATBOT__GENERATION__SEED: ")


def test_a_bad_override_is_named() -> None:
    with pytest.raises(ConfigError, match=r"^명령줄: generation\.seed에 쓸 수 없는 값이에요: '-1'"):
        load_settings(generation={"seed": -1})


def test_an_empty_variable_is_not_set_and_null_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "config.yaml").write_text("generation: {seed: 1}\n")
    monkeypatch.setenv("CHATBOT__GENERATION__SEED", "")
    assert load_settings().generation.seed == 1
    monkeypatch.setenv("CHATBOT__GENERATION__SEED", "null")
    assert load_settings().generation.seed is None


def test_the_environment_wins_over_the_env_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("TELEGRAM_TOKEN=from-file\nDISCORD_TOKEN=from-file\n")
    monkeypatch.setenv("TELEGRAM_TOKEN", "from-process")
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    variables = environment(folder)
    assert (variables["TELEGRAM_TOKEN"], variables["DISCORD_TOKEN"]) == ("from-process", "from-file")
    assert "DISCORD_TOKEN" not in os.environ


def test_an_env_file_of_another_encoding(folder: Path) -> None:
    (folder / ".env").write_bytes("A=한글".encode("cp949"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().bot = Settings().bot  # pyright: ignore[reportAttributeAccessIssue]


def test_plugin_sections_are_kept_for_their_plugins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "config.yaml").write_text(
        "plugins:\n  folder: skills\n  TODO: {rename: {할일: 일}, days: 3}\n  빈것:\n", encoding="utf-8"
    )
    monkeypatch.setenv("CHATBOT__PLUGINS__TODO__DAYS", "5")
    monkeypatch.setenv("CHATBOT__PLUGINS__OFF", "하나, 둘")
    monkeypatch.setenv("CHATBOT__PLUGINS__셋__ENABLED", "off")
    loaded = load_settings()
    assert loaded.plugins.off == ("하나", "둘")
    assert loaded.plugin_folder == folder / "skills"
    assert {name: (one.enabled, one.rename, one.own) for name, one in loaded.plugins.sections.items()} == {
        "TODO": (True, {"할일": "일"}, {"days": "5"}),
        "빈것": (True, {}, {}),
        "셋": (False, {}, {}),
    }
    assert loaded.origins.where(("plugins", "TODO", "days")) == "환경 변수 CHATBOT__PLUGINS__TODO__DAYS"
    assert loaded.origins.where(("plugins", "TODO", "rename")) == "config.yaml:3"


def test_where_the_plugins_lie(folder: Path) -> None:
    assert load_settings().plugin_folder == folder / "plugins"
    (folder / "bots").mkdir()
    (folder / "bots" / "config.yaml").write_text("plugins: {folder: mine}\n")
    assert load_settings(Path("bots/config.yaml")).plugin_folder == folder / "bots" / "mine"
    assert load_settings(plugins={"folder": "typed"}).plugin_folder == folder / "typed"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plugins: {off: {a: b}}", "plugins.off에 쓸 수 없는 값이에요: '항목: 값' 묶음. 목록으로 적어 주세요."),
        (
            "plugins: {가: {enabled: maybe}}",
            "plugins.가.enabled에 쓸 수 없는 값이에요: 'maybe'. on이나 off로 적어 주세요.",
        ),
        (
            "plugins: {가: {rename: 나}}",
            "plugins.가.rename에는 값 하나가 아니라 '항목: 값' 꼴이 한 단 들여 쓴 채 와야 해요.",
        ),
        (
            "plugins: {foldr: mine}",
            "plugins: 'foldr' 항목은 없어요. folder, off, 또는 플러그인의 이름 아래에 '항목: 값'을 적어 주세요.",
        ),
        ("plugins: {Todo: {}, TODO: {}}", "plugins: Todo와 TODO은 같은 이름이에요. 하나로 모아 주세요."),
    ],
)
def test_mistakes_in_the_plugins_section(folder: Path, text: str, line: str) -> None:
    assert mistakes(text, folder) == [f"config.yaml:1: {line}"]


def test_every_sampling_setting_is_a_sampling_parameter() -> None:
    generation = Settings().generation.model_dump(exclude={"candidates"})
    SamplingParams(**generation)


VALUES = st.sampled_from(
    ["1", "0.5", "-3", "on", "off", "null", "~", "''", "[1]", "{a: b}", "danbi", "\x07", "nan", "1e999"]
)
KEYS = st.sampled_from([*Settings.model_fields, "persona", "seed", "top_p", "examples", "url", "level", "", "zzz"])
LINES = st.lists(st.builds("{}: {}".format, KEYS, VALUES | st.builds("{{{}: {}}}".format, KEYS, VALUES)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | LINES.map("\n".join))
def test_any_text_gives_settings_or_a_config_error(folder: Path, text: str) -> None:
    (folder / "config.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(ConfigError):
        assert isinstance(load_settings(), Settings)
