"""An event loop whose clock jumps: a test that waits for hours takes milliseconds, and always goes the same way."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Selector(selectors.DefaultSelector):
    """Never waits: when nothing is ready, it is later at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise AssertionError("everything waits, and nothing will ever happen")
        if not ready and timeout:
            self.now += timeout
        return ready


class FakeClockLoop(asyncio.SelectorEventLoop):
    """A loop with a clock of its own, for what uses no threads and no network."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        """Return the seconds on the loop's own clock."""
        return self._clock.now


def run(test: Coroutine[Any, Any, Result]) -> Result:
    """Run a test on such a loop. What it leaves behind is a failure.

    Raises:
        AssertionError: a task is still there when the test has ended.
    """

    async def whole() -> Result:
        result = await test
        left = [str(task.get_coro()) for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert left == []
        return result

    with asyncio.Runner(loop_factory=FakeClockLoop) as runner:
        return runner.run(whole())
