"""Trains a checkpoint with the Hugging Face Trainer: from scratch, on text, on dialogues, by the clock.

The learning rate warms up, stays, and decays over the last 45% of the time or of the epochs (warmup-stable-decay, Hu et
al. 2024, MiniCPM): a run cut into pieces by ``--minutes`` and ``--resume`` can go on without a schedule known in advance.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.trainer_utils import get_last_checkpoint

from chatbot.dialogue.format import DialogueFormat
from chatbot.generation.tokenizer import Tokenizer
from chatbot.training.dialogues import Dialogue
from chatbot.training.windows import Batches, DialogueWindows, TextWindows, WindowOptions, pad_rows

_CLOCK_FILE = "clock.json"


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a new model. The default fits what two CPU cores can train in two hours."""

    layers: int = 4
    width: int = 256
    heads: int = 4
    positions: int = 256


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How long and how fast to train.

    Attributes:
        minutes: wall-clock time of this call; the schedule spans it and what earlier calls took.
        tokens_per_step: batch size in tokens.
        learning_rate: the peak.
    """

    minutes: float
    tokens_per_step: int = 1536
    learning_rate: float = 1e-3
    seed: int = 0
    save_minutes: float = 5.0


def new_model(tokenizer: Tokenizer, shape: Shape, seed: int) -> GPT2LMHeadModel:
    """Return a model with random weights in KoGPT2's format (GPT2LMHeadModel, tied embeddings)."""
    torch.manual_seed(seed)
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=tokenizer.vocab_size,
            n_positions=shape.positions,
            n_embd=shape.width,
            n_layer=shape.layers,
            n_head=shape.heads,
            bos_token_id=tokenizer.bos_id,
            eos_token_id=tokenizer.eos_id,
            pad_token_id=tokenizer.pad_id,
            resid_pdrop=0.05,
            embd_pdrop=0.05,
            attn_pdrop=0.0,
        )
    )


class _Clock(TrainerCallback):
    """Counts the minutes spent, over resumed runs too, and stops the training when they are up."""

    def __init__(self, minutes: float, spent: float, save_minutes: float) -> None:
        self._started = time.monotonic()
        self._spent = spent * 60
        self._limit = minutes * 60
        self._save_every = save_minutes * 60
        self._saved = self._started

    @property
    def seconds(self) -> float:
        return self._spent + time.monotonic() - self._started

    def progress(self, step: int) -> float:
        return min(1.0, self.seconds / (self._spent + self._limit))

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        now = time.monotonic()
        if now - self._started >= self._limit:
            control.should_training_stop = True
            control.should_save = True
        elif now - self._saved >= self._save_every:
            self._saved = now
            control.should_save = True
        return control

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        Path(cast(str, args.output_dir), _CLOCK_FILE).write_text(json.dumps({"minutes": self.seconds / 60}))


def learning_rate_factor(progress: float, warmup: float = 0.02, decay: float = 0.45) -> float:
    """Return the share of the peak learning rate at ``progress`` (0 to 1): warm up, stay, decay to 2%."""
    if progress < warmup:
        return max(0.01, progress / warmup)
    if progress < 1 - decay:
        return 1.0
    return max(0.02, (1 - progress) / decay)


def train(
    model: GPT2LMHeadModel,
    tokenizer: Tokenizer,
    format: DialogueFormat,
    out: Path,
    plan: TrainingPlan,
    sources: Sequence[tuple[float, DialogueWindows | TextWindows]],
    held_out: Sequence[Dialogue],
    resume: bool = False,
) -> dict[str, float]:
    """Train ``model`` and leave a complete float32 checkpoint in ``out/last``; return the evaluation figures.

    Snapshots for ``resume`` are kept in ``out``.
    """
    positions = cast(int, model.config.n_positions)
    snapshot = get_last_checkpoint(str(out)) if resume and out.exists() else None
    clock_file = out / _CLOCK_FILE
    spent = json.loads(clock_file.read_text())["minutes"] if snapshot and clock_file.exists() else 0.0
    clock = _Clock(plan.minutes, spent, plan.save_minutes)
    arguments = TrainingArguments(
        output_dir=str(out),
        max_steps=10**7,  # the clock decides
        per_device_train_batch_size=1,  # a batch is one item of the stream
        per_device_eval_batch_size=16,
        learning_rate=plan.learning_rate,
        weight_decay=0.05,
        adam_beta2=0.98,
        max_grad_norm=1.0,
        bf16=torch.cuda.is_available(),
        logging_steps=50,
        save_strategy="steps",
        save_steps=10**7,
        save_total_limit=2,
        ignore_data_skip=True,
        remove_unused_columns=False,
        dataloader_num_workers=0,
        report_to=[],
        seed=plan.seed,
    )
    optimizer = torch.optim.AdamW(
        _parameter_groups(model, arguments.weight_decay), lr=plan.learning_rate, betas=(0.9, 0.98), fused=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate_factor(clock.progress(step)))
    start = int(Path(snapshot).name.split("-")[-1]) if snapshot else 0
    evaluation = DialogueWindows(held_out, format, WindowOptions(positions))
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=Batches(sources, plan.tokens_per_step, tokenizer.pad_id, seed=plan.seed + start),
        eval_dataset=cast(Dataset[Any], [evaluation.encode(dialogue) for dialogue in held_out]),
        data_collator=lambda items: _collate(items, tokenizer.pad_id),
        optimizers=(optimizer, schedule),
        callbacks=[clock],
    )
    trainer.train(resume_from_checkpoint=snapshot)
    figures = trainer.evaluate()
    model.save_pretrained(out / "last")
    return figures


def _collate(items: list[Any], pad_id: int) -> dict[str, Tensor]:
    return items[0] if isinstance(items[0], dict) else pad_rows(items, pad_id)


def _parameter_groups(model: GPT2LMHeadModel, weight_decay: float) -> list[dict[str, Any]]:
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
