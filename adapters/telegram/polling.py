"""Fetches updates in turns. Knows nothing of what is in them.

The library's ``Updater`` confirms an update when it is in memory, so a process that dies then loses it. Here the next
call, which confirms all before its offset, is made when every update of the last one is stored.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from adapters.telegram.connection import Connection
from adapters.telegram.failures import says, wait_of
from chatbot.backoff import backoff
from chatbot.errors import AdapterError

BAD_TOKEN = "텔레그램이 토큰을 받아 주지 않아요. .env의 TELEGRAM_TOKEN을 BotFather의 /mybots에서 다시 확인해 주세요."
_WEBHOOK = (
    "이 텔레그램 봇에는 웹훅이 걸려 있어서 새 글을 직접 가져올 수 없어요. config.yaml에 telegram.webhook_url을 적어 웹훅으로 "
    "받거나, docs/telegram.md의 '409가 나올 때'를 따라 웹훅을 지우고 다시 켜 주세요."
)
_TWICE = (
    "다른 프로그램이 같은 텔레그램 토큰으로 글을 가져가고 있어요. 하나만 남기고 모두 꺼 주세요. 켠 적이 없다면 토큰이 새어 "
    "나간 것일 수 있으니 BotFather의 /revoke로 바꿔 주세요."
)
_POLL_SECONDS = 30
_LONGEST_WAIT = 30.0
_CONFLICTS = 3
_CONFLICT_SECONDS = 60.0
"""So many conflicts within so long are no restart that overlaps with its predecessor's last call."""
_LAST_SECONDS = 3.0

Take = Callable[[Sequence[dict[str, Any]]], Awaitable[Sequence[dict[str, Any]]]]
"""Takes updates, and returns those that could not be stored."""


async def poll(connection: Connection, take: Take) -> None:
    """Fetch updates for ever.

    Raises:
        AdapterError: the token is not accepted, or something else gets this bot's updates.
    """
    clock = asyncio.get_running_loop().time
    conflicts: deque[float] = deque(maxlen=_CONFLICTS)
    offset: int | None = None
    failures = 0
    try:
        while True:
            try:
                updates = await connection.updates(offset, _POLL_SECONDS)
            except InvalidToken:
                raise AdapterError(BAD_TOKEN) from None
            except Conflict as error:
                if says(error, "webhook"):
                    raise AdapterError(_WEBHOOK) from None
                conflicts.append(clock())
                if len(conflicts) == _CONFLICTS and conflicts[-1] - conflicts[0] < _CONFLICT_SECONDS:
                    raise AdapterError(_TWICE) from None
                await asyncio.sleep(backoff(1))
            except TelegramError as error:
                failures += 1
                _tell(error, failures)
                await asyncio.sleep(_wait(error, failures))
            else:
                if failures:
                    _log.warning("Telegram answers again")
                failures = 0
                await _take_all(take, updates)
                offset = max((update["update_id"] + 1 for update in updates), default=offset)
    finally:
        if offset is not None:
            await _confirm(connection, offset)


async def _take_all(take: Take, updates: Sequence[dict[str, Any]]) -> None:
    """Have updates stored, however long the database refuses."""
    attempts = 0
    while updates := await take(updates):
        attempts += 1
        _log.error("%d updates could not be stored", len(updates))
        await asyncio.sleep(backoff(attempts, first=0.2, longest=_LONGEST_WAIT))


async def _confirm(connection: Connection, offset: int) -> None:
    """Confirm on the way out what is stored, or it would come again: joining has no id by which we could tell."""
    with suppress(TelegramError, TimeoutError):
        async with asyncio.timeout(_LAST_SECONDS):
            await connection.updates(offset, 0, limit=1)


def _wait(error: TelegramError, failures: int) -> float:
    return wait_of(error) if isinstance(error, RetryAfter) else backoff(failures, first=0.5, longest=_LONGEST_WAIT)


def _tell(error: TelegramError, failures: int) -> None:
    """Log a failure; what lasts is told once more when it has lasted."""
    level = logging.WARNING if failures in (1, 5) else logging.INFO
    _log.log(level, "Telegram does not answer (%s), attempt %d", type(error).__name__, failures)


_log = logging.getLogger(__name__)
