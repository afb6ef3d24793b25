"""The way of a message from the inbox to the outbox: the gate, then commands, plugins, the conversation.

Knows no platform and no queue. What it decides is stored in one transaction, which fails as a whole if the message was
answered meanwhile: nothing is answered twice, whoever tries. Jobs that are due go the same way.
"""

import asyncio
import logging
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from chatbot.attempts import Attempt, Attempts
from chatbot.backoff import backoff
from chatbot.commands.command import Erasure, Outcome
from chatbot.config import Settings
from chatbot.conversing import Conversing, said
from chatbot.errors import DatabaseUnavailable, HistoryError, ModelError
from chatbot.gate import Gate
from chatbot.history.records import Accepted, Commit, Pending, Put, Scope
from chatbot.known import Known
from chatbot.messages import Address, Incoming, Joined, Outgoing, RoomKind, Source
from chatbot.plugins.conversations import is_cancel
from chatbot.plugins.jobs import Job, after_run, job_of, put_of, removal_of
from chatbot.profiles import Profiles
from chatbot.rooms import Batch
from chatbot.skills import Skills

if TYPE_CHECKING:
    from chatbot.history.store import History

_log = logging.getLogger(__name__)
_TRIES = 5
"""How often something is stored that the database refuses for another reason than being out of reach."""


@dataclass(frozen=True, slots=True)
class Due:
    """A job whose time has come."""

    job: Job


Work: TypeAlias = Accepted | Due | Joined
"""What queues in a room."""


class Pipeline:
    """Turns what was accepted, and what is due, into stored outcomes.

    Args:
        say_now: sends without storing.
        note: is told what was stored.
        now: returns the time in the bot's time zone.
    """

    def __init__(
        self,
        settings: Settings,
        profiles: Profiles,
        history: "History",
        known: Known,
        conversing: Conversing,
        gate: Gate,
        skills: Skills,
        say_now: Callable[[Address, Outgoing], Awaitable[None]],
        note: Callable[[tuple[Put, ...]], None],
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._profiles = profiles
        self._history = history
        self._known = known
        self._conversing = conversing
        self._gate = gate
        self._skills = skills
        self._say_now = say_now
        self._note = note
        self._now = now
        self._attempts = Attempts(history)
        self._left: set[int] = set()
        self._began_at = now()
        self._closing = False

    def close(self) -> None:
        """Try no longer to store what the database refuses; it stays in the inbox."""
        self._closing = True

    def take_up(self, accepted: Accepted) -> None:
        """Note that a message was left by an earlier process, which may have died of it."""
        self._left.add(accepted.id)

    def stands_alone(self, message: Incoming) -> bool:
        """Tell whether a message is answered by itself, never together with others of a burst: commands are."""
        return message.text.lstrip().startswith("/")

    async def handle(self, batch: Batch[Work]) -> tuple[Pending, ...]:
        """Answer a batch: one person's messages, or a job, or somebody's coming in; return what is to be sent.

        Raises:
            HistoryError: the outcome cannot be stored. The messages stay in the inbox.
            ModelError: the model cannot be loaded; likewise.
        """
        match batch.items[0]:
            case Due(job):
                return await self._run(job, batch)
            case Joined() as joined:
                return await self._commit(await self._skills.greet(joined))
            case Accepted():
                return await self._answer(batch, [one for one in batch.items if isinstance(one, Accepted)])

    async def _answer(self, batch: Batch[Work], accepted: Sequence[Accepted]) -> tuple[Pending, ...]:
        left = next((one for one in accepted if one.id in self._left), None)
        if left is None or not self._skills.has_plugins:  # which alone could be done without
            return await self._answered(batch, accepted)
        async with self._attempts.begin(Scope("", left.message.address), f"message {left.id}") as attempt:
            pending = await self._answered(batch, accepted, attempt)
        self._left.difference_update(one.id for one in accepted)
        return pending

    async def _answered(
        self, batch: Batch[Work], accepted: Sequence[Accepted], attempt: Attempt | None = None
    ) -> tuple[Pending, ...]:
        """Answer messages; without plugins, if too many processes died over them."""
        messages = [one.message for one in accepted]
        try:
            outcome = (
                self._given_up(messages)
                if batch.given_up
                else await self._outcome(
                    messages, batch.restarts > 0, does_without=attempt is not None and attempt.is_last
                )
            )
        except asyncio.CancelledError:
            if not batch.given_up:
                raise
            outcome = self._given_up(messages)
        batch.seal()
        if isinstance(outcome, Erasure):
            await self._skills.erase(outcome)
            self._known.clear()
            # Stored nowhere: the outbox would hold the room again that was just erased.
            await self._say_now(messages[-1].address, Outgoing(outcome.text, reply_to=messages[-1].id))
            return ()
        done = () if attempt is None else (attempt.done,)
        answered = tuple(one.id for one in accepted)
        return await self._commit(replace(outcome, inbox=answered, puts=(*outcome.puts, *done)))

    async def _run(self, job: Job, batch: Batch[Work]) -> tuple[Pending, ...]:
        """Run a job, as often as it is due: what it says and when it is next due are stored together."""
        stored = job_of(job.scope, job.key, await self._history.get(job.scope, job.key))
        if stored is None:
            self._note((removal_of(job),))
            return ()
        if not self._skills.can_run(job.scope.plugin):
            return ()  # it comes again later, as it is stored still
        now = self._now()
        assert now.tzinfo is not None
        times, following = after_run(stored, now, now.tzinfo)
        onwards = removal_of(stored) if following is None else put_of(following)
        if stored.due > self._began_at:
            return await self._done(stored, times, (onwards,), batch)
        # An earlier process may have died over it.
        place, work = Scope("", job.scope.address), f"job {job.id} {stored.due.isoformat()}"
        async with self._attempts.begin(place, work, queue=job.scope.plugin) as attempt:
            return await self._done(stored, 0 if attempt.is_last else times, (onwards, attempt.done), batch)

    async def _done(self, job: Job, times: int, onwards: Sequence[Put], batch: Batch[Work]) -> tuple[Pending, ...]:
        """Do what a job is for and store what comes of it, with how it goes on."""
        if job.scope.address is None:
            puts = await self._skills.moments.run_schedule(job.scope.plugin, job.name, times)
            batch.seal()
            await self._history.put(*puts, *onwards)
            self._stored((*puts, *onwards))
            return ()
        commit = await self._skills.run(job, times)
        if await self._history.get(job.scope, job.key) is None:  # its person was erased meanwhile
            return ()
        changed = {(put.scope, put.key) for put in commit.puts}  # by the job itself, perhaps
        still = [put for put in onwards if (put.scope, put.key) not in changed]
        batch.seal()
        return await self._commit(replace(commit, puts=(*commit.puts, *still)))

    async def _commit(self, commit: Commit) -> tuple[Pending, ...]:
        """Store an outcome, however long the database is out of reach; nothing if the messages were answered meanwhile."""
        attempts = 0
        while True:
            try:
                stored = await self._history.commit(commit)
            except HistoryError as error:
                attempts += 1
                _log.error("an answer cannot be stored: %s", type(error).__name__)
                if self._closing or (attempts >= _TRIES and not isinstance(error, DatabaseUnavailable)):
                    raise
                await asyncio.sleep(backoff(attempts, first=0.2, longest=10.0))
                continue
            if stored is not None or attempts:
                self._stored(commit.puts)
            if stored is None and attempts:  # the first try may have been stored before its connection broke
                return tuple(await self._history.undelivered(commit.address.adapter, commit.address.room))
            return stored or ()

    def _stored(self, puts: tuple[Put, ...]) -> None:
        self._known.note(puts)
        self._note(puts)

    def _given_up(self, messages: Sequence[Incoming]) -> Commit:
        """Return what remains of messages that nobody wants answered any more: in private, the words."""
        last = messages[-1]
        if last.room_kind is RoomKind.GROUP or self._skills.called(last.text) is not None:
            return Commit(last.address)
        return self._conversing.unanswered(messages)

    async def _outcome(self, messages: Sequence[Incoming], is_again: bool, *, does_without: bool) -> Outcome:
        """Return what comes of messages, whatever fails on the way: the person is told then."""
        attempts = 0
        while True:
            try:
                return await self._considered(messages, is_again or attempts > 0, does_without)
            except HistoryError as error:
                attempts += 1
                _log.error("the history cannot be read: %s", type(error).__name__)
                if self._closing:
                    raise
                await asyncio.sleep(backoff(attempts, first=0.2, longest=10.0))
            except ModelError:  # it failed to load: the bot is going down, and the message is for the next one
                raise
            except Exception as error:
                _log.error("a message could not be answered: %s", type(error).__name__)
                return self._conversing.answered(messages, self._profiles.says(messages[-1]).no_reply, Source.FALLBACK)

    async def _considered(self, messages: Sequence[Incoming], is_again: bool, does_without: bool) -> Outcome:
        """Return what comes of messages; without any plugin's doing, if they seem to bring the process down."""
        last = messages[-1]
        await self._profiles.of(last)
        held = await self._skills.held(last)
        called = None if held is not None and is_cancel(last.text) else self._skills.called(last.text)
        instead = await self._gate.instead(
            messages,
            is_meant=self._skills.knows(called) or (held is not None and called is None),
            is_slash=called is not None,
            claims_rights=self._skills.is_right(called),
            is_again=is_again,
        )
        if instead is not None:
            return instead
        text = unicodedata.normalize("NFC", said(messages))  # what plugins look for would not be found otherwise
        if not text:
            if held is not None and (overheard := await self._gate.overheard(messages)) is not None:
                return overheard  # a picture, amid a game of the room
            return Commit(last.address, replies=(Outgoing(self._profiles.says(last).nothing_said, reply_to=last.id),))
        if does_without and (called is None or self._skills.is_plugins(called)):
            if held is not None and (overheard := await self._gate.overheard(messages)) is not None:
                return overheard
            return await self._skills.do_without(called, held, messages)
        if called is not None:
            return await self._skills.obey(called, last, await self._gate.group(last))
        message = replace(last, text=unicodedata.normalize("NFC", text))  # as macOS and some phones do not send it
        if held is not None:
            if (outcome := await self._skills.go_on(held, messages, message)) is not None:
                return outcome
            if (overheard := await self._gate.overheard(messages)) is not None:
                return overheard
        outcome, puts = await self._skills.match(messages, message)
        if outcome is None:
            outcome = await self._skills.converse(messages)
            outcome = replace(outcome, puts=(*puts, *outcome.puts))
        return outcome
