"""Computes expressions: numbers, + - * / ^ √ % mod, parentheses. Its own recursive descent; nothing is evaluated.

    sum     = product (("+" | "-") product)*
    product = signed (("*" | "/" | "mod" | "div" | nothing before "(") signed)*
    signed  = ("+" | "-") signed | power
    power   = postfix ("^" signed)?
    postfix = primary ("%" | "!")*
    primary = number | "√" signed | "(" sum ")"

As in mathematics, -2^2 is -4 and 2^3^2 is 512. Knows no Korean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from chatbot.builtin.calculator.numbers import (
    CannotCalculate,
    Number,
    add,
    divide,
    factorial,
    multiply,
    power,
    remainder,
    square_root,
    whole_quotient,
)

MOST_TOKENS = 120
DEEPEST = 30

Token: TypeAlias = Number | str
"""A number, or an operator: one of + - * / ^ √ % ! mod div ( )."""


class NotUnderstood(CannotCalculate):
    """Something that is no expression."""

    def __init__(self, what: str = "") -> None:
        shown = f"'{what}'" if what else ""
        super().__init__(
            f"{shown} 부분을 이해하지 못했어요. '(1+2)*3'이나 '3 더하기 5'처럼 적어 주세요."
            if shown
            else "식이 끝나지 않은 것 같아요. '(1+2)*3'이나 '3 더하기 5'처럼 적어 주세요.",
            f"{shown} 부분을 이해 못 했어. '(1+2)*3'이나 '3 더하기 5'처럼 적어 줘."
            if shown
            else "식이 끝나지 않은 것 같아. '(1+2)*3'이나 '3 더하기 5'처럼 적어 줘.",
        )


class TooLong(CannotCalculate):
    """More than anybody means."""

    def __init__(self) -> None:
        super().__init__("식이 너무 길어요. 조금 나눠서 물어봐 주세요.", "식이 너무 길어. 조금 나눠서 물어봐 줘.")


def computed(tokens: Sequence[Token]) -> Number:
    """Return what an expression comes to.

    Raises:
        CannotCalculate: it comes to nothing, or is none.
    """
    if len(tokens) > MOST_TOKENS:
        raise TooLong
    reading = _Reading(tokens)
    result = reading.sum()
    if reading.at < len(tokens):
        raise NotUnderstood(shown(tokens[reading.at]))
    return result


def shown(token: Token) -> str:
    """Return a token as it may have been written."""
    if isinstance(token, str):
        return token
    whole = token.value.denominator == 1
    return f"{int(token.value):,}{token.unit}" if whole else f"{float(token.value):g}{token.unit}"


@dataclass(slots=True)
class _Reading:
    """Where the reading of an expression stands."""

    tokens: Sequence[Token]
    at: int = 0
    depth: int = 0

    def sum(self) -> Number:
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooLong
        result = self._product()
        while (sign := self._taken("+", "-")) is not None:
            result = add(result, self._product(), 1 if sign == "+" else -1)
        self.depth -= 1
        return result

    def _product(self) -> Number:
        result = self._signed()
        while True:
            match self._taken("*", "/", "mod", "div"):
                case "*":
                    result = multiply(result, self._signed())
                case "/":
                    result = divide(result, self._signed())
                case "mod":
                    result = remainder(result, self._signed())
                case "div":
                    result = whole_quotient(result, self._signed())
                case _:
                    if self._next() not in ("(", "√"):
                        return result
                    result = multiply(result, self._signed())

    def _signed(self) -> Number:
        sign = 1
        while (taken := self._taken("+", "-")) is not None:
            sign = -sign if taken == "-" else sign
        result = self._power()
        return replace(result, value=sign * result.value)

    def _power(self) -> Number:
        base = self._postfix()
        if self._taken("^") is None:
            return base
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooLong
        result = power(base, self._signed())
        self.depth -= 1
        return result

    def _postfix(self) -> Number:
        result = self._primary()
        while (taken := self._taken("%", "!")) is not None:
            result = factorial(result) if taken == "!" else _percent(result)
        return result

    def _primary(self) -> Number:
        token = self._next()
        if token is None:
            raise NotUnderstood
        self.at += 1
        if isinstance(token, Number):
            return token
        if token == "√":
            self.depth += 1
            if self.depth > DEEPEST:
                raise TooLong
            result = square_root(self._signed())
            self.depth -= 1
            return result
        if token != "(":
            raise NotUnderstood(token)
        result = self.sum()
        if self._taken(")") is None:
            raise NotUnderstood
        return replace(result, is_percent=False)

    def _next(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _taken(self, *operators: str) -> str | None:
        """Return the next token and go on behind it, if it is one of some operators."""
        token = self._next()
        if isinstance(token, str) and token in operators:
            self.at += 1
            return token
        return None


def _percent(number: Number) -> Number:
    return replace(number, value=number.value / 100, is_percent=True)
