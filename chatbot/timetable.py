"""Which jobs are this process's to run: those of the rooms it serves, and the plugins' own if no other process has them."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from chatbot.errors import HistoryError
from chatbot.history.records import Json, Scope
from chatbot.plugins.jobs import Job, declared, job_of
from chatbot.plugins.prepared import Prepared
from chatbot.plugins.scheduler import Scheduler

if TYPE_CHECKING:
    from chatbot.history.store import History

_log = logging.getLogger(__name__)
_CLAIM = "@schedules"
"""No adapter's name: those have no @."""
_CLAIM_AGAIN_SECONDS = 30.0


class Timetable:
    """The jobs of a bot.

    Args:
        now: the time in the bot's time zone.
        fire: takes a job that is due. It must not block.
    """

    def __init__(self, history: "History", now: Callable[[], datetime], fire: Callable[[Job], None]) -> None:
        self._history = history
        self._now = now
        self._scheduler = Scheduler(now, fire)
        self._owning: asyncio.Task[None] | None = None
        self._prepared: Prepared | None = None
        self._declared = asyncio.Event()
        self.note = self._scheduler.note
        self.settled = self._scheduler.settled
        self.look = self._scheduler.look

    def __len__(self) -> int:
        """Return how many jobs wait for their time."""
        return len(self._scheduler)

    async def run(self) -> None:
        """Fire what is due, until cancelled."""
        await self._scheduler.run()

    async def take_rooms(self, adapter: str, room: str | None = None) -> None:
        """Take on the jobs of an adapter, or of one room of it."""
        self._scheduler.load(_jobs(await self._history.jobs(adapter, room)))

    def take_schedules(self, prepared: Prepared, closing: AsyncExitStack) -> None:
        """Take on what plugins declare by the clock, as soon as no other process has it; until ``closing`` closes.

        Taken on again, with other plugins, what is declared no more goes.
        """
        self._prepared = prepared
        self._declared.set()
        if self._owning is None and prepared.schedules:
            self._owning = asyncio.create_task(self._own())
            closing.push_async_callback(_ended, self._owning)

    async def _own(self) -> None:
        async with AsyncExitStack() as claims:  # the claim lasts as long as this does
            is_ours = False
            while True:
                try:
                    is_ours = is_ours or await claims.enter_async_context(self._history.claim(_CLAIM))
                    if is_ours and self._prepared is not None:
                        self._declared.clear()
                        await self._declare(self._prepared)
                        await self._declared.wait()
                        continue
                except HistoryError as error:
                    _log.error("schedules cannot be read: %s", type(error).__name__)
                await asyncio.sleep(_CLAIM_AGAIN_SECONDS)

    async def _declare(self, prepared: Prepared) -> None:
        zone, stored = self._now().tzinfo, _jobs(await self._history.jobs(None))
        assert zone is not None
        declarations = [(plugin, one.declaration) for (plugin, _), one in prepared.schedules.items()]
        loaded = [plugin.name for plugin in prepared.plugins]
        puts = declared(declarations, stored, self._now(), zone, loaded=loaded)
        if puts:
            await self._history.put(*puts)
        self._scheduler.load(stored)
        self._scheduler.note(puts)


def _jobs(found: Iterable[tuple[Scope, str, Json]]) -> list[Job]:
    jobs = (job_of(scope, key, value) for scope, key, value in found)
    return [job for job in jobs if job is not None]


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait({task})
