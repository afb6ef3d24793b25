# pyright: standard
"""What settings, persona and model together decide before the first reply."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chatbot.config import SEVERAL_CANDIDATES, DialogueSettings, GenerationSettings, Settings
from chatbot.dialogue.persona import Persona
from chatbot.generation import Engine
from chatbot.loading import candidates_of, sampling_of, weights_of


def engine_of(device: str, layers: int, width: int) -> Engine:
    """The three facts of an engine that the number of drafts goes by."""
    parts = SimpleNamespace(device=SimpleNamespace(type=device), config=SimpleNamespace(n_layer=layers, n_embd=width))
    return cast(Engine, cast(Any, parts))


@pytest.mark.parametrize(
    ("device", "layers", "width", "drafts"),
    [("cpu", 4, 256, SEVERAL_CANDIDATES), ("cpu", 12, 768, 1), ("cuda", 12, 768, SEVERAL_CANDIDATES)],
)
def test_auto_draws_several_drafts_where_they_cost_little(device: str, layers: int, width: int, drafts: int) -> None:
    assert candidates_of(GenerationSettings(), engine_of(device, layers, width)) == drafts


def test_a_number_of_drafts_is_taken_as_it_is() -> None:
    assert candidates_of(GenerationSettings(candidates=3), engine_of("cpu", 12, 768)) == 3


def test_the_persona_overrides_the_settings() -> None:
    calm = Persona.model_validate({"name": "고요", "sampling": {"temperature": 0.2, "max_new_tokens": 8}})
    params = sampling_of(GenerationSettings(min_new_tokens=12, top_p=0.5), calm)
    assert (params.temperature, params.top_p, params.max_new_tokens) == (0.2, 0.5, 8)
    assert params.min_new_tokens == 8  # never more than may be written


def test_a_model_that_is_left_alone_is_heard(tmp_path: Path) -> None:
    (tmp_path / "ranking.json").write_text('{"draft": -1.5, "say_from": 2.5}')
    alone = Settings(dialogue=DialogueSettings(examples=False))
    assert weights_of(Settings(), tmp_path).say_from == 2.5
    assert weights_of(alone, tmp_path).say_from is None


async def test_a_real_engine_has_these_facts(tiny_checkpoint: Path) -> None:
    async with Engine.load(tiny_checkpoint) as engine:
        assert candidates_of(GenerationSettings(), engine) == SEVERAL_CANDIDATES
