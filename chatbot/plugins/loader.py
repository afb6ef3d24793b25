"""Finds plugins: those that installed packages register, and those in the owner's folder. A broken one stops no other.

Knows nothing of what the owner set for them; that is the registry's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from chatbot.config import Settings, folded
from chatbot.errors import ConfigError
from chatbot.plugins.importing import IMPORT_SECONDS, Problem, guarded, plugins_in, unusable
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.private_modules import PrivateModules, Unit

GROUP = "chatbot.plugins"
_BUILTIN = "chatbot.builtin"
_DEFAULT_FOLDER = "plugins"


class Kind(StrEnum):
    """Where a plugin comes from."""

    BUILTIN = "내장"
    PACKAGE = "패키지"
    FOLDER = "폴더"
    GIVEN = "직접"


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin, and where it was found.

    Attributes:
        source: the entry point's name, or that of the file or package in the folder.
        distribution: the installed package, where it comes from one.
        is_own: whether it is declared there, not imported from elsewhere.
    """

    plugin: Plugin
    kind: Kind
    source: str
    distribution: str = ""
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of one entry point, file or package.

    Attributes:
        unit: of the folder; ``None`` for an entry point.
        seconds: how long its import took.
    """

    source: str
    file: str
    plugins: tuple[Found, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Discovered:
    """All that was found.

    Attributes:
        loaded: one for each entry point, file and package, in order.
        passed_over: the names of those that the owner switched off, which were not imported.
        modules: the folder's, for what reloads them.
    """

    loaded: tuple[Loaded, ...] = ()
    passed_over: frozenset[str] = frozenset()
    modules: PrivateModules | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, *plugins: Plugin) -> "Discovered":
        """Return plugins that are given, instead of found."""
        found = (Found(plugin, Kind.GIVEN, plugin.name) for plugin in plugins)
        return cls(tuple(Loaded(one.source, one.plugin.file or "", (one,)) for one in found))

    @property
    def plugins(self) -> tuple[Found, ...]:
        """The plugins, once each: built-in ones, those of packages, those of the folder."""
        found = [one for loaded in self.loaded for one in loaded.plugins]
        # A file that imports a neighbour's plugin, to add to it, does not make it its own.
        chosen = {id(one.plugin): one for one in sorted(found, key=lambda one: one.is_own)}
        return tuple(one for one in found if chosen[id(one.plugin)] is one)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why the others are not there, once each: a mistake in a shared file stops all that import it."""
        return tuple(dict.fromkeys(problem for loaded in self.loaded for problem in loaded.problems))


def find_plugins(settings: Settings, builtin: bool = True, patience: float = IMPORT_SECONDS) -> Discovered:
    """Import every plugin there is; takes as long as their imports do, so call it in a thread.

    Args:
        builtin: whether to look for those we ship.
        patience: seconds that one may take to import.

    Raises:
        ConfigError: config.yaml names a folder that is not there.
    """
    off = {folded(name) for name in settings.plugins.off}
    passed_over: set[str] = set()
    loaded: list[Loaded] = []
    for entry in _entries(builtin):
        if folded(entry.name) in off:
            passed_over.add(entry.name)
        else:
            loaded.append(load_entry(entry, patience))
    modules = PrivateModules(_checked(settings))
    for unit in units(modules, settings).values():
        if folded(unit.name) in off:
            passed_over.add(unit.name)
        elif unit.has_plugins():
            loaded.append(load_unit(modules, unit, patience))
    return Discovered(tuple(loaded), frozenset(passed_over), modules)


def units(modules: PrivateModules, settings: Settings) -> dict[str, Unit]:
    """Return what lies in the plugin folder.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return modules.units()
    except OSError as error:
        place = settings.origins.where(("plugins", "folder"))
        raise ConfigError(f"{place}: {modules.folder} 폴더를 읽을 수 없어요. 권한을 확인해 주세요.") from error


def load_path(path: Path, patience: float = IMPORT_SECONDS) -> Discovered:
    """Import one file, one package, or each of a folder that is no package, wherever it lies."""
    path = path.resolve()
    is_folder = path.is_dir() and not (path / "__init__.py").is_file()
    modules = PrivateModules(path if is_folder else path.parent)
    chosen = modules.units().values() if is_folder else [Unit.of(path)]
    loaded = tuple(load_unit(modules, unit, patience) for unit in chosen if unit.has_plugins() or not is_folder)
    return Discovered(loaded, modules=modules)


def load_unit(modules: PrivateModules, unit: Unit, patience: float = IMPORT_SECONDS) -> Loaded:
    """Import a file or package of the folder."""
    imported = guarded(lambda: modules.load(unit), str(unit.file), modules.folder, patience)
    if imported.result is None:
        modules.drop(unit.name)
        problems = (imported.problem,) if imported.problem else ()
        return Loaded(unit.name, str(unit.file), (), problems, imported.seconds, unit)
    found = [
        Found(plugin, Kind.FOLDER, unit.name, is_own=Path(plugin.file or "").is_relative_to(unit.path))
        for plugin in plugins_in(imported.result)
    ]
    return _usable(unit.name, str(unit.file), found, imported.seconds, unit)


def load_entry(entry: EntryPoint, patience: float = IMPORT_SECONDS) -> Loaded:
    """Import what a package registered: a plugin, or a module that holds some."""
    distribution = entry.dist.name if entry.dist else ""
    found_file, inside = _place_of(entry)
    file = found_file or distribution or entry.module
    imported = guarded(lambda: import_module(entry.module), file, inside, patience)
    if imported.result is None:
        problems = (imported.problem,) if imported.problem else ()
        return Loaded(entry.name, file, (), problems, imported.seconds)
    held: object = imported.result
    for name in entry.attr.split(".") if entry.attr else ():
        held = getattr(held, name, None)
    plugins = plugins_in(held) if isinstance(held, ModuleType) else [held] if isinstance(held, Plugin) else []
    kind = Kind.BUILTIN if _is_ours(entry) else Kind.PACKAGE
    found = [Found(plugin, kind, entry.name, distribution) for plugin in plugins]
    if not found:
        problem = Problem(file, None, f"등록한 {entry.value}에 플러그인이 없어요.")
        return Loaded(entry.name, file, (), (problem,), imported.seconds)
    return _usable(entry.name, file, found, imported.seconds, None)


def _usable(source: str, file: str, found: Iterable[Found], seconds: float, unit: Unit | None) -> Loaded:
    """Return the plugins that can be used, and problems for the others, or for there being none."""
    found = list(found)
    problems = {id(one.plugin): problem for one in found if (problem := unusable(one.plugin))}
    if not found:
        sentence = '플러그인이 없어요. `plugin = Plugin("이름")`을 적거나, 함께 쓰는 파일이면 이름을 _로 시작해 주세요.'
        return Loaded(source, file, (), (Problem(file, None, sentence),), seconds, unit)
    usable = tuple(one for one in found if id(one.plugin) not in problems)
    return Loaded(source, file, usable, tuple(problems.values()), seconds, unit)


def _entries(builtin: bool) -> Iterator[EntryPoint]:
    """Yield the entry points, once each: an editable installation may be listed twice."""
    entries = {(entry.name, entry.value): entry for entry in entry_points(group=GROUP)}.values()
    ours = [entry for entry in entries if _is_ours(entry)]
    others = [entry for entry in entries if not _is_ours(entry)]
    yield from ours if builtin else ()
    yield from sorted(others, key=lambda entry: (entry.dist.name if entry.dist else "", entry.name))


def _is_ours(entry: EntryPoint) -> bool:
    return entry.module.startswith(f"{_BUILTIN}.")


def _place_of(entry: EntryPoint) -> tuple[str | None, Path]:
    """Return the file of an entry point's module, and the file or folder of all that belongs to it.

    Only the top package is looked up: looking further would import some of it.
    """
    top, *below = entry.module.split(".")
    spec = find_spec(top)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if spec is None or not folders:
        return (spec.origin if spec else None), Path(spec.origin or top if spec else top)
    for folder in folders:
        path = Path(folder, *below)
        for file in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
            if file.is_file():
                return str(file), Path(folder)
    return None, Path(folders[0])


def _checked(settings: Settings) -> Path:
    folder = settings.plugin_folder
    if not folder.is_dir() and folder != settings.folder / _DEFAULT_FOLDER:
        place = settings.origins.where(("plugins", "folder"))
        raise ConfigError(f"{place}: plugins.folder의 {folder} 폴더가 없어요. 폴더를 만들거나 경로를 고쳐 주세요.")
    return folder
