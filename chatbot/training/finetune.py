# pyright: standard
"""Trains a checkpoint with the Hugging Face Trainer: from scratch, on text, on dialogues, by the clock.

The learning rate warms up, stays, and decays over the last 45% of the time or of the epochs (warmup-stable-decay, Hu et
al. 2024, MiniCPM): a run cut into pieces by ``--minutes`` and ``--resume`` can go on without a schedule known in advance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import GPT2Config, GPT2LMHeadModel, PrinterCallback, Trainer, TrainingArguments

from chatbot.dialogue.format import DialogueFormat
from chatbot.errors import ConfigError
from chatbot.generation.tokenizer import Tokenizer
from chatbot.training.clock import Clock, last_snapshot, minutes_spent, snapshot_step
from chatbot.training.dialogues import Dialogue
from chatbot.training.progress import ProgressLine
from chatbot.training.windows import Batches, DialogueWindows, TextWindows, WindowOptions, pad_rows


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
    """Return a model with random weights in KoGPT2's format (GPT2LMHeadModel, tied embeddings).

    Raises:
        ConfigError: the heads do not divide the width.
    """
    if shape.width % shape.heads:
        raise ConfigError(
            f"모델의 폭({shape.width})이 머리 수({shape.heads})로 나누어떨어지도록 --width와 --heads를 맞춰 주세요."
        )
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
    """Train ``model`` in place and return the evaluation figures; snapshots for ``resume`` are kept in ``out``.

    With ``resume`` and no snapshot there, it starts from the beginning. ``eval_loss`` (nats a token) is NaN where nothing
    was held out to measure it on.
    """
    positions = cast(int, model.config.n_positions)
    snapshot = last_snapshot(out) if resume else None
    clock = Clock(plan.minutes, minutes_spent(out) if snapshot else 0.0, plan.save_minutes)
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
        logging_steps=10,
        disable_tqdm=True,  # its bar counts steps, of which nobody knows how many there will be
        include_num_input_tokens_seen="non_padding",
        save_strategy="steps",
        save_steps=10**7,
        save_total_limit=2,
        ignore_data_skip=True,
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        dataloader_num_workers=0,
        report_to=[],
        seed=plan.seed,
    )
    optimizer = torch.optim.AdamW(
        _parameter_groups(model, arguments.weight_decay), lr=plan.learning_rate, betas=(0.9, 0.98), fused=True
    )
    # The clock, not the step, drives the schedule: on shared machines steps take unequal time.
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: learning_rate_factor(clock.progress))
    start = snapshot_step(snapshot) if snapshot else 0
    measured = [dialogue for dialogue in held_out if dialogue.has_bot]
    evaluation = DialogueWindows(measured, format, WindowOptions(positions))
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=Batches(sources, plan.tokens_per_step, tokenizer.pad_id, seed=plan.seed + start),
        eval_dataset=cast(Dataset[Any], [evaluation.encode(dialogue) for dialogue in measured]),
        data_collator=lambda items: _collate(items, tokenizer.pad_id),
        optimizers=(optimizer, schedule),
        callbacks=[clock, ProgressLine(clock)],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=str(snapshot) if snapshot else None)
    return trainer.evaluate() if measured else {"eval_loss": math.nan}


def _collate(items: list[Any], pad_id: int) -> dict[str, Tensor]:
    return items[0] if isinstance(items[0], dict) else pad_rows(items, pad_id)


def _parameter_groups(model: GPT2LMHeadModel, weight_decay: float) -> list[dict[str, Any]]:
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
