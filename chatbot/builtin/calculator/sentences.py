"""Turns a Korean question into an expression: "100에서 37 빼면?" is (100)-37. Computes nothing.

What is asked must be said whole in words that are known here: of "1+1 행사하더라" nothing is computed.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from chatbot import korean
from chatbot.builtin.calculator.numbers import Number
from chatbot.builtin.calculator.numerals import FIRST, MOST, PLACE, TooManyDigits, without_numbers
from chatbot.builtin.calculator.parser import NotUnderstood, Token, TooLong

LONGEST = 200
_PRIVATE = re.compile("[\ue000-\uf8ff]")

_N = rf"(?:{PLACE}%?|\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\))"
"""An operand: a number, a per cent, or something in parentheses."""
_JOINS = r"(?:에서|에다가?|에|을|를|와|과|이랑|랑|하고|이고|의|은|는|이|가|부터|중에서)?"

_LEADING = re.compile(
    r"^(?:(?:그럼|그러면|혹시|음+|아|저기|있잖아|야|자|계산기?|계산 ?좀|계산 ?해 ?(?:줘|줄래|봐|"
    r"주세요)(?:요)?|이거|다음|문제|수학 ?문제|질문)[ ,.:!]+)+"
)
_BEFORE = re.compile(r"^[^\d]{1,30}[^\d\s][.!?~]+\s+(?=\S)")
"""A sentence before the question: "질문 하나 할게요. 78 곱하기 94는?"."""
_EACH = re.compile(
    r"^(?:(?:하나|한 ?개|1개|한 ?명|1명)(?:에|당)|1?인당|개당|명당)\s*([\d,.]*\s?[가-힣]*?원)(?:씩|짜리|이면|에)?\s+(?=\S)"
)
_COPULA = (
    r"(?:이야|야|지|예요|이에요|에요|일까|일까요|인가요|인가|죠|이지|입니까|나|니|이니|더라|인지|이나|"
    r"였지|였더라|데|이요|요)?"
)
_COUNTED = r"(?:얼마|몇 ?(?:개|명|원|살|번|마리|권|잔|장|병|대|그릇|판|시간|분|일|년|도|배|킬로|km|kg)?)"
_PLEASE = r"(?: ?(?:줘|주세요|줄래|줄래요|봐|줘봐|할래))?(?:요)?"
_ASK = re.compile(
    r"(?:\s|(?<=[\ue000-\ue0ff)%곱승근지몫합균반배차트로인액상일계]))"
    r"(?:(?:이|가|은|는|을|를|의|면|이면|하면|이라면|이요)요?)?\s*(?:다 ?해서|다 ?합쳐서|전부|"
    r"모두|총|합쳐서)?\s*(?:이|가|은|는|면)?\s*"
    r"(?:값[은이]?|답[은이]?|결과[는가]?|정답[은이]?)?\s*"
    rf"(?:{_COUNTED}{_COPULA}(?: ?(?:돼|되|나와|남|야|있|하)\S{{0,3}})?|(?:뭐|무엇|뭔){_COPULA}"
    rf"(?: ?돼| ?나와)?|어떻게 ?(?:돼|되)\S{{0,2}}"
    rf"|(?:좀 ?|빨리 ?)*(?:계산|알려|구해|풀어|말해|가르쳐|해)(?: ?(?:좀|해|하면|하자|"
    rf"해봐))*{_PLEASE}|궁금해(?:요)?|빨리(?:요)?|ㄱㄱ|고고)?$"
)
_COMMON = (
    (r"\s*(?:더하기|플러스|plus)\s*", "+"),
    (r"\s*(?:빼기|마이너스|minus)\s*", "-"),
    (r"\s*(?:곱하기|times)\s*", "*"),
    (r"\s*(?:나누기)\s*", "/"),
    (r"\s*(?:퍼센트|프로(?![가-힣])|프로(?=의|는|은|를|만|로)|percent)", "%"),
    (r"(?:루트|√|sqrt)\s*", "√"),
    (r"[×∗]", "*"),
    (r"÷", "/"),
    (r"[−–—]", "-"),
    (r"\*\*", "^"),
)
_ALL = tuple((re.compile(pattern, re.IGNORECASE), symbol) for pattern, symbol in _COMMON)

_VERBS = {
    "+": r"더하|더해|더한|보태|합하|합한|합쳐|합치",
    "-": r"빼|뺀|뺐|할인|깎|덜어|제하|쓰면|쓰고",
    "*": r"곱하|곱해|곱한",
    "/": r"나누|나눠|나눈|나눴",
}
_TAIL = (
    r"(?:하|받|하고|해|한|하면|받으면|으면|고|면|서|줘|줄래|나|기|여|어|은|는|을|값|값은|수|뒤|다음|"
    r"거|것|게|건|보면|봐|면은|주면|지면|준|으|다가|겠|고\s*나서|고\s*나면)*"
)
_VERB = re.compile(
    rf"(?P<left>.*?\S)\s*{_JOINS}\s+(?P<right>{_N})\s*(?:을|를|로|으로|만큼|이서|이|에게|한테|끼리|정도|만)?\s*"
    rf"(?:(?P<plus>{_VERBS['+']})|(?P<minus>{_VERBS['-']})|(?P<times>{_VERBS['*']})|(?P<over>{_VERBS['/']})){_TAIL}"
    rf"(?P<mod>\s*(?:나머지|몫))?"
)
_SIGNS = {"plus": "+", "minus": "-", "times": "*", "over": "/"}
_SPLIT_BY = re.compile(
    rf"^({_N})(?:이서|이|끼리|에서)?\s+({_N})(?:을|를)?\s*(?:똑같이 |공평하게 )?(?:나누|나눠|나눈){_TAIL}$"
)
_REWRITES = (
    # fractions and powers bind before what stands around them
    (rf"({_N})\s*분의\s*({_N})", r"(\2/\1)"),
    (rf"({_N})\s*의\s*({PLACE})제곱근", r"(\1^(1/\2))"),
    (rf"({_N})\s*의\s*제곱근", r"√\1"),
    (rf"({_N})\s*의\s*({PLACE})\s*(?:제곱|승)(?!근)", r"(\1^\2)"),
    (rf"({_N})\s+({PLACE})\s*승", r"(\1^\2)"),
    (rf"({_N})\s*(?:의\s*)?제곱", r"(\1^2)"),
    (rf"({_N})\s*팩토리얼", r"(\1!)"),
    (
        rf"({_N})\s*(?:에서|에|을|를)?\s*({PLACE}%)\s*(?:를|을|만)?\s*(?:할인|세일|DC|깎|빼|뺀){_TAIL}(?:\s*(?:가격|금액))?",
        r"(\1-\2)",
    ),
    (
        rf"({_N})\s*(?:에서|에|에다)?\s*({PLACE}%)\s*(?:를|을)?\s*(?:인상|추가|오르|더하|올리|올려|붙){_TAIL}",
        r"(\1+\2)",
    ),
    (rf"({PLACE}%)\s*(?:of)\s*({_N})", r"(\1*\2)"),
    (rf"({_N})\s*의\s*({PLACE}%|\([^()]*+\))", r"(\1*\2)"),
    (rf"({_N})\s*의\s*(?:절반|반)(?![가-힣])", r"(\1/2)"),
    (rf"({_N})\s*의\s*(?:절반|반)(?=은|이|을|면)", r"(\1/2)"),
    (rf"({_N})\s*(?:의|에)\s*({_N})\s*배", r"(\1*\2)"),
    (rf"({PLACE})(?:에서)?\s*({PLACE}%)$", r"(\1*\2)"),
    (rf"({PLACE})\s+({PLACE})\s*(?:이랑|랑|하고|와|과|,|그리고)\s*(?={PLACE}\s+{PLACE})", r"\1 \2+"),
)
_REWRITTEN = tuple((re.compile(pattern, re.IGNORECASE), words) for pattern, words in _REWRITES)
_LISTED = re.compile(
    rf"^((?:{PLACE}(?:\s*(?:,|와|과|이랑|랑|하고|그리고)\s*|\s+))+{PLACE})\s*의?\s*(합|총합|합계|곱|평균|차|차이)$"
)
_SYMBOL = re.compile(rf"({PLACE})|([-+*/^√%!()])|\s+")
_TIMES = re.compile(r"(?<=[\ue000-\ue0ff)%])\s*[xX]\s*(?=[\ue000-\ue0ff(√-])")
_MODULO = re.compile(rf"(?<=[\ue000-\ue0ff)])\s*%\s*(?={PLACE}|\()")
_REST, _WHOLE = "\uf000", "\uf001"
"""Stand for the remainder of a division, and for its whole part."""
_WORKED = {"나머지": _REST, "몫": _WHOLE}
_BEHIND_DIVISION = re.compile(r"\s*의?\s*(나머지|몫)$")
_FRACTION = re.compile(rf"({PLACE})/({PLACE})")
_OPERATION_WORDS = re.compile(r"더하|빼|곱하|나누")


@dataclass(frozen=True, slots=True)
class Expression:
    """What is to be computed.

    Attributes:
        tokens: for the parser.
        in_words: it was asked for in Korean, or with an equals sign; otherwise it is a bare expression.
        plain: how it was written, with a letter for each number.
    """

    tokens: tuple[Token, ...]
    in_words: bool
    plain: str


def expression_in(text: str) -> Expression:
    """Return what a text asks to compute.

    Raises:
        CannotCalculate: it asks for nothing of the kind, or too much.
    """
    text = _PRIVATE.sub("", " ".join(korean.fold(text[: 2 * LONGEST]).split()))
    if len(text) > LONGEST:
        raise TooLong
    text = _EACH.sub(r"\1씩 ", _LEADING.sub("", _BEFORE.sub("", text)))
    bare = re.sub(r"[\s?~ㅋㅎㅠ.;]+$", "", text)
    asked = re.sub(r"\s*=+$", "", bare)
    in_words = asked != bare
    spaced = _spaced(asked)
    try:
        written, numbers = without_numbers(spaced)
    except TooManyDigits as error:
        raise TooLong from error
    plain = written.strip()
    written = _ASK.sub("", plain, count=1)
    if _OPERATION_WORDS.search(written):  # 2/3 나누기 4/5
        written = _FRACTION.sub(r"(\1/\2)", written)
    for pattern, symbol in _ALL:
        written = pattern.sub(symbol, written)
    written = _rewritten(written.strip())
    in_words = in_words or re.search(r"[가-힣]|\bof\b", plain) is not None or any(one.is_each for one in numbers)
    return Expression(_tokens(written, numbers), in_words, plain)


def _spaced(text: str) -> str:
    """Return a text with blanks around the words between numbers: 삼더하기오 is 삼 더하기 오."""
    return re.sub(r"\s*(더하기|빼기|곱하기|나누기|플러스|마이너스|루트)\s*", r" \1 ", text).strip()


def _rewritten(text: str) -> str:
    """Return an expression with symbols instead of words."""
    if match := _LISTED.match(text):
        return _listed(match)
    if match := _SPLIT_BY.match(text):
        one, other = match[1], match[2]
        return f"{other}/{one}" if re.search(r"이서|이 |끼리", text) else f"{one}/{other}"
    text = _TIMES.sub("*", text)
    text = _MODULO.sub(_REST, text)
    for _ in range(MOST):
        before = text
        for pattern, words in _REWRITTEN:
            text = pattern.sub(words, text, count=1)
        if text == before:
            break
    return _verbs(text)


def _verbs(text: str) -> str:
    """Return an expression whose verbs stand between their operands: what is done, is done to all before it."""
    for _ in range(20):
        match = _VERB.match(text)
        if match is None:
            break
        sign = next(sign for name, sign in _SIGNS.items() if match[name])
        sign = _WORKED[match["mod"].strip()] if match["mod"] and sign == "/" else sign
        text = f"({match['left']}){sign}{match['right']}{text[match.end() :]}".strip()
    if worked := _BEHIND_DIVISION.search(text):
        return text[: worked.start()].replace("/", _WORKED[worked[1]])
    return text


def _listed(match: re.Match[str]) -> str:
    parts = re.findall(PLACE, match[1])
    if match[2] == "평균":
        return f"({'+'.join(parts)})/{len(parts)}"
    return {"합": "+", "총합": "+", "합계": "+", "곱": "*"}.get(match[2], "-").join(parts)


def _tokens(text: str, numbers: list[Number]) -> tuple[Token, ...]:
    tokens = list[Token]()
    at = 0
    while at < len(text):
        if text[at] in (_REST, _WHOLE):
            tokens.append("mod" if text[at] == _REST else "div")
            at += 1
            continue
        match = _SYMBOL.match(text, at)
        if match is None:
            if text[at].isdecimal():  # one of ours: the 2 of 제곱
                tokens.append(Number(Fraction(int(text[at]))))
                at += 1
                continue
            raise NotUnderstood(_around(text[at:], numbers))
        at = match.end()
        if match[1]:
            number = numbers[ord(match[1]) - FIRST]
            if tokens and isinstance(tokens[-1], Number) and tokens[-1].is_each:
                tokens.append("*")  # 5,000원씩 3명
            tokens.append(number)
        elif match[2]:
            tokens.append(match[2])
    return tuple(tokens)


def _around(text: str, numbers: list[Number]) -> str:
    """Return the first words of what is left, the numbers put back."""
    words = re.split(rf"[\s()+*/^%]|{PLACE}", text, maxsplit=1)[0] or text[:1]
    return words[:20]
