# pyright: standard
"""What ``chatbot train`` leaves: a complete checkpoint, with plain transformers and with our own engine."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from chatbot.dialogue.format import DialogueFormat, Markers
from chatbot.errors import DataError, ModelError
from chatbot.generation import Engine, SamplingParams
from chatbot.generation.tokenizer import Tokenizer
from chatbot.training.dialogues import Dialogue, is_held_out, read_dialogues
from chatbot.training.finetune import Shape, TrainingPlan
from chatbot.training.recipe import NEW, Material, Recipe, exchanges_in, nearest_replies, run

PLAN = TrainingPlan(minutes=0.5 / 60, tokens_per_step=256)
TINY = Shape(layers=1, width=32, heads=2, positions=64)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, toy_rows: Callable[[int], list[dict[str, object]]]) -> Path:
    file = tmp_path_factory.mktemp("data") / "toy.jsonl"
    rows = [{**row, "source": "빼기" if number % 2 else "남기기"} for number, row in enumerate(toy_rows(60))]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("text") / "글.txt"
    file.write_text("바다가 보이는 언덕에 집이 있다.\n고양이가 잔다.\n" * 20, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory, data: Path, text: Path) -> Path:
    out = tmp_path_factory.mktemp("run") / "model"
    recipe = Recipe(
        NEW, (Material(data, 0.8),), out, PLAN, (Material(text, 0.2),), ("빼기",), vocabulary=1000, shape=TINY
    )
    figures = run(recipe)
    assert figures["eval_loss"] > 0
    return out


def test_it_loads_with_plain_transformers_and_with_ours(checkpoint: Path) -> None:
    model = GPT2LMHeadModel.from_pretrained(checkpoint)
    tokenizer = Tokenizer.load(checkpoint)
    markers = Markers.load(checkpoint)
    assert (checkpoint / "dialogue_format.json").is_file()
    assert model.config.vocab_size == tokenizer.vocab_size <= 1000
    assert (model.config.bos_token_id, model.config.eos_token_id, model.config.pad_token_id) == (0, 1, 3)
    assert model.lm_head.weight is model.transformer.wte.weight
    assert model.dtype is torch.float16  # half the download
    ids = DialogueFormat(markers, tokenizer).reply_start()
    assert torch.isfinite(model.float()(torch.tensor([ids])).logits).all()


async def test_it_serves(checkpoint: Path) -> None:
    async with Engine.load(checkpoint, device="cpu") as engine:
        start = DialogueFormat(Markers.load(checkpoint), engine.tokenizer).reply_start()
        assert await engine.generate(start, SamplingParams(max_new_tokens=4, seed=0))


def test_its_lineage_is_told(checkpoint: Path) -> None:
    lineage = json.loads((checkpoint / "training.json").read_text(encoding="utf-8"))
    assert lineage["base"] == "new"
    assert lineage["dialogues"] == ["toy.jsonl"]
    assert lineage["text"] == ["글.txt"]
    assert lineage["without_sources"] == ["빼기"]
    assert lineage["plan"]["tokens_per_step"] == 256
    assert list(lineage["figures"]) == ["eval_loss"]
    assert lineage["figures"]["eval_loss"] > 0


def test_shards_are_small(tmp_path: Path, data: Path) -> None:
    wide = Shape(layers=10, width=320, heads=2, positions=64)
    run(Recipe(NEW, (Material(data),), tmp_path, replace(PLAN, minutes=1e-4), vocabulary=1000, shape=wide, hints=False))
    shards = list(tmp_path.glob("*.safetensors"))
    assert len(shards) > 1
    assert max(shard.stat().st_size for shard in shards) <= 15_000_000
    assert sum(shard.stat().st_size for shard in shards) > 20_000_000
    assert GPT2LMHeadModel.from_pretrained(tmp_path).config.n_layer == 10


def test_going_on_from_a_checkpoint(checkpoint: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "second"
    still = TrainingPlan(minutes=1e-4, tokens_per_step=64, learning_rate=1e-9)
    run(Recipe(str(checkpoint), (Material(data),), out, still, hints=False))
    assert (out / "tokenizer.json").read_bytes() == (checkpoint / "tokenizer.json").read_bytes()
    assert json.loads((out / "training.json").read_text())["base"] == checkpoint.name
    before, after = (GPT2LMHeadModel.from_pretrained(folder).state_dict() for folder in (checkpoint, out))
    assert all(torch.allclose(before[name], after[name], atol=1e-3) for name in before)


def test_into_the_folder_of_the_base(checkpoint: Path, data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    for file in checkpoint.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    run(Recipe(str(folder), (Material(data),), folder, replace(PLAN, minutes=1e-4), hints=False))
    assert GPT2LMHeadModel.from_pretrained(folder).config.vocab_size == Tokenizer.load(folder).vocab_size


def test_a_base_that_is_none_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="없는폴더"):
        run(Recipe(str(tmp_path / "없는폴더"), (Material(data),), tmp_path / "out", PLAN))


def test_a_base_without_weights_is_refused(checkpoint: Path, data: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((checkpoint / name).read_bytes())
    with pytest.raises(ModelError, match="가중치"):
        run(Recipe(str(tmp_path), (Material(data),), tmp_path / "out", PLAN))


def test_data_of_which_nothing_is_left_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--without-source"):
        run(Recipe(NEW, (Material(data),), tmp_path, PLAN, without_sources=("빼기", "남기기")))


def test_data_in_which_the_bot_is_silent_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl"
    file.write_text(json.dumps({"turns": [{"speaker": "user", "text": "혼잣말"}]}, ensure_ascii=False) * 1)
    with pytest.raises(DataError, match=r"people\.jsonl.*대화를 더"):
        run(Recipe(NEW, (Material(file),), tmp_path / "out", PLAN))


def test_a_fresh_run_uses_nothing_that_another_left(data: Path, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("what an earlier run left")
    (tmp_path / "hints.json").write_text("and its hints")
    run(Recipe(NEW, (Material(data),), tmp_path, replace(PLAN, minutes=1e-4), vocabulary=1000, shape=TINY))
    assert Tokenizer.load(tmp_path).vocab_size > 375
    assert json.loads((tmp_path / "hints.json").read_text())


def test_held_out_dialogues_are_never_trained_on(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []

    def train(model: object, tokenizer: object, format: object, out: object, plan: object, sources: list[tuple[float, object]], held_out: list[Dialogue], resume: bool) -> dict[str, float]:  # fmt: skip # noqa: E501
        seen.append({dialogue.id for _, windows in sources for dialogue in windows._dialogues})  # type: ignore[attr-defined]
        seen.append({dialogue.id for dialogue in held_out})
        return {"eval_loss": 1.0}

    monkeypatch.setattr("chatbot.training.recipe.train", train)
    run(Recipe(NEW, (Material(data),), tmp_path, PLAN, vocabulary=1000, shape=TINY))
    trained, held_out = seen
    everything = {dialogue.id for dialogue in read_dialogues([data])}
    assert held_out == {dialogue.id for dialogue in read_dialogues([data]) if is_held_out(dialogue)} != set()
    assert trained | held_out == everything
    assert not trained & held_out
    hinted = {id for id, _, _ in json.loads((tmp_path / "hints.json").read_text())}
    assert hinted
    assert not hinted & held_out


def test_a_hint_never_comes_from_its_own_dialogue(toy_dialogues: list[Dialogue]) -> None:
    hints = nearest_replies(toy_dialogues)
    own = {dialogue.id: {turn.text for turn in dialogue.turns} for dialogue in toy_dialogues}
    said = {exchange.reply for exchange in exchanges_in(toy_dialogues)}
    assert len(hints) > 60
    for (id, index), hint in hints.items():
        assert hint in said
        assert next(d for d in toy_dialogues if d.id == id).turns[index].speaker.is_bot
        origins = {other for other, texts in own.items() if hint in texts}
        assert origins - {id}  # somebody else said it
        assert hint != next(d for d in toy_dialogues if d.id == id).turns[index].text


def test_the_nearest_situation_of_all_is_ones_own_and_is_passed_over(write_dialogues: Callable[[int], Path]) -> None:
    one = read_dialogues([write_dialogues(1)])
    assert nearest_replies(one) == {}
    twin = [replace(one[0], id="twin", turns=one[0].turns[:2]), *one]
    assert nearest_replies(twin).get(("toy-0", 1)) is None  # the twin's reply is the same one
