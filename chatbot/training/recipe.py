# pyright: standard
"""From files to a complete checkpoint: what ``chatbot train`` does, step by step. Knows nothing of the command line.

A complete checkpoint holds float16 safetensors in shards that fit anywhere, ``tokenizer.json``, ``dialogue_format.json``
and ``training.json`` (what it was trained on, and the figures at the end), and loads with plain transformers too.
"""

import json
import math
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from transformers import GPT2LMHeadModel

from chatbot.dialogue import ranking
from chatbot.dialogue.examples import ExampleMemory, Exchange, exchanges_of
from chatbot.dialogue.format import DialogueFormat, Markers
from chatbot.errors import ConfigError, DataError
from chatbot.generation.hub import find_folder
from chatbot.generation.tokenizer import Tokenizer
from chatbot.generation.weights import load_checkpoint
from chatbot.training.clock import last_snapshot
from chatbot.training.dialogues import Dialogue, is_held_out, read_dialogues, read_text
from chatbot.training.finetune import Shape, TrainingPlan, new_model, train
from chatbot.training.vocabulary import train_vocabulary
from chatbot.training.windows import DialogueWindows, TextWindows, WindowOptions

NEW = "new"
_TEXT_WINDOW = 128
_SHARD_SIZE = "14MB"
_HINTS = "hints.json"
_SNAPSHOTS = "snapshots"


@dataclass(frozen=True, slots=True)
class Material:
    """One training input: files or a folder, and its share of the tokens seen."""

    path: Path
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out.

    Attributes:
        base: folder of the checkpoint to go on from, or ``NEW``.
        dialogues: the bot's own; the first one's held-out part is the evaluation set.
        text: plain text for language modelling.
        without_sources: collections inside the dialogue files to leave out.
        hints: show example replies in the prompts (retrieve-and-refine).
        vocabulary: number of ids, for a new model.
    """

    base: str
    dialogues: tuple[Material, ...]
    out: Path
    plan: TrainingPlan
    text: tuple[Material, ...] = ()
    without_sources: tuple[str, ...] = ()
    hints: bool = True
    vocabulary: int = 8192
    shape: Shape = field(default_factory=Shape)


def run(recipe: Recipe, resume: bool = False) -> dict[str, float]:
    """Train by ``recipe``, leave a complete checkpoint in ``recipe.out`` and return the evaluation figures.

    Raises:
        ConfigError: an earlier run's snapshots are in ``recipe.out`` and ``resume`` is false, or the shape is impossible.
        DataError: a training file cannot be used.
        ModelError: the base checkpoint cannot be used.
    """
    snapshots = recipe.out / _SNAPSHOTS
    if not resume and last_snapshot(snapshots):
        raise ConfigError(
            f"{recipe.out}에 학습하던 기록이 있어요. 이어서 하려면 --resume을 붙이고, 새로 하려면 다른 폴더를 --out으로 주거나 "
            f"{snapshots} 폴더를 지워 주세요."
        )
    recipe.out.mkdir(parents=True, exist_ok=True)
    groups = [_read(material, recipe.without_sources) for material in recipe.dialogues]
    held_out = [dialogue for dialogue in groups[0] if is_held_out(dialogue)]
    groups = [[dialogue for dialogue in group if not is_held_out(dialogue)] for group in groups]
    for material, group in zip(recipe.dialogues, groups, strict=True):
        if not any(dialogue.has_bot for dialogue in group):
            raise DataError(f"{material.path}에 봇이 대답하는 대화가 너무 적어요. 대화를 더 모아 주세요.")
    base = None if recipe.base == NEW else find_folder(recipe.base)
    if base is None:
        # What an earlier run left is used only to go on with that run: the data may be other now.
        if not (resume and (recipe.out / "tokenizer.json").exists()):
            train_vocabulary(_vocabulary_texts(groups, recipe.text), recipe.vocabulary, recipe.out)
        tokenizer = Tokenizer.load(recipe.out)
        model, markers = new_model(tokenizer, recipe.shape, recipe.plan.seed), Markers()
    else:
        tokenizer, markers = Tokenizer.load(base), Markers.load(base)
        load_checkpoint(base, "cpu", "float32", tokenizer.vocab_size)  # checks it, and converts a pickle safely
        model = GPT2LMHeadModel.from_pretrained(base, dtype=torch.float32)
    format = DialogueFormat(markers, tokenizer)
    options = WindowOptions(length=model.config.n_positions)
    sources: list[tuple[float, DialogueWindows | TextWindows]] = [
        (material.share, TextWindows(read_text([material.path]), tokenizer, _TEXT_WINDOW)) for material in recipe.text
    ]
    for index, (material, dialogues) in enumerate(zip(recipe.dialogues, groups, strict=True)):
        hints = _hints(dialogues, recipe.out / _HINTS, resume) if recipe.hints and index == 0 else None
        sources.append((material.share, DialogueWindows(dialogues, format, options, hints)))
    figures = train(model, tokenizer, format, snapshots, recipe.plan, sources, held_out, resume)
    _save(model, recipe, base, markers, figures)
    return figures


def nearest_replies(dialogues: Sequence[Dialogue]) -> dict[tuple[str, int], str]:
    """Return, for (dialogue id, bot turn), the reply of the nearest exchange of any other dialogue."""
    memory = ExampleMemory.build(exchanges_in(dialogues))
    hints: dict[tuple[str, int], str] = {}
    for dialogue in dialogues:
        for index, turn in enumerate(dialogue.turns):
            if index == 0 or not turn.speaker.is_bot:
                continue
            situation = [earlier.text for earlier in dialogue.turns[max(0, index - 3) : index]]
            for match in memory.nearest(situation, turn.level, count=6):
                if match.exchange.origin != dialogue.id and match.exchange.reply != turn.text:
                    hints[dialogue.id, index] = match.exchange.reply
                    break
    return hints


def _hints(dialogues: Sequence[Dialogue], file: Path, resume: bool) -> dict[tuple[str, int], str]:
    """Return ``nearest_replies``, kept in ``file`` so that a resumed run need not search for minutes again."""
    if not (resume and file.exists()):
        found = nearest_replies(dialogues)
        file.write_text(json.dumps([[*key, reply] for key, reply in found.items()], ensure_ascii=False), "utf-8")
    return {(id, index): reply for id, index, reply in json.loads(file.read_text("utf-8"))}


def exchanges_in(dialogues: Sequence[Dialogue]) -> list[Exchange]:
    """Return every exchange of ``dialogues``, in order."""
    return [exchange for dialogue in dialogues for exchange in exchanges_of(dialogue.turns, dialogue.id)]


def _read(material: Material, without: Sequence[str]) -> list[Dialogue]:
    dialogues = [dialogue for dialogue in read_dialogues([material.path]) if dialogue.source not in without]
    if not dialogues:
        raise DataError(f"{material.path}에 학습할 대화가 없어요. 파일 내용과 --without-source 값을 확인해 주세요.")
    return dialogues


def _vocabulary_texts(groups: Sequence[Sequence[Dialogue]], text: Sequence[Material]) -> Iterator[str]:
    """Yield the bot's own dialogues three times, so that their words become whole tokens, then the rest once."""
    for index, group in enumerate(groups):
        for dialogue in group:
            for turn in dialogue.turns:
                yield from [turn.text] * (3 if index == 0 else 1)
    for material in text:
        yield from read_text([material.path])


def _save(
    model: GPT2LMHeadModel, recipe: Recipe, base: Path | None, markers: Markers, figures: dict[str, float]
) -> None:
    model.half().save_pretrained(recipe.out, max_shard_size=_SHARD_SIZE)
    model.float()
    if base is not None and not base.samefile(recipe.out):
        shutil.copyfile(base / "tokenizer.json", recipe.out / "tokenizer.json")
        if (base / ranking.FILE_NAME).exists():  # how far the base's words are trusted holds for what grew from it
            shutil.copyfile(base / ranking.FILE_NAME, recipe.out / ranking.FILE_NAME)
    markers.save(recipe.out)
    lineage = {
        "base": base.resolve().name if base and Path(recipe.base).expanduser().is_dir() else recipe.base,
        "dialogues": [material.path.name for material in recipe.dialogues],
        "text": [material.path.name for material in recipe.text],
        "without_sources": list(recipe.without_sources),
        "plan": asdict(recipe.plan),
        "figures": {name: value for name, value in figures.items() if name == "eval_loss" and not math.isnan(value)},
    }
    (recipe.out / "training.json").write_text(json.dumps(lineage, ensure_ascii=False, indent=2) + "\n", "utf-8")
