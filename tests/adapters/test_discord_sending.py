"""What goes out to Discord: split, quoted, unable to ping, once however often it is sent, and refusals told apart."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from discord_listener import Listener, listening, until
from discord_platform import DiscordPlatform, DiscordWebSocket, Route, discord
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.failures import delivery_error
from adapters.discord.posting import escaped, parts_of
from chatbot.errors import DeliveryError, MessageRefused, RoomGone, TooManyRequests
from chatbot.messages import Address, Choice, File, Incoming, Outgoing


@pytest.fixture
async def platform() -> AsyncIterator[DiscordPlatform]:
    async with DiscordPlatform() as platform:
        yield platform


@pytest.fixture
async def bot(platform: DiscordPlatform) -> AsyncIterator[Listener]:
    async with listening(platform) as bot:
        yield bot


async def asked(platform: DiscordPlatform, bot: Listener, room: str = "방", *, group: bool = False) -> Incoming:
    """Return a message that waits for an answer."""
    number = len(bot.heard()) + 1
    await platform.say("안녕", room, group=group)
    return await bot.next(Incoming, number)


async def test_an_answer_quotes_in_a_group_and_rings_for_nobody_else(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot, "모임", group=True)
    two = platform.server.world.person("둘")["id"]
    await bot.answer(message, f"@everyone @here <@{two}> <@&{platform.server.world.admin_role}> 안녕!")
    (shown,) = platform.shown("모임")
    assert shown.reply_to == message.id
    assert platform.server.world.pings == [message.speaker.id]


async def test_an_answer_in_private_quotes_nothing(platform: DiscordPlatform, bot: Listener) -> None:
    await bot.answer(await asked(platform, bot), "네")
    assert platform.shown()[0].reply_to is None


async def test_a_message_that_is_gone_is_answered_without_quoting_it(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot, "모임", group=True)
    await platform.delete("모임", message.id)
    await bot.answer(message, "네")
    assert [(one.text, one.reply_to) for one in platform.shown("모임")] == [("네", None)]


async def test_a_message_sent_again_is_there_once(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    long = "문장이에요. " * 500
    ids = {await bot.answer(message, long, nonce="같은 글") for _ in range(3)}
    parts = len(platform.shown())
    assert len(ids) == 1
    assert parts == 2
    await bot.answer(message, long, nonce="다른 글")
    assert len(platform.shown()) == 2 * parts


async def test_a_connection_that_breaks_behind_a_part_costs_nothing(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    platform.fail(drop_after=0.6)
    long = "".join(f"{number}번째 문장이에요. " for number in range(1500))
    failures = 0
    while True:
        try:
            await bot.answer(message, long)
        except DeliveryError:
            failures += 1
        else:
            break
    assert failures
    assert " ".join(one.text for one in platform.shown()).split() == long.split()


async def test_parts_fit_and_the_choices_stand_under_the_last(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot, "모임", group=True)
    await bot.answer(message, "* 별표 * " * 600, "네", "아니요")
    first, *between, last = platform.shown("모임")
    assert first.reply_to == message.id
    assert [one.reply_to for one in (*between, last)] == [None] * (len(between) + 1)
    assert [one.choices for one in (first, *between)] == [()] * (len(between) + 1)
    assert last.choices == ("네", "아니요")


@pytest.mark.parametrize(
    "text",
    ["안녕~~ 또 봐~~", "2 * 3 * 4", "ㅠ_ㅠ _밑줄_", "# 제목", "> 인용", "- 하나", "||비밀||", "¯\\_(ツ)_/¯", "`코드`"],
)
async def test_a_text_looks_as_it_is_written(platform: DiscordPlatform, bot: Listener, text: str) -> None:
    await bot.answer(await asked(platform, bot), text)
    assert platform.shown()[0].text == text
    written = list(platform.server.world.messages[platform.room()].values())[-1]["content"]
    assert written != text


@given(st.text(st.sampled_from("가*_~`|>#- \n\\[]()a"), min_size=1, max_size=6000))
def test_no_part_is_too_long_once_it_is_escaped(text: str) -> None:
    if not text.strip():
        return
    parts = parts_of(Outgoing(text, nonce="n"))
    assert all(0 < len(part.text) <= 2000 for part in parts)
    assert len({part.nonce for part in parts}) == len(parts)
    assert all(len(part.nonce) <= 25 for part in parts)


def test_a_link_stays_a_link() -> None:
    assert escaped("https://example.com/a_b_c 보세요") == "https://example.com/a_b_c 보세요"


async def test_a_file_goes_along(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    await bot.adapter.send(message.address, Outgoing("여기요", file=File("기록.txt", "안녕\n")))
    await bot.adapter.send(message.address, Outgoing("", file=File("빈글.txt", "또")))
    assert platform.server.world.files == {"기록.txt": "안녕\n".encode(), "빈글.txt": "또".encode()}
    assert [one.text for one in platform.shown()] == ["여기요", ""]


async def test_an_empty_message_is_refused(platform: DiscordPlatform, bot: Listener) -> None:
    with pytest.raises(MessageRefused):
        await bot.adapter.send((await asked(platform, bot)).address, Outgoing("  \n"))


async def test_a_person_who_takes_no_messages_is_gone(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    platform.server.world.closed.add(message.address.room)
    with pytest.raises(RoomGone):
        await bot.answer(message, "네")


async def test_a_channel_that_is_no_more_is_gone(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot, "모임", group=True)
    platform.server.world.gone.add(message.address.room)
    with pytest.raises(RoomGone):
        await bot.answer(message, "네")
    with pytest.raises(RoomGone):
        await bot.adapter.send(Address("discord", "방 이름"), Outgoing("네"))


async def test_what_the_library_does_not_wait_for_says_how_long(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    platform.server.fail(too_many=1.0, retry_after=1200.0)
    with pytest.raises(TooManyRequests) as caught:
        await bot.answer(message, "네")
    assert caught.value.retry_after == pytest.approx(1200)


async def test_short_waits_are_the_librarys(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    platform.server.bucket = (5, 0.5)
    began = time.monotonic()
    await asyncio.gather(
        *(bot.adapter.send(message.address, Outgoing(f"{number}", nonce=f"{number}")) for number in range(16))
    )
    assert len(platform.shown()) == 16
    assert time.monotonic() - began > 1.0


async def test_a_server_that_fails_once_is_asked_again(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    platform.fail(error=0.5)
    await bot.answer(message, "네")
    assert [one.text for one in platform.shown()] == ["네"]


async def test_a_broken_connection_is_tried_again_later(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    platform.fail(drop=1.0)
    with pytest.raises(DeliveryError) as caught:
        await bot.answer(message, "네")
    assert type(caught.value) is DeliveryError
    assert caught.value.__cause__ is None


class Answer:
    """A response, as far as the library's errors look at one."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "Reason"
        self.headers = {"Retry-After": "7"}


@pytest.mark.parametrize(
    ("kind", "status", "code", "wanted"),
    [
        (discord.Forbidden, 403, 50007, RoomGone),
        (discord.Forbidden, 403, 50001, RoomGone),
        (discord.Forbidden, 403, 50013, RoomGone),
        (discord.Forbidden, 403, 200000, MessageRefused),
        (discord.NotFound, 404, 10003, RoomGone),
        (discord.NotFound, 404, 0, DeliveryError),
        (discord.HTTPException, 400, 50035, MessageRefused),
        (discord.HTTPException, 413, 40005, MessageRefused),
        (discord.HTTPException, 429, 0, TooManyRequests),
        (discord.HTTPException, 401, 0, DeliveryError),
        (discord.DiscordServerError, 503, 0, DeliveryError),
    ],
)
def test_refusals_are_told_apart(
    kind: type[discord.HTTPException], status: int, code: int, wanted: type[DeliveryError]
) -> None:
    error = delivery_error(kind(Answer(status), {"code": code, "message": "비밀"}))  # pyright: ignore[reportArgumentType]
    assert type(error) is wanted
    assert "비밀" not in str(error)


async def test_typing_is_shown_until_the_answer_is_there(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    await until(lambda: platform.server.world.typing == [message.address.room])
    await bot.answer(message, "네")


async def test_nobody_types_where_the_bot_is_not_meant(platform: DiscordPlatform) -> None:
    async with listening(platform, names=["단비"]) as bot:
        await platform.say("우리끼리", "수다", group=True)
        await platform.say("단비야", "모임", group=True)
        heard = await bot.next(Incoming, 2)
        await until(lambda: platform.server.world.typing != [])
        assert platform.server.world.typing == [heard.address.room]


async def test_what_is_answered_at_once_needs_no_typing(platform: DiscordPlatform, bot: Listener) -> None:
    for number in range(5):
        await bot.answer(await asked(platform, bot), f"{number}")
    await asyncio.gather(*(receipt.answered() for receipt in bot.receipts.values()))
    assert platform.server.world.typing == []


async def test_a_reply_grows_in_one_message(platform: DiscordPlatform) -> None:
    async with listening(platform, stream=True) as bot:
        message = await asked(platform, bot)
        await bot.adapter.draft(message.address, "안녕")
        await until(lambda: [one.text for one in platform.shown()] == ["안녕 …"])
        await bot.adapter.draft(message.address, "안녕하")
        await until(lambda: [one.text for one in platform.shown()] == ["안녕하 …"])
        await bot.answer(message, "안녕하세요!", "네")
    (shown,) = platform.shown()
    assert (shown.text, shown.choices) == ("안녕하세요!", ("네",))


async def test_a_reply_that_is_begun_again_stands_behind_what_was_said(platform: DiscordPlatform) -> None:
    async with listening(platform, stream=True) as bot:
        message = await asked(platform, bot)
        await bot.adapter.draft(message.address, "첫 생각")
        await until(lambda: platform.shown() != [])
        second = await asked(platform, bot)
        await until(lambda: platform.shown() == [])
        await bot.adapter.draft(second.address, "둘째 생각")
        await bot.answer(second, "둘째 생각이에요")
    assert [one.text for one in platform.shown()] == ["둘째 생각이에요"]


async def test_nothing_is_shown_before_it_is_whole_unless_the_owner_wants_it(
    platform: DiscordPlatform, bot: Listener
) -> None:
    message = await asked(platform, bot)
    await bot.adapter.draft(message.address, "안녕")
    await bot.answer(message, "안녕하세요")
    assert [request for request in platform.server.world.requests if request.startswith("POST /channels")] == [
        f"POST /channels/{message.address.room}/messages"
    ]


async def test_what_is_to_be_said_before_the_start_waits_for_it(platform: DiscordPlatform) -> None:
    room = platform.room()
    bot = Listener(platform.adapter())
    sending = asyncio.create_task(bot.adapter.send(Address("discord", room), Outgoing("기다렸어요")))
    running = asyncio.create_task(bot.adapter.run(bot.receive))
    assert await sending == platform.shown()[0].id
    running.cancel()
    await asyncio.wait({running})


async def test_the_last_words_go_out_after_the_end_until_all_is_closed(platform: DiscordPlatform) -> None:
    bot = Listener(platform.adapter())
    running = asyncio.create_task(bot.adapter.run(bot.receive))
    message = await asked(platform, bot)
    running.cancel()
    await asyncio.wait({running})
    await until(lambda: not platform.server.gateway.is_open)
    await bot.answer(message, "안녕히 계세요")
    assert [one.text for one in platform.shown()] == ["안녕히 계세요"]
    await bot.adapter.close()
    with pytest.raises(DeliveryError):
        await bot.answer(message, "늦은 말")


async def test_the_addresses_of_the_library_are_put_back(platform: DiscordPlatform) -> None:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with listening(platform):
        assert platform.server.api_url == Route.BASE
        async with listening(platform):
            assert platform.server.api_url == Route.BASE
        assert platform.server.api_url == Route.BASE
    assert before == (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
    assert "discord.com" in Route.BASE


async def test_choices_without_room_for_a_button_are_lines(platform: DiscordPlatform, bot: Listener) -> None:
    message = await asked(platform, bot)
    await bot.answer(message, "고르세요", *[Choice(f"{number}번째") for number in range(26)])
    await bot.adapter.send(message.address, Outgoing("고르세요", choices=(Choice("가" * 100), Choice("나"))))
    many, long = platform.shown()
    assert many.choices == long.choices == ()
    assert many.text.splitlines()[:3] == ["고르세요", "1. 0번째", "2. 1번째"]
    assert long.text.splitlines() == ["고르세요", f"1. {'가' * 100}", "2. 나"]
