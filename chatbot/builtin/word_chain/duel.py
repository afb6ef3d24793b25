"""끝말잇기 between one person and the bot. Everything that counts is in the fields, so it goes on after a restart."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from chatbot import Ask, Chat, Conversation, Done, SpeechLevel, Step
from chatbot.builtin.spoken import uncalled
from chatbot.builtin.word_chain import records
from chatbot.builtin.word_chain.chain import judged
from chatbot.builtin.word_chain.opponent import Level, hint, next_word
from chatbot.builtin.word_chain.plugin import Settings, plugin
from chatbot.builtin.word_chain.reading import Wish, wish_in, word_in
from chatbot.builtin.word_chain.rules import Fault
from chatbot.builtin.word_chain.sentences import Voice
from chatbot.builtin.word_chain.words import lexicon

_EVERY = 20
"""Words after which it is said how far the chain has come."""


@plugin.conversation("끝말잇기", expires=timedelta(hours=2))
@dataclass
class Duel(Conversation):
    """끝말잇기를 해요.

    Attributes:
        seed: of the bot's choices, so that a game that is resumed goes on as it would have.
        used: every word said, the bot's and the person's by turns.
        misses: how many words did not count in this turn.
        hints: how many hints were given in all, and ``hinted`` in this turn.
    """

    level: Level = Level.NORMAL
    seed: int = 0
    used: list[str] = field(default_factory=list[str])
    misses: int = 0
    hints: int = 0
    hinted: int = 0

    async def begin(self, chat: Chat, settings: Settings) -> Step:
        """Say the first word."""
        self.seed = random.SystemRandom().getrandbits(32)
        first = self._next_word(settings)
        assert first is not None, "there is always a word to begin with"
        self.used = [first]
        words = _voice(chat).says(first)
        return Ask(
            chat.by_level(
                f"좋아요, 제가 먼저 할게요. {words} 막히면 '힌트'라고 해 주세요.",
                f"좋아, 내가 먼저 할게. {words} 막히면 '힌트'라고 해 줘.",
            ),
            then=self.hear,
        )

    async def hear(self, chat: Chat, text: str, settings: Settings) -> Step:
        """Take a word or a wish; leave everything else to others."""
        words = uncalled(text, chat.bot_name)
        voice = _voice(chat)
        match wish_in(words):
            case Wish.HINT:
                return self._hint(voice, settings)
            case Wish.GIVE_UP | Wish.LEAVE:
                return await self._lost(chat, settings, voice.by_level("괜찮아요, 재미있었어요!", "괜찮아, 재밌었어!"))
            case Wish.GO_FIRST if len(self.used) == 1:
                self.used = []
                return voice.by_level("좋아요, 먼저 해 주세요.", "좋아, 먼저 해.")
            case Wish.REMIND if self.used:
                return voice.says(self.used[-1])
            case _:
                pass
        said = word_in(words)
        verdict = None if said is None else await judged(said, self.used, settings)
        if verdict is None:
            return None
        if not chat.is_clean(verdict.word):
            return voice.fault(Fault.UNCLEAN, verdict.word, "", 0)
        if verdict.fault is not None:
            return await self._missed(chat, settings, verdict.word, verdict.fault)
        return await self._answered(chat, settings, verdict.word)

    async def cancelled(self, chat: Chat) -> str:
        """Return what is said to somebody who stops: a game that was stopped counts for nobody."""
        over = chat.by_level("끝말잇기는 여기까지 할게요.", "끝말잇기는 여기까지 하자.")
        return " ".join(filter(None, (over, _voice(chat).total(len(self.used)))))

    async def _answered(self, chat: Chat, settings: Settings, word: str) -> Step:
        """Take a word that counts, and say the next one."""
        self.used.append(word)
        self.misses = self.hinted = 0
        voice = _voice(chat)
        mine = self._next_word(settings)
        if mine is None:
            await records.keep(chat, self.level, len(self.used), won=True)
            lost = voice.by_level(
                f"음, {word} 다음은 떠오르지 않네요. 제가 졌어요!", f"음, {word} 다음은 안 떠오른다. 내가 졌어!"
            )
            return Done(" ".join(filter(None, (lost, voice.total(len(self.used))))))
        self.used.append(mine)
        if len(self.used) % _EVERY in (0, 1) and len(self.used) >= _EVERY:
            far = voice.by_level(f"벌써 {len(self.used)}개째예요!", f"벌써 {len(self.used)}개째야!")
            return f"{far} {voice.says(mine)}"
        return voice.says(mine)

    async def _missed(self, chat: Chat, settings: Settings, word: str, fault: Fault) -> Step:
        """Say why a word does not count; after too many the game is lost."""
        voice = _voice(chat)
        last = self.used[-1] if self.used else ""
        words = voice.fault(fault, word, last, settings.min_syllables)
        if not fault.costs_a_try:
            return words
        self.misses += 1
        left = settings.tries - self.misses
        if left <= 0:
            return await self._lost(chat, settings, words)
        return f"{words} {voice.tries_left(left)}"

    async def _lost(self, chat: Chat, settings: Settings, words: str) -> Step:
        """End the game with the bot as its winner, and tell a word that would have done."""
        voice = _voice(chat)
        won = voice.by_level("이번 판은 제가 이겼어요.", "이번 판은 내가 이겼어.")
        there_was = voice.there_was(self.used[-1] if self.used else "", self._possible(settings))
        if len(self.used) > 1:  # somebody who never said a word has not played
            await records.keep(chat, self.level, len(self.used), won=False)
        return Done(" ".join(filter(None, (words, won, there_was, voice.total(len(self.used))))))

    def _hint(self, voice: Voice, settings: Settings) -> str:
        """Give a hint: first how long a word is, then the initial consonants of the same one."""
        word = self._possible(settings)
        if not self.used or word is None:
            return voice.by_level(
                "저도 떠오르는 말이 없어요. '포기'라고 해도 괜찮아요.", "나도 떠오르는 말이 없어. '포기'라고 해도 돼."
            )
        if self.hints >= settings.hints:
            return voice.by_level("힌트를 다 썼어요. 조금만 더 생각해 볼까요?", "힌트를 다 썼어. 조금만 더 생각해 봐.")
        self.hints += 1
        self.hinted += 1
        return voice.hint(word, initials=self.hinted > 1)

    def _possible(self, settings: Settings) -> str | None:
        return hint(lexicon(settings.min_syllables), self.used, allows_dead_ends=len(self.used) >= settings.fair_words)

    def _next_word(self, settings: Settings) -> str | None:
        rng = random.Random(f"{self.seed}/{len(self.used)}")
        allows_dead_ends = len(self.used) >= settings.fair_words
        return next_word(self.level, lexicon(settings.min_syllables), self.used, rng, allows_dead_ends=allows_dead_ends)


def _voice(chat: Chat) -> Voice:
    return Voice(chat.profile.level is SpeechLevel.POLITE)
