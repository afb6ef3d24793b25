"""What config.yaml says of each plugin, held against what the plugin declares: settings, new names, whether it is on.

Knows nothing of other plugins; whether two want the same name is told in ``conflicts``.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError

from chatbot.config import PluginSection, Settings, folded
from chatbot.errors import ConfigError, PluginError
from chatbot.mistakes import describe, unknown_keys
from chatbot.plugins.command_table import name_words
from chatbot.plugins.declarations import CommandDeclaration
from chatbot.plugins.plugin import Plugin

_SECTION = "plugins"
_COMMON = ("enabled", "rename")
_LISTED = 12


class Sections:
    """The owner's word on the plugins. Mistakes are collected, so that all are told at once.

    Attributes:
        mistakes: a Korean line each, beginning with the place in config.yaml.
    """

    def __init__(self, settings: Settings) -> None:
        self.mistakes: list[str] = []
        self._settings = settings
        self._written = {folded(name): name for name in settings.plugins.sections}

    def key(self, plugin: str) -> str:
        """Return the plugin's name as the config file has it."""
        return self._written.get(folded(plugin), plugin)

    def check_names(self, plugins: Sequence[Plugin], others: AbstractSet[str]) -> None:
        """Look for words on plugins that do not exist.

        Args:
            others: names that may stand in ``off`` besides those of plugins.
        """
        known = {folded(plugin.name): plugin.name for plugin in plugins}
        files = {folded(name) for name in others}
        for name in self._settings.plugins.sections:
            if folded(name) not in known and folded(name) not in files:
                self._mistake((name,), f"'{name}' 플러그인은 없어요. {_nearest(name, known)}")
        for index, name in enumerate(self._settings.plugins.off):
            if folded(name) not in known and folded(name) not in files:
                self._mistake(("off", index), f"끄려는 '{name}' 플러그인이 없어요. {_nearest(name, known)}")

    def is_on(self, plugin: Plugin, source: str) -> bool:
        """Tell whether the owner lets a plugin run; ``source`` is the name of its file or entry point."""
        off = {folded(name) for name in self._settings.plugins.off}
        return off.isdisjoint({folded(plugin.name), folded(source)}) and self._of(plugin).enabled

    def commands(self, plugin: Plugin) -> tuple[CommandDeclaration, ...]:
        """Return a plugin's commands under the names that the owner gave them."""
        given = self._of(plugin).rename
        wanted: dict[tuple[str, ...], tuple[str, str]] = {}
        for old, new in given.items():
            shown = new.strip().removeprefix("/")
            if not can_be_declared(shown):
                sentence = f"{new!r}은 명령 이름으로 쓸 수 없어요. / 없이 세 낱말까지 적어 주세요."
                self._mistake((self.key(plugin.name), "rename", old), sentence)
            else:
                wanted[name_words(old.strip().removeprefix("/"))] = old, shown
        used: set[str] = set()
        renamed = tuple(
            replace(one, names=tuple(_renamed(name, wanted, used) for name in one.names)) for one in plugin.commands
        )
        for old in given:
            if old not in used and any(old == one for one, _ in wanted.values()):
                names = {name: name for one in plugin.commands for name in one.names}
                sentence = f"'{plugin.name}' 플러그인에 '/{old}' 명령은 없어요. {_nearest(old, names, '/')}"
                self._mistake((self.key(plugin.name), "rename", old), sentence)
        return renamed

    def settings(self, plugin: Plugin) -> BaseModel | None:
        """Return a plugin's settings, ``None`` for a plugin that takes none, and where there is a mistake in them."""
        kind, own = plugin.settings_type, self._of(plugin).own
        under = (_SECTION, self.key(plugin.name))
        if kind is None:
            for key in own:
                sentence = f"이 플러그인에 '{key}' 설정은 없어요. 여기에 쓸 수 있는 항목: {', '.join(_COMMON)}"
                self._mistake((self.key(plugin.name), key), sentence)
            return None
        unknown = unknown_keys(own, kind, under, _COMMON)
        for path, sentence in unknown:
            self._mistake(path[1:], sentence)
        try:
            settings = kind.model_validate(_split(own, kind))
        except ValidationError as error:
            told = describe(error, kind, self._settings.origins.where, under).splitlines()
            # A model that forbids other keys finds them, too.
            self.mistakes += [line for line in told if line not in self.mistakes]
            return None
        return None if unknown else settings

    def _of(self, plugin: Plugin) -> PluginSection:
        return self._settings.plugins.sections.get(self.key(plugin.name)) or PluginSection()

    def _mistake(self, keys: Sequence[str | int], sentence: str) -> None:
        line = f"{self._settings.origins.where((_SECTION, *keys))}: {sentence}"
        if line not in self.mistakes:
            self.mistakes.append(line)

    def raise_mistakes(self) -> None:
        """Raise what was found.

        Raises:
            ConfigError: something was.
        """
        if self.mistakes:
            raise ConfigError("\n".join(self.mistakes))


def can_be_declared(name: str) -> bool:
    """Tell whether a command may have a name."""
    try:
        Plugin("이름").command(name)(can_be_declared)
    except PluginError:
        return False
    return True


def _renamed(name: str, wanted: Mapping[tuple[str, ...], tuple[str, str]], used: set[str]) -> str:
    """Return a command's name as the owner wants it; a group's new name counts for all of its members."""
    words = name_words(name)
    for length in range(len(words), 0, -1):
        if words[:length] in wanted:
            old, new = wanted[words[:length]]
            used.add(old)
            return " ".join([new, *name.split()[length:]])
    return name


def _nearest(name: str, known: Mapping[str, str], before: str = "") -> str:
    jamo = {_jamo(one): one for one in known.values()}  # one wrong vowel is one wrong letter, not a wrong syllable
    near = get_close_matches(_jamo(name), jamo, n=1, cutoff=0.7)
    if near:
        return f"혹시 {before}{jamo[near[0]]} 아닌가요?"
    if not known:
        return "지금은 하나도 없어요."
    listed = ", ".join(f"{before}{one}" for one in list(known.values())[:_LISTED])
    return f"지금 있는 것: {listed}{' ...' if len(known) > _LISTED else ''}"


def _jamo(name: str) -> str:
    return unicodedata.normalize("NFD", folded(name))


def _split(own: Mapping[str, Any], kind: type[BaseModel]) -> dict[str, Any]:
    """Return the values with lists made of one-line texts, as environment variables have them."""
    values = dict(own)
    for key, value in own.items():
        field = kind.model_fields.get(key)
        if field is None or not isinstance(value, str | None):
            continue
        is_list = get_origin(field.annotation) in (list, tuple, set, frozenset)
        if is_list and value is None:
            values[key] = ()
        elif is_list and isinstance(value, str):
            parts = [part.strip() for part in value.split(",") if part.strip()]
            values[key] = parts
    return values
