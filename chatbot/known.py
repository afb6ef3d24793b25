"""Stored values that every message asks for, kept at hand. Right as long as one process at a time changes them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cachetools import LRUCache

from chatbot.history.records import Json, Put, Scope
from chatbot.messages import Address

if TYPE_CHECKING:
    from chatbot.history.store import History

_REMEMBERED = 30_000


class Known:
    """The values that were read or changed last."""

    def __init__(self, history: "History") -> None:
        self._history = history
        self._values: LRUCache[tuple[Scope, str], Json] = LRUCache(_REMEMBERED)
        self._by_speaker: LRUCache[tuple[str, Address, str], dict[str, Json]] = LRUCache(_REMEMBERED)
        self._changes = 0  # of people's values in rooms
        self._erasures = 0

    async def get(self, scope: Scope, key: str) -> Json:
        """Return a value, ``None`` where there is none."""
        if (scope, key) in self._values:
            return self._values[scope, key]
        erasures = self._erasures
        value = await self._history.get(scope, key)
        if erasures != self._erasures:
            return value
        return self._values.setdefault((scope, key), value)  # it may have been changed while we read

    def peek(self, scope: Scope, key: str) -> Json:
        """Return a value that is at hand, ``None`` where it is not."""
        return self._values.get((scope, key))

    async def by_speaker(self, plugin: str, address: Address, key: str) -> dict[str, Json]:
        """Return every person's value under a key in a room, by the person's id."""
        place = plugin, address, key
        if place in self._by_speaker:
            return self._by_speaker[place]
        before = self._changes, self._erasures
        values = await self._history.by_speaker(plugin, address, key)
        if before == (self._changes, self._erasures):  # else it is read again the next time
            self._by_speaker[place] = values
        return values

    def note(self, puts: Iterable[Put]) -> None:
        """Take over what was just stored."""
        for put in puts:
            self._values[put.scope, put.key] = put.value
            if put.scope.address is not None and put.scope.speaker_id is not None:
                self._changes += 1
                self._by_speaker.pop((put.scope.plugin, put.scope.address, put.key), None)

    def clear(self) -> None:
        """Forget everything, as something was erased."""
        self._erasures += 1
        self._values.clear()
        self._by_speaker.clear()
