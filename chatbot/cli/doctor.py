"""``chatbot doctor``: one line for each thing a chat needs, with the remedy where it is missing."""

import asyncio
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import typer

from chatbot.cli.options import Config, Database, Model, PersonaName
from chatbot.config import Settings, load_settings
from chatbot.dialogue.persona import Persona, persona_folders
from chatbot.environment import environment
from chatbot.errors import ChatbotError, ConfigError, ModelError, TokenizerError

TOKENS = ("TELEGRAM_TOKEN", "DISCORD_TOKEN")
KOGPT2_VOCABULARY = 51_200
KOGPT2_NOTICE = "KoGPT2 계열 모델은 CC BY-NC-SA 4.0이라 비상업 용도로만 쓸 수 있어요."
_TORCH_SECONDS = 120
# KoGPT2's own README; chatbot/generation/tokenizer.py says why a wrong reader turns this to noise.
_KNOWN_TEXT = "안녕하세요. 한국어 GPT-2 입니다.😤:)l^o"
_KNOWN_TOKENS = "▁안녕 하 세 요. ▁한국어 ▁G P T -2 ▁입 니다. 😤 :) l^o"


@dataclass
class Examined:
    """What is examined; each part is read when a check first asks for it."""

    config: Path | None = None
    persona_name: str | None = None
    model: str | None = None
    database: str | None = None
    failed: set[str] = field(default_factory=set[str])

    @cached_property
    def settings(self) -> Settings:
        """The settings that a chat would run with."""
        return load_settings(
            self.config,
            bot={"persona": self.persona_name},
            model={"path": self.model},
            history={"url": self.database},
        )

    @cached_property
    def model_folder(self) -> Path | None:
        """The checkpoint's folder; ``None`` where it is on the hub and not here yet."""
        from chatbot.generation.hub import find_folder
        from chatbot.paths import PRETRAINED

        source = self.settings.model.path
        if source == "bundled":
            return find_folder(PRETRAINED)
        if Path(source).is_absolute():
            return find_folder(Path(source))
        from huggingface_hub import try_to_load_from_cache

        cached = try_to_load_from_cache(source, "config.json")
        return Path(cached).parent if isinstance(cached, str) else None


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report: ``examine`` returns what it found, or raises the error that names the remedy."""

    name: str
    examine: Callable[[Examined], str]
    needs: tuple[str, ...] = ()


def check_python(examined: Examined) -> str:
    """Tell the version, for reports of bugs; one that is too old could not have installed us."""
    return f"{platform.python_version()} ({platform.system()} {platform.machine()})"


def check_settings(examined: Examined) -> str:
    """Raises ConfigError: the settings cannot be used."""
    return f"{examined.settings.folder} 기준"


def check_persona(examined: Examined) -> str:
    """Raises PersonaError: the persona cannot be used."""
    settings = examined.settings
    persona = Persona.load(settings.bot.persona, persona_folders(settings.folder))
    return f"{persona.name} ({persona.speech_level}, 예시 대화 {len(persona.examples)}개)"


def check_torch(examined: Examined) -> str:
    """Import it in a process of its own: a build for another processor kills the process that imports it.

    Raises ConfigError: it is missing or does not run here.
    """
    command = [sys.executable, "-c", "import torch; print(torch.__version__)"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TORCH_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ConfigError("불러오는 데 너무 오래 걸려요. 다른 프로그램을 닫고 다시 해 주세요.") from error
    if done.returncode != 0:
        raise ConfigError("불러올 수 없어요. https://pytorch.org 의 안내대로 이 컴퓨터에 맞는 것을 설치해 주세요.")
    return done.stdout.strip()


def check_device(examined: Examined) -> str:
    """Raises ConfigError: the configured device is not there."""
    from chatbot.generation.device import choose_device

    return str(choose_device(examined.settings.model.device))


def check_model(examined: Examined) -> str:
    """Raises ModelError: there is no checkpoint where the settings say."""
    folder = examined.model_folder
    return str(folder) if folder else f"{examined.settings.model.path}: 아직 없어요. 처음 대화할 때 내려받습니다."


def check_tokenizer(examined: Examined) -> str:
    """Ask for what only the right reader of the file can answer.

    Raises TokenizerError: it cannot be read, or answers wrongly.
    """
    from chatbot.generation.tokenizer import Tokenizer

    if examined.model_folder is None:
        return "모델을 내려받은 뒤에 살펴볼 수 있어요."
    tokenizer = Tokenizer.load(examined.model_folder)
    ids = tokenizer.encode(_KNOWN_TEXT)
    is_kogpt2 = tokenizer.vocab_size == KOGPT2_VOCABULARY
    if tokenizer.decode(ids) != _KNOWN_TEXT or (is_kogpt2 and tokenizer.tokens(ids) != _KNOWN_TOKENS.split(" ")):
        raise TokenizerError("아는 문장을 다르게 읽어요. tokenizer.json을 모델과 함께 온 원래 파일로 되돌려 주세요.")
    return f"어휘 {tokenizer.vocab_size:,}개"


def check_loading(examined: Examined) -> str:
    """Load the model as a chat would, and have it write one token.

    Raises ModelError: it cannot.
    """
    return asyncio.run(_load(examined)) if examined.model_folder else "모델을 내려받은 뒤에 살펴볼 수 있어요."


async def _load(examined: Examined) -> str:
    from chatbot.generation import Engine, SamplingParams

    model = examined.settings.model
    if examined.model_folder is None:
        raise ModelError("모델 폴더가 없어요.")
    async with Engine.load(examined.model_folder, model.device, model.dtype) as engine:
        await engine.generate(engine.tokenizer.encode("안녕"), SamplingParams(max_new_tokens=1))
        return f"{engine.device}, {str(engine.dtype).removeprefix('torch.')}"


def check_database(examined: Examined) -> str:
    """Look without making one: a doctor leaves no file behind.

    Raises HistoryError: it could not be opened or written.
    """
    return asyncio.run(_open_database(examined.settings.history.url))


async def _open_database(url: str) -> str:
    from chatbot.history import History
    from chatbot.history.location import check_file, locate

    location = locate(url)
    if location.file is not None:
        check_file(location.file, create=True)
        if not location.file.exists():
            return f"{location.place} (처음 대화할 때 만들어요)"
    async with History.open(url) as history:
        return f"{location.place} (방 {len(await history.rooms())}개)"


def check_tokens(examined: Examined) -> str:
    """Say which platform tokens there are, and nothing of what they hold."""
    variables = environment(examined.settings.folder)
    return ", ".join(f"{name} {'있음' if variables.get(name) else '없음'}" for name in TOKENS)


CHECKS = (
    Check("파이썬", check_python),
    Check("설정", check_settings),
    Check("페르소나", check_persona, ("설정",)),
    Check("PyTorch", check_torch),
    Check("장치", check_device, ("설정", "PyTorch")),
    Check("모델", check_model, ("설정",)),
    Check("토크나이저", check_tokenizer, ("모델",)),
    Check("모델 불러오기", check_loading, ("모델", "토크나이저", "장치")),
    Check("대화 기록", check_database, ("설정",)),
    Check("플랫폼 토큰", check_tokens, ("설정",)),
)


def doctor(config: Config = None, persona: PersonaName = None, model: Model = None, database: Database = None) -> None:
    """대화할 준비가 되었는지 하나씩 살펴보고, 문제가 있으면 고치는 법을 알려 줍니다."""
    examined = Examined(config, persona, model, database)
    for check in CHECKS:
        typer.echo(report(check, examined))
    if "설정" not in examined.failed and is_kogpt2(examined):
        typer.echo(f"알림  {KOGPT2_NOTICE}")
    if examined.failed:
        typer.echo("문제를 고친 뒤 `chatbot doctor`를 다시 실행해 보세요.")
        raise typer.Exit(1)


def report(check: Check, examined: Examined) -> str:
    """Run a check; return its line, and note on ``examined`` if it failed."""
    if missing := [need for need in check.needs if need in examined.failed]:
        examined.failed.add(check.name)
        return f"-     {check.name}: {missing[0]}부터 고쳐야 살펴볼 수 있어요."
    try:
        return f"ok    {check.name}: {check.examine(examined)}"
    except ChatbotError as error:
        remedy = str(error)
    except Exception as error:  # a broken installation breaks in ways of its own; the other lines still help
        remedy = f"뜻밖의 오류가 났어요 ({type(error).__name__}). `pip install maldongmu`로 다시 설치해 보세요."
    examined.failed.add(check.name)
    return f"문제  {check.name}: {remedy}"


def is_kogpt2(examined: Examined) -> bool:
    """Return whether the model is KoGPT2 or made from it, as far as its name or vocabulary tells."""
    if "kogpt2" in Path(examined.settings.model.path).name.lower():
        return True
    if "모델" in examined.failed or examined.model_folder is None:
        return False
    config = (examined.model_folder / "config.json").read_text(encoding="utf-8", errors="replace")
    return f'"vocab_size": {KOGPT2_VOCABULARY}' in config
