"""The console between two pipes as a platform of the contract suite: one room, one person, a line for each line."""

import asyncio
import os
import re
import threading
from contextlib import suppress
from typing import Self, TextIO

from platforms import Shown

from adapters.console import ConsoleAdapter

_ONE = "콘솔은 한 사람의 방 하나예요."


class ConsolePlatform:
    """Two pipes. What was read from one is gone, so there is no second process that could go on."""

    name = "console"

    def __init__(self) -> None:
        to_read, self._to_write = os.pipe()
        self._to_see, to_show = os.pipe()
        os.set_blocking(self._to_see, False)
        self._streams: tuple[TextIO, TextIO] = os.fdopen(to_read), os.fdopen(to_show, "w")
        self._seen = b""
        self._said = 0
        self._adapter: ConsoleAdapter | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        os.close(self._to_write)  # lets the thread that reads end
        for thread in threading.enumerate():
            if thread.name == "console-reader":
                await asyncio.to_thread(thread.join, 10)
        os.close(self._to_see)
        for stream in self._streams:
            stream.close()

    def adapter(self) -> ConsoleAdapter:
        """Return the adapter."""
        if self._adapter is not None:
            raise NotImplementedError("콘솔의 입력은 한 번 읽으면 사라져요.")
        stdin, stdout = self._streams
        self._adapter = ConsoleAdapter("하나", "단비", stdin=stdin, stdout=stdout)
        return self._adapter

    async def say(
        self,
        text: str,
        room: str = "방",
        person: str = "하나",
        *,
        group: bool = False,
        mention: bool = False,
        reply_to: str | None = None,
    ) -> str:
        """Type a line."""
        if group or mention or reply_to is not None or room != "방" or person != "하나":
            raise NotImplementedError(_ONE)
        self._said += 1
        os.write(self._to_write, f"{text}\n".encode())
        return f"{self._said}"

    async def edit(self, room: str, id: str, text: str) -> None:
        """What was typed stays."""
        raise NotImplementedError("콘솔에 적은 줄은 고칠 수 없어요.")

    async def delete(self, room: str, id: str) -> None:
        """What was typed stays."""
        raise NotImplementedError("콘솔에 적은 줄은 지울 수 없어요.")

    async def press(self, room: str, label: str, person: str = "하나") -> None:
        """Type the number of what stands in the last line."""
        match = re.search(rf"(\d+)\. {re.escape(label)}", self.shown(room)[-1].text)
        assert match is not None
        await self.say(match[1], room, person)

    def shown(self, room: str = "방") -> list[Shown]:
        """Return the lines that came out so far."""
        if room != "방":
            raise NotImplementedError(_ONE)
        with suppress(BlockingIOError):
            while chunk := os.read(self._to_see, 65_536):
                self._seen += chunk
        *lines, _ = self._seen.decode().split("\n")
        return [Shown(f"{number}", line) for number, line in enumerate(lines) if line]

    def fail(self, **faults: float) -> None:
        """Pipes do not fail."""
        raise NotImplementedError("파이프는 끊기거나 밀리지 않아요.")
