# pyright: standard
"""The wall clock that ends a training run and drives its schedule. Knows nothing of models."""

import json
import os
import time
from pathlib import Path
from typing import Any, cast

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer import TRAINER_STATE_NAME

_FILE = "clock.json"
_PREFIX = "checkpoint-"


class Clock(TrainerCallback):
    """Counts the time spent, over resumed runs too; saves a snapshot now and then, and stops when the time is up.

    Attributes:
        limit: seconds that this run may take.
    """

    def __init__(self, minutes: float, spent: float, save_minutes: float) -> None:
        """Start counting.

        Args:
            minutes: what this run may take.
            spent: minutes that earlier runs took.
        """
        self._started = time.monotonic()
        self._spent = spent * 60
        self.limit = minutes * 60
        self._save_every = save_minutes * 60
        self._saved = self._started

    @property
    def here(self) -> float:
        """Seconds that this run took so far."""
        return time.monotonic() - self._started

    @property
    def seconds(self) -> float:
        """Seconds that this run and those it goes on from took so far."""
        return self._spent + self.here

    @property
    def progress(self) -> float:
        """Share of the whole time that has passed, 0 to 1."""
        return min(1.0, self.seconds / (self._spent + self.limit))

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Ask for a snapshot when one is due, and for the end when the time is up."""
        now = time.monotonic()
        if now - self._started >= self.limit:
            control.should_training_stop = True
            control.should_save = True
        elif now - self._saved >= self._save_every:
            self._saved = now
            control.should_save = True

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Write the time down beside the snapshots; a run killed meanwhile leaves the old file or the new one."""
        file = Path(cast(str, args.output_dir), _FILE)
        half_written = file.with_suffix(".part")
        half_written.write_text(json.dumps({"minutes": self.seconds / 60}))
        os.replace(half_written, file)  # noqa: PTH105


def minutes_spent(folder: Path) -> float:
    """Return the minutes that the runs whose snapshots are in ``folder`` took; 0 where nothing is known."""
    file = folder / _FILE
    return float(json.loads(file.read_text())["minutes"]) if file.exists() else 0.0


def last_snapshot(folder: Path) -> Path | None:
    """Return the newest whole snapshot in ``folder``.

    The Trainer writes its state last: a snapshot without it was being written when the run was killed.
    """
    found = sorted(folder.glob(f"{_PREFIX}*"), key=snapshot_step, reverse=True)
    return next((snapshot for snapshot in found if _is_whole(snapshot)), None)


def snapshot_step(snapshot: Path) -> int:
    """Return the number of steps after which a snapshot was taken."""
    return int(snapshot.name.removeprefix(_PREFIX))


def _is_whole(snapshot: Path) -> bool:
    try:
        json.loads((snapshot / TRAINER_STATE_NAME).read_bytes())
    except (OSError, ValueError):
        return False
    return True
