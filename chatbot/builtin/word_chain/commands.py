"""What begins a game: the commands, and wishes in plain words."""

import re

from chatbot import Chat, Where
from chatbot.builtin.invitations import invites
from chatbot.builtin.spoken import uncalled
from chatbot.builtin.word_chain import records
from chatbot.builtin.word_chain.duel import Duel
from chatbot.builtin.word_chain.opponent import Level
from chatbot.builtin.word_chain.party import Party, joined
from chatbot.builtin.word_chain.plugin import plugin

_LEVELS = {Level.EASY: "쉬운|쉽게|쉬움", Level.NORMAL: "보통", Level.HARD: "어려운|어렵게|어려움"}
_LEVEL = "|".join(_LEVELS.values())
_EVERYBODY = "다 ?같이|다 ?함께|모두|여럿이서?|단체로?"
_GAME = (
    rf"(?:(?:{_EVERYBODY}|{_LEVEL}) ?)?끝말 ?(?:잇기|있기|잇끼|이어 ?가기)"
    rf"(?:[ ,]*(?:{_EVERYBODY}|(?:{_LEVEL})(?:으로|로| ?단계로?| ?모드로?| ?거로| ?걸로)?))?"
)
_EVERYBODYS = re.compile(_EVERYBODY)


@plugin.command("끝말잇기", "wordchain")
async def word_chain(level: Level = Level.NORMAL) -> Duel:
    """저와 끝말잇기를 해요. 쉬움, 보통, 어려움이 있어요."""
    return Duel(level)


@plugin.command("끝말잇기 모두", "wordchain all", where=Where.GROUP)
async def everybody(chat: Chat, level: Level = Level.NORMAL) -> str | Party:
    """방에 있는 사람들과 돌아가며 끝말잇기를 해요."""
    return await joined(chat) or Party(level)


@plugin.command("끝말잇기 기록", "wordchain record")
async def told(chat: Chat) -> str:
    """지금까지의 끝말잇기 승패를 보여 줘요."""
    return await records.told(chat)


@plugin.match(r"끝말 ?(?:잇|있|이어)")
async def wished(chat: Chat) -> Duel | Party | str | None:
    """Begin a game for somebody who asks for one."""
    words = uncalled(chat.text, chat.bot_name)
    if not invites(words, _GAME):
        return None
    if chat.is_group and _EVERYBODYS.search(words):
        return await joined(chat) or Party()
    return Duel(next((level for level, names in _LEVELS.items() if re.search(names, words)), Level.NORMAL))
