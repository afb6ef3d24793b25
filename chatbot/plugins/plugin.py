"""A plugin: a name, and what its author declares with decorators. Declaring has no side effect; the bot does the rest.

plugin = Plugin("더하기")

@plugin.command("더하기", "add")
async def add(chat: Chat, left: int, right: int = 1) -> str:
    "두 수를 더합니다."
    return f"{left + right}입니다."
"""

import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from chatbot.errors import PluginError
from chatbot.people import Role
from chatbot.plugins.declarations import (
    CommandDeclaration,
    ConversationDeclaration,
    Handler,
    Hook,
    MatcherDeclaration,
    ScheduleDeclaration,
    Where,
)
from chatbot.plugins.rules import Cron, Daily, Every, Missed, Once, Rule

Function = TypeVar("Function", bound=Handler)
Kind = TypeVar("Kind", bound=type[Any])


class _Decorator(Protocol):
    """Takes a function and gives it back."""

    def __call__(self, function: Function, /) -> Function: ...


_EVERY_DAY = "매일"
_NAME = re.compile(r"[^\s/.:]{1,40}")
_COMMAND = re.compile(r"[^\s/@]{1,32}(?: [^\s/@]{1,32}){0,2}")


class Plugin:
    """What one plugin can do.

    Args:
        name: unique among the plugins of a bot; its section in config.yaml, and the owner of what it stores.
        about: one line for 도움말.
        settings: a pydantic model of what the owner may set under ``plugins.NAME`` in config.yaml.

    Raises:
        PluginError: here and in every decorator, for what cannot work: a name that is taken or unusable.
    """

    def __init__(self, name: str, about: str = "", settings: type[BaseModel] | None = None) -> None:
        if not _NAME.fullmatch(name):
            raise PluginError(f"플러그인 이름 {name!r}은 쓸 수 없어요. 띄어쓰기와 / . : 없이 40자까지 적어 주세요.")
        self.name = name
        self.about = about
        self.settings_type = settings
        caller = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # where it stands, for conflicts and mistakes
        self.file: str | None = caller.f_code.co_filename
        self.line = caller.f_lineno
        self._commands: list[CommandDeclaration] = []
        self._matchers: list[MatcherDeclaration] = []
        self._conversations: list[ConversationDeclaration] = []
        self._schedules: list[ScheduleDeclaration] = []
        self._jobs: dict[str, Handler] = {}
        self._hooks: defaultdict[Hook, list[Handler]] = defaultdict(list)

    def __repr__(self) -> str:
        return f"<Plugin {self.name} ({self.place})>"

    @property
    def place(self) -> str:
        """Where it is declared: file and line."""
        return f"{Path(self.file).name}:{self.line}" if self.file else "?"

    @property
    def commands(self) -> tuple[CommandDeclaration, ...]:
        """The commands, in the order of declaring."""
        return tuple(self._commands)

    @property
    def matchers(self) -> tuple[MatcherDeclaration, ...]:
        """The matchers, in the order of declaring."""
        return tuple(self._matchers)

    @property
    def conversations(self) -> tuple[ConversationDeclaration, ...]:
        """The conversations."""
        return tuple(self._conversations)

    @property
    def schedules(self) -> tuple[ScheduleDeclaration, ...]:
        """What runs by the clock."""
        return tuple(self._schedules)

    @property
    def jobs(self) -> dict[str, Handler]:
        """What runs the jobs that ``chat.schedule`` makes, by name."""
        return dict(self._jobs)

    def hooks(self, hook: Hook) -> tuple[Handler, ...]:
        """Return what attends a moment, in the order of declaring."""
        return tuple(self._hooks[hook])

    def command(
        self,
        *names: str,
        role: Role = Role.ANYONE,
        where: Where = Where.ANYWHERE,
        cool_down: timedelta = timedelta(0),
        help: str | None = None,
    ) -> Callable[[Function], Function]:
        """Declare a command; the parameters' annotations say what stands behind its name.

        Args:
            names: the main name and others, without the slash. A name of two words belongs to the group of its first.
            role: what one must at least be.
            where: in which rooms it works.
            cool_down: how long a person waits between two uses in a room.
            help: one line for 도움말; the first line of the docstring by default.
        """

        def declare(function: Function) -> Function:
            about = help if help is not None else _first_line(function)
            self._add_command(CommandDeclaration(names, function, about, role, where, cool_down))
            return function

        return declare

    def match(self, pattern: str | re.Pattern[str], *, priority: int = 0, block: bool = True) -> _Decorator:
        """Declare what answers messages in which a regular expression is found; its named groups become parameters."""
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise PluginError(f"'{self.name}' 플러그인의 정규식 {pattern!r}을 읽을 수 없어요: {error}") from error
        return self._matcher(lambda function: MatcherDeclaration(function, compiled, priority=priority, block=block))

    def keyword(self, *keywords: str, priority: int = 0, block: bool = True) -> _Decorator:
        """Declare what answers messages that contain one of some words, in upper or lower case."""
        if not keywords or not all(keyword.strip() for keyword in keywords):
            raise PluginError(f"'{self.name}' 플러그인의 keyword()에 찾을 말을 적어 주세요.")
        folded = tuple(keyword.casefold() for keyword in keywords)
        return self._matcher(
            lambda function: MatcherDeclaration(function, keywords=folded, priority=priority, block=block)
        )

    def when(self, predicate: Callable[[str], bool], *, priority: int = 0, block: bool = True) -> _Decorator:
        """Declare what answers messages of which a function of the text says so."""
        if inspect.iscoroutinefunction(predicate):  # what it returns would always count as true
            raise PluginError(f"'{self.name}' 플러그인의 when()에는 async가 아닌 함수를 적어 주세요.")
        return self._matcher(
            lambda function: MatcherDeclaration(function, predicate=predicate, priority=priority, block=block)
        )

    def conversation(
        self,
        name: str,
        *,
        commands: Iterable[str] = (),
        version: int = 1,
        expires: timedelta = timedelta(minutes=30),
        room: bool = False,
        role: Role = Role.ANYONE,
        where: Where = Where.ANYWHERE,
    ) -> Callable[[Kind], Kind]:
        """Declare a conversation of several steps: a dataclass that derives from ``Conversation``.

        Args:
            name: under which its state is stored.
            commands: names of a command that begins it.
            version: to be raised when its steps or fields change.
            expires: how long it waits for the next message.
            room: whether everybody in the room takes part.
        """

        def declare(kind: Kind) -> Kind:
            if any(one.name == name for one in self._conversations):
                raise PluginError(f"'{self.name}' 플러그인에 '{name}' 대화가 두 번 있어요. 한쪽 이름을 바꿔 주세요.")
            if expires <= timedelta(0) or version < 1:
                raise PluginError(f"'{name}' 대화의 expires는 0보다 길고 version은 1 이상이어야 해요.")
            self._conversations.append(ConversationDeclaration(name, kind, version, expires, room))
            if names := tuple(commands):
                self._add_command(CommandDeclaration(names, kind, _first_line(kind), role, where))
            return kind

        return declare

    def before_generate(self, function: Function) -> Function:
        """Declare what sees each talk before the model does, and may change it or answer instead."""
        return self._hook(Hook.BEFORE_GENERATE, function)

    def after_generate(self, function: Function) -> Function:
        """Declare what sees each reply of the model, and may change it."""
        return self._hook(Hook.AFTER_GENERATE, function)

    def on_join(self, function: Function) -> Function:
        """Declare what greets somebody who came into a room."""
        return self._hook(Hook.ON_JOIN, function)

    def on_forget(self, function: Function) -> Function:
        """Declare what removes a person from what is stored for the plugin or rooms."""
        return self._hook(Hook.ON_FORGET, function)

    def on_start(self, function: Function) -> Function:
        """Declare what runs when the bot has started."""
        return self._hook(Hook.ON_START, function)

    def on_stop(self, function: Function) -> Function:
        """Declare what runs when the bot shuts down."""
        return self._hook(Hook.ON_STOP, function)

    def every(
        self,
        period: timedelta | None = None,
        *,
        at: time | None = None,
        days: str = _EVERY_DAY,
        tz: str | None = None,
        missed: Missed = Missed.ONCE,
    ) -> Callable[[Function], Function]:
        """Declare what runs again and again: every ``period``, or at a time of some days ("월수금", "평일")."""
        if (period is None) == (at is None):
            raise PluginError(f"'{self.name}' 플러그인의 every()에는 간격이나 at= 가운데 하나를 적어 주세요.")
        if period is not None and (days != _EVERY_DAY or tz is not None):
            raise PluginError(f"'{self.name}' 플러그인의 every()에서 days와 tz는 at=과 함께 써 주세요.")
        rule = Every(period) if period is not None else Daily(at or time(), days, tz)
        return self._scheduled(rule, missed)

    def cron(
        self, expression: str, *, tz: str | None = None, missed: Missed = Missed.ONCE
    ) -> Callable[[Function], Function]:
        """Declare what runs by a cron expression of five fields."""
        return self._scheduled(Cron(expression, tz), missed)

    def at(self, moment: datetime, *, missed: Missed = Missed.ONCE) -> Callable[[Function], Function]:
        """Declare what runs once, at a time with a time zone."""
        return self._scheduled(Once(moment), missed)

    def job(self, name: str) -> Callable[[Function], Function]:
        """Declare what runs the jobs of a name that ``chat.schedule`` makes."""

        def declare(function: Function) -> Function:
            if name in self._jobs:
                raise PluginError(f"'{self.name}' 플러그인에 '{name}' 예약이 두 번 있어요. 한쪽 이름을 바꿔 주세요.")
            self._jobs[name] = function
            return function

        return declare

    def _add_command(self, command: CommandDeclaration) -> None:
        for name in command.names:
            if not _COMMAND.fullmatch(name):
                raise PluginError(
                    f"'{self.name}' 플러그인의 명령 이름 {name!r}은 쓸 수 없어요. / 없이, 세 낱말까지 적어 주세요."
                )
        taken = {name for one in self._commands for name in one.names}
        twice = next((name for name in command.names if name in taken or command.names.count(name) > 1), None)
        if twice is not None or not command.names:
            raise PluginError(f"'{self.name}' 플러그인에 '/{twice or ''}' 명령이 두 번 있거나 이름이 없어요.")
        self._commands.append(command)

    def _matcher(self, make: Callable[[Handler], MatcherDeclaration]) -> _Decorator:
        def declare(function: Function) -> Function:
            self._matchers.append(make(function))
            return function

        return declare

    def _hook(self, hook: Hook, function: Function) -> Function:
        self._hooks[hook].append(function)
        return function

    def _scheduled(self, rule: Rule, missed: Missed) -> Callable[[Function], Function]:
        def declare(function: Function) -> Function:
            name = getattr(function, "__name__", "")
            if any(one.name == name for one in self._schedules):
                raise PluginError(f"'{self.name}' 플러그인에 {name}() 일정이 두 번 있어요. 함수 이름을 바꿔 주세요.")
            self._schedules.append(ScheduleDeclaration(name, function, rule, missed))
            return function

        return declare


def _first_line(documented: object) -> str:
    own = vars(documented).get("__doc__") if isinstance(documented, type) else getattr(documented, "__doc__", None)
    # A dataclass without a docstring gets one made of its signature.
    if not own or (isinstance(documented, type) and own.startswith(f"{documented.__name__}(")):
        return ""
    return (inspect.cleandoc(own).splitlines() or [""])[0]
