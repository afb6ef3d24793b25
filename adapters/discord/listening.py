"""Listens to the gateway: every event goes to the queue of its channel, and from there to the framework, in order."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import discord

from adapters.discord import interacting, reading
from adapters.discord.answers import Answers, Interaction
from adapters.discord.background import Background
from adapters.discord.commands import SlashCommands
from adapters.discord.drafts import Drafts
from adapters.discord.failures import FAILURES, NO_CONTENT
from adapters.discord.missed import Missed
from adapters.discord.rooms_queue import RoomsQueue
from adapters.discord.seen import Marks
from adapters.discord.typing_signal import TypingSignal
from chatbot.adapter import Receipt, Receive
from chatbot.backoff import backoff
from chatbot.errors import AdapterError, HistoryError
from chatbot.messages import Event, Incoming, RoomKind

_log = logging.getLogger(__name__)
_MOST_BARE = 3
"""So many messages with nothing in them, and none with something, mean that contents are kept from us."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How an owner wants the bot to listen.

    Attributes:
        prefix: what stands before commands that are typed.
        names: what the bot is called.
    """

    prefix: str
    names: tuple[str, ...]


class Listener:
    """What is done with each event of a client.

    Args:
        commands: returns the slash commands that there are now.
        ready: is told each time that a connection is complete.
    """

    def __init__(
        self,
        client: discord.Client,
        receive: Receive,
        queue: RoomsQueue,
        marks: Marks,
        answers: Answers,
        drafts: Drafts,
        typing: TypingSignal,
        background: Background,
        commands: Callable[[], SlashCommands],
        ready: Callable[[], None],
        habits: Habits,
    ) -> None:
        self._client = client
        self._receive = receive
        self._queue = queue
        self._marks = marks
        self._answers = answers
        self._drafts = drafts
        self._typing = typing
        self._background = background
        self._commands = commands
        self._ready = ready
        self._habits = habits
        self._missed = Missed(client, marks)
        self._live: dict[int, int] = {}
        self._bare = 0
        self._sees_contents = False

    def listen(self) -> None:
        """Begin to listen."""
        for handler in (
            self.on_message,
            self.on_raw_message_edit,
            self.on_raw_message_delete,
            self.on_raw_bulk_message_delete,
            self.on_guild_join,
            self.on_interaction,
        ):
            self._client.event(handler)
        if isinstance(self._client, discord.AutoShardedClient):
            self._client.event(self.on_shard_connect)
            self._client.event(self.on_shard_ready)
        else:
            self._client.event(self.on_connect)
            self._client.event(self.on_ready)

    async def on_connect(self) -> None:
        """A session begins: what it has to tell waits until what was missed before it is told."""
        self._begin(None)

    async def on_shard_connect(self, shard: int) -> None:
        """Likewise, with several connections."""
        self._begin(shard)

    async def on_ready(self) -> None:
        """All servers are known."""
        self._go_on(None)

    async def on_shard_ready(self, shard: int) -> None:
        """Likewise, with several connections."""
        self._go_on(shard)

    async def on_message(self, message: discord.Message) -> None:
        """Something was written."""
        self._look_for_contents(message)
        self._marks.open(message.channel.id, message.id)
        self._live.setdefault(message.channel.id, message.id)
        self._queue.put(message.channel.id, partial(self._hear, message))

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message was changed; or Discord put the preview of a link to it, which is nobody's doing."""
        message = payload.message
        if reading.is_written_by_person(message) and message.edited_at is not None:
            self._put(message.channel.id, reading.edited(message, self._me, self._habits.prefix))

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted."""
        self._put(payload.channel_id, reading.deleted(payload.channel_id, payload.message_id))

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """A moderator deleted some."""
        for id in sorted(payload.message_ids):
            self._put(payload.channel_id, reading.deleted(payload.channel_id, id))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was invited to a server."""
        event = reading.bot_joined(guild)
        if event is not None:
            self._put(int(event.address.room), event)

    async def on_interaction(self, interaction: Interaction) -> None:
        """A command was used or is being written, or something was pressed."""
        match interaction.type:
            case discord.InteractionType.application_command:
                message = interacting.used(interaction, self._commands())
                if message is not None:
                    self._answers.defer(message.id, interaction)
                    self._queue.put(int(message.address.room), partial(self._obey, message))
            case discord.InteractionType.component:
                press = interacting.pressed(interaction)
                self._background.start(interacting.show_pressed(interaction, press))
                if press is not None:
                    self._queue.put(int(press.message.address.room), partial(self._take, press.message))
            case discord.InteractionType.autocomplete:
                self._background.start(interacting.suggest(interaction, self._commands()))
            case _:
                pass

    @property
    def _me(self) -> discord.ClientUser:
        assert self._client.user is not None  # it is logged in
        return self._client.user

    def _put(self, room: int, event: Event) -> None:
        async def hand_in() -> None:
            await self._hand_in(event)

        self._queue.put(room, hand_in)

    def _begin(self, shard: int | None) -> None:
        self._queue.hold(shard)
        self._live.clear()

    def _go_on(self, shard: int | None) -> None:
        for room in self._missed.rooms(shard):
            self._queue.put(room, partial(self._catch_up, room), first=True)
        self._queue.release(shard)
        self._ready()

    async def _catch_up(self, room: int) -> None:
        """Hear what was written in a channel while nobody listened."""
        for message in await self._missed.messages(room):
            if message.id >= self._live.get(room, message.id + 1):  # from here on they came by themselves, and say more
                return
            await self._hear(message, is_late=True)

    async def _hear(self, message: discord.Message, *, is_late: bool = False) -> None:
        if reading.is_written_by_person(message):
            await self._take(await self._read(message) if is_late else self._incoming(message))
        elif not is_late:  # a welcome has no id by which it could be known again
            for event in reading.joined(message):
                await self._hand_in(event)
        self._marks.note(message.channel.id, message.id)

    def _incoming(self, message: discord.Message, member: discord.Member | None = None) -> Incoming:
        return reading.incoming(message, self._me, self._habits.prefix, member)

    async def _read(self, message: discord.Message) -> Incoming:
        """Return a message that was fetched, which does not say what its author may do."""
        read = self._incoming(message)
        if message.guild is None or not read.text.startswith("/"):
            return read
        with contextlib.suppress(*FAILURES):  # without it, they are no administrator
            return self._incoming(message, await message.guild.fetch_member(message.author.id))
        return read

    async def _take(self, message: Incoming) -> None:
        room = int(message.address.room)
        if message.room_kind is RoomKind.PRIVATE:
            self._drafts.drop(room)  # it is begun again, behind what is said now
        elif (message.mentions_bot or message.replies_to_bot) and message.id.isdecimal():
            self._drafts.asked[room] = int(message.id)
        receipt = await self._hand_in(message)
        if self._may_be_meant(message):
            self._typing.begin(room, receipt)

    async def _obey(self, message: Incoming) -> None:
        receipt = await self._hand_in(message)
        self._background.start(self._answers.withdraw(message.id, receipt))

    async def _hand_in(self, event: Event) -> Receipt:
        """Give an event to the framework, however long it cannot store it: nobody else has it."""
        attempts = 0
        while True:
            try:
                return await self._receive(event)
            except HistoryError as error:
                attempts += 1
                _log.error("an event cannot be stored: %s", type(error).__name__)
                await asyncio.sleep(backoff(attempts, first=0.2, longest=10.0))

    def _may_be_meant(self, message: Incoming) -> bool:
        if message.room_kind is RoomKind.PRIVATE or message.mentions_bot or message.replies_to_bot:
            return True
        return any(name in message.text for name in self._habits.names)

    def _look_for_contents(self, message: discord.Message) -> None:
        """Notice when there is nothing in what people write on servers: then the intent was taken from the bot."""
        if self._sees_contents or message.guild is None or not reading.is_written_by_person(message):
            return
        if not reading.is_bare(message):
            self._sees_contents = self._me not in message.mentions  # messages that mention the bot always have it
            return
        self._bare += 1
        if self._bare >= _MOST_BARE:
            self._queue.fail(AdapterError(NO_CONTENT))
