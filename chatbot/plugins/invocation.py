"""Calls a plugin author's function with the arguments that it names: a function takes what it wants, and hooks can grow."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from chatbot.errors import PluginError


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function and which of the things on offer it wants."""

    function: Callable[..., Any]
    wants: tuple[str, ...]

    @classmethod
    def of(cls, function: Callable[..., Any], offered: frozenset[str], who: str) -> "Invocation":
        """Look at a function's parameters.

        Raises:
            PluginError: it wants something that is not on offer and has no default.
        """
        wants: list[str] = []
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            if parameter.kind is parameter.POSITIONAL_ONLY:
                raise PluginError(
                    f"{who}의 매개변수 {parameter.name}은 이름으로 받을 수 있어야 해요 ('/'를 빼 주세요)."
                )
            if parameter.name in offered:
                wants.append(parameter.name)
            elif parameter.default is parameter.empty:
                listed = ", ".join(sorted(offered))
                raise PluginError(
                    f"{who}의 매개변수 {parameter.name}에는 줄 것이 없어요. {listed} 가운데에서 골라 주세요."
                )
        return cls(function, tuple(wants))

    def __call__(self, offered: Mapping[str, object]) -> Any:
        """Call the function with what it wants."""
        return self.function(**{name: offered[name] for name in self.wants})

    def typed(self, stored: Mapping[str, object]) -> dict[str, object]:
        """Return stored JSON as the function's annotations say: a date that was put away comes back as one.

        Raises:
            ValueError: a value does not fit its annotation any more.
        """
        hints = get_type_hints(inspect.unwrap(self.function), include_extras=True)
        return {
            name: TypeAdapter(hints[name]).validate_python(value) if name in hints and name in self.wants else value
            for name, value in stored.items()
        }
