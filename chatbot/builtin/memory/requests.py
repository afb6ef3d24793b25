"""What people ask of the memory in their own words: what it knows, to keep something, to forget it. Whole messages only.

Knows nothing of what is remembered.
"""

import re
from dataclasses import dataclass
from enum import Enum

from chatbot.builtin.memory import words
from chatbot.builtin.memory.facts import Kind
from chatbot.builtin.patterns import any_of, compiled, please, please_not


class Request(Enum):
    """What is to be done."""

    SHOW = "show"
    KEEP = "keep"
    KEEP_THIS = "keep what was just asked about"
    KEEP_NOTHING = "keep nothing"
    FORGET_ALL = "forget all"
    FORGET_LAST = "forget what was said last"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for something that was told. ``about``: whose name, or what is the favourite."""

    kind: Kind
    about: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """A wish to have something forgotten. ``sure``: it can be meant for nothing but the memory."""

    topic: str
    sure: bool = False


def question_of(text: str) -> Asked | None:
    """Return what of oneself a message asks for; ``None`` for other questions, the bot's name above all."""
    said = _END.sub("", text)
    if len(said) > _LONGEST or not _ASKS.search(said):
        return None
    for kind, pattern in _QUESTIONS:
        if (match := compiled(f"{_LEAD}(?:{pattern})", re.IGNORECASE).fullmatch(said)) is not None:
            groups = match.groupdict()
            return Asked(kind, groups.get("about") or "")
    return None


def request_of(text: str) -> Request | None:
    """Return what a message wants of the memory as a whole."""
    said = _END.sub("", text)
    if len(said) > _LONGEST or not _REMEMBERS.search(said):
        return None
    found = next((request for request, form in _REQUESTS if compiled(f"{_LEAD}(?:{form})").fullmatch(said)), None)
    return None if "?" in text and found is not Request.SHOW and not _POLITELY.search(text) else found


def number_of(text: str) -> int | None:
    """Return the number of "2번 잊어줘"."""
    match = compiled(_NUMBERED).fullmatch(_END.sub("", text)) if "번" in text else None
    return None if match is None else int(match["number"])


def forgetting_of(text: str) -> Forget | None:
    """Return what a message wants to have forgotten: "고양이 얘기는 잊어줘"."""
    said = _END.sub("", text)
    if len(said) > _LONGEST or not _REMEMBERS.search(said) or ("?" in text and not _POLITELY.search(text)):
        return None
    match = compiled(_FORGET).fullmatch(said)
    return None if match is None else Forget(_OWN.sub("", match["topic"].strip()), sure=bool(match["story"]))


_LONGEST = 60
"""Characters beyond which a message is about more than the memory."""
_ASKS = re.compile(
    r"뭐|뭘|뭔|무엇|무슨|어떤|누구|누군|언제|언젠|어디|어딘|몇|며칠|기억|알[아지고]|아[니나세]|말해|얘기해|대답해|맞[혀춰]|까먹|잊"
)
_REMEMBERS = re.compile(r"기억|잊|까먹|지[워우울]|삭제|에 ?대(?:해|한)")
_END = re.compile(r"[\s?!.~…ㅋㅎㅠㅜ^]+$")
_POLITELY = re.compile(r"줄래|주실래|주시겠")
_OWN = re.compile(r"^(?:내|제|나의|저의|우리|그) ")
_LEAD = rf"(?:{any_of('너는? 넌 혹시 근데 그럼 그러면 야 저기 참 아 자 그래서 이제 제발 좀 미안한데 미안 안녕')} )*"
_ME = any_of("나 내가 난 나는 저 제가 전 저는")
_MY = any_of("내 제 나의 저의")
_TELL = any_of("(?:말해|맞혀|맞춰|알아맞혀|대답해|얘기해)_(?:봐|봐요|볼래|줘|줄래|주세요)?")
_KNOW = any_of(
    rf"기억_(?:해|나|하니|나니|하나|하지|나지|하냐|나냐)(?:요)? 기억_하고_있(?:어|니|지|나)(?:요)?"
    rf" 기억_(?:하|나)(?:세요|시죠|시나요) 알아(?:요)? 알지(?:요)? 아니 아나요 아세요 아시나요 아시죠"
    rf" 알고_있(?:어|니|지|나)(?:요)? {_TELL}"
    r" 안_(?:까먹|잊|잊어먹)었지(?:요)? 까먹었(?:어|지|니|냐)(?:요)? 잊(?:었|어버렸)(?:어|지|니|냐)(?:요)?"
)
_QUOTED = any_of("(?:이)?라고_(?:했|그랬|말했)(?:지|죠|어|어요|더라|니|었지)")
_COPULA = any_of("야 예요 에요 이야 이에요 게 게요 이게 이게요 지 죠 이지 이죠 더라 이더라 였지 였죠 였더라 였어 니 냐")
_IS = rf"(?:{_COPULA}|인지 ?{_KNOW}|{_QUOTED})?"
_WHAT = rf"(?:{any_of('뭐 무엇 언제 어디 몇_살 몇_월_며칠 며칠')}{_IS}|{any_of('뭔지 언젠지 어딘지')} ?{_KNOW})"
_OF_WHAT = rf"(?:은|는|이|가|을|를)? ?(?:{_WHAT}|{_KNOW})"


def _does(quoted: str, noun: str, asked: str) -> str:
    """Return a pattern of asking for what one does: "산다고 했지", "사는지 알아", "살게"."""
    said = any_of("(?:했|그랬|말했)(?:지|죠|어|어요|더라|니|었지)")
    return rf"(?:{quoted}고 ?{said}|{noun}지(?: ?{_KNOW})?|{any_of(asked)})"


_QUESTIONS: tuple[tuple[Kind, str], ...] = (
    (Kind.NAME, rf"{_MY} 이름{_OF_WHAT}"),
    (Kind.NAME, rf"{_ME} (?:누구(?:야|게|지|예요|인지 ?{_KNOW}|{_QUOTED})|누군지 ?{_KNOW})"),
    (Kind.BIRTHDAY, rf"{_MY} 생일{_OF_WHAT}|{_ME} (?:언제 ?생일|생일 ?언제){_IS}"),
    (Kind.BIRTHDAY, rf"{_ME} 언제 ?태어났(?:지|게|더라|는지 ?{_KNOW})"),
    (Kind.AGE, rf"{_MY} 나이{_OF_WHAT}|{_ME} 몇 ?살{_IS}"),
    (Kind.HOME, rf"{_ME} 어디(?:에|서|에서)? ?{_does('산다', '사는', '살(?:아|아요|게|게요|지|죠|더라)')}"),
    (Kind.HOME, rf"{_MY} 집 ?어디{_IS}|{_ME} 사는 ?(?:곳|데|동네){_OF_WHAT}"),
    (Kind.HOMETOWN, rf"{_MY} 고향{_OF_WHAT}|{_ME} 어디 ?출신{_IS}"),
    (Kind.JOB, rf"{_MY} 직업{_OF_WHAT}|{_ME} 뭐 ?하는 ?사람{_IS}"),
    (Kind.JOB, rf"{_ME} 무슨 ?일(?:을)? ?{_does('한다', '하는', '하(?:게|지|더라) 해 해요')}"),
    (Kind.WORKPLACE, rf"{_MY} (?:회사|학교|직장){_OF_WHAT}"),
    (Kind.WORKPLACE, rf"{_ME} 어디(?:에|를)? ?{_does('다닌다', '다니는', '다녀 다니게 다니더라')}"),
    (Kind.MAJOR, rf"{_MY} 전공{_OF_WHAT}"),
    (Kind.MBTI, rf"{_MY} (?:mbti|엠비티아이){_OF_WHAT}"),
    (Kind.HOBBY, rf"{_MY} 취미{_OF_WHAT}"),
    (Kind.DREAM, rf"{_MY} (?:꿈|장래 ?희망){_OF_WHAT}"),
    (Kind.PET_NAME, rf"(?:우리|내|제) (?:집 )?(?P<about>{words.ANIMAL.pattern}) ?이름{_OF_WHAT}"),
    (
        Kind.PET,
        rf"{_ME} {any_of('뭐 뭘 무슨_동물 어떤_동물')}(?:을|를)? ?{_does('키운다', '키우는', '키우(?:게|지|더라) 키워')}",
    ),
    (Kind.PET, rf"{_ME} 키우는 ?(?:거|동물|것){_OF_WHAT}"),
    (Kind.FAVOURITE, rf"{_ME} (?:제일 |가장 )?좋아하는 (?P<about>(?!거|것|게|사람)[가-힣]{{1,6}}?){_OF_WHAT}"),
    (
        Kind.LIKES,
        rf"{_ME} (?:뭐|뭘)(?:를|가)? ?(?:제일 )?{_does('좋아한다', '좋아하는', '좋아하(?:게|지|더라) 좋아해')}",
    ),
    (Kind.LIKES, rf"{_ME} (?:제일 )?좋아하는 (?:거|것|게){_OF_WHAT}"),
    (
        Kind.DISLIKES,
        rf"{_ME} (?:뭐|뭘)(?:를)? ?(?:제일 )?{_does('싫어한다', '싫어하는', '싫어하(?:게|지|더라) 싫어해')}",
    ),
    (Kind.DISLIKES, rf"{_ME} (?:제일 )?싫어하는 (?:거|것|게){_OF_WHAT}"),
    (Kind.CANNOT_EAT, rf"{_ME} (?:뭐|뭘)(?:를)? ?못 ?{_does('먹는다', '먹는', '먹(?:게|지|더라) 먹어')}"),
    (Kind.CANNOT_EAT, rf"{_ME} 못 ?먹는 (?:거|것|게|음식){_OF_WHAT}"),
)

_ERASING = rf"{please('지워', '지우')}|삭제 ?{please('해', '하')}"
_FORGETTING = rf"(?:{please('잊어', '잊')}|잊어 ?버려(?: ?줘)?|까먹어 ?(?:줘|버려)|{_ERASING})"
_NOT_KEEP = rf"기억 ?(?:{please_not('해', '하')}|해 ?두지 ?{any_of('마 마요 마세요 말아_줘 말아_주세요')})"
_YES = rf"(?:{any_of('응+ 네+ 예 넵 그래 그래요 좋아 좋아요 어 ㅇㅇ 당연하지 물론 그럼')},? ?)*"
_ABOUT_ME = "(?:나|저)에 ?(?:대해|대해서|대한)"
_REQUESTS = (
    (Request.SHOW, rf"{_ABOUT_ME} {any_of('뭐 뭘 무엇을? 어떤_걸? 얼마나')} ?{_KNOW}"),
    (
        Request.SHOW,
        rf"{_ABOUT_ME} (?:아는|기억하는) ?(?:거|것|걸|게) ?(?:{any_of('있어 있어요 있니')}|뭐{_IS}|(?:다 |전부 )?{_TELL})",
    ),
    (Request.SHOW, rf"(?:뭐|뭘|무엇을?) ?기억 ?{any_of('해 하니 하고_있(?:어|니|나)')}(?:요)?"),
    (Request.SHOW, rf"(?:나|저) ?기억 ?{any_of('해 나 하니 하지 하고_있(?:어|니|지)')}(?:요)?"),
    (
        Request.SHOW,
        rf"기억 ?하(?:는|고 ?있는) ?(?:거|것|걸) ?(?:다 |좀 )?(?:보여 ?{any_of('줘 주세요 줄래')}|{_TELL})",
    ),
    (
        Request.KEEP,
        rf"{_YES}기억해 ?(?:둬|놔)?도 ?{any_of('돼 되지 됩니다 괜찮아 괜찮습니다 좋아 상관_없어')}(?:요)?",
    ),
    (
        Request.KEEP_THIS,
        rf"{_YES}(?:{any_of('다 전부 이제부터 앞으로 꼭 잘')} )*기억 ?"
        rf"{any_of('해 해요 해_줘 해_줘요 해_주세요 해_둬 해_둬요 해_두세요 해_줄래')}",
    ),
    (
        Request.FORGET_LAST,
        rf"(?:그|이|방금|지금|아까|방금 그)? ?{any_of('건 거는 거 말은? 얘기는? 이야기는?')} "
        rf"(?:{_NOT_KEEP}|(?:좀 )?{_FORGETTING})",
    ),
    (
        Request.KEEP_NOTHING,
        rf"(?:{any_of('아니 아니요 아뇨 싫어 싫어요')},? ?)*(?:{any_of('아무것도 내_얘기 내_말 나에_대해서?')} )?{_NOT_KEEP}",
    ),
    (
        Request.FORGET_ALL,
        rf"(?:{_ABOUT_ME}(?: ?(?:거|것|기억|건))?|(?:내 ?)?(?:얘기|기억)|기억한 ?(?:거|것))(?:은|는|을|를)? ?"
        rf"(?:{any_of('다 전부 모두 싹 몽땅')} ?)?{_FORGETTING}",
    ),
    (Request.FORGET_ALL, rf"{any_of('다 전부 모두 싹 몽땅')} ?{please('잊어', '잊')}"),
)
_STORY = any_of("얘기 이야기 기억 에_대한_(?:거|것|얘기|이야기|기억) 에_대해서? (?:라는|다는|이라는)_(?:거|것)")
_FORGET = (
    rf"{_LEAD}(?P<topic>[가-힣A-Za-z0-9][가-힣A-Za-z0-9 ]{{0,19}}?)(?P<story> ?{_STORY})?(?:은|는|을|를)? ?"
    rf"(?:이제 |그만 |좀 )?{_FORGETTING}"
)
_NUMBERED = rf"{_LEAD}(?P<number>\d{{1,3}})번(?: 기억)?(?:은|을)? ?{please('잊어', '잊')}"
TOPICS = {
    "이름": Kind.NAME,
    "나이": Kind.AGE,
    "생일": Kind.BIRTHDAY,
    "집": Kind.HOME,
    "사는 곳": Kind.HOME,
    "사는 데": Kind.HOME,
    "동네": Kind.HOME,
    "고향": Kind.HOMETOWN,
    "직업": Kind.JOB,
    "하는 일": Kind.JOB,
    "직장": Kind.WORKPLACE,
    "회사": Kind.WORKPLACE,
    "학교": Kind.WORKPLACE,
    "전공": Kind.MAJOR,
    "mbti": Kind.MBTI,
    "취미": Kind.HOBBY,
    "꿈": Kind.DREAM,
    "가족": Kind.FAMILY,
}
"""What people call kinds of facts when they speak of them."""
