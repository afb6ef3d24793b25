"""The fixtures that come with 말동무: ``chat``, ``fake_engine`` and ``fake_adapter``. Imports nothing until they are used."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from chatbot.testing import FakeAdapter, FakeEngine, TestChat


@pytest.fixture
def fake_engine() -> "FakeEngine":
    """Return an engine that gives back what it hears."""
    from chatbot.testing import FakeEngine

    return FakeEngine()


@pytest.fixture
def fake_adapter() -> "FakeAdapter":
    """Return a platform in memory that works."""
    from chatbot.testing import FakeAdapter

    return FakeAdapter()


@pytest.fixture
def chat(fake_engine: "FakeEngine") -> "TestChat":
    """Return a chat with a bot that runs on ``fake_engine``."""
    from chatbot.testing import TestChat

    return TestChat(engine=fake_engine)
