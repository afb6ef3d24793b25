"""A reminder that rings, late if nobody could hear it in time, and the snooze behind it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from chatbot import Answer, Chat, Choice, Conversation, Job, Once, Rest, korean_time
from chatbot.builtin.reminders import wording
from chatbot.builtin.reminders.making import make_next, refusal
from chatbot.builtin.reminders.plugin import JOB, plugin
from chatbot.builtin.reminders.setting import Setting

LATE = timedelta(minutes=2)
"""How late a reminder may be before it says so."""
IN_REACH = timedelta(minutes=10)
"""How long after it rang "5분 뒤에 다시" is about a reminder."""
_BUTTONS_IN_REACH = timedelta(days=1)
_RARE = timedelta(hours=1)
_RANG = "울림"


@dataclass(frozen=True)
class Rang:
    """The last reminder that rang for a person in a room."""

    text: str
    at: datetime


@plugin.job(JOB)
async def ring(chat: Chat, job: Job, text: str, often: str = "", again: Any = None) -> Answer:
    """Tell what was to be told, and store the next time of what no rule repeats."""
    if again is not None:
        await make_next(chat, job.due, text, often, again)
    await chat.here.put(_RANG, Rang(text, chat.now))
    name = _name(chat)
    told = chat.by_level(f"{name}알림이에요: {text}", f"{name}알림이야: {text}")
    if chat.now - job.due > LATE:
        meant = wording.moment(job.due, chat.now)
        told = chat.by_level(
            f"(늦었지만) {name}{meant}에 알려 드리려던 거예요: {text}",
            f"(늦었지만) {name}{meant}에 알려 주려던 거야: {text}",
        )
    is_frequent = again is None and "마다" in often and not isinstance(job.rule, Once)
    return Answer(f"⏰ {told}", choices=() if is_frequent else _SNOOZES)


_SNOOZES = (
    Choice("5분 뒤에 다시", "/알림 미루기 5분"),
    Choice("30분 뒤에 다시", "/알림 미루기 30분"),
    Choice("확인", "/알림 확인"),
)


def _name(chat: Chat) -> str:
    """Return whom it is for; only in groups, where several listen."""
    if not chat.is_group:
        return ""
    called = chat.profile.called
    name = called or chat.speaker.name or chat.by_level("부탁하신 분", "부탁한 사람")
    return f"{name} 님, " if not called and chat.speaker.name and chat.by_level("님", "") else f"{name}, "


@plugin.command("알림 미루기", "snooze")
async def snooze(chat: Chat, how_long: Annotated[Rest, "얼마나"] = "10분") -> str | Conversation:
    """방금 울린 알림을 조금 뒤에 다시 알려 드려요. 예: /알림 미루기 10분"""
    rang = await _last(chat, _BUTTONS_IN_REACH)
    if rang is None:
        return chat.by_level("다시 알려 드릴 알림이 없어요.", "다시 알려 줄 알림이 없어.")
    return await _later(chat, rang, how_long)


@plugin.command("알림 확인")
async def confirm(chat: Chat) -> str:
    """울린 알림을 확인했다고 표시해요."""
    await chat.here.remove(_RANG)
    return chat.by_level("네, 확인하셨어요!", "응, 확인!")


_SNOOZE = re.compile(
    r"(?:(?P<when>.{1,20}?)(?:에|만)?\s*)?(?:다시|또|한\s?번\s?더|미뤄|미루|스누즈)\s?(?:좀\s?)?"
    r"(?:(?:알려|말해|얘기해|깨워|울려|해|알람|알림|미뤄)?\s?(?:줘요?|주세요|줄래요?|주라|부탁해요?)?)[\s.!?~ㅋㅎㅠ]*"
)
_A_LITTLE = re.compile(r"(?P<when>.{1,10}?)만(?:\s?더)?(?:\s?(?:있다가|이따가?|뒤에|후에))?[\s.!~ㅠ]*")
_SOME_TIME = re.compile(
    r"(?:나중|이따가?|조금\s?(?:있다가|이따가?|뒤|후)|좀\s?(?:있다가|이따가?)|잠시\s?(?:뒤|후)|알림|알람|그거|이거|\s)*"
)


@plugin.match(r"다시|또|한\s?번\s?더|미뤄|스누즈|\d\s?분만|[가-힣]\s?분만", priority=-10)
async def snooze_when_asked(chat: Chat) -> str | Conversation | None:
    """Hear "5분 뒤에 다시" right after a reminder rang."""
    match = _SNOOZE.fullmatch(chat.text) or _A_LITTLE.fullmatch(chat.text)
    rang = await _last(chat, IN_REACH) if match else None
    if match is None or rang is None:
        return None
    when = match["when"] or ""
    if not _SOME_TIME.fullmatch(when) and _moment(when, chat.now) is None:
        return None
    return await _later(chat, rang, when)


async def _last(chat: Chat, reach: timedelta) -> Rang | None:
    rang = await chat.here.get(_RANG, Rang)
    return rang if rang is not None and chat.now - rang.at <= reach else None


async def _later(chat: Chat, rang: Rang, when: str) -> str | Conversation:
    moment = _moment(when, chat.now)
    if moment is None:
        return Setting(what=rang.text, snoozes=True)
    refused = await refusal(chat, rang.text, None)
    if refused is not None:
        return refused
    await chat.schedule(JOB, Once(moment), text=rang.text)
    told = wording.moment(moment, chat.now)
    return chat.by_level(f"네, {told}에 다시 알려 드릴게요.", f"응, {told}에 다시 알려 줄게.")


def _moment(words: str, now: datetime) -> datetime | None:
    """Return the moment that words mean, where a span alone ("10분") is meant from now on."""
    bare = words.strip().removesuffix("만").removesuffix("에").strip()
    for attempt in (f"{bare} 뒤", bare):
        moment = korean_time.parse_datetime(attempt, now)
        if moment is not None and moment > now:
            return moment
    return None
