"""Finds and masks personal data in Korean text: numbers that name a person, and e-mail addresses.

Knows shapes, dates, check digits and the words close by; not whether a number is in use. Street addresses, vehicle
plates, names, and a card's expiry date and security code are out of scope, and so is every number below 7 digits.
Companies' lines (1588-1234, 080) and short help lines (109, 1388) are nobody's and are never found.

No library does this: ``phonenumbers`` 9.0 takes 43 ms to import, finds companies' lines as well and none of the numbers
that are said in words or typed with ㅡ; presidio needs spaCy and a language model. So the rules are our own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from chatbot.safety.spans import WALL, Spans, walled


class PersonalData(StrEnum):
    """A kind of personal data; the value is what a mask says."""

    RESIDENT_NUMBER = "주민등록번호"
    PHONE = "전화번호"
    CARD = "카드번호"
    ACCOUNT = "계좌번호"
    EMAIL = "이메일"
    PASSPORT = "여권번호"
    LICENCE = "면허번호"


@dataclass(frozen=True, slots=True)
class Found:
    """Where personal data stands: ``text[start:end]``, in characters of the text as it was given."""

    kind: PersonalData
    start: int
    end: int


def personal_data_in(text: str) -> list[Found]:
    """Return all personal data in ``text``, in order and not overlapping. Takes time in proportion to the length."""
    if not _WORTH_A_LOOK.search(text):
        return []
    plain, places = _plain(text)
    found: list[Found] = []
    for kind, rule in _rules():
        spans = list(rule(plain))
        found += (Found(kind, *_original(span, places, len(text))) for span in spans)
        plain = walled(plain, spans)
    return sorted(found, key=lambda one: one.start)


def mask(text: str) -> str:
    """Return ``text`` with its personal data replaced by "[전화번호]" and the like; masked text comes back unchanged."""
    # A mask is a wall that no rule looks across, so a second round finds something once in 100,000 wild texts.
    while found := personal_data_in(text):
        parts: list[str] = []
        done = 0
        for one in found:
            parts += (text[done : one.start], f"[{one.kind}]")
            done = one.end
        text = "".join(parts) + text[done:]
    return text


@cache
def _rules() -> tuple[tuple[PersonalData, Callable[[str], Spans]], ...]:
    """Return a rule for each kind, the surest first: what one has found is a wall to the next."""
    # Imported late: their patterns take some 20 ms to compile.
    from chatbot.safety.email_addresses import email_addresses
    from chatbot.safety.identity_numbers import licence_numbers, passport_numbers, resident_numbers
    from chatbot.safety.money_numbers import account_numbers, card_numbers
    from chatbot.safety.phone_numbers import phone_numbers

    return (
        (PersonalData.EMAIL, email_addresses),
        (PersonalData.RESIDENT_NUMBER, resident_numbers),
        (PersonalData.CARD, card_numbers),
        (PersonalData.LICENCE, licence_numbers),
        (PersonalData.PHONE, phone_numbers),
        (PersonalData.ACCOUNT, account_numbers),
        (PersonalData.PASSPORT, passport_numbers),
    )


_WORTH_A_LOOK = re.compile(
    r"[0-9@＠０-９𝟎-𝟿⓪①-⑨]|[공영][\s.-]?일[\s.-]?[공영]|골뱅이|앳|[(\[{<] ?(?:at|앳)|\bat\b", re.IGNORECASE
)
_MASKS = re.compile("|".join(re.escape(f"[{kind}]") for kind in PersonalData))
_UNSEEN = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\u20e3\ufeff]")
_ONE_WAY = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # fullwidth forms of ASCII
    **{0x1D7CE + number: ord("0") + number % 10 for number in range(50)},  # mathematical digits
    **{0x2460 + number: ord("1") + number for number in range(9)},  # circled digits
    0x24EA: ord("0"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣ー－·・‧∙•ㅡ⁃"), ord("-")),
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), ord(" ")),
}


def _plain(text: str) -> tuple[str, list[int] | None]:
    """Return ``text`` as the rules read it: a character for each that is seen, in one way of writing, walls for masks.

    Where unseen characters were left out, the second value is the place in ``text`` of each that was kept.
    """
    text = _MASKS.sub(lambda masked: WALL * len(masked[0]), text)
    if text.isascii():
        return text, None
    if not (unseen := [match.start() for match in _UNSEEN.finditer(text)]):
        return text.translate(_ONE_WAY), None
    places = [place for left, right in pairwise([-1, *unseen, len(text)]) for place in range(left + 1, right)]
    return _UNSEEN.sub("", text).translate(_ONE_WAY), places


def _original(span: tuple[int, int], places: list[int] | None, length: int) -> tuple[int, int]:
    """Return where a span of the plain text stands in the text itself, unseen characters right behind it included."""
    start, end = span
    return span if places is None else (places[start], places[end] if end < len(places) else length)
