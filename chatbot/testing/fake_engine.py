"""Stands in for the model and the dialogue around it: says what it is told to, or gives back what it heard."""

import asyncio
from collections.abc import Sequence

from chatbot.dialogue.talk import Talk
from chatbot.dialogue.voice import Reply, Show
from chatbot.messages import Source, SpeechLevel


class FakeEngine:
    """A voice without a model.

    Args:
        script: replies, given one after the other; an exception is raised instead. When they are used up, and from the
            start where there are none, it gives back the message.
        seconds: how long each reply takes.

    Attributes:
        heard: the talks that it was to answer.
    """

    def __init__(self, script: Sequence[str | Exception] = (), seconds: float = 0.0) -> None:
        self.heard: list[Talk] = []
        self._script = list(script)
        self._seconds = seconds

    async def reply(self, talk: Talk, show: Show | None = None) -> Reply:
        """Return the next line of the script, else the message itself."""
        self.heard.append(talk)
        if self._seconds:
            await asyncio.sleep(self._seconds)
        line = self._script.pop(0) if self._script else talk.message
        if isinstance(line, Exception):
            raise line
        return Reply(line, Source.GENERATED, SpeechLevel.POLITE)
