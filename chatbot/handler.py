"""What may answer a message before the model does, run so that its failure is its own.

A handler that raises, or takes too long, is passed over; the message goes on to the next. One that blocks the event
loop cannot be stopped from outside; the watchdog names it (``watchdog.py``).
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol, cast

from chatbot.messages import Incoming

_log = logging.getLogger(__name__)


class Handler(Protocol):
    """Something with answers of its own."""

    name: str

    async def answer(self, message: Incoming) -> str | None:
        """Return an answer, or ``None`` for a message that is not for it."""
        ...


class Handlers:
    """Handlers, asked in order.

    Args:
        seconds: how long one may take.
    """

    def __init__(self, handlers: Sequence[Handler], seconds: float) -> None:
        self._handlers = handlers
        self._seconds = seconds

    async def answer(self, message: Incoming) -> str | None:
        """Return the first answer."""
        for handler in self._handlers:
            answer = await self._asked(handler, message)
            if answer is not None and answer.strip():
                return answer
        return None

    async def _asked(self, handler: Handler, message: Incoming) -> str | None:
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                answer = cast("object", await handler.answer(message))  # whatever its signature says
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():  # somebody wants us to stop
                raise
            _log.error("handler %s cancelled itself", handler.name)
        except Exception as error:  # other people's code
            if limit.expired():
                _log.error("handler %s took longer than %.1f s", handler.name, self._seconds)
            else:
                _log.error("handler %s failed: %s", handler.name, type(error).__name__)
        else:
            if answer is None or isinstance(answer, str):
                return answer
            _log.error("handler %s answered with a %s", handler.name, type(answer).__name__)
        return None
