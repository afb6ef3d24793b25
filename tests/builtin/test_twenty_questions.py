"""스무고개: the things, how questions are understood, how well the bot guesses, and whole games in a chat."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Persona, SpeechLevel
from chatbot.builtin.invitations import invites
from chatbot.builtin.twenty_questions import MOST, asks_other_way, chosen, plugin
from chatbot.builtin.twenty_questions.attributes import ATTRIBUTES, COLOURS
from chatbot.builtin.twenty_questions.guessing import Question, Reply, chances, next_move, questions
from chatbot.builtin.twenty_questions.questions import Asked, Guess, NotYesNo, Unknown, counted, initials, understood
from chatbot.builtin.twenty_questions.replies import reply_in
from chatbot.builtin.twenty_questions.things import KINDS, Thing, thing_called, things
from chatbot.builtin.wording import casual, polite
from chatbot.testing import TestChat

NO_LIMIT = {"guards": {"person_per_minute": 1000, "room_per_minute": 1000}}
ASKED = (
    "스무고개 하자",
    "스무고개",
    "스무 고개 할래?",
    "우리 스무고개 한 판 하자",
    "스무고개 게임 하자",
    "20고개 하자",
    "심심해 스무고개 하자",
    "스무고개 문제 내줘",
    "스무고개 시작!",
)
OTHER_WAY = (
    "거꾸로 스무고개",
    "반대로 스무고개 하자",
    "스무고개 거꾸로 하자",
    "내가 생각한 거 맞혀봐",
    "내가 생각한 거 맞춰봐",
    "내가 뭐 생각하는지 맞혀봐",
    "내가 문제 낼게 맞혀봐",
    "이번엔 내가 문제 낼게",
    "제가 생각한 동물 맞혀 보세요",
    "스무고개 하자 내가 생각했어",
    "스무고개 해 내가 생각한 거 맞혀봐",
    "스무고개 내가 정했어 맞혀봐",
)
TRAPS = (
    "스무고개 넘어왔어",
    "스무고개 재밌었어",
    "인생은 스무고개 같아",
    "스무고개가 뭐야?",
    "어제 스무고개 했어",
    "스무고개 하는 법 알려줘",
    "스무고개 좋아해?",
    "내가 낼게",
    "이번엔 내가 낼게",
    "내가 돈 낼게",
    "내가 맞을까?",
    "내가 생각한 건데",
    "내가 생각했어",
    "내가 정했어",
    "거꾸로 말해봐",
    "반대로 생각해 봐",
    "고개가 아파",
    "고개 숙여 인사했어",
    "맞혀봐",
)
# what is asked, whether it is so of 고양이, of 사과, of 비행기
QUESTIONS = {
    "동물이야?": (True, False, False),
    "동물인가요?": (True, False, False),
    "살아 있는 거야?": (True, None, False),
    "먹을 수 있어?": (False, True, False),
    "과일이니?": (False, True, False),
    "빨간색이야?": (False, True, False),
    "색깔이 빨개?": (False, True, False),
    "사람보다 커?": (False, False, True),
    "사람보다 작아?": (True, True, False),
    "물에 살아?": (False, False, False),
    "다리가 네 개야?": (True, False, False),
    "다리가 4개야?": (True, False, False),
    "다리가 있어?": (True, False, False),
    "날개가 있어?": (False, False, True),
    "하늘을 날 수 있어?": (False, False, True),
    "사람이 만든 거야?": (False, False, True),
    "집에서 키우는 동물이야?": (True, False, False),
    "털이 있는 동물이야?": (True, False, False),
    "육식동물이야?": (True, False, False),
    "고기를 먹어?": (True, False, False),
    "한 손에 들 수 있어?": (False, True, False),
    "딱딱해?": (False, True, True),
    "달콤한 음식이야?": (False, True, False),
    "탈 수 있는 거야?": (False, False, True),
    "바퀴 있어?": (False, False, True),
    "냉장고보다 작아?": (True, True, False),
    "집에 있어?": (True, None, False),
    "비싸?": (False, False, True),
    "세 글자야?": (True, False, True),
    "ㄱ으로 시작해?": (True, False, False),
    "'사'로 시작해?": (False, True, False),
    "전자제품이야?": (False, False, False),
    "둥글어?": (False, True, False),
    "위험해?": (False, False, False),
}


def _named(name: str) -> Thing:
    thing = thing_called(name)
    assert thing is not None
    return thing


def test_there_are_many_things_and_each_is_known_by_its_own_name() -> None:
    assert len(things()) >= 150
    assert len({thing.name for thing in things()}) == len(things())
    for thing in things():
        assert thing_called(thing.name) is thing
        assert thing.kind in KINDS
        assert not thing.true & thing.partly


def test_no_two_things_are_alike_in_everything() -> None:
    seen: dict[tuple[object, ...], str] = {}
    for thing in things():
        told = (thing.true, thing.partly, thing.size, thing.legs)
        assert told not in seen, (thing.name, seen[told])
        seen[told] = thing.name


def test_every_attribute_is_true_of_some_things_and_false_of_others() -> None:
    for key in [*ATTRIBUTES, *COLOURS]:
        assert {True, False} <= {thing.has(key) for thing in things()}, key


@pytest.mark.parametrize("thing", things(), ids=lambda thing: thing.name)
def test_a_hint_reads_well_in_both_levels_and_does_not_tell_the_name(thing: Thing) -> None:
    for text in (polite(thing.hint), casual(thing.hint)):
        assert not set("{}|") & set(text)
        assert len(thing.name) == 1 or thing.name not in text
    assert polite(thing.hint).endswith("요")
    assert not casual(thing.hint).endswith("요")


@pytest.mark.parametrize("key", ATTRIBUTES)
def test_an_attribute_is_found_by_the_words_in_which_it_is_asked(key: str) -> None:
    attribute = ATTRIBUTES[key]
    with_it = next(thing for thing in things() if thing.has(key))
    without = next(thing for thing in things() if thing.has(key) is False)
    asked = understood(f"{casual(attribute.so)}?", with_it)
    assert isinstance(asked, Asked)
    assert attribute.so in [fact.so for fact in asked.facts]
    assert isinstance(understood(f"{casual(attribute.so)}?", without), Asked)


@pytest.mark.parametrize(("text", "truths"), QUESTIONS.items())
def test_questions_are_answered_as_is_so(text: str, truths: tuple[bool | None, ...]) -> None:
    for name, truth in zip(("고양이", "사과", "비행기"), truths, strict=True):
        asked = understood(text, _named(name))
        assert isinstance(asked, Asked)
        assert asked.is_so is truth, name


@pytest.mark.parametrize(
    ("text", "name", "is_right"),
    [
        ("사과야?", "사과", True),
        ("사과", "사과", True),
        ("혹시 사과인가요?", "사과", True),
        ("정답은 사과", "사과", True),
        ("정답! 사과", "사과", True),
        ("답은 사과입니다", "사과", True),
        ("애플이야?", "애플", True),
        ("포도 맞지?", "포도", False),
        ("배 아니야?", "배", False),
        ("정답은 헬리오스", "헬리오스", False),
    ],
)
def test_guesses_are_heard(text: str, name: str, is_right: bool) -> None:
    assert understood(text, _named("사과")) == Guess(name, is_right)


@pytest.mark.parametrize("text", ["무슨 색이야?", "어디에 있어?", "몇 글자야?", "뭐 할 때 써?", "언제 먹어?"])
def test_open_questions_are_none_for_yes_and_no(text: str) -> None:
    assert understood(text, _named("사과")) == NotYesNo()


@pytest.mark.parametrize("text", ["귀여워?", "종교적이야?", "여자들이 좋아해?", "씨가 있어?", "나무에서 열려?"])
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    assert understood(text, _named("사과")) == Unknown()


@pytest.mark.parametrize(
    "text", ["ㅋㅋㅋ 어렵다", "배고파 죽겠네", "잠깐만", "진짜 모르겠다", "오 그래?", "아 진짜?", ""]
)
def test_other_talk_is_no_question(text: str) -> None:
    assert understood(text, _named("사과")) is None


def test_a_question_in_the_negative_is_answered_by_the_fact() -> None:
    asked = understood("먹을 수 없어?", _named("사과"))
    assert isinstance(asked, Asked)
    assert asked.is_denied
    assert asked.facts[0].is_so is True


@given(
    st.text(max_size=80) | st.text("동물먹을수있어야?사과다리가네개빨간색보다커정답은 ", max_size=60),
    st.sampled_from(things()),
)
def test_no_text_breaks_the_reading(text: str, thing: Thing) -> None:
    heard = understood(text, thing)
    assert heard is None or isinstance(heard, Asked | Guess | NotYesNo | Unknown)


@pytest.mark.parametrize("text", ASKED)
def test_natural_calls_begin_a_game(text: str) -> None:
    assert invites(text, r"스무 ?고개|20 ?고개")
    assert not asks_other_way(text)


@pytest.mark.parametrize("text", OTHER_WAY)
def test_natural_calls_begin_the_other_way(text: str) -> None:
    assert asks_other_way(text)


@pytest.mark.parametrize("text", TRAPS)
def test_everyday_sentences_begin_no_game(text: str) -> None:
    assert not asks_other_way(text)
    assert not invites(text, r"스무 ?고개|20 ?고개")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("네", Reply.YES),
        ("응", Reply.YES),
        ("맞아요", Reply.YES),
        ("ㅇㅇ", Reply.YES),
        ("그럼 당연하지", Reply.YES),
        ("아니요", Reply.NO),
        ("아니", Reply.NO),
        ("ㄴㄴ", Reply.NO),
        ("그렇지 않아", Reply.NO),
        ("없어", Reply.NO),
        ("몰라", Reply.UNKNOWN),
        ("잘 모르겠어요", Reply.UNKNOWN),
        ("글쎄", Reply.UNKNOWN),
        ("가끔", Reply.PARTLY),
        ("그럴 때도 있어", Reply.PARTLY),
        ("반반이야", Reply.PARTLY),
        ("오늘 날씨 좋다", None),
        ("너 누구야", None),
        ("어제 밥 먹었어", None),
        ("네가 좋아", None),
        ("", None),
    ],
)
def test_replies_are_heard_as_people_give_them(text: str, reply: Reply | None) -> None:
    assert reply_in(text) is reply


def _truth(key: str, thing: Thing) -> bool | None:
    if key in ATTRIBUTES or key in COLOURS:
        return thing.has(key)
    return None if thing.size == 3 else thing.size > 3


def _turns(thing: Thing, rng: random.Random, noise: float) -> int | None:
    """Return how many turns the bot needs for a thing; None if it does not find it."""
    replies, wrong = dict[str, Reply](), list[str]()
    for turn in range(1, MOST + 1):
        match next_move(replies, wrong, MOST - turn + 1):
            case Question(key):
                truth = _truth(key, thing)
                honest = Reply.PARTLY if truth is None else Reply.YES if truth else Reply.NO
                replies[key] = rng.choice(list(Reply)) if rng.random() < noise else honest
            case Thing(name):
                if name == thing.name:
                    return turn
                wrong.append(name)
    return None


def test_the_bot_finds_nearly_everything_within_twenty_turns() -> None:
    rng = random.Random(5)
    turns = [_turns(thing, rng, 0) for thing in rng.sample(things(), 60)]
    found = [one for one in turns if one is not None]
    assert len(found) >= 58
    assert sum(found) / len(found) < 13


def test_the_bot_bears_some_wrong_answers() -> None:
    rng = random.Random(6)
    turns = [_turns(thing, rng, 0.1) for thing in rng.sample(things(), 40)]
    assert sum(one is not None for one in turns) >= 34


@given(st.dictionaries(st.sampled_from([one.key for one in questions()]), st.sampled_from(list(Reply)), max_size=20))
def test_chances_are_shares_whatever_is_replied(replies: dict[str, Reply]) -> None:
    shares = chances({**replies, "no such question any more": Reply.YES})
    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= 0


def test_what_was_had_lately_is_not_thought_of() -> None:
    rng, recent = random.Random(1), list[str]()
    for _ in range(60):
        thing = chosen(recent, rng)
        assert thing.name not in recent
        recent.append(thing.name)


def test_names_are_counted_and_taken_to_their_first_letters() -> None:
    assert initials("고양이") == "ㄱㅇㅇ"
    assert counted(4) == "네"
    assert counted(12) == "12"


async def test_a_game_is_won_by_the_right_name_also_over_restarts() -> None:
    chat = TestChat(plugin, settings=NO_LIMIT)
    assert "떠올렸어요" in await chat.say("스무고개 하자")
    assert re.search(r"(네|아니요|그럴 때도).*\(1/20\)$", await chat.say("동물이야?"))
    assert await chat.say("귀여워?") == "그건 잘 모르겠어요, 다르게 물어봐 주세요."
    assert await chat.say("무슨 색이야?") == "네, 아니요로 답할 수 있게 물어봐 주세요."
    assert await chat.say("아 너무 어렵다 ㅋㅋ") == "아 너무 어렵다 ㅋㅋ"
    assert (await chat.say("힌트")).startswith("힌트예요! ")
    assert re.fullmatch(r"이름이 \S+ 글자예요\.", await chat.say("힌트 줘"))
    letters = re.fullmatch(r"초성은 (\S+?)(?:이에요|예요)\.", await chat.say("힌트 하나 더"))
    assert letters is not None
    assert await chat.say("힌트") == "힌트는 다 드렸어요. 이제 맞혀 보세요!"
    assert await chat.say("몇 번 남았어?") == "19번 남았어요."
    said = ""
    for thing in things():
        if initials(thing.name) == letters[1]:
            said = await chat.say(f"{thing.name}?")
            if said.startswith("딩동댕"):
                break
    assert re.fullmatch(r"딩동댕! 정답은 \S+(?:이에요|예요)\. \d+번 만에 맞히셨어요\. .+", said)
    assert await chat.say("동물이야?") == "동물이야?"


async def test_after_twenty_questions_the_answer_is_told() -> None:
    async with TestChat(plugin, settings=NO_LIMIT) as chat:
        await chat.say("/스무고개")
        replies = [await chat.say("정답은 없는물건") for _ in range(20)]
        assert replies[0] == "아니요, 없는물건은 아니에요. (1/20)"
        assert replies[18].endswith("1번 남았어요.")
        assert re.search(r"스무 번을 다 썼어요\. 정답은 \S+(?:이에요|예요)\.$", replies[19])


async def test_one_may_give_up() -> None:
    async with TestChat(plugin, settings=NO_LIMIT) as chat:
        await chat.say("/twenty")
        assert re.match(r"정답은 \S+(?:이에요|예요)\. ", await chat.say("포기할래"))
        await chat.say("/스무고개")
        assert re.match(r"좋아요, 여기까지 해요\. 정답은 \S+(?:이에요|예요)\.", await chat.say("그만"))


async def test_the_other_way_the_bot_asks_until_it_guesses() -> None:
    chat = TestChat(plugin, settings=NO_LIMIT)
    secret = _named("고양이")
    asked = {polite(question.text): question.key for question in questions()}
    said = await chat.say("내가 생각한 거 맞혀봐")
    for _ in range(MOST):
        lines = said.splitlines()
        question = next(line for line in lines if line.endswith("/20)")).rsplit(" (", 1)[0]
        assert lines[-4:] == ["1. 네", "2. 아니요", "3. 그럴 때도 있어요", "4. 모르겠어요"]
        if question.startswith("혹시 정답은"):
            said = await chat.say("네" if "고양이" in question else "아니요")
        else:
            truth = _truth(asked[question], secret)
            said = await chat.say("3" if truth is None else "1" if truth else "아니요")
        if said.startswith("맞혔다!"):
            break
    assert re.fullmatch(r"맞혔다! \d+번 만에 맞혔어요\. 재미있었어요!", said)


async def test_the_bot_admits_that_it_lost() -> None:
    async with TestChat(plugin, settings=NO_LIMIT) as chat:
        said = await chat.say("/거꾸로스무고개")
        for _ in range(MOST):
            said = await chat.say("아니요" if "혹시 정답은" in said else "모르겠어요")
        assert said == "제가 졌어요! 무엇을 떠올리셨어요?"
        assert await chat.say("우주 정거장이야") == "그건 제가 생각도 못 했어요. 좋은 문제였어요!"


async def test_other_talk_goes_past_the_games() -> None:
    async with TestChat(plugin, settings=NO_LIMIT) as chat:
        await chat.say("/guess")
        assert await chat.say("잠깐 전화 왔어") == "잠깐 전화 왔어"


async def test_somebody_who_is_talked_to_casually_hears_no_polite_ending() -> None:
    async with TestChat(plugin, persona=Persona(name="단비", speech_level=SpeechLevel.CASUAL)) as chat:
        for said in (
            "스무고개 하자",
            "동물이야?",
            "귀여워?",
            "뭐야?",
            "힌트",
            "힌트",
            "힌트",
            "힌트",
            "정답은 없는물건",
            "포기",
            "/guess",
            "응",
        ):
            for line in (await chat.say(said)).splitlines():
                assert not re.search(r"(?:요|니다)[.!?]", line), line
