"""An example of each command, made of its parameters' types: "/더하기 3 3". Knows nothing of what commands do."""

from collections.abc import Iterator
from datetime import UTC, datetime

from chatbot.messages import Speaker
from chatbot.plugins.arguments import Parameter
from chatbot.plugins.conversion import Context, NotConvertible
from chatbot.plugins.converters import holds
from chatbot.plugins.prepared import PreparedCommand

_SOMEBODY = Speaker("1", "하나")
_WORDS = ("사과", "안녕하세요", "a", "https://example.com")
_OTHERS = ("내일 오후 3시", "내일", "오후 3시", "3", "1", "10", "20", "100", "0.5", "0", "-1", "2026")


def example_of(command: PreparedCommand) -> str:
    """Return a line that somebody might write; what may be left out is there, too."""
    given = [_example(parameter) for parameter in command.signature.parameters]
    return " ".join([f"/{command.declaration.names[0]}", *given])


def _example(parameter: Parameter) -> str:
    context = Context(datetime.now(UTC), (_SOMEBODY,))
    for text in _candidates(parameter):
        try:
            parameter.converter.read(text, context)
        except NotConvertible:
            continue
        return text
    return parameter.name


def _candidates(parameter: Parameter) -> Iterator[str]:
    yield from parameter.converter.choices[:1]
    if holds(parameter.annotation, Speaker):
        yield f"@{_SOMEBODY.name}"
    if parameter.converter.takes_rest or holds(parameter.annotation, str):
        yield from _WORDS
    yield from _OTHERS
