"""``chatbot history``: look at what is stored, take it along, erase it."""

import asyncio
import json
import sys
import unicodedata
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

from chatbot.cli.lazy_group import KoreanCommand, KoreanGroup
from chatbot.errors import ChatbotError, HistoryError
from chatbot.history import RoomSummary, SpeakerSummary, StoredTurn
from chatbot.messages import Speaker

if TYPE_CHECKING:
    from chatbot.history import History

app = typer.Typer(
    cls=KoreanGroup,
    help="저장된 대화를 보고, 내보내고, 지웁니다.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="대화 기록 데이터베이스. 적지 않으면 설정의 history.url을 씁니다."),
]
Room = Annotated[
    str | None, typer.Option("--room", metavar="방", help="방. '어댑터:방'이나, 하나뿐이면 방 이름만 적습니다.")
]
Found = TypeVar("Found", RoomSummary, SpeakerSummary)
YES = {"네", "예", "응", "ㅇㅇ", "y", "yes", "ㅛ"}  # ㅛ: the y key while the Korean keyboard is on
LISTED = 10
_PLUGIN_SECONDS = 10.0


@app.command(cls=KoreanCommand)
def show(
    room: Room = None,
    limit: Annotated[int, typer.Option("--limit", metavar="개수", min=1, help="보여 줄 말의 개수.")] = 40,
    database: Database = None,
) -> None:
    """방의 지금 대화를 보여 줍니다. 방을 고르지 않았고 여러 방이 있으면 방의 목록을 보여 줍니다."""
    asyncio.run(_show(room, limit, database))


@app.command(cls=KoreanCommand)
def export(
    room: Room = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="파일", help="저장할 파일. 적지 않으면 화면에 씁니다.")
    ] = None,
    training: Annotated[
        bool,
        typer.Option("--training", help="학습에 쓰도록 동의한 사람들만의 대화를, 이름과 개인정보를 가려서 내보냅니다."),
    ] = False,
    database: Database = None,
) -> None:
    """지난 대화까지 모두 JSON Lines로 내보냅니다. 한 줄이 말 하나입니다."""
    asyncio.run((_export_training if training else _export)(room, out, database))


@app.command(cls=KoreanCommand)
def forget(
    room: Room = None,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="사람", help="사람. '어댑터:아이디'나, 하나뿐이면 아이디만 적습니다."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="묻지 않고 지웁니다.")] = False,
    database: Database = None,
) -> None:
    """방 하나나 사람 하나의 기록을 되돌릴 수 없게 지웁니다."""
    if (room is None) == (user is None):
        raise ChatbotError("무엇을 지울지 --room과 --user 가운데 하나로 골라 주세요.")
    if not yes and not sys.stdin.isatty():
        raise ChatbotError("터미널이 아니어서 확인을 받을 수 없어요. 정말 지우려면 --yes를 붙여 주세요.")
    asyncio.run(_forget(room, user, yes, database))


async def _show(room: str | None, limit: int, database: str | None) -> None:
    """Print a room's current conversation, or the rooms when there are several to choose from."""
    async with _open(database) as history:
        rooms = await history.rooms()
        if not rooms:
            typer.echo("아직 저장된 대화가 없어요.")
            return
        if room is None and len(rooms) > 1:
            for summary in rooms:
                typer.echo(_room_line(summary))
            typer.echo("--room으로 방을 골라 주세요.")
            return
        chosen = rooms[0] if room is None else _choose(room, rooms, "방")
        stored = await history.turns(chosen.address, limit)
        for turn in stored:
            typer.echo(_turn_line(turn))
        if chosen.turns > len(stored):
            typer.echo(f"이 방의 말 {chosen.turns}개 가운데 {len(stored)}개예요. 모두 보려면 export를 쓰세요.")


async def _export(room: str | None, out: Path | None, database: str | None) -> None:
    """Write every turn."""
    async with _open(database) as history:
        address = None if room is None else _choose(room, await history.rooms(), "방").address
        await _write((turn async for turn in history.export(address)), out)


async def _export_training(room: str | None, out: Path | None, database: str | None) -> None:
    """Write the dialogues of those who consented, and say on stderr how much that leaves out."""
    from chatbot.cli.consented import LeftOut, consents, conversations, dialogue, survey

    async with _open(database) as history:
        address = None if room is None else _choose(room, await history.rooms(), "방").address
        left_out = LeftOut()
        found = await survey(history.export(address))
        said = await conversations(history.export(address), found, await consents(history), left_out)

        async def lines() -> AsyncIterator[object]:
            for number, turns in enumerate(said, start=1):
                yield dialogue(turns, found.people[turns[0]["adapter"], turns[0]["room"]], number)

        await _write(lines(), out)
    typer.echo(
        f"대화 {len(said)}개를 내보냈어요. 동의하지 않은 사람이 말한 방 {left_out.rooms}개"
        f"(말 {left_out.turns_in_rooms}개), 동의하기 전의 말 {left_out.turns_before}개, "
        f"주고받은 말이 없는 대화 {left_out.conversations}개는 뺐어요.",
        err=True,
    )


async def _write(rows: AsyncIterator[object], out: Path | None) -> None:
    """Write JSON Lines in UTF-8, whatever the terminal's encoding; a file appears only when it is complete."""
    lines = ((json.dumps(row, ensure_ascii=False) + "\n").encode() async for row in rows)
    if out is None:
        stdout = typer.get_binary_stream("stdout")
        async for line in lines:
            stdout.write(line)
        stdout.flush()
        return
    partial = out.with_name(out.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)  # people's chats: for its owner's eyes only
        with partial.open("wb") as file:
            async for line in lines:
                file.write(line)
        partial.replace(out)
    except OSError as error:
        raise HistoryError(
            f"{out}에 내보낼 수 없어요({error.strerror}). 폴더와 권한, 남은 공간을 확인해 주세요."
        ) from error


async def _forget(room: str | None, user: str | None, yes: bool, database: str | None) -> None:
    """Find what is meant, ask, erase."""
    async with _open(database) as history:
        if room is not None:
            chosen_room = _choose(room, await history.rooms(), "방")
            question = f"방 {_key(chosen_room)}의 말 {chosen_room.turns}개를 모두 지울까요? 되돌릴 수 없어요."
            if yes or _confirmed(question):
                _report(await history.forget_room(chosen_room.address))
        elif user is not None:
            person = await _person(history, user)
            question = (
                f"{_key(person)}님의 말 {person.turns}개와 그에 대한 답, 저장된 정보를 모두 지울까요? 되돌릴 수 없어요."
            )
            if yes or _confirmed(question):
                await _forgotten_by_plugins(history, person)
                _report(await history.forget_speaker(person.adapter, person.speaker.id))


async def _forgotten_by_plugins(history: "History", person: SpeakerSummary) -> None:
    """Let plugins remove a person from what is not that person's alone.

    Raises:
        ConfigError: the plugins cannot be loaded, so that nobody knows what they keep.
    """
    from chatbot.config import load_settings
    from chatbot.known import Known
    from chatbot.loading import load_plugins
    from chatbot.plugins.isolation import Isolation
    from chatbot.plugins.moments import Moments
    from chatbot.plugins.prepared import Prepared

    settings = load_settings()
    now = datetime.now(ZoneInfo(settings.bot.timezone))
    prepared = Prepared(await load_plugins(settings))
    moments = Moments(prepared, Isolation(_PLUGIN_SECONDS), Known(history), history, lambda: now)
    await moments.forget(person.adapter, person.speaker.id)


async def _person(history: "History", wanted: str) -> SpeakerSummary:
    """Return who is meant; with the adapter also somebody of whom no turn is stored, only messages or values.

    Raises:
        HistoryError: nothing is held on anyone of that name, or it is not clear on whom.
    """
    people = [summary for summary in await history.speakers() if not summary.speaker.is_bot]
    adapter, _, id = wanted.partition(":")
    if all(_key(person) != wanted for person in people) and (await history.held(adapter, id)).rooms:
        return SpeakerSummary(adapter, Speaker(id), 0)
    return _choose(wanted, people, "사람")


def _open(database: str | None) -> "AbstractAsyncContextManager[History]":
    """Open the database that is asked for, else the configured one; never create one just to look into it."""
    from chatbot.history import History

    if database is None:
        from chatbot.config import load_settings

        database = load_settings().history.url
    return History.open(database, create=False)


def _choose(wanted: str, candidates: Iterable[Found], noun: str) -> Found:
    """Return the one candidate that ``wanted`` names, with its adapter or without.

    Raises:
        HistoryError: there is none, or more than one.
    """
    candidates = list(candidates)
    found = [candidate for candidate in candidates if _key(candidate) == wanted]
    found = found or [candidate for candidate in candidates if _key(candidate).partition(":")[2] == wanted]
    if len(found) == 1:
        return found[0]
    known = ", ".join(_key(candidate) for candidate in (found or candidates)[:LISTED])
    if found:
        raise HistoryError(f"{wanted}: 그런 {noun}이 여럿이에요. 어댑터까지 적어 주세요: {known}")
    raise HistoryError(f"{wanted}: 그런 {noun}이 없어요. 저장된 {noun}: {known or '없음'}")


def _key(candidate: RoomSummary | SpeakerSummary) -> str:
    """Return the name that ``_choose`` finds a candidate under."""
    if isinstance(candidate, RoomSummary):
        return f"{candidate.address.adapter}:{candidate.address.room}"
    return f"{candidate.adapter}:{candidate.speaker.id}"


def _confirmed(question: str) -> bool:
    """Ask in the terminal; anything but a clear yes is a no."""
    if typer.prompt(f"{question} (네/아니요)", default="아니요", show_default=False).strip().lower() in YES:
        return True
    typer.echo("지우지 않았어요.")
    return False


def _report(erased: int) -> None:
    typer.echo(f"말 {erased}개를 지웠어요.")


def _room_line(summary: RoomSummary) -> str:
    last = "" if summary.last_said_at is None else f", 마지막 {summary.last_said_at.astimezone():%Y-%m-%d %H:%M}"
    gone = "" if summary.gone_why is None else f", 보낼 수 없음: {summary.gone_why}"
    begun = f"처음 {summary.created_at.astimezone():%Y-%m-%d}"
    return _printable(f"{_key(summary)}  말 {summary.turns}개, {begun}{last}{gone}")


def _turn_line(stored: StoredTurn) -> str:
    turn = stored.turn
    name = turn.speaker.name or turn.speaker.id
    return _printable(f"{turn.said_at.astimezone():%Y-%m-%d %H:%M} {name}: {turn.text}")


def _printable(line: str) -> str:
    """Return one line without control characters: stored text must not steer the terminal it is shown in."""
    line = line.replace("\r\n", "\n").replace("\n", "\n    ")
    return "".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else "�" for c in line)
