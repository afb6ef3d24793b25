"""Brings the ways in which people type a hard word back to one spelling. Knows nothing of what the words mean.

Filters and shame make people hide these words: zero-width characters, symbols and spaces between syllables, loose
jamo, initials only, the soft spelling of chats ("쥭고시퍼") and dialect ("죽고잡다"). The tables of signs know one each.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from chatbot.korean import fold
from chatbot.safety.crisis_signs.words import compiled

_Put: TypeAlias = "str | Callable[[re.Match[str]], str]"
_Step: TypeAlias = "tuple[Callable[[_Put, str], str], _Put]"

CUT = "■"
"""Stands where a harmless phrase was taken out of a text."""

_INVISIBLE = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff\u0300-\u036f]"
)
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_LAUGHTER = "ㅋㅎ"
_TYPED_JAMO = f"([{_INITIALS}])([{_VOWELS}])(?:([{_FINALS}])(?![{_VOWELS}]))?"
_SPREAD_JAMO = "(?<=[ㄱ-ㅎㅏ-ㅣ]) (?=[ㄱ-ㅎㅏ-ㅣ])"
_SYMBOLS = r"[^\w\s.!?,~]|_"
_REPEATED = r"(.{1,4}?)\1{2,}"
# Syllables typed one by one: "죽 고 싶 다", "자.살.하.고"; three at least, as words of one syllable are common.
_APART = "(?<![가-힣])[가-힣](?:[ .,~]{1,2}[가-힣](?![가-힣])){2,}"
_BETWEEN = f"[^가-힣a-z0-9{CUT}]"

# In the notation of the tables.
_SPELLINGS: tuple[tuple[str, str], ...] = (
    # typos and shortcuts of all words
    ("몬(?= [살죽버견참해하])", "못"),
    ("[겟겄](?=[다어네지는습음소])", "겠"),
    ("잇(?=[어다는네음지고습])", "있"),
    ("(?<![부수취작])업(?=[다는네음]|어[지져졌요서도]?)", "없"),
    ("앗(?=[어다는네음지고습])", "았"),
    ("놧", "놨"),
    ("됫|됬", "됐"),
    ("조[켔켓]|좋겟", "좋겠"),
    ("(?<=[었았졌났깼떴왔갔났였췄멎])음 (?=좋)", "으면 "),
    ("구(?= (?:싶|시[퍼프포]|십))", "고"),
    ("(?<=[지리내나끊]고)(?:파|픔|프)", " 싶"),
    ("(?<=[을할릴갈낼맬])꺼", "거"),
    # the words that are looked for
    ("[쥭듁쥮쥵]", "죽"),
    ("주(?:우*욱(?= 고)|ㄱ(?![ㄱ-ㅎ]))", "죽"),
    ("(?:주꼬|쥬고|주거|죽으고|죽[0-9]고|(?<![ㄱ-ㅎ])ㅈ고)(?= [싶시십])", "죽고"),
    ("읎", "없"),
    ("죽고 잪", "죽고 싶"),
    ("(?<=살기) ㅅ[ㄹㅇ]+", " 싫"),
    ("(?<![가-힣])자[0-9.,~]해(?=[했하를함]|$)", "자해"),
    ("^뒤져(?=야)", "죽어"),
    ("^뒤지(?=자)", "죽"),
    ("(?:^|걍|그냥) 뒤질(?=게)", "나 죽을"),
    ("(?<![가-힣])ㅈr살", "자살"),
    ("죽 (?:go|9)(?= 싶)", "죽고"),
    ("(?<![가-힣])(?:쟈해|좌해|ㅈ해)", "자해"),
    ("(?:즉|쭉|줃|쥬그|주끄) 고 (?=싶|시[퍼프포]|십|씹)", "죽고 "),
    ("ㅈㄱ고? (?=싶|시[퍼프포]|십)", "죽고 "),
    ("ㅈㄱㅅ[ㅍㅇㄷ]+", "죽고 싶"),
    ("[뒤디뒈]지[고구](?= (?:싶|시[퍼프포]|십|씹|잡))", "죽고"),
    ("죽[고구꼬]오*(?= (?:싶|시[퍼프포푸펑픈플]|십|씹|파|프|픈|접|잡(?![았을는아])))", "죽고"),
    ("(?<=[고구]) (?:시[퍼프포푸펑픈플]|십(?=[다따어네은음당습])|씹(?=[다네]))", " 싶"),
    ("(?<=죽고) (?:파|프|픈|접|잡)", " 싶"),
    ("[뒤디뒈]져 (?:불|뿌|삐)(?:리)?", "죽어버리"),
    ("[뒤디뒈]져(?= 버[리릴렸])", "죽어"),
    ("[뒤디뒈]질(?=까|란다| 준비)", "죽을"),
    ("[뒤디뒈]지 (?:뿌|삐|불)(?:리)?", "죽어버리"),
    ("(?<![을를])[뒤디뒈]졌(?=으면)", "죽었"),
    ("(?:나가|콱|확|그냥|걍|빨리|난|나는|내가) [뒤디뒈]져(?=야|도|버)", "나 죽어"),
    ("살기 [넘존개졸]나? 싫", "살기 싫"),
    ("[뒤디뒈]지는(?= [게거것]…(?:낫|나을|나아))", "죽는"),
    ("[주쥬]거(?= 버[리릴렸])", "죽어"),
    ("[주쥬]글(?=까|래|꺼|거|게)", "죽을"),
    ("(?<=죽을)꺼", "거"),
    ("죽어 (?:뿌|삐|불|뿔|빌)(?:리|릴)?", "죽어버리"),
    ("(?<=살기) (?:시[러로룸렁룬름르]|시이*잃|실[타어코음]|슬[타프])", " 싫"),
    ("(?<=싶지) (?:안[아타코네]|아[나내])", " 않아"),
    ("(?<![가-힣])(?:쟈[살샬쌀]|자[샬쌀]|좌살|자[0-9.,~]살|ㅈ살|자ㅅ(?![ㄱ-ㅎ]))", "자살"),
    ("(?<![가-힣ㄱ-ㅎ])ㅈㅅ(?= (?:하고 싶|하려|하러|시도|충동|생각|마려|마렵|각))", "자살"),
    ("(?<![가-힣ㄱ-ㅎ])ㅈㅎ(?= (?:하고|[했햇]|해|할|함|자국|흉터|충동))", "자해"),
    ("(?<=[그먹죽])엇", "었"),
    ("썻", "썼"),
    ("햇(?=[어다는음네고지])", "했"),
)


@cache
def _jamo_steps() -> tuple[_Step, ...]:
    """Jamo before folding, which would put initial and vowel together and leave the final consonant behind."""
    steps = ((_INVISIBLE, ""), (_SPREAD_JAMO, ""), (_TYPED_JAMO, _syllable))
    return tuple((re.compile(pattern).sub, put) for pattern, put in steps)


@cache
def _spelling_steps() -> tuple[_Step, ...]:
    steps = ((r"\s+", " "), (_SYMBOLS, ""), (_REPEATED, r"\1\1"), (_APART, _together))
    known = tuple((compiled(typo).sub, spelling) for typo, spelling in _SPELLINGS)
    return (*((re.compile(pattern).sub, put) for pattern, put in steps), *known)


def plain(text: str) -> str:
    """Return ``text`` in one spelling: composed, lower case, one space, no symbols, nothing repeated, known typos."""
    for substitute, put in _jamo_steps():
        text = substitute(put, text)
    text = fold(text).lower()
    for substitute, put in _spelling_steps():
        text = substitute(put, text)
    return text


def bare(text: str) -> str:
    """Return a plain text without spaces, marks and loose jamo: what is left of "죽.고ㅠㅠ 싶 다"."""
    return re.sub(_BETWEEN, "", text)


def _together(apart: re.Match[str]) -> str:
    return re.sub("[ .,~]", "", apart[0])


def _syllable(typed: re.Match[str]) -> str:
    """Return the syllable that jamo typed one by one make ("ㅈㅜㄱ"); laughter behind it stays what it is."""
    initial, vowel, final = typed.groups(default="")
    behind = final if final and final in _LAUGHTER else ""
    end = _FINALS.index(final) + 1 if final and not behind else 0
    return chr(0xAC00 + (_INITIALS.index(initial) * 21 + _VOWELS.index(vowel)) * 28 + end) + behind
