"""The exception tree: as drawn in its module's docstring, so that the drawing can be trusted."""

import inspect
import re

import pytest

from chatbot import errors
from chatbot.errors import ChatbotError, TooManyRequests

CLASSES = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)]


def drawn() -> dict[str, str | None]:
    """Return each class of the drawing with its parent there."""
    parents: dict[str, str | None] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"    ((?:│   |    |├── |└── )*)([A-Z]\w+)", line):
            depth = len(found[1]) // 4
            parents[found[2]] = above[depth - 1] if depth else None
            above[depth:] = [found[2]]
    return parents


def test_the_drawing_is_the_truth() -> None:
    assert drawn() == {cls.__name__: None if cls is ChatbotError else cls.__bases__[0].__name__ for cls in CLASSES}


def test_each_has_one_parent() -> None:
    assert all(len(cls.__bases__) == 1 for cls in CLASSES)
    assert ChatbotError.__bases__ == (Exception,)


def test_each_is_defined_below_its_parent_in_the_order_of_the_drawing() -> None:
    assert [cls.__name__ for cls in CLASSES] == list(drawn())


@pytest.mark.parametrize("cls", CLASSES)
def test_each_says_what_it_is_about_and_shows_its_message(cls: type[ChatbotError]) -> None:
    assert cls.__doc__
    assert cls.__doc__.strip().endswith((".", "show."))
    error = TooManyRequests("이렇게 해 주세요.", 3.0) if cls is TooManyRequests else cls("이렇게 해 주세요.")
    assert str(error) == "이렇게 해 주세요."
