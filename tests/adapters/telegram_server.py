"""Telegram's Bot API on loopback, as far as a chatbot uses it: it keeps chats, and enforces the limits that hurt.

It lives as long as the test, whatever becomes of the bot: updates wait until they are confirmed by a later offset, or by
an answer of the webhook. What people do is in ``telegram_platform.py``.
"""

import asyncio
import json
import random
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self, cast

import aiohttp
from aiohttp import web
from telegram_chats import LONGEST_CAPTION, LONGEST_TEXT, ME, Chat, Refusal, markup_of, text_of, without_reply

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
_WRITES = {"sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup", "deleteMessage"}
_HELD_SECONDS = 0.05
_CALLS_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, as chances; ``delay`` and ``retry_after`` are seconds. Telegram's own waits are whole seconds."""

    drop: float = 0.0
    drop_after: float = 0.0
    delay: float = 0.0
    too_many: float = 0.0
    retry_after: float = 0.05
    error: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was answered with success."""

    method: str
    parameters: Mapping[str, Any]
    at: float


class TelegramServer:
    """The server.

    Attributes:
        faults: what goes wrong from now on.
        calls: those that succeeded, the newest of them.
        counts: how often each method succeeded.
        menu: the commands that were published.
        answers: how presses were answered, by the query's id.
        polls: how often updates were asked for.
        webhook: the address and secret that updates are sent to.
        webhook_refusals: how often the webhook did not take an update.
    """

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.faults = Faults()
        self.chance = random.Random(0)
        self.chats: dict[int, Chat] = {}
        self.calls: deque[Call] = deque(maxlen=_CALLS_KEPT)
        self.counts: Counter[str] = Counter()
        self.menu: list[dict[str, str]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.queries: set[str] = set()
        self.webhook: tuple[str, str] | None = None
        self.webhook_refusals = 0
        self.polls = 0
        self.waiting: list[dict[str, Any]] = []
        self._next_update = 1
        self._held: dict[str, Any] | None = None
        self._turn = 0
        self._closed_until: dict[int, float] = {}
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """What an adapter takes as its ``api_url``."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await self.down()

    async def up(self) -> None:
        """Listen, on the port of last time if there was one."""
        application = web.Application(client_max_size=64 * 2**20)
        application.router.add_post("/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def down(self) -> None:
        """Be unreachable; what was said stays."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def interrupt(self) -> None:
        """End the call for updates that is open, as another process on the token would."""
        self._turn += 1
        self._stir()

    async def until(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        """Wait for something to be so.

        Raises:
            TimeoutError: it was not.
        """
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                with suppress(TimeoutError):  # some conditions change without a call of the bot's
                    async with asyncio.timeout(0.05):
                        await self._changed.wait()

    def happen(self, **update: Any) -> None:
        """Let something happen, with the faults."""
        if self._held is None and self._hits(self.faults.reorder):
            self._held = update
            asyncio.get_running_loop().call_later(_HELD_SECONDS, self._let_go)
            return
        self._queue(update)
        self._let_go()
        if self._hits(self.faults.duplicate):
            asyncio.get_running_loop().call_later(_HELD_SECONDS * self.chance.random(), self._queue, update)

    def _let_go(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._queue(held)

    def _queue(self, update: dict[str, Any]) -> None:
        numbered = {"update_id": self._next_update, **update}
        self._next_update += 1
        self.waiting.append(numbered)
        self._stir()
        if self.webhook is not None:
            self._call_webhook(numbered)

    def _hits(self, chance: float) -> bool:
        return chance > 0 and self.chance.random() < chance

    def _stir(self) -> None:
        self._changed.set()

    # the way in

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        form = await request.post()
        parameters: dict[str, Any] = {
            key: value if isinstance(value, web.FileField) else _value(value) for key, value in form.items()
        }
        if self.faults.delay:
            await asyncio.sleep(self.chance.random() * self.faults.delay)
        if self._hits(self.faults.drop):
            return _broken(request)
        try:
            if request.match_info["token"] != self.token:
                raise Refusal(401, "Unauthorized")
            if self._hits(self.faults.error):
                raise Refusal(500, "Internal Server Error")
            self._limit(method, parameters)
            answer = getattr(self, f"do_{method}", None)
            if answer is None:
                raise Refusal(404, "Not Found")
            result = answer(parameters)
            result = await result if asyncio.iscoroutine(result) else result
        except Refusal as refusal:
            body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            if refusal.parameters:
                body["parameters"] = refusal.parameters
            return web.json_response(body, status=refusal.code)
        self.counts[method] += 1
        if method != "getUpdates":
            self.calls.append(Call(method, parameters, asyncio.get_running_loop().time()))
        self._stir()
        return (
            _broken(request)
            if self._hits(self.faults.drop_after)
            else web.json_response({"ok": True, "result": result})
        )

    def _limit(self, method: str, parameters: dict[str, Any]) -> None:
        if method not in _WRITES:
            return
        chat, now = int(parameters["chat_id"]), asyncio.get_running_loop().time()
        if self._hits(self.faults.too_many) and now >= self._closed_until.get(chat, now):
            self._closed_until[chat] = now + self.faults.retry_after
        left = self._closed_until.get(chat, now) - now
        if left > 0:
            seconds = max(1, round(left)) if self.faults.retry_after >= 1 else left
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    # updates

    async def do_getUpdates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook is not None:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        self._turn += 1
        turn = self._turn
        self.polls += 1
        self._stir()
        self.waiting = [one for one in self.waiting if one["update_id"] >= int(given.get("offset", 0))]
        with suppress(TimeoutError):
            async with asyncio.timeout(float(given.get("timeout", 0))):
                while not self.waiting and turn == self._turn:
                    self._changed.clear()
                    await self._changed.wait()
        if turn != self._turn:
            raise Refusal(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        return self.waiting[: int(given.get("limit", 100))]

    def do_setWebhook(self, given: dict[str, Any]) -> bool:
        if not given["url"].startswith(("https://", "http://127.0.0.1")):
            raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = given["url"], given.get("secret_token", "")
        for update in self.waiting:
            self._call_webhook(update)
        return True

    def do_deleteWebhook(self, given: dict[str, Any]) -> bool:
        self.webhook = None
        return True

    def _call_webhook(self, update: dict[str, Any]) -> None:
        task = asyncio.create_task(self._deliver(update))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, update: dict[str, Any]) -> None:
        """Send an update until it is taken, a chat's one after the other."""
        async with self._locks[_chat_of(update)], aiohttp.ClientSession() as session:
            while self.webhook is not None and update in self.waiting:
                url, secret = self.webhook
                header = {"X-Telegram-Bot-Api-Secret-Token": secret}
                with suppress(aiohttp.ClientError):
                    async with session.post(url, json=update, headers=header) as answer:
                        if answer.ok and not self._hits(self.faults.drop_after):
                            self.waiting.remove(update)
                            self._stir()
                            return
                self.webhook_refusals += 1
                await asyncio.sleep(0.05)

    # the bot itself

    def do_getMe(self, given: dict[str, Any]) -> dict[str, Any]:
        return {**ME, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    def do_setMyCommands(self, given: dict[str, Any]) -> bool:
        for one in given["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]) or not 1 <= len(one["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        self.menu = given["commands"]
        return True

    def do_deleteMyCommands(self, given: dict[str, Any]) -> bool:
        self.menu = []
        return True

    def do_getChatMember(self, given: dict[str, Any]) -> dict[str, Any]:
        chat, user = self._chat(given), int(given["user_id"])
        person = {"id": user, "is_bot": False, "first_name": "누군가"}
        if user not in chat.admins:
            return {"status": "member", "user": person}
        return {"status": "creator", "user": person, "is_anonymous": False}

    # messages

    def do_sendMessage(self, given: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(given)
        return chat.keep({**self._from_me(chat, given), "text": text_of(given.get("text"), LONGEST_TEXT)})

    def do_sendDocument(self, given: dict[str, Any]) -> dict[str, Any]:
        chat, file = self._chat(given), cast("web.FileField", given["document"])
        caption = {"caption": text_of(given["caption"], LONGEST_CAPTION)} if "caption" in given else {}
        document = {"file_id": file.filename, "file_unique_id": file.filename, "file_name": file.filename}
        message = chat.keep({**self._from_me(chat, given), "document": document, **caption})
        chat.files[message["message_id"]] = file.file.read()
        return message

    def do_editMessageText(self, given: dict[str, Any]) -> dict[str, Any]:
        return self._edit(given, text=text_of(given.get("text"), LONGEST_TEXT))

    def do_editMessageReplyMarkup(self, given: dict[str, Any]) -> dict[str, Any]:
        return self._edit(given)

    def do_deleteMessage(self, given: dict[str, Any]) -> bool:
        if self._chat(given).messages.pop(int(given["message_id"]), None) is None:
            raise Refusal(400, "Bad Request: message to delete not found")
        return True

    def do_sendChatAction(self, given: dict[str, Any]) -> bool:
        return bool(self._chat(given))

    def do_answerCallbackQuery(self, given: dict[str, Any]) -> bool:
        id = str(given["callback_query_id"])
        if id not in self.queries:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answers[id] = given
        return True

    def _chat(self, given: dict[str, Any]) -> Chat:
        chat = self.chats.get(int(given["chat_id"]))
        if chat is None:
            raise Refusal(400, "Bad Request: chat not found")
        if chat.moved_to is not None:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to,
            )
        if chat.gone is not None:
            raise chat.gone
        thread = given.get("message_thread_id")
        if thread is not None and int(thread) not in chat.topics:
            raise Refusal(400, "Bad Request: message thread not found")
        return chat

    def _from_me(self, chat: Chat, given: dict[str, Any]) -> dict[str, Any]:
        """Return what all messages of the bot's have, once it is fine."""
        message: dict[str, Any] = {"from": ME}
        if given.get("parse_mode"):
            raise Refusal(400, "Bad Request: can't parse entities")
        if "reply_markup" in given:
            message["reply_markup"] = markup_of(given["reply_markup"])
        if "message_thread_id" in given:
            message |= {"message_thread_id": int(given["message_thread_id"]), "is_topic_message": True}
        if reply := given.get("reply_parameters"):
            other = chat.messages.get(reply["message_id"])
            if other is None and not reply.get("allow_sending_without_reply"):
                raise Refusal(400, "Bad Request: message to be replied not found")
            if other is not None:
                message["reply_to_message"] = without_reply(other)
        return message

    def _edit(self, given: dict[str, Any], **change: Any) -> dict[str, Any]:
        message = self._chat(given).messages.get(int(given["message_id"]))
        if message is None or message["from"]["id"] != ME["id"]:
            raise Refusal(400, "Bad Request: message to edit not found")
        markup = {"reply_markup": markup_of(given["reply_markup"])} if "reply_markup" in given else {}
        edited = {**{key: value for key, value in message.items() if key != "reply_markup"}, **change, **markup}
        if edited == message:
            raise Refusal(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
                "same as a current content and reply markup of the message",
            )
        message.clear()
        message.update(edited)
        return message


def _value(written: str | bytearray | bytes) -> Any:
    """Return a form field's value: objects and lists come as JSON."""
    text = written if isinstance(written, str) else bytes(written).decode()
    if text[:1] in {"{", "["}:
        with suppress(ValueError):
            return json.loads(text)
    return text


def _chat_of(update: dict[str, Any]) -> int:
    for event in update.values():
        if isinstance(event, dict):
            holder = cast("dict[str, Any]", event)
            return int(holder.get("chat", holder.get("message", {}).get("chat", {})).get("id", 0))
    return 0


def _broken(request: web.Request) -> web.Response:
    """Break the connection; what is returned reaches nobody."""
    if isinstance(request.transport, asyncio.WriteTransport):
        request.transport.abort()
    return web.Response()
