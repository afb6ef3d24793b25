"""A command and the table of them: names, parameters, who may use it where. Knows nothing of what commands do."""

import unicodedata
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from chatbot.config import GroupSettings, Settings
from chatbot.history.records import Commit, Put
from chatbot.messages import File, Incoming, Outgoing, RoomKind, Turn
from chatbot.people import Role
from chatbot.sentences import Sentences

if TYPE_CHECKING:
    from chatbot.history.store import History


@dataclass(frozen=True, slots=True)
class Erasure:
    """The outcome of a command that erased everything: ``text`` is said without being stored anywhere."""

    text: str


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
    """

    message: Incoming
    argument: str
    role: Role
    says: Sentences
    history: "History"
    settings: Settings
    group: GroupSettings
    now: datetime

    def reply(
        self,
        text: str,
        *,
        file: File | None = None,
        puts: tuple[Put, ...] = (),
        turns: tuple[Turn, ...] = (),
        replaces: int | None = None,
        begins_conversation: bool = False,
    ) -> Commit:
        """Return the outcome that says ``text``."""
        said = Outgoing(text, reply_to=self.message.id, file=file)
        return Commit(
            self.message.address,
            turns=turns,
            replies=(said,),
            begins_conversation=begins_conversation,
            replaces=replaces,
            puts=puts,
        )


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


@dataclass(frozen=True, slots=True)
class Called:
    """A message that is a command; ``command`` is ``None`` for one that does not exist."""

    command: Command | None
    argument: str = ""


class Commands:
    """The commands there are, in the order of the help."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands = tuple(commands)
        self._by_name = {name: command for command in self._commands for name in command.names}

    def called(self, text: str) -> Called | None:
        """Return the command that a message is; ``None`` for anything else.

        "/ㅋㅋ" and paths like "/a/b" are words, not mistaken commands.
        """
        if not text.startswith("/") or text[1:2].isspace():
            return None
        text = unicodedata.normalize("NFC", text[1:])  # some keyboards and macOS send Hangul decomposed
        name, argument = (*text.split(None, 1), "", "")[:2]
        word, argument = name.lower(), argument.strip()
        command = self._by_name.get(word)
        if command is not None and (not argument or command.parameter is not None):
            return Called(command, argument)
        return Called(None) if not argument and word.isalpha() and not _is_jamo(word) else None

    def help(self, role: Role, room: RoomKind) -> str:
        """Return a line for each command that somebody of that role may use there."""
        usable = [
            command
            for command in self._commands
            if command.role <= role and not (command.private if room is RoomKind.GROUP else command.group)
        ]
        lines = [f"/{' '.join(filter(None, (one.names[0], one.parameter)))} — {one.help}" for one in usable]
        return "\n".join(["편하게 말을 걸어 주세요. 이런 명령도 있어요.", *lines])


def _is_jamo(word: str) -> bool:
    return all("ㄱ" <= letter <= "ㆎ" for letter in word)
