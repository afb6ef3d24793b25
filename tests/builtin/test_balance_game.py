"""밸런스 게임: the list, what begins a game, which one is chosen, and whole games in a chat."""

import random
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Persona, RoomKind, SpeechLevel
from chatbot.builtin.balance_game import asks_to_play, plugin
from chatbot.builtin.balance_game.pairs import Pair, chosen, next_pair, pair_of, pairs
from chatbot.builtin.wording import casual, polite
from chatbot.testing import TestChat

ASKED = (
    "밸런스 게임 하자",
    "밸런스게임",
    "밸런스 게임!",
    "밸런스 게임 할래?",
    "우리 밸런스 게임 하자",
    "심심한데 밸런스 게임이나 하자",
    "밸런스게임 해요",
    "밸런스 게임 한 판 할까?",
    "밸런스 게임 하나 내줘",
    "밸겜 ㄱㄱ",
    "나랑 밸런스 게임 할래요?",
    "벨런스 게임 하자",
    "밸런스게임 하고 싶어",
    "밸런스 게임 시작",
    "다시 밸런스 게임 하자",
)
TRAPS = (
    "게임 하고 싶다",
    "무슨 게임 좋아해?",
    "밸런스 게임 재밌더라",
    "어제 친구랑 밸런스 게임 했어",
    "이 게임 밸런스가 안 맞아",
    "밸런스가 중요해",
    "밸런스 게임이 뭐야?",
    "게임 밸런스 패치 됐대",
    "밸런스 게임 그만하고 싶어",
    "엄마가 게임 하지 말래",
    "워라밸 지키고 싶어",
    "밸런스 게임 질문 만들어서 친구 줬어",
    "게임하자고 하지 마",
    "눈치 게임 졌어",
    "밸런스 게임 유튜브 봤어",
    "보드게임 카페 가자",
)
PAIR = Pair(("평생 여름만 살기", "평생 겨울만 살기"), ("덥겠네요", "춥겠네요"))
CHOSEN = {
    "1": 0,
    "2번": 1,
    "여름": 0,
    "겨울!": 1,
    "나는 여름": 0,
    "저는 겨울이요": 1,
    "무조건 여름이지": 0,
    "전자": 0,
    "후자요": 1,
    "평생 겨울만 살기": 1,
    "여름이 나아": 0,
    "겨울로 할래": 1,
    "A": 0,
    "두 번째": 1,
    "음 여름?": 0,
}
NOT_CHOSEN = ("겨울은 싫어", "둘 다 싫어", "모르겠어", "뭐 해?", "배고파", "여름 겨울", "평생 살기", "", "ㅋㅋㅋ")


def test_the_list_is_long_and_nothing_in_it_comes_twice() -> None:
    assert len(pairs()) >= 80
    assert len({pair.key for pair in pairs()}) == len(pairs())
    assert len({comment for pair in pairs() for comment in pair.comments}) == 2 * len(pairs())


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.key)
def test_every_pair_reads_well_in_both_levels(pair: Pair) -> None:
    assert pair.options[0] != pair.options[1]
    for option in pair.options:
        assert 1 <= len(option) <= 30
        assert not set("{}|") & set(option)
    for comment in pair.comments:
        assert comment[-1] in ".!?"
        assert polite(comment) != casual(comment)
        assert polite(comment)[-2] == "요"
        assert casual(comment)[-2] != "요"
        assert not set("{}|") & set(polite(comment) + casual(comment))


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.key)
def test_each_option_is_chosen_by_its_own_words(pair: Pair) -> None:
    assert [chosen(option, pair) for option in pair.options] == [0, 1]


@pytest.mark.parametrize("text", ASKED)
def test_natural_calls_begin_a_game(text: str) -> None:
    assert asks_to_play(text)


@pytest.mark.parametrize("text", TRAPS)
def test_everyday_sentences_begin_no_game(text: str) -> None:
    assert not asks_to_play(text)


@pytest.mark.parametrize(("text", "place"), CHOSEN.items())
def test_a_choice_is_understood(text: str, place: int) -> None:
    assert chosen(text, PAIR) == place


@pytest.mark.parametrize("text", NOT_CHOSEN)
def test_what_chooses_neither_is_none(text: str) -> None:
    assert chosen(text, PAIR) is None


@given(st.text(max_size=60), st.sampled_from(pairs()))
def test_no_text_breaks_the_reading(text: str, pair: Pair) -> None:
    assert chosen(text, pair) in {0, 1, None}


@given(st.integers())
def test_a_question_asked_lately_is_not_asked_again(seed: int) -> None:
    rng, recent = random.Random(seed), list[str]()
    for _ in range(60):
        pair = next_pair(recent, rng)
        assert pair.key not in recent
        recent.append(pair.key)


async def test_a_game_goes_on_as_long_as_one_likes_also_over_restarts() -> None:
    chat = TestChat(plugin)
    first = await chat.say("밸런스 게임 하자")
    pair = next(pair for pair in pairs() if f"'{pair.options[0]}'" in first and f"'{pair.options[1]}'" in first)
    assert first.endswith(f"1. {pair.options[0]}\n2. {pair.options[1]}")
    assert await chat.say("2번") == f"{polite(pair.comments[1])} 하나 더 할까요?\n1. 하나 더\n2. 그만"
    mine = await chat.say("너는?")
    assert any(option in mine for option in pair.options)
    second = await chat.say("하나 더")
    assert second.startswith("좋아요! 둘 중 하나만 고른다면?")
    assert pair.key not in second
    assert await chat.say("둘 다 싫어") == "고르기 어렵지요? 그럴 만해요. 하나 더 할까요?\n1. 하나 더\n2. 그만"
    assert await chat.say("아니 됐어") == "좋아요, 재미있었어요!"
    assert await chat.say("안녕") == "안녕"


async def test_other_talk_goes_past_the_game() -> None:
    async with TestChat(plugin) as chat:
        await chat.say("/밸런스게임")
        assert await chat.say("오늘 뭐 했어?") == "오늘 뭐 했어?"
        assert await chat.say("너는?") == "먼저 골라 주시면 저도 말할게요!"


async def test_in_a_group_the_floor_is_given_back() -> None:
    async with TestChat(plugin) as chat:
        asked = await chat.say("/balance", room_kind=RoomKind.GROUP)
        pair = next(pair for pair in pairs() if f"'{pair.options[0]}'" in asked and f"'{pair.options[1]}'" in asked)
        assert await chat.say("1", room_kind=RoomKind.GROUP) == polite(pair.comments[0])
        assert await chat.say("하나 더", room_kind=RoomKind.GROUP) == ""
        again = await chat.say("하나 더", room_kind=RoomKind.GROUP, mentions_bot=True)
        assert again.startswith("둘 중 하나만 고른다면?")


async def test_one_more_is_only_heard_behind_a_game() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("하나 더 줘") == "하나 더 줘"
        await chat.say("/밸런스게임")
        await chat.say("그만")
        assert "둘 중" in await chat.say("하나 더")
        await chat.say("그만")
        await chat.passes(timedelta(minutes=11))
        assert await chat.say("하나 더") == "하나 더"


def test_a_question_that_left_the_list_is_none() -> None:
    assert pair_of("없는 질문") is None
    assert pair_of(pairs()[3].key) == pairs()[3]


async def test_somebody_who_is_talked_to_casually_hears_no_polite_ending() -> None:
    async with TestChat(plugin, persona=Persona(name="단비", speech_level=SpeechLevel.CASUAL)) as chat:
        for said in ("밸런스 게임 하자", "너는?", "1", "너는?", "하나 더", "모르겠어", "아니"):
            for line in (await chat.say(said)).splitlines():
                assert not re.search(r"(?:요|니다)[.!?]", line), line
