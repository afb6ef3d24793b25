"""The plugin pages are complete: docs/plugins.md says everything of the API, README.md shows every built-in plugin.

Dialogues that stand in README.md behind ``<!-- played by NAME -->`` are played as they are written. "나" and other people
speak, "단비" answers; "(10분 뒤)" lets time pass. ``...`` stands for whatever the bot says there, and what the comment
lists behind "but for" may be something else, too: dice fall as they fall.
"""

import asyncio
import inspect
import random
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import Enum
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import pytest

from chatbot import (
    Answer,
    Ask,
    Chat,
    Choice,
    CommandInfo,
    Conversation,
    Done,
    File,
    Job,
    Missed,
    Plugin,
    PluginError,
    Profile,
    Rest,
    Role,
    RoomKind,
    Speaker,
    SpeechLevel,
    Status,
    Storage,
    Where,
)
from chatbot.config import PluginSection, PluginsSettings
from chatbot.plugins.converters import converter_of
from chatbot.plugins.declarations import Hook
from chatbot.plugins.rules import Rule
from chatbot.testing import TestChat

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Seoul"))
_FOR_THE_FRAMEWORK = {"commands", "matchers", "conversations", "schedules", "jobs", "hooks", "place"}
"""What a plugin tells the framework of what was declared."""


def call(name: str, function: Callable[..., Any]) -> str:
    """Return how the page writes a call: ``name(one, *more)``."""
    parameters = [
        f"{'**' if one.kind is one.VAR_KEYWORD else '*' if one.kind is one.VAR_POSITIONAL else ''}{one.name}"
        for one in inspect.signature(function).parameters.values()
        if one.name not in ("self", "cls", "numbered")  # the last one is the framework's
    ]
    written = "" if parameters == ["function"] else f"({', '.join(parameters)})"
    return f"{'await ' if inspect.iscoroutinefunction(function) else ''}{name}{written}"


def methods(kind: type, before: str = "") -> Iterator[str]:
    for name in dir(kind):
        if not name.startswith("_") and (kind is not Plugin or name not in _FOR_THE_FRAMEWORK):
            yield call(f"{before}{name}", getattr(kind, name))


def types_of_arguments() -> list[str]:
    """Return the types that can be read, as the framework tells an author who takes another."""
    with pytest.raises(PluginError) as refused:
        converter_of(complex)
    listed = re.search(r"\. (.+) 가운데", str(refused.value))
    assert listed is not None
    return listed[1].split(", ")


def attributes_of_a_chat() -> list[str]:
    """Return what a handler's ``chat`` has beside its methods."""
    seen: list[str] = []
    plugin = Plugin("살피기")

    @plugin.command("살펴")
    def look(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        seen.extend(f"chat.{name}" for name in vars(chat) if not name.startswith("_"))
        return "봤어요."

    assert asyncio.run(TestChat(plugin).say("/살펴")) == "봤어요."
    return seen


def demands() -> Iterator[tuple[str, str]]:
    """Yield what docs/plugins.md must have between backticks, each with what must stand in its line; that may be nothing."""
    yield from (("", hook) for hook in Hook)
    yield "", call("Plugin", Plugin)
    yield from (("", one) for one in methods(Plugin, "@plugin."))
    yield from (("", one) for one in (*attributes_of_a_chat(), *methods(Chat, "chat."), *methods(Storage)))
    yield from (("Conversation", one.removeprefix("await ")) for one in (*methods(Conversation), "begin(chat, ...)"))
    yield from (("", call(kind.__name__, kind)) for kind in (Ask, Done, Answer, Choice, File, *get_args(Rule)))
    for kind in (Profile, Job, CommandInfo, Status, Speaker):
        yield from ((kind.__name__, field.name) for field in fields(kind))
    yield from (("", f"{kind.__name__}.{one.name}") for kind in (Missed, Role, Where, SpeechLevel) for one in kind)
    yield from (("", name) for name in types_of_arguments())
    yield from (("", f"plugins.{key}") for key in PluginsSettings.model_fields)
    yield from (("", f"plugins.이름.{key}") for key in PluginSection.model_fields)
    yield from (("", f"{option}=") for option in inspect.signature(TestChat).parameters if option != "plugins")


DEMANDS = list(dict.fromkeys(demands()))


def missing(page: str, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what a page does not say."""
    prose = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    lines = [re.findall(r"`([^`]+)`", line) for line in prose.splitlines()]
    return [
        (beside, name)
        for beside, name in wanted
        if not any(name in spans and (not beside or beside in spans) for spans in lines)
    ]


def test_the_plugin_page_names_the_whole_api() -> None:
    assert missing(PAGE, DEMANDS) == []


@pytest.mark.parametrize("demand", DEMANDS, ids=lambda demand: demand[1])
def test_a_page_that_leaves_something_out_is_found_out(demand: tuple[str, str]) -> None:
    assert demand in missing(PAGE.replace(f"`{demand[1]}`", ""), DEMANDS)


class Size(Enum):
    SMALL = "작은 것"
    LARGE = "큰 것"


_NAMES = {
    "date": date,
    "time": time,
    "datetime": datetime,
    "Speaker": Speaker,
    "Literal": Literal,
    "Rest": Rest,
    "Size": Size,
}
_EXAMPLES = re.findall(r"^\| `([^`]+)`(?: \(`Enum`\))? \| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("kind", "written", "value"), _EXAMPLES)
def test_arguments_are_read_as_the_page_says(kind: str, written: str, value: str) -> None:
    seen: list[object] = []
    plugin = Plugin("읽기")

    def read(value: object) -> str:
        seen.append(value)
        return "읽었어요."

    read.__annotations__["value"] = eval(kind, dict(_NAMES))  # noqa: S307
    plugin.command("읽기")(read)
    chat = TestChat(plugin, now=NOW)
    assert asyncio.run(chat.say(f"/읽기 {written}")) == "읽었어요."
    expected = eval(value, dict(_NAMES))  # noqa: S307
    assert (seen[0].replace(tzinfo=None) if isinstance(seen[0], datetime) else seen[0]) == expected


def test_every_type_of_argument_has_an_example() -> None:
    shown = " ".join(kind for kind, _, _ in _EXAMPLES) + " Enum"
    assert [name for name in types_of_arguments() if name not in shown] == []


def built_in() -> dict[str, Plugin]:
    """Return the plugins that pyproject.toml registers, by their Korean names."""
    registered = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    loaded = [
        EntryPoint(name, value, "chatbot.plugins").load() for name, value in registered["chatbot.plugins"].items()
    ]
    return {plugin.name: plugin for plugin in loaded}


BUILT_IN = built_in()


def section(page: str, name: str) -> str:
    """Return what stands in a page under the heading of a plugin; nothing where there is none."""
    found = re.search(rf"^### {re.escape(name)}$\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    return "" if found is None else found[1]


def not_shown(page: str) -> list[str]:
    """Return the built-in plugins without a dialogue, and the commands that are not named in their plugin's section."""
    lines: list[str] = []
    for name, plugin in BUILT_IN.items():
        here = section(page, name)
        lines += [] if any(one.plugin == name for one in played(here)) else [name]
        lines += [
            f"/{one.names[0]}"
            for one in plugin.commands
            if not re.search(rf"(?<![\w/])/{re.escape(one.names[0])}(?!\w)", here)
        ]
    return lines


@dataclass(frozen=True)
class Played:
    """A dialogue, and how it is to be played; ``loose`` are the words in whose place there may be others."""

    plugin: str
    text: str
    loose: tuple[str, ...] = ()
    room_kind: RoomKind = RoomKind.PRIVATE


_PLAYED = re.compile(
    r"^<!-- played by (?P<plugin>\S+?)(?P<group>, in a group)?(?:, but for (?P<loose>.+?))? -->\n"
    r"```text\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_LATER = re.compile(r"\((\d+)(분|시간|일) 뒤\)")
_SPANS = {"분": timedelta(minutes=1), "시간": timedelta(hours=1), "일": timedelta(days=1)}
_LINE = re.compile(r"(\S+)> (.*)")
_SEED = 7


def played(page: str) -> list[Played]:
    return [
        Played(
            found["plugin"],
            found["text"],
            tuple(found["loose"].split(" | ")) if found["loose"] else (),
            RoomKind.GROUP if found["group"] else RoomKind.PRIVATE,
        )
        for found in _PLAYED.finditer(page)
    ]


def pattern_of(expected: str, loose: Iterable[str]) -> re.Pattern[str]:
    """Return what a reply must be: as it is written, but for what may differ."""
    free = [re.escape(one) for one in sorted({"...", *loose}, key=len, reverse=True)]
    pieces = re.split(f"({'|'.join(free)})", expected)
    whole = "".join(".+?" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
    return re.compile(whole, re.DOTALL)


def scenes(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield who speaks, what, and what the bot answers: its lines, and those behind them that nobody speaks."""
    who, what, answer = "", "", list[str]()
    for line in text.splitlines():
        spoken = _LINE.fullmatch(line)
        if spoken is not None and spoken[1] == "단비":
            answer.append(spoken[2])
        elif spoken is None and not _LATER.fullmatch(line):
            answer.append(line.strip())
        else:
            if who or what:
                yield who, what, "\n".join(answer)
            who, what, answer = (spoken[1], spoken[2], []) if spoken else ("", line, [])
    yield who, what, "\n".join(answer)


async def play(dialogue: Played) -> None:
    """Play a dialogue with dice that fall the same every time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random, "SystemRandom", lambda: random.Random(_SEED))
        for name, module in list(sys.modules.items()):
            for key, value in list(vars(module).items()) if name.startswith("chatbot.builtin.") else ():
                if isinstance(value, random.Random):
                    patch.setattr(module, key, random.Random(_SEED))
        async with TestChat(BUILT_IN[dialogue.plugin], now=NOW) as chat:
            for who, what, answer in scenes(dialogue.text):
                later = None if who else _LATER.fullmatch(what)
                heard = (
                    await chat.say(what, speaker=who, room_kind=dialogue.room_kind)
                    if later is None
                    else await chat.passes(int(later[1]) * _SPANS[later[2]])
                )
                heard = "\n".join(line.strip() for line in heard.splitlines())
                assert pattern_of(answer, dialogue.loose).fullmatch(heard), f"{what}: the bot says {heard!r}"


DIALOGUES = played(README)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.plugin)
async def test_the_dialogues_are_what_the_bot_says(dialogue: Played) -> None:
    await play(dialogue)


@pytest.mark.parametrize(
    "text",
    [
        "나> /새대화\n단비> 이런 말\n",
        "나> /새대화\n",
        "나> /새대화\n단비> 좋아요, 처음부터 새로 이야기해요.\n그리고 더\n",
        "나> /새대화\n단비> 좋아요, 처음부터 새로 이야기해요.\n(10분 뒤)\n단비> 지났어요.\n",
    ],
)
async def test_a_dialogue_that_is_not_so_is_found_out(text: str) -> None:
    with pytest.raises(AssertionError, match="the bot says"):
        await play(Played("기본", text))


async def test_what_may_differ_may_differ() -> None:
    await play(Played("기본", "나> /새대화\n단비> 좋아요, ... 이야기해요.\n"))
    await play(Played("기본", "나> /새대화\n단비> 그래요, 처음부터 새로 이야기해요.\n", ("그래요",)))


def test_the_readme_shows_every_built_in_plugin_and_command() -> None:
    assert not_shown(README) == []


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_readme_without_a_plugin_is_found_out(name: str) -> None:
    assert name in not_shown(README.replace(f"### {name}\n", ""))


@pytest.mark.parametrize("command", [f"/{one.names[0]}" for plugin in BUILT_IN.values() for one in plugin.commands])
def test_a_readme_without_a_command_is_found_out(command: str) -> None:
    assert command in not_shown(README.replace(command, ""))
