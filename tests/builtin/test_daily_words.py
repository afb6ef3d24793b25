"""오늘의 한마디: the sentences, what asks for one, and which one is told when."""

import random
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Persona, SpeechLevel
from chatbot.builtin.daily_words import NOT_AGAIN_WITHIN, Told, asks_for_words, chosen, plugin, sentences
from chatbot.builtin.wording import casual, polite
from chatbot.testing import TestChat

MORNING = datetime(2026, 11, 22, 8, 0, tzinfo=ZoneInfo("Asia/Seoul"))
ASKED = (
    "오늘의 한마디",
    "오늘의 한마디 들려줘",
    "오늘의 한마디 해줘",
    "오늘의 한마디 부탁해",
    "오늘의 한마디는?",
    "오늘 한마디 해 줘",
    "오늘의 명언 알려줘",
    "오늘의 글귀 보내줘",
    "힘이 되는 말 해줘",
    "힘 나는 말 좀 해줘",
    "위로가 되는 말 한마디 해줘",
    "좋은 말 해줘",
    "좋은 글귀 하나 보내줘",
    "따뜻한 한마디 부탁해",
    "응원해줘",
    "나 응원 좀 해줘",
    "격려해 줘",
    "명언 하나 들려줘",
    "오늘의 한마디 뭐야?",
    "오늘의 한마디 듣고 싶어",
)
TRAPS = (
    "오늘 엄마가 한마디 했어",
    "오늘 한마디도 안 했어",
    "한마디로 최악이야",
    "한마디 하고 싶은데 참았어",
    "선생님이 좋은 말 해 주셨어",
    "우리 팀 응원했어",
    "응원하는 팀 있어?",
    "명언이 뭐야?",
    "말이 너무 많아",
    "오늘 말할 기분이 아니야",
    "좋은 말로 할 때 들어",
    "힘이 되는 친구가 있어",
    "글 쓰는 게 어려워",
    "오늘의 메뉴 뭐야?",
    "오늘의 날씨 알려줘",
    "위로가 필요해",
    "아빠가 격려해 주셨어",
    "응원 감사합니다",
    "한마디만 더 하면 화낼 거야",
)


def test_there_are_more_sentences_than_days_until_one_may_come_again() -> None:
    assert len(sentences()) >= 120
    assert len(set(sentences())) == len(sentences())
    assert len(sentences()) > NOT_AGAIN_WITHIN.days


@pytest.mark.parametrize("words", sentences(), ids=lambda words: words[:12])
def test_every_sentence_reads_well_in_both_levels(words: str) -> None:
    for text in (polite(words), casual(words)):
        assert 8 <= len(text) <= 90
        assert text[-1] in ".!?"
        assert not set("{}|") & set(text)
        assert "  " not in text
    assert polite(words)[-2] == "요"
    assert casual(words)[-2] != "요"


@pytest.mark.parametrize("text", ASKED)
def test_natural_wishes_are_heard(text: str) -> None:
    assert asks_for_words(text)


@pytest.mark.parametrize("text", TRAPS)
def test_everyday_sentences_ask_for_nothing(text: str) -> None:
    assert not asks_for_words(text)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert asks_for_words(text) in {True, False}


@given(st.integers(), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.lists(st.integers(1, 40), max_size=150))
def test_nothing_is_told_twice_within_sixty_days(seed: int, day: date, gaps: list[int]) -> None:
    rng, told = random.Random(seed), list[Told]()
    for gap in gaps:
        words = chosen(told, day, rng)
        assert chosen([*told, Told(words, day)], day, rng) == words
        assert all(one.words != words or day - one.on >= NOT_AGAIN_WITHIN for one in told)
        told.append(Told(words, day))
        day += timedelta(days=gap)


async def test_it_is_the_same_all_day_and_another_one_tomorrow() -> None:
    async with TestChat(plugin, now=MORNING) as chat:
        first = await chat.say("오늘의 한마디")
        assert first in map(polite, sentences())
        assert await chat.say("/오늘의 한마디") == first
        await chat.passes(timedelta(hours=15))
        assert await chat.say("/daily") == first
        await chat.passes(timedelta(hours=2))
        second = await chat.say("응원해줘")
        assert second in map(polite, sentences())
        assert second != first


async def test_it_is_the_same_over_restarts_and_each_person_has_their_own() -> None:
    chat = TestChat(plugin, now=MORNING)
    assert await chat.say("/한마디") == await chat.say("/한마디", room="다른 방")
    others = {await chat.say("/한마디", speaker=f"사람{number}") for number in range(4)}
    assert len(others) > 1


async def test_somebody_who_is_talked_to_casually_hears_no_polite_ending() -> None:
    async with TestChat(plugin, persona=Persona(name="단비", speech_level=SpeechLevel.CASUAL)) as chat:
        for said in ("오늘의 한마디",):
            for line in (await chat.say(said)).splitlines():
                assert not re.search(r"(?:요|니다)[.!?]", line), line
