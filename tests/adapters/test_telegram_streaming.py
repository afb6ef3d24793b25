"""Replies that are shown while they are written: one message that grows, within the flood limits, and never two."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from telegram_chats import units
from telegram_listener import Listener, listening
from telegram_platform import TelegramPlatform

from adapters.telegram import TelegramAdapter
from chatbot.errors import TooManyRequests
from chatbot.messages import Address, Choice, Outgoing

WORDS = "오늘은 날씨가 아주 좋아서 밖에 나가고 싶어요"


@pytest.fixture
async def platform() -> AsyncIterator[TelegramPlatform]:
    async with TelegramPlatform(stream=True) as platform:
        yield platform


@pytest.fixture
async def here(platform: TelegramPlatform) -> AsyncIterator[tuple[TelegramAdapter, Listener]]:
    async with listening(platform) as both:
        yield both


@pytest.fixture
def room(platform: TelegramPlatform) -> Address:
    return Address("telegram", platform.room())


async def write(adapter: TelegramAdapter, room: Address, seconds: float) -> None:
    """Write the words letter by letter, for so long."""
    for length in range(1, len(WORDS) + 1):
        await adapter.draft(room, WORDS[:length])
        await asyncio.sleep(seconds / len(WORDS))


async def test_a_reply_grows_in_one_message_once_a_second(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener], room: Address
) -> None:
    adapter, _ = here
    await write(adapter, room, 2.5)
    (draft,) = platform.shown()
    assert draft.text.endswith(" …")
    assert len(draft.text) > 5
    id = await adapter.send(room, Outgoing(WORDS, choices=(Choice("네"),)))
    assert [(one.id, one.text, one.choices) for one in platform.shown()] == [(id, WORDS, ("네",))]
    drawn = [one.at for one in platform.server.calls if one.method in {"sendMessage", "editMessageText"}]
    assert 3 <= len(drawn) <= 5
    assert all(later - sooner > 0.9 for sooner, later in pairwise(drawn[:-1]))


async def test_what_is_too_long_for_one_message_goes_on_below(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener], room: Address
) -> None:
    adapter, _ = here
    long = f"{WORDS}. " * 300
    await adapter.draft(room, long)
    await platform.server.until(lambda: platform.shown())
    assert units(platform.shown()[0].text) <= 4096
    await adapter.send(room, Outgoing(long, nonce="n"))
    assert "".join("".join(one.text for one in platform.shown()).split()) == "".join(long.split())
    assert len(platform.shown()) == 2 + (units(long) > 2 * 4096)


async def test_a_reply_that_is_begun_anew_leaves_nothing_behind(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener], room: Address
) -> None:
    adapter, listener = here
    await adapter.draft(room, "처음 생각")
    await platform.server.until(lambda: platform.shown())
    await platform.say("아니 그게 아니라")
    await platform.server.until(lambda: listener.texts and not platform.shown())
    await adapter.draft(room, "다른 생각")
    await adapter.send(room, Outgoing("다른 생각이에요"))
    await platform.server.until(lambda: [one.text for one in platform.shown()] == ["다른 생각이에요"])


async def test_a_flood_is_waited_out_and_the_end_is_the_frameworks_business(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener], room: Address
) -> None:
    adapter, _ = here
    await adapter.draft(room, "생각")
    await platform.server.until(lambda: platform.shown())
    platform.fail(too_many=1, retry_after=1.5)
    with pytest.raises(TooManyRequests):
        await adapter.send(room, Outgoing(WORDS, nonce="n"))
    await adapter.draft(room, "다음 생각")  # not between the two tries
    platform.fail()
    await asyncio.sleep(1.6)
    await adapter.send(room, Outgoing(WORDS, nonce="n"))
    assert [one.text for one in platform.shown()] == [WORDS]


async def test_a_draft_that_somebody_deleted_is_sent_anew(
    platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener], room: Address
) -> None:
    adapter, _ = here
    await adapter.draft(room, "생각")
    await platform.server.until(lambda: platform.shown())
    platform.chat("방").messages.clear()
    await adapter.send(room, Outgoing(WORDS))
    assert [one.text for one in platform.shown()] == [WORDS]


async def test_a_group_sees_typing_instead(platform: TelegramPlatform, here: tuple[TelegramAdapter, Listener]) -> None:
    adapter, _ = here
    group = Address("telegram", f"{platform.chat('모임', group=True).id}")
    for length in range(1, len(WORDS)):
        await adapter.draft(group, WORDS[:length])
    await platform.server.until(lambda: platform.server.counts["sendChatAction"])
    await adapter.send(group, Outgoing(WORDS))
    assert [one.text for one in platform.shown("모임")] == [WORDS]
    assert platform.server.counts["sendChatAction"] == 1


async def test_nothing_is_streamed_unless_it_is_wanted() -> None:
    async with TelegramPlatform() as platform, listening(platform) as (adapter, _):
        room = Address("telegram", platform.room())
        await adapter.draft(room, "생각")
        await adapter.send(room, Outgoing(WORDS))
        assert platform.server.counts["editMessageText"] == 0
        assert [one.text for one in platform.shown()] == [WORDS]
