"""Finds what somebody cannot decide between: "짜장면 짬뽕 중에 골라줘", "뭐 먹을까? 김밥 아니면 라면". Knows no taste.

What is liked can be picked; which of two is larger is a question of fact, and not for here.
"""

import re
from dataclasses import dataclass

from chatbot.builtin.pick.lists import enumerated, split, split_at_blanks
from chatbot.builtin.pick.verbs import doings_in, whether_in

MOST = 20
LONGEST = 40
"""Letters of an option."""

_WHICH = r"(?:뭐|뭘|뭔|무엇|어느|어떤|어디|누구|누가|언제)"
_PICK = r"(?:골라|뽑아|정해|선택해|추천해|결정해|찍어|택해)"
_PLEASE = r"(?: ?(?:줘|줘요|주세요|줄래|줄래요|주라|봐|봐요|봐줘|줘봐|줘라|주셈|조))?(?:요)?"
_END = r"[ ?!.~ㅋㅎㅠ]*$"
_AMONG = re.compile(
    rf"^(?P<options>.{{1,200}}?)\s*(?:중(?:에서|에|에선)?|가운데(?:에서|서)?)(?: ?,)?\s*"
    rf"(?:(?:딱|그냥|네가|니가|너가|제발|빨리|아무거나|랜덤으로|무작위로|[가-힣]{{1,6}}(?:으로|로)) ?)*"
    rf"(?:(?:하나|한 ?개|한 ?가지|한 ?명|한 ?곳)(?:만|를|을)? ?)?(?:좀 ?|더 ?)*"
    rf"(?:(?P<pick>{_PICK}{_PLEASE})|(?P<which>{_WHICH}\S*(?: \S+){{0,4}}?)){_END}"
)
_LIKED = re.compile(
    r"나아|낫|나을|좋|괜찮|맛있|예쁘|예뻐|예쁠|이뻐|먹|(?<!중요)할까|할지|하지|해야|하면|살까|"
    r"사지|살지|사야|갈까|가지|갈지|가야|볼까|"
    r"보지|볼지|입|고르|고를|골라|선택|시킬|시키|마실|마시|추천|재밌|재미|어울|끌려|끌리|땡겨|"
    r"땡기|당겨|읽을|들을|신을|배울|배우|정할|"
    r"정하|타고|탈까|키울|부를|쓸까"
)
_DO_WHAT = re.compile(r"^(?:뭐|뭘|어디|누구|어느 ?거)(?: ?를| ?로| ?에)? ?[가-힣]{1,4}(?:까|까요|래|래요|지)$")
_QUIZ = re.compile(r"[았었했]게(?:요)?$")
_MOST = re.compile(r"제일|가장|최고")
_DRAW = rf"(?:(?:골라|뽑아){_PLEASE}|찍어 ?줘(?:요)?)"
_PICKED = re.compile(rf"^(?P<options>.{{1,200}}?)[\s,:]+(?:하나만? |한 ?개만? |좀 |빨리 |딱 |랜덤으로 )*{_DRAW}{_END}")
_PICK_FIRST = re.compile(rf"^(?:\S.{{0,40}}?[ ,])?{_DRAW}[.!:, ]+(?P<options>\S.{{1,100}}?){_END}")
_WHICH_IS = re.compile(
    rf"^(?P<options>.{{1,200}}?)[\s,]+(?:둘 ?중에? )?(?P<which>{_WHICH}(?:가|이|게|를|을|로|거|걸|"
    rf"쪽이|쪽을)? ?(?:더 )?\S+(?: ?(?:생각해|같아|것 같아))?){_END}"
)
_QUESTION_FIRST = re.compile(
    rf"^(?:.{{0,20}}?)(?P<which>{_WHICH}(?:를|을|로|가|이|거|걸)? ?(?:더 )?\S+?(?:까|지|래|아|어)(?:요)?)(?:[?.,!~]+ ?| )"
    rf"(?P<options>\S.{{1,200}}?){_END}"
)
_EITHER_OR = re.compile(
    r"^(?P<options>.{1,80}?(?:\s(?:아니면|또는|혹은)\s|\s?\b(?:vs|VS|or)\b\s?).{1,80}?)[ ?!.~ㅋㅎㅠ]*$"
)
_SENTENCE = re.compile(
    r"(?:[았었겠했]어|[가-힣]게|해|까지|니까|는데|인데|은데|건데|든지|[할을]래|잖아|거야|한다|이다|있어|없어|좋아|싫어|줘|봐|가자|"
    r"하자|먹자|전화|연락|말고|나서|다가|[어아해라]서|[어아여]요|[가-힣]네요?|"
    r"[됐됨음임함옴심돼꺼]|인가|안에|밖에|달라요|에요|는|은)$"
)
_OTHERS = re.compile(
    r"^(?:너|나|저|우리|너희|저희|본인|걔|쟤|얘|그거|그것|그|이|둘|셋|애들|사람들|하나|내|제|다|"
    r"더|안|좀|꼭|하고|[ㄱ-ㅎㅏ-ㅣ]+|.*[.!?].*|말고.*|.* 말고|뭐.*|뭘.*|(?:.* )?중에.*)$"
)


@dataclass(frozen=True, slots=True)
class Dilemma:
    """What to choose from. ``is_whether``: to do something or not; then there are no options."""

    options: tuple[str, ...]
    is_whether: bool = False


def dilemma_in(text: str) -> Dilemma | None:
    """Return what a message asks to choose from; None if it asks for no choice."""
    text = " ".join(text.split())
    if len(text) > 300:
        return None
    if whether_in(text):
        return Dilemma((), is_whether=True)
    options = doings_in(text) or _among(text) or _listed(text)
    return Dilemma(options) if options and _are_options(options) else None


def _among(text: str) -> tuple[str, ...]:
    """Return the options of "짜장면 짬뽕 중에 골라줘", "A랑 B 중에 뭐가 나아"."""
    match = _AMONG.match(text)
    if match is None or not (match["pick"] or _likes(match["which"])):
        return ()
    options = split(match["options"])
    if len(options) > 1:
        return options
    options = enumerated(match["options"])
    return () if len(options) < 3 and _MOST.search(text) else options


def _listed(text: str) -> tuple[str, ...]:
    """Return the options that stand before or behind a plea to pick, or a question."""
    for pattern in (_PICK_FIRST, _PICKED, _WHICH_IS, _QUESTION_FIRST, _EITHER_OR):
        match = pattern.match(text)
        if match is None or ("which" in match.groupdict() and not _likes(match["which"])):
            continue
        options = split(match["options"])
        if pattern is _PICK_FIRST and len(options) == 1:
            options = split_at_blanks(match["options"])
        if pattern is _EITHER_OR and not _is_asked(text):
            continue
        is_short = pattern in (_EITHER_OR, _PICK_FIRST)
        if len(options) > 1 and all(_is_thing(option, is_short=is_short) for option in options):
            return options
    return ()


def _likes(question: str) -> bool:
    question = question.strip(" ?!.~ㅋㅎㅠ")
    return not _QUIZ.search(question) and (_LIKED.search(question) is not None or _DO_WHAT.match(question) is not None)


def _is_asked(text: str) -> bool:
    is_asked = text.rstrip(" ㅋㅎ~!").endswith("?") or re.search(r"\bvs\b", text, re.IGNORECASE) is not None
    return is_asked and re.search(rf"(?<![가-힣]){_WHICH}|왜|얼마|몇", text) is None


def _is_thing(option: str, *, is_short: bool) -> bool:
    """Tell whether an option can be one: no sentence, and not long where nothing but "아니면" says that it is one."""
    if _SENTENCE.search(option):
        return False
    return not is_short or (len(option) <= 12 and len(option.split()) <= 3)


def _are_options(options: tuple[str, ...]) -> bool:
    return 2 <= len(options) <= MOST and not any(len(one) > LONGEST or _OTHERS.match(one) for one in options)
