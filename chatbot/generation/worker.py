"""One thread that runs jobs one after the other, and the asyncio side that waits for them. Knows nothing of models.

A job is a function that yields results; the worker asks between two of them whether anybody still wants more.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from chatbot.errors import EngineBusy, EngineClosed, GenerationError

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_CLOSED = "엔진이 닫혀 있어 대답을 만들 수 없어요. 프로그램을 다시 시작해 주세요."

Job = Callable[[Callable[[], bool]], Iterator[_T]]
"""Takes a function that says whether to stop, and yields results."""


class _Request(Generic[_T]):
    """A job, and the road back to the event loop that asked for it."""

    def __init__(self, job: Job[_T], deadline: float | None) -> None:
        self.job = job
        self._until = None if deadline is None else time.monotonic() + deadline
        self._cancelled = threading.Event()
        self._loop = asyncio.get_running_loop()
        self.results: asyncio.Queue[_T | GenerationError | None] = asyncio.Queue()

    def cancel(self) -> None:
        """Let the job end at its next step; nobody waits for it any more."""
        self._cancelled.set()

    def should_stop(self) -> bool:
        """Whether it was cancelled or its time is up."""
        return self._cancelled.is_set() or (self._until is not None and time.monotonic() >= self._until)

    def send(self, result: _T | GenerationError | None) -> None:
        """Pass a result on, an error, or ``None`` for the end. Called in any thread."""
        try:
            self._loop.call_soon_threadsafe(self.results.put_nowait, result)
        except RuntimeError:  # the event loop is closed: nobody is left to read it
            self.cancel()


class Worker:
    """A thread with a bounded queue in front, first come, first served."""

    def __init__(
        self,
        name: str,
        max_waiting: int,
        around: Callable[[], AbstractContextManager[Any]],
        on_error: Callable[[], None],
    ) -> None:
        """Prepare; ``start`` begins.

        Args:
            max_waiting: requests that may wait behind the one that runs.
            around: makes a context in which all jobs run.
            on_error: called in the thread after a job raised.
        """
        self._max_waiting = max_waiting
        self._around = around
        self._on_error = on_error
        self._waiting: deque[_Request[Any]] = deque()
        self._running: _Request[Any] | None = None
        self._open = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_busy(self) -> bool:
        """Whether a job runs now."""
        return self._running is not None

    def start(self) -> None:
        """Start the thread."""
        self._open = True
        self._thread.start()

    async def close(self) -> None:
        """Stop the job that runs, fail all that wait with ``EngineClosed``, and end the thread."""
        with self._changed:
            self._open = False
            refused = [*self._waiting, *([self._running] if self._running else [])]
            self._waiting.clear()
            for request in refused:
                request.cancel()
                request.send(EngineClosed(_CLOSED))
            self._changed.notify()
        if self._thread.ident is not None:
            await asyncio.to_thread(self._thread.join)

    async def run(self, job: Job[_T], deadline: float | None = None) -> AsyncGenerator[_T]:
        """Yield what ``job`` yields. Leaving early, by ``aclose`` or cancellation, stops the job at its next step.

        Args:
            deadline: seconds from now after which the job is told to stop.

        Raises:
            EngineBusy: too many requests wait.
            EngineClosed: the worker is closed, or closes meanwhile.
            GenerationError: the job raised.
        """
        request = self._queue(_Request(job, deadline))
        try:
            while (result := await request.results.get()) is not None:
                if isinstance(result, GenerationError):
                    raise result
                yield result
        finally:
            request.cancel()
            with self._changed:
                if request in self._waiting:
                    self._waiting.remove(request)

    def _queue(self, request: _Request[_T]) -> _Request[_T]:
        with self._changed:
            if not self._open:
                raise EngineClosed(_CLOSED)
            if len(self._waiting) >= self._max_waiting:
                raise EngineBusy(
                    f"지금 기다리는 요청이 {len(self._waiting)}개라서 더 받을 수 없어요. 잠시 뒤에 다시 말을 걸어 "
                    "주세요."
                )
            self._waiting.append(request)
            self._changed.notify()
        return request

    def _run(self) -> None:
        with self._around():
            while request := self._next():
                self._serve(request)

    def _next(self) -> _Request[Any] | None:
        with self._changed:
            self._running = None
            self._changed.wait_for(lambda: self._waiting or not self._open)
            if self._waiting:
                self._running = self._waiting.popleft()
            return self._running

    def _serve(self, request: _Request[Any]) -> None:
        try:
            for result in request.job(request.should_stop):
                request.send(result)
        except BaseException as error:  # a job may fail in any way; the thread must outlive it
            _log.exception("a request failed in the generation worker")
            self._on_error()
            failure = GenerationError(
                f"대답을 만들다가 엔진에서 오류({type(error).__name__})가 났어요. 다시 시도해 주시고, 되풀이되면 "
                "로그를 확인해 "
                "주세요. 메모리가 모자라면 더 작은 모델을 쓰거나 device: cpu로 바꾸는 방법이 있어요."
            )
            failure.__cause__ = error
            request.send(failure)
        else:
            request.send(None)
