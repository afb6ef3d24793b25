"""Finds the numbers of payment cards and bank accounts."""

import re

from chatbot.safety.number_context import (
    FIRST,
    OVER,
    before,
    behind,
    digits_of,
    is_amount,
    is_in_code,
    label_before,
    label_behind,
)
from chatbot.safety.spans import Spans

_GAP = "(?: ?[-./] ?| |)"
_CARD = re.compile(
    rf"[0-9]{FIRST}(?:[0-9]{{3}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}(?:-[0-9]{{3}})?"
    rf"|[0-9]{{3}}{_GAP}[0-9]{{6}}{_GAP}[0-9]{{4,5}}|[0-9]{{12,18}}){OVER}"
)
_CARD_BEGINS = re.compile(r"[34569]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720")
"""The networks' first digits, 9 for cards that are good in Korea only. Source: ISO/IEC 7812 ranges."""


def card_numbers(plain: str) -> Spans:
    """Yield places of digits in groups as on cards, or 13 to 19 in a row; the last is a check digit (ISO/IEC 7812-1)."""
    for match in _CARD.finditer(plain):
        number = digits_of(match[0])
        if not _has_check_digit(number):
            continue
        label = label_before(plain, match.start())
        joined = match[0].isdecimal()
        usual = not joined or len(number) in (15, 16)
        if label == "other" or not (label == "card" or (usual and _CARD_BEGINS.match(number))):
            continue
        if not (joined and (is_amount(plain, match.end()) or is_in_code(plain, match.start()))):
            yield match.span()


def _has_check_digit(number: str) -> bool:
    """Luhn's: every second digit from the right is doubled, and all their digits add up to a multiple of ten."""
    doubled = "".join(str(2 * int(digit)) for digit in number[-2::-2])
    return number.strip("0") != "" and sum(map(int, doubled + number[-1::-2])) % 10 == 0


_SHAPES = frozenset(
    {
        *("3-2-4-3", "3-2-5-1", "3-2-6", "3-2-6-1", "3-2-6-3", "3-2-7", "3-2-8", "3-2-8-1", "3-3-6", "3-3-7"),
        *("3-4-4-2", "3-4-4-3", "3-5-3-2", "3-6-2-3", "3-6-3", "3-6-5", "3-8-3", "4-2-6", "4-2-6-1", "4-2-7"),
        *("4-2-8", "4-3-6", "4-3-6-1", "4-3-7", "4-4-4-1", "5-2-6", "6-2-6"),
    }
)
"""Digits per group of the account numbers in use.

Source: the account number schemes per bank of the Korea Financial Telecommunications & Clearings Institute (CMS).
"""
_SHARED_SHAPES = frozenset({"4-4-4", "3-4-4", "2-2-6"})
"""In use as well, but parcels, orders and telephones have them too."""
_ACCOUNT = re.compile(
    rf"[0-9]{FIRST}(?:[0-9]{{0,7}}(?P<gap> ?[-.] ?| )[0-9]{{1,11}}(?:(?P=gap)[0-9]{{1,8}}){{0,3}}|[0-9]{{9,13}}){OVER}"
)
_DATE = re.compile(r"(?:19|20)[0-9]{2}[^0-9]{0,3}(?:0[1-9]|1[0-2])(?:[^0-9]|[0-3][0-9])")
_BOOK = ("978-", "979-")

_BANK = "(?:국민|신한|우리|하나|기업|제일|씨티|산업|외환|카카오|부산|대구|광주|전북|경남|제주)"
"""Banks' names that mean something else as well: they count right beside the number only."""
BANK_BEFORE = re.compile(rf"(?<![가-힣]){_BANK}[ :]{{0,2}}$")
_BANK_BEHIND = re.compile(rf" ?\(?{_BANK}(?:으로|로|은행|\)|\s*$|\s+[가-힣]{{2,4}}\s*$)")
_SENT_THERE = re.compile(r" ?(?:여기|이리|이쪽)?(?:으로|로)\s?(?:돈|송금|입금|이체|보내|부쳐|쏴)")


def account_numbers(plain: str) -> Spans:
    """Yield places of hyphened groups as banks make them, and of any 10 to 14 digits beside a bank's name, 계좌 or 입금."""
    for match in _ACCOUNT.finditer(plain):
        written, gap = match[0], match["gap"]
        if not 10 <= len(digits_of(written)) <= 14 or _DATE.match(written) or written.startswith(_BOOK):
            continue
        label = label_before(plain, match.start())
        if label == "other":
            continue
        if is_in_code(plain, match.start()):
            continue
        if gap is None:
            if is_amount(plain, match.end()):
                continue
        else:
            shape = "-".join(str(len(group)) for group in written.split(gap))
            if "-" in gap and shape in _SHAPES:
                yield match.span()
                continue
            if "-" not in gap and shape not in _SHAPES | _SHARED_SHAPES:
                continue
        if label == "account" or _is_beside_bank(plain, match):
            yield match.span()


def _is_beside_bank(plain: str, match: re.Match[str]) -> bool:
    rest = behind(plain, match.end())
    return (
        label_behind(plain, match.end()) == "account"
        or BANK_BEFORE.search(before(plain, match.start())) is not None
        or _BANK_BEHIND.match(rest) is not None
        or _SENT_THERE.match(rest) is not None
    )
