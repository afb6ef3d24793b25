"""What a message meets before it is answered: is the bot meant, is the person blocked, in danger, too fast, abusive?

Knows nothing of what the answer would be.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cachetools import LRUCache

from chatbot.attention import is_meant, joins_in
from chatbot.commands import group_settings
from chatbot.config import GroupSettings, SafetySettings, Settings
from chatbot.conversing import Conversing, said
from chatbot.guards import Pace, RateLimits, Strikes
from chatbot.history.records import BLOCKED, STRIKES, Commit, Put, Scope
from chatbot.known import Known
from chatbot.messages import Address, Incoming, Outgoing, RoomKind, Source
from chatbot.people import person_key
from chatbot.profiles import Profiles
from chatbot.safety.crisis import crisis_in, crisis_reply, is_young
from chatbot.safety.profanity import Profanity, profanity_in

_REMEMBERED = 10_000


class Gate:
    """Decides which messages are simply answered, and what comes of the others.

    Args:
        names: what the bot is called.
        is_own_room: whether a room is one person's own, who waits for each answer and may ask as fast as they like.
        now: returns the time in the bot's time zone.
    """

    def __init__(
        self,
        settings: Settings,
        names: Sequence[str],
        profiles: Profiles,
        known: Known,
        conversing: Conversing,
        is_own_room: Callable[[Address], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._names = names
        self._profiles = profiles
        self._known = known
        self._conversing = conversing
        self._is_own_room = is_own_room
        self._now = now
        self._limits = RateLimits(settings.guards)
        self._joined_in: LRUCache[Address, tuple[float, str]] = LRUCache(_REMEMBERED)
        # On the event loop this would hold up every room for half a second, at the first message.
        self._compiled = asyncio.get_running_loop().run_in_executor(None, _compile, settings.safety)

    async def group(self, message: Incoming) -> GroupSettings:
        """Return the settings of the room that a message was said in."""
        defaults = self._settings.groups
        if message.room_kind is RoomKind.PRIVATE:
            return defaults
        stored = await self._known.get(group_settings.scope(message.address), group_settings.KEY)
        return group_settings.room_settings(defaults, stored)

    async def instead(
        self,
        messages: Sequence[Incoming],
        *,
        is_meant: bool = False,
        is_slash: bool = False,
        claims_rights: bool = False,
        is_again: bool = False,
    ) -> Commit | None:
        """Return what comes of a batch that is not simply answered, ``None`` for every other.

        Args:
            is_meant: whether it is known already that the bot is meant: it is a command, or goes on with a conversation.
            is_slash: whether it looks like a command, known or not: nothing to join in on.
            claims_rights: what a person may always do, however they behaved: see, take along and erase what is held on
                them.
            is_again: whether the batch was looked at before, so that its messages are not counted twice.
        """
        last = messages[-1]
        if await self._is_blocked(last) and not claims_rights:
            return Commit(last.address)
        if not is_meant and (overheard := await self.overheard(messages, is_slash=is_slash)) is not None:
            return overheard
        await asyncio.shield(self._compiled)
        text = said(messages)
        if self._settings.safety.crisis and (crisis := crisis_in(text)) is not None:
            reply = crisis_reply(crisis, young=is_young(text))
            return self._conversing.answered(messages, reply, Source.SAFETY)
        if claims_rights:
            return None
        return await self._too_fast(last, is_again) or await self._abusive(messages, text)

    async def overheard(self, messages: Sequence[Incoming], *, is_slash: bool = False) -> Commit | None:
        """Return what comes of a batch that is not meant for the bot, ``None`` for one that is."""
        group = await self.group(messages[-1])
        if self._is_meant(messages, group, is_slash):
            return None
        return self._conversing.unanswered(messages) if group.listen else Commit(messages[-1].address)

    def _is_meant(self, messages: Sequence[Incoming], group: GroupSettings, is_slash: bool) -> bool:
        if any(is_meant(message, self._names, group) for message in messages):
            return True
        room, first, time = messages[-1].address, messages[0].id, asyncio.get_running_loop().time()
        joined_at, joined_for = self._joined_in.get(room, (None, ""))
        if joined_for == first:  # it was decided before, and newer messages came along
            return True
        since = None if joined_at is None else time - joined_at
        if not is_slash and joins_in(group, self._now(), since, random.random()):
            self._joined_in[room] = time, first
            return True
        return False

    async def _is_blocked(self, message: Incoming) -> bool:
        if person_key(message.address, message.speaker.id) in self._settings.guards.blocked:
            return True
        return await self._known.get(_of(message), BLOCKED) is not None

    async def _too_fast(self, message: Incoming, is_again: bool) -> Commit | None:
        if is_again or self._is_own_room(message.address):
            return None
        pace = await self._limits.take(message.address, message.speaker.id)
        if pace is Pace.FINE:
            return None
        told = (Outgoing(self._profiles.says(message).too_fast, reply_to=message.id),) if pace is Pace.TOO_FAST else ()
        return Commit(message.address, replies=told)

    async def _abusive(self, messages: Sequence[Incoming], text: str) -> Commit | None:
        if not self._settings.safety.profanity:
            return None
        person, now = _of(messages[-1]), self._now()
        strikes = Strikes.from_json(await self._known.get(person, STRIKES))
        if strikes.are_out(now):
            return Commit(messages[-1].address)
        if (profanity_in(text) or Profanity.MILD) is Profanity.MILD:
            return None
        more = strikes.another(now)
        sentences = self._profiles.says(messages[-1])
        says = sentences.hurt
        if more.until is not None:
            says = sentences.keeps_away.format(minutes=_long(more.until - now))
        put = Put(person, STRIKES, dict(more.to_json()))
        return replace(self._conversing.answered(messages, says, Source.SAFETY), puts=(put,))


def _of(message: Incoming) -> Scope:
    """Return where the framework keeps what it knows of who said it."""
    return Scope("", None, message.speaker.id, message.address.adapter)


def _compile(safety: SafetySettings) -> None:
    """Let the safety checks compile what they look for; they do so when they are first used."""
    if safety.crisis:
        crisis_in("안녕하세요")
    if safety.profanity:
        profanity_in("안녕하세요")


def _long(wait: timedelta) -> str:
    minutes = round(wait.total_seconds() / 60)
    return f"{minutes}분" if minutes < 60 else f"{minutes // 60}시간"
