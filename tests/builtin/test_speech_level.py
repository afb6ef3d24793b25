"""말투: what people wish for and what only sounds like it, the question, its answers, and whole chats."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Plugin, RoomKind, SpeechLevel
from chatbot.builtin.memory import plugin as memory
from chatbot.builtin.names import is_name, is_title
from chatbot.builtin.speech_level import plugin
from chatbot.builtin.speech_level.wishes import Wish, answer_of, asks_leave, wish_of, wish_within
from chatbot.builtin.spoken import uncalled, unquoted, without_copula
from chatbot.testing import FakeEngine, TestChat

GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}
QUESTION = "참, 뭐라고 불러 드릴까요? 말은 편하게 해도 괜찮을까요?"
CASUAL = """
말 놓자
말 놔
말 놔도 돼
말 놓으세요
말 놓아 주세요
우리 말 놓을까?
우리 서로 말 놓자!
응 말 놓자
말 까자
우리 말 트자
말 편하게 해
말 편하게 해도 돼요
말 편히 하셔도 돼요
말씀 편하게 하세요
편하게 말해도 돼요
편하게 얘기하자
그냥 편하게 말해줘
반말로 해줘
반말해도 돼
반말로 말해 줘요
반말 써도 돼
그냥 반말해
이제 반말로 하자
반말로 해줄래?
반말 하면 안 될까?
반말 모드
난 반말이 편해
나한테 반말해도 괜찮아
존댓말 안 써도 돼
존댓말 쓰지 마
존댓말 하지 말아 주세요
존댓말 불편해
어색하니까 말 놓자 ㅋㅋ
단비야 말 편하게 해
""".strip().splitlines()
POLITE = """
존댓말 써줘
존댓말로 해 주세요
존댓말로 해 주실래요?
존댓말 해
다시 존댓말로
다시 존댓말 써 줄래
존대해 줘
높임말로 말해줘
존댓말이 편해
이제부터 존댓말 써 주셨으면 좋겠어요
반말하지 마
반말 하지 말아줘
반말 싫어
반말은 좀 불편해요
말 놓지 마세요
말 높여 주세요
공손하게 말해줘
예의 있게 말해 주세요
""".strip().splitlines()
NAMES = """
민수라고 불러줘 = 민수
난 민수야, 민수라고 해 = 민수
누나라고 불러 = 누나
그냥 지은이라고 불러 주세요 = 지은
앞으로 나를 대장이라고 불러줘 = 대장
Tom이라고 불러줘 = Tom
저는 민수라고 해요 = 민수
저는 김지은이라고 합니다 = 김지은
민지라고 불러 = 민지
나 '별이'라고 불러줘 = 별이
안녕! 나 민수야. 민수라고 불러줘 ㅎㅎ = 민수
김 대리라고 불러 주세요 = 김 대리
민수 씨라고 불러주세요 = 민수 씨
언니라고 부를래 = 언니
오빠라고 불러봐 = 오빠
고양이라고 불러줘 = 고양이
저를 캡틴이라고 불러주세요 = 캡틴
호칭은 누나로 해줘 = 누나
언니라고 불러도 돼 = 언니
나는 그냥 도토리라고 부르면 돼 = 도토리
""".strip().splitlines()
NO_NAMES = """
오빠라고 부르지 마 = 오빠
그냥 누나라고 안 불러도 돼 = 누나
그렇게 부르지 마 =
이름 부르지 마세요 =
호칭 빼줘 =
호칭은 빼 주세요 =
호칭 없이 말해줘 =
호칭 필요 없어 =
이름은 빼고 말해줘 =
""".strip().splitlines()
TRAPS = """
반말로 하면 싫어해
엄마가 나보고 돼지라고 불러
걔를 민수라고 불러
존댓말이 뭐야?
다들 민수라고 불러
사람들이 날 바보라고 불러
친구들은 나를 곰이라고 불러
트랙터를 황소라고 불러
황소라고 불러
치즈라고 불러요
상사가 반말해
반말하는 사람 싫어
너 반말 할 줄 알아?
친구한테 반말해도 돼?
이 문장 존댓말로 바꿔줘
뭐라고 불러?
뭐라고 불러줘야 해?
너를 뭐라고 불러?
택시 불러줘
노래 불러줘
경찰 불러
이걸 사랑이라고 해
그걸 뭐라고 해?
엄마가 오지 말라고 해
선생님이 존댓말 쓰라고 해
존댓말 어려워
반말이 편해?
왜 사람들은 존댓말을 써?
영어에는 존댓말이 없어
말 안 해도 돼
말 놓기 어려워
동생이 나한테 반말해서 짜증나
손님이 반말해
편하게 쉬어
편하게 해
난 바보야
나 학생이야
부르지 마
말하지 마
나한테 말 걸지 마
이름이 뭐야?
언니라고 불러도 돼?
너를 단비라고 불러도 돼?
초코는 우리 집에서 왕자님이라고 불려
말이 빨라
말 좀 해봐
그 말은 하지 마
시어머니한테 반말하지 마
""".strip().splitlines()


def pairs(lines: Sequence[str]) -> list[tuple[str, str]]:
    return [(text.strip(), value.strip()) for text, _, value in (line.rpartition("=") for line in lines)]


def settings(**plugins: Any) -> dict[str, Any]:
    return {"guards": {"person_per_minute": 1000, "room_per_minute": 1000}, "plugins": plugins}


@pytest.mark.parametrize("text", CASUAL)
def test_wishes_for_banmal_are_understood(text: str) -> None:
    assert wish_of(uncalled(text, "단비")) == Wish(SpeechLevel.CASUAL)


@pytest.mark.parametrize("text", POLITE)
def test_wishes_for_jondaenmal_are_understood(text: str) -> None:
    assert wish_of(text) == Wish(SpeechLevel.POLITE)


@pytest.mark.parametrize(("text", "name"), pairs(NAMES))
def test_names_that_one_wants_to_be_called_are_understood(text: str, name: str) -> None:
    assert wish_of(text) == Wish(called=name)


@pytest.mark.parametrize(("text", "name"), pairs(NO_NAMES))
def test_names_that_one_does_not_want_are_understood(text: str, name: str) -> None:
    assert wish_of(text) == Wish(called="", not_called=name or None)


@pytest.mark.parametrize("text", TRAPS)
def test_what_only_sounds_like_a_wish_is_none(text: str) -> None:
    assert wish_of(text) is None
    assert wish_within(text) is None


def test_a_level_and_a_name_can_be_wished_for_at_once() -> None:
    both = Wish(SpeechLevel.CASUAL, "민수")
    assert wish_of("민수라고 불러줘. 말도 편하게 해도 돼") == both
    assert wish_of("말 편하게 해도 돼 그리고 민수라고 불러") == both


def test_a_wish_in_the_midst_of_other_things_is_no_whole_message() -> None:
    text = "오늘 너무 피곤해. 그냥 반말로 해줘"
    assert wish_of(text) is None
    assert wish_within(text) == Wish(SpeechLevel.CASUAL)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("응", Wish(SpeechLevel.CASUAL)),
        ("네 괜찮아요", Wish(SpeechLevel.CASUAL)),
        ("그럼요!", Wish(SpeechLevel.CASUAL)),
        ("편하게 하세요", Wish(SpeechLevel.CASUAL)),
        ("아니요", Wish(SpeechLevel.POLITE)),
        ("아뇨 존댓말로 해 주세요", Wish(SpeechLevel.POLITE)),
        ("지금처럼 해주세요", Wish(SpeechLevel.POLITE)),
        ("민수", Wish(called="민수")),
        ("민수요", Wish(called="민수")),
        ("민수예요", Wish(called="민수")),
        ("난 민수야", Wish(called="민수")),
        ("제 이름은 김지은이에요", Wish(called="김지은")),
        ("누나", Wish(called="누나")),
        ("치즈라고 불러요", Wish(called="치즈")),
        ("민수, 편하게 해", Wish(SpeechLevel.CASUAL, "민수")),
        ("응 편하게 해! 민수라고 불러줘", Wish(SpeechLevel.CASUAL, "민수")),
        ("피자", None),
        ("배고파", None),
        ("오늘 영화 봤어", None),
        ("왜?", None),
        ("응 근데 오늘 뭐 했어?", None),
        ("ㅋㅋㅋ", None),
        ("몰라", None),
    ],
)
def test_answers_to_the_question_are_understood(text: str, wish: Wish | None) -> None:
    assert answer_of(text) == wish


@pytest.mark.parametrize(
    "text", ["반말해도 돼?", "말 놔도 돼?", "말 편하게 해도 되나요?", "반말 써도 돼요?", "저 반말해도 될까요?"]
)
def test_asking_leave_to_speak_casually_is_no_wish(text: str) -> None:
    assert asks_leave(text)
    assert wish_of(text) is None


@pytest.mark.parametrize(
    "text", ["친구한테 반말해도 돼?", "밥 먹어도 돼?", "말해도 돼?", "반말해도 돼", "너 반말해도 돼?"]
)
def test_other_questions_ask_no_leave(text: str) -> None:
    assert not asks_leave(text)


@given(st.text(st.sampled_from("말놓자반존댓편하게해줘돼민수라고불러 이응아.?!ㅋ"), max_size=80))
def test_reading_never_fails_and_a_whole_wish_is_found_within_too(text: str) -> None:
    answer_of(text)
    wish = wish_of(text)
    assert wish is None or wish_within(text) == wish


@pytest.mark.parametrize(
    "piece", ["아", "응 ", "그냥 ", "말 ", "반말", "편하게 ", "민수라고 ", "나 ", "해줘 ", "좀 그냥 "]
)
def test_reading_takes_time_in_proportion_to_the_length(piece: str) -> None:
    text = (piece * 200)[:200] + "으엑"
    start = time.perf_counter()
    wish_within(text)
    answer_of(text)
    asks_leave(text)
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("name", ["민수", "지은", "하늘", "김민수", "박서연", "지수"])
def test_names_look_like_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("word", ["바보", "학생", "영화", "피자", "오늘", "학교", "간호사", "부산", "a", ""])
def test_other_words_do_not(word: str) -> None:
    assert not is_name(word)


def test_titles_are_told_apart() -> None:
    assert is_title("누나")
    assert is_title("김 대리")
    assert not is_title("민수")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("단비야 뭐 해?", "뭐 해?"),
        ("단비야, 말 놓자", "말 놓자"),
        ("야 단비야 말 놓자", "말 놓자"),
        ("단비야말 놓자", "말 놓자"),
        ("@단비 말 놓자", "말 놓자"),
        ("@danbi_bot 말 놓자", "말 놓자"),
        ("말 놓자 단비야", "말 놓자"),
        ("말 놓자, 단비야!", "말 놓자!"),
        ("내 이름은 단비야", "내 이름은 단비야"),
        ("난 단비야", "난 단비야"),
        ("단비가 내린다", "단비가 내린다"),
        ("나비야 안녕", "나비야 안녕"),
    ],
)
def test_a_call_is_taken_off(said: str, words: str) -> None:
    assert uncalled(said, "단비") == words


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("지은이", "지은"),
        ("민수", "민수"),
        ("고양이", "고양이"),
        ("귀염둥이", "귀염둥이"),
        ('"안녕"이', "안녕"),
        ("'별이'", "별이"),
    ],
)
def test_the_ending_of_a_quotation_is_taken_off(said: str, word: str) -> None:
    assert unquoted(said) == word


@pytest.mark.parametrize(
    ("said", "noun"),
    [
        ("민수야", "민수"),
        ("지은이야", "지은"),
        ("지은이에요", "지은"),
        ("민수예요", "민수"),
        ("고양이야", "고양이"),
        ("INFP야", "INFP"),
        ("학생입니다", "학생"),
        ("예뻐", ""),
        ("야", ""),
        ("", ""),
    ],
)
def test_the_copula_is_taken_off(said: str, noun: str) -> None:
    assert without_copula(said) == noun


async def test_it_asks_once_with_the_second_reply_and_never_again() -> None:
    chat = TestChat(plugin)  # which restarts for each message
    assert await chat.say("안녕하세요") == "안녕하세요"
    assert await chat.say("오늘 비 와요") == f"오늘 비 와요\n{QUESTION}"
    for text in ("피자 먹었어요", "맛있었어요", "또 먹을래요"):
        assert await chat.say(text) == text
    assert await chat.say("안녕하세요", room="다른 방") == "안녕하세요"


async def test_it_does_not_ask_in_groups_nor_where_the_owner_does_not_want_it() -> None:
    async with TestChat(plugin, settings=settings(말투={"ask": False})) as chat:
        assert [await chat.say(text) for text in ("가", "나", "다")] == ["가", "나", "다"]
    async with TestChat(plugin) as chat:
        called = [await chat.say(text, **GROUP) for text in ("단비야 가", "단비야 나", "단비야 다")]
        assert called == ["단비야 가", "단비야 나", "단비야 다"]


async def test_it_waits_for_a_lighter_moment_to_ask() -> None:
    async with TestChat(plugin) as chat:
        await chat.say("안녕하세요")
        assert await chat.say("오늘 너무 힘들었어요") == "오늘 너무 힘들었어요"
        assert (await chat.say("그래도 밥은 먹었어요")).endswith(QUESTION)


async def test_it_does_not_ask_who_has_said_already() -> None:
    async with TestChat(plugin) as chat:
        await chat.say("민수라고 불러줘")
        assert [await chat.say(text) for text in ("가", "나", "다")] == ["가", "나", "다"]


@pytest.mark.parametrize("plugins", [(plugin, memory), (memory, plugin)])
async def test_a_reply_carries_one_question_at_most(plugins: tuple[Plugin, ...]) -> None:
    consent = "기억해 둬도 될까요?"
    async with TestChat(*plugins) as chat:
        await chat.say("안녕하세요")
        first = await chat.say("저는 고양이 키워요")
        second = await chat.say("저는 강아지도 키워요")
        assert [(QUESTION in said, consent in said) for said in (first, second)] in (
            [(True, False), (False, True)],
            [(False, True), (True, False)],
        )


async def test_the_answer_to_the_question_is_taken() -> None:
    chat = TestChat(plugin)
    await chat.say("안녕하세요")
    await chat.say("오늘 비 와요")
    assert await chat.say("민수라고 불러 주세요. 네, 편하게 하세요") == "그래, 민수야! 이제부터 편하게 말할게."
    assert await chat.say("응") == "응"  # it asked once, and hears one answer


async def test_a_bare_yes_or_no_or_name_answers_only_the_question() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("응") == "응"
        await chat.say("오늘 비 와요")
        assert await chat.say("응") == "그래, 이제부터 편하게 말할게."
    async with TestChat(plugin) as chat:
        await chat.say("안녕하세요")
        await chat.say("오늘 비 와요")
        assert await chat.say("지은이요") == "네, 지은 님! 앞으로 그렇게 부를게요."


async def test_a_name_is_taken_when_the_model_asks_for_it() -> None:
    engine = FakeEngine(["저는 단비예요. 뭐라고 불러 드리면 될까요?"])
    async with TestChat(plugin, engine=engine) as chat:
        await chat.say("넌 이름이 뭐야?")
        assert await chat.say("치즈라고 불러요") == "네, 치즈 님! 앞으로 그렇게 부를게요."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("말 놓자", "그래, 이제부터 편하게 말할게."),
        ("존댓말 써줘", "네, 계속 존댓말로 이야기할게요."),
        ("민수라고 불러줘", "네, 민수 님! 앞으로 그렇게 부를게요."),
        ("누나라고 불러줘", "네, 누나! 앞으로 그렇게 부를게요."),
        ("민수라고 불러줘. 말 편하게 해", "그래, 민수야! 이제부터 편하게 말할게."),
        ("지은이라고 불러줘. 말 편하게 해", "그래, 지은아! 이제부터 편하게 말할게."),
        ("호칭 빼줘", "네, 호칭 없이 이야기할게요."),
        ("/말투 반말", "그래, 이제부터 편하게 말할게."),
        ("/말투 존댓말", "네, 계속 존댓말로 이야기할게요."),
        ("/호칭 민수", "네, 민수 님! 앞으로 그렇게 부를게요."),
        ("/호칭 김 대리", "네, 김 대리! 앞으로 그렇게 부를게요."),
        ("/호칭 빼기", "네, 호칭 없이 이야기할게요."),
        ("/호칭", "아직 정해 둔 호칭이 없어요. '/호칭 민수'처럼 알려 주세요."),
        ("단비라고 불러줘", "그건 제 이름이라 헷갈려요. 다른 이름으로 알려 주세요."),
        ("/호칭 12345", "한글이나 영어로 된 이름으로 알려 주세요. 숫자만으로는 부르기 어려워요."),
        ("/호칭 <unused0>", "한글이나 영어로 된 이름으로 알려 주세요. 숫자만으로는 부르기 어려워요."),
        (f"/호칭 {'가' * 13}", "그 이름은 조금 길어요. 12자 안으로 알려 주세요."),
        ("존나라고 불러줘", "그렇게는 부르기 어려워요. 다른 이름으로 알려 주실래요?"),
        ("반말해도 돼?", "그럼요, 편하게 말씀해 주세요. 저도 말을 놓을까요?"),
    ],
)
async def test_what_is_wished_is_confirmed_in_the_new_level(text: str, answer: str) -> None:
    assert await TestChat(plugin).say(text) == answer


async def test_the_level_and_the_name_stay_across_rooms_and_restarts() -> None:
    chat = TestChat(plugin)
    await chat.say("Tom이라고 불러줘. 반말로 해줘")
    assert await chat.say("/호칭", room="다른 방") == "지금은 Tom이라고 부르고 있어. '/호칭 빼기'로 뺄 수 있어."
    assert (await chat.say("/말투")).startswith("지금은 반말로 얘기하고 있어.")
    assert (await chat.say("/말투", speaker="두리")).startswith("지금은 존댓말로 이야기하고 있어요.")
    assert await chat.say("다시 존댓말로 해줘") == "네, 이제부터 존댓말로 이야기할게요."


async def test_another_name_than_the_one_in_use_can_be_refused() -> None:
    async with TestChat(plugin) as chat:
        await chat.say("민수라고 불러줘")
        assert await chat.say("오빠라고 부르지 마") == "네, 그렇게는 부르지 않을게요."
        assert "민수 님" in await chat.say("/호칭")
        await chat.say("민수라고 부르지 마")
        assert "아직 정해 둔 호칭이 없어요" in await chat.say("/호칭")


async def test_leave_to_speak_casually_leads_to_an_offer() -> None:
    async with TestChat(plugin) as chat:
        await chat.say("반말해도 돼?")
        assert await chat.say("응") == "그래, 이제부터 편하게 말할게."


async def test_a_wish_in_the_midst_of_other_things_is_confirmed_before_the_answer() -> None:
    async with TestChat(plugin) as chat:
        said = await chat.say("오늘 너무 피곤해. 그냥 반말로 해줘")
        assert said == "그래, 이제부터 편하게 말할게.\n오늘 너무 피곤해. 그냥 반말로 해줘"
        assert chat.engine.heard[-1].level is SpeechLevel.CASUAL
        assert (await chat.say("/말투")).startswith("지금은 반말로")


async def test_in_a_group_it_listens_to_who_calls_it() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("단비야, 말 놓자", **GROUP) == "그래, 이제부터 편하게 말할게."
        assert await chat.say("우리 말 놓자", **GROUP, speaker="두리") == ""
        assert (await chat.say("/말투", **GROUP, speaker="두리")).startswith("지금은 존댓말로")


async def test_erasing_a_person_leaves_nothing_and_begins_anew() -> None:
    chat = TestChat(plugin, now=datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    await chat.say("안녕하세요")
    await chat.say("오늘 비 와요")
    await chat.say("민수라고 불러줘. 말 놓자")
    held = await chat.say("/내정보")
    assert "첫인사" in held
    assert "말투와 호칭" in held
    await chat.say("/삭제")
    await chat.say("/삭제 확인")
    held = await chat.say("/내정보")
    assert "첫인사" not in held
    assert "말투와 호칭" not in held
    assert await chat.say("안녕하세요") == "안녕하세요"
    assert QUESTION in await chat.say("오늘도 비 와요")
