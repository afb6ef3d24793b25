"""Slash commands: what is published of the bot's commands, and the text that using one stands for.

"/기억 지우기 2" is what the framework understands, typed or not; so a slash command becomes that text. Knows nothing of
what commands do.

Source: https://discord.com/developers/docs/interactions/application-commands.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Protocol, TypeAlias, Union, get_args, get_origin

from chatbot import Rest, Speaker

Payload: TypeAlias = dict[str, Any]

_SUBCOMMAND, _GROUP, _STRING, _INTEGER, _BOOLEAN, _USER, _NUMBER = 1, 2, 3, 4, 5, 6, 10
_TYPES: dict[object, tuple[int, str]] = {
    bool: (_BOOLEAN, "예 또는 아니요"),
    int: (_INTEGER, "정수"),
    float: (_NUMBER, "숫자"),
    Speaker: (_USER, "사람"),
}
MOST_COMMANDS = 100
MOST_CHOICES = 25
_LONGEST_NAME = 32
_LONGEST_TEXT = 100
_DEEPEST = 3
"""A command, a group in it, a command in that."""
_NOT_IN_NAMES = re.compile(r"[^-_'\w]+")
_QUOTES = "\"'“”‘’"


class ParameterSpec(Protocol):
    """A parameter of a command, as the framework has it."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def annotation(self) -> Any:
        """The type that it was declared with."""
        ...

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        ...

    @property
    def choices(self) -> Sequence[str]:
        """All that may be given, where these are known."""
        ...


class CommandSpec(Protocol):
    """A command, as the framework has it."""

    @property
    def names(self) -> Sequence[str]:
        """What may be typed behind the slash, the main name first; one of several words belongs to a group."""
        ...

    @property
    def help(self) -> str:
        """One line that says what it does."""
        ...

    @property
    def parameters(self) -> Sequence[ParameterSpec]:
        """What may be written behind it, in order."""
        ...


@dataclass(frozen=True, slots=True)
class _Option:
    """A parameter as Discord has it. ``name``: under which its value comes back."""

    name: str
    payload: Payload
    choices: tuple[str, ...]
    takes_rest: bool


@dataclass(frozen=True, slots=True)
class _Command:
    """``name``: as the framework has it. ``options``: in the order in which they are written."""

    name: str
    help: str
    options: tuple[_Option, ...]

    @property
    def payload(self) -> list[Payload]:
        """The options as Discord wants them: those that are required first."""
        return [one.payload for one in sorted(self.options, key=lambda one: not one.payload["required"])]


@dataclass(slots=True)
class _Node:
    """A name that stands for a command, or for a group of some."""

    command: _Command | None = None
    inner: "dict[str, _Node]" = field(default_factory=dict["str", "_Node"])


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A parameter that somebody is writing: what they have so far, and what it may become."""

    begun: str
    choices: tuple[str, ...]

    @property
    def best(self) -> list[str]:
        """The choices that fit what was written, those that begin with it first."""
        begun = _folded(self.begun)
        fitting = [one for one in self.choices if begun in _folded(one) and len(one) <= _LONGEST_TEXT]
        return sorted(fitting, key=lambda one: not _folded(one).startswith(begun))[:MOST_CHOICES]


class SlashCommands:
    """All commands that are offered.

    Attributes:
        left_out: how many there is no room for on Discord, or no name.
    """

    def __init__(self, specs: Sequence[CommandSpec]) -> None:
        self._top: dict[str, _Node] = {}
        self.left_out = 0
        for spec in sorted(specs, key=lambda spec: len(spec.names[0].split())):  # "기억" goes before "기억 지우기"
            self._add(_Command(spec.names[0], spec.help, _options(spec.parameters)))

    def payload(self) -> list[Payload]:
        """Return what is to be published."""
        return [_payload(name, node) for name, node in self._top.items()]

    def text(self, data: Mapping[str, Any]) -> str:
        """Return what somebody who used a command would have typed, by the data of the interaction."""
        path, given = _unpacked(data)
        command = self._find(path)
        if command is None:  # published by an older version
            return " ".join([f"/{' '.join(path)}", *(_written(value, is_last=False) for value in given.values())])
        used = [option for option in command.options if option.name in given]
        words = [
            _written(given[option.name], is_last=option.takes_rest and option is used[-1], kind=option.payload["type"])
            for option in used
        ]
        return " ".join([f"/{command.name}", *words])

    def suggestion(self, data: Mapping[str, Any]) -> Suggestion | None:
        """Return what somebody is writing, by the data of the interaction."""
        path, given = _unpacked(data, focused=True)
        command = self._find(path)
        for option in command.options if command is not None else ():
            if option.name in given:
                return Suggestion(str(given[option.name]), option.choices)
        return None

    def _add(self, command: _Command) -> None:
        words = [one for one in map(_name, command.name.split()) if one]
        words = [*words[: _DEEPEST - 1], _cut_name("-".join(words[_DEEPEST - 1 :]))] if len(words) > _DEEPEST else words
        if not self._put(words, command) and not self._put([_cut_name("-".join(words))], command):
            self.left_out += 1

    def _put(self, words: Sequence[str], command: _Command) -> bool:
        """Put a command under its names; return whether there was room."""
        if not words or not words[0]:
            return False
        inner, new = self._top, None
        for depth, word in enumerate(words):
            most = MOST_COMMANDS if depth == 0 else MOST_CHOICES
            node = inner.get(word)
            if node is None:
                if len(inner) >= most:
                    return False
                new = (inner, word, depth)
                break
            if node.command is not None:  # Discord's groups cannot be used as commands themselves
                return False
            inner = node.inner
        if new is None:
            return False
        inner, word, depth = new
        leaf = node = inner[word] = _Node()
        for rest in words[depth + 1 :]:
            leaf = node.inner[rest] = _Node()
            node = leaf
        leaf.command = command
        return True

    def _find(self, path: Sequence[str]) -> _Command | None:
        inner, node = self._top, None
        for word in path:
            node = inner.get(word)
            if node is None:
                return None
            inner = node.inner
        return node.command if node is not None else None


def _payload(name: str, node: _Node, kind: int = 1, depth: int = 0) -> Payload:
    """Return a command, a group of some, or one in a group."""
    if node.command is not None:
        help_line, options = node.command.help, node.command.payload
    else:
        help_line = f"{name}: {', '.join(node.inner)}"
        options = [
            _payload(word, inner, _SUBCOMMAND if inner.command is not None else _GROUP, depth + 1)
            for word, inner in node.inner.items()
        ]
    about = _about(help_line, name)
    return {
        "type": kind,
        "name": name,
        "name_localizations": {"ko": name},
        "description": about,
        "description_localizations": {"ko": about},
        "options": options,
    }


def _options(parameters: Sequence[ParameterSpec]) -> tuple[_Option, ...]:
    options: list[_Option] = []
    taken: set[str] = set()
    for parameter in parameters[:MOST_CHOICES]:
        name = _name(parameter.name) or "값"
        while name in taken:
            name = _cut_name(name[: _LONGEST_NAME - 1] + "_")
        taken.add(name)
        options.append(_option(name, parameter))
    return tuple(options)


def _option(name: str, parameter: ParameterSpec) -> _Option:
    inner, takes_rest = _inner(parameter.annotation)
    kind, about = _TYPES.get(inner, (_STRING, "글"))
    choices = tuple(parameter.choices) if kind == _STRING else ()
    payload: Payload = {
        "type": kind,
        "name": name,
        "name_localizations": {"ko": name},
        "description": about,
        "description_localizations": {"ko": about},
        "required": parameter.required,
    }
    if choices:
        payload["description"] = payload["description_localizations"]["ko"] = _about(" | ".join(choices), about)
        if len(choices) <= MOST_CHOICES and all(len(one) <= _LONGEST_TEXT for one in choices):
            payload["choices"] = [{"name": one, "name_localizations": {"ko": one}, "value": one} for one in choices]
        else:
            payload["autocomplete"] = True
    return _Option(name, payload, choices, takes_rest)


def _inner(annotation: Any) -> tuple[object, bool]:
    """Return the type that an annotation is about, and whether it takes all that is left of a message."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner, takes_rest = _inner(arguments[0])
        return inner, takes_rest or any(one in get_args(Rest)[1:] for one in arguments[1:])
    if origin is Union or origin is UnionType:
        members = [one for one in arguments if one is not NoneType]
        return _inner(members[0]) if len(members) == 1 else (annotation, False)
    return annotation, False


def _unpacked(data: Mapping[str, Any], *, focused: bool = False) -> tuple[list[str], dict[str, Any]]:
    """Return the names down to the command that was used, and the values given to it; only the one being written."""
    path = [str(data["name"])]
    options: list[Payload] = data.get("options") or []
    while options and options[0]["type"] in (_SUBCOMMAND, _GROUP):
        path.append(options[0]["name"])
        options = options[0].get("options") or []
    return path, {one["name"]: one.get("value") for one in options if not focused or one.get("focused")}


def _written(value: object, *, is_last: bool, kind: int | None = None) -> str:
    """Return a value as it would be typed, in quotes where it would fall apart."""
    if isinstance(value, bool):
        return "네" if value else "아니요"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    if isinstance(value, int):
        return f"{value}"
    if kind == _USER:
        return f"<@{value}>"
    text = str(value)
    if is_last or (text and not re.search(r"\s", text) and text[0] not in _QUOTES):
        return text
    if not any(one in text for one in '"“”'):
        return f'"{text}"'
    if not any(one in text for one in "'‘’"):
        return f"'{text}'"
    return '"' + re.sub(r'["“”]', "'", text) + '"'


def _name(written: str) -> str:
    """Return a name as Discord allows it; empty if nothing of it is left."""
    return _cut_name(_NOT_IN_NAMES.sub("", unicodedata.normalize("NFC", written).lower()))


def _cut_name(name: str) -> str:
    return name[:_LONGEST_NAME]


def _about(text: str, otherwise: str) -> str:
    line = " ".join(text.split()) or otherwise
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1] + "…"


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).casefold().split())
