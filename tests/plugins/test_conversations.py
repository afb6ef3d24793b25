"""Conversations of several steps, through a bot that is started anew for each message: what must last does."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import pytest
from talks import NOW, SAYS, Size, asking, cafe

from chatbot import Ask, Chat, Choice, Conversation, Done, Plugin, Step
from chatbot.plugins.conversations import is_cancel
from chatbot.testing import TestChat


async def test_an_order_goes_its_way_through_restarts() -> None:
    chat = TestChat(cafe())
    assert await chat.say("/주문") == "뭘 드릴까요?\n1. 라떼\n2. 녹차"
    assert await chat.say("2번") == "몇 잔이요?"
    assert await chat.say("세 잔") == "녹차 [3]잔 주문했어요."
    assert await chat.say("3") == "3"  # it is over: the model talks again


async def test_words_alone_leave_the_step_where_it_is() -> None:
    chat = TestChat(cafe())
    await chat.say("/주문")
    assert await chat.say("얼마예요?") == "라떼는 4천 원이에요."
    assert await chat.say("라떼") == "몇 잔이요?"


async def test_what_is_not_for_it_goes_on_to_matchers_and_the_model_and_it_waits() -> None:
    weather = Plugin("날씨")

    @weather.keyword("날씨 어때")
    def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return "맑아요."

    chat = TestChat(cafe(), weather)
    await chat.say("/주문")
    assert await chat.say("날씨 어때") == "맑아요."
    assert await chat.say("날씨 참 좋다") == "날씨 참 좋다"
    assert await chat.say("1") == "몇 잔이요?"


async def test_what_does_not_convert_is_asked_again_with_its_own_words() -> None:
    chat = TestChat(cafe())
    await chat.say("/주문")
    await chat.say("라떼")
    for said in ("많이", "글쎄요", "1.5"):
        reply = await chat.say(said)
        assert "숫자" in reply
        assert reply.endswith("몇 잔 드릴까요?")
    assert await chat.say("한 잔") == "라떼 [1]잔 주문했어요."


async def test_commands_work_in_between_and_leave_it_as_it_is() -> None:
    chat = TestChat(cafe())
    await chat.say("/주문")
    assert "/도움말" in await chat.say("/도움말")
    assert await chat.say("/없는명령") == SAYS.unknown_command
    assert await chat.say("녹차") == "몇 잔이요?"


async def test_a_command_may_begin_it_with_arguments_and_refuses_bad_ones() -> None:
    plugin = Plugin("게임")

    @plugin.conversation("게임", commands=("게임",))
    @dataclass
    class Game(Conversation):  # pyright: ignore[reportUnusedClass]
        """수를 맞힙니다."""

        level: str = ""

        async def begin(self, chat: Chat, level: Literal["쉬움", "보통"] = "보통", rounds: int = 3) -> Step:
            self.level = level
            return Ask(f"{level} {rounds}판, 시작할까요?", then=self.play)

        async def play(self, chat: Chat, yes: bool) -> Step:
            return Done(f"{self.level}: {yes}")

    async with TestChat(plugin) as chat:
        assert await chat.say("/게임") == "보통 3판, 시작할까요?\n1. 네\n2. 아니요"
        assert await chat.say("2") == "보통: False"
        assert (await chat.say("/게임 쉬움 다섯")).startswith("쉬움 5판")
        assert await chat.say("응") == "쉬움: True"
        assert "이렇게 쓰면 돼요: /게임 [쉬움|보통] [rounds]" in await chat.say("/게임 지옥")
        assert await chat.say("응") == "응"  # nothing was begun by it


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        (Literal["산", "바다"], "2", "바다"),
        (Literal["산", "바다"], " 바 다 ", "바다"),
        (Literal["산", "바다"], "산이요", "산"),
        (Size, "1", Size.SMALL),
        (Size, "큰 것", Size.LARGE),
        (Size, "large", Size.LARGE),
        (bool, "네", True),
        (bool, "2", False),
        (bool, "싫어요", False),
        (int, "열두 개", 12),
        (float, "3.5", 3.5),
        (date, "3월 5일", date(2026, 3, 5)),
        (date, "내일", date(2026, 3, 3)),
        (str, '"따옴표" 그대로', '"따옴표" 그대로'),
        (str, "여러\n줄", "여러\n줄"),
    ],
)
async def test_an_answer_is_read_as_the_step_takes_it(kind: Any, said: str, value: object) -> None:
    plugin, heard = Plugin("물음"), list[object]()

    async def hear(self: Any, chat: Chat, value: Any) -> Step:
        heard.append(value)
        return Done("네")

    hear.__annotations__["value"] = kind

    async def begin(self: Any, chat: Chat) -> Step:
        return Ask("뭐예요?", then=self.hear)

    kind_of = dataclass(type("Asking", (Conversation,), {"begin": begin, "hear": hear, "__annotations__": {}}))
    plugin.conversation("물음", commands=("물음",))(kind_of)
    async with TestChat(plugin, now=NOW) as chat:
        assert (await chat.say("/물음")).startswith("뭐예요?")
        assert await chat.say(said) == "네"
    assert heard == [value]


@pytest.mark.parametrize(
    ("choices", "kind", "said", "value"),
    [
        (("라떼", "녹차"), str, "1", "라떼"),
        (("라떼", "녹차"), str, "2.", "녹차"),
        (("라떼", "녹차"), str, "2)", "녹차"),
        (("라떼", "녹차"), str, "3", "3"),
        (("라떼", "녹차"), str, "0", "0"),
        (("라떼", "녹차"), str, unicodedata.normalize("NFD", "녹차"), "녹차"),
        (("Latte", "Tea"), str, "latte", "Latte"),
        ((Choice("큰 것", "large"), "작은 것"), str, "큰것", "large"),
        ((Choice("큰 것", "large"), "작은 것"), str, "LARGE", "large"),
        (("2", "3", "4"), int, "2", 2),  # what is offered as "2" is 2, not the second
        (("2", "3", "4"), int, "3번", 4),
        (("2", "3", "4"), int, "1", 2),
        (("3잔", "5잔"), int, "2", 5),
        (("3잔", "5잔"), int, "네 잔", 4),
    ],
)
async def test_a_choice_is_taken_by_number_or_label(
    choices: tuple[str | Choice, ...], kind: Any, said: str, value: object
) -> None:
    async with TestChat(asking(*choices, kind=kind)) as chat:
        await chat.say("/고르기")
        assert await chat.say(said) == f"<{value}>"


STOPS = """
취소|그만|/취소|/그만|취소요|취소할래|취소할래요|취소 할게요|취소해줘|취소해 주세요|취소해주세요|그만할래|그만 할래요
그만하자|그만둘래|그만둘게요|그만두자|그만 둘래요|그만해|그만요|그만!|취소!!|그만~|취소ㅋㅋ|그만 ㅠㅠ|이제 그만
이제 그만할래|그만하고 싶어요|cancel|CANCEL|/cancel|stop| 취소
"""
GOES_ON = """
취소선 그어줘|그만큼 좋아해|그만 좋아할래|취소한 거 아니지?|취소하지 마|그만두지 마세요|이만 그만저만 해요|취소표
안 취소|그만하면 됐어|취소 말고 라떼|stop it please now|그만 먹고 갈래|취소되나요
"""


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_who_wants_to_stop_is_heard(form: Literal["NFC", "NFD"]) -> None:
    async with TestChat(cafe(), settings={"guards": {"person_per_minute": 1000, "room_per_minute": 1000}}) as chat:
        for text in re.split(r"[|\n]", STOPS.strip("\n")):
            await chat.say("/주문")
            assert await chat.say(unicodedata.normalize(form, text)) == SAYS.cancelled
            assert await chat.say("라떼") == "라떼"


@pytest.mark.parametrize("text", re.split(r"[|\n]", GOES_ON.strip("\n")))
def test_what_only_sounds_like_it_is_not(text: str) -> None:
    assert not is_cancel(text)


async def test_cancelling_nothing_is_said_so_and_the_word_alone_is_talk() -> None:
    async with TestChat(cafe()) as chat:
        assert await chat.say("/취소") == SAYS.nothing_to_cancel
        assert await chat.say("/그만") == SAYS.nothing_to_cancel
        assert await chat.say("취소") == "취소"


async def test_it_may_have_last_words_and_they_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    plugin = Plugin("시험")

    @plugin.conversation("시험", commands=("시험",))
    @dataclass
    class Exam(Conversation):  # pyright: ignore[reportUnusedClass]
        """시험을 봅니다."""

        points: int = 0

        async def begin(self, chat: Chat) -> Step:
            return Ask("1+1은?", then=self.answer)

        async def answer(self, chat: Chat, number: int) -> Step:
            self.points += 1
            return Ask("다음", then=self.answer)

        async def cancelled(self, chat: Chat) -> str | None:
            await chat.here.put("점수", self.points)
            if self.points > 1:
                raise RuntimeError
            return f"{self.points}점이에요."

    @plugin.command("점수")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.here.get("점수", int))

    chat = TestChat(plugin)
    await chat.say("/시험")
    await chat.say("2")
    assert await chat.say("그만") == "1점이에요."
    assert await chat.say("/점수") == "1"
    for said in ("/시험", "1", "2"):
        await chat.say(said)
    assert await chat.say("취소") == SAYS.cancelled  # whatever becomes of the last words
    assert await chat.say("/점수") == "1"
    assert await chat.say("2") == "2"
    assert "RuntimeError" in caplog.text


async def test_it_expires_and_each_message_puts_that_off() -> None:
    chat = TestChat(cafe(expires=timedelta(minutes=10)), now=NOW)
    await chat.say("/주문")
    for _ in range(3):
        await chat.passes(timedelta(minutes=9))
        assert await chat.say("이건 뭐예요?") == "라떼는 4천 원이에요."
    await chat.passes(timedelta(minutes=9))
    await chat.say("라떼")
    await chat.passes(timedelta(minutes=9))
    assert "숫자" in await chat.say("많이")
    await chat.passes(timedelta(minutes=9))
    assert await chat.say("둘") == "라떼 [2]잔 주문했어요."
    await chat.say("/주문")
    await chat.passes(timedelta(minutes=11))
    assert await chat.say("라떼") == "라떼"
    assert await chat.say("/취소") == SAYS.nothing_to_cancel
    assert (await chat.say("/주문")).startswith("뭘 드릴까요?")  # it holds no floor any more
