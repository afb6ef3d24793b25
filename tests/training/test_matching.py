# pyright: standard
"""A matcher trained on a toy corpus, and its numpy inference against the torch encoder that was trained."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from chatbot.dialogue.examples import Exchange
from chatbot.dialogue.matcher import FILE_NAME, ROWS, Matcher, rows_of, situation_rows
from chatbot.errors import DataError
from chatbot.messages import SpeechLevel
from chatbot.training.matching import _Side, train_matcher

SUBJECTS = {
    "배고파 밥 먹고 싶다": "김치찌개 어때? 든든하잖아.",
    "졸려서 눈이 감겨": "얼른 이불 덮고 누워.",
    "시험 망한 것 같아": "다음 시험이 남았으니 괜찮아.",
    "비가 계속 오네": "우산 꼭 챙겨서 나가.",
    "강아지 산책 시켰어": "멍멍이가 신났겠다!",
    "영화 추천해 줘": "코미디 한 편 보는 건 어때?",
    "월급이 들어왔다": "통장이 잠깐 웃겠네.",
    "머리를 잘랐어": "거울 볼 때마다 새롭겠다.",
}


def toy_exchanges(copies: int = 12) -> list[Exchange]:
    rng = random.Random(0)
    fillers = ["음", "있잖아", "오늘", "진짜", "아", "근데", "ㅋㅋ", "나"]
    return [
        Exchange((f"{rng.choice(fillers)} {message} {rng.choice(fillers)}",), reply, SpeechLevel.CASUAL)
        for _ in range(copies)
        for message, reply in SUBJECTS.items()
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("matcher")
    # A small batch, so that few of the "wrong" replies of a batch are right ones said twice.
    assert train_matcher(toy_exchanges(), folder, width=16, epochs=12, batch=8, learning_rate=2e-2) > 0
    return folder


@pytest.fixture(scope="module")
def matcher(folder: Path) -> Matcher:
    return Matcher.load(folder)


def test_the_right_reply_comes_first(matcher: Matcher) -> None:
    replies = list(SUBJECTS.values())
    vectors = matcher.replies(replies)
    for message, reply in SUBJECTS.items():
        fits = vectors @ matcher.situations([[message]])[0]
        assert replies[int(fits.argmax())] == reply, message


def test_an_untrained_matcher_does_not_know(tmp_path: Path) -> None:
    train_matcher(toy_exchanges(1), tmp_path, width=16, epochs=1, batch=8, learning_rate=1e-9)
    matcher = Matcher.load(tmp_path)
    replies = list(SUBJECTS.values())
    vectors = matcher.replies(replies)
    right = [
        replies[int((vectors @ matcher.situations([[message]])[0]).argmax())] == SUBJECTS[message]
        for message in SUBJECTS
    ]
    assert sum(right) <= len(right) // 2


def test_numpy_equals_the_torch_encoder(folder: Path, matcher: Matcher) -> None:
    state = load_file(folder / FILE_NAME)
    sides: dict[str, _Side] = {}
    for side in ("situation", "reply"):
        sides[side] = _Side(16)
        # Weights are stored as float16.
        sides[side].load_state_dict(
            {"embedding.weight": state[f"{side}.embedding"].float(), "projection": state[f"{side}.projection"].float()}
        )
        assert state[f"{side}.embedding"].dtype is torch.float16
        assert state[f"{side}.embedding"].shape == (ROWS, 16)
    situations = [["배고파"], ["안녕", "나 머리 잘랐어 ㅋㅋ"], ["!!"], ["ㅠ"]]
    replies = ["얼른 누워.", "?", "처음 보는 긴 대답이에요 그렇죠", "..."]
    with torch.inference_mode():
        left = sides["situation"]([situation_rows(situation) for situation in situations]).numpy()
        right = sides["reply"]([rows_of(reply) for reply in replies]).numpy()
    assert np.abs(matcher.situations(situations) - left).max() < 1e-2
    assert np.abs(matcher.replies(replies) - right).max() < 1e-2
    assert np.linalg.norm(right, axis=1) == pytest.approx(np.ones(4), abs=1e-3)


def test_the_turn_before_counts_as_context(matcher: Matcher) -> None:
    alone, behind = matcher.situations([["응"], ["배고파 밥 먹고 싶다", "응"]])
    assert np.abs(alone - behind).max() > 0.05


def test_the_same_seed_trains_the_same_matcher(tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        (tmp_path / name).mkdir()
        train_matcher(toy_exchanges(2), tmp_path / name, width=8, epochs=2, batch=8, seed=seed)
    a, b, c = ((tmp_path / name / FILE_NAME).read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_fewer_exchanges_than_a_batch_are_learnt_too(tmp_path: Path) -> None:
    exchanges = toy_exchanges(1)
    train_matcher(exchanges, tmp_path, width=8, epochs=20, learning_rate=3e-2)
    matcher = Matcher.load(tmp_path)
    fits = matcher.replies([exchange.reply for exchange in exchanges]) @ matcher.situations([exchanges[0].situation])[0]
    assert int(fits.argmax()) == 0


def test_no_exchanges_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="대화"):
        train_matcher([], tmp_path)
