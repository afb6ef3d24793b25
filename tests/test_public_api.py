"""What ``import chatbot`` offers: all of it there and documented, none of it paid for before it is used."""

import ast
import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

import chatbot
from chatbot import errors

HEAVY = ("torch", "transformers", "numpy", "sqlalchemy", "pydantic", "tokenizers", "yaml", "asyncio")
PACKAGE = Path(chatbot.__file__).parent


def modules() -> list[str]:
    return [
        "chatbot",
        *(
            module.name
            for module in pkgutil.walk_packages([str(PACKAGE)], "chatbot.")
            if "migrations" not in module.name
        ),
    ]


def with_public_names() -> list[str]:
    """The modules that state an ``__all__``, found without importing any."""
    files = {name: PACKAGE.parent / Path(*name.split(".")) for name in modules()}
    sources = {name: path / "__init__.py" if path.is_dir() else path.with_suffix(".py") for name, path in files.items()}
    return [name for name, path in sources.items() if "\n__all__ = " in path.read_text(encoding="utf-8")]


def imported_by(code: str) -> set[str]:
    """Return the names of the modules that a fresh interpreter holds after ``code``."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    return set(json.loads(done.stdout))


def documented(module: ModuleType, name: str) -> bool:
    """Whether a class or function has a docstring of its own, or an assignment a string behind it."""
    value = getattr(module, name)
    if inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value):
        return bool((value.__doc__ or "").strip())
    if isinstance(value, chatbot.Plugin):
        return bool(value.about)
    homes: dict[str, str] = vars(chatbot)["_HOME_OF"]
    home = importlib.import_module(homes[name]) if module is chatbot else module
    statements = ast.parse(inspect.getsource(home)).body
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and name in {alias.name for alias in statement.names}:
            return documented(importlib.import_module(str(statement.module)), name)
    for statement, behind in pairwise(statements):
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant)
    return False


def test_importing_the_package_imports_nothing_heavy() -> None:
    held = imported_by("import chatbot")
    assert "chatbot" in held
    assert not held & set(HEAVY)
    assert not [name for name in held if name.startswith("chatbot.")]


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("from chatbot import Incoming, Outgoing, Turn, ChatbotError", set[str]()),
        ("from chatbot import Adapter, Receive, SamplingParams", {"tokenizers"}),
        ("from chatbot import Bot, Settings, Persona, load_settings", {"pydantic", "yaml", "tokenizers"}),
    ],
)
def test_what_is_light_stays_light(code: str, allowed: set[str]) -> None:
    assert imported_by(code) & set(HEAVY) - {"asyncio"} <= allowed


def test_the_public_names() -> None:
    assert chatbot.__all__ == sorted(chatbot.__all__)
    exceptions = {name for name, value in vars(errors).items() if inspect.isclass(value)}
    assert set(chatbot.__all__) - exceptions == {
        *("Address", "Speaker", "Incoming", "Outgoing", "Turn", "SpeechLevel", "Source"),
        *("Event", "Edited", "Deleted", "Joined", "File", "RoomKind", "Choice"),
        *("Adapter", "ChoiceAdapter", "DraftAdapter", "OneRoomAdapter", "Receive", "Receipt"),
        *("Bot", "Settings", "load_settings", "Persona", "Voice", "Talk", "Reply"),
        *("Plugin", "Registry", "Chat", "Profile", "Storage", "Role", "Where", "Rest", "CommandInfo", "Status"),
        *("Answer", "Ask", "Done", "Step", "Conversation"),
        *("Job", "Once", "Every", "Daily", "Cron", "Missed"),
        *("korean", "korean_time"),
        *("Engine", "SamplingParams", "Tokenizer", "History", "DialogueFormat", "Markers"),
    }
    assert exceptions <= set(chatbot.__all__)


def test_what_type_checkers_see_is_what_is_there() -> None:
    """The names imported for type checkers, the lazy ones and ``__all__`` are three lists of the same things."""
    (block,) = [node for node in ast.parse(inspect.getsource(chatbot)).body if isinstance(node, ast.If)]
    seen = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert sorted(seen) == chatbot.__all__
    for name, module in seen.items():
        there = getattr(importlib.import_module(str(module)), name)
        assert getattr(chatbot, name) is there, name


def test_no_other_name_is_made_up() -> None:
    assert set(chatbot.__all__) <= set(dir(chatbot))
    with pytest.raises(AttributeError, match="'chatbot' has no attribute 'Chatbot'"):
        _ = chatbot.Chatbot  # type: ignore[attr-defined]  # pyright: ignore


def test_packages_with_an_api_are_found() -> None:
    assert {"chatbot", "chatbot.generation", "chatbot.history"} <= set(with_public_names())


@pytest.mark.parametrize("name", with_public_names())
def test_every_public_name_is_there_and_documented(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    assert len(set(module.__all__)) == len(module.__all__)
    for public in module.__all__:
        assert documented(module, public), f"{name}.{public} has no docstring"


@pytest.mark.parametrize("name", modules())
def test_every_module_says_what_it_does(name: str) -> None:
    path = PACKAGE.parent / Path(*name.split("."))
    source = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")
    assert not source.strip() or ast.get_docstring(ast.parse(source)), f"{name} has no docstring"
