"""오늘의 한마디: a short sentence to get through the day, the same one all day for a person.

The sentences are in words.txt, written for this bot: nobody is quoted.
"""

import random
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from chatbot import Chat, Plugin
from chatbot.builtin.spoken import uncalled
from chatbot.builtin.wording import said

plugin = Plugin("오늘의한마디", about="하루를 여는 한마디를 들려 드려요.")

NOT_AGAIN_WITHIN = timedelta(days=60)
_rng = random.SystemRandom()

_GIVE = (
    r"(?: ?(?:해|들려|보내|알려|말해|전해|부탁|줘|주라|하나|한마디|한 마디|좀|만|나한테|저한테|또|"
    r"빨리|지금|듣고 ?싶어|듣고 ?싶다|뭐야|뭐예요|뭔데|뭐지|뭐니|들을래|줄래|줄 ?수 ?있어|"
    r"해 ?줄래)){0,5}"
    r" ?(?:줘|주세요|줄래|줄래요|주실래요|주라|봐|해|해요|드려요|요|부탁해|부탁해요|싶어요)?"
)
_WISH = re.compile(
    r"(?:나|나한테|저한테|나에게|그럼|아침이니까|힘든데|힘들어|우울해|지쳤어|지친다|기운 없어|있잖아)?[ ,.!~]*(?:"
    r"오늘의? ?(?:한 ?마디|명언|말씀|글귀|문장|한 ?줄)(?:은|을|는|를)?"
    r"|(?:힘|위로|용기|응원)(?:이|가)? ?(?:되는|나는|이 되는|의) (?:말|글|한 ?마디|글귀)(?:을|를|은)?"
    r"|(?:좋은|따뜻한|예쁜) (?:글귀|글|한 ?마디)(?:을|를)?|좋은 말(?:을)?(?= ?(?:하나|한|해|들려|좀|부탁))"
    r"|명언(?:을)?(?= ?(?:하나|한|들려|알려|말해|좀|해))"
    rf"){_GIVE}"
    r"|(?:나 ?(?:좀)?|나를|저 ?좀|저를)? ?(?:응원|격려) ?(?:좀 |한마디 |한번 |한마디만 )?"
    r"(?:해 ?줘|해 ?줘요|해 ?주세요|해 ?줄래|해 ?줄래요|부탁해|부탁해요)"
)
_END = re.compile(r"[ ?!.~ㅋㅎㅠㅜ]+$")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that a person was told, and when."""

    words: str
    on: date


@cache
def sentences() -> tuple[str, ...]:
    """Return all sentences, with places for the speech level; see ``chatbot.builtin.wording``."""
    lines = files(__name__).joinpath("words.txt").read_text("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def chosen(told: Collection[Told], today: date, rng: random.Random) -> str:
    """Return today's sentence: the one that was told today, else one that was not told for a while."""
    known = sentences()
    earlier = next((one.words for one in told if one.on == today and one.words in known), None)
    recent = {one.words for one in told if abs(today - one.on) < NOT_AGAIN_WITHIN}
    return earlier or rng.choice([one for one in known if one not in recent] or known)


@plugin.command("한마디", "오늘의한마디", "오늘의 한마디", "daily")
async def tell(chat: Chat) -> str:
    """오늘의 한마디를 들려 드려요."""
    return await _today(chat)


@plugin.match(r"한 ?마디|명언|글귀|문장|한 ?줄|말|글|응원|격려")
async def tell_when_asked(chat: Chat) -> str | None:
    """Tell it at "오늘의 한마디 들려줘" or "응원해 줘"."""
    return await _today(chat) if asks_for_words(uncalled(chat.text, chat.bot_name)) else None


def asks_for_words(text: str) -> bool:
    """Tell whether a message asks for a kind word, and says nothing else."""
    return len(text) <= 60 and _WISH.fullmatch(_END.sub("", text)) is not None


async def _today(chat: Chat) -> str:
    told, today = await chat.person.get("told", list[Told]) or [], chat.now.date()
    words = chosen(told, today, _rng)
    if not any(one.on == today and one.words == words for one in told):
        kept = [one for one in told if timedelta(0) < today - one.on < NOT_AGAIN_WITHIN]
        await chat.person.put("told", [*kept, Told(words, today)])
    return said(chat, words)
