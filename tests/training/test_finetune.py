# pyright: standard
"""Training by the clock: its schedule, its end, its snapshots, and a run that is killed and goes on."""

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import TrainerControl, TrainerState, TrainingArguments

from chatbot.dialogue.format import DialogueFormat, Markers
from chatbot.errors import ConfigError
from chatbot.generation.tokenizer import Tokenizer
from chatbot.training.clock import Clock, last_snapshot, minutes_spent, snapshot_step
from chatbot.training.dialogues import Dialogue
from chatbot.training.finetune import Shape, TrainingPlan, learning_rate_factor, new_model, train
from chatbot.training.recipe import NEW, Material, Recipe, run
from chatbot.training.windows import DialogueWindows, WindowOptions

TINY = Shape(layers=1, width=32, heads=2, positions=64)
ROOT = Path(__file__).parents[2]


def test_the_learning_rate_warms_up_stays_and_decays() -> None:
    assert [learning_rate_factor(at) for at in (0, 0.01, 0.02, 0.3, 0.549)] == [0.01, 0.5, 1, 1, 1]
    assert learning_rate_factor(0.775) == pytest.approx(0.5)
    assert learning_rate_factor(1) == 0.02


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_learning_rate_falls_only_after_its_plateau(one: float, other: float) -> None:
    early, late = sorted((one, other))
    if early >= 0.02:
        assert learning_rate_factor(early) >= learning_rate_factor(late)
    if late <= 0.55:
        assert learning_rate_factor(early) <= learning_rate_factor(late)
    assert 0.01 <= learning_rate_factor(one) <= 1


def test_a_clock_goes_on_from_what_was_spent(tmp_path: Path) -> None:
    clock = Clock(minutes=1, spent=3, save_minutes=5)
    assert clock.progress == pytest.approx(0.75, abs=0.01)
    arguments = TrainingArguments(output_dir=str(tmp_path))
    clock.on_save(arguments, TrainerState(), TrainerControl())
    assert minutes_spent(tmp_path) == pytest.approx(3, abs=0.05)
    assert [file.name for file in tmp_path.iterdir()] == ["clock.json"]


@pytest.mark.parametrize(
    ("minutes", "save_minutes", "stops", "saves"), [(1, 1, False, False), (1, 0, False, True), (0, 1, True, True)]
)
def test_a_clock_saves_when_due_and_stops_in_time(
    tmp_path: Path, minutes: float, save_minutes: float, stops: bool, saves: bool
) -> None:
    control = TrainerControl()
    arguments = TrainingArguments(output_dir=str(tmp_path))
    Clock(minutes, 0, save_minutes).on_step_end(arguments, TrainerState(), control)
    assert (control.should_training_stop, control.should_save) == (stops, saves)


def test_the_last_whole_snapshot_counts(tmp_path: Path) -> None:
    assert last_snapshot(tmp_path / "nowhere") is None
    for step, state in ((9, "{}"), (100, '{"global_step": 100}'), (101, '{"half'), (102, None)):
        (tmp_path / f"checkpoint-{step}").mkdir()
        if state is not None:
            (tmp_path / f"checkpoint-{step}" / "trainer_state.json").write_text(state)
    found = last_snapshot(tmp_path)
    assert found is not None
    assert snapshot_step(found) == 100


def test_a_shape_that_cannot_be_is_refused(small_tokenizer_folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"33.*--heads"):
        new_model(Tokenizer.load(small_tokenizer_folder), Shape(1, 33, 2, 64), 0)


def test_a_seed_decides_the_first_weights(small_tokenizer_folder: Path) -> None:
    tokenizer = Tokenizer.load(small_tokenizer_folder)
    a, b, c = (new_model(tokenizer, TINY, seed).transformer.wte.weight for seed in (0, 0, 1))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


@pytest.fixture
def learn(
    small_tokenizer_folder: Path, toy_dialogues: list[Dialogue], tmp_path: Path
) -> Callable[..., dict[str, float]]:
    """Train a tiny model for some seconds; return the figures."""
    tokenizer = Tokenizer.load(small_tokenizer_folder)
    format = DialogueFormat(Markers(), tokenizer)

    def learn(seconds: float, resume: bool = False, held_out: int = 10) -> dict[str, float]:
        plan = TrainingPlan(seconds / 60, tokens_per_step=512, learning_rate=1e-2, save_minutes=10)
        sources = [(1.0, DialogueWindows(toy_dialogues[held_out:], format, WindowOptions(64)))]
        model = new_model(tokenizer, TINY, 0)
        return train(model, tokenizer, format, tmp_path / "out", plan, sources, toy_dialogues[:held_out], resume)

    return learn


def test_training_stops_in_time_learns_and_shows_how_it_goes(
    learn: Callable[..., dict[str, float]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    started = time.monotonic()
    figures = learn(8)
    took = time.monotonic() - started
    assert 8 <= took < 8 + 30  # a step, the snapshot, the measuring; slow machines too
    # Knowing nothing is log(2000) = 7.6. How far it gets in its seconds depends on the machine; that it learns does not.
    assert figures["eval_loss"] < math.log(2000) - 0.1
    out, err = capsys.readouterr()
    assert out == ""
    last = err.replace("\r", "\n").strip().splitlines()[-1]
    assert re.search(r"학습 +\d+% .*남은 시간 .*, \d+걸음, 손실 \d+\.\d{3}, [\d,]+토큰/초", last), last
    assert "10000000" not in err
    snapshot = last_snapshot(tmp_path / "out")
    assert snapshot is not None
    state = json.loads((snapshot / "trainer_state.json").read_bytes())
    assert state["global_step"] == snapshot_step(snapshot) > 3


def test_nothing_held_out_is_no_mistake(learn: Callable[..., dict[str, float]]) -> None:
    assert math.isnan(learn(0.1, held_out=0)["eval_loss"])


def test_resuming_without_a_snapshot_begins(learn: Callable[..., dict[str, float]], tmp_path: Path) -> None:
    learn(0.1, resume=True)
    assert minutes_spent(tmp_path / "out") * 60 < 60


def recipe(out: Path, data: Path, seconds: float) -> Recipe:
    plan = TrainingPlan(seconds / 60, tokens_per_step=256, learning_rate=1e-3, save_minutes=1 / 60)
    return Recipe(NEW, (Material(data),), out, plan, vocabulary=1000, shape=TINY)


_TRAIN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_finetune import recipe
from chatbot.training.recipe import run
run(recipe(Path(sys.argv[2]), Path(sys.argv[3]), 600.0))
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was(write_dialogues: Callable[[int], Path], tmp_path: Path) -> None:
    data, out = write_dialogues(30), tmp_path / "out"
    snapshots = out / "snapshots"
    killed = subprocess.Popen(
        [sys.executable, "-c", _TRAIN, str(Path(__file__).parent), str(out), str(data)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + 240
        while not ((saved := last_snapshot(snapshots)) and snapshot_step(saved) >= 20 and minutes_spent(snapshots)):
            assert killed.poll() is None, killed.communicate()[1].decode()
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
    # As if the kill had come while a snapshot was being written.
    (snapshots / "checkpoint-999999").mkdir()
    saved = last_snapshot(snapshots)
    assert saved is not None
    step, spent = snapshot_step(saved), minutes_spent(snapshots)
    hints = (out / "hints.json").stat().st_mtime_ns

    with pytest.raises(ConfigError, match="--resume"):
        run(recipe(out, data, 1))
    assert last_snapshot(snapshots) == saved  # refused before anything was touched

    more = 8  # seconds: a busy machine took one whole second for two steps
    run(recipe(out, data, more), resume=True)
    final = last_snapshot(snapshots)
    assert final is not None
    state = json.loads((final / "trainer_state.json").read_bytes())
    steps: list[dict[str, Any]] = state["log_history"]
    assert state["global_step"] > step  # it went on from there
    assert any(entry["step"] <= step for entry in steps)  # and remembers what came before
    assert spent + more / 60 <= minutes_spent(snapshots) < spent + more / 60 + 1
    assert (out / "hints.json").stat().st_mtime_ns == hints  # no second search
    # Of a schedule of spent + more seconds, what was resumed began late: no second warm-up.
    # The first step still has the rate of the snapshot, which lies in the first warm-up where the kill came quickly.
    _, *resumed = [entry["learning_rate"] for entry in steps if "learning_rate" in entry and entry["step"] > step]
    assert len(resumed) > 1
    assert all(later <= earlier for earlier, later in pairwise(resumed))
