"""A bot whose history is open: rooms, pipeline, delivery and timetable, wired together. Knows no platform.

``bot.py`` brings adapters and the loading of things; here is what stands once they are loaded.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chatbot.adapter import Adapter
from chatbot.config import Settings
from chatbot.conversing import Conversing
from chatbot.delivery import Delivery
from chatbot.dialogue.persona import Persona
from chatbot.errors import HistoryError
from chatbot.gate import Gate
from chatbot.history.records import Accepted, Commit, Put
from chatbot.known import Known
from chatbot.messages import Address, Outgoing, utc_now
from chatbot.pipeline import Due, Pipeline, Work
from chatbot.plugins.isolation import Isolation
from chatbot.plugins.jobs import Job
from chatbot.plugins.prepared import Prepared
from chatbot.profiles import Profiles
from chatbot.receipts import Receipts
from chatbot.rooms import Batch, Rooms
from chatbot.skills import Skills
from chatbot.timetable import Timetable

if TYPE_CHECKING:
    from chatbot.dialogue.voice import Reply, Show, Voice
    from chatbot.history import History

_log = logging.getLogger(__name__)
_GRACE_SECONDS = 5.0
"""How long closing waits for replies that are being written, and again for messages that are being sent."""
_GIVE_UP_AFTER = timedelta(hours=24)
_TOMBSTONES_KEPT = timedelta(days=7)
_HANDLER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a bot has before its history is open.

    Attributes:
        voice: returns the voice once it is loaded.
        show: returns what takes a room's reply while it is being written.
        explain: takes each reply of the voice's with the candidates it was chosen from.
        say_now: sends without storing.
        is_own_room: whether a room is one person's own, who waits for each answer and may ask as fast as they like.
        adapters: the platforms that are connected, by name; it may grow later.
        now: returns the time in the bot's time zone.
    """

    settings: Settings
    persona: Persona
    voice: "Callable[[], Awaitable[Voice]]"
    show: "Callable[[Address], Show]"
    explain: "Callable[[Reply], None] | None"
    say_now: Callable[[Address, Outgoing], Awaitable[None]]
    is_own_room: Callable[[Address], bool]
    adapters: Mapping[str, Adapter]
    receipts: Receipts
    now: Callable[[], datetime]


class Awake:
    """A bot at work.

    Attributes:
        rooms: what waits to be answered or done, in each room in order.
        delivery: what waits to be sent.
        timetable: what waits for its time.
    """

    def __init__(self, history: "History", prepared: Prepared, around: Surroundings) -> None:
        settings, persona = around.settings, around.persona
        self.history = history
        self._prepared = prepared
        self._around = around
        self._tasks: set[asyncio.Task[None]] = set()
        self.timetable = Timetable(history, around.now, lambda job: self.rooms.put(_room_of(job), Due(job)))
        self.delivery = Delivery(history, around.adapters, _GIVE_UP_AFTER)
        self._known = known = Known(history)
        profiles = Profiles(known, persona.speech_level)
        conversing = Conversing(history, around.voice, persona, profiles, settings, around.show, around.explain)
        names = (persona.name, *persona.aliases)
        gate = Gate(settings, names, profiles, known, conversing, around.is_own_room, around.now)
        self._skills = Skills(
            settings,
            persona,
            profiles,
            history,
            known,
            conversing,
            prepared,
            Isolation(_HANDLER_SECONDS, self._tell_owners),
            around.now,
            busy=lambda: len(self.rooms),
            waiting=lambda: len(self.timetable),
        )
        self.pipeline = Pipeline(
            settings,
            profiles,
            history,
            known,
            conversing,
            gate,
            self._skills,
            around.say_now,
            self.timetable.note,
            around.now,
        )
        self.rooms: Rooms[Address, Work] = Rooms(
            self._handle,
            joins=self._joins,
            window=settings.rooms.merge_window,
            bursts=lambda one: not self._is_alone(one),
            restarts=settings.rooms.replace_unfinished,
            parallel=settings.rooms.parallel,
        )

    async def begin(self, closing: AsyncExitStack) -> None:
        """Let plugins attend the start, and begin with the upkeep and the timetable."""
        await self._keep(await self._skills.moments.begin())
        self.timetable.take_schedules(self._prepared, closing)
        self._spawn(self._keep_up())
        self._spawn(self.timetable.run())

    async def rest(self) -> None:
        """Finish what is under way, within ten seconds; the rest is stored and comes first at the next start."""
        self.pipeline.close()
        await self.rooms.close(_GRACE_SECONDS)
        await self.delivery.close(_GRACE_SECONDS)
        await self._keep(await self._skills.moments.end())
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._around.receipts.close()

    async def use(self, prepared: Prepared, closing: AsyncExitStack) -> None:
        """Go on with other plugins, or other versions of them; conversations that wait, wait on."""
        before, self._prepared = self._prepared, prepared
        await self._keep(await self._skills.moments.end(but=prepared.plugins))
        self._skills.use(prepared)
        await self._keep(await self._skills.moments.begin(but=before.plugins))
        self.timetable.take_schedules(prepared, closing)

    async def quiet(self) -> None:
        """Return when nothing is due, waits or is being sent."""
        self.timetable.look()
        await asyncio.sleep(0.01)
        while len(self.rooms) or len(self.delivery):  # noqa: ASYNC110  # what is quiet now may have stirred the other
            await asyncio.sleep(0.005)

    async def _handle(self, address: Address, batch: Batch[Work]) -> None:
        accepted = [one for one in batch.items if isinstance(one, Accepted)]
        receipts = self._around.receipts
        sent: list[asyncio.Future[None]] = []
        try:
            sent = [self.delivery.put(pending) for pending in await self.pipeline.handle(batch)]
        except Exception:  # there will be no answer now; the message waits in the inbox for the next start
            for one in accepted:
                receipts.settle(one)
            raise
        finally:
            for one in batch.items:
                if isinstance(one, Due):
                    self.timetable.settled(one.job)
        for one in accepted:
            if sent:
                sent[-1].add_done_callback(lambda _, one=one: receipts.settle(one))
            else:
                receipts.settle(one)

    async def _keep(self, puts: tuple[Put, ...]) -> None:
        """Store what plugins store at their start or stop."""
        if puts:
            try:
                await self.history.put(*puts)
                self._known.note(puts)
            except HistoryError as error:
                _log.error("what plugins store is lost: %s", type(error).__name__)

    def _tell_owners(self, plugin: str, why: str) -> None:
        """Let the owners know that a plugin rests, each in a private room where they spoke."""
        self._spawn(self._tell(f"'{plugin}' 플러그인이 잇따라 실패해서 5분 쉬게 했어요. 마지막 까닭: {why}"))

    async def _tell(self, text: str) -> None:
        for owner in self._around.settings.bot.owners:
            adapter, _, id = owner.partition(":")
            try:
                room = await self.history.private_room(adapter, id)
                stored = None if room is None else await self.history.commit(Commit(room, replies=(Outgoing(text),)))
            except HistoryError as error:
                _log.error("a notice to the owner is lost: %s", type(error).__name__)
                continue
            for pending in stored or ():
                self.delivery.put(pending)

    async def _keep_up(self) -> None:
        """Erase what is older than the owner wants to keep it, now and once a day."""
        while True:
            days = self._around.settings.history.keep_days
            turns_before = None if days is None else utc_now() - timedelta(days=days)
            try:
                await self.history.prune(turns_before, utc_now() - _TOMBSTONES_KEPT)
            except HistoryError as error:
                _log.error("old turns could not be erased: %s", type(error).__name__)
            await asyncio.sleep(24 * 3600)

    def _joins(self, one: Work, other: Work) -> bool:
        if not isinstance(one, Accepted) or not isinstance(other, Accepted):
            return False
        is_same_person = one.message.speaker.id == other.message.speaker.id
        return is_same_person and not self._is_alone(one) and not self._is_alone(other)

    def _is_alone(self, one: Work) -> bool:
        if not isinstance(one, Accepted):
            return True
        return self._around.is_own_room(one.message.address) or self.pipeline.stands_alone(one.message)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _room_of(job: Job) -> Address:
    """Return where a job queues; those without a room in one of their plugin's, which no adapter has."""
    return job.scope.address or Address("", job.scope.plugin)
