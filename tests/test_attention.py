"""When the bot is meant, and when it joins in unasked."""

import time as clock
import unicodedata
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.attention import calls, is_meant, is_quiet, joins_in
from chatbot.config import GroupSettings
from chatbot.messages import Address, Incoming, RoomKind, Speaker

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "단비",
        "단비?",
        "단비야",
        "단비야 뭐 해",
        "단비야뭐해?",
        "단비, 안녕",
        "단비 안녕",
        "단비님!",
        "단비 님 계세요",
        "단비씨 뭐 하세요",
        "단비 언니야 나 왔어",
        "단비ㅋㅋㅋ",
        "단비야ㅠㅠ",
        "단비야❤️",
        "단비야😀 안녕",
        "단비야！",
        "야 단비",
        "야, 단비야 일어나",
        "안녕 단비야",
        "안녕 단비!",
        "뭐 해 단비야",
        "뭐 해 단비야?? ㅋㅋ",
        "밥 먹었어, 단비?",
        "고마워요 단비님",
        "@단비 안녕",
        "안녕 @단비",
        "그건 @단비 한테 물어봐",
        "@단비야 자?",
        "   단비야",
        "...단비야",
        "하나\n단비야",
        "단비야\n나 왔어",
        "비 온다 단비야\n",
    ],
)
def test_a_call(text: str) -> None:
    assert calls(text, ("단비",))
    assert calls(unicodedata.normalize("NFD", text), ("단비",))
    assert calls(text, (unicodedata.normalize("NFD", "단비"),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "안녕",
        "단",
        "단비가 내린다",
        "단비는 좋은 말이야",
        "단비도 그래?",
        "단비를 기다려",
        "단비야말로 최고지",
        "단비님이 그러던데",
        "단비 씨가 어제 그랬어",
        "단비 언니랑 갔어",
        "단비네 집",
        "오늘은 단비",
        "오랜만에 내린 단비",
        "금단비야",
        "금단비야 안녕",
        "이단비",
        "내 단비통",
        "'단비'는 좋은 말이야",
        "mail@단비가",
        "hana@단비.kr",
    ],
)
def test_no_call(text: str) -> None:
    assert not calls(text, ("단비",))
    assert not calls(unicodedata.normalize("NFD", text), ("단비",))


@pytest.mark.parametrize(
    ("name", "text", "is_called"),
    [
        ("Luna", "Luna야 안녕", True),
        ("Luna", "luna, 뭐 해?", True),
        ("Luna", "hey LUNA", True),
        ("Luna", "lunatic", False),
        ("Luna", "Lunar 새해", False),
        ("Luna", "my Luna", False),
        ("하늘", "하늘아 자?", True),
        ("하늘", "하늘이야?", True),
        ("하늘", "하늘이 파래", False),
        ("하늘", "하늘아래 우리", False),
        ("단.비", "단.비야", True),
        ("단.비", "단이비야", False),
        ("C++", "C++ 안녕", True),
        ("C++", "C+++", False),
        ("(봇)", "(봇)아 안녕", True),
        ("[단비", "[단비님", True),
        ("단비\\", "단비\\ 안녕", True),
        ("로봇 2호", "로봇 2호야", True),
    ],
)
def test_names_of_all_kinds(name: str, text: str, is_called: bool) -> None:
    assert calls(text, (name,)) is is_called


def test_each_of_several_names_is_a_call() -> None:
    names = ("단비", "단비비", "비서")
    assert [calls(text, names) for text in ("단비야", "비서님", "단비비야 안녕", "서비야")] == [True, True, True, False]
    assert not calls("단비야", ())
    assert not calls("무엇이든", ("",))


@given(st.text(st.characters(exclude_categories=[])), st.text(min_size=1))
def test_any_text_and_any_name_can_be_asked(text: str, name: str) -> None:
    assert calls(name, (name,))
    assert calls(f"{name}! {text}", (name,))


@pytest.mark.parametrize("part", ["단비", "단비야 ", "!", "야 ", "@단비", " 님", "단비 씨"])
def test_a_long_text_is_looked_through_quickly(part: str) -> None:
    text = "가" + part * (100_000 // len(part)) + "가"
    begun = clock.perf_counter()
    calls(text, ("단비", "비서"))
    assert clock.perf_counter() - begun < 20


def said(text: str, kind: RoomKind = RoomKind.GROUP, *, mentions: bool = False, replies: bool = False) -> Incoming:
    return Incoming(
        Address("fake", "방"),
        "1",
        Speaker("하나"),
        text,
        room_kind=kind,
        mentions_bot=mentions,
        replies_to_bot=replies,
    )


@pytest.mark.parametrize("by_name", [True, False])
def test_who_is_meant(by_name: bool) -> None:
    settings = GroupSettings(call_by_name=by_name)
    assert is_meant(said("안녕", RoomKind.PRIVATE), ("단비",), settings)
    assert is_meant(said("안녕", mentions=True), ("단비",), settings)
    assert is_meant(said("안녕", replies=True), ("단비",), settings)
    assert not is_meant(said("안녕"), ("단비",), settings)
    assert is_meant(said("단비야 안녕"), ("단비",), settings) is by_name


def minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@given(TIMES, TIMES, st.times())
def test_quiet_hours_may_run_past_midnight(begin: time, end: time, now: time) -> None:
    settings = GroupSettings(quiet_hours=f"{begin:%H:%M}-{end:%H:%M}")
    quiet = {minutes(begin)}
    minute = (minutes(begin) + 1) % (24 * 60)
    while minute != minutes(end):  # as a watch would go
        quiet.add(minute)
        minute = (minute + 1) % (24 * 60)
    assert is_quiet(settings, now) is (minutes(now) in quiet)


def test_hours_of_one_digit_and_no_hours() -> None:
    assert is_quiet(GroupSettings(quiet_hours="7:00-9:30"), time(9, 29, 59))
    assert not is_quiet(GroupSettings(quiet_hours="7:00-9:30"), time(9, 30))
    assert not is_quiet(GroupSettings(), time(3))


@given(rate=st.floats(0, 1), chance=st.floats(0, 1, exclude_max=True))
def test_joining_in_is_as_frequent_as_the_rate(rate: float, chance: float) -> None:
    assert joins_in(GroupSettings(reply_rate=rate), NOON, None, chance) is (chance < rate)


@given(cool_down=st.floats(0, 86_400), since=st.none() | st.floats(0, 200_000))
def test_joining_in_waits_for_the_cool_down(cool_down: float, since: float | None) -> None:
    settings = GroupSettings(reply_rate=1, cool_down=cool_down)
    assert joins_in(settings, NOON, since, 0.5) is (since is None or since >= cool_down)


def test_joining_in_never_happens_in_quiet_hours() -> None:
    settings = GroupSettings(reply_rate=1, quiet_hours="23:00-07:00")
    hours = [hour for hour in range(24) if joins_in(settings, NOON + timedelta(hours=hour - 12), None, 0.0)]
    assert hours == list(range(7, 23))
