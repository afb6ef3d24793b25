"""주사위: throws dice and coins. Reads "두 개", "20면", "2d6+1"; knows nothing of games that are played with them."""

import random
import re
from dataclasses import dataclass

from chatbot import Chat, Plugin, Rest, korean
from chatbot.builtin.spoken import uncalled

plugin = Plugin("주사위", about="주사위를 굴리고 동전을 던져요.")

MOST_DICE = 20
MOST_SIDES = 1000
MOST_ADDED = 10_000
_SHOWN = 10
"""Coins that are told one by one."""
_rng = random.SystemRandom()

_COUNT = r"\d{1,6}|하나|둘|셋|넷|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열"
_NOTATION = re.compile(r"(\d{0,6})\s*[dD]\s*(\d{1,6})((?:\s*[+-]\s*\d{1,6})*)")
_COUNTED = re.compile(rf"({_COUNT}) ?(?:개|알)")
_SIDES = re.compile(r"(\d{1,6}) ?면(?:체)?")
_VERB = (
    r"(?:굴려|굴릴|던져|던질|돌려)(?: ?(?:줘|줄래|볼래|볼까|봐|보자|주세요|줘봐|주실래요|볼게|라|"
    r"래))?|굴리자|던지자|굴리기|던지기|해 ?줘|하자|고|ㄱㄱ|부탁해"
)
_SAID = re.compile(rf"{_NOTATION.pattern}|{_COUNTED.pattern}|{_SIDES.pattern}|(?:하나|둘|셋|넷)")
_LEFT_OVER = re.compile(r"주사위|짜리|만|을|를|으로|로|굴려 ?줘|던져 ?줘|굴려|던져|주세요|요|[\s!.~?,]")
_FILLER = (
    r"(?:나|내|네가|니가|대신|그럼|그러면|자|이제|빨리|어서|우리|다시|또|한번|한 번|좀|만|을|를|으로|로|짜리|의|,)"
)
_DICE = re.compile(
    rf"(?:{_FILLER} ?)*(?P<dice>(?:\d{{1,6}} ?면(?:체)? ?(?:짜리 ?)?)?주사위)? ?(?P<what>(?:"
    rf"(?:{_COUNT}) ?(?:개|알)|하나|둘|셋|넷|\d{{1,6}} ?면(?:체)?|\d{{0,6}} ?[dD] ?\d{{1,6}}"
    rf"(?: ?[+-] ?\d{{1,6}})*|{_FILLER}| )*)"
    rf"(?P<verb>{_VERB})?요?[ !.~?ㅋㅎ]*"
)
_COIN = re.compile(
    rf"(?:{_FILLER} ?)*(?:동전|코인)(?:을|이나)? ?(?:{_FILLER} ?)*(?:(?P<times>{_COUNT}) ?(?:번|개|"
    rf"회) ?(?:만 ?)?)?(?P<verb>{_VERB})요?[ !.~?ㅋㅎ]*"
    rf"|앞면?(?:이야|일까|이랑)?[ ,]+(?:아니면 ?)?(?:뒤|뒷면)(?:이?야|일까|이야)?[ ?!.~]*(?:골라 ?줘|던져 ?줘)?[ !.~?]*"
)


@dataclass(frozen=True, slots=True)
class Dice:
    """What is thrown: so many dice of so many sides, and what is added to their sum."""

    count: int = 1
    sides: int = 6
    added: int = 0

    def __post_init__(self) -> None:
        if not (1 <= self.count <= MOST_DICE and 2 <= self.sides <= MOST_SIDES and abs(self.added) <= MOST_ADDED):
            raise ValueError("no such dice")


def dice_in(text: str) -> Dice | None:
    """Return the dice that words ask for: "두 개", "20면 3개", "2d6+1"; one ordinary die where they say nothing.

    Returns None for words that are neither.

    Raises:
        ValueError: more dice, or more sides, than anybody throws.
    """
    notation = _NOTATION.search(text)
    if notation is not None:
        if _LEFT_OVER.sub("", text.replace(notation[0], " ")):
            return None
        added = sum(int(part.replace(" ", "")) for part in re.findall(r"[+-]\s*\d+", notation[3]))
        return Dice(int(notation[1] or 1), int(notation[2]), added)
    sides = _SIDES.search(text)
    rest = text.replace(sides[0], " ") if sides else text
    count = _COUNTED.search(rest)
    rest = _LEFT_OVER.sub("", rest.replace(count[0], " ") if count else rest)
    if rest and (count is not None or re.fullmatch(_COUNT, rest) is None):
        return None
    return Dice(_number(count[1] if count else rest or "1"), int(sides[1]) if sides else 6)


def throw(dice: Dice, rng: random.Random) -> tuple[int, ...]:
    """Return the points of each die."""
    return tuple(rng.randint(1, dice.sides) for _ in range(dice.count))


@plugin.command("주사위", "dice", "roll")
def roll(chat: Chat, 개수: Rest = "") -> str:
    """주사위를 굴려요. '/주사위 두 개', '/주사위 2d6+1'처럼 적어요."""
    return _rolled(chat, 개수.strip())


@plugin.command("동전", "coin")
def toss(chat: Chat, 횟수: int = 1) -> str:
    """동전을 던져요."""
    return _tossed(chat, 횟수)


@plugin.match(r"주사위|\d[dD]\d")
def roll_when_asked(chat: Chat) -> str | None:
    """Throw at "주사위 굴려줘"."""
    words = asked_dice(uncalled(chat.text, chat.bot_name))
    return None if words is None else _rolled(chat, words)


@plugin.match(r"동전|코인|앞.*뒤")
def toss_when_asked(chat: Chat) -> str | None:
    """Throw at "동전 던져줘"."""
    times = asked_coins(uncalled(chat.text, chat.bot_name))
    return None if times is None else _tossed(chat, times)


def asked_dice(text: str) -> str | None:
    """Return what a message asks to be thrown, as ``dice_in`` reads it; None if it asks for no dice."""
    match = _DICE.fullmatch(text) if len(text) <= 60 else None
    if match is None or not (match["dice"] or "d" in match["what"].casefold()):
        return None
    return " ".join(part[0] for part in _SAID.finditer(text))


def asked_coins(text: str) -> int | None:
    """Return how often a message asks to toss a coin; None if it does not."""
    match = _COIN.fullmatch(text) if len(text) <= 60 else None
    return None if match is None else _number(match["times"] or "1")


def _number(word: str) -> int:
    number = korean.read_number(word) or korean.read_number(f"{word} 개")
    return int(number) if number is not None else 1


def _rolled(chat: Chat, words: str) -> str:
    try:
        dice = dice_in(words)
    except ValueError:
        return chat.by_level(
            f"주사위는 {MOST_DICE}개까지, 2면부터 {MOST_SIDES:,}면까지 굴릴 수 있어요.",
            f"주사위는 {MOST_DICE}개까지, 2면부터 {MOST_SIDES:,}면까지 굴릴 수 있어.",
        )
    if dice is None:
        return chat.by_level("'두 개'나 '2d6+1'처럼 적어 주세요.", "'두 개'나 '2d6+1'처럼 적어 줘.")
    points = throw(dice, _rng)
    total = sum(points) + dice.added
    if dice.count == 1 and not dice.added:
        return f"데구르르… {_comes(chat, points[0])}"
    is_it = chat.by_level(korean.josa(f"{total:,}", "이에요/예요"), korean.josa(f"{total:,}", "이야/야"))
    change = "더하면" if dice.added > 0 else "빼면"
    all_of_it = f"{korean.josa(str(abs(dice.added)), '을/를')} {change}" if dice.added else "합은"
    return f"데구르르… {', '.join(map(str, points))}! {all_of_it} {is_it}."


def _comes(chat: Chat, points: int) -> str:
    return f"{korean.josa(str(points), '이/가')} {chat.by_level('나왔어요!', '나왔어!')}"


def _tossed(chat: Chat, times: int) -> str:
    if not 1 <= times <= MOST_DICE:
        return chat.by_level(f"동전은 {MOST_DICE}번까지 던질 수 있어요.", f"동전은 {MOST_DICE}번까지 던질 수 있어.")
    sides = [_rng.choice(("앞", "뒤")) for _ in range(times)]
    if times == 1:
        side = "앞면" if sides[0] == "앞" else "뒷면"
        return f"휙! {side}이 {chat.by_level('나왔어요.', '나왔어.')}"
    told = f"{', '.join(sides)}! " if times <= _SHOWN else ""
    heads = sides.count("앞")
    return f"휙휙! {told}앞면 {heads}번, 뒷면 {times - heads}{chat.by_level('번이에요.', '번이야.')}"
