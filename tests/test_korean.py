"""Jamo as typed, words with the josa that fit, and names that change with theirs."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chatbot.korean import ends_in_consonant, fold, josa, read_number, rename, restore_jamo

TYPED_JAMO = "".join(chr(code) for code in range(0x3131, 0x318F) if code != 0x3164)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(TYPED_JAMO + "\u1100\u1161\u11a8가각한"))


@pytest.mark.parametrize(
    "text", ["ㅋㅋㅋ 안녕ㅠㅠ 😟 :)", " ".join(TYPED_JAMO), "값이 얼마예요? 뷁", "ㄳ ㄵ ㅄ", "각ㄱ", "ㅇㅋ", "abc 123"]
)
def test_what_is_typed_comes_back_as_it_was(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("\u110f\u110f", "ㅋㅋ"),  # what NFKC leaves of ㅋㅋ
        ("\u1172", "ㅠ"),
        ("\u11ab", "ㄴ"),  # a final consonant on its own
        ("\u1112\u1161\u11ab", "한"),  # decomposed Hangul composes
        ("ㅎㅏㄴ", "하ㄴ"),  # NFKC composes a consonant and a vowel typed one by one; KoGPT2 never sees them apart
        ("ＡＢＣ！", "ABC!"),
        ("①㎏", "1kg"),
        ("\u3164", "\u1160"),  # the filler that stands for nothing is no letter
        ("", ""),
    ],
)
def test_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_final_consonant_has_a_letter() -> None:
    for code in range(0x11A8, 0x11C3):
        (letter,) = restore_jamo(chr(code))
        assert letter in TYPED_JAMO
        assert unicodedata.name(letter).split()[-1] == unicodedata.name(chr(code)).split()[-1]


@given(ANYTHING)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)))
def test_whole_syllables_are_left_alone(text: str) -> None:
    assert fold(text) == restore_jamo(text) == text


@pytest.mark.parametrize(
    ("word", "ends"),
    [
        ("단비", False),
        ("초록", True),
        ("별", True),
        ("나무", False),
        ("ㄱ", False),
        ("Max", False),
        ("", False),
        ("힣", True),
    ],
)
def test_ends_in_consonant(word: str, ends: bool) -> None:
    assert ends_in_consonant(word) is ends


# A sentence about 단비, about 초록 and about 별, which takes 로 where 초록 takes 으로.
BOTH_WAYS = [
    ("단비는 뭐 해?", "초록은 뭐 해?", "별은 뭐 해?"),
    ("단비가 왔어", "초록이 왔어", "별이 왔어"),
    ("단비를 불러", "초록을 불러", "별을 불러"),
    ("단비와 나", "초록과 나", "별과 나"),
    ("단비랑 나", "초록이랑 나", "별이랑 나"),
    ("단비로 할게", "초록으로 할게", "별로 할게"),
    ("단비라고 해요", "초록이라고 해요", "별이라고 해요"),
    ("단비라는 이름", "초록이라는 이름", "별이라는 이름"),
    ("저는 단비예요.", "저는 초록이에요.", "저는 별이에요."),
    ("그게 단비였어", "그게 초록이었어", "그게 별이었어"),
    ("단비여서 좋아", "초록이어서 좋아", "별이어서 좋아"),
    ("단비야 안녕", "초록아 안녕", "별아 안녕"),
    ("고마워 단비야!", "고마워 초록아!", "고마워 별아!"),
    ("그럼 단비야 순서는?", "그럼 초록아 순서는?", "그럼 별아 순서는?"),
    ("안녕, 나는 단비야!", "안녕, 나는 초록이야!", "안녕, 나는 별이야!"),
    ("난 AI 단비야.", "난 AI 초록이야.", "난 AI 별이야."),
    ("이름이 왜 단비야?", "이름이 왜 초록이야?", "이름이 왜 별이야?"),
    ("단비야말로", "초록이야말로", "별이야말로"),
    ("단비네 집", "초록이네 집", "별이네 집"),
    ("단비지?", "초록이지?", "별이지?"),
    ("단비니까 단비거든 단비잖아", "초록이니까 초록이거든 초록이잖아", "별이니까 별이거든 별이잖아"),
    ("단비다! 단비구나.", "초록이다! 초록이구나.", "별이다! 별이구나."),
    ("단비요? 단비요.", "초록이요? 초록이요.", "별이요? 별이요."),
    ("단비도 단비만 단비의 단비한테", "초록도 초록만 초록의 초록한테", "별도 별만 별의 별한테"),
    ("단비 님은 단비님이", "초록 님은 초록님이", "별 님은 별님이"),
    ("단비입니다. 단비인데요", "초록입니다. 초록인데요", "별입니다. 별인데요"),
    ("단비, 단비! (단비)", "초록, 초록! (초록)", "별, 별! (별)"),
    ("단비", "초록", "별"),
]


@pytest.mark.parametrize(("vowel", "consonant", "rieul"), BOTH_WAYS)
def test_josa_follow_the_name(vowel: str, consonant: str, rieul: str) -> None:
    spellings = {"단비": vowel, "초록": consonant, "별": rieul}
    for old, text in spellings.items():
        for new, expected in spellings.items():
            assert rename(text, old, new) == expected, f"{old} to {new}"


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("초록이는 초록이가 초록이를", "단비는 단비가 단비를"),  # the 이 that is put behind names
        ("초록이예요", "단비예요"),
        ("초록이고 초록이라서", "단비고 단비라서"),
    ],
)
def test_from_a_consonant_alone(text: str, renamed: str) -> None:
    assert rename(text, "초록", "단비") == renamed


@pytest.mark.parametrize("text", ["알아보라고 했어", "봄단비", "", "아무 이름도 없다", "단 비"])
def test_a_name_inside_a_word_is_none(text: str) -> None:
    assert rename(rename(text, "보라", "초록"), "단비", "초록") == text


def test_names_are_taken_literally() -> None:
    assert rename("a.c abc (a.c)는", "a.c", r"\1") == r"\1 abc (\1)는"
    assert rename("단비", "", "초록") == "단비"
    assert rename("Max Maximum aMax", "Max", "단비") == "단비 Maximum aMax"
    assert rename("ㅋㅋ단비야", "단비", "초록") == "ㅋㅋ초록아"


def test_a_long_text_takes_no_long_time() -> None:
    """Ten thousand names in a text of 40,000 characters: what is looked at before each must not grow with the text."""
    assert rename("단비야 " * 10_000, "단비", "초록") == "초록아 " * 10_000


VOWELS = ["단비", "나무", "초코", "하루", "Max"]
CONSONANTS = ["초록", "봄", "해님", "가온"]


@given(
    st.sampled_from([VOWELS, CONSONANTS, ["별", "하늘", "노을"]]).flatmap(lambda names: st.permutations(names)),
    st.lists(st.sampled_from(["{}", "{}야", "{}는 ", " ", "이", "가", ", ", "로 ", "아", "예요", "님", "\n", "ㅋ"])),
)
def test_there_and_back_between_names_that_end_alike(names: list[str], pieces: list[str]) -> None:
    old, new = names[:2]
    text = "".join(pieces).replace("{}", old)
    there = rename(text, old, new)
    assert rename(there, new, old) == text
    assert rename(text, old, old) == text


@given(st.text(), st.sampled_from(VOWELS + CONSONANTS), st.text(max_size=5))
def test_texts_without_the_name_stay(text: str, old: str, new: str) -> None:
    assume(old not in text)
    assert rename(text, old, new) == text


WITH_JOSA = [
    ("민수", "민수는 민수가 민수를 민수와 민수로 민수야 민수예요 민수라 민수랑 민수나"),
    ("지은", "지은은 지은이 지은을 지은과 지은으로 지은아 지은이에요 지은이라 지은이랑 지은이나"),
    ("별", "별은 별이 별을 별과 별로 별아 별이에요 별이라 별이랑 별이나"),
]
PAIRS = ("은/는", "이/가", "을/를", "과/와", "으로/로", "아/야", "이에요/예요", "이라/라", "이랑/랑", "이나/나")


@pytest.mark.parametrize(("word", "expected"), WITH_JOSA)
def test_every_pair_fits_the_word(word: str, expected: str) -> None:
    assert " ".join(josa(word, pair) for pair in PAIRS) == expected
    assert " ".join(josa(word, "/".join(reversed(pair.split("/")))) for pair in PAIRS) == expected


@pytest.mark.parametrize(
    "expected",
    [
        # In digits, as they are read in Sino-Korean.
        *("0은", "1은", "2는", "3은", "4는", "5는", "6은", "7은", "8은", "9는", "10은", "200은", "3,000은", "20000은"),
        *("100000000은", "1000000000000는", "12는", "1.5는", "2.0은", "010은", "50%는", "GPT-4는", "2026은"),
        # In Latin letters, by how they sound.
        *(
            "Tom은",
            "Anna는",
            "Kevin은",
            "Amy는",
            "Mike는",
            "Google은",
            "Paul은",
            "Jane은",
            "Chrome은",
            "Jack은",
            "Mark는",
        ),
        *("Bot은", "Facebook은", "Peter는", "David는", "Eric은", "Seoul은", "left는", "count는", "text는", "level은"),
        *("AI는", "KBS는", "PR은", "HTML은", "FM은", "e는", "n은", "Ｔｏｍ은", "Café는"),
        # What is not read aloud, and an aside.
        *("단비🌸는", "'보통'은", "“쉬움”은", "별!은", "민수(별)는", "별(민수)은", "(별)은", "김 민수는", "별 은"),
        *("ㅋㅋ은", "ㅏ는", "小明는", "는", "!는"),
    ],
)
def test_words_are_heard_as_they_are_read(expected: str) -> None:
    assert josa(expected[:-1], "은/는") == expected


@pytest.mark.parametrize(
    "expected", ["1로", "3으로", "7로", "8로", "10으로", "Paul로", "Tom으로", "PR로", "ㄹ로", "ㄱ으로"]
)
def test_rieul_takes_ro(expected: str) -> None:
    assert josa(expected.removesuffix("로").removesuffix("으"), "으로/로") == expected


@pytest.mark.parametrize("pair", ["", "/", "은", "은/가", "이/", "/이", "는는/는"])
def test_what_is_no_pair_of_josa(pair: str) -> None:
    with pytest.raises(ValueError, match="josa needs a pair"):
        josa("단비", pair)


@given(st.text(), st.sampled_from(PAIRS))
def test_a_josa_is_one_of_its_pair_behind_the_word(word: str, pair: str) -> None:
    assert josa(word, pair) in [word + form for form in pair.split("/")]


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1))
def test_josa_and_renaming_agree(name: str) -> None:
    """What fits 단비 is made to fit the name, both ways."""
    for form in ("는", "가", "를", "와", "로", "예요", "랑"):
        pair = next(pair for pair in PAIRS if pair.endswith(f"/{form}"))
        assert josa(name, pair) == rename(f"단비{form}", "단비", name)


def test_numbers_are_read_here_too() -> None:
    assert read_number("스물두 개") == 22
