"""The connection to Discord: who we are, what we may see, and how it starts and ends. Knows nothing of conversations."""

import asyncio
import contextlib
import logging
from typing import Any

import discord

from adapters.discord.failures import FAILURES, NO_CONTENT, start_error
from adapters.discord.posting import PINGS
from chatbot.backoff import backoff
from chatbot.errors import AdapterError

_log = logging.getLogger(__name__)
_LONGEST_WAIT = 30.0
"""Seconds for which the library waits by itself when Discord says so; longer waits are the framework's."""


async def log_in(token: str, ready_seconds: float, patience: float) -> discord.Client:
    """Return a client that knows who it is, one for several connections if Discord asks for them.

    Args:
        ready_seconds: how long nothing more may come before the list of servers counts as complete.
        patience: seconds for which a network that is away is waited for.

    Raises:
        AdapterError: the token is not accepted, message contents are not granted, or Discord cannot be reached.
    """
    # It writes whole messages and the tokens of interactions there.
    _quiet("discord.http", "discord.gateway", "discord.client", "discord.state", "discord.webhook.async_")
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it would warn that we cannot speak aloud
    until = asyncio.get_running_loop().time() + patience
    attempts = 0
    while True:
        client = discord.Client(**_options(ready_seconds))
        try:
            shards = await _logged_in(client, token)
            if shards > 1:
                await client.close()
                client = discord.AutoShardedClient(shard_count=shards, **_options(ready_seconds))
                await _logged_in(client, token)
        except FAILURES as error:
            await client.close()
            attempts += 1
            told = start_error(error)
            if not _may_pass(error) or asyncio.get_running_loop().time() > until:
                raise told from None
            _log.warning("Discord cannot be reached (%s), attempt %d", type(error).__name__, attempts)
            await asyncio.sleep(backoff(attempts, first=0.5, longest=_LONGEST_WAIT))
        except BaseException:
            await client.close()
            raise
        else:
            return client


async def connect(client: discord.Client) -> None:
    """Stay connected until being cancelled, through whatever happens to the network.

    Raises:
        AdapterError: Discord does not let us.
    """
    try:
        await client.connect()
    except (*FAILURES, AttributeError) as error:  # the last: of discord.py 2.7.1, if the very first connection breaks
        raise start_error(error) from None
    raise AdapterError("디스코드 연결이 끝났어요. 다시 시작해 주세요.")


async def leave_gateway(client: discord.Client) -> None:
    """End the connections that events come over. What is left to say can still be sent."""
    with contextlib.suppress(*FAILURES):
        if isinstance(client, discord.AutoShardedClient):
            for shard in client.shards.values():
                await shard.disconnect()
        elif client.ws:
            await client.ws.close(code=1000)


async def _logged_in(client: discord.Client, token: str) -> int:
    """Log in; return how many connections Discord asks for."""
    await client.login(token)
    flags = client.application_flags
    if not (flags.gateway_message_content or flags.gateway_message_content_limited):
        raise AdapterError(NO_CONTENT)
    shards, _, _ = await client.http.get_bot_gateway()
    return shards


def _options(ready_seconds: float) -> dict[str, Any]:
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = intents.message_content = True
    return {
        "intents": intents,
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "allowed_mentions": PINGS,
        "guild_ready_timeout": ready_seconds,
        "max_ratelimit_timeout": _LONGEST_WAIT,
    }


def _may_pass(error: BaseException) -> bool:
    """Tell whether trying again may help."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status == 429
    return not isinstance(error, discord.LoginFailure | discord.ClientException)


def _quiet(*names: str) -> None:
    for name in names:
        logger = logging.getLogger(name)
        if logger.level < logging.INFO:
            logger.setLevel(logging.INFO)
