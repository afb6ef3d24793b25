"""``chatbot chat``: talk in the terminal, or between pipes.

The order of things is the point: settings and persona are checked first, then the bot begins to load in the background,
and the prompt stands while it does.
"""

import asyncio
import getpass
import logging
import signal
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.cli.explanation import explain as explanation
from chatbot.cli.options import Config, Database, Model, PersonaName
from chatbot.config import Settings, load_settings
from chatbot.dialogue.persona import Persona, persona_folders
from chatbot.errors import AdapterError
from chatbot.garbage import search_less
from chatbot.messages import SpeechLevel
from chatbot.safety.log_filter import mask_logs

if TYPE_CHECKING:
    from chatbot.cli.plugin_watch import Watched
    from chatbot.dialogue.voice import Reply

_FAREWELLS = {SpeechLevel.POLITE: "다음에 또 이야기해요.", SpeechLevel.CASUAL: "다음에 또 얘기하자."}
_TERMINATED = 128 + signal.SIGTERM


def chat(
    persona: PersonaName = None,
    model: Model = None,
    user: Annotated[str | None, typer.Option("--user", metavar="이름", help="말하는 사람의 이름")] = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="수", help="같은 대화에 늘 같은 대답을 합니다.")] = None,
    database: Database = None,
    config: Config = None,
    explain: Annotated[bool, typer.Option("--explain", help="대답마다 어떻게 고른 말인지 보여 줍니다.")] = False,
    reload: Annotated[
        bool, typer.Option("--reload", help="플러그인을 고치면 이야기하는 도중에 다시 불러옵니다.")
    ] = False,
) -> None:
    """터미널에서 이야기합니다. 입력이 파이프면 한 줄에 한 마디씩 읽고 한 줄에 한 마디씩 대답합니다."""

    def read() -> Settings:
        return load_settings(
            config,
            bot={"persona": persona},
            model={"path": model},
            generation={"seed": seed},
            history={"url": database},
        )

    settings = read()
    character = Persona.load(settings.bot.persona, persona_folders(settings.folder))
    logging.basicConfig(level=settings.log.level.upper(), format="%(levelname)s %(name)s: %(message)s")
    mask_logs()
    asyncio.run(_talk(settings, character, user or _login_name(), explain, read if reload else None))


async def _talk(
    settings: Settings, character: Persona, user: str, explain: bool, settings_again: Callable[[], Settings] | None
) -> None:
    from chatbot.bot import Bot

    make_console = _adapter("console")

    def note(reply: "Reply") -> None:
        console.note(explanation(reply))

    async def ready() -> None:
        await bot.ready()
        search_less()

    watched = await asyncio.to_thread(_watched, settings) if settings_again else None
    bot = Bot(settings, character, note if explain else None, plugins=watched.registry if watched else None)
    console = make_console(
        user, character.name, character.greeting, farewell=_FAREWELLS[character.speech_level], ready=ready
    )
    if watched is not None and settings_again is not None:
        watched.watch(bot.swap_plugins, console.note, settings_again)
    bot.start()  # after the console has imported what it needs: loading slows every import beside it
    serving = asyncio.ensure_future(bot.serve(console))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        if asyncio.current_task().cancelling():  # pyright: ignore[reportOptionalMemberAccess]
            raise  # Ctrl-C between pipes
        raise typer.Exit(_TERMINATED) from None
    finally:
        if watched is not None:
            await watched.close()
        await bot.close()


def _watched(settings: Settings) -> "Watched":
    from chatbot.cli.plugin_watch import Watched  # only for --reload: start-up time

    return Watched.find(settings)


def _adapter(name: str) -> Any:
    """Return an adapter's class by its entry point, as third parties' are found.

    Raises:
        AdapterError: it is not installed.
    """
    for entry in entry_points(group="chatbot.adapters", name=name):
        return entry.load()
    raise AdapterError(f"{name} 어댑터가 설치되어 있지 않아요. `pip install maldongmu`로 다시 설치해 주세요.")


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user without a name
        return "나"
