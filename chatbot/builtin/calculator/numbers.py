"""Numbers with a unit, exact as long as they can be, and their arithmetic with limits. Knows no spelling.

A calculation must not cost more than it is worth, whoever writes it: what would grow past ``MOST_BITS`` is refused
before it is computed.
"""

import math
from dataclasses import dataclass, replace
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, Underflow
from fractions import Fraction

MOST_BITS = 8192
_DIGITS = 34
_LARGEST_FACTORIAL = 300
_CONTEXT = Context(prec=_DIGITS + 6)


class CannotCalculate(ValueError):
    """Something that has no result here; ``polite`` and ``casual`` say why."""

    def __init__(self, polite: str, casual: str) -> None:
        super().__init__(casual)
        self.polite = polite
        self.casual = casual


class TooLarge(CannotCalculate):
    """A number past what is computed."""

    def __init__(self) -> None:
        super().__init__(
            "숫자가 너무 커서 계산하기 벅차요. 조금 줄여 주세요.", "숫자가 너무 커서 계산하기 벅차. 조금 줄여 줘."
        )


class DividedByZero(CannotCalculate):
    """A division by zero."""

    def __init__(self) -> None:
        super().__init__("0으로는 나눌 수 없어요.", "0으로는 못 나눠.")


@dataclass(frozen=True, slots=True)
class Number:
    """A number.

    Attributes:
        value: the number, a near one where ``is_exact`` is false.
        unit: 원, 명 and the like; empty for none.
        is_percent: it was written with %: what it is added to says of what.
        is_each: 씩 stood behind it, so that its unit stays when it is multiplied.
    """

    value: Fraction
    unit: str = ""
    is_exact: bool = True
    is_percent: bool = False
    is_each: bool = False


def add(left: Number, right: Number, sign: int = 1) -> Number:
    """Return the sum, or with ``sign`` -1 the difference. A per cent is one of what stands before it, as on any till.

    Raises:
        CannotCalculate: the units differ.
    """
    if right.is_percent and not left.is_percent:
        return _checked(
            replace(left, value=left.value * (1 + sign * right.value), is_exact=left.is_exact and right.is_exact)
        )
    if left.unit and right.unit and left.unit != right.unit:
        units = f"단위가 서로 달라서({left.unit}, {right.unit})"
        raise CannotCalculate(f"{units} 더하거나 뺄 수 없어요.", f"{units} 더하거나 뺄 수 없어.")
    exact, unit = left.is_exact and right.is_exact, left.unit or right.unit
    return _checked(Number(left.value + sign * right.value, unit, exact, left.is_percent and right.is_percent))


def multiply(left: Number, right: Number) -> Number:
    """Return the product. Its unit is that of the side with 씩, else of the money, else the first one's."""
    exact = left.is_exact and right.is_exact
    return _checked(Number(left.value * right.value, _unit_of_product(left, right), exact))


def divide(left: Number, right: Number) -> Number:
    """Return the quotient. What is divided keeps its unit, unless both have the same.

    Raises:
        DividedByZero: by zero.
    """
    if not right.value:
        raise DividedByZero
    unit = "" if left.unit == right.unit else left.unit
    return _checked(Number(left.value / right.value, unit, left.is_exact and right.is_exact))


def remainder(left: Number, right: Number) -> Number:
    """Return what is left over: as large as the divisor at most, and of its sign."""
    if not right.value:
        raise DividedByZero
    return _checked(Number(left.value % right.value, left.unit, left.is_exact and right.is_exact))


def whole_quotient(left: Number, right: Number) -> Number:
    """Return how many times the divisor goes in."""
    quotient = divide(left, right)
    return replace(quotient, value=Fraction(math.floor(quotient.value)))


def power(base: Number, exponent: Number) -> Number:
    """Return a power; roots and other fractions of a power are near numbers.

    Raises:
        CannotCalculate: it is no real number.
    """
    up = exponent.value
    if up.denominator == 1:
        if base.value == 0 and up < 0:
            raise DividedByZero
        size = max(base.value.numerator.bit_length(), base.value.denominator.bit_length())
        if abs(up) * size > MOST_BITS:
            if base.value in (0, 1, -1):
                return replace(base, value=base.value ** (int(up) % 2 or 2))
            raise TooLarge
        return _checked(replace(base, value=base.value ** int(up), is_percent=False))
    if up == Fraction(1, 2):
        return square_root(base)
    if base.value < 0:
        raise CannotCalculate(
            "음수의 그런 거듭제곱은 실수가 아니라서 계산할 수 없어요.",
            "음수의 그런 거듭제곱은 실수가 아니라서 못 구해.",
        )
    near = _near_power(base.value, up)
    if up.numerator == 1 and up.denominator <= 64 and near < 2**64 and round(near) ** up.denominator == base.value:
        return replace(base, value=Fraction(round(near)), is_percent=False)
    return replace(base, value=near, is_exact=False, is_percent=False)


def square_root(number: Number) -> Number:
    """Return the square root, exact where there is an exact one.

    Raises:
        CannotCalculate: of a negative number.
    """
    value = number.value
    if value < 0:
        raise CannotCalculate(
            "음수의 제곱근은 실수가 아니라서 계산할 수 없어요.", "음수의 제곱근은 실수가 아니라서 못 구해."
        )
    roots = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if roots[0] ** 2 == value.numerator and roots[1] ** 2 == value.denominator:
        return replace(number, value=Fraction(*roots), is_percent=False)
    return replace(number, value=_near_power(value, Fraction(1, 2)), is_exact=False, is_percent=False)


def factorial(number: Number) -> Number:
    """Return the factorial.

    Raises:
        CannotCalculate: of what is no whole number, or a negative one.
    """
    if number.value.denominator != 1 or number.value < 0:
        raise CannotCalculate("팩토리얼은 0 이상의 정수만 돼요.", "팩토리얼은 0 이상의 정수만 돼.")
    if number.value > _LARGEST_FACTORIAL:
        raise TooLarge
    return Number(Fraction(math.factorial(int(number.value))), number.unit, number.is_exact)


def _unit_of_product(left: Number, right: Number) -> str:
    if left.is_percent or right.is_percent:
        return right.unit if left.is_percent else left.unit
    for one in (left, right):
        if one.is_each and one.unit:
            return one.unit
    return "원" if "원" in (left.unit, right.unit) else left.unit or right.unit


def _near_power(base: Fraction, exponent: Fraction) -> Fraction:
    if not base:
        return base
    context = _CONTEXT.copy()
    try:
        near = context.divide(Decimal(base.numerator), Decimal(base.denominator))
        up = context.divide(Decimal(exponent.numerator), Decimal(exponent.denominator))
        if abs(near.adjusted()) * abs(up) > 2000:
            raise TooLarge
        result = context.power(near, up)
    except (Overflow, Underflow, InvalidOperation, DivisionByZero) as error:
        raise TooLarge from error
    return _checked(Number(Fraction(result))).value


def _checked(number: Number) -> Number:
    """Return the number.

    Raises:
        TooLarge: it has too many digits to go on with.
    """
    if max(number.value.numerator.bit_length(), number.value.denominator.bit_length()) > MOST_BITS:
        raise TooLarge
    return number
