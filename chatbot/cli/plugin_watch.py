"""``chatbot chat --reload``: the plugins that a chat starts with, and the watch over those that are edited."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import typer

from chatbot.commands.framework import RESERVED
from chatbot.config import Settings
from chatbot.plugins.loader import Discovered, find_plugins
from chatbot.plugins.registry import Registry
from chatbot.plugins.reload import Reloading


@dataclass(slots=True)
class Watched:
    """Plugins that are watched once ``watch`` is called, until ``close``."""

    settings: Settings
    discovered: Discovered
    registry: Registry
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    @classmethod
    def find(cls, settings: Settings) -> "Watched":
        """Find the plugins, and print why others are not there.

        Raises:
            ConfigError: as in ``Registry.of``.
        """
        discovered = find_plugins(settings)
        for problem in discovered.problems:
            typer.echo(str(problem), err=True)
        return cls(settings, discovered, Registry.of(discovered, settings, RESERVED))

    def watch(
        self, swap: Callable[[Registry], Any], tell: Callable[[str], None], settings_again: Callable[[], Settings]
    ) -> None:
        """Begin to take over what is edited."""
        reloading = Reloading(
            self.settings, self.discovered, swap, tell, settings_again=settings_again, reserved=RESERVED
        )
        self._task = asyncio.create_task(reloading.run())

    async def close(self) -> None:
        """End the watch."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
