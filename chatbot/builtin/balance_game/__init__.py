"""밸런스 게임: one of two, and a word on the choice."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from chatbot import Ask, Chat, Conversation, Done, Plugin, Step
from chatbot.builtin.balance_game.pairs import Pair, chosen, next_pair, pair_of
from chatbot.builtin.invitations import invites
from chatbot.builtin.spoken import uncalled
from chatbot.builtin.wording import said

plugin = Plugin("밸런스게임", about="둘 중 하나만 고르는 밸런스 게임이에요.")

_RECENT = 60
"""Questions that a person is not asked again."""
_AGAIN_WITHIN = timedelta(minutes=10)
_rng = random.SystemRandom()

_GAME = r"밸런스 ?게임|발란스 ?게임|벨런스 ?게임|밸겜"
_MORE = re.compile(
    r"(?:응+|어+|네+|넵|그래|좋아|좋아요|오케이|콜|ㅇㅇ?|당연하지)?[ ,!~]*"
    r"(?:하나만?|한 ?개만?|한 ?문제만?|한 ?번만?)?[ ]*(?:또|더|다음|다른 ?거|계속|이어서|고고?|"
    r"ㄱㄱ|다음 ?거|다음 ?문제|다음 ?질문|또 ?하나|하나만? ?더)"
    r"(?: ?(?:해|하자|할래|해줘|해 ?줘|내|내줘|내 ?줘|줘|주세요|가자|할게|해요|할까|할래요|해주세요))?요?[ !.~?ㅋㅎ]*"
)
_ONE_MORE = re.compile(
    r"(?:하나|한 ?개|한 ?문제) ?만? ?더.{0,6}|다음 ?(?:문제|질문|거).{0,5}|또 ?하나.{0,5}|또 ?내 ?줘.{0,3}"
)
_YES = re.compile(r"(?:응+|어+|네+|넵|넹|예|그래|좋아|좋지|오케이|콜|ㅇㅇ?|당연하지|ㄱㄱ?|고고?)요?[ !.~ㅋㅎ]*")
_NO = re.compile(r"(?:아니|아뇨|아니요|됐어|괜찮아|이제 ?됐|여기까지|나중에|다음에|ㄴㄴ?|안 ?할래|안 ?해).{0,10}")
_NEITHER = re.compile(
    r"둘 ?다.{0,12}|(?:못|잘) ?(?:고르|정하|모르)겠.{0,6}|모르겠.{0,4}|몰라.{0,4}|"
    r"어렵[다네].{0,6}|어려워.{0,6}|패스|넘어가.{0,4}|고민.{0,10}"
)
_BACK = re.compile(
    r"(?:너|넌|너는|너라면|단비는|봇은|당신은)(?:요)?(?: ?(?:뭐|뭘|뭔데|어떤 ?거|어느 ?쪽|어때|"
    r"골라|고를래).{0,10})?[ ?!.~]*|그러는 (?:너|넌|너는).{0,8}"
)


@plugin.conversation("밸런스 게임", commands=("밸런스게임", "밸런스 게임", "balance"), expires=timedelta(minutes=10))
@dataclass
class BalanceGame(Conversation):
    """둘 중 하나만 골라요."""

    asked: str = ""

    async def begin(self, chat: Chat) -> Step:
        """Ask the first question."""
        return await self._ask(chat, "")

    async def choose(self, chat: Chat, text: str) -> Step:
        """Hear which of the two."""
        pair, words = pair_of(self.asked), uncalled(text, chat.bot_name)
        if pair is None:  # it was taken out of the list since
            return await self._ask(chat, "")
        if _BACK.fullmatch(words):
            return chat.by_level("먼저 골라 주시면 저도 말할게요!", "먼저 골라 주면 나도 말할게!")
        place = chosen(words, pair)
        if place is not None:
            return self._offer(chat, said(chat, pair.comments[place]))
        if _NEITHER.fullmatch(words):
            return self._offer(chat, chat.by_level("고르기 어렵지요? 그럴 만해요.", "고르기 어렵지? 그럴 만해."))
        return None

    async def go_on(self, chat: Chat, text: str) -> Step:
        """Hear whether there shall be another."""
        words = uncalled(text, chat.bot_name)
        if _YES.fullmatch(words) or _MORE.fullmatch(words):
            return await self._ask(chat, chat.by_level("좋아요! ", "좋아! "))
        if _NO.fullmatch(words):
            return Done(chat.by_level("좋아요, 재미있었어요!", "그래, 재밌었어!"))
        pair = pair_of(self.asked)
        if pair is not None and _BACK.fullmatch(words):
            mine = _rng.choice(pair.options)
            return chat.by_level(f"저는 '{mine}' 쪽이에요. 하나 더 할까요?", f"나는 '{mine}' 쪽이야. 하나 더 할까?")
        return None

    async def _ask(self, chat: Chat, before: str) -> Step:
        pair = await new_pair(chat)
        self.asked = pair.key
        return Ask(before + question(chat, pair), then=self.choose, choices=pair.options)

    def _offer(self, chat: Chat, words: str) -> Step:
        """Say something of the choice, and offer another; in a group the floor is given back instead."""
        if chat.is_group:
            return Done(words)
        return Ask(
            f"{words} {chat.by_level('하나 더 할까요?', '하나 더 할까?')}",
            then=self.go_on,
            choices=("하나 더", "그만"),
        )


@plugin.match(r"게임|밸겜")
def play_when_asked(chat: Chat) -> BalanceGame | None:
    """Begin at "밸런스 게임 하자"."""
    return BalanceGame() if asks_to_play(uncalled(chat.text, chat.bot_name)) else None


@plugin.match(r"더|다음|또")
async def play_again_when_asked(chat: Chat) -> BalanceGame | None:
    """Begin at "하나 더" behind a game."""
    if not _ONE_MORE.fullmatch(uncalled(chat.text, chat.bot_name)):
        return None
    last = await chat.here.get("last", datetime)
    return BalanceGame() if last is not None and chat.now - last <= _AGAIN_WITHIN else None


def asks_to_play(text: str) -> bool:
    """Tell whether a message asks for a game."""
    return invites(text, _GAME)


async def new_pair(chat: Chat) -> Pair:
    """Return a question that this person was not asked lately, and remember it."""
    recent = await chat.person.get("recent", list[str]) or []
    pair = next_pair(recent, _rng)
    await chat.person.put("recent", [*recent, pair.key][-_RECENT:])
    await chat.here.put("last", chat.now)
    return pair


def question(chat: Chat, pair: Pair) -> str:
    """Return what is asked."""
    return chat.by_level(
        f"둘 중 하나만 고른다면? '{pair.options[0]}', '{pair.options[1]}'!",
        f"둘 중 하나만 골라 봐! '{pair.options[0]}', '{pair.options[1]}'.",
    )
