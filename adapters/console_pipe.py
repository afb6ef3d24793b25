"""One message a line in, exactly one reply a line out, for scripts. Knows nothing of terminals."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TextIO

from adapters.console_text import clean, in_one_line, is_leaving

_CHUNK = 65_536
_READ_AHEAD = 64
_LONGEST_LINE = 1_048_576  # bytes; a source without newlines must not fill the memory


class Pipe:
    """The two ends; they are read and written as bytes, past Python's buffers.

    The reader is a daemon thread: no event loop can wait for a regular file, and a thread that is blocked in a read
    must not keep the process alive. It takes no lock of ``sys.stdin``, on which the interpreter would hang at exit.
    """

    def __init__(self, farewell: str, stdin: TextIO, stdout: TextIO) -> None:
        self._farewell = farewell
        self._stdin = stdin
        self._stdout = stdout
        self._replies: list[str] | None = None

    async def run(self, say: Callable[[str], Awaitable[None]], ready: "asyncio.Future[None]") -> None:
        """Answer line by line until the input ends, ``/끝`` comes, or nobody reads the replies any more."""
        await asyncio.shield(ready)
        try:
            async for line in self._lines():
                if is_leaving(line):
                    self._write(self._farewell)
                    return
                self._replies = []
                await say(line)
                self._write(" ".join(self._replies))
                self._replies = None
        except BrokenPipeError:  # `| head -1`
            return

    async def show(self, text: str) -> None:
        """Keep a reply for the line that is being answered; unasked-for messages have no line here and are dropped."""
        if self._replies is not None and (line := in_one_line(clean(text))):
            self._replies.append(line)

    async def show_late(self, text: str) -> None:
        """Write to stderr: no line of this input asked for it."""
        self.note(text)

    async def draft(self, text: str) -> None:
        """Show nothing: a line comes out whole."""

    def note(self, text: str) -> None:
        """Write to stderr, apart from the replies."""
        sys.stderr.write(clean(text) + "\n")

    def _write(self, line: str) -> None:
        rest = in_one_line(clean(line)).encode() + b"\n"
        while rest:
            rest = rest[os.write(self._stdout.fileno(), rest) :]

    async def _lines(self) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        source = self._stdin.fileno()
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        room = threading.Semaphore(_READ_AHEAD)

        def read() -> None:
            try:
                for line in _split(source):
                    room.acquire()
                    loop.call_soon_threadsafe(queue.put_nowait, line)
                loop.call_soon_threadsafe(queue.put_nowait, None)
            except RuntimeError:  # the loop is closed: nobody reads on
                return

        threading.Thread(target=read, name="console-reader", daemon=True).start()
        while (line := await queue.get()) is not None:
            room.release()
            yield clean(line.decode("utf-8", "replace").removeprefix("\ufeff"))


def _split(source: int) -> Iterator[bytes]:
    """Yield the lines of a file descriptor without their ends; what lies past the longest line's limit is dropped."""
    line = b""
    while chunk := _read(source):
        first, *others = chunk.split(b"\n")
        line = (line + first)[:_LONGEST_LINE]
        for other in others:
            yield line.removesuffix(b"\r")
            line = other
    if line:
        yield line.removesuffix(b"\r")


def _read(source: int) -> bytes:
    try:
        return os.read(source, _CHUNK)
    except OSError:  # a terminal that was hung up, a folder: nothing more to read
        return b""
