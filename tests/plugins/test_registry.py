"""What the owner's words make of the plugins: on or off, other names, settings, and who wants the same name."""

import re
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from chatbot.config import Settings, load_settings
from chatbot.errors import ConfigError, PluginConflict
from chatbot.plugins.declarations import Hook
from chatbot.plugins.loader import Discovered, find_plugins
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.registry import Registry


class Inner(BaseModel):
    depth: int = 1


class CitySettings(BaseModel):
    """A plugin's own settings."""

    city: str = "서울"
    days: int = 3
    words: list[str] = []
    inner: Inner = Inner()
    api_key: SecretStr | None = None
    loud: bool = False


def configured(folder: Path, text: str) -> Settings:
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    return load_settings(folder / "config.yaml")


def mistakes(folder: Path, text: str, *plugins: Plugin, reserved: dict[str, str] | None = None) -> list[str]:
    """Return the lines of the error, the place of the file left out."""
    settings = configured(folder, text)
    with pytest.raises(ConfigError) as raised:
        Registry.of(Discovered.of(*plugins), settings, reserved)
    return str(raised.value).replace(f"{folder}/", "").splitlines()


def adding(name: str = "계산", *names: str) -> Plugin:
    plugin = Plugin(name)

    @plugin.command(*(names or ("더하기", "add")))
    def add(left: int, right: int = 1) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(left + right)

    return plugin


def names(registry: Registry) -> list[tuple[str, tuple[str, ...]]]:
    return [(plugin, command.names) for plugin, command in registry.commands]


def test_everything_is_on_and_as_declared_without_a_word(tmp_path: Path) -> None:
    one, two = adding(), adding("다른", "빼기")
    registry = Registry.of(Discovered.of(one, two), configured(tmp_path, ""))
    assert registry.plugins == (one, two)
    assert names(registry) == [("계산", ("더하기", "add")), ("다른", ("빼기",))]
    assert registry.plugin("계산") is one
    assert registry.plugin("없음") is None
    assert registry.settings_of("계산") is None


@pytest.mark.parametrize(
    "text",
    ["plugins: {off: [계산]}", "plugins: {off: 계산}", "plugins: {계산: {enabled: off}}", "plugins: {off: CALC}"],
)
def test_switching_off(tmp_path: Path, text: str) -> None:
    plugin, other = adding("CaLc" if "CALC" in text else "계산"), adding("다른")
    registry = Registry.of(Discovered.of(plugin, other), configured(tmp_path, text))
    assert registry.plugins == (other,)


def test_names_are_the_same_in_any_case_and_composition(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "계산")  # as macOS writes it
    assert decomposed != "계산"
    text = f"plugins: {{TODO: {{rename: {{ADD: Plus}}}}, {decomposed}: {{enabled: off}}}}"
    todo, calc = adding("Todo"), adding("계산", "빼기")
    registry = Registry.of(Discovered.of(todo, calc), configured(tmp_path, text))
    assert names(registry) == [("Todo", ("더하기", "Plus"))]
    assert registry.plugin("TODO") is todo


def test_renaming(tmp_path: Path) -> None:
    plugin = adding("기억", "기억 지우기", "forget")
    plugin.command("기억 보기")(str)
    plugin.command("기억")(str)
    text = "plugins: {기억: {rename: {기억: 추억, /기억 보기: 떠올려}}}"
    registry = Registry.of(Discovered.of(plugin), configured(tmp_path, text))
    assert [command.names for _, command in registry.commands] == [("추억 지우기", "forget"), ("떠올려",), ("추억",)]
    assert plugin.commands[0].names == ("기억 지우기", "forget")  # the author's own stays


def test_words_on_what_does_not_exist(tmp_path: Path) -> None:
    text = "plugins:\n  off: [게산]\n  계신:\n    enabled: on\n  계산:\n    rename: {더하가: 합, 지우기: 합2, 더하기: a/b}\n"
    assert mistakes(tmp_path, text, adding()) == [
        "config.yaml:3: '계신' 플러그인은 없어요. 혹시 계산 아닌가요?",
        "config.yaml:2: 끄려는 '게산' 플러그인이 없어요. 혹시 계산 아닌가요?",
        "config.yaml:6: 'a/b'은 명령 이름으로 쓸 수 없어요. / 없이 세 낱말까지 적어 주세요.",
        "config.yaml:6: '계산' 플러그인에 '/더하가' 명령은 없어요. 혹시 /더하기 아닌가요?",
        "config.yaml:6: '계산' 플러그인에 '/지우기' 명령은 없어요. 지금 있는 것: /더하기, /add",
    ]


def test_an_unknown_section_may_be_that_of_a_plugin_that_is_broken(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "broken.py").write_text("raise RuntimeError\n")
    settings = configured(tmp_path, "plugins: {날씨: {city: 부산}}")
    discovered = find_plugins(settings, builtin=False)
    assert len(discovered.problems) == 1
    assert "날씨" not in [plugin.name for plugin in Registry.of(discovered, settings).plugins]


def test_what_was_switched_off_by_its_file_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "broken.py").write_text("raise RuntimeError\n")
    settings = configured(tmp_path, "plugins: {off: [broken]}")
    registry = Registry.of(find_plugins(settings, builtin=False), settings)
    assert [one for one in registry.found if one.source == "broken"] == []


def test_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = Plugin("날씨", settings=CitySettings)
    text = "plugins: {날씨: {enabled: on, days: 5, words: [비, 눈], inner: {depth: 2}, loud: on}}"
    monkeypatch.setenv("CHATBOT__PLUGINS__날씨__CITY", "부산")
    registry = Registry.of(Discovered.of(plugin), configured(tmp_path, text))
    assert registry.settings_of("날씨") == CitySettings(
        city="부산", days=5, words=["비", "눈"], inner=Inner(depth=2), loud=True
    )


def test_settings_by_the_environment_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin, other = Plugin("Weather", settings=CitySettings), adding()
    monkeypatch.setenv("CHATBOT__PLUGINS__WEATHER__DAYS", "7")
    monkeypatch.setenv("CHATBOT__PLUGINS__WEATHER__WORDS", "비, 눈")
    monkeypatch.setenv("CHATBOT__PLUGINS__OFF", "계산")
    for text in ("", "plugins: {Weather: {days: 1}}"):
        registry = Registry.of(Discovered.of(plugin, other), configured(tmp_path, text))
        assert registry.settings_of("Weather") == CitySettings(days=7, words=["비", "눈"])
        assert registry.plugins == (plugin,)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("days: 아홉", "plugins.날씨.days에 쓸 수 없는 값이에요: '아홉'. 정수로 적어 주세요."),
        ("cty: 부산", "'plugins.날씨.cty' 항목은 없어요. 혹시 city 아닌가요?"),
        ("inner: {dept: 2}", "'plugins.날씨.inner.dept' 항목은 없어요. 혹시 depth 아닌가요?"),
        ("inner: 3", "plugins.날씨.inner에는 값 하나가 아니라 '항목: 값' 꼴이 한 단 들여 쓴 채 와야 해요."),
        ("api_key: [hunter2]", "plugins.날씨.api_key에 쓸 수 없는 값이에요: (비밀). 글로 적어 주세요."),
        ("enable: off", "'plugins.날씨.enable' 항목은 없어요. 혹시 enabled 아닌가요?"),
    ],
)
def test_a_mistake_in_the_settings_names_the_line(tmp_path: Path, written: str, told: str) -> None:
    plugin = Plugin("날씨", settings=CitySettings)
    assert mistakes(tmp_path, f"plugins:\n  날씨:\n    {written}\n", plugin) == [f"config.yaml:3: {told}"]


def test_a_mistake_in_a_variable_names_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT__PLUGINS__날씨__DAYS", "아홉")
    (line,) = mistakes(tmp_path, "plugins: {날씨: {days: 3}}", Plugin("날씨", settings=CitySettings))
    assert line.startswith("환경 변수 CHATBOT__PLUGINS__날씨__DAYS: plugins.날씨.days에 쓸 수 없는 값이에요: '아홉'.")


def test_a_setting_that_has_to_be_given(tmp_path: Path) -> None:
    class Needy(BaseModel):
        token: str

    (line,) = mistakes(tmp_path, "plugins:\n  날씨: {}\n", Plugin("날씨", settings=Needy))
    assert line == "config.yaml:2: plugins.날씨.token 항목이 빠졌어요. 적어 주세요."
    switched_off = configured(tmp_path, "plugins: {off: [날씨]}")
    assert Registry.of(Discovered.of(Plugin("날씨", settings=Needy)), switched_off).plugins == ()


def test_a_plugin_without_settings_takes_none(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, "plugins: {계산: {digits: 3}}", adding())
    assert line == "config.yaml:1: 이 플러그인에 'digits' 설정은 없어요. 여기에 쓸 수 있는 항목: enabled, rename"


def test_a_model_that_takes_any_key_gets_any(tmp_path: Path) -> None:
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")

    settings = configured(tmp_path, "plugins: {자유: {무엇: 이든}}")
    chosen = Registry.of(Discovered.of(Plugin("자유", settings=Open)), settings).settings_of("자유")
    assert chosen is not None
    assert chosen.model_extra == {"무엇": "이든"}


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = "plugins:\n  없음: {}\n  날씨: {days: 아홉}\n  계산: {digits: 3}\n"
    lines = mistakes(tmp_path, text, adding(), Plugin("날씨", settings=CitySettings))
    assert [line.split(":")[1] for line in lines] == ["2", "4", "3"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "config.yaml에"),
        ("plugins:\n  folder: plugins\n", "config.yaml:1의 plugins 아래에"),
        ("plugins:\n  산수: {enabled: on}\n", "config.yaml:2의 plugins.산수 아래에"),
        ("plugins:\n  산수:\n    rename: {빼기: 덜기}\n", "config.yaml:3의 plugins.산수.rename 아래에"),
    ],
)
def test_a_conflict_names_both_and_the_line_that_ends_it(tmp_path: Path, text: str, place: str) -> None:
    one, two = adding("계산"), adding("산수")
    two.command("빼기")(str)
    (line,) = mistakes(tmp_path, text, one, Plugin("빈것"), two)[:1]
    here = rf"{re.escape('tests/plugins/test_registry.py')}:\d+"
    found = re.fullmatch(
        rf"'/더하기' 명령의 이름이 겹쳐요: '계산' 플러그인\({here}\)와 '산수' 플러그인\({here}\)에 함께 있어요\. "
        rf"{re.escape(place)} `(.+)`를 적으면 '/산수더하기'가 돼요\.",
        line,
    )
    assert found, line
    added = {
        "": f"{found[1]}\n",
        "plugins:\n  folder: plugins\n": f"{text}  {found[1]}\n",
        "plugins:\n  산수: {enabled: on}\n": f"plugins:\n  산수:\n    {found[1]}\n",
    }.get(text, text.replace("{", "{" + found[1] + ", "))
    (still,) = mistakes(tmp_path, added, one, two)
    assert still.startswith("'/add' 명령의 이름이 겹쳐요")  # the other name is as taken as it was
    both = adding("계산", "더하기"), adding("산수", "더하기")
    both[1].command("빼기")(str)
    assert ("산수", ("산수더하기",)) in names(Registry.of(Discovered.of(*both), configured(tmp_path, added)))


def test_a_conflict_with_the_framework(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, "", adding("방", "설정"), reserved={"설정": "말동무", "내정보": "말동무"})
    assert line.startswith("'/설정' 명령의 이름이 겹쳐요: 말동무의 명령이에요. '방' 플러그인(")
    assert "`plugins: {방: {rename: {설정: 방설정}}}`" in line


def test_a_new_name_may_be_taken_too_and_a_suggestion_never_is(tmp_path: Path) -> None:
    plugins = adding("가", "하나"), adding("나", "하나"), adding("다", "나하나")
    (line,) = mistakes(tmp_path, "", *plugins)
    assert "'/나하나2'가 돼요" in line
    (line,) = mistakes(tmp_path, "plugins: {나: {rename: {하나: 나하나}}}", *plugins)
    assert line.startswith("'/나하나' 명령의 이름이 겹쳐요")


def test_two_plugins_of_one_name(tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    folder.mkdir()
    for file in ("one.py", "two.py"):
        (folder / file).write_text("from chatbot.plugins.plugin import Plugin\nplugin = Plugin('같음')\n")
    settings = configured(tmp_path, "")
    with pytest.raises(PluginConflict) as raised:
        Registry.of(find_plugins(settings, builtin=False), settings)
    assert str(raised.value) == (
        "플러그인 이름 '같음'이(가) 겹쳐요: '같음' 플러그인(plugins/one.py:2), '같음' 플러그인(plugins/two.py:2). "
        "plugins의 off에 two 또는 one을(를) 적어 하나를 끄거나 Plugin(...)의 이름을 바꿔 주세요."
    )
    settings = configured(tmp_path, "plugins: {off: [two]}")
    registry = Registry.of(find_plugins(settings, builtin=False), settings)
    assert [one.source for one in registry.found if one.plugin.name == "같음"] == ["one"]


def test_what_the_bot_asks_for(tmp_path: Path) -> None:
    one, two = Plugin("가"), Plugin("나")

    def handler() -> None: ...

    for plugin in (two, one):
        plugin.on_start(handler)
        plugin.on_stop(handler)
        plugin.every(timedelta(hours=1))(handler)
        plugin.job("알림")(handler)
    one.keyword("나중", priority=5)(handler)
    two.keyword("먼저")(handler)
    registry = Registry.of(Discovered.of(one, two), configured(tmp_path, ""))
    assert [name for name, _ in registry.hooks(Hook.ON_START)] == ["가", "나"]
    assert registry.hooks(Hook.ON_JOIN) == ()
    assert [name for name, _ in registry.matchers] == ["나", "가"]
    assert [(name, one.name) for name, one in registry.schedules] == [("가", "handler"), ("나", "handler")]
    assert registry.job("가", "알림") is handler
    assert registry.job("가", "없음") is registry.job("없음", "알림") is None


def test_a_conversation_by_name_and_none_where_it_is_no_more(tmp_path: Path) -> None:
    plugin = Plugin("주문")

    @plugin.conversation("주문")
    class Order: ...

    registry = Registry.of(Discovered.of(plugin), configured(tmp_path, ""))
    conversation = registry.conversation("주문", "주문")
    assert conversation is not None
    assert conversation.kind is Order
    assert registry.conversation("주문", "환불") is registry.conversation("없음", "주문") is None
