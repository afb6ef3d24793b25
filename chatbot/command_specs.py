"""Every command of a bot as a platform's menu wants to know it. Knows no platform."""

from dataclasses import dataclass

from chatbot.commands.framework import FRAMEWORK
from chatbot.people import Role
from chatbot.plugins.arguments import Parameter, Signature
from chatbot.plugins.converters import Rest
from chatbot.plugins.prepared import Prepared


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command.

    Attributes:
        names: what may be typed behind the slash, the main name first; one of several words belongs to a group.
        help: one line that says what it does.
        parameters: what may stand behind it, in order.
    """

    names: tuple[str, ...]
    help: str
    parameters: tuple[Parameter, ...] = ()


def command_specs(prepared: Prepared) -> tuple[CommandSpec, ...]:
    """Return the plugins' commands, then the framework's; not those that are the owner's alone."""
    theirs = (
        CommandSpec(one.declaration.names, one.declaration.help, one.signature.parameters)
        for one in prepared.commands
        if one.declaration.role < Role.OWNER
    )
    rest = Signature.of(_with_rest, ()).parameters
    own = (
        CommandSpec(one.names, one.help, rest if one.parameter is not None else ())
        for one in FRAMEWORK
        if one.role < Role.OWNER
    )
    return (*theirs, *own)


def _with_rest(내용: Rest = "") -> None:
    """Take whatever stands behind the name, as the framework's own commands do."""
