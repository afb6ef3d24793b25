"""What a Telegram text says to the bot: mentions by UTF-16 offsets, commands by name. And how long texts are."""

from typing import Any

import pytest
import regex  # the reference for user-perceived characters
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity, User
from telegram_chats import entities, units

from adapters.telegram.hearing import Heard, hear, index_at
from adapters.telegram.lengths import LONGEST_TEXT, length, messages_of

ME = User(7, "단비", is_bot=True, username="danbi_bot")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PIECES = st.sampled_from(
    ["👨‍👩‍👧‍👦", "🇰🇷", "👍🏽", "가", "각", "e\u0301", "ㅋㅋ", ". ", " ", "\n", "\n\n", "안녕하세요.", "😀", "𠀀", "a"]
)


def heard(text: str) -> Heard:
    return hear(text, [MessageEntity(**one) for one in entities(text)], ME)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@danbi_bot 안녕", "안녕"),
        ("@Danbi_Bot, 안녕", "안녕"),
        ("😀👨‍👩‍👧 안녕 @danbi_bot", "😀👨‍👩‍👧 안녕"),
        ("@danbi_bot", "단비"),
        ("@danbi_bot이 누구야?", "단비이 누구야?"),
        ("🇰🇷 @danbi_bot 는 뭐 해?", "🇰🇷 단비 는 뭐 해?"),
        ("@danbi_bot 안녕 @danbi_bot", "안녕"),
        ("@danbi_bot /더하기 1 2", "/더하기 1 2"),
        ("/add@danbi_bot 1 2", "/add 1 2"),
        ("/도움말@DANBI_BOT", "/도움말"),
    ],
)
def test_a_mention_is_heard_and_left_out(text: str, said: str) -> None:
    assert heard(text) == Heard(said, mentions_bot=True)


@pytest.mark.parametrize("text", ["@other_bot 안녕", "안녕 a@danbi_bot.com", "/add 1 2", "/메모 a@b.com", "/집@home"])
def test_what_is_no_mention_of_us_stays(text: str) -> None:
    assert heard(text) == Heard(text)


@pytest.mark.parametrize("text", ["/add@other_bot 1 2", "/도움말@other_bot", "/start@OtherBot"])
def test_a_command_of_another_bot_is_not_for_us(text: str) -> None:
    assert heard(text).is_for_other


def test_a_mention_of_a_bot_without_a_username_is_by_its_id() -> None:
    mention = MessageEntity(MessageEntity.TEXT_MENTION, 3, 2, user=ME)
    assert hear("😀 단비 안녕", [mention], ME) == Heard("😀 단비 안녕", mentions_bot=True)
    other = MessageEntity(MessageEntity.TEXT_MENTION, 3, 2, user=User(8, "하나", is_bot=False))
    assert not hear("😀 단비 안녕", [other], ME).mentions_bot


@given(TEXTS, TEXTS)
def test_an_offset_in_utf_16_is_found(before: str, behind: str) -> None:
    assert index_at(before + behind, units(before)) == len(before)


@given(TEXTS, st.integers(-5, 100))
def test_an_offset_that_is_none_is_no_error(text: str, offset: int) -> None:
    index = index_at(text, offset)
    assert 0 <= index <= len(text)
    assert units(text[:index]) >= min(offset, units(text))


@given(TEXTS, TEXTS)
def test_a_mention_is_heard_wherever_it_stands(before: str, behind: str) -> None:
    text = f"{before} @danbi_bot {behind}"
    mention = MessageEntity(MessageEntity.MENTION, units(before) + 1, 10)
    found = hear(text, [mention], ME)
    assert found.is_for_other or found.mentions_bot
    assert "@danbi_bot" not in found.text or "@danbi_bot" in before + behind


@given(TEXTS)
def test_a_text_is_as_long_as_telegram_says(text: str) -> None:
    assert length(text) == units(text)


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(1, 5), st.integers(25, 200))
def test_messages_are_short_enough_and_say_all(text: str, times: int, limit: int) -> None:
    parts = messages_of(text * times, limit)
    assert all(units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join((text * times).split())
    whole: Any = [one for one in regex.findall(r"\X", text * times) if one.strip()]
    assert [one for part in parts for one in regex.findall(r"\X", part) if one.strip()] == whole


def test_a_long_text_ends_at_a_sentence() -> None:
    text = "오늘은 날씨가 좋아요 ☀️. " * 400
    first, *_ = messages_of(text)
    assert LONGEST_TEXT * 0.9 < units(first) <= LONGEST_TEXT
    assert first.endswith(".")
