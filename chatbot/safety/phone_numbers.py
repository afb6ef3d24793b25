"""Finds people's telephone numbers: Korean mobile numbers, also said in words, landlines, and foreign ones with a +.

Companies' lines (15xx, 16xx, 18xx and 080) and short lines like 109 or 02-120 have none of these shapes.
Source: the numbering plan of the Ministry of Science and ICT (전기통신번호관리세칙).
"""

import re

from chatbot.safety.number_context import FIRST, OVER, digits_of, is_amount, is_in_code, label_before
from chatbot.safety.spans import Spans, walled

_GAP = r"(?:\s{0,2}[-./_~,…*|=:+]{1,3}\s{0,2}|\s{1,3}|\s?(?:에서?|의|국에?|다시|대시|점|쩜)\s?|)"
_ANY = "[0-9공영일이삼사오육륙칠팔구oO]"
_COUNTRY = r"(?:\+82|82(?<![0-9\0]..)|0(?<![0-9\0].)0[0-9]{0,3}-?82)\)?[-. ]{0,2}(?:\(0\)|0)?"
_MOBILE = re.compile(
    rf"(?:{_COUNTRY}(?=1)|[0oO공영ㅇ](?<![0-9\0].)(?<![0-9\0]-.) ?(?=[1lI일]))"
    rf"[1lI일] ?[016789공영육륙칠팔구oOㅇ]\)?{_GAP}{_ANY}{{3,4}}{_GAP}{_ANY}{{4}}(?![0-9\0])"
    # Each digit by itself.
    r"|[0공영](?<![0-9\0].)(?<![0-9\0][-. ].)[-. ][1일][-. ][016789공영육륙칠팔구]"
    rf"(?:[-. ]{{1,3}}{_ANY}){{7,8}}(?![0-9\0])(?![-. ][0-9\0])"
)
_AREA = "(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50[2-8])"
"""Area codes without their 0, internet telephones (070) and lent numbers (050x)."""
_SPACE = "(?: {0,2}[-./~_] {0,2}| {1,2}|)"
_LANDLINE = re.compile(rf"(?:0{FIRST}{_AREA}\)?|{_COUNTRY}{_AREA}){_SPACE}[0-9]{{3,4}}{_SPACE}[0-9]{{4}}{OVER}")
_ABROAD = re.compile(
    r"\+(?<![0-9A-Za-z\0].)(?!82)[1-9][0-9]{0,2}(?:[-. ]?\([0-9]{1,4}\))?(?:[-. ]?[0-9]{1,4}){2,5}(?![0-9\0])"
)
_NO_AREA = re.compile(rf"[1-9]{FIRST}[0-9]{{2,3}}-[0-9]{{4}}{OVER}")
_COMPANY_OR_DATE = re.compile("1[3-9][0-9]{2}-|(?:19|20)[0-9]{2}-[01]")


def phone_numbers(plain: str) -> Spans:
    """Yield the places of telephone numbers; one without its area code only beside 전화, 연락처 and the like."""
    spans: list[tuple[int, int]] = []
    rules = ((_MOBILE, _is_mobile), (_LANDLINE, _is_landline), (_ABROAD, _is_abroad), (_NO_AREA, _is_called_phone))
    for pattern, is_one in rules:
        found = [_with_bracket(match) for match in pattern.finditer(plain) if is_one(plain, match)]
        spans += found
        plain = walled(plain, found)
    yield from sorted(spans)


def _with_bracket(match: re.Match[str]) -> tuple[int, int]:
    """Return the place, with the bracket in front where it is closed inside: "(010)1234-5678"."""
    start = match.start()
    return start - (")" in match[0] and match.string[start - 1 : start] == "("), match.end()


def _is_mobile(plain: str, match: re.Match[str]) -> bool:
    written, start = match[0], match.start()
    if set(written) <= set("01"):
        return False  # a binary number
    if written[0] in "oO" and start and plain[start - 1].isascii() and plain[start - 1].isalpha():
        return False
    in_fraction = re.search(r"[0-9\0][.,]$", plain[max(0, start - 2) : start])
    return not (written.isdecimal() and (in_fraction or is_in_code(plain, start)))


def _is_landline(plain: str, match: re.Match[str]) -> bool:
    if not match[0].isdecimal():
        return label_before(plain, match.start()) != "other"
    return label_before(plain, match.start()) not in ("other", "account") and not is_in_code(plain, match.start())


def _is_abroad(plain: str, match: re.Match[str]) -> bool:
    least = 11 if match[0][1:].isdecimal() else 9
    return least <= len(digits_of(match[0])) <= 15 and not is_amount(plain, match.end())


def _is_called_phone(plain: str, match: re.Match[str]) -> bool:
    return not _COMPANY_OR_DATE.match(match[0]) and label_before(plain, match.start()) == "phone"
