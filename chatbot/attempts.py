"""Counts how often work that an earlier process left was begun: what brings the process down must not do so for ever.

A count is stored before the work and removed with its outcome, so one is there only while the work is under way. Only
what was left pays for that: whatever comes in now is begun for the first time. Work that a process died over is gone
about alone, so that nothing else that is under way gets the blame.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.errors import HistoryError
from chatbot.history.records import Put, Scope

if TYPE_CHECKING:
    from chatbot.history.store import History

_log = logging.getLogger(__name__)
_KEY = "attempts"
_MOST = 3
"""The attempt at which what was left is gone about in another way; the one that came before it was left not counted."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Work that is begun once more.

    Attributes:
        is_last: whether it was begun so often that it must be gone about in another way now.
        done: removes the count; to be stored with the outcome.
    """

    is_last: bool
    done: Put


class Attempts:
    """The counts of a bot. In one process work counts once, however often it is begun there."""

    def __init__(self, history: "History") -> None:
        self._history = history
        self._begun: dict[tuple[Scope, str], int] = {}
        self._alone = asyncio.Lock()

    @asynccontextmanager
    async def begin(self, place: Scope, work: str, queue: str = "") -> AsyncGenerator[Attempt]:
        """Count work that an earlier process left, before anything of it is done, until its outcome is stored.

        Args:
            place: where the count is kept.
            work: what it is, unique in its queue.
            queue: where it is worked on one after the other, if the place has several.
        """
        key = f"{_KEY}:{queue}" if queue else _KEY
        number = self._begun.get((place, work)) or await self._before(place, key, work) + 1
        async with self._alone if number > 1 else nullcontext():
            if (place, work) not in self._begun:
                self._begun[place, work] = number
                await self._store(Put(place, key, [work, number]))
            if number >= _MOST:
                _log.warning("%s was begun %d times by processes that died", work, number)
            yield Attempt(number >= _MOST, Put(place, key, None))
        self._begun.pop((place, work), None)  # not if it failed: it is begun again

    async def _before(self, place: Scope, key: str, work: str) -> int:
        """Return how often work was begun by processes that died."""
        try:
            match await self._history.get(place, key):
                case [str(before), int(times)] if before == work:
                    return times
                case _:
                    return 0
        except HistoryError as error:
            _log.error("attempts cannot be read: %s", type(error).__name__)
            return 0

    async def _store(self, put: Put) -> None:
        try:
            await self._history.put(put)
        except HistoryError as error:
            _log.error("an attempt cannot be counted: %s", type(error).__name__)
