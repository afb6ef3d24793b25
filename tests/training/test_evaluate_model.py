# pyright: standard
"""The evaluation of a tiny checkpoint: likelihoods against plain transformers, and the command."""

import asyncio
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel
from typer.testing import CliRunner

from chatbot.cli import main
from chatbot.dialogue.examples import exchanges_of
from chatbot.dialogue.format import DialogueFormat, Markers
from chatbot.dialogue.persona import name_line
from chatbot.errors import DataError, FormatError, ModelError
from chatbot.generation.tokenizer import Tokenizer
from chatbot.messages import Speaker, Turn
from chatbot.training.dialogues import Dialogue, is_held_out, read_dialogues
from chatbot.training.evaluate import EvaluationPlan, _ranks, evaluate
from chatbot.training.held_out import Item, partners, split
from chatbot.training.likelihood import ItemJudgement, Judged
from chatbot.training.matching import train_matcher
from chatbot.training.report import Report
from chatbot.training.systems import System, constant_reply


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, toy_rows: Callable[[int], list[dict[str, object]]]) -> Path:
    """200 conversations, of which 40 are held out."""
    held = [f"toy-{n}" for n in range(3000) if is_held_out(Dialogue(f"toy-{n}", ()))]
    kept = [f"toy-{n}" for n in range(300) if not is_held_out(Dialogue(f"toy-{n}", ()))]
    file = tmp_path_factory.mktemp("evaluate") / "toy.jsonl"
    rows = [{**row, "id": id} for id, row in zip([*held[:40], *kept[:160]], toy_rows(200), strict=True)]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory, tiny_checkpoint: Path, data: Path) -> Path:
    """The tiny checkpoint, with a matcher."""
    folder = tmp_path_factory.mktemp("with_matcher")
    for file in tiny_checkpoint.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    training = split(read_dialogues([data])).training
    train_matcher(
        [exchange for one in training for exchange in exchanges_of(one.turns)], folder, 16, 4, 16, learning_rate=1e-2
    )
    return folder


@pytest.fixture(scope="module")
def report(checkpoint: Path, data: Path) -> Report:
    return asyncio.run(evaluate(EvaluationPlan(str(checkpoint), (data,), samples=12, device="cpu", resamples=200)))


class Reference:
    """NLL by plain transformers, the whole conversation at once."""

    def __init__(self, folder: Path) -> None:
        self._model = GPT2LMHeadModel.from_pretrained(folder).eval()
        self.tokenizer = Tokenizer.load(folder)
        self._format = DialogueFormat(Markers(), self.tokenizer)

    def nll(self, item: Item, turns: tuple[Turn, ...], reply: str) -> float:
        prompt = self._format.persona(name_line("단비"))
        for turn in turns:
            prompt += self._format.turn(turn, ["user"])
        prompt += self._format.reply_start(item.level)
        ids = [*prompt, *self._format.reply(reply)]
        with torch.inference_mode():
            logs = self._model(torch.tensor([ids])).logits[0].log_softmax(-1)
        return -sum(float(logs[place - 1, ids[place]]) for place in range(len(prompt), len(ids)))

    def tokens(self, text: str) -> int:
        return len(self._format.reply(text))


def test_likelihoods_are_those_of_transformers(report: Report, checkpoint: Path, data: Path) -> None:
    parts = split(read_dialogues([data]))
    items, reference = parts.items, Reference(checkpoint)
    assert 20 < len(items) == report.items
    assert report.dropped_same == parts.same > 0
    assert len(items) + parts.same + parts.near == 80
    gold = [reference.nll(item, item.context, item.reply) for item in items]
    tokens = sum(reference.tokens(item.reply) for item in items)
    decoded = [reference.tokenizer.decode(reference.tokenizer.encode(item.reply)) for item in items]
    syllables = sum(len("".join(text.split())) for text in decoded)
    assert (report.likelihood.tokens, report.likelihood.syllables) == (tokens, syllables)
    assert report.likelihood.perplexity == pytest.approx(math.exp(sum(gold) / tokens), rel=1e-3)
    bps = report.likelihood.bps
    assert bps.value == pytest.approx(sum(gold) / math.log(2) / syllables, rel=1e-4)
    assert bps.low < bps.value < bps.high

    found = partners(items, 0)
    wrong = [
        reference.nll(item, items[partner].context, item.reply) for item, partner in zip(items, found, strict=True)
    ]
    gain = (sum(wrong) - sum(gold)) / math.log(2) / syllables
    assert report.likelihood.context_gain == pytest.approx(gain, abs=2e-4)

    later = [number for number, item in enumerate(items) if len(item.context) > 1]
    assert report.likelihood.multi_turn_items == len(later) > 0
    last = [reference.nll(items[number], items[number].context[-1:], items[number].reply) for number in later]
    bits = sum(last) - sum(gold[number] for number in later)
    expected = bits / math.log(2) / sum(len("".join(decoded[number].split())) for number in later)
    assert report.likelihood.multi_turn_gain == pytest.approx(expected, abs=2e-4)

    constant = constant_reply(parts.training)
    prior = [reference.nll(item, (), constant) - reference.nll(item, item.context, constant) for item in items]
    control = next(control for control in report.controls if control.metric == "reply_pmi")
    spelt = len("".join(reference.tokenizer.decode(reference.tokenizer.encode(constant)).split()))
    assert control.constant == pytest.approx(sum(prior) / math.log(2) / (len(items) * spelt), abs=2e-4)


def test_the_model_ranks_the_options_and_not_the_controls() -> None:
    item = Item(Dialogue("t", (Turn(Speaker("u"), "뭐 해"), Turn(Speaker("bot", is_bot=True), "그냥 있어"))), 1)
    gold = Judged(tokens=2, syllables=4, nll=4.0, prior=5.0)  # -2 a token, 1 nat of information
    better = Judged(tokens=2, syllables=4, nll=1.0, prior=9.0)
    longer = Judged(tokens=4, syllables=4, nll=6.0, prior=6.5)  # -1.5 a token, half a nat
    worse = Judged(tokens=1, syllables=4, nll=3.0, prior=3.0)
    judged = ItemJudgement(gold, (better, better, longer, *[worse] * 18), 0.0, None)
    options = ["다른 말", *["그냥 없어"] * 18]
    said = {System.GOLD: [item.reply], System.CONSTANT: ["바다"], System.RETRIEVAL: ["그냥 없어"]}
    ranks = _ranks([item, item], [judged, judged], [options, []], {key: own * 2 for key, own in said.items()}, None)
    assert ranks == {
        System.MODEL: [2],  # behind the longer one, ahead of the worse
        System.MODEL_PMI: [1],
        System.GOLD: [1],
        System.CONSTANT: [20],  # like none of them: all tied, and ties are wrong
        System.RETRIEVAL: [19],
    }


def test_controls_stand_where_they_must(report: Report) -> None:
    assert 0 < report.ranked <= report.items
    assert set(report.ranking) == set(System)
    assert report.ranking[System.GOLD].hits_at_1.value == 1
    assert report.ranking[System.GOLD].mrr == 1
    for system in (System.SHUFFLED, System.CONSTANT, System.MODEL):  # the model's weights are random
        assert report.ranking[system].hits_at_1.value < 0.3
    for ranking in report.ranking.values():
        assert ranking.hits_at_1.low <= ranking.hits_at_1.value <= ranking.hits_at_1.high
        assert ranking.hits_at_1.value <= ranking.mrr <= 1
    assert report.ranking[System.MATCHER].mrr > report.ranking[System.SHUFFLED].mrr  # the toys name the same thing


def test_shuffled_gold_varies_as_gold_does(report: Report) -> None:
    assert report.variety[System.SHUFFLED] == report.variety[System.GOLD]
    assert report.variety[System.CONSTANT].generic == 1
    assert report.variety[System.GOLD].malformed == 0
    assert report.samples == 12
    assert report.decoding_seeds == 6
    verdicts = {control.metric: control.holds for control in report.controls}
    assert verdicts["hits@1/20"]
    assert not verdicts["distinct_2"]
    assert not verdicts["malformed"]
    assert 0 < report.drafting[0] <= report.drafting[1]


def test_the_same_plan_measures_the_same(report: Report, checkpoint: Path, data: Path) -> None:
    again = asyncio.run(evaluate(EvaluationPlan(str(checkpoint), (data,), samples=12, device="cpu", resamples=200)))
    assert json.loads(again.to_json()) | {"drafting": 0} == json.loads(report.to_json()) | {"drafting": 0}


def test_a_single_turn_checkpoint_reads_the_last_turn_alone(tiny_checkpoint: Path, data: Path) -> None:
    plan = EvaluationPlan(str(tiny_checkpoint), (data,), samples=1, device="cpu", preset="kogpt2-chatbot", resamples=10)
    report = asyncio.run(evaluate(plan))
    assert report.likelihood.multi_turn_gain == pytest.approx(0, abs=1e-5)
    assert report.likelihood.context_gain != pytest.approx(0, abs=1e-5)
    assert System.MATCHER not in report.ranking


def test_the_command_prints_tables_and_writes_json(tiny_checkpoint: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "결과.json"
    result = CliRunner().invoke(
        main.app, ["evaluate", str(tiny_checkpoint), "--data", str(data), "--out", str(out), "--samples", "3"]
    )
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["samples"] == 3
    assert written["ranking"]["gold"]["hits_at_1"]["value"] == 1
    assert [control["holds"] for control in written["controls"] if control["metric"] == "distinct_1"] == [False]
    assert written["decoding"]["temperature"] == 0.8
    assert len(written["options"]) == 16
    assert f"{written['likelihood']['bps']['value']:.3f}" in result.stdout
    for words in ("BPS", "hits@1/20", "뒤섞은 정답", "품질 지표로 쓰지 않음", f"{written['dropped_same']:,}개"):
        assert words in result.stdout
    assert "우도를 재고 있어요" in result.stderr
    assert "우도를 재고 있어요" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (["없는모델/", "--data", "DATA"], ModelError, "없"),
        (["MODEL", "--data", "없는.jsonl"], DataError, r"없는\.jsonl"),
        (["MODEL", "--data", "DATA", "--out", "없는폴더/결과.json"], DataError, "없는폴더.*--out"),
        (["MODEL", "--data", "DATA", "--format", "딴것"], FormatError, "maldongmu"),
    ],
)
def test_mistakes_are_named(
    tiny_checkpoint: Path, data: Path, arguments: list[str], error: type[Exception], words: str
) -> None:
    known = {"MODEL": str(tiny_checkpoint), "DATA": str(data)}
    result = CliRunner().invoke(main.app, ["evaluate", *(known.get(argument, argument) for argument in arguments)])
    assert isinstance(result.exception, error)
    with pytest.raises(error, match=words):
        raise result.exception


def test_too_little_held_out_is_named(tiny_checkpoint: Path, tmp_path: Path) -> None:
    file = tmp_path / "few.jsonl"
    file.write_text(json.dumps({"turns": ["안녕", "응 안녕"]}, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(DataError, match=r"0개뿐이에요.*--data"):
        asyncio.run(evaluate(EvaluationPlan(str(tiny_checkpoint), (file,))))
