"""Up to where each channel was read, so that what was written while the bot was away can be fetched.

The marks may lag behind: what is fetched twice is refused by the framework's inbox. They must never run ahead, so a
message is marked once it is stored.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

_log = logging.getLogger(__name__)
ELSEWHERE = "*"
"""Stands for all channels that have no mark of their own: since when the bot has been about."""
_SAVE_SECONDS = 1.0
_MOST = 5000


class Seen(Protocol):
    """Where the marks are kept: the id of the last message, by channel id."""

    async def load(self) -> Mapping[str, str]:
        """Return the marks that were saved last; none at the first start."""
        ...

    async def save(self, marks: Mapping[str, str]) -> None:
        """Replace the marks."""
        ...


class SeenFile:
    """Marks in a small JSON file, which is replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def load(self) -> Mapping[str, str]:
        """Return what the file holds; a file that cannot be read is as good as none."""
        return await asyncio.to_thread(self._read)

    async def save(self, marks: Mapping[str, str]) -> None:
        """Write the file anew."""
        await asyncio.to_thread(self._write, json.dumps(marks))

    def _read(self) -> Mapping[str, str]:
        try:
            held: Any = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            _log.warning(
                "%s cannot be read (%s): missed messages are not fetched", self._path.name, type(error).__name__
            )
            return {}
        marks = cast("dict[object, object]", held) if isinstance(held, dict) else {}
        return {str(room): str(id) for room, id in marks.items() if str(id).isdecimal()}

    def _write(self, text: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_name(f"{self._path.name}.new")
        new.write_text(text, "utf-8")
        new.replace(self._path)


class Marks:
    """The marks while the bot runs; they are saved every second in which something changed.

    Args:
        seen: where they are kept; without it they last as long as the process.
    """

    def __init__(self, seen: Seen | None) -> None:
        self._seen = seen
        self._marks: dict[int, int] = {}
        self._elsewhere: int | None = None
        self._changed = asyncio.Event()

    async def load(self, now: int) -> None:
        """Take up the marks that are kept.

        Args:
            now: the id that a message of now would have: where the first start begins.
        """
        if self._elsewhere is not None:
            return
        held = dict(await self._seen.load()) if self._seen is not None else {}
        self._elsewhere = int(held.pop(ELSEWHERE, now))
        self._marks = {int(room): int(id) for room, id in held.items()}
        self._changed.set()

    def of(self, room: int) -> int:
        """Return the id from which on a channel is unread."""
        return self._marks.get(room, self._elsewhere or 0)

    def rooms(self) -> list[int]:
        """Return the channels that have a mark of their own, the latest ones first."""
        return sorted(self._marks, key=self._marks.__getitem__, reverse=True)

    def open(self, room: int, id: int) -> None:
        """Keep a channel in mind from its first message on: a private chat can be found in no other way."""
        if room not in self._marks:
            self.note(room, id - 1)

    def note(self, room: int, id: int) -> None:
        """Mark a message as read."""
        if id > self._marks.get(room, 0):
            self._marks[room] = id
            self._changed.set()

    async def keep_saving(self) -> None:
        """Save what changes, until being cancelled; then once more."""
        try:
            while True:
                await self._changed.wait()
                await self._save()
                await asyncio.sleep(_SAVE_SECONDS)
        finally:
            if self._changed.is_set():
                await self._save()

    async def _save(self) -> None:
        for room in self.rooms()[_MOST:]:
            del self._marks[room]
        marks = {f"{room}": f"{id}" for room, id in self._marks.items()}
        if self._elsewhere is not None:
            marks[ELSEWHERE] = f"{self._elsewhere}"
        self._changed.clear()
        try:
            if self._seen is not None:
                await self._seen.save(marks)
        except OSError as error:  # the next change tries again
            _log.warning("what was read cannot be noted: %s", type(error).__name__)
        except asyncio.CancelledError:
            self._changed.set()
            raise
