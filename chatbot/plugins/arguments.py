"""The arguments of commands and conversation steps: a function's signature is what may be written, and how.

Knows nothing of chats: what is injected (``chat``, ``settings``) is left out, the rest is read from text.
"""

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from types import SimpleNamespace
from typing import Annotated, Any, Self, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from chatbot.errors import PluginError
from chatbot.korean import josa
from chatbot.messages import Speaker
from chatbot.plugins.converters import Context, Converter, NotConvertible, converter_of, holds, is_optional
from chatbot.plugins.tokens import Word, words_of


class Problem(Enum):
    """What is wrong with what was written."""

    WRONG = "wrong"
    MISSING = "missing"
    TOO_MANY = "too many"


class BadArgument(Exception):
    """What was written does not fit the signature. Holds nothing of it.

    Attributes:
        parameter: whose value it is; empty where words are left that are nobody's.
        reason: in Korean, without a full stop, as ``NotConvertible`` has it.
    """

    def __init__(self, parameter: str, reason: str, problem: Problem = Problem.WRONG) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter
        self.reason = reason
        self.problem = problem


def explain(error: BadArgument, usage: str) -> str:
    """Return a sentence on what is wrong, and how it is written: "left는 숫자로 적어 주세요. 이렇게 쓰면 돼요: ..."."""
    whose = {
        Problem.WRONG: f"{josa(error.parameter, '은/는')} ",
        Problem.MISSING: f"{josa(error.parameter, '이/가')} ",
        Problem.TOO_MANY: "",
    }
    return f"{whose[error.problem]}{error.reason}. 이렇게 쓰면 돼요: {usage}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that is read from text.

    Attributes:
        shown: what people are told it is: the words of ``Annotated[int, "왼쪽 수"]``, else its name.
        default: what it is where nothing was written; ``None`` for one that is required.
    """

    name: str
    annotation: Any
    converter: Converter
    required: bool
    default: object = None
    shown: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What it can be, where that is a few things."""
        return self.converter.choices

    @property
    def usage(self) -> str:
        """How a usage line shows it: its choices or its name, in brackets where it may be left out."""
        shown = self.converter.usage or self.shown
        return shown if self.required else f"[{shown}]"


@dataclass(frozen=True, slots=True)
class Signature:
    """What may be written behind a command, in order.

    Attributes:
        needs_people: whether the context must say who is in the room.
    """

    parameters: tuple[Parameter, ...] = ()
    needs_people: bool = False

    @classmethod
    def of(cls, handler: Callable[..., Any], injected: Collection[str]) -> Self:
        """Look at a function's parameters; those named ``injected`` are not read from text.

        Raises:
            PluginError: one cannot be read from text.
        """
        who = f"{getattr(handler, '__qualname__', repr(handler))}()"
        declared = [each for each in inspect.signature(handler).parameters.values() if each.name not in injected]
        for each in declared:
            if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
                raise PluginError(
                    f"{who}에 *{each.name} 같은 매개변수는 쓸 수 없어요. 남은 말을 다 받으려면 Rest를 써 주세요."
                )
            if each.kind is each.POSITIONAL_ONLY:
                raise PluginError(f"{who}의 매개변수 {each.name}: 이름으로 받을 수 있게 '/'를 빼 주세요.")
        parameters = tuple(_parameter(handler, each, who) for each in declared)
        early = next((each for each in parameters[:-1] if each.converter.takes_rest), None)
        if early is not None:
            raise PluginError(f"{who}의 매개변수 {early.name}: Rest는 마지막 매개변수에만 쓸 수 있어요.")
        return cls(parameters, any(holds(each.annotation, Speaker) for each in parameters))

    def read(self, text: str, context: Context) -> dict[str, object]:
        """Return the value of each parameter, by name; quotes group words, and one that may be left out can be skipped.

        Raises:
            BadArgument: a value is missing, is none of its type, or words are left.
        """
        words = words_of(text)
        values: dict[str, object] = {}
        skipped: BadArgument | None = None
        at = 0
        for parameter in self.parameters:
            if at == len(words):
                if parameter.required:
                    raise BadArgument(parameter.shown, "빠졌어요", Problem.MISSING)
                values[parameter.name] = parameter.default
                continue
            try:
                if parameter.converter.takes_rest:
                    taken, value = len(words) - at, parameter.converter.read(text[words[at].start :], context)
                else:
                    taken, value = _longest(parameter.converter, words, at, context)
            except NotConvertible as error:
                bad = BadArgument(parameter.shown, error.reason)
                if parameter.required or error.is_close:
                    raise bad from None
                skipped = skipped or bad
                taken, value = 0, parameter.default
            values[parameter.name] = value
            at += taken
        if at < len(words):
            raise skipped or self._too_many()
        return values

    def read_answer(self, text: str, context: Context) -> dict[str, object]:
        """Return the values of a message that is the answer to a question: a single parameter takes all of it.

        Raises:
            BadArgument: likewise.
        """
        if len(self.parameters) != 1:
            return self.read(text if self.parameters else "", context)
        (parameter,) = self.parameters
        try:
            return {parameter.name: parameter.converter.read(text, context)}
        except NotConvertible as error:
            raise BadArgument(parameter.shown, error.reason) from None

    def usage(self, name: str) -> str:
        """Return how a command is written: ``/더하기 left [right]``."""
        return " ".join([f"/{name.removeprefix('/')}", *(parameter.usage for parameter in self.parameters)])

    def _too_many(self) -> BadArgument:
        reason = "뒤에 적은 말이 너무 많아요"
        if any(holds(parameter.annotation, str) for parameter in self.parameters):
            reason += '. 여러 낱말로 된 것은 "큰따옴표"로 묶어 주세요'
        return BadArgument("", reason, Problem.TOO_MANY)


def _longest(converter: Converter, words: Sequence[Word], at: int, context: Context) -> tuple[int, object]:
    """Return how many words from ``at`` on are one value, as many as can be, and the value.

    Raises:
        NotConvertible: not even one is.
    """
    for count in range(min(converter.longest, len(words) - at), 1, -1):
        run = [word.text for word in words[at : at + count]]
        if converter.joins(run):
            try:
                return count, converter.read(" ".join(run), context)
            except NotConvertible as error:
                if error.is_close:
                    raise
    return 1, converter.read(words[at].text, context)


def _parameter(handler: Callable[..., Any], declared: inspect.Parameter, who: str) -> Parameter:
    default: object = declared.default
    if isinstance(default, FieldInfo):
        raise PluginError(
            f"{who}의 매개변수 {declared.name}: Field(...)는 Annotated 안에 적고, 기본값은 = 뒤에 적어 주세요."
        )
    annotation = _annotation(handler, declared, who)
    try:
        converter = converter_of(annotation)
    except PluginError as error:
        raise PluginError(f"{who}의 매개변수 {declared.name}: {error}") from error
    has_default = default is not declared.empty
    required = not has_default and not is_optional(annotation)
    words = next((one for one in get_args(annotation)[1:] if isinstance(one, str)), "")
    shown = words if get_origin(annotation) is Annotated and words else declared.name
    return Parameter(declared.name, annotation, converter, required, default if has_default else None, shown)


def _annotation(handler: Callable[..., Any], declared: inspect.Parameter, who: str) -> Any:
    """Return a parameter's annotation, looked up where it is written as text; ``str`` where there is none.

    One by one, as those of injected parameters may be importable for type checkers alone.
    """
    if declared.annotation is declared.empty:
        return str
    of_one = SimpleNamespace(__annotations__={declared.name: declared.annotation})
    names: dict[str, Any] = getattr(inspect.unwrap(handler), "__globals__", {})
    try:
        return get_type_hints(of_one, names, include_extras=True)[declared.name]
    except Exception as error:  # evaluating what the plugin author wrote may raise anything
        raise PluginError(
            f"{who}의 매개변수 {declared.name}: 타입 {declared.annotation!r}을 찾을 수 없어요."
            " 파일의 맨 바깥에서 import하거나 정의해 주세요."
        ) from error
