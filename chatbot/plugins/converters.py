"""Which converter reads values of a plugin author's annotation. Knows nothing of commands or conversations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from chatbot.errors import PluginError
from chatbot.messages import Speaker
from chatbot.numerals import COUNTERS, read_number
from chatbot.plugins.choices import ChoiceConverter, Option, yes_or_no
from chatbot.plugins.constraints import Constrained
from chatbot.plugins.conversion import Context, Converter, NotConvertible
from chatbot.plugins.endings import stems
from chatbot.plugins.speakers import SpeakerConverter

__all__ = ["Context", "Converter", "NotConvertible", "Rest", "converter_of"]

_MOST_DIGITS = 18
_KNOWN = "str, int, float, bool, date, time, datetime, Speaker, Literal, Enum, Rest"


class _RestMarker:
    """Marks the ``str`` that takes all that is left."""


Rest: TypeAlias = Annotated[str, _RestMarker()]
"""A command's last parameter: all that is left of what the person wrote, line breaks and quotes as they are."""


def converter_of(annotation: Any) -> Converter:
    """Return what reads values of an annotation. ``X | None`` is read as X is.

    Raises:
        PluginError: there is no reading such values.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(annotation)
    if origin is Union or origin is UnionType:
        members = [member for member in arguments if member is not NoneType]
        if len(members) != 1:
            raise PluginError("타입은 하나여야 해요. 더 쓸 수 있는 것은 '| None'뿐이에요.")
        return converter_of(members[0])
    if origin is Literal:
        return ChoiceConverter.of([_literal(value) for value in arguments])
    if isinstance(annotation, type) and issubclass(annotation, Enum) and len(annotation):
        members = annotation.__members__
        return ChoiceConverter.of(
            [
                _member(member, tuple(name for name, other in members.items() if other is member))
                for member in annotation
            ]
        )
    make = _BY_TYPE.get(annotation) if isinstance(annotation, type) else None
    if make is None:
        shown = getattr(annotation, "__name__", None) or repr(annotation)
        raise PluginError(f"'{shown}' 타입은 읽을 수 없어요. {_KNOWN} 가운데 하나로 적어 주세요.")
    return make()


def is_optional(annotation: Any) -> bool:
    """Tell whether ``None`` is among an annotation's values."""
    if get_origin(annotation) is Annotated:
        return is_optional(get_args(annotation)[0])
    return get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation)


def holds(annotation: Any, kind: type) -> bool:
    """Tell whether an annotation is of a type, or of it with conditions or ``None``; ``Rest`` is no ``str`` here."""
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return not _is_rest(annotation) and any(holds(member, kind) for member in get_args(annotation))
    return annotation is kind


def _is_rest(annotation: Any) -> bool:
    return any(isinstance(item, _RestMarker) for item in get_args(annotation))


def _annotated(annotation: Any) -> Converter:
    inner, *metadata = get_args(annotation)
    metadata = [item for item in metadata if not isinstance(item, str)]  # what people are told it is
    constraints = [item for item in metadata if not isinstance(item, _RestMarker)]
    converter = converter_of(inner)
    if len(constraints) < len(metadata):
        if not isinstance(converter, TextConverter):
            raise PluginError("Rest는 글(str)에만 쓸 수 있어요.")
        converter = TextConverter(takes_rest=True)
    return Constrained.of(converter, annotation, constraints) if constraints else converter


def _literal(value: object) -> Option:
    if isinstance(value, Enum):
        return _member(value, (value.name,))
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise PluginError(f"Literal에는 빈 글이 아닌 글과 정수만 쓸 수 있어요. {value!r} 대신 다른 값을 적어 주세요.")
    return Option(str(value), value)


def _member(member: Enum, names: tuple[str, ...]) -> Option:
    value: object = member.value
    label = value if isinstance(value, str) and value.strip() else member.name
    return Option(label, member, (*names, str(value)) if isinstance(value, str | int | float) else names)


@dataclass(frozen=True, kw_only=True)
class TextConverter(Converter):
    """Takes a text as it is."""

    def read(self, text: str, context: Context) -> str:
        """Return the text, without the spaces around it."""
        return text.strip()


@dataclass(frozen=True, kw_only=True)
class NumberConverter(Converter):
    """Reads numbers in digits or words.

    Attributes:
        is_whole: ``int``, of 18 digits at most; otherwise ``float``.
    """

    is_whole: bool
    longest: int = 4

    def joins(self, words: Sequence[str]) -> bool:
        """Tell whether the last word belongs to the number before it: a counter, or what follows 만, 억 and 조.

        All else is a number of its own: "/더하기 백 오" adds five.
        """
        last = words[-1]
        is_after_large_unit = words[-2][-1:] in ("만", "억", "조")
        is_small_part = last.endswith(COUNTERS) or any(unit in last for unit in "십백천만억")
        return last in COUNTERS or (is_after_large_unit and is_small_part)

    def read(self, text: str, context: Context) -> int | float:
        """Return the number."""
        number = read_number(text)
        if number is None:
            # "만이요" is 만 or 만이: it is asked for again rather than guessed.
            numbers = {read for stem in stems(text) if (read := read_number(stem)) is not None}
            number = numbers.pop() if len(numbers) == 1 else None
        if number is None:
            raise NotConvertible("숫자로 적어 주세요")
        if not self.is_whole:
            return float(number)
        if number != int(number):
            raise NotConvertible("소수점이 없는 숫자로 적어 주세요", is_close=True)
        if abs(number) >= 10**_MOST_DIGITS:
            raise NotConvertible(f"{_MOST_DIGITS}자리까지의 숫자로 적어 주세요", is_close=True)
        return int(number)


@dataclass(frozen=True, kw_only=True)
class TimeConverter(Converter):
    """Reads days and times of day in Korean words.

    Attributes:
        parse: returns what a text is, seen from now; ``None`` if it is none.
        reason: what to write instead.
    """

    parse: Callable[[str, datetime], object | None]
    reason: str
    longest: int = 6

    def read(self, text: str, context: Context) -> object:
        """Return the moment, the day, or the time of day."""
        for stem in stems(text):
            found = self.parse(stem, context.now)
            if found is not None:
                return found
        raise NotConvertible(self.reason)


def _date() -> Converter:
    from chatbot.korean_time import parse_date  # its dictionaries take a while to load, and most plugins read no times

    return TimeConverter(parse=parse_date, reason="날짜로 적어 주세요 (예: 내일, 12월 25일)")


def _time() -> Converter:
    from chatbot.korean_time import parse_time

    return TimeConverter(parse=parse_time, reason="시각으로 적어 주세요 (예: 오후 3시, 15:30)")


def _datetime() -> Converter:
    from chatbot.korean_time import parse_datetime

    return TimeConverter(parse=parse_datetime, reason="날짜와 시각으로 적어 주세요 (예: 내일 오후 3시)")


_BY_TYPE: dict[type, Callable[[], Converter]] = {
    str: TextConverter,
    int: lambda: NumberConverter(is_whole=True),
    float: lambda: NumberConverter(is_whole=False),
    bool: yes_or_no,
    date: _date,
    time: _time,
    datetime: _datetime,
    Speaker: SpeakerConverter,
}
