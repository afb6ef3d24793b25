"""What people do on Telegram, as the framework hears of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram_chats import ME
from telegram_listener import Listener, listening
from telegram_platform import TelegramPlatform

from adapters.telegram import TelegramAdapter
from adapters.telegram.notices import UNREADABLE
from chatbot.messages import Address, Choice, Edited, Event, Incoming, Joined, Outgoing, RoomKind, Speaker

STICKER = {
    "sticker": {
        "file_id": "s",
        "file_unique_id": "s",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    }
}
PHOTO = {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]}
VOICE = {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}


@pytest.fixture
async def platform() -> AsyncIterator[TelegramPlatform]:
    async with TelegramPlatform() as platform:
        yield platform


@pytest.fixture
async def here(platform: TelegramPlatform) -> AsyncIterator[tuple[TelegramAdapter, Listener]]:
    async with listening(platform) as both:
        yield both


async def heard(platform: TelegramPlatform, listener: Listener) -> list[Event]:
    """Return all that was heard so far: chats are heard at the same time, but one fetch comes after the other."""
    for marker in ("끝", "끝끝"):
        await platform.say(marker, "맨 뒤")
        await platform.server.until(lambda marker=marker: marker in listener.texts)
    return [one for one in listener.events if not (isinstance(one, Incoming) and one.text in {"끝", "끝끝"})]


async def test_a_private_message(platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]) -> None:
    id = await platform.say("안녕 😀")
    (message,) = await heard(platform, here[1])
    assert isinstance(message, Incoming)
    assert message.address == Address("telegram", platform.room())
    assert (message.id, message.text, message.room_kind) == (id, "안녕 😀", RoomKind.PRIVATE)
    assert message.speaker == Speaker("1001", "하나")
    assert message.sent_at.tzinfo is not None
    assert (message.mentions_bot, message.replies_to_bot, message.from_admin) == (False, False, False)


async def test_a_topic_is_a_room_and_a_thread_of_replies_is_none(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    chat = platform.chat("모임", group=True)
    await platform.say("주제 안", "모임", message_thread_id=17, is_topic_message=True)
    await platform.say("답글 줄", "모임", message_thread_id=18)
    said = [one for one in await heard(platform, here[1]) if isinstance(one, Incoming)]
    assert [one.address.room for one in said] == [f"{chat.id}:17", f"{chat.id}"]
    assert {one.room_kind for one in said} == {RoomKind.GROUP}


async def test_an_answer_in_a_topic_stays_there(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    chat = platform.chat("모임", group=True)
    chat.topics.add(17)
    id = await here[0].send(Address("telegram", f"{chat.id}:17"), Outgoing("여기예요"))
    assert chat.messages[int(id)]["message_thread_id"] == 17


async def test_a_reply_to_the_bot_and_not_to_others(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    chat = platform.chat("모임", group=True)
    other = await platform.say("난 하나", "모임")
    mine = await here[0].send(Address("telegram", f"{chat.id}"), Outgoing("저는 단비예요"))
    await platform.say("반가워", "모임", "둘", reply_to=mine)
    await platform.say("그래", "모임", "둘", reply_to=other)
    begun = chat.keep({"from": ME, "forum_topic_created": {"name": "주제", "icon_color": 1}})
    await platform.say("주제 안에서", "모임", "둘", reply_to=f"{begun['message_id']}")
    said = [one for one in await heard(platform, here[1]) if isinstance(one, Incoming)]
    assert [one.replies_to_bot for one in said] == [False, True, False, False]


async def test_a_command_for_another_bot_is_not_heard(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    await platform.say("/add@other_bot 1 2", "모임", group=True)
    await platform.say("/add@danbi_bot 3 4", "모임")
    (message,) = await heard(platform, here[1])
    assert isinstance(message, Incoming)
    assert (message.text, message.mentions_bot) == ("/add 3 4", True)


async def test_an_edit(platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]) -> None:
    id = await platform.say("안녕")
    await platform.edit("방", id, "@danbi_bot 잘 가")
    assert (await heard(platform, here[1]))[1:] == [Edited(Address("telegram", platform.room()), id, "잘 가")]


async def test_a_caption_is_text(platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]) -> None:
    platform.show({**PHOTO, "caption": "이거 봐", "media_group_id": "앨범"})
    platform.show({**PHOTO, "media_group_id": "앨범"})
    said = await heard(platform, here[1])
    assert [one.text for one in said if isinstance(one, Incoming)] == ["이거 봐"]
    assert platform.shown() == []


@pytest.mark.parametrize("content", [STICKER, PHOTO, VOICE], ids=["sticker", "photo", "voice"])
async def test_what_cannot_be_read_is_answered_honestly_once_a_minute(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener], content: dict[str, Any]
) -> None:
    for _ in range(3):
        platform.show(content)
    platform.show(content, "모임", group=True)  # among others, nobody asked
    assert await heard(platform, here[1]) == []
    await platform.server.until(lambda: platform.shown())
    assert [one.text for one in platform.shown()] == [UNREADABLE]
    assert platform.shown("모임") == []


async def test_service_messages_are_not_answered(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    platform.show({"new_chat_title": "새 이름"}, "모임", group=True)
    platform.show({"left_chat_member": platform.person("둘")}, "모임")
    assert await heard(platform, here[1]) == []
    assert platform.server.counts["sendMessage"] == 0


async def test_people_who_come_in_and_the_bot_itself(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    chat, _ = platform.chat("모임", group=True), platform.person("하나")
    robot = {"id": 99, "is_bot": True, "first_name": "다른 봇"}
    platform.show({"new_chat_members": [platform.person("둘"), robot, platform.person("셋"), ME]}, "모임")
    left, member = {"status": "left", "user": ME}, {"status": "member", "user": ME}
    change = {"chat": chat.json, "from": platform.person("하나"), "date": 1}
    platform.server.happen(my_chat_member={**change, "old_chat_member": left, "new_chat_member": member})
    platform.server.happen(my_chat_member={**change, "old_chat_member": member, "new_chat_member": left})
    room = Address("telegram", f"{chat.id}")
    assert await heard(platform, here[1]) == [
        Joined(room, Speaker("1002", "둘")),
        Joined(room, Speaker("1003", "셋")),
        Joined(room, Speaker("123456789", "단비", is_bot=True)),
    ]


async def test_admins_are_asked_for_when_a_command_comes_and_remembered(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    chat = platform.chat("모임", group=True)
    chat.admins.add(platform.person("하나")["id"])
    for text, person in (
        ("/설정", "하나"),
        ("/설정", "둘"),
        ("/설정", "하나"),
        ("안녕", "하나"),
        ("@danbi_bot /설정", "하나"),
    ):
        await platform.say(text, "모임", person)
    said = [one for one in await heard(platform, here[1]) if isinstance(one, Incoming)]
    assert [one.from_admin for one in said] == [True, False, True, False, True]
    assert platform.server.counts["getChatMember"] == 2


async def test_an_anonymous_admin_speaks_for_the_group(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    chat = platform.chat("모임", group=True)
    robot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    channel = {"id": -1009, "type": "channel", "title": "소식"}
    platform.show({"from": robot, "sender_chat": chat.json, "text": "/설정"}, "모임")
    platform.show({"from": robot, "sender_chat": channel, "text": "/설정"}, "모임")
    platform.show({"from": robot, "sender_chat": channel, "text": "새 소식", "is_automatic_forward": True}, "모임")
    platform.show({"from": robot, "text": "나는 봇"}, "모임")
    said = [one for one in await heard(platform, here[1]) if isinstance(one, Incoming)]
    assert [(one.speaker.id, one.speaker.name, one.from_admin) for one in said] == [
        (f"{chat.id}", "모임", True),
        ("-1009", "소식", False),
    ]


async def test_a_press_is_said_with_its_words(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    adapter, listener = here
    long = "따뜻하고 아주 달콤한 우유를 듬뿍 넣은 딸기 녹차"
    room = Address("telegram", platform.room())
    choices = (Choice("라떼", "라떼 주세요"), Choice(long), Choice("짧게", f"{long} 한 잔"))
    for label, words in (("라떼", "라떼 주세요"), (long, long), (f"{long} 한 잔", f"{long} 한 잔")):
        await adapter.send(room, Outgoing("뭘 드릴까요?", choices=choices))
        await platform.press("방", label)
        await platform.server.until(lambda words=words: listener.texts[-1:] == [words])
        assert listener.last.id.startswith("press:")
        assert listener.last.replies_to_bot
        await platform.server.until(lambda: not platform.shown()[-1].choices)
        assert platform.shown()[-1].text == f"뭘 드릴까요?\n\n👉 {label}"
    assert len(platform.server.answers) == 3


async def test_in_a_group_buttons_stay_for_whom_they_are(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    adapter, listener = here
    id = await platform.say("주문할래", "모임", "하나", group=True)
    room = Address("telegram", platform.room("모임"))
    await adapter.send(room, Outgoing("뭘요?", reply_to=id, choices=(Choice("라떼"), Choice("녹차"))))
    await platform.press("모임", "녹차", "둘")
    await platform.server.until(lambda: len(platform.server.answers) == 1)
    await platform.press("모임", "라떼", "하나")
    await platform.server.until(lambda: not platform.shown("모임")[-1].choices)
    assert platform.shown("모임")[-1].text == "뭘요?\n\n👉 하나: 라떼"
    assert listener.texts == ["주문할래", "녹차", "라떼"]
    await adapter.send(
        room, Outgoing("[투표]", reply_to=id, choices=(Choice("산", "/투표 1"), Choice("바다", "/투표 2")))
    )
    for person in ("하나", "둘"):
        await platform.press("모임", "산", person)
    await platform.server.until(lambda: len(platform.server.answers) == 4)
    assert platform.shown("모임")[-1].choices == ("산", "바다")


async def test_a_button_that_is_too_old_says_so(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    platform.server.queries.add("q")
    old = {"message_id": 5, "date": 0, "chat": platform.chat("방").json}
    query = {"id": "q", "from": platform.person("하나"), "chat_instance": "1", "message": old, "data": "#0"}
    platform.server.happen(callback_query=query)
    assert await heard(platform, here[1]) == []
    await platform.server.until(lambda: platform.server.answers)
    assert platform.server.answers["q"]["show_alert"] == "true"


async def test_a_group_that_moves_takes_what_is_sent_along(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]
) -> None:
    old, new = platform.chat("모임", type="group"), platform.chat("큰 모임", group=True)
    old.moved_to = new.id
    platform.show({"migrate_to_chat_id": new.id}, "모임")
    assert await heard(platform, here[1]) == []
    await here[0].send(Address("telegram", f"{old.id}"), Outgoing("이사했네요"))
    assert [one.text for one in platform.shown("큰 모임")] == ["이사했네요"]
    assert platform.server.counts["sendMessage"] == 1


async def test_an_update_that_nobody_understands_holds_nothing_up(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener], caplog: pytest.LogCaptureFixture
) -> None:
    platform.server.happen(message={"message_id": 1, "text": "비밀 이야기"})
    platform.server.happen(message="비밀")
    platform.server.happen(something_new={"text": "비밀"})
    await platform.say("안녕")
    await platform.server.until(lambda: here[1].texts == ["안녕"])
    assert "passed over" in caplog.text
    assert "비밀" not in caplog.text
