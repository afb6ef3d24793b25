"""Finds the numbers of people's papers: resident and foreigner registration, driver's licence, passport."""

import re
from datetime import date

from chatbot.safety.money_numbers import BANK_BEFORE
from chatbot.safety.number_context import (
    FIRST,
    OVER,
    before,
    digits_of,
    is_amount,
    is_in_code,
    label_before,
    label_behind,
)
from chatbot.safety.spans import Spans

_SAID = " ?(?:다시|대시|에|의|(?:이고)?,? ?(?:뒤|뒷자리|뒷번호)[는은]?) ?"
_RESIDENT = re.compile(
    rf"[0-9]{FIRST}[0-9]{{5}}(?P<gap> ?[-./~_] ?| {{1,2}}||{_SAID})[1-8][0-9]{{6}}{OVER}"
    rf"|[0-9]{FIRST}[0-9](?P<dot>[. -])[0-9]{{2}}(?P=dot)[0-9]{{2}} ?- ?[1-8][0-9]{{6}}{OVER}"
)
_LICENCE = re.compile(
    rf"(?:(?P<full>(?:1{FIRST}[1-9]|2{FIRST}[0-68])(?P<gap>[- .]?)[0-9]{{2}}(?P=gap)[0-9]{{6}}(?P=gap)[0-9]{{2}})"
    rf"|[0-9]{FIRST}[0-9]-[0-9]{{6}}-[0-9]{{2}}){OVER}"
)
_PASSPORT = re.compile(
    r"[MSRODGTmsrodgt](?<![0-9A-Za-z\0].)[ -]?(?:[0-9]{8}|[0-9]{3}[A-Za-z][0-9]{4})(?![0-9A-Za-z\0])"
)


def resident_numbers(plain: str) -> Spans:
    """Yield places of a birth date, a digit for century and sex (5 to 8: foreigners) and six more.

    There is no check digit any more since October 2020.
    """
    for match in _RESIDENT.finditer(plain):
        number = digits_of(match[0])
        if not _is_birthday(number[:6], century=19 if number[6] in "1256" else 20):
            continue
        label = label_before(plain, match.start())
        joined = match["gap"] == ""
        if joined and (label == "account" or BANK_BEFORE.search(before(plain, match.start()))):
            continue
        loose = joined or match["gap"] in (" ", "  ")
        if loose and (is_amount(plain, match.end()) or is_in_code(plain, match.start())):
            continue
        if label != "other":
            yield match.span()


def _is_birthday(written: str, century: int) -> bool:
    try:
        birthday = date(century * 100 + int(written[:2]), int(written[2:4]), int(written[4:]))
    except ValueError:
        return False
    return birthday <= date.today()  # barcodes (880...) would be people born in 2088


def licence_numbers(plain: str) -> Spans:
    """Yield places of region, year, six digits and two more.

    Without hyphens, or with the region said as a word before the rest, only beside 면허.
    """
    for match in _LICENCE.finditer(plain):
        label = label_before(plain, match.start())
        if "licence" in (label, label_behind(plain, match.end())) or (
            match["full"] and match["gap"] == "-" and label != "other"
        ):
            yield match.span()


def passport_numbers(plain: str) -> Spans:
    """Yield places of a letter and eight digits, since 2021 with a letter in their midst; only beside 여권."""
    for match in _PASSPORT.finditer(plain):
        if "passport" in (label_before(plain, match.start()), label_behind(plain, match.end())):
            yield match.span()
