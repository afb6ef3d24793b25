"""Slash commands as values: what Discord would take, and that the framework reads back what was given."""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # discord.py 2.7.1 imports audioop for voice
    from adapters.discord.commands import MOST_CHOICES, MOST_COMMANDS, SlashCommands

from chatbot import Rest
from chatbot.messages import utc_now
from chatbot.plugins.arguments import Signature
from chatbot.plugins.converters import Context

NAME = re.compile(r"[-_'\w]{1,32}")


@dataclass(frozen=True)
class Parameter:
    name: str
    annotation: Any = str
    required: bool = True
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class Command:
    names: Sequence[str]
    help: str = ""
    parameters: Sequence[Parameter] = ()


def used(name: str, values: dict[str, object]) -> dict[str, Any]:
    """Return the data of an interaction."""
    *groups, last = name.split()
    kinds: dict[type[object], int] = {int: 4, float: 10, bool: 5, str: 3}
    options = [{"name": key, "type": kinds[type(value)], "value": value} for key, value in values.items()]
    for depth, word in enumerate(reversed([*groups[1:], last] if groups else [])):
        options = [{"name": word, "type": 1 if depth == 0 else 2, "options": options}]
    return {"name": groups[0] if groups else last, "options": options}


def every(payload: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each command and option of a payload."""
    for one in payload:
        yield one
        yield from every(one.get("options", ()))


@given(st.lists(st.builds(Command, st.tuples(st.text("가나 A-_'!/", min_size=1, max_size=60)), st.text(max_size=200))))
def test_whatever_commands_are_called_discord_takes_them(commands: list[Command]) -> None:
    payload = SlashCommands([one for one in commands if one.names[0].strip()]).payload()
    for one in every(payload):
        assert NAME.fullmatch(one["name"])
        assert one["name"] == one["name"].lower()
        assert 1 <= len(one["description"]) <= 100
        names = [inner["name"] for inner in one["options"]]
        assert len(set(names)) == len(names) <= MOST_CHOICES
    assert len({one["name"] for one in payload}) == len(payload)


def parrot(count: int, ratio: float, sure: bool, word: str, rest: Rest) -> None:
    """Take one of everything."""


SIGNATURE = Signature.of(parrot, ())
PARROT = Command(
    ("따라 해",), "따라 해요.", [Parameter(one.name, one.annotation, one.required) for one in SIGNATURE.parameters]
)


@given(
    st.integers(-(2**53), 2**53),
    st.floats(-(2.0**53), 2.0**53, allow_nan=False).filter(lambda number: abs(number) > 1e-6 or number == 0),
    st.booleans(),
    st.text("가나 \"'“’a1", min_size=1).filter(lambda text: bool(text.strip())),
    st.text("가나 \"'“’a1\n", min_size=1).filter(lambda text: bool(text.strip())),
)
def test_the_framework_reads_what_was_given(count: int, ratio: float, sure: bool, word: str, rest: str) -> None:
    values: dict[str, object] = {"count": count, "ratio": ratio, "sure": sure, "word": word, "rest": rest}
    text = SlashCommands([PARROT]).text(used("따라 해", values))
    assert text.startswith("/따라 해 ")
    read = SIGNATURE.read(text.removeprefix("/따라 해 "), Context(utc_now()))
    assert (read["count"], read["sure"]) == (count, sure)
    assert read["ratio"] == ratio
    if not ('"' in word or "“" in word) or not ("'" in word or "’" in word):  # both kinds cannot be written at once
        assert read["word"] == word.strip()
    assert read["rest"] == rest.strip()


def test_a_command_beside_a_group_of_its_name_gets_a_hyphen() -> None:
    commands = SlashCommands([Command(("기억 지우기",)), Command(("기억",)), Command(("기억 보기",))])
    assert [one["name"] for one in commands.payload()] == ["기억", "기억-지우기", "기억-보기"]
    assert commands.text({"name": "기억-지우기"}) == "/기억 지우기"
    assert commands.text({"name": "기억"}) == "/기억"


def test_names_of_three_and_more_words() -> None:
    commands = SlashCommands([Command(("가 나 다",)), Command(("가 나 라 마",)), Command(("가 바",))])
    (group,) = commands.payload()
    assert [(one["name"], one["type"]) for one in group["options"]] == [("바", 1), ("나", 2)]
    assert [one["name"] for one in group["options"][1]["options"]] == ["다", "라-마"]
    assert commands.text(used("가 나 라-마", {})) == "/가 나 라 마"


def test_more_commands_than_discord_takes_are_counted() -> None:
    commands = SlashCommands([Command((f"명령{number}",)) for number in range(MOST_COMMANDS + 7)])
    assert len(commands.payload()) == MOST_COMMANDS
    assert commands.left_out == 7


def test_a_group_that_is_full_goes_on_beside_itself() -> None:
    commands = SlashCommands([Command((f"설정 {number}",)) for number in range(MOST_CHOICES + 2)])
    group, *others = commands.payload()
    assert len(group["options"]) == MOST_CHOICES
    assert [one["name"] for one in others] == ["설정-25", "설정-26"]


def test_required_options_come_first_and_are_written_in_their_own_order() -> None:
    parameters = [Parameter("먼저", int, required=False), Parameter("나중", str)]
    commands = SlashCommands([Command(("차례",), "", parameters)])
    assert [one["name"] for one in commands.payload()[0]["options"]] == ["나중", "먼저"]
    assert commands.text(used("차례", {"나중": "글", "먼저": 1})) == "/차례 1 글"


def test_types_with_conditions_and_none_are_seen_through() -> None:
    parameters = [Parameter("수", int | None, False), Parameter("것", Literal["가", "나"], False, ("가", "나"))]
    (command,) = SlashCommands([Command(("모두",), "", parameters)]).payload()
    assert [one["type"] for one in command["options"]] == [4, 3]
    assert [one["value"] for one in command["options"][1]["choices"]] == ["가", "나"]
