"""Finds the numbers in a text, with their units: 5,000원씩, 3만 5천, 삼, 다섯 명. Knows nothing of what is done with them.

Each number is replaced by a letter of the private use area, so that the patterns that read the rest need not know how
numbers are written.
"""

import re
from fractions import Fraction

from chatbot import korean
from chatbot.builtin.calculator.numbers import Number

FIRST = 0xE000
PLACE = "[\ue000-\ue0ff]"
"""What stands in a text for a number, as a regular expression."""
MOST_DIGITS = 40
MOST = 100

UNITS = (
    "개월|개|명|사람|살|번|마리|권|잔|장|병|대|그릇|판|점|인분|시간|분(?!의)|초|일|주|달러|달|년|"
    "원|엔|유로|위안|평|조각|봉지|상자|박스|송이|켤레|"
    "층|쪽|페이지|킬로미터|킬로그램|킬로|그램|미터|센티미터|센티|리터|도|km|kg|cm|mm|ml|mL|g|m|L|만원"
)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_SCALED = rf"(?:{_DIGITS})\s?[십백천만억조경](?:\s?(?:(?:{_DIGITS})\s?)?[십백천만억조경])*(?:\s?\d{{1,4}}(?![\d.]))?"
_SINO = (
    r"[영공일이삼사오육륙칠팔구십백천만억조경](?:\s?[일이삼사오육륙칠팔구십백천만억조경])*"
    r"(?:\s?점\s?[영공일이삼사오육륙칠팔구]+)?"
)
_BEFORE_NOUNS = r"(?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)?\s?(?:한|두|세|네)|스무"
_NATIVE = (
    rf"(?:{_BEFORE_NOUNS})(?=\s?(?:{UNITS}|배|제곱|승))|(?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)\s?"
    r"(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉)|하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열|스물|서른|마흔|쉰|예순|일흔|여든|아흔"
)
_BEHIND = (
    r"(?=$|[\s\-+*/^()×÷=?!.,~%√xX]|은|는|이(?![가-힣]*[가-힣]야)|가|을|를|에|의|로|으로|와|과|랑|"
    r"하고|씩|짜리|분의|제곱|세제곱|승|퍼센트|프로|배|면|더하|빼|곱하|나누|나눠|플러스|마이너스|루트|"
    r"팩토리얼|부터|까지)"
)
_NO_WORD = r"(?!(?<=[이사오구])(?:과|은|을|이)|(?<=[영공일삼육륙칠팔십백천만억경])(?:와|는|를|가|랑)|(?<=사)랑)"
"""Behind a number in words: what would be the wrong josa makes another word of it (사과, 사랑, 일과)."""
_NUMBER = re.compile(
    rf"(?:(?P<scaled>{_SCALED})|(?P<digits>{_DIGITS})|(?<![가-힣A-Za-z\d])(?P<sino>{_SINO}){_NO_WORD}|"
    rf"(?<![가-힣A-Za-z\d])(?P<native>{_NATIVE}))"
    rf"(?:(?P<gap>\s?)(?P<unit>{UNITS})(?![가-힣]*[다요]$|A-Za-z))?(?P<each>\s?(?:씩|짜리))?"
    rf"(?P<behind>{_BEHIND})"
)


class TooManyDigits(ValueError):
    """A number longer than anybody means."""


def without_numbers(text: str) -> tuple[str, list[Number]]:
    """Return a text with a placeholder for each number, and the numbers.

    Raises:
        TooManyDigits: a number is too long, or there are too many.
    """
    numbers = list[Number]()

    def replaced(match: re.Match[str]) -> str:
        number = _number(match)
        if number is None:
            return match[0]
        if len(numbers) >= MOST:
            raise TooManyDigits
        numbers.append(number)
        return chr(FIRST + len(numbers) - 1)

    return _NUMBER.sub(replaced, text), numbers


def _number(match: re.Match[str]) -> Number | None:
    unit, is_each = match["unit"] or "", bool(match["each"])
    if digits := match["digits"]:
        plain = digits.replace(",", "")
        if len(plain) > MOST_DIGITS:
            raise TooManyDigits
        return Number(Fraction(plain if plain[0] != "." else f"0{plain}"), unit, is_each=is_each)
    if match["native"]:
        read = korean.read_number(match["native"]) or korean.read_number(f"{match['native']} 개")
    else:
        read = korean.read_number(match["scaled"] or match["sino"])
    return None if read is None else Number(Fraction(str(read)), unit, is_each=is_each)
