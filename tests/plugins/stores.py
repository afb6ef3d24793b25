"""Plugins that store, for the tests of storage."""

from collections.abc import Awaitable, Callable
from typing import Any

from chatbot import Chat, Plugin, Rest, RoomKind, SpeechLevel
from chatbot.sentences import sentences

SAYS = sentences(SpeechLevel.POLITE)
TOO_LONG = "한 번에 적어 둘 수 있는 것보다 길어요. 줄여서 다시 해 주세요."
FULL = "더 적어 둘 자리가 없어요. 쓰지 않는 것을 지운 뒤에 다시 해 주세요."
GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}


def doing(work: Callable[[Chat], Awaitable[str]], name: str = "창고") -> Plugin:
    """Return a plugin whose command /해 does something, and /다른 something else."""
    plugin = Plugin(name)
    plugin.command("해")(work)
    return plugin


def places() -> Plugin:
    plugin = Plugin("곳")

    @plugin.command("적어")
    async def note(chat: Chat, what: Rest) -> str:  # pyright: ignore[reportUnusedFunction]
        for storage in (chat.person, chat.here, chat.in_room, chat.everywhere):
            await storage.put("말", what)
        return await tell(chat)

    @plugin.command("말해")
    async def tell(chat: Chat) -> str:
        found = [await one.get("말", str, "-") for one in (chat.person, chat.here, chat.in_room, chat.everywhere)]
        return " ".join(found)

    @plugin.command("지워")
    async def remove(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.person.remove("말")
        await chat.here.put("말", None)
        await chat.here.remove("없는 것")
        return await tell(chat)

    @plugin.command("모두")
    async def everyone(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.here.of_everyone("말", str))

    return plugin
