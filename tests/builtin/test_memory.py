"""기억: what is asked of it in people's own words, consent, showing, correcting, forgetting, groups, and erasure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from chatbot import RoomKind
from chatbot.builtin.memory import plugin
from chatbot.builtin.memory.facts import Kind
from chatbot.builtin.memory.notebook import MOST
from chatbot.builtin.memory.requests import Forget, Request, forgetting_of, number_of, question_of, request_of
from chatbot.builtin.speech_level import plugin as speech_level
from chatbot.testing import FakeEngine, TestChat

GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}
FAST = {"guards": {"person_per_minute": 10_000, "room_per_minute": 10_000}}
QUESTION = "이런 이야기를 기억해 둬도 될까요? '기억해도 돼'라고 말해 주시면 다음에도 기억할게요."
QUESTIONS = """
내 이름 뭐야? > 이름
내 이름 기억해? > 이름
내 이름 알아? > 이름
내 이름 뭐게 > 이름
내 이름 말해봐 > 이름
내 이름 까먹었어? > 이름
너 내 이름 알아? > 이름
제 이름이 뭐예요? > 이름
제 이름 뭐라고 했죠? > 이름
내가 누구게? > 이름
나 누군지 알아? > 이름
내 생일 언제야? > 생일
내 생일이 언젠지 알아? > 생일
제 생일이 며칠이라고 했죠? > 생일
제 생일 기억하세요? > 생일
나 몇 살이게? > 나이
내 나이 맞혀봐 > 나이
나 어디 산다고 했지? > 사는 곳
내가 어디 사는지 알아? > 사는 곳
나 사는 동네 어딘지 맞춰봐 > 사는 곳
내 고향 어디라고 했지 > 고향
내 직업이 뭐라고 했지? > 하는 일
내가 무슨 일 하는지 기억해? > 하는 일
내 취미 뭐야 > 취미
내 mbti 뭐게 > MBTI
우리 강아지 이름이 뭐라고 했지? > 키우는 동물의 이름
내가 뭐 키우는지 알아? > 키우는 것
내가 제일 좋아하는 음식이 뭐라고 했지? > 제일 좋아하는 것
내가 뭐 좋아한다고 했지? > 좋아하는 것
나 뭐 못 먹는다고 했더라? > 못 먹는 것
""".strip().splitlines()
NO_QUESTIONS = """
네 이름 뭐야?
너 어디 살아?
이름이 뭐야?
내 이름 어때?
내 이름 뜻이 뭐야?
내 친구 이름 뭐야?
너 몇 살이야?
내 생일 선물 뭐 줄 거야?
나 어디 가?
나 뭐 먹지?
나 어떻게 생각해?
내 강아지 어때?
내 이름 예쁘지?
우리 어디 갈까?
내가 뭐 하고 있게?
나 뭐 할까?
내 꿈 꿨어?
우리 강아지 이름 지어줘
나 좋아해?
내가 좋아하는 사람이 누구게?
그 사람 이름이 뭐야?
생일이 언제야?
나 지금 어디게
나 뭐 먹었게?
""".strip().splitlines()
REQUESTS = """
나에 대해 뭐 기억해? > SHOW
나에 대해 뭘 알아? > SHOW
나에 대해서 아는 거 있어? > SHOW
뭐 기억하고 있어? > SHOW
나 기억해? > SHOW
기억해도 돼 > KEEP
응 기억해도 돼요 > KEEP
네, 기억해도 괜찮아요 > KEEP
기억해 둬도 돼 > KEEP
기억해 줘 > KEEP_THIS
응, 기억해 > KEEP_THIS
앞으로 기억해줘 > KEEP_THIS
기억하지 마 > KEEP_NOTHING
아니, 기억하지 마 > KEEP_NOTHING
기억하지 말아 주세요 > KEEP_NOTHING
그건 기억하지 마 > FORGET_LAST
방금 건 잊어줘 > FORGET_LAST
그 얘기는 잊어줘 > FORGET_LAST
다 잊어줘 > FORGET_ALL
나에 대해 다 잊어줘 > FORGET_ALL
기억 다 지워줘 > FORGET_ALL
내 기억 지워줘 > FORGET_ALL
""".strip().splitlines()
NO_REQUESTS = """
기억해?
기억 안 나
그날 기억해?
너 그거 기억해?
날 잊어줘
걔를 잊고 싶어
우산 잊어버렸어
비밀번호 잊어버렸어
그 사람 좀 잊어
옛날 일 다 잊었어
다 지워졌어
기억이 안 나
나를 기억해 줘
내가 한 말 기억해?
기억력이 좋네
오늘을 기억해야지
다 잊고 여행 가자
그 노래 기억나?
잊지 마
잊어버려
기억해도 돼?
다 지워줘
""".strip().splitlines()


def table(lines: Sequence[str]) -> list[tuple[str, str]]:
    return [(text, value) for text, _, value in (line.partition(" > ") for line in lines)]


async def agreed(*others: Any, **details: Any) -> TestChat:
    chat = TestChat(plugin, *others, settings=FAST, **details)
    await chat.say("/기억 켜기")
    return chat


@pytest.mark.parametrize(("text", "kind"), table(QUESTIONS))
def test_questions_for_what_was_told_are_understood(text: str, kind: str) -> None:
    asked = question_of(text)
    assert asked is not None
    assert asked.kind is Kind(kind)


@pytest.mark.parametrize("text", NO_QUESTIONS)
def test_other_questions_are_not(text: str) -> None:
    assert question_of(text) is None


@pytest.mark.parametrize(("text", "request_name"), table(REQUESTS))
def test_requests_are_understood(text: str, request_name: str) -> None:
    assert request_of(text) is Request[request_name]


@pytest.mark.parametrize("text", NO_REQUESTS)
def test_what_only_speaks_of_memory_is_no_request(text: str) -> None:
    assert request_of(text) is None


@pytest.mark.parametrize(
    ("text", "forget"),
    [
        ("고양이 얘기는 잊어줘", Forget("고양이", sure=True)),
        ("서울 산다는 얘기 지워줘", Forget("서울 산다는", sure=True)),
        ("강아지에 대한 거 잊어 주세요", Forget("강아지", sure=True)),
        ("내 생일 잊어줘", Forget("생일")),
        ("내 이름은 이제 잊어줘", Forget("이름")),
        ("고양이 얘기를 잊었어?", None),
        ("우산 잊어버렸어", None),
        ("지워지지 않아", None),
    ],
)
def test_what_is_to_be_forgotten_is_understood(text: str, forget: Forget | None) -> None:
    assert forgetting_of(text) == forget


def test_numbers_are_forgotten_by_their_number() -> None:
    assert number_of("2번 잊어줘") == 2
    assert number_of("2번 지워줘") is None  # it may be another plugin's list
    assert number_of("두 번 잊어줘") is None


async def test_nothing_is_kept_before_the_person_agreed() -> None:
    chat = TestChat(plugin)  # which restarts for each message
    assert await chat.say("나 고양이 키워") == f"나 고양이 키워\n{QUESTION}"
    assert await chat.say("나 서울 살아") == "나 서울 살아"  # it asks once
    assert "지금은 아무것도 기억하지 않아요" in await chat.say("/기억")
    assert await chat.say("기억해도 돼") == "고마워요, 기억해 둘게요. 고양이를 키워요."
    assert "1. 고양이를 키워요" in await chat.say("나에 대해 뭐 기억해?")
    assert "서울" not in await chat.say("/기억")


async def test_what_waited_for_an_answer_is_gone_after_ten_minutes() -> None:
    chat = TestChat(plugin)
    await chat.say("나 고양이 키워")
    assert "대답을 기다리는 이야기" in await chat.say("/내정보")
    assert await chat.passes(timedelta(minutes=11)) == ""
    assert "대답을 기다리는 이야기" not in await chat.say("/내정보")
    assert await chat.say("기억해도 돼") == (
        "네, 이제부터 들려주시는 이야기를 기억할게요. '/기억'으로 언제든 볼 수 있어요."
    )
    assert "아직 기억하는 게 없어요" in await chat.say("/기억")


@pytest.mark.parametrize("answer", ["아니, 기억하지 마", "기억하지 마", "/기억 끄기"])
async def test_who_does_not_agree_is_not_asked_again_and_nothing_is_kept(answer: str) -> None:
    async with TestChat(plugin) as chat:
        await chat.say("나 고양이 키워")
        assert await chat.say(answer) == "네, 기억하지 않을게요."
        assert await chat.say("나 강아지도 키워") == "나 강아지도 키워"
        held = await chat.say("/내정보")
        assert "들려준 이야기" not in held
        assert "대답을 기다리는 이야기" not in held


async def test_a_bare_yes_is_no_consent() -> None:
    async with TestChat(plugin) as chat:
        await chat.say("나 고양이 키워")
        assert await chat.say("응") == "응"
        assert "지금은 아무것도 기억하지 않아요" in await chat.say("/기억")
        assert (await chat.say("응 기억해줘")).startswith("고마워요")


async def test_what_waited_can_be_dropped() -> None:
    async with TestChat(plugin) as chat:
        await chat.say("나 고양이 키워")
        assert await chat.say("그건 기억하지 마") == "네, 그건 기억하지 않을게요."
        await chat.say("/기억 켜기")
        assert "아직 기억하는 게 없어요" in await chat.say("/기억")


async def test_the_model_is_given_the_facts() -> None:
    chat = await agreed()
    for text in ("나 고양이 키워", "나 서울 살아", "내 이름은 민수야"):
        await chat.say(text)
    await chat.say("고양이가 밥을 안 먹어")
    assert chat.engine.heard[-1].facts == (
        "이 사람은 고양이를 키운다.",
        "이 사람의 이름은 민수다.",
        "이 사람은 서울에 산다.",
    )
    await chat.say("/기억 끄기")
    await chat.say("안녕")
    assert chat.engine.heard[-1].facts == ()


async def test_the_model_is_given_eight_facts_at_most() -> None:
    chat = await agreed()
    async with chat:
        for thing in ("사과", "바나나", "포도", "딸기", "수박", "참외", "자두", "앵두", "복숭아", "귤"):
            await chat.say(f"나 {thing} 좋아해")
        await chat.say("수박 얘기 하자")
        facts = chat.engine.heard[-1].facts
        assert facts[0] == "이 사람은 수박을 좋아한다."
        assert len(facts) == 8


async def test_no_more_than_a_hundred_facts_are_kept() -> None:
    chat = await agreed()
    async with chat:
        for first in "가나다라마바사아자차카":
            for second in "각간갈감갑강갓객낙난":
                await chat.say(f"나 {first}{second} 좋아해")
        lines = [line for line in (await chat.say("/기억")).splitlines() if line[0].isdigit()]
        assert len(lines) == MOST
        assert lines[0] == "1. 나각을 좋아해요"  # the oldest made room


@pytest.mark.parametrize(
    ("told", "asked", "answer"),
    [
        ("내 이름은 민수야", "내 이름 뭐야?", "이름은 민수예요. 기억하고 있어요!"),
        ("나는 서울 살아", "나 어디 산다고 했지?", "서울에 살아요. 기억하고 있어요!"),
        ("우리 강아지 이름은 초코야", "우리 강아지 이름이 뭐라고 했지?", "강아지 이름은 초코예요. 기억하고 있어요!"),
        ("내 생일은 3월 2일이야", "내 생일 언제야?", "생일은 3월 2일이에요. 기억하고 있어요!"),
        ("나 고양이 키워. 나 강아지 키워", "내가 뭐 키우는지 알아?", "고양이, 강아지를 키워요. 기억하고 있어요!"),
        ("우리 강아지 이름은 초코야", "우리 고양이 이름이 뭐라고 했지?", None),
        ("나 서울 살아", "내 이름 뭐야?", "아직 못 들었어요. 알려 주시면 기억할게요."),
    ],
)
async def test_questions_are_answered_from_what_was_told(told: str, asked: str, answer: str | None) -> None:
    chat = await agreed()
    await chat.say(told)
    said = await chat.say(asked)
    assert said == answer if answer is not None else "초코" in said  # another animal's name is told with the animal


async def test_who_did_not_agree_hears_how_to() -> None:
    assert await TestChat(plugin).say("내 이름 뭐야?") == (
        "아직 못 들었어요. '/기억 켜기'를 해 두시면 들려주신 걸 기억할게요."
    )


async def test_the_name_that_a_person_is_called_by_answers_too() -> None:
    async with TestChat(plugin, speech_level) as chat:
        await chat.say("민수라고 불러줘")
        assert await chat.say("내 이름 뭐야?") == "민수라고 불러 달라고 하셨어요."


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (("내 이름은 민수야", "내 이름은 민수 아니고 민주야"), ["이름은 민주예요"]),
        (("나 서울 살아", "나 이제 부산 살아야지", "나 지금 부산 살아"), ["부산에 살아요"]),
        (("나 고양이 키워", "나 고양이 말고 강아지 키워"), ["강아지를 키워요"]),
        (("나 고양이 키워", "나 강아지 키워"), ["고양이를 키워요", "강아지를 키워요"]),
        (("나 커피 좋아해", "나 커피 싫어해"), ["커피를 싫어해요"]),
        (("나 간호사야", "나 이제 간호사 아니야"), []),
        (("나 고양이 키워", "나 고양이 키워요"), ["고양이를 키워요"]),
    ],
)
async def test_what_changed_is_put_right(texts: tuple[str, ...], left: list[str]) -> None:
    chat = await agreed()
    for text in texts:
        await chat.say(text)
    lines = [line.partition(". ")[2] for line in (await chat.say("/기억")).splitlines() if line[0].isdigit()]
    assert lines == left


async def test_an_explicit_correction_is_confirmed() -> None:
    chat = await agreed()
    await chat.say("내 이름은 민수야")
    assert await chat.say("내 이름은 민수 아니고 민주야") == "아, 이름은 민주예요. 고쳐서 기억할게요."
    assert await chat.say("피자 말고 치킨 먹자") == "피자 말고 치킨 먹자"


async def test_facts_are_forgotten_by_number_topic_or_being_the_last() -> None:
    chat = await agreed()
    for text in ("나 고양이 키워", "나 서울 살아", "내 생일은 3월 2일이야", "나 라면 좋아해"):
        await chat.say(text)
    assert await chat.say("/기억 지우기 2") == "잊었어요: '서울에 살아요'"
    assert await chat.say("고양이 얘기는 잊어줘") == "잊었어요: '고양이를 키워요'"
    assert await chat.say("내 생일 잊어줘") == "잊었어요: '생일은 3월 2일이에요'"
    assert await chat.say("방금 건 잊어줘") == "잊었어요: '라면을 좋아해요'"
    assert await chat.say("고양이 얘기는 잊어줘") == "그 이야기는 기억하고 있지 않아요."
    assert await chat.say("우산은 잊어줘") == "우산은 잊어줘"  # not about the memory
    assert await chat.say("/기억 지우기 1") == "그 번호는 없어요. '/기억'에서 번호를 봐 주세요."
    assert await chat.say("/기억 지우기") == "'/기억 지우기 2'처럼 번호를 적어 주세요."


@pytest.mark.parametrize("wish", ["다 잊어줘", "나에 대해 다 잊어줘", "/기억 지우기 전부"])
async def test_everything_is_forgotten_after_a_question(wish: str) -> None:
    chat = await agreed()
    assert await chat.say(wish) == "기억하고 있는 게 없어요."
    await chat.say("나 고양이 키워")
    assert "모두 잊을까요?" in await chat.say(wish)
    assert await chat.say("아니요") == "그대로 기억하고 있을게요."
    await chat.say(wish)
    assert await chat.say("네") == "모두 잊었어요. 새로 들려주셔도 좋아요."
    assert "아직 기억하는 게 없어요" in await chat.say("/기억")


async def test_what_is_sensitive_profane_or_personal_is_not_kept() -> None:
    chat = await agreed()
    for text in (
        "나 우울증 있어",
        "나 교회 다녀",
        "내 이름은 010-1234-5678이야",
        "나 존나 라면 좋아해",
        "내 비밀번호는 1234야",
    ):
        await chat.say(text)
    assert "아직 기억하는 게 없어요" in await chat.say("/기억")


async def test_what_was_told_alone_is_not_told_in_a_group() -> None:
    chat = await agreed()
    await chat.say("내 이름은 민수야")
    await chat.say("단비야 나 강아지 키워", **GROUP)
    await chat.say("나 서울 살아", **GROUP)  # not said to the bot
    assert await chat.say("단비야 내 이름 뭐야?", **GROUP) == "여기서는 아직 못 들었어요."
    shown = await chat.say("/기억", **GROUP)
    assert "1. 강아지를 키워요" in shown
    assert "민수" not in shown
    await chat.say("단비야 안녕", **GROUP)
    assert chat.engine.heard[-1].facts == ("하나는 강아지를 키운다.",)
    assert "서울" not in await chat.say("/기억")
    assert "2. 강아지를 키워요" in await chat.say("/기억")
    other: dict[str, Any] = {**GROUP, "room": "다른 단톡"}
    assert "강아지" not in await chat.say("/기억", **other)
    await chat.say("/기억 지우기 1", **GROUP)  # the first of those that are told here
    assert "1. 이름은 민수예요" in await chat.say("/기억")


async def test_facts_of_one_person_are_nobody_elses() -> None:
    chat = await agreed()
    await chat.say("단비야 나 강아지 키워", **GROUP)
    await chat.say("단비야 안녕", **GROUP, speaker="두리")
    assert chat.engine.heard[-1].facts == ()
    assert "강아지" not in await chat.say("/기억", **GROUP, speaker="두리")


async def test_it_does_not_ask_for_consent_in_a_group() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("단비야 나 고양이 키워", **GROUP) == "단비야 나 고양이 키워"
        assert QUESTION in await chat.say("나 고양이 키워")


async def test_another_reply_hears_and_asks_nothing() -> None:
    async with TestChat(plugin, engine=FakeEngine(["안녕하세요.", "반가워요."])) as chat:
        await chat.say("안녕")
        assert await chat.say("/다시") == "반가워요."


async def test_it_speaks_the_persons_level() -> None:
    async with TestChat(plugin, speech_level) as chat:
        await chat.say("말 놓자")
        assert "이런 얘기 기억해 둬도 될까?" in await chat.say("나 고양이 키워")
        assert await chat.say("기억해도 돼") == "고마워, 기억해 둘게. 고양이를 키워."
        assert await chat.say("내가 뭐 키우는지 알아?") == "고양이를 키워. 기억하고 있지!"
        assert await chat.say("고양이 얘기는 잊어줘") == "잊었어: '고양이를 키워'"
        assert await chat.say("다 잊어줘") == "기억하고 있는 게 없어."


async def test_erasing_a_person_leaves_nothing() -> None:
    chat = await agreed()
    await chat.say("나 고양이 키워")
    await chat.say("단비야 나 강아지 키워", **GROUP)
    assert "기억에 적어 둔 것: 들려준 이야기" in await chat.say("/내정보")
    await chat.say("/삭제")
    await chat.say("/삭제 확인")
    assert "기억에 적어 둔 것" not in await chat.say("/내정보")
    assert "지금은 아무것도 기억하지 않아요" in await chat.say("/기억")
    assert QUESTION in await chat.say("나 고양이 키워")
