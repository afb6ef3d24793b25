"""What a plugin declares, as frozen values. Declaring has no side effect: nothing runs, nothing is looked up."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from chatbot.people import Role
from chatbot.plugins.rules import Missed, Rule

Handler = Callable[..., Any]
"""A plugin author's function, sync or async; its parameters say what it gets."""


class Where(StrEnum):
    """Where a command may be used."""

    ANYWHERE = "anywhere"
    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class CommandDeclaration:
    """A command.

    Attributes:
        names: what people may type behind the slash, the main one first; a name of several words belongs to the group
            of its first ("기억 지우기").
        help: one line that says what it does.
        role: what one must at least be.
        cool_down: how long a person waits between two uses in a room.
        handler: a function, or the class of the conversation that it begins.
    """

    names: tuple[str, ...]
    handler: Handler
    help: str = ""
    role: Role = Role.ANYONE
    where: Where = Where.ANYWHERE
    cool_down: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class MatcherDeclaration:
    """What looks at messages that are no commands. Exactly one of ``pattern``, ``keywords``, ``predicate`` is given.

    Attributes:
        pattern: searched for in the message.
        keywords: any of which must be in the message, whatever its case.
        predicate: takes the message's text, says whether it is meant; runs on every message, so it must be quick.
        priority: the smaller, the earlier; equals in the order of declaring.
        block: whether no other matcher is asked once it answered.
    """

    handler: Handler
    pattern: re.Pattern[str] | None = None
    keywords: tuple[str, ...] = ()
    predicate: Callable[[str], bool] | None = None
    priority: int = 0
    block: bool = True


@dataclass(frozen=True, slots=True)
class ConversationDeclaration:
    """A conversation of several steps.

    Attributes:
        name: under which it is stored, and told apart from others of its plugin.
        version: to be raised when its steps or fields change so that old states do not fit any more.
        expires: how long it waits for the next message.
        is_rooms: whether everybody in the room takes part; otherwise it is one person's.
    """

    name: str
    kind: type[Any]
    version: int
    expires: timedelta
    is_rooms: bool


class Hook(StrEnum):
    """The moments a plugin can attend; ``docs/plugins.md`` says what each gets and may return."""

    BEFORE_GENERATE = "before_generate"
    AFTER_GENERATE = "after_generate"
    ON_JOIN = "on_join"
    ON_FORGET = "on_forget"
    ON_START = "on_start"
    ON_STOP = "on_stop"


@dataclass(frozen=True, slots=True)
class ScheduleDeclaration:
    """Something that runs by the clock, whoever speaks. ``missed`` says what becomes of times at which nothing ran."""

    name: str
    handler: Handler
    rule: Rule
    missed: Missed
