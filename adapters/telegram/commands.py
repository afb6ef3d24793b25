"""The menu of commands. Telegram takes names of a-z, 0-9 and _ only; Korean ones work all the same when typed."""

import re
from collections.abc import Sequence
from typing import Protocol

from telegram import Bot, BotCommand

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_MOST = 100
_LONGEST_DESCRIPTION = 256
"""Source: https://core.telegram.org/bots/api#botcommand, #setmycommands."""


class CommandSpec(Protocol):
    """A command, as the menu wants to know it."""

    @property
    def names(self) -> Sequence[str]:
        """What may be typed behind the slash, the main name first."""
        ...

    @property
    def help(self) -> str:
        """One line that says what it does."""
        ...


def menu(commands: Sequence[CommandSpec]) -> list[BotCommand]:
    """Return the menu's entries: those that have a name of Telegram's kind, with their Korean name in the description."""
    entries: dict[str, BotCommand] = {}
    for command in commands:
        name = next((one.casefold() for one in command.names if _NAME.fullmatch(one.casefold())), None)
        if name is None or name in entries:
            continue
        korean = command.names[0]
        told = " ".join(command.help.split()) or korean
        description = told if korean.casefold() == name else f"/{korean} · {told}"
        entries[name] = BotCommand(name, description[:_LONGEST_DESCRIPTION])
    return list(entries.values())[:_MOST]


async def publish(bot: Bot, commands: Sequence[CommandSpec]) -> None:
    """Put the menu in place of the one there was.

    Raises:
        TelegramError: it did not work.
    """
    entries = menu(commands)
    await (bot.set_my_commands(entries) if entries else bot.delete_my_commands())
