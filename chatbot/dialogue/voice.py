"""What answers a conversation: the responder with its model, or a fake in its place. Knows nothing of how."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from chatbot.dialogue.ranking import Candidate
from chatbot.dialogue.talk import Talk
from chatbot.messages import Source, SpeechLevel

Show = Callable[[str], Awaitable[None]]
"""Takes the reply so far, while it is being written."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. ``candidates`` are what it was chosen from, best first; ``cut`` says the message was too long to read."""

    text: str
    source: Source
    level: SpeechLevel
    candidates: tuple[Candidate, ...] = ()
    cut: bool = False


class Voice(Protocol):
    """Answers."""

    async def reply(self, talk: Talk, show: Show | None = None) -> Reply:
        """Return an answer to the last turn of ``talk``.

        Args:
            show: takes the words as they come, where there is but one candidate.

        Raises:
            GenerationError: the engine is closed, overloaded or failed.
        """
        ...
