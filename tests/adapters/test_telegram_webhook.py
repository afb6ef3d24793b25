"""Being called by Telegram: who may call, what is answered, and that nothing is taken which is not stored."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from io import BytesIO

import aiohttp
import pytest
from telegram_listener import Listener
from telegram_platform import TelegramPlatform, free_port
from telegram_server import TOKEN

from adapters.telegram import TelegramAdapter, Webhook
from chatbot.errors import AdapterError

SECRET = "a-very_secret-value"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@asynccontextmanager
async def called(listener: Listener, secret: str = SECRET) -> AsyncGenerator[tuple[TelegramPlatform, str]]:
    """Run an adapter that Telegram calls; yield Telegram and the address it calls."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram/hook"
    async with TelegramPlatform(webhook=Webhook(url, port=port, secret=secret)) as platform:
        adapter = platform.adapter()
        running = asyncio.create_task(adapter.run(listener.receive))
        try:
            await platform.server.until(lambda: running.done() or platform.is_listening)
            assert adapter.port == port
            yield platform, url
        finally:
            running.cancel()
            await asyncio.wait({running})


async def test_what_telegram_sends_is_taken_in_order() -> None:
    listener = Listener()
    async with called(listener) as (platform, _):
        said = [f"{number}" for number in range(10)]
        for text in said:
            await platform.say(text)
        await platform.server.until(lambda: listener.texts == said)
        await platform.server.until(lambda: not platform.server.waiting)


async def test_what_cannot_be_stored_is_not_taken_and_comes_again() -> None:
    listener = Listener()
    listener.refuses = 3
    async with called(listener) as (platform, _):
        await platform.say("안녕")
        await platform.server.until(lambda: not platform.server.waiting)
        assert (listener.texts, len(listener.refused), platform.server.webhook_refusals) == (["안녕"], 3, 3)


async def test_a_secret_is_made_where_there_is_none() -> None:
    listener = Listener()
    async with called(listener, secret="") as (platform, url):
        assert platform.server.webhook is not None
        assert len(platform.server.webhook[1]) > 30
        async with aiohttp.ClientSession() as session, session.post(url, json={"update_id": 1}) as answer:
            assert answer.status == 403
        await platform.say("안녕")
        await platform.server.until(lambda: listener.texts == ["안녕"])


async def posted(url: str, headers: dict[str, str], body: bytes) -> int:
    """Return how a call is answered; 413 also where nobody waits for the rest of what is too long."""
    try:
        async with aiohttp.ClientSession() as session, session.post(url, data=BytesIO(body), headers=headers) as answer:
            return answer.status
    except aiohttp.ClientConnectionError:
        assert len(body) > 1_048_576
        return 413


async def test_strangers_and_nonsense_are_turned_away() -> None:
    listener, long = Listener(), b"x" * 2_000_000
    right, wrong, odd = {HEADER: SECRET}, {HEADER: "wrong"}, {HEADER: "틀린 값"}
    update = b'{"update_id": 1}'
    async with called(listener) as (_, url):
        assert [await posted(url, headers, update) for headers in ({}, wrong, odd, right)] == [403, 403, 403, 200]
        assert await posted(f"{url}/other", right, update) == 404
        assert [await posted(url, right, body) for body in (b"{", b"[1]", b"\xff\xfe", long)] == [400, 400, 400, 413]
        assert await posted(url, wrong, long) in {403, 413}
    assert listener.events == []


async def test_a_port_that_is_taken_ends_in_a_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with TelegramPlatform(webhook=Webhook("https://example.com/", port=port)) as platform:
            with pytest.raises(AdapterError, match=f"{port}번 포트를 열 수 없어요"):
                await platform.adapter().run(Listener().receive)


async def test_an_address_that_telegram_refuses_ends_in_a_clear_error() -> None:
    async with TelegramPlatform(webhook=Webhook("http://example.com/", port=0)) as platform:
        with pytest.raises(AdapterError, match="웹훅 주소를 받아 주지 않아요"):
            await platform.adapter().run(Listener().receive)


def test_a_secret_is_not_shown_and_must_be_one() -> None:
    assert SECRET not in repr(Webhook("https://example.com/", secret=SECRET))
    with pytest.raises(AdapterError, match="비밀 값"):
        Webhook("https://example.com/", secret="비밀")
    assert TelegramAdapter(TOKEN, webhook=Webhook("https://example.com/")).port is None
