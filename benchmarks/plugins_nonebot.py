# pyright: standard, reportMissingImports=false
"""NoneBot2 with as many commands and matchers, hearing the same messages on the adapter in memory of ``nonebot_peer``.

    python -m benchmarks.plugins_nonebot [--commands 50] [--messages 400]

It is at its lightest: commands come before regular expressions and block them, each event is awaited where it arises,
only warnings are logged, and handlers read the numbers themselves. Ends with one JSON line.
"""

import asyncio
import re
from typing import Any

import nonebot
from nonebot.message import handle_event
from nonebot.params import CommandArg, RegexMatched

from benchmarks.nonebot_peer import PeerAdapter, PeerBot, PeerEvent, PeerMessage
from benchmarks.plugins_load import added, arguments_of, command, matched, pattern, show, timed


class ListeningAdapter(PeerAdapter):
    """A platform in memory where one hears what the bot says."""

    heard = ""

    async def _call_api(self, bot: Any, api: str, **data: Any) -> str:
        self.heard = str(data["message"])
        return await super()._call_api(bot, api, **data)


def declare(number: int) -> None:
    """Declare one command and one regular expression, as NoneBot2's documentation does."""
    adding = nonebot.on_command(command(number), priority=1, block=True)

    @adding.handle()
    async def add(message: PeerMessage = CommandArg()) -> None:  # noqa: B008  (how NoneBot2 injects)
        left, right = message.extract_plain_text().split()
        await adding.send(added(int(left), int(right)))

    finding = nonebot.on_regex(pattern(number), priority=2, block=True)

    @finding.handle()
    async def found(match: re.Match[str] = RegexMatched()) -> None:  # noqa: B008
        await finding.send(matched(number, int(match["count"])))


async def measure(size: int, many: int) -> dict[str, float]:
    """Return how long a message takes."""
    nonebot.init(driver="~none", log_level="WARNING")
    nonebot.get_driver().register_adapter(ListeningAdapter)
    adapter = nonebot.get_adapter(ListeningAdapter)
    bot = PeerBot(adapter, "peer")
    for number in range(size):
        declare(number)

    async def say(text: str) -> str:
        adapter.heard = ""
        await handle_event(bot, PeerEvent(room="방", message=PeerMessage(text)))
        return adapter.heard

    return await timed(say, size, many)


def main() -> None:
    """Parse the command line, measure, print."""
    arguments = arguments_of(__doc__)
    show(asyncio.run(measure(arguments.commands, arguments.messages)))


if __name__ == "__main__":
    main()
