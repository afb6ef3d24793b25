"""Reminders from the request to the ringing, through a whole bot that is started anew for each message or kept awake."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chatbot.builtin.reminders import plugin
from chatbot.dialogue.persona import Persona
from chatbot.messages import RoomKind, SpeechLevel
from chatbot.testing import TestChat

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, 14, 30, tzinfo=SEOUL)  # a Monday
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def chat_at(now: datetime = NOW, persona: Persona | None = None, **settings: dict[str, object]) -> TestChat:
    # Nobody is made to wait here for having said much.
    patience = {"person_per_minute": 1000, "room_per_minute": 1000}
    return TestChat(plugin, now=now, persona=persona, settings={"guards": patience, **settings})


async def test_a_reminder_rings_when_it_was_asked_for_across_restarts() -> None:
    chat = chat_at()
    assert await chat.say("10분 뒤에 물 마시라고 알려줘") == "네! 오늘 오후 2시 40분에 알려 드릴게요: 물 마시기"
    assert await chat.passes(9 * MINUTE) == ""
    assert (await chat.passes(MINUTE)).splitlines()[0] == "⏰ 알림이에요: 물 마시기"
    assert await chat.passes(HOUR) == ""


async def test_an_hour_that_could_be_two_is_asked_about() -> None:
    chat = chat_at()
    asked = await chat.say("내일 3시에 약 먹으라고 알려 줘")
    assert asked.splitlines() == [
        "둘 중 언제 알려 드릴까요?",
        "1. 내일(24일 화요일) 오전 3시",
        "2. 내일(24일 화요일) 오후 3시",
    ]
    assert await chat.say("2") == "네! 내일(24일 화요일) 오후 3시에 알려 드릴게요: 약 먹기"
    assert await chat.passes(DAY) == ""
    assert "약 먹기" in await chat.passes(HOUR)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("오전", "내일(24일 화요일) 오전 3시에"),
        ("오후요", "내일(24일 화요일) 오후 3시에"),
        ("새벽!", "내일(24일 화요일) 오전 3시에"),
        ("내일(24일 화요일) 오후 3시", "내일(24일 화요일) 오후 3시에"),
        ("아니 모레 오전 9시에", "모레(25일 수요일) 오전 9시에"),
        ("오후 3시", "내일(24일 화요일) 오후 3시에"),
        ("오후 4시로 해줘", "내일(24일 화요일) 오후 4시에"),
        ("15시", "내일(24일 화요일) 오후 3시에"),
    ],
)
async def test_the_half_of_the_day_may_be_said_in_words(answer: str, told: str) -> None:
    async with chat_at() as chat:
        await chat.say("내일 3시에 약 먹으라고 알려 줘")
        assert await chat.say(answer) == f"네! {told} 알려 드릴게요: 약 먹기"


async def test_what_is_missing_is_asked_for_step_by_step() -> None:
    chat = chat_at()
    assert (await chat.say("알림 맞춰줘")).startswith("언제 알려 드릴까요?")
    assert (await chat.say("내일")).startswith("내일(24일 화요일) 몇 시에 알려 드릴까요?")
    assert (await chat.say("저녁 7시")).startswith("무엇을 알려 드릴까요?")
    assert await chat.say("빨래 개라고 알려줘") == "네! 내일(24일 화요일) 오후 7시에 알려 드릴게요: 빨래 개기"


async def test_just_the_time_can_be_told() -> None:
    async with chat_at() as chat:
        assert (await chat.say("10분 뒤에 알려줘")).startswith("무엇을 알려 드릴까요?")
        assert await chat.say("1") == "네! 오늘 오후 2시 40분에 알려 드릴게요: 시간이 됐어요"


async def test_a_day_in_the_question_stays_when_the_hour_is_answered() -> None:
    async with chat_at() as chat:
        assert (await chat.say("12월 25일에 크리스마스라고 알려줘")).startswith("12월 25일 금요일 몇 시에")
        assert await chat.say("아침 9시") == "네! 12월 25일 금요일 오전 9시에 알려 드릴게요: 크리스마스"
        assert (await chat.say("내일 오후에 전화하라고 알려줘")).startswith("내일(24일 화요일) 몇 시에")
        assert await chat.say("3시") == "네! 내일(24일 화요일) 오후 3시에 알려 드릴게요: 전화하기"
        assert await chat.say("다음 달에 보험 알아보라고 알려줘") == "다음 달 언제 알려 드릴까요?"
        assert (await chat.say("3일")).startswith("12월 3일 목요일 몇 시에")
        assert await chat.say("오후 2시") == "네! 12월 3일 목요일 오후 2시에 알려 드릴게요: 보험 알아보기"
        assert (await chat.say("매달 1일 월세 알림 부탁해")).startswith("매달 1일 몇 시에")
        assert (await chat.say("오전 10시")).startswith("네! 매달 1일 오전 10시에 알려 드릴게요: 월세")


async def test_an_answer_that_is_no_time_is_asked_again_once_and_then_passed_on() -> None:
    async with chat_at() as chat:
        await chat.say("물 마시라고 알려줘")
        assert (await chat.say("글쎄")).startswith("언제인지 잘 모르겠어요.")
        assert await chat.say("배고프다") == "배고프다"  # to the engine, which gives it back
        assert await chat.say("취소") != "취소"
        assert await chat.say("알림 목록") == (
            "맞춰 둔 알림이 없어요. '10분 뒤에 물 마시라고 알려줘'처럼 말씀해 보세요."
        )


async def test_a_time_that_is_past_is_told_kindly() -> None:
    async with chat_at() as chat:
        said = await chat.say("어제 오후 3시에 약 먹으라고 알려줘")
        assert said.splitlines()[0] == "11월 22일 일요일 오후 3시는 이미 지났어요. 언제 알려 드릴까요?"
        assert await chat.say("10분 뒤") == "네! 오늘 오후 2시 40분에 알려 드릴게요: 약 먹기"


async def test_a_daily_reminder_rings_every_day() -> None:
    chat = chat_at()
    assert await chat.say("매일 아침 8시에 깨워줘") == (
        "네! 매일 오전 8시에 알려 드릴게요: 일어나기 (처음은 내일(24일 화요일) 오전 8시예요)"
    )
    assert "일어나기" in await chat.passes(18 * HOUR)
    assert await chat.passes(20 * HOUR) == ""
    assert "일어나기" in await chat.passes(4 * HOUR)


async def test_every_half_hour_it_rings_without_choices() -> None:
    async with chat_at() as chat:
        assert await chat.say("30분마다 스트레칭 알림") == (
            "네! 30분마다 알려 드릴게요: 스트레칭 (처음은 오늘 오후 3시예요)"
        )
        assert await chat.passes(30 * MINUTE) == "⏰ 알림이에요: 스트레칭"
        assert await chat.passes(30 * MINUTE) == "⏰ 알림이에요: 스트레칭"


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("격주 금요일 오후 3시에 분리수거하라고 알려줘", datetime(2026, 11, 27, 15), datetime(2026, 12, 11, 15)),
        ("이틀마다 아침 9시에 물 주라고 알려줘", datetime(2026, 11, 24, 9), datetime(2026, 11, 26, 9)),
        ("매주 월수금 오전 7시에 수영 가라고 알려줘", datetime(2026, 11, 25, 7), datetime(2026, 11, 27, 7)),
        ("매달 말일 오후 5시에 정산하라고 알려줘", datetime(2026, 11, 30, 17), datetime(2026, 12, 31, 17)),
        ("매월 1일과 15일 오전 10시에 용돈 주라고 알려줘", datetime(2026, 12, 1, 10), datetime(2026, 12, 15, 10)),
        ("매달 첫째 월요일 오전 10시에 회의라고 알려줘", datetime(2026, 12, 7, 10), datetime(2027, 1, 4, 10)),
        ("매달 마지막 금요일 저녁 6시에 회식이라고 알려줘", datetime(2026, 11, 27, 18), datetime(2026, 12, 25, 18)),
        ("매년 3월 1일 오전 9시에 태극기 달라고 알려줘", datetime(2027, 3, 1, 9), datetime(2028, 3, 1, 9)),
        ("매주 월요일 밤 12시에 자라고 알려줘", datetime(2026, 11, 24, 0), datetime(2026, 12, 1, 0)),
        ("평일 9시부터 6시까지 한 시간마다 물 마시라고 알려줘", datetime(2026, 11, 23, 15), datetime(2026, 11, 23, 16)),
        ("평일 9시부터 3시까지 한 시간마다 물 마시라고 알려줘", datetime(2026, 11, 23, 15), datetime(2026, 11, 24, 9)),
    ],
)
async def test_what_recurs_comes_again_when_it_should(text: str, first: datetime, second: datetime) -> None:
    async with chat_at() as chat:
        await chat.say(text)
        first, second = first.replace(tzinfo=SEOUL), second.replace(tzinfo=SEOUL)
        assert await chat.passes(first - NOW - MINUTE) == ""
        assert "⏰" in await chat.passes(2 * MINUTE)
        assert await chat.passes(second - first - 2 * MINUTE) == ""
        assert "⏰" in await chat.passes(2 * MINUTE)


async def test_several_times_of_the_day_are_several_reminders() -> None:
    async with chat_at() as chat:
        said = await chat.say("매일 아침 8시, 저녁 7시에 약 먹으라고 알려줘")
        assert [line.partition(" (")[0] for line in said.splitlines()] == [
            "네! 매일 오전 8시에 알려 드릴게요: 약 먹기",
            "네! 매일 오후 7시에 알려 드릴게요: 약 먹기",
        ]
        assert "약 먹기" in await chat.passes(5 * HOUR)
        assert "약 먹기" in await chat.passes(13 * HOUR)


async def test_one_that_was_missed_is_said_late_with_the_time_it_was_for() -> None:
    chat = chat_at()
    await chat.say("10분 뒤에 물 마시라고 알려줘")
    said = await chat.passes(3 * HOUR)  # the bot was off meanwhile
    assert said.splitlines()[0] == "⏰ (늦었지만) 오늘 오후 2시 40분에 알려 드리려던 거예요: 물 마시기"


async def test_a_daily_one_missed_for_a_week_rings_once() -> None:
    chat = chat_at()
    await chat.say("매일 아침 8시에 깨워줘")
    assert (await chat.passes(7 * DAY)).count("⏰") == 1
    await chat.say("격주 금요일 오후 3시에 분리수거하라고 알려줘")
    assert (await chat.passes(60 * DAY)).count("분리수거") == 1
    assert (await chat.say("알림 목록")).count("2주마다") == 1


async def test_reminders_are_listed_and_taken_away_by_number() -> None:
    async with chat_at() as chat:
        await chat.say("매주 월요일 오전 9시 회의 알려줘")
        await chat.say("10분 뒤에 물 마시라고 알려줘")
        await chat.say("내일 오후 3시에 약 먹으라고 알려줘")
        listed = await chat.say("알림 뭐 있어?")
        assert listed.splitlines()[:-1] == [
            "알림이 3개 있어요.",
            "1. 오늘 오후 2시 40분 — 물 마시기",
            "2. 내일(24일 화요일) 오후 3시 — 약 먹기",
            "3. 매주 월요일 오전 9시 — 회의",
        ]
        assert await chat.say("/알림 목록") == listed
        assert await chat.say("내 알림 보여줘") == listed
        await chat.passes(11 * MINUTE)  # the first rings: the numbers stay what they were when shown
        assert await chat.say("2번 알림 취소해줘") == "알림을 지웠어요: 내일(24일 화요일) 오후 3시 — 약 먹기"
        assert await chat.say("1번 알림 취소해줘") == "1번 알림은 이미 끝났어요."
        assert (await chat.say("/알림 취소 9")).startswith("9번 알림은 없어요.")
        assert await chat.say("/알림 취소 3") == "알림을 지웠어요: 매주 월요일 오전 9시 — 회의"
        assert await chat.say("알림 취소해줘") == "맞춰 둔 알림이 없어요."


async def test_a_reminder_is_taken_away_by_what_it_is_about() -> None:
    async with chat_at() as chat:
        await chat.say("매일 아침 8시에 약 먹으라고 알려줘")
        await chat.say("매일 저녁 8시에 약 먹으라고 알려줘")
        await chat.say("1시간 뒤에 회의 있다고 알려줘")
        assert await chat.say("회의 알림 지워줘") == "알림을 지웠어요: 오늘 오후 3시 30분 — 회의"
        assert (await chat.say("약 알림 꺼줘")).startswith("어느 알림을 지울까요? 알림이 2개 있어요.")
        assert (await chat.say("수영 알림 취소해줘")).startswith("'수영' 알림은 못 찾았어요.")
        assert await chat.say("방금 맞춘 알림 취소해줘") == "알림을 지웠어요: 매일 오후 8시 — 약 먹기"


async def test_all_go_only_after_a_yes() -> None:
    async with chat_at() as chat:
        assert await chat.say("알림 다 취소해줘") == "맞춰 둔 알림이 없어요."
        await chat.say("매일 아침 8시에 깨워줘")
        await chat.say("10분 뒤에 물 마시라고 알려줘")
        assert (await chat.say("알림 다 취소해줘")).startswith("알림 2개를 모두 지울까요?")
        assert await chat.say("아니요") == "그대로 둘게요."
        await chat.say("모든 알림 지워줘")
        assert await chat.say("네") == "알림 2개를 모두 지웠어요."
        assert await chat.passes(DAY) == ""


async def test_a_reminder_that_rang_can_be_put_off() -> None:
    async with chat_at() as chat:
        await chat.say("10분 뒤에 물 마시라고 알려줘")
        rang = await chat.passes(10 * MINUTE)
        assert [line.strip("- ").partition(":")[0] for line in rang.splitlines()[1:]] == [
            "5분 뒤에 다시",
            "30분 뒤에 다시",
            "확인",
        ]
        assert await chat.say("5분 뒤에 다시") == "네, 오늘 오후 2시 45분에 다시 알려 드릴게요."
        assert "물 마시기" in await chat.passes(5 * MINUTE)
        assert await chat.say("/알림 미루기 30분") == "네, 오늘 오후 3시 15분에 다시 알려 드릴게요."
        assert "물 마시기" in await chat.passes(30 * MINUTE)
        assert await chat.say("나중에 다시 알려줘") == "언제 다시 알려 드릴까요?\n1. 5분 뒤\n2. 30분 뒤\n3. 1시간 뒤"
        assert (await chat.say("3")).startswith("네! 오늘 오후 4시 15분에 알려 드릴게요: 물 마시기")


async def test_ten_minutes_after_it_rang_again_means_something_else() -> None:
    async with chat_at() as chat:
        assert await chat.say("5분 뒤에 다시") == "5분 뒤에 다시"
        assert await chat.say("/알림 미루기 5분") == "다시 알려 드릴 알림이 없어요."
        await chat.say("10분 뒤에 물 마시라고 알려줘")
        await chat.passes(10 * MINUTE)
        await chat.passes(11 * MINUTE)
        assert await chat.say("5분 뒤에 다시") == "5분 뒤에 다시"
        assert await chat.say("/알림 미루기 5분") != "다시 알려 드릴 알림이 없어요."


async def test_a_reminder_that_rang_can_be_confirmed() -> None:
    async with chat_at() as chat:
        await chat.say("10분 뒤에 물 마시라고 알려줘")
        await chat.passes(10 * MINUTE)
        assert await chat.say("/알림 확인") == "네, 확인하셨어요!"
        assert await chat.say("5분 뒤에 다시") == "5분 뒤에 다시"


async def test_in_a_group_it_names_who_asked_and_is_theirs_alone() -> None:
    async with chat_at() as chat:
        await chat.say("10분 뒤에 물 마시라고 알려줘", speaker="하나", room_kind=RoomKind.GROUP, mentions_bot=True)
        assert await chat.say("알림 목록", speaker="두리", room_kind=RoomKind.GROUP, mentions_bot=True) == (
            "맞춰 둔 알림이 없어요. '10분 뒤에 물 마시라고 알려줘'처럼 말씀해 보세요."
        )
        assert (await chat.passes(10 * MINUTE)).startswith("⏰ 하나 님, 알림이에요: 물 마시기")
        assert await chat.say("단비야 10분 뒤에 물 마시라고 알려줘", speaker="두리", room_kind=RoomKind.GROUP) != ""


async def test_in_a_group_the_bot_says_nothing_rude_for_anybody() -> None:
    async with chat_at() as chat:
        assert (
            await chat.say("10분 뒤에 010-1234-5678로 전화하라고 알려줘", room_kind=RoomKind.GROUP, mentions_bot=True)
        ).startswith("그 말은")
        assert await chat.passes(HOUR) == ""


async def test_fifty_reminders_are_enough() -> None:
    async with chat_at() as chat:
        for number in range(50):
            assert (await chat.say(f"/알림 {number + 1}시간 뒤 물")).startswith("네!")
        assert (await chat.say("10분 뒤에 물 마시라고 알려줘")).startswith("알림은 50개까지")


async def test_what_rings_all_the_time_is_refused() -> None:
    async with chat_at() as chat:
        assert (await chat.say("10초마다 물 마시라고 알려줘")).startswith(("되풀이하는 알림은", "그렇게 되풀이하는"))
        assert (await chat.say("1분마다 물 마시라고 알려줘")).startswith("네! 1분마다")


async def test_a_recurrence_that_we_cannot_keep_is_not_taken_for_once() -> None:
    async with chat_at() as chat:
        assert (await chat.say("석 달마다 치과 가라고 알려줘")).startswith("그렇게 되풀이하는 알림은 아직 못 해요.")
        assert (await chat.say("매달 1일 오전 10시")).startswith("네! 매달 1일 오전 10시에 알려 드릴게요: 치과 가기")


async def test_the_command_needs_no_verb() -> None:
    async with chat_at() as chat:
        assert (
            await chat.say("/알림 내일 오후 3시 약 먹기") == "네! 내일(24일 화요일) 오후 3시에 알려 드릴게요: 약 먹기"
        )
        assert (await chat.say("/알림")).startswith("알림이 1개 있어요.")


async def test_the_time_is_that_of_the_bots_zone() -> None:
    new_york = ZoneInfo("America/New_York")
    chat = chat_at(datetime(2026, 10, 31, 14, 30, tzinfo=new_york), bot={"timezone": "America/New_York"})
    assert (
        await chat.say("내일 오후 2시에 약 먹으라고 알려줘") == "네! 내일(1일 일요일) 오후 2시에 알려 드릴게요: 약 먹기"
    )
    assert await chat.passes(24 * HOUR) == ""  # the night has an hour more
    assert "약 먹기" in await chat.passes(31 * MINUTE)
    assert await chat.say("매일 아침 8시에 깨워줘") == (
        "네! 매일 오전 8시에 알려 드릴게요: 일어나기 (처음은 내일(2일 월요일) 오전 8시예요)"
    )


async def test_whoever_is_talked_to_casually_is_reminded_casually() -> None:
    async with chat_at(persona=Persona(name="단비", speech_level=SpeechLevel.CASUAL)) as chat:
        assert await chat.say("10분 뒤에 물 마시라고 알려줘") == "응! 오늘 오후 2시 40분에 알려 줄게: 물 마시기"
        assert (await chat.passes(10 * MINUTE)).startswith("⏰ 알림이야: 물 마시기")


async def test_what_is_not_for_the_plugin_goes_to_the_model() -> None:
    async with chat_at() as chat:
        for text in ("내일 날씨 알려줘", "10분 뒤에 갈게", "알려줘서 고마워", "회의가 매주 월요일이야"):
            assert await chat.say(text) == text
