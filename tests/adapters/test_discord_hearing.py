"""What comes in from Discord: the library's own gateway client against an emulated gateway, faults included."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from discord_listener import Listener, listening, tell
from discord_platform import DiscordPlatform
from discord_server.world import Object

from chatbot.errors import DatabaseUnavailable
from chatbot.messages import Deleted, Edited, Incoming, Joined, Outgoing, RoomKind, Speaker


@pytest.fixture
async def platform() -> AsyncIterator[DiscordPlatform]:
    async with DiscordPlatform() as platform:
        yield platform


async def heard_in(platform: DiscordPlatform, text: str, **how: object) -> Incoming:
    """Return what an adapter hears of a message."""
    async with listening(platform) as bot:
        await platform.say(text, **how)  # pyright: ignore[reportArgumentType]
        return await bot.next(Incoming)


async def test_a_private_message_says_who_when_and_where(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        id = await platform.say("안녕 😀")
        heard = await bot.next(Incoming)
    person = platform.server.world.person("하나")
    assert heard == Incoming(
        heard.address, id, Speaker(person["id"], "하나"), "안녕 😀", heard.sent_at, RoomKind.PRIVATE
    )
    assert heard.address.room == platform.room()
    assert abs((datetime.now(UTC) - heard.sent_at).total_seconds()) < 30


async def test_a_mention_is_told_and_taken_out_of_the_text(platform: DiscordPlatform) -> None:
    heard = await heard_in(platform, "뭐 해?", room="모임", group=True, mention=True)
    assert (heard.text, heard.mentions_bot, heard.room_kind) == ("뭐 해?", True, RoomKind.GROUP)


@pytest.mark.parametrize("mention", ["<@!{bot}>", "<@&{role}>"])
async def test_the_other_ways_to_mention_the_bot_are_mentions_too(platform: DiscordPlatform, mention: str) -> None:
    world = platform.server.world
    written = mention.format(bot=world.bot["id"], role=world.bot_role)
    heard = await heard_in(platform, f"안녕 {written} 잘 지냈어?", room="모임", group=True)
    assert (heard.text, heard.mentions_bot) == ("안녕 잘 지냈어?", True)


async def test_numbers_become_names(platform: DiscordPlatform) -> None:
    world = platform.server.world
    two, channel = world.person("둘")["id"], world.guild()["channels"][0]["id"]
    heard = await heard_in(platform, f"<@{two}> <#{channel}> <:웃음:12345> 봐", room="모임", group=True)
    assert heard.text == "@둘 #일반 :웃음: 봐"


async def test_people_stay_numbers_in_commands(platform: DiscordPlatform) -> None:
    two = platform.server.world.person("둘")["id"]
    heard = await heard_in(platform, f"/송금 <@{two}> 10", room="모임", group=True)
    assert heard.text == f"/송금 <@{two}> 10"


async def test_a_prefix_of_the_owners_makes_commands(platform: DiscordPlatform) -> None:
    async with listening(platform, prefix="!") as bot:
        await platform.say("!도움말")
        await platform.say("/도움말")
        await platform.say("안녕!")
        await bot.next(Incoming, 3)
    assert bot.heard() == ["/도움말", "/도움말", "안녕!"]


async def test_a_reply_to_the_bot_is_told_and_one_to_somebody_else_is_not(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        first = await platform.say("안녕", "모임", group=True)
        said = await bot.adapter.send((await bot.next(Incoming)).address, Outgoing("네"))
        await platform.say("그래?", "모임", reply_to=said)
        await platform.say("응", "모임", reply_to=first)
        heard = [await bot.next(Incoming, number) for number in (2, 3)]
    assert [one.replies_to_bot for one in heard] == [True, False]
    assert not any(one.mentions_bot for one in heard)


async def test_who_may_manage_the_server_administers_the_room(platform: DiscordPlatform) -> None:
    platform.server.world.admins.add("둘")
    async with listening(platform) as bot:
        await platform.say("안녕", "모임", "하나", group=True)
        await platform.say("안녕", "모임", "둘")
        await platform.say("안녕", "방", "둘")
        await bot.next(Incoming, 3)
    assert {(one.speaker.name, one.room_kind): one.from_admin for one in bot.events if isinstance(one, Incoming)} == {
        ("하나", RoomKind.GROUP): False,
        ("둘", RoomKind.GROUP): True,
        ("둘", RoomKind.PRIVATE): False,
    }


async def test_a_picture_without_words_comes_in_without_words(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        tell(platform, "", attachments=[{"id": "1", "filename": "a.png", "size": 1, "url": "u", "proxy_url": "u"}])
        assert (await bot.next(Incoming)).text == ""


async def test_other_bots_webhooks_and_notices_are_not_heard(platform: DiscordPlatform) -> None:
    other = {**platform.server.world.person("남의 봇"), "bot": True}
    async with listening(platform) as bot:
        tell(platform, "나는 봇", author=other)
        tell(platform, "나는 웹훅", webhook_id="77")
        tell(platform, "고정했어요", type=6)
        tell(platform, "나는 사람")
        await bot.next(Incoming)
    assert bot.heard() == ["나는 사람"]


async def test_a_thread_is_a_room_of_its_own(platform: DiscordPlatform) -> None:
    world = platform.server.world
    channel = world.add_channel("모임")
    thread = world.add_channel("이야기", kind=11, parent=channel)
    async with listening(platform) as bot:
        message = world.write(thread, world.person("하나"), "스레드예요")
        platform.server.gateway.tell("MESSAGE_CREATE", world.event(message))
        heard = await bot.next(Incoming)
        assert (heard.address.room, heard.room_kind) == (thread, RoomKind.GROUP)
        await bot.answer(heard, "그렇네요")
        assert [one["content"] for one in world.messages[thread].values()] == ["스레드예요", "그렇네요"]


async def test_edits_and_deletions_come_in(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        id = await platform.say("고치기 전")
        heard = await bot.next(Incoming)
        await platform.edit("방", id, "고친 뒤")
        assert await bot.next(Edited) == Edited(heard.address, id, "고친 뒤")
        await platform.delete("방", id)
        assert await bot.next(Deleted) == Deleted(heard.address, id)


async def test_the_preview_of_a_link_is_no_edit(platform: DiscordPlatform) -> None:
    world = platform.server.world
    async with listening(platform) as bot:
        id = await platform.say("https://example.com")
        previewed = {**world.messages[platform.room()][id], "embeds": [{"type": "link", "url": "https://example.com"}]}
        platform.server.gateway.tell("MESSAGE_UPDATE", previewed, is_private=True)
        await platform.say("다음")
        await bot.next(Incoming, 2)
    assert not any(isinstance(event, Edited) for event in bot.events)


async def test_messages_that_a_moderator_deletes_together_are_all_gone(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        ids = [await platform.say(f"{number}", "모임", group=True) for number in range(3)]
        room = platform.room("모임")
        gone = {"ids": ids, "channel_id": room, "guild_id": platform.server.world.guild_id}
        platform.server.gateway.tell("MESSAGE_DELETE_BULK", gone)
        await bot.next(Deleted, 3)
    assert [event.id for event in bot.events if isinstance(event, Deleted)] == ids


async def test_who_comes_to_the_server_is_told_by_its_welcome(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        tell(platform, "", person="새 사람", type=7)
        joined = await bot.next(Joined)
    assert (joined.speaker.name, joined.speaker.is_bot, joined.room_kind) == ("새 사람", False, RoomKind.GROUP)


async def test_being_invited_to_a_server_is_told(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        await platform.say("안녕")
        await bot.next(Incoming)  # servers that are told of before this were there before
        world = platform.server.world
        invited: Object = {**world.guild(), "id": world.new_id(), "name": "다른 서버"}
        del invited["unavailable"]  # which is there only for servers that were known before
        role = dict(invited["roles"][0], id=invited["id"])
        platform.server.gateway.tell("GUILD_CREATE", {**invited, "roles": [role]})
        joined = await bot.next(Joined)
    assert (joined.speaker.name, joined.speaker.is_bot) == ("단비", True)
    assert joined.address.room == world.guild()["system_channel_id"]


async def test_an_event_that_cannot_be_stored_is_given_again_before_the_next(platform: DiscordPlatform) -> None:
    async with listening(platform) as bot:
        bot.failures = [DatabaseUnavailable("잠시"), DatabaseUnavailable("잠시")]
        await platform.say("하나")
        await platform.say("둘")
        await bot.next(Incoming, 2)
    assert bot.heard() == ["하나", "둘"]


async def test_what_nothing_can_be_done_about_ends_the_run(platform: DiscordPlatform) -> None:
    bot = Listener(platform.adapter())
    bot.failures = [RuntimeError("망가짐")]
    running = asyncio.create_task(bot.adapter.run(bot.receive))
    await platform.say("안녕")
    with pytest.raises(RuntimeError, match="망가짐"):
        await running
