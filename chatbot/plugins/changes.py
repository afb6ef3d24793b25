"""What becomes of the plugins when files of their folder change: what is imported anew, what is kept, what goes.

Knows nothing of when files change, or of what the bot does with the outcome.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from chatbot.config import Settings, folded
from chatbot.plugins.importing import IMPORT_SECONDS, Problem
from chatbot.plugins.loader import Discovered, Loaded, load_unit
from chatbot.plugins.private_modules import PrivateModules, Unit


@dataclass(frozen=True, slots=True)
class Change:
    """What is there now.

    Attributes:
        loaded: the names of the plugins that were imported.
        gone: the names of those whose files are no more.
        problems: why the others run on as they were.
    """

    discovered: Discovered
    loaded: tuple[str, ...]
    gone: tuple[str, ...]
    problems: tuple[Problem, ...]


def take_up(
    discovered: Discovered, settings: Settings, changed: Collection[Path], patience: float = IMPORT_SECONDS
) -> Change:
    """Import what changed in the folder, and whatever imports that. A file that cannot be used leaves its old code.

    Raises:
        OSError: the folder cannot be read.
    """
    modules = discovered.modules
    assert modules is not None, "these plugins were given, not found"
    now = modules.units()
    before = {one.unit.name: one for one in discovered.loaded if one.unit is not None}
    off = {folded(name) for name in settings.plugins.off}
    wanted = {name for name, unit in now.items() if unit.has_plugins() and (name in before or folded(name) not in off)}
    stale = _with_dependents({_unit_of(path, modules.folder) for path in changed}, now) | (wanted - before.keys())
    old = {name: modules.drop(name) for name in stale}
    after: dict[str, Loaded] = {name: one for name, one in before.items() if name in now}
    loaded: list[str] = []
    problems: list[Problem] = []
    for name in sorted(stale & wanted):
        new = load_unit(modules, now[name], patience)
        problems += new.problems
        if new.problems and name in before and before[name].plugins:
            modules.restore(name, old[name])
            continue
        after[name] = new
        loaded += [found.plugin.name for found in new.plugins]
    _bring_back(modules, old, now)
    gone = [found.plugin.name for name, one in before.items() if name not in now for found in one.plugins]
    fixed = [one for one in discovered.loaded if one.unit is None]
    units = [after[name] for name in sorted(after)]
    passed_over = discovered.passed_over - after.keys()
    changed_to = replace(discovered, loaded=(*fixed, *units), passed_over=passed_over)
    return Change(
        changed_to,
        tuple(dict.fromkeys(loaded)),
        tuple(name for name in gone if name not in loaded),
        tuple(dict.fromkeys(problems)),
    )


def _unit_of(path: Path, folder: Path) -> str:
    top = path.relative_to(folder).parts[0]
    return (top.removesuffix(".py") if path.parent == folder else top).replace(".", "_")


def _with_dependents(names: set[str], units: Mapping[str, Unit]) -> set[str]:
    """Return the units and all that import one of them, directly or not."""
    uses = {name: unit.uses() for name, unit in units.items()}
    found = set(names)
    while more := {name for name, used in uses.items() if used & found} - found:
        found |= more
    return found


def _bring_back(modules: PrivateModules, old: Mapping[str, dict[str, ModuleType]], now: Mapping[str, Unit]) -> None:
    """Give neighbours that nobody imported anew back to the old code that goes on using them."""
    for name, held in old.items():
        if name in now and not modules.holds(name):
            modules.restore(name, held)
