"""Personal data is found as people type it, numbers that are nobody's are left alone, and nothing else changes."""

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_lists import LISTS, sentences

from chatbot.safety.personal_data import Found, PersonalData, mask, personal_data_in

DEV, HELD_OUT = "personal_data.dev", "personal_data.held_out"
# What the rules look at, often enough for hypothesis to put numbers together; and any other character.
PIECES = st.sampled_from(
    [
        *("0", "1", "7", "10", "010", "02", "1234", "5678", "123456", "900101", "1234567", "4111", "110", "3333"),
        *("-", " ", ".", "+", "(", ")", "@", ",", ":", "\u200b", "\ufe0f", "\xa0", "–", "ㅡ", "\n", "\0", "０", "＠"),
        *(
            "공일공",
            "일이삼사",
            "오육칠팔",
            "골뱅이",
            "네이버",
            "닷컴",
            "naver",
            ".com",
            "hong",
            " at ",
            " dot ",
            "M",
            "o",
        ),
        *("계좌 ", "신한 ", "주문번호 ", "카드 ", "여권 ", "면허 ", "전화 ", "주민번호", "원", "으로 보내 줘"),
        *(f"[{kind}]" for kind in PersonalData),
    ]
)
WILD = st.lists(PIECES | st.characters(exclude_categories=[]), max_size=30).map("".join)
WITHOUT_NUMBERS = st.text(st.characters(exclude_categories=["Nd", "No"], exclude_characters="@＠공영")).filter(
    lambda text: "골뱅이" not in text and "at" not in text.lower() and "앳" not in text
)


def figures(name: str) -> tuple[float, float]:
    """Return recall and the share of false alarms on a list, and print both as counts (pytest -s shows them)."""
    listed = sentences(name)
    positives = [text for is_personal, text in listed if is_personal]
    traps = [text for is_personal, text in listed if not is_personal]
    found = sum(bool(personal_data_in(text)) for text in positives)
    alarms = sum(bool(personal_data_in(text)) for text in traps)
    print(f"\n{name}: found {found} of {len(positives)}, false alarms {alarms} of {len(traps)}")  # noqa: T201
    return found / len(positives), alarms / len(traps)


def test_the_development_list_is_long_enough() -> None:
    labels = [is_personal for is_personal, _ in sentences(DEV)]
    assert labels.count(True) >= 130
    assert labels.count(False) >= 150


def test_the_development_list_is_told_apart() -> None:
    recall, false_alarms = figures(DEV)
    assert recall >= 0.97
    assert false_alarms <= 0.03


@pytest.mark.skipif(not (LISTS / f"{HELD_OUT}.tsv").exists(), reason="there is no held-out list of personal data")
def test_the_held_out_list_is_told_apart() -> None:
    recall, false_alarms = figures(HELD_OUT)
    assert recall >= 0.85
    assert false_alarms <= 0.10


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("내 번호 010-1234-5678로 연락 줘", "내 번호 [전화번호]로 연락 줘"),
        ("공일공 일이삼사 오육칠팔이야", "[전화번호]이야"),
        ("(02) 123-4567, (010-1234-5678)", "[전화번호], ([전화번호])"),
        ("+82 10-1234-5678이고요", "[전화번호]이고요"),
        ("주민번호 900101-1234567이에요", "주민번호 [주민등록번호]이에요"),
        ("외국인등록번호 8808085123456", "외국인등록번호 [주민등록번호]"),
        ("4111-1111-1111-1111 12/29 123", "[카드번호] 12/29 123"),
        ("신한 110-123-456789 김말동", "신한 [계좌번호] 김말동"),
        ("우리 1002123456789", "우리 [계좌번호]"),  # 1002123 could begin a resident number
        ("여기로 송금: 국민 12345601123456", "여기로 송금: 국민 [계좌번호]"),
        ("a@b.kr이에요", "[이메일]이에요"),
        ("hong골뱅이네이버닷컴으로", "[이메일]으로"),
        ("여권번호 M12345678", "여권번호 [여권번호]"),
        ("면허는 11-12-345678-90", "면허는 [면허번호]"),
        ("엄마 01012345678 아빠 01013572468", "엄마 [전화번호] 아빠 [전화번호]"),
        ("test@example.com 010-1234-5678 110-123-456789", "[이메일] [전화번호] [계좌번호]"),
    ],
)
def test_a_mask_says_the_kind_and_leaves_the_rest(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("line", ["109", "112", "119", "1388", "1393", "1366", "1577-0199", "1588-9191", "129", "1345"])
@pytest.mark.parametrize(
    "said", ["{}로 전화해요", "전화번호는 {}이에요", "힘들면 {}, 언제든 {}!", "☎{}", "계좌 말고 {}"]
)
def test_help_lines_are_never_masked(line: str, said: str) -> None:
    text = said.replace("{}", line)
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "900230-1234567",  # no such day
        "010229-3234567",  # 2001 was no leap year
        "900101-9234567",  # of the 1800s
        "990101-3234567",  # born in 2099
        "4111-1111-1111-1112",  # not its check digit
        "주문번호 110-123-456789",
        "입금 12345678901원",
        "2024-01-123456",
        "978-89-123456-7",
        "M12345678",  # no word beside it
        "01010101010",
        "3.01012345678",
        "icon@2x.png",
        "git@github.com:maldong/bot.git",
    ],
)
def test_numbers_that_only_look_like_it_are_left_alone(text: str) -> None:
    assert mask(text) == text


def test_places_are_those_of_the_text_as_it_was_given() -> None:
    text = "번호: ０１０–１２３４\u200b–５６７８이고 h\u00adong@naver.com"
    [phone, email] = personal_data_in(text)
    assert text[phone.start : phone.end] == "０１０–１２３４\u200b–５６７８"
    assert text[email.start : email.end] == "h\u00adong@naver.com"
    assert (phone.kind, email.kind) == (PersonalData.PHONE, PersonalData.EMAIL)
    keycaps = "".join(f"{digit}\ufe0f\u20e3" for digit in "01012345678")
    assert personal_data_in(keycaps) == [Found(PersonalData.PHONE, 0, len(keycaps))]


@settings(max_examples=1000, deadline=None)
@given(WILD)
def test_places_are_in_order_and_apart(text: str) -> None:
    end = 0
    for found in personal_data_in(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end


@settings(max_examples=1000, deadline=None)
@given(WILD)
def test_masked_text_holds_nothing_more_to_mask(text: str) -> None:
    masked = mask(text)
    assert personal_data_in(masked) == []
    assert mask(masked) == masked


@settings(max_examples=500, deadline=None)
@given(WITHOUT_NUMBERS, st.sampled_from(["010-1234-5678", "test@example.com", "900101-1234567"]), WITHOUT_NUMBERS)
def test_what_stands_around_personal_data_is_untouched(before: str, personal: str, behind: str) -> None:
    before, behind = f"{before}. ", f" {behind}"
    [found] = personal_data_in(before + personal + behind)
    masked = mask(before + personal + behind)
    assert masked.startswith(before)
    assert masked[len(before) :].startswith(f"[{found.kind}]")
    assert behind.endswith(masked[len(before) + len(found.kind) + 2 :])


@given(WITHOUT_NUMBERS)
def test_text_without_numbers_comes_back_unchanged(text: str) -> None:
    assert personal_data_in(text) == []
    assert mask(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1-",
        "123-45-",
        "@",
        "a@",
        "a@b.",
        "1@-",
        "010-1234-5678 ",
        "0 1 0 ",
        "+1",
        "82 ",
        "123456789012 ",
        "a",
        "공일",
    ],
)
def test_a_megabyte_takes_seconds_not_minutes(piece: str) -> None:
    text = piece * (1_000_000 // len(piece)) + "1"
    mask("1")  # compiles the patterns
    began = time.process_time()
    personal_data_in(text)
    assert time.process_time() - began < 20  # about 1 on a quiet machine


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, chatbot.safety.personal_data\n"
        "print([name for name in ('phonenumbers', 'numpy', 'pydantic', 'asyncio') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
