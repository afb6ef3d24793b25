"""What the contract suite asks of an emulated platform: people who write there, and what they see of the bot.

Not called platform.py: a script of this folder, run by itself, would import it in place of Python's own module.
"""

from dataclasses import dataclass
from typing import Protocol, Self

from chatbot.adapter import Adapter


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot's as people see it.

    Attributes:
        choices: the labels of its buttons.
        reply_to: the id of the message that it quotes.
    """

    id: str
    text: str
    choices: tuple[str, ...] = ()
    reply_to: str | None = None


class Platform(Protocol):
    """A platform on loopback. Entering it starts the server, leaving it stops it; adapters come and go meanwhile."""

    name: str

    def adapter(self) -> Adapter:
        """Return a new adapter, as a process that was started again would make it."""
        ...

    async def say(
        self,
        text: str,
        room: str = "방",
        person: str = "하나",
        *,
        group: bool = False,
        mention: bool = False,
        reply_to: str | None = None,
    ) -> str:
        """Let somebody write a message; return its id. A room stays what it was at first, private or a group."""
        ...

    async def edit(self, room: str, id: str, text: str) -> None:
        """Let the author of a message change it."""
        ...

    async def delete(self, room: str, id: str) -> None:
        """Let the author of a message delete it."""
        ...

    async def press(self, room: str, label: str, person: str = "하나") -> None:
        """Let somebody press the newest button of that label."""
        ...

    def shown(self, room: str = "방") -> list[Shown]:
        """Return what the bot wrote in a room, in order, as it stands after edits."""
        ...

    def fail(self, **faults: float) -> None:
        """Let things go wrong from now on, each with a chance from 0 to 1 (``delay``: up to so many seconds).

        What is not named works. Every platform knows ``drop`` (the connection breaks), ``drop_after`` (it breaks when
        the bot's message was taken), ``delay``, ``too_many`` (429 with a short wait), ``error`` (500), ``duplicate``
        and ``reorder``.
        """
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...
