"""Finds e-mail addresses, also those written for people only: "hong (at) naver.com", "hong골뱅이네이버닷컴"."""

import re

from chatbot.safety.spans import Spans

_AT = re.compile(r"@ ?|[(\[{<] ?(?:[aA][tT]|앳|골뱅이) ?[)\]}>] ?|(?:골뱅이|앳) ?|(?P<word>[aA][tT] )")
_DOT = r"(?:\.| \. |,(?=com|net|kr|co\.)| ?[(\[]dot[)\]] ?| dot | ?[닷점쩜] ?)"
_DOMAIN = re.compile(
    rf"(?:[A-Za-z0-9-]{{1,63}}{_DOT}){{1,8}}(?P<top>[A-Za-z]{{2,24}}|컴|넷)"
    rf"|(?:네이버|지메일|구글|다음|한메일|카카오|네이트|핫메일|아웃룩|야후)(?:{_DOT}| )(?:컴|넷|[A-Za-z]{{2,3}})",
    re.IGNORECASE,
)
_PROVIDER = re.compile(
    "네이버|지메일|한메일|네이트|핫메일|(?:naver|gmail|daum|hanmail|kakao|nate|hotmail|outlook|icloud)(?![A-Za-z])",
    re.IGNORECASE,
)
"""Enough without 닷컴. 다음 and 구글 are not: "골뱅이 다음에 먹자" is about whelks."""
_FILES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "js", "json", "txt"})
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")
_LONGEST_NAME = 64
"""Characters before the @. Source: RFC 5321, 4.5.3.1.1."""


def email_addresses(plain: str) -> Spans:
    """Yield the addresses' places, looked for from each @ outwards; names are of ASCII characters only."""
    done = 0
    for at in _AT.finditer(plain):
        stop = at.start() - plain.endswith(" ", done, at.start())
        if stop == done or plain[stop - 1] not in _NAME:
            continue
        domain = _DOMAIN.match(plain, at.end()) or _PROVIDER.match(plain, at.end())
        if not domain:
            continue
        start = stop
        while start > max(done, stop - _LONGEST_NAME - 1) and plain[start - 1] in _NAME:
            start -= 1
        if _is_address(plain[start:stop], at, domain, spaced=stop < at.start()):
            done = domain.end()
            yield start, done


def _is_address(name: str, at: re.Match[str], domain: re.Match[str], *, spaced: bool) -> bool:
    """Tell whether the domain is enough, for what stands for the @, to make an address of it."""
    if not 1 <= len(name) <= _LONGEST_NAME or name[0] == "." or name == "git":
        return False
    whole = domain.re is _DOMAIN
    if whole and (domain["top"] or "").lower() in _FILES:
        return False
    if at[0] == "@" and not spaced and whole:
        return True
    if len(name) < 3:
        return False
    if at["word"]:  # "look at naver.com" is no address
        return spaced and whole and (" dot " in domain[0] or re.search(r"[0-9._]", name) is not None)
    return whole or not (spaced and at[0] == "@ ")
