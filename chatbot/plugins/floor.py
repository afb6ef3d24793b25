"""Who holds the floor: conversations begun, gone on with, cancelled. Knows how they run, not what they talk about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chatbot.errors import PluginError, Refusal
from chatbot.history.records import FLOOR, Json, Put, Scope
from chatbot.known import Known
from chatbot.korean import josa
from chatbot.messages import Choice, Incoming, RoomKind
from chatbot.plugins.answers import Answer, Ask, Done
from chatbot.plugins.arguments import BadArgument
from chatbot.plugins.conversations import Conversation, Script, State, is_cancel
from chatbot.plugins.isolation import FAILED, Failed
from chatbot.plugins.prepared import Prepared
from chatbot.plugins.session import Run, Session, off_in
from chatbot.profiles import Profiles

_DEEPEST = 3
"""How many conversations of a person wait for each other at most."""


@dataclass(frozen=True, slots=True)
class Held:
    """The conversations that wait for the next message, and where they are stored; the last one began last."""

    scope: Scope
    states: tuple[State, ...]

    def but(self, state: State) -> "Held":
        """Return the others."""
        return Held(self.scope, tuple(one for one in self.states if one is not state))

    def put(self, *on_top: State) -> Put:
        """Return what stores them, with another one on top."""
        states: list[Json] = [state.to_json() for state in (*self.states, *on_top)]
        return Put(self.scope, FLOOR, states or None)


class Floor:
    """The conversations of all rooms: those of each person there, and those of everybody there.

    A conversation that begins while another one waits goes first; when it ends, the other one goes on.
    """

    def __init__(self, prepared: Prepared, profiles: Profiles, known: Known) -> None:
        self._prepared = prepared
        self._profiles = profiles
        self._known = known

    async def held(self, message: Incoming, now: datetime) -> Held | None:
        """Return the conversations that a message may be for: the person's own, else the room's."""
        for scope in (Scope("", message.address, message.speaker.id), Scope("", message.address)):
            states = self._waiting(await self._known.get(scope, FLOOR), now)
            off = await off_in(self._known, message.address) if states else frozenset[str]()
            if any(state.plugin not in off for state in states):
                return Held(scope, states)
        return None

    async def begin(
        self, session: Session, plugin: str, conversation: Conversation, arguments: Mapping[str, object]
    ) -> None:
        """Begin a conversation, unless it waits already."""
        script = self._prepared.script(type(conversation))
        if script is None or script.plugin != plugin:
            session.isolation.fails(plugin, type(conversation).__name__, "is no conversation of this plugin")
            session.say(Answer(self._profiles.says(session.message).command_failed))
            return
        scope, now = self._scope(script, session.message), session.host.now()
        waiting = self._waiting(await session.ledger.get(scope, FLOOR), now)
        names = [(one.plugin, one.name) for one in waiting]
        if len(waiting) >= _DEEPEST or (plugin, script.declaration.name) in names:
            taken = waiting[-1] if len(waiting) >= _DEEPEST else waiting[names.index((plugin, script.declaration.name))]
            session.say(Answer(self._profiles.says(session.message).floor_is_taken.format(name=taken.name)))
            return
        run = await self._run(session, script, conversation, "begin", arguments)
        if run is None or not self._settle(session, Held(scope, waiting), None, script, conversation, run):
            session.say(Answer(self._profiles.says(session.message).command_failed))

    async def go_on(self, session: Session, held: Held) -> bool:
        """Hand a message to the conversation that began last and is for it; say whether any was."""
        off = await session.off()
        states = [state for state in reversed(held.states) if state.plugin not in off]
        if states and is_cancel(session.message.text):
            await self._cancel(session, held.but(states[0]), states[0])
            return True
        for number, state in enumerate(states):
            if await self._hear(session, held.but(state), state, is_last=number == 0):
                return True
        return False

    async def _hear(self, session: Session, others: Held, state: State, is_last: bool) -> bool:
        """Hand a message to one conversation; say whether it was for it. Only the last one asks again."""
        script = self._prepared.scripts.get((state.plugin, state.name))
        if script is None:  # the plugins were swapped a moment ago
            return False
        restored = await self._restored(session, script, state)
        if restored is FAILED:  # it may be better later, or rests
            if is_last:
                session.say(Answer(self._profiles.says(session.message).step_failed))
            return is_last
        if restored is None:
            if is_last:
                session.ledger.put(others.put())
                session.say(Answer(self._profiles.says(session.message).conversation_changed.format(name=state.name)))
            return is_last
        state, conversation = restored
        try:
            arguments = await self._heard(session, script, state, session.message.text.strip())
        except BadArgument as error:
            if is_last:
                session.ledger.put(others.put(script.waiting(state, session.host.now())))
                session.say(Answer(f"{error.reason}. {state.question}", choices=_labels(state), numbered=True))
            return is_last
        run = await self._run(session, script, conversation, state.step, arguments)
        if run is not None and run.result is None:
            return False
        if run is not None and run.is_refused:
            session.ledger.put(others.put(script.waiting(state, session.host.now())))
            session.keep(run, run.result)
            return True
        if run is None or not self._settle(session, others, state, script, conversation, run):
            session.say(Answer(self._profiles.says(session.message).step_failed))
        return True

    async def _cancel(self, session: Session, others: Held, state: State) -> None:
        script, words = self._prepared.scripts.get((state.plugin, state.name)), None
        restored = None if script is None else await self._restored(session, script, state)
        if restored is not None and restored is not FAILED:
            run = await session.call(state.plugin, f"{state.name}.cancelled", restored[1].cancelled)
            if run is not None:
                session.keep(run)
                words = run.result
        session.ledger.put(others.put())
        answer = (
            words if isinstance(words, Answer) else Answer(str(words or self._profiles.says(session.message).cancelled))
        )
        if others.states:
            goes_on = self._profiles.says(session.message).goes_on.format(name=josa(others.states[-1].name, "은/는"))
            answer = Answer(f"{answer.text} {goes_on}", choices=answer.choices, file=answer.file)
        session.say(answer)

    async def _restored(
        self, session: Session, script: Script, state: State
    ) -> tuple[State, Conversation] | Failed | None:
        """Return a conversation as it was stored; ``None`` if it does not fit any more, ``FAILED`` if its plugin fails."""
        what = f"{state.name}.upgraded"
        found = await session.call(state.plugin, what, lambda _: script.restored(state), heals=False)
        return FAILED if found is None else found.result

    async def _heard(self, session: Session, script: Script, state: State, text: str) -> dict[str, object]:
        """Return a message as the step takes it.

        Raises:
            BadArgument: it is none.
        """
        signature = script.steps[state.step]
        return signature.read_answer(state.chosen(text), await session.context(signature.needs_people))

    async def _run(
        self, session: Session, script: Script, conversation: Conversation, step: str, arguments: Mapping[str, object]
    ) -> Run | None:
        method, settings = getattr(conversation, step), self._prepared.settings[script.plugin]
        wants = script.wants_settings(step)

        def work(chat: Any) -> Any:
            offered = {"chat": chat, "settings": settings} if wants else {"chat": chat}
            return method(**offered, **arguments)

        return await session.call(script.plugin, f"{script.declaration.name}.{step}", work)

    def _settle(
        self,
        session: Session,
        others: Held,
        state: State | None,
        script: Script,
        conversation: Conversation,
        run: Run,
    ) -> bool:
        """Let a step's outcome count; say whether it could.

        Args:
            state: as it was before the step; ``None`` where the conversation begins.
        """
        name, now = script.declaration.name, session.host.now()
        try:
            match run.result:
                case Ask() as ask:
                    asked = script.asked(conversation, ask, now)
                    run.page.put(others.put(asked))
                    session.keep(run, Answer(ask.text, choices=_labels(asked), numbered=True))
                case Done(text, file):
                    if state is not None:
                        run.page.put(others.put())
                    session.keep(run, Answer(text, file=file))
                case str() | Answer() as words:
                    if state is not None:
                        same = replace(state, fields=script.fields_of(conversation))
                        run.page.put(others.put(script.waiting(same, now)))
                    session.keep(run, words if isinstance(words, Answer) else Answer(words))
                case None:  # only at the beginning: there will be no conversation
                    session.keep(run)
                case other:
                    raise PluginError(f"단계는 Ask, Done, 글, None을 돌려주어야 해요: {type(other).__name__}")
        except Refusal as error:  # the fields are too much: nothing of the step counts
            session.say(Answer(str(error)))
        except PluginError as error:
            session.isolation.fails(script.plugin, name, str(error))
            return False
        return True

    def _waiting(self, stored: Json, now: datetime) -> tuple[State, ...]:
        """Return what is stored and can still go on."""
        states = (State.from_json(one) for one in stored) if isinstance(stored, list) else ()
        return tuple(
            state
            for state in states
            if state is not None and state.until > now and (state.plugin, state.name) in self._prepared.scripts
        )

    def _scope(self, script: Script, message: Incoming) -> Scope:
        is_everybodys = script.declaration.is_rooms and message.room_kind is RoomKind.GROUP
        return Scope("", message.address, None if is_everybodys else message.speaker.id)


def _labels(state: State) -> tuple[Choice, ...]:
    """Return what can be chosen, without words of its own: it is understood by label and number."""
    return tuple(Choice(label) for label, _ in state.choices)
