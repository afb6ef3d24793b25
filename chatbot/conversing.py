"""The conversation itself: what was said so far goes to the voice, and what comes back becomes a turn.

Knows nothing of queues, guards or delivery; stores nothing, but says what is to be stored.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cachetools import LRUCache

from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.talk import Talk
from chatbot.errors import GenerationError
from chatbot.history.records import Commit, Put, StoredTurn
from chatbot.messages import Address, Incoming, Outgoing, Source, Speaker, Turn
from chatbot.people import Role
from chatbot.plugins.answers import Answer
from chatbot.plugins.chat import Again
from chatbot.plugins.dispatch import Dispatch
from chatbot.profiles import Profiles
from chatbot.safety.personal_data import mask

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
        profiles: Profiles,
        settings: Settings,
        show: "Callable[[Address], Show]",
        explain: "Callable[[Reply], None] | None",
    ) -> None:
        self._history = history
        self._voice = voice
        self._level = persona.speech_level
        self._speaker = Speaker(id="bot", name=persona.name, is_bot=True)
        self._profiles = profiles
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

    async def answer(self, messages: Sequence[Incoming], role: Role, plugins: Dispatch) -> Commit:
        """Return messages, which all together are one turn, with the voice's answer, or that of a plugin before it."""
        last = messages[-1]
        turns = heard(messages)
        stored = await self._history.turns(last.address, _TURNS_READ)
        message = replace(last, text=said(messages))
        heard_now = Turn(last.speaker, message.text, said_at=turns[-1].said_at)
        talk = await self._talk(message, stored, heard_now)
        spoken = await self._spoken(message, talk, role, plugins) or self._no_reply(message)
        self._not_liked.pop(last.address, None)
        replies = tuple(
            Outgoing(one.text, reply_to=last.id, file=one.file, choices=one.choices) for one in spoken.answers
        )
        return Commit(last.address, turns=(*turns, *spoken.turns), replies=replies, puts=spoken.puts)

    async def again(self, message: Incoming, role: Role, plugins: Dispatch) -> Again:
        """Return the last reply in other words, or the answer to what was left without one."""
        room = message.address
        stored = await self._history.turns(room, _TURNS_READ)
        if not stored or (len(stored) == 1 and stored[0].turn.speaker.is_bot):
            return Again(self._profiles.says(message).nothing_to_repeat)
        if not stored[-1].turn.speaker.is_bot:  # its answer was given up
            talk = await self._talk(message, stored)
            spoken = await self._spoken(message, talk, role, plugins) or self._no_reply(message)
            return Again(spoken.answers[-1].text, spoken.turns[-1], None, spoken.puts) if spoken.answers else Again("")
        last = stored.pop()
        avoid = (*self._not_liked.get(room, ()), last.turn.text)
        other = await self._spoken(message, await self._talk(message, stored, avoid=avoid), role, plugins)
        if other is None or not other.answers:  # the reply that there is stays
            return Again(self._profiles.says(message).no_reply)
        self._not_liked[room] = avoid
        return Again(other.answers[-1].text, other.turns[-1], last.id, other.puts)

    async def _talk(
        self,
        message: Incoming,
        stored: Sequence[StoredTurn],
        heard_now: Turn | None = None,
        avoid: tuple[str, ...] = (),
    ) -> Talk:
        place = stored[0].place if stored else 0
        profile = await self._profiles.of(message)
        now = () if heard_now is None else (heard_now,)
        return Talk((*(row.turn for row in stored), *now), place, avoid=avoid, level=profile.level)

    def _no_reply(self, message: Incoming) -> "_Spoken":
        """Return what is said and kept where the voice failed."""
        says = self._profiles.says(message).no_reply
        return _Spoken((self.says(says, Source.FALLBACK),), (Answer(says),))

    async def _spoken(self, message: Incoming, talk: Talk, role: Role, plugins: Dispatch) -> "_Spoken | None":
        """Return the bot's next turns, and its words as they are sent: with a notice where the message was cut.

        ``None`` if the voice fails.
        """
        changed, before = await plugins.before_generate(message, role, talk)
        if changed is None:
            return self._said_by_plugins(before.answers, before.puts)
        reply = await self._reply(message.address, changed)
        if reply is None:
            return None
        reply, after = await plugins.after_generate(message, role, changed, reply, before.puts)
        spoken = self._said_by_plugins((*before.answers, *after.answers), after.puts)
        text = mask(reply.text) if self._masks else reply.text
        if not text.strip():  # a plugin took the words away
            return spoken
        notice = self._profiles.says(message).message_cut if reply.cut else ""
        turn = Turn(self._speaker, text, reply.source, reply.level)
        return _Spoken((*spoken.turns, turn), (*spoken.answers, Answer(notice + text)), spoken.puts)

    def _said_by_plugins(self, answers: tuple[Answer, ...], puts: tuple[Put, ...]) -> "_Spoken":
        return _Spoken(tuple(self.says(answer.text, Source.PLUGIN) for answer in answers), answers, puts)

    async def _reply(self, room: Address, talk: Talk) -> "Reply | None":
        """Return what the voice says; ``None`` if it fails."""
        voice = await self._voice()
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
        return reply


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What the bot says next, as it is kept and as it is sent; the last of each belong together."""

    turns: tuple[Turn, ...]
    answers: tuple[Answer, ...]
    puts: tuple[Put, ...] = ()
