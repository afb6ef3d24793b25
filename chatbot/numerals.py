"""Numbers as Koreans write them: 3, 1,500, 1만 5천, 삼만오천, 스물둘, 세 개. Imports nothing of ours.

Sino-Korean numbers count in groups of four digits (만, 억, 조, 경), native ones go up to 아흔아홉. What is read is a whole
text that is one number; numbers inside sentences are not looked for.
"""

import re
import unicodedata
from decimal import Decimal

_LONGEST = 100
"""Characters of the longest text that is read; no number that somebody means is longer."""
_DIGITS = {"영": 0, "공": 0, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "륙": 6, "칠": 7, "팔": 8, "구": 9}
_SMALL_UNITS = {"십": 10, "백": 100, "천": 1000}
_LARGE_UNITS = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}
_TENS = {"열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90}
_ONES = {"하나": 1, "둘": 2, "셋": 3, "넷": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}
_BEFORE_NOUNS = {"한": 1, "두": 2, "세": 3, "네": 4, "석": 3, "넉": 4}
COUNTERS = (
    "개",
    "명",
    "분",
    "사람",
    "잔",
    "번",
    "살",
    "원",
    "마리",
    "권",
    "장",
    "대",
    "병",
    "그릇",
    "판",
    "점",
    "등",
    "배",
)
"""What may stand behind a number. 분 are people here, so only native numbers take it: 두 분; 10분 are minutes."""

_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | str.maketrans("＋－，．−", "+-,.-")
_SIGNED = re.compile(r"([+-]|마이너스\s*|플러스\s*)?(.+)")
_PLAIN = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+")
_WRITTEN = re.compile(r"[0-9.,영공일이삼사오육륙칠팔구십백천만억조경점\s]+")
_TOKEN = re.compile(r"(?:[0-9],[0-9]{3}|[0-9]{1,4})(?:\.[0-9]{1,4})?|[일이삼사오육륙칠팔구십백천만억조경]|\s+")
_POINT = re.compile(r"(.+?)\s*점\s*([영공일이삼사오육륙칠팔구][영공일이삼사오육륙칠팔구\s]*)")
_COUNTED = re.compile(rf"(.*\S)(\s*)({'|'.join(COUNTERS)})")
_NATIVE = re.compile(
    rf"(.*[백천만억조경]\s*)??(?:(스무)|({'|'.join(_TENS)})?\s*({'|'.join([*_ONES, *_BEFORE_NOUNS])})?)"
)
_RANKED = {"번", "점", "등", "배"}
"""What stands right behind a single Sino-Korean digit; 사장, 이대, 구원 are words and no numbers."""


def read_number(text: str) -> int | float | None:
    """Return the number that a text is, ``None`` for what is no number.

    Digits may be full-width and have commas, a sign and decimals; words may have spaces between them and a counter
    behind; 마이너스 and 점 are known. Whole numbers are ``int``; ``float`` is what was written with a decimal point.
    """
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= _LONGEST else None
    text = unicodedata.normalize("NFC", text.strip()[: _LONGEST + 1]).translate(_FULL_WIDTH)
    match = _SIGNED.fullmatch(text)
    if match is None or len(text) > _LONGEST:
        return None
    number = _unsigned(match[2])
    return -number if number and match[1] and match[1][0] in "-마" else number


def _unsigned(text: str) -> int | float | None:
    number = _sino(text)
    if number is None:
        number = _native(text, is_counted=False)
    return _counted(text) if number is None else number


def _counted(text: str) -> int | float | None:
    """Return the number before a counter."""
    match = _COUNTED.fullmatch(text)
    if match is None:
        return None
    number, space, counter = match.groups()
    native = _native(number, is_counted=True)
    if native is not None or counter == "분":
        return native
    if not space and number in _DIGITS and (counter not in _RANKED or text == "이번"):
        return None
    return _sino(number)


def _native(text: str, *, is_counted: bool) -> int | None:
    """Return the number that native words say, hundreds and more before them being Sino-Korean: 백스물다섯."""
    match = _NATIVE.fullmatch(text)
    if match is None:
        return None
    hundreds, twenty, tens, ones = match.groups()
    if hundreds and not is_counted and (twenty or ones in _BEFORE_NOUNS):
        return None  # 만세 and 백두 are words
    number = 20 if twenty else _TENS.get(tens, 0) + (_ONES.get(ones) or _BEFORE_NOUNS.get(ones, 0))
    if not number or not hundreds:
        return number or None
    above = _sino(hundreds)
    return above + number if isinstance(above, int) else None


def _sino(text: str) -> int | float | None:
    """Return the number that digits or Sino-Korean words say, or both together."""
    if _PLAIN.fullmatch(text):
        plain = text.replace(",", "")
        return float(plain) if "." in plain else int(plain)
    if text in ("영", "공"):
        return 0
    if not _WRITTEN.fullmatch(text):
        return None
    if point := _POINT.fullmatch(text):
        whole, decimals = _sino(point[1]), "".join(str(_DIGITS[digit]) for digit in point[2] if digit in _DIGITS)
        return float(f"{whole}.{decimals}") if isinstance(whole, int) else None
    return _with_units(text)


def _with_units(text: str) -> int | float | None:
    """Return what numbers before units come to. Units must grow smaller, and what stands before one must be below it."""
    total, large = Decimal(0), 10**20
    group, small = Decimal(0), 10**4
    digits: Decimal | None = None  # what waits for the unit behind it
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        at, token = match.end(), match[0]
        if token in _SMALL_UNITS:
            unit = _SMALL_UNITS[token]
            if unit >= small or (digits is not None and not 0 < digits < 10):
                return None
            group, small, digits = group + (1 if digits is None else digits) * unit, unit, None
        elif token in _LARGE_UNITS:
            unit = _LARGE_UNITS[token]
            is_bare = digits is None and not group and unit == 10**4  # 만 is 10,000; 조 and 경 alone are words
            count = Decimal(1) if is_bare else group + (digits or 0)
            if unit >= large or not 0 < count < 10**4 or (digits or 0) >= small:
                return None
            total, large, group, small, digits = total + count * unit, unit, Decimal(0), 10**4, None
        elif not token.isspace():
            if digits is not None:
                return None
            digits = Decimal(_DIGITS[token]) if token in _DIGITS else Decimal(token.replace(",", ""))
    if digits is not None and (digits >= small or digits % 1):
        return None
    number = total + group + (digits or 0)
    return int(number) if number == number.to_integral_value() else float(number)
