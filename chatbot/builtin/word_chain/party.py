"""끝말잇기 of a whole room, by turns. The conversation only listens: the game is stored with the room, where timers can
go on with it too. Talks 존댓말 to everybody: there is no one to take a level from.
"""

import random
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from chatbot import Ask, Chat, Conversation, Done, Once, Step, korean
from chatbot.builtin.spoken import uncalled
from chatbot.builtin.word_chain.chain import judged
from chatbot.builtin.word_chain.opponent import Level, next_word
from chatbot.builtin.word_chain.plugin import Settings, plugin
from chatbot.builtin.word_chain.reading import Wish, wish_in, word_in
from chatbot.builtin.word_chain.rules import Fault
from chatbot.builtin.word_chain.sentences import Voice
from chatbot.builtin.word_chain.table import BOT, Seat, Table
from chatbot.builtin.word_chain.words import lexicon

_EXPIRES = timedelta(minutes=30)
_TIMER = "끝말잇기 시간"
_JOINING = re.compile("참|끼")
"""What "나도" lacks, which people say of many things."""
_GRACE = timedelta(seconds=10)
_VOICE = Voice()
_People: TypeAlias = dict[int, str]
"""The names of those who have a seat, by its number."""


@plugin.conversation("다 함께 끝말잇기", expires=_EXPIRES, room=True)
@dataclass
class Party(Conversation):
    """방에 있는 사람들과 돌아가며 끝말잇기를 해요."""

    level: Level = Level.NORMAL

    async def begin(self, chat: Chat) -> Step:
        """Set up a table, with a seat for who asks for it."""
        table = _new_table(chat, self.level)
        await chat.here.put("seat", table.join())
        await chat.in_room.put("table", table)
        return Ask(
            "다 함께 끝말잇기를 해요! 같이할 분은 '참가'라고 해 주세요. 모두 모이면 '시작'이라고 해 주세요.",
            then=self.hear,
        )

    async def hear(self, chat: Chat, text: str, settings: Settings) -> Step:
        """Take what players say in the game; leave everybody's other talk alone."""
        table = await chat.in_room.get("table", Table)
        if table is None:
            return Done()
        people, me = await _people(chat, table), await _my_seat(chat, table)
        words = uncalled(text, chat.bot_name)
        if me is not None and table.is_playing and _is_stuck(chat, table, people):
            return await self._gone_on(chat, table, people, settings, _dropped(table, people))
        is_my_turn = me is not None and table.is_playing and table.order[0] == me
        match wish_in(words):
            case Wish.JOIN if not table.is_playing or _JOINING.search(words):
                return await joined(chat)
            case Wish.REMIND if me is not None and table.is_playing:
                next_is = _VOICE.says(table.used[-1])
                return f"{next_is} {_player(people, table.order[0])} 차례예요."
            case Wish.START if me is not None and not table.is_playing:
                return await self._started(chat, table, people, settings)
            case (Wish.LEAVE | Wish.GIVE_UP) as wish if me is not None and (wish is Wish.LEAVE or is_my_turn):
                table.leave(me)
                return await self._gone_on(chat, table, people, settings, [f"{_player(people, me)}은 여기까지예요."])
            case _:
                pass
        if not is_my_turn:
            return None
        return await self._said(chat, table, people, settings, words)

    async def cancelled(self, chat: Chat) -> str:
        """Clear the table for somebody who stops the game."""
        await chat.in_room.remove("table")
        return "다 함께 하는 끝말잇기는 여기까지 할게요."

    async def _started(self, chat: Chat, table: Table, people: _People, settings: Settings) -> Step:
        table.keep_only(people)
        if len(table.order) + settings.bot_plays < 2:
            return "둘은 있어야 할 수 있어요. 같이할 분은 '참가'라고 해 주세요."
        first = _bots_word(table, settings)
        assert first is not None, "there is always a word to begin with"
        table.start(first, with_bot=settings.bot_plays)
        order = korean.josa(", ".join(_player(people, seat) for seat in table.order), "이에요/예요")
        return await self._gone_on(chat, table, people, settings, [f"순서는 {order}.", f"첫 말은 {first}!"])

    async def _said(self, chat: Chat, table: Table, people: _People, settings: Settings, words: str) -> Step:
        """Take a word of the one whose turn it is."""
        said = word_in(words)
        verdict = None if said is None else await judged(said, table.used, settings)
        if verdict is None:
            return None
        fault = verdict.fault if chat.is_clean(verdict.word) else Fault.UNCLEAN
        if fault is None:
            table.say(verdict.word)
            return await self._gone_on(chat, table, people, settings, [])
        why = _VOICE.fault(fault, verdict.word, table.used[-1], settings.min_syllables)
        if fault.costs_a_try:
            table.misses += 1
            if table.misses >= settings.tries:
                me = table.order[0]
                table.leave(me)
                return await self._gone_on(
                    chat, table, people, settings, [why, f"{_player(people, me)}은 여기까지예요."]
                )
            why = f"{why} {_VOICE.tries_left(settings.tries - table.misses)}"
        await _store(chat, table)
        return why

    async def _gone_on(self, chat: Chat, table: Table, people: _People, settings: Settings, words: list[str]) -> Step:
        over = await _went_on(chat, table, people, settings, words)
        if over:
            await chat.in_room.remove("table")
            return Done(" ".join(words))
        return " ".join(words)


async def joined(chat: Chat) -> str | None:
    """Give this person a seat, or say why there is none; ``None`` where no table is set up."""
    table = await chat.in_room.get("table", Table)
    if table is None or table.until <= chat.now:
        return None
    if await _my_seat(chat, table) is not None:
        return "이미 함께하고 있어요."
    if table.is_playing:
        return "지금 한창 하고 있어요. 다음 판에 같이해요!"
    seat = table.join()
    await chat.here.put("seat", seat)
    await _store(chat, table)
    name = chat.speaker.name or "새로 온 분"
    return f"{name} 님 참가! 지금 {len(table.order)}명이에요. 모두 모이면 '시작'이라고 해 주세요."


@plugin.job(_TIMER)
async def time_is_up(chat: Chat, settings: Settings, game: int, turn: int) -> str | None:
    """Let somebody who said nothing in time drop out."""
    table = await chat.in_room.get("table", Table)
    if table is None or not table.is_playing or (table.game, table.turn) != (game, turn):
        return None
    people = await _people(chat, table)
    words = _dropped(table, people)
    if await _went_on(chat, table, people, settings, words):
        # A timer cannot end a conversation: the room goes on being listened to, for another game.
        fresh = _new_table(chat, table.level)
        fresh.until = table.until
        await chat.in_room.put("table", fresh)
        words.append("또 하려면 '참가'라고 해 주세요.")
    return " ".join(words)


async def _went_on(chat: Chat, table: Table, people: _People, settings: Settings, words: list[str]) -> bool:
    """Play up to the next person's turn, adding what is to be said to ``words``; say whether the game is over."""
    table.keep_only(people)
    if not table.is_playing:
        if not table.order:
            return True
        await _store(chat, table)
        return False
    while not table.is_over and table.order[0] == BOT:
        word = _bots_word(table, settings)
        if word is None:
            words.append("저는 더 떠오르지 않아요. 저는 여기까지예요.")
            table.leave(BOT)
        else:
            table.say(word)
            words.append(f"{word}!")
    if table.is_over:
        words.append(_outcome(table, people))
        return True
    next_is = _VOICE.next_is(table.used[-1])
    words.append(f"{next_is} {_player(people, table.order[0])} 차례예요. ({settings.seconds}초)")
    table.due = chat.now + timedelta(seconds=settings.seconds)
    await _store(chat, table)
    for job in await chat.jobs(_TIMER):
        await chat.cancel_job(job)
    await chat.schedule(_TIMER, Once(table.due), game=table.game, turn=table.turn)
    return False


def _is_stuck(chat: Chat, table: Table, people: _People) -> bool:
    """Tell whether no timer will come: it goes with the data of whoever spoke last, when they are erased."""
    return table.order[0] not in people or (table.due is not None and chat.now > table.due + _GRACE)


def _dropped(table: Table, people: _People) -> list[str]:
    """Let the one whose turn it is drop out; return what is said about it."""
    seat = table.order[0]
    table.leave(seat)
    if seat not in people:
        return ["자리를 비운 분이 있어서 다음으로 넘어갈게요."]
    return ["시간이 다 됐어요.", f"{_player(people, seat)}은 여기까지예요."]


def _outcome(table: Table, people: _People) -> str:
    total = _VOICE.total(len(table.used))
    if not table.order:
        return f"끝말잇기가 끝났어요. {total}"
    winner = table.order[0]
    won = "이번 판은 제가 이겼어요." if winner == BOT else f"{_player(people, winner)}이 이겼어요. 축하해요!"
    return f"{won} {total}".strip()


def _bots_word(table: Table, settings: Settings) -> str | None:
    rng = random.Random(f"{table.game}/{len(table.used)}")
    allows_dead_ends = len(table.used) >= settings.fair_words
    return next_word(table.level, lexicon(settings.min_syllables), table.used, rng, allows_dead_ends=allows_dead_ends)


def _new_table(chat: Chat, level: Level) -> Table:
    return Table(random.SystemRandom().getrandbits(32), chat.now + _EXPIRES, level)


async def _store(chat: Chat, table: Table) -> None:
    if chat.text:  # a timer makes nobody listen for longer
        table.until = chat.now + _EXPIRES
    await chat.in_room.put("table", table)


async def _people(chat: Chat, table: Table) -> _People:
    """Return the names of those who have a seat at a table."""
    names = {speaker.id: speaker.name for speaker in await chat.people()} | {chat.speaker.id: chat.speaker.name}
    seats = await chat.here.of_everyone("seat", Seat)
    return {seat.number: names.get(id, "") for id, seat in seats.items() if seat.game == table.game}


async def _my_seat(chat: Chat, table: Table) -> int | None:
    """Return this person's seat if they are in the game."""
    seat = await chat.here.get("seat", Seat)
    return seat.number if seat is not None and seat.game == table.game and seat.number in table.order else None


def _player(people: _People, seat: int) -> str:
    """Return how a player is called."""
    return "저" if seat == BOT else f"{people.get(seat) or '이름 모를 분'} 님".replace("분 님", "분")
