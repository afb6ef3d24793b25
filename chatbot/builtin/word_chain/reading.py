"""What a message says in the game: a word, a wish, or nothing that is meant for it. Decides by form; knows no words."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from chatbot.builtin.patterns import words
from chatbot.builtin.word_chain.rules import is_hangul

LONGEST = 8
"""Syllables; what is longer is a sentence."""


class Wish(Enum):
    """What somebody may want besides saying a word."""

    HINT = auto()
    GIVE_UP = auto()
    GO_FIRST = auto()
    REMIND = auto()
    JOIN = auto()
    START = auto()
    LEAVE = auto()


@dataclass(frozen=True, slots=True)
class Said:
    """What a message may say.

    Attributes:
        candidates: the word, as it stands first, then without what may be an ending: 사과요, 사과.
        is_sure: whether nothing around it makes it anything but a word: a question mark, more words.
        ends_like_talk: whether it ends as sentences do: 배고파, but also 가스레인지요.
    """

    candidates: tuple[str, ...]
    is_sure: bool
    ends_like_talk: bool = False


_END = r"[\s?!.~ㅋㅎㅠㅜ^…]*"
_I = r"(?:(?:나|난|나는|저|전|저는|내가|제가) ?)?"
_WILL = r"(?: ?(?:할래|할게|할까|해|하자|합니다|해도 ?돼|하고 ?싶어))?(?:요)?"
_WISHES = {
    Wish.HINT: (
        r"(?:힌트|hint)(?: ?(?:좀|하나|하나만|줘|주세요|주라|줄래|쓸래|쓸게|부탁해|부탁드려))*(?:요)?",
        r"(?:도와|살려) ?(?:줘|주세요)(?:요)?",
    ),
    Wish.GIVE_UP: (
        rf"{_I}(?:포기|항복|기권){_WILL}",
        rf"{_I}(?:졌다|졌어|졌네|졌습니다|진 ?것 ?같아)(?:요)?",
        r"(?:(?:잘|도저히|진짜|정말|아|음|난|전) ?)*(?:모르겠(?:어|다|네|음|습니다)|몰라)(?:요)?",
        r"(?:(?:더는|더|도저히|이제) ?)*(?:못 ?하겠(?:어|다|네)|생각 ?안 ?나|안 ?떠올라)(?:요)?",
        r"(?:더는|더|이제) ?(?:없어|없다|없네)(?:요)?",
    ),
    Wish.GO_FIRST: (
        rf"(?:내가|제가|나|저|나부터|저부터) ?먼저(?: ?시작)?{_WILL}",
        rf"(?:나|저)부터{_WILL}",
    ),
    Wish.REMIND: (
        r"(?:(?:아까|우리|마지막|방금|끝말잇기|단어|말|글자|네|니|너) ?)*"
        r"(?:뭐였지|뭐였더라|뭐라고 ?했지|어디까지 ?했지|무슨 ?글자(?:였지|야)?)(?:요)?",
        r"(?:(?:끝말잇기|다시|이제|그럼|자) ?)*(?:계속|이어서|마저) ?(?:하자|할까|해|할래|해 ?보자|합시다)(?:요)?",
    ),
    Wish.JOIN: (
        rf"(?:나도|저도|나두|저두|손|(?:(?:나도|저도) )?(?:참가|참여)){_WILL}",
        r"(?:나도|저도) ?(?:낄래|끼워 ?줘|끼워 ?주세요)(?:요)?",
    ),
    Wish.START: (
        r"(?:(?:이제|그럼|자) )?(?:시작|고고?|ㄱㄱ|출발)(?: ?(?:하자|해|할까|해 ?줘|해 ?주세요|합시다))?(?:요)?",
    ),
    Wish.LEAVE: (rf"{_I}(?:이제 )?(?:빠질래|빠질게|나갈래|나갈게|빠진다|그만둘래|그만둘게)(?:요)?",),
}
_WISHED = {wish: re.compile(f"(?:{'|'.join(said)}){_END}") for wish, said in _WISHES.items()}
_NOISE = re.compile(r"[ㄱ-ㅎㅏ-ㅣ^~!.,…·:;*\"'“”‘’「」()\[\]<>/♡♥-]+|[\U0001F000-\U0001FAFF☀-➿\uFE0F\u200d]+")
_LEAD = re.compile(
    r"^(?:(?:음+|어+|아+|오+|흠+|으음|그럼|그러면|그렇다면|자|좋아|좋아요|여기|네|응|받아라|(?:내 ?|제 ?)?(?:정?답|단어)은|"
    r"나는|난|저는|전|이번엔|이번에는|그다음은|다음은)\s+)+"
)
_TRAIL = re.compile(
    r"(?:\s+(?:(?:할게|할래|갈게|낼게|맞지|되지|있지|어때)요?|간다|이?라고|할까|요|로|으로|받아라|맞죠|되나|돼|있다))+$"
)
_ENDINGS = (
    *(
        "이었습니다",
        "입니다만",
        "입니다",
        "이라고",
        "이에요",
        "예요",
        "에요",
        "이예요",
        "이지롱",
        "지롱",
        "이거든",
        "이요",
    ),
    *("인가", "이다", "이야", "이지", "임", "요", "용", "야", "다", "지", "로", "염", "라고", "함", "인데"),
)
_TALK = re.compile(
    r"(?:니[다까]|[았었겠했갔왔됐였][어다네지음]|[어아해예에세네군지가나래까]요|죠|까|자고|[는은인]데|거든|잖아|구나|거야|[할갈볼올줄낼칠]래|"
    r"[싶같][어아다]|하자|할게|줘|해라|하네|[한된간온]다|웃겨|웃기네|고파|졸려|싫어|좋아|재밌[어다]|어려워|쉽네)$"
)
"""How sentences end; words that end so are taken for the game only where they are just the word that is wanted."""
_CHATTER = words(
    """
    안녕 안뇽 하이 잠깐 잠깐만 잠시 잠시만 대박 진짜 정말 아니 고마워 감사 미안 글쎄 와우 우와 오오 헐 뭐 왜 응 네 넵 예 그래 맞아
    아하 오케이 최고 인정 아싸 앗싸 축하 역시 그치 당연 물론 설마 파이팅 화이팅 아이고 어머 세상에 다시 이제 계속 아까 뭐야 누구
    어디 언제 그냥 일단 제발
    """
)


def wish_in(text: str) -> Wish | None:
    """Return what a message wants, where it says nothing else."""
    said = " ".join(unicodedata.normalize("NFC", text).split())
    if len(said) > 30:
        return None
    return next((wish for wish, pattern in _WISHED.items() if pattern.fullmatch(said)), None)


def word_in(text: str) -> Said | None:
    """Return what word a message may say; ``None`` for what is no word by its form: a sentence, laughter, a number."""
    said = " ".join(unicodedata.normalize("NFC", text).split())
    is_question = said.endswith(("?", "？"))
    said = " ".join(_NOISE.sub(" ", said.rstrip("?？")).split())
    shorter = _TRAIL.sub("", _LEAD.sub("", said))
    tokens = list(dict.fromkeys((shorter or said).split()))
    word = "".join(tokens)
    if not tokens or not is_hangul(word) or len(word) > LONGEST:
        return None
    is_sure = len(tokens) == 1 and not is_question and word not in _CHATTER
    return Said((word, *_without_endings(word)), is_sure, _TALK.search(word) is not None)


def _without_endings(word: str) -> tuple[str, ...]:
    """Return what a word may be without a copula or 요 behind it, the longest ending first."""
    shorter = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
    return tuple(dict.fromkeys(rest for rest in shorter if rest))
