"""A reminder on its way: what is missing of it is asked, be that the time, the half of the day, or what about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chatbot import Ask, Chat, Conversation, Done, Step, korean_time
from chatbot.builtin.reminders import wording
from chatbot.builtin.reminders.making import make, refusal
from chatbot.builtin.reminders.plugin import plugin
from chatbot.builtin.reminders.requests import Request, is_unheard, read_line, read_request, without_unheard
from chatbot.builtin.reminders.wanted import wanted

_TIMES = ("10분 뒤", "1시간 뒤", "내일 아침 9시")
_SNOOZES = ("5분 뒤", "30분 뒤", "1시간 뒤")
_HOURS = ("아침 9시", "낮 12시", "저녁 7시")
_JUST_THE_TIME = "시간만 알려 줘"
_HALVES = (
    (re.compile(r"오전|아침|새벽|자정|밤\s?12시"), range(12)),
    (re.compile(r"오후|저녁|밤|점심|낮|정오"), range(12, 24)),
)


@plugin.conversation("알림 맞추기", expires=timedelta(minutes=10))
@dataclass
class Setting(Conversation):
    """A reminder that lacks something.

    Attributes:
        what: is to be told.
        when: the words of the time so far, as they were said at ``said_at``.
        chosen: which one of two readings of them was chosen.
        offered: the two, when asked.
        misses: answers in a row that were none.
        snoozes: it rang already, and is to ring again.
        others: the words of more times at which it is to be told.
    """

    what: str = ""
    when: str = ""
    said_at: datetime | None = None
    chosen: datetime | None = None
    offered: tuple[datetime, ...] = ()
    misses: int = 0
    snoozes: bool = False
    others: tuple[str, ...] = ()

    async def begin(self, chat: Chat) -> Step:
        """Make the reminder if nothing is missing, else ask for it."""
        return await self._go_on(chat)

    async def time(self, chat: Chat, answer: str) -> Step:
        """Hear when."""
        if answer == _JUST_THE_TIME:
            return None
        request = read_request(answer, chat.now) or Request("", answer, korean_time.find_time(answer, chat.now))
        alone = request.found
        before = self._read(self.when, chat) if self.when else None
        if before is not None and (before.is_long or alone is None or not (alone.day or alone.recurrence)):
            together = f"{self.when} {answer}"
            found = self._read(together, chat)
            if found is not None and (found.moment is not None or (before.is_long and not found.is_long)):
                self.when, self.misses = together, 0
                return await self._go_on(chat)
        if alone is None:
            return self._missed(chat, "언제인지 잘 모르겠어요.", "언제인지 잘 모르겠어.")
        self.what = request.what or self.what
        self.when, self.others, self.said_at, self.chosen, self.misses = request.when, request.others, chat.now, None, 0
        return await self._go_on(chat)

    async def half(self, chat: Chat, answer: str) -> Step:
        """Hear which of two times."""
        moment = next((each for each in self.offered if self._label(each, chat) == answer), None)
        said = korean_time.find_time(answer, chat.now)
        if moment is None and said is not None and said.moment is not None and not said.is_usual:
            moment = next(
                (each for each in self._local(chat) if not said.day and each.time() == said.moment.time()), None
            )
            if moment is None:  # another time altogether, of the same day if it names none
                self.when = self._day_words(chat)
                return await self.time(chat, answer)
        if moment is None:
            moment = _meant(answer, self._local(chat))
        if moment is None:
            return self._missed(chat, "어느 쪽인지 잘 모르겠어요.", "어느 쪽인지 잘 모르겠어.")
        self.chosen, self.misses = moment, 0
        return await self._go_on(chat)

    async def about(self, chat: Chat, answer: str) -> Step:
        """Hear what about."""
        self.what = "시간이 됐어요" if answer == _JUST_THE_TIME else read_line(answer, chat.now).what or wanted(answer)
        return await self._go_on(chat)

    def _read(self, words: str, chat: Chat) -> korean_time.Found | None:
        # The zone of a stored time is but an offset.
        said_at = chat.now if self.said_at is None else self.said_at.astimezone(chat.now.tzinfo)
        return korean_time.find_time(words, said_at)

    async def _go_on(self, chat: Chat) -> Step:
        self.said_at = self.said_at or chat.now
        request = Request(self.what, self.when, self._read(self.when, chat) if self.when else None)
        found = request.found
        if is_unheard(request):
            self.what, self.when = without_unheard(self.what), ""
            return self._ask_time(
                chat,
                "그렇게 되풀이하는 알림은 아직 못 해요. 매일, 매주, 격주, 매달, 매년 며칠처럼 다시 말해 주시겠어요?",
                "그렇게 되풀이하는 알림은 아직 못 해. 매일, 매주, 격주, 매달, 매년 며칠처럼 다시 말해 줄래?",
            )
        if found is None or found.moment is None:
            return self._ask_hour(chat, found)
        if self.chosen is not None:
            found = found.settled(self.chosen.astimezone(chat.now.tzinfo))
        self.offered = tuple(each for each in found.options if each > chat.now)
        if self.offered and found.moment not in self.offered:
            found = found.settled(self.offered[0])
        if found.moment is not None and found.moment <= chat.now:
            past, self.when, self.chosen = wording.moment(found.moment, chat.now), "", None
            return self._ask_time(
                chat, f"{past}는 이미 지났어요. 언제 알려 드릴까요?", f"{past}는 이미 지났어. 언제 알려 줄까?"
            )
        if refused := await refusal(chat, self.what, found.recurrence):
            return Done(refused)
        if len(self.offered) > 1:
            question = chat.by_level("둘 중 언제 알려 드릴까요?", "둘 중 언제 알려 줄까?")
            return Ask(question, then=self.half, choices=[self._label(each, chat) for each in self.offered])
        if not self.what:
            question = chat.by_level("무엇을 알려 드릴까요?", "뭘 알려 줄까?")
            return Ask(question, then=self.about, choices=[_JUST_THE_TIME])
        said = [await make(chat, self.what, found)]
        for when in self.others:
            other = self._read(when, chat)
            if other is not None and other.moment is not None:
                said.append(await make(chat, self.what, other.settled(other.moment)))
        return Done("\n".join(said))

    def _ask_hour(self, chat: Chat, found: korean_time.Found | None) -> Step:
        """Ask for the time, of which the day may be known."""
        if found is None:
            self.when = ""
            if self.snoozes:
                return self._ask_time(chat, "언제 다시 알려 드릴까요?", "언제 다시 알려 줄까?", choices=_SNOOZES)
            return self._ask_time(chat, "언제 알려 드릴까요?", "언제 알려 줄까?")
        if found.is_long:
            return self._ask_time(chat, f"{self.when} 언제 알려 드릴까요?", f"{self.when} 언제 알려 줄까?", choices=())
        day = (
            wording.often(found.recurrence)
            if found.recurrence
            else wording.day(found.day or chat.now.date(), chat.now.date())
        )
        return self._ask_time(
            chat, f"{day} 몇 시에 알려 드릴까요?", f"{day} 몇 시에 알려 줄까?", choices=_hours(self.when)
        )

    def _ask_time(self, chat: Chat, polite: str, casual: str, choices: Iterable[str] = _TIMES) -> Ask:
        return Ask(chat.by_level(polite, casual), then=self.time, choices=choices)

    def _missed(self, chat: Chat, polite: str, casual: str) -> str | None:
        """Return words after an answer that was none; the second one in a row is about something else."""
        self.misses += 1
        if self.misses > 1:
            return None
        hint = chat.by_level(
            "'내일 오후 3시'나 '10분 뒤'처럼 적어 주세요. 그만두려면 '취소'라고 하시면 돼요.",
            "'내일 오후 3시'나 '10분 뒤'처럼 적어 줘. 그만두려면 '취소'라고 하면 돼.",
        )
        return f"{chat.by_level(polite, casual)} {hint}"

    def _day_words(self, chat: Chat) -> str:
        """Return the words of the time without the hour."""
        found = self._read(self.when, chat)
        if found is None or (found.recurrence is None and found.day is None):
            return ""
        if found.recurrence is not None:
            return wording.often(replace(found.recurrence, at=None))
        return f"{found.day:%Y-%m-%d}"

    def _label(self, option: datetime, chat: Chat) -> str:
        option = option.astimezone(chat.now.tzinfo)
        found = self._read(self.when, chat)
        if found is not None and found.recurrence is not None:
            return wording.often(replace(found.recurrence, at=option.time()))
        return wording.moment(option, chat.now)

    def _local(self, chat: Chat) -> list[datetime]:
        return [each.astimezone(chat.now.tzinfo) for each in self.offered]


def _meant(answer: str, options: Iterable[datetime]) -> datetime | None:
    for words, hours in _HALVES:
        if words.search(answer):
            fitting = [option for option in options if option.hour in hours]
            return fitting[0] if len(fitting) == 1 else None
    return None


def _hours(when: str) -> tuple[str, ...]:
    """Return times of the day to choose from; of its half, if that is known."""
    if re.search(r"오전|새벽|아침", when):
        return ("7시", "9시", "11시")
    return ("1시", "3시", "5시") if "오후" in when else _HOURS
