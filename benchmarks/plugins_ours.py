"""말동무 finding and running plugins' handlers: the dispatch alone, or the whole bot on a database in memory.

    python -m benchmarks.plugins_ours [--commands 50] [--messages 400] [--whole]

The dispatch is what ``Skills`` does between a message and the answer's text: the command or the matcher is looked up,
arguments are converted, the handler runs in its own task with a time limit, and what it changed is collected. The whole
bot adds guards, safety checks, the order of rooms, three transactions, and an answer to what no plugin answers. Ends
with one JSON line.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count

from benchmarks.echo_bot import Echo, Platform
from benchmarks.history import ADAPTER
from benchmarks.plugins_load import Say, added, arguments_of, command, matched, pattern, show, timed
from chatbot.bot import Bot
from chatbot.commands.framework import RESERVED
from chatbot.config import Settings
from chatbot.conversing import Conversing
from chatbot.dialogue.persona import Persona
from chatbot.history import History
from chatbot.history.records import Commit
from chatbot.known import Known
from chatbot.messages import Address, Incoming, Outgoing, Speaker, utc_now
from chatbot.plugins.chat import Chat
from chatbot.plugins.isolation import Isolation
from chatbot.plugins.loader import Discovered
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.prepared import Prepared
from chatbot.plugins.registry import Registry
from chatbot.profiles import Profiles
from chatbot.skills import Skills

_MANY = 100_000
_ROOMS = 20


class Listening(Platform):
    """A platform where one hears what the bot says."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = ""

    async def send(self, to: Address, message: Outgoing) -> str:
        """Take a message."""
        self.heard = message.text
        return await super().send(to, message)


def plugin_of(size: int) -> Plugin:
    """Return a plugin with that many commands and matchers."""
    plugin = Plugin("잰것")
    for number in range(size):
        _declare(plugin, number)
    return plugin


def _declare(plugin: Plugin, number: int) -> None:
    @plugin.command(command(number))
    async def add(chat: Chat, left: int, right: int) -> str:  # pyright: ignore[reportUnusedFunction]
        """두 수를 더합니다."""
        return added(left, right)

    @plugin.match(pattern(number))
    async def found(chat: Chat, count: int) -> str:  # pyright: ignore[reportUnusedFunction]
        return matched(number, count)


def _settings() -> Settings:
    """Return those of a bot on a database in memory, where nothing is merged and nobody is too fast."""
    return Settings.model_validate(
        {
            "history": {"url": "sqlite://"},
            "rooms": {"merge_window": 0, "busy_after": _MANY},
            "guards": {"person_per_minute": _MANY, "room_per_minute": _MANY},
        }
    )


@asynccontextmanager
async def dispatch(size: int) -> AsyncGenerator[Say]:
    """Yield what hands a text to the dispatch of a bot with a plugin of that size."""
    settings, persona, echo = _settings(), Persona(name="단비"), Echo()

    async def voice() -> Echo:
        return echo

    async def shown(text: str) -> None: ...

    async with History.open(settings.history.url) as history:
        known = Known(history)
        profiles = Profiles(known, persona.speech_level)
        conversing = Conversing(history, voice, persona, profiles, settings, lambda _: shown, None)
        skills = Skills(
            settings,
            persona,
            profiles,
            history,
            known,
            conversing,
            Prepared(Registry.of(Discovered.of(plugin_of(size)), settings, RESERVED)),
            Isolation(10.0),
            utc_now,
            busy=lambda: 0,
            waiting=lambda: 0,
        )
        room, somebody = Address(ADAPTER, "방"), Speaker("사람", "하나")

        async def say(text: str) -> str:
            message = Incoming(room, "1", somebody, text)
            called = skills.called(text)
            if called is not None:
                outcome = await skills.obey(called, message, settings.groups)
            else:
                outcome, _ = await skills.match([message], message)
            return outcome.replies[0].text if isinstance(outcome, Commit) else ""

        yield say


@asynccontextmanager
async def whole(size: int) -> AsyncGenerator[Say]:
    """Yield what says a text to a bot with a plugin of that size, and waits until the answer is marked as sent."""
    settings = _settings()
    registry = Registry.of(Discovered.of(plugin_of(size)), settings, RESERVED)
    bot = Bot(settings, Persona(name="단비"), voice=Echo(), plugins=registry)
    platform = Listening()
    serving = asyncio.create_task(bot.serve(platform))
    said = count()

    async def say(text: str) -> str:
        await platform.say(f"방 {next(said) % _ROOMS}", text)
        return platform.heard

    try:
        await bot.ready()
        yield say
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        await bot.close()


async def measure(size: int, many: int, is_whole: bool) -> dict[str, float]:
    """Return how long a message takes."""
    async with whole(size) if is_whole else dispatch(size) as say:
        return await timed(say, size, many)


def main() -> None:
    """Parse the command line, measure, print."""
    arguments = arguments_of(__doc__)
    show(asyncio.run(measure(arguments.commands, arguments.messages, arguments.whole)))


if __name__ == "__main__":
    main()
