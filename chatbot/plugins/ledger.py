"""What a handler reads and means to change: nothing is stored before the whole answer is, and a failure leaves no trace.

Knows nothing of plugins' types; it deals in JSON, scopes and keys.
"""

import json
from typing import TYPE_CHECKING

from chatbot.history.records import Json, Put, Scope
from chatbot.known import Known
from chatbot.messages import Address

if TYPE_CHECKING:
    from chatbot.history.store import History


class Ledger:
    """Changes on top of what is stored, or on top of another ledger."""

    def __init__(self, known: Known, history: "History", below: "Ledger | None" = None) -> None:
        self._known = known
        self._history = history
        self._below = below
        self._puts: dict[tuple[Scope, str], Json] = {}

    @property
    def puts(self) -> tuple[Put, ...]:
        """The changes of this ledger alone, one for each key."""
        return tuple(Put(scope, key, value) for (scope, key), value in self._puts.items())

    def page(self) -> "Ledger":
        """Return a ledger on top of this one, whose changes count once they are taken over."""
        return Ledger(self._known, self._history, self)

    def take_over(self, page: "Ledger") -> None:
        """Make another ledger's changes this one's."""
        self._puts.update(page._puts)

    def put(self, put: Put) -> None:
        """Note a change; ``None`` removes the value."""
        self._puts[put.scope, put.key] = put.value

    async def get(self, scope: Scope, key: str) -> Json:
        """Return a value as it will be, ``None`` where there is none."""
        if (scope, key) in self._puts:
            return self._puts[scope, key]
        return await (self._known if self._below is None else self._below).get(scope, key)

    async def items(self, scope: Scope) -> dict[str, Json]:
        """Return every value of a scope as it will be."""
        stored = await (self._history if self._below is None else self._below).items(scope)
        changed = {key: value for (place, key), value in self._puts.items() if place == scope}
        return {key: value for key, value in (stored | changed).items() if value is not None}

    async def by_speaker(self, plugin: str, address: Address, key: str) -> dict[str, Json]:
        """Return every person's value under a key in a room as it will be, by the person's id."""
        stored = await (self._known if self._below is None else self._below).by_speaker(plugin, address, key)
        changed = {
            scope.speaker_id: value
            for (scope, changed_key), value in self._puts.items()
            if changed_key == key and scope.plugin == plugin and scope.address == address and scope.speaker_id
        }
        return {speaker: value for speaker, value in (stored | changed).items() if value is not None}

    async def has_room(self, put: Put, length: int, limit: int) -> bool:
        """Tell whether the values of a scope stay within a number of characters after a change of some length."""
        if await self._history.size(put.scope) + self._changed(put.scope) + length <= limit:
            return True  # even if nothing of it takes the place of anything
        others = await self.items(put.scope)
        return sum(length_of(value) for key, value in others.items() if key != put.key) + length <= limit

    def _changed(self, scope: Scope) -> int:
        """Return how many characters the changes of a scope have, here and below."""
        here = sum(length_of(value) for (place, _), value in self._puts.items() if place == scope and value is not None)
        return here if self._below is None else here + self._below._changed(scope)


def length_of(value: Json) -> int:
    """Return how many characters a value takes where it is stored."""
    return len(json.dumps(value, ensure_ascii=False))
