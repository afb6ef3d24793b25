"""What the bot asks of a platform, and the platform of the bot: the whole contract of an adapter.

An adapter turns what people write into ``Incoming`` and hands each message to ``receive``; the bot answers through
``send``. An adapter knows its platform and ``chatbot``'s public API, nothing else.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias, runtime_checkable

from chatbot.messages import Address, Incoming, Outgoing

Receive: TypeAlias = Callable[[Incoming], Awaitable[None]]
"""Takes a message. Returns when it is answered (``send`` was called before) or handled otherwise; cancelling the task
that awaits it cancels the reply."""


class Adapter(Protocol):
    """A platform."""

    name: str

    async def run(self, receive: Receive) -> None:
        """Hand every message to ``receive`` until the platform ends; being cancelled means shutting down.

        Raises:
            AdapterError: the platform cannot be reached or refuses us.
        """
        ...

    async def send(self, to: Address, message: Outgoing) -> str:
        """Send a message; return the id that the platform gave it."""
        ...


@runtime_checkable
class DraftAdapter(Adapter, Protocol):
    """A platform that can show a reply while it is being written."""

    async def draft(self, to: Address, text: str) -> None:
        """Show ``text``, the reply so far. ``send`` follows with the whole of it, unless the reply is cancelled."""
        ...
