"""가위바위보: one round or, after a draw, another. The bot chooses fairly, whatever the person shows."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chatbot import Ask, Chat, Conversation, Done, Plugin, Step, korean
from chatbot.builtin.invitations import invites
from chatbot.builtin.spoken import uncalled

plugin = Plugin("가위바위보", about="안 내면 진다, 가위바위보!")

_AGAIN_WITHIN = timedelta(minutes=5)
_rng = random.SystemRandom()


class Hand(StrEnum):
    """What one shows."""

    SCISSORS = "가위"
    ROCK = "바위"
    PAPER = "보"


class Outcome(StrEnum):
    """How a round ends for the person."""

    WIN = "win"
    LOSS = "loss"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Score:
    """A person's rounds; ``streak`` counts wins in a row, losses as negative numbers."""

    wins: int = 0
    losses: int = 0
    draws: int = 0
    streak: int = 0

    def after(self, outcome: Outcome) -> "Score":
        """Return the score after one more round. A draw ends no streak."""
        if outcome is Outcome.WIN:
            return Score(self.wins + 1, self.losses, self.draws, max(self.streak, 0) + 1)
        if outcome is Outcome.LOSS:
            return Score(self.wins, self.losses + 1, self.draws, min(self.streak, 0) - 1)
        return Score(self.wins, self.losses, self.draws + 1, self.streak)


_BEATS = {Hand.SCISSORS: Hand.PAPER, Hand.ROCK: Hand.SCISSORS, Hand.PAPER: Hand.ROCK}
_NAMES = {
    Hand.SCISSORS: r"가위|찌|✌\ufe0f?|scissors",
    Hand.ROCK: r"바위|묵|주먹|✊|👊|rock",
    Hand.PAPER: r"보자기|보|빠|✋|🖐\ufe0f?|paper",
}
_SHOWN = {
    hand: re.compile(
        rf"(?:나는?|난|저는?|내가|그럼|자|음+|에잇?|얍|이번엔|이번에는)?[ ,]*(?:{names})(?:를|을)?"
        rf"(?: ?(?:낼게|낼래|낸다|냈어|낼 거야|내지|로 할게|로|다|요|야))*[ !?.~ㅋㅎㅠ]*",
        re.IGNORECASE,
    )
    for hand, names in _NAMES.items()
}
_GAME = r"가위 ?바위 ?보|가바보"
_CALL = r"(?:안 ?내면 ?(?:진다|지는 ?거다?|지기|술래)[ ,!~]*)?"
_WITH_HAND = re.compile(rf"{_CALL}(?:{_GAME})[ ,!~:]+(\S+(?: \S+)?)")
_CALL_ALONE = re.compile(r"안 ?내면 ?(?:진다|지는 ?거다?|지기|술래)[ !~.]*")
_ALONE = re.compile(r"(?:가위|바위|주먹)[!~.]*|보(?:자기)?!+")
_AGAIN = re.compile(
    r"(?:다시 ?|또 ?)?(?:한|1) ?판 ?(?:만 ?)?더.{0,6}|삼세판.{0,6}|(?:복수전|리벤지|재대결)(?: ?하자| ?가자| ?고)?[!.~]*"
)


def hand_in(text: str) -> Hand | None:
    """Return the hand that a message shows and nothing else; None for anything more."""
    return next((hand for hand, pattern in _SHOWN.items() if len(text) <= 30 and pattern.fullmatch(text)), None)


def outcome_of(mine: Hand, other: Hand) -> Outcome:
    """Return how it ends for the one who shows ``mine``."""
    return Outcome.DRAW if mine is other else Outcome.WIN if _BEATS[mine] is other else Outcome.LOSS


def asks_to_play(text: str) -> bool:
    """Tell whether a message asks for a game, without showing a hand."""
    return _CALL_ALONE.fullmatch(text) is not None or invites(text, f"{_CALL}(?:{_GAME})")


def shows_at_once(text: str) -> Hand | None:
    """Return the hand that begins a game by itself: "가위!", "가위바위보 바위!"."""
    with_it = _WITH_HAND.fullmatch(text)
    if with_it is not None:
        return hand_in(with_it[1])
    return hand_in(text) if _ALONE.fullmatch(text) else None


@plugin.conversation("가위바위보", commands=("가위바위보", "rps"), expires=timedelta(minutes=5))
@dataclass
class Game(Conversation):
    """가위바위보를 해요."""

    opening: str = ""

    async def begin(self, chat: Chat, hand: Hand | None = None) -> Step:
        """Call for a hand, or play the one that came along."""
        return self._ask(self.opening or "안 내면 진다, 가위바위보!") if hand is None else await self._play(chat, hand)

    async def show(self, chat: Chat, text: str) -> Step:
        """Play, if the message shows a hand."""
        hand = hand_in(uncalled(text, chat.bot_name))
        return None if hand is None else await self._play(chat, hand)

    async def _play(self, chat: Chat, hand: Hand) -> Step:
        outcome, words = await played(chat, hand)
        return self._ask(words) if outcome is Outcome.DRAW else Done(words)

    def _ask(self, words: str) -> Ask:
        return Ask(words, then=self.show, choices=[hand.value for hand in Hand])


@plugin.command("가위바위보 전적", "가위바위보 기록", "rps score")
async def tell_score(chat: Chat) -> str:
    """저와 한 가위바위보가 몇 승 몇 패인지 알려 드려요."""
    score = await chat.person.get("score", Score, Score())
    if score == Score():
        return chat.by_level(
            "아직 저와 가위바위보를 한 적이 없어요. 한 판 하실래요?", "아직 나랑 가위바위보 한 적이 없어. 한 판 할래?"
        )
    told = f"{score.wins}승 {score.draws}무 {score.losses}패"
    return f"지금까지 {told}{chat.by_level('예요.', '야.')}"


@plugin.match(r"가위|바위|주먹|보|안 ?내면|가바보")
async def play_when_asked(chat: Chat) -> str | Game | None:
    """Play at "가위바위보 하자", and at "가위!" at once."""
    text = uncalled(chat.text, chat.bot_name)
    hand = shows_at_once(text)
    if hand is not None:
        outcome, words = await played(chat, hand)
        return Game(words) if outcome is Outcome.DRAW else words
    return Game() if asks_to_play(text) else None


@plugin.match(r"판|복수|리벤지|재대결")
async def play_again_when_asked(chat: Chat) -> Game | None:
    """Play at "한 판 더" behind a game."""
    if not _AGAIN.fullmatch(uncalled(chat.text, chat.bot_name)):
        return None
    last = await chat.here.get("last", datetime)
    return Game() if last is not None and chat.now - last <= _AGAIN_WITHIN else None


async def played(chat: Chat, hand: Hand) -> tuple[Outcome, str]:
    """Play a round and return how it ended, in words too."""
    mine = _rng.choice(list(Hand))
    outcome = outcome_of(hand, mine)
    score = (await chat.person.get("score", Score, Score())).after(outcome)
    await chat.person.put("score", score)
    await chat.here.put("last", chat.now)
    return outcome, f"{_shown(chat, mine)} {_ending(chat, outcome, score)}"


def _shown(chat: Chat, hand: Hand) -> str:
    it = korean.josa(hand.value, "을/를")
    return chat.by_level(f"저는 {it} 냈어요.", f"나는 {it} 냈어.")


def _ending(chat: Chat, outcome: Outcome, score: Score) -> str:
    if outcome is Outcome.DRAW:
        return chat.by_level("비겼네요. 다시, 가위바위보!", "비겼네. 다시, 가위바위보!")
    if outcome is Outcome.WIN:
        if score.streak >= 3:
            return chat.by_level(
                f"또 이기셨어요! 벌써 {score.streak}연승이에요.", f"또 이겼네! 벌써 {score.streak}연승이야."
            )
        return chat.by_level("이기셨어요! 축하해요.", "네가 이겼어! 축하해.")
    if score.streak <= -3:
        return chat.by_level(
            "제가 또 이겼어요. 한 판 더 하면 달라질지도 몰라요.", "내가 또 이겼어. 한 판 더 하면 달라질지도 몰라."
        )
    return chat.by_level(
        "제가 이겼어요! 아쉬우시면 '한 판 더'라고 해 주세요.", "내가 이겼다! 아쉬우면 '한 판 더'라고 해."
    )
