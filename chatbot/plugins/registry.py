"""The plugins that are on, under the names and with the settings that the owner gave them. Runs nothing."""

from collections.abc import Mapping

from pydantic import BaseModel

from chatbot.config import Settings, folded
from chatbot.errors import PluginConflict
from chatbot.plugins.conflicts import Wish, command_conflicts, plugin_conflicts
from chatbot.plugins.declarations import (
    CommandDeclaration,
    ConversationDeclaration,
    Handler,
    Hook,
    MatcherDeclaration,
    ScheduleDeclaration,
)
from chatbot.plugins.loader import Discovered, Found
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.sections import Sections


class Registry:
    """What the bot asks its plugins for. Everything is in the order of the plugins, then of declaring."""

    def __init__(
        self,
        found: tuple[Found, ...],
        commands: Mapping[str, tuple[CommandDeclaration, ...]],
        settings: Mapping[str, BaseModel | None],
    ) -> None:
        self.found = found
        self.plugins: tuple[Plugin, ...] = tuple(one.plugin for one in found)
        self.commands: tuple[tuple[str, CommandDeclaration], ...] = tuple(
            (plugin.name, command) for plugin in self.plugins for command in commands[plugin.name]
        )
        self._by_name = {plugin.name: plugin for plugin in self.plugins}
        self._settings = dict(settings)

    @classmethod
    def of(cls, discovered: Discovered, settings: Settings, reserved: Mapping[str, str] | None = None) -> "Registry":
        """Return the plugins that are on.

        Args:
            reserved: command names that no plugin may have, each with its owner, who is named in the sentence.

        Raises:
            ConfigError: config.yaml says something of a plugin that cannot be; a line for each mistake.
            PluginConflict: two plugins, or a plugin and the framework, want the same name; a line for each.
        """
        sections = Sections(settings)
        every = discovered.plugins
        if not discovered.problems:  # else who knows what the broken ones would be called
            sources = {one.source for one in discovered.loaded} | discovered.passed_over
            sections.check_names([one.plugin for one in every], sources)
        found = tuple(one for one in every if sections.is_on(one.plugin, one.source))
        if lines := plugin_conflicts(found, settings):
            raise PluginConflict("\n".join(lines))
        plugins = [one.plugin for one in found]
        commands = {plugin.name: sections.commands(plugin) for plugin in plugins}
        values = {plugin.name: sections.settings(plugin) for plugin in plugins}
        sections.raise_mistakes()
        wishes = [
            Wish(one, command, name, declared.names[index])
            for one in found
            for declared, command in zip(one.plugin.commands, commands[one.plugin.name], strict=True)
            for index, name in enumerate(command.names)
        ]
        keys = {plugin.name: sections.key(plugin.name) for plugin in plugins}
        if lines := command_conflicts(wishes, reserved or {}, settings, keys):
            raise PluginConflict("\n".join(lines))
        return cls(found, commands, values)

    def plugin(self, name: str) -> Plugin | None:
        """Return the plugin of a name, in whatever case; ``None`` where none is on."""
        return self._by_name.get(name) or next((one for one in self.plugins if folded(one.name) == folded(name)), None)

    def settings_of(self, name: str) -> BaseModel | None:
        """Return a plugin's settings; ``None`` for a plugin that takes none."""
        return self._settings.get(name)

    @property
    def matchers(self) -> tuple[tuple[str, MatcherDeclaration], ...]:
        """Each matcher with its plugin's name, by priority."""
        declared = [(plugin.name, one) for plugin in self.plugins for one in plugin.matchers]
        return tuple(sorted(declared, key=lambda one: one[1].priority))

    def hooks(self, hook: Hook) -> tuple[tuple[str, Handler], ...]:
        """Return what attends a moment, each with its plugin's name."""
        return tuple((plugin.name, handler) for plugin in self.plugins for handler in plugin.hooks(hook))

    @property
    def schedules(self) -> tuple[tuple[str, ScheduleDeclaration], ...]:
        """What runs by the clock, each with its plugin's name."""
        return tuple((plugin.name, one) for plugin in self.plugins for one in plugin.schedules)

    def conversation(self, plugin: str, name: str) -> ConversationDeclaration | None:
        """Return a conversation; ``None`` for one that is no more, though its state may still be stored."""
        declared = self._by_name[plugin].conversations if plugin in self._by_name else ()
        return next((one for one in declared if one.name == name), None)

    def job(self, plugin: str, name: str) -> Handler | None:
        """Return what runs the jobs of a name; ``None`` where that is no more, though some may still be stored."""
        return self._by_name[plugin].jobs.get(name) if plugin in self._by_name else None
