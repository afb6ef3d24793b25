"""기본: what one can do here, beginning anew, another reply, and how the bot fares. Knows nothing of other plugins."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, cast

from chatbot import Answer, Chat, CommandInfo, Plugin, Rest, Role
from chatbot.builtin.patterns import any_of, compiled
from chatbot.builtin.spoken import uncalled

plugin = Plugin("기본", about="도움말을 보여 드리고, 이야기를 새로 시작해요.")

_ELSE = "내 기록과 설정"
"""Heads the framework's own commands."""
_CAN = any_of(
    r"(?:뭐|뭘|무엇을|무슨_일을?|어떤_걸|어떤_거)_(?:를|을)?_할_(?:수|줄)_(?:있|아|알)(?:어|어요|니|나요|냐|습니까|지|죠|는데|나|아|아요)?"
    r" (?:할_수_있는|되는)_(?:거|게|것|건)_(?:이|은)?_(?:뭐|뭔데|뭐가_있|뭐_있|무엇)(?:야|예요|에요|어|어요|니|지|죠)?"
)
_SHOW = any_of(
    "(?:보여|알려|말해|띄워)_(?:줘|줘요|주세요|줄래|줄래요|봐) (?:뭐|뭔데|뭐가_있|뭐_있|어떻게_돼)(?:야|예요|에요|어|어요|니)?"
)
_HOW = any_of("써 써요 쓰는_거(?:야|예요|에요)? 쓰나요 쓰면_돼 쓰면_돼요 사용해 사용해요 사용하나요")
_ASKED = (
    rf"(?:{any_of('너는? 넌 여기서? 봇은? 이_봇은? 그럼 근데 혹시')}[ ,]*)?(?:{_CAN}"
    rf"|{any_of('도움말 명령어? 사용법 기능')}{any_of('은 이 을 를 들')}?(?: ?목록)?(?: ?좀)?(?: ?{_SHOW})?"
    rf"|{any_of('이거 이_봇')}? ?어떻게 {_HOW})[ ?!.~ㅋㅎㅠ]*"
)


def asks_for_help(text: str) -> bool:
    """Tell whether a message asks what the bot can do, and nothing else."""
    return compiled(_ASKED).fullmatch(text) is not None


@plugin.command("도움말", "help", "start")
def show_help(chat: Chat, 이름: Rest = "") -> str:
    """무엇을 할 수 있는지 알려 드려요."""
    commands = chat.commands()
    wanted = 이름.strip().removeprefix("/")
    return details(commands, wanted, chat) if wanted else overview(commands, chat)


@plugin.match(r"할|도움말|명령|사용법|기능|어떻게|되는")
def show_help_when_asked(chat: Chat) -> str | None:
    """Answer "뭐 할 수 있어?"."""
    return overview(chat.commands(), chat) if asks_for_help(uncalled(chat.text, chat.bot_name)) else None


@plugin.command("새대화", "new")
def start_over(chat: Chat) -> str:
    """지금까지의 이야기를 접고 새로 시작해요."""
    chat.start_over()
    return chat.by_level("좋아요, 처음부터 새로 이야기해요.", "좋아, 처음부터 새로 얘기하자.")


@plugin.command("다시", "again")
async def say_again(chat: Chat) -> Answer:
    """방금 한 대답을 다른 말로 다시 해요."""
    return await chat.say_again()


@plugin.command("상태", "status", role=Role.OWNER)
async def show_status(chat: Chat) -> str:
    """봇이 잘 지내는지 보여 드려요."""
    return described(await chat.status(), chat.now)


def overview(commands: Sequence[CommandInfo], chat: Chat) -> str:
    """Return all there is, a line for each plugin."""
    lines = [
        f"{group}: {' '.join(dict.fromkeys(f'/{_bare(one).split()[0]}' for one in members))}"
        for group, members in _by_plugin(commands).items()
    ]
    first = chat.by_level("편하게 말을 걸어 주세요. 이런 명령도 있어요.", "편하게 말을 걸어 줘. 이런 명령도 있어.")
    example = next((one.plugin for one in commands if one.plugin not in ("", plugin.name)), plugin.name)
    last = chat.by_level(
        f"'/도움말 {example}'처럼 적으시면 자세히 알려 드려요.", f"'/도움말 {example}'처럼 적으면 자세히 알려 줄게."
    )
    return "\n".join((first, *lines, last))


def details(commands: Sequence[CommandInfo], wanted: str, chat: Chat) -> str:
    """Return what there is to know of a plugin or a command; of the nearest one where there is none of that name."""
    found = _described(commands, wanted)
    if found is not None:
        return found
    names = {
        _spelled(name): name for one in commands for name in (one.plugin or _ELSE, _bare(one), _bare(one).split()[0])
    }
    near = get_close_matches(_spelled(wanted), names, n=1, cutoff=0.6)
    if not near:
        return chat.by_level(
            "그런 이름은 못 찾았어요. /도움말만 적으시면 모두 보여 드려요.",
            "그런 이름은 못 찾았어. /도움말만 적으면 다 보여 줄게.",
        )
    name = names[near[0]]
    asked = chat.by_level(
        "그런 이름은 없어서, 가장 비슷한 것을 찾아봤어요:", "그런 이름은 없어서, 제일 비슷한 걸 찾아봤어:"
    )
    return f"{asked} {name}\n{_described(commands, name)}"


def described(status: object, now: datetime) -> str:
    """Return a status, whatever its fields, a line for each that says something."""
    if not is_dataclass(status):
        return str(status)
    lines: list[str] = []
    for field in fields(status):
        value = getattr(status, field.name)
        label = _LABELS.get(field.name, field.name.replace("_", " "))
        lines.append(f"{label}: {_readable(value, now)}{_UNITS.get(field.name, '')}")
    return "\n".join(lines)


_LABELS = {
    "started_at": "켜진 때",
    "uptime": "켜 둔 시간",
    "rooms_busy": "대답하고 있는 방",
    "waiting": "차례를 기다리는 말",
    "model": "모델",
    "plugins": "켜진 플러그인",
    "failing": "말썽인 플러그인",
    "jobs": "예약된 일",
}
_UNITS = {"rooms_busy": "곳", "waiting": "개", "jobs": "개"}


def _readable(value: Any, now: datetime) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(now.tzinfo):%Y-%m-%d %H:%M} ({_lasting(now - value)})"
    if isinstance(value, timedelta):
        return _lasting(value)
    if isinstance(value, bool):
        return "네" if value else "아니요"
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return "".join(f"\n  {key}: {one}" for key, one in pairs.items()) or "없음"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(str, cast("Sequence[object]", value))) or "없음"
    return "없음" if value in (None, "") else str(value)


def _lasting(span: timedelta) -> str:
    """Return a span in its two greatest units."""
    minutes = max(0, int(span.total_seconds())) // 60
    parts = [(minutes // 1440, "일"), (minutes // 60 % 24, "시간"), (minutes % 60, "분")]
    return " ".join([f"{count}{unit}" for count, unit in parts if count][:2]) or "방금"


def _described(commands: Sequence[CommandInfo], wanted: str) -> str | None:
    words = " ".join(wanted.split()).casefold()
    of_plugin = [one for one in commands if (one.plugin or _ELSE).casefold() == words]
    of_name = [one for one in commands if f"{_bare(one)} ".casefold().startswith(f"{words} ")]
    found = of_plugin or of_name
    if not found:
        return None
    about = next((one.about for one in of_plugin if one.about), "")
    return "\n".join(filter(None, (about, *(f"{one.usage} — {one.help}" if one.help else one.usage for one in found))))


def _by_plugin(commands: Sequence[CommandInfo]) -> dict[str, list[CommandInfo]]:
    """Return commands by their plugin, in order: ours first, the framework's own last."""
    groups: dict[str, list[CommandInfo]] = {}
    for one in sorted(commands, key=lambda one: (not one.plugin, one.plugin != plugin.name)):
        groups.setdefault(one.plugin or _ELSE, []).append(one)
    return groups


def _bare(command: CommandInfo) -> str:
    """Return a command's name without the slash."""
    return command.name.removeprefix("/")


def _spelled(name: str) -> str:
    """Return a name letter by letter, so that a slip in one letter of a syllable counts as one."""
    return unicodedata.normalize("NFD", name.casefold())
