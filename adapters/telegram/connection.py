"""The library's ``Bot``, made so that neither the token nor what people write gets into a log or an exception.

The library logs each call with the message's text, and what it cannot parse; httpx, which it calls with by itself, logs
the address of each request, which has the token in it. So the library only ever knows a stand-in for the token, and calls
through ``calling.py``; and updates are parsed by us, one by one, so that one that the library does not understand takes
no other with it.
"""

import logging
import os
import re
from typing import Any

from telegram import Bot

from adapters.telegram.calling import STAND_IN, Request, UpdatesRequest
from chatbot.errors import AdapterError

UPDATE_KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""What Telegram is asked for; the rest stays there."""

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")


class Connection:
    """The way to Telegram.

    Args:
        token: BotFather's.
        api_url: where the Bot API is.

    Raises:
        AdapterError: the token cannot be one.
    """

    def __init__(self, token: str, api_url: str) -> None:
        token, base = token.strip(), api_url.rstrip("/")
        if not _TOKEN.fullmatch(token):
            raise AdapterError(
                "텔레그램 토큰이 없거나 모양이 달라요. .env의 TELEGRAM_TOKEN에 BotFather가 준 것을 그대로 적어 주세요."
            )
        # The library's own switch: without it, every RetryAfter warns of a coming change.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        logging.getLogger("telegram.Bot").addFilter(_has_no_text)
        self._polling = UpdatesRequest(token)
        self._calling = Request(token)
        self.bot = Bot(
            STAND_IN,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            get_updates_request=self._polling,
            request=self._calling,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._polling.shutdown()
        await self._calling.shutdown()

    async def updates(self, offset: int | None, seconds: int, limit: int = 100) -> list[dict[str, Any]]:
        """Return the updates from ``offset`` on, as JSON; those before are confirmed by it.

        Args:
            seconds: how long Telegram may wait for the first to come.

        Raises:
            TelegramError: it did not work.
        """
        await self.bot.get_updates(offset=offset, timeout=seconds, limit=limit, allowed_updates=UPDATE_KINDS)
        return self._polling.fetched


def _has_no_text(record: logging.LogRecord) -> bool:
    """Pass over what the library logs of each call: its parameters, with the message in them."""
    return record.levelno >= logging.WARNING
