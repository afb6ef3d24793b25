"""Imports other people's code: whatever it does, it comes back as modules or as a problem with file, line and sentence.

Knows nothing of where plugins are looked for.
"""

import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Generic, TypeVar

from chatbot.errors import PluginError
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.prepared import check
from chatbot.plugins.private_modules import PREFIX

IMPORT_SECONDS = 30.0
"""How long one plugin may take to import before it is given up."""

_RESERVED_KEYS = {"enabled", "rename"}
_RESERVED_NAMES = {"folder", "off"}

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something is not loaded; ``str()`` of it is one Korean line.

    Attributes:
        error: what was raised, for those who debug; its own text may hold anything.
    """

    file: str
    line: int | None
    sentence: str
    error: BaseException | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}" if self.line else f"{self.file}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Imported(Generic[Result]):
    """What came of an import, and how many seconds it took; without a result there is a problem."""

    result: Result | None
    problem: Problem | None
    seconds: float


def guarded(work: Callable[[], Result], file: str, inside: Path, patience: float = IMPORT_SECONDS) -> Imported[Result]:
    """Do what imports somebody's code, in a thread that is left to itself when it takes too long.

    Args:
        file: what to name when no line of the code is to blame.
        inside: the file or folder of the code, in whose lines the mistake is looked for.
        patience: in seconds.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def importing() -> None:
        try:
            results.append(work())
        except BaseException as error:  # other people's code, its exits included
            errors.append(error)

    began = time.monotonic()
    thread = threading.Thread(target=importing, name=f"import {file}", daemon=True)  # an exit does not wait for it
    thread.start()
    thread.join(patience)
    seconds = time.monotonic() - began
    if results:
        return Imported(results[0], None, seconds)
    if errors:
        return Imported(None, problem_of(errors[0], file, inside), seconds)
    sentence = f"불러오는 데 {patience:g}초가 넘게 걸려 그만두었어요. 오래 걸리는 일은 on_start로 옮겨 주세요."
    return Imported(None, Problem(file, None, sentence), seconds)


def problem_of(error: BaseException, file: str, inside: Path) -> Problem:
    """Return an error as a problem: the deepest line of the author's own code, and what to do about it."""
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(inside):
        return Problem(error.filename, error.lineno, f"파이썬 문법에 맞지 않아요: {error.msg}", error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_theirs(Path(frame.filename), inside)]
    place, line = (frames[-1].filename, frames[-1].lineno) if frames else (file, None)
    return Problem(place, line, _sentence(error), error)


def _is_theirs(file: Path, inside: Path) -> bool:
    """Tell an author's file from ours, which is on the way to it: built-in plugins lie in our own package."""
    return file.is_relative_to(inside) and file.parent != Path(__file__).parent


def _sentence(error: BaseException) -> str:
    """Return what is wrong. Only texts that Python makes of names in the code are shown; others may hold secrets."""
    match error:
        case PluginError():
            return str(error)
        case ModuleNotFoundError() if str(error.name).startswith(PREFIX):
            return f"이 폴더에 {str(error.name).partition('.')[2]} 모듈이 없어요. 파일 이름을 확인해 주세요."
        case ModuleNotFoundError() if str(error.name).partition(".")[0] in sys.modules:
            return f"{error.name} 모듈이 없어요. 이름을 확인하고, 설치한 것이면 새 판으로 다시 설치해 주세요."
        case ModuleNotFoundError():
            name = str(error.name).partition(".")[0]
            return f"{name} 모듈이 없어요. `pip install {name}`처럼 설치해 주세요."
        case ImportError() | NameError() | SyntaxError():
            return f"불러오다가 오류가 났어요 ({type(error).__name__}: {error})."
        case SystemExit():
            return "불러오는 동안 프로그램을 끝내려고 했어요. exit()를 빼 주세요."
        case _:
            return f"불러오다가 오류가 났어요 ({type(error).__name__})."


def plugins_in(module: ModuleType) -> list[Plugin]:
    """Return the plugins that a module holds under any name, once each, in the order of the module."""
    return list({id(value): value for value in vars(module).values() if isinstance(value, Plugin)}.values())


def unusable(plugin: Plugin) -> Problem | None:
    """Return why a plugin cannot work: an annotation, a hook, or a name that config.yaml has another use for."""
    keys = _RESERVED_KEYS & set(plugin.settings_type.model_fields if plugin.settings_type else ())
    if plugin.name in _RESERVED_NAMES:
        sentence = f"플러그인 이름 '{plugin.name}'은 plugins의 항목 이름이라 쓸 수 없어요. 다른 이름을 지어 주세요."
    elif keys:
        sentence = (
            f"설정 {', '.join(sorted(keys))}는 모든 플러그인에 있는 항목이라 쓸 수 없어요. 다른 이름을 지어 주세요."
        )
    else:
        try:
            check(plugin)
        except Exception as error:  # looking at annotations runs the author's code
            return Problem(plugin.file or plugin.name, plugin.line, _sentence(error), error)
        return None
    return Problem(plugin.file or plugin.name, plugin.line, sentence)
