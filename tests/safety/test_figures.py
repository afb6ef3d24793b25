"""The figures of the README are those that its lists give. The lists were written by someone who had not seen the rules."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sentence_lists import sentences

from chatbot.safety.crisis import crisis_in
from chatbot.safety.personal_data import personal_data_in
from chatbot.safety.profanity import profanity_in

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize(
    ("name", "list_name", "finds"),
    [
        ("위급한 말", "crisis", crisis_in),
        ("욕", "profanity", profanity_in),
        ("개인정보", "personal_data", personal_data_in),
    ],
)
def test_the_readme_has_the_figures_of_the_held_out_lists(
    name: str, list_name: str, finds: Callable[[str], object]
) -> None:
    positives = [bool(finds(text)) for is_positive, text in sentences(f"{list_name}.held_out") if is_positive]
    traps = [bool(finds(text)) for is_positive, text in sentences(f"{list_name}.held_out") if not is_positive]
    assert len(positives) >= 100
    assert len(traps) >= 100
    row = f"| {name} | {sum(positives)}/{len(positives)} | {sum(traps)}/{len(traps)} |"
    assert row in README.read_text(encoding="utf-8"), f"the README should say: {row}"
