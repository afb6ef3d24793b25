"""Plugins that cannot work are refused before anybody speaks, with a word on why; the others work."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest

from chatbot import Chat, Plugin
from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.errors import ConfigError, PluginError
from chatbot.plugins.prepared import check
from chatbot.testing import FakeAdapter, FakeEngine, TestChat

GOOD = """
from chatbot import Plugin
plugin = Plugin("착한")
@plugin.command("인사")
def greet() -> str:
    return "안녕하세요."
"""
WITH = "from chatbot import Plugin\nplugin = Plugin('{name}')\n{rest}"
BROKEN = {
    "raises.py": "raise ValueError('비밀')",
    "exits.py": "import sys; sys.exit(3)",
    "syntax.py": "def",
    "missing.py": "import there_is_no_such_module",
    "twice.py": WITH.format(name="둘", rest="plugin.command('둘')(print); plugin.command('둘')(print)"),
    "annotation.py": WITH.format(
        name="주석", rest="@plugin.command('주석')\ndef wrong(chat, what: 'NoSuchType'): ...\n"
    ),
    "step.py": WITH.format(name="단계", rest="@plugin.conversation('단계')\nclass NoConversation: ...\n"),
}


async def test_broken_files_are_left_out_with_a_word_each_and_the_rest_works(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "plugins").mkdir()
    for name, text in {**BROKEN, "good.py": GOOD}.items():
        (tmp_path / "plugins" / name).write_text(text, encoding="utf-8")
    settings = Settings.model_validate({"history": {"url": f"sqlite:///{tmp_path}/chat.sqlite3"}}).placed(tmp_path)
    bot, adapter = Bot(settings, Persona(name="단비"), voice=FakeEngine()), FakeAdapter()
    serving = asyncio.create_task(bot.serve(adapter))
    adapter.say("/인사")
    adapter.say("안녕")
    assert await adapter.replies(2) == ["안녕하세요.", "안녕"]
    serving.cancel()
    await asyncio.wait({serving})
    await bot.close()
    for name in BROKEN:
        assert name in caplog.text
    assert "비밀" not in caplog.text


def test_what_can_work_is_let_through() -> None:
    plugin = Plugin("괜찮은")

    @plugin.command("두 배")
    def double(number) -> str:  # pyright: ignore  # unannotated: read as text
        return f"{number}{number}"

    @plugin.keyword("하나")
    def one(chat: Chat) -> None: ...

    check(plugin)
    assert (double.__name__, one.__name__) == ("double", "one")


Declare: TypeAlias = Callable[[Plugin], object]


class Strange:
    pass


def _strange(chat: Chat, what: Strange) -> None: ...
def _rest(chat: Chat, *words: str) -> None: ...
def _nowhere(chat: Chat, city: str) -> None: ...
def _matched(chat: Chat, match: Any) -> None: ...
def _hook(chat: Chat, weather: str) -> None: ...
async def _is_meant(text: str) -> bool:
    return bool(text)


REFUSED: list[tuple[Declare, str]] = [
    (lambda plugin: plugin.command("이상")(_strange), "Strange"),
    (lambda plugin: plugin.command("이상")(_rest), "Rest"),
    (lambda plugin: plugin.match("도시")(_nowhere), "city"),
    (lambda plugin: plugin.keyword("도시")(_matched), "match"),
    (lambda plugin: plugin.match("(")(_matched), "정규식"),
    (lambda plugin: plugin.before_generate(_hook), "weather"),
    (lambda plugin: plugin.on_start(_hook), "chat"),
    (lambda plugin: plugin.command("하나", "하나")(_matched), "하나"),
    (lambda plugin: (plugin.command("하나")(_matched), plugin.command("하나")(_matched)), "하나"),
    (lambda plugin: plugin.command()(_matched), "이름이 없어요"),
    (lambda plugin: plugin.command("하나/둘")(_matched), "하나/둘"),
    (lambda plugin: (plugin.job("알림")(_matched), plugin.job("알림")(_matched)), "알림"),
    (lambda plugin: plugin.every()(_matched), "간격"),
    (lambda plugin: plugin.keyword(" ")(_matched), "찾을 말"),
    (lambda plugin: plugin.when(cast("Callable[[str], bool]", _is_meant))(_nowhere), "async"),
    (lambda plugin: Plugin("두 낱말"), "두 낱말"),
]


@pytest.mark.parametrize(("declare", "words"), REFUSED)
def test_what_cannot_work_is_refused_before_anybody_speaks(declare: Declare, words: str) -> None:
    plugin = Plugin("이상한")

    def declared() -> None:
        declare(plugin)
        check(plugin)

    with pytest.raises(PluginError, match=re.escape(words)):
        declared()


async def test_two_plugins_of_one_name_or_command_are_refused_by_both_names() -> None:
    def of(name: str, command: str) -> Plugin:
        plugin = Plugin(name)
        plugin.command(command)(lambda: "네")
        return plugin

    for one, other in (
        (of("가", "하나"), of("가", "둘")),
        (of("가", "하나"), of("나", "하나")),
        (of("가", "내정보"), of("나", "둘")),
    ):
        with pytest.raises(ConfigError, match="가"):
            await TestChat(one, other).say("안녕")
