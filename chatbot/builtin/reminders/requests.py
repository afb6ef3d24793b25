"""Tells a request to be reminded from everything else that is said, and takes it apart: when, and what about.

Only sentences that ask for it at their end count: "10분 뒤에 물 마시라고 알려줘", never "10분 뒤에 갈게" or "알려줘서 고마워".
A request for something else to be told now ("내일 날씨 알려줘", "몇 시인지 알려줘") is none either. Knows nothing of storage.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chatbot import korean_time
from chatbot.builtin.reminders.wanted import is_command, wanted

LONGEST = 500
"""Characters of a message that can be a request."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for.

    Attributes:
        what: is to be told; empty if it was not said.
        when: the words of the time, to be read again with what is added; empty if there are none.
        found: the time; None if it was not said, or says nothing.
        others: the words of more times at which it is to be told: "오전 10시랑 오후 3시에".
    """

    what: str
    when: str = ""
    found: korean_time.Found | None = None
    others: tuple[str, ...] = ()


_GIVE = (
    r"\s*(?:줘(?:라|봐|용|잉|요)?|주라|주세(?:요|용|염)|주십시오|주실래요?|주시겠어요|줄래요?|달라|다오|주렴|주삼|줘야\s?해|죠|조"
    r"|(?:줄|주실)\s?수\s?(?:있어요?|있니|있나요|있을까요?|있으세요)"
    r"|(?:줬으면|주면|주셨으면|주시면)\s?(?:좋겠|해|고맙|감사하|안\s?(?:돼|될|되))\S*)"
)
_DO = (
    r"(?:\s?(?:해|맞춰|걸어|잡아|켜|보내|울려|띄워|넣어|만들어|(?:설정|예약|등록|추가|저장)\s?(?:해)?|부탁(?:해|드려|드릴게|할게)?)"
    rf"(?:{_GIVE}|요)?)"
)
_VERB = re.compile(
    r"(?:(?P<noun>(?<![가-힣])(?:알림|알람|리마인더|리마인드))(?:을|를|으로|로)?(?:\s?(?:좀|하나|꼭))?"
    rf"(?P<do>{_DO}|{_GIVE}|\s?필요해요?)?"
    rf"|(?P<wake>(?<![가-힣])깨워)(?:{_GIVE}|요)?"
    rf"|(?P<strong>(?:리마인드|상기)\s?(?:해|시켜))(?:{_GIVE})?"
    rf"|(?P<tell>알려|귀띔해|일러)\s?(?:{_GIVE}|요|$)"
    rf"|(?P<say>말해|말씀해|얘기해|이야기해|불러){_GIVE}"
    rf"|(?<=[라다자]고)(?P<just>\s(?:좀\s)?해){_GIVE})"
    r"[\s.,!?~^;…ㅋㅎㅠㅜㅇㅡ♡♥☆★👍🙏🥺⏰🔔*]*$"
)
_SENTENCES = re.compile(r"(?<=[.!?…~])\s+|\n+")
_THANKS = re.compile(
    r"(?:(?:미리\s?)?(?:고마워|고맙습니다|감사해|감사합니다|땡큐|ㄱㅅ|부탁해|부탁드려|부탁할게|알겠지|알았지|꼭)요?|\W|[ㅋㅎㅠㅜ])++"
)
_ASKS = re.compile(
    r"(?:^|\s)(?:뭐|뭘|뭔|무슨|무엇|누구|누가|어디|언제|왜|어떻게|어떤|얼마|몇)|[는은던인]지(?:를|도|좀|만)?$|(?:(?<!니)까|나|니)\??$|뭐라고|거든|다며"
)
_TELL_NOW = re.compile(
    r"(?:날씨|기온|온도|습도|미세먼지|뉴스|소식|환율|주가|시세|시간|시각|요일|날짜|며칠|일정|스케줄|시간표|운세|로또|결과|방법|주소|번호|연락처"
    r"|메뉴|레시피|정보|의미|이유|가격|이름|순위|점수|스코어|위치|정답|차이점?|노래|맛집|추천|급식|식단|비밀|이야기|얘기|농담|명언|예보|정체|나이|상황|현황"
    r"|(?<![가-힣])(?:법|길|뜻|값|답)|(?<!는)(?<!는\s)(?:거|것|걸))"
    r"(?:을|를|이|가|은|는|도|만|에 ?대해서?)?(?:\s?(?:좀|다|다시|한번|자세히))*$"
)
_ADNOMINAL = re.compile(r"[가-힣](?:는|던|한|된|은)\s\S")
_NAMED = re.compile(r"(?:이라고|라고|이라|인데|이야|이니까|이라서|라서)(?![가-힣])")  # 3시라고 말해줘
_UNTIL = re.compile(r"\s?까지(?!\s*\S*마다)")
_WHEN = re.compile(r"\s?(?:정각|정도|즈음|쯤|경)?(?:에는|에도|에만|에|엔|부터)(?![가-힣])")
_LATER = re.compile(r"(?:뒤|후|있다가?|이따가?|있으면|지나서|지나면)$")
_QUOTE = re.compile(r"(?:라고|다고|자고|도록|게끔|[\"'”’])(?=\s|$)")
_EARLIER = re.compile(
    r"(?<![가-힣\d])(?P<span>\S{1,4}\s?(?:분|시간)(?:\s?(?:반|\S{1,3}\s?분))?)\s?전(?:에|쯤에?)?(?=\s|$)"
)
_UNHEARD = re.compile(
    r"마다(?=\s|$)|(?<![가-힣])(?:매주|매달|매월|매년|해마다|격주|격월|격일)(?:로|에)?(?![가-힣])|에\s?한\s?번"
)


_PART = r"(?:오전|오후|아침|점심|저녁|새벽|밤|낮)"
_HOUR = (
    r"(?:(?:\d{1,2}|열[한두]?|한|두|세|네|다섯|여섯|일곱|여덟|아홉)\s?시(?!간)|\d{1,2}:\d\d|정오|자정)"
    r"(?:\s?(?:\d{1,2}\s?분|반))?"
)
_CLOCK = re.compile(rf"(?<![가-힣\d])(?:{_PART}\s?{_HOUR}|{_HOUR}|(?:아침|점심|저녁|밤))")
_ONE = _CLOCK.pattern
_TIMES = re.compile(
    rf"{_ONE}(?:(?:이랑|랑|와|과|하고)\s?|\s?[,·]\s?|\s(?:그리고|및)\s)"
    rf"(?:{_ONE}(?:(?:이랑|랑|와|과|하고)?[\s,·]\s?)?){{1,5}}(?=에|마다|으로|\s|$)"
)
_UNHEARD_WORDS = re.compile(
    r"(?:(?:두|세|석|네|넉|\d{1,3})\s?(?:달|개월|주|년|해)(?:\s?마다|에\s?한\s?번씩?)|\S*마다|\S+에\s?한\s?번씩?"
    r"|(?:매주|매달|매월|매년|해마다|격주|격월|격일)(?:로|에)?)(?:\s+|$)"
)
_QUOTES = 2
"""Quotations behind which a time is looked for."""
_LITTLE = timedelta(hours=6)


def read_request(text: str, now: datetime) -> Request | None:
    """Return the request that a message makes at its end, None if it makes none."""
    if len(text) > LONGEST:
        return None
    sentences = [sentence.strip() for sentence in _SENTENCES.split(text.strip()) if sentence.strip()]
    while len(sentences) > 1 and _THANKS.fullmatch(sentences[-1]):
        sentences.pop()
    sentence = sentences[-1] if sentences else ""
    verb = _VERB.search(sentence)
    if verb is None:
        return None
    body = sentence[: verb.start()].rstrip(" ,")
    request = _taken_apart(body, now)
    rest = request.found.rest(body) if request.found else body
    if request.others:
        rest = request.what or request.when
    if _ASKS.search(rest) or request.when.endswith("까지"):
        return None
    if verb["wake"]:
        return replace(request, what=request.what or "일어나기") if len(rest) < 20 else request
    is_quoted = _QUOTE.search(rest) is not None
    if verb["noun"] or verb["strong"]:
        asks = verb["strong"] or verb["do"] or verb["noun"] == "리마인드"
        return request if asks or _comes(request, now) else None
    if verb["tell"] and is_command(rest):
        return request
    if is_command(rest) or (is_quoted and (verb["tell"] or _comes(request, now))):
        return request if request.found is not None else None
    return request if verb["tell"] and _says_when(body, rest, request, now) else None


def read_line(text: str, now: datetime) -> Request:
    """Return the request that stands behind /알림, where nothing else can be meant."""
    text = text[:LONGEST]
    verb = _VERB.search(text)
    return _taken_apart(text[: verb.start()] if verb else text, now)


def is_unheard(request: Request) -> bool:
    """Tell whether it is to recur in a way that we have no form for ("석 달마다"), which must not become once."""
    recurs = request.found is not None and request.found.recurrence is not None
    return not recurs and _UNHEARD.search(f"{request.when} {request.what}") is not None


def without_unheard(what: str) -> str:
    """Return what is to be told without the words of a recurrence that we have no form for."""
    return _UNHEARD_WORDS.sub("", what).strip()


def _taken_apart(body: str, now: datetime) -> Request:
    return _several(body, now) or _at_one_time(body, now)


def _at_one_time(body: str, now: datetime) -> Request:
    if earlier := _earlier(body, now):
        return earlier
    # "3시에 회의 있다고 2시 반에": the time behind the quotation says when.
    quotes = [quote.end() for quote in _QUOTE.finditer(body)]
    for start in quotes[: -_QUOTES - 1 : -1]:
        found = korean_time.find_time(body[start:], now)
        if found is not None:
            spans = tuple((first + start, last + start) for first, last in found.spans)
            return _request(body, replace(_before(korean_time.find_time(body[:start], now), found), spans=spans))
    return _request(body, korean_time.find_time(body, now))


def _before(event: korean_time.Found | None, found: korean_time.Found) -> korean_time.Found:
    """Return a time settled by that of what it is about, which comes a little later."""
    if event is None or event.moment is None or event.ambiguous:
        return found
    near = [each for each in found.options if timedelta(0) <= event.moment - each <= _LITTLE]
    return found.settled(near[0]) if len(near) == 1 else found


def _request(body: str, found: korean_time.Found | None) -> Request:
    if found is None or any(_NAMED.match(body, end) for _, end in found.spans):
        return Request(wanted(body))
    until = "까지" if _UNTIL.match(body, found.spans[-1][1]) else ""
    return Request(wanted(found.rest(body)), _words(body, found.spans) + until, found)


def _several(body: str, now: datetime) -> Request | None:
    """Return a request with more than one time of the day: "매일 오전 10시랑 오후 3시에 물 마시라고"."""
    times = _TIMES.search(body)
    if times is None:
        return None
    each = [
        _at_one_time(f"{body[: times.start()]}{one[0].strip()}{body[times.end() :]}", now)
        for one in _CLOCK.finditer(times[0])
    ]
    if any(one.found is None or one.found.moment is None or one.what != each[0].what for one in each):
        return None
    return replace(each[0], others=tuple(one.when for one in each[1:]))


def _earlier(body: str, now: datetime) -> Request | None:
    """Return a request to be told some time before something: "내일 3시 회의 10분 전에"."""
    match = _EARLIER.search(body)
    if match is None:
        return None
    around = f"{body[: match.start()].rstrip()} {body[match.end() :].lstrip()}".strip()
    event = korean_time.find_time(around, now)
    if event is None or event.moment is None or event.is_usual or (event.recurrence and event.recurrence.at is None):
        return None
    when = f"{_words(around, event.spans)} {match['span']} 전"
    found = korean_time.find_time(when, now)
    if found is None or found.span != (0, len(when)):
        return None
    # The hour of what it is about is worth hearing with it.
    return Request(wanted(around if event.recurrence is None else event.rest(around)), when, found)


def _words(text: str, spans: Iterable[tuple[int, int]]) -> str:
    return " ".join(text[start:end].strip() for start, end in spans)


def _comes(request: Request, now: datetime) -> bool:
    found = request.found
    if found is None:
        return False
    if found.recurrence is not None:
        return True
    return found.moment is not None and found.moment > now


def _says_when(body: str, rest: str, request: Request, now: datetime) -> bool:
    """Tell whether words without a quotation ask to be told later: "10분 뒤에 알려줘", never "내일 날씨 알려줘"."""
    found = request.found
    if found is None or _TELL_NOW.search(rest) or not _comes(request, now):
        return False
    if _ADNOMINAL.search(request.what):  # "매주 월요일에 쉬는 식당" is about a place
        return False
    if found.recurrence is not None or not rest or request.others:
        return True
    return not found.is_usual or any(_WHEN.match(body, end) or _LATER.search(body[:end]) for _, end in found.spans)
