"""Is called by Telegram with each update. Knows nothing of what is in them.

An update is answered with success when it is stored, and until then Telegram repeats it; it sends a chat's updates one
after the other. TLS is left to the server in front.
"""

import asyncio
import hmac
import json
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from aiohttp import web
from telegram.error import BadRequest, InvalidToken, TelegramError

from adapters.telegram.connection import UPDATE_KINDS, Connection
from adapters.telegram.polling import BAD_TOKEN, Take
from chatbot.backoff import backoff
from chatbot.errors import AdapterError

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_MOST_BYTES = 1_048_576
_READ_SECONDS = 20.0
_TRANSPORTS_CLOSE = 0.05
"""Seconds that connections which are kept alive take to be let go of, after the server has closed them."""
_LONGEST_WAIT = 30.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram calls us.

    Attributes:
        url: the public address, with https; its path is the one we listen on.
        port: where the server in front passes calls on to; 0 takes any that is free.
        host: the address to listen on.
        secret: what Telegram is to prove itself with, of letters, digits, _ and -; a new one at each start if it is empty.
    """

    url: str
    port: int = 8081
    host: str = "127.0.0.1"
    secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", self.secret):
            raise AdapterError("텔레그램 웹훅의 비밀 값은 영문자, 숫자, _와 -로 256자까지 적어 주세요.")


async def serve_webhook(connection: Connection, webhook: Webhook, take: Take, listens: Callable[[int], None]) -> None:
    """Take updates for ever.

    Args:
        listens: is told the port that we listen on, once we do.

    Raises:
        AdapterError: the port is taken, or Telegram does not accept the address or the token.
    """
    secret = webhook.secret or secrets.token_urlsafe(32)
    application = web.Application(client_max_size=_MOST_BYTES)
    application.router.add_post(urlsplit(webhook.url).path or "/", _handler(secret, take))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, webhook.host, webhook.port).start()
        except OSError as error:
            raise AdapterError(
                f"{webhook.host}의 {webhook.port}번 포트를 열 수 없어요. config.yaml의 telegram.webhook_port를 바꿔 주세요."
            ) from error
        listens(runner.addresses[0][1])
        await _ask_for_calls(connection, webhook.url, secret)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
        await asyncio.sleep(_TRANSPORTS_CLOSE)


def _handler(secret: str, take: Take) -> Any:
    async def handle(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, secret.encode()):
            return web.Response(status=403)
        try:
            async with asyncio.timeout(_READ_SECONDS):
                update: Any = json.loads(await request.read())
        except (ValueError, TimeoutError):
            return web.Response(status=400)
        if not isinstance(update, dict) or "update_id" not in update:
            return web.Response(status=400)
        return web.Response(status=503 if await take([cast("dict[str, Any]", update)]) else 200)

    return handle


async def _ask_for_calls(connection: Connection, url: str, secret: str) -> None:
    failures = 0
    while True:
        try:
            await connection.bot.set_webhook(url, secret_token=secret, allowed_updates=UPDATE_KINDS)
        except InvalidToken:
            raise AdapterError(BAD_TOKEN) from None
        except BadRequest:
            raise AdapterError(
                "텔레그램이 웹훅 주소를 받아 주지 않아요. https로 시작하고 밖에서 열리는 주소를 443, 80, 88, 8443번 포트로 "
                "telegram.webhook_url에 적어 주세요."
            ) from None
        except TelegramError as error:
            failures += 1
            _log.warning("the webhook could not be set (%s), attempt %d", type(error).__name__, failures)
            await asyncio.sleep(backoff(failures, longest=_LONGEST_WAIT))
        else:
            return
