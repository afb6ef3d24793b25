"""What the bot puts on Telegram: in pieces, as text, with files, and what becomes of it when it cannot."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram_chats import Refusal, units
from telegram_listener import Listener, Waiting, listening
from telegram_platform import TelegramPlatform

from adapters.telegram import TelegramAdapter
from chatbot.errors import DeliveryError, MessageRefused, RoomGone, TooManyRequests
from chatbot.messages import Address, Choice, File, Outgoing

SENTENCES = " ".join(f"{number}번째 문장이에요 😀." for number in range(900))


@pytest.fixture
async def platform() -> AsyncIterator[TelegramPlatform]:
    async with TelegramPlatform() as platform:
        yield platform


@pytest.fixture
def adapter(platform: TelegramPlatform) -> TelegramAdapter:
    return platform.adapter()


@pytest.fixture
def room(platform: TelegramPlatform) -> Address:
    return Address("telegram", platform.room())


async def test_text_is_sent_as_text(platform: TelegramPlatform, adapter: TelegramAdapter, room: Address) -> None:
    text = "*별* _밑줄_ `코드` <b>굵게</b> [링크](https://example.com) \\ & 안녕"
    id = await adapter.send(room, Outgoing(text))
    assert [(one.id, one.text) for one in platform.shown()] == [(id, text)]
    assert platform.server.calls[-1].parameters["link_preview_options"] == {"is_disabled": True}


async def test_a_private_answer_quotes_nothing_and_one_in_a_group_does(
    platform: TelegramPlatform, adapter: TelegramAdapter, room: Address
) -> None:
    said = await platform.say("안녕")
    await adapter.send(room, Outgoing("네", reply_to=said))
    assert platform.shown()[0].reply_to is None
    asked = await platform.say("안녕", "모임", group=True)
    group = Address("telegram", platform.room("모임"))
    for reply_to in (asked, "press:1", "77", None):
        await adapter.send(group, Outgoing("네", reply_to=reply_to))
    assert [one.reply_to for one in platform.shown("모임")] == [asked, None, None, None]


async def test_a_long_text_is_cut_and_the_buttons_stand_under_its_end(
    platform: TelegramPlatform, adapter: TelegramAdapter, room: Address
) -> None:
    id = await adapter.send(room, Outgoing(SENTENCES, choices=(Choice("네"), Choice("아니요"))))
    shown = platform.shown()
    assert [bool(one.choices) for one in shown] == [False] * (len(shown) - 1) + [True]
    assert shown[-1].id == id
    assert all(units(one.text) <= 4096 and one.text.endswith(".") for one in shown)
    assert " ".join(one.text for one in shown) == SENTENCES


async def test_what_broke_off_midway_goes_on_there(
    platform: TelegramPlatform, adapter: TelegramAdapter, room: Address
) -> None:
    platform.fail(error=0.5)
    message = Outgoing(SENTENCES, nonce="n1")
    failures = 0
    async with asyncio.timeout(60):
        while True:
            try:
                await adapter.send(room, message)
                break
            except DeliveryError:
                failures += 1
    assert failures
    assert " ".join(one.text for one in platform.shown()) == SENTENCES
    before = len(platform.shown())
    await adapter.send(room, message)  # its success could not be stored
    assert len(platform.shown()) == before
    platform.fail()
    await adapter.send(room, Outgoing("다른 글", nonce="n2"))
    assert platform.shown()[-1].text == "다른 글"


async def test_a_file_comes_along(platform: TelegramPlatform, adapter: TelegramAdapter, room: Address) -> None:
    chat, file = platform.chat("방"), File("내 기록.json", '{"말": "안녕"}')
    id = await adapter.send(room, Outgoing("여기 있어요.", file=file))
    assert chat.files[int(id)].decode() == file.content
    assert chat.messages[int(id)]["document"]["file_name"] == "내 기록.json"
    assert [one.text for one in platform.shown()] == ["여기 있어요."]
    await adapter.send(room, Outgoing("길어요. " * 300, file=file, choices=(Choice("네"),)))
    assert [(one.text[:4], one.choices) for one in platform.shown()[1:]] == [("길어요.", ("네",)), ("", ())]
    id = await adapter.send(room, Outgoing("", file=File("두\r\n줄.txt", "안녕")))
    assert chat.messages[int(id)]["document"]["file_name"] == "두 줄.txt"


@pytest.mark.parametrize(
    ("code", "description", "kind"),
    [
        (403, "Forbidden: bot was blocked by the user", RoomGone),
        (403, "Forbidden: bot was kicked from the supergroup chat", RoomGone),
        (400, "Bad Request: chat not found", RoomGone),
        (400, "Bad Request: TOPIC_DELETED", RoomGone),
        (400, "Bad Request: not enough rights to send text messages to the chat", MessageRefused),
        (400, "Bad Request: TOPIC_CLOSED", MessageRefused),
        (401, "Unauthorized", DeliveryError),
        (500, "Internal Server Error", DeliveryError),
        (502, "Bad Gateway", DeliveryError),
    ],
)
async def test_errors_say_what_to_do(
    platform: TelegramPlatform, adapter: TelegramAdapter, room: Address, code: int, description: str, kind: type
) -> None:
    platform.chat("방").gone = Refusal(code, description)
    with pytest.raises(DeliveryError) as caught:
        await adapter.send(room, Outgoing("비밀"))
    assert type(caught.value) is kind
    assert "비밀" not in str(caught.value)


async def test_too_many_says_how_long(platform: TelegramPlatform, adapter: TelegramAdapter, room: Address) -> None:
    platform.fail(too_many=1, retry_after=17)
    with pytest.raises(TooManyRequests) as caught:
        await adapter.send(room, Outgoing("안녕"))
    assert caught.value.retry_after == 17


@pytest.mark.parametrize("to", [Address("telegram", "1"), Address("telegram", "방"), Address("telegram", "1:x")])
async def test_a_room_that_there_is_not(adapter: TelegramAdapter, to: Address) -> None:
    with pytest.raises(RoomGone):
        await adapter.send(to, Outgoing("안녕"))


@pytest.mark.parametrize("text", ["", " \n\t"])
async def test_an_empty_text_is_refused(adapter: TelegramAdapter, room: Address, text: str) -> None:
    with pytest.raises(MessageRefused):
        await adapter.send(room, Outgoing(text))


async def test_no_network_is_no_delivery(platform: TelegramPlatform, adapter: TelegramAdapter, room: Address) -> None:
    await platform.server.down()
    with pytest.raises(DeliveryError) as caught:
        await adapter.send(room, Outgoing("안녕"))
    assert type(caught.value) is DeliveryError
    await platform.server.up()
    await adapter.send(room, Outgoing("안녕"))
    assert [one.text for one in platform.shown()] == ["안녕"]


async def test_a_group_that_moved_is_found(platform: TelegramPlatform, adapter: TelegramAdapter) -> None:
    old, new = platform.chat("모임", type="group"), platform.chat("큰 모임", group=True)
    old.moved_to = new.id
    for text in ("하나", "둘"):
        await adapter.send(Address("telegram", f"{old.id}"), Outgoing(text))
    assert [one.text for one in platform.shown("큰 모임")] == ["하나", "둘"]


async def test_typing_is_shown_until_the_answer_is_there(platform: TelegramPlatform) -> None:
    async with listening(platform) as (_, listener):
        await platform.say("안녕")
        await platform.say("모두 안녕", "모임", group=True)
        await platform.say("안녕", "모임", mention=True)
        await platform.server.until(lambda: len(_typed(platform, "방")) == 2)  # at once, and once more after a while
        assert len(_typed(platform, "모임")) in {1, 2}
        for receipt in listener.receipts:
            receipt.done.set()
        first, second = _typed(platform, "방")
        assert 3 < second - first < 10


async def test_what_is_answered_at_once_needs_no_typing(platform: TelegramPlatform) -> None:
    class Quick(Listener):
        async def receive(self, event: object) -> Waiting:
            receipt = await super().receive(event)  # pyright: ignore[reportArgumentType]
            receipt.done.set()
            return receipt

    async with listening(platform, Quick()) as (_, listener):
        for number in range(5):
            await platform.say(f"{number}")
            await platform.server.until(lambda number=number: len(listener.events) == number + 1)
        await asyncio.sleep(0.5)
    assert platform.server.counts["sendChatAction"] == 0


def _typed(platform: TelegramPlatform, room: str) -> list[float]:
    id = platform.room(room)
    return [
        one.at for one in platform.server.calls if one.method == "sendChatAction" and one.parameters["chat_id"] == id
    ]
