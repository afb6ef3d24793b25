"""The way of a message, through a whole bot: real rooms and database, a fake engine and platform."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chatbot import Chat, Plugin
from chatbot.dialogue.persona import Persona
from chatbot.errors import EngineBusy
from chatbot.messages import Address, Deleted, Edited, RoomKind, Source, SpeechLevel
from chatbot.sentences import sentences
from chatbot.testing import FakeAdapter, FakeEngine, TestChat

SAYS = sentences(SpeechLevel.POLITE)
GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}
OWNED = {"bot": {"owners": ["fake:주인"]}}


def heard(engine: FakeEngine) -> list[str]:
    """The messages that reached the engine."""
    return [talk.message for talk in engine.heard]


@pytest.mark.parametrize(
    ("text", "is_answered"),
    [
        ("밥 먹었어?", False),
        ("단비야 밥 먹었어?", True),
        ("밥 먹었어 단비야?", True),
        ("단비가 온대", False),
        ("비야 너는?", True),
    ],
)
async def test_in_a_group_it_answers_when_its_name_is_called(text: str, is_answered: bool) -> None:
    persona = Persona(name="단비", aliases=("비",))
    assert await TestChat(persona=persona).say(text, **GROUP) == (text if is_answered else "")


@pytest.mark.parametrize("how", ["mentions_bot", "replies_to_bot"])
async def test_in_a_group_it_answers_what_is_addressed_to_it(how: str) -> None:
    addressed: dict[str, Any] = {**GROUP, how: True}
    assert await TestChat().say("안녕", **addressed) == "안녕"


async def test_what_is_not_for_it_is_not_kept_unless_the_room_wants_that() -> None:
    async with TestChat() as chat:
        await chat.say("우리끼리 하는 말", **GROUP)
        await chat.say("단비야", **GROUP)
        assert [turn.text for turn in chat.engine.heard[0].turns] == ["단비야"]
        assert await chat.say("/설정 듣기 켜기", **GROUP, from_admin=True)
        await chat.say("오늘 비 온대", **GROUP, speaker="두리")
        await chat.say("단비야 들었어?", **GROUP)
        assert [turn.text for turn in chat.engine.heard[1].turns][-2:] == ["오늘 비 온대", "단비야 들었어?"]


async def test_settings_are_for_admins_and_survive_a_restart() -> None:
    chat = TestChat()  # which restarts for each message
    assert "관리자만" in await chat.say("/설정 이름 끄기", **GROUP)
    assert "이름: 켜짐" in await chat.say("/설정", **GROUP)
    assert "이름: 꺼짐" in await chat.say("/설정 이름 끄기", **GROUP, from_admin=True)
    assert "이름: 꺼짐" in await chat.say("/설정", **GROUP)
    assert await chat.say("단비야 안녕", **GROUP) == ""
    assert await chat.say("단비야 안녕", room="다른 방", room_kind=RoomKind.GROUP) == "단비야 안녕"


async def test_a_setting_that_cannot_be_is_explained() -> None:
    async with TestChat() as chat:
        assert "0~100%" in await chat.say("/설정 끼어들기 많이", **GROUP, from_admin=True)
        assert "0~100%" in await chat.say("/설정 끼어들기 300%", **GROUP, from_admin=True)
        assert "가운데" in await chat.say("/설정 색깔 빨강", **GROUP, from_admin=True)
        assert "여럿이" in await chat.say("/설정")


async def test_the_help_lists_what_can_be_done_there() -> None:
    async with TestChat(settings=OWNED) as chat:
        private, group = await chat.say("/도움말"), await chat.say("/도움말", **GROUP)
        owners = await chat.say("/도움말", speaker="주인", room="주인의 방")
    assert ("/설정" in private, "/내정보" in private, "/차단" in private) == (False, True, False)
    assert ("/설정" in group, "/내정보" in group, "/차단" in group) == (True, False, False)
    assert "/차단 /차단해제" in owners


async def test_it_joins_in_now_and_then_if_the_room_wants_that() -> None:
    async with TestChat(settings={"groups": {"reply_rate": 1, "cool_down": 3600}}) as chat:
        assert await chat.say("오늘 덥다", **GROUP) == "오늘 덥다"
        assert await chat.say("진짜 덥다", **GROUP) == ""  # it has just spoken


async def test_it_keeps_quiet_in_quiet_hours() -> None:
    settings = {"groups": {"reply_rate": 1, "cool_down": 0, "quiet_hours": "00:00-23:59"}}
    async with TestChat(settings=settings) as chat:
        assert await chat.say("오늘 덥다", **GROUP) == ""
        assert await chat.say("단비야 덥다", **GROUP) == "단비야 덥다"


async def test_who_is_too_fast_is_told_once() -> None:
    async with TestChat(settings={"guards": {"person_per_minute": 2}}) as chat:
        said = [await chat.say(f"말 {number}") for number in range(4)]
        assert said == ["말 0", "말 1", SAYS.too_fast, ""]
        assert await chat.say("나는 괜찮지?", speaker="두리") == "나는 괜찮지?"
        assert "109" in await chat.say("죽고 싶어")  # that is heard at any pace
        assert "말:" in await chat.say("/내정보")


async def test_a_crisis_is_answered_before_any_model() -> None:
    engine = FakeEngine()
    async with TestChat(engine=engine) as chat:
        reply = await chat.say("나 이제 그만 살고 싶어")
    assert "109" in reply
    assert "24시간" in reply
    assert heard(engine) == []


async def test_a_crisis_told_in_two_messages_of_a_burst_is_seen() -> None:
    async with TestChat(settings={"rooms": {"merge_window": 0.1}}) as chat:
        first = asyncio.create_task(chat.say("나 진짜 이제"))
        await asyncio.sleep(0)
        replies = await asyncio.gather(first, chat.say("죽고 싶어"))
    assert any("109" in reply for reply in replies)


async def test_a_crisis_can_be_left_to_the_owner() -> None:
    assert await TestChat(settings={"safety": {"crisis": False}}).say("죽고 싶어") == "죽고 싶어"


async def test_insults_are_warned_about_and_then_not_answered_for_a_while() -> None:
    chat = TestChat()  # restarting for each message: the strikes are stored
    assert [await chat.say("야 이 씨발놈아") for _ in range(3)] == [
        SAYS.hurt,
        SAYS.hurt,
        SAYS.keeps_away.format(minutes="1분"),
    ]
    assert await chat.say("미안해") == ""
    assert await chat.say("나는?", speaker="두리") == "나는?"
    assert "험한 말 경고" in await chat.say("/내정보")
    assert heard(chat.engine) == ["나는?"]


async def test_casual_swearing_is_just_talk() -> None:
    assert await TestChat().say("시험 존나 망했어") == "시험 존나 망했어"


async def test_blocked_people_keep_their_rights() -> None:
    chat = TestChat(settings=OWNED)
    assert "대답하지 않을게요" in await chat.say("/차단 하나", speaker="주인", room="주인의 방")
    assert await chat.say("안녕") == ""
    assert "차단" in await chat.say("/내정보")
    assert "아이디" in await chat.say("/차단", speaker="주인", room="주인의 방")
    assert "주인은" in await chat.say("/차단 주인", speaker="주인", room="주인의 방")
    assert "관리자만" in await chat.say("/차단해제 하나", speaker="두리", room="두리의 방")
    assert await chat.say("/차단해제 fake:하나", speaker="주인", room="주인의 방")
    assert await chat.say("안녕") == "안녕"


async def test_the_owner_may_block_in_the_settings() -> None:
    assert await TestChat(settings={"guards": {"blocked": "fake:하나, fake:두리"}}).say("안녕") == ""


def loud(name: str, error: Exception | None = None) -> Plugin:
    """Return a plugin that answers one word."""
    plugin = Plugin(name)

    @plugin.when(lambda text: text == "hello")
    async def shout(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        if error is not None:
            raise error
        return chat.text.upper()

    return plugin


async def test_plugins_answer_before_the_engine() -> None:
    async with TestChat(loud("크게")) as chat:
        assert await chat.say("hello") == "HELLO"
        assert await chat.say("안녕") == "안녕"
        assert heard(chat.engine) == ["안녕"]
        assert [turn.source for turn in chat.engine.heard[0].turns][1] is Source.PLUGIN


async def test_a_plugin_that_fails_costs_its_own_answer_alone(caplog: pytest.LogCaptureFixture) -> None:
    async with TestChat(loud("망가진", ValueError("hello")), loud("크게")) as chat:
        assert await chat.say("hello") == "HELLO"
    assert "ValueError" in caplog.text
    assert "hello" not in caplog.text


async def test_an_engine_that_fails_is_admitted() -> None:
    chat = TestChat(engine=FakeEngine([EngineBusy("busy"), RuntimeError("bug"), "나았어요."]))
    assert [await chat.say(text) for text in ("하나", "둘", "셋")] == [SAYS.no_reply, SAYS.no_reply, "나았어요."]


async def test_an_engine_that_takes_too_long_is_admitted() -> None:
    chat = TestChat(engine=FakeEngine(seconds=30), settings={"rooms": {"deadline": 0.05}})
    assert await chat.say("안녕") == SAYS.no_reply


async def test_personal_data_is_masked_in_what_the_engine_says() -> None:
    assert await TestChat().say("내 번호는 010-2398-7741이야") == "내 번호는 [전화번호]이야"
    said = await TestChat(settings={"safety": {"personal_data": False}}).say("내 번호는 010-2398-7741이야")
    assert said == "내 번호는 010-2398-7741이야"


async def test_a_burst_is_one_turn() -> None:
    async with TestChat(settings={"rooms": {"merge_window": 0.15}}) as chat:
        burst = [asyncio.create_task(chat.say(text)) for text in ("있잖아", "오늘", "비 온대")]
        await asyncio.gather(*burst)
        assert heard(chat.engine) == ["있잖아\n오늘\n비 온대"]
        await chat.say("그치?")
        assert [turn.text for turn in chat.engine.heard[1].turns] == ["있잖아\n오늘\n비 온대"] * 2 + ["그치?"]


async def test_a_burst_of_two_people_is_two_turns() -> None:
    async with TestChat(settings={"rooms": {"merge_window": 0.1}}) as chat:
        await asyncio.gather(chat.say("안녕"), chat.say("나도 안녕", speaker="두리"))
        assert heard(chat.engine) == ["안녕", "나도 안녕"]


async def test_a_command_is_never_part_of_a_burst() -> None:
    async with TestChat(settings={"rooms": {"merge_window": 0.1}}) as chat:
        await asyncio.gather(chat.say("안녕"), chat.say("/새대화"), chat.say("잘 지냈어?"))
        assert heard(chat.engine) == ["안녕", "잘 지냈어?"]


async def test_a_newer_message_takes_the_unfinished_reply_along() -> None:
    settings = {"rooms": {"merge_window": 0.01, "replace_unfinished": True}}
    async with TestChat(engine=FakeEngine(seconds=0.3), settings=settings) as chat:
        first = asyncio.create_task(chat.say("치킨 먹을까"))
        await asyncio.sleep(0.15)
        await asyncio.gather(first, chat.say("아니 피자"))
        assert heard(chat.engine) == ["치킨 먹을까", "치킨 먹을까\n아니 피자"]
        await chat.say("응")
        texts = [turn.text for turn in chat.engine.heard[-1].turns]
        assert texts == ["치킨 먹을까\n아니 피자", "치킨 먹을까\n아니 피자", "응"]


async def test_a_reply_may_be_finished_first() -> None:
    settings = {"rooms": {"merge_window": 0.01, "replace_unfinished": False}}
    async with TestChat(engine=FakeEngine(seconds=0.1), settings=settings) as chat:
        first = asyncio.create_task(chat.say("치킨 먹을까"))
        await asyncio.sleep(0.05)
        await asyncio.gather(first, chat.say("아니 피자"))
        assert heard(chat.engine) == ["치킨 먹을까", "아니 피자"]


async def test_a_message_that_comes_twice_is_answered_once() -> None:
    chat = TestChat()
    assert await chat.say("안녕", id="7") == "안녕"
    assert await chat.say("안녕", id="7") == ""  # after a restart, too
    assert heard(chat.engine) == ["안녕"]


async def test_an_edit_changes_what_is_remembered() -> None:
    async with TestChat() as chat:
        await chat.say("나는 고양이를 길러", id="7")
        await chat.happens(Edited(Address("fake", "방"), "7", "나는 강아지를 길러"))
        await chat.say("뭘 기른다고?")
        assert chat.engine.heard[1].turns[0].text == "나는 강아지를 길러"


async def test_an_edit_changes_what_is_still_to_be_answered() -> None:
    async with TestChat(engine=FakeEngine(seconds=0.2)) as chat:
        asked = asyncio.create_task(chat.say("몇 시야", id="7"))
        await asyncio.sleep(0.1)
        await chat.happens(Edited(Address("fake", "방"), "7", "며칠이야"))
        assert await asked == "며칠이야"


async def test_a_deleted_message_is_forgotten_or_not_answered() -> None:
    async with TestChat(engine=FakeEngine(seconds=0.2)) as chat:
        await chat.say("비밀이야", id="1")
        asked = asyncio.create_task(chat.say("이건 못 들은 걸로", id="2"))
        await asyncio.sleep(0.1)
        for id in ("1", "2", "3"):
            await chat.happens(Deleted(Address("fake", "방"), id))
        assert await asked == ""
        await chat.say("응?")
        assert "비밀이야" not in [turn.text for turn in chat.engine.heard[-1].turns if not turn.speaker.is_bot]


async def test_who_comes_when_many_wait_is_told_so() -> None:
    settings = {"rooms": {"busy_after": 2, "parallel": 1, "merge_window": 0}}
    async with TestChat(engine=FakeEngine(seconds=0.1), settings=settings) as chat:
        replies = await asyncio.gather(*(chat.say("안녕", room=f"방 {number}") for number in range(4)))
    assert [SAYS.busy in reply for reply in replies] == [False, False, True, True]
    assert all("안녕" in reply for reply in replies)


async def test_what_is_older_than_the_owner_wants_is_erased_at_the_start() -> None:
    chat = TestChat(settings={"history": {"keep_days": 30}})
    old = (await chat.say("옛날이야기"), chat.engine.heard[0].turns[0].said_at - timedelta(days=40))[1]
    await chat.say("더 옛날", sent_at=old)
    await chat.say("지금")
    await asyncio.sleep(0)
    async with chat:
        await chat.say("기억나?")
    texts = [turn.text for turn in chat.engine.heard[-1].turns if not turn.speaker.is_bot]
    assert texts == ["옛날이야기", "지금", "기억나?"]


async def test_the_folder_of_a_test_goes_with_it(tmp_path: Path) -> None:
    chat = TestChat()
    folder = Path(chat.settings.history.url.removeprefix("sqlite:///")).parent
    assert folder.is_dir()
    del chat
    assert not folder.exists()


async def test_the_fake_platform_is_served(fake_adapter: FakeAdapter) -> None:
    """Through ``run`` and the fixtures, as an author of plugins would have it."""
    from chatbot.bot import Bot

    chat = TestChat(settings={"plugins": {"off": ["memory", "speech_level"]}})
    bot = Bot(chat.settings, Persona(name="단비"), voice=chat.engine)
    serving = asyncio.create_task(bot.serve(fake_adapter))
    fake_adapter.say("하나")
    fake_adapter.say("둘")
    assert await fake_adapter.replies(2) == ["하나", "둘"]
    serving.cancel()
    await asyncio.wait({serving})
    await bot.close()
