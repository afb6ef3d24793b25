"""What an adapter holds of a message that it handed in: a way to wait for the answer, or to ask for none."""

import asyncio
from collections.abc import Callable

from chatbot.history.records import Accepted


class HandledReceipt:
    """The receipt of what needs no answer: an edit, a deletion, a message that was delivered twice."""

    async def answered(self) -> None:
        """Return at once."""

    def give_up(self) -> None:
        """Do nothing: there is nothing to give up."""


class MessageReceipt:
    """The receipt of a message that waits for its answer."""

    def __init__(self, done: "asyncio.Future[None]", give_up: Callable[[], None]) -> None:
        self._done = done
        self._give_up = give_up

    async def answered(self) -> None:
        """Return when the message is answered and the answer sent, or when there will be none."""
        await asyncio.wait({self._done})

    def give_up(self) -> None:
        """Ask for no answer any more. The person's words stay in the history."""
        self._give_up()


class Receipts:
    """The receipts of all messages that wait."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[None]] = {}

    def open(self, accepted: Accepted, give_up: Callable[[], None]) -> MessageReceipt:
        """Return a new receipt for an accepted message, for which ``give_up`` asks for no answer any more."""
        done = self._waiting[accepted.id] = asyncio.get_running_loop().create_future()
        return MessageReceipt(done, give_up)

    def is_open(self, accepted: Accepted) -> bool:
        """Tell whether a message waits already."""
        return accepted.id in self._waiting

    def settle(self, accepted: Accepted) -> None:
        """Say that a message was answered, or will not be."""
        done = self._waiting.pop(accepted.id, None)
        if done is not None:
            done.set_result(None)

    def close(self) -> None:
        """Let nobody wait any more."""
        for done in self._waiting.values():
            done.cancel()
        self._waiting.clear()
