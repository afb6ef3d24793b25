"""Fetches what was written while nobody listened: Discord sends events again to a session that is taken up, to no other.

Bounded: a day back, and so many messages a channel, the newest ones.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta

import discord

from adapters.discord.failures import FAILURES
from adapters.discord.seen import Marks
from chatbot.backoff import backoff

LONGEST_AWAY = timedelta(hours=24)
MOST_MESSAGES = 1000
"""Of one channel."""
_MOST_PRIVATE = 200
"""Private chats looked through: whether there is something new in one is not told without asking."""
_PARALLEL = 4
_TRIES = 4
_log = logging.getLogger(__name__)


class Missed:
    """What may have been missed in which channels."""

    def __init__(self, client: discord.Client, marks: Marks) -> None:
        self._client = client
        self._marks = marks
        self._slots = asyncio.Semaphore(_PARALLEL)

    def rooms(self, shard: int | None) -> list[int]:
        """Return the channels of a shard, all of them without one, that may have something new."""
        earliest = _earliest()
        found = [
            channel.id
            for channel in self._channels(shard)
            if (channel.last_message_id or 0) > max(earliest, self._marks.of(channel.id))
        ]
        if shard:  # private chats are the first shard's
            return found
        private = [room for room in self._marks.rooms() if not self._is_of_server(room)]
        return found + private[:_MOST_PRIVATE]

    async def messages(self, room: int) -> list[discord.Message]:
        """Return what is new in a channel, in order."""
        after = discord.Object(max(_earliest(), self._marks.of(room)))
        async with self._slots:
            for attempt in range(1, _TRIES + 1):
                try:
                    channel = self._client.get_channel(room) or await self._client.fetch_channel(room)
                    if not isinstance(channel, discord.abc.Messageable):
                        return []
                    history = channel.history(limit=MOST_MESSAGES, after=after, oldest_first=False)
                    return [message async for message in history][::-1]
                except (discord.Forbidden, discord.NotFound):  # it is not for us any more
                    return []
                except FAILURES as error:
                    _log.info("missed messages cannot be fetched (%s), attempt %d", type(error).__name__, attempt)
                    await asyncio.sleep(backoff(attempt, first=0.5))
        _log.warning("the missed messages of a channel were not fetched")
        return []

    def _is_of_server(self, room: int) -> bool:
        return isinstance(self._client.get_channel(room), discord.abc.GuildChannel | discord.Thread)

    def _channels(
        self, shard: int | None
    ) -> Iterator["discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread"]:
        for guild in self._client.guilds:
            if shard is None or guild.shard_id == shard:
                yield from _readable(guild, [*guild.text_channels, *guild.voice_channels, *guild.stage_channels])
                yield from guild.threads


def _readable(
    guild: discord.Guild, channels: "Iterable[discord.TextChannel | discord.VoiceChannel | discord.StageChannel]"
) -> "Iterator[discord.TextChannel | discord.VoiceChannel | discord.StageChannel]":
    for channel in channels:
        if channel.permissions_for(guild.me).read_message_history:
            yield channel


def _earliest() -> int:
    return discord.utils.time_snowflake(discord.utils.utcnow() - LONGEST_AWAY)
