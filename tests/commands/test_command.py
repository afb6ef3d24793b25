"""Which messages are commands, and what the help says."""

import re
import unicodedata
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.commands.blocking import BLOCKING
from chatbot.commands.command import Called, Command, Commands, Request
from chatbot.commands.group_settings import SETTINGS
from chatbot.commands.rights import RIGHTS
from chatbot.messages import RoomKind, SpeechLevel
from chatbot.people import Role
from chatbot.sentences import Sentences, sentences


async def _never(_: Request) -> NoReturn:
    raise AssertionError("only looked up")


HELP = Command(("도움말", "help"), "이 안내를 보여 줍니다.", _never)
BLOCK = Command(("차단", "block"), "대답하지 않습니다.", _never, parameter="아이디", role=Role.OWNER)
ERASE = Command(("삭제", "erase"), "지웁니다.", _never, parameter="[확인]", private=True)
ADMINS = Command(("방청소", "sweep"), "치웁니다.", _never, role=Role.ADMIN)
COMMANDS = Commands((HELP, BLOCK, ERASE, ADMINS))
NAMES = [(name, command) for command in (HELP, BLOCK, ERASE, ADMINS) for name in command.names]


@pytest.mark.parametrize(("name", "command"), NAMES)
def test_each_name_is_its_command(name: str, command: Command) -> None:
    called = Called(command)
    assert COMMANDS.called(f"/{name}") == called
    assert COMMANDS.called(f"/{name} \n") == called
    assert COMMANDS.called(f"/{name.upper()}") == called
    assert COMMANDS.called(unicodedata.normalize("NFD", f"/{name}")) == called  # as macOS and some phones send it
    assert COMMANDS.called(name) is None


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("/차단 telegram:1", "telegram:1"),
        ("/차단   telegram:1  ", "telegram:1"),
        ("/차단\ntelegram:1", "telegram:1"),
        ("/block 하나 둘  셋", "하나 둘  셋"),
        ("/차단 Ab", "Ab"),
        (unicodedata.normalize("NFD", "/차단 하나"), "하나"),
    ],
)
def test_what_stands_behind_a_name(text: str, argument: str) -> None:
    assert COMMANDS.called(text) == Called(BLOCK, argument)


@pytest.mark.parametrize("text", ["/모르는것", "/hlep", "/start", "/차단해"])
def test_a_mistaken_command(text: str) -> None:
    assert COMMANDS.called(text) == Called(None)


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
        "/도움말 좀 보여 줘",  # a command without a parameter
        "/모르는것 하나",
        "/ 도움말",
        "/\n도움말",
        "도움말",
        "1/2",
        "</s>",
    ],
)
def test_what_is_just_talk(text: str) -> None:
    assert COMMANDS.called(text) is None


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_can_be_asked(text: str) -> None:
    called = COMMANDS.called(text)
    assert called is None or text.startswith("/")
    behind = COMMANDS.called("/" + text)
    assert behind is None or behind.command is not None or behind.argument == ""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    block = COMMANDS.called("/차단 " + text)
    assert block is not None
    assert (block.command, " ".join(block.argument.split())) == (BLOCK, words)


@pytest.mark.parametrize(
    ("role", "room", "listed"),
    [
        (Role.OWNER, RoomKind.PRIVATE, [HELP, BLOCK, ERASE, ADMINS]),
        (Role.ADMIN, RoomKind.PRIVATE, [HELP, ERASE, ADMINS]),
        (Role.ADMIN, RoomKind.GROUP, [HELP, ADMINS]),
        (Role.ANYONE, RoomKind.GROUP, [HELP]),
    ],
)
def test_help_names_what_one_may_use_here(role: Role, room: RoomKind, listed: list[Command]) -> None:
    lines = COMMANDS.help(role, room).splitlines()
    assert len(lines) == 1 + len(listed)
    for line, command in zip(lines[1:], listed, strict=True):
        parameter = f" {command.parameter}" if command.parameter else ""
        assert line == f"/{command.names[0]}{parameter} — {command.help}"


def test_names_are_unique_and_each_command_has_a_korean_and_an_english_one() -> None:
    commands = (SETTINGS, *RIGHTS, *BLOCKING)
    names = [name for command in commands for name in command.names]
    assert len(set(names)) == len(names)
    for command in commands:
        assert [name.isascii() for name in command.names] == [False, True]
        assert all(name == unicodedata.normalize("NFC", name).lower() for name in command.names)
        assert command.help.endswith("니다.")


def test_both_speech_levels_have_all_sentences() -> None:
    polite, casual = sentences(SpeechLevel.POLITE), sentences(SpeechLevel.CASUAL)
    for field in Sentences.__dataclass_fields__:
        one, other = getattr(polite, field), getattr(casual, field)
        assert one
        assert other
        assert one != other
        assert [bool(re.search(r"요[.?]", said)) for said in (one, other)] == [True, False], field
        assert re.findall(r"\{\w+\}", one) == re.findall(r"\{\w+\}", other), field


def test_the_sentence_for_a_mistaken_command_names_one_that_works() -> None:
    for level in SpeechLevel:
        assert f"/{HELP.names[0]}" in sentences(level).unknown_command
