"""Plugins looked at once, before anybody speaks: what each handler takes, so that a mistake of its author shows at once.

Knows nothing of messages; ``dispatch`` runs what is prepared here.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from pydantic import BaseModel

from chatbot.errors import PluginError
from chatbot.plugins.arguments import Signature
from chatbot.plugins.conversations import INJECTED, Conversation, Script
from chatbot.plugins.declarations import CommandDeclaration, Hook, MatcherDeclaration, ScheduleDeclaration
from chatbot.plugins.invocation import Invocation
from chatbot.plugins.matchers import Matchers
from chatbot.plugins.plugin import Plugin

_OFFERED = {
    Hook.BEFORE_GENERATE: frozenset({"chat", "talk", "settings"}),
    Hook.AFTER_GENERATE: frozenset({"chat", "talk", "reply", "settings"}),
    Hook.ON_JOIN: frozenset({"chat", "joined", "settings"}),
    Hook.ON_FORGET: frozenset({"adapter", "speaker_id", "everywhere", "now", "settings"}),
    Hook.ON_START: frozenset({"everywhere", "now", "settings"}),
    Hook.ON_STOP: frozenset({"everywhere", "now", "settings"}),
}
_SCHEDULED = frozenset({"everywhere", "now", "settings"})
_JOB = frozenset({"chat", "job", "settings"})


class Chosen(Protocol):
    """The plugins that are on, with the owner's names and settings: the registry."""

    @property
    def plugins(self) -> Sequence[Plugin]:
        """The plugins."""
        ...

    @property
    def commands(self) -> Sequence[tuple[str, CommandDeclaration]]:
        """Each command under the names it has in this bot, with its plugin's name."""
        ...

    def settings_of(self, name: str) -> BaseModel | None:
        """Return a plugin's settings."""
        ...


@dataclass(frozen=True, slots=True)
class PreparedCommand:
    """A command, ready to be called. ``takes_words`` says whether anything may stand behind its name."""

    plugin: Plugin
    declaration: CommandDeclaration
    signature: Signature
    wants: frozenset[str]
    conversation: type[Conversation] | None = None

    @property
    def takes_words(self) -> bool:
        """Whether anything may stand behind its name."""
        return bool(self.signature.parameters)

    @property
    def usage(self) -> str:
        """How it is written."""
        return self.signature.usage(f"/{self.declaration.names[0]}")


@dataclass(frozen=True, slots=True)
class PreparedMatcher:
    """A matcher, ready to be called: ``groups`` are the parameters that its pattern's groups fill."""

    wants: frozenset[str]
    signature: Signature


@dataclass(frozen=True, slots=True)
class PreparedHook:
    """What attends a moment, ready to be called."""

    plugin: Plugin
    call: Invocation


@dataclass(frozen=True, slots=True)
class PreparedSchedule:
    """What runs by the clock, ready to be called."""

    declaration: ScheduleDeclaration
    call: Invocation


class Prepared:
    """All plugins of a bot."""

    def __init__(self, chosen: Chosen) -> None:
        self.plugins = tuple(chosen.plugins)
        self.settings: Mapping[str, BaseModel | None] = {
            plugin.name: chosen.settings_of(plugin.name) for plugin in self.plugins
        }
        by_name = {plugin.name: plugin for plugin in self.plugins}
        self.commands = tuple(_command(by_name[name], command) for name, command in chosen.commands)
        self.matchers = Matchers([(plugin.name, one) for plugin in self.plugins for one in plugin.matchers])
        self._matchers = {id(one): _matcher(plugin, one) for plugin in self.plugins for one in plugin.matchers}
        self.scripts: Mapping[tuple[str, str], Script] = {
            (plugin.name, one.name): Script(plugin.name, one) for plugin in self.plugins for one in plugin.conversations
        }
        self._by_kind = {script.declaration.kind: script for script in self.scripts.values()}
        self._hooks = {
            hook: tuple(
                PreparedHook(plugin, Invocation.of(handler, _OFFERED[hook], f"'{plugin.name}' 플러그인의 {hook}"))
                for plugin in self.plugins
                for handler in plugin.hooks(hook)
            )
            for hook in Hook
        }
        self.schedules: Mapping[tuple[str, str], PreparedSchedule] = {
            (plugin.name, one.name): PreparedSchedule(
                one, Invocation.of(one.handler, _SCHEDULED, f"'{plugin.name}' 플러그인의 {one.name}()")
            )
            for plugin in self.plugins
            for one in plugin.schedules
        }
        self.jobs: Mapping[tuple[str, str], Callable[..., Any]] = {
            (plugin.name, name): handler for plugin in self.plugins for name, handler in plugin.jobs.items()
        }

    def hooks(self, hook: Hook) -> tuple[PreparedHook, ...]:
        """Return what attends a moment, in the order of the plugins."""
        return self._hooks[hook]

    def matcher(self, declaration: MatcherDeclaration) -> PreparedMatcher:
        """Return a declared matcher as it is called."""
        return self._matchers[id(declaration)]

    def script(self, kind: type[Any]) -> Script | None:
        """Return the declared conversation of a class."""
        return self._by_kind.get(kind)


def check(plugin: Plugin) -> None:
    """Look at a plugin as a bot would.

    Raises:
        PluginError: an annotation, a step, a hook or a field cannot work.
    """
    Prepared(Only((plugin,)))


@dataclass(frozen=True, slots=True)
class Only:
    """Plugins as they are declared: no owner gave them other names or settings."""

    plugins: Sequence[Plugin] = ()

    @property
    def commands(self) -> Sequence[tuple[str, CommandDeclaration]]:
        """Each command with its plugin's name."""
        return [(plugin.name, command) for plugin in self.plugins for command in plugin.commands]

    def settings_of(self, name: str) -> BaseModel | None:
        """Return none."""
        return None


def job_wants(handler: Callable[..., Any], payload: Mapping[str, object], plugin: str, name: str) -> Invocation:
    """Return how a job's handler is called with a payload.

    Raises:
        PluginError: it wants something that neither the framework nor the payload has.
    """
    return Invocation.of(handler, _JOB | payload.keys(), f"'{plugin}' 플러그인의 '{name}' 예약")


def _command(plugin: Plugin, declaration: CommandDeclaration) -> PreparedCommand:
    handler = declaration.handler
    kind = cast("type[Conversation]", handler) if isinstance(handler, type) else None
    called = handler if kind is None else getattr(kind, "begin", None)
    if called is None:
        raise PluginError(f"'{plugin.name}' 플러그인의 대화에 async def begin(self, chat)이 있어야 해요.")
    if kind is not None:
        for field in inspect.signature(kind).parameters.values():
            if field.default is field.empty and field.kind is not field.VAR_KEYWORD:
                raise PluginError(
                    f"'{plugin.name}' 플러그인의 {kind.__name__}은 명령으로 시작하니 {field.name}에 기본값이 있어야 해요."
                )
    return PreparedCommand(plugin, declaration, Signature.of(called, INJECTED), _wanted(called), kind)


def _matcher(plugin: Plugin, declaration: MatcherDeclaration) -> PreparedMatcher:
    wants = _wanted(declaration.handler)
    signature = Signature.of(declaration.handler, INJECTED | {"match"})
    groups = frozenset(declaration.pattern.groupindex) if declaration.pattern is not None else frozenset[str]()
    for parameter in signature.parameters:
        if parameter.name not in groups and parameter.required:
            raise PluginError(
                f"'{plugin.name}' 플러그인의 정규식에 (?P<{parameter.name}>...)이 없는데 함수가 받으려고 해요."
            )
    if "match" in wants and declaration.pattern is None:
        raise PluginError(f"'{plugin.name}' 플러그인에서 match는 정규식으로 찾을 때만 받을 수 있어요.")
    return PreparedMatcher(wants, signature)


def _wanted(function: Callable[..., Any]) -> frozenset[str]:
    """Return which of the injected things a function's parameters name."""
    return frozenset(inspect.signature(function).parameters) & {"chat", "settings", "match"}
