"""끝말잇기 of a whole room: seats, turns, timers, and talk that is nobody's business."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from word_chain_referee import is_legal

from chatbot.builtin.word_chain import plugin
from chatbot.builtin.word_chain.table import BOT, Table
from chatbot.builtin.word_chain.words import lexicon
from chatbot.messages import RoomKind
from chatbot.testing import TestChat

PATIENT = {"person_per_minute": 10_000, "room_per_minute": 10_000}


class Room:
    """A group in which people talk."""

    def __init__(self, **settings: Any) -> None:
        self.chat = TestChat(plugin, settings={"guards": PATIENT, "plugins": {"끝말잇기": {"kiwi": False} | settings}})
        self.used: list[str] = []

    async def says(self, speaker: str, text: str) -> str:
        """Let somebody say something; return what the bot says, and note the words that were said."""
        reply = await self.chat.say(text, speaker=speaker, room_kind=RoomKind.GROUP)
        return self.heard(reply)

    async def waits(self, seconds: int) -> str:
        """Let time pass; return what the bot says meanwhile."""
        return self.heard(await self.chat.passes(timedelta(seconds=seconds)))

    async def erases(self, speaker: str) -> None:
        """Let somebody have everything erased that is kept on them."""
        await self.chat.say("/삭제", speaker=speaker, room=f"{speaker}의 방")
        assert "모두 지웠어요" in await self.chat.say("/삭제 확인", speaker=speaker, room=f"{speaker}의 방")

    def heard(self, reply: str) -> str:
        self.used += [word for word in re.findall(r"(?<!님 )\b([가-힣]{2,})!(?= |$)", reply) if word in lexicon().words]
        return reply

    async def plays(self, speaker: str) -> str:
        """Let somebody say a word that fits."""
        word = self.next_word()
        self.used.append(word)
        return await self.says(speaker, word)

    def next_word(self) -> str:
        open_ended = [word for word in lexicon().following(self.used[-1], self.used) if not lexicon().is_dead_end(word)]
        return max(open_ended, key=lambda word: len(lexicon().following(word, self.used)))


def whose(reply: str) -> str:
    """Return whose turn it is."""
    found = re.search(r"(\S+) 님 차례예요\. \((\d+)초\)$", reply)
    assert found is not None, reply
    return found[1]


async def test_people_join_and_play_by_turns_over_restarts() -> None:
    room = Room()
    assert "'참가'" in await room.says("하나", "/끝말잇기 모두")
    assert (await room.says("두리", "나도 할래")).startswith("두리 님 참가! 지금 2명이에요.")
    assert await room.says("두리", "참가") == "이미 함께하고 있어요."
    begun = await room.says("하나", "시작!")
    assert begun.startswith("순서는 하나 님, 두리 님, 저예요. 첫 말은 ")
    assert whose(begun) == "하나"
    for _ in range(3):
        assert whose(await room.plays("하나")) == "두리"
        assert whose(await room.plays("두리")) == "하나"  # the bot said a word in between
    assert len(room.used) == 10
    for place, word in enumerate(room.used):
        assert is_legal(word, room.used[:place], lexicon().words)


async def test_without_the_bot_only_people_play() -> None:
    room = Room(bot_plays=False)
    await room.says("하나", "/끝말잇기 모두")
    assert (await room.says("하나", "시작")).startswith("둘은 있어야")
    await room.says("두리", "참가")
    assert (await room.says("하나", "시작")).startswith("순서는 하나 님, 두리 님이에요.")
    await room.plays("하나")
    assert len(room.used) == 2


async def test_talk_of_others_and_out_of_turn_is_left_alone() -> None:
    room = Room()
    await room.says("하나", "/끝말잇기 모두")
    assert await room.says("세나", "오늘 뭐 먹지") == ""
    assert await room.says("세나", "시작") == ""  # who does not take part starts nothing
    await room.says("두리", "참가")
    await room.says("하나", "시작")
    word = room.next_word()
    assert await room.says("두리", word) == ""
    assert await room.says("세나", word) == ""
    assert await room.says("하나", "잠깐만 생각 좀 할게") == ""
    assert await room.says("세나", "나도") == ""  # about anything
    assert await room.says("두리", "몰라") == ""
    assert await room.says("세나", "나도 참가할래") == "지금 한창 하고 있어요. 다음 판에 같이해요!"
    again = await room.says("두리", "뭐였지?")
    assert again.startswith(f"{room.used[-1]}! 다음은 ")
    assert again.endswith("하나 님 차례예요.")
    assert whose(await room.plays("하나")) == "두리"


async def test_three_slips_and_one_is_out() -> None:
    room = Room(bot_plays=False)
    for speaker in ("하나", "두리", "세나"):
        await room.says(speaker, "/끝말잇기 모두" if speaker == "하나" else "저도요")
    await room.says("하나", "시작")
    wrong = next(word for word in ("나비", "사과", "토끼") if not is_legal(word, room.used, lexicon().words))
    assert "두 번 더" in await room.says("하나", wrong)
    assert "마지막 기회" in await room.says("하나", wrong)
    out = await room.says("하나", wrong)
    assert "하나 님은 여기까지예요." in out
    assert whose(out) == "두리"
    assert whose(await room.plays("두리")) == "세나"
    over = await room.says("세나", "빠질래")
    assert "두리 님이 이겼어요. 축하해요!" in over
    assert await room.says("두리", room.next_word()) == ""  # the game is over
    assert "'참가'" in await room.says("두리", "/끝말잇기 모두")


async def test_who_says_nothing_in_time_is_out() -> None:
    room = Room(seconds=30)
    await room.says("하나", "/끝말잇기 모두")
    await room.says("두리", "참가")
    await room.says("하나", "시작")
    assert await room.waits(20) == ""
    await room.plays("하나")
    assert await room.waits(20) == ""  # the first timer was about another turn
    out = await room.waits(15)
    assert out.startswith("시간이 다 됐어요. 두리 님은 여기까지예요.")
    assert whose(out) == "하나"
    assert "제가 이겼어요" in await room.waits(31)


async def test_after_a_timer_ended_a_game_another_may_be_joined() -> None:
    room = Room()
    await room.says("하나", "/끝말잇기 모두")
    await room.says("하나", "시작")
    over = await room.waits(61)
    assert over.startswith("시간이 다 됐어요. 하나 님은 여기까지예요. 이번 판은 제가 이겼어요.")
    assert over.endswith("또 하려면 '참가'라고 해 주세요.")
    assert (await room.says("두리", "/끝말잇기 모두")).startswith("두리 님 참가! 지금 1명이에요.")
    assert (await room.says("하나", "나도")).startswith("하나 님 참가! 지금 2명이에요.")
    room.used.clear()
    assert whose(await room.says("두리", "시작")) == "두리"
    assert whose(await room.plays("두리")) == "하나"


async def test_after_a_while_nobody_is_waited_for() -> None:
    room = Room()
    await room.says("하나", "/끝말잇기 모두")
    assert await room.waits(3600) == ""
    assert await room.says("두리", "참가") == ""
    assert "'참가'" in await room.says("두리", "/끝말잇기 모두")


async def test_everybody_may_leave_before_it_begins() -> None:
    room = Room()
    await room.says("하나", "/끝말잇기 모두")
    assert await room.says("하나", "빠질래") == "하나 님은 여기까지예요."
    assert await room.says("하나", "나비") == ""
    assert "'참가'" in await room.says("하나", "/끝말잇기 모두")


async def test_one_may_stop_it_for_all() -> None:
    room = Room()
    await room.says("하나", "/끝말잇기 모두")
    await room.says("하나", "시작")
    assert await room.says("하나", "취소") == "다 함께 하는 끝말잇기는 여기까지 할게요."
    assert await room.waits(120) == ""


async def test_who_is_erased_leaves_the_game_to_the_others() -> None:
    room = Room(bot_plays=False)
    for speaker in ("하나", "두리", "세나"):
        await room.says(speaker, "/끝말잇기 모두" if speaker == "하나" else "나도")
    await room.says("하나", "시작")
    await room.erases("하나")
    on = await room.says("두리", "어 하나 어디 갔지")
    assert on.startswith("자리를 비운 분이 있어서 다음으로 넘어갈게요.")
    assert whose(on) == "두리"
    assert whose(await room.plays("두리")) == "세나"


async def test_a_game_whose_timer_was_erased_goes_on_with_what_is_said_next() -> None:
    room = Room(bot_plays=False)
    for speaker in ("하나", "두리", "세나"):
        await room.says(speaker, "/끝말잇기 모두" if speaker == "하나" else "나도")
    await room.says("하나", "시작")
    await room.plays("하나")
    await room.erases("하나")
    assert await room.waits(120) == ""
    on = await room.says("세나", "두리 뭐 해")
    assert on.startswith("시간이 다 됐어요. 두리 님은 여기까지예요.")
    assert "세나 님이 이겼어요" in on


async def test_a_wish_in_plain_words_in_a_group() -> None:
    room = Room()
    reply = await room.chat.say("단비야 다 같이 끝말잇기 하자", speaker="하나", room_kind=RoomKind.GROUP)
    assert reply.startswith("다 함께 끝말잇기를 해요!")


async def test_it_is_for_groups() -> None:
    assert "여럿" in await TestChat(plugin).say("/끝말잇기 모두")


@given(st.integers(1, 5), st.lists(st.sampled_from(["say", "leave first", "leave last"]), max_size=12))
def test_turns_go_round_whoever_leaves(people: int, moves: list[str]) -> None:
    table = Table(1, datetime(2026, 1, 1, tzinfo=UTC))
    seats = [table.join().number for _ in range(people)]
    assert seats == list(range(1, people + 1))
    table.start("나무", with_bot=True)
    left = [*seats, BOT]
    for move in moves:
        if table.is_over:
            break
        turn, first = table.turn, table.order[0]
        assert sorted(table.order) == sorted(left)
        match move:
            case "say":
                table.say("말")
                assert table.order[-1] == first
                assert table.turn == turn + 1
            case "leave first":
                table.leave(first)
                left.remove(first)
                assert table.turn == turn + 1
            case _:
                last = table.order[-1]
                table.leave(last)
                left.remove(last)
                assert table.turn == turn
    assert table.is_over == (len(left) < 2)
