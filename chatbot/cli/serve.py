"""``chatbot serve``: every platform that there is a token for, in one process with one model and one database."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.cli.options import Config, Database, Model, PersonaName
from chatbot.config import Settings, load_settings
from chatbot.dialogue.persona import Persona, persona_folders
from chatbot.environment import environment
from chatbot.errors import AdapterError
from chatbot.safety.log_filter import mask_logs

if TYPE_CHECKING:
    from chatbot.adapter import AdapterSetup, ServedAdapter

_PLATFORMS = ("telegram", "discord")
"""Those with a section in config.yaml."""
_log = logging.getLogger(__name__)


def serve(
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="플랫폼", help="이 플랫폼만 켭니다: telegram, discord")
    ] = None,
    persona: PersonaName = None,
    model: Model = None,
    database: Database = None,
    config: Config = None,
) -> None:
    """텔레그램과 디스코드에서 이야기합니다. 토큰이 있는 곳을 모두 켜고, Ctrl-C나 SIGTERM을 받으면 하던 말을 마치고 끕니다."""
    settings = load_settings(config, bot={"persona": persona}, model={"path": model}, history={"url": database})
    character = Persona.load(settings.bot.persona, persona_folders(settings.folder))
    logging.basicConfig(level=settings.log.level.upper(), format="%(levelname)s %(name)s: %(message)s")
    mask_logs()
    variables = environment(settings.folder)
    chosen = _chosen(only or (), variables)
    asyncio.run(_serve(settings, character, chosen, variables))


async def _serve(
    settings: Settings, character: Persona, chosen: "list[type[ServedAdapter]]", variables: Mapping[str, str]
) -> None:
    from chatbot.bot import Bot
    from chatbot.garbage import search_less
    from chatbot.loading import load_plugins

    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    plugins = await load_plugins(settings)
    adapters = [kind.configured(_setup(kind.name, settings, character, plugins, variables)) for kind in chosen]
    bot = Bot(settings, character, plugins=plugins)
    serving = [asyncio.create_task(bot.serve(adapter)) for adapter in adapters]
    stopping, ready = asyncio.create_task(stopped.wait()), asyncio.create_task(_ready(bot))
    try:
        await asyncio.wait({stopping, ready, *serving}, return_when=asyncio.FIRST_COMPLETED)
        search_less()
        if not any(task.done() for task in (stopping, *serving)):
            typer.echo(
                f"{character.name}: {', '.join(adapter.name for adapter in adapters)}에서 듣고 있어요.", err=True
            )
        await asyncio.wait({stopping, *serving}, return_when=asyncio.FIRST_COMPLETED)
        for task in serving:
            if task.done():
                task.result()
    finally:
        for task in (*serving, stopping, ready):
            task.cancel()
        await asyncio.wait({*serving, stopping, ready})
        await bot.close()
        for adapter in adapters:
            await adapter.close()


async def _ready(bot: Any) -> None:
    """Return when the bot can answer, or cannot: that is told by whoever serves."""
    try:
        await bot.ready()
    except Exception as error:
        _log.debug("not ready: %s", type(error).__name__)


def _chosen(only: "tuple[str, ...] | list[str]", variables: Mapping[str, str]) -> "list[type[ServedAdapter]]":
    """Return the adapters to be served: those asked for, else those that there is a token for.

    Raises:
        AdapterError: one is unknown or not installed, or there is a token for none.
    """
    unknown = next((name for name in only if name not in _PLATFORMS), None)
    if unknown is not None:
        raise AdapterError(f"{unknown}: 모르는 플랫폼이에요. {', '.join(_PLATFORMS)} 가운데 골라 주세요.")
    entries = {entry.name: entry for entry in entry_points(group="chatbot.adapters")}
    chosen = [
        _loaded(name, entries)
        for name in _PLATFORMS
        if name in only or (not only and variables.get(f"{name.upper()}_TOKEN", "").strip())
    ]
    if not chosen:
        raise AdapterError("켤 곳이 없어요. .env나 환경 변수에 TELEGRAM_TOKEN이나 DISCORD_TOKEN을 적어 주세요.")
    return chosen


def _loaded(name: str, entries: Mapping[str, EntryPoint]) -> "type[ServedAdapter]":
    try:
        return entries[name].load()
    except (KeyError, ImportError) as error:
        raise AdapterError(
            f"{name}에 필요한 것이 없어요. `pip install 'maldongmu[{name}]'`로 설치해 주세요."
        ) from error


def _setup(
    name: str, settings: Settings, character: Persona, plugins: Any, variables: Mapping[str, str]
) -> "AdapterSetup":
    from chatbot.adapter import AdapterSetup
    from chatbot.command_specs import command_specs
    from chatbot.plugins.prepared import Prepared

    section = getattr(settings, name).model_dump()
    names = (character.name, *character.aliases)
    return AdapterSetup(variables, section, names, command_specs(Prepared(plugins)), settings.folder)
