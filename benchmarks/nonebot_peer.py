# pyright: standard, reportMissingImports=false
"""NoneBot2 answering the same messages with a command matcher, on an adapter in memory.

    python -m benchmarks.nonebot_peer [--rooms 1000] [--messages 10]

It is at its lightest here: the driver without a network, one plugin with one command, warnings only in the log, each
event awaited where it arises. NoneBot2 stores nothing, keeps no order between events and tries no sending again, so
this is what the dispatch of a message costs, not what 말동무 does for one. Ends with one JSON line.
"""

import argparse
import asyncio
import json
from collections.abc import Iterable
from typing import Any

import nonebot
from nonebot.adapters import Adapter, Bot, Event, Message, MessageSegment
from nonebot.message import handle_event
from nonebot.params import CommandArg

from benchmarks.load import TEXTS, at_once
from chatbot.garbage import search_less


class PeerSegment(MessageSegment["PeerMessage"]):
    """A piece of a message; all of them are text."""

    @classmethod
    def get_message_class(cls) -> type["PeerMessage"]:
        """Return the class of whole messages."""
        return PeerMessage

    def __str__(self) -> str:
        return self.data["text"]

    def is_text(self) -> bool:
        """Return that it is."""
        return True


class PeerMessage(Message[PeerSegment]):
    """A message."""

    @classmethod
    def get_segment_class(cls) -> type[PeerSegment]:
        """Return the class of pieces."""
        return PeerSegment

    @staticmethod
    def _construct(msg: str) -> Iterable[PeerSegment]:
        yield PeerSegment("text", {"text": msg})


class PeerEvent(Event):
    """Somebody said something in a room."""

    room: str
    message: PeerMessage

    def get_type(self) -> str:
        """Return what kind of event it is."""
        return "message"

    def get_event_name(self) -> str:
        """Return the name for logs."""
        return "message.private"

    def get_event_description(self) -> str:
        """Return the words for logs."""
        return str(self.message)

    def get_user_id(self) -> str:
        """Return who said it."""
        return self.room

    def get_session_id(self) -> str:
        """Return where."""
        return self.room

    def get_message(self) -> PeerMessage:
        """Return what was said."""
        return self.message

    def is_tome(self) -> bool:
        """Return that it is for the bot."""
        return True


class PeerBot(Bot):
    """An account of the bot."""

    async def send(self, event: Event, message: str | Message | MessageSegment, **kwargs: Any) -> Any:
        """Send a message to where an event came from."""
        return await self.call_api("send", room=event.get_session_id(), message=message)


class PeerAdapter(Adapter):
    """A platform in memory that takes no time."""

    def __init__(self, driver: Any, **kwargs: Any) -> None:
        super().__init__(driver, **kwargs)
        self.sent = 0

    @classmethod
    def get_name(cls) -> str:
        """Return the platform's name."""
        return "peer"

    async def _call_api(self, bot: Bot, api: str, **data: Any) -> str:
        self.sent += 1
        return f"sent {self.sent}"


async def measure(rooms: int, messages: int) -> dict[str, float]:
    """Return how fast NoneBot2 answers, from the first event to the last message handed to the adapter."""
    nonebot.init(driver="~none", log_level="WARNING")
    driver = nonebot.get_driver()
    driver.register_adapter(PeerAdapter)
    adapter = nonebot.get_adapter(PeerAdapter)
    bot = PeerBot(adapter, "peer")
    echo = nonebot.on_command("echo", priority=1, block=True)

    @echo.handle()
    async def answer(message: Message = CommandArg()) -> None:  # noqa: B008  (how NoneBot2 injects)
        await echo.send(message)

    async def say(room: str, text: str) -> None:
        await handle_event(bot, PeerEvent(room=room, message=PeerMessage(f"/echo {text}")))

    for text in TEXTS:
        await say("처음", text)
    search_less()  # as 말동무 is measured
    figures = await at_once(say, rooms, messages)
    assert adapter.sent == rooms * messages + len(TEXTS), "a message was not answered"
    return figures


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=10, help="messages a room")
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(measure(arguments.rooms, arguments.messages))))


if __name__ == "__main__":
    main()
