"""골라줘: picks one of what somebody cannot decide between. By chance alone: it has no taste of its own.

What hurts somebody is never picked, and neither is its opposite: such a question gets no coin.
"""

import random
import re

from chatbot import Chat, Plugin, Rest, korean
from chatbot.builtin.pick.asking import MOST, Dilemma, dilemma_in
from chatbot.builtin.pick.lists import split_at_blanks
from chatbot.builtin.spoken import uncalled

plugin = Plugin("골라줘", about="둘 중에, 여럿 중에 하나를 골라 드려요.")

_rng = random.SystemRandom()

_ONESELF = re.compile(
    r"자살(?!골|폭탄주)|자해|투신|유서|번개탄|목(?:을|이나)? ?(?:매|맬|메고|멜)|손목(?:을|이나)? ?(?:긋|그을|그어)|"
    r"죽(?:을까|고 ?싶|는 ?(?:게|거|것|편)|기(?!만)|어 ?버|어야|을래|자(?![가-힣]))|살지 ?말|사라질까|"
    r"뛰어 ?내리|(?:옥상|다리|한강|창문)\S*(?: \S+)? ?뛰|약 ?(?:을 )?(?:다 |많이 |한꺼번에 |잔뜩 )"
    r"(?:먹|삼|털)|굶어 ?죽|생을 ?마감|끝내 ?버릴|안 ?살"
)
_OTHERS = re.compile(
    r"죽(?:일까|이(?:기|는 ?(?:거|게|것)|고 ?싶))|살인|(?:때|팰|패)(?:릴까|리기|까|기)|폭행|"
    r"칼부림|복수할|괴롭히|협박|음주 ?운전|마약|필로폰|대마|"
    r"훔칠|훔치기|도둑질|불 ?지를|불을? ?지르|몰카|왕따|따돌리|사기 ?칠|스토킹|불법 ?촬영"
)


_SERIOUS = re.compile(
    r"퇴사|사표|그만둘|그만두|자퇴|휴학|고백|헤어질|헤어지|이혼|파혼|결혼|낙태|수술|입원|병원|"
    r"(?<![가-힣])약(?:을|이)? ?(?:먹|끊)|[이그저] 약|"
    r"백신|주사(?!위)|보증|대출|주식|코인|투자|적금|펀드|전세|신고|고소|합의금|이민"
)
"""What no coin should settle."""
_RANGE = re.compile(r"(\d{1,9})(?:번)? ?(?:부터|에서|~) ?(\d{1,9})(?:번)? ?(?:까지)?")
_PICKS_NUMBER = re.compile(r"골라|뽑아|찍어")


@plugin.command("골라줘", "골라", "pick")
def pick(chat: Chat, 보기: Rest) -> str:
    """여럿 중에 하나를 골라요. '/골라줘 짜장면 짬뽕'처럼 적어요."""
    words = uncalled(보기, chat.bot_name)
    number = number_from(f"{words} 골라", _rng)
    if number is not None:
        return _number_told(chat, number)
    if _SERIOUS.search(words) and not refusal(chat, words):
        return chat.by_level(
            "그건 제비뽑기로 정하기에는 중요한 일 같아요. 어느 쪽에 마음이 더 가는지 저한테 이야기해 주세요.",
            "그건 제비뽑기로 정하기엔 중요한 일 같아. 어느 쪽에 마음이 더 가는지 나한테 이야기해 줘.",
        )
    return answer(chat, dilemma_in(words) or Dilemma(split_at_blanks(words)), words)


@plugin.match(r"중|골라|뽑아|찍어|정해|결정|아니면|또는|혹은|[vV][sS]|까|\bor\b|뭐|뭘|어느|어떤|어디|누구")
def pick_when_asked(chat: Chat) -> str | None:
    """Pick at "짜장면 짬뽕 중에 골라줘"."""
    words = uncalled(chat.text, chat.bot_name)
    if re.fullmatch(r"(?:하나(?:만)? |네가 |니가 |좀 )?골라 ?(?:줘|주세요|줄래)요?[ !.~?]*", words):
        return chat.by_level(
            "무엇 중에서 고를까요? '짜장면 짬뽕 중에 골라줘'처럼 말해 주세요.",
            "뭐 중에서 고를까? '짜장면 짬뽕 중에 골라줘'처럼 말해 줘.",
        )
    number = number_from(words, _rng)
    if number is not None:
        return _number_told(chat, number)
    dilemma = dilemma_in(words)
    if dilemma is None or (_SERIOUS.search(words) and not refusal(chat, words)):
        return None
    return answer(chat, dilemma, words)


def number_from(text: str, rng: random.Random) -> int | None:
    """Return one of the numbers that "1부터 9까지 골라줘" names; None if a message does not ask for one."""
    match = _RANGE.search(text) if len(text) <= 40 and _PICKS_NUMBER.search(text) else None
    return None if match is None else rng.randint(*sorted((int(match[1]), int(match[2]))))


def _number_told(chat: Chat, number: int) -> str:
    return chat.by_level(f"{korean.josa(f'{number:,}', '이요/요')}!", f"{number:,}!")


def refusal(chat: Chat, words: str) -> str | None:
    """Return what is said of a choice that would hurt somebody; None for any other."""
    if _ONESELF.search(words):
        return chat.by_level(
            "그건 제가 고를 수 없어요. 지금 많이 힘드시면 혼자 견디지 말고 이야기해 주세요. "
            "자살예방 상담전화 109는 24시간 들어 줘요.",
            "그건 내가 고를 수 없어. 지금 많이 힘들면 혼자 견디지 말고 이야기해 줘. 자살예방 상담전화 109는 24시간 들어 줘.",
        )
    if _OTHERS.search(words):
        return chat.by_level("누군가 다칠 수 있는 일은 고르지 않을게요.", "누군가 다칠 수 있는 일은 고르지 않을래.")
    return None


def answer(chat: Chat, dilemma: Dilemma, words: str) -> str:
    """Return what is said to somebody who cannot decide."""
    refused = refusal(chat, words)
    if refused is not None:
        return refused
    options = tuple(dict.fromkeys(dilemma.options))
    if not all(chat.is_clean(option) for option in options):
        return chat.by_level(
            "그대로 따라 말하기 어려운 말이 있어서 고르지 못하겠어요.",
            "그대로 따라 말하기 어려운 말이 있어서 못 고르겠어.",
        )
    if dilemma.is_whether:
        return whether(chat, _rng)
    if len(dilemma.options) > MOST:
        return chat.by_level(
            f"너무 많아서 눈이 돌아가요. {MOST}개까지만 적어 주세요.",
            f"너무 많아서 눈이 돌아가. {MOST}개까지만 적어 줘.",
        )
    if len(dilemma.options) < 2:
        return chat.by_level(
            "고르려면 두 가지는 있어야 해요. 하나만 더 적어 주세요.", "고르려면 두 가지는 있어야 해. 하나만 더 적어 줘."
        )
    if len(options) == 1:
        return chat.by_level(
            f"다 똑같은걸요? 그럼 고민할 것 없이 {korean.josa(options[0], '이에요/예요')}!",
            f"다 똑같은데? 그럼 고민할 것 없이 {korean.josa(options[0], '이야/야')}!",
        )
    return told(chat, options, _rng)


def told(chat: Chat, options: tuple[str, ...], rng: random.Random) -> str:
    """Return one of the options in a short sentence."""
    one = rng.choice(options)
    polite, casual = rng.choice(
        (
            (f"저라면 {korean.josa(one, '을/를')} 고를래요.", f"나라면 {korean.josa(one, '을/를')} 고를래."),
            (f"{one}에 한 표요!", f"{one}에 한 표!"),
            (f"음… {korean.josa(one, '이/가')} 끌리네요.", f"음… {korean.josa(one, '이/가')} 끌리네."),
            (f"이번에는 {korean.josa(one, '으로/로')} 가요!", f"이번엔 {korean.josa(one, '으로/로')} 가자!"),
            (f"제 마음은 {one} 쪽이에요.", f"내 마음은 {one} 쪽이야."),
            (f"고민 끝! {korean.josa(one, '이에요/예요')}.", f"고민 끝! {korean.josa(one, '이야/야')}."),
        )
    )
    return chat.by_level(polite, casual)


def whether(chat: Chat, rng: random.Random) -> str:
    """Return whether to do it, or not."""
    polite, casual = rng.choice(
        (
            (
                "하는 쪽에 한 표요! 망설였다는 건 마음이 있다는 거니까요.",
                "하는 쪽에 한 표! 망설였다는 건 마음이 있다는 거니까.",
            ),
            ("저라면 해 볼래요.", "나라면 해 볼래."),
            ("이번에는 쉬어 가는 쪽이요. 다음도 있으니까요.", "이번엔 쉬어 가는 쪽! 다음도 있으니까."),
            ("오늘은 안 하는 쪽으로 마음이 기우네요.", "오늘은 안 하는 쪽으로 마음이 기우네."),
        )
    )
    return chat.by_level(polite, casual)
