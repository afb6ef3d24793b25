"""One message's dealings with plugins: each handler runs alone, and what it changed counts once it came to an end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chatbot.errors import Refusal
from chatbot.history.records import PLUGINS_OFF, PROFILE, Put, Scope
from chatbot.known import Known
from chatbot.messages import Address, Incoming
from chatbot.people import Role
from chatbot.plugins.answers import Answer
from chatbot.plugins.chat import Again, Chat, Effects, Host
from chatbot.plugins.converters import Context
from chatbot.plugins.isolation import FAILED, Isolation
from chatbot.plugins.ledger import Ledger
from chatbot.profiles import profile_of, scope_of

if TYPE_CHECKING:
    from chatbot.history.store import History


@dataclass(frozen=True, slots=True)
class Run:
    """A handler that came to an end: what it returned, changed, and did besides.

    Attributes:
        is_refused: whether it wanted to store too much: nothing of it counts, and the result is what the person is told.
    """

    result: Any
    page: Ledger
    effects: Effects
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What plugins make of a message: answers in order, and what is to be stored with them."""

    answers: tuple[Answer, ...]
    puts: tuple[Put, ...] = ()
    starts_over: bool = False
    again: Again | None = None


@dataclass(slots=True)
class Session:
    """A message on its way through the plugins.

    Attributes:
        ledger: what those that came to an end changed.
        answers: what they said, in order.
    """

    message: Incoming
    role: Role
    host: Host
    isolation: Isolation
    known: Known
    history: "History"
    answers: list[Answer] = field(default_factory=list[Answer])
    starts_over: bool = False
    again: Again | None = None
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.known, self.history)

    async def off(self) -> frozenset[str]:
        """Return the plugins that are switched off in this room."""
        return await off_in(self.known, self.message.address)

    async def context(self, needs_people: bool = False) -> Context:
        """Return what arguments are read by."""
        people = (self.message.speaker, *await self.host.people(self.message.address)) if needs_people else ()
        return Context(self.host.now(), tuple(dict.fromkeys(people)))

    async def call(self, plugin: str, what: str, work: Callable[[Chat], Any], *, heals: bool = True) -> Run | None:
        """Run a handler; ``None`` where it fails or its plugin rests. Nothing counts before ``keep``.

        Args:
            heals: as for ``Isolation.run``.
        """
        page, effects = self.ledger.page(), Effects()
        stored = await self.ledger.get(scope_of(self.message), PROFILE)
        profile = profile_of(stored, self.host.level)
        chat = Chat(self.message, self.role, plugin, profile, self.host, page, effects)
        try:
            result = await self.isolation.run(plugin, what, lambda: work(chat), heals=heals)
        except Refusal as error:
            return Run(Answer(str(error)), self.ledger.page(), Effects(), is_refused=True)
        return None if result is FAILED else Run(result, page, effects)

    def keep(self, run: Run, *answers: Answer) -> None:
        """Let a run count, and say what it said; answers without words are left out."""
        self.ledger.take_over(run.page)
        self.say(*run.effects.said, *answers)
        self.starts_over = self.starts_over or run.effects.starts_over
        self.again = run.effects.again or self.again

    def say(self, *answers: Answer) -> None:
        """Say something that no run did."""
        self.answers.extend(answer for answer in answers if answer.text.strip() or answer.file is not None)

    def said(self) -> Said:
        """Return what came of it all."""
        return Said(tuple(self.answers), self.ledger.puts, self.starts_over, self.again)


async def off_in(known: Known, room: Address) -> frozenset[str]:
    """Return the plugins that are switched off in a room."""
    stored = await known.get(Scope("", room), PLUGINS_OFF)
    return frozenset(name for name in stored if isinstance(name, str)) if isinstance(stored, list) else frozenset()
