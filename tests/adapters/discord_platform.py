"""The emulated Discord as the contract suite sees it: rooms and people by name."""

import asyncio
import contextlib
import re
import tempfile
import warnings
from pathlib import Path
from typing import Any, Self

from discord_server import DiscordServer
from discord_server.world import Object
from platforms import Shown

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # discord.py 2.7.1 imports audioop for voice
    import discord
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    from adapters.discord import DiscordAdapter, SeenFile

from chatbot.adapter import Receive

__all__ = ["DiscordPlatform", "DiscordWebSocket", "Route", "discord"]

_START_SECONDS = 2.0
_CONNECT_SECONDS = 30.0
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


class _Watched(DiscordAdapter):
    """An adapter that tells whether it runs."""

    has_run = False
    is_running = False

    async def run(self, receive: Receive) -> None:
        """Run, and note it."""
        self.has_run = self.is_running = True
        try:
            await super().run(receive)
        finally:
            self.is_running = False


class DiscordPlatform:
    """The emulated Discord.

    Args:
        stream: whether the bot shows replies while it writes them.
    """

    name = "discord"

    def __init__(self, *, stream: bool = False) -> None:
        self.server = DiscordServer()
        self._stream = stream
        self._rooms: dict[str, str] = {}
        self._folder = tempfile.TemporaryDirectory()
        self._adapters: list[_Watched] = []

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        for adapter in self._adapters:
            await adapter.close()
        await self.server.__aexit__()
        self._folder.cleanup()

    def adapter(self, **options: Any) -> DiscordAdapter:
        """Return a new adapter, as a process that was started again would make it; ``options`` are its own."""
        given: dict[str, Any] = {
            "token": self.server.token,
            "api_url": self.server.api_url,
            "gateway_url": self.server.gateway_url,
            "seen": SeenFile(Path(self._folder.name) / "seen.json"),
            "ready_seconds": 0.1,
            "stream": self._stream,
        }
        adapter = _Watched(**{**given, **options})
        self._adapters.append(adapter)
        return adapter

    async def connected(self) -> None:
        """Wait for the newest adapter to be connected, if it runs: what happens before, it would have to fetch."""
        adapter = self._adapters[-1] if self._adapters else None
        if adapter is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0 if adapter.has_run else _START_SECONDS):
                while not adapter.has_run:  # noqa: ASYNC110 (adapters tell nobody that they run)
                    await asyncio.sleep(0.01)
        adapter.has_run = True  # or it never will, and is not waited for again
        async with asyncio.timeout(_CONNECT_SECONDS):
            while adapter.is_running and not self.server.gateway.is_open:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    def room(self, name: str = "방", person: str = "하나", *, group: bool = False) -> str:
        """Return the id of a room; one that is new is made."""
        if name not in self._rooms:
            world = self.server.world
            self._rooms[name] = world.add_channel(name) if group else world.add_private(person)
            if group:
                self.server.gateway.tell("CHANNEL_CREATE", world.channels[self._rooms[name]])
        return self._rooms[name]

    async def say(
        self,
        text: str,
        room: str = "방",
        person: str = "하나",
        *,
        group: bool = False,
        mention: bool = False,
        reply_to: str | None = None,
    ) -> str:
        """Let somebody write a message; return its id."""
        await self.connected()
        world = self.server.world
        channel = self.room(room, person, group=group)
        content = f"<@{world.bot['id']}> {text}" if mention else text
        message = world.write(channel, world.person(person), content, reply_to=reply_to)
        self._tell("MESSAGE_CREATE", world.event(message), channel)
        return message["id"]

    async def edit(self, room: str, id: str, text: str) -> None:
        """Let the author of a message change it."""
        channel = self._rooms[room]
        message = self.server.world.messages[channel][id]
        message |= {"content": text, "edited_timestamp": "2026-01-01T00:00:00+00:00"}
        self._tell("MESSAGE_UPDATE", self.server.world.event(message), channel)

    async def delete(self, room: str, id: str) -> None:
        """Let the author of a message delete it."""
        channel = self._rooms[room]
        del self.server.world.messages[channel][id]
        gone = {"id": id, "channel_id": channel}
        if not self.server.world.is_private(channel):
            gone["guild_id"] = self.server.world.guild_id
        self._tell("MESSAGE_DELETE", gone, channel)

    async def press(self, room: str, label: str, person: str = "하나") -> None:
        """Let somebody press the newest button of that label, or choose it from a menu."""
        self.server.interactions.press(self._rooms[room], label, person)

    def shown(self, room: str = "방") -> list[Shown]:
        """Return what the bot wrote in a room, in order, as it stands after edits."""
        world = self.server.world
        if room not in self._rooms:
            return []
        messages = world.messages[self._rooms[room]].values()
        return [_shown(one) for one in messages if one["author"] is world.bot]

    def fail(self, **faults: float) -> None:
        """Let things go wrong from now on."""
        self.server.fail(**faults)

    def _tell(self, name: str, event: Object, channel: str) -> None:
        self.server.gateway.tell(name, event, is_private=self.server.world.is_private(channel))


def _shown(message: Object) -> Shown:
    """Return a message without its mark-up."""
    labels: list[str] = []
    for row in message["components"]:
        for one in row["components"]:
            if not one.get("disabled"):
                labels += [option["label"] for option in one.get("options", ())] or [one["label"]]
    reference: Object = message.get("message_reference") or {}
    text = _ESCAPED.sub(r"\1", message["content"])
    return Shown(message["id"], text, tuple(labels), reference.get("message_id"))
