"""Which messages are commands, and what the help says."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.commands import Command, command_in, help_text
from chatbot.messages import SpeechLevel
from chatbot.sentences import Sentences, sentences

NAMES = [(name, command) for command in Command for name in command.names]


@pytest.mark.parametrize(("name", "command"), NAMES)
def test_each_name_is_its_command(name: str, command: Command) -> None:
    assert command_in(f"/{name}") is command
    assert command_in(f"/{name.upper()}") is command
    assert command_in(unicodedata.normalize("NFD", f"/{name}")) is command  # as macOS and some phones send it
    assert command_in(name) is None


def test_names_are_unique_and_each_command_has_a_korean_and_an_english_one() -> None:
    names = [name for name, _ in NAMES]
    assert len(set(names)) == len(names)
    for command in set(Command) - {Command.UNKNOWN}:
        assert [name.isascii() for name in command.names] == [False, True]


@pytest.mark.parametrize("text", ["/모르는것", "/hlep", "/start", "/다시요"])
def test_a_mistaken_command(text: str) -> None:
    assert command_in(text) is Command.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "//",
        "/ㅋㅋ",
        "/ㅠ",
        "/a/b",
        "/2026",
        "/^^",
        "/😀",
        "/다시 말해 줘",
        "/ 도움말",
        "도움말",
        "1/2",
        "</s>",
    ],
)
def test_what_is_just_talk(text: str) -> None:
    assert command_in(text) is None


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_can_be_asked(text: str) -> None:
    assert command_in(text) is None or text.startswith("/")
    assert command_in("/" + text) in {None, *Command}


def test_help_names_every_command_once() -> None:
    lines = help_text().splitlines()
    listed = [command for command in Command if command is not Command.UNKNOWN]
    assert lines[1:] == [f"/{command.names[0]} — {command.help}" for command in listed]
    assert all(command.help.endswith("니다.") for command in listed)


def test_both_speech_levels_have_all_sentences() -> None:
    polite, casual = sentences(SpeechLevel.POLITE), sentences(SpeechLevel.CASUAL)
    for field in Sentences.__dataclass_fields__:
        one, other = getattr(polite, field), getattr(casual, field)
        assert one
        assert other
        assert one != other
        assert [bool(re.search(r"요[.?]", said)) for said in (one, other)] == [True, False], field


def test_the_sentence_for_a_mistaken_command_names_one_that_works() -> None:
    for level in SpeechLevel:
        named = sentences(level).unknown_command
        assert any(f"/{name}" in named for name in Command.HELP.names)
