"""Understands what people say to a question of the bot's in 스무고개: 네, 아니요, 가끔, 몰라. Knows no questions."""

import re

from chatbot.builtin.twenty_questions.guessing import Reply

_PATTERNS = (
    # 모르겠어 before 그렇지 않아 before 그래, and so on: the longer words first
    (Reply.UNKNOWN, r"(?:잘 ?)?(?:모르|몰라|몰루|모름|ㅁㄹ)|글쎄|상관 ?없|패스|pass|노코멘트"),
    (
        Reply.PARTLY,
        r"가끔|때때로|때에? ?따라|경우에? ?따라|종류에? ?따라|반반|애매|부분적|그럴 (?:때|수)도|다양|약간|조금|어느 ?정도|"
        r"둘 ?다|그럴걸|아마|비슷",
    ),
    (
        Reply.NO,
        r"아니|아뇨|아녀|아님|안 |없|못 |ㄴㄴ*(?![가-힣])|노노*(?![가-힣])|그렇지 않|그렇진 않|전혀|별로|땡|절대|no\b|n\b|x\b",
    ),
    (
        Reply.YES,
        r"네+(?![가-힣])|네요|넵|넹|예(?![가-힣])|예스|응+|웅+|어+(?![가-힣])|ㅇㅇ*(?![가-힣])|"
        r"그래|그렇|그럼|맞|있|당연|물론|yes|y\b|ok|o\b|오케이|딩동댕|빙고",
    ),
)
_COMPILED = tuple(
    (reply, re.compile(f"(?:음+|흠+|그게|그건|아)?[ ,.]*(?:{words}).{{0,14}}", re.IGNORECASE))
    for reply, words in _PATTERNS
)


def reply_in(text: str) -> Reply | None:
    """Return what a message says to a question; None for what says nothing to it."""
    text = text.strip()
    return next((reply for reply, pattern in _COMPILED if pattern.fullmatch(text)), None)
