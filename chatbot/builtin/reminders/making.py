"""Makes reminders: from a time that was read to a stored job, and what is said about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from chatbot import Chat, Cron, Daily, Every, Job, Once, korean, korean_time
from chatbot.builtin.reminders import wording
from chatbot.builtin.reminders.plugin import JOB, MOST

SHORTEST = timedelta(minutes=1)
"""Between two times of one that recurs."""
_RECURRENCES = TypeAdapter(korean_time.Recurrence)
_DAY = timedelta(days=1)
_CRON_DAYS = "1234560"


def rule_of(recurrence: korean_time.Recurrence) -> Every | Daily | Cron | None:
    """Return the rule for what recurs; None for what no rule can say (every other Friday): that is one time after another."""
    at = recurrence.at
    if recurrence.every is not None:
        return Every(recurrence.every) if at is None and recurrence.between is None else None
    if at is None:
        return None
    if recurrence.nth is not None:
        (day,) = recurrence.days
        nth = "L" if recurrence.nth < 0 else f"#{recurrence.nth}"
        return Cron(f"{at.minute} {at.hour} * * {_CRON_DAYS[day]}{nth}")
    if recurrence.month_days:
        days = ",".join("L" if day == korean_time.LAST_DAY else str(day) for day in recurrence.month_days)
        return Cron(f"{at.minute} {at.hour} {days} {recurrence.month or '*'} *")
    return Daily(at, recurrence.days)


def following(recurrence: korean_time.Recurrence, due: datetime, now: datetime) -> datetime | None:
    """Return the next time after ``now`` of what recurs from one time to the next, and was due last at ``due``."""
    every = recurrence.every
    if every is None or recurrence.between is not None:
        return recurrence.first(now)
    wall = due.astimezone(now.tzinfo).replace(tzinfo=None)
    passed = max(0, (now.replace(tzinfo=None) - wall) // every)
    moment = (wall + (passed + 1) * every).replace(tzinfo=now.tzinfo)
    return moment.astimezone(UTC).astimezone(now.tzinfo)


async def make(chat: Chat, what: str, found: korean_time.Found) -> str:
    """Store a reminder for a time that is known, and return what is said about it."""
    moment, recurrence = found.moment, found.recurrence
    refused = await refusal(chat, what, recurrence)
    if refused is not None or moment is None:
        return refused or ""
    when = wording.moment(moment, chat.now)
    if recurrence is None:
        await chat.schedule(JOB, Once(moment), text=what)
        return chat.by_level(f"네! {when}에 알려 드릴게요: {what}", f"응! {when}에 알려 줄게: {what}")
    often, rule = wording.often(recurrence), rule_of(recurrence)
    again = None if rule is not None else _RECURRENCES.dump_python(recurrence, mode="json")
    await chat.schedule(JOB, rule or Once(moment), text=what, often=often, again=again)
    at = often if often.endswith("마다") else f"{often}에"
    first = chat.by_level(f"(처음은 {korean.josa(when, '이에요/예요')})", f"(처음은 {when})")
    return chat.by_level(f"네! {at} 알려 드릴게요: {what} {first}", f"응! {at} 알려 줄게: {what} {first}")


async def make_next(chat: Chat, due: datetime, what: str, often: str, again: Any) -> None:
    """Store the next time of a reminder that recurs from one time to the next, and was due at ``due``."""
    recurrence = _RECURRENCES.validate_python(again)
    moment = following(recurrence, due, chat.now)
    if moment is not None:
        await chat.schedule(JOB, Once(moment), text=what, often=often, again=again)


async def refusal(chat: Chat, what: str, recurrence: korean_time.Recurrence | None) -> str | None:
    """Return why there can be no such reminder; None if there can."""
    if len(await chat.jobs(JOB)) >= MOST:
        return chat.by_level(
            f"알림은 {MOST}개까지 맞출 수 있어요. '/알림 목록'에서 몇 개를 지워 주세요.",
            f"알림은 {MOST}개까지 맞출 수 있어. '/알림 목록'에서 몇 개 지워 줘.",
        )
    if recurrence is not None and recurrence.every is not None and recurrence.every < SHORTEST:
        return chat.by_level(
            "되풀이하는 알림은 1분보다 자주 울릴 수 없어요.", "되풀이하는 알림은 1분보다 자주 못 울려."
        )
    if chat.is_group and not chat.is_clean(what):
        return chat.by_level(
            "그 말은 모두가 보는 방이라서 제가 대신 하기 어려워요. 다르게 적어 주실래요?",
            "그 말은 다 같이 보는 방이라 내가 대신 하기 어려워. 다르게 적어 줄래?",
        )
    return None


def described(job: Job, now: datetime) -> str:
    """Return when a reminder is, for lists."""
    often = str(job.payload.get("often") or "")
    return often or wording.moment(job.due.astimezone(now.tzinfo), now)


def text_of(job: Job) -> str:
    """Return what a reminder tells."""
    return str(job.payload.get("text", ""))
