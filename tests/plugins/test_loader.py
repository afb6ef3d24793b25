"""Finding plugins: what is found where, and what is told of those that cannot be used."""

import random
import sys
import textwrap
from pathlib import Path

import pytest

from chatbot.config import Settings, load_settings
from chatbot.errors import ConfigError
from chatbot.plugins.loader import Discovered, Kind, find_plugins, load_path
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.private_modules import PREFIX


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    """A bot's folder with an empty plugin folder."""
    (tmp_path / "plugins").mkdir()
    return tmp_path


def write(bot: Path, name: str, source: str) -> Path:
    """Write a file into the plugin folder."""
    path = bot / "plugins" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return path


def simple(name: str) -> str:
    return f'from chatbot.plugins.plugin import Plugin\nplugin = Plugin("{name}")\n'


def found(bot: Path, patience: float = 30.0) -> Discovered:
    settings = Settings().placed(bot)
    return find_plugins(settings, builtin=False, patience=patience)


def names(discovered: Discovered) -> list[str]:
    return [one.plugin.name for one in discovered.plugins]


def test_files_and_packages_are_found_in_order(bot: Path) -> None:
    write(bot, "b.py", simple("둘째"))
    write(bot, "a.py", simple("첫째"))
    write(bot, "c/__init__.py", "from .inner import plugin\n")
    write(bot, "c/inner.py", simple("셋째"))
    discovered = found(bot)
    assert discovered.problems == ()
    assert [(one.plugin.name, one.kind, one.source) for one in discovered.plugins] == [
        ("첫째", Kind.FOLDER, "a"),
        ("둘째", Kind.FOLDER, "b"),
        ("셋째", Kind.FOLDER, "c"),
    ]


@pytest.mark.parametrize(
    "name", ["_shared.py", ".hidden.py", "README.md", "test_a.py", "a_test.py", "conftest.py", "data/notes.py"]
)
def test_what_is_no_plugin_is_left_alone(bot: Path, name: str) -> None:
    write(bot, name, "raise RuntimeError\n")
    assert found(bot) == Discovered()


def test_nothing_is_shadowed(bot: Path) -> None:
    write(bot, "random.py", simple("무작위"))
    write(bot, "uses.py", f"import random\n{simple('쓰기')}number = random.random()\n")
    assert names(found(bot)) == ["무작위", "쓰기"]
    assert sys.modules["random"] is random
    assert [name for name in sys.modules if name.startswith(PREFIX) and name.endswith(".random")]


def test_neighbours_import_each_other_relatively(bot: Path) -> None:
    write(bot, "_shared.py", "WORD = '함께'\n")
    write(bot, "a.py", f"from ._shared import WORD\n{simple('가')}plugin.about = WORD\n")
    write(bot, "b.py", f"from . import _shared\n{simple('나')}plugin.about = _shared.WORD\n")
    assert [one.plugin.about for one in found(bot).plugins] == ["함께", "함께"]


def test_a_plugin_that_a_neighbour_adds_to_counts_once_and_where_it_is_declared(bot: Path) -> None:
    write(bot, "a_more.py", "from .main import plugin, plugin as again\n")
    write(bot, "main.py", simple("하나"))
    discovered = found(bot)
    assert [(one.plugin.name, one.source) for one in discovered.plugins] == [("하나", "main")]
    assert discovered.problems == ()


def test_several_plugins_in_a_file(bot: Path) -> None:
    write(bot, "many.py", 'from chatbot.plugins.plugin import Plugin\none, two = Plugin("하나"), Plugin("둘")\n')
    assert names(found(bot)) == ["하나", "둘"]


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("x = 1\nx = (\n", 2, "파이썬 문법에 맞지 않아요: '(' was never closed"),
        ("x = 1\n\nraise ValueError('비밀번호는 1234')\n", 3, "불러오다가 오류가 났어요 (ValueError)."),
        ("import no_such_thing.below\n", 1, "no_such_thing 모듈이 없어요. `pip install no_such_thing`처럼 설치해"),
        ("from .missing import x\n", 1, "이 폴더에 missing 모듈이 없어요."),
        ("from random import nothing_like_it\n", 1, "불러오다가 오류가 났어요 (ImportError: cannot import name"),
        ("x = undefined\n", 1, "불러오다가 오류가 났어요 (NameError: name 'undefined' is not defined)."),
        ("import sys\nsys.exit(3)\n", 2, "불러오는 동안 프로그램을 끝내려고 했어요."),
        ("raise KeyboardInterrupt\n", 1, "불러오다가 오류가 났어요 (KeyboardInterrupt)."),
        ("x = 1\n", None, "플러그인이 없어요."),
        ("def f():\n    return 1 / 0\n\n\nf()\n", 2, "불러오다가 오류가 났어요 (ZeroDivisionError)."),
        (
            'from chatbot.plugins.plugin import Plugin\nplugin = Plugin("a b")\n',
            2,
            "플러그인 이름 'a b'은 쓸 수 없어요.",
        ),
        (
            'from chatbot.plugins.plugin import Plugin\nplugin = Plugin("가")\nfor _ in "12":\n'
            '    @plugin.command("나")\n    def f(): ...\n',
            4,
            "'가' 플러그인에 '/나' 명령이 두 번 있거나 이름이 없어요.",
        ),
    ],
)
def test_a_broken_file_is_told_with_its_line_and_stops_no_other(
    bot: Path, source: str, line: int | None, sentence: str
) -> None:
    path = write(bot, "broken.py", source)
    write(bot, "fine.py", simple("멀쩡"))
    discovered = found(bot)
    assert names(discovered) == ["멀쩡"]
    (problem,) = discovered.problems
    assert (problem.file, problem.line) == (str(path), line)
    assert problem.sentence.startswith(sentence)
    assert str(problem) == f"{path}:{line}: {problem.sentence}" if line else f"{path}: {problem.sentence}"
    assert "1234" not in f"{problem} {problem!r}"


def test_a_handler_that_cannot_be_called_is_a_problem(bot: Path) -> None:
    write(
        bot,
        "hooked.py",
        f"{simple('갈고리')}\n@plugin.on_start\ndef start(moon: int) -> None: ...\n",
    )
    (problem,) = found(bot).problems
    assert problem.line == 2
    assert "매개변수 moon에는 줄 것이 없어요." in problem.sentence


@pytest.mark.parametrize("name", ["off", "folder"])
def test_a_name_that_the_config_has_another_use_for(bot: Path, name: str) -> None:
    write(bot, "a.py", simple(name))
    assert [problem.sentence for problem in found(bot).problems] == [
        f"플러그인 이름 '{name}'은 plugins의 항목 이름이라 쓸 수 없어요. 다른 이름을 지어 주세요."
    ]


def test_a_setting_that_every_plugin_has_already(bot: Path) -> None:
    source = """
        from pydantic import BaseModel
        from chatbot.plugins.plugin import Plugin

        class Settings(BaseModel):
            rename: str = ""

        plugin = Plugin("가", settings=Settings)
    """
    write(bot, "a.py", source)
    discovered = found(bot)
    assert discovered.plugins == ()
    assert discovered.problems[0].sentence.startswith("설정 rename는 모든 플러그인에 있는 항목이라")


def test_a_mistake_in_a_shared_file_is_told_once_and_there(bot: Path) -> None:
    shared = write(bot, "_shared.py", "\nx = undefined\n")
    write(bot, "a.py", f"from . import _shared\n{simple('가')}")
    write(bot, "b.py", f"from . import _shared\n{simple('나')}")
    (problem,) = found(bot).problems
    assert (problem.file, problem.line) == (str(shared), 2)


def test_an_import_that_hangs_is_given_up_and_can_be_tried_again(bot: Path) -> None:
    path = write(bot, "slow.py", "import time\nfor _ in range(100):\n    time.sleep(0.05)\n")
    write(bot, "z.py", simple("뒤"))
    first = found(bot, patience=0.3)
    assert names(first) == ["뒤"]
    assert first.problems[0].sentence.startswith("불러오는 데 0.3초가 넘게 걸려 그만두었어요.")
    path.write_text(simple("빠름"), encoding="utf-8")
    assert names(found(bot)) == ["빠름", "뒤"]


def test_the_time_an_import_takes_is_noted(bot: Path) -> None:
    write(bot, "slow.py", f"import time\ntime.sleep(0.2)\n{simple('느림')}")
    (loaded,) = found(bot).loaded
    assert 0.2 <= loaded.seconds < 5


def test_what_is_switched_off_by_its_files_name_is_not_imported(bot: Path) -> None:
    write(bot, "broken.py", "raise RuntimeError\n")
    (bot / "config.yaml").write_text("plugins: {off: [Broken]}\n")
    discovered = find_plugins(load_settings(bot / "config.yaml"), builtin=False)
    assert discovered == Discovered(passed_over=frozenset({"broken"}))


def test_a_default_folder_may_be_missing_but_not_one_that_is_named(tmp_path: Path) -> None:
    assert found(tmp_path) == Discovered()
    config = tmp_path / "config.yaml"
    config.write_text("plugins:\n  folder: mine\n")
    with pytest.raises(ConfigError, match=rf"^{config}:2: plugins\.folder의 {tmp_path}/mine 폴더가 없어요\."):
        find_plugins(load_settings(config), builtin=False)


def test_installed_packages_register_plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution is a folder of metadata beside its modules; pip makes no more of it."""
    site = tmp_path / "site"
    (site / "their_bot").mkdir(parents=True)
    (site / "their_bot" / "__init__.py").write_text("")
    (site / "their_bot" / "skill.py").write_text(simple("남의것"), encoding="utf-8")
    (site / "their_bot" / "broken.py").write_text("\nraise RuntimeError\n")
    metadata = site / "their_bot-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: their-bot\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[chatbot.plugins]\nskill = their_bot.skill:plugin\nwhole = their_bot.skill\n"
        "broken = their_bot.broken:plugin\nnone = their_bot.skill:plugins.main\n"
        "gone = their_bot.gone:plugin\nword = their_bot.skill:__name__\n"
    )
    monkeypatch.syspath_prepend(site)  # pyright: ignore[reportUnknownMemberType]
    discovered = find_plugins(Settings().placed(tmp_path), builtin=False)
    theirs = [one for one in discovered.plugins if one.distribution == "their-bot"]
    assert [(one.plugin.name, one.kind) for one in theirs] == [("남의것", Kind.PACKAGE)]
    assert [(Path(one.file).name, one.line, one.sentence) for one in discovered.problems] == [
        ("broken.py", 2, "불러오다가 오류가 났어요 (RuntimeError)."),
        (
            "their-bot",
            None,
            "their_bot.gone 모듈이 없어요. 이름을 확인하고, 설치한 것이면 새 판으로 다시 설치해 주세요.",
        ),
        ("skill.py", None, "등록한 their_bot.skill:plugins.main에 플러그인이 없어요."),
        ("skill.py", None, "등록한 their_bot.skill:__name__에 플러그인이 없어요."),
    ]
    for name in [name for name in sys.modules if name.partition(".")[0] == "their_bot"]:
        del sys.modules[name]


def test_a_file_a_package_or_a_folder_can_be_loaded_by_its_path(bot: Path) -> None:
    one = write(bot, "one.two.py", simple("하나"))
    write(bot, "pack/__init__.py", simple("꾸러미"))
    assert names(load_path(one)) == ["하나"]
    assert names(load_path(bot / "plugins" / "pack")) == ["꾸러미"]
    assert names(load_path(bot / "plugins")) == ["하나", "꾸러미"]


def test_given_plugins_need_no_finding() -> None:
    plugin = Plugin("준것")
    (one,) = Discovered.of(plugin).plugins
    assert (one.plugin, one.kind) == (plugin, Kind.GIVEN)


def test_two_looks_at_a_folder_share_no_module(bot: Path) -> None:
    write(bot, "a.py", simple("가"))
    first, second = found(bot), found(bot)
    assert first.plugins[0].plugin is not second.plugins[0].plugin


def test_no_bytecode_is_left_in_the_folder(bot: Path) -> None:
    write(bot, "c/__init__.py", "from .inner import plugin\n")
    write(bot, "c/inner.py", simple("셋째"))
    assert names(found(bot)) == ["셋째"]
    assert list(bot.rglob("__pycache__")) == []
