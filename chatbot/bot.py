"""Wires rooms, pipeline, delivery, history and model together behind the adapters. Knows no platform, no SQL, no tensors.

Construction and ``start`` import nothing heavy: the database and the model load in threads, while a person may already
be typing. Until the database stands, messages wait in ``receive``; until the model does, they wait in the inbox.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chatbot.adapter import Adapter, DraftAdapter, OneRoomAdapter, Receipt
from chatbot.attention import is_meant
from chatbot.awake import Awake, Surroundings
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.errors import AdapterError
from chatbot.history.records import Accepted
from chatbot.loading import load_history, load_plugins, load_voice
from chatbot.messages import Address, Deleted, Edited, Event, Incoming, Joined, Outgoing, utc_now
from chatbot.pipeline import Work
from chatbot.plugins.prepared import Prepared
from chatbot.receipts import HandledReceipt, MessageReceipt, Receipts
from chatbot.sentences import sentences
from chatbot.watchdog import watching

if TYPE_CHECKING:
    from chatbot.dialogue.voice import Reply, Show, Voice
    from chatbot.plugins.registry import Registry

_log = logging.getLogger(__name__)
_NOTICE_SECONDS = 10.0


class Bot:
    """One persona, talking in any number of rooms through any number of adapters.

    Args:
        settings: the owner's decisions.
        persona: who the bot is.
        explain: takes each reply of the model's with the candidates it was chosen from.
        voice: what answers, instead of the configured model.
        plugins: those that there are, instead of the ones that are found as config.yaml says.
        clock: returns the time, in any time zone.
    """

    def __init__(
        self,
        settings: Settings,
        persona: Persona,
        explain: "Callable[[Reply], None] | None" = None,
        *,
        voice: "Voice | None" = None,
        plugins: "Registry | None" = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._persona = persona
        self._explain = explain
        self._given_voice = voice
        self._plugins = plugins
        self._clock = clock
        self._zone = ZoneInfo(settings.bot.timezone)
        self._says = sentences(persona.speech_level)
        self._adapters: dict[str, Adapter] = {}
        self._own_rooms: set[str] = set()
        self._receipts = Receipts()
        self._resumed: set[str] = set()
        self._notices: set[asyncio.Task[None]] = set()
        self._open = AsyncExitStack()
        self._models = AsyncExitStack()
        self._waking: asyncio.Task[Awake] | None = None
        self._loading: asyncio.Task[Voice] | None = None

    def start(self) -> None:
        """Begin to open the history and load the model, in the background."""
        if self._waking is None:
            self._waking = asyncio.create_task(self._wake())
            self._loading = asyncio.create_task(self._load())

    async def ready(self) -> None:
        """Return when the bot can answer.

        Raises:
            ChatbotError: it cannot: the model or the database failed to load.
        """
        await self._awake()
        await self._voice()

    async def serve(self, adapter: Adapter) -> None:
        """Run an adapter until it ends, or until loading fails: then it is cancelled, as it would wait for nothing.

        First comes what was accepted and not answered, or answered and not sent, when the last process died.

        Raises:
            ChatbotError: loading failed, or the adapter did.
        """
        self._attach(adapter)
        ready = asyncio.create_task(self.ready())
        running = asyncio.create_task(self._run(adapter))
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
        """Finish what is under way, within ten seconds; close the history and the engine. Twice is fine.

        What is not finished is stored, and comes first at the next start. Where another process holds the database
        locked, a write that has begun is waited for, up to the history's busy time.
        """
        if self._loading is not None and not self._loading.done():
            self._loading.cancel()
        if self._waking is not None:
            if not self._waking.done():
                self._waking.cancel()
            await asyncio.wait({self._waking})
            if not self._waking.cancelled() and self._waking.exception() is None:
                await self._waking.result().rest()
            for notice in tuple(self._notices):
                notice.cancel()
        if self._loading is not None:
            await asyncio.wait({self._loading})
            _ = self._loading.cancelled() or self._loading.exception()
        await self._models.aclose()
        await self._open.aclose()

    async def swap_plugins(self, plugins: "Registry") -> None:
        """Go on with other plugins, or other versions of them; conversations that wait, wait on.

        Raises:
            PluginError: one of them cannot work; those there are stay.
        """
        prepared = Prepared(plugins)
        await (await self._awake()).use(prepared, self._open)

    async def quiet(self) -> None:
        """Return when nothing is due, waits or is being sent."""
        await (await self._awake()).quiet()

    async def receive(self, adapter: Adapter, event: Event) -> Receipt:
        """Take what happened on an adapter. When this returns, it is stored for good.

        Raises:
            HistoryError: it is not: let the platform deliver it again.
        """
        self._attach(adapter)
        awake = await self._awake()
        match event:
            case Incoming():
                accepted = await awake.history.accept(event)
                return HandledReceipt() if accepted is None else self._queue(awake, accepted)
            case Edited():
                changed = await awake.history.edit_message(event.address, event.id, event.text)
                if changed is not None:
                    awake.rooms.change(event.address, lambda one: changed if _is(one, changed) else one)
            case Deleted():
                gone = await awake.history.delete_message(event.address, event.id)
                if gone is not None:
                    awake.rooms.change(event.address, lambda one: None if _is(one, gone) else one)
                    self._receipts.settle(gone)
            case Joined():
                awake.rooms.put(event.address, event)
        return HandledReceipt()

    def _queue(self, awake: Awake, accepted: Accepted) -> MessageReceipt:
        address = accepted.message.address
        was_idle = not awake.rooms.waiting(address)
        receipt = self._put(awake, accepted)
        names = (self._persona.name, *self._persona.aliases)
        is_long = len(awake.rooms) > self._settings.rooms.busy_after
        if was_idle and is_long and is_meant(accepted.message, names, self._settings.groups):
            notice = asyncio.create_task(
                self._say_now(address, Outgoing(self._says.busy, reply_to=accepted.message.id))
            )
            self._notices.add(notice)
            notice.add_done_callback(self._notices.discard)
        return receipt

    def _put(self, awake: Awake, accepted: Accepted) -> MessageReceipt:
        address = accepted.message.address
        receipt = self._receipts.open(accepted, lambda: awake.rooms.give_up(address, accepted))
        awake.rooms.put(address, accepted)
        return receipt

    async def _run(self, adapter: Adapter) -> None:
        async with AsyncExitStack() as claims:
            taken_up = asyncio.create_task(self._take_up(adapter, claims))
            if not isinstance(adapter, OneRoomAdapter):  # a terminal's prompt stands while the history is still opened
                await taken_up

            async def receive(event: Event) -> Receipt:
                if not taken_up.done():
                    await asyncio.shield(taken_up)
                return await self.receive(adapter, event)

            try:
                await adapter.run(receive)
            finally:
                taken_up.cancel()
                await asyncio.wait({taken_up})
                _ = taken_up.cancelled() or taken_up.exception()  # told by whoever waits for the bot to be ready

    async def _take_up(self, adapter: Adapter, claims: AsyncExitStack) -> None:
        """Claim an adapter, or the one room of one, until ``claims`` closes, and take up what was left there.

        Raises:
            AdapterError: another process serves it.
        """
        awake = await self._awake()
        room = adapter.address.room if isinstance(adapter, OneRoomAdapter) else None
        name = adapter.name if room is None else f"{adapter.name}:{room}"
        is_ours = await claims.enter_async_context(awake.history.claim(name))
        if is_ours and name not in self._resumed:
            self._resumed.add(name)  # whatever comes later is queued already
            await self._resume(awake, adapter.name, room)
        elif not is_ours and room is None:
            raise AdapterError(f"다른 말동무가 이미 이 데이터베이스로 {adapter.name}에 붙어 있어요. 하나만 켜 주세요.")

    async def _resume(self, awake: Awake, adapter: str, room: str | None) -> None:
        """Take up what a process before this one left: send what was answered, answer what was accepted."""
        for pending in await awake.history.undelivered(adapter, room):
            awake.delivery.put(pending)
        for accepted in await awake.history.unanswered(adapter, room):
            if not self._receipts.is_open(accepted):  # it may have come in while we looked
                awake.pipeline.take_up(accepted)
                self._put(awake, accepted)
        await awake.timetable.take_rooms(adapter, room)

    def _attach(self, adapter: Adapter) -> None:
        if self._adapters.get(adapter.name) is adapter:
            return
        self._adapters[adapter.name] = adapter
        self._own_rooms.discard(adapter.name)
        if isinstance(adapter, OneRoomAdapter):  # takes 30 µs, and each message asks twice
            self._own_rooms.add(adapter.name)

    async def _say_now(self, address: Address, message: Outgoing) -> None:
        """Send without storing; what does not get through is lost."""
        adapter = self._adapters.get(address.adapter)
        try:
            if adapter is not None:
                async with asyncio.timeout(_NOTICE_SECONDS):
                    await adapter.send(address, message)
        except Exception as error:  # an adapter may raise anything
            _log.warning("a notice to %s was lost: %s", address.adapter, type(error).__name__)

    def _show(self, room: Address) -> "Show":
        async def show(text: str) -> None:
            adapter = self._adapters.get(room.adapter)
            if isinstance(adapter, DraftAdapter):
                await adapter.draft(room, text)

        return show

    async def _wake(self) -> Awake:
        finding = asyncio.create_task(self._find_plugins())
        try:
            history = await load_history(self._settings, self._open)
            prepared = Prepared(await finding)
        finally:
            finding.cancel()
        self._open.enter_context(watching())
        around = Surroundings(
            self._settings,
            self._persona,
            self._voice,
            self._show,
            self._explain,
            self._say_now,
            self._is_own_room,
            self._adapters,
            self._receipts,
            self._now,
        )
        awake = Awake(history, prepared, around)
        await awake.begin(self._open)
        return awake

    async def _find_plugins(self) -> "Registry":
        return self._plugins or await load_plugins(self._settings)

    def _now(self) -> datetime:
        return self._clock().astimezone(self._zone)

    def _is_own_room(self, address: Address) -> bool:
        return address.adapter in self._own_rooms

    async def _load(self) -> "Voice":
        if self._given_voice is not None:
            return self._given_voice
        await self._awake()  # quick, and a database that cannot be used is better known before the model is waited for
        return await load_voice(self._settings, self._persona, self._models)

    async def _voice(self) -> "Voice":
        self.start()
        assert self._loading is not None
        return await asyncio.shield(self._loading)

    async def _awake(self) -> Awake:
        self.start()
        assert self._waking is not None
        return await asyncio.shield(self._waking)


def _is(one: Work, accepted: Accepted) -> bool:
    return isinstance(one, Accepted) and one.id == accepted.id
