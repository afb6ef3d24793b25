"""``chatbot plugins``: which there are, a first one of one's own, and what is wrong with them."""

import json
import keyword
import os
import sys
import traceback
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from chatbot.cli.lazy_group import KoreanCommand, KoreanGroup
from chatbot.cli.main import DEBUG_VARIABLE
from chatbot.cli.options import Config
from chatbot.cli.plugin_examples import example_of
from chatbot.commands.framework import RESERVED
from chatbot.config import Settings, folded, load_settings
from chatbot.errors import ConfigError
from chatbot.plugins.command_table import name_words
from chatbot.plugins.conflicts import shown_path
from chatbot.plugins.importing import Problem
from chatbot.plugins.loader import Discovered, Found, Kind, Loaded, find_plugins, load_path
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.prepared import Prepared
from chatbot.plugins.registry import Registry
from chatbot.plugins.sections import Sections, can_be_declared

_TEMPLATES = Path(__file__).parent / "templates"
_SLOW_SECONDS = 1.0

app = typer.Typer(
    cls=KoreanGroup,
    help="플러그인을 보고, 새로 만들고, 살펴봅니다.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.command("list", cls=KoreanCommand)
def list_plugins(config: Config = None) -> None:
    """어떤 플러그인이 있고 켜져 있는지 보여 줍니다."""
    settings = load_settings(config)
    discovered = find_plugins(settings)
    sections = Sections(settings)
    rows = [("이름", "상태", "어디서", "명령")]
    for found in discovered.plugins:
        commands = ", ".join(f"/{command.names[0]}" for command in sections.commands(found.plugin))
        state = "켜짐" if sections.is_on(found.plugin, found.source) else "꺼짐"
        rows.append((found.plugin.name, state, _origin(found, settings), commands))
    rows += [(name, "꺼짐", "(불러오지 않음)", "") for name in sorted(discovered.passed_over)]
    for line in _table(rows):
        typer.echo(line)
    _report(_problems(discovered, settings), settings)


@app.command(cls=KoreanCommand)
def new(
    name: Annotated[str, typer.Argument(metavar="이름", help="플러그인의 이름", show_default=False)],
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="폴더", help="만들 곳. 적지 않으면 설정의 plugins.folder")
    ] = None,
    config: Config = None,
) -> None:
    """바로 쓸 수 있는 플러그인과 그 시험을 만듭니다."""
    settings = load_settings(config)
    name = unicodedata.normalize("NFC", name)
    Plugin(name)  # raises if it cannot be one's name
    command = _free_command(name, find_plugins(settings), settings)
    module = _module_name(name)
    place = folder or settings.plugin_folder
    words = {"name": name, "command": command, "first": f"/{command}", "second": f"/{command} 3"}
    given = {key: json.dumps(word, ensure_ascii=False) for key, word in words.items()} | {"module": module}
    files = {place / f"{module}.py": "plugin.py.txt", place / f"test_{module}.py": "plugin_test.py.txt"}
    _write({path: Template(_template(file)).substitute(given) for path, file in files.items()})
    one, test = (_here(path) for path in files)
    typer.echo(
        f"{one}와 {test}를 만들었어요. 이제 이렇게 해 보세요.\n"
        f"  1. {one}를 열어 하고 싶은 일을 적기\n"
        f"  2. pytest {_here(place)}   (시험하기. 처음이면 pip install pytest)\n"
        f"  3. chatbot chat --reload   ('/{command}'라고 말해 보기. 고쳐서 저장하면 바로 바뀌어요.)"
    )
    if place.resolve() != settings.plugin_folder.resolve():
        typer.echo(f"봇이 이 폴더를 찾도록 config.yaml의 plugins.folder에 {_here(place)}를 적어 주세요.")


@app.command(cls=KoreanCommand)
def check(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[파일|폴더]", help="살펴볼 것. 적지 않으면 모두", show_default=False),
    ] = None,
    config: Config = None,
) -> None:
    """플러그인을 모두 불러와 보고, 잘못된 곳과 명령마다 쓰는 보기를 알려 줍니다."""
    settings = load_settings(config)
    if path is not None and not path.exists():
        raise ConfigError(f"{path}: 파일이 없어요. 경로를 확인해 주세요.")
    discovered, chosen = _discovered(settings, path)
    problems = _problems(discovered, settings)
    if path is not None:
        others = {str(problem) for one in discovered.loaded if one not in chosen for problem in one.problems}
        problems = [problem for problem in problems if str(problem) not in others]
    for line in _examples([found for one in chosen for found in one.plugins], discovered, settings):
        typer.echo(line)
    for one in chosen:
        if one.seconds > _SLOW_SECONDS and one.plugins:
            file = shown_path(one.file, settings.folder)
            typer.echo(
                f"느림  {file}: 불러오는 데 {one.seconds:.1f}초 걸렸어요. 무거운 import는 함수 안으로 옮겨 보세요."
            )
    _report(problems, settings)
    if problems:
        raise typer.Exit(1)
    typer.echo("문제가 없어요.")


def _discovered(settings: Settings, path: Path | None) -> tuple[Discovered, Sequence[Loaded]]:
    """Return all plugins, and those that are to be looked at; what lies at ``path`` takes the place of what was found."""
    discovered = find_plugins(settings)
    if path is None:
        return discovered, discovered.loaded
    given = load_path(path).loaded
    here = {Path(one.file).resolve() for one in given}
    others = tuple(one for one in discovered.loaded if Path(one.file).resolve() not in here)
    return replace(discovered, loaded=(*others, *given)), given


def _problems(discovered: Discovered, settings: Settings) -> list[Problem | str]:
    problems: list[Problem | str] = list(discovered.problems)
    try:
        Registry.of(discovered, settings, RESERVED)
    except ConfigError as error:
        problems += str(error).splitlines()
    return problems


def _report(problems: Sequence[Problem | str], settings: Settings) -> None:
    """Print problems; with ``CHATBOT_DEBUG`` where Python noticed them."""
    for problem in problems:
        typer.echo(f"문제  {str(problem).replace(f'{settings.folder}/', '')}")
        if os.environ.get(DEBUG_VARIABLE) and isinstance(problem, Problem) and problem.error is not None:
            typer.echo("".join(traceback.format_exception(problem.error)), err=True)


def _examples(chosen: Sequence[Found], discovered: Discovered, settings: Settings) -> list[str]:
    """Return how each command of the chosen plugins is used, under the name that it has in this bot."""
    sections = Sections(settings)
    lines: list[str] = []
    for found in discovered.plugins:
        if found not in chosen:
            continue
        commands = {found.plugin.name: sections.commands(found.plugin)}
        prepared = Prepared(Registry((found,), commands, {}))
        state = "" if sections.is_on(found.plugin, found.source) else ", 꺼짐"
        lines.append(f"{found.plugin.name} ({_origin(found, settings)}{state})")
        lines += [f"  {example_of(one)}  {one.declaration.help}".rstrip() for one in prepared.commands]
    return lines


def _origin(found: Found, settings: Settings) -> str:
    if found.kind is Kind.FOLDER:
        return shown_path(found.plugin.file or found.source, settings.folder)
    return found.kind.value if found.kind is Kind.BUILTIN else found.distribution or found.source


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """Return how many columns a terminal gives a text: Hangul takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in unicodedata.normalize("NFC", text))


def _free_command(name: str, discovered: Discovered, settings: Settings) -> str:
    """Return a name for the new plugin's command that nobody has.

    Raises:
        ConfigError: there is a plugin of that name.
    """
    sections = Sections(settings)
    taken = {name_words(one) for one in RESERVED}
    for found in discovered.plugins:
        if folded(found.plugin.name) == folded(name):
            place = _origin(found, settings)
            raise ConfigError(f"'{name}' 플러그인은 이미 있어요 ({place}). 다른 이름을 지어 주세요.")
        taken |= {name_words(one) for command in sections.commands(found.plugin) for one in command.names}
    stem = name if can_be_declared(name) else "부르기"
    candidates = (stem, f"{stem}부르기", *(f"{stem}{number}" for number in range(2, 100)))
    return next(one for one in candidates if can_be_declared(one) and name_words(one) not in taken)


def _module_name(name: str) -> str:
    """Return a file name that the test beside it can import, whatever else is installed."""
    stem = "".join(char if char.isalnum() else "_" for char in unicodedata.normalize("NFKC", name)).lower()
    is_plain = stem.isidentifier() and not keyword.iskeyword(stem) and not stem.startswith(("_", "test_"))
    is_test = stem in ("conftest", "tests") or stem.endswith("_test")
    if is_plain and not is_test and stem not in sys.stdlib_module_names and find_spec(stem) is None:
        return stem
    return f"plugin_{stem}_"


def _template(file: str) -> str:
    return (_TEMPLATES / file).read_text(encoding="utf-8")


def _write(files: dict[Path, str]) -> None:
    for path in files:
        if path.exists():
            raise ConfigError(f"{_here(path)}: 이미 있는 파일이에요. 다른 이름을 지어 주세요.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"{_here(path.parent)} 폴더를 만들 수 없어요. 경로와 쓰기 권한을 확인해 주세요."
            ) from error
    for path, text in files.items():
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"{_here(path)}에 쓸 수 없어요. 쓰기 권한과 남은 공간을 확인해 주세요.") from error


def _here(path: Path) -> str:
    """Return a path as somebody would type it here."""
    resolved = path.resolve()
    return str(resolved.relative_to(Path.cwd())) if resolved.is_relative_to(Path.cwd()) else str(path)
