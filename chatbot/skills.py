"""What the bot can do besides conversing: the framework's own commands and its plugins, behind one face for the pipeline.

It is also what plugins may ask of the bot (``Host``). Knows no queue; stores nothing, but says what is to be stored.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chatbot.commands.command import Command, Erasure, Outcome, Request
from chatbot.commands.framework import FRAMEWORK
from chatbot.commands.rights import RIGHTS
from chatbot.config import GroupSettings, Settings
from chatbot.conversing import Conversing, heard
from chatbot.dialogue.persona import Persona
from chatbot.history.records import Commit, Put
from chatbot.known import Known
from chatbot.messages import Address, Incoming, Joined, Outgoing, RoomKind, Source, Speaker
from chatbot.people import Role, role_of
from chatbot.plugins.chat import Again, CommandInfo, Status
from chatbot.plugins.command_table import Called, CommandTable, Named, Unknown
from chatbot.plugins.conversations import is_cancel
from chatbot.plugins.dispatch import Dispatch, stand_in
from chatbot.plugins.floor import Held
from chatbot.plugins.isolation import Isolation
from chatbot.plugins.jobs import Job
from chatbot.plugins.moments import Moments
from chatbot.plugins.prepared import Only, Prepared, PreparedCommand
from chatbot.plugins.session import Said
from chatbot.profiles import Profiles
from chatbot.safety.personal_data import mask
from chatbot.safety.profanity import profanity_in

if TYPE_CHECKING:
    from chatbot.history.store import History

Entry = Command | PreparedCommand


class Skills:
    """The commands and the plugins of a bot.

    Args:
        isolation: what plugins' code runs in.
        busy: returns in how many rooms something waits or is being answered.
        waiting: returns how many jobs wait for their time.
        now: returns the time in the bot's time zone.
    """

    def __init__(
        self,
        settings: Settings,
        persona: Persona,
        profiles: Profiles,
        history: "History",
        known: Known,
        conversing: Conversing,
        prepared: Prepared,
        isolation: Isolation,
        now: Callable[[], datetime],
        busy: Callable[[], int],
        waiting: Callable[[], int],
    ) -> None:
        self.bot_name = persona.name
        self.level = persona.speech_level
        self.now = now
        self._settings = settings
        self._profiles = profiles
        self._history = history
        self._known = known
        self._conversing = conversing
        self._isolation = isolation
        self._busy = busy
        self._waiting = waiting
        self._started_at = now()
        self._without_plugins = Dispatch(Prepared(Only()), profiles, self, isolation, known, history)
        self.use(prepared)

    def use(self, prepared: Prepared) -> None:
        """Go on with other plugins, or other versions of them."""
        self._prepared = prepared
        self.dispatch = Dispatch(prepared, self._profiles, self, self._isolation, self._known, self._history)
        self.moments = Moments(prepared, self._isolation, self._known, self._history, self.now)
        own: list[Named[Entry]] = [Named(one.names, one, one.parameter is not None) for one in FRAMEWORK]
        theirs: list[Named[Entry]] = [Named(one.declaration.names, one, one.takes_words) for one in prepared.commands]
        self._table: CommandTable[Entry] = CommandTable([*own, *theirs])

    def called(self, text: str) -> Called[Entry] | Unknown | None:
        """Return the command that a message is; ``None`` for anything else."""
        return self._table.find(text.strip())

    async def held(self, message: Incoming) -> Held | None:
        """Return the conversation of a plugin's that holds the floor for a message."""
        return await self.dispatch.held(message)

    async def obey(self, called: Called[Entry] | Unknown, message: Incoming, group: GroupSettings) -> Outcome:
        """Do what a command asks for."""
        role = role_of(message, self._settings)
        if isinstance(called, Unknown):
            return self._unknown(called, message, role)
        if isinstance(called.entry, PreparedCommand):
            return self._outcome((), message, await self.dispatch.obey(called.entry, called.argument, message, role))
        command = called.entry
        plugins = tuple(plugin.name for plugin in self._prepared.plugins)
        request = Request(
            message,
            called.argument,
            role,
            self._profiles.says(message),
            self._history,
            self._settings,
            group,
            self.now(),
            plugins,
        )
        if role < command.role:
            return request.reply(self._profiles.says(message).for_admins)
        if command.private and message.room_kind is RoomKind.GROUP:
            return request.reply(self._profiles.says(message).in_private)
        return await command.answer(request)

    async def go_on(self, held: Held, messages: Sequence[Incoming], message: Incoming) -> Commit | None:
        """Hand a message to the conversation that holds the floor; ``None`` if it is not for it."""
        said = await self.dispatch.go_on(held, message, role_of(message, self._settings))
        return None if said is None else self._outcome(messages, message, said)

    async def match(self, messages: Sequence[Incoming], message: Incoming) -> tuple[Commit | None, tuple[Put, ...]]:
        """Return what plugins answer that look at what is said; else ``None``, and what they store all the same."""
        is_answered, said = await self.dispatch.match(message, role_of(message, self._settings))
        return (self._outcome(messages, message, said), ()) if is_answered else (None, said.puts)

    async def converse(self, messages: Sequence[Incoming]) -> Commit:
        """Return what the model says, or a plugin before it."""
        return await self._conversing.answer(messages, role_of(messages[-1], self._settings), self.dispatch)

    async def do_without(
        self, called: Called[Entry] | Unknown | None, held: Held | None, messages: Sequence[Incoming]
    ) -> Commit:
        """Return what comes of messages without any plugin's doing."""
        if called is not None:
            return self._say(messages[-1], self._profiles.says(messages[-1]).command_failed)
        if held is not None:
            return self._conversing.answered(messages, self._profiles.says(messages[-1]).step_failed, Source.FALLBACK)
        return await self._conversing.answer(messages, role_of(messages[-1], self._settings), self._without_plugins)

    def knows(self, called: Called[Entry] | Unknown | None) -> bool:
        """Tell whether a message is a command of ours, or the first word of several that are."""
        return isinstance(called, Called) or (isinstance(called, Unknown) and bool(self._table.group(called.word)))

    def is_plugins(self, called: Called[Entry] | Unknown | None) -> bool:
        """Tell whether a message is a command of a plugin's."""
        return isinstance(called, Called) and isinstance(called.entry, PreparedCommand)

    async def greet(self, joined: Joined) -> Commit:
        """Return how plugins greet somebody."""
        said = await self.dispatch.joined(joined)
        return Commit(joined.address, replies=_outgoing(said), puts=said.puts)

    async def run(self, job: Job, times: int) -> Commit:
        """Return what comes of a job in a room."""
        assert job.scope.address is not None
        address = job.scope.address
        kind = await self._history.room_kind(address)
        speakers = await self.people(address)
        id = job.speaker_id or ""
        speaker = next((one for one in speakers if one.id == id), Speaker(id, job.speaker_name))
        said = await self.dispatch.run_job(job, stand_in(job, speaker, kind), times)
        return Commit(address, replies=_outgoing(said), puts=said.puts)

    async def erase(self, erasure: Erasure) -> None:
        """Erase a person, after plugins removed them from what is not theirs alone."""
        await self.moments.forget(erasure.adapter, erasure.speaker_id)
        await self._history.forget_speaker(erasure.adapter, erasure.speaker_id)

    def commands(self, message: Incoming, role: Role) -> tuple[CommandInfo, ...]:
        """Return what somebody of that role may use there: the plugins' commands, then the framework's."""
        is_group = message.room_kind is RoomKind.GROUP
        own = tuple(
            CommandInfo(f"/{one.names[0]}", " ".join(filter(None, (f"/{one.names[0]}", one.parameter))), one.help, "")
            for one in FRAMEWORK
            if one.role <= role and not (one.private if is_group else one.group)
        )
        return (*self.dispatch.info(message, role), *own)

    @property
    def has_plugins(self) -> bool:
        """Whether there is any plugin."""
        return bool(self._prepared.plugins)

    def can_run(self, plugin: str) -> bool:
        """Tell whether a plugin is there and does not rest; else its jobs wait."""
        return plugin in self._prepared.settings and not self._isolation.rests(plugin)

    def has_job(self, plugin: str, name: str) -> bool:
        """Tell whether a plugin has something that runs the jobs of a name."""
        return (plugin, name) in self._prepared.jobs

    def is_clean(self, text: str) -> bool:
        """Tell whether a text is free of profanity and personal data."""
        return profanity_in(text) is None and mask(text) == text

    async def people(self, room: Address) -> Sequence[Speaker]:
        """Return who spoke in a room, without the bots."""
        return await self._history.people(room)

    async def again(self, message: Incoming) -> Again:
        """Return the last reply of a room in other words."""
        return await self._conversing.again(message, role_of(message, self._settings), self.dispatch)

    async def status(self) -> Status:
        """Return how the bot fares."""
        failing = {name: f"{health.failed}번: {health.why}" for name, health in self._isolation.failing.items()}
        plugins = tuple(plugin.name for plugin in self._prepared.plugins)
        model = self._settings.model.path
        return Status(self._started_at, self._busy(), model, plugins, failing, self._waiting())

    def is_right(self, called: Called[Entry] | Unknown | None) -> bool:
        """Tell whether a message claims what a person may always do: see, take along and erase what is held on them."""
        return isinstance(called, Called) and called.entry in RIGHTS

    def _unknown(self, called: Unknown, message: Incoming, role: Role) -> Commit:
        if is_cancel(called.word):
            return self._say(message, self._profiles.says(message).nothing_to_cancel)
        if members := self._table.group(called.word):
            ours = {f"/{one.declaration.names[0]}" for one in members if isinstance(one, PreparedCommand)}
            lines = [f"{one.usage} — {one.help}" for one in self.commands(message, role) if one.name in ours]
            if lines:
                return self._say(message, "\n".join(lines))
        nearest = self._table.nearest(called.word, lambda entry: self._is_usable(entry, message, role))
        if nearest is None:
            return self._say(message, self._profiles.says(message).unknown_command)
        return self._say(message, self._profiles.says(message).command_meant.format(name=nearest))

    def _is_usable(self, entry: Entry, message: Incoming, role: Role) -> bool:
        name = entry.names[0] if isinstance(entry, Command) else entry.declaration.names[0]
        return any(info.name == f"/{name}" for info in self.commands(message, role))

    def _say(self, message: Incoming, text: str) -> Commit:
        return Commit(message.address, replies=(Outgoing(text, reply_to=message.id),))

    def _outcome(self, messages: Sequence[Incoming], message: Incoming, said: Said) -> Commit:
        """Return what plugins said as a commit: turns too, but for commands, which are no part of the conversation."""
        replies = _outgoing(said, message.id)
        commit = Commit(message.address, replies=replies, puts=said.puts, begins_conversation=said.starts_over)
        if said.again is not None and said.again.turn is not None:
            puts = (*said.again.puts, *said.puts)
            return replace(commit, turns=(said.again.turn,), replaces=said.again.replaces, puts=puts)
        if messages:
            own = tuple(self._conversing.says(reply.text, Source.PLUGIN) for reply in replies)
            return replace(commit, turns=(*heard(messages), *own))
        return commit


def _outgoing(said: Said, reply_to: str | None = None) -> tuple[Outgoing, ...]:
    return tuple(
        Outgoing(answer.text, reply_to=reply_to, file=answer.file, choices=answer.choices) for answer in said.answers
    )
