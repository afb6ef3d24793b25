"""기억: what people tell about themselves, and all that only sounds like it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import SpeechLevel
from chatbot.builtin.memory.extraction import LONGEST_READ, LONGEST_VALUE, facts_in
from chatbot.builtin.memory.facts import MANY, Fact, Kind, Told
from chatbot.builtin.memory.relevance import most_relevant
from chatbot.builtin.memory.sensitive import is_sensitive
from chatbot.builtin.patterns import words

TOLD = """
나 고양이 키워 > 고양이를 키워요
나 강아지 두 마리 키워요 > 강아지를 키워요
저는 말티즈 키우고 있어요 > 말티즈를 키워요
나 고양이 키우는데 너무 귀여워 > 고양이를 키워요
나 선인장 키워 > 선인장을 키워요
우리 집에 고양이 있어 > 고양이를 키워요
우리 강아지 이름은 초코야 > 강아지 이름은 초코예요
제 고양이 이름은 나비예요 > 고양이 이름은 나비예요
우리 고양이는 나비라고 해 > 고양이 이름은 나비예요
내 이름은 민수야 > 이름은 민수예요
제 이름은 지은이에요 > 이름은 지은이에요
저는 김지은이라고 해요 > 이름은 김지은이에요
난 민수야 > 이름은 민수예요
안녕! 나 민수야. > 이름은 민수예요
내 이름 서우고 동생은 서준이야 > 이름은 서우예요
나는 서울 살아 > 서울에 살아요
저는 부산에 살아요 > 부산에 살아요
나 이제 부산 살아 > 부산에 살아요
나 강남구 살고 있어 > 강남구에 살아요
나 혼자 제주도에서 살아 > 제주도에 살아요
나 경기도 살아 > 경기도에 살아요
나 아파트 살아 > 아파트에 살아요
나 부산으로 이사했어 > 부산에 살아요
내 고향은 대구야 > 고향은 대구예요
나 부산 출신이야 > 고향은 부산이에요
나 25살이야 > 나이는 25살이에요
저는 스물다섯 살이에요 > 나이는 스물다섯살이에요
나 올해 서른이야 > 나이는 서른이에요
안녕 나 8살 > 나이는 8살이에요
내 생일은 3월 2일이야 > 생일은 3월 2일이에요
나 3월 2일생이야 > 생일은 3월 2일이에요
나 1995년 3월 2일생이야 > 생일은 3월 2일이에요
제 생일은 음력 10월 3일이에요 > 생일은 음력 10월 3일이에요
나 간호사야 > 일은 간호사예요
저는 중학교 선생님이에요 > 일은 중학교 선생님이에요
사실 나 간호사야 ㅋㅋ > 일은 간호사예요
나 대학생인데 > 일은 대학생이에요
나 고3이야 > 일은 고3이에요
내 직업은 바리스타야 > 일은 바리스타예요
나 개발자로 일해 > 일은 개발자예요
나 카페에서 일해 > 카페에 다녀요
나 삼성 다녀 > 삼성에 다녀요
제 전공은 경제학이에요 > 전공은 경제학이에요
나 컴퓨터공학 전공이야 > 전공은 컴퓨터공학이에요
나 INFP야 > MBTI는 INFP예요
내 mbti는 enfj > MBTI는 ENFJ예요
제 취미는 등산이에요 > 취미는 등산이에요
제 취미가 독서예요 > 취미는 독서예요
내 꿈은 가수야 > 꿈은 가수예요
나 떡볶이 좋아해 > 떡볶이를 좋아해요
나 진짜 라면 좋아해! > 라면을 좋아해요
저는 비 오는 날을 좋아해요 > 비 오는 날을 좋아해요
나는 가을이 좋아 > 가을을 좋아해요
내가 제일 좋아하는 음식은 피자야 > 제일 좋아하는 음식은 피자예요
내 최애 가수는 아이유야 > 제일 좋아하는 가수는 아이유예요
나 오이 싫어해 > 오이를 싫어해요
나 벌레 진짜 싫어 > 벌레를 싫어해요
나 커피 별로 안 좋아해 > 커피를 싫어해요
나 매운 거 못 먹어 > 매운 것을 못 먹어요
나 사실 오이 못먹어 > 오이를 못 먹어요
나 남동생 있어 > 남동생이 있어요
저 언니 둘 있어요 > 언니가 있어요
""".strip().splitlines()
TRAPS = """
너 고양이 키워?
나 고양이 키울까?
나 고양이 키우고 싶어
나 고양이 키웠어
고양이가 귀여워
엄마가 서울 살아
나 못 살아
아 나 못 살아 ㅋㅋ
나 잘 살아
나 너 때문에 살아
나 이 맛에 살아
나 어디 살아?
나 어떻게 살아
나 서울 살고 싶다
나 서울 살았어
나 바보야
나 천재야
나 부자야
나 여자야
나 혼자야
나 괜찮아
나 너 좋아해
나 걔 좋아해
나 그거 좋아해
나 우리 반 남자애 좋아해
나 단비 좋아해
나 좋아해 안 좋아해
저는 좋아요
저희도 좋아요
전기포트 물 끓는 소리가 좋아요
나무 냄새가 좋아
제 남편은 매운 걸 못 먹고 저는 좋아해요
저는 오전이 조용해서 좋아요
제가 먼저 숙이긴 싫어요
나 밥 못 먹어
나 아직 못 먹었어
나 더 못 먹어
나 이거 못 먹어
전혀 못 먹어요
나만 한점 못 먹음
나 학교 가기 싫어
나 너 싫어
나 이 노래 좋아
네 이름은 뭐야
내 이름 뭐야?
내 이름은 비밀이야
내 이름은 세 글자야
내 이름은 엄마가 지어줬어
출석 부르는데 제 이름이 없었어요
제 이름 맞혀보세요
내 친구 이름은 민수야
우리 엄마 이름은 영희야
나도 한명인데 너
저는 일산이요
나 여행 다녀
나 버스로 다녀
나 꿈 키워
나 근육 키워
나 간호사 될래
나 간호사 되고 싶어
나 간호사였어
간호사야
동생이 간호사야
저희 남편도 개발자인데 목이 아프대요
저는 샤워할 때 가수예요
제 직업 맞춰보세요
우리 집은 3층이야
나 학생 때 서울 살았지
내 생일 언제야?
내 생일은 내일이야
내 생일은 13월 40일이야
내 꿈 꿔
전공필수예요
저는 취미가 없는 게 고민이에요
제가 좋아하는 국어쌤이 다른 학교로 가신대요
나 좋아해?
나 좋아해 줘
나 진짜 좋아
나 기분 좋아
나 지금 너무 좋아
나 라면 먹어
나 학교 가고 있어
나는 네가 좋아
내가 누구야
나 지금 회사야
나 집이야
나도
나 커피 마셔
내 말은 그게 아니고 이거야
""".strip().splitlines()
SENSITIVE = """
나 우울증 있어
나 당뇨 환자야
나 병원 다녀
나 땅콩 알레르기 있어
나 임신했어
나 게이야
나 교회 다녀
나 스님이야
나 민주당 좋아해
나 페미니스트야
나 전과자야
내 비밀번호는 1234야
내 연봉은 5천이야
나 A형 간염 있어
나 정신과 다녀
나 죽고 싶어
""".strip().splitlines()


def told(text: str) -> list[str]:
    return [one.fact.told(SpeechLevel.POLITE) for one in facts_in(text) if not one.denied]


@pytest.mark.parametrize("line", TOLD)
def test_what_people_tell_about_themselves_is_heard(line: str) -> None:
    text, _, fact = line.partition(" > ")
    assert told(text) == [fact]


@pytest.mark.parametrize("text", TRAPS)
def test_what_only_sounds_like_it_is_not(text: str) -> None:
    assert facts_in(text) == []


@pytest.mark.parametrize("text", SENSITIVE)
def test_what_is_sensitive_is_never_heard(text: str) -> None:
    assert is_sensitive(text)
    assert facts_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "나 경기도 살아",
        "나 아파트 살아",
        "나 게이머야",
        "나 아프리카 살아",
        "명절에 뭐 해",
        "나 은행원이야",
        "시절에 그랬어",
    ],
)
def test_harmless_words_are_not_sensitive(text: str) -> None:
    assert not is_sensitive(text)


def test_a_message_can_tell_several_things_and_only_the_harmless_are_heard() -> None:
    assert told("안녕! 나 민수야. 고양이 좋아하고, 나 서울 살아. 나 우울증 있어. 나 간호사야") == [
        "이름은 민수예요",
        "서울에 살아요",
        "일은 간호사예요",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("내 이름은 민수 아니고 민주야", Told(Fact(Kind.NAME, "민주"), instead_of="민수")),
        ("민수 아니고 민주야", Told(Fact(Kind.NAME, "민주"), instead_of="민수")),
        ("나 민수가 아니라 민주야", Told(Fact(Kind.NAME, "민주"), instead_of="민수")),
        ("나 간호사 아니고 의사야", Told(Fact(Kind.JOB, "의사"), instead_of="간호사")),
        ("나 고양이 말고 강아지 키워", Told(Fact(Kind.PET, "강아지"), instead_of="고양이")),
        ("나 고양이 안 키워", Told(Fact(Kind.PET, "고양이"), denied=True)),
        ("나 이제 간호사 아니야", Told(Fact(Kind.JOB, "간호사"), denied=True)),
        ("나 간호사 그만뒀어", Told(Fact(Kind.JOB, "간호사"), denied=True)),
        ("나 이제 서울 안 살아", Told(Fact(Kind.HOME, "서울"), denied=True)),
        ("내 이름 민수 아니야", Told(Fact(Kind.NAME, "민수"), denied=True)),
    ],
)
def test_corrections_and_denials_are_heard(text: str, expected: Told) -> None:
    assert facts_in(text) == [expected]


@pytest.mark.parametrize(
    "text", ["피자 말고 치킨 먹자", "그게 아니고 이거야", "나 바보 아니야", "김밥 아니고 라면이야"]
)
def test_other_contrasts_correct_nothing(text: str) -> None:
    assert facts_in(text) == []


@pytest.mark.parametrize(
    ("new", "old", "replaces"),
    [
        (Fact(Kind.NAME, "민주"), Fact(Kind.NAME, "민수"), True),
        (Fact(Kind.HOME, "부산"), Fact(Kind.HOME, "서울"), True),
        (Fact(Kind.HOME, "부산"), Fact(Kind.NAME, "민수"), False),
        (Fact(Kind.PET, "강아지"), Fact(Kind.PET, "고양이"), False),
        (Fact(Kind.DISLIKES, "오이"), Fact(Kind.LIKES, "오이"), True),
        (Fact(Kind.DISLIKES, "오이"), Fact(Kind.LIKES, "가지"), False),
        (Fact(Kind.PET_NAME, "초코", "강아지"), Fact(Kind.PET_NAME, "보리", "강아지"), True),
        (Fact(Kind.PET_NAME, "초코", "강아지"), Fact(Kind.PET_NAME, "나비", "고양이"), False),
        (Fact(Kind.FAVOURITE, "피자", "음식"), Fact(Kind.FAVOURITE, "파란색", "색"), False),
    ],
)
def test_a_newer_fact_replaces_what_it_makes_untrue(new: Fact, old: Fact, replaces: bool) -> None:
    assert new.replaces(old) is replaces


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_worded_for_the_model_and_in_both_levels(kind: Kind) -> None:
    fact = Fact(kind, "고양이" if kind in MANY else "서울", "음식")
    assert fact.of("이 사람").startswith("이 사람")
    assert fact.of("지은").startswith("지은")
    assert fact.of("이 사람").endswith("다.")
    assert fact.told(SpeechLevel.POLITE).endswith("요")
    assert not fact.told(SpeechLevel.CASUAL).endswith("요")
    assert fact.value in fact.of("이 사람")


def test_facts_read_as_people_write() -> None:
    assert Fact(Kind.PET, "고양이").of("이 사람") == "이 사람은 고양이를 키운다."
    assert Fact(Kind.NAME, "지은").of("하나") == "하나의 이름은 지은이다."
    assert Fact(Kind.FAVOURITE, "피자", "음식").of("지은") == "지은이 제일 좋아하는 음식은 피자다."
    assert Fact(Kind.NAME, "지은").told(SpeechLevel.CASUAL) == "이름은 지은이야"


PIECES = """
나 는 난 내 제 저는 우리 이름은 고양이 강아지 서울 민수야 키워 살아
좋아해 안 못 먹어 아니고 말고 간호사야 3월 2일 25살이야 라고 해 ? . ㅋㅋ
"""
WORDS = st.sampled_from(sorted(words(PIECES)))


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join)))
def test_hearing_never_fails_and_hears_only_what_was_said(text: str) -> None:
    for one in facts_in(text):
        assert 0 < len(one.fact.value) <= LONGEST_VALUE
        assert not is_sensitive(one.fact.value)
        assert one.fact.of("이 사람")
        assert one.fact.told(SpeechLevel.CASUAL)


@pytest.mark.parametrize(
    "piece", ["나 ", "나는 진짜 ", "내 이름은 ", "고양이 ", "나 너무 ", "아니고 ", "가나다 ", "나", "이제 "]
)
def test_hearing_takes_little_time_whatever_is_said(piece: str) -> None:
    text = piece * (LONGEST_READ // len(piece))
    start = time.perf_counter()
    facts_in(text)
    facts_in(text[:58])
    assert time.perf_counter() - start < 0.5


def test_the_most_relevant_facts_come_first_then_the_newest() -> None:
    facts = [
        "이 사람은 고양이를 키운다.",
        "이 사람은 서울에 산다.",
        "이 사람의 취미는 등산이다.",
        "이 사람은 라면을 좋아한다.",
    ]
    assert most_relevant(facts, "고양이가 아픈 것 같아", 2) == (facts[0], facts[3])
    assert most_relevant(facts, "ㅋㅋ", 2) == (facts[3], facts[2])
    assert most_relevant(facts, "서울 날씨", 8)[0] == facts[1]
    assert most_relevant([], "서울", 8) == ()
