"""What a message says in the game, by its form."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot.builtin.word_chain.reading import LONGEST, Wish, wish_in, word_in
from chatbot.builtin.word_chain.rules import is_hangul

WORDS = (
    "사과",
    "사과!",
    "사과.",
    "사과~",
    "사과 ㅋㅋ",
    "사과~ ㅋㅋㅋ",
    "사과ㅋㅋㅋ",
    "ㅋㅋ 사과",
    "사과ㅎ",
    "사과 ^^",
    "사과 🍎",
    "음 사과",
    "음... 사과",
    "어, 사과!",
    "그럼 사과",
    "자 사과",
    "나는 사과",
    "난 사과!",
    "정답은 사과",
    "제 답은 사과",
    "이번엔 사과",
    "사과 할게",
    "사과 갈게요",
    "사과로",
    "사과 맞지?",
    "'사과'",
    '"사과"',
    "<사과>",
    "(사과)",
    "사과요",
    "사과요!",
    "사과입니다",
    "사과예요",
    "사과에요",
    "사과야",
    "사과지",
    "사과임",
    "사과다",
    "사과용",
    "  사과  ",
    "사과\n",
    "사과 사과",
    "사과, 사과!",
    "사 과",
    "사과?",
    unicodedata.normalize("NFD", "사과"),
    unicodedata.normalize("NFD", "음 사과요!"),
)


@pytest.mark.parametrize("text", WORDS)
def test_a_word_is_found_however_it_is_put(text: str) -> None:
    said = word_in(text)
    assert said is not None
    assert "사과" in said.candidates


@pytest.mark.parametrize("text", ["사과", "사과!", "음 사과", "사과요", "사과~ ㅋㅋ", "정답은 사과", "사과 사과"])
def test_a_lone_word_is_surely_one(text: str) -> None:
    said = word_in(text)
    assert said is not None
    assert said.is_sure
    assert not said.ends_like_talk


@pytest.mark.parametrize(
    "text",
    [
        "사과?",
        "배고파",
        "심심해요",
        "재밌다",
        "안녕",
        "대박",
        "진짜",
        "뭐해?",
        "갔어",
        "사과 배",
        "졸려",
        "했거든",
        "뭐하자",
    ],
)
def test_what_may_be_talk_is_not_sure(text: str) -> None:
    said = word_in(text)
    assert said is None or said.ends_like_talk or not said.is_sure


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ㅋㅋㅋ",
        "ㅠㅠ",
        "...",
        "?",
        "123",
        "apple",
        "사과1",
        "🍎",
        "오늘 날씨 진짜 좋다 그치",
        "어제 회사에서 힘들었어",
        "사과apple",
    ],
)
def test_what_is_no_word_by_its_form(text: str) -> None:
    assert word_in(text) is None


@pytest.mark.parametrize("word", ["수요", "필요", "바다", "강아지", "나로", "중요", "대야", "모임", "가죽", "이야기"])
def test_a_word_that_ends_like_an_ending_stands_first(word: str) -> None:
    said = word_in(word)
    assert said is not None
    assert said.candidates[0] == word


@given(st.text())
@example("이었습니다")
def test_whatever_is_read_is_made_of_hangul_and_short(text: str) -> None:
    said = word_in(text)
    if said is not None:
        assert all(is_hangul(word) and len(word) <= LONGEST for word in said.candidates)
        assert len(set(said.candidates)) == len(said.candidates)


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=2, max_size=5))
def test_punctuation_changes_nothing(word: str) -> None:
    assert word_in(f"{word}!") == word_in(f" {word}~ ㅋㅋ") == word_in(word)
    assert word_in(unicodedata.normalize("NFD", word)) == word_in(word)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        *((text, Wish.HINT) for text in ("힌트", "힌트!", "힌트 줘", "힌트 좀 주세요", "힌트 하나만", "도와줘", "힌트요")),
        *(
            (text, Wish.GIVE_UP)
            for text in ("포기", "포기할래", "나 포기", "졌어", "내가 졌어", "졌어요ㅠㅠ", "모르겠어", "잘 모르겠어요", "몰라")
        ),
        *((text, Wish.GIVE_UP) for text in ("항복!", "못하겠어", "기권할게요", "더는 없어", "생각 안 나", "진짜 모르겠다")),
        *((text, Wish.GO_FIRST) for text in ("내가 먼저", "제가 먼저 할게요", "나부터", "나부터 할래", "저부터요")),
        *((text, Wish.JOIN) for text in ("참가", "나도", "나도 할래", "저도요", "참여할게요", "저도 참가할래요", "나도 끼워줘")),
        *((text, Wish.START) for text in ("시작", "시작하자", "시작해요", "이제 시작!", "고고", "ㄱㄱ")),
        *((text, Wish.LEAVE) for text in ("빠질래", "나 빠질게", "저 이제 빠질래요", "나갈게요")),
    ],
)  # fmt: skip
def test_a_wish_is_understood(text: str, wish: Wish) -> None:
    assert wish_in(text) is wish


@pytest.mark.parametrize(
    "text",
    [
        "사과",
        "포도",
        "힌트가 뭐야",
        "시작이 반이다",
        "나도 그 영화 봤어",
        "고모",
        "없어",
        "포기김치",
        "",
        "모르는 사람",
    ],
)
def test_other_words_are_no_wish(text: str) -> None:
    assert wish_in(text) is None


@given(st.text())
def test_anything_can_be_asked_for_a_wish(text: str) -> None:
    wish = wish_in(text)
    assert wish is None or wish in Wish
