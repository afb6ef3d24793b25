"""Runs plugins' code so that its failure is its own: it may raise, hang, block, exit, and costs its own reply, no more.

A plugin that fails again and again is not asked for a while (circuit breaker; Nygard, Release It!, 2007).
"""

import asyncio
import inspect
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from chatbot.errors import HistoryError, PluginError, Refusal
from chatbot.watchdog import Blocked, guarded, interruptible

_log = logging.getLogger(__name__)
_FAILURES = 5
"""How many failures, without a success between them, open the circuit."""
_REST_SECONDS = 300.0
_LAST_WORDS_SECONDS = 1.0
"""How long something that was cancelled may clean up, before it is left to itself."""


class Failed(Enum):
    """What comes of code that fails."""

    FAILED = "failed"


FAILED = Failed.FAILED


@dataclass(slots=True)
class Health:
    """How a plugin fares.

    Attributes:
        failures: in a row.
        failed: in all.
        why: the name of the last error.
        rests_until: the loop's time until which it is not asked.
    """

    failures: int = 0
    failed: int = 0
    why: str = ""
    rests_until: float = 0.0


class Isolation:
    """Every plugin's code runs through here.

    Args:
        seconds: how long one call may take.
        on_rest: is told the name of a plugin that is not asked for a while, and the error that it failed with last.
    """

    def __init__(self, seconds: float, on_rest: Callable[[str, str], None] | None = None) -> None:
        self._seconds = seconds
        self._on_rest = on_rest
        self._health: defaultdict[str, Health] = defaultdict(Health)
        self._left: set[asyncio.Task[Any]] = set()

    @property
    def failing(self) -> dict[str, Health]:
        """How each plugin fares that failed at least once."""
        return {name: health for name, health in self._health.items() if health.failed}

    def rests(self, plugin: str) -> bool:
        """Tell whether a plugin is not to be asked now."""
        health = self._health.get(plugin)
        return health is not None and health.rests_until > asyncio.get_running_loop().time()

    async def run(
        self, plugin: str, what: str, work: Callable[[], Any], *, heals: bool = True, anyway: bool = False
    ) -> Any:
        """Return what ``work`` returns, awaited where it can be; ``FAILED`` where it fails or its plugin rests.

        Args:
            heals: whether coming to an end shows that the plugin is well; what merely goes before a handler does not.
            anyway: whether it runs even if the plugin rests.

        Raises:
            Refusal: it was raised in it: the person is to be told.
            HistoryError: likewise; the database is to blame, not the plugin.
            CancelledError: whoever asked is cancelled; so is the work.
        """
        if self.rests(plugin) and not anyway:
            return FAILED
        try:
            result = guarded(work)  # all of a plain function, and nothing yet of a coroutine
        except KeyboardInterrupt:  # a person who presses Ctrl-C
            raise
        except BaseException as error:  # other people's code, its exits included
            return self._failed(plugin, what, error)
        if inspect.isawaitable(result):
            task = asyncio.create_task(_finished(result))
            try:
                await self._ended(task)
            except asyncio.CancelledError:
                await self._end(task, plugin, what)
                raise
            if not task.done():
                await self._end(task, plugin, what)
                return self.fails(plugin, what, f"took longer than {self._seconds:.0f} s")
            if task.cancelled():
                return self.fails(plugin, what, "cancelled itself")
            result, error = task.result()
            if error is not None:
                return self._failed(plugin, what, error)
        if heals:
            self._health[plugin].failures = 0
        return result

    async def _ended(self, task: "asyncio.Task[Any]") -> None:
        """Return when a task ended, or its time is over. ``asyncio.wait`` does that, too, at more than twice the cost."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()

        def end(_: object = None) -> None:
            if not ended.done():
                ended.set_result(None)

        task.add_done_callback(end)
        timer = loop.call_later(self._seconds, end)
        try:
            await ended
        finally:
            timer.cancel()

    def _failed(self, plugin: str, what: str, error: BaseException) -> Failed:
        match error:
            case Refusal() | HistoryError():
                raise error
            case Blocked():
                return self.fails(plugin, what, "blocked the event loop")
            case PluginError():  # holds no message text, and tells the author what to do
                return self.fails(plugin, what, str(error))
            case _:
                return self.fails(plugin, what, _described(error))

    async def _end(self, task: "asyncio.Task[Any]", plugin: str, what: str) -> None:
        task.cancel()
        self._left.add(task)  # the loop keeps only weak references
        task.add_done_callback(self._left.discard)
        await asyncio.wait({task}, timeout=_LAST_WORDS_SECONDS)
        if not task.done():
            _log.error("%s of plugin %s does not end though it was cancelled: it is dropped", what, plugin)
            await _drop(task)

    def fails(self, plugin: str, what: str, why: str) -> Failed:
        """Count a failure, be it of code that ran or of what came of it."""
        health = self._health[plugin]
        health.failures += 1
        health.failed += 1
        health.why = why
        _log.error("%s of plugin %s failed: %s", what, plugin, why)
        if health.failures >= _FAILURES:
            # One more failure after the rest opens it again at once: the count stays.
            health.rests_until = asyncio.get_running_loop().time() + _REST_SECONDS
            _log.error("plugin %s rests for %.0f s", plugin, _REST_SECONDS)
            if self._on_rest is not None:
                self._on_rest(plugin, why)
        return FAILED


async def _drop(task: "asyncio.Task[Any]") -> None:
    """End a task that swallows its being cancelled: the program could not shut down while it is there."""
    work = cast("Coroutine[Any, Any, Any]", task.get_coro())
    try:
        guarded(work.close)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # it swallows even that, and is not run any more nevertheless
        _log.debug("it swallows its end: %s", type(error).__name__)
    task.cancel()
    await asyncio.wait({task}, timeout=_LAST_WORDS_SECONDS)
    if task.done() and not task.cancelled():
        task.exception()  # that it was closed already; unread, asyncio would print it


async def _finished(work: Awaitable[Any]) -> tuple[Any, BaseException | None]:
    """Return a result or an error: a SystemExit would go through a task's end to the whole program."""
    try:
        return await interruptible(work), None
    except (asyncio.CancelledError, KeyboardInterrupt):
        raise
    except BaseException as error:  # other people's code, its exits included
        return None, error


def _described(error: BaseException) -> str:
    """Return the class of an error and the line that raised it; its message may hold what somebody said."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return f"{type(error).__name__}{place}"
