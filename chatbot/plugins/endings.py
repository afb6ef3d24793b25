"""What people put behind an answer to a question: "세 잔이요", "라떼로 할게요", "내일!". Knows nothing of the questions."""

import re
from collections.abc import Iterator

_MARKS = " \t\r\n.,!?~…。！？ㅋㅎㅠㅜ^"
_REQUEST = re.compile(
    r"\s*(?:(?:으?로|을|를)?\s*(?:할게|할래|하자|하고 싶어|갈게|해 ?줘|해 ?주세요|줘|주세요|부탁해|부탁드려|부탁드립니다)요?)$"
)
_LONGEST = 100
_PARTICLES = (
    "이요",
    "요",
    "이에요",
    "예요",
    "에요",
    "입니다",
    "이야",
    "야",
    "으로",
    "로",
    "으로요",
    "로요",
    "을",
    "를",
)


def stems(text: str) -> Iterator[str]:
    """Yield what an answer may be without its ending, first the text itself, stripped. A long text has none."""
    text = text.strip()
    yield text
    if len(text) > _LONGEST:
        return
    bare = text.rstrip(_MARKS)
    if bare and bare != text:
        yield bare
    asked = _REQUEST.sub("", bare)
    if asked and asked != bare:
        yield asked
        return
    for particle in _PARTICLES:
        if bare.endswith(particle) and len(bare) > len(particle):
            yield bare[: -len(particle)].rstrip()
