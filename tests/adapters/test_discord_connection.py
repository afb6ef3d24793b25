"""The connection to Discord: what breaks it, what ends it, and that nothing is missed meanwhile."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from discord_listener import Listener, listening, tell, until, write
from discord_platform import DiscordPlatform
from discord_server.gateway import INVALID_SESSION, RECONNECT

from chatbot.errors import AdapterError
from chatbot.messages import Incoming, RoomKind


@pytest.fixture
async def platform() -> AsyncIterator[DiscordPlatform]:
    async with DiscordPlatform() as platform:
        yield platform


async def test_a_connection_that_breaks_is_taken_up_and_nothing_is_missed(platform: DiscordPlatform) -> None:
    gateway = platform.server.gateway
    async with listening(platform) as bot:
        await platform.say("앞")
        await bot.next(Incoming)
        await gateway.break_off()
        tell(platform, "사이에")
        await until(lambda: gateway.resumed == 1)
        await bot.next(Incoming, 2)
        assert len(gateway.identified) == 1
    assert bot.heard() == ["앞", "사이에"]


async def test_the_gateway_may_ask_for_another_connection(platform: DiscordPlatform) -> None:
    gateway = platform.server.gateway
    async with listening(platform) as bot:
        await platform.say("앞")
        await bot.next(Incoming)
        await gateway.break_off(op=RECONNECT)
        tell(platform, "사이에")
        await bot.next(Incoming, 2)
    assert gateway.resumed == 1


async def test_after_a_session_that_was_forgotten_missed_messages_are_fetched_first(platform: DiscordPlatform) -> None:
    gateway = platform.server.gateway
    async with listening(platform) as bot:
        await platform.say("앞", "모임", group=True)
        await platform.say("앞", "방")
        await bot.next(Incoming, 2)
        gateway.forgets = True
        await gateway.break_off()
        await until(lambda: not gateway.is_open)
        for room in ("모임", "방"):
            write(platform, room, "사이에")
        await until(lambda: gateway.is_open)  # discord.py waits five seconds before it identifies anew
        tell(platform, "뒤", channel=platform.room("모임"))
        await bot.next(Incoming, 5)
        in_group = [one.text for one in bot.events if isinstance(one, Incoming) and one.room_kind is RoomKind.GROUP]
    assert in_group == ["앞", "사이에", "뒤"]
    assert sorted(bot.heard()) == ["뒤", "사이에", "사이에", "앞", "앞"]
    assert len(gateway.identified) == 2


async def test_a_session_that_is_declared_invalid_is_begun_anew(platform: DiscordPlatform) -> None:
    gateway = platform.server.gateway
    async with listening(platform) as bot:
        await gateway.break_off(op=INVALID_SESSION)
        await until(lambda: len(gateway.identified) == 2)
        await platform.say("뒤")
        await bot.next(Incoming)


async def test_what_was_written_between_two_starts_is_heard_with_who_administers(platform: DiscordPlatform) -> None:
    platform.server.world.admins.add("하나")
    async with listening(platform) as bot:
        await platform.say("첫 말", "방")
        await platform.say("첫 말", "모임", group=True)
        await bot.next(Incoming, 2)
    for number in range(150):
        write(platform, "모임", f"{number}")
    write(platform, "모임", "/설정")
    write(platform, "방", "둘째 말")
    async with listening(platform) as again:
        await again.next(Incoming, 152)
        group = [one for one in again.events if isinstance(one, Incoming) and one.room_kind is RoomKind.GROUP]
    assert [one.text for one in group] == [*map(str, range(150)), "/설정"]
    assert group[-1].from_admin
    assert "둘째 말" in again.heard()


async def test_what_is_older_than_a_day_stays_unanswered(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        await platform.say("첫 말")
        await bot.next(Incoming)
    world, room = platform.server.world, platform.room()
    seen = {room: world.new_id(ago=200_000)}
    write(platform, "방", "옛말", id=world.new_id(ago=100_000))
    write(platform, "방", "새 말")

    class Old:
        async def load(self) -> dict[str, str]:
            return seen

        async def save(self, marks: object) -> None:
            """Keep nothing."""

    async with listening(platform, seen=Old()) as again:
        await again.next(Incoming, 2)
    assert again.heard() == ["첫 말", "새 말"]


async def test_nothing_is_fetched_at_the_very_first_start(platform: DiscordPlatform) -> None:
    platform.room("모임", group=True)
    write(platform, "모임", "봇이 오기 전")
    async with listening(platform) as bot:
        await platform.say("봇이 온 뒤", "모임")
        await bot.next(Incoming)
    assert bot.heard() == ["봇이 온 뒤"]


async def test_several_connections_are_opened_if_the_gateway_asks_for_them(platform: DiscordPlatform) -> None:
    platform.server.gateway.shards = 2
    async with listening(platform) as bot:
        assert sorted(one["shard"] for one in platform.server.gateway.identified) == [[0, 2], [1, 2]]
        await platform.say("안녕", "모임", group=True)
        await platform.say("안녕", "방")
        heard = [await bot.next(Incoming, number) for number in (1, 2)]
        for one in heard:
            await bot.answer(one, "네")
        assert len(platform.shown()) == len(platform.shown("모임")) == 1
    write(platform, "모임", "사이에")
    write(platform, "방", "사이에")
    async with listening(platform) as again:
        await again.next(Incoming, 2)
    assert again.heard() == ["사이에", "사이에"]


async def test_a_wrong_token_is_one_sentence(platform: DiscordPlatform) -> None:
    bot = Listener(platform.adapter(token="MTExMTExMTExMTExMTExMTEx.GAbCdE.wrong"))
    with pytest.raises(AdapterError, match="토큰을 받아 주지 않아요") as caught:
        await bot.adapter.run(bot.receive)
    assert "GAbCdE" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_token_that_is_revoked_meanwhile_ends_the_run(platform: DiscordPlatform) -> None:
    bot = Listener(platform.adapter())
    running = asyncio.create_task(bot.adapter.run(bot.receive))
    await platform.connected()
    await platform.server.gateway.break_off(code=4004)
    with pytest.raises(AdapterError, match="토큰을 받아 주지 않아요"):
        await running


async def test_no_token_is_told_at_once(platform: DiscordPlatform) -> None:
    with pytest.raises(AdapterError, match="토큰이 없어요"):
        platform.adapter(token=" ")


async def test_a_missing_intent_is_told_before_connecting(platform: DiscordPlatform) -> None:
    platform.server.gateway.intents_off = True
    bot = Listener(platform.adapter())
    with pytest.raises(AdapterError, match="MESSAGE CONTENT INTENT"):
        await bot.adapter.run(bot.receive)
    assert platform.server.gateway.identified == []


@pytest.mark.parametrize("shards", [1, 2])
async def test_an_intent_that_is_taken_away_meanwhile_is_told(platform: DiscordPlatform, shards: int) -> None:
    platform.server.gateway.shards = shards
    bot = Listener(platform.adapter())
    running = asyncio.create_task(bot.adapter.run(bot.receive))
    await platform.connected()
    await platform.server.gateway.break_off(code=4014)
    with pytest.raises(AdapterError, match="MESSAGE CONTENT INTENT"):
        await running


async def test_messages_that_are_all_empty_mean_that_contents_are_kept_from_us(platform: DiscordPlatform) -> None:
    platform.server.world.has_content = False
    bot = Listener(platform.adapter())
    running = asyncio.create_task(bot.adapter.run(bot.receive))
    await platform.say("멘션은 보여요", "모임", group=True, mention=True)
    for number in range(3):
        await platform.say(f"{number}", "모임")
    with pytest.raises(AdapterError, match="MESSAGE CONTENT INTENT"):
        await running


async def test_a_server_that_is_not_there_is_told_after_a_while(platform: DiscordPlatform) -> None:
    bot = Listener(platform.adapter(api_url="http://127.0.0.1:9/api", patience=0.5))
    with pytest.raises(AdapterError, match="연결할 수 없어요"):
        await bot.adapter.run(bot.receive)


async def test_neither_tokens_nor_words_are_logged(platform: DiscordPlatform, caplog: pytest.LogCaptureFixture) -> None:
    secret = "비밀 이야기"
    with caplog.at_level(logging.DEBUG):
        for name in ("discord.http", "discord.gateway", "discord.client", "discord.webhook.async_"):
            logging.getLogger(name).setLevel(logging.NOTSET)
        async with listening(platform) as bot:
            platform.fail(too_many=0.5, error=0.2)
            await platform.say(secret)
            await bot.answer(await bot.next(Incoming), secret, "고르기")
            platform.fail()
            await platform.press("방", "고르기")
            await bot.next(Incoming, 2)
            await platform.server.gateway.break_off()
            await until(lambda: platform.server.gateway.resumed == 1)
        with pytest.raises(AdapterError):
            await platform.adapter(token=platform.server.token + "x").run(bot.receive)
    logged = "\n".join(f"{one.getMessage()} {one.exc_text or ''}" for one in caplog.records)
    assert any(one.name.startswith("discord.") for one in caplog.records)
    assert platform.server.token not in logged
    assert secret not in logged
    assert "secret-interaction-token" not in logged
    assert platform.server.token not in repr(bot.adapter)
