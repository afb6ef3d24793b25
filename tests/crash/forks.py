"""The test's side of ``worker.py``: starts processes that are quick to start, and kills them."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from journal import Job

import chatbot

_PROGRAM = Path(__file__).with_name("worker.py")
_SOURCES = Path(chatbot.__file__).parent.parent
_PATIENCE = 240.0


class Forks:
    """A fork server.

    Args:
        errors: the file that takes what the processes write to stderr.
        plugins: the name of a module whose plugins the bots have.
    """

    def __init__(self, errors: Path, plugins: str | None = None) -> None:
        with errors.open("wb") as stderr:
            self._server = subprocess.Popen(
                [sys.executable, str(_PROGRAM), *([] if plugins is None else [plugins])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env={**os.environ, "PYTHONPATH": str(_SOURCES)},
                process_group=0,
            )
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        if kind is not None:
            os.killpg(self._server.pid, signal.SIGKILL)  # and with it the process that it may have started
        self._server.wait()
        self._reader.join()
        assert self._server.stdout is not None
        self._server.stdout.close()

    def start(self, job: Job) -> "Process":
        """Start a process; the one before it has ended."""
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(asdict(job)) + "\n")
        self._server.stdin.flush()
        word, number = self.hear().split()
        assert word == "started"
        return Process(self, int(number))

    def hear(self, seconds: float = _PATIENCE) -> str:
        """Return the next line that the server or its process says.

        Raises:
            queue.Empty: there is none.
        """
        return self._said.get(timeout=seconds)

    def _read(self) -> None:
        assert self._server.stdout is not None
        for line in self._server.stdout:
            self._said.put(line.strip())


class Process:
    """A process that has begun its job."""

    def __init__(self, forks: Forks, number: int) -> None:
        self._forks = forks
        self._number = number
        self._began = time.monotonic()
        self._is_ready = False
        self._status: int | None = None

    def ready(self) -> float:
        """Wait until the platform runs; return the seconds that starting took."""
        assert self._forks.hear() == "ready"
        self._is_ready = True
        return time.monotonic() - self._began

    def ended(self, seconds: float = _PATIENCE) -> int:
        """Wait for the end; return the exit status, negative for a signal.

        Raises:
            queue.Empty: it lives still.
        """
        while self._status is None:
            word, *rest = self._forks.hear(seconds).split()
            if word == "ended":
                self._status = int(rest[0])
            else:
                self._is_ready = True
        return self._status

    def kill(self) -> bool:
        """Kill it, if it did not do that itself; say whether it was ready before it died."""
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self._number, signal.SIGKILL)
        assert self.ended() == -signal.SIGKILL, "it ended, or failed, before it was killed"
        return self._is_ready
