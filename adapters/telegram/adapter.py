"""The bot on Telegram: puts together what fetches updates, reads them, and sends. Knows nothing of how replies come about."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Self

from telegram import Update, User
from telegram.error import InvalidToken, RetryAfter, TelegramError

from adapters.telegram import commands
from adapters.telegram.admins import Admins
from adapters.telegram.background import Background
from adapters.telegram.commands import CommandSpec
from adapters.telegram.connection import Connection
from adapters.telegram.drafts import Drafts
from adapters.telegram.failures import wait_of
from adapters.telegram.notices import Notices
from adapters.telegram.places import NAME, Places
from adapters.telegram.polling import BAD_TOKEN, poll
from adapters.telegram.pressing import show_pressed
from adapters.telegram.reading import Moved, Pressed, Reader, Reading, Unreadable
from adapters.telegram.sending import Sender
from adapters.telegram.typing_action import TypingActions
from adapters.telegram.webhook import Webhook, serve_webhook
from chatbot.adapter import AdapterSetup, Receive
from chatbot.backoff import backoff
from chatbot.errors import AdapterError, HistoryError
from chatbot.messages import Address, Incoming, Outgoing, RoomKind

API_URL = "https://api.telegram.org"
_LONGEST_WAIT = 30.0
_log = logging.getLogger(__name__)


class TelegramAdapter:
    """Telegram as a platform.

    Args:
        token: BotFather's; it is never logged.
        api_url: where the Bot API is, for a server of one's own.
        webhook: where Telegram is to call us; without it we fetch updates.
        stream: show replies to one person while they are being written.
        menu: the commands to publish when it runs.

    Attributes:
        port: where the webhook listens, once it does.

    Raises:
        AdapterError: the token cannot be one.
    """

    name = NAME
    shows_choices = True
    token_variable = "TELEGRAM_TOKEN"

    def __init__(
        self,
        token: str,
        *,
        api_url: str = API_URL,
        webhook: Webhook | None = None,
        stream: bool = False,
        menu: Sequence[CommandSpec] = (),
    ) -> None:
        self._connection = Connection(token, api_url)
        self._webhook = webhook
        self._stream = stream
        self._menu = tuple(menu)
        self._is_running = False
        bot = self._connection.bot
        self._places = Places()
        self._background = Background()
        self._typing = TypingActions(bot, self._places, self._background)
        self._drafts = Drafts(bot, self._places, self._background)
        self._notices = Notices(bot, self._background)
        self._admins = Admins(bot)
        self._sender = Sender(bot, self._places, self._drafts)
        self.port: int | None = None

    @classmethod
    def configured(cls, setup: AdapterSetup) -> Self:
        """Return the adapter as the owner wants it.

        Raises:
            AdapterError: there is no token, or the webhook's secret cannot be one.
        """
        section, url = setup.section, setup.section["webhook_url"]
        secret = setup.variables.get("TELEGRAM_WEBHOOK_SECRET", "")
        webhook = None if url is None else Webhook(url, section["webhook_port"], section["webhook_host"], secret)
        return cls(
            setup.variables.get(cls.token_variable, ""),
            api_url=section["api_url"] or API_URL,
            webhook=webhook,
            stream=section["stream"],
            menu=setup.commands,
        )

    async def run(self, receive: Receive) -> None:
        """Hand in what happens until being cancelled, whatever becomes of the network meanwhile.

        Raises:
            AdapterError: Telegram does not accept the token or the webhook, or another process serves this bot.
        """
        reader = Reader(await self._me(), self._admins)

        async def take(updates: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
            return await self._take(updates, reader, receive)

        self._is_running = True
        if self._menu:
            self._background.start(self._put_menu())
        try:
            if self._webhook is None:
                await poll(self._connection, take)
            else:
                await serve_webhook(self._connection, self._webhook, take, self._note_port)
        finally:
            self._is_running = False
            await self._background.stop()

    async def send(self, to: Address, message: Outgoing) -> str:
        """Send a message; return Telegram's id of it.

        Raises:
            DeliveryError: it did not work; its kind says why.
        """
        return await self._sender.send(to, message)

    async def draft(self, to: Address, text: str) -> None:
        """Show a reply so far, if that is wanted, or that one is being written. Never waits for Telegram."""
        place = self._places.find(to)
        if place is None or not self._is_running:
            return
        if place.is_group:
            self._typing.touch(to)
        elif self._stream:
            self._drafts.show(to, text)

    async def publish(self, menu: Sequence[CommandSpec]) -> None:
        """Show other commands in the menu from now on."""
        self._menu = tuple(menu)
        if self._is_running:
            self._background.start(self._put_menu())

    async def close(self) -> None:
        """Close all connections; nothing can be sent any more."""
        await self._background.stop()
        await self._connection.close()

    def _note_port(self, port: int) -> None:
        self.port = port

    async def _me(self) -> User:
        """Return the bot as Telegram knows it, however long the network is away."""
        failures = 0
        while True:
            try:
                return await self._connection.bot.get_me()
            except InvalidToken:
                raise AdapterError(BAD_TOKEN) from None
            except TelegramError as error:
                failures += 1
                _log.warning("Telegram cannot be reached (%s), attempt %d", type(error).__name__, failures)
                wait = wait_of(error) if isinstance(error, RetryAfter) else 0.0
                await asyncio.sleep(max(wait, backoff(failures, first=0.5, longest=_LONGEST_WAIT)))

    async def _take(
        self, updates: Sequence[dict[str, Any]], reader: Reader, receive: Receive
    ) -> Sequence[dict[str, Any]]:
        """Hand updates in, each chat's in order, chats at the same time; return those that could not be stored."""
        chats: dict[int | None, list[tuple[dict[str, Any], Update]]] = {}
        for data in updates:
            update = self._parse(data)
            if update is not None:
                chat = update.effective_chat
                chats.setdefault(None if chat is None else chat.id, []).append((data, update))
        left = await asyncio.gather(*(self._take_in_order(chat, reader, receive) for chat in chats.values()))
        return [data for chat in left for data in chat]

    def _parse(self, data: dict[str, Any]) -> Update | None:
        try:
            return Update.de_json(data, self._connection.bot)
        except Exception as error:  # a kind of update from after the library's time: it would come for ever
            _log.error("an update cannot be understood (%s); it is passed over", type(error).__name__)
            return None

    async def _take_in_order(
        self, updates: Sequence[tuple[dict[str, Any], Update]], reader: Reader, receive: Receive
    ) -> list[dict[str, Any]]:
        for index, (_, update) in enumerate(updates):
            try:
                for reading in await reader.read(update):
                    await self._hand_in(reading, receive)
            except HistoryError:
                return [data for data, _ in updates[index:]]
        return []

    async def _hand_in(self, reading: Reading, receive: Receive) -> None:
        match reading:
            case Moved(old, new):
                self._places.move(old, new)
            case Unreadable(place, message_id):
                self._notices.say(place, message_id)
            case Pressed(event, query):
                if event is not None:
                    self._typing.begin(event.address, await receive(event))
                show = show_pressed(self._connection.bot, query, is_understood=event is not None)
                self._background.start(show)
            case Incoming() if reading.room_kind is RoomKind.PRIVATE:
                self._drafts.drop(reading.address)  # it is begun again, behind what is said now
                self._typing.begin(reading.address, await receive(reading))
            case Incoming():
                receipt = await receive(reading)
                if reading.mentions_bot or reading.replies_to_bot:
                    self._typing.begin(reading.address, receipt)
            case _:
                await receive(reading)

    async def _put_menu(self) -> None:
        """Publish the commands; a menu that is late or missing is no reason to be silent."""
        for attempt in range(1, 6):
            try:
                await commands.publish(self._connection.bot, self._menu)
            except TelegramError as error:
                _log.warning("the menu of commands was not published: %s", type(error).__name__)
                await asyncio.sleep(wait_of(error) if isinstance(error, RetryAfter) else backoff(attempt))
            else:
                return
