"""The way of a message from the inbox to the outbox: the gate, then commands, handlers, the conversation.

Knows no platform and no queue. What it decides is stored in one transaction, which fails as a whole if the message was
answered meanwhile: nothing is answered twice, whoever tries.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chatbot.backoff import backoff
from chatbot.commands import group_settings
from chatbot.commands.blocking import BLOCKING
from chatbot.commands.command import Called, Command, Commands, Erasure, Outcome, Request
from chatbot.commands.rights import RIGHTS
from chatbot.config import Settings
from chatbot.conversing import Conversing, said
from chatbot.dialogue.persona import Persona
from chatbot.errors import DatabaseUnavailable, HistoryError, ModelError
from chatbot.gate import Gate
from chatbot.handler import Handlers
from chatbot.history.records import Accepted, Commit, Pending
from chatbot.known import Known
from chatbot.messages import Address, Incoming, Outgoing, RoomKind, Source
from chatbot.people import role_of
from chatbot.rooms import Batch
from chatbot.sentences import Sentences

if TYPE_CHECKING:
    from chatbot.history.store import History

_log = logging.getLogger(__name__)
_TRIES = 5
"""How often something is stored that the database refuses for another reason than being out of reach."""


class Pipeline:
    """Turns accepted messages into stored outcomes.

    Args:
        say_now: sends without storing.
        is_own_room: whether a room is one person's own, who waits for each answer and may ask as fast as they like.
    """

    def __init__(
        self,
        settings: Settings,
        persona: Persona,
        says: Sentences,
        history: "History",
        conversing: Conversing,
        handlers: Handlers,
        say_now: Callable[[Address, Outgoing], Awaitable[None]],
        is_own_room: Callable[[Address], bool],
    ) -> None:
        self._settings = settings
        self._says = says
        self._history = history
        self._conversing = conversing
        self._handlers = handlers
        self._say_now = say_now
        self._zone = ZoneInfo(settings.bot.timezone)
        self._known = Known(history)
        names = (persona.name, *persona.aliases)
        self._gate = Gate(settings, names, says, self._known, conversing, is_own_room, self._now)
        self._closing = False
        self._commands = Commands(
            (
                Command(("도움말", "help"), "이 안내를 보여 줍니다.", self._help),
                Command(("새대화", "new"), "지금까지의 이야기를 접고 새로 시작합니다.", conversing.start_over),
                Command(("다시", "again"), "방금 한 대답을 다른 말로 다시 합니다.", conversing.again),
                group_settings.SETTINGS,
                *RIGHTS,
                *BLOCKING,
            )
        )

    def close(self) -> None:
        """Try no longer to store what the database refuses; it stays in the inbox."""
        self._closing = True

    def stands_alone(self, message: Incoming) -> bool:
        """Tell whether a message is answered by itself, never together with others of a burst: commands are."""
        return message.text.lstrip().startswith("/")

    async def handle(self, batch: Batch[Accepted]) -> tuple[Pending, ...]:
        """Answer a batch of one person's messages; return what is to be sent.

        Raises:
            HistoryError: the outcome cannot be stored. The messages stay in the inbox.
            ModelError: the model cannot be loaded; likewise.
        """
        messages = [accepted.message for accepted in batch.items]
        try:
            outcome = self._given_up(messages) if batch.given_up else await self._outcome(messages, batch.restarts > 0)
        except asyncio.CancelledError:
            if not batch.given_up:
                raise
            outcome = self._given_up(messages)
        batch.seal()
        if isinstance(outcome, Erasure):
            self._known.clear()
            # Stored nowhere: the outbox would hold the room again that was just erased.
            await self._say_now(messages[-1].address, Outgoing(outcome.text, reply_to=messages[-1].id))
            return ()
        committed = await self._commit(replace(outcome, inbox=tuple(accepted.id for accepted in batch.items)))
        self._known.note(outcome.puts)
        return committed

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
            if stored is None and attempts:  # the first try may have been stored before its connection broke
                return tuple(await self._history.undelivered(commit.address.adapter, commit.address.room))
            return stored or ()

    def _given_up(self, messages: Sequence[Incoming]) -> Commit:
        """Return what remains of messages that nobody wants answered any more: in private, the words."""
        last = messages[-1]
        if last.room_kind is RoomKind.GROUP or self._commands.called(last.text.strip()) is not None:
            return Commit(last.address)
        return self._conversing.unanswered(messages)

    async def _outcome(self, messages: Sequence[Incoming], is_again: bool) -> Outcome:
        """Return what comes of messages, whatever fails on the way: the person is told then."""
        attempts = 0
        while True:
            try:
                return await self._considered(messages, is_again or attempts > 0)
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
                return self._conversing.answered(messages, self._says.no_reply, Source.FALLBACK)

    async def _considered(self, messages: Sequence[Incoming], is_again: bool) -> Outcome:
        last = messages[-1]
        called = self._commands.called(last.text.strip())
        instead = await self._gate.instead(messages, called, is_again=is_again)
        if instead is not None:
            return instead
        text = said(messages)
        if not text:
            return Commit(last.address, replies=(Outgoing(self._says.nothing_said, reply_to=last.id),))
        if called is not None:
            return await self._obeyed(called, last)
        if (answer := await self._handlers.answer(replace(last, text=text))) is not None:
            return self._conversing.answered(messages, answer, Source.PLUGIN)
        return await self._conversing.answer(messages)

    async def _obeyed(self, called: Called, message: Incoming) -> Outcome:
        role = role_of(message, self._settings)
        group = await self._gate.group(message)
        request = Request(message, called.argument, role, self._says, self._history, self._settings, group, self._now())
        command = called.command
        if command is None:
            return request.reply(self._says.unknown_command)
        if role < command.role:
            return request.reply(self._says.for_admins)
        if command.private and message.room_kind is RoomKind.GROUP:
            return request.reply(self._says.in_private)
        return await command.answer(request)

    async def _help(self, request: Request) -> Outcome:
        return request.reply(self._commands.help(request.role, request.message.room_kind))

    def _now(self) -> datetime:
        return datetime.now(self._zone)
