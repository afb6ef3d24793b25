"""A command of the framework's own: names, parameters, who may use it where. Knows nothing of what commands do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from chatbot.config import GroupSettings, Settings
from chatbot.history.records import Commit, Put
from chatbot.messages import File, Incoming, Outgoing
from chatbot.people import Role
from chatbot.sentences import Sentences

if TYPE_CHECKING:
    from chatbot.history.store import History


@dataclass(frozen=True, slots=True)
class Erasure:
    """The outcome of a command that has a person erased; then ``text`` is said, without being stored anywhere."""

    text: str
    adapter: str
    speaker_id: str


Outcome: TypeAlias = Commit | Erasure


@dataclass(frozen=True, slots=True)
class Request:
    """A command as somebody gave it.

    Attributes:
        message: the message it was.
        argument: the words behind the command's name.
        role: what the person is in this room.
        says: the bot's fixed sentences, in its speech level.
        history: what is stored.
        settings: the owner's.
        group: the room's.
        now: the time in the bot's time zone.
        plugins: the names of the plugins that are on.
    """

    message: Incoming
    argument: str
    role: Role
    says: Sentences
    history: "History"
    settings: Settings
    group: GroupSettings
    now: datetime
    plugins: tuple[str, ...] = ()

    def reply(
        self,
        text: str,
        *,
        file: File | None = None,
        puts: tuple[Put, ...] = (),
    ) -> Commit:
        """Return the outcome that says ``text``."""
        said = Outgoing(text, reply_to=self.message.id, file=file)
        return Commit(self.message.address, replies=(said,), puts=puts)


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    Attributes:
        names: what people may type behind the slash, the main name first.
        help: one line that says what it does.
        answer: does it.
        parameter: what may stand behind the name, for the help; ``None`` for a command that is but its name.
        role: what one must at least be to use it.
        private: whether it works only where nobody else reads along.
        group: whether it is of use only where several people are.
    """

    names: tuple[str, ...]
    help: str
    answer: Callable[[Request], Awaitable[Outcome]]
    parameter: str | None = None
    role: Role = Role.ANYONE
    private: bool = False
    group: bool = False
