"""``/플러그인``: which plugins are on in this room, shown to everyone, switched by the room's admins."""

from chatbot.commands.command import Command, Outcome, Request
from chatbot.history.records import PLUGINS_OFF, Json, Put, Scope
from chatbot.people import Role

_ON, _OFF = ("켜기", "켜", "on"), ("끄기", "꺼", "off")


async def _answer(request: Request) -> Outcome:
    scope = Scope("", request.message.address)
    stored = await request.history.get(scope, PLUGINS_OFF)
    off = [name for name in stored if isinstance(name, str)] if isinstance(stored, list) else []
    words = request.argument.split()
    if not words:
        lines = [f"{name}: {'꺼짐' if name in off else '켜짐'}" for name in request.plugins]
        return request.reply("\n".join([*lines, "'/플러그인 끄기 이름'처럼 적으면 방 관리자가 켜고 끌 수 있어요."]))
    wants_on = next((word in _ON for word in words if word in (*_ON, *_OFF)), None)
    name = next((word for word in words if word in request.plugins), None)
    if wants_on is None or name is None:
        return request.reply(f"'/플러그인 끄기 {request.plugins[0] if request.plugins else '이름'}'처럼 적어 주세요.")
    if request.role < Role.ADMIN:
        return request.reply("플러그인은 이 방의 관리자만 켜고 끌 수 있어요.")
    left: list[Json] = [one for one in off if one != name]
    put = Put(scope, PLUGINS_OFF, (left if wants_on else [*left, name]) or None)
    return request.reply(f"이 방에서 {name} 플러그인을 {'켰' if wants_on else '껐'}어요.", puts=(put,))


PLUGINS = Command(("플러그인", "plugins"), "이 방에서 플러그인을 켜고 끕니다.", _answer, parameter="[켜기|끄기 이름]")
