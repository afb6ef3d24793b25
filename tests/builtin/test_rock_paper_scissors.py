"""가위바위보: what begins a game, who wins, and whole games in a chat."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Persona, SpeechLevel
from chatbot.builtin.rock_paper_scissors import (
    Hand,
    Outcome,
    Score,
    asks_to_play,
    hand_in,
    outcome_of,
    plugin,
    shows_at_once,
)
from chatbot.testing import TestChat

ASKED = (
    "가위바위보 하자",
    "가위바위보",
    "가위바위보!",
    "가위 바위 보",
    "가위바위보 할래?",
    "가위바위보 한 판 하자",
    "우리 가위바위보 하자",
    "나랑 가위바위보 할래요?",
    "심심한데 가위바위보나 하자",
    "안내면 진다 가위바위보",
    "안 내면 진다, 가위바위보!",
    "안 내면 술래 가위바위보!",
    "안내면 진다!",
    "가위바위보 해요",
    "가위바위보 게임 하고 싶어",
    "가바보 ㄱㄱ",
    "가위바위보 한판 고",
    "다시 가위바위보 하자",
)
AT_ONCE = {
    "가위!": Hand.SCISSORS,
    "바위!": Hand.ROCK,
    "보!": Hand.PAPER,
    "가위": Hand.SCISSORS,
    "주먹!": Hand.ROCK,
    "보자기!": Hand.PAPER,
    "가위바위보 보!": Hand.PAPER,
    "가위바위보! 바위": Hand.ROCK,
    "안내면 진다 가위바위보 가위": Hand.SCISSORS,
    "가위바위보, 나는 바위": Hand.ROCK,
}
TRAPS = (
    "가위바위보 졌어",
    "가위바위보로 정했어",
    "친구랑 가위바위보 해서 이겼어",
    "가위바위보 이기는 법 알려줘",
    "가위바위보 누가 만들었어?",
    "가위 어디 있어?",
    "가위 좀 빌려줘",
    "어제 가위 눌렸어",
    "바위섬 노래 알아?",
    "바위처럼 단단해",
    "보",
    "보고 싶어",
    "보험 들었어",
    "주먹밥 먹고 싶다",
    "주먹으로 벽 쳤어",
    "가위로 잘라 먹어",
    "안 내면 벌금이래",
    "가위바위보는 확률 게임이야",
    "이 가위 잘 안 들어",
    "계란으로 바위 치기",
)
SHOWN = {
    "가위": Hand.SCISSORS,
    "나는 가위": Hand.SCISSORS,
    "가위 낼게!": Hand.SCISSORS,
    "✌️": Hand.SCISSORS,
    "바위요": Hand.ROCK,
    "묵!": Hand.ROCK,
    "✊": Hand.ROCK,
    "보": Hand.PAPER,
    "난 보!": Hand.PAPER,
    "보자기": Hand.PAPER,
    "✋": Hand.PAPER,
    "빠": Hand.PAPER,
}


@pytest.mark.parametrize("text", ASKED)
def test_natural_calls_begin_a_game(text: str) -> None:
    assert asks_to_play(text)
    assert shows_at_once(text) is None


@pytest.mark.parametrize(("text", "hand"), AT_ONCE.items())
def test_a_hand_with_a_call_is_played_at_once(text: str, hand: Hand) -> None:
    assert shows_at_once(text) is hand


@pytest.mark.parametrize("text", TRAPS)
def test_everyday_sentences_begin_no_game(text: str) -> None:
    assert not asks_to_play(text)
    assert shows_at_once(text) is None


@pytest.mark.parametrize(("text", "hand"), SHOWN.items())
def test_hands_are_seen_in_a_game(text: str, hand: Hand) -> None:
    assert hand_in(text) is hand


@pytest.mark.parametrize("text", ["뭐 먹을까", "가위 말고 딴 거", "보고 싶다", "바위가 뭐야", ""])
def test_what_shows_no_hand_is_none(text: str) -> None:
    assert hand_in(text) is None


def test_each_hand_beats_one_and_loses_to_one() -> None:
    for hand in Hand:
        outcomes = [outcome_of(hand, other) for other in Hand]
        assert sorted(outcomes) == [Outcome.DRAW, Outcome.LOSS, Outcome.WIN]
    assert outcome_of(Hand.SCISSORS, Hand.PAPER) is Outcome.WIN
    assert outcome_of(Hand.ROCK, Hand.SCISSORS) is Outcome.WIN
    assert outcome_of(Hand.PAPER, Hand.ROCK) is Outcome.WIN


@given(st.lists(st.sampled_from(list(Outcome)), max_size=40))
def test_a_score_counts_every_round_and_the_last_streak(outcomes: list[Outcome]) -> None:
    score = Score()
    for outcome in outcomes:
        score = score.after(outcome)
    assert (score.wins, score.losses, score.draws) == tuple(
        outcomes.count(one) for one in (Outcome.WIN, Outcome.LOSS, Outcome.DRAW)
    )
    decided = "".join("W" if one is Outcome.WIN else "L" for one in outcomes if one is not Outcome.DRAW)
    run = len(decided) - len(decided.rstrip(decided[-1:])) if decided else 0
    assert score.streak == (run if decided.endswith("W") else -run)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert hand_in(text) in {None, *Hand}
    assert shows_at_once(text) in {None, *Hand}
    assert asks_to_play(text) in {True, False}


async def test_a_game_goes_on_until_somebody_wins_also_over_restarts() -> None:
    chat = TestChat(plugin)
    assert await chat.say("가위바위보 하자") == "안 내면 진다, 가위바위보!\n1. 가위\n2. 바위\n3. 보"
    reply = await chat.say("가위")
    for _ in range(9):
        if "비겼네요" not in reply:
            break
        assert reply.endswith("1. 가위\n2. 바위\n3. 보")
        reply = await chat.say("1")
    assert re.fullmatch(r"저는 (바위를 냈어요\. 제가 이겼어요!.*|보를 냈어요\. 이기셨어요! 축하해요\.)", reply)
    assert re.fullmatch(r"지금까지 (1승 \d무 0패|0승 \d무 1패)예요\.", await chat.say("/가위바위보 전적"))


async def test_other_talk_in_a_game_goes_past_it() -> None:
    async with TestChat(plugin) as chat:
        await chat.say("/가위바위보")
        assert await chat.say("근데 오늘 날씨 좋다") == "근데 오늘 날씨 좋다"
        assert await chat.say("바위") != "바위"


async def test_one_more_round_is_only_heard_behind_a_game() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("한 판 더") == "한 판 더"
        for _ in range(12):
            if "비겼네요" not in await chat.say("/가위바위보 보"):
                break
            await chat.say("그만")
        assert (await chat.say("한 판 더 하자")).startswith("안 내면 진다, 가위바위보!")
        await chat.say("그만")
        await chat.passes(timedelta(minutes=6))
        assert await chat.say("한 판 더 하자") == "한 판 더 하자"


async def test_a_score_is_told_only_when_there_is_one() -> None:
    assert await TestChat(plugin).say("/가위바위보 전적") == "아직 저와 가위바위보를 한 적이 없어요. 한 판 하실래요?"


async def test_a_hand_that_there_is_not_is_told() -> None:
    assert "가위" in await TestChat(plugin).say("/가위바위보 총")


async def test_somebody_who_is_talked_to_casually_hears_no_polite_ending() -> None:
    async with TestChat(plugin, persona=Persona(name="단비", speech_level=SpeechLevel.CASUAL)) as chat:
        for said in ("가위바위보 하자", "가위", "그만", "/가위바위보 보", "/가위바위보 전적"):
            for line in (await chat.say(said)).splitlines():
                assert not re.search(r"(?:요|니다)[.!?]", line), line
