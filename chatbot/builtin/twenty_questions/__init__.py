"""스무고개, both ways: the person guesses what the bot thinks of, or the bot what the person does."""

import random
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from chatbot import Ask, Chat, Conversation, Done, Plugin, Step, korean
from chatbot.builtin.invitations import invites
from chatbot.builtin.spoken import uncalled
from chatbot.builtin.twenty_questions.guessing import Question, Reply, next_move
from chatbot.builtin.twenty_questions.questions import Asked, Guess, NotYesNo, Unknown, counted, initials, understood
from chatbot.builtin.twenty_questions.replies import reply_in
from chatbot.builtin.twenty_questions.things import Thing, thing_called, things
from chatbot.builtin.wording import said

plugin = Plugin("스무고개", about="스무 번 안에 서로 떠올린 것을 맞혀요.")

MOST = 20
"""Questions and guesses together."""
_RECENT = 60
"""Things that a person is not given again."""
_rng = random.SystemRandom()

_GAME = r"스무 ?고개|20 ?고개"
_PLAY = r"(?: ?(?:하자|할래|해 ?보자|해 ?줘|할까|해))?요?"
_PUT = r"(?:(?:이번에는?|이번엔|그럼|이제)[ ,]*)?(?:내가|제가) "
_GUESS_IT = (
    r"[ ,]*(?:네가|니가|너가|한번)?[ ,]*(?:맞혀|맞춰|알아맞혀|알아맞춰)(?: ?(?:봐|볼래|줘|보세요|주세요|줄래))?요?"
)
_THOUGHT = r"(?:뭐|뭘|무엇을|무슨 생각을?) ?(?:생각)?하(?:는지|고 있는지)|생각한 ?(?:거|것|걸|물건|동물|음식)을?"
_OTHER_WAY = re.compile(
    rf"(?:거꾸로|반대로|바꿔서|역할 ?바꿔서?)[ ,]*스무 ?고개{_PLAY}"
    rf"|스무 ?고개[ ,]*(?:거꾸로|반대로|바꿔서){_PLAY}"
    rf"|스무 ?고개{_PLAY}[ ,.!]*{_PUT}(?:생각|정)했어요?(?:{_GUESS_IT})?"
    rf"|(?:스무 ?고개{_PLAY}[ ,.!]*)?{_PUT}(?:(?:스무 ?고개|문제) ?(?:를 )?(?:낼게|낼래|낼 ?테니까?)요?(?:{_GUESS_IT})?"
    rf"|(?:낼게|낼 ?테니까?|생각할 ?테니까?|생각할게)요?{_GUESS_IT})"
    rf"|(?:스무 ?고개{_PLAY}[ ,.!]*)?(?:{_PUT})?(?:지금 )?(?:{_THOUGHT}){_GUESS_IT}"
)
_END = re.compile(r"[ ?!.~ㅋㅎㅠ]+$")
_HINT = re.compile(r"힌트|도와 ?줘|도움")
_SURRENDER = re.compile(
    r"포기|항복|정답(?:이|은)? ?(?:뭐|알려|말해|공개|보여)|답(?:이|은)? ?(?:뭐|알려|말해)|졌[어다]|못 ?(?:맞히|맞추|하겠)"
)
_HOW_MANY = re.compile(r"몇 ?(?:번|개|고개|질문)\S* ?(?:남|더|째|했)|얼마나 남|남은 (?:질문|기회|횟수)")


def chosen(recent: Collection[str], rng: random.Random) -> Thing:
    """Return something to think of, none of those that were had lately."""
    return rng.choice([thing for thing in things() if thing.name not in recent] or things())


@plugin.conversation("스무고개", commands=("스무고개", "twenty"), expires=timedelta(hours=1))
@dataclass
class TwentyQuestions(Conversation):
    """제가 떠올린 것을 스무 번 안에 맞혀요."""

    answer: str = ""
    asked: int = 0
    hints: int = 0

    async def begin(self, chat: Chat) -> Step:
        """Think of something that this person did not have lately."""
        recent = await chat.person.get("recent", list[str]) or []
        self.answer = chosen(recent, _rng).name
        await chat.person.put("recent", [*recent, self.answer][-_RECENT:])
        return Ask(
            chat.by_level(
                "좋아요, 하나 떠올렸어요! '동물이야?', '먹을 수 있어?'처럼 네, 아니요로 답할 수 있게 물어봐 주세요. "
                "스무 번 안에 맞히면 이기는 거예요. 어려우면 '힌트'라고 해 주세요.",
                "좋아, 하나 떠올렸어! '동물이야?', '먹을 수 있어?'처럼 응, 아니로 답할 수 있게 물어봐. "
                "스무 번 안에 맞히면 이기는 거야. 어려우면 '힌트'라고 해.",
            ),
            then=self.listen,
        )

    async def listen(self, chat: Chat, text: str) -> Step:
        """Answer a question, a guess, or a plea for a hint."""
        thing = thing_called(self.answer)
        if thing is None:  # it was taken out of the list since
            return Done(
                chat.by_level(
                    "앗, 뭘 떠올렸는지 잊어버렸어요. 새로 시작해 주세요.",
                    "앗, 뭘 떠올렸는지 잊어버렸어. 새로 시작하자.",
                )
            )
        words = uncalled(text, chat.bot_name)
        if len(words) <= 30 and _SURRENDER.search(words):
            return Done(f"{_told(chat, thing)} {chat.by_level('다음에는 꼭 맞히실 거예요.', '다음엔 꼭 맞힐 거야.')}")
        if len(words) <= 20 and _HINT.search(words):
            self.hints += 1
            return hint(chat, thing, self.hints)
        if _HOW_MANY.search(words):
            return said(chat, f"{MOST - self.asked}번 남았어{{요}}.")
        match understood(words, thing):
            case None:
                return None
            case Unknown():
                return chat.by_level("그건 잘 모르겠어요, 다르게 물어봐 주세요.", "그건 잘 모르겠어, 다르게 물어봐 줘.")
            case NotYesNo():
                return chat.by_level("네, 아니요로 답할 수 있게 물어봐 주세요.", "응, 아니로 답할 수 있게 물어봐 줘.")
            case Guess(name, is_right):
                self.asked += 1
                return self._won(chat, thing) if is_right else self._on(chat, thing, _wrong(chat, name))
            case Asked() as asked:
                self.asked += 1
                return self._on(chat, thing, told(chat, asked))

    async def cancelled(self, chat: Chat) -> str:
        """Tell somebody who stops what it was."""
        thing = thing_called(self.answer)
        over = chat.by_level("좋아요, 여기까지 해요.", "좋아, 여기까지 하자.")
        return f"{over} {_told(chat, thing)}" if thing else over

    def _won(self, chat: Chat, thing: Thing) -> Step:
        praise = ("정말 빠르시네요!", "진짜 빠르다!") if self.asked <= 8 else ("잘하셨어요!", "잘했어!")
        times = said(chat, f"{self.asked}번 만에 {{맞히셨어요|맞혔어}}.")
        return Done(f"딩동댕! {_told(chat, thing)} {times} {chat.by_level(*praise)}")

    def _on(self, chat: Chat, thing: Thing, words: str) -> Step:
        """Say something, and how many questions are left of the twenty."""
        left = MOST - self.asked
        if left <= 0:
            return Done(said(chat, f"{words} 스무 번을 다 썼어{{요}}. {_told(chat, thing)}"))
        return said(chat, f"{words} {left}번 남았어{{요}}." if left <= 5 else f"{words} ({self.asked}/{MOST})")


@plugin.conversation(
    "거꾸로 스무고개", commands=("거꾸로스무고개", "스무고개 거꾸로", "guess"), expires=timedelta(hours=1)
)
@dataclass
class OtherWay(Conversation):
    """떠올리신 것을 제가 스무 번 안에 맞혀요."""

    replies: dict[str, Reply] = field(default_factory=dict[str, Reply])
    wrong: list[str] = field(default_factory=list[str])
    asked: str = ""
    guessed: str = ""

    async def begin(self, chat: Chat) -> Step:
        """Ask the first question."""
        first = chat.by_level(
            "좋아요, 동물이나 음식, 물건처럼 누구나 아는 것을 하나 떠올려 주세요. 제가 맞혀 볼게요!",
            "좋아, 동물이나 음식, 물건처럼 누구나 아는 걸 하나 떠올려 봐. 내가 맞혀 볼게!",
        )
        return self._go_on(chat, f"{first}\n")

    async def listen(self, chat: Chat, text: str) -> Step:
        """Take the answer to a question or a guess."""
        reply = reply_in(uncalled(text, chat.bot_name))
        if reply is None:
            return None
        if not self.guessed:
            self.replies[self.asked] = reply
        elif reply is Reply.YES:
            return Done(
                chat.by_level(
                    f"맞혔다! {self._turns}번 만에 맞혔어요. 재미있었어요!",
                    f"맞혔다! {self._turns}번 만에 맞혔어. 재밌었어!",
                )
            )
        else:
            self.wrong.append(self.guessed)
        if self._turns >= MOST:
            return Ask(
                chat.by_level("제가 졌어요! 무엇을 떠올리셨어요?", "내가 졌어! 뭘 떠올렸어?"),
                then=self.hear_what_it_was,
            )
        return self._go_on(chat)

    async def hear_what_it_was(self, chat: Chat, text: str) -> Step:
        """Learn what it was that was not guessed. Nothing of it is kept."""
        name = _END.sub("", uncalled(text, chat.bot_name))
        if thing_called(name) is not None:
            return Done(
                chat.by_level(
                    "아, 아는 거였는데 아쉬워요! 다음에는 꼭 맞힐게요.", "아, 아는 거였는데 아쉽다! 다음엔 꼭 맞힐게."
                )
            )
        return Done(
            chat.by_level("그건 제가 생각도 못 했어요. 좋은 문제였어요!", "그건 생각도 못 했어. 좋은 문제였어!")
        )

    @property
    def _turns(self) -> int:
        return len(self.replies) + len(self.wrong) + (self.guessed not in ("", *self.wrong))

    def _go_on(self, chat: Chat, before: str = "") -> Step:
        number = len(self.replies) + len(self.wrong) + 1
        match next_move(self.replies, self.wrong, MOST - number + 1):
            case Question(key, text):
                self.asked, self.guessed = key, ""
                words = f"{before}{said(chat, text)} ({number}/{MOST})"
            case Thing() as thing:
                self.asked, self.guessed = "", thing.name
                guess = chat.by_level(korean.josa(thing.name, "이에요/예요"), korean.josa(thing.name, "이야/야"))
                words = f"{before}혹시 정답은 {guess}? ({number}/{MOST})"
        choices = chat.by_level("네,아니요,그럴 때도 있어요,모르겠어요", "응,아니,그럴 때도 있어,모르겠어").split(",")
        return Ask(words, then=self.listen, choices=choices)


@plugin.match(r"고개")
def begin_when_asked(chat: Chat) -> TwentyQuestions | None:
    """Begin at "스무고개 하자"."""
    return TwentyQuestions() if invites(uncalled(chat.text, chat.bot_name), _GAME) else None


@plugin.match(r"거꾸로|반대로|바꿔서|내가|제가|생각")
def begin_other_way_when_asked(chat: Chat) -> OtherWay | None:
    """Begin at "내가 생각한 거 맞혀 봐"."""
    return OtherWay() if asks_other_way(uncalled(chat.text, chat.bot_name)) else None


def asks_other_way(text: str) -> bool:
    """Tell whether a message asks the bot to do the guessing."""
    return len(text) <= 60 and _OTHER_WAY.fullmatch(_END.sub("", text)) is not None


def told(chat: Chat, asked: Asked) -> str:
    """Return the answer to a question, in words that cannot be taken the wrong way."""
    if asked.is_so is None:
        return chat.by_level("그럴 때도 있고 아닐 때도 있어요.", "그럴 때도 있고 아닐 때도 있어.")
    facts = [fact for fact in asked.facts if fact.is_so is asked.is_so] if not asked.is_denied else asked.facts
    words = said(chat, " ".join(f"{fact.so if fact.is_so else fact.not_so}." for fact in facts))
    if asked.is_denied:
        return words
    return f"{chat.by_level('네,', '응,') if asked.is_so else chat.by_level('아니요,', '아니,')} {words}"


def hint(chat: Chat, thing: Thing, number: int) -> str:
    """Return the first, second or third hint, and from then on that there are no more."""
    if number == 1:
        return said(chat, f"{{힌트예요|힌트야}}! {thing.hint}.")
    if number == 2:
        return said(chat, f"이름이 {counted(len(thing.name))} 글자{{예요|야}}.")
    if number == 3:
        letters = initials(thing.name)
        return f"초성은 {chat.by_level(korean.josa(letters, '이에요/예요'), korean.josa(letters, '이야/야'))}."
    return chat.by_level("힌트는 다 드렸어요. 이제 맞혀 보세요!", "힌트는 다 줬어. 이제 맞혀 봐!")


def _wrong(chat: Chat, name: str) -> str:
    is_it = korean.josa(name, "은/는") if len(name) <= 20 and chat.is_clean(name) else "그건"
    return f"{chat.by_level('아니요,', '아니,')} {is_it} {chat.by_level('아니에요.', '아니야.')}"


def _told(chat: Chat, thing: Thing) -> str:
    is_it = chat.by_level(korean.josa(thing.name, "이에요/예요"), korean.josa(thing.name, "이야/야"))
    return f"정답은 {is_it}."
