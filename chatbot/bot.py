"""Wires history, dialogue and generation together behind the adapters. Knows no platform, and no SQL or tensors.

Construction and ``start`` import nothing heavy: the model and the database load in threads, while a person may already be
typing. Until they stand, messages wait in ``receive``.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from chatbot.adapter import Adapter, DraftAdapter
from chatbot.commands import Command, command_in, help_text
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.talk import Talk
from chatbot.errors import GenerationError
from chatbot.history.records import StoredTurn
from chatbot.loading import Loaded, load
from chatbot.messages import Address, Incoming, Outgoing, Source, Speaker, Turn
from chatbot.sentences import sentences

if TYPE_CHECKING:
    from chatbot.dialogue.responder import Reply

_log = logging.getLogger(__name__)
_TURNS_READ = 40


class Bot:
    """One persona, talking in any number of rooms through any number of adapters.

    Args:
        settings: the owner's decisions.
        persona: who the bot is.
        explain: takes each reply of the model's with the candidates it was chosen from.
    """

    def __init__(self, settings: Settings, persona: Persona, explain: "Callable[[Reply], None] | None" = None) -> None:
        self._settings = settings
        self._persona = persona
        self._explain = explain
        self._sentences = sentences(persona.speech_level)
        self._speaker = Speaker(id="bot", name=persona.name, is_bot=True)
        self._rooms: WeakValueDictionary[Address, asyncio.Lock] = WeakValueDictionary()
        self._given_up: dict[Address, tuple[str, ...]] = {}
        self._open = AsyncExitStack()
        self._loading: asyncio.Task[Loaded] | None = None

    def start(self) -> None:
        """Begin to load the model and open the history, in the background."""
        if self._loading is None:
            self._loading = asyncio.create_task(load(self._settings, self._persona, self._open))

    async def ready(self) -> None:
        """Return when the bot can answer.

        Raises:
            ChatbotError: it cannot: the model or the database failed to load.
        """
        await self._loaded()

    async def serve(self, adapter: Adapter) -> None:
        """Run an adapter until it ends, or until loading fails: then it is cancelled, as it would wait for nothing.

        Raises:
            ChatbotError: loading failed, or the adapter did.
        """
        ready = asyncio.create_task(self.ready())
        running = asyncio.create_task(adapter.run(lambda incoming: self.receive(adapter, incoming)))
        try:
            await asyncio.wait({ready, running}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await ready
            await running
        finally:
            ready.cancel()
            running.cancel()
            await asyncio.wait({ready, running})
            # An error on the way down is not the one to be told; unread, asyncio would print it as a traceback.
            _ = running.cancelled() or running.exception()

    async def close(self) -> None:
        """Stop loading or answering, and close the history and the engine. Twice is fine."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.wait({self._loading})
        await self._open.aclose()

    async def receive(self, adapter: Adapter, incoming: Incoming) -> None:
        """Answer a message through ``adapter``; messages of one room are answered one after the other.

        Cancelling it gives the reply up; the person's words stay in the history.
        """
        async with self._rooms.setdefault(incoming.address, asyncio.Lock()):
            text = await self._answer(adapter, incoming)
            await adapter.send(incoming.address, Outgoing(text, reply_to=incoming.id))

    async def _answer(self, adapter: Adapter, incoming: Incoming) -> str:
        text = incoming.text.strip()
        if not text:
            return self._sentences.nothing_said
        command = command_in(text)
        if command is Command.HELP:  # needs nothing that is still loading
            return help_text()
        if command is Command.UNKNOWN:
            return self._sentences.unknown_command
        loaded = await self._loaded()
        match command:
            case Command.NEW:
                await loaded.history.begin_conversation(incoming.address)
                return self._sentences.new_conversation
            case Command.AGAIN:
                return await self._again(loaded, adapter, incoming.address)
            case _:
                turn = Turn(incoming.speaker, text, said_at=incoming.sent_at)
                await loaded.history.add_turn(incoming.address, turn)
                return await self._reply(loaded, adapter, incoming.address)

    async def _reply(self, loaded: Loaded, adapter: Adapter, room: Address) -> str:
        self._given_up.pop(room, None)
        stored = await loaded.history.turns(room, _TURNS_READ)
        try:
            turn, text = await self._turn(loaded, adapter, room, stored)
        except GenerationError as error:
            text = self._no_reply(error)
            turn = Turn(self._speaker, text, Source.FALLBACK, self._persona.speech_level)
        await loaded.history.add_turn(room, turn)
        return text

    async def _again(self, loaded: Loaded, adapter: Adapter, room: Address) -> str:
        stored = await loaded.history.turns(room, _TURNS_READ)
        if not stored or (len(stored) == 1 and stored[0].turn.speaker.is_bot):
            return self._sentences.nothing_to_repeat
        if not stored[-1].turn.speaker.is_bot:  # its answer was given up
            return await self._reply(loaded, adapter, room)
        last = stored.pop()
        self._given_up[room] = (*self._given_up.get(room, ()), last.turn.text)
        try:
            turn, text = await self._turn(loaded, adapter, room, stored, self._given_up[room])
        except GenerationError as error:  # the reply that there is stays
            return self._no_reply(error)
        await loaded.history.replace_turn(last.id, turn)
        return text

    async def _turn(
        self, loaded: Loaded, adapter: Adapter, room: Address, stored: list[StoredTurn], avoid: tuple[str, ...] = ()
    ) -> tuple[Turn, str]:
        """Return the bot's next turn, and its words as they are sent: with a notice where the message was cut.

        Raises:
            GenerationError: the engine is closed, overloaded or failed.
        """

        async def show(text: str) -> None:
            if isinstance(adapter, DraftAdapter):
                await adapter.draft(room, text)

        talk = Talk(tuple(row.turn for row in stored), stored[0].place, avoid=avoid)
        reply = await loaded.responder.reply(talk, show)
        if self._explain is not None:
            self._explain(reply)
        notice = self._sentences.message_cut if reply.cut else ""
        return Turn(self._speaker, reply.text, reply.source, reply.level), notice + reply.text

    def _no_reply(self, error: GenerationError) -> str:
        _log.error("no reply: %s", type(error).__name__)
        return self._sentences.no_reply

    async def _loaded(self) -> Loaded:
        self.start()
        assert self._loading is not None
        return await asyncio.shield(self._loading)
