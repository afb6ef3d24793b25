"""Text between people, bot and terminal: what may be shown, and what means leaving."""

import unicodedata

LEAVE = "/끝"
_TAB = "    "
_KEPT_CONTROLS = {"\n", "\t"}
_DROPPED: dict[int, str] = {code: "" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _KEPT_CONTROLS}
_SURROGATES: dict[int, str] = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
_CLEANED = _DROPPED | _SURROGATES


def clean(text: str) -> str:
    """Return ``text`` without C0 and C1 control characters (but tab and newline), and with lone surrogates replaced."""
    return text.translate(_CLEANED)


def expand_tabs(text: str) -> str:
    """Return ``text`` with spaces for tabs, whose width on a screen depends on where they stand."""
    return text.replace("\t", _TAB)


def in_one_line(text: str) -> str:
    """Return ``text`` with its line breaks (every kind that some reader splits at) as spaces."""
    return " ".join(part.strip() for part in text.splitlines() if part.strip())


def is_leaving(text: str) -> bool:
    """Return whether the person asks to leave; macOS hands out Korean decomposed, hence the normalisation."""
    return unicodedata.normalize("NFC", text.strip()) == LEAVE
