"""When the bot speaks: always to one person; in a group when it is meant, or now and then if the room wants that.

Pure decisions. Knows nothing of storage or of what is said then.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, time
from functools import lru_cache

from chatbot.config import GroupSettings
from chatbot.messages import Incoming, RoomKind

_HONORIFICS = "님|씨|쌤|선생님|언니|오빠|누나|형"
_HAILS = "야|어이|저기|저기요|헤이|하이|안녕|hey|hi|hello"
_JOSA = "이|가|은|는|을|를|의|도|만|과|와|랑|이랑|한테|에게|께|께서|네"
_BREAK = r"[\s,.!?~…^;:@。、，．！？ㄱ-ㅣ♡♥\u2600-\u27bf\U0001f000-\U0001faff]"
"""What ends a call; not quotation marks: "'단비'는 좋은 말이야" speaks of the word."""


def is_meant(message: Incoming, names: Sequence[str], settings: GroupSettings) -> bool:
    """Tell whether a message is for the bot: said in private, a mention, a reply to it, or a call by name."""
    if message.room_kind is RoomKind.PRIVATE or message.mentions_bot or message.replies_to_bot:
        return True
    return settings.call_by_name and calls(message.text, names)


def calls(text: str, names: Sequence[str]) -> bool:
    """Tell whether ``text`` calls one of the names: at its beginning or end, alone or with 야, 아, 님 and the like.

    "단비야 뭐 해?", "뭐 해 단비야", "야 단비", "단비, 안녕", "단비님!" and "@단비" anywhere do; "단비가 내린다" speaks of
    rain. At the end the name alone is no call ("오늘은 단비"), unless a comma or the like stands before it.
    """
    pattern = _call(tuple(names))
    return pattern is not None and pattern.search(unicodedata.normalize("NFC", text)) is not None


def joins_in(settings: GroupSettings, now: datetime, seconds_since: float | None, chance: float) -> bool:
    """Tell whether the bot says something where it was not asked.

    Args:
        now: the time in the bot's time zone.
        seconds_since: how long ago it last did so here; ``None`` if it never did.
        chance: a random number from 0 to 1.
    """
    if chance >= settings.reply_rate or is_quiet(settings, now.time()):
        return False
    return seconds_since is None or seconds_since >= settings.cool_down


def is_quiet(settings: GroupSettings, now: time) -> bool:
    """Tell whether ``now`` lies in the quiet hours, which may run past midnight; from an hour to itself is all day."""
    if settings.quiet_hours is None:
        return False
    begin, end = map(_clock, settings.quiet_hours.split("-"))
    return begin <= now < end if begin < end else now >= begin or now < end


def _clock(written: str) -> time:
    hour, minute = written.split(":")
    return time(int(hour), int(minute))


@lru_cache(maxsize=16)
def _call(names: tuple[str, ...]) -> re.Pattern[str] | None:
    spelled = [re.escape(unicodedata.normalize("NFC", name)) for name in names if name]
    if not spelled:
        return None
    name = f"(?:{'|'.join(sorted(spelled, key=len, reverse=True))})"
    calling = rf"(?:이?야|아|\s?(?:{_HONORIFICS})[아야]?)"
    spoken_of = rf"\s?(?:{_HONORIFICS})(?:{_JOSA})(?:{_BREAK}|$)"  # "단비 씨가 그랬어"
    after = rf"(?:{calling}(?:{_BREAK}|$)|(?!{spoken_of})(?:{_BREAK}|$)|야(?!말로)[가-힣])"  # the last: "단비야뭐해"
    at_the_beginning = rf"^\W*(?:(?:{_HAILS}){_BREAK}+)?{name}{after}"
    at_the_end = rf"(?:(?:^|[\s,.!?~]){name}{calling}|[,.!?~]\s*{name}){_BREAK}*$"
    by_sign = rf"(?<!\w)@{name}{after}"
    return re.compile(f"{at_the_beginning}|{at_the_end}|{by_sign}", re.IGNORECASE)
