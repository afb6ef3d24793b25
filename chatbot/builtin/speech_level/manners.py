"""The plugin itself: what is asked, understood and confirmed. Knows nothing of how wishes are worded."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel

from chatbot import Answer, Chat, Choice, Plugin, Profile, Reply, Rest, Source, SpeechLevel, Talk, korean
from chatbot.builtin.names import is_title
from chatbot.builtin.speech_level.wishes import Wish, answer_of, asks_leave, wish_of, wish_within
from chatbot.builtin.spoken import uncalled

_ASKS_AT = 2
"""The reply to which the question is added: by then it is a conversation."""
_LONGEST = 12
_LONGEST_READ = 200
"""Characters of a message beyond which it is about something else."""
_NAME = re.compile(r"[가-힣ㄱ-ㅎA-Za-z0-9][가-힣ㄱ-ㅎA-Za-z0-9 ._-]*")
_HEAVY = re.compile(r"[ㅠㅜ]{2}|힘들|슬프|슬퍼|우울|외로|죽|아프|아파|무서|불안|눈물|울었|헤어졌|속상|화나|짜증")
"""What one does not answer with a question about names."""
_ASKED_NAME = re.compile(r"뭐라고 (?:불러 ?(?:드릴|드리|줄)|부르면)|어떻게 (?:불러 ?(?:드릴|드리|줄)|부르면)")
_NONE = {"빼기", "없음", "없이", "지우기", "삭제", "빼", "빼줘"}
_SPOKEN = frozenset({Source.GENERATED, Source.EXAMPLE, Source.REFINED})


class Settings(BaseModel):
    """Whether a person is asked how they want to be talked to, once, alone with the bot."""

    ask: bool = True


plugin = Plugin("말투", about="존댓말과 반말, 부르는 이름을 정해요.", settings=Settings)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What was asked of a person. ``waits``: whether their next message may be the answer."""

    replies: int = 0
    asked: bool = False
    waits: bool = False


@plugin.command("말투", "speech")
async def set_level(chat: Chat, 말투: Literal["존댓말", "반말"] | None = None) -> str | Answer:
    """존댓말과 반말 가운데 골라요."""
    if 말투 is not None:
        return await _fulfilled(chat, Wish(SpeechLevel(말투)))
    now = chat.by_level(
        "지금은 존댓말로 이야기하고 있어요. 어떻게 할까요?", "지금은 반말로 얘기하고 있어. 어떻게 할까?"
    )
    return Answer(now, choices=[Choice(one.value, f"/말투 {one.value}") for one in SpeechLevel])


@plugin.command("호칭", "call")
async def set_name(chat: Chat, 이름: Rest = "") -> str:
    """저에게 불리고 싶은 이름을 정해요. '/호칭 빼기'로 뺄 수 있어요."""
    if 이름 in _NONE:
        return await _fulfilled(chat, Wish(called=""))
    if 이름:
        return await _fulfilled(chat, Wish(called=이름))
    called = chat.profile.called
    if called is None:
        return chat.by_level(
            "아직 정해 둔 호칭이 없어요. '/호칭 민수'처럼 알려 주세요.",
            "아직 정해 둔 호칭이 없어. '/호칭 민수'처럼 알려 줘.",
        )
    return chat.by_level(
        f"지금은 {korean.josa(_titled(called), '이라고/라고')} 부르고 있어요. '/호칭 빼기'로 뺄 수 있어요.",
        f"지금은 {korean.josa(called, '이라고/라고')} 부르고 있어. '/호칭 빼기'로 뺄 수 있어.",
    )


@plugin.match(
    r"반말|평어|예사말|존[댓대뎃]말?|높임말|경어|해요체|말|편하게|편히|부르|불러|라고|이라|호칭|이름|공손|정중|예의"
)
async def hear_wish(chat: Chat) -> str | None:
    """Fulfil a wish that is all that a message says."""
    text = uncalled(chat.text, chat.bot_name)
    if len(text) > _LONGEST_READ:
        return None
    if (wish := wish_of(text)) is not None:
        return await _fulfilled(chat, wish)
    if asks_leave(text) and chat.profile.level is SpeechLevel.POLITE and not chat.is_group:
        await chat.person.put("첫인사", Meeting(_ASKS_AT, asked=True, waits=True))
        return "그럼요, 편하게 말씀해 주세요. 저도 말을 놓을까요?"
    return None


@plugin.before_generate
async def hear_answer(chat: Chat, talk: Talk) -> str | Talk | None:
    """Understand what answers the question, and wishes in the midst of other things."""
    text = uncalled(chat.text, chat.bot_name)
    if len(text) > _LONGEST_READ or text.startswith("/"):
        return None
    meeting = await chat.person.get("첫인사", Meeting, Meeting())
    wish = None
    if meeting.waits and not chat.is_group:
        await chat.person.put("첫인사", replace(meeting, waits=False))
        wish = answer_of(text)
    elif talk.bot_replies and _ASKED_NAME.search(talk.bot_replies[-1]):  # the model asked
        wish = answer_of(text)
        wish = None if wish is None else replace(wish, level=None)
    if wish is not None and (wish.called or wish.level not in (None, chat.profile.level)):
        return await _fulfilled(chat, wish)
    if (wish := wish_within(text)) is not None and _problem(chat, wish.called) is None:
        await _take(chat, wish)
        return replace(talk, level=chat.profile.level)
    return None


@plugin.after_generate
async def ask(chat: Chat, reply: Reply, settings: Settings) -> Reply | None:
    """Confirm a wish from the midst of other things; ask how a person wants to be talked to, once in their life."""
    text = uncalled(chat.text, chat.bot_name)
    if text.startswith("/"):  # 다시
        return None
    wish = wish_within(text) if len(text) <= _LONGEST_READ else None
    if wish is not None and _problem(chat, wish.called) is None:
        # What ``hear_answer`` changed is not stored yet.
        profile = replace(chat.profile, level=wish.level or chat.profile.level)
        return replace(reply, text=f"{_confirmed(profile, wish)}\n{reply.text}")
    if chat.is_group or not settings.ask or reply.source not in _SPOKEN:
        return None
    meeting = await chat.person.get("첫인사", Meeting, Meeting())
    if meeting.asked or chat.profile.called is not None:
        return None
    replies = min(meeting.replies + 1, _ASKS_AT)
    # A reply of several lines carries another plugin's question already.
    if replies < _ASKS_AT or "\n" in reply.text or _HEAVY.search(chat.text):
        if replies != meeting.replies:
            await chat.person.put("첫인사", Meeting(replies))
        return None
    await chat.person.put("첫인사", Meeting(replies, asked=True, waits=True))
    question = chat.by_level(
        "참, 뭐라고 불러 드릴까요? 말은 편하게 해도 괜찮을까요?", "참, 뭐라고 불러 줄까? 존댓말이 편하면 말해 줘."
    )
    return replace(reply, text=f"{reply.text}\n{question}")


async def _fulfilled(chat: Chat, wish: Wish) -> str:
    """Do what a person wishes; return what is said, in the new level."""
    if (problem := _problem(chat, wish.called)) is not None:
        return problem
    before = chat.profile
    await _take(chat, wish)
    return _confirmed(chat.profile, wish, before)


async def _take(chat: Chat, wish: Wish) -> None:
    called = wish.called
    if wish.not_called is not None and chat.profile.called not in (None, wish.not_called):
        called = None  # another one is in use, which was not complained about
    if wish.level is not None or called is not None:
        await chat.update_profile(level=wish.level, called=called)
    meeting = await chat.person.get("첫인사", Meeting, Meeting())
    if not meeting.asked or meeting.waits:
        await chat.person.put("첫인사", Meeting(meeting.replies, asked=True))


def _confirmed(profile: Profile, wish: Wish, before: Profile | None = None) -> str:
    """Return what is said to a wish that was fulfilled. ``before``: how it was, to be told where nothing changed."""
    polite = profile.level is SpeechLevel.POLITE
    same = before is not None and before.level is wish.level
    if wish.level is None:
        level = ""
    elif polite:
        level = "계속 존댓말로 이야기할게요." if same else "이제부터 존댓말로 이야기할게요."
    else:
        level = "계속 편하게 말할게." if same else "이제부터 편하게 말할게."
    if wish.called:
        name = f"네, {_titled(wish.called)}!" if polite else f"그래, {_vocative(wish.called)}!"
        return f"{name} {level or ('앞으로 그렇게 부를게요.' if polite else '앞으로 그렇게 부를게.')}"
    yes = "네," if polite else "그래,"
    if wish.not_called is not None:
        return f"{yes} {level or ('그렇게는 부르지 않을게요.' if polite else '그렇게는 안 부를게.')}"
    if wish.called is not None and not level:
        level = "호칭 없이 이야기할게요." if polite else "호칭 없이 얘기할게."
    return f"{yes} {level}"


def _problem(chat: Chat, called: str | None) -> str | None:
    """Return why somebody cannot be called so, in their level; ``None`` if they can."""
    if not called:
        return None
    if len(called) > _LONGEST:
        return chat.by_level(
            f"그 이름은 조금 길어요. {_LONGEST}자 안으로 알려 주세요.",
            f"그 이름은 조금 길어. {_LONGEST}자 안으로 알려 줘.",
        )
    if called.casefold() == chat.bot_name.casefold():
        return chat.by_level(
            "그건 제 이름이라 헷갈려요. 다른 이름으로 알려 주세요.", "그건 내 이름이라 헷갈려. 다른 이름으로 알려 줘."
        )
    if not _NAME.fullmatch(called) or not any(letter.isalpha() for letter in called):
        return chat.by_level(
            "한글이나 영어로 된 이름으로 알려 주세요. 숫자만으로는 부르기 어려워요.",
            "한글이나 영어로 된 이름으로 알려 줘. 숫자만으로는 부르기 어려워.",
        )
    if not chat.is_clean(called):
        return chat.by_level(
            "그렇게는 부르기 어려워요. 다른 이름으로 알려 주실래요?", "그렇게는 부르기 어려워. 다른 이름으로 알려 줄래?"
        )
    return None


def _titled(name: str) -> str:
    return name if is_title(name) else f"{name} 님"


def _vocative(name: str) -> str:
    return name if is_title(name) else korean.josa(name, "아/야")
