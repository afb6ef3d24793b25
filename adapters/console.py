"""The bot in a terminal, or between two pipes. Knows nothing of how replies come about.

Where stdin and stdout are a terminal, a prompt with history and streamed replies (``console_terminal.py``); anywhere
else one message a line in and exactly one reply a line out (``console_pipe.py``). Both strip control characters from
what they read and show, so that no escape sequence, pasted or generated, drives the terminal.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TextIO, TypeAlias
from uuid import uuid4

from chatbot.adapter import Receive
from chatbot.errors import AdapterError, HistoryError
from chatbot.messages import Address, File, Incoming, Outgoing, Speaker

Say: TypeAlias = Callable[[str], Awaitable[None]]
"""Hands a line to the bot; returns when it is answered."""


class Screen(Protocol):
    """One way of talking over the two streams."""

    async def run(self, say: Say, ready: "asyncio.Future[None]") -> None:
        """Pass on lines until the person leaves or the input ends."""
        ...

    async def show(self, text: str) -> None:
        """Show a whole message of the bot."""
        ...

    async def show_late(self, text: str) -> None:
        """Show a whole message of the bot that answers nothing of now: what was left when the last process died."""
        ...

    async def draft(self, text: str) -> None:
        """Show the beginning of one, as far as it is written."""
        ...

    def note(self, text: str) -> None:
        """Show a remark about the reply, which is no part of the conversation."""
        ...


class ConsoleAdapter:
    """The console as a platform: one room, one person.

    Args:
        user: names the person and the room, so that everyone at this machine keeps their own conversation.
        bot_name: stands before the bot's lines.
        greeting: shown first in a terminal; never between pipes.
        farewell: the answer to ``/끝``.
        ready: returns when the bot can answer; the prompt stands before.
        stdin, stdout: the process's own by default; both need a file descriptor.
    """

    name = "console"

    def __init__(
        self,
        user: str = "나",
        bot_name: str = "단비",
        greeting: str | None = None,
        *,
        farewell: str = "다음에 또 이야기해요.",
        ready: Callable[[], Awaitable[None]] | None = None,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
    ) -> None:
        self._speaker = Speaker(id=user, name=user)
        self.address = Address(self.name, user)
        self._ready = ready
        self._asked: str | None = None
        self._screen = _screen(bot_name, greeting, farewell, stdin or sys.stdin, stdout or sys.stdout)

    async def run(self, receive: Receive) -> None:
        """Talk until the person leaves or the input ends.

        Raises:
            ChatbotError: ``ready`` failed with it.
        """

        async def say(text: str) -> None:
            self._asked = uuid4().hex
            try:
                receipt = await receive(Incoming(self.address, self._asked, self._speaker, text))
            except HistoryError as error:
                if ready.done() and ready.exception() is not None:  # it never worked: that is told once, elsewhere
                    raise
                await self._screen.show(str(error))
                return
            try:
                await receipt.answered()
            except asyncio.CancelledError:
                receipt.give_up()
                raise

        ready = asyncio.ensure_future(self._ready() if self._ready is not None else asyncio.sleep(0))
        try:
            await self._screen.run(say, ready)
        finally:
            ready.cancel()
            # Retrieves the error of a loading that nobody waited for, which asyncio would print as a traceback.
            await asyncio.wait({ready})
            _ = ready.cancelled() or ready.exception()

    async def send(self, to: Address, message: Outgoing) -> str:
        """Show a message; the console has one room, whatever ``to`` says."""
        text = message.text if message.file is None else f"{message.text} ({_saved(message.file)})"
        is_late = message.reply_to is not None and message.reply_to != self._asked
        await (self._screen.show_late(text) if is_late else self._screen.show(text))
        return uuid4().hex

    async def draft(self, to: Address, text: str) -> None:
        """Show a reply as far as it is written."""
        await self._screen.draft(text)

    def note(self, text: str) -> None:
        """Show a remark about the reply that is being made; between pipes it goes to stderr."""
        self._screen.note(text)


def _saved(file: File) -> Path:
    """Save a file in the current folder, for its owner's eyes only, beside what is there already; return its path.

    Raises:
        AdapterError: the folder cannot be written.
    """
    name = Path(Path(file.name).name)
    for number in range(1, 1000):
        path = Path.cwd() / (name if number == 1 else f"{name.stem}-{number}{name.suffix}")
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
                opened.write(file.content)
        except FileExistsError:
            continue
        except OSError as error:
            raise AdapterError(f"파일을 {path.parent}에 저장할 수 없어요({error.strerror}).") from error
        return path
    raise AdapterError(f"{name} 파일이 너무 많아요. 지운 뒤에 다시 해 주세요.")


def _screen(bot_name: str, greeting: str | None, farewell: str, stdin: TextIO, stdout: TextIO) -> Screen:
    if stdin.isatty() and stdout.isatty():
        from adapters.console_terminal import Terminal  # prompt_toolkit, which pipes do without

        return Terminal(bot_name, greeting, farewell, stdin, stdout)
    from adapters.console_pipe import Pipe

    return Pipe(farewell, stdin, stdout)
