"""Names that two plugins want, told with who wants them and the line of config.yaml that gives one another name."""

import inspect
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.config import Settings, folded
from chatbot.plugins.command_table import name_words
from chatbot.plugins.declarations import CommandDeclaration, Handler
from chatbot.plugins.loader import Found, Kind

_PLAIN = re.compile(r"[\w가-힣]+")
"""What YAML reads as the word it is. 1, on and null are no plugin's or command's names that anybody would mourn."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A command of a plugin that wants a name.

    Attributes:
        declared: the name that the plugin's author gave it, by which config.yaml renames it.
    """

    found: Found
    command: CommandDeclaration
    name: str
    declared: str


def plugin_conflicts(found: Sequence[Found], settings: Settings) -> list[str]:
    """Return a Korean line for each plugin name that is taken twice."""
    first: dict[str, Found] = {}
    lines: list[str] = []
    for one in found:
        other = first.setdefault(folded(one.plugin.name), one)
        if other is one:
            continue
        remedy = (
            f"plugins의 off에 {_yaml(one.source)} 또는 {_yaml(other.source)}을(를) 적어 하나를 끄거나"
            if one.source != other.source
            else "하나를 지우거나"
        )
        lines.append(
            f"플러그인 이름 '{one.plugin.name}'이(가) 겹쳐요: {_owner(other, settings)}, {_owner(one, settings)}. "
            f"{remedy} Plugin(...)의 이름을 바꿔 주세요."
        )
    return lines


def command_conflicts(
    wishes: Iterable[Wish], reserved: Mapping[str, str], settings: Settings, key: Mapping[str, str]
) -> list[str]:
    """Return a Korean line for each command name that is taken twice.

    Args:
        reserved: names that are not to be had, each with its owner.
        key: the names of the plugins as config.yaml has them.
    """
    wishes = list(wishes)
    owners = {name_words(name): owner for name, owner in reserved.items()}
    taken: dict[tuple[str, ...], Wish] = {}
    every = {*owners, *(name_words(wish.name) for wish in wishes)}
    lines: list[str] = []
    for wish in wishes:
        words = name_words(wish.name)
        place = f"{_owner(wish.found, settings, _place(wish.command.handler))}"
        if words in owners:
            others = f"{owners[words]}의 명령이에요. {place}에서는 쓸 수 없어요"
        elif (other := taken.setdefault(words, wish)) is not wish:
            others = f"{_owner(other.found, settings, _place(other.command.handler))}와 {place}에 함께 있어요"
        else:
            continue
        lines.append(f"'/{wish.name}' 명령의 이름이 겹쳐요: {others}. {_remedy(wish, every, settings, key)}")
    return lines


def _remedy(wish: Wish, every: set[tuple[str, ...]], settings: Settings, key: Mapping[str, str]) -> str:
    """Return the line that renames a command, and where in config.yaml it belongs."""
    plugin = key[wish.found.plugin.name]
    new = _free(wish, every)
    line = f"{_yaml(wish.declared)}: {_yaml(new)}"
    paths = [("plugins", plugin, "rename"), ("plugins", plugin), ("plugins",)]
    lines = [line, f"rename: {{{line}}}", f"{_yaml(plugin)}: {{rename: {{{line}}}}}"]
    for path, added in zip(paths, lines, strict=True):
        if settings.origins.has(path):
            place = settings.origins.where(path)
            return f"{place}의 {'.'.join(path)} 아래에 `{added}`를 적으면 '/{new}'가 돼요."
    return f"config.yaml에 `plugins: {{{lines[-1]}}}`를 적으면 '/{new}'가 돼요."


def _free(wish: Wish, every: set[tuple[str, ...]]) -> str:
    """Return a name that nobody wants: the plugin's before the command's own."""
    stem = f"{wish.found.plugin.name}{wish.name.replace(' ', '')}"
    stem = stem if len(stem) <= 30 else wish.name.split()[0]
    number = 1
    while name_words(name := stem if number == 1 else f"{stem}{number}") in every:
        number += 1
    every.add(name_words(name))
    return name


def _owner(found: Found, settings: Settings, place: tuple[str, int] | None = None) -> str:
    kind = f"{found.kind.value} " if found.kind is Kind.BUILTIN else ""
    file, line = place or (found.plugin.file or found.source, found.plugin.line)
    return f"{kind}'{found.plugin.name}' 플러그인({shown_path(file, settings.folder)}:{line})"


def shown_path(file: str, folder: Path) -> str:
    """Return a path as short as it can be said: below the bot's folder, below the framework's, or as it is."""
    for root in (folder, Path(__file__).parents[2]):
        if Path(file).is_relative_to(root):
            return os.fspath(Path(file).relative_to(root))
    return file


def _place(handler: Handler) -> tuple[str, int] | None:
    """Return where a command's function, or the conversation that it begins, is written."""
    function: Any = inspect.unwrap(handler)
    if isinstance(function, type):
        function = getattr(function, "begin", None)
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code is not None else None


def _yaml(word: str) -> str:
    """Return a word as it stands in YAML."""
    return word if _PLAIN.fullmatch(word) else json.dumps(word, ensure_ascii=False)
