"""The reminders that somebody has: shown with numbers, and taken away by number, by what they are about, or all."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from chatbot import Ask, Chat, Conversation, Done, Job, Rest, Step
from chatbot.builtin.reminders.making import described, text_of
from chatbot.builtin.reminders.plugin import JOB, plugin
from chatbot.builtin.spoken import uncalled

_SHOWN = "목록"
_SHOWN_FOR = timedelta(minutes=30)
"""How long a number means what it meant in the list, whatever rang since."""


@dataclass(frozen=True)
class Shown:
    """The list as it was shown last: the ids in its order."""

    ids: tuple[str, ...]
    at: datetime


_ALARM = r"(?:알림|알람|리마인더)(?:들)?"
_ASKS_FOR_LIST = re.compile(
    rf"(?:(?:내|제|나의|저의|지금|맞춘|등록된|등록한|예약된|예약한|남은|설정한|무슨|어떤)\s?)*{_ALARM}(?:이|은|는|을|를)?\s?(?:목록|리스트|내역)?(?:을|를|이|은)?\s?"
    r"(?:(?:뭐|뭐가|뭐뭐|무엇이|몇\s?개|어떤\s?게|어떤\s?거)\s?(?:있어|있지|있나|있니|있는지|있더라|남았어|남았지|등록돼\s?있어|맞췄지|맞췄어)?(?:요|나요|죠|습니까)?"
    r"|(?:다\s?)?(?:보여|알려|말해)\s?(?:줘|줘요|주세요|줄래|줄래요)|보기|볼래|보고\s?싶어|있어요?|있나요?|있니)[\s?!.~]*"
)
_LIST_WORDS = re.compile(rf"(?:내\s?)?{_ALARM}\s?(?:목록|리스트)[\s?!.]*")
_TAKE = r"(?:취소|삭제|제거|해제)(?:\s?해)?|지워|꺼|없애|빼"
_GIVE = r"\s?(?:줘|줘요|주세요|줄래|줄래요|주라|줄 수 있어|버려|도 돼|요)?"
_CANCELS = re.compile(
    rf"(?:(?P<first>\d{{1,2}})\s?번(?:째)?\s?{_ALARM}|{_ALARM}\s?(?P<second>\d{{1,2}})\s?번(?:째)?|(?P<all>(?:모든|전체|남은)\s?{_ALARM}"
    rf"|{_ALARM}(?:을|를)?\s?(?:다|전부|모두|싹|몽땅|전체)|전부\s?{_ALARM})|(?P<last>방금|아까)\s?(?:맞춘|한|부탁한|말한|설정한)?\s?(?:{_ALARM}|거|것)"
    rf"|(?P<about>.{{1,40}}?)\s?{_ALARM}|{_ALARM})(?:은|는|을|를|이|도)?\s?(?:좀\s?)?(?P<take>{_TAKE}){_GIVE}[\s.!?~ㅠㅋㅎ]*"
)
_YES = re.compile(
    r"(?:네|넵|넹|예|응|어|엉|ㅇㅇ|웅|그래|좋아|맞아|모두|전부|다)[\s,.!~]*(?:(?:모두|전부|다)?\s?(?:취소|지워|삭제).*)?(?:요|해|응)?[.!~]*"
)


@plugin.command("알림 목록", "reminders")
async def show(chat: Chat) -> str:
    """맞춰 둔 알림을 보여 드려요."""
    jobs = await chat.jobs(JOB)
    if not jobs:
        return chat.by_level(
            "맞춰 둔 알림이 없어요. '10분 뒤에 물 마시라고 알려줘'처럼 말씀해 보세요.",
            "맞춰 둔 알림이 없어. '10분 뒤에 물 마시라고 알려줘'처럼 말해 봐.",
        )
    await chat.here.put(_SHOWN, Shown(tuple(job.id for job in jobs), chat.now))
    lines = [f"{number}. {_line(job, chat)}" for number, job in enumerate(jobs, 1)]
    head = chat.by_level(f"알림이 {len(jobs)}개 있어요.", f"알림이 {len(jobs)}개 있어.")
    foot = chat.by_level("지우시려면 '1번 알림 취소해줘'라고 해 주세요.", "지우려면 '1번 알림 취소해줘'라고 해 줘.")
    return "\n".join((head, *lines, foot))


@plugin.match(r"알림|알람|리마인더", priority=-20)
async def manage_when_asked(chat: Chat) -> str | Conversation | None:
    """Hear "알림 뭐 있어?" and "2번 알림 취소해줘"."""
    text = uncalled(chat.text, chat.bot_name)
    if _ASKS_FOR_LIST.fullmatch(text) or _LIST_WORDS.fullmatch(text):
        return await show(chat)
    match = _CANCELS.fullmatch(text)
    if match is None:
        return None
    if number := match["first"] or match["second"]:
        return await _cancel_number(chat, int(number))
    if match["all"]:
        return CancelAll()
    jobs = await chat.jobs(JOB)
    if match["last"]:
        newest = max(jobs, key=lambda job: job.anchor, default=None)
        return _nothing(chat) if newest is None else await _cancel(chat, newest)
    return await _cancel_about(chat, jobs, " ".join((match["about"] or "").split()))


@plugin.command("알림 취소", "알림 삭제", "알림 지우기")
async def cancel(chat: Chat, which: Annotated[Rest, "번호"] = "") -> str | Conversation:
    """알림을 지워요. 예: /알림 취소 2"""
    if number := re.fullmatch(r"(\d{1,3})\s?번?", which):
        return await _cancel_number(chat, int(number[1]))
    if re.fullmatch(r"다|전부|모두|전체", which.strip()):
        return CancelAll()
    return await _cancel_about(chat, await chat.jobs(JOB), which.strip())


@plugin.conversation("알림 지우기", expires=timedelta(minutes=5))
@dataclass
class CancelAll(Conversation):
    """Whether really all are to go."""

    async def begin(self, chat: Chat) -> Step:
        """Ask, if there are any."""
        jobs = await chat.jobs(JOB)
        if not jobs:
            return Done(_nothing(chat))
        question = chat.by_level(f"알림 {len(jobs)}개를 모두 지울까요?", f"알림 {len(jobs)}개를 다 지울까?")
        return Ask(question, then=self.sure, choices=chat.by_level("네,아니요", "응,아니").split(","))

    async def sure(self, chat: Chat, answer: str) -> Step:
        """Hear yes; everything else is no."""
        if not _YES.fullmatch(answer.strip()):
            return Done(chat.by_level("그대로 둘게요.", "그대로 둘게."))
        jobs = await chat.jobs(JOB)
        for job in jobs:
            await chat.cancel_job(job)
        return Done(chat.by_level(f"알림 {len(jobs)}개를 모두 지웠어요.", f"알림 {len(jobs)}개를 다 지웠어."))


async def _cancel_number(chat: Chat, number: int) -> str:
    jobs = await chat.jobs(JOB)
    shown = await chat.here.get(_SHOWN, Shown)
    ids = [job.id for job in jobs]
    if shown is not None and chat.now - shown.at <= _SHOWN_FOR:
        ids = list(shown.ids)
    if not 1 <= number <= len(ids):
        return chat.by_level(
            f"{number}번 알림은 없어요. '/알림 목록'으로 번호를 봐 주세요.",
            f"{number}번 알림은 없어. '/알림 목록'으로 번호를 봐 줘.",
        )
    job = next((job for job in jobs if job.id == ids[number - 1]), None)
    if job is None:
        return chat.by_level(f"{number}번 알림은 이미 끝났어요.", f"{number}번 알림은 이미 끝났어.")
    return await _cancel(chat, job)


async def _cancel_about(chat: Chat, jobs: list[Job], words: str) -> str:
    meant = [job for job in jobs if words.replace(" ", "") in _line(job, chat).replace(" ", "")]
    if not jobs:
        return _nothing(chat)
    if len(meant) == 1:
        return await _cancel(chat, meant[0])
    listed = await show(chat)
    if not meant:
        return chat.by_level(f"'{words}' 알림은 못 찾았어요.", f"'{words}' 알림은 못 찾았어.") + f" {listed}"
    return chat.by_level("어느 알림을 지울까요?", "어느 알림을 지울까?") + f" {listed}"


async def _cancel(chat: Chat, job: Job) -> str:
    await chat.cancel_job(job)
    return chat.by_level(f"알림을 지웠어요: {_line(job, chat)}", f"알림을 지웠어: {_line(job, chat)}")


def _nothing(chat: Chat) -> str:
    return chat.by_level("맞춰 둔 알림이 없어요.", "맞춰 둔 알림이 없어.")


def _line(job: Job, chat: Chat) -> str:
    return f"{described(job, chat.now)} — {text_of(job)}"
