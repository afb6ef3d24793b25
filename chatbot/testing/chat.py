"""A whole bot for one test: real rooms, a real database in a temporary folder, and a fake engine and platform."""

import asyncio
import shutil
import tempfile
import weakref
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from chatbot.bot import Bot
from chatbot.builtin.basics import plugin as basics
from chatbot.commands.framework import RESERVED
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.messages import Address, Event, File, Joined, Speaker, utc_now
from chatbot.plugins.loader import Discovered
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.registry import Registry
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
        plugins: those that the bot has, besides the one with 도움말, 새대화 and 다시.
        engine: gives back the message by default.
        settings: sections of config.yaml; messages are never merged and nobody is too fast unless they say so.
        persona: 단비 by default.
        now: what time it is at first, with a time zone; from there on time passes, and jumps with ``passes``.

    Attributes:
        files: the files that came with replies.
    """

    __test__ = False  # not a test, whatever pytest thinks of its name

    def __init__(
        self,
        *plugins: Plugin,
        engine: FakeEngine | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        persona: Persona | None = None,
        now: datetime | None = None,
    ) -> None:
        self.engine = engine or FakeEngine()
        self.files: list[File] = []
        self._plugins = plugins
        self._ahead = timedelta(0) if now is None else now - utc_now()
        self._persona = persona or Persona(name="단비")
        folder = Path(tempfile.mkdtemp(prefix="maldongmu-test-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        sections = {name: dict(section) for name, section in (settings or {}).items()}
        unlimited = {"person_per_minute": 100_000, "room_per_minute": 100_000}
        sections["guards"] = unlimited | sections.get("guards", {})
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

    async def joins(self, name: str, *, room: str = "방") -> str:
        """Let somebody come into a group; return what the bot says."""
        if self._awake is not None:
            return await self._joined(self._awake, name, room)
        async with self._waking() as awake:
            return await self._joined(awake, name, room)

    async def _joined(self, awake: _Awake, name: str, room: str) -> str:
        before = len(awake.adapter.sent)
        await awake.bot.receive(awake.adapter, Joined(Address(awake.adapter.name, room), Speaker(name, name)))
        await awake.bot.quiet()
        return "\n".join(one.message.text for one in awake.adapter.sent[before:])

    async def happens(self, event: Event) -> None:
        """Let something else happen, such as an edit; only inside ``async with``."""
        assert self._awake is not None, "use TestChat with `async with`"
        await self._awake.bot.receive(self._awake.adapter, event)

    async def passes(self, time: timedelta) -> str:
        """Let time pass; return what the bot says meanwhile by itself, joined by newlines."""
        self._ahead += time
        if self._awake is not None:
            return await self._passed(self._awake)
        async with self._waking() as awake:
            return await self._passed(awake)

    async def _passed(self, awake: _Awake) -> str:
        before = len(awake.adapter.sent) if self._awake is not None else 0
        await awake.bot.quiet()
        return "\n".join(one.message.text for one in awake.adapter.sent[before:])

    async def _said(self, awake: _Awake, text: str, room: str, speaker: str, details: dict[str, Any]) -> str:
        message = awake.adapter.make(text, room, speaker, **details)
        before = len(awake.adapter.sent)
        receipt = await awake.bot.receive(awake.adapter, message)
        await receipt.answered()
        sent = [one.message for one in awake.adapter.sent[before:] if one.to == message.address]
        self.files.extend(one.file for one in sent if one.file is not None)
        return "\n".join(one.text for one in sent)

    def _now(self) -> datetime:
        return utc_now() + self._ahead

    @asynccontextmanager
    async def _waking(self) -> AsyncGenerator[_Awake]:
        registry = Registry.of(Discovered.of(*self._plugins, basics), self.settings, RESERVED)
        bot = Bot(self.settings, self._persona, voice=self.engine, plugins=registry, clock=self._now)
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
