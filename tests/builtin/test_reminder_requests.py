"""Which sentences ask to be reminded, and of what when: from a fixed now, Monday, 23 November 2026, 14:30 in Seoul."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.builtin.reminders.requests import is_unheard, read_line, read_request
from chatbot.builtin.reminders.wanted import LONGEST, is_command, wanted
from chatbot.korean_time import LAST_DAY, WEEKDAYS, Recurrence, find_time

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, 14, 30, tzinfo=SEOUL)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026 if month > 10 else 2027, month, day, hour, minute, tzinfo=SEOUL)


def daily(hour: int, minute: int = 0, **days: Any) -> Recurrence:
    return Recurrence(at=time(hour, minute), **days)


def on(*days: int) -> frozenset[int]:
    return frozenset(days)


ONCE: list[tuple[str, datetime, str]] = [
    ("10분 뒤에 물 마시라고 알려줘", at(23, 14, 40), "물 마시기"),
    ("10분뒤에 물마시라고 알려줘", at(23, 14, 40), "물마시기"),
    ("30초 뒤에 전자레인지 꺼내라고 알려줘", NOW + timedelta(seconds=30), "전자레인지 꺼내기"),
    ("한 시간 있다가 빨래 꺼내라고 좀 알려줄래?", at(23, 15, 30), "빨래 꺼내기"),
    ("5분만 있다가 라면 불 끄라고 알려주세요", at(23, 14, 35), "라면 불 끄기"),
    ("두 시간 후에 약 먹으라고 알려줘요!", at(23, 16, 30), "약 먹기"),
    ("한 시간 반 뒤에 오븐 끄라고 말해줘", at(23, 16, 0), "오븐 끄기"),
    ("십오 분 뒤에 화분에 물 주라고 얘기해줘", at(23, 14, 45), "화분에 물 주기"),
    ("1시간 뒤 회의 있다고 알려줘", at(23, 15, 30), "회의"),
    ("2시간 뒤에 3시 회의 있다고 알려줘", at(23, 16, 30), "3시 회의"),
    ("10분 뒤에 알려줘", at(23, 14, 40), ""),
    ("20분 뒤에 깨워줘", at(23, 14, 50), "일어나기"),
    ("이따가 오후 6시에 장 보라고 알려줘", at(23, 18), "장 보기"),
    ("오후 3시에 은행 가라고 알려줘", at(23, 15), "은행 가기"),
    ("오후 2시에 은행 가라고 알려줘", at(24, 14), "은행 가기"),
    ("15시 30분에 택배 온다고 알려줘", at(23, 15, 30), "택배 온다"),
    ("16:00에 면접이라고 알려줘", at(23, 16), "면접"),
    ("저녁 7시에 약 먹는 거 까먹지 않게 알려줘", at(23, 19), "약 먹기"),
    ("잊지 않게 저녁 8시에 강아지 산책시키라고 알려줘", at(23, 20), "강아지 산책시키기"),
    ("저녁에 음악 들으라고 알려줘", at(23, 19), "음악 듣기"),
    ("밤 11시에 자라고 말해줘", at(23, 23), "자기"),
    ("밤 12시에 새해라고 알려줘", at(24, 0), "새해"),
    ("자정에 문 잠그라고 알려줘", at(24, 0), "문 잠그기"),
    ("정오에 점심 먹자고 알려줘", at(24, 12), "점심 먹기"),
    ("8시에 저녁 먹으라고 알려줘", at(23, 20), "저녁 먹기"),
    ("오늘 밤 10시에 드라마 시작한다고 알려줘", at(23, 22), "드라마 시작"),
    ("오늘 5시에 퇴근하라고 알려줘", at(23, 17), "퇴근하기"),
    ("내일 오전 9시에 병원 예약 있다고 알려줘", at(24, 9), "병원 예약"),
    ("내일 아침 7시에 깨워줄래?", at(24, 7), "일어나기"),
    ("내일 아침에 약 챙기라고 꼭 알려줘요", at(24, 8), "약 챙기기"),
    ("내일 새벽 5시 30분에 일어나라고 해줘", at(24, 5, 30), "일어나기"),
    ("내일 낮 12시에 엄마한테 전화하라고 알려줘", at(24, 12), "엄마한테 전화하기"),
    ("내일 오전 10시에 보고서 제출하게 알려줘", at(24, 10), "보고서 제출하기"),
    ("내일 오전 9시가 면접이라고 알려줘", at(24, 9), "면접"),
    ("내일 15시 회의 알려줘", at(24, 15), "회의"),
    ("내일 오후 3시 회의 10분 전에 알려줘", at(24, 14, 50), "내일 오후 3시 회의"),
    ("오후 3시에 회의 있다고 2시 50분에 리마인드해줘", at(23, 14, 50), "오후 3시에 회의"),
    ("모레 저녁 6시 반에 동창회 있다고 리마인드 해줘", at(25, 18, 30), "동창회"),
    ("글피 오후 1시에 치과 가야 한다고 알려줘", at(26, 13), "치과 가야 한다"),
    ("이틀 뒤 오후 3시에 책 반납하라고 알려줘", at(25, 15), "책 반납하기"),
    ("일주일 뒤 오전 10시에 화분에 물 주라고 알려줘", at(30, 10), "화분에 물 주기"),
    ("다음주 월요일 오전 9시에 보고서 내라고 알려줘", at(30, 9), "보고서 내기"),
    ("이번주 금요일 저녁 7시에 회식이라고 알려줘", at(27, 19), "회식"),
    ("토요일 오후 2시에 결혼식 간다고 알려줘", at(28, 14), "결혼식 간다"),
    ("12월 25일 오전 9시에 크리스마스라고 알려줘", at(25, 9, month=12), "크리스마스"),
    ("12/25 18:00에 파티라고 알려줘", at(25, 18, month=12), "파티"),
    ("25일 오후 3시에 월급날이라고 알려줘", at(25, 15), "월급날"),
    ("1월 1일 0시에 새해 인사하라고 알려줘", at(1, 0, month=1), "새해 인사하기"),
    ("오전 9시 회의 알림 부탁해", at(24, 9), "회의"),
    ("오후 5시 병원 예약 알림 설정해줘", at(23, 17), "병원 예약"),
    ("오후 5시에 알람 맞춰줘", at(23, 17), ""),
    ("10분 후 라면 알림", at(23, 14, 40), "라면"),
    ("나한테 오후 5시에 퇴근하라고 말해줘", at(23, 17), "퇴근하기"),
    ('"물 마셔"라고 10분 뒤에 알려줘', at(23, 14, 40), "물 마셔"),
    ("물 마시라고 10분 뒤에 알려줘", at(23, 14, 40), "물 마시기"),
    ("안녕! 10분 뒤에 물 마시라고 알려줘 ㅎㅎ", at(23, 14, 40), "물 마시기"),
    ("10분 뒤에 물 마시라고 알려줘. 고마워!", at(23, 14, 40), "물 마시기"),
    ("오후 8시에 늦지 말라고 알려줘", at(23, 20), "늦지 않기"),
    ("오후 4시에 감기약 먹으라고 알려줬으면 좋겠어", at(23, 16), "감기약 먹기"),
    ("오후 4시에 우체국 들르라고 알려줄 수 있어?", at(23, 16), "우체국 들르기"),
    ("오후 4시에 공과금 내는 거 알려줘", at(23, 16), "공과금 내기"),
    ("퇴근하라고 오후 6시에 알려줘", at(23, 18), "퇴근하기"),
    ("오후 4시에 창문 열라고 알려줘", at(23, 16), "창문 열기"),
    ("오후 4시에 소파에 누우라고 알려줘", at(23, 16), "소파에 눕기"),
    ("오후 4시에 물 끓이라고 알려줘", at(23, 16), "물 끓이기"),
    ("오후 4시에 생일이라고 알려줘", at(23, 16), "생일"),
    ("오후 4시에 요가라고 알려줘", at(23, 16), "요가"),
    ("오후 4시에 일어날 수 있게 알려줘", at(23, 16), "일어나기"),
    ("3분 뒤에 컵라면 다 됐다고 알려줘", at(23, 14, 33), "컵라면 다 됐다"),
    ("낼 아침 8시에 쓰레기 버리라고 알려줘", at(24, 8), "쓰레기 버리기"),
    ("내일 오후 두시 반에 면접 보러 가라고 알려주라", at(24, 14, 30), "면접 보러 가기"),
    ("담주 수요일 오전 11시에 치과 예약 있는 거 알려줘", at(2, 11, month=12), "치과 예약"),
    ("저녁 6시 되면 퇴근하라고 알려줘", at(23, 18), "퇴근하기"),
    ("45분 후에 빨래 끝났다고 알려줘", at(23, 15, 15), "빨래 끝났다"),
    ("오후 4시 10분에 약속 나가야 된다고 알려줘", at(23, 16, 10), "약속 나가야 된다"),
    ("밤 10시 반에 세탁기 돌리라고 알려줘", at(23, 22, 30), "세탁기 돌리기"),
    ("한시간 뒤에 전화 좀 하라고 알려줘", at(23, 15, 30), "전화하기"),
    ("내일 저녁 8시에 넷플릭스 보자고 말해줘", at(24, 20), "넷플릭스 보기"),
    ("20분 있다 가스불 끄라고 알려줘", at(23, 14, 50), "가스불 끄기"),
    ("오전 11시에 팀장님께 메일 보내라고 알려줘", at(24, 11), "팀장님께 메일 보내기"),
    ("비 오니까 내일 아침 7시에 우산 챙기라고 알려줘", at(24, 7), "비 오니까 우산 챙기기"),
    ("다음 주 화요일 저녁 7시에 동아리 모임이라고 알려줘", at(1, 19, month=12), "동아리 모임"),
    ("오후 5시에 마트 들러서 우유 사 오라고 알려줘", at(23, 17), "마트 들러서 우유 사 오기"),
    ("12월 1일 오전 10시에 티켓팅 있다고 꼭 알려줘!!", at(1, 10, month=12), "티켓팅"),
    ("점심시간에 은행 다녀오라고 알려줘", at(24, 12), "은행 다녀오기"),
    ("30분만 이따가 다시 시작하라고 말해줘", at(23, 15), "시작하기"),
    ("오후 8시쯤 엄마한테 전화하라고 알려줄래", at(23, 20), "엄마한테 전화하기"),
    ("저 내일 아침 6시에 깨워주실 수 있나요?", at(24, 6), "일어나기"),
    ("오늘 오후 4시까지 과제 내라고 3시 반에 알려줘", at(23, 15, 30), "오늘 오후 4시까지 과제 내기"),
    ("목요일 오전 10시에 건강검진 있으니까 알려줘", at(26, 10), "건강검진"),
    ('오후 7시에 "오늘도 고생했어"라고 말해줘', at(23, 19), "오늘도 고생했어"),
    ("삼십분 뒤에 가스 잠갔는지 확인하라고 알려줘", at(23, 15), "가스 잠갔는지 확인하기"),
    ("내년 1월 1일 오전 10시에 세배하라고 알려줘", at(1, 10, month=1), "세배하기"),
]

AGAIN: list[tuple[str, Recurrence, str]] = [
    ("매일 아침 8시에 깨워줘", daily(8), "일어나기"),
    ("매일 밤 11시에 자라고 말해줘", daily(23), "자기"),
    ("매일 12시에 점심 먹으라고 알려줘", daily(12), "점심 먹기"),
    ("날마다 오후 9시 30분에 일기 쓰라고 알려줘", daily(21, 30), "일기 쓰기"),
    ("아침마다 비타민 먹으라고 알려줘", daily(8), "비타민 먹기"),
    ("저녁마다 8시에 산책하라고 해줘", daily(20), "산책하기"),
    ("평일 저녁 7시에 운동하라고 해줘", daily(19, days=WEEKDAYS), "운동하기"),
    ("평일 아침 7시에 깨워주세요", daily(7, days=WEEKDAYS), "일어나기"),
    ("주말마다 오전 10시에 청소하라고 알려줘", daily(10, days=on(5, 6)), "청소하기"),
    ("매주 월요일 오전 9시 회의 알려줘", daily(9, days=on(0)), "회의"),
    ("월요일마다 오전 9시에 주간회의 있다고 알려줘", daily(9, days=on(0)), "주간회의"),
    ("매주 월수금 오전 7시에 수영 가라고 알려줘", daily(7, days=on(0, 2, 4)), "수영 가기"),
    ("화목 저녁 8시 요가 알림", daily(20, days=on(1, 3)), "요가"),
    ("매주 화요일이랑 목요일 저녁 8시에 요가라고 알려줘", daily(20, days=on(1, 3)), "요가"),
    ("30분마다 스트레칭 알림", Recurrence(every=timedelta(minutes=30)), "스트레칭"),
    ("두 시간마다 물 마시라고 해줘", Recurrence(every=timedelta(hours=2)), "물 마시기"),
    ("한 시간에 한 번씩 눈 쉬라고 알려줘", Recurrence(every=timedelta(hours=1)), "눈 쉬기"),
    (
        "평일 9시부터 6시까지 한 시간마다 물 마시라고 알려줘",
        Recurrence(every=timedelta(hours=1), between=(time(9), time(18)), days=WEEKDAYS),
        "물 마시기",
    ),
    ("이틀마다 아침 9시에 화분에 물 주라고 알려줘", Recurrence(every=timedelta(days=2), at=time(9)), "화분에 물 주기"),
    (
        "격주 금요일 오후 3시에 분리수거하라고 알려줘",
        Recurrence(every=timedelta(days=14), days=on(4), at=time(15)),
        "분리수거하기",
    ),
    ("매달 1일 오전 9시 월세 알림", daily(9, month_days=(1,)), "월세"),
    ("매월 25일 오전 10시에 카드값 내라고 알려줘", daily(10, month_days=(25,)), "카드값 내기"),
    ("매달 말일 오후 5시에 정산하라고 알려줘", daily(17, month_days=(LAST_DAY,)), "정산하기"),
    ("매일 저녁 9시마다 일기쓰기 알려줘", daily(21), "일기쓰기"),
    ("저녁 9시마다 일기 쓰라고 알려줘", daily(21), "일기 쓰기"),
    ("평일 오전 8시 30분마다 출근 체크 알림 해줘", daily(8, 30, days=WEEKDAYS), "출근 체크"),
    ("매주 수요일 저녁마다 재활용 버리라고 알려줘", daily(19, days=on(2)), "재활용 버리기"),
    ("토, 일 오전 11시에 청소하라고 알려줘", daily(11, days=on(5, 6)), "청소하기"),
    ("6시간마다 해열제 먹이라고 알려줘", Recurrence(every=timedelta(hours=6)), "해열제 먹이기"),
    ("매년 5월 8일 오전 9시에 어버이날이라고 알려줘", daily(9, month=5, month_days=(8,)), "어버이날"),
]

HALVES: list[tuple[str, tuple[datetime, datetime], str]] = [
    ("내일 3시에 약 먹으라고 알려 줘", (at(24, 3), at(24, 15)), "약 먹기"),
    ("3시에 회의 있다고 리마인드해줘", (at(23, 15), at(24, 3)), "회의"),
    ("매주 월요일 9시 회의 알려줘", (at(23, 21), at(30, 9)), "회의"),
    ("내일 회의 3시에 알려줘", (at(24, 3), at(24, 15)), "회의"),
    ("3시 회의 2시 반에 알려줘", (at(24, 2, 30), at(24, 14, 30)), "3시 회의"),
    ("내일 12시에 전화하라고 알려줘", (at(24, 12), at(25, 0)), "전화하기"),
    ("7시 30분에 축구 시작한다고 알려줘", (at(23, 19, 30), at(24, 7, 30)), "축구 시작"),
]

NO_HOUR: list[tuple[str, str]] = [
    ("12월 25일에 크리스마스라고 알려줘", "크리스마스"),
    ("매달 1일 월세 알림 부탁해", "월세"),
    ("내일 우산 챙기라고 알려줘", "우산 챙기기"),
    ("다음 주에 보고서 쓰라고 알려줘", "보고서 쓰기"),
    ("내일 오후에 전화하라고 알려줘", "전화하기"),
    ("물 마시라고 알려줘", "물 마시기"),
    ("약 먹는 거 리마인드해줘", "약 먹기"),
    ("알림 맞춰줘", ""),
    ("깨워줘", "일어나기"),
]

TRAPS = [
    "어제 3시에 밥 먹었어",
    "알려줘서 고마워",
    "내일 날씨 알려줘",
    "몇 시인지 알려줘",
    "10분 뒤에 갈게",
    "회의가 매주 월요일이야",
    "안녕",
    "",
    "알려줘",
    "말해줘",
    "오늘 날씨 알려줘",
    "지금 몇 시야?",
    "지금 시간 알려줘",
    "오후 3시 기온 알려줘",
    "매일 아침 8시에 날씨 알려줘",
    "내일 일정 알려줘",
    "내일 뭐 하는지 알려줘",
    "다음 주 월요일 날짜 알려줘",
    "12월 25일이 무슨 요일인지 알려줘",
    "크리스마스가 언제인지 알려줘",
    "내일까지 답 알려줘",
    "3시까지 알려줘",
    "어제 알려준 거 다시 알려줘",
    "방금 뭐라고 했는지 알려줘",
    "내일 몇 시에 만나는지 알려줘",
    "김치찌개 끓이는 방법 알려줘",
    "10분 만에 만드는 레시피 알려줘",
    "서울역 가는 길 알려줘",
    "네 이름 알려줘",
    "사랑한다고 말해줘",
    "이름이 뭐라고 말해줘",
    "재밌는 얘기 해줘",
    "노래 불러줘",
    "10분 뒤에 불러줘",
    "알림 취소해줘",
    "2번 알림 취소해줘",
    "알림 뭐 있어?",
    "알림음 바꾸고 싶어",
    "카톡 알림",
    "어제 온 알림",
    "내가 알림 설정했어",
    "알림이 안 와",
    "알람 소리에 깼어",
    "오늘 아침에 알람이 안 울렸어",
    "친구가 3시에 만나자고 했어",
    "엄마가 일찍 자라고 했어",
    "내일 3시에 약 먹어야 해",
    "매일 아침 8시에 일어나",
    "30분마다 버스가 와",
    "평일 저녁 7시에 운동해",
    "네가 10분 뒤에 알려준다고 했잖아",
    "10분 뒤에 알려달라고 했는데 왜 안 알려줘?",
    "10분 뒤에 알려주지 마",
    "언제 알려줄 거야?",
    "3시에 알려줬어",
    "누가 알려줬어?",
    "내일 시험인데 어떡하지",
    "리마인드가 무슨 뜻이야?",
    "깨워줘서 고마워",
    "아침에 엄마가 깨워줬어",
    "도와줘",
    "힘내라고 해줘",
    "오늘 저녁 메뉴 추천해줘",
    "오늘 저녁 메뉴 알려줘",
    "내일 오전 9시 환율 알려줘",
    "1시간 뒤 주가 알려줘",
    "어제 3시에 뭐 했는지 말해줘",
    "그때 알려줄게",
    "제가 10분 뒤에 알려 드릴게요",
    "매주 월요일에 쉬는 식당 알려줘",
    "내일 오전 10시에 여는 병원 알려줘",
    "30분 안에 만들 수 있는 요리 알려줘",
    "내일 3시 기차 시간 알려줘",
    "3시에 만나자고 말해줘서 고마워",
    "나한테 예쁘다고 해줘",
    "3시간 전에 먹은 약 이름 알려줘",
    "오후에 비 온다고 뉴스에서 알려줬어",
    "매일 운동하라고 의사가 말했어",
    "지금 당장 일어나라고 해줘",
    "내일 비 오는지 알려줘",
    "내일이라고 불러줘",
    "형이라고 불러줘",
    "회의가 3시라고 말해줘",
    "안녕이라고 하면 반가워라고 해줘",
    "앞으로 반말로 해줘",
    "내 생일은 5월 8일이라고 기억해줘",
    "한국이 몇 대 몇인지 알려줘",
]


@pytest.mark.parametrize(("text", "moment", "what"), ONCE)
def test_a_request_says_when_and_what(text: str, moment: datetime, what: str) -> None:
    request = read_request(text, NOW)
    assert request is not None
    assert request.found is not None
    assert (request.found.moment, request.found.options, request.what) == (moment, (), what)
    assert request.found.recurrence is None


@pytest.mark.parametrize(("text", "recurrence", "what"), AGAIN)
def test_a_request_says_how_often_and_what(text: str, recurrence: Recurrence, what: str) -> None:
    request = read_request(text, NOW)
    assert request is not None
    assert request.found is not None
    assert (request.found.recurrence, request.what) == (recurrence, what)
    assert request.found.moment == recurrence.first(NOW)


@pytest.mark.parametrize(("text", "options", "what"), HALVES)
def test_a_request_with_half_an_hour_has_two_readings(text: str, options: tuple[datetime, ...], what: str) -> None:
    request = read_request(text, NOW)
    assert request is not None
    assert request.found is not None
    assert (request.found.options, request.what) == (options, what)


@pytest.mark.parametrize(("text", "what"), NO_HOUR)
def test_a_request_without_an_hour_is_one_all_the_same(text: str, what: str) -> None:
    request = read_request(text, NOW)
    assert request is not None
    assert request.what == what
    assert request.found is None or request.found.moment is None


@pytest.mark.parametrize("text", TRAPS)
def test_what_asks_for_no_reminder_is_left_alone(text: str) -> None:
    assert read_request(text, NOW) is None


def test_the_table_is_as_long_as_it_should_be() -> None:
    requests = [row[0] for table in (ONCE, AGAIN, HALVES, NO_HOUR) for row in table]
    assert len(requests) > 100
    assert len(TRAPS) > 60
    assert len(set(requests) | set(TRAPS)) == len(requests) + len(TRAPS)


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("매일 아침 8시, 점심 1시, 저녁 7시에 약 먹으라고 알려줘", (at(24, 8), at(24, 13), at(23, 19))),
        ("내일 오전 10시랑 오후 3시에 약 먹으라고 알려줘", (at(24, 10), at(24, 15))),
        ("매일 아침이랑 저녁에 약 먹으라고 알려줘", (at(24, 8), at(23, 19))),
    ],
)
def test_a_request_can_name_several_times(text: str, moments: tuple[datetime, ...]) -> None:
    request = read_request(text, NOW)
    assert request is not None
    assert request.what == "약 먹기"
    found = [find_time(when, NOW) for when in (request.when, *request.others)]
    assert tuple(one.moment for one in found if one is not None) == moments


@pytest.mark.parametrize(
    "text", ["석 달마다 치과 가라고 알려줘", "매년 추석에 전화하라고 알려줘", "격월로 치과 가라고 알려줘"]
)
def test_a_recurrence_without_a_form_is_not_taken_for_once(text: str) -> None:
    request = read_request(text, NOW)
    assert request is not None
    assert is_unheard(request)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("10분 뒤 물 마시기", "물 마시기"),
        ("내일 오후 3시 약", "약"),
        ("매일 아침 8시 물 마시라고 알려줘", "물 마시기"),
        ("회의 오후 3시에", "회의"),
        ("빨래", "빨래"),
    ],
)
def test_behind_the_command_nothing_needs_to_ask(words: str, what: str) -> None:
    assert read_line(words, NOW).what == what


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("물 마시라고", "물 마시기"),
        ("우산을", "우산"),
        ("가을", "가을"),
        ("회의에 대해", "회의"),
        ("약 먹는 걸", "약 먹기"),
        ("손 씻으라고", "손 씻기"),
        ("친구 도우라고", "친구 돕기"),
        ("집에서 놀라고", "집에서 놀기"),
        ("하지 말라고", "하지 않기"),
        ("휴가라고", "휴가"),
        ("나가라고", "나가기"),
        ("수업 없다고", "수업 없음"),
        ("할 일 있다고", "할 일"),
        ("먹을 수 있게", "먹기"),
        ("문 두드리라고", "문 두드리기"),
        ("「화이팅」이라고", "화이팅"),
        ("나한테 꼭 물 마시라고 좀", "물 마시기"),
        ("  ", ""),
        ("있다고", "있다고"),
    ],
)
def test_what_is_told(words: str, told: str) -> None:
    assert wanted(words) == told


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("물 마시라고", True),
        ("휴가라고", False),
        ("일찍 자라고", True),
        ("밥 먹자고", True),
        ("먹게", True),
        ("그렇게", False),
        ("회의", False),
    ],
)
def test_a_command_is_told_from_a_statement(words: str, is_one: bool) -> None:
    assert is_command(words) is is_one


@given(
    st.text(max_size=60)
    | st.sampled_from(TRAPS).flatmap(lambda trap: st.text(max_size=9).map(lambda more: trap + more))
)
def test_any_text_can_be_asked_about(text: str) -> None:
    request = read_request(text, NOW)
    assert request is None or len(request.what) <= LONGEST
    assert len(wanted(text)) <= LONGEST
    assert len(read_line(text, NOW).what) <= LONGEST


@pytest.mark.parametrize(
    "word",
    [
        "알려줘 ",
        "라고 ",
        "내일 ",
        "10분 뒤에 ",
        "고마워 ",
        " ",
        ". ",
        "오전 9시랑 ",
        "30분 전에 ",
        "나한테 좀 ",
        "알림 ",
        "해 줘",
    ],
)
def test_a_word_said_a_hundred_times_takes_no_time(word: str) -> None:
    text = f"10분 뒤에 {word * (480 // len(word))}"
    assert read_request(f"{text}#", NOW) is None
    assert len(read_line(text, NOW).what) <= LONGEST
    assert read_request(text * 2, NOW) is None
