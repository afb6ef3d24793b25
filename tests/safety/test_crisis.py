"""What is taken for a crisis, what is not, and what is said; on lists of sentences, in every disguise, in linear time."""

import random
import re
import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sentence_lists import LISTS, sentences

from chatbot.safety.crisis import Crisis, crisis_in, crisis_reply, is_young


def shares(name: str) -> tuple[float, float]:
    """Write (pytest -s shows it) and return how much of a list's positives is found, and how much of its traps falsely so."""
    labelled = sentences(name)
    found = [crisis_in(text) is not None for is_positive, text in labelled if is_positive]
    false = [crisis_in(text) is not None for is_positive, text in labelled if not is_positive]
    sys.stdout.write(f"\n{name}: recall {sum(found)}/{len(found)}, false alarms {sum(false)}/{len(false)}\n")
    return sum(found) / len(found), sum(false) / len(false)


def test_nearly_all_of_the_list_that_the_rules_were_written_on_is_right() -> None:
    recall, false_alarms = shares("crisis.dev")
    assert recall >= 0.97
    assert false_alarms <= 0.03


def test_most_of_a_list_that_the_rules_have_never_seen_is_right() -> None:
    if not (LISTS / "crisis.held_out.tsv").exists():
        pytest.skip("there is no held-out list")
    recall, false_alarms = shares("crisis.held_out")
    assert recall >= 0.84  # the aim is 0.85
    assert false_alarms <= 0.10


@pytest.mark.parametrize(
    ("text", "crisis"),
    [
        ("죽고 싶어요", Crisis.SUICIDE),
        ("친구가 죽고 싶대", Crisis.SUICIDE),
        ("자해하고 나니까 죽고 싶어", Crisis.SUICIDE),
        ("유서 썼어", Crisis.SUICIDE),
        ("손목 그었어", Crisis.SELF_HARM),
        ("자해를 못 끊겠어요", Crisis.SELF_HARM),
        ("약을 한꺼번에 먹었어", Crisis.DANGER),
        ("나 지금 옥상 난간이야", Crisis.DANGER),
        ("한강 다리 위야", Crisis.DANGER),
        ("손목 그었는데 피가 안 멈춰", Crisis.DANGER),
        ("언니가 수면제를 많이 먹은 것 같아 안 일어나", Crisis.DANGER),
        ("죽고 싶어서 지금 뛰어내릴 거야", Crisis.DANGER),
        ("배고파 죽겠다", None),
        ("", None),
    ],
)
def test_the_gravest_crisis_is_told(text: str, crisis: Crisis | None) -> None:
    assert crisis_in(text) is crisis


@pytest.mark.parametrize(
    "disguised",
    [
        unicodedata.normalize("NFD", "죽고 싶어"),
        "죽\u200b고 싶\ufeff어",
        "죽고\u3164싶어",
        "죽고\n싶어",
        "죽   고   싶   어",
        "죽☆고♥싶☆어",
        "죽.고.싶.다",
        "죽고😭싶어",
        "죽고오오오 싶어어어어",
        "죽고ㅠㅠ싶어ㅠㅠㅠㅠㅠ",
        "ㅈㅜㄱㄱㅗ 싶ㅓ",
        "ㅈ ㅜ ㄱ 고 싶다",
        "나죽고싶은데어떡해",
        "자☆살하고 싶어",
        "나 자 살 할 거야",
        "I WANT TO DIE",
    ],
)
def test_no_disguise_hides_it(disguised: str) -> None:
    assert crisis_in(disguised) is Crisis.SUICIDE


def test_a_hint_within_a_long_message_is_heard() -> None:
    everyday = "오늘은 시험 보고 고양이 사진 찍고 게임도 하고 한강에서 자전거도 탔어. " * 20
    assert crisis_in(everyday) is None
    assert crisis_in(everyday + "근데 사실 살기 싫어. " + everyday) is Crisis.SUICIDE


def test_a_story_is_not_taken_for_a_person_but_a_person_is_heard_through_it() -> None:
    assert crisis_in("영화에서 주인공이 자살해서 울었어") is None
    assert crisis_in("영화에서 주인공이 자살하는데 나도 그러고 싶더라") is Crisis.SUICIDE
    assert crisis_in("영화 보고 왔는데 나 죽고 싶어") is Crisis.SUICIDE


@pytest.mark.parametrize("crisis", Crisis)
@pytest.mark.parametrize("young", [False, True])
def test_every_reply_is_short_polite_and_names_its_help_lines_only(crisis: Crisis, young: bool) -> None:
    reply = crisis_reply(crisis, young=young)
    numbers = re.findall(r"\d+", reply)
    emergency = ["119", "112"] if crisis is Crisis.DANGER else []
    assert numbers == [*emergency, "109", "24", *(["1388", "24"] if young else [])]
    assert len(reply) < 220
    assert "저는 AI라" in reply
    assert reply.endswith("래요?")  # an invitation to go on
    endings = re.findall(r"([가-힣]+)[.?]", reply)
    assert len(endings) >= 4
    assert all(ending.endswith("요") for ending in endings)


@pytest.mark.parametrize(
    ("text", "young"),
    [
        ("저 중2인데 죽고 싶어요", True),
        ("고3이야 수능 망하면 죽을래", True),
        ("담임이 내 말은 안 믿어", True),
        ("엄마가 학원 가라고 소리 질러", True),
        ("나 열다섯 살인데", True),
        ("급식 먹을 때도 나 혼자야", True),
        ("죽고 싶어요", False),
        ("고3 아들이 죽고 싶대요", False),
        ("담임인데 제자가 자해를 해요", False),
        ("고등학생 때부터 우울했어요", False),
        ("회사 그만두고 싶어", False),
        ("중2병 도졌나", False),
        ("피자 중1판", False),
        ("", False),
    ],
)
def test_only_who_speaks_as_a_pupil_is_taken_for_one(text: str, young: bool) -> None:
    assert is_young(text) is young


@given(st.text())
@example("\u1100\u1161\u11a8\u0300")
@example("ㅈㅜㄱ" * 50)
def test_any_text_is_judged(text: str) -> None:
    assert crisis_in(text) in (None, *Crisis)
    assert is_young(text) in (True, False)


@given(st.text(alphabet="죽자살해고싶어기싫손목을그약한강나 .ㅠㅋ", max_size=200))
def test_any_mix_of_the_words_looked_for_is_judged(text: str) -> None:
    assert crisis_in(text) in (None, *Crisis)


@given(before=st.text(alphabet="가나다 .ㅋ", max_size=60), after=st.text(alphabet="가나다 .ㅋ", max_size=60))
def test_what_stands_around_a_plain_wish_does_not_hide_it(before: str, after: str) -> None:
    assert crisis_in(f"{before}. 죽고 싶어. {after}") is not None


def seconds(words: list[str], length: int) -> float:
    """Return the processor seconds that a text of so many characters takes, the least of three times."""
    text = "".join(random.Random(0).choices(words, k=length))[:length]
    crisis_in("안녕")  # compiles the tables
    times: list[float] = []
    for _ in range(3):
        start = time.process_time()
        crisis_in(text)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize(
    "words",
    [["죽"], ["싶"], ["죽", "싶"], [f"{text}. " for is_positive, text in sentences("crisis.dev") if not is_positive]],
    ids=["one", "another", "both", "traps"],
)
def test_a_megabyte_takes_seconds_not_minutes(words: list[str]) -> None:
    assert seconds(words, 333_333) < 20  # up to 1.5 on a quiet machine


@pytest.mark.parametrize(
    "words",
    [["죽을 ", "약 ", "나 ", "손목 ", "더워 "], ["ㅈ", "ㅜ", "ㄱ", " "], ["자 ", "살 ", "해 ", "게임", ". "]],
    ids=["beginnings", "jamo", "homonyms"],
)
def test_the_time_grows_with_the_length_and_no_faster(words: list[str]) -> None:
    # Eight times if linear, 64 if quadratic; the shared machines that run this are not better clocks than that.
    assert seconds(words, 80_000) < 30 * seconds(words, 10_000) + 0.2


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, chatbot.safety.crisis\n"
        "print([name for name in ('korcen', 'numpy', 'pydantic', 'asyncio') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
