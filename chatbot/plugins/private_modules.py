"""Modules of the owner's plugin folder, under private names: they shadow nothing, and can be thrown away and had afresh.

A file ``random.py`` is imported as ``chatbot_plugins_1a2b3c4d.random``; relative imports in it find its neighbours.
"""

import ast
import hashlib
import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, ModuleSpec
from importlib.machinery import SourceFileLoader as _SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

PREFIX = "chatbot_plugins_"
_INIT = "__init__.py"
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Unit:
    """A file or package of the folder, imported and thrown away as a whole."""

    name: str
    path: Path
    is_package: bool

    @classmethod
    def of(cls, path: Path) -> "Unit":
        """Return the unit of a file or folder; a dot in its name would be read as a package's."""
        is_package = path.is_dir()
        return cls((path.name if is_package else path.stem).replace(".", "_"), path, is_package)

    @property
    def file(self) -> Path:
        """The file that is run first."""
        return self.path / _INIT if self.is_package else self.path

    def files(self) -> list[Path]:
        """Return its source files as they are now."""
        return sorted(self.path.rglob("*.py")) if self.is_package else [self.path]

    def has_plugins(self) -> bool:
        """Tell whether plugins are looked for in it: not in tests, nor in what neighbours alone import."""
        is_test = self.name in ("conftest", "tests") or self.name.startswith("test_") or self.name.endswith("_test")
        return not is_test and not self.name.startswith("_")

    def uses(self) -> set[str]:
        """Return the names of the units that its sources import."""
        root = self.path.parent
        return {name for file in self.files() for name in _neighbours(file, root)} - {self.name}


class PrivateModules:
    """The modules of one folder, apart from those of any other look at the same folder."""

    def __init__(self, folder: Path) -> None:
        digest = hashlib.sha256(f"{folder}#{next(_numbers)}".encode("utf-8", "surrogateescape")).hexdigest()
        self.name = PREFIX + digest[:8]
        self.folder = folder

    def units(self) -> dict[str, Unit]:
        """Return what may be imported from the folder now, by name; a package wins over a file of its name.

        Raises:
            OSError: the folder cannot be read.
        """
        if not self.folder.is_dir():
            return {}
        paths = [path for path in self.folder.iterdir() if not path.name.startswith(".")]
        files = [path for path in paths if path.suffix == ".py" and path.is_file()]
        packages = [path for path in paths if (path / _INIT).is_file()]
        found = {unit.name: unit for unit in map(Unit.of, [*files, *packages])}
        return dict(sorted(found.items()))

    def load(self, unit: Unit) -> ModuleType:
        """Import a unit unless that has been done; raises whatever its code raises."""
        name = f"{self.name}.{unit.name}"
        if name in sys.modules:
            return sys.modules[name]
        self._stand()
        file = str(unit.file)
        loader = _SourceLoader(name, file)
        inside = [str(unit.path)] if unit.is_package else None
        spec = spec_from_file_location(name, file, loader=loader, submodule_search_locations=inside)
        assert spec is not None
        module = module_from_spec(spec)
        sys.modules[name] = module
        # Not through importlib.import_module: whoever hangs in there holds a lock that the next try would wait for.
        try:
            loader.exec_module(module)
        except BaseException:
            if sys.modules.get(name) is module:
                self.drop(unit.name)
            raise
        return module

    def holds(self, unit: str) -> bool:
        """Tell whether a unit is imported."""
        return f"{self.name}.{unit}" in sys.modules

    def drop(self, unit: str) -> dict[str, ModuleType]:
        """Take a unit's modules out of ``sys.modules``; return them, for ``restore``."""
        name = f"{self.name}.{unit}"
        taken = [held for held in sys.modules if held == name or held.startswith(f"{name}.")]
        return {held: sys.modules.pop(held) for held in taken}

    def restore(self, unit: str, modules: dict[str, ModuleType]) -> None:
        """Put modules back, so that what they import later finds them."""
        self.drop(unit)
        sys.modules.update(modules)

    def _stand(self) -> None:
        if _Finder not in sys.meta_path:
            sys.meta_path.insert(0, _Finder)
        if self.name not in sys.modules:
            package = ModuleType(self.name, "The plugin folder.")
            package.__path__ = [str(self.folder)]
            sys.modules[self.name] = package


class _SourceLoader(_SourceFileLoader):
    """Reads sources only. Bytecode is told stale by whole seconds and sizes: too coarse for "1" edited to "2"."""

    def path_stats(self, path: str) -> dict[str, float]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Raise OSError, which makes the machinery neither read nor write bytecode."""
        raise OSError(path)


class _Finder:
    """Finds private modules; a fresh look at the folder each time, as files come and go."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return where a private module is, ``None`` for any other."""
        if not name.startswith(PREFIX) or path is None:
            return None
        loaders = ((ExtensionFileLoader, EXTENSION_SUFFIXES), (_SourceLoader, SOURCE_SUFFIXES))
        found = (FileFinder(entry, *loaders).find_spec(name) for entry in path)
        return next((spec for spec in found if spec is not None), None)


def _neighbours(file: Path, root: Path) -> Iterator[str]:
    """Yield the units that a source's relative imports lead to; a source that cannot be read has none."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    depth = len(file.relative_to(root).parts)  # how many dots lead out of the unit
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            yield from [node.module.partition(".")[0]] if node.module else [alias.name for alias in node.names]
