"""The plugin itself: what may be taught, by whom it is forgotten, and answering with it. Each room learns for itself.

A lesson is stored with the one who taught it, in that room, and so is erased with them. What an admin deletes of another
person's is hidden, since nobody's values are changed but one's own.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pydantic import BaseModel

from chatbot import Chat, Plugin, Rest, Role, korean
from chatbot.builtin.spoken import uncalled
from chatbot.builtin.teaching.lessons import (
    LONGEST_ANSWER,
    LONGEST_KEY,
    Lesson,
    explicit_lesson,
    is_link,
    lesson_of,
)
from chatbot.builtin.teaching.matching import folded, nearest

MOST = 200
"""Lessons of a person in a room."""
_ON_A_PAGE = 100
"""Lessons stored in one value, which may have 64 Ki characters."""
_LISTED = 20
_LATE = 1000
"""Behind every other plugin's matchers."""
_GRAVE = re.compile(
    r"자살|자해|죽고 ?싶|죽어 ?버리|죽여|죽을래|뛰어내|목 ?(?:을 )?[매맬맸]|손목|살기 ?싫|사라지고 ?싶|유서|번개탄|수면제"
)
_fold = lru_cache(maxsize=8192)(folded)


class Settings(BaseModel):
    """Whether "안녕=반가워" teaches without any other word."""

    bare: bool = True


plugin = Plugin("가르치기", about="'안녕=반가워'처럼 가르치면 이 방에서 그대로 대답해요.", settings=Settings)


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson as it is stored, under a number of the room's. ``by``: the name of who taught it."""

    number: int
    key: str
    answer: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """What a room's lessons have in common.

    Attributes:
        pages: how many keys of ``chat.here`` anybody uses.
        next: the number of the next lesson.
        hidden: the numbers of those that an admin deleted.
    """

    pages: int = 0
    next: int = 1
    hidden: tuple[int, ...] = ()


@plugin.command("가르치기", "teach")
async def teach(chat: Chat, 말: Rest = "") -> str:
    """이 방에서 할 대답을 가르쳐 주세요. '/가르치기 안녕 = 반가워'"""
    found = explicit_lesson(말)
    if found is None:
        return chat.by_level(
            "'/가르치기 안녕 = 반가워'처럼 적어 주세요. 배운 말은 '/가르치기 목록'으로 볼 수 있어요.",
            "'/가르치기 안녕 = 반가워'처럼 적어 줘. 배운 말은 '/가르치기 목록'으로 볼 수 있어.",
        )
    return await _learned(chat, found)


@plugin.command("가르치기 목록", "teach list")
async def list_lessons(chat: Chat, 쪽: int = 1) -> str:
    """이 방에서 배운 말을 보여 드려요."""
    lessons = await _lessons(chat)
    if not lessons:
        return chat.by_level(
            "아직 배운 말이 없어요. '안녕=반가워'처럼 가르쳐 주세요.",
            "아직 배운 말이 없어. '안녕=반가워'처럼 가르쳐 줘.",
        )
    pages = -(-len(lessons) // _LISTED)
    page = min(max(쪽, 1), pages)
    shown = lessons[(page - 1) * _LISTED : page * _LISTED]
    lines = [f"{one.number}. {one.key} → {one.answer} ({one.by or '이 방 사람'})" for _, one in shown]
    more = f"\n({page}/{pages}쪽, '/가르치기 목록 {page % pages + 1}')" if pages > 1 else ""
    return "\n".join(lines) + more


@plugin.command("가르치기 지우기", "teach delete")
async def delete_lesson(chat: Chat, 번호: int) -> str:
    """가르친 말을 번호로 지워요."""
    author, lesson = next(((one, found) for one, found in await _lessons(chat) if found.number == 번호), ("", None))
    if lesson is None:
        return chat.by_level(
            "그 번호로 배운 말은 없어요. '/가르치기 목록'에서 번호를 봐 주세요.",
            "그 번호로 배운 말은 없어. '/가르치기 목록'에서 번호를 봐 줘.",
        )
    if author == chat.speaker.id:
        await _remove(chat, 번호)
    elif chat.role >= Role.ADMIN:
        register = await _register(chat)
        await chat.in_room.put("배운 말의 번호", replace(register, hidden=(*register.hidden, 번호)))
    else:
        return chat.by_level("직접 가르친 말만 지울 수 있어요.", "직접 가르친 말만 지울 수 있어.")
    return chat.by_level(f"{번호}번은 잊었어요.", f"{번호}번은 잊었어.")


@plugin.match(r"=|라고")
async def hear_lesson(chat: Chat, settings: Settings) -> str | None:
    """Learn "안녕=반가워" and "누가 안녕하면 반가워라고 해"."""
    text = uncalled(chat.text, chat.bot_name)
    lesson = lesson_of(text)
    if lesson is None or (not settings.bare and text.startswith(lesson.key)):
        return None
    return await _learned(chat, lesson)


@plugin.match(r"\S", priority=_LATE)
async def answer(chat: Chat) -> str | None:
    """Answer with what was taught."""
    if not (await _register(chat)).pages or len(chat.text) > 2 * LONGEST_KEY:
        return None
    answers: dict[str, list[str]] = {}
    for _, lesson in await _lessons(chat):
        answers.setdefault(_fold(lesson.key), []).append(lesson.answer)
    key = nearest(folded(uncalled(chat.text, chat.bot_name)), answers)
    return None if key is None else random.choice(answers[key])


async def _learned(chat: Chat, lesson: Lesson) -> str:
    """Store a lesson if it may be one; return what is said."""
    if (problem := _problem(chat, lesson)) is not None:
        return problem
    own = [one for author, one in await _lessons(chat) if author == chat.speaker.id]
    if any(one.answer == lesson.answer and _fold(one.key) == _fold(lesson.key) for one in own):
        return chat.by_level("그건 벌써 배웠어요.", "그건 벌써 배웠어.")
    if len(own) >= MOST:
        return chat.by_level(
            f"한 사람이 가르칠 수 있는 {MOST}개를 다 채웠어요. '/가르치기 지우기 번호'로 자리를 비워 주세요.",
            f"한 사람이 가르칠 수 있는 {MOST}개를 다 채웠어. '/가르치기 지우기 번호'로 자리를 비워 줘.",
        )
    register = await _register(chat)
    page, lessons = await _roomy_page(chat)
    await chat.here.put(
        f"가르친 말 {page + 1}", (*lessons, Taught(register.next, lesson.key, lesson.answer, chat.speaker.name))
    )
    await chat.in_room.put(
        "배운 말의 번호", replace(register, pages=max(register.pages, page + 1), next=register.next + 1)
    )
    key, said = f"'{lesson.key}'", korean.josa(f"'{lesson.answer}'", "이라고/라고")
    return chat.by_level(
        f"배웠어요. {korean.josa(key, '이라고/라고')} 하면 {said} 할게요.",
        f"배웠어. {korean.josa(key, '이라고/라고')} 하면 {said} 할게.",
    )


def _problem(chat: Chat, lesson: Lesson) -> str | None:
    """Return why something is not learned; ``None`` if it can be."""
    if len(lesson.key) > LONGEST_KEY or len(lesson.answer) > LONGEST_ANSWER:
        return chat.by_level(
            f"조금 길어요. 듣는 말은 {LONGEST_KEY}자, 대답은 {LONGEST_ANSWER}자까지 배울 수 있어요.",
            f"조금 길어. 듣는 말은 {LONGEST_KEY}자, 대답은 {LONGEST_ANSWER}자까지 배울 수 있어.",
        )
    if lesson.key.startswith("/") or lesson.answer.startswith("/") or is_link(lesson.key) or is_link(lesson.answer):
        return chat.by_level("명령이나 링크는 배우지 않아요.", "명령이나 링크는 안 배워.")
    both = f"{lesson.key}\n{lesson.answer}"
    if _GRAVE.search(both) or not chat.is_clean(lesson.key) or not chat.is_clean(lesson.answer):
        return chat.by_level(
            "그 말은 배우지 않을게요. 다른 말을 가르쳐 주세요.", "그 말은 안 배울게. 다른 말을 가르쳐 줘."
        )
    return None


async def _register(chat: Chat) -> Register:
    return await chat.in_room.get("배운 말의 번호", Register, Register())


async def _lessons(chat: Chat) -> list[tuple[str, Taught]]:
    """Return the room's lessons, each behind the id of who taught it, by their numbers."""
    register = await _register(chat)
    hidden = frozenset(register.hidden)
    pages: list[Mapping[str, Sequence[Taught]]] = [
        await chat.here.of_everyone(f"가르친 말 {page + 1}", list[Taught]) for page in range(register.pages)
    ]
    found = [(author, one) for page in pages for author, lessons in page.items() for one in lessons]
    return sorted((pair for pair in found if pair[1].number not in hidden), key=lambda pair: pair[1].number)


async def _roomy_page(chat: Chat) -> tuple[int, list[Taught]]:
    """Return this person's first page that has room for another lesson, without those that were hidden."""
    hidden = frozenset((await _register(chat)).hidden)
    page = 0
    while True:
        lessons = await chat.here.get(f"가르친 말 {page + 1}", list[Taught]) or []
        kept = [one for one in lessons if one.number not in hidden]
        if len(kept) < _ON_A_PAGE:
            return page, kept
        page += 1


async def _remove(chat: Chat, number: int) -> None:
    for page in range((await _register(chat)).pages):
        lessons = await chat.here.get(f"가르친 말 {page + 1}", list[Taught]) or []
        kept = [one for one in lessons if one.number != number]
        if len(kept) < len(lessons):
            await chat.here.put(f"가르친 말 {page + 1}", kept or None)
