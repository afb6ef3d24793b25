# pyright: basic, reportMissingImports=false
"""Errbot with as many commands and matchers, hearing the same messages on a back-end in memory.

    build/errbot/bin/python -m benchmarks.plugins_errbot [--commands 50] [--messages 400] [--threads]

Runs in a virtual environment of its own, since what Errbot needs does not go together with what 말동무 needs; so it
imports nothing else that has to be installed. Errbot is at its lightest: none of its own plugins but one that holds
nothing back, storage in memory, only errors in the log, and handlers read the numbers themselves. By default
(BOT_ASYNC) it runs handlers in a pool of threads, so that one that hangs does not stop the others (``--threads``);
without, each runs where the message arrived. A message goes the way of every back-end's: ``callback_message``. Ends
with one JSON line.
"""

import asyncio
import importlib
import logging
import threading
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from errbot.backends.base import Message, Person
from errbot.bootstrap import bot_config_defaults
from errbot.core import ErrBot
from errbot.plugin_manager import BotPluginManager
from errbot.repo_manager import BotRepoManager
from errbot.storage.memory import MemoryStoragePlugin

from benchmarks.plugins_load import arguments_of, command, pattern, show, timed

_KEPT = ("Utils",)
"""Errbot takes an empty list of its own plugins for all of them; this one has a few commands, and looks at no message."""
_HEAD = """\
from errbot import BotPlugin, botcmd, re_botcmd
from benchmarks.plugins_load import added, matched


class Measured(BotPlugin):
"""
_HANDLERS = '''
    @botcmd(name={command!r})
    def add{number}(self, message, arguments):
        """Add two numbers."""
        left, right = arguments.split()
        return added(int(left), int(right))

    @re_botcmd(pattern={pattern!r}, prefixed=False)
    def found{number}(self, message, match):
        """Take a number."""
        return matched({number}, int(match["count"]))
'''
_PLUG = "[Core]\nName = Measured\nModule = measured\n[Python]\nVersion = 3\n[Documentation]\nDescription = Measured.\n"


class Somebody(Person):
    """A person."""

    person = client = nick = fullname = aclattr = property(lambda self: "somebody")


class PeerBackend(ErrBot):
    """A platform in memory that takes no time."""

    def __init__(self, config: Any) -> None:
        self.bot_identifier = self.build_identifier("bot")
        super().__init__(config)
        self.heard = ""
        self.begun = 0
        self.ended = threading.Semaphore(0)

    mode = property(lambda self: "peer")

    def build_identifier(self, text_representation: str) -> Somebody:
        """Return somebody."""
        return Somebody()

    def build_reply(self, msg: Message, text: Any = None, private: bool = False, threaded: bool = False) -> Message:
        """Return a message to whoever said something."""
        return Message(text, frm=self.bot_identifier, to=msg.frm)

    def send_message(self, msg: Message) -> None:
        """Take a message."""
        super().send_message(msg)
        self.heard = msg.body

    def _process_command(self, msg: Message, cmd: str, args: str, match: Any) -> None:
        self.begun += 1
        super()._process_command(msg, cmd, args, match)

    def _execute_and_send(self, *arguments: Any, **named: Any) -> None:
        try:
            super()._execute_and_send(*arguments, **named)
        finally:
            self.ended.release()

    def say(self, message: Message) -> str:
        """Let somebody say something; return the answer when every handler has ended, in whatever thread."""
        self.heard, self.begun = "", 0
        self.callback_message(message)
        for _ in range(self.begun):
            self.ended.acquire()
        return self.heard

    def is_from_self(self, msg: Message) -> bool:
        """Tell whether the bot said it."""
        return msg.frm is self.bot_identifier

    def rooms(self) -> list[Any]:
        """Return no rooms."""
        return []

    def query_room(self, room: str) -> None:
        """Know no room."""

    def change_presence(self, status: str = "", message: str = "") -> None:
        """Take no notice."""

    def prefix_groupchat_reply(self, message: Message, identifier: Any) -> None:
        """Leave a message as it is."""


def started(folder: Path, size: int, threads: bool) -> PeerBackend:
    """Return a bot with a plugin of that size, loaded from a folder as any plugin is."""
    source = "".join(_HANDLERS.format(number=n, command=command(n), pattern=pattern(n)) for n in range(size))
    plugins = folder / "plugins"
    plugins.mkdir()
    (plugins / "measured.py").write_text(_HEAD + source, encoding="utf-8")
    (plugins / "measured.plug").write_text(_PLUG, encoding="utf-8")
    config = SimpleNamespace(**vars(importlib.import_module("errbot.config-template")))
    config.BOT_DATA_DIR, config.BOT_LOG_FILE = str(folder), None
    config.BOT_PREFIX, config.BOT_ASYNC, config.BOT_ADMINS = "/", threads, ("nobody",)
    bot_config_defaults(config)
    storage = MemoryStoragePlugin(config)
    bot = PeerBackend(config)
    manager = BotPluginManager(storage, str(plugins), False, _KEPT, lambda name, kind: kind(bot, name), (None,))
    bot.attach_storage_plugin(storage)
    bot.attach_repo_manager(BotRepoManager(storage, str(folder), ()))
    bot.attach_plugin_manager(manager)
    bot.initialize_backend_storage()
    problems = manager.update_plugin_places("")
    assert not problems, problems
    bot.connect_callback()
    return bot


async def measure(size: int, many: int, threads: bool) -> dict[str, float]:
    """Return how long a message takes."""
    logging.disable(logging.WARNING)
    with TemporaryDirectory() as folder:
        bot, somebody = started(Path(folder), size, threads), Somebody()

        async def say(text: str) -> str:
            return bot.say(Message(text, frm=somebody, to=bot.bot_identifier))

        return await timed(say, size, many)


def main() -> None:
    """Parse the command line, measure, print."""
    arguments = arguments_of(__doc__)
    assert version("errbot") == "6.2.1", "another Errbot than the one that this was written for"
    show(asyncio.run(measure(arguments.commands, arguments.messages, arguments.threads)))


if __name__ == "__main__":
    main()
