"""What the platform and the processes that it outlives tell each other: files of lines, one JSON value each.

Every line is one ``os.write`` on a descriptor opened with O_APPEND. What was written so survives the SIGKILL of whoever
wrote it, whole: it is in the page cache by then.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Planned:
    """A message that somebody will write."""

    room: str
    id: str
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A message of the bot's that reached the platform, and in which run of the bot."""

    run: int
    room: str
    nonce: str
    reply_to: str
    text: str


@dataclass(frozen=True, slots=True)
class Job:
    """What one process does before it dies.

    Attributes:
        run: its number.
        until: it delivers the plan's first so many messages, as far as they were not acknowledged.
        kill_behind: it kills itself behind its so many-th sending: sent, and not marked as sent.
        ends: whether it ends by itself when all is answered and sent; otherwise it waits to be killed.
        rooms: that section of the settings.
        engine_seconds: how long an answer takes.
        send_seconds: how long a sending takes at most.
        pause: seconds between a room's messages, at most.
    """

    folder: str
    run: int
    until: int
    kill_behind: int | None = None
    ends: bool = False
    rooms: Mapping[str, Any] = field(default_factory=dict[str, Any])
    engine_seconds: float = 0.005
    send_seconds: float = 0.003
    pause: float = 0.05


class Journal:
    """The files of one folder, which all processes share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, int] = {}

    @property
    def database(self) -> Path:
        """Where the bot keeps its history."""
        return self._folder / "chat.sqlite3"

    @property
    def log(self) -> Path:
        """Where the processes log to."""
        return self._folder / "log.txt"

    def write_plan(self, plan: Sequence[Planned]) -> None:
        """Say what will be written."""
        for message in plan:
            self._note("plan.jsonl", asdict(message))

    def plan(self) -> list[Planned]:
        """Return what will be written, in order."""
        return [Planned(**line) for line in self._lines("plan.jsonl")]

    def accepted(self) -> list[tuple[str, str]]:
        """Return room and id of each message that was acknowledged, in that order."""
        return [(room, id) for room, id in self._lines("accepted.log")]

    def note_accepted(self, message: Planned) -> None:
        """Acknowledge a message: it is not delivered again."""
        self._note("accepted.log", [message.room, message.id])

    def sendings(self) -> list[Sending]:
        """Return what reached the platform, in order."""
        return [Sending(**line) for line in self._lines("sent.log")]

    def note_sending(self, sending: Sending) -> None:
        """Let a message reach the platform."""
        self._note("sent.log", asdict(sending))

    def _note(self, name: str, value: object) -> None:
        if name not in self._open:
            self._open[name] = os.open(self._folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(self._open[name], (json.dumps(value, ensure_ascii=False) + "\n").encode())

    def _lines(self, name: str) -> list[Any]:
        file = self._folder / name
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
