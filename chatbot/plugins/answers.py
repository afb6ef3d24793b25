"""What a plugin's handler may answer. Value objects: they know nothing of rooms, storage or platforms."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from chatbot.messages import Choice, File


def choices_of(given: Iterable[str | Choice]) -> tuple[Choice, ...]:
    """Return choices, those written as plain text made into one that says its label."""
    return tuple(Choice(choice) if isinstance(choice, str) else choice for choice in given)


@dataclass(frozen=True, slots=True, init=False)
class Answer:
    """A reply with more than words: things to choose from, a file. A plain ``str`` is the answer that is but words."""

    text: str
    choices: tuple[Choice, ...]
    file: File | None

    def __init__(
        self, text: str, *, choices: Iterable[str | Choice] = (), file: File | None = None, numbered: bool = False
    ) -> None:
        """``numbered`` is the framework's: a number is understood as a choice, which only a question's are."""
        given = choices_of(choices)
        says = given if numbered else tuple(Choice(choice.label, choice.words) for choice in given)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "choices", says)
        object.__setattr__(self, "file", file)


@dataclass(frozen=True, slots=True, init=False)
class Ask:
    """A question. The person's next message goes to ``then``, a step of the same conversation.

    What does not convert to the type that the step takes is asked for again, with a word on what is wanted, until the
    person answers, says 취소, or the conversation expires.

    Attributes:
        then: the step, as a bound method: ``then=self.count``.
        choices: what to choose from: buttons where the platform has them, numbered lines elsewhere. A step that takes a
            ``Literal`` or an ``Enum`` needs none.
        again: what is asked the second time, instead of ``text``.
    """

    text: str
    then: Callable[..., Awaitable[Any]]
    choices: tuple[Choice, ...]
    again: str | None

    def __init__(
        self,
        text: str,
        then: Callable[..., Awaitable[Any]],
        choices: Iterable[str | Choice] = (),
        again: str | None = None,
    ) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "then", then)
        object.__setattr__(self, "choices", choices_of(choices))
        object.__setattr__(self, "again", again)


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a conversation. An empty text ends it without a word."""

    text: str = ""
    file: File | None = None


Step: TypeAlias = "Ask | Done | Answer | str | None"
"""What a step of a conversation comes to: a question, the end, words after which the same step hears the next message,
or ``None`` for a message that is not for it: that goes on to the matchers and the model, and the conversation waits."""
