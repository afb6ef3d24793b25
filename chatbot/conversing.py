"""The conversation itself: what was said so far goes to the voice, and what comes back becomes a turn.

Knows nothing of queues, guards or delivery; stores nothing, but says what is to be stored.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from cachetools import LRUCache

from chatbot.commands.command import Outcome, Request
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.talk import Talk
from chatbot.errors import GenerationError
from chatbot.history.records import Commit, StoredTurn
from chatbot.messages import Address, Incoming, Outgoing, Source, Speaker, Turn
from chatbot.safety.personal_data import mask
from chatbot.sentences import Sentences

if TYPE_CHECKING:
    from chatbot.dialogue.voice import Reply, Show, Voice
    from chatbot.history.store import History

_log = logging.getLogger(__name__)
_TURNS_READ = 40
_REMEMBERED = 1000
"""In how many rooms the replies that were not liked are remembered."""


def heard(messages: Sequence[Incoming]) -> tuple[Turn, ...]:
    """Return messages as a person's turns."""
    return tuple(
        Turn(message.speaker, message.text.strip(), said_at=message.sent_at, message_id=message.id)
        for message in messages
        if message.text.strip()
    )


def said(messages: Sequence[Incoming]) -> str:
    """Return the words of messages that are one turn together."""
    return "\n".join(text for message in messages if (text := message.text.strip()))


class Conversing:
    """One persona's part in its conversations.

    Args:
        voice: returns the voice once it is loaded.
        show: returns what takes a room's reply while it is being written.
        explain: takes each reply of the voice's with the candidates it was chosen from.
    """

    def __init__(
        self,
        history: "History",
        voice: "Callable[[], Awaitable[Voice]]",
        persona: Persona,
        says: Sentences,
        settings: Settings,
        show: "Callable[[Address], Show]",
        explain: "Callable[[Reply], None] | None",
    ) -> None:
        self._history = history
        self._voice = voice
        self._level = persona.speech_level
        self._speaker = Speaker(id="bot", name=persona.name, is_bot=True)
        self._says = says
        self._masks = settings.safety.personal_data
        self._deadline = settings.rooms.deadline
        self._show = show
        self._explain = explain
        self._not_liked: LRUCache[Address, tuple[str, ...]] = LRUCache(_REMEMBERED)

    def says(self, text: str, source: Source) -> Turn:
        """Return a turn of the bot's own."""
        return Turn(self._speaker, text, source, self._level)

    def unanswered(self, messages: Sequence[Incoming]) -> Commit:
        """Return what remains of messages that get no answer: what was said."""
        return Commit(messages[-1].address, turns=heard(messages))

    def answered(self, messages: Sequence[Incoming], text: str, source: Source) -> Commit:
        """Return messages with an answer that did not need the voice."""
        reply = Outgoing(text, reply_to=messages[-1].id)
        return Commit(messages[-1].address, turns=(*heard(messages), self.says(text, source)), replies=(reply,))

    async def answer(self, messages: Sequence[Incoming]) -> Commit:
        """Return messages, which all together are one turn, with the voice's answer."""
        room = messages[-1].address
        turns = heard(messages)
        stored = await self._history.turns(room, _TURNS_READ)
        heard_now = Turn(turns[-1].speaker, said(messages), said_at=turns[-1].said_at)
        turn, text = await self._turn(room, stored, (heard_now,)) or self._no_reply()
        self._not_liked.pop(room, None)
        return Commit(room, turns=(*turns, turn), replies=(Outgoing(text, reply_to=messages[-1].id),))

    async def again(self, request: Request) -> Outcome:
        """Say the last reply in other words; answer what was left without one."""
        room = request.message.address
        stored = await self._history.turns(room, _TURNS_READ)
        if not stored or (len(stored) == 1 and stored[0].turn.speaker.is_bot):
            return request.reply(self._says.nothing_to_repeat)
        if not stored[-1].turn.speaker.is_bot:  # its answer was given up
            turn, text = await self._turn(room, stored) or self._no_reply()
            return request.reply(text, turns=(turn,))
        last = stored.pop()
        avoid = (*self._not_liked.get(room, ()), last.turn.text)
        other = await self._turn(room, stored, avoid=avoid)
        if other is None:  # the reply that there is stays
            return request.reply(self._says.no_reply)
        turn, text = other
        self._not_liked[room] = avoid
        return request.reply(text, turns=(turn,), replaces=last.id)

    async def start_over(self, request: Request) -> Outcome:
        """Begin a new conversation."""
        return request.reply(self._says.new_conversation, begins_conversation=True)

    def _no_reply(self) -> tuple[Turn, str]:
        """Return what is said and kept where the voice failed."""
        return self.says(self._says.no_reply, Source.FALLBACK), self._says.no_reply

    async def _turn(
        self,
        room: Address,
        stored: Sequence[StoredTurn],
        heard_now: tuple[Turn, ...] = (),
        avoid: tuple[str, ...] = (),
    ) -> tuple[Turn, str] | None:
        """Return the bot's next turn, and its words as they are sent: with a notice where the message was cut.

        ``None`` if the voice fails.
        """
        voice = await self._voice()
        place = stored[0].place if stored else 0
        talk = Talk((*(row.turn for row in stored), *heard_now), place, avoid=avoid)
        try:
            async with asyncio.timeout(self._deadline):
                reply = await voice.reply(talk, self._show(room))
        except (GenerationError, TimeoutError, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                raise  # it is we who are cancelled, not something within the voice
            _log.error("no reply: %s", type(error).__name__)
            return None
        if self._explain is not None:
            self._explain(reply)
        text = mask(reply.text) if self._masks else reply.text
        notice = self._says.message_cut if reply.cut else ""
        return Turn(self._speaker, text, reply.source, reply.level), notice + text
