"""The dice plugin: what it hears, what it leaves alone, and what it throws."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Persona, SpeechLevel
from chatbot.builtin.dice import MOST_DICE, MOST_SIDES, Dice, asked_coins, asked_dice, dice_in, plugin, throw
from chatbot.testing import TestChat

ASKED = {
    "주사위 굴려줘": Dice(),
    "주사위": Dice(),
    "주사위!": Dice(),
    "주사위 던져 줘": Dice(),
    "주사위 굴려주세요": Dice(),
    "주사위를 굴려 줄래?": Dice(),
    "주사위 좀 굴려봐": Dice(),
    "그럼 주사위 한번 굴려보자": Dice(),
    "다시 주사위 굴려": Dice(),
    "주사위 두 개": Dice(2),
    "주사위 두 개 굴려줘": Dice(2),
    "주사위 2개 던져줘": Dice(2),
    "주사위 세개 굴려줘": Dice(3),
    "주사위 하나만 굴려줘": Dice(),
    "20면 주사위 굴려줘": Dice(1, 20),
    "20면체 주사위 두 개 굴려줘": Dice(2, 20),
    "주사위 100면 굴려줘": Dice(1, 100),
    "2d6 굴려줘": Dice(2, 6),
    "2d6+1": Dice(2, 6, 1),
    "3D20-2 굴려줘": Dice(3, 20, -2),
}
NOT_ASKED = (
    "주사위는 던져졌다",
    "주사위 잃어버렸어",
    "주사위 게임 재밌더라",
    "주사위 어디서 사?",
    "어제 주사위 굴려서 졌어",
    "주사위 모양 젤리 먹었어",
    "주사위 확률이 어떻게 돼?",
    "주사위 굴리는 소리가 시끄러워",
    "부루마블 하다가 주사위를 던졌는데 6이 나왔어",
    "주사위 두 개 샀어",
    "주사위가 뭐야?",
    "우리 집에 주사위 있어",
    "주사위처럼 네모난 두부",
    "2d 애니메이션 좋아해?",
    "3d 프린터 샀어",
    "주사위 그만 굴려",
    "주사위 굴릴 사람 구해요",
    "d6 비타민 있어?",
)
COINS = {
    "동전 던져줘": 1,
    "동전 던지자": 1,
    "동전 한번 던져줘": 1,
    "동전 던져 주세요": 1,
    "코인 던져줘": 1,
    "동전 세 번 던져줘": 3,
    "동전 5번 던져봐": 5,
    "앞 뒤": 1,
    "앞면 뒷면 골라줘": 1,
    "앞이야 뒤야?": 1,
}
NO_COINS = (
    "동전 주웠어",
    "동전 있어?",
    "동전 던지기에서 졌어",
    "동전 노래방 가자",
    "코인 떨어졌어",
    "코인에 돈 넣었어",
    "동전지갑 샀어",
    "분수에 동전 던졌어",
    "동전 바꿔줘",
    "앞뒤가 안 맞아",
    "앞집 뒷집 다 이사 갔어",
    "동전 모으는 중이야",
    "앞에 뒤에 사람이 많아",
    "코인 노래방 갈래?",
    "동전 500원짜리 있어?",
)


@pytest.mark.parametrize(("text", "dice"), ASKED.items())
def test_natural_wishes_throw_the_dice_they_name(text: str, dice: Dice) -> None:
    words = asked_dice(text)
    assert words is not None
    assert dice_in(words) == dice


@pytest.mark.parametrize("text", NOT_ASKED)
def test_everyday_sentences_throw_no_dice(text: str) -> None:
    assert asked_dice(text) is None


@pytest.mark.parametrize(("text", "times"), COINS.items())
def test_natural_wishes_toss_a_coin(text: str, times: int) -> None:
    assert asked_coins(text) == times


@pytest.mark.parametrize("text", NO_COINS)
def test_everyday_sentences_toss_no_coin(text: str) -> None:
    assert asked_coins(text) is None


@given(st.integers(1, MOST_DICE), st.integers(2, MOST_SIDES), st.integers(-99, 99))
def test_a_notation_is_read_as_it_was_written(count: int, sides: int, added: int) -> None:
    assert dice_in(f"{count}d{sides}{added:+d}") == Dice(count, sides, added)


@given(st.integers(1, MOST_DICE), st.integers(2, MOST_SIDES), st.integers())
def test_each_die_shows_one_of_its_sides(count: int, sides: int, seed: int) -> None:
    points = throw(Dice(count, sides), random.Random(seed))
    assert len(points) == count
    assert all(1 <= one <= sides for one in points)


def test_every_side_comes_up() -> None:
    rng = random.Random(7)
    assert {throw(Dice(), rng)[0] for _ in range(300)} == {1, 2, 3, 4, 5, 6}


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    asked_dice(text)
    asked_coins(text)
    try:
        dice = dice_in(text)
    except ValueError:
        return
    assert dice is None or 1 <= dice.count <= MOST_DICE


@pytest.mark.parametrize("words", ["21개", "0개", "1면", "1001면", "21d6", "2d99999", "1d6+999999"])
def test_what_nobody_throws_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="no such dice"):
        dice_in(words)


async def test_a_chat_throws_dice_and_coins() -> None:
    async with TestChat(plugin) as chat:
        assert re.fullmatch(r"데구르르… [136]이 나왔어요!|데구르르… [245]가 나왔어요!", await chat.say("주사위 굴려줘"))
        two = re.fullmatch(r"데구르르… (\d), (\d)! 합은 (\d+)(?:이에요|예요)\.", await chat.say("/주사위 두 개"))
        assert two is not None
        assert int(two[1]) + int(two[2]) == int(two[3])
        more = re.fullmatch(r"데구르르… (\d), (\d)! 1을 더하면 (\d+)(?:이에요|예요)\.", await chat.say("/roll 2d6+1"))
        assert more is not None
        assert int(more[1]) + int(more[2]) + 1 == int(more[3])
        assert await chat.say("/주사위 999개") == "주사위는 20개까지, 2면부터 1,000면까지 굴릴 수 있어요."
        assert await chat.say("/주사위 고양이") == "'두 개'나 '2d6+1'처럼 적어 주세요."
        assert re.fullmatch(r"휙! (앞면|뒷면)이 나왔어요\.", await chat.say("동전 던져줘"))
        assert re.fullmatch(r"휙휙! 앞면 (\d+)번, 뒷면 (\d+)번이에요\.", await chat.say("/동전 15"))
        assert await chat.say("/coin 1000") == "동전은 20번까지 던질 수 있어요."
        assert await chat.say("주사위는 던져졌다") == "주사위는 던져졌다"


async def test_somebody_who_is_talked_to_casually_hears_no_polite_ending() -> None:
    async with TestChat(plugin, persona=Persona(name="단비", speech_level=SpeechLevel.CASUAL)) as chat:
        for said in (
            "주사위 굴려줘",
            "/주사위 두 개",
            "/주사위 999개",
            "/주사위 고양이",
            "동전 던져줘",
            "/동전 12",
            "/동전 99",
        ):
            for line in (await chat.say(said)).splitlines():
                assert not re.search(r"(?:요|니다)[.!?]", line), line
