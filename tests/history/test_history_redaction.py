"""A person's name and longer quotes of their words go from what others said, and nothing else does."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chatbot.history.records import Json
from chatbot.history.redaction import NAME_ERASED, RUN, WORDS_ERASED, Redaction

SECRET = "어제 병원에서 검사 결과를 들었는데 많이 놀랐어"


def plain(text: str) -> str:
    return " ".join(text.split())


def runs(text: str) -> set[str]:
    return {plain(text)[start : start + RUN] for start in range(len(plain(text)) - RUN + 1)}


def redacted(text: str, *texts: str, names: tuple[str, ...] = ()) -> str:
    return Redaction.of(names, texts).of_text(text)


def test_a_quote_goes_and_what_stands_around_it_stays() -> None:
    text = "민수가 '어제 병원에서 검사 결과를 들었는데'라고 했어"
    assert redacted(text, SECRET) == f"민수가 '{WORDS_ERASED}'라고 했어"


def test_white_space_does_not_hide_a_quote() -> None:
    assert redacted("> 어제\n>병원", SECRET) == "> 어제\n>병원"
    assert redacted("음 어제  병원에서\n검사\t 결과를  음", SECRET) == f"음 {WORDS_ERASED} 음"


def test_two_quotes_apart_are_two_and_quotes_that_touch_are_one() -> None:
    assert redacted("어제 병원에서 검사, 또 들었는데 많이 놀랐어", SECRET) == f"{WORDS_ERASED}, 또{WORDS_ERASED}"
    assert redacted("abcdefgh12345678", "abcdefgh", "12345678") == WORDS_ERASED


def test_seven_characters_are_anybodys_words() -> None:
    assert redacted("어제 병원에서", SECRET) == "어제 병원에서"
    assert redacted("안녕하세요", "안녕하세요") == "안녕하세요"


def test_names_go_the_longest_first_and_single_characters_stay() -> None:
    assert redacted("김민수랑 민수 이야기", names=("민수", "김민수")) == f"{NAME_ERASED}랑 {NAME_ERASED} 이야기"
    assert redacted("이 이야기", names=("이", "", " ")) == "이 이야기"


def test_a_quote_that_holds_the_name_goes_whole() -> None:
    assert (
        redacted("'나는 김민수라고 해 반가워'래", "나는 김민수라고 해 반가워", names=("김민수",))
        == f"'{WORDS_ERASED}'래"
    )


def test_the_words_for_erased_words_can_be_erased_too() -> None:
    said = f"누가 {NAME_ERASED}이래 그리고 {WORDS_ERASED}이래"
    result = redacted("누가 민수이래 그리고 그건 아니야", said, names=("민수",))
    assert runs(result).isdisjoint(runs(said))


def test_a_value_is_redacted_in_every_string_of_it() -> None:
    redaction = Redaction.of(("민수",), (SECRET,))
    value: Json = {"민수": [1, None, True, {"말": f"민수: {SECRET}"}], "수": 1.5}
    assert redaction.of_json(value) == {"민수": [1, None, True, {"말": f"{NAME_ERASED}: {WORDS_ERASED}"}], "수": 1.5}


LETTERS = st.text("ab \n", max_size=60)
"""So few letters that runs are found by chance."""
MARKED = st.lists(
    st.sampled_from(["a", "b", " ", "\n", "민수", WORDS_ERASED, NAME_ERASED, "(지운", "지움)"]), max_size=25
)


@settings(max_examples=300)
@given(erased=st.lists(LETTERS | MARKED.map("".join), max_size=4), text=LETTERS | MARKED.map("".join))
def test_no_run_of_an_erased_text_is_left(erased: list[str], text: str) -> None:
    result = Redaction.of(("민수",), erased).of_text(text)
    assert runs(result).isdisjoint({run for one in erased for run in runs(one)})


@settings(max_examples=200)
@given(erased=st.lists(st.text(max_size=40), max_size=4), text=st.text(max_size=80))
def test_a_text_that_shares_no_run_and_no_name_is_untouched(erased: list[str], text: str) -> None:
    assume(runs(text).isdisjoint({run for one in erased for run in runs(one)}))
    assume("민수" not in text)
    assert Redaction.of(("민수",), erased).of_text(text) == text


@given(
    before=st.text("가나다", max_size=20), quote=st.text("라마바 ", min_size=RUN), after=st.text("가나다", max_size=20)
)
def test_a_whole_quote_is_replaced_between_what_stays(before: str, quote: str, after: str) -> None:
    assume(len(plain(quote)) >= RUN)
    quote = plain(quote)
    assert redacted(before + quote + after, quote) == before + WORDS_ERASED + after


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    text = ("가" * 50 + "나") * 4_000  # 200,000 characters; a search for each erased run would take minutes
    erased = [f"{number}번째로 한 말이에요 다 지워 주세요" for number in range(20_000)]
    assert redacted(text + erased[777], *erased) == text + WORDS_ERASED
