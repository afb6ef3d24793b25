"""Understands what people say of their days: "크리스마스까지 며칠 남았어?", "우리 100일이 언제야", "수능 디데이 지워줘".

Knows no stored days, so it cannot tell whether a name is one.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from chatbot import korean_time
from chatbot.builtin.d_day.days import Day, in_year

LONGEST_NAME = 30


class Wish(Enum):
    """What is asked for."""

    LEFT = "how long until a day"
    WHEN = "when a day is"
    SINCE = "how long since a day"
    NTH = "when the hundredth day is"
    LIST = "all days"
    REMOVE = "to forget a day"
    ADD = "to remember a day"


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish, and the name of the day that it is for. ``number`` of NTH: days, or years where ``is_years``.

    ``is_plain``: it can be about nothing but a day that is counted to, so a name that is not known is worth a word.
    """

    wish: Wish
    name: str = ""
    number: int = 0
    is_years: bool = False
    is_plain: bool = True


_END = r"[ ?!.~ㅋㅎㅠㅜ]*$"
_D_DAY = r"(?:디데이|[dD][- ]?[dD]ay|D-?DAY|디 데이)"
_TELL = r"(?:좀 ?)?(?:알려|말해|보여|가르쳐|계산해|세어|세|봐) ?(?:줘|줄래|주세요|줘봐)?(?:요)?"
_ASKS = (
    r"(?:야|지|예요|이에요|에요|이야|이지|인가|인가요|일까|일까요|죠|이죠|니|이니|냐|이냐|더라|더라고|"
    r"인데|인지|임|입니까|였지|였더라)?(?:요)?"
)
_LEFT = re.compile(
    rf"^(?P<name>\S.{{0,40}}?)(?:이|가|은|는)?\s*(?P<until>까지(?:는|면)?)?\s*(?:이제 ?|앞으로 ?|"
    rf"아직 ?|지금 ?|정확히 ?|대체 ?|도대체 ?)*"
    rf"(?:(?P<plain>며칠|몇 ?일|몇 ?밤|디데이 ?며칠|D-? ?며칠)|(?P<vague>얼마나?))(?:이나|을|이|은|정도|쯤|만)?\s*"
    rf"(?:더 ?)?(?:(?:남았|남은|남|있어야 ?(?:돼|해|하|와|오)|자야 ?(?:돼|해|하|와|오)|기다려야 ?"
    rf"(?:돼|해|하))\S*(?: ?{_TELL})?|{_ASKS}){_END}"
)
_LEFT_SHORT = re.compile(
    rf"^(?P<name>\S.{{0,40}}?)\s*(?:의 )?{_D_DAY}(?:은|는|이|가)?\s*(?:(?:며칠|얼마나?|언제|몇 ?일)\S*(?: ?남\S*)?|{_TELL})?{_END}"
)
_ALONE = re.compile(rf"^(?:이제 |앞으로 )?(?:며칠|몇 ?일) ?(?:이나 )?남았\S*{_END}")
_SINCE = re.compile(
    r"^(?P<name>.{0,30}?)\s*(?:한 ?지|은 ?지|ㄴ ?지|(?<=[사만귄난난간온된본])\s?지|이후로|"
    r"부터)?\s*(?:오늘로 ?|오늘이 ?|벌써 ?|지금 ?|이제 ?)*"
    rf"(?:며칠|몇 ?일)\s?(?:(?:이나 ?)?(?:됐|되었|됬|된 ?거|지났)\S{{0,4}}|째{_ASKS}){_END}"
)
_NTH = re.compile(
    rf"^(?P<name>.{{0,30}}?)\s*(?P<number>\d{{1,5}}|백|천|이백|삼백|오백|만)\s?(?P<unit>일|주년)"
    rf"(?:째|되는 ?날|기념일)?(?:은|는|이|가)?\s*(?:이제 ?)?(?:언제|며칠|몇 ?월 ?며칠)\s?"
    rf"(?:되는 ?날|날)?{_ASKS}(?: ?돼\S*| ?되\S*)?(?: ?{_TELL})?{_END}"
)
_WHEN = re.compile(rf"^(?P<name>\S.{{0,30}}?)(?:이|가|은|는)?\s*(?:언제|며칠|몇 ?월 ?며칠){_ASKS}(?: ?{_TELL})?{_END}")
_LIST = re.compile(
    rf"^(?:내 ?|제 ?|나의 ?|저의 ?|우리 ?|등록(?:한|된) ?|저장(?:한|된) ?|지금 ?)*{_D_DAY}(?:들)?"
    rf"(?:을|를|은|는|이|가)? ?(?:목록|리스트|전체|다|전부|모두|뭐뭐|뭐)?(?:을|를)? ?(?:{_TELL}|"
    rf"있어|있나|있지|확인)?(?:요)?{_END}"
)
_REMOVE = re.compile(
    rf"^(?:{_D_DAY}(?:에서|에)? )?(?P<name>\S.{{0,30}}?)\s*(?:(?:의 )?{_D_DAY}(?:을|를|에서)?)? ?"
    rf"(?:좀 ?)?(?:삭제|지워|지우|없애|빼|취소)(?:해)? ?(?:줘|주세요|줄래|할래|버려)?(?:요)?{_END}"
)
_ADD_VERB = r"(?:등록|추가|저장|기억|적어|넣어|설정|만들어|잡아|세어|체크)"
_ADD = re.compile(rf"{_D_DAY}.*{_ADD_VERB}|{_ADD_VERB}.*{_D_DAY}|^{_D_DAY}\s")
_NO_NAME = re.compile(r"(?:때|거|것|게|동안|지금|오늘|언제|어디|누구|뭐|이거|그거|여기|거기|끝|다)$")
_OURS = re.compile(r"^(?:(?:우리(?:가|는)?|나랑|너랑|저희|내|오늘|벌써|지금|나|제|너|네)\s*)*$")


def asked_in(text: str) -> Asked | None:
    """Return what a message asks for; None if it is about no day that is counted."""
    text = text.strip()
    if len(text) > 80:
        return None
    if re.search(_D_DAY, text):
        if _LIST.match(text):
            return Asked(Wish.LIST)
        if (match := _REMOVE.match(text)) and re.search(r"삭제|지워|지우|없애|빼|취소", text):
            return Asked(Wish.REMOVE, _named(match["name"]))
        if _ADD.search(text):
            return Asked(Wish.ADD)
        if match := _LEFT_SHORT.match(text):
            return Asked(Wish.LEFT, _named(match["name"]), is_plain="?" in text or bool(re.search(_TELL, text)))
        return None
    if _ALONE.match(text):
        return Asked(Wish.LEFT, is_plain=False)
    if match := _NTH.match(text):
        number = _number(match["number"])
        return (
            Asked(Wish.NTH, _named(match["name"]), number, match["unit"] == "주년", bool(match["name"]))
            if number
            else None
        )
    if match := _SINCE.match(text):
        return Asked(Wish.SINCE, _named(match["name"]))
    if (match := _LEFT.match(text)) and (match["until"] or "남" in text):
        name = _named(match["name"])
        if match["until"] or match["plain"]:
            is_plain = bool(match["plain"]) and bool(match["until"]) and not _NO_NAME.search(name) and len(name) <= 12
            return Asked(Wish.LEFT, name, is_plain=is_plain) if name else None
        return None
    if match := _WHEN.match(text):
        return Asked(Wish.WHEN, _named(match["name"]), is_plain=False)
    return None


def is_ours(name: str) -> bool:
    """Tell whether a name says no more than "우리"."""
    return _OURS.match(name) is not None


_NUMBERS = {"백": 100, "이백": 200, "삼백": 300, "오백": 500, "천": 1000, "만": 10000}


def _number(word: str) -> int:
    return _NUMBERS.get(word) or int(word)


_AROUND = re.compile(
    r"^(?:그럼|그러면|근데|혹시|음+|저기|있잖아|자|이제)[ ,]+|[ ,]*(?:이|가)?(?:되기|하기|오기|올 ?때|시작하기)?$"
)


def _named(name: str) -> str:
    """Return a name without what stands around it in a question."""
    return _AROUND.sub("", name.strip(" ,'\"")).strip(" ,'\"")[:LONGEST_NAME]


_WORDS_OF_ADDING = re.compile(
    rf"{_D_DAY}(?:로|을|를|에|는|은|에다)?|(?:매년|해마다|매해)|(?<![가-힣]){_ADD_VERB}(?:해|"
    rf"하)?\s?(?:줘|주세요|줄래|둬|놔|두자|놓자)?(?:요)?(?![가-힣])|(?<![가-힣])(?:해|줘|주세요|"
    rf"줄래|줘요|해줘|부탁해|좀|할게|해요|이야|야|이에요|예요|임|이고|인데|날짜|둬|놔|두|세|번|한)"
    rf"(?![가-힣])|[,.!?~:]"
)
_TRAILING_JOSA = re.compile(r"(?<=[가-힣A-Za-z0-9])(?:까지|은|는|을|를|의|로|으로)$")
_YEARLY = re.compile(r"매년|해마다|매해|생일|생신|기념일|제사|기일")
_START = re.compile(
    r"사귄|사귀|만난|처음|입사|시작|입양|데려온|온 ?날|된 ?날|한 ?날|입대|금연|금주|개업|창업|데뷔|이사|연애|결혼한|태어난|입학"
)
_WRITTEN = re.compile(
    r"(?:(?:\d{4}|\d{2})\s?년\s?|(?:올해|내년|작년|재작년|지난|"
    r"지난해)\s)?\d{1,2}\s?월\s?\d{1,2}\s?일|(?<!\d)\d{4}\s?[-./]\s?\d{1,2}\s?[-./]\s?\d{1,2}"
    r"(?!\d)|(?<!\d)\d{1,2}/\d{1,2}(?![\d/])"
)
"""A date in figures. It counts before 크리스마스 in "크리스마스 파티 12월 24일"."""
_JOSA = re.compile(r"(?:까지|부터|에|로|은|는|이|을|를|의)?(?![가-힣])")
_HAS_YEAR = re.compile(
    r"\d{4}|\d{2}\s?년|작년|올해|재작년|지난|어제|그저께|그제|전(?![가-힣])|오늘|내일|모레|뒤|후|다음|내년"
)


class NoDate(ValueError):
    """No day that could be remembered.

    Attributes:
        is_vague: a month or a week was said.
        is_lunar: a day of the lunar calendar was said, whose date is another one each year.
    """

    def __init__(self, *, is_vague: bool = False, is_lunar: bool = False) -> None:
        super().__init__("no day was named")
        self.is_vague = is_vague
        self.is_lunar = is_lunar


def day_in(text: str, now: datetime) -> Day:
    """Return the day that is to be remembered: "수능 11월 19일", "매년 엄마 생일 3월 2일 디데이 등록해줘".

    A start that was said without a year is the last such day, anything else the next.

    Raises:
        NoDate: there is no day in it.
    """
    if "음력" in text:
        raise NoDate(is_lunar=True)
    on, rest = _date_in(text, now)
    name = " ".join(_WORDS_OF_ADDING.sub(" ", rest).split())
    name = _TRAILING_JOSA.sub("", name).strip()[:LONGEST_NAME].strip()
    is_yearly = _YEARLY.search(text) is not None
    is_start = not is_yearly and _START.search(name) is not None
    if is_start and on > now.date() and not _HAS_YEAR.search(text):
        on = in_year(on, on.year - 1)
    return Day(name, on, is_yearly, is_start)


def _date_in(text: str, now: datetime) -> tuple[date, str]:
    """Return the day that a text names, and the words around it.

    Raises:
        NoDate: it names none.
    """
    if match := _WRITTEN.search(text):
        on = korean_time.parse_date(match[0], now)
        if on is not None:
            josa = _JOSA.match(text, match.end())
            return on, f"{text[: match.start()]} {text[josa.end() if josa else match.end() :]}"
    found = korean_time.find_time(text, now)
    if found is None:
        raise NoDate
    day = found.day or (found.moment.date() if found.moment else None)
    if day is None or found.is_long or found.recurrence is not None:
        raise NoDate(is_vague=True)
    return day, found.rest(text)
