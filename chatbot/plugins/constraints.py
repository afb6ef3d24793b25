"""What an annotation asks of a value beyond its type: ``Annotated[int, Field(ge=1, le=100)]``. Pydantic checks it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, SchemaError

from chatbot.errors import PluginError
from chatbot.plugins.conversion import Context, Converter, NotConvertible

_BOUNDS = {"ge": "이상", "gt": "초과", "le": "이하", "lt": "미만"}
_OUT_OF_BOUNDS = {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}
_OTHERS = {
    "multiple_of": "{multiple_of}의 배수로",
    "string_too_short": "{min_length}자 이상으로",
    "string_too_long": "{max_length}자까지만",
    "string_pattern_mismatch": "정해진 꼴로",
}
_SAMPLES: tuple[object, ...] = (1, 1.5, "가")


@dataclass(frozen=True, kw_only=True)
class Constrained(Converter):
    """Reads as another converter does, then checks the value.

    Attributes:
        bounds: the bounds of a number as words: "1 이상 100 이하".
    """

    converter: Converter
    adapter: TypeAdapter[Any]
    bounds: str

    @classmethod
    def of(cls, converter: Converter, annotation: Any, constraints: Sequence[object]) -> Self:
        """Return a converter that checks what another one read.

        Raises:
            PluginError: pydantic does not know such a constraint, or not on this type.
        """
        try:
            adapter: TypeAdapter[Any] = TypeAdapter(annotation)
            _try_out(adapter)
        except (PydanticUserError, SchemaError, TypeError) as error:
            raise PluginError("Annotated에 적은 조건을 이 타입에는 쓸 수 없어요. 다른 조건으로 바꿔 주세요.") from error
        return cls(
            choices=converter.choices,
            longest=converter.longest,
            takes_rest=converter.takes_rest,
            converter=converter,
            adapter=adapter,
            bounds=" ".join(_bounds(constraints)),
        )

    def joins(self, words: Sequence[str]) -> bool:
        """Tell what the converter of the type tells."""
        return self.converter.joins(words)

    def read(self, text: str, context: Context) -> object:
        """Return the value as pydantic leaves it."""
        try:
            return self.adapter.validate_python(self.converter.read(text, context))
        except ValidationError as error:
            raise NotConvertible(self._reason(error.errors(include_url=False)[0]), is_close=True) from None

    def _reason(self, found: ErrorDetails) -> str:
        kind, context = found["type"], found.get("ctx", {})
        if kind in _OUT_OF_BOUNDS and self.bounds:
            return f"{self.bounds}의 숫자로 적어 주세요"
        if kind in ("value_error", "assertion_error"):  # the plugin author's own sentence
            return str(context.get("error", "")).rstrip(".") or "알맞은 값으로 적어 주세요"
        return f"{_OTHERS.get(kind, '알맞은 값으로').format(**context)} 적어 주세요"


def _try_out(adapter: TypeAdapter[Any]) -> None:
    """Raise the TypeError with which pydantic answers a bound on a type that has none, when a value comes along."""
    for sample in _SAMPLES:
        try:
            adapter.validate_python(sample)
        except TypeError:
            raise
        except Exception:  # the sample is not of the type, or the plugin author's own function does not like it
            continue


def _bounds(constraints: Sequence[object]) -> Iterator[str]:
    items = [part for item in constraints for part in (item.metadata if isinstance(item, FieldInfo) else [item])]
    for name, word in _BOUNDS.items():
        for item in items:
            bound = getattr(item, name, None)
            if isinstance(bound, int | float):
                yield f"{bound} {word}"
