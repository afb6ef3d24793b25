"""What somebody wants to hear, from how they asked for it: "물 마시라고" is "물 마시기", "회의 있다고" is "회의".

Endings are turned where a rule of Korean tells how; what no rule is sure of stays in the person's own words. Verbs that end
in a vowel look like nouns before 라고 ("가라고", "휴가라고"), so those that people are reminded of are listed. Knows
nothing of times.
"""

import re
from collections.abc import Callable

from chatbot import korean

LONGEST = 200
"""Characters of a reminder."""

_LISTED = """
가 오 보 자 사 서 타 나 내 매 깨 재 빼 떼 끄 켜 쓰 쉬 주 두 꾸 추 치 피 펴 싸 까 캐 뛰 뜨 따 짜 찌 하 되 꺼
마시 일어나 만나 떠나 끝나 나가 나오 챙기 옮기 남기 맡기 넘기 당기 즐기 숨기 안기 신기 벗기 씻기 지키 시키 식히
맞추 늦추 멈추 갖추 낮추 감추 고치 마치 합치 펼치 던지 버리 돌리 올리 내리 빌리 말리 누리 드리 기다리 달리 알리 그리
살리 늘리 데리 두드리 뿌리 지우 치우 배우 싸우 비우 채우 외우 태우 피우 세우 키우 깨우 재우 데우 바꾸 가꾸 나누 부르
고르 자르 누르 바르 오르 따르 기르 다니 보내 꺼내 끝내 지내 빼내 건네 건너 돌보 들르 치르 담그 잠그 모이 움직이 붙이
끓이 줄이 먹이 들이 기울이 숙이 녹이 벌이 곁들이 누비 꾸미 서두르 문지르 주무시 드시 잡수시 계시 일으키 삼키 비비
일어서 멈춰서 갈아타 올라타 해두 놔두 꺼두 켜두 적어두 챙겨두 넣어두 챙겨가 가져가 해놓 켜놓 꺼놓
"""
_VERBS = frozenset(_LISTED.split())
_LONG_VERBS = tuple(verb for verb in _VERBS if len(verb) > 1)
_NO_VERBS = "지하 영하 이하 휴가 요가 평가 물가 추가 참가 정보 홍보 제보 예보 비디오 라디오 스튜디오 세미나 휴지 바나나"
_NOUNS = frozenset(_NO_VERBS.split())
_LIKE_VERBS = "리기우르치키추누꾸히"
"""Last syllables of many verbs, and of few nouns, for verbs that are not listed."""
_HELPING = re.compile(
    r"(?:[아어여해겨려러라와워춰봐녀쳐켜놔꿔줘와써꺼내]|들어|나)(?:가|오|보|주|두|놓|버리|드리)$|(?:하|시키|되)$"
)
_IRREGULAR = {
    "들으": "듣", "걸으": "걷", "물으": "묻", "실으": "싣", "깨달으": "깨닫", "누우": "눕", "도우": "돕", "구우": "굽",
    "주우": "줍", "지으": "짓", "부으": "붓", "이으": "잇", "나으": "낫", "그으": "긋", "저으": "젓",
}  # fmt: skip
_LOST_RIEUL = {"만드": "만들", "노": "놀", "여": "열", "거": "걸", "도": "돌", "미": "밀", "푸": "풀", "파": "팔"}

_ASIDE = (
    r"(?:나|저|내|우리|나에|저에)?(?:한테|에게|한텐|께)|나도?|저도?|나는|저는|난|전|좀|꼭|제발|혹시|다시|한\s?번(?:\s?더|만)?|미리|그때|"
    r"(?:잊지|까먹지|잊어버리지|안\s?잊(?:어버리)?|안\s?까먹)\s?(?:않게|않도록|말고|말아줘|게)|(?:잊지|까먹지)\s말라고"
)
_BEFORE = re.compile(rf"^(?:(?:{_ASIDE}|아|어|음|그럼|그러면|그리고|그|저기|근데)(?=[\s,])[\s,]*)+")
_BEHIND = re.compile(rf"(?:(?:^|\s)(?:{_ASIDE}))+$")
_QUOTED = re.compile(r"""^["'“‘「『](.+?)["'”’」』]\s*(?:이?라고|하고|고|를|을)?$""")
_APART = re.compile(r"(?<=[가-힣][^을를도만은는\W])\s하기$")  # 전화 하기
_TOPIC = re.compile(r"\s*(?:에\s?(?:대해|관해)서?|관련(?:해서|하여)?|때문에)$")


def wanted(words: str) -> str:
    """Return what is to be told, at most ``LONGEST`` characters; empty where nothing is left."""
    said = " ".join(words.split()).strip(" ,.!?~…")
    said = _BEHIND.sub("", _BEFORE.sub("", said)).strip(" ,.!?~…").replace(" 좀 ", " ")
    if quoted := _QUOTED.match(said):
        return quoted[1].strip()[:LONGEST]
    for ending, turned in _ENDINGS:
        if match := ending.search(said):
            said = turned(said[: match.start()], match)
            break
    said = _APART.sub("하기", said)
    return _without_object(_TOPIC.sub("", said)).strip(" ,")[:LONGEST]


def is_command(words: str) -> bool:
    """Tell whether words end in what somebody is to be told to do: "물 마시라고", "일어나게", "밥 먹자고"."""
    said = _BEHIND.sub("", words.strip())
    if re.search(r"(?:지\s?(?:말|마)라고|자고|도록|게끔)$", said):
        return True
    if re.search(r"[가-힣]게$", said):
        return said.split()[-1] not in (
            "가게",
            "무게",
            "되게",
            "크게",
            "빠르게",
            "짧게",
            "자세하게",
            "간단하게",
            "쉽게",
            "이렇게",
            "그렇게",
            "어떻게",
        )
    return said.endswith("라고") and _stem(said.removesuffix("라고")) is not None


def _stem(said: str) -> str | None:
    """Return the words before 라고 with their last one as a verb's stem; None if it is no verb."""
    head, _, word = said.rpartition(" ")
    stem: str | None = None
    if word in _IRREGULAR or word[-2:] in ("들으", "걸으", "누우", "도우"):
        key = word if word in _IRREGULAR else word[-2:]
        stem = word.removesuffix(key) + _IRREGULAR[key]
    elif word.endswith("으") and len(word) > 1:
        stem = word[:-1]
    elif word in _NOUNS or not word:
        return None
    elif korean.ends_in_consonant(word):
        stem = word if (ord(word[-1]) - 0xAC00) % 28 == 8 else None  # 놀라고: nouns of that kind take 이라고
    elif (
        word in _VERBS
        or word.endswith(_LONG_VERBS)
        or _HELPING.search(word)
        or (head and (word[-1] in _LIKE_VERBS or len(word) == 1))
    ):
        stem = word
    return None if stem is None else f"{head} {stem}".strip()


def _told(said: str, match: re.Match[str]) -> str:
    stem = _stem(said)
    if stem is not None:
        return f"{stem}기"
    if said.endswith("이") and korean.ends_in_consonant(said[:-1]):
        return said[:-1]
    return said


def _not_to(said: str, match: re.Match[str]) -> str:
    return f"{said}지 않기"


def _there_is(said: str, match: re.Match[str]) -> str:
    return re.sub(r"(?<=[가-힣])(?:이|가|도)$", "", said.rstrip()) if said.strip() else match[0]


def _there_is_not(said: str, match: re.Match[str]) -> str:
    return f"{said}없음"


def _noun_done(said: str, match: re.Match[str]) -> str:
    return f"{said}{match[1] or match[2]}"


def _so_that(said: str, match: re.Match[str]) -> str:
    return f"{said}{'게' if said == '가' else '기'}"  # 가게 is a shop


def _to_do(said: str, match: re.Match[str]) -> str:
    return f"{said}기"


def _done_able(said: str, match: re.Match[str]) -> str:
    last = match[1]
    if last != "을":  # 마실 is 마시 and ㄹ; 먹을 is 먹 and 을
        said += chr(ord(last) - 8) if (ord(last) - 0xAC00) % 28 == 8 else last
    return f"{said}기"


def _doing(said: str, match: re.Match[str]) -> str:
    head, _, word = said.rpartition(" ")
    if word == "있" and head:  # 예약 있는 거
        return _there_is(head, match)
    return f"{head} {_LOST_RIEUL.get(word, word)}기".strip()


def _declared(said: str, match: re.Match[str]) -> str:
    return f"{said}다"


_ENDINGS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], str]], ...] = (
    (re.compile(r"(?<=[가-힣])지\s?(?:말|마)라고$"), _not_to),
    (re.compile(r"라고$"), _told),
    (re.compile(r"\s*있(?:다고|으니까|으니|어서)$"), _there_is),
    (re.compile(r"없다고$"), _there_is_not),
    (re.compile(r"(?<=\s)([가-힣]{2,})(?<!야)\s?한다고$|^([가-힣]{2,})한다고$"), _noun_done),
    (re.compile(r"다고$"), _declared),
    (re.compile(r"(?<=[가-힣])자고$"), _to_do),
    (re.compile(r"([가-힣])\s수\s?있(?:게|도록)$"), _done_able),
    (re.compile(r"(?<=[가-힣])(?:도록|게끔)$"), _to_do),
    (re.compile(r"(?<=[가-힣\s][가-힣])게$|(?<=[하먹자보가])게$"), _so_that),
    (re.compile(r"(?<=[가-힣])는\s?(?:거|것|걸|것을|거를)$"), _doing),
)


def _without_object(said: str) -> str:
    """Return words without the josa of an object at their end: "회의를" is "회의", and 가을 stays."""
    if len(said) > 2 and said[-1] in "을를" and korean.ends_in_consonant(said[-2]) == (said[-1] == "을"):
        return said[:-1]
    return said
