"""``chatbot plugins``: a first plugin that works as it is written, and plain words on those that do not."""

import os
import subprocess
import sys
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from chatbot.cli.main import run
from chatbot.cli.plugin_examples import example_of
from chatbot.config import Settings
from chatbot.messages import Speaker, utc_now
from chatbot.plugins.conversion import Context
from chatbot.plugins.converters import Rest
from chatbot.plugins.loader import Discovered
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.prepared import Prepared
from chatbot.plugins.registry import Registry


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with nothing of ours in the environment."""
    for name in [name for name in os.environ if name.startswith("CHATBOT")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(file: str, text: str) -> None:
    path = Path("plugins", file)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def simple(name: str, command: str) -> str:
    return (
        f'from chatbot import Plugin\n\nplugin = Plugin("{name}")\n\n\n@plugin.command("{command}")\n'
        'def do(left: int, right: int = 1) -> str:\n    """무언가 합니다."""\n    return ""\n'
    )


def what_pytest_says(folder: Path) -> str:
    """Run pytest in a folder as somebody would who has no settings for it; return what it says at the end."""
    command = [sys.executable, "-m", "pytest", "-q", "plugins"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    return done.stdout.strip().splitlines()[-1] if done.returncode == 0 else done.stdout + done.stderr


def test_the_first_plugin_works_as_it_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("우리집주사위", "re", "나의@봇", 'q"\\'):  # a word, a module of Python's, what no file can be called
        assert run(["plugins", "new", name]) == 0
    assert "plugins/우리집주사위.py와 plugins/test_우리집주사위.py를 만들었어요." in capsys.readouterr().out
    assert sorted(path.name for path in Path("plugins").iterdir()) == sorted(
        [
            *("우리집주사위.py", "test_우리집주사위.py", "plugin_re_.py", "test_plugin_re_.py"),
            *("나의_봇.py", "test_나의_봇.py", "q__.py", "test_q__.py"),
        ]
    )
    assert run(["plugins", "check", "plugins"]) == 0
    shown = capsys.readouterr().out
    assert "우리집주사위 (plugins/우리집주사위.py)\n  /우리집주사위 3  부른 횟수를 셉니다." in shown
    assert "  /부르기 3  부른 횟수를" in shown  # '@' can be in no command
    assert what_pytest_says(folder).startswith("4 passed")


def test_a_new_plugin_takes_no_name_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.py", simple("가", "나"))
    assert run(["plugins", "new", "나"]) == 0
    assert '@plugin.command("나부르기")' in Path("plugins/나.py").read_text(encoding="utf-8")
    assert run(["plugins", "new", "설정"]) == 0
    assert '@plugin.command("설정부르기")' in Path("plugins/설정.py").read_text(encoding="utf-8")
    assert run(["plugins", "new", "가"]) == 1
    assert capsys.readouterr().err == "'가' 플러그인은 이미 있어요 (plugins/a.py). 다른 이름을 지어 주세요.\n"
    write("다.py", "mine = True\n")
    assert run(["plugins", "new", "다"]) == 1
    assert capsys.readouterr().err.startswith("plugins/다.py: 이미 있는 파일이에요.")
    assert Path("plugins/다.py").read_text(encoding="utf-8") == "mine = True\n"
    assert run(["plugins", "new", "두 낱말"]) == 1
    assert "플러그인 이름 '두 낱말'은 쓸 수 없어요." in capsys.readouterr().err


def test_a_new_plugin_in_another_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "new", "마", "--folder", "skills"]) == 0
    assert Path("skills/마.py").is_file()
    assert capsys.readouterr().out.endswith("config.yaml의 plugins.folder에 skills를 적어 주세요.\n")
    Path("blocked").write_text("")
    assert run(["plugins", "new", "바", "--folder", "blocked"]) == 1
    assert "blocked 폴더를 만들 수 없어요." in capsys.readouterr().err


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.py", simple("가나다", "하기"))
    write("b.py", simple("라", "말기"))
    write("broken.py", "\nx = undefined\n")
    write("off.py", "raise RuntimeError\n")
    Path("config.yaml").write_text("plugins:\n  off: [라, off]\n  가나다: {rename: {하기: 해보기}}\n", encoding="utf-8")
    assert run(["plugins", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    head = next(line for line in lines if line.startswith("이름"))
    assert head.split() == ["이름", "상태", "어디서", "명령"]
    assert [line.split() for line in lines if line.startswith(("가나다 ", "라 ", "off "))] == [
        ["가나다", "켜짐", "plugins/a.py", "/해보기"],
        ["라", "꺼짐", "plugins/b.py", "/말기"],
        ["off", "꺼짐", "(불러오지", "않음)"],
    ]
    columns = {len(line.split("켜짐")[0].encode("euc-kr")) for line in lines if "켜짐" in line}
    assert len(columns) == 1  # Hangul is two columns wide, and two bytes long in EUC-KR
    assert "문제  plugins/broken.py:2: 불러오다가 오류가 났어요 (NameError: name 'undefined' is not defined)." in lines


def test_a_check_of_everything(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.py", simple("가", "하기"))
    write("broken.py", "\nraise ValueError('비밀')\n")
    write("slow.py", f"import time\ntime.sleep(1.1)\n{simple('나', '하기')}")
    assert run(["plugins", "check"]) == 1
    shown = capsys.readouterr()
    assert "가 (plugins/a.py)\n  /하기 3 3  무언가 합니다.\n" in shown.out
    assert "느림  plugins/slow.py: 불러오는 데 1." in shown.out
    assert "문제  plugins/broken.py:2: 불러오다가 오류가 났어요 (ValueError).\n" in shown.out
    assert (
        "문제  '/하기' 명령의 이름이 겹쳐요: '가' 플러그인(plugins/a.py:6)와 '나' 플러그인(plugins/slow.py:8)"
        in shown.out
    )
    assert "비밀" not in shown.out + shown.err
    monkeypatch.setenv("CHATBOT_DEBUG", "1")
    assert run(["plugins", "check"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_check_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.py", simple("가", "하기"))
    write("broken.py", "raise RuntimeError\n")
    Path("elsewhere").mkdir()
    Path("elsewhere/b.py").write_text(simple("나", "해보기"), encoding="utf-8")
    assert run(["plugins", "check", "plugins/a.py"]) == 0
    assert capsys.readouterr().out == "가 (plugins/a.py)\n  /하기 3 3  무언가 합니다.\n문제가 없어요.\n"
    assert run(["plugins", "check", "plugins/broken.py"]) == 1
    assert capsys.readouterr().out == "문제  plugins/broken.py:1: 불러오다가 오류가 났어요 (RuntimeError).\n"
    assert run(["plugins", "check", "elsewhere"]) == 0
    Path("elsewhere/b.py").write_text(simple("나", "하기"), encoding="utf-8")
    assert run(["plugins", "check", "elsewhere"]) == 1
    assert "'/하기' 명령의 이름이 겹쳐요" in capsys.readouterr().out
    assert run(["plugins", "check", "nowhere.py"]) == 1
    assert capsys.readouterr().err == "nowhere.py: 파일이 없어요. 경로를 확인해 주세요.\n"


def test_wrong_settings_of_a_plugin_are_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.py", simple("가", "하기"))
    Path("config.yaml").write_text("plugins:\n  가: {days: 3}\n", encoding="utf-8")
    assert run(["plugins", "check"]) == 1
    assert "문제  config.yaml:2: 이 플러그인에 'days' 설정은 없어요." in capsys.readouterr().out


def test_the_built_in_plugins_have_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "check"]) == 0, capsys.readouterr().out
    assert "(내장)\n  /" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["plugins"], ["plugins", "list"], ["plugins", "new"], ["plugins", "check"]])
def test_help_is_korean(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*arguments, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"쓰는 법: chatbot {' '.join(arguments)}")
    for english in ("Usage", "Options", "Commands", "Show this", "required", "default"):
        assert english not in shown


ORDER = """
from dataclasses import dataclass

from chatbot import Ask, Chat, Conversation, Done, Plugin, Step

plugin = Plugin("찻집")


@plugin.conversation("차", commands=("차",))
@dataclass
class Order(Conversation):
    tea: str = ""

    async def begin(self, chat: Chat) -> Step:
        return Ask("어떤 차요?", then=self.pick)

    async def pick(self, chat: Chat, tea: str) -> Step:
        self.tea = tea
        return Ask("몇 잔이요?", then=self.count)

    async def count(self, chat: Chat, cups: int) -> Step:
        return Done(f"{self.tea} {cups}잔OLD")
"""


@pytest.mark.usefixtures("bundled_folder")
def test_a_chat_takes_over_what_is_edited_in_the_middle_of_a_conversation() -> None:
    write("tea.py", ORDER.replace("OLD", "요."))
    command = [str(Path(sys.executable).with_name("chatbot")), "chat", "--reload"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, bufsize=1, stdin=pipe, stdout=pipe, stderr=pipe) as process:

        def said(text: str) -> str:
            assert process.stdin
            assert process.stdout
            process.stdin.write(f"{text}\n")
            return process.stdout.readline().strip()

        def told() -> str:
            """Return the next thing that is told about the plugin here."""
            assert process.stderr
            return next(line for line in process.stderr if "tea.py" in line or "찻집" in line).strip()

        assert said("/차") == "어떤 차요?"
        assert said("보리차") == "몇 잔이요?"
        write("tea.py", ORDER.replace("OLD", "을 새 주전자로 드릴게요."))
        assert told() == "플러그인을 다시 불러왔어요: 찻집"
        write("tea.py", ORDER.replace("ORDER", "").replace("Done(f", "Done(g"))
        assert told().startswith("고친 것을 쓸 수 없어서 하던 대로 있을게요. plugins/tea.py:22: 파이썬")
        assert said("두 잔") == "보리차 2잔을 새 주전자로 드릴게요."
        process.communicate()
        assert process.returncode == 0


class Size(Enum):
    SMALL = "작게"
    LARGE = "크게"


def test_an_example_is_what_the_command_takes() -> None:
    plugin = Plugin("보기")

    @plugin.command("모두")
    def everything(  # pyright: ignore[reportUnusedFunction]
        who: Speaker,
        size: Size,
        level: Literal["쉬움", "보통"],
        sure: bool,
        day: date,
        at: time,
        moment: datetime,
        share: Annotated[float, Field(gt=0, lt=1)],
        many: Annotated[int, Field(ge=50)],
        word: str,
        rest: Rest,
    ) -> None: ...

    (command,) = Prepared(Registry.of(Discovered.of(plugin), Settings())).commands
    name, *given = example_of(command).split(" ", 1)
    assert name == "/모두"
    values = command.signature.read(given[0], Context(utc_now(), (Speaker("1", "하나"),)))
    assert values["who"] == Speaker("1", "하나")
    assert (values["size"], values["level"], values["sure"]) == (Size.SMALL, "쉬움", True)
    assert (values["share"], values["many"], values["word"], values["rest"]) == (0.5, 100, "사과", "사과")
    assert [type(values[each]) for each in ("day", "at", "moment")] == [date, time, datetime]
