"""가르치기: what is a lesson and what only has the sign, how near a message must come, and whole chats."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chatbot import RoomKind
from chatbot.builtin.speech_level import plugin as speech_level
from chatbot.builtin.spoken import uncalled
from chatbot.builtin.teaching import classroom, plugin
from chatbot.builtin.teaching.lessons import Lesson, bare_lesson, explicit_lesson, lesson_of
from chatbot.builtin.teaching.matching import SHORTEST_INEXACT, folded, is_one_off, nearest
from chatbot.testing import TestChat

GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}
FAST = {"guards": {"person_per_minute": 10_000, "room_per_minute": 10_000}}
LESSONS = """
안녕=반가워 > 안녕 > 반가워
안녕 = 반가워 > 안녕 > 반가워
단비야 안녕=반가워 > 안녕 > 반가워
가르칠게 안녕=반가워 > 안녕 > 반가워
가르쳐줄게: 굿모닝=좋은 아침! > 굿모닝 > 좋은 아침!
배워 밥먹자=그래 뭐 먹지? > 밥먹자 > 그래 뭐 먹지?
야호=야호오오 > 야호 > 야호오오
심심해=나랑 놀자 ㅋㅋ > 심심해 > 나랑 놀자 ㅋㅋ
우리반 짱=김민수 > 우리반 짱 > 김민수
ㅎㅇ=하이하이 > ㅎㅇ > 하이하이
몇 살이야?=비밀이야 > 몇 살이야? > 비밀이야
밥은=아직 3끼 남았어 > 밥은 > 아직 3끼 남았어
누가 안녕하면 반가워라고 해 > 안녕 > 반가워
누가 안녕이라고 하면 반가워라고 해줘 > 안녕 > 반가워
내가 "사랑해"라고 하면 "나도"라고 해 > 사랑해 > 나도
내가 뭐해라고 하면 놀지라고 대답해 줘 > 뭐해 > 놀지
안녕이라고 하면 반가워라고 말해 > 안녕 > 반가워
누가 배고프다고 하면 밥 먹어라고 해 > 배고프다 > 밥 먹어
누가 잘자라고 하면 좋은 꿈 꿔라고 해줘 > 잘자 > 좋은 꿈 꿔
누가 고양이라고 하면 야옹이라고 해 > 고양이 > 야옹이
친구가 메롱 하면 바보라고 답해 > 메롱 > 바보
누가 안녕하세요 하면 반갑습니다라고 인사해 > None
""".strip().splitlines()
TRAPS = """
x=3
1+1=2
3 = x
y=ax+b
E=mc2
https://a.b/?q=가나다
www.naver.com?q=안녕
링크는 naver.com?x=안녕
a==b
가나==다
x>=3
가격=>1000
넓이=3*4
나이=20
합계=10
원주율=3.14
사과 3개=3000
안녕
=반가워
안녕=
ㅇㅅㅇ=
변수=print("안녕")
이름 = "민수"; 나이 = 3
const a = "안녕"
함수 f(x)=2x
1:1=무승부=0
가=나=다
누가 안녕하면 뭐라고 해?
누가 안녕하면 뭐라고 해
누가 안녕하면 어떻게 해
공부하면 의사라고 해
운동하면 살 빠진다고 해
엄마가 늦으면 전화하라고 해
뭐라고 하면 좋을까
누가 그랬어
누가 그러면 안 된다고 했어
그 사람이 오면 갔다고 해
내가 뭐라고 했어
가르쳐 줘
배워야 산다
""".strip().splitlines()


def lessons() -> list[tuple[str, Lesson | None]]:
    found: list[tuple[str, Lesson | None]] = []
    for line in LESSONS:
        text, key, *answer = (part.strip() for part in line.split(" > "))
        found.append((text, Lesson(key, answer[0]) if answer else None))
    return found


@pytest.mark.parametrize(("text", "lesson"), lessons())
def test_lessons_are_read_as_people_write_them(text: str, lesson: Lesson | None) -> None:
    assert lesson_of(uncalled(text, "단비")) == lesson


@pytest.mark.parametrize("text", TRAPS)
def test_equations_links_code_and_hearsay_teach_nothing(text: str) -> None:
    assert lesson_of(text) is None


def test_who_says_that_it_is_a_lesson_may_teach_what_looks_like_none() -> None:
    assert bare_lesson("1+1=귀요미") is None
    assert explicit_lesson("1+1=귀요미") == Lesson("1+1", "귀요미")
    assert explicit_lesson("나이=20") == Lesson("나이", "20")
    assert explicit_lesson("안녕") is None


@given(st.text(max_size=60), st.sampled_from(["=", "하면 ", "라고 하면 ", "라고 해"]), st.text(max_size=60))
def test_reading_never_fails_and_a_lesson_has_both_sides(left: str, middle: str, right: str) -> None:
    for lesson in (lesson_of(left + middle + right), explicit_lesson(left + middle + right)):
        assert lesson is None or (lesson.key.strip() and lesson.answer.strip())


HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8)
NOISE = st.text(st.sampled_from(" ~!.?,ㅋㅎ^"), max_size=4)


@pytest.mark.parametrize(
    "typed",
    [
        "안녕",
        "안녕~~",
        "안녕!!",
        "안 녕",
        " 안녕 ",
        "안녕ㅋㅋㅋ",
        "안녕ㅠㅠ",
        "안녕~ㅎㅎ",
        "안녕?",
        unicodedata.normalize("NFD", "안녕"),
    ],
)
def test_what_is_typed_loosely_is_the_same(typed: str) -> None:
    assert folded(typed) == folded("안녕")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ㅋㅋ", "ㅋㅋㅋㅋㅋ", True),
        ("ㅋㅋ", "ㅎㅎ", False),
        ("하하하", "하하하하하하", True),
        ("HI", "hi", True),
        ("♡", " ♡", True),
        ("♡", "♥", False),
        ("1", "11", False),
        ("111", "11111", False),
        ("안녕", "안녕하세요", False),
    ],
)
def test_what_counts_and_what_does_not(one: str, other: str, same: bool) -> None:
    assert (folded(one) == folded(other)) is same


@given(HANGUL, NOISE, NOISE)
def test_spaces_and_marks_count_on_neither_side(text: str, before: str, behind: str) -> None:
    spaced = " ".join(text)
    loose = before.replace("ㅋ", "").replace("ㅎ", "") + spaced + behind
    assert folded(loose) == folded(text) == folded(spaced)
    assert nearest(folded(loose), [folded(text)]) == nearest(folded(text), [folded(loose)]) == folded(text)


@given(st.text(max_size=30))
def test_only_blanks_fold_to_nothing(text: str) -> None:
    assert folded(text) or not text.split() or not "".join(unicodedata.normalize("NFKC", text).split())


def distance(one: str, other: str) -> int:
    """Levenshtein's, by the book."""
    row = list(range(len(other) + 1))
    for left, letter in enumerate(one, 1):
        new = [left]
        for right, opposite in enumerate(other, 1):
            new.append(min(row[right] + 1, new[-1] + 1, row[right - 1] + (letter != opposite)))
        row = new
    return row[-1]


@given(st.text("ㄱㄴㅏㅓ", max_size=8), st.text("ㄱㄴㅏㅓ", max_size=8))
def test_one_letter_apart_is_what_the_slow_reference_says(one: str, other: str) -> None:
    assert is_one_off(one, other) is (distance(one, other) == 1)
    assert is_one_off(one, other) is is_one_off(other, one)


@given(HANGUL, st.lists(HANGUL, max_size=8))
def test_the_nearest_key_is_what_the_slow_reference_says(message: str, taught: list[str]) -> None:
    said, keys = folded(message), [folded(key) for key in taught]
    found = nearest(said, keys)
    near = [key for key in keys if distance(said, key) == 1 and len(key) >= SHORTEST_INEXACT]
    assert found == (said if said in keys else near[0] if near else None)


@given(HANGUL, HANGUL)
def test_a_key_that_is_farther_off_is_never_meant(message: str, key: str) -> None:
    assume(distance(folded(message), folded(key)) > 1)
    assert nearest(folded(message), [folded(key)]) is None


@pytest.mark.parametrize(
    ("key", "message", "meant"),
    [
        ("안녕", "안뇽", True),
        ("안녕", "안녀", True),
        ("안녕", "안냥", True),
        ("안녕", "안늉ㅋㅋ", True),
        ("안녕", "아뇽", False),
        ("밥", "법", False),  # three letters are too few
        ("굿나잇", "굿나잍", True),
        ("사랑해", "사랑해요", False),
        ("배고파", "배아파", False),
        ("1번 방", "2번 방", False),
        ("방 번호", "방 번호 2", False),
    ],
)
def test_a_slip_of_one_letter_is_forgiven_in_keys_that_are_long_enough(key: str, message: str, meant: bool) -> None:
    assert (nearest(folded(message), [folded(key)]) is not None) is meant


async def test_what_is_taught_is_answered_in_that_room_alone() -> None:
    chat = TestChat(plugin)  # which restarts for each message
    assert await chat.say("안녕=반가워") == "배웠어요. '안녕'이라고 하면 '반가워'라고 할게요."
    for text in ("안녕", "안녕~~ㅋㅋ", "안 녕!", "안뇽"):
        assert await chat.say(text) == "반가워"
    assert await chat.say("안녕히 계세요") == "안녕히 계세요"
    assert await chat.say("안녕", room="다른 방") == "안녕"
    assert await chat.say("안녕", speaker="두리") == "반가워"


async def test_every_way_to_teach_is_confirmed() -> None:
    async with TestChat(plugin) as chat:
        assert "'굿밤'이라고 하면 '잘 자'라고" in await chat.say("/가르치기 굿밤 = 잘 자")
        assert "'굿모닝'이라고 하면 '좋은 아침'이라고" in await chat.say("가르칠게 굿모닝=좋은 아침")
        assert "'야호'라고 하면 '야호오'라고" in await chat.say("누가 야호하면 야호오라고 해")
        assert await chat.say("야호!") == "야호오"
        assert await chat.say("/가르치기 야호 = 야호오") == "그건 벌써 배웠어요."
        assert "처럼 적어 주세요" in await chat.say("/가르치기")
        assert "처럼 적어 주세요" in await chat.say("/가르치기 안녕")


async def test_in_a_group_it_learns_from_who_calls_it_and_answers_who_calls_it() -> None:
    async with TestChat(plugin) as chat:
        assert await chat.say("밥=라면", **GROUP) == ""
        assert "배웠어요" in await chat.say("단비야 밥=라면", **GROUP)
        assert await chat.say("단비야 밥!", **GROUP, speaker="두리") == "라면"
        assert await chat.say("밥", **GROUP) == ""


async def test_of_several_answers_any_is_given() -> None:
    async with TestChat(plugin, settings=FAST) as chat:
        await chat.say("뭐 먹지=김밥")
        await chat.say("뭐먹지?=라면", speaker="두리")
        answers = {await chat.say("뭐 먹지?") for _ in range(40)}
        assert answers == {"김밥", "라면"}


async def test_other_plugins_come_first() -> None:
    async with TestChat(plugin, speech_level) as chat:
        await chat.say("/가르치기 말 놓자 = 싫어")
        assert await chat.say("말 놓자") == "그래, 이제부터 편하게 말할게."


async def test_the_owner_can_have_the_bare_sign_teach_nothing() -> None:
    async with TestChat(plugin, settings={"plugins": {"가르치기": {"bare": False}}}) as chat:
        assert await chat.say("월요일=지옥") == "월요일=지옥"
        assert "배웠어요" in await chat.say("가르칠게 월요일=지옥")


@pytest.mark.parametrize(
    ("lesson", "why"),
    [
        ("안녕 = /삭제 확인", "명령이나 링크는"),
        ("/도움말 = 몰라", "명령이나 링크는"),
        ("안녕 = https://a.example.com 눌러", "명령이나 링크는"),
        ("죽고 싶어 = 그래", "배우지 않을게요"),
        ("힘들어 = 자살해", "배우지 않을게요"),
        ("안녕 = 존나 반가워", "배우지 않을게요"),
        ("전화번호 = 010-1234-5678", "배우지 않을게요"),
        (f"{'가' * 101} = 나", "조금 길어요"),
        (f"가 = {'나' * 301}", "조금 길어요"),
    ],
)
async def test_what_is_not_learned_is_said(lesson: str, why: str) -> None:
    async with TestChat(plugin, settings={"safety": {"crisis": False}}) as chat:
        assert why in await chat.say(f"/가르치기 {lesson}")
        assert "아직 배운 말이 없어요" in await chat.say("/가르치기 목록")


async def test_lessons_are_listed_with_their_authors_and_deleted_by_them_or_an_admin() -> None:
    async with TestChat(plugin) as chat:
        await chat.say("/가르치기 안녕 = 반가워", **GROUP)
        await chat.say("/가르치기 밥 = 라면", **GROUP, speaker="두리")
        assert await chat.say("/가르치기 목록", **GROUP) == "1. 안녕 → 반가워 (하나)\n2. 밥 → 라면 (두리)"
        assert "직접 가르친 말만" in await chat.say("/가르치기 지우기 2", **GROUP)
        assert "2번은 잊었어요" in await chat.say("/가르치기 지우기 2", **GROUP, from_admin=True)
        assert await chat.say("단비야 밥", **GROUP, speaker="두리") == "단비야 밥"
        assert "1번은 잊었어요" in await chat.say("/가르치기 지우기 1", **GROUP)
        assert "그 번호로 배운 말은 없어요" in await chat.say("/가르치기 지우기 1", **GROUP)
        assert "아직 배운 말이 없어요" in await chat.say("/가르치기 목록", **GROUP)
        await chat.say("/가르치기 밥 = 김밥", **GROUP, speaker="두리")  # numbers are never given again
        assert await chat.say("/가르치기 목록", **GROUP) == "3. 밥 → 김밥 (두리)"


async def test_a_long_list_has_pages() -> None:
    async with TestChat(plugin, settings=FAST) as chat:
        for number in range(25):
            await chat.say(f"/가르치기 말{number} = 대답{number}")
        first, second = await chat.say("/가르치기 목록"), await chat.say("/가르치기 목록 2")
        assert first.splitlines()[0] == "1. 말0 → 대답0 (하나)"
        assert first.splitlines()[-1] == "(1/2쪽, '/가르치기 목록 2')"
        assert [line.partition(".")[0] for line in second.splitlines()[:5]] == ["21", "22", "23", "24", "25"]
        assert await chat.say("/가르치기 목록 99") == second


async def test_a_person_can_teach_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "MOST", 5)
    monkeypatch.setattr(classroom, "_ON_A_PAGE", 2)  # lessons that lie in several values are found all the same
    async with TestChat(plugin, settings=FAST) as chat:
        for number in range(5):
            assert "배웠어요" in await chat.say(f"/가르치기 말{number}번 = 대답{number}")
        assert "5개를 다 채웠어요" in await chat.say("/가르치기 또 = 하나")
        assert "배웠어요" in await chat.say("/가르치기 또 = 하나", speaker="두리")
        assert [await chat.say(f"말{number}번") for number in range(5)] == [f"대답{number}" for number in range(5)]
        await chat.say("/가르치기 지우기 3")
        assert "배웠어요" in await chat.say("/가르치기 새말 = 새 대답")
        assert await chat.say("말2번") == "말2번"
        assert await chat.say("새말") == "새 대답"


async def test_it_speaks_the_persons_level() -> None:
    async with TestChat(plugin, speech_level) as chat:
        await chat.say("말 놓자")
        assert await chat.say("안녕=반가워") == "배웠어. '안녕'이라고 하면 '반가워'라고 할게."
        assert await chat.say("/가르치기 지우기 1") == "1번은 잊었어."


async def test_what_somebody_taught_is_erased_with_them() -> None:
    chat = TestChat(plugin)
    await chat.say("/가르치기 안녕 = 반가워", **GROUP)
    await chat.say("/가르치기 밥 = 라면", **GROUP, speaker="두리")
    assert "가르친 말" in await chat.say("/내정보")
    await chat.say("/삭제")
    await chat.say("/삭제 확인")
    assert "가르친 말" not in await chat.say("/내정보")
    assert await chat.say("/가르치기 목록", **GROUP, speaker="두리") == "2. 밥 → 라면 (두리)"
    assert await chat.passes(timedelta(days=1)) == ""
