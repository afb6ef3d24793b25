"""끝말잇기 with the bot: whole games, each message to a bot that was just started unless it says otherwise."""

import re
from typing import Any

import pytest
from word_chain_referee import is_legal

from chatbot.builtin.word_chain import plugin
from chatbot.builtin.word_chain.words import lexicon
from chatbot.dialogue.persona import Persona
from chatbot.messages import RoomKind, SpeechLevel
from chatbot.testing import TestChat

PATIENT = {"person_per_minute": 10_000, "room_per_minute": 10_000}
CASUAL = Persona(name="나무", speech_level=SpeechLevel.CASUAL)


def chatting(persona: Persona | None = None, **settings: Any) -> TestChat:
    sections = {"guards": PATIENT, "plugins": {"끝말잇기": {"kiwi": False} | settings}}
    return TestChat(plugin, persona=persona, settings=sections)


def said_in(reply: str) -> str:
    """Return the word that the bot said."""
    found = re.search(r"([가-힣]+)! 다음은", reply)
    assert found is not None, reply
    return found[1]


def answer_to(used: list[str]) -> str:
    """Return a word that may follow, one that can be followed well."""
    open_ended = [word for word in lexicon().following(used[-1], used) if not lexicon().is_dead_end(word)]
    return max(open_ended, key=lambda word: len(lexicon().following(word, used)))


def misfit(last: str) -> str:
    """Return a word that may not follow."""
    return next(word for word in ("나비", "사과", "토끼") if not is_legal(word, [last], lexicon().words))


async def test_a_game_goes_on_over_restarts() -> None:
    chat = chatting()
    reply = await chat.say("/끝말잇기")
    assert "제가 먼저" in reply
    used = [said_in(reply)]
    for _ in range(6):
        used.append(answer_to(used))
        mine = said_in(await chat.say(used[-1]))
        assert is_legal(mine, used, lexicon().words)
        used.append(mine)
    assert "아까 나왔어요" in await chat.say(used[1] if used[1][0] == used[-1][-1] else await repeated(chat, used))


async def repeated(chat: TestChat, used: list[str]) -> str:
    """Play on until a word that was said would fit again; return it."""
    while not (again := [word for word in used if word[0] == used[-1][-1]]):
        used.append(answer_to(used))
        used.append(said_in(await chat.say(used[-1])))
    return again[0]


@pytest.mark.parametrize(
    "text",
    [
        "끝말잇기 하자",
        "끝말잇기 할래?",
        "나랑 끝말잇기 하자!",
        "끝말잇기",
        "끝말잇기!",
        "심심한데 끝말잇기 하자",
        "우리 끝말잇기 할까요?",
        "단비야 끝말잇기 하자",
        "끝말 잇기 하자",
        "끝말잇기 한 판 더!",
        "쉬운 끝말잇기 하자",
        "끝말잇기 어려움으로 하자",
        "/끝말잇기 쉬움",
        "/끝말잇기 어려움",
        "/wordchain",
    ],
)
async def test_a_game_begins_when_it_is_asked_for(text: str) -> None:
    assert said_in(await chatting().say(text)) in lexicon().everyday


@pytest.mark.parametrize(
    "text", ["끝말잇기가 뭐야?", "어제 친구랑 끝말잇기 했어", "끝말잇기 잘하는 법 알려줘", "끝말잇기 싫어"]
)
async def test_a_game_does_not_begin_when_it_is_only_mentioned(text: str) -> None:
    assert await chatting().say(text) == text


@pytest.mark.parametrize(
    ("text", "level"), [("쉬운 끝말잇기 하자", "쉬움"), ("끝말잇기 어렵게 하자", "어려움"), ("/끝말잇기", "보통")]
)
async def test_the_level_asked_for_is_played(text: str, level: str) -> None:
    async with chatting() as chat:
        word = said_in(await chat.say(text))
        await chat.say(answer_to([word]))
        await chat.say("포기")
        assert (await chat.say("/끝말잇기 기록")).startswith(f"{level} 0승 1패예요.")


async def test_an_unknown_level_is_told() -> None:
    reply = await chatting().say("/끝말잇기 지옥")
    assert "쉬움" in reply
    assert "/끝말잇기" in reply


@pytest.mark.parametrize("put", ["{}!", "음 {}", "{}요", "{}~ ㅋㅋ", "정답은 {}", "{}입니다", "'{}'", "단비야 {}"])
async def test_a_word_counts_however_it_is_put(put: str) -> None:
    async with chatting() as chat:
        word = said_in(await chat.say("/끝말잇기"))
        assert said_in(await chat.say(put.format(answer_to([word]))))


async def test_a_word_that_ends_like_a_sentence_with_its_ending_is_still_a_word() -> None:
    async with chatting() as chat:
        await chat.say("/끝말잇기")
        await chat.say("내가 먼저")
        last = said_in(await chat.say("나무"))
        word = next(word for word in ("반지", "소시지") if word[0] != last[-1])
        assert "시작하는 말이어야 해요" in await chat.say(f"{word}요")


async def test_three_slips_lose_and_a_word_is_told_that_would_have_done() -> None:
    chat = chatting()
    word = said_in(await chat.say("/끝말잇기"))
    used = [word, answer_to([word])]
    last = said_in(await chat.say(used[-1]))
    assert "두 번 더 해 볼 수 있어요" in await chat.say(misfit(last))
    assert "마지막 기회예요" in await chat.say(misfit(last))
    over = await chat.say(misfit(last))
    told = re.search(r"말에는 '([가-힣]+)'", over)
    assert told is not None
    assert is_legal(told[1], [*used, last], lexicon().words)
    assert "제가 이겼어요" in over
    assert "모두 3개" in over
    assert await chat.say("나비") == "나비"  # the game is over
    assert await chat.say("/끝말잇기 기록") == "보통 0승 1패예요. 가장 길게는 3개까지 이었어요."


async def test_a_word_that_counts_gives_all_tries_back() -> None:
    async with chatting() as chat:
        word = said_in(await chat.say("/끝말잇기"))
        await chat.say(misfit(word))
        await chat.say(misfit(word))
        last = said_in(await chat.say(answer_to([word])))
        assert "두 번 더" in await chat.say(misfit(last))


async def test_what_our_list_does_not_know_costs_nothing() -> None:
    async with chatting() as chat:
        word = said_in(await chat.say("/끝말잇기"))
        for _ in range(4):
            assert "제 사전에는 없는 말이에요" in await chat.say(f"{word[-1]}쿠쿠쿠")
        assert said_in(await chat.say(answer_to([word])))


async def test_one_syllable_is_too_short() -> None:
    async with chatting() as chat:
        word = said_in(await chat.say("/끝말잇기"))
        assert "두 글자부터" in await chat.say(word[-1])


async def test_dead_ends_wait_for_a_while() -> None:
    async with chatting() as chat:
        await chat.say("/끝말잇기")
        assert await chat.say("내가 먼저 할래") == "좋아요, 먼저 해 주세요."
        reply = await chat.say("여름")
        assert reply.startswith("'름'이나 '늠'으로 시작하는 말이 거의 없어요.")
        assert said_in(await chat.say("여우")).startswith("우")


async def test_an_owner_may_allow_dead_ends_which_win() -> None:
    async with chatting(fair_words=0) as chat:
        await chat.say("/끝말잇기")
        await chat.say("제가 먼저 할게요")
        assert "제가 졌어요" in await chat.say("여름")
        assert (await chat.say("/끝말잇기 기록")).startswith("보통 1승 0패")


async def test_nobody_goes_first_twice() -> None:
    async with chatting() as chat:
        word = said_in(await chat.say("/끝말잇기"))
        await chat.say(answer_to([word]))
        assert await chat.say("내가 먼저") == "내가 먼저"


async def test_hints_show_a_word_little_by_little_and_run_out() -> None:
    chat = chatting()
    word = said_in(await chat.say("/끝말잇기"))
    length = re.fullmatch(r"힌트예요\. '(\S)(○+)', (\S+) 글자예요\.", await chat.say("힌트"))
    assert length is not None
    assert length[1] == word[-1]
    initials = re.fullmatch(r"힌트예요\. '(\S)([ㄱ-ㅎ]+)', \S+ 글자예요\.", await chat.say("힌트!"))
    assert initials is not None
    assert len(initials[2]) == len(length[2])
    await chat.say("힌트 줘")
    assert "다 썼어요" in await chat.say("힌트")


async def test_giving_up_ends_it_kindly() -> None:
    chat = chatting()
    await chat.say("/끝말잇기")
    over = await chat.say("모르겠어요")
    assert over.startswith("괜찮아요, 재미있었어요! 이번 판은 제가 이겼어요.")
    assert "아직 끝까지 해 본 판이 없어요" in await chat.say("/끝말잇기 기록")  # they never said a word


async def test_stopping_counts_for_nobody() -> None:
    chat = chatting()
    word = said_in(await chat.say("/끝말잇기"))
    await chat.say(answer_to([word]))
    assert await chat.say("그만") == "끝말잇기는 여기까지 할게요. 모두 3개를 이었어요."
    assert "아직" in await chat.say("/끝말잇기 기록")


@pytest.mark.parametrize(
    "text", ["오늘 날씨 진짜 좋다", "뭐해?", "ㅋㅋㅋㅋ", "배고파", "안녕", "나 어제 영화 봤는데 재밌더라"]
)
async def test_talk_in_between_is_left_to_the_model(text: str) -> None:
    async with chatting() as chat:
        word = said_in(await chat.say("/끝말잇기"))
        assert await chat.say(text) == text
        assert said_in(await chat.say(answer_to([word])))


@pytest.mark.parametrize("text", ["아까 뭐였지?", "계속하자", "무슨 글자였지?", "이어서 해요"])
async def test_the_last_word_is_said_again(text: str) -> None:
    async with chatting() as chat:
        word = said_in(await chat.say("/끝말잇기"))
        await chat.say("잠깐 전화 좀 받고 올게")
        assert said_in(await chat.say(text)) == word


async def test_a_question_that_is_the_very_word_counts() -> None:
    async with chatting() as chat:
        word = said_in(await chat.say("/끝말잇기"))
        assert said_in(await chat.say(f"{answer_to([word])}?"))


async def test_casual_with_those_who_want_it_so() -> None:
    async with chatting(CASUAL) as chat:
        reply = await chat.say("끝말잇기 하자")
        assert reply.startswith("좋아, 내가 먼저 할게.")
        word = said_in(reply)
        replies = [
            await chat.say("힌트"),
            await chat.say(misfit(word)),
            await chat.say(f"{word[-1]}쿠쿠쿠"),
            await chat.say(answer_to([word])),
            await chat.say("포기"),
            await chat.say("/끝말잇기 기록"),
        ]
        for reply in replies:
            assert re.search(r"(?:요|니다)[.!?]|저는|제가|제 ", reply) is None, reply


async def test_longer_words_where_the_owner_wants_them() -> None:
    async with chatting(min_syllables=3) as chat:
        word = said_in(await chat.say("/끝말잇기"))
        assert len(word) >= 3
        short = next(one for one in lexicon().following(word) if len(one) == 2)
        assert "세 글자부터" in await chat.say(short)


async def test_kiwi_knows_what_the_list_does_not() -> None:
    pytest.importorskip("kiwipiepy")
    async with chatting(kiwi=True) as chat:
        assert "강낭콩" not in lexicon().words
        await chat.say("/끝말잇기")
        await chat.say("내가 먼저")
        assert said_in(await chat.say("강낭콩이요")).startswith("콩")


async def test_everybody_in_a_group_plays_their_own_game() -> None:
    chat = chatting()
    group = {"room_kind": RoomKind.GROUP}
    ones = said_in(await chat.say("/끝말잇기", speaker="하나", **group))
    twos = said_in(await chat.say("/끝말잇기", speaker="두리", **group))
    assert said_in(await chat.say(answer_to([ones]), speaker="하나", **group))
    assert said_in(await chat.say(answer_to([twos]), speaker="두리", **group))
    assert await chat.say("나비", speaker="세나", **group) == ""
