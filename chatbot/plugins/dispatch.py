"""What plugins make of messages, jobs and moments. Knows nothing of queues or storage: it says what is to be stored."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from cachetools import TTLCache

from chatbot.dialogue.talk import Talk
from chatbot.dialogue.voice import Reply
from chatbot.errors import PluginError
from chatbot.history.records import Put
from chatbot.known import Known
from chatbot.messages import Address, Incoming, Joined, RoomKind, Speaker
from chatbot.people import Role
from chatbot.plugins.answers import Answer
from chatbot.plugins.arguments import BadArgument, explain
from chatbot.plugins.chat import CommandInfo, Host
from chatbot.plugins.conversations import Conversation
from chatbot.plugins.converters import NotConvertible
from chatbot.plugins.declarations import Hook, MatcherDeclaration, Where
from chatbot.plugins.floor import Floor, Held
from chatbot.plugins.isolation import Isolation
from chatbot.plugins.jobs import Job
from chatbot.plugins.matchers import Found
from chatbot.plugins.prepared import Prepared, PreparedCommand, PreparedHook, job_wants
from chatbot.plugins.session import Run, Said, Session
from chatbot.profiles import Profiles

if TYPE_CHECKING:
    from chatbot.history.store import History

_LONGEST_COOL_DOWN = 24 * 3600.0
_COOLING = 10_000


class Dispatch:
    """The plugins of a bot at work."""

    def __init__(
        self,
        prepared: Prepared,
        profiles: Profiles,
        host: Host,
        isolation: Isolation,
        known: Known,
        history: "History",
    ) -> None:
        self.prepared = prepared
        self._profiles = profiles
        self._host = host
        self._isolation = isolation
        self._known = known
        self._history = history
        self._floor = Floor(prepared, profiles, known)
        self._used: TTLCache[tuple[Address, str, str], float] = TTLCache(_COOLING, _LONGEST_COOL_DOWN)

    def info(self, message: Incoming, role: Role) -> tuple[CommandInfo, ...]:
        """Return the plugins' commands that somebody of that role may use there, in order."""
        return tuple(
            CommandInfo(
                f"/{one.declaration.names[0]}", one.usage, one.declaration.help, one.plugin.name, one.plugin.about
            )
            for one in self.prepared.commands
            if one.declaration.role <= role and _fits(one.declaration.where, message.room_kind)
        )

    async def held(self, message: Incoming) -> Held | None:
        """Return the conversation that holds the floor for a message."""
        return await self._floor.held(message, self._host.now())

    async def obey(self, command: PreparedCommand, argument: str, message: Incoming, role: Role) -> Said:
        """Run a command."""
        session = self._session(message, role)
        refusal = await self._refusal(command, session)
        if refusal is not None:
            session.say(Answer(refusal))
            return session.said()
        try:
            arguments = command.signature.read(argument, await session.context(command.signature.needs_people))
        except BadArgument as error:
            session.say(Answer(explain(error, command.usage)))
            return session.said()
        plugin, what, kind = command.plugin.name, f"/{command.declaration.names[0]}", command.conversation
        if kind is not None:
            made = await session.call(plugin, what, lambda _: kind(), heals=False)
            if made is None:
                session.say(Answer(self._profiles.says(message).command_failed))
            else:
                await self._floor.begin(session, plugin, made.result, arguments)
        else:
            run = await self._run(session, plugin, what, command.declaration.handler, command.wants, arguments)
            if run is None or not await self._settle(session, plugin, what, run):
                session.say(Answer(self._profiles.says(message).command_failed))
        # Not before: what is tried again, as the database was out of reach, must not be told to wait.
        if command.declaration.cool_down:
            self._used[message.address, message.speaker.id, command.declaration.names[0]] = self._time()
        return session.said()

    async def go_on(self, held: Held, message: Incoming, role: Role) -> Said | None:
        """Hand a message to the conversation that holds the floor; ``None`` if it is not for it."""
        session = self._session(message, role)
        return session.said() if await self._floor.go_on(session, held) else None

    async def match(self, message: Incoming, role: Role) -> tuple[bool, Said]:
        """Return whether any matcher answers, and what; those that only looked on may have stored something."""
        session = self._session(message, role)
        if not len(self.prepared.matchers):
            return False, session.said()
        off, answered = await session.off(), False
        for found in self.prepared.matchers.found(
            message.text.strip(), self._unfit, lambda plugin: plugin in off or self._isolation.rests(plugin)
        ):
            if await self._matched(session, found):
                answered = True
                if found.declaration.block:
                    break
        return answered, session.said()

    async def before_generate(self, message: Incoming, role: Role, talk: Talk) -> tuple[Talk | None, Said]:
        """Let plugins change what the model is to answer, or answer instead: then there is no talk left."""
        session = self._session(message, role)
        for hook in await self._hooks(session, Hook.BEFORE_GENERATE):
            run = await self._attend(session, hook, Hook.BEFORE_GENERATE, talk=talk)
            if run is None:
                continue
            match run.result:
                case None:
                    session.keep(run)
                case Talk() as changed:
                    session.keep(run)
                    talk = changed
                case str() | Answer() as words:
                    session.keep(run, words if isinstance(words, Answer) else Answer(words))
                    return None, session.said()
                case other:
                    self._isolation.fails(hook.plugin.name, Hook.BEFORE_GENERATE, f"returned {type(other).__name__}")
        return talk, session.said()

    async def after_generate(
        self, message: Incoming, role: Role, talk: Talk, reply: Reply, stored: Sequence[Put] = ()
    ) -> tuple[Reply, Said]:
        """Let plugins change what the model said.

        Args:
            stored: what hooks before generation store; it is among what comes back.
        """
        session = self._session(message, role)
        for put in stored:
            session.ledger.put(put)
        for hook in await self._hooks(session, Hook.AFTER_GENERATE):
            run = await self._attend(session, hook, Hook.AFTER_GENERATE, talk=talk, reply=reply)
            if run is None:
                continue
            match run.result:
                case None:
                    session.keep(run)
                case Reply() as changed:
                    session.keep(run)
                    reply = changed
                case str() as words:
                    session.keep(run)
                    reply = replace(reply, text=words)
                case other:
                    self._isolation.fails(hook.plugin.name, Hook.AFTER_GENERATE, f"returned {type(other).__name__}")
        return reply, session.said()

    async def joined(self, joined: Joined) -> Said:
        """Return how plugins greet somebody who came into a room."""
        message = Incoming(joined.address, "", joined.speaker, "", room_kind=joined.room_kind)
        session = self._session(message, Role.ANYONE)
        for hook in await self._hooks(session, Hook.ON_JOIN):
            run = await self._attend(session, hook, Hook.ON_JOIN, joined=joined)
            if run is not None:
                await self._settle(session, hook.plugin.name, Hook.ON_JOIN, run)
        return session.said()

    async def run_job(self, job: Job, message: Incoming, times: int) -> Said:
        """Run a job in the name of the person and the room that a stand-in message has, as often as it is due."""
        session = self._session(message, Role.ANYONE)
        plugin = job.scope.plugin
        handler = self.prepared.jobs.get((plugin, job.name))
        for _ in range(times if handler is not None and plugin not in await session.off() else 0):
            assert handler is not None
            what = f"job {job.name}"
            try:
                call = job_wants(handler, job.payload, plugin, job.name)
            except PluginError as error:
                self._isolation.fails(plugin, what, str(error))
                break
            offered = {"job": job.seen_in(self._host.now().tzinfo), "settings": self.prepared.settings.get(plugin)}
            run = await session.call(
                plugin,
                what,
                lambda chat, call=call, offered=offered: call({**call.typed(job.payload), **offered, "chat": chat}),
            )
            if run is not None:
                await self._settle(session, plugin, what, run)
        return session.said()

    def _session(self, message: Incoming, role: Role) -> Session:
        return Session(message, role, self._host, self._isolation, self._known, self._history)

    async def _refusal(self, command: PreparedCommand, session: Session) -> str | None:
        declaration, message = command.declaration, session.message
        says = self._profiles.says(message)
        if command.plugin.name in await session.off():
            return says.plugin_is_off
        if session.role < declaration.role:
            return says.for_admins
        if not _fits(declaration.where, message.room_kind):
            return says.in_private if declaration.where is Where.PRIVATE else says.in_group
        used = self._used.get((message.address, message.speaker.id, declaration.names[0]))
        left = 0.0 if used is None else used + declaration.cool_down.total_seconds() - self._time()
        return says.cools_down.format(seconds=max(1, round(left))) if left > 0 else None

    async def _matched(self, session: Session, found: Found) -> bool:
        """Ask a matcher; say whether it answered."""
        prepared = self.prepared.matcher(found.declaration)
        groups = found.match.groupdict() if found.match is not None else {}
        context = await session.context(prepared.signature.needs_people)
        arguments: dict[str, object] = {}
        for parameter in prepared.signature.parameters:
            written = groups.get(parameter.name)
            if written is None:
                if parameter.required:
                    return False
                continue
            try:
                arguments[parameter.name] = parameter.converter.read(written, context)
            except NotConvertible:
                return False
        if "match" in prepared.wants:
            arguments["match"] = found.match
        handler, what = found.declaration.handler, getattr(found.declaration.handler, "__name__", "matcher")
        run = await self._run(session, found.plugin, what, handler, prepared.wants - {"match"}, arguments)
        if run is None:
            return False
        if run.result is None and not run.effects.said:
            session.keep(run)
            return False
        return await self._settle(session, found.plugin, what, run)

    async def _run(
        self,
        session: Session,
        plugin: str,
        what: str,
        handler: Callable[..., Any],
        wants: frozenset[str],
        arguments: Mapping[str, object],
    ) -> Run | None:
        settings = {"settings": self.prepared.settings[plugin]} if "settings" in wants else {}

        def work(chat: Any) -> Any:
            injected = {"chat": chat, **settings} if "chat" in wants else settings
            return handler(**injected, **arguments)

        return await session.call(plugin, what, work)

    async def _settle(self, session: Session, plugin: str, what: str, run: Run) -> bool:
        """Let what a handler returned count; say whether it could."""
        match run.result:
            case None:
                session.keep(run)
            case str() | Answer() as words:
                session.keep(run, words if isinstance(words, Answer) else Answer(words))
            case Conversation() as conversation:
                session.keep(run)
                await self._floor.begin(session, plugin, conversation, {})
            case other:
                self._isolation.fails(plugin, what, f"returned {type(other).__name__}")
                return False
        return True

    async def _hooks(self, session: Session, hook: Hook) -> Sequence[PreparedHook]:
        hooks = self.prepared.hooks(hook)
        if not hooks:
            return hooks
        off = await session.off()
        return [one for one in hooks if one.plugin.name not in off]

    async def _attend(self, session: Session, hook: PreparedHook, what: Hook, **about: object) -> Run | None:
        plugin = hook.plugin.name
        offered = {**about, "settings": self.prepared.settings[plugin]}
        run = await session.call(plugin, what, lambda chat: hook.call({**offered, "chat": chat}))
        if run is not None and run.is_refused:  # nobody asked for anything who could be told
            self._isolation.fails(plugin, what, str(run.result.text))
            return None
        return run

    def _unfit(self, plugin: str, declaration: MatcherDeclaration, error: BaseException) -> None:
        name = getattr(declaration.handler, "__name__", "")
        self._isolation.fails(plugin, f"the matcher of {name}()", type(error).__name__)

    def _time(self) -> float:
        return asyncio.get_running_loop().time()


def stand_in(job: Job, speaker: Speaker, kind: RoomKind) -> Incoming:
    """Return a message that nobody wrote, for the room and the person of a job."""
    address = cast("Address", job.scope.address)
    return Incoming(address, f"job:{job.id}", speaker, "", sent_at=datetime.now().astimezone(), room_kind=kind)


def _fits(where: Where, kind: RoomKind) -> bool:
    return where is Where.ANYWHERE or (where is Where.GROUP) is (kind is RoomKind.GROUP)
