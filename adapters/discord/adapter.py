"""The bot on Discord: puts together what listens, reads and sends. Knows nothing of how replies come about."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Self

import discord

from adapters.discord import reading
from adapters.discord.answers import Answers
from adapters.discord.background import Background
from adapters.discord.commands import CommandSpec, SlashCommands
from adapters.discord.connection import connect, leave_gateway, log_in
from adapters.discord.drafts import Drafts
from adapters.discord.endpoints import pointed_at
from adapters.discord.failures import FAILURES, NO_TOKEN
from adapters.discord.listening import Habits, Listener
from adapters.discord.publishing import publish
from adapters.discord.rooms_queue import RoomsQueue
from adapters.discord.seen import Marks, Seen, SeenFile
from adapters.discord.sending import Sender
from adapters.discord.typing_signal import TypingSignal
from chatbot.adapter import AdapterSetup, Receive
from chatbot.backoff import backoff
from chatbot.errors import AdapterError, DeliveryError
from chatbot.messages import Address, Outgoing

_log = logging.getLogger(__name__)
_LOG_IN_SECONDS = 30.0
"""How long a message waits for the connection that it is to go out over."""
_TRIES = 5


class DiscordAdapter:
    """Discord as a platform.

    Args:
        token: the bot's, of the developer portal; it is never logged.
        api_url, gateway_url: where the REST API and the gateway are, for a server of one's own. discord.py keeps both
            for the whole process: until ``close`` they count for all of its clients there.
        prefix: what stands before commands that are typed.
        names: what the bot is called: a message in which one is, may be for it, so that it is seen to type.
        stream: show replies while they are being written.
        commands: to be published as slash commands when it runs; ``None`` leaves alone what is published.
        seen: where it is kept up to where each channel was read; without it, nothing is fetched after a restart.
        ready_seconds: how long nothing more may come before the list of servers counts as complete.
        patience: seconds for which a network that is away is waited for at the start.

    Raises:
        AdapterError: there is no token.
    """

    name = reading.NAME
    shows_choices = True
    token_variable = "DISCORD_TOKEN"

    def __init__(
        self,
        token: str,
        *,
        api_url: str | None = None,
        gateway_url: str | None = None,
        prefix: str = "/",
        names: Sequence[str] = (),
        stream: bool = False,
        commands: Sequence[CommandSpec] | None = None,
        seen: Seen | None = None,
        ready_seconds: float = 2.0,
        patience: float = 60.0,
    ) -> None:
        if not token.strip():
            raise AdapterError(NO_TOKEN)
        self._token = token.strip()
        self._urls = (api_url, gateway_url)
        self._habits = Habits(prefix, tuple(name for name in names if name))
        self._stream = stream
        self._is_published = commands is None
        self._commands = SlashCommands(commands or ())
        self._ready_seconds = ready_seconds
        self._patience = patience
        self._marks = Marks(seen)
        self._background = Background()
        self._answers = Answers()
        self._drafts = Drafts(self._channel, self._background.start)
        self._sender = Sender(self._logged_in, self._answers, self._drafts)
        self._typing = TypingSignal(self._type, self._background.start)
        self._client: discord.Client | None = None
        self._connected = asyncio.Event()
        self._pointed = ExitStack()
        self._is_running = False
        self._is_closed = False

    @classmethod
    def configured(cls, setup: AdapterSetup) -> Self:
        """Return the adapter as the owner wants it.

        Raises:
            AdapterError: there is no token.
        """
        section = setup.section
        return cls(
            setup.variables.get(cls.token_variable, ""),
            api_url=section["api_url"],
            gateway_url=section["gateway_url"],
            prefix=section["prefix"],
            names=setup.names,
            stream=section["stream"],
            commands=setup.commands if section["slash_commands"] else None,
            seen=SeenFile(setup.folder / "discord-seen.json"),
        )

    async def run(self, receive: Receive) -> None:
        """Hand in what happens until being cancelled, whatever becomes of the network meanwhile.

        Messages can be sent until ``close``: the last answers are, after this has ended.

        Raises:
            AdapterError: Discord does not accept the token, keeps contents from us, or cannot be reached.
        """
        await self._leave()
        self._is_closed = False
        self._pointed.enter_context(pointed_at(*self._urls))
        client = self._client = await log_in(self._token, self._ready_seconds, self._patience)
        await self._marks.load(discord.utils.time_snowflake(discord.utils.utcnow()))
        queue = RoomsQueue()
        Listener(
            client,
            receive,
            queue,
            self._marks,
            self._answers,
            self._drafts,
            self._typing,
            self._background,
            lambda: self._commands,
            self._on_ready,
            self._habits,
        ).listen()
        self._is_running = True
        self._connected.set()
        connecting = asyncio.create_task(connect(client))
        saving = asyncio.create_task(self._marks.keep_saving())
        try:
            await asyncio.wait({connecting, saving, queue.failed}, return_when=asyncio.FIRST_COMPLETED)
            for ended in (queue.failed, connecting, saving):
                if ended.done():
                    ended.result()
        finally:
            self._is_running = False
            await queue.close()
            connecting.cancel()
            saving.cancel()
            await asyncio.wait({connecting, saving})
            await self._background.stop()
            await leave_gateway(client)

    async def send(self, to: Address, message: Outgoing) -> str:
        """Send a message; return Discord's id of it, of its first part if it is split.

        Raises:
            DeliveryError: it did not work; its kind says why.
        """
        if not self._is_closed:
            try:
                async with asyncio.timeout(_LOG_IN_SECONDS):
                    await self._connected.wait()
            except TimeoutError:
                raise DeliveryError("디스코드에 아직 연결되지 않았어요.") from None
        return await self._sender.send(to, message)

    async def draft(self, to: Address, text: str) -> None:
        """Show a reply so far, if that is wanted; never waits for Discord."""
        if self._stream and self._is_running and to.room.isdecimal():
            self._drafts.show(int(to.room), text)

    async def publish(self, commands: Sequence[CommandSpec]) -> None:
        """Offer other slash commands from now on."""
        self._commands = SlashCommands(commands)
        self._is_published = False
        if self._is_running:
            self._on_ready()

    async def close(self) -> None:
        """Close all connections; nothing can be sent any more."""
        self._is_closed = True
        await self._leave()

    async def _leave(self) -> None:
        await self._background.stop()
        client, self._client = self._client, None
        self._connected.clear()
        if client is not None:
            await client.close()
        self._pointed.close()

    def _logged_in(self) -> discord.Client:
        if self._client is None:
            raise DeliveryError("디스코드에 연결되어 있지 않아요.")
        return self._client

    def _channel(self, room: int) -> discord.PartialMessageable:
        return self._sender.channel(room)

    async def _type(self, room: int) -> None:
        await self._channel(room).typing()

    def _on_ready(self) -> None:
        if not self._is_published:
            self._is_published = True
            self._background.start(self._publish())

    async def _publish(self) -> None:
        """Publish the commands; that they are late or missing is no reason to be silent."""
        for attempt in range(1, _TRIES + 1):
            try:
                await publish(self._logged_in(), self._commands)
            except (*FAILURES, DeliveryError) as error:
                _log.warning("slash commands were not published: %s", type(error).__name__)
                await asyncio.sleep(backoff(attempt))
            else:
                return
