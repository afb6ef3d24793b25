"""The voice without a model."""

import asyncio
import time

import pytest

from chatbot.dialogue.talk import Talk
from chatbot.dialogue.voice import Voice
from chatbot.errors import EngineBusy
from chatbot.messages import Source, Speaker, SpeechLevel, Turn
from chatbot.testing.fake_engine import FakeEngine


def talk(text: str) -> Talk:
    return Talk((Turn(Speaker("bot", is_bot=True), "반가워요."), Turn(Speaker("하나"), text)))


async def test_it_gives_back_what_it_hears() -> None:
    engine: Voice = FakeEngine()
    reply = await engine.reply(talk("안녕"))
    assert (reply.text, reply.source, reply.level) == ("안녕", Source.GENERATED, SpeechLevel.POLITE)
    assert not reply.cut


async def test_it_follows_its_script_and_then_gives_back_what_it_hears() -> None:
    script: list[str | Exception] = ["하나", EngineBusy("바빠요."), "둘"]
    engine = FakeEngine(script)
    assert (await engine.reply(talk("가"))).text == "하나"
    with pytest.raises(EngineBusy):
        await engine.reply(talk("나"))
    assert [(await engine.reply(talk(text))).text for text in "다라"] == ["둘", "라"]
    assert [one.message for one in engine.heard] == ["가", "나", "다", "라"]
    assert len(script) == 3  # the test's own list stays as it is


async def test_it_takes_its_time_and_a_reply_that_is_cancelled_uses_up_no_line() -> None:
    engine = FakeEngine(["하나", "둘"], seconds=0.1)
    task = asyncio.create_task(engine.reply(talk("가")))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    begun = time.monotonic()
    assert (await engine.reply(talk("나"))).text == "하나"
    assert time.monotonic() - begun >= 0.09
    assert [one.message for one in engine.heard] == ["가", "나"]
