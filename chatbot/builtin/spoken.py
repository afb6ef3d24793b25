"""What people say to the bot, less what only addresses it or ties a quotation to its verb. Knows nothing of meanings."""

import re
import unicodedata
from functools import lru_cache

from chatbot import korean

_NOT_CALLED = re.compile(r"(?:은|는|이|가|도|난|나|넌|너|전|저|이름|별명)$")
"""What stands before a name that is told ("내 이름은 단비야"), not called ("고마워 단비야")."""
_IN_I = re.compile(
    r"(?:고양|호랑|원숭|어린|젊은|늙은|멍멍|야옹|꿀꿀|똘똘|똑순|길|높|깊|넓|종|[가-힣]*[둥쟁돌놀맞먹볶걸잡])이"
)
"""Words that end in 이 of their own, and are no name with the 이 that names take."""

_MENTION = re.compile(r"^@\S+[ ,]+")
_QUOTED = re.compile(r"[\"'“‘「『`](.+)[\"'”’」』`]이?")


def uncalled(text: str, name: str) -> str:
    """Return a message, its blanks single, without the bot's name where it only calls: "단비야, 뭐 해?" is "뭐 해?"."""
    said = _MENTION.sub("", " ".join(unicodedata.normalize("NFC", text).split()))
    if name not in said:
        return said
    beginning, end = _calls(name)
    rest = beginning.sub("", said, count=1)
    if (call := end.search(rest)) is not None and not _NOT_CALLED.search(rest[: call.start()].rstrip()):
        rest = rest[: call.start()] + rest[call.end() :]
    return rest.strip()


def unquoted(words: str) -> str:
    """Return what somebody put before 라고, without the 이 of 이라고 or quotation marks: "지은이" is "지은"."""
    words = words.strip()
    if (quoted := _QUOTED.fullmatch(words)) is not None:
        return quoted[1].strip()
    stem = words[:-1]
    is_linked = words.endswith("이") and stem and (korean.ends_in_consonant(stem) or not "가" <= stem[-1] <= "힣")
    return stem if is_linked and not _IN_I.fullmatch(words) else words


@lru_cache(maxsize=16)
def _calls(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    word = re.escape(unicodedata.normalize("NFC", name))
    beginning = rf"^(?:(?:야|어이|저기|헤이)[ ,!~]+)?@?{word}(?:(?:이?야|아| ?님| ?씨)?[ ,.!~…:]+|야(?=[가-힣]))"
    return re.compile(beginning), re.compile(rf"[ ,.!?~]+{word}(?:이?야|아| ?님)(?=[.!?~ㅋㅎㅠ]*$)")


_EITHER = ("입니다", "인데요", "인데", "이라고 합니다", "임")
_BEHIND_CONSONANT = ("이에요", "이예요", "이야", "이다", "이고", "이거든요", "이거든")
_BEHIND_VOWEL = ("예요", "에요", "야", "다", "고", "거든요", "거든")


def without_copula(words: str) -> str:
    """Return a noun without the copula behind it: "지은이야" is "지은", "초코예요" is "초코"; empty without one."""
    for ending in _EITHER:
        if (stem := words.removesuffix(ending)) not in (words, ""):
            return stem.rstrip()
    for ending in _BEHIND_CONSONANT:
        stem = words.removesuffix(ending)
        if stem not in (words, "") and (korean.ends_in_consonant(stem) or not "가" <= stem[-1] <= "힣"):
            return f"{stem}이" if _IN_I.fullmatch(f"{stem}이") else stem
    for ending in _BEHIND_VOWEL:
        stem = words.removesuffix(ending)
        if stem not in (words, "") and not korean.ends_in_consonant(stem):
            return stem.rstrip()
    return ""
