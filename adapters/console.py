"""The bot in a terminal, or between two pipes. Knows nothing of how replies come about.

Where stdin and stdout are a terminal, a prompt with history and streamed replies (``console_terminal.py``); anywhere
else one message a line in and exactly one reply a line out (``console_pipe.py``). Both strip control characters from
what they read and show, so that no escape sequence, pasted or generated, drives the terminal.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Protocol, TextIO, TypeAlias
from uuid import uuid4

from chatbot.adapter import Receive
from chatbot.messages import Address, Incoming, Outgoing, Speaker

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
        ready: settles when the bot can answer; the prompt stands before.
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
        ready: Awaitable[None] | None = None,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
    ) -> None:
        self._speaker = Speaker(id=user, name=user)
        self._address = Address(self.name, user)
        self._ready = ready
        self._screen = _screen(bot_name, greeting, farewell, stdin or sys.stdin, stdout or sys.stdout)

    async def run(self, receive: Receive) -> None:
        """Talk until the person leaves or the input ends.

        Raises:
            ChatbotError: ``ready`` failed with it.
        """

        async def say(text: str) -> None:
            await receive(Incoming(self._address, uuid4().hex, self._speaker, text))

        ready = asyncio.ensure_future(self._ready or asyncio.sleep(0))
        try:
            await self._screen.run(say, ready)
        finally:
            ready.cancel()
            # Retrieves the error of a loading that nobody waited for, which asyncio would print as a traceback.
            await asyncio.wait({ready})
            _ = ready.cancelled() or ready.exception()

    async def send(self, to: Address, message: Outgoing) -> str:
        """Show a message; the console has one room, whatever ``to`` says."""
        await self._screen.show(message.text)
        return uuid4().hex

    async def draft(self, to: Address, text: str) -> None:
        """Show a reply as far as it is written."""
        await self._screen.draft(text)

    def note(self, text: str) -> None:
        """Show a remark about the reply that is being made; between pipes it goes to stderr."""
        self._screen.note(text)


def _screen(bot_name: str, greeting: str | None, farewell: str, stdin: TextIO, stdout: TextIO) -> Screen:
    if stdin.isatty() and stdout.isatty():
        from adapters.console_terminal import Terminal  # prompt_toolkit, which pipes do without

        return Terminal(bot_name, greeting, farewell, stdin, stdout)
    from adapters.console_pipe import Pipe

    return Pipe(farewell, stdin, stdout)
