"""The commands that every console and platform has from the start. Knows nothing of what they do.

Plugins will bring commands of their own; these are the ones the bot needs to be usable at all.
"""

import unicodedata
from enum import Enum


class Command(Enum):
    """A command: the names people type, and its line of help."""

    HELP = (("도움말", "help"), "이 안내를 보여 줍니다.")
    NEW = (("새대화", "new"), "지금까지의 이야기를 접고 새로 시작합니다.")
    AGAIN = (("다시", "again"), "방금 한 대답을 다른 말로 다시 합니다.")
    UNKNOWN = ((), "")

    @property
    def names(self) -> tuple[str, ...]:
        """What people may type behind the slash, the main name first."""
        return self.value[0]

    @property
    def help(self) -> str:
        """One line that says what it does."""
        return self.value[1]


def command_in(text: str) -> Command | None:
    """Return the command that a message is: one word behind a slash; ``None`` for anything else.

    "/ㅋㅋ" and paths like "/a/b" are words, not mistaken commands.
    """
    if not text.startswith("/") or len(text.split()) != 1:
        return None
    word = unicodedata.normalize("NFC", text[1:]).lower()  # some keyboards and macOS send Hangul decomposed
    for command in Command:
        if word in command.names:
            return command
    return Command.UNKNOWN if word.isalpha() and not _is_jamo(word) else None


def help_text() -> str:
    """Return the help that ``/도움말`` shows."""
    lines = [f"/{command.names[0]} — {command.help}" for command in Command if command.names]
    return "\n".join(["편하게 말을 걸어 주세요. 이런 명령도 있어요.", *lines])


def _is_jamo(word: str) -> bool:
    return all("ㄱ" <= letter <= "ㆎ" for letter in word)
