"""계산: "3 더하기 5는?", "3만원의 20%", "(1+2)*3". Exact where it can be, with limits, and without ``eval``.

A message that asks for nothing but a calculation is answered; numbers in ordinary talk, dates and telephone numbers
are left alone.
"""

import re

from chatbot import Chat, Plugin, Rest
from chatbot.builtin.calculator.numbers import CannotCalculate, Number
from chatbot.builtin.calculator.numerals import PLACE
from chatbot.builtin.calculator.parser import NotUnderstood, TooLong, computed
from chatbot.builtin.calculator.sentences import Expression, expression_in
from chatbot.builtin.calculator.spelling import is_it, spelled
from chatbot.builtin.spoken import uncalled

plugin = Plugin("계산", about="숫자를 계산해 드려요.")

_NO_SUM = re.compile(
    r"^\D*\d{2,4}[-.]\d{3,4}[-.]\d{4}\D*$|\d{4}\s?[-./]\s?\d{1,2}\s?[-./]\s?\d{1,2}(?!\d)|"
    r"(?<![\d.,])0\d|\d{3,4}[xX*]\d{3,4}(?!\d)|\d:\d"
)
"""Telephone numbers, dates, room numbers, sizes of pictures, times."""
_HYPHENS = re.compile(rf"{PLACE}(?:-{PLACE})+")
_SLASHES = re.compile(rf"{PLACE}(?:/{PLACE})+")
_SHARE = re.compile(
    rf"{PLACE}\s*(?:분의\s*{PLACE}|의\s*(?:절반|반|{PLACE}\s*배|{PLACE}\s*분의\s*{PLACE})|\s*{PLACE}\s*배)"
)
_ASKS = re.compile(r"계산\s?(?:좀\s?)?(?:해|하면)")


@plugin.command("계산", "계산기", "calc")
def calculate(chat: Chat, 식: Rest) -> str:
    """식을 계산해요. '/계산 (1+2)*3', '/계산 3만원의 20%'처럼 적어요."""
    try:
        return _told(chat, computed(expression_in(식).tokens))
    except CannotCalculate as error:
        return chat.by_level(error.polite, error.casual)


@plugin.match(r"\d|더하|빼|곱|나누|나눠|나눈|플러스|마이너스|루트|√|합|평균")
def calculate_when_asked(chat: Chat) -> str | None:
    """Compute what a message asks for."""
    text = uncalled(chat.text, chat.bot_name)
    try:
        result = asked(text)
    except CannotCalculate as error:
        return chat.by_level(error.polite, error.casual)
    return None if result is None else _told(chat, result)


def asked(text: str) -> Number | None:
    """Return what a message that asks for a calculation, and nothing else, comes to; None for all others.

    Raises:
        CannotCalculate: it asks for one that has no result, or asks in so many words for one that we do not understand.
    """
    if _NO_SUM.search(text):
        return None
    try:
        expression = expression_in(text.rstrip("!"))
        return computed(expression.tokens) if _is_meant(expression) else None
    except (NotUnderstood, TooLong):
        if _ASKS.search(text) and len(re.findall(r"\d+", text)) > 1:
            raise
        return None


def _is_meant(expression: Expression) -> bool:
    """Tell whether an expression is there to be computed: 3-2 may be a score, 24/7 a manner of speaking."""
    numbers = sum(isinstance(token, Number) for token in expression.tokens)
    if numbers < 2 and "√" not in expression.tokens and "!" not in expression.tokens:
        return False
    if _SHARE.fullmatch(expression.plain):  # "월급 3분의 1" is no question
        return False
    is_bare = _HYPHENS.fullmatch(expression.plain) or _SLASHES.fullmatch(expression.plain)
    return expression.in_words or not is_bare


def _told(chat: Chat, result: Number) -> str:
    words = spelled(result)
    return f"답은 {is_it(words, result.unit, chat.by_level('이에요/예요', '이야/야'))}."
