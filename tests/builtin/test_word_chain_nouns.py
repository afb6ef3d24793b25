"""Words that are not in our list: kiwipiepy tells nouns from others, in a process of its own."""

import asyncio

import pytest

from chatbot.builtin.word_chain.noun_process import has_noun
from chatbot.builtin.word_chain.nouns import Analyser, is_noun
from chatbot.builtin.word_chain.words import lexicon


@pytest.mark.parametrize("word", ["강낭콩", "강아지풀", "고라니"])
async def test_nouns_of_the_dictionary_are_nouns(word: str) -> None:
    pytest.importorskip("kiwipiepy")
    assert await is_noun(word)


@pytest.mark.parametrize(
    "word",
    [
        "쿠쿠루",  # no word at all
        "밥더무라캄",
        "예쁘다",  # a verb
        "배고파",
        "빨리",
        "여기",  # a pronoun
        "서울",  # names
        "이순신",
        "김치볶음밥",  # two words
        "력사",  # 역사 in the standard language
    ],
)
async def test_others_are_not(word: str) -> None:
    pytest.importorskip("kiwipiepy")
    assert not await is_noun(word)


async def test_the_bot_goes_on_while_it_is_loaded() -> None:
    pytest.importorskip("kiwipiepy")
    analyser = Analyser()
    gaps: list[float] = []

    async def tick() -> None:
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(0.01)
            gaps.append(loop.time() - last)
            last = loop.time()

    ticking = asyncio.create_task(tick())
    try:
        assert await asyncio.to_thread(analyser.is_noun, "강낭콩")
    finally:
        ticking.cancel()
        await asyncio.to_thread(analyser.close)
    assert len(gaps) > 10
    assert max(gaps) < 1.0  # loaded in a thread it stops everything for more than a second at a time


async def test_a_process_that_died_is_started_again() -> None:
    pytest.importorskip("kiwipiepy")
    analyser = Analyser()
    try:
        assert await asyncio.to_thread(analyser.is_noun, "강낭콩")
        await asyncio.to_thread(analyser.close)
        assert await asyncio.to_thread(analyser.is_noun, "강낭콩")
    finally:
        await asyncio.to_thread(analyser.close)


async def test_a_word_is_not_asked_for_that_begins_as_no_standard_word_may() -> None:
    assert "노인" in lexicon().words
    assert not await is_noun("로인")


class Reading:
    """A token as Kiwi returns it."""

    def __init__(self, form: str, tag: str, oov: bool = False) -> None:
        self.form, self.tag, self.oov = form, tag, oov


def test_a_noun_must_be_likely_and_no_more_a_name() -> None:
    noun, name, guessed = Reading("단비", "NNG"), Reading("단비", "NNP"), Reading("단비", "NNG", oov=True)
    assert has_noun("단비", [([noun], -20.0)])
    assert has_noun("단비", [([name], -20.0), ([noun], -21.0)])
    assert not has_noun("단비", [([name], -20.0), ([noun], -23.0)])
    assert not has_noun("단비", [([guessed], -20.0)])
    assert not has_noun("단비", [([Reading("단", "MM"), Reading("비", "NNG")], -10.0), ([noun], -19.0)])
    assert not has_noun("단비", [])
