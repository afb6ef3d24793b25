"""Tells whether a message asks to play a game: "가위바위보 하자", "스무고개 한 판 할래?". Knows no rules of any game."""

import re
from functools import lru_cache

_BEFORE = (
    r"(?:(?:우리|나랑|나하고|너랑|같이|그럼|그러면|이제|또|다시|한번|한 번|한판|한 판|오랜만에|심심한데|심심해|심심하다|자|야|"
    r"아니면|그냥|재밌는|재미있는|좋아|오케이|이번엔|이번에는|저랑|저희)[ ,.!~]*)*"
)
_BETWEEN = r"(?: ?(?:게임|놀이|한 ?판만?|한 ?번만?|한번|좀|이나|나|도|을|를|더|다시|또|같이|하나|문제))*"
_WISH = (
    r"(?: ?(?:하자|할래|할까|해 ?보자|해볼래|해볼까|해 ?줘|하고 ?싶어|하고 ?싶다|하실래요|해요|합시다|하죠|할 ?사람|"
    r"고고?|ㄱㄱ|시작|시작해|시작하자|시작해줘|시작할게|시작해볼까|놀자|놀래|내 ?줘|내 ?봐|"
    r"내 ?주세요|어때|콜|줘|주세요|부탁해|ㄱ|하쟈|하장|할랭|"
    r"할 ?거야|가능해|가능|돼|할 ?수 ?있어|해 ?주세요|해 ?줄래|알아))?(?:요)?"
)
_END = r"[ ?!.~ㅋㅎㅠㅜ^]*"


@lru_cache(maxsize=32)
def _invitation(game: str) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}(?:{game}){_BETWEEN}{_WISH}{_END}")


def invites(text: str, game: str) -> bool:
    """Tell whether a message asks for a game and says nothing else; ``game`` is a regular expression of its names."""
    return len(text) <= 60 and _invitation(game).fullmatch(text) is not None
