"""투표: a room's people choose among options, one vote each. The poll is stored with its opener, each vote with its voter.

So whoever has themselves erased takes their vote along, and the opener the whole poll. Votes name the poll by its number;
those of polls that are over mean nothing any more and are written over by the next one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chatbot import Answer, Chat, Choice, Job, Once, Plugin, Rest, Role, Where, korean

FEWEST, MOST = 2, 10
LONGEST_QUESTION = 200
LONGEST_OPTION = 40
_LONGEST = timedelta(days=7)
"""How long a poll is open at most; one that was forgotten does not stop others."""
_END_JOB = "투표 마감"

plugin = Plugin("투표", about="단톡방에서 투표를 열고 결과를 세어 드려요.")


@dataclass(frozen=True, slots=True)
class Poll:
    """An open poll. ``secret``: only counts are told, not who voted for what."""

    number: int
    question: str
    options: tuple[str, ...]
    opened_at: datetime
    secret: bool = False
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody chose: the number of the poll, and of the option, from 0. ``name``: under which it is told."""

    poll: int
    option: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A poll as somebody wrote it."""

    question: str
    options: tuple[str, ...]
    secret: bool = False
    lasts: timedelta | None = None


_FLAG = re.compile(r"(?:비밀|익명)(?:투표|으로|로)?(?=\s|$)[\s:,]*")
_SPAN = re.compile(
    r"(?:(?P<days>\d{1,3}) ?일)?\s?(?:(?P<hours>\d{1,3}) ?시간)?\s?(?:(?P<half>반)|(?P<minutes>\d{1,4}) ?분)?"
    r"(?: ?(?:동안|뒤에?|후에?|안에))?(?: ?마감)?(?=\s|$)[\s:,]*"
)
_QUESTION = re.compile(r"(?P<question>.+?(?:[?？]+[!~ㅋㅎ]*|:(?=\s)))\s*(?P<rest>.*)", re.DOTALL)
_NUMBERED = re.compile(r"(?:\d{1,2}[.)](?!\d)|[①-⑩]|[-•*])\s*")
_SEPARATORS = (r"\s*[|｜\n]\s*", r"\s*[,，、;]\s*", r"\s+/\s+", r"\s+(?:vs\.?|VS|대|또는|아니면)\s+")


def read_poll(text: str) -> Draft:
    """Return the poll that a text describes: "비밀 10분 점심 뭐 먹지? 김밥 | 라면". It may have too few options."""
    rest, secret, lasts = unicodedata.normalize("NFC", text).strip(), False, None
    while True:
        if (flag := _FLAG.match(rest)) is not None:
            secret, rest = True, rest[flag.end() :]
        elif lasts is None and (span := _span(rest)) is not None:
            lasts, rest = span
        else:
            break
    asked = _QUESTION.fullmatch(rest)
    question = asked["question"].removesuffix(":").strip() if asked is not None else ""
    options = _options(asked["rest"] if asked is not None else rest, is_asked=bool(question))
    return Draft(question, options, secret, lasts)


def _span(text: str) -> tuple[timedelta, str] | None:
    match = _SPAN.match(text)
    if match is None or not (match["days"] or match["hours"] or match["minutes"]):
        return None
    days, hours, minutes = (int(match[unit] or 0) for unit in ("days", "hours", "minutes"))
    return timedelta(days=days, hours=hours, minutes=minutes + 30 * bool(match["half"])), text[match.end() :]


def _options(text: str, is_asked: bool) -> tuple[str, ...]:
    """Return options by the first separator that the text has; by blanks only behind a question."""
    parts = [text]
    for separator in (*_SEPARATORS, *((r"\s+",) if is_asked else ())):
        parts = [part for part in re.split(separator, text) if part.strip()]
        if len(parts) > 1:
            break
    named = (_NUMBERED.sub("", part.strip(), count=1).strip() for part in parts)
    return tuple(dict.fromkeys(" ".join(option.split()) for option in named if option))


@plugin.command("투표", "poll", where=Where.GROUP)
async def vote_or_open(chat: Chat, 내용: Rest = "") -> str | Answer:
    """투표를 열거나('/투표 점심 뭐 먹지? 김밥 | 라면') 번호로 한 표를 던져요('/투표 2')."""
    poll, opener = await _open_poll(chat)
    if not 내용:
        return _usage(chat) if poll is None else _shown(chat, poll)
    choice = None if poll is None else _choice(poll, 내용)
    if poll is not None and choice is not None:
        return await _voted(chat, poll, choice)
    if re.fullmatch(r"\d{1,3} ?번?", 내용):
        if poll is None:
            return _none_open(chat)
        return chat.by_level(
            f"1번부터 {len(poll.options)}번 가운데에서 골라 주세요.",
            f"1번부터 {len(poll.options)}번 가운데에서 골라 줘.",
        )
    if poll is not None:
        whose = (
            chat.by_level("직접 여신", "네가 연")
            if opener == chat.speaker.id
            else chat.by_level("다른 분이 연", "다른 사람이 연")
        )
        return chat.by_level(
            f"{whose} 투표가 아직 열려 있어요. '/투표 끝'으로 마친 뒤에 새로 열어 주세요.",
            f"{whose} 투표가 아직 열려 있어. '/투표 끝'으로 마친 뒤에 새로 열어 줘.",
        )
    return await _opened(chat, read_poll(내용))


@plugin.command("투표 결과", "poll result", where=Where.GROUP)
async def show_result(chat: Chat) -> str:
    """지금까지의 표를 세어 드려요."""
    poll, _ = await _open_poll(chat)
    if poll is None:
        return _none_open(chat)
    return _counted(
        poll, await _votes(chat, poll), poll.question or chat.by_level("지금까지 이래요.", "지금까지 이래.")
    )


@plugin.command("투표 끝", "투표 마감", "투표 종료", "poll end", where=Where.GROUP)
async def end_poll(chat: Chat) -> str:
    """투표를 마치고 결과를 알려 드려요. 연 사람과 관리자가 할 수 있어요."""
    poll, opener = await _open_poll(chat)
    if poll is None:
        return _none_open(chat)
    if opener != chat.speaker.id and chat.role < Role.ADMIN:
        return chat.by_level("투표는 연 사람이나 관리자가 끝낼 수 있어요.", "투표는 연 사람이나 관리자가 끝낼 수 있어.")
    for job in await chat.jobs(_END_JOB):
        await chat.cancel_job(job)
    return await _ended(chat, poll)


@plugin.job(_END_JOB)
async def end_in_time(chat: Chat, job: Job, number: int) -> str | None:
    """End a poll whose time is over, unless it was ended before."""
    poll, _ = await _open_poll(chat)
    return await _ended(chat, poll) if poll is not None and poll.number == number else None


async def _open_poll(chat: Chat) -> tuple[Poll | None, str]:
    """Return the room's open poll, and the id of who opened it."""
    ended = await chat.in_room.get("끝난 투표", int, 0)
    opened = await chat.here.of_everyone("연 투표", Poll)
    opener, poll = max(opened.items(), key=lambda one: one[1].number, default=("", None))
    if poll is None or poll.number <= ended or chat.now - poll.opened_at > _LONGEST + timedelta(hours=1):
        return None, ""
    return poll, opener


async def _opened(chat: Chat, draft: Draft) -> str | Answer:
    if (problem := _problem(chat, draft)) is not None:
        return problem
    number = await chat.in_room.get("마지막 투표", int, 0) + 1
    ends_at = None if draft.lasts is None else chat.now + draft.lasts
    poll = Poll(number, draft.question, draft.options, chat.now, draft.secret, ends_at)
    await chat.here.put("연 투표", poll)
    await chat.in_room.put("마지막 투표", number)
    if ends_at is not None:
        await chat.schedule(_END_JOB, Once(ends_at), number=number)
    return _shown(chat, poll)


def _problem(chat: Chat, draft: Draft) -> str | None:
    """Return why a poll cannot be opened; ``None`` if it can."""
    if len(draft.options) < FEWEST:
        return _usage(chat)
    if len(draft.options) > MOST:
        return chat.by_level(f"고를 것은 {MOST}개까지 적을 수 있어요.", f"고를 것은 {MOST}개까지 적을 수 있어.")
    if len(draft.question) > LONGEST_QUESTION or any(len(option) > LONGEST_OPTION for option in draft.options):
        return chat.by_level(
            f"질문은 {LONGEST_QUESTION}자, 고를 것은 하나에 {LONGEST_OPTION}자까지 적을 수 있어요.",
            f"질문은 {LONGEST_QUESTION}자, 고를 것은 하나에 {LONGEST_OPTION}자까지 적을 수 있어.",
        )
    if draft.lasts is not None and not timedelta(minutes=1) <= draft.lasts <= _LONGEST:
        return chat.by_level("마감은 1분 뒤부터 7일 뒤까지로 정해 주세요.", "마감은 1분 뒤부터 7일 뒤까지로 정해 줘.")
    if not all(map(chat.is_clean, (draft.question, *draft.options))):
        return chat.by_level(
            "그 말로는 투표를 열기 어려워요. 다르게 적어 주세요.", "그 말로는 투표를 열기 어려워. 다르게 적어 줘."
        )
    return None


def _shown(chat: Chat, poll: Poll) -> Answer:
    how = chat.by_level(
        "'/투표 번호'로 골라 주세요. 한 사람에 한 표이고, 바꿀 수 있어요.",
        "'/투표 번호'로 골라 줘. 한 사람에 한 표고, 바꿀 수 있어.",
    )
    until = "" if poll.ends_at is None else f" ({_clock(poll.ends_at, chat.now)}까지)"
    kind = "비밀 투표" if poll.secret else "투표"
    choices = [Choice(option, f"/투표 {place}") for place, option in enumerate(poll.options, 1)]
    return Answer(f"[{kind}] {poll.question or '하나를 골라 주세요'}{until}\n{how}", choices=choices)


def _choice(poll: Poll, words: str) -> int | None:
    """Return which option somebody means, by its number or in its own words."""
    number = re.fullmatch(r"(\d{1,2}) ?번?", words)
    if number is not None and 1 <= int(number[1]) <= len(poll.options):
        return int(number[1]) - 1
    wanted = "".join(words.split()).casefold()
    spelled = ["".join(option.split()).casefold() for option in poll.options]
    return spelled.index(wanted) if wanted in spelled and number is None else None


async def _voted(chat: Chat, poll: Poll, choice: int) -> str:
    before = await chat.here.get("던진 표", Vote)
    await chat.here.put("던진 표", Vote(poll.number, choice, "" if poll.secret else chat.speaker.name))
    count = len(await _votes(chat, poll))
    so_far = chat.by_level(f"지금까지 {count}명이 투표했어요.", f"지금까지 {count}명이 투표했어.")
    changed = before is not None and before.poll == poll.number and before.option != choice
    if poll.secret:
        words = (
            chat.by_level("표를 바꿨어요.", "표를 바꿨어.")
            if changed
            else chat.by_level("한 표 받았어요.", "한 표 받았어.")
        )
        return f"{words} {so_far}"
    option = f"'{poll.options[choice]}'"
    if changed:
        return f"{korean.josa(option, '으로/로')} {chat.by_level('바꿨어요.', '바꿨어.')} {so_far}"
    return f"{option}에 {chat.by_level('한 표 받았어요.', '한 표 받았어.')} {so_far}"


async def _votes(chat: Chat, poll: Poll) -> list[Vote]:
    """Return everybody's votes."""
    votes = (await chat.here.of_everyone("던진 표", Vote)).values()
    return [vote for vote in votes if vote.poll == poll.number and vote.option < len(poll.options)]


async def _ended(chat: Chat, poll: Poll) -> str:
    await chat.in_room.put("끝난 투표", poll.number)
    votes = await _votes(chat, poll)
    first = chat.by_level("투표가 끝났어요!", "투표가 끝났어!")
    counted = _counted(poll, votes, f"{first} {poll.question}".strip())
    return f"{counted}\n{_winner(chat, poll.options, [vote.option for vote in votes])}"


def _counted(poll: Poll, votes: Sequence[Vote], first: str) -> str:
    lines = [first]
    for place, option in enumerate(poll.options):
        of_it = [vote for vote in votes if vote.option == place]
        names = ", ".join(vote.name for vote in of_it if vote.name)
        lines.append(f"{place + 1}. {option}: {len(of_it)}표" + (f" ({names})" if names else ""))
    return "\n".join(lines)


def _winner(chat: Chat, options: Sequence[str], votes: Sequence[int]) -> str:
    if not votes:
        return chat.by_level("아무도 투표하지 않았어요.", "아무도 투표하지 않았어.")
    counts = Counter(votes)
    most = max(counts.values())
    best = [f"'{options[place]}'" for place in sorted(counts) if counts[place] == most]
    if len(best) == 1:
        name = korean.josa(best[0], "이/가")
        return chat.by_level(f"{name} {most}표로 뽑혔어요.", f"{name} {most}표로 뽑혔어.")
    listed = ", ".join(best[:-1])
    together = f"{korean.josa(listed, '과/와')} {korean.josa(best[-1], '이/가')}"
    return chat.by_level(f"{together} {most}표씩으로 같아요.", f"{together} {most}표씩으로 같아.")


def _usage(chat: Chat) -> str:
    return chat.by_level(
        "이렇게 열어 주세요: '/투표 점심 뭐 먹지? 김밥 | 라면 | 돈가스'. "
        "앞에 '10분'을 적으면 그때 마감하고, '비밀'을 적으면 이름을 가려요.",
        "이렇게 열어 줘: '/투표 점심 뭐 먹지? 김밥 | 라면 | 돈가스'. "
        "앞에 '10분'을 적으면 그때 마감하고, '비밀'을 적으면 이름을 가려.",
    )


def _none_open(chat: Chat) -> str:
    return chat.by_level(
        "지금 열린 투표가 없어요. '/투표 점심 뭐 먹지? 김밥 | 라면'처럼 열어 주세요.",
        "지금 열린 투표가 없어. '/투표 점심 뭐 먹지? 김밥 | 라면'처럼 열어 줘.",
    )


def _clock(moment: datetime, now: datetime) -> str:
    local = moment.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{local.month}월 {local.day}일 {local:%H:%M}"
