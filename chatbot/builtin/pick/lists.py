"""Takes a list to pieces: "사과랑 배", "짜장면, 짬뽕", "김밥 아니면 라면", "치킨이냐 피자냐". Knows not what it is for.

Commas, slashes, 아니면 and vs part for certain; 이랑, 하고 and 과 do where no word ends in them by itself (사과, 파랑,
고양이랑); blanks do only where nothing else does.
"""

import re

from chatbot import korean

_SURE = re.compile(
    r"\s*(?:[,，、/·|]|\b(?:vs|VS|Vs|or)\b\.?|(?<=\s)(?:아니면|아님|또는|혹은|그리고|대)(?=\s))\s*|\s*(?:아니면|또는)\s+"
    r"|(?<=[가-힣])이?냐(?:[ ,]+|$)"
)
_OR = re.compile(r"\b(?:vs|VS|Vs|or)\b|(?<=\s)대(?=\s)|아니면|아님|또는|혹은")
_JOINED = re.compile(r"(이랑|랑|하고|와|과)(?=\s|,|$)")
_OF_ITS_OWN = re.compile(
    r"(?:파|노|사|자|명|신|호|고)랑$|(?:^|\s)(?:문|이|안|한|약|모|내|외|치|통|국|독)과$|(?:기|조|거|고)와$|(?:^|\s)하와$"
    r"|[가-힣](?:학|인|경|문|정형외|피부|이비인후|산부인|소아)과$|(?:사|효|결|성|다|모|초|투|전|경|유|대)과$"
)
"""Words that end in what would be a josa."""
_IN_I = re.compile(
    r"(?:볶|고양|호랑|원숭|걸|달팽|올챙|놀|손잡|벌|멍멍|야옹|꿀꿀|어린|젊은|늙은|먹|길|넓|높|깊|굽|둥|쟁|똘똘|송|종|거북|부엉|"
    r"뻐꾹|팽|제육볶|말|구|풀|옷걸|몸살|꽂|절름발|미닫|여닫|살림살|뻥튀)이$"
)
"""Words that end in 이, so that 이랑 behind them is 랑."""

_LEADING = re.compile(
    r"^(?:(?:음+|흠+|저기|있잖아|혹시|그럼|그러면|근데|야|자|있지|나|난|나는|너|넌|너는|너라면|네가|니가|저|저는|우리|아|딱|"
    r"골라 ?줘|결정해 ?줘|추천해 ?줘|정해 ?줘|어떡하지|고민이야|고민되는데|고민인데|고민 ?중인데|고민된다)[ ,.:!?~]+)+"
)
_SITUATION = re.compile(r"^\S(?:.*\S)?(?:는데|은데|인데|건데|니까|라서|해서)[ ,]+(?=\S)")
_TIME_WORD = r"(?:오늘|내일|이따가?|지금|점심|저녁|아침|야식|간식|주말|이번 ?주말|방금)(?:에는|에|엔|은|는|으로|로)?"
_TIME = re.compile(rf"^(?:{_TIME_WORD} )*{_TIME_WORD} ")
_TRAILING = re.compile(
    r"\s*(?:(?:이|그|저)?\s?(?:둘|셋|넷|두 ?개|세 ?개|두 ?가지|세 ?가지|두 ?명|중)|이 ?중|그 ?중|이 ?가운데|"
    r"랜덤으로|무작위로|아무거나)$"
)
_FOR = re.compile(r"^\S+에(?:는|서)? (?=\S)")
_ENDING = re.compile(r"(?:이야|야|일까|인가|예요|이에요|요)$")
_SUBJECT = re.compile(r"(?:시간|메뉴|장소|사이즈|색깔?|종류|맛)$")

_QUALIFIES = re.compile(r"(?:은|는|던|운|한|할|된|같은|의)$")
_CATEGORY = re.compile(
    r"^(?:음식|영화|노래|책|드라마|게임|메뉴|옷|선물|과일|동물|색|색깔|나라|도시|여행지|음료|간식|운동|취미|배우|가수|친구|사람|"
    r"것|거|곳|데|맛집|카페|애니|웹툰|소설|숫자|요일|작품|제품|팀|선수|아이돌|멤버|요리|과목|직업|언어|학교|회사|동네|지역|"
    r"브랜드|이름|후보|목록|물건)(?:들)?$"
)


def split(text: str) -> tuple[str, ...]:
    """Return the options of a list that marks or words part; all of it as one where there are none."""
    text = _trimmed(text)
    listed = [part.strip() for part in _SURE.split(text) if part and part.strip()]
    if len(listed) > 1:
        if _OR.search(text) or any(_joined(part) for part in listed[:-1]):
            return _bare(listed)
        return _bare([*listed[:-1], *(_joined(listed[-1]) or [listed[-1]])])
    joined = _joined(text)
    if joined and not any(" " in part for part in joined[1:]):
        joined[0] = _FOR.sub("", joined[0])  # 돌잔치에 옷이랑 돈
    return _bare(joined or [text])


def split_at_blanks(text: str) -> tuple[str, ...]:
    """Return the options of a list, its words where nothing else parts it; "매운 라면 순한 라면" is two."""
    options = split(text)
    if len(options) != 1:
        return options
    words = options[0].split()
    if len(words) > 2 and len(words) % 2 == 0 and len(set(words[1::2])) == 1:
        return tuple(" ".join(words[start : start + 2]) for start in range(0, len(words), 2))
    return tuple(words)


def enumerated(text: str) -> tuple[str, ...]:
    """Return the words of a list; none where they may be one thing ("한국 음식", "좋은 노래")."""
    options = split_at_blanks(text)
    begins = max((place for place, option in enumerate(options[:-2]) if _SUBJECT.search(option)), default=-1) + 1
    options = options[begins:]  # 강아지 산책 시간 아침 점심 저녁
    if len(options) > 2 and not options[0][-1].isdigit() and all(option.isdigit() for option in options[1:]):
        options = options[1:]
    if any(_QUALIFIES.search(option) for option in options[:-1] if " " not in option):
        return ()
    is_one = len(options) == 2 and _CATEGORY.match(options[1]) and not _CATEGORY.match(options[0])
    return () if is_one else options


def without_situation(text: str) -> str:
    """Return what stands behind "바나나 썩기 직전인데", and behind "오늘 점심에" where more than a word is left."""
    text = _SITUATION.sub("", _LEADING.sub("", text))
    timeless = _TIME.sub("", text)
    return timeless if len(timeless.split()) > 1 else text


def _trimmed(text: str) -> str:
    return _TRAILING.sub("", without_situation(text.strip(" ?!.~:"))).strip()


def _joined(text: str) -> list[str]:
    """Return the parts that 이랑, 하고 and 과 tie together; none if they do not."""
    parts, start = list[str](), 0
    for match in _JOINED.finditer(text):
        at, josa = match.start(), match[1]
        if josa == "이랑" and _IN_I.search(text[: at + 1]):
            at, josa = at + 1, "랑"
        stem = text[start:at].strip()
        if not stem or _OF_ITS_OWN.search(text[: match.end()]) or not _fits(stem, josa):
            continue
        parts.append(stem)
        start = match.end()
    rest = text[start:].strip(" ,")
    return [*parts, rest] if parts and rest else parts if len(parts) > 1 else []


def _fits(stem: str, josa: str) -> bool:
    if josa == "하고" or not ("가" <= stem[-1] <= "힣"):
        return True
    return korean.ends_in_consonant(stem) == (josa in ("이랑", "과"))


def _bare(parts: list[str]) -> tuple[str, ...]:
    """Return options without empty ones and marks, and without the copula that each of them has."""
    found = [part.strip(" ,?!.~'\"") for part in parts]
    found = [part for part in found if part]
    if len(found) > 1 and all(_ENDING.search(part) for part in found):
        found = [_ENDING.sub("", part) for part in found]
    return tuple(found)
