"""Hears in a message what people tell about themselves. Precise rather than complete: what is not surely told is not heard.

Clauses are matched whole, and have to begin with oneself (나, 제, 우리 ...): questions, wishes, the past, what others are
or say, and figures of speech ("나 이제 못 살아") do not fit. Knows nothing of consent or storage.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from chatbot.builtin.memory.facts import Fact, Kind, Told
from chatbot.builtin.memory.rules import CORRECTED, RULES
from chatbot.builtin.memory.sensitive import is_sensitive
from chatbot.builtin.names import is_name
from chatbot.builtin.patterns import any_of, compiled
from chatbot.builtin.spoken import unquoted, without_copula

LONGEST_READ = 500
"""Characters of a message that are read."""
LONGEST_VALUE = 30
_LONGEST_CLAUSE = 60
_CLAUSE = re.compile(r"([^.!?~,…;\n]+)([.!?~,…;\n ]*)")
_LINKS = re.compile(
    r"(?<=는데|은데|인데|거든|지만|라서|어서|아서|니까) +"
    r"|(?<=고)(?<![라다냐자말]고)(?<!아니고) +(?!있|싶|나서|말|가|오|다녀|다니)"
)
_LAUGHTER = re.compile(r"[\s^ㅋㅎㅠㅜㅇ♡♥]+$")
_ASIDES = any_of(
    "사실은? 실은 참 아 아참 음 어 그리고 근데 있잖아 있지 저기 응 네 넵 아니 아니야 맞아 안녕 안녕하세요 그럼 참고로 그래서 일단"
)
_OF_ONESELF = re.compile(r"(?:나|난|저|전|내|제|우리)")
_CONTRAST = re.compile(r"아니고|아니라|말고")
_LEAD = re.compile(rf"^(?:{_ASIDES} )*")


def facts_in(text: str) -> list[Told]:
    """Return what a message tells about the one who wrote it, in order; reads its first 500 characters."""
    told: list[Told] = []
    for clause in _clauses(text[:LONGEST_READ]):
        if not is_sensitive(clause) and (found := _read(clause)) is not None:
            told.append(found)
    return told


def _clauses(text: str) -> Iterator[str]:
    """Yield what is stated, clause by clause."""
    for match in _CLAUSE.finditer(text):
        if "?" in match[2]:
            continue
        for part in _LINKS.split(" ".join(match[1].split())):
            clause = _LEAD.sub("", _LAUGHTER.sub("", part)).strip()
            if 0 < len(clause) <= _LONGEST_CLAUSE:
                yield clause


def _read(clause: str) -> Told | None:
    """Return what a clause tells."""
    if not _OF_ONESELF.match(clause) and not _CONTRAST.search(clause):
        return None
    if (match := compiled(CORRECTED).fullmatch(clause)) is not None:
        old = unquoted(match["old"])
        old = old[:-1] if old.endswith("가") and is_name(old[:-1]) else old
        if not match["head"]:
            new = without_copula(match["new"])
            return Told(Fact(Kind.NAME, new), instead_of=old) if is_name(old) and is_name(new) else None
        found = _stated(match["head"] + match["new"])
        return None if found is None else replace(found, instead_of=old)
    return _stated(clause)


def _stated(clause: str) -> Told | None:
    for rule in RULES:
        if (match := compiled(rule.pattern).fullmatch(clause)) is not None:
            fact = rule.make(match)
            if fact is not None and 0 < len(fact.value) <= LONGEST_VALUE:
                return Told(fact, rule.denied)
    return None
