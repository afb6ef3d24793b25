"""The short honest answer to what the bot cannot read: pictures, stickers, voices. Knows not what they are."""

import asyncio
import logging

from telegram import Bot, ReplyParameters
from telegram.error import TelegramError

from adapters.telegram.background import Background
from adapters.telegram.places import Place

UNREADABLE = "저는 글만 읽을 수 있어요. 하고 싶은 말을 글로 적어 주시겠어요?"
_EVERY_SECONDS = 60.0
_MOST_KEPT = 10_000
_log = logging.getLogger(__name__)


class Notices:
    """Says it at most once a minute in a chat. What does not get through is not said again."""

    def __init__(self, bot: Bot, background: Background) -> None:
        self._bot = bot
        self._background = background
        self._said_at: dict[Place, float] = {}

    def say(self, place: Place, reply_to: int) -> None:
        """Answer a message that is no text, unless that was just done."""
        now = asyncio.get_running_loop().time()
        last = self._said_at.get(place)
        if last is not None and now - last < _EVERY_SECONDS:
            return
        if len(self._said_at) >= _MOST_KEPT:
            self._said_at.clear()
        self._said_at[place] = now
        self._background.start(self._send(place, reply_to))

    async def _send(self, place: Place, reply_to: int) -> None:
        quote = ReplyParameters(reply_to, allow_sending_without_reply=True) if place.is_group else None
        try:
            await self._bot.send_message(
                place.chat_id, UNREADABLE, message_thread_id=place.thread_id, reply_parameters=quote
            )
        except TelegramError as error:
            _log.info("a remark was lost: %s", type(error).__name__)
