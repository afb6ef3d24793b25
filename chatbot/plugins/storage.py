"""A plugin's values under keys, typed: what goes in as a dataclass, a model or a list of dates comes back as one.

Knows nothing of handlers; changes go to a ledger, which is stored with the answer in one transaction.
"""

import json
import logging
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from chatbot.errors import PluginError, StorageFull
from chatbot.history.records import JOB, Json, Put, Scope
from chatbot.plugins.ledger import Ledger, length_of

Value = TypeVar("Value")
Default = TypeVar("Default")

LONGEST_VALUE = 64 * 1024
"""Characters of JSON."""
LARGEST_SCOPE = 1024 * 1024
"""Characters of JSON, of all values together."""
_LONGEST_KEY = 200

_log = logging.getLogger(__name__)


@lru_cache(maxsize=1024)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


class Storage:
    """One place of one plugin's: a person's, a room's, a person's in a room, or everywhere.

    Keys are texts of up to 200 characters. What pydantic can turn to JSON can be stored.
    """

    def __init__(self, scope: Scope, ledger: Ledger) -> None:
        self._scope = scope
        self._ledger = ledger

    async def get(self, key: str, kind: type[Value], default: Default = None) -> Value | Default:
        """Return the value under a key; ``default`` where there is none, or what there is does not fit ``kind`` any more."""
        value = await self._ledger.get(self._scope, _checked(key))
        return default if value is None else self._read(value, kind, default)

    async def put(self, key: str, value: object) -> None:
        """Store a value with the answer; ``None`` removes it.

        Raises:
            StorageFull: over 64 KiB a value, or 1 MiB for all of this place's.
            PluginError: the value cannot be JSON, or the key cannot be one.
        """
        put = Put(self._scope, _checked(key), _json_of(value, self._scope.plugin))
        length = checked_length(put.value)
        if put.value is not None and not await self._ledger.has_room(put, length, LARGEST_SCOPE):
            raise StorageFull("더 적어 둘 자리가 없어요. 쓰지 않는 것을 지운 뒤에 다시 해 주세요.")
        self._ledger.put(put)

    async def remove(self, key: str) -> None:
        """Remove the value under a key, if there is one."""
        self._ledger.put(Put(self._scope, _checked(key), None))

    async def items(self, kind: type[Value]) -> dict[str, Value]:
        """Return the values that fit ``kind``, by their keys."""
        stored = await self._ledger.items(self._scope)
        return self._all({key: value for key, value in stored.items() if not key.startswith(JOB)}, kind)

    async def of_everyone(self, key: str, kind: type[Value]) -> dict[str, Value]:
        """Return what each person of this room has under a key, by the person's id. For ``chat.here`` only.

        Raises:
            PluginError: this place is not a person's in a room.
        """
        if self._scope.address is None or self._scope.speaker_id is None:
            raise PluginError("of_everyone()은 chat.here에서만 쓸 수 있어요.")
        stored = await self._ledger.by_speaker(self._scope.plugin, self._scope.address, _checked(key))
        return self._all(stored, kind)

    def _all(self, stored: dict[str, Json], kind: type[Value]) -> dict[str, Value]:
        missing = object()
        values = {key: self._read(value, kind, missing) for key, value in stored.items()}
        return {key: cast("Value", value) for key, value in values.items() if value is not missing}

    def _read(self, value: Json, kind: type[Value], default: Default) -> Value | Default:
        try:  # from text: what the handler does to the value must not happen to what is kept at hand
            return _adapter(kind).validate_json(json.dumps(value))
        except ValidationError:
            _log.warning("a stored value of plugin %s does not fit its type any more", self._scope.plugin)
            return default


def checked_length(value: Json) -> int:
    """Return how many characters a value takes.

    Raises:
        StorageFull: more than one may.
    """
    length = length_of(value)
    if length > LONGEST_VALUE:
        raise StorageFull("한 번에 적어 둘 수 있는 것보다 길어요. 줄여서 다시 해 주세요.")
    return length


def _json_of(value: object, plugin: str) -> Json:
    try:
        return to_jsonable_python(value)
    except ValueError as error:  # pydantic's errors are some
        raise PluginError(
            f"'{plugin}' 플러그인이 저장할 수 없는 값을 저장하려 했어요: {type(value).__name__}"
        ) from error


def _checked(key: str) -> str:
    if not key or len(key) > _LONGEST_KEY or key.startswith(JOB):
        raise PluginError(f"저장할 때 쓰는 열쇠는 1자에서 {_LONGEST_KEY}자까지이고 'job:'으로 시작할 수 없어요.")
    return key
