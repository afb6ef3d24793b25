"""People on an emulated Telegram, for the contract suite and for what only Telegram has."""

import socket
from itertools import count
from typing import Any, Self

from platforms import Shown
from telegram_chats import ME, Chat, entities, without_reply
from telegram_server import Faults, TelegramServer

from adapters.telegram import TelegramAdapter, Webhook


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def webhook() -> Webhook:
    """Return a webhook on this machine."""
    port = free_port()
    return Webhook(f"http://127.0.0.1:{port}/telegram/hook", port=port)


class TelegramPlatform:
    """Telegram, with one server for as many adapters as come and go.

    Args:
        stream: adapters show replies while they are being written.
        webhook: adapters are called instead of calling; their port must not change then.
    """

    name = "telegram"

    def __init__(self, *, stream: bool = False, webhook: Webhook | None = None) -> None:
        self.server = TelegramServer()
        self.stream = stream
        self.webhook = webhook
        self.adapters: list[TelegramAdapter] = []
        self._people: dict[str, int] = {}
        self._rooms: dict[str, Chat] = {}
        self._queries = count(1)

    async def __aenter__(self) -> Self:
        await self.server.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        for adapter in self.adapters:
            await adapter.close()
        await self.server.__aexit__()

    def adapter(self) -> TelegramAdapter:
        """Return a new adapter, as a process that was started again would make it."""
        adapter = TelegramAdapter(self.server.token, api_url=self.server.url, stream=self.stream, webhook=self.webhook)
        self.adapters.append(adapter)
        return adapter

    @property
    def is_listening(self) -> bool:
        """Whether anybody ever asked for updates, or to be told of them."""
        return self.server.polls > 0 or self.server.webhook is not None

    def person(self, name: str) -> dict[str, Any]:
        """Return somebody as Telegram knows them."""
        id = self._people.setdefault(name, 1001 + len(self._people))
        return {"id": id, "is_bot": False, "first_name": name}

    def chat(self, room: str, *, group: bool = False, type: str | None = None) -> Chat:
        """Return a chat; it is made when it is first asked for."""
        if room not in self._rooms:
            number = 5001 + len(self._rooms)
            kind = type or ("supergroup" if group else "private")
            id = {"private": number, "group": -number}.get(kind, -1_000_000_000_000 - number)
            self._rooms[room] = self.server.chats[id] = Chat(id, kind, room)
        return self._rooms[room]

    def room(self, room: str = "방") -> str:
        """Return the room of an address."""
        return f"{self.chat(room).id}"

    async def say(
        self,
        text: str,
        room: str = "방",
        person: str = "하나",
        *,
        group: bool = False,
        mention: bool = False,
        reply_to: str | None = None,
        **details: Any,
    ) -> str:
        """Let somebody write a message; ``details`` are more fields of it."""
        text = f"@{ME['username']} {text}" if mention else text
        return self.show(
            {"text": text, "entities": entities(text), **details}, room, person, group=group, reply_to=reply_to
        )

    def show(
        self,
        content: dict[str, Any],
        room: str = "방",
        person: str = "하나",
        *,
        group: bool = False,
        reply_to: str | None = None,
    ) -> str:
        """Let somebody put anything in a chat, such as a sticker."""
        chat = self.chat(room, group=group)
        reply = {} if reply_to is None else {"reply_to_message": without_reply(chat.messages[int(reply_to)])}
        message = chat.keep({"from": self.person(person), **reply, **content})
        self.server.happen(message=dict(message))
        return f"{message['message_id']}"

    async def edit(self, room: str, id: str, text: str) -> None:
        """Let the author of a message change it."""
        message = self.chat(room).messages[int(id)]
        message |= {"text": text, "entities": entities(text), "edit_date": message["date"] + 1}
        self.server.happen(edited_message=dict(message))

    async def delete(self, room: str, id: str) -> None:
        """Telegram keeps it to itself."""
        raise NotImplementedError("텔레그램은 봇에게 지운 글을 알려 주지 않아요.")

    async def press(self, room: str, label: str, person: str = "하나") -> None:
        """Let somebody press the newest button of that label."""
        message, button = next(
            (message, button)
            for message in reversed(self._of_bot(room))
            for button in _buttons(message)
            if button["text"] == label
        )
        query = f"{next(self._queries)}"
        self.server.queries.add(query)
        self.server.happen(
            callback_query={
                "id": query,
                "from": self.person(person),
                "message": dict(message),
                "chat_instance": "1",
                "data": button["callback_data"],
            }
        )

    def shown(self, room: str = "방") -> list[Shown]:
        """Return what the bot wrote in a room, in order, as it stands after edits."""
        return [
            Shown(
                f"{one['message_id']}",
                one.get("text", one.get("caption", "")),
                tuple(button["text"] for button in _buttons(one)),
                f"{one['reply_to_message']['message_id']}" if "reply_to_message" in one else None,
            )
            for one in self._of_bot(room)
        ]

    def fail(self, **faults: float) -> None:
        """Let things go wrong from now on, as ``Faults`` has it."""
        self.server.faults = Faults(**faults)

    def _of_bot(self, room: str) -> list[dict[str, Any]]:
        messages = self.chat(room).messages.values() if room in self._rooms else ()
        return [one for one in messages if one["from"]["id"] == ME["id"]]


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for row in message.get("reply_markup", {}).get("inline_keyboard", []) for one in row]
