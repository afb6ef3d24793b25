"""Notices when something blocks the event loop, logs where, and ends it where it may be ended. Knows nothing of what runs.

A blocked loop answers nobody in any room, and nothing on the loop can tell: a thread looks whether it still ticks. What
runs within ``interruptible`` or ``guarded`` and blocks too long has ``Blocked`` raised in it, by a signal: its Python
handler runs in the main thread, between two instructions of an endless loop, out of a sleep, and out of a regular
expression that never ends. That last one holds the interpreter's lock and lets no thread run, so a timer of the kernel's
watches, too; it counts the processor time that the process spends, and stands still while nothing is watched.
"""

import asyncio
import logging
import signal
import sys
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_log = logging.getLogger(__name__)
_SIGNAL: signal.Signals | None = getattr(signal, "SIGURG", None)
"""Ignored where nobody handles it, so that one that comes too late does no harm. Windows has none."""
_LOOKS_AGAIN = 0.5
"""Seconds of processor time until the kernel's timer looks again."""
ENDED_AFTER = 5.0
"""Seconds without a tick after which what is interruptible is ended."""


class Blocked(BaseException):
    """Raised in what blocks the loop. No Exception, so that a loop which catches everything ends as well."""


class _Watch:
    """The watching of the main thread's loop, as far as signals go."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ticked_at = time.monotonic()
        self.running = 0

    def enter(self) -> None:
        self.running += 1
        if self.running == 1:
            signal.setitimer(signal.ITIMER_VIRTUAL, self.seconds)

    def leave(self) -> None:
        self.running -= 1
        if self.running == 0:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def end(self, _: int, frame: FrameType | None) -> None:
        """Raise ``Blocked`` if the loop is blocked, within something that may be ended; else let it go on."""
        if time.monotonic() - self.ticked_at >= self.seconds:
            while frame is not None:
                if frame.f_code in (interruptible.__code__, guarded.__code__):
                    raise Blocked
                frame = frame.f_back
        if self.running:
            signal.setitimer(signal.ITIMER_VIRTUAL, _LOOKS_AGAIN)


_watch: _Watch | None = None


async def interruptible(work: Awaitable[Any]) -> Any:
    """Return what ``work`` comes to; while it runs it may be ended by ``Blocked``."""
    watch = _watch
    if watch is None:
        return await work
    watch.enter()
    try:
        return await work
    finally:
        watch.leave()


def guarded(work: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function returns; it, too, may be ended by ``Blocked``."""
    watch = _watch
    if watch is None:
        return work(*arguments)
    watch.enter()
    try:
        return work(*arguments)
    finally:
        watch.leave()


@contextmanager
def watching(blocked_after: float = 1.0, ended_after: float | None = None) -> Generator[None]:
    """Watch the running loop from another thread.

    Args:
        blocked_after: seconds without a tick after which, again and again, the line it is at is logged.
        ended_after: seconds without a tick after which what is interruptible is ended; ``ENDED_AFTER`` by default.
    """
    loop = asyncio.get_running_loop()
    loop_thread = threading.get_ident()
    ticked, ended = threading.Event(), threading.Event()
    watch = _Watch(ENDED_AFTER if ended_after is None else ended_after)

    def tick() -> None:
        watch.ticked_at = time.monotonic()
        ticked.set()

    def look() -> None:
        while not ended.is_set():
            ticked.clear()
            try:
                loop.call_soon_threadsafe(tick)
            except RuntimeError:  # closed
                return
            while not ticked.wait(blocked_after) and not ended.is_set():
                frame = sys._current_frames().get(loop_thread)  # pyright: ignore[reportPrivateUsage]
                if frame is not None:
                    _log.error("the event loop is blocked for more than %.1f s, at %s", blocked_after, _place(frame))
                if _watch is watch and _SIGNAL is not None:
                    signal.pthread_kill(loop_thread, _SIGNAL)
            ended.wait(blocked_after)

    with _signals(watch):
        thread = threading.Thread(target=look, name="watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()


@contextmanager
def _signals(watch: _Watch) -> Generator[None]:
    """Let signals end what blocks, where there are any: not on Windows, nor but in the main thread."""
    global _watch
    if _SIGNAL is None or _watch is not None or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, watch.end) for number in (_SIGNAL, signal.SIGVTALRM)}
    _watch = watch
    try:
        yield
    finally:
        _watch = None
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _place(frame: FrameType) -> str:
    """Return the innermost lines of code, without any values."""
    return " < ".join(
        f"{line.filename}:{line.lineno} {line.name}" for line in reversed(traceback.extract_stack(frame)[-3:])
    )
