"""Who administers a group. Knows nothing of what they may do then."""

import asyncio
import logging

from telegram import Bot, ChatMember
from telegram.error import TelegramError

_log = logging.getLogger(__name__)
_KEPT_SECONDS = 300.0
_WAIT_SECONDS = 5.0
_MOST_KEPT = 10_000


class Admins:
    """Asks Telegram, and remembers the answers for five minutes."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: dict[tuple[int, int], tuple[float, bool]] = {}

    async def has(self, chat_id: int, user_id: int) -> bool:
        """Tell whether somebody administers a group; where Telegram cannot be asked, they do not."""
        now = asyncio.get_running_loop().time()
        asked_at, is_admin = self._known.get((chat_id, user_id), (None, False))
        if asked_at is not None and now - asked_at < _KEPT_SECONDS:
            return is_admin
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                member = await self._bot.get_chat_member(chat_id, user_id)
        except (TelegramError, TimeoutError) as error:
            _log.warning("it is unknown who administers a group: %s", type(error).__name__)
            return False
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        is_admin = member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
        self._known[chat_id, user_id] = now, is_admin
        return is_admin
