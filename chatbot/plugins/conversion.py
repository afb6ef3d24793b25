"""What it takes to make a value of what somebody wrote. Knows nothing of commands or conversations."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chatbot.messages import Speaker

_FEW = 6
"""How many choices a usage line shows at most."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the meaning of words depends on.

    Attributes:
        now: zone-aware, in the bot's time zone: "내일" is counted from it.
        people: who can be meant by a name.
    """

    now: datetime
    people: Sequence[Speaker] = ()


class NotConvertible(Exception):
    """A text is no such value.

    Attributes:
        reason: what to write instead, in Korean, without a full stop: "숫자로 적어 주세요". Holds nothing of the text.
        is_close: it is of the right kind and yet cannot be used, such as a number that is too large.
    """

    def __init__(self, reason: str, *, is_close: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_close = is_close


@dataclass(frozen=True, kw_only=True)
class Converter(ABC):
    """Reads values of one type.

    Attributes:
        choices: all that may be written, where these are known; the labels of buttons and slash command choices.
        longest: how many words a value has at most.
        takes_rest: whether it takes all that is left, line breaks and quotes too.
    """

    choices: tuple[str, ...] = ()
    longest: int = 1
    takes_rest: bool = False

    @property
    def usage(self) -> str:
        """What a usage line shows instead of the parameter's name; empty where it shows the name."""
        return "|".join(self.choices) if len(self.choices) <= _FEW else ""

    def joins(self, words: Sequence[str]) -> bool:
        """Tell whether two or more words of a command may be one value; then ``read`` decides."""
        return True

    @abstractmethod
    def read(self, text: str, context: Context) -> object:
        """Return the value that a whole text is.

        Raises:
            NotConvertible: it is none.
        """
