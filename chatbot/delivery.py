"""Sends what is stored in the outbox: each room's messages in order, until they are sent or given up for good.

Knows no platform: what an adapter raises says what to do. A process that dies between an adapter's ``send`` and the
mark that follows it sends that one message again; no storage can tell apart the two sides of that moment, which is why
``Outgoing.nonce`` stays the same, for platforms that can.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chatbot.adapter import Adapter, shown_by
from chatbot.backoff import backoff
from chatbot.errors import HistoryError, MessageRefused, RoomGone, TooManyRequests
from chatbot.history.records import Pending
from chatbot.messages import Address, utc_now
from chatbot.rooms import Batch, Rooms

if TYPE_CHECKING:
    from chatbot.history import History

_log = logging.getLogger(__name__)
_SEND_SECONDS = 60.0
"""After this long a platform's silence counts as a failure."""
_LONGEST_WAIT = 3600.0
"""Seconds: what a platform may make us wait at most, and what a clock that was set back can cost."""


@dataclass(frozen=True, slots=True, eq=False)
class _Parcel:
    pending: Pending
    done: "asyncio.Future[None]"


class Delivery:
    """The way out.

    Args:
        history: where the outbox is.
        adapters: the platforms that are connected, by name; it may grow later.
        give_up_after: how long a message is tried, from the first failure on.
        parallel: how many rooms are sent to at the same time.
    """

    def __init__(
        self, history: "History", adapters: Mapping[str, Adapter], give_up_after: timedelta, parallel: int = 128
    ) -> None:
        self._history = history
        self._adapters = adapters
        self._give_up_after = give_up_after
        # A room that waits for its next try must not take the place of one that could be sent to now.
        self._rooms: Rooms[Address, _Parcel] = Rooms(self._deliver, parallel=sys.maxsize)
        self._slots = asyncio.Semaphore(parallel)
        self._closing = False
        self._queued: dict[int, asyncio.Future[None]] = {}

    def __len__(self) -> int:
        """Return how many messages wait to be sent or are being sent."""
        return len(self._queued)

    def put(self, pending: Pending) -> "asyncio.Future[None]":
        """Queue a stored message behind the others of its room; the future settles when it is sent or given up.

        One that is queued already is not queued again.
        """
        done = self._queued.get(pending.id)
        if done is None:
            done = self._queued[pending.id] = asyncio.get_running_loop().create_future()
            done.add_done_callback(lambda _: self._queued.pop(pending.id, None))
            self._rooms.put(pending.address, _Parcel(pending, done))
        return done

    async def close(self, grace: float) -> None:
        """Finish what is being sent, within ``grace`` seconds. The rest stays in the outbox."""
        self._closing = True
        await self._rooms.close(grace)

    async def _deliver(self, address: Address, batch: Batch[_Parcel]) -> None:
        (parcel,) = batch.items
        try:
            await self._send(parcel.pending, batch)
        finally:
            if not parcel.done.done():
                parcel.done.set_result(None)

    async def _send(self, pending: Pending, batch: Batch[_Parcel]) -> None:
        attempts = pending.attempts
        if pending.not_before is not None:
            left = (pending.not_before - utc_now()).total_seconds()
            await asyncio.sleep(max(0.0, min(left, _LONGEST_WAIT)))
        first_failure = None
        while True:
            adapter = self._adapters.get(pending.address.adapter)
            if adapter is None:  # it was switched off: the message waits in the outbox until it is back
                return
            try:
                async with self._slots, asyncio.timeout(_SEND_SECONDS):
                    sent_id = await adapter.send(pending.address, shown_by(adapter, pending.message))
            except TooManyRequests as error:
                seconds = min(max(0.0, error.retry_after), _LONGEST_WAIT) + backoff(1) / 10
            except RoomGone:
                _log.warning("a room of %s is gone", adapter.name)
                await self._store(batch, lambda: self._history.mark_gone(pending.address, "RoomGone"))
                self._rooms.change(pending.address, _discard)
                return
            except MessageRefused:
                _log.warning("%s refused a message for good", adapter.name)
                await self._store(batch, lambda: self._history.drop(pending.id))
                return
            except Exception as error:  # an adapter may raise anything; none of it is a reason to lose a message
                attempts += 1
                seconds = backoff(attempts)
                _log.info("sending to %s failed (%s), attempt %d", adapter.name, type(error).__name__, attempts)
            else:
                await self._store(batch, lambda sent_id=sent_id: self._history.delivered(pending.id, sent_id))
                return
            now = asyncio.get_running_loop().time()
            first_failure = now if first_failure is None else first_failure
            if now - first_failure > self._give_up_after.total_seconds():
                _log.error("a message to %s was given up after %d attempts", adapter.name, attempts)
                await self._store(batch, lambda: self._history.drop(pending.id))
                return
            try:
                await self._history.postpone(pending.id, attempts, utc_now() + timedelta(seconds=seconds))
            except HistoryError as error:  # the wait itself does not depend on its being stored
                _log.error("the outbox cannot be written: %s", type(error).__name__)
            await asyncio.sleep(seconds)

    async def _store(self, batch: Batch[_Parcel], work: Callable[[], Awaitable[None]]) -> None:
        """Store what became of a message, however long the database refuses: forgotten, it would be sent again."""
        batch.seal()
        attempts = 0
        while True:
            try:
                await work()
            except HistoryError as error:
                attempts += 1
                _log.error("the outbox cannot be written: %s", type(error).__name__)
                if self._closing:
                    return
                await asyncio.sleep(backoff(attempts, longest=10.0))
            else:
                return


def _discard(parcel: _Parcel) -> None:
    parcel.done.set_result(None)
