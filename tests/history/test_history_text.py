"""Text of any kind is stored and comes back, up to the two replacements that ``storable`` documents."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.history import History
from chatbot.history.column_types import storable
from chatbot.messages import Address, Speaker, Turn

ANY_TEXT = st.text(st.characters(exclude_categories=[]))  # lone surrogates and NUL too


@pytest.fixture
async def file_history(tmp_path: Path) -> AsyncIterator[History]:
    async with History.open(tmp_path / "글.sqlite3") as opened:
        yield opened


def expected(text: str) -> str:
    """Return what storing makes of a text, written another way than the code under test."""
    pairs = re.compile("[\ud800-\udbff][\udc00-\udfff]")
    joined = pairs.sub(
        lambda pair: chr(0x10000 + (ord(pair[0][0]) - 0xD800) * 0x400 + ord(pair[0][1]) - 0xDC00),
        text.replace("\0", ""),
    )
    return re.sub("[\ud800-\udfff]", "\ufffd", joined)


@given(ANY_TEXT)
def test_storable_changes_only_nul_and_surrogates(text: str) -> None:
    assert storable(text) == expected(text)
    assert storable(storable(text)) == storable(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT, room=ANY_TEXT, id=ANY_TEXT, name=ANY_TEXT.filter(lambda name: name.strip("\0") != ""))
async def test_any_text_comes_back(file_history: History, text: str, room: str, id: str, name: str) -> None:
    address = Address("test", room)
    await file_history.add_turn(address, Turn(Speaker(id, name), text))
    [stored] = await file_history.turns(address, 1)
    assert stored.turn.text == expected(text)
    assert stored.turn.speaker == Speaker(expected(id), expected(name))


@pytest.mark.parametrize(
    "text",
    [
        "ㅋㅋㅋ 안녕ㅠㅠ 😟 :)",
        "👨‍👩‍👧‍👦🏳️‍🌈",
        "\u202e뒤집힌 글\u202c مرحبا",
        "e\u0301 각 각",  # not normalized: what was typed is what is kept
        "'; DROP TABLE turns; --",
        "%s {} \\x00 \r\n\t",
        "가" * 10_000,
        "😀" * 10_000,
    ],
)
async def test_what_people_type_comes_back_unchanged(history: History, text: str) -> None:
    address = Address("test", text)
    await history.add_turn(address, Turn(Speaker(text, text), text))
    [stored] = await history.turns(address)
    assert stored.turn.text == text
    assert stored.turn.speaker == Speaker(text, text)


async def test_nul_and_lone_surrogates_are_replaced_on_every_database(history: History) -> None:
    await history.add_turn(Address("test", "방\0"), Turn(Speaker("u\ud800", "이\0름"), "a\0b \ud83d\ude00 \udc00"))
    [stored] = await history.turns(Address("test", "방"))
    assert stored.turn.text == "ab 😀 \ufffd"
    assert stored.turn.speaker == Speaker("u\ufffd", "이름")
