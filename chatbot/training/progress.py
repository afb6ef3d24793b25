# pyright: standard
"""Shows how a training run goes: one line on stderr. Knows nothing of what is trained."""

import sys
from typing import Any

from tqdm import tqdm
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from chatbot.training.clock import Clock

_LINE = "{desc} {percentage:3.0f}% |{bar:24}| 남은 시간 {remaining}{postfix}"


class ProgressLine(TrainerCallback):
    """A bar over the run's time, with steps, loss (nats a token) and tokens a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bar: tqdm[Any] | None = None
        self._loss = ""
        self._before = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Show the bar."""
        self._before = state.num_input_tokens_seen
        self._bar = tqdm(
            total=self._clock.limit,
            desc="학습",
            bar_format=_LINE,
            file=sys.stderr,
            dynamic_ncols=True,
            mininterval=0.5 if sys.stderr.isatty() else 30,  # a log file need not hold every step
        )

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Remember the loss."""
        if logs and "loss" in logs:
            self._loss = f", 손실 {float(logs['loss']):.3f}"

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Move the bar to the time that has passed."""
        if self._bar is not None:
            seconds = self._clock.here
            speed = (state.num_input_tokens_seen - self._before) / max(seconds, 1e-3)
            text = f"{state.global_step:,}걸음{self._loss}, {speed:,.0f}토큰/초"
            self._bar.set_postfix_str(text, refresh=False)
            self._bar.update(min(seconds, self._clock.limit) - self._bar.n)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Leave the last state standing."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
