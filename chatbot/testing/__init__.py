"""Tests without a model, a token or a network, for authors of plugins and adapters. Also a pytest plugin.

async def test_adding():
    assert await TestChat(Adder()).say("더하기 1 2") == "3입니다."
"""

from chatbot.testing.chat import TestChat
from chatbot.testing.fake_adapter import FakeAdapter, Faults, Sent
from chatbot.testing.fake_engine import FakeEngine

__all__ = ["FakeAdapter", "FakeEngine", "Faults", "Sent", "TestChat"]
