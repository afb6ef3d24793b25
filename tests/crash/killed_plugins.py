"""The plugins of bots that are killed: a conversation of several steps, a game of a room, reminders, and a bad one."""

import os
from dataclasses import dataclass, field
from datetime import timedelta

from chatbot import Ask, Chat, Conversation, Done, Every, Job, Missed, Once, Plugin, Step

story = Plugin("이야기")
"""Every answer says all that was said before, and how much was said in all."""
game = Plugin("세기")
reminder = Plugin("알림")
bomb = Plugin("폭탄")
"""Ends the process, as a bug in an extension module would."""
WORDS = 4
"""So many words are a story."""


@story.conversation("이야기", commands=("이야기",))
@dataclass
class Story(Conversation):
    """Hears some words."""

    words: list[str] = field(default_factory=list[str])

    async def begin(self, chat: Chat) -> Step:
        """Ask for the first word."""
        return Ask(f"시작! {await _count(chat)}", then=self.hear)

    async def hear(self, chat: Chat, word: str) -> Step:
        """Add a word."""
        self.words.append(word)
        said = f"{'-'.join(self.words)} {await _count(chat)}"
        return Ask(said, then=self.hear) if len(self.words) < WORDS else Done(f"{said}!")


async def _count(chat: Chat) -> int:
    count = await chat.person.get("번", int, 0) + 1
    await chat.person.put("번", count)
    return count


@game.conversation("세기", commands=("세기",), room=True)
@dataclass
class Counting(Conversation):
    """A room counts together."""

    who: list[str] = field(default_factory=list[str])

    async def begin(self, chat: Chat) -> Step:
        """Begin at one."""
        return Ask("하나부터!", then=self.count)

    async def count(self, chat: Chat, number: int) -> Step:
        """Hear the next number from anybody."""
        if number != len(self.who) + 1:
            return Done(f"{number}? {''.join(self.who)}")
        self.who.append(chat.speaker.id)
        await chat.in_room.put("높이", number)
        return Ask(f"{number}!", then=self.count)


@reminder.command("알림")
async def plan(chat: Chat, text: str, milliseconds: int) -> str:
    """Ring once, soon."""
    await chat.schedule("알림", Once(chat.now + timedelta(milliseconds=milliseconds)), text=text)
    return f"예약 {text}"


@reminder.command("되풀이")
async def repeat(chat: Chat) -> str:
    """Ring again and again."""
    await chat.schedule("알림", Every(timedelta(seconds=1)), missed=Missed.ONCE, text="되풀이")
    return "되풀이해요."


@reminder.job("알림")
async def ring(chat: Chat, job: Job, text: str) -> str:
    """Ring."""
    rung = [*await chat.here.get("울림", list[str], list[str]()), text]
    await chat.here.put("울림", rung)
    return f"따르릉 {text} {job.due.isoformat()} {len(rung)}"


@bomb.command("폭발")
def explode() -> str:
    """End the process."""
    os._exit(7)


@bomb.keyword("펑")
async def bang(chat: Chat) -> None:
    """End the process."""
    await chat.here.put("흔적", True)
    os._exit(7)


@bomb.conversation("도화선", commands=("도화선",))
@dataclass
class Fuse(Conversation):
    """Ends the process at one word."""

    async def begin(self, chat: Chat) -> Step:
        """Ask."""
        return Ask("불을 붙일까요?", then=self.light)

    async def light(self, chat: Chat, yes: str) -> Step:
        """End the process, or not."""
        if yes == "네":
            os._exit(7)
        return Done("껐어요.")


@bomb.command("시한폭탄")
async def wait(chat: Chat) -> str:
    """End the process later."""
    await chat.schedule("폭발", Once(chat.now + timedelta(milliseconds=50)))
    return "째깍째깍"


@bomb.job("폭발")
def explode_later() -> str:
    """End the process."""
    os._exit(7)


PLUGINS = (story, game, reminder, bomb)
