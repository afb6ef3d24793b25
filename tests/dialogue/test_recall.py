"""What the memory says to a talk: an owner's examples before the corpus, under the persona's own name."""

from dataclasses import replace

import numpy as np
import pytest

from chatbot.dialogue.examples import ExampleMemory, Exchange
from chatbot.dialogue.matcher import ROWS, Matcher
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.ranking import Candidate, Weights, rank
from chatbot.dialogue.recall import PERSON, Recall, RecallOptions
from chatbot.dialogue.talk import Talk
from chatbot.messages import Source, Speaker, SpeechLevel, Turn

POLITE, CASUAL = SpeechLevel.POLITE, SpeechLevel.CASUAL
BOT = Speaker("bot", "초록", is_bot=True)

CORPUS = [
    Exchange(("너 이름이 뭐야?",), "저는 단비예요.", POLITE, "c-1", ("단비",)),
    Exchange(("단비야 뭐 해?",), "단비는 창밖을 보고 있어요.", POLITE, "c-2", ("단비",)),
    Exchange(("우리 고양이 두부야",), "두부라니, 귀여워요.", POLITE, "c-3", ("두부",)),
    Exchange(("점심 뭐 먹지?",), "국밥 어때요?", POLITE, "c-4"),
    Exchange(("점심 뭐 먹지?",), "국밥 어때?", CASUAL, "c-5"),
    *(
        Exchange((f"{number}번 문제 어려워",), f"{number}번은 저도 몰라요.", POLITE, f"n-{number}")
        for number in range(300)
    ),
]
# Ten examples that an owner might write for a shop's bot.
OWN = {
    "몇 시까지 해요?": "저희 가게는 밤 열 시까지 해요.",
    "주차 돼요?": "가게 뒤에 두 대까지 댈 수 있어요.",
    "예약할 수 있어요?": "전화 한 통이면 돼요. 몇 분이세요?",
    "화장실 어디예요?": "계단 올라가서 왼쪽이에요.",
    "오늘의 커피는 뭐예요?": "오늘은 에티오피아예요. 꽃향기가 나요.",
    "점심 뭐 먹지?": "저희 샌드위치는 어떠세요? 갓 구운 빵이에요.",
    "강아지 데려가도 돼요?": "그럼요, 물그릇도 있어요.",
    "와이파이 비밀번호 알려 주세요": "영수증 아래에 적혀 있어요.",
    "초록아 뭐 해?": "초록은 커피를 내리고 있어요.",
    "포장돼요?": "네, 컵을 가져오시면 오백 원 깎아 드려요.",
}


def persona(name: str = "초록", level: SpeechLevel = POLITE) -> Persona:
    examples = [{"person": message, "bot": reply} for message, reply in OWN.items()]
    return Persona.model_validate({"name": name, "speech_level": level, "examples": examples})


def talk(*texts: str) -> Talk:
    """The texts as turns, the last one the person's."""
    speakers = [PERSON if (len(texts) - index) % 2 else BOT for index in range(len(texts))]
    return Talk(tuple(Turn(speaker, text) for speaker, text in zip(speakers, texts, strict=True)))


@pytest.fixture(scope="module")
def corpus() -> ExampleMemory:
    return ExampleMemory.build(CORPUS)


@pytest.fixture(scope="module")
def recall(corpus: ExampleMemory) -> Recall:
    return Recall(persona(), corpus)


@pytest.mark.parametrize("message", OWN)
def test_an_owners_example_comes_first(recall: Recall, message: str) -> None:
    for said in (message, message.rstrip("?") + "??", f"저기 {message}"):
        best = recall.candidates(talk(said), POLITE)[0]
        assert best.text == OWN[message], said
        assert (best.source, best.missing, best.own) == (Source.EXAMPLE, 0, True)
        assert recall.hint([best]) == best.text


def test_an_example_of_the_same_words_beats_the_corpus(recall: Recall) -> None:
    found = recall.candidates(talk("점심 뭐 먹지?"), POLITE)
    texts = [candidate.text for candidate in found]
    assert texts.index(OWN["점심 뭐 먹지?"]) < texts.index("국밥 어때요?")
    assert recall.hint(found) == OWN["점심 뭐 먹지?"]
    # Whatever model and matcher think of them.
    judged = [
        replace(one, likelihood=-9.0, prior=-1.0, fit=-1.0) if one.own else replace(one, fit=0.9) for one in found
    ]
    assert rank(judged, Weights())[0].text == OWN["점심 뭐 먹지?"]


def test_an_owners_example_for_something_else_is_one_of_many(recall: Recall) -> None:
    found = recall.candidates(talk("7번 문제 어려워"), POLITE)
    assert found[0].origin == "n-7"
    assert not any(candidate.own for candidate in found)


def test_the_corpus_answers_what_the_owner_did_not_write(recall: Recall) -> None:
    best = recall.candidates(talk("7번 문제 어려워"), POLITE)[0]
    assert (best.text, best.origin) == ("7번은 저도 몰라요.", "n-7")


def test_the_bot_says_its_own_name(recall: Recall) -> None:
    (named,) = [
        candidate for candidate in recall.candidates(talk("너 이름이 뭐야?"), POLITE) if candidate.origin == "c-1"
    ]
    assert named.text == "저는 초록이에요."
    assert named.missing == 0  # nobody said the name, but it is the bot's own


def test_being_called_by_its_own_name_is_being_called_단비(corpus: ExampleMemory) -> None:
    nameless = Recall(Persona(name="초록"), corpus)
    called = nameless.candidates(talk("초록아 뭐 해?"), POLITE)[0]
    assert (called.origin, called.text) == ("c-2", "초록은 창밖을 보고 있어요.")
    as_in_corpus = Recall(Persona(name="단비"), corpus).candidates(talk("단비야 뭐 해?"), POLITE)[0]
    assert as_in_corpus.text == "단비는 창밖을 보고 있어요."
    assert called.similarity == as_in_corpus.similarity


def test_what_an_owner_wrote_is_found_and_said_as_written() -> None:
    """단비 is also a word, and an owner's texts never mean the bot of the corpus by it."""
    examples = [{"person": "초록아 단비가 와", "bot": "단비네요! 초록은 기뻐요."}]
    recall = Recall(Persona.model_validate({"name": "초록", "examples": examples}))
    (found,) = recall.candidates(talk("초록아 단비가 와"), POLITE)
    assert found.text == "단비네요! 초록은 기뻐요."
    same = Recall(Persona.model_validate({"name": "나무", "examples": examples}))
    assert same.candidates(talk("초록아 단비가 와"), POLITE)[0].similarity == found.similarity


def test_what_nobody_said_here_counts_as_missing(recall: Recall) -> None:
    def missing(said: Talk) -> float:
        return next(one.missing for one in recall.candidates(said, POLITE) if one.origin == "c-3")

    assert missing(talk("우리 고양이야")) > 0
    assert missing(talk("우리 고양이 두부야")) == 0
    named = replace(talk("우리 고양이야"), turns=(Turn(Speaker("u1", "두부"), "우리 고양이야"),))
    assert missing(named) == 0


def test_only_the_asked_speech_level(recall: Recall) -> None:
    found = recall.candidates(talk("점심 뭐 먹지?"), CASUAL)
    assert {candidate.text for candidate in found} == {"국밥 어때?"}


def test_nothing_far_away_is_said(recall: Recall, corpus: ExampleMemory) -> None:
    assert recall.candidates(talk("qwerty uiop"), POLITE) == []
    options = RecallOptions(say_from=99.0)
    assert Recall(persona(), corpus, options=options).candidates(talk("주차 돼요?"), POLITE) == []


def test_as_many_as_asked_for(corpus: ExampleMemory) -> None:
    few = Recall(Persona(name="초록"), corpus, options=RecallOptions(nearest=3, say_from=0.0))
    assert len(few.candidates(talk("3번 문제 어려워"), POLITE)) == 3


def test_nearest_first(recall: Recall) -> None:
    similarities = [candidate.similarity for candidate in recall.candidates(talk("12번 문제 어려워"), POLITE)]
    assert len(similarities) > 3
    assert similarities == sorted(similarities, reverse=True)


def test_no_corpus_and_no_examples() -> None:
    assert Recall(Persona(name="초록")).candidates(talk("안녕"), POLITE) == []
    own = Recall(persona())
    assert own.candidates(talk("주차 돼요?"), POLITE)[0].text == OWN["주차 돼요?"]


def test_long_examples_are_situations_at_every_reply() -> None:
    turns = ["회사 그만둘까 봐요", "힘드셨군요.", "팀장이 매일 말을 바꿔요", "맥이 빠지죠."]
    recall = Recall(Persona.model_validate({"name": "초록", "examples": [turns]}))
    assert recall.candidates(talk(turns[0]), POLITE)[0].text == turns[1]
    assert recall.candidates(talk(*turns[:3]), POLITE)[0].text == turns[3]


def candidate(text: str, similarity: float, missing: float = 0.0) -> Candidate:
    return Candidate(text, Source.EXAMPLE, POLITE, similarity=similarity, missing=missing)


def test_the_hint_is_the_nearest_that_needs_nothing_unsaid(corpus: ExampleMemory) -> None:
    recall = Recall(persona(), corpus, options=RecallOptions(hint_from=0.5))
    near, unsaid, far = candidate("가까움", 0.8), candidate("모르는 말", 0.9, missing=1.0), candidate("멂", 0.4)
    assert recall.hint([unsaid, near, far]) == "가까움"
    assert recall.hint([unsaid, far]) is None
    assert recall.hint([]) is None


def test_without_a_matcher_nothing_fits_better(recall: Recall) -> None:
    given = [candidate("하나", 0.5), candidate("둘", 0.4)]
    assert recall.fit(talk("안녕"), given) == given


def test_the_matcher_knows_the_bot_by_the_corpus_name() -> None:
    random = np.random.default_rng(0)
    matcher = Matcher(
        {
            f"{side}.{part}": random.normal(size=shape).astype(np.float16)
            for side in ("situation", "reply")
            for part, shape in {"embedding": (ROWS, 3), "projection": (3, 3)}.items()
        }
    )
    fits = {
        name: Recall(Persona(name=name), matcher=matcher).fit(talk(asked), [candidate(answer, 0), candidate("네", 0)])
        for name, asked, answer in (
            ("단비", "단비야 안녕", "저는 단비예요."),
            ("초록", "초록아 안녕", "저는 초록이에요."),
        )
    }
    assert [one.fit for one in fits["초록"]] == [one.fit for one in fits["단비"]]
    assert fits["초록"][0].text == "저는 초록이에요."
    expected = matcher.replies(["네"])[0] @ matcher.situations([["단비야 안녕"]])[0]
    assert fits["단비"][1].fit == pytest.approx(float(expected), abs=1e-5)
    assert fits["단비"][0].fit != fits["단비"][1].fit
    assert Recall(Persona(name="단비"), matcher=matcher).fit(talk("안녕"), []) == []


def test_a_person_who_introduces_themselves_is_called_by_their_own_name() -> None:
    met = Exchange(("저는 지우예요",), "지우 님이시군요, 반가워요!", POLITE, "c-1", ("지우",))
    recall = Recall(Persona(name="단비"), ExampleMemory.build([met]), options=RecallOptions(say_from=0.0))
    (found,) = recall.candidates(talk("저는 민수예요"), POLITE)
    assert found.text == "민수 님이시군요, 반가워요!"
    assert found.missing == 0
    (unknown,) = recall.candidates(talk("저는 학생이랑 같이 왔어요"), POLITE)
    assert unknown.missing >= 1  # nobody here is called 지우


def test_emoji_alone_are_like_nothing(corpus: ExampleMemory) -> None:
    smiled = Exchange(("😀",), "웃으셨네요!", POLITE, "c-1")
    recall = Recall(Persona(name="단비"), ExampleMemory.build([*CORPUS, smiled]))
    assert recall.candidates(talk("🚲🚲"), POLITE) == []
