"""A whole bot for one test: real rooms, a real database in a temporary folder, and a fake engine and platform."""

import asyncio
import shutil
import tempfile
import weakref
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.handler import Handler
from chatbot.messages import Event, File
from chatbot.testing.fake_adapter import FakeAdapter
from chatbot.testing.fake_engine import FakeEngine


@dataclass(frozen=True, slots=True)
class _Awake:
    bot: Bot
    adapter: FakeAdapter


class TestChat:
    """Somebody who talks with a bot in one room.

    Outside of ``async with`` the bot is started for each message and shut down after the reply, so whatever does not
    survive a restart fails the test; inside it keeps running, which is faster.

    Args:
        handlers: what may answer before the engine does.
        engine: gives back the message by default.
        settings: sections of config.yaml; messages are never merged unless they say so.
        persona: 단비 by default.

    Attributes:
        files: the files that came with replies.
    """

    __test__ = False  # not a test, whatever pytest thinks of its name

    def __init__(
        self,
        *handlers: Handler,
        engine: FakeEngine | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        persona: Persona | None = None,
    ) -> None:
        self.engine = engine or FakeEngine()
        self.files: list[File] = []
        self._handlers = handlers
        self._persona = persona or Persona(name="단비")
        folder = Path(tempfile.mkdtemp(prefix="maldongmu-test-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        sections = {name: dict(section) for name, section in (settings or {}).items()}
        sections["rooms"] = {"merge_window": 0, "replace_unfinished": False} | sections.get("rooms", {})
        sections["history"] = {"url": f"sqlite:///{folder}/chat.sqlite3"} | sections.get("history", {})
        self.settings = Settings.model_validate(sections)
        self._ids = iter(range(1, 1_000_000))
        self._awake: _Awake | None = None
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._awake = await self._closing.enter_async_context(self._waking())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._awake = None
        await self._closing.aclose()

    async def say(self, text: str, *, room: str = "방", speaker: str = "하나", **details: Any) -> str:
        """Write a message and return the reply; several replies are joined by newlines, and none is an empty text."""
        details.setdefault("id", f"{next(self._ids)}")
        if self._awake is not None:
            return await self._said(self._awake, text, room, speaker, details)
        async with self._waking() as awake:
            return await self._said(awake, text, room, speaker, details)

    async def happens(self, event: Event) -> None:
        """Let something else happen, such as an edit; only inside ``async with``."""
        assert self._awake is not None, "use TestChat with `async with`"
        await self._awake.bot.receive(self._awake.adapter, event)

    async def _said(self, awake: _Awake, text: str, room: str, speaker: str, details: dict[str, Any]) -> str:
        message = awake.adapter.make(text, room, speaker, **details)
        before = len(awake.adapter.sent)
        receipt = await awake.bot.receive(awake.adapter, message)
        await receipt.answered()
        sent = [one.message for one in awake.adapter.sent[before:] if one.to == message.address]
        self.files.extend(one.file for one in sent if one.file is not None)
        return "\n".join(one.text for one in sent)

    @asynccontextmanager
    async def _waking(self) -> AsyncGenerator[_Awake]:
        bot = Bot(self.settings, self._persona, voice=self.engine, handlers=self._handlers)
        adapter = FakeAdapter()
        serving = asyncio.create_task(bot.serve(adapter))
        try:
            await bot.ready()
            # By the time it listens, it has taken up what a bot before it left.
            listening = asyncio.create_task(adapter.running.wait())
            await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
            listening.cancel()
            if serving.done():
                await serving
            yield _Awake(bot, adapter)
        finally:
            serving.cancel()
            await asyncio.wait({serving})
            await bot.close()
