"""A person's facts as they are stored, and whether they agreed to that. Knows nothing of how they are heard or told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chatbot import Chat
from chatbot.builtin.memory.facts import Fact, Kind, Told
from chatbot.builtin.memory.requests import TOPICS, Asked

MOST = 100
"""Facts of a person; the oldest makes room."""
PENDING = timedelta(minutes=10)
"""How long what was heard before anybody agreed waits for the answer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact and when it was told. ``room``: the group in which it was, whose people heard it; empty in private."""

    fact: Fact
    told_at: datetime
    room: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether a person agreed; ``given`` is ``None`` as long as they said nothing."""

    given: bool | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """What was heard before the question was answered."""

    told: tuple[Told, ...]
    until: datetime


class Notebook:
    """What a chat's person told, as far as it may be known where they are."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._room = chat.room.room if chat.is_group else ""

    async def consent(self) -> Consent:
        """Return whether the person agreed."""
        return await self._chat.person.get("동의", Consent, Consent())

    async def decide(self, given: bool) -> tuple[Fact, ...]:
        """Note what the person decided; return the facts that had waited for it and are kept now."""
        pending = await self._chat.person.get("대답을 기다리는 이야기", Pending)
        await self._chat.person.put("동의", Consent(given, asked=True))
        await self._chat.person.remove("대답을 기다리는 이야기")
        if not given or pending is None or pending.until < self._chat.now:
            return ()
        await self.hear(pending.told)
        return tuple(told.fact for told in pending.told)

    async def ask(self, told: Sequence[Told]) -> None:
        """Let facts wait for the answer to the question that is asked now."""
        await self._chat.person.put("동의", Consent(None, asked=True))
        await self._chat.person.put("대답을 기다리는 이야기", Pending(tuple(told), self._chat.now + PENDING))

    async def waits(self) -> bool:
        """Tell whether the question was asked a short while ago."""
        pending = await self._chat.person.get("대답을 기다리는 이야기", Pending)
        return pending is not None and pending.until >= self._chat.now

    async def drop_pending(self) -> None:
        """Forget what waits, if it has waited long enough or is not wanted."""
        await self._chat.person.remove("대답을 기다리는 이야기")

    async def all(self) -> list[Kept]:
        """Return every fact, the oldest first."""
        return await self._chat.person.get("들려준 이야기", list[Kept]) or []

    async def known_here(self) -> list[Kept]:
        """Return what may be spoken of here, the oldest first: all in private, in a group what was told in it."""
        kept = await self.all()
        return [one for one in kept if one.room == self._room] if self._room else kept

    async def hear(self, told: Sequence[Told]) -> bool:
        """Keep facts, in the place of those that they make untrue; say whether anything is new."""
        before = kept = await self.all()
        for one in told:
            if one.denied:
                kept = [old for old in kept if not _denies(one.fact, old.fact)]
                continue
            if any(old.fact == one.fact and old.room == self._room for old in kept):
                continue
            wrong = replace(one.fact, value=one.instead_of)
            kept = [old for old in kept if not one.fact.replaces(old.fact) and old.fact != wrong]
            kept.append(Kept(one.fact, self._chat.now, self._room))
        if kept != before:
            await self._write(kept)
        return kept != before

    async def forget(self, gone: Sequence[Kept]) -> None:
        """Forget some facts."""
        await self._write([one for one in await self.all() if one not in gone])

    async def forget_all(self) -> None:
        """Forget everything that was told, but not whether the person agreed."""
        await self._chat.person.remove("들려준 이야기")
        await self._chat.person.remove("대답을 기다리는 이야기")

    async def answering(self, asked: Asked) -> Fact | None:
        """Return what answers a question, several values as one; ``None`` if it was not told."""
        found = [one.fact for one in await self.known_here() if one.fact.kind is asked.kind]
        if asked.about:
            near = [fact for fact in found if fact.about == asked.about]
            found = near or ([] if asked.kind is Kind.FAVOURITE else found)
        if not found:
            return None
        return replace(
            found[-1], value=", ".join(dict.fromkeys(fact.value for fact in found if fact.about == found[-1].about))
        )

    async def about(self, topic: str) -> list[Kept]:
        """Return the facts that a topic means: by the name of their kind, or a word in them."""
        kind = TOPICS.get(topic.casefold())
        kept = await self.known_here()
        if kind is not None and (of_kind := [one for one in kept if one.fact.kind is kind]):
            return of_kind
        word = "".join(topic.split()).casefold()
        return [
            one
            for one in kept
            if len(word) > 1 and word in "".join(f"{one.fact.about} {one.fact.value}".split()).casefold()
        ]

    async def _write(self, kept: Sequence[Kept]) -> None:
        await self._chat.person.put("들려준 이야기", list(kept[-MOST:]) or None)


def _denies(denied: Fact, old: Fact) -> bool:
    """Tell whether an older fact is what is said not to be so: what one is can be a job or a name."""
    return old.value == denied.value and old.kind is denied.kind
