"""Writes a result as people read it: 1,234.5, 10/3, 약 3.3333, 5,000원. Computes nothing."""

from fractions import Fraction

from chatbot import korean
from chatbot.builtin.calculator.numbers import Number

_MOST_PLACES = 12
"""Decimals of an exact number that are written out."""
_NEAR_PLACES = 4
_NEAR_PLACES_OF_UNITS = 2
_MOST_DIGITS = 40
"""Digits of a whole number that are written out."""
_LARGEST_DENOMINATOR = 1000
_READ = {
    "kg": "킬로그램", "g": "그램", "km": "킬로미터", "m": "미터", "cm": "센티미터", "mm": "밀리미터", "L": "리터",
    "ml": "밀리리터", "mL": "밀리리터",
}  # fmt: skip


def spelled(number: Number) -> str:
    """Return a number with separators, its unit, and whether it is a near one."""
    value, unit = number.value, number.unit
    if abs(value) >= 10**_MOST_DIGITS:
        return f"약 {_scientific(value)}{unit}"
    if number.is_exact and (written := _exactly(value)) is not None:
        return f"{written}{unit}"
    near = f"약 {_near(value, _NEAR_PLACES_OF_UNITS if unit else _NEAR_PLACES)}{unit}"
    has_fraction = number.is_exact and not unit and value.denominator <= _LARGEST_DENOMINATOR
    return f"{value.numerator:,}/{value.denominator:,}, {near}" if has_fraction else near


def is_it(words: str, unit: str, pair: str) -> str:
    """Return a spelled number with its copula, fit to how the unit is read."""
    read = korean.josa(_READ[unit], pair).removeprefix(_READ[unit]) if unit in _READ else ""
    return f"{words}{read}" if read else korean.josa(words, pair)


def _exactly(value: Fraction) -> str | None:
    """Return all digits of a number that has few enough decimals; None for others."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0 and twos <= _MOST_PLACES:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0 and fives <= _MOST_PLACES:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    return None if rest != 1 or places > _MOST_PLACES else _with_places(value, places)


def _near(value: Fraction, places: int) -> str:
    """Return a rounded number; small ones keep that many digits behind their zeros."""
    if value and abs(value) < Fraction(1, 10**places):
        return _scientific(value) if abs(value) < Fraction(1, 10**9) else _with_places(value, places + 6).rstrip("0")
    written = _with_places(value, places)
    return written.rstrip("0").rstrip(".") if "." in written else written


def _with_places(value: Fraction, places: int) -> str:
    scaled = round(value * 10**places)
    sign = "-" if scaled < 0 else ""
    whole, decimals = divmod(abs(scaled), 10**places)
    return f"{sign}{whole:,}" + (f".{decimals:0{places}d}" if places else "")


def _scientific(value: Fraction) -> str:
    """Return a number with five digits and a power of ten."""
    size = abs(value)
    exponent = len(str(size.numerator)) - len(str(size.denominator))
    while size >= Fraction(10) ** (exponent + 1):
        exponent += 1
    while size < Fraction(10) ** exponent:
        exponent -= 1
    digits = _with_places(value / Fraction(10) ** exponent, 4)
    return f"{digits} × 10^{exponent}"
