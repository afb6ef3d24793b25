"""The moments that plugins attend: before and after the model, people coming and being forgotten, start and stop."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel

from chatbot import Answer, Chat, File, Joined, Plugin, Reply, RoomKind, Speaker, SpeechLevel, Storage, Talk
from chatbot.messages import Address, Source
from chatbot.sentences import sentences
from chatbot.testing import FakeEngine, TestChat

SAYS = sentences(SpeechLevel.POLITE)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Greeting(BaseModel):
    words: str = "어서 와요"


async def test_the_talk_is_changed_by_each_in_order() -> None:
    first, second = Plugin("먼저"), Plugin("다음")

    def adding(word: str, talk: Talk) -> Talk:
        last = talk.turns[-1]
        return replace(talk, turns=(*talk.turns[:-1], replace(last, text=f"{last.text}{word}")))

    @first.before_generate
    async def one(talk: Talk) -> Talk:  # pyright: ignore[reportUnusedFunction]
        return adding("1", talk)

    @first.before_generate
    def two(chat: Chat, talk: Talk) -> Talk:  # pyright: ignore[reportUnusedFunction]
        return adding("2", talk)

    @second.before_generate
    async def three(talk: Talk, chat: Chat) -> Talk:  # pyright: ignore[reportUnusedFunction]
        return adding(f"3{chat.text}", talk)

    async with TestChat(first, second) as chat:
        assert await chat.say("말") == "말123말"
        await chat.say("또")
        assert [turn.text for turn in chat.engine.heard[-1].turns] == [
            "말",
            "말123말",
            "또123또",
        ]  # only what was said is kept


async def test_a_hook_may_answer_instead_and_those_behind_it_are_not_asked() -> None:
    plugin, asked = Plugin("대신"), list[str]()

    @plugin.before_generate
    async def answer(chat: Chat) -> str | Answer | None:  # pyright: ignore[reportUnusedFunction]
        match chat.text:
            case "글":
                await chat.here.put("물음", chat.text)
                return "글로 답해요."
            case "파일":
                return Answer("파일이에요.", file=File("a.txt", "내용"), choices=["좋아요"])
            case "조용":
                return ""
            case _:
                return None

    @plugin.before_generate
    def behind() -> None:  # pyright: ignore[reportUnusedFunction]
        asked.append("네")

    @plugin.after_generate
    def after() -> str:  # pyright: ignore[reportUnusedFunction]
        return "바꿨어요."

    @plugin.command("물음")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.here.get("물음", str))

    async with TestChat(plugin) as chat:
        assert await chat.say("글") == "글로 답해요."
        assert await chat.say("파일") == "파일이에요.\n- 좋아요"
        assert [file.content for file in chat.files] == ["내용"]
        assert await chat.say("조용") == ""
        assert asked == []
        assert chat.engine.heard == []
        assert await chat.say("안녕") == "바꿨어요."
        assert asked == ["네"]
        assert [(turn.text, turn.source) for turn in chat.engine.heard[0].turns[:2]] == [
            ("글", Source.PERSON),
            ("글로 답해요.", Source.PLUGIN),
        ]
        assert await chat.say("/물음") == "글"


async def test_the_reply_is_changed_in_order_and_as_it_is_kept() -> None:
    plugin = Plugin("꾸미기")

    @plugin.after_generate
    async def one(reply: Reply, talk: Talk) -> Reply:  # pyright: ignore[reportUnusedFunction]
        return replace(reply, text=f"{reply.text}({talk.message})")

    @plugin.after_generate
    def two(chat: Chat, reply: Reply) -> str | None:  # pyright: ignore[reportUnusedFunction]
        return f"{reply.text}!" if chat.text != "그대로" else None

    async with TestChat(plugin, engine=FakeEngine(["답"] * 3)) as chat:
        assert await chat.say("말") == "답(말)!"
        assert await chat.say("그대로") == "답(그대로)"
        await chat.say("또")
        assert [turn.text for turn in chat.engine.heard[-1].turns][:4] == ["말", "답(말)!", "그대로", "답(그대로)"]


async def test_a_reply_may_be_taken_away() -> None:
    plugin = Plugin("침묵")

    @plugin.after_generate
    def silence(reply: Reply) -> str:  # pyright: ignore[reportUnusedFunction]
        return "" if reply.text == "쉿" else reply.text

    async with TestChat(plugin) as chat:
        assert await chat.say("쉿") == ""
        assert await chat.say("안녕") == "안녕"


async def test_what_is_said_besides_comes_before_the_models_words() -> None:
    plugin = Plugin("곁말")

    @plugin.before_generate
    async def before(chat: Chat) -> None:  # pyright: ignore[reportUnusedFunction]
        chat.say("잠깐만요.")
        await chat.here.put("앞", 1)

    @plugin.after_generate
    async def after(chat: Chat) -> None:  # pyright: ignore[reportUnusedFunction]
        chat.say("다 됐어요.")
        await chat.here.put("뒤", 2)

    @plugin.command("둘다")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.here.items(int))

    chat = TestChat(plugin)
    assert await chat.say("안녕") == "잠깐만요.\n다 됐어요.\n안녕"
    assert [turn.text for turn in chat.engine.heard[0].turns] == ["안녕"]
    assert await chat.say("/둘다") == "{'뒤': 2, '앞': 1}"


async def test_a_hook_that_fails_leaves_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    plugin = Plugin("나쁜")

    @plugin.before_generate
    async def before(chat: Chat, talk: Talk) -> Talk:  # pyright: ignore[reportUnusedFunction]
        chat.say("잠깐만요.")
        await chat.here.put("앞", 1)
        raise RuntimeError

    @plugin.before_generate
    def odd() -> int:  # pyright: ignore[reportUnusedFunction]
        return 7

    @plugin.after_generate
    def after(reply: Reply) -> Answer:  # pyright: ignore[reportUnusedFunction]
        return Answer("이건 안 돼요")

    @plugin.command("무엇")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.here.items(int))

    chat = TestChat(plugin)
    assert await chat.say("안녕") == "안녕"
    assert await chat.say("/무엇") == "{}"
    assert caplog.text.count(" of plugin 나쁜 failed: ") == 3


async def test_who_comes_is_greeted() -> None:
    plugin = Plugin("인사", settings=Greeting)

    @plugin.on_join
    async def greet(chat: Chat, joined: Joined, settings: Greeting) -> str | None:  # pyright: ignore[reportUnusedFunction]
        if joined.speaker.is_bot:
            return None
        times = await chat.here.get("번", int, 0) + 1
        await chat.here.put("번", times)
        return f"{joined.speaker.name}님 {settings.words} {times} {chat.is_group} {chat.text!r}"

    settings = {"plugins": {"인사": {"words": "반가워요"}}}
    async with TestChat(plugin, settings=settings) as chat:
        for who in (Speaker("1", "하나"), Speaker("2", "두리"), Speaker("1", "하나"), Speaker("9", "봇", is_bot=True)):
            await chat.happens(Joined(Address("fake", "단톡"), who, RoomKind.GROUP))
        assert await chat.passes(timedelta(0)) == "\n".join(
            ["하나님 반가워요 1 True ''", "두리님 반가워요 1 True ''", "하나님 반가워요 2 True ''"]
        )
        await chat.say("/플러그인 끄기 인사", room="단톡", room_kind=RoomKind.GROUP, from_admin=True)
        await chat.happens(Joined(Address("fake", "단톡"), Speaker("3", "세나")))
        assert await chat.passes(timedelta(0)) == ""


async def test_who_is_forgotten_is_forgotten_by_plugins_too() -> None:
    plugin = Plugin("순위")

    @plugin.command("참가")
    async def join(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        people = await chat.everywhere.get("사람들", list[str], list[str]())
        await chat.everywhere.put("사람들", [*people, f"{chat.room.adapter}:{chat.speaker.id}"])
        return "네"

    @plugin.command("순위")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return ",".join(await chat.everywhere.get("사람들", list[str], list[str]()))

    @plugin.on_forget
    async def forget(adapter: str, speaker_id: str, everywhere: Storage, now: datetime) -> None:  # pyright: ignore[reportUnusedFunction]
        people = await everywhere.get("사람들", list[str], list[str]())
        await everywhere.put("사람들", [one for one in people if one != f"{adapter}:{speaker_id}"])

    chat = TestChat(plugin)
    await chat.say("/참가")
    await chat.say("/참가", speaker="두리")
    await chat.say("/삭제")
    assert "모두 지웠어요" in await chat.say("/삭제 확인")
    assert await chat.say("/순위", speaker="두리") == "fake:두리"


async def test_a_resting_plugin_forgets_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    plugin, forgotten = Plugin("쉬는"), list[str]()

    @plugin.command("해")
    def do() -> str:  # pyright: ignore[reportUnusedFunction]
        raise ValueError

    @plugin.on_forget
    def forget(speaker_id: str) -> None:  # pyright: ignore[reportUnusedFunction]
        forgotten.append(speaker_id)

    async with TestChat(plugin) as chat:
        for _ in range(5):
            await chat.say("/해")
        await chat.say("/삭제")
        await chat.say("/삭제 확인")
    assert forgotten == ["하나"]
    assert "rests" in caplog.text


async def test_start_and_stop_may_store() -> None:
    plugin = Plugin("일지")

    @plugin.on_start
    async def start(everywhere: Storage, now: datetime) -> None:  # pyright: ignore[reportUnusedFunction]
        days = await everywhere.get("일지", list[str], list[str]())
        await everywhere.put("일지", [*days, f"시작 {now:%H:%M}"])

    @plugin.on_stop
    async def stop(everywhere: Storage) -> None:  # pyright: ignore[reportUnusedFunction]
        days = await everywhere.get("일지", list[str], list[str]())
        await everywhere.put("일지", [*days, "끝"])

    @plugin.command("일지")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return " ".join(await chat.everywhere.get("일지", list[str], list[str]()))

    chat = TestChat(plugin, now=NOW)
    assert await chat.say("/일지") == "시작 18:00"
    await chat.passes(timedelta(hours=1))
    assert await chat.say("/일지") == "시작 18:00 끝 시작 19:00 끝 시작 19:00"
    async with chat:
        assert await chat.say("/일지") == "시작 18:00 끝 시작 19:00 끝 시작 19:00 끝 시작 19:00"
