"""Notices when something blocks the event loop, and logs where. Knows nothing of what runs on it.

A blocked loop answers nobody in any room, and nothing on the loop can tell: a thread looks whether it still ticks.
"""

import asyncio
import logging
import sys
import threading
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_log = logging.getLogger(__name__)


@contextmanager
def watching(blocked_after: float = 1.0) -> Generator[None]:
    """Watch the running loop from another thread; every ``blocked_after`` seconds without a tick log the line it is at."""
    loop = asyncio.get_running_loop()
    loop_thread = threading.get_ident()
    ticked, ended = threading.Event(), threading.Event()

    def watch() -> None:
        while not ended.is_set():
            ticked.clear()
            try:
                loop.call_soon_threadsafe(ticked.set)
            except RuntimeError:  # closed
                return
            while not ticked.wait(blocked_after) and not ended.is_set():
                frame = sys._current_frames().get(loop_thread)  # pyright: ignore[reportPrivateUsage]
                if frame is not None:
                    _log.error("the event loop is blocked for more than %.1f s, at %s", blocked_after, _place(frame))
            ended.wait(blocked_after)

    thread = threading.Thread(target=watch, name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()


def _place(frame: FrameType) -> str:
    """Return the innermost lines of code, without any values."""
    return " < ".join(
        f"{line.filename}:{line.lineno} {line.name}" for line in reversed(traceback.extract_stack(frame)[-3:])
    )
