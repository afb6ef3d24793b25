"""``/설정``: when the bot speaks in this group, shown to everyone, changed by the room's admins."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from chatbot.commands.command import Command, Outcome, Request
from chatbot.config import GroupSettings
from chatbot.history.records import Json, Put, Scope
from chatbot.messages import Address, RoomKind
from chatbot.people import Role

KEY = "group"
_ON, _OFF = ("켜기", "켜", "on", "네"), ("끄기", "꺼", "off", "아니요")


def scope(address: Address) -> Scope:
    """Return where a room's settings are stored."""
    return Scope("", address)


def room_settings(defaults: GroupSettings, stored: Json) -> GroupSettings:
    """Return the defaults with a room's own choices; a stored choice that no longer fits is left out."""
    settings = defaults
    for key, value in stored.items() if isinstance(stored, dict) else ():
        if key in GroupSettings.model_fields:
            with suppress(ValidationError):
                settings = GroupSettings.model_validate(settings.model_dump() | {key: value})
    return settings


@dataclass(frozen=True, slots=True)
class _Choice:
    name: str
    key: str
    says: str
    read: Callable[[str], Json]
    show: Callable[[GroupSettings], str]


def _switch(written: str) -> bool:
    if written.lower() in _ON:
        return True
    if written.lower() in _OFF:
        return False
    raise ValueError


def _percent(written: str) -> float:
    found = re.fullmatch(r"(\d{1,3})\s*(?:%|％|퍼센트|프로)?", written)
    if found is None:
        raise ValueError
    return int(found[1]) / 100


def _seconds(written: str) -> float:
    found = re.fullmatch(r"(\d{1,9})\s*(초|분|시간)?", written)
    if found is None:
        raise ValueError
    return int(found[1]) * {"초": 1, "분": 60, "시간": 3600}[found[2] or "초"]


def _hours(written: str) -> str | None:
    if written.lower() in (*_OFF, "없음"):
        return None
    found = re.fullmatch(r"(\d{1,2})(?::(\d\d)|시)?\s*(?:-|~|부터)\s*(\d{1,2})(?::(\d\d)|시)?(?:까지)?", written)
    if found is None:
        raise ValueError
    hours = f"{int(found[1]):02}:{found[2] or '00'}-{int(found[3]):02}:{found[4] or '00'}"
    return hours.replace("24:00", "00:00")


def _on_off(value: bool) -> str:
    return "켜짐" if value else "꺼짐"


_CHOICES = (
    _Choice(
        "이름",
        "call_by_name",
        "이름을 부르면 대답하기 (켜기, 끄기)",
        _switch,
        lambda group: _on_off(group.call_by_name),
    ),
    _Choice(
        "끼어들기",
        "reply_rate",
        "부르지 않아도 끼어들 확률 (0~100%)",
        _percent,
        lambda group: f"{group.reply_rate:.0%}",
    ),
    _Choice(
        "쉬는시간",
        "cool_down",
        "끼어든 뒤 쉬는 시간 (초, 분, 시간)",
        _seconds,
        lambda group: f"{group.cool_down:.0f}초",
    ),
    _Choice(
        "조용한시간",
        "quiet_hours",
        "부를 때만 말하는 시간 (23:00-07:00, 없음)",
        _hours,
        lambda group: group.quiet_hours or "없음",
    ),
    _Choice(
        "듣기",
        "listen",
        "부르지 않은 말도 들어 두고 참고하기 (켜기, 끄기)",
        _switch,
        lambda group: _on_off(group.listen),
    ),
)


async def _answer(request: Request) -> Outcome:
    if request.message.room_kind is RoomKind.PRIVATE:
        return request.reply("설정은 여럿이 있는 방에서 쓸 수 있어요. 여기서는 하시는 말에 늘 대답해요.")
    if not request.argument:
        lines = [f"{choice.name}: {choice.show(request.group)} — {choice.says}" for choice in _CHOICES]
        return request.reply("\n".join([*lines, "'/설정 끼어들기 10%'처럼 적으면 방 관리자가 바꿀 수 있어요."]))
    name, written = (*request.argument.split(None, 1), "")[:2]
    choice = next((choice for choice in _CHOICES if choice.name == name), None)
    if choice is None:
        return request.reply(f"그런 설정은 없어요. {', '.join(choice.name for choice in _CHOICES)} 가운데 골라 주세요.")
    if request.role < Role.ADMIN:
        return request.reply("설정은 이 방의 관리자만 바꿀 수 있어요.")
    changed = _changed(request.group, choice, written.strip())
    if changed is None:
        return request.reply(f"'{choice.name}'에 쓸 수 없는 값이에요. {choice.says} 꼴로 적어 주세요.")
    stored = await request.history.get(scope(request.message.address), KEY)
    kept = stored if isinstance(stored, dict) else {}
    value: Json = getattr(changed, choice.key)
    put = Put(scope(request.message.address), KEY, {**kept, choice.key: value})
    return request.reply(f"바꿨어요. {choice.name}: {choice.show(changed)}", puts=(put,))


def _changed(group: GroupSettings, choice: _Choice, written: str) -> GroupSettings | None:
    """Return the settings with one choice changed; ``None`` if it cannot be that."""
    try:
        return GroupSettings.model_validate(group.model_dump() | {choice.key: choice.read(written)})
    except ValueError:  # pydantic's is one, too
        return None


SETTINGS = Command(
    ("설정", "settings"), "이 방에서 언제 말할지 보고 바꿉니다.", _answer, parameter="[항목 값]", group=True
)
