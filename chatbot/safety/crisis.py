"""Hears suicide and self-harm in a message, and answers before any model does: in fixed words, with help lines.

It reads one message and knows nothing of the one who wrote it or of what was said before. It misses hints: whoever
uses it must not take silence for safety.

The help lines of Korea: 109, suicide prevention, day and night, which took the place of all earlier numbers on
2024-01-01; 119 ambulance and fire, 112 police; 1388, the youth line, day and night, for the age of 9 to 24.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from chatbot.safety.crisis_signs.danger import DANGER
from chatbot.safety.crisis_signs.hints import HINTS
from chatbot.safety.crisis_signs.idioms import HARMLESS, OF_ONESELF, STORY
from chatbot.safety.crisis_signs.self_harm import SELF_HARM
from chatbot.safety.crisis_signs.spelling import CUT, bare, plain
from chatbot.safety.crisis_signs.wishes import WISHES
from chatbot.safety.crisis_signs.words import Sign, compiled

# Looked for without any space, mark or loose jamo: long enough that no two other words make them.
_BARE_SUICIDE = "죽고싶|죽어버리고싶|살기싫|살고싶지않|그만살고싶|사라지고싶|자살하고싶|자살할거|세상떠나고싶"
_BARE_SELF_HARM = "손목그었|손목을그었|자해했|자해하고싶"
_BEFORE, _BEHIND = 24, 16
"""Characters around a sign in which its ``unless`` is looked for, at most. Farther off is another matter."""
_CLAUSE_END = r"[.!?]|(?:[는은던인]데|지만|니까|거든|어요|아요|니다|[없있싫좋]고)(?=[ ,~ㅋㅎㅠㅜ])"
_SENTENCE_END = r"[.!?]|[ㅋㅎㅠㅜ]{2}"


_SCHOOL = r"""
초등학생|중학생|고등학생|초딩|중딩|고딩
(?<![가-힣])(?:초[1-6]|[중고][1-3])(?= (?:인|이|예|야|입|임|라|학|반|[,.~]|$|올라))
수능|모의고사|모고|내신|수행평가|생기부|야자
담임|보건쌤|체육쌤|급식|교복|학폭|우리 반|반 애들|전학|학원 (?:가|끝|숙제|빠|쨌|보내|그만)
(?:나|저|난|전) (?:1[0-8] 살|열(?:한|두|세|네|다섯|여섯|일곱|여덟)? 살)
"""
_GROWN_UP = r"""
아들|딸|우리 애|우리 아이|제 아이|아이가|애가|학부모|조카|손주|손자|손녀|동생이|육아|남편|아내|와이프|결혼
제자|학생들|교사|교직|담임(?:을|이에요|입니다|인데|이라)|감독관|과외|강사|재직
시절|학창|졸업|(?:학생|학교|[중고][1-3]|수능) 때(?!문)|옛날|예전|학번|대학생|대학교|군대|회사|직장|퇴근|출근
"""
_REPLIES = {
    "suicide": "이야기해 줘서 고마워요. 가벼운 말로 들리지 않아요. "
    "저는 AI라 곁에 있어 드릴 수는 없지만, 자살예방 상담전화 109에서는 사람이 24시간 이야기를 들어 줘요. "
    "가까운 사람이 걱정될 때 걸어도 돼요.{youth_line} 무슨 일이 있었는지 저한테도 더 이야기해 줄래요?",
    "self-harm": "말 꺼내기 쉽지 않았을 텐데 고마워요. 다친 곳이 있으면 먼저 가까운 사람이나 병원에 보여 주세요. "
    "저는 AI라 상처를 봐 드릴 수 없지만, 자살예방 상담전화 109에서는 사람이 24시간 함께 이야기해 줘요."
    "{youth_line} 어떤 마음이었는지 저한테도 들려줄래요?",
    "danger": "지금 바로 119나 112에 전화해 주세요. 걱정되는 분 일이어도요. "
    "할 수 있으면 위험한 곳이나 물건에서 떨어져 가까운 사람을 불러 주세요. "
    "저는 AI라 대신 신고할 수 없어요. 자살예방 상담전화 109도 24시간 받아요."
    "{youth_line} 지금 어디인지, 혼자인지 저한테도 말해 줄래요?",
}


class Crisis(StrEnum):
    """What a message is about. DANGER is under way or about to happen."""

    SUICIDE = "suicide"
    SELF_HARM = "self-harm"
    DANGER = "danger"


def crisis_in(text: str) -> Crisis | None:
    """Return the gravest crisis that ``text`` hints at, one's own or another person's, or ``None``.

    Takes time in proportion to the text, whatever it holds.
    """
    text = _without_harmless(plain(text))
    letters = bare(text)
    if _says(text, DANGER):
        return Crisis.DANGER
    if _says(text, WISHES) or _says(text, HINTS) or compiled(_BARE_SUICIDE).search(letters):
        return Crisis.SUICIDE
    if _says(text, SELF_HARM) or compiled(_BARE_SELF_HARM).search(letters):
        return Crisis.SELF_HARM
    return None


def crisis_reply(crisis: Crisis, *, young: bool = False) -> str:
    """Return what is said, in 해요체 whatever the persona: whose voice it is, the help lines, an open ear.

    In danger 119 and 112 come before all else. The words fit the person and one who worries about somebody.
    """
    youth_line = " 청소년전화 1388도 24시간 열려 있어요." if young else ""
    return _REPLIES[crisis].format(youth_line=youth_line)


def is_young(text: str) -> bool:
    """Tell whether a pupil seems to speak; not one who speaks of children or pupils, or of school days long gone."""
    words = plain(text)
    return compiled(_SCHOOL).search(words) is not None and compiled(_GROWN_UP).search(words) is None


def _without_harmless(text: str) -> str:
    """Return ``text`` with idioms, and with what only a story tells, cut out."""
    for idiom in HARMLESS:
        text = compiled(idiom).sub(CUT, text)

    def told(match: re.Match[str]) -> str:
        around = text[max(0, match.start() - _BEFORE) : match.end() + _BEHIND]
        return match[0] if compiled(OF_ONESELF).search(around) else CUT

    for story in STORY:
        text = compiled(story).sub(told, text)
    return text


def _says(text: str, signs: Sequence[Sign]) -> bool:
    """Tell whether one of ``signs`` is in ``text`` and nothing near it says that it means another thing."""
    for sign in signs:  # plain loops: every message runs them, and three generators took half of the time
        if sign.certain.search(text):
            return True
        for match in sign.likely.finditer(text):
            if not _explained(text, match, sign):
                return True
    return False


def _explained(text: str, match: re.Match[str], sign: Sign) -> bool:
    """Tell whether the clause around ``match`` holds what makes it harmless."""
    before = re.split(_CLAUSE_END, text[max(0, match.start() - _BEFORE) : match.start()])[-1]
    behind = re.split(_SENTENCE_END, text[match.end() : match.end() + _BEHIND])[0]
    return sign.explanation.search(before + match[0] + behind) is not None
