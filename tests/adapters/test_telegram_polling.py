"""How updates come in, whatever happens on the way: nothing is confirmed that is not stored."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from telegram_listener import Listener, listening
from telegram_platform import TelegramPlatform
from telegram_server import TOKEN

from adapters.telegram import TelegramAdapter
from chatbot.errors import AdapterError
from chatbot.messages import Address, Event, Outgoing

SECRET = TOKEN.partition(":")[2]


@pytest.fixture
async def platform() -> AsyncIterator[TelegramPlatform]:
    async with TelegramPlatform() as platform:
        yield platform


async def test_an_update_is_confirmed_only_when_it_is_stored(platform: TelegramPlatform) -> None:
    gate = asyncio.Event()

    class Slow(Listener):
        async def receive(self, event: Event):
            await gate.wait()
            return await super().receive(event)

    async with listening(platform, Slow()) as (_, listener):
        for number in range(5):
            await platform.say(f"{number}")
        await platform.server.until(lambda: platform.server.counts["getUpdates"] >= 1)
        await asyncio.sleep(0.2)
        assert len(platform.server.waiting) == 5
        gate.set()
        await platform.server.until(lambda: not platform.server.waiting)
        assert listener.texts == ["0", "1", "2", "3", "4"]


async def test_what_cannot_be_stored_is_tried_again_and_keeps_its_order(platform: TelegramPlatform) -> None:
    listener = Listener()
    listener.refuses = 4
    said = [f"{number}" for number in range(10)]
    for text in said:
        await platform.say(text)
        await platform.say(text, "다른 방", "둘")
    async with listening(platform, listener):
        await platform.server.until(lambda: len(listener.refused) == 4)
        assert len(platform.server.waiting) == 20
        await platform.server.until(lambda: not platform.server.waiting)
    for room in ("방", "다른 방"):
        address = Address("telegram", platform.room(room))
        assert [one.text for one in listener.events if one.address == address] == said  # pyright: ignore


async def test_a_bot_that_is_stopped_confirms_what_it_stored_and_no_more(platform: TelegramPlatform) -> None:
    await platform.say("하나")
    async with listening(platform) as (_, listener):
        await platform.server.until(lambda: listener.texts == ["하나"])
    assert platform.server.waiting == []
    listener = Listener()
    listener.refuses = 1_000
    await platform.say("둘")
    async with listening(platform, listener):
        await platform.server.until(lambda: listener.refused)
    assert len(platform.server.waiting) == 1


async def test_a_lost_network_is_waited_for(platform: TelegramPlatform, caplog: pytest.LogCaptureFixture) -> None:
    async with listening(platform) as (_, listener):
        await platform.say("하나")
        await platform.server.until(lambda: listener.texts == ["하나"])
        await platform.server.down()
        await platform.say("둘")
        await platform.server.until(lambda: "does not answer" in caplog.text)
        await platform.server.up()
        await platform.server.until(lambda: listener.texts == ["하나", "둘"])
        await platform.server.until(lambda: "answers again" in caplog.text)


async def test_a_network_that_is_not_there_at_the_start_is_waited_for(platform: TelegramPlatform) -> None:
    adapter, listener = platform.adapter(), Listener()
    await platform.server.down()
    running = asyncio.create_task(adapter.run(listener.receive))
    await asyncio.sleep(0.3)
    await platform.server.up()
    await platform.say("안녕")
    await platform.server.until(lambda: listener.texts == ["안녕"])
    running.cancel()
    await asyncio.wait({running})


async def test_two_on_one_token_end_in_a_clear_error(platform: TelegramPlatform) -> None:
    first, second = platform.adapter(), platform.adapter()
    running = {asyncio.create_task(one.run(Listener().receive)) for one in (first, second)}
    async with asyncio.timeout(60):
        done, rest = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.wait(running)
    with pytest.raises(AdapterError, match="다른 프로그램이 같은 텔레그램 토큰으로"):
        done.pop().result()


async def test_a_restart_that_overlaps_with_its_predecessor_is_no_error(platform: TelegramPlatform) -> None:
    async with listening(platform) as (_, listener):
        await platform.server.until(lambda: platform.server.polls)
        platform.server.interrupt()
        await platform.say("안녕")
        await platform.server.until(lambda: listener.texts == ["안녕"])


async def test_a_webhook_that_is_set_ends_in_a_clear_error(platform: TelegramPlatform) -> None:
    platform.server.webhook = "https://example.com", ""
    with pytest.raises(AdapterError, match="웹훅이 걸려 있어서"):
        await platform.adapter().run(Listener().receive)


async def test_a_wrong_token_ends_in_a_clear_error_that_does_not_tell_it(platform: TelegramPlatform) -> None:
    platform.server.token = "1:other"
    adapter = TelegramAdapter(TOKEN, api_url=platform.server.url)
    with pytest.raises(AdapterError, match="TELEGRAM_TOKEN") as caught:
        await adapter.run(Listener().receive)
    assert SECRET not in str(caught.value)
    await adapter.close()


@pytest.mark.parametrize("token", ["", "가짜", "123456789", "1:a b", "https://t.me/bot"])
def test_what_cannot_be_a_token_is_refused_at_once(token: str) -> None:
    with pytest.raises(AdapterError, match="TELEGRAM_TOKEN") as caught:
        TelegramAdapter(token)
    assert token == "" or token not in str(caught.value)


async def test_neither_token_nor_text_gets_into_a_log_or_an_error(
    platform: TelegramPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("test").debug("everything is logged")
    for name in ("httpx", "httpcore", "aiohttp", "aiohttp.client", "telegram", "telegram.Bot", "adapters"):
        caplog.set_level(logging.DEBUG, name)
    errors: list[BaseException] = []
    async with listening(platform) as (adapter, listener):
        await platform.say("비밀 이야기")
        await platform.server.until(lambda: listener.texts)
        room = listener.last.address
        await adapter.send(room, Outgoing("비밀 대답"))
        for fault in ("drop", "error", "too_many"):
            platform.fail(**{fault: 1.0})
            try:
                await adapter.send(room, Outgoing("비밀 대답"))
            except Exception as error:
                errors.append(error)
        platform.fail()
        await platform.server.down()
        try:
            await adapter.send(room, Outgoing("비밀 대답"))
        except Exception as error:
            errors.append(error)
        await platform.server.up()
    written = [caplog.text, *map(repr, errors), *map(str, errors), repr(adapter), repr(vars(adapter))]
    assert len(errors) == 4
    assert "everything is logged" in caplog.text
    for text in written:
        assert SECRET not in text
        assert "비밀" not in text
        assert "\\ube44\\ubc00" not in text


async def test_the_menu_is_published(platform: TelegramPlatform) -> None:
    class Spec:
        def __init__(self, help: str, *names: str) -> None:
            self.names = names
            self.help = help

    menu = [
        Spec("두 수를\n더합니다.", "더하기", "Add"),
        Spec("영어 이름이 없어요.", "끝말잇기"),
        Spec("", "new"),
        Spec("둘", "둘", "add"),
    ]
    adapter = TelegramAdapter(TOKEN, api_url=platform.server.url, menu=menu)
    running = asyncio.create_task(adapter.run(Listener().receive))
    await platform.server.until(lambda: platform.server.menu)
    assert platform.server.menu == [
        {"command": "add", "description": "/더하기 · 두 수를 더합니다."},
        {"command": "new", "description": "new"},
    ]
    await adapter.publish(())
    await platform.server.until(lambda: not platform.server.menu)
    running.cancel()
    await asyncio.wait({running})
    await adapter.close()
