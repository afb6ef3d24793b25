"""What the collector does once it is told to search less."""

import gc
from collections.abc import Iterator

import pytest

from chatbot.garbage import search_less


@pytest.fixture
def collector() -> Iterator[None]:
    """Leave the collector as it was."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


class Knot:
    """Something that refers to itself, which only the collector can free."""

    def __init__(self, untied: list[str]) -> None:
        self.me = self
        self.untied = untied

    def __del__(self) -> None:
        self.untied.append("a knot")


@pytest.mark.usefixtures("collector")
def test_what_stands_is_not_searched_again_and_what_comes_later_is() -> None:
    untied: list[str] = []
    Knot(untied)
    search_less()
    gc.collect()
    assert untied == []
    Knot(untied)
    gc.collect()
    assert untied == ["a knot"]


@pytest.mark.usefixtures("collector")
def test_a_search_waits_until_there_is_more_to_search() -> None:
    untied: list[str] = []
    search_less()
    gc.collect()
    Knot(untied)
    objects: list[list[int]] = [[] for _ in range(5_000)]
    assert untied == []
    objects += [[] for _ in range(10_000)]
    assert untied == ["a knot"]
