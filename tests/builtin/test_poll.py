"""투표: how a poll is read, whole polls in a group, deadlines, ties, secrets, and what erasing leaves."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import RoomKind
from chatbot.builtin.poll import LONGEST_OPTION, MOST, Draft, plugin, read_poll
from chatbot.builtin.speech_level import plugin as speech_level
from chatbot.testing import TestChat

GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}


def group_chat(*plugins: Any) -> TestChat:
    return TestChat(plugin, *plugins, settings={"guards": {"person_per_minute": 1000, "room_per_minute": 1000}})


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("점심 뭐 먹지? 김밥 | 라면 | 돈가스", Draft("점심 뭐 먹지?", ("김밥", "라면", "돈가스"))),
        ("김밥, 라면, 돈가스", Draft("", ("김밥", "라면", "돈가스"))),
        ("김밥|라면", Draft("", ("김밥", "라면"))),
        ("점심?? 김밥|라면", Draft("점심??", ("김밥", "라면"))),
        ("점심: 김밥, 라면", Draft("점심", ("김밥", "라면"))),
        ("점심 뭐 먹지? 김밥 라면 돈가스", Draft("점심 뭐 먹지?", ("김밥", "라면", "돈가스"))),
        ("점심 뭐 먹지?\n1. 김밥\n2. 라면 정식", Draft("점심 뭐 먹지?", ("김밥", "라면 정식"))),
        ("1) 김밥\n2) 라면", Draft("", ("김밥", "라면"))),
        ("- 김밥\n- 라면", Draft("", ("김밥", "라면"))),
        ("짜장 vs 짬뽕", Draft("", ("짜장", "짬뽕"))),
        ("짜장 대 짬뽕", Draft("", ("짜장", "짬뽕"))),
        ("월요일 / 화요일", Draft("", ("월요일", "화요일"))),
        ("1.5인분, 2인분", Draft("", ("1.5인분", "2인분"))),
        ("3시 10분에 만날까? 응 | 아니", Draft("3시 10분에 만날까?", ("응", "아니"))),
        ("10분 점심? 김밥|라면", Draft("점심?", ("김밥", "라면"), lasts=timedelta(minutes=10))),
        ("10분 뒤 마감 점심? 김밥|라면", Draft("점심?", ("김밥", "라면"), lasts=timedelta(minutes=10))),
        ("1시간 30분 점심? 김밥|라면", Draft("점심?", ("김밥", "라면"), lasts=timedelta(minutes=90))),
        ("2시간 반 동안 회의 언제? 월, 화", Draft("회의 언제?", ("월", "화"), lasts=timedelta(minutes=150))),
        ("1일 어디 가? 산, 바다", Draft("어디 가?", ("산", "바다"), lasts=timedelta(days=1))),
        ("비밀 누가 낼까? 하나, 두리", Draft("누가 낼까?", ("하나", "두리"), secret=True)),
        ("익명 10분 짜장, 짬뽕", Draft("", ("짜장", "짬뽕"), secret=True, lasts=timedelta(minutes=10))),
        ("10분 비밀투표 짜장, 짬뽕", Draft("", ("짜장", "짬뽕"), secret=True, lasts=timedelta(minutes=10))),
        ("3분카레, 라면", Draft("", ("3분카레", "라면"))),
        ("비밀번호 뭘로? 하나, 둘", Draft("비밀번호 뭘로?", ("하나", "둘"))),
        ("김밥, 김밥 , 라면", Draft("", ("김밥", "라면"))),
        ("김밥", Draft("", ("김밥",))),
        ("점심 뭐 먹지?", Draft("점심 뭐 먹지?", ())),
        ("비밀", Draft("", (), secret=True)),
        ("", Draft("", ())),
    ],
)
def test_a_poll_is_read_as_people_write_it(text: str, draft: Draft) -> None:
    assert read_poll(text) == draft


@given(st.text(st.sampled_from("비밀 10분시간반일?|,/\n.점심김밥vs:-"), max_size=60))
def test_reading_never_fails_and_options_are_different_and_not_empty(text: str) -> None:
    options = read_poll(text).options
    assert all(option.strip() == option != "" for option in options)
    assert len(set(options)) == len(options)


async def test_a_poll_from_its_opening_to_its_end() -> None:
    chat = group_chat()  # which restarts for each message
    opened = await chat.say("/투표 점심 뭐 먹지? 김밥 | 라면 | 돈가스", **GROUP)
    assert opened.startswith("[투표] 점심 뭐 먹지?\n")
    assert "/투표 2" in opened
    assert await chat.say("/투표 2", **GROUP, speaker="두리") == "'라면'에 한 표 받았어요. 지금까지 1명이 투표했어요."
    assert (
        await chat.say("/투표 돈가스", **GROUP, speaker="세나")
        == "'돈가스'에 한 표 받았어요. 지금까지 2명이 투표했어요."
    )
    assert await chat.say("/투표 3번", **GROUP, speaker="두리") == "'돈가스'로 바꿨어요. 지금까지 2명이 투표했어요."
    counted = "점심 뭐 먹지?\n1. 김밥: 0표\n2. 라면: 0표\n3. 돈가스: 2표 (두리, 세나)"
    assert await chat.say("/투표 결과", **GROUP, speaker="두리") == counted
    assert await chat.say("/투표 끝", **GROUP) == f"투표가 끝났어요! {counted}\n'돈가스'가 2표로 뽑혔어요."
    assert "열린 투표가 없어요" in await chat.say("/투표 1", **GROUP)


async def test_what_is_open_is_shown_again_with_its_choices() -> None:
    async with group_chat() as chat:
        assert "이렇게 열어 주세요" in await chat.say("/투표", **GROUP)
        opened = await chat.say("/투표 산, 바다", **GROUP)
        assert await chat.say("/투표", **GROUP, speaker="두리") == opened
        assert opened.count("/투표 ") == 3  # how to vote, and two choices


async def test_ties_and_empty_polls_are_told() -> None:
    async with group_chat() as chat:
        await chat.say("/투표 산, 바다, 강", **GROUP)
        assert (await chat.say("/투표 끝", **GROUP)).endswith("아무도 투표하지 않았어요.")
        await chat.say("/투표 산, 바다, 강", **GROUP)
        for speaker, choice in (("하나", 1), ("두리", 2), ("세나", 3)):
            await chat.say(f"/투표 {choice}", **GROUP, speaker=speaker)
        assert (await chat.say("/투표 끝", **GROUP)).endswith("'산', '바다'와 '강'이 1표씩으로 같아요.")


async def test_votes_of_an_earlier_poll_do_not_count() -> None:
    async with group_chat() as chat:
        await chat.say("/투표 산, 바다", **GROUP)
        await chat.say("/투표 1", **GROUP)
        await chat.say("/투표 끝", **GROUP)
        await chat.say("/투표 김밥, 라면", **GROUP, speaker="두리")
        assert "1. 김밥: 0표" in await chat.say("/투표 결과", **GROUP)
        assert await chat.say("/투표 1", **GROUP) == "'김밥'에 한 표 받았어요. 지금까지 1명이 투표했어요."


async def test_one_poll_at_a_time_ended_by_its_opener_or_an_admin() -> None:
    async with group_chat() as chat:
        await chat.say("/투표 산, 바다", **GROUP)
        assert "직접 여신 투표가" in await chat.say("/투표 김밥, 라면", **GROUP)
        assert "다른 분이 연 투표가" in await chat.say("/투표 김밥, 라면", **GROUP, speaker="두리")
        assert "연 사람이나 관리자" in await chat.say("/투표 끝", **GROUP, speaker="두리")
        assert "끝났어요" in await chat.say("/투표 마감", **GROUP, speaker="두리", from_admin=True)
        assert "[투표]" in await chat.say("/투표 김밥, 라면", **GROUP, speaker="두리")
        other: dict[str, Any] = {**GROUP, "room": "다른 단톡"}
        assert "[투표]" in await chat.say("/투표 김밥, 라면", **other)


async def test_a_poll_with_a_deadline_ends_by_itself_once() -> None:
    chat = group_chat()
    assert "까지)" in await chat.say("/투표 10분 점심? 김밥 | 라면", **GROUP)
    await chat.say("/투표 1", **GROUP, speaker="두리")
    assert await chat.passes(timedelta(minutes=9)) == ""
    said = await chat.passes(timedelta(minutes=2))
    assert said == "투표가 끝났어요! 점심?\n1. 김밥: 1표 (두리)\n2. 라면: 0표\n'김밥'이 1표로 뽑혔어요."
    assert "열린 투표가 없어요" in await chat.say("/투표 결과", **GROUP)
    assert await chat.passes(timedelta(minutes=30)) == ""


async def test_a_deadline_does_not_end_the_poll_that_came_after() -> None:
    async with group_chat() as chat:
        await chat.say("/투표 10분 점심? 김밥 | 라면", **GROUP)
        await chat.say("/투표 끝", **GROUP, speaker="두리", from_admin=True)  # an admin cannot cancel the opener's job
        await chat.say("/투표 산, 바다", **GROUP)
        assert await chat.passes(timedelta(minutes=11)) == ""
        assert "1. 산: 0표" in await chat.say("/투표 결과", **GROUP)


async def test_a_poll_that_was_forgotten_does_not_stop_others() -> None:
    chat = group_chat()
    await chat.say("/투표 산, 바다", **GROUP)
    await chat.passes(timedelta(days=8))
    assert "[투표]" in await chat.say("/투표 김밥, 라면", **GROUP, speaker="두리")
    assert "1. 김밥: 0표" in await chat.say("/투표 결과", **GROUP)


async def test_a_secret_poll_tells_counts_and_no_names() -> None:
    async with group_chat() as chat:
        assert "[비밀 투표]" in await chat.say("/투표 비밀 누가 낼까? 하나 | 두리", **GROUP)
        assert await chat.say("/투표 2", **GROUP, speaker="세나") == "한 표 받았어요. 지금까지 1명이 투표했어요."
        assert await chat.say("/투표 1", **GROUP, speaker="세나") == "표를 바꿨어요. 지금까지 1명이 투표했어요."
        assert "세나" not in await chat.say("/투표 끝", **GROUP)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("김밥", "이렇게 열어 주세요"),
        ("점심 뭐 먹지?", "이렇게 열어 주세요"),
        (", ".join(map(str, range(MOST + 1))), f"{MOST}개까지"),
        (f"{'가' * (LONGEST_OPTION + 1)}, 나", f"{LONGEST_OPTION}자까지"),
        ("8일 산, 바다", "7일 뒤까지"),
        ("0분 산, 바다", "1분 뒤부터"),
        ("누구 번호? 010-1234-5678 | 몰라", "열기 어려워요"),
        ("존나 어디 가? 산, 바다", "열기 어려워요"),
        ("7", "열린 투표가 없어요"),
    ],
)
async def test_what_cannot_be_a_poll_is_explained(written: str, why: str) -> None:
    assert why in await TestChat(plugin).say(f"/투표 {written}", **GROUP)


async def test_a_number_beyond_the_options_is_explained() -> None:
    async with group_chat() as chat:
        await chat.say("/투표 산, 바다", **GROUP)
        assert await chat.say("/투표 3", **GROUP) == "1번부터 2번 가운데에서 골라 주세요."


async def test_polls_are_for_groups() -> None:
    async with group_chat() as chat:
        private = await chat.say("/투표 산, 바다")
        assert private
        assert "[투표]" not in private


async def test_a_poll_speaks_the_level_of_who_asks() -> None:
    async with group_chat(speech_level) as chat:
        await chat.say("단비야 말 놓자", **GROUP)
        assert "골라 줘" in await chat.say("/투표 산, 바다", **GROUP)
        assert await chat.say("/투표 1", **GROUP) == "'산'에 한 표 받았어. 지금까지 1명이 투표했어."
        assert (await chat.say("/투표 끝", **GROUP)).endswith("'산'이 1표로 뽑혔어.")


async def test_erasing_a_voter_takes_the_vote_and_erasing_the_opener_the_poll() -> None:
    async with group_chat() as chat:
        await chat.say("/투표 산, 바다", **GROUP)
        await chat.say("/투표 1", **GROUP, speaker="두리")
        await chat.say("/투표 2", **GROUP, speaker="세나")
        await erase(chat, "두리")
        assert "1. 산: 0표" in await chat.say("/투표 결과", **GROUP)
        await erase(chat, "하나")
        assert "열린 투표가 없어요" in await chat.say("/투표 결과", **GROUP, speaker="세나")


async def erase(chat: TestChat, speaker: str) -> None:
    assert "투표에 적어 둔 것" in await chat.say("/내정보", speaker=speaker)
    await chat.say("/삭제", speaker=speaker)
    assert "지웠어요" in await chat.say("/삭제 확인", speaker=speaker)
    held = await chat.say("/내정보", speaker=speaker)
    assert "던진 표" not in held
    assert "연 투표" not in held
