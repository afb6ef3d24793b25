"""Profanity found and traps let pass, on the list that the rules were written against and on one that they never saw."""

import json
import random
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_lists import LISTS, sentences

from chatbot.safety.profanity import Profanity, profanity_in
from chatbot.yaml_file import Value, YamlFile

ROOT = Path(__file__).parents[2]


def figures(name: str, finds: Callable[[str], object]) -> tuple[float, float]:
    """Return the recall and the share of false alarms of ``finds`` on a list."""
    found = {True: [0, 0], False: [0, 0]}
    for meant, sentence in sentences(name):
        found[meant][0] += bool(finds(sentence))
        found[meant][1] += 1
    return found[True][0] / found[True][1], found[False][0] / found[False][1]


def test_the_list_that_the_rules_were_written_against_is_told_apart() -> None:
    recall, false_alarms = figures("profanity.dev", profanity_in)
    wrong = [sentence for meant, sentence in sentences("profanity.dev") if bool(profanity_in(sentence)) != meant]
    assert recall >= 0.97, wrong
    assert false_alarms <= 0.03, wrong


@pytest.mark.skipif(not (LISTS / "profanity.held_out.tsv").exists(), reason="there is no profanity.held_out.tsv")
def test_a_list_that_the_rules_never_saw_is_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    recall, false_alarms = figures("profanity.held_out", profanity_in)
    with capsys.disabled():
        sys.stdout.write(f"\nprofanity, held out: recall {recall:.3f}, false alarms {false_alarms:.3f}\n")
    assert recall >= 0.80
    assert false_alarms <= 0.10


def test_korcen_alone_finds_less_and_accuses_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert profanity_in("안녕하세요") is None  # imports korcen, with its warnings and its hold on the streams contained
    check: Callable[[str], bool] = import_module("korcen.korcen").check
    ours, theirs = figures("profanity.dev", profanity_in), figures("profanity.dev", check)
    with capsys.disabled():
        for who, (recall, false_alarms) in (("ours", ours), ("korcen alone", theirs)):
            sys.stdout.write(f"\nprofanity, dev, {who}: recall {recall:.3f}, false alarms {false_alarms:.3f}\n")
    assert ours[0] > theirs[0] + 0.3
    assert ours[1] < theirs[1] - 0.1


@pytest.mark.parametrize(
    ("sentence", "level"),
    [
        ("시험 존나 망했어", Profanity.MILD),
        ("아 시발 늦었다", Profanity.MILD),
        ("ㅈㄴ 웃기네", Profanity.MILD),
        ("개빡쳐 진짜", Profanity.MILD),
        ("지랄 맞은 날씨", Profanity.MILD),
        ("젠장", Profanity.MILD),
        ("와 씨 대박", Profanity.MILD),
        ("what the fuck", Profanity.MILD),
        ("씨발놈아", Profanity.INSULT),
        ("병신아", Profanity.INSULT),
        ("ㅂㅅ", Profanity.INSULT),
        ("꺼져 새끼야", Profanity.INSULT),
        ("니애미", Profanity.INSULT),
        ("미친년", Profanity.INSULT),
        ("fuck you", Profanity.INSULT),
        ("그 새끼가 먼저 그랬어", Profanity.INSULT),
        ("한남충 극혐", Profanity.HATE),
        ("홍어새끼들", Profanity.HATE),
        ("장애냐?", Profanity.HATE),
        ("짱깨들", Profanity.HATE),
        ("똥꼬충", Profanity.HATE),
        ("틀딱", Profanity.HATE),
        ("가슴 보여줘", Profanity.SEXUAL),
        ("섹스하자", Profanity.SEXUAL),
        ("팬티 무슨 색이야", Profanity.SEXUAL),
        ("시발 병신 한남충아 가슴 보여줘", Profanity.SEXUAL),  # the gravest, wherever it stands
        ("한남충 시발", Profanity.HATE),
    ],
)
def test_the_gravest_level_is_told(sentence: str, level: Profanity) -> None:
    assert profanity_in(sentence) is level


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("상사가 나보고 병신이래 ㅠㅠ", Profanity.MILD),
        ("친구가 나한테 개새끼라고 욕했어", Profanity.MILD),
        ("맘충이라는 말 들었어", Profanity.MILD),
        ("전 병신인가봐요", Profanity.MILD),
        ("난 진짜 쓰레기야", Profanity.MILD),
        ("너 진짜 쓰레기야", Profanity.INSULT),
        ("내가 보기엔 너 병신아", Profanity.INSULT),
        ("나 지금 화났어 병신아", Profanity.INSULT),
    ],
)
def test_who_was_insulted_or_thinks_little_of_themselves_insults_nobody(said: str, level: Profanity) -> None:
    assert profanity_in(said) is level


@pytest.mark.parametrize(
    "disguised",
    [
        *("씨1발", "시@발", "시.발", "씨_발", "씨ㅋ발", "씨이이발", "시바알", "십알", "쉬발", "슈발", "ㅅㅂ", "ㅆㅂ"),
        *("ㅅㅣㅂㅏㄹ", "ㅅㅂㅠㅠ", "ㅋㅋㅅㅂ", "tlqkf", "TLQKF", "ﾵﾲ", "병1신", "병ㅋ신", "브ㅕㅇ신", "ㅄ", "qudtls"),
        *(
            "ㅂㅕㅇㅅㅣㄴ",
            "새1끼야",
            "개색기",
            "개쉑",
            "ㄱㅐㅅㅐㄲㅣ",
            "rotoRl",
            "조온나",
            "조오오온나",
            "존ㄴ",
            "졸라",
        ),
        *("ｆｕｃｋ", "𝐟𝐮𝐜𝐤", "f*ck", "F.U.C.K"),
        *("시 발", "아 시 발", "ㅅ ㅂ", "야 이 병 신 아", "개 새 끼", "f u c k"),
        *("시\u200b발", "시\u00ad발", "시\u0301발", unicodedata.normalize("NFD", "시발")),
    ],
)
def test_disguises_are_seen_through(disguised: str) -> None:
    assert profanity_in(disguised) is not None


@pytest.mark.parametrize(
    "harmless",
    ["", " ", "ㅋㅋㅋㅋ", "1818번", "시발점", "보지 마", "새끼 고양이", "병신년(丙申年)", "🙂", "\u0301\u0591"],
)
def test_what_only_looks_like_it_passes(harmless: str) -> None:
    assert profanity_in(harmless) is None


TYPED = st.text(
    st.sampled_from("시씨발병신새끼개년놈보지자지꺼져나너니애미ㅅㅂㅈㄴㅗㅏㄱ 1@.!f*uckbitch\u200b\u0301\uffb5")
    | st.characters()
)


@given(TYPED)
def test_anything_can_be_asked_about(text: str) -> None:
    assert profanity_in(text) in {None, *Profanity}


@given(TYPED)
def test_a_curse_in_a_sentence_of_its_own_is_found_whatever_is_said_around_it(text: str) -> None:
    assert profanity_in(f"{text}\n!\n씨발\n!\n{text}") is not None


@given(st.lists(st.sampled_from([sentence for meant, sentence in sentences("profanity.dev") if meant])))
def test_how_a_text_is_encoded_changes_nothing(curses: list[str]) -> None:
    text = ". ".join(curses)
    assert profanity_in(unicodedata.normalize("NFD", text)) == profanity_in(unicodedata.normalize("NFC", text))


def test_a_megabyte_of_chat_is_read_in_seconds_not_minutes() -> None:
    chat = "오늘 시험 진짜 어려웠는데 그래도 끝났다 새끼손가락 걸고 약속했잖아 ㅋㅋㅋ " * 25_000
    assert len(chat) > 1_000_000
    start = time.process_time()
    assert profanity_in(chat) is None
    assert time.process_time() - start < 20  # about 0.7 on a quiet machine; a rule that looks back takes hours


@pytest.mark.parametrize(
    "flood",
    [
        "시",
        "시 ",
        "시1",
        "개",
        "씨발 ",
        "강아지 새끼 ",
        "f*",
        "b*",
        "1",
        "ㅗ",
        "ㅅㅏ",
        "\u0591\u05b0",
        "나 병신 같아 ",
        "꺼져!",
    ],
)
def test_a_flood_takes_time_in_proportion_to_its_length(flood: str) -> None:
    def seconds(length: int) -> float:
        text = f"씨발 {flood * (length // len(flood))}"
        start = time.process_time()
        assert profanity_in(text) is not None
        return time.process_time() - start

    seconds(1000)
    # Eight times if linear, 64 if quadratic; the shared machines that run this are not better clocks than that.
    assert seconds(160_000) < 30 * min(seconds(20_000) for _ in range(3)) + 0.2


def test_the_bot_says_nothing_above_mild() -> None:
    files = sorted((ROOT / "data/maldongmu").glob("*.jsonl"))
    turns = [
        turn["text"]
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        for turn in json.loads(line)["turns"]
        if turn["speaker"] == "단비"
    ]
    assert len(turns) > 2000
    said = random.Random(20_260_101).sample(turns, 2000)
    levels = Counter(profanity_in(text) for text in said)
    assert {level for level in levels if level} <= {Profanity.MILD}
    assert levels[Profanity.MILD] <= 2


def spoken(value: Value) -> list[str]:
    """Return every text in what a YAML file holds."""
    if value is None or isinstance(value, str):
        return [value or ""]
    parts = value.values() if isinstance(value, dict) else value
    return [text for part in parts for text in spoken(part)]


@pytest.mark.parametrize("file", sorted((ROOT / "prompts").glob("*.yaml")), ids=lambda file: file.stem)
def test_personas_hold_nothing_above_mild(file: Path) -> None:
    texts = spoken(YamlFile.read(file).data)
    assert len(texts) > 10
    assert [text for text in texts if profanity_in(text) not in {None, Profanity.MILD}] == []


def test_the_first_question_imports_korcen_and_leaves_the_streams_and_warnings_as_they_were() -> None:
    code = """
import sys, warnings
warnings.simplefilter("error")
from chatbot.safety.profanity import profanity_in
assert "korcen" not in sys.modules
streams = sys.stdout, sys.stderr
assert profanity_in("안녕") is None
assert "korcen" in sys.modules
assert (sys.stdout, sys.stderr) == streams
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
