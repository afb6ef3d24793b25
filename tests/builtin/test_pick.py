"""골라줘: which messages ask for a choice, between what, and what is said."""

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Persona, SpeechLevel
from chatbot.builtin.pick import number_from, plugin
from chatbot.builtin.pick.asking import MOST, dilemma_in
from chatbot.builtin.pick.lists import split_at_blanks
from chatbot.testing import TestChat

ASKED = {
    "짜장면 짬뽕 중에 골라줘": ("짜장면", "짬뽕"),
    "뭐 먹을까? 김밥 아니면 라면": ("김밥", "라면"),
    "A랑 B 중에 뭐가 나아": ("A", "B"),
    "짜장면이랑 짬뽕 중에 뭐 먹을까?": ("짜장면", "짬뽕"),
    "강아지랑 고양이 중에 뭐가 더 좋아?": ("강아지", "고양이"),
    "사과 배 중에 골라줘": ("사과", "배"),
    "사과와 배 중에 하나만 골라줘": ("사과", "배"),
    "사과랑 배랑 귤 중에 골라줘": ("사과", "배", "귤"),
    "파랑 빨강 중에 골라줘": ("파랑", "빨강"),
    "문과 이과 중에 뭐가 나아?": ("문과", "이과"),
    "문과랑 이과 중에 골라줘": ("문과", "이과"),
    "치킨, 피자, 햄버거 중에 추천해줘": ("치킨", "피자", "햄버거"),
    "치킨이랑 맥주, 피자랑 콜라 중에 골라줘": ("치킨이랑 맥주", "피자랑 콜라"),
    "김밥, 라면이랑 떡볶이 중에 골라줘": ("김밥", "라면", "떡볶이"),
    "오늘 점심 김밥 라면 중에 골라줘": ("김밥", "라면"),
    "점심 저녁 중에 언제가 좋아?": ("점심", "저녁"),
    "매운 라면 순한 라면 중에 골라줘": ("매운 라면", "순한 라면"),
    "치킨 vs 피자": ("치킨", "피자"),
    "김밥 아니면 라면?": ("김밥", "라면"),
    "서울 또는 부산?": ("서울", "부산"),
    "영화 볼까 게임 할까": ("영화 보기", "게임 하기"),
    "치킨 먹을까 피자 먹을까?": ("치킨", "피자"),
    "잘까 놀까": ("자기", "놀기"),
    "책 읽을까, 음악 들을까": ("책 읽기", "음악 듣기"),
    "너는 여름이랑 겨울 중에 뭐가 좋아?": ("여름", "겨울"),
    "빨간 옷이랑 파란 옷 둘 중에 뭐 입을까": ("빨간 옷", "파란 옷"),
    "제주도 부산 강릉 중에 어디 갈까?": ("제주도", "부산", "강릉"),
    "철수하고 영희 중에 누가 발표할까": ("철수", "영희"),
    "죽이랑 밥 중에 골라줘": ("죽", "밥"),
    "1번 2번 3번 중에 하나 뽑아줘": ("1번", "2번", "3번"),
    "커피 / 녹차 / 물 중 골라줘": ("커피", "녹차", "물"),
    "코트랑 패딩 뭐가 나을까": ("코트", "패딩"),
    "선물 뭐 살까? 향수 아니면 지갑": ("향수", "지갑"),
    "떡볶이랑 순대 중에 뭐 먹을까": ("떡볶이", "순대"),
    "고양이랑 강아지 중에 골라줘": ("고양이", "강아지"),
    "돌잔치에 옷이랑 돈 중에 뭐가 나을까요": ("옷", "돈"),
    "강아지 산책 시간 아침 점심 저녁 중에 골라줘": ("아침", "점심", "저녁"),
    "신발 270 275 280 중에 뭐 시키지": ("270", "275", "280"),
    "짜장 vs 짬뽕 vs 볶음밥 랜덤으로 뽑아줘": ("짜장", "짬뽕", "볶음밥"),
    "큰 화분이랑 작은 화분 중에 선물로 뭐가 나을까요": ("큰 화분", "작은 화분"),
    "봄 여름 가을 겨울 중에 뭐가 제일 좋아?": ("봄", "여름", "가을", "겨울"),
    "바다 산 도시 중에 골라줘": ("바다", "산", "도시"),
    "치킨이냐 족발이냐 빨리 골라줘": ("치킨", "족발"),
    "운동을 수영으로 할지 헬스로 할지 골라 주세요": ("운동을 수영으로 하기", "헬스로 하기"),
    "점심 골라줘 김밥 라면 돈까스 냉면": ("김밥", "라면", "돈까스", "냉면"),
    "딱 골라 바다 아님 산": ("바다", "산"),
    "바나나 썩기 직전인데 버릴까 먹을까": ("버리기", "먹기"),
    "문 열고 잘까 닫고 잘까": ("문 열고 자기", "닫고 자기"),
    "산이 좋을까 바다가 좋을까": ("산", "바다"),
    "머리 기를까 자를까 볶을까": ("머리 기르기", "자르기", "볶기"),
    "칭찬이랑 선물 중에 뭐 받을래": ("칭찬", "선물"),
}
WHETHER = ("운동 갈까 말까", "이거 살까 말까?", "머리 자를까 말까", "갈까 말까 고민이야", "연락할까 말까 ㅠㅠ")
TRAPS = (
    "친구 중에 한 명이 왔어",
    "오늘 중에 끝내야 해",
    "회의 중에 졸았어",
    "엄마랑 아빠랑 싸웠어",
    "둘 중에 하나는 거짓말이야",
    "아니면 말고",
    "그게 아니면 뭐야",
    "메뉴 좀 골라줘",
    "뭐 먹을까?",
    "비 올까 눈 올까",
    "이게 맞을까 저게 맞을까",
    "수업 중에 뭐 먹었어?",
    "통화 중이야",
    "그 중에 제일 좋은 건 여름이야",
    "내일까지 아니면 모레까지 할게",
    "집에 갈게 아니면 전화해",
    "과일 중에 뭐 좋아해?",
    "동물 중에 제일 큰 게 뭐야?",
    "한국 음식 중에 뭐가 제일 맛있어?",
    "좋은 영화 골라줘",
    "점심 추천해줘",
    "한국이랑 일본 중에 어디가 더 커?",
    "사과랑 배 중에 뭐가 더 비싸?",
    "읽은 책 중에 추천해줘",
    "너랑 나 중에 누가 이겨?",
    "둘 중에 골라줘",
    "내가 골라줄까?",
    "남친이랑 기념일인데 저녁 뭐 먹지",
    "부모님이랑 여행 가는데 어디로 갈까",
    "운동하고 나서 뭐 먹지",
    "퇴직금으로 뭘 할지 아내랑 생각이 달라요",
    "영화 볼 건데 장르 고르는 중",
    "어제 라면이랑 오늘 라면 중에 뭐가 더 맛있었게",
    "안녕하십니까 어르신 말동무도 해줍니까",
    "행동과 말 중에 뭐가 더 중요할까요",
    "하지 말아",
    "점심 메뉴 골라 주세요 10분밖에 없어요",
    "언니가 옷 골라줬어",
    "파스타랑 샐러드 먹었어",
    "할지 말지 모르겠어",
)


@pytest.mark.parametrize(("text", "options"), ASKED.items())
def test_options_are_found_as_people_list_them(text: str, options: tuple[str, ...]) -> None:
    found = dilemma_in(text)
    assert found is not None
    assert found.options == options
    assert not found.is_whether


@pytest.mark.parametrize("text", WHETHER)
def test_doing_it_or_not_is_a_choice_too(text: str) -> None:
    found = dilemma_in(text)
    assert found is not None
    assert found.is_whether


@pytest.mark.parametrize("text", TRAPS)
def test_everyday_sentences_ask_for_no_choice(text: str) -> None:
    assert dilemma_in(text) is None


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("짜장면 짬뽕", ("짜장면", "짬뽕")),
        ("짜장면,짬뽕, 볶음밥", ("짜장면", "짬뽕", "볶음밥")),
        ("된장 찌개, 김치 찌개", ("된장 찌개", "김치 찌개")),
        ("하나", ("하나",)),
        ("", ()),
    ],
)
def test_a_command_takes_a_plain_list(text: str, options: tuple[str, ...]) -> None:
    assert split_at_blanks(text) == options


WORDS = st.sampled_from(
    ["짜장면", "짬뽕", "김밥", "바다", "산", "커피", "녹차", "강릉", "연극", "축구", "수박", "만두"]
)


@given(st.lists(WORDS, min_size=2, max_size=6, unique=True), st.sampled_from([", ", " ", "/", " vs ", " 아니면 "]))
def test_any_list_is_read_whole(words: list[str], separator: str) -> None:
    found = dilemma_in(f"{separator.join(words)} 중에 골라줘")
    assert found is not None
    assert found.options == tuple(words)


@given(st.text(max_size=300) | st.text("가나다 중에골라줘뭐아니면vs,?까말", max_size=300))
def test_no_text_breaks_the_reading_or_takes_long(text: str) -> None:
    begun = time.perf_counter()
    found = dilemma_in(text)
    assert time.perf_counter() - begun < 1
    assert found is None or found.is_whether or 2 <= len(found.options) <= MOST


async def test_what_is_picked_is_one_of_the_options() -> None:
    async with TestChat(plugin) as chat:
        seen = {await chat.say(f"짜장면 짬뽕 중에 골라줘{'!' * times}") for times in range(8)}
        assert all(("짜장면" in one) != ("짬뽕" in one) for one in seen)
        assert len(seen) > 1


async def test_a_command_says_what_it_needs() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("/골라줘 짜장면") == "고르려면 두 가지는 있어야 해요. 하나만 더 적어 주세요."
        assert await chat.say("/pick 짬뽕 짬뽕") == "다 똑같은걸요? 그럼 고민할 것 없이 짬뽕이에요!"
        assert (await chat.say("/골라 " + " ".join(map(str, range(30))))).startswith("너무 많아서")
        assert (await chat.say("골라줘")).startswith("무엇 중에서 고를까요?")


async def test_what_hurts_is_never_picked() -> None:
    async with TestChat(plugin) as chat:
        assert "109" in await chat.say("/골라 옥상에서 뛰어내리기, 참기")
        assert "109" in await chat.say("/골라줘 죽기, 살기")
        assert await chat.say("친구 때릴까 말까") == "누군가 다칠 수 있는 일은 고르지 않을게요."
        assert await chat.say("음주운전할까 말까?") == "누군가 다칠 수 있는 일은 고르지 않을게요."
        assert "죽" in await chat.say("/골라줘 죽, 전복죽")


async def test_what_no_coin_should_settle_is_left_to_talk() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("퇴사할까 말까") == "퇴사할까 말까"
        assert await chat.say("이 약 먹을까 저 약 먹을까") == "이 약 먹을까 저 약 먹을까"
        assert (await chat.say("/골라줘 퇴사, 버티기")).startswith("그건 제비뽑기로 정하기에는")


async def test_a_number_is_drawn_from_a_range() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("숫자 하나 골라봐 1부터 9까지") in {
            f"{number}{'이요' if number in (1, 3, 6, 7, 8) else '요'}!" for number in range(1, 10)
        }
        assert await chat.say("/골라줘 7부터 7까지") == "7이요!"


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers())
def test_a_number_lies_within_its_range(one: int, other: int, seed: int) -> None:
    number = number_from(f"{one}부터 {other}까지 골라줘", random.Random(seed))
    assert number is not None
    assert min(one, other) <= number <= max(one, other)


async def test_personal_data_is_not_said_back() -> None:
    assert (await TestChat(plugin).say("/골라줘 010-2398-7741, 짬뽕")).startswith("그대로 따라 말하기 어려운")


async def test_somebody_who_is_talked_to_casually_hears_no_polite_ending() -> None:
    async with TestChat(plugin, persona=Persona(name="단비", speech_level=SpeechLevel.CASUAL)) as chat:
        for said in (
            "짜장면 짬뽕 중에 골라줘",
            "운동 갈까 말까",
            "골라줘",
            "/골라 하나",
            "/골라 가 가",
            "/골라 죽기, 살기",
            "친구 때릴까 말까",
            "/골라 퇴사, 버티기",
        ):
            for line in (await chat.say(said)).splitlines():
                assert not re.search(r"(?:요|니다)[.!?]", line), line
