"""What the repository as a whole promises: its shape, what is in it, and what must not be."""

import functools
import gzip
import hashlib
import json
import lzma
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, entry_points, version
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from chatbot import Plugin

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

FIXED_BY_DESIGN = (
    *("chatbot", "adapters", "prompts", "tests", "benchmarks"),
    *("config.yaml", "pyproject.toml", "README.md", "CHANGELOG.md", "Makefile", ".ci/run"),
)
LARGEST = 50_000_000
KOGPT2_TOKENIZER = "e1d73f67c193c11b0aee19d57797c6cc70dce21972eb8316a18c64c49832204c"
"""sha256 of the published tokenizer.json, which is CC BY-NC-SA 4.0 and not ours to ship."""
LONG = 60
"""Characters of a text that nobody writes twice by chance."""
OF_THE_PLATFORM = ("nvidia-", "cuda-", "triton")
"""What torch brings along on machines with a GPU alone; its own requirements pin their versions."""


@functools.cache
def files() -> tuple[Path, ...]:
    """Return the files that are committed, or would be by ``git add``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode != 0:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")
    paths = (ROOT / name for name in dict.fromkeys(listed.stdout.split("\0")) if name)
    return tuple(path for path in paths if path.is_file())


def names(paths: Iterator[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("entry", FIXED_BY_DESIGN)
def test_the_top_level_is_as_the_design_fixes_it(entry: str) -> None:
    assert (ROOT / entry).exists(), f"{entry} is missing; its place is fixed by DESIGN.md"


def test_no_file_is_too_large_for_its_host() -> None:
    assert names(path for path in files() if path.stat().st_size >= LARGEST) == []


def test_kogpt2s_tokenizer_is_nowhere() -> None:
    assert names(path for path in files() if sha256(path) == KOGPT2_TOKENIZER) == []


def test_nothing_that_was_lent_is_committed() -> None:
    """The corpus is the project's own; all else beside the checkout is lent for work, under licences of its own."""
    if not SHARED.is_dir():
        pytest.skip(f"there is no {SHARED} to compare with")
    own = SHARED / "data" / "maldongmu"
    lent = {sha256(path) for path in SHARED.rglob("*") if path.is_file() and own not in path.parents}
    assert KOGPT2_TOKENIZER in lent
    assert names(path for path in files() if sha256(path) in lent) == []


def test_no_third_party_dialogue_is_committed() -> None:
    third_party = SHARED / "data" / "dialogues" / "permissive.jsonl.xz"
    if not third_party.exists():
        pytest.skip(f"there is no {third_party} to compare with")
    with lzma.open(third_party, "rt", encoding="utf-8") as lines:
        long = {turn for line in lines for turn in json.loads(line)["turns"] if len(turn) >= LONG}
    assert len(long) > 100
    found = [name for path in files() for name in names(iter([path])) if long & set(_strings(path))]
    assert found == []


def _strings(path: Path) -> Iterator[str]:
    """Yield what stands between quotation marks or line ends in a text file, a gzipped one included."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if b"\0" in data[:8192]:
        return
    for line in data.decode("utf-8", "replace").splitlines():
        yield line.strip()
        yield from line.split('"')


def test_the_licence_is_apache() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.lstrip().startswith("Apache License")
    assert "Version 2.0, January 2004" in licence
    assert licence.count("\n") > 190  # the whole of it
    assert PROJECT["license"] == "Apache-2.0"


def test_extras_and_scripts() -> None:
    assert set(PROJECT["optional-dependencies"]) >= {"telegram", "discord", "postgres", "train", "dev"}
    (script,) = entry_points(group="console_scripts", name="chatbot")
    assert script.value == PROJECT["scripts"]["chatbot"]
    assert callable(script.load())
    for group, declared in PROJECT["entry-points"].items():
        for name, place in declared.items():
            (entry,) = entry_points(group=group, name=name)
            assert entry.value == place
            value = entry.load()
            assert callable(value) or isinstance(value, ModuleType | Plugin)  # a pytest plugin is a module
    assert version(PROJECT["name"]) == PROJECT["version"]


def test_the_gate_calls_lint_and_test() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#!")
    assert "set -euo pipefail" in lines
    assert [line for line in lines if line.startswith("make ")] == ["make lint", "make test"]


def test_make_chat_runs_the_command_that_is_tested() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.split("\nchat:")[1].split("\n\n")[0]
    assert "$(BIN)/chatbot chat $(ARGS)" in recipe


def test_every_dependency_is_pinned_as_it_is_installed() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    pinned = {str(canonicalize_name(pin.name)): str(pin.specifier).removeprefix("==") for pin in pins}
    assert len(pinned) == len(pins)
    installed = _installed_dependencies()
    assert len(installed) > 50  # a walk that stops early would find nothing wrong
    wrong = {name: found for name, found in installed.items() if pinned.get(name) != found}
    assert wrong == {}, f"constraints.txt says otherwise: { {name: pinned.get(name) for name in wrong} }"
    assert {canonicalize_name(needed.name) for needed in _direct()} <= {*pinned, PROJECT["name"]}


def _direct() -> list[Requirement]:
    """Return what pyproject.toml asks for, every extra included. The installed metadata may be older than the file."""
    extras: dict[str, list[str]] = PROJECT["optional-dependencies"]
    return [Requirement(line) for lines in (PROJECT["dependencies"], *extras.values()) for line in lines]


def _installed_dependencies() -> dict[str, str]:
    """Return name -> version of every distribution that the project needs, as far as it is installed here."""
    found: dict[str, str] = {}
    waiting = [needed for needed in _direct() if needed.name != PROJECT["name"]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        needed = waiting.pop()
        name = str(canonicalize_name(needed.name))
        key = (name, frozenset(needed.extras))
        if key in seen or name.startswith(OF_THE_PLATFORM):
            continue
        seen.add(key)
        try:
            installed = distribution(name)
        except PackageNotFoundError:  # an extra that is not installed here
            continue
        found[name] = Version(installed.version).public  # torch calls its CPU build 2.13.0+cpu
        for line in installed.requires or ():
            further = Requirement(line)
            if not further.marker or any(further.marker.evaluate({"extra": extra}) for extra in ("", *needed.extras)):
                waiting.append(further)
    return found
