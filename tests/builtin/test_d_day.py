"""디데이: the counting, what people ask, what they let be remembered, and whole chats."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Persona, SpeechLevel
from chatbot.builtin.d_day import plugin
from chatbot.builtin.d_day.asking import Asked, NoDate, Wish, asked_in, day_in
from chatbot.builtin.d_day.days import Day, in_year, label, spoken
from chatbot.testing import TestChat

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=ZoneInfo("Asia/Seoul"))
ASKED = {
    "크리스마스까지 며칠 남았어?": (Wish.LEFT, "크리스마스"),
    "수능까지 며칠?": (Wish.LEFT, "수능"),
    "수능까지 며칠 남았지": (Wish.LEFT, "수능"),
    "크리스마스 며칠 남았어?": (Wish.LEFT, "크리스마스"),
    "크리스마스까지 얼마나 남았어?": (Wish.LEFT, "크리스마스"),
    "설날까지 몇 밤 남았어?": (Wish.LEFT, "설날"),
    "설날까지 몇 밤 자야 돼?": (Wish.LEFT, "설날"),
    "여름방학까지 며칠 남았는지 알려줘": (Wish.LEFT, "여름방학"),
    "다음 주 금요일까지 며칠 남았어?": (Wish.LEFT, "다음 주 금요일"),
    "12월 31일까지 며칠 남았어?": (Wish.LEFT, "12월 31일"),
    "수능 디데이 며칠이야?": (Wish.LEFT, "수능"),
    "수능 디데이 알려줘": (Wish.LEFT, "수능"),
    "D-day 수능 2026-11-19 등록": (Wish.ADD, ""),
    "수능 디데이 등록해줘 11월 19일": (Wish.ADD, ""),
    "엄마 생일 3월 2일 디데이 등록": (Wish.ADD, ""),
    "디데이 수능 11월 19일": (Wish.ADD, ""),
    "디데이 목록": (Wish.LIST, ""),
    "디데이 알려줘": (Wish.LIST, ""),
    "내 디데이 보여줘": (Wish.LIST, ""),
    "수능 디데이 삭제": (Wish.REMOVE, "수능"),
    "수능 디데이 지워줘": (Wish.REMOVE, "수능"),
    "디데이 수능 지워줘": (Wish.REMOVE, "수능"),
    "우리 100일이 언제야": (Wish.NTH, "우리"),
    "우리 200일은 언제야?": (Wish.NTH, "우리"),
    "우리 백일 언제야?": (Wish.NTH, "우리"),
    "사귄 날 1000일 언제야": (Wish.NTH, "사귄 날"),
    "우리 1주년 언제야?": (Wish.NTH, "우리"),
    "우리 며칠 됐어?": (Wish.SINCE, "우리"),
    "사귄 지 며칠 됐어?": (Wish.SINCE, "사귄"),
    "우리 오늘 며칠째지?": (Wish.SINCE, "우리 오늘"),
    "입사한 지 며칠 됐어?": (Wish.SINCE, "입사"),
    "엄마 생일 언제야?": (Wish.WHEN, "엄마 생일"),
}
TRAPS = (
    "D-day가 다가온다",
    "오늘이 디데이야",
    "디데이라는 영화 봤어",
    "며칠 남았는지 모르겠어",
    "며칠 안 남았어",
    "크리스마스까지 살 빼야지",
    "언제까지 해야 돼?",
    "100일 기념 선물 뭐 하지",
    "우리 100일 됐어",
    "우리 언제 만나?",
    "배터리 얼마나 남았어?",
    "돈 얼마 남았어?",
    "며칠 전에 봤어",
    "며칠 쉬고 싶어",
    "지금 몇 일이야?",
    "언제 와?",
    "생일 축하해",
    "크리스마스에 뭐 해?",
    "며칠 동안 비 왔어",
    "밥 언제 먹어?",
    "얼마 안 남았어",
    "며칠째 잠을 못 자",
)
REMEMBERED = {
    "수능 11월 19일": Day("수능", date(2027, 11, 19)),
    "D-day 수능 2026-11-19 등록": Day("수능", date(2026, 11, 19)),
    "엄마 생일 3월 2일": Day("엄마 생일", date(2027, 3, 2), is_yearly=True),
    "매년 제사 3월 2일": Day("제사", date(2027, 3, 2), is_yearly=True),
    "엄마 생일 매년 3월 2일 디데이 등록해줘": Day("엄마 생일", date(2027, 3, 2), is_yearly=True),
    "우리 사귄 날 2026-08-15": Day("우리 사귄 날", date(2026, 8, 15), is_start=True),
    "사귄 날 8월 15일": Day("사귄 날", date(2026, 8, 15), is_start=True),
    "여행 12월 3일로 디데이 잡아줘": Day("여행", date(2026, 12, 3)),
    "수능은 2027년 11월 18일이야 디데이 등록해줘": Day("수능", date(2027, 11, 18)),
    "제주 여행 다음 주 금요일": Day("제주 여행", date(2026, 11, 27)),
    "크리스마스 파티 12월 24일": Day("크리스마스 파티", date(2026, 12, 24)),
    "3월 2일 개학": Day("개학", date(2027, 3, 2)),
    "시험 12/3": Day("시험", date(2026, 12, 3)),
}
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(("text", "wish"), ASKED.items())
def test_natural_questions_are_understood(text: str, wish: tuple[Wish, str]) -> None:
    asked = asked_in(text)
    assert asked is not None
    assert (asked.wish, asked.name) == wish


@pytest.mark.parametrize("text", TRAPS)
def test_everyday_sentences_ask_for_nothing(text: str) -> None:
    assert asked_in(text) is None


def test_a_number_of_days_or_years_is_read() -> None:
    assert asked_in("우리 백일 언제야?") == Asked(Wish.NTH, "우리", 100)
    assert asked_in("우리 3주년 언제야?") == Asked(Wish.NTH, "우리", 3, is_years=True)


@pytest.mark.parametrize(("text", "day"), REMEMBERED.items())
def test_days_are_read_as_people_write_them(text: str, day: Day) -> None:
    assert day_in(text, NOW) == day


@pytest.mark.parametrize("text", ["수능", "시험 12월", "매주 월요일 운동", "할머니 생신 음력 3월 2일", ""])
def test_what_names_no_day_is_refused(text: str) -> None:
    with pytest.raises(NoDate):
        day_in(text, NOW)


@given(DAYS, DAYS)
def test_a_label_says_how_far_a_day_is(day: date, today: date) -> None:
    written = label(day, today)
    if day == today:
        assert written == "D-Day"
    else:
        assert today - timedelta(days=int(written.removeprefix("D"))) == day


@given(DAYS, DAYS)
def test_a_yearly_day_comes_again_within_a_year_on_its_own_date(first: date, today: date) -> None:
    on = Day("생일", first, is_yearly=True).next(today)
    assert timedelta(0) <= on - today <= timedelta(days=366)
    assert on.month == first.month
    assert on.day == first.day or (first.month, first.day, on.day) == (2, 29, 28)


@given(DAYS, st.integers(1, 20_000))
def test_the_nth_day_is_the_one_on_which_n_are_counted(start: date, number: int) -> None:
    day = Day("사귄 날", start, is_start=True)
    nth = day.nth(number)
    assert nth is not None
    assert day.count(nth) == number
    assert day.count(start) == 1


@given(DAYS, st.integers(1900, 2100))
def test_a_day_of_another_year_exists(day: date, year: int) -> None:
    other = in_year(day, year)
    assert (other.year, other.month) == (year, day.month)
    assert day.day - other.day in {0, 1}


def test_days_past_the_calendar_are_none() -> None:
    assert Day("만난 날", date(2026, 1, 1), is_start=True).nth(10**7) is None
    assert Day("만난 날", date(2026, 1, 1), is_start=True).anniversary(9000) is None


@given(st.text(max_size=90) | st.text("디데이며칠남았어까지언제우리0123456789월일등록 -/", max_size=90))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert asked_in(text) is None or len(text.strip()) <= 80
    try:
        day = day_in(text, NOW)
    except NoDate:
        return
    assert len(day.name) <= 30


def test_the_year_is_said_where_it_is_another() -> None:
    assert spoken(date(2026, 12, 25), NOW.date()) == "12월 25일 금요일"
    assert spoken(date(2027, 1, 1), NOW.date()) == "2027년 1월 1일 금요일"


async def test_days_that_everybody_knows_need_not_be_told() -> None:
    async with TestChat(plugin, now=NOW) as chat:
        assert await chat.say("크리스마스까지 며칠 남았어?") == "크리스마스까지 33일 남았어요. 12월 25일 금요일, D-33!"
        assert await chat.say("설날까지 며칠?") == "설날까지 77일 남았어요. 2027년 2월 7일 일요일, D-77!"
        assert (
            await chat.say("다음 주 금요일까지 며칠 남았어")
            == "다음 주 금요일까지 5일 남았어요. 11월 27일 금요일, D-5!"
        )
        assert await chat.say("새해까지 며칠 남았어?") == "새해까지 40일 남았어요. 2027년 1월 1일 금요일, D-40!"
        assert await chat.say("/디데이 크리스마스") == "크리스마스까지 33일 남았어요. 12월 25일 금요일, D-33!"


async def test_a_day_is_remembered_counted_changed_and_forgotten_over_restarts() -> None:
    chat = TestChat(plugin, now=NOW)
    assert await chat.say("/디데이 수능 2026-12-10") == "수능을 적어 뒀어요. 12월 10일 목요일, D-18이에요."
    assert await chat.say("수능까지 며칠 남았어?") == "수능까지 18일 남았어요. 12월 10일 목요일, D-18!"
    assert await chat.say("수능 언제야?", room="다른 방") == "수능까지 18일 남았어요. 12월 10일 목요일, D-18!"
    assert await chat.say("D-day 수능 2026-11-19 등록") == "수능을 바꿔 뒀어요. 11월 19일 목요일, D+3이에요."
    assert await chat.say("/dday 수능") == "수능은 3일 지났어요. 11월 19일 목요일, D+3."
    assert await chat.say("수능까지 며칠 남았어?", speaker="두리") != "수능은 3일 지났어요. 11월 19일 목요일, D+3."
    assert await chat.say("수능 디데이 지워줘") == "수능 디데이를 지웠어요."
    assert await chat.say("/디데이 삭제 수능") == "그런 디데이는 없어요. '/디데이 목록'으로 확인해 보세요."


async def test_a_list_puts_the_next_day_first() -> None:
    async with TestChat(plugin, now=NOW) as chat:
        assert (await chat.say("/디데이")).startswith("적어 둔 디데이가 없어요.")
        await chat.say("/디데이 여행 12월 3일")
        await chat.say("/디데이 엄마 생일 1970년 11월 25일")
        await chat.say("/디데이 면접 2026-11-20")
        await chat.say("/디데이 사귄 날 8월 15일")
        assert (await chat.say("디데이 목록")).splitlines() == [
            "엄마 생일: D-3 (11월 25일 수요일)",
            "여행: D-11 (12월 3일 목요일)",
            "면접: D+2 (11월 20일 금요일)",
            "사귄 날: 100일째 (8월 15일 토요일)",
        ]


async def test_couples_count_from_the_day_they_began() -> None:
    async with TestChat(plugin, now=NOW) as chat:
        assert (await chat.say("우리 100일이 언제야?")).startswith("언제부터 셀까요?")
        assert (
            await chat.say("/디데이 사귄 날 8월 15일")
            == "사귄 날을 적어 뒀어요. 8월 15일 토요일부터 오늘로 100일째예요."
        )
        assert await chat.say("우리 100일이 언제야?") == "100일이 바로 오늘이에요! 축하해요."
        assert await chat.say("우리 200일은 언제야?") == "200일은 2027년 3월 2일 화요일이에요. 100일 남았어요."
        assert await chat.say("우리 1주년 언제야") == "1주년은 2027년 8월 15일 일요일이에요. 266일 남았어요."
        assert await chat.say("우리 며칠 됐어?") == "오늘로 100일째예요."
        assert await chat.say("우리 99999일 언제야") != ""


async def test_days_go_by_in_the_bots_time_zone() -> None:
    async with TestChat(plugin, now=NOW) as chat:
        await chat.say("/디데이 면접 11월 24일")
        await chat.passes(timedelta(hours=6))
        assert (await chat.say("면접까지 며칠 남았어?")).endswith("D-1!")
        await chat.passes(timedelta(days=1))
        assert await chat.say("면접까지 며칠 남았어?") == "바로 오늘이 면접이에요! D-Day!"


async def test_what_is_not_known_is_said() -> None:
    async with TestChat(plugin, now=NOW) as chat:
        assert "'/디데이 제대 12월 3일'처럼" in await chat.say("제대까지 며칠 남았어?")
        assert await chat.say("집까지 얼마나 남았어?") == "집까지 얼마나 남았어?"
        assert await chat.say("며칠 남았어?") == "며칠 남았어?"
        assert await chat.say("/디데이 시험 12월") == "며칠인지 날짜까지 알려 주세요. '11월 19일'처럼요."
        assert (await chat.say("/디데이 할머니 생신 음력 3월 2일")).startswith("음력 날짜는")
        assert (await chat.say("/디데이 010-2398-7741 12월 3일")).startswith("그 이름으로는")


async def test_somebody_who_is_talked_to_casually_hears_no_polite_ending() -> None:
    async with TestChat(plugin, persona=Persona(name="단비", speech_level=SpeechLevel.CASUAL)) as chat:
        for said in (
            "/디데이",
            "크리스마스까지 며칠 남았어?",
            "/디데이 사귄 날 2020-01-01",
            "우리 며칠 됐어?",
            "우리 9999일 언제야",
            "/디데이 수능 2020-01-01",
            "/디데이 수능",
            "/디데이 삭제 수능",
            "제대까지 며칠?",
            "/디데이 시험 12월",
        ):
            for line in (await chat.say(said)).splitlines():
                assert not re.search(r"(?:요|니다)[.!?]", line), line
