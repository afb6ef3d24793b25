"""``/차단``, ``/차단해제``: the owner keeps somebody away from the bot, beside the list in config.yaml."""

from chatbot.commands.command import Command, Outcome, Request
from chatbot.history.records import BLOCKED, Put, Scope
from chatbot.people import Role


def blocked_scope(adapter: str, speaker_id: str) -> Scope:
    """Return where it is stored that a person is blocked."""
    return Scope("", None, speaker_id, adapter)


async def _block(request: Request) -> Outcome:
    return await _change(request, request.now.isoformat(), "이제 {person}에게는 대답하지 않을게요.")


async def _unblock(request: Request) -> Outcome:
    return await _change(request, None, "{person}에게 다시 대답할게요.")


async def _change(request: Request, value: str | None, says: str) -> Outcome:
    adapter, id = _person(request)
    if not id:
        return request.reply("누구인지 아이디를 적어 주세요. 예: /차단 telegram:123456")
    if f"{adapter}:{id}" in request.settings.bot.owners:
        return request.reply("주인은 차단할 수 없어요.")
    put = Put(blocked_scope(adapter, id), BLOCKED, value)
    return request.reply(says.format(person=f"{adapter}:{id}"), puts=(put,))


def _person(request: Request) -> tuple[str, str]:
    """Return the adapter and the id that are meant; an id alone is one of this adapter's."""
    adapter, colon, id = request.argument.partition(":")
    return (adapter, id) if colon else (request.message.address.adapter, request.argument)


BLOCKING = (
    Command(("차단", "block"), "그 사람에게 대답하지 않습니다.", _block, parameter="아이디", role=Role.OWNER),
    Command(("차단해제", "unblock"), "차단을 풉니다.", _unblock, parameter="아이디", role=Role.OWNER),
)
