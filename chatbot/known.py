"""Stored values that every message asks for, kept at hand. Right as long as one process at a time changes them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cachetools import LRUCache

from chatbot.history.records import Json, Put, Scope

if TYPE_CHECKING:
    from chatbot.history.store import History

_REMEMBERED = 30_000


class Known:
    """The values that were read or changed last."""

    def __init__(self, history: "History") -> None:
        self._history = history
        self._values: LRUCache[tuple[Scope, str], Json] = LRUCache(_REMEMBERED)

    async def get(self, scope: Scope, key: str) -> Json:
        """Return a value, ``None`` where there is none."""
        if (scope, key) not in self._values:
            value = await self._history.get(scope, key)
            self._values.setdefault((scope, key), value)  # it may have been changed while we read
        return self._values[scope, key]

    def note(self, puts: Iterable[Put]) -> None:
        """Take over what was just stored."""
        for put in puts:
            self._values[put.scope, put.key] = put.value

    def clear(self) -> None:
        """Forget everything, as something was erased."""
        self._values.clear()
