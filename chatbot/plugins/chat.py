"""What a plugin's handler talks through: who said what where, what is stored, and what else it may say or do.

A ``Chat`` lives for one message. Whatever it changes is stored with the answer, in one transaction, or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pydantic_core import to_jsonable_python

from chatbot.errors import PluginError, StorageFull
from chatbot.history.records import PROFILE, Put, Scope
from chatbot.messages import Address, Incoming, RoomKind, Speaker, SpeechLevel, Turn
from chatbot.people import Role
from chatbot.plugins.answers import Answer
from chatbot.plugins.jobs import Job, job_of, new_job, put_of, removal_of
from chatbot.plugins.ledger import Ledger
from chatbot.plugins.rules import Missed, Rule
from chatbot.plugins.storage import Storage, checked_length
from chatbot.profiles import Profile, profile_of
from chatbot.profiles import put_of as put_of_profile

_MOST_JOBS = 100
"""Of one plugin, for one person in one room."""


@dataclass(frozen=True, slots=True)
class CommandInfo:
    """A command as 도움말 tells it; ``plugin`` is empty for the framework's own."""

    name: str
    usage: str
    help: str
    plugin: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How the bot fares.

    Attributes:
        started_at: since when it runs.
        rooms_busy: rooms in which something waits or is being answered.
        model: the model's name or folder.
        plugins: the names of those that are on.
        failing: for each plugin that failed: how often, and why the last time.
        jobs: how many jobs wait for their time.
    """

    started_at: datetime
    rooms_busy: int
    model: str
    plugins: tuple[str, ...]
    failing: dict[str, str]
    jobs: int


@dataclass(frozen=True, slots=True)
class Again:
    """A reply in other words: the turn that says it, the id of the one whose place it takes, and what hooks store."""

    text: str
    turn: Turn | None = None
    replaces: int | None = None
    puts: tuple[Put, ...] = ()


class Host(Protocol):
    """What a handler may ask of the bot."""

    bot_name: str
    level: SpeechLevel

    def now(self) -> datetime:
        """Return the time in the bot's time zone."""
        ...

    def commands(self, message: Incoming, role: Role) -> tuple[CommandInfo, ...]:
        """Return what somebody of that role may use there."""
        ...

    def has_job(self, plugin: str, name: str) -> bool:
        """Tell whether a plugin has something that runs the jobs of a name."""
        ...

    def is_clean(self, text: str) -> bool:
        """Tell whether a text is free of profanity and personal data."""
        ...

    async def people(self, room: Address) -> Sequence[Speaker]:
        """Return who spoke in a room, without the bots."""
        ...

    async def again(self, message: Incoming) -> Again:
        """Return the last reply of a room in other words."""
        ...

    async def status(self) -> Status:
        """Return how the bot fares."""
        ...


@dataclass(slots=True)
class Effects:
    """What a handler did besides answering and storing."""

    said: list[Answer] = field(default_factory=list[Answer])
    starts_over: bool = False
    again: Again | None = None


class Chat:
    """One message, for one plugin.

    Attributes:
        message: as it was received; in jobs and hooks without one, a stand-in with the room and the person.
        text: its words, ``""`` where there are none.
        speaker: who said it. ``room``: where.
        role: what the person is in this room.
        now: the time, in the bot's time zone.
        profile: how the person wants to be talked to.
        person: this plugin's values on the person, in all rooms of the platform.
        here: on the person in this room. ``in_room``: on the room. ``everywhere``: the plugin's.
    """

    def __init__(
        self, message: Incoming, role: Role, plugin: str, profile: Profile, host: Host, ledger: Ledger, effects: Effects
    ) -> None:
        self.message = message
        self.text = message.text.strip()
        self.speaker = message.speaker
        self.room = message.address
        self.is_group = message.room_kind is RoomKind.GROUP
        self.role = role
        self.now = host.now()
        self.bot_name = host.bot_name
        self.profile = profile
        self._plugin = plugin
        self._host = host
        self._ledger = ledger
        self._effects = effects
        speaker, address = message.speaker.id, message.address
        self.person = Storage(Scope(plugin, None, speaker, address.adapter), ledger)
        self.here = Storage(Scope(plugin, address, speaker), ledger)
        self.in_room = Storage(Scope(plugin, address), ledger)
        self.everywhere = Storage(Scope(plugin), ledger)

    def by_level(self, polite: str, casual: str) -> str:
        """Return the one of two wordings that fits how this person is talked to."""
        return polite if self.profile.level is SpeechLevel.POLITE else casual

    def say(self, what: str | Answer) -> None:
        """Say something more, in a message of its own before the answer."""
        self._effects.said.append(what if isinstance(what, Answer) else Answer(what))

    def start_over(self) -> None:
        """Let a new conversation with the model begin with this answer."""
        self._effects.starts_over = True

    async def say_again(self) -> Answer:
        """Return the bot's last reply in other words; it takes the other one's place."""
        self._effects.again = await self._host.again(self.message)
        return Answer(self._effects.again.text)

    def is_clean(self, text: str) -> bool:
        """Tell whether a text is free of profanity and personal data."""
        return self._host.is_clean(text)

    def commands(self) -> tuple[CommandInfo, ...]:
        """Return the commands that this person may use here."""
        return self._host.commands(self.message, self.role)

    async def people(self) -> tuple[Speaker, ...]:
        """Return who spoke in this room, without the bots, the last one first."""
        return tuple(await self._host.people(self.room))

    async def status(self) -> Status:
        """Return how the bot fares."""
        return await self._host.status()

    async def update_profile(self, *, level: SpeechLevel | None = None, called: str | None = None) -> None:
        """Change how this person is talked to; ``called=""`` forgets the form of address."""
        put = put_of_profile(await self._ledger.get(*self._profile_place), self.message, level, called)
        self._ledger.put(put)
        self.profile = profile_of(put.value, self._host.level)

    async def schedule(self, name: str, rule: Rule, *, missed: Missed = Missed.ONCE, **payload: object) -> Job:
        """Let the plugin's job ``name`` run in this room, for this person, by a rule; it survives restarts.

        Args:
            payload: given to the job's handler by name; whatever is JSON.

        Raises:
            PluginError: the plugin has no such job, or its time is over already.
            StorageFull: the person has too many here, or the payload is too much.
        """
        if not self._host.has_job(self._plugin, name):
            raise PluginError(f"'{self._plugin}' 플러그인에 @plugin.job(\"{name}\")이 없어요.")
        if len(await self.jobs()) >= _MOST_JOBS:
            raise StorageFull(f"예약은 {_MOST_JOBS}개까지 할 수 있어요. 쓰지 않는 것을 취소한 뒤에 다시 해 주세요.")
        scope = Scope(self._plugin, self.room, self.speaker.id)
        zone = self.now.tzinfo
        assert zone is not None
        written = to_jsonable_python(payload)
        checked_length(written)
        job = new_job(
            name, rule, scope, now=self.now, zone=zone, payload=written, missed=missed, speaker_name=self.speaker.name
        )
        self._ledger.put(put_of(job))
        return job.seen_in(zone)

    async def jobs(self, name: str | None = None) -> list[Job]:
        """Return this person's jobs in this room, the next due one first."""
        scope = Scope(self._plugin, self.room, self.speaker.id)
        stored = (job_of(scope, key, value) for key, value in (await self._ledger.items(scope)).items())
        found = [job.seen_in(self.now.tzinfo) for job in stored if job is not None and name in (None, job.name)]
        return sorted(found, key=lambda job: job.due)

    async def cancel_job(self, job: Job) -> None:
        """Let a job not run any more."""
        self._ledger.put(removal_of(job))

    @property
    def _profile_place(self) -> tuple[Scope, str]:
        return Scope("", None, self.speaker.id, self.room.adapter), PROFILE
