"""A typer group whose sub-commands are imported when they are called, and whose help is Korean.

``chatbot chat`` has to show its prompt within a second; importing what the others need would take several.
"""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

_KOREAN = {
    "Usage: ": "쓰는 법: ",
    "[OPTIONS] COMMAND [ARGS]...": "[옵션] 명령 [인자]...",
    "[OPTIONS]": "[옵션]",
    "Options:": "옵션:",
    "Arguments:": "인자:",
    "Commands:": "명령:",
    "[required]": "[꼭 필요]",
    "[default: ": "[기본값: ",
    "Show this message and exit.": "이 도움말을 보여 줍니다.",
}


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a sub-command lives: a function, or a ``typer.Typer`` with commands of its own."""

    module: str
    attribute: str
    help: str

    def exists(self) -> bool:
        """Return whether the module is installed; nothing is imported."""
        return find_spec(self.module) is not None

    def load(self, name: str) -> Any:
        """Import the module; return its command as typer runs it."""
        target: Any = getattr(import_module(self.module), self.attribute)
        if not isinstance(target, typer.Typer):
            app = typer.Typer(add_completion=False, rich_markup_mode=None)
            app.command(name, cls=KoreanCommand)(target)
            target = app
        command = get_command(target)
        command.name = name
        return command


class KoreanCommand(TyperCommand):
    """A command whose help is Korean."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return _in_korean(super().get_help(ctx))


class KoreanGroup(TyperGroup):
    """A group of commands whose help is Korean."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return _in_korean(super().get_help(ctx))


class LazyGroup(KoreanGroup):
    """A group over a table of ``LazyCommand``s. Subclasses fill the table in."""

    table: dict[str, LazyCommand]

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands that are installed."""
        return [name for name, command in self.table.items() if command.exists()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of that name, imported now; ``None`` where there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = self.table[cmd_name].load(cmd_name)
        return self.commands[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands from the table alone."""
        rows = [(name, self.table[name].help) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _in_korean(page: str) -> str:
    for english, korean in _KOREAN.items():
        page = page.replace(english, korean)
    return page
