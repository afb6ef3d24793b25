"""Takes over what an author edits while the bot runs. Knows no bot: a new registry is handed to whoever asked for it.

What cannot be used is told, and what ran before runs on. Conversations under way are stored as data, so they go on with
the new code.
"""

import asyncio
import inspect
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from chatbot.config import Settings
from chatbot.errors import ChatbotError, ConfigError
from chatbot.plugins.changes import Change, take_up
from chatbot.plugins.importing import IMPORT_SECONDS
from chatbot.plugins.loader import Discovered, Kind
from chatbot.plugins.registry import Registry

_log = logging.getLogger(__name__)
_PERIOD_SECONDS = 0.5

Stamps: TypeAlias = Mapping[Path, tuple[int, int]]
"""When each file was changed, in nanoseconds, and its size."""


class Reloading:
    """Watches the plugin folder and config.yaml.

    Args:
        settings: with which the bot was started.
        discovered: with which it was started, from ``find_plugins``.
        swap: takes the new registry; may be async.
        tell: takes a Korean sentence for the author.
        settings_again: reads the settings anew when config.yaml changes; without it that takes a restart.
        reserved: as for ``Registry.of``.
        period: seconds between two looks.
        patience: seconds that one plugin may take to import.
    """

    def __init__(
        self,
        settings: Settings,
        discovered: Discovered,
        swap: Callable[[Registry], Any],
        tell: Callable[[str], None],
        *,
        settings_again: Callable[[], Settings] | None = None,
        reserved: Mapping[str, str] | None = None,
        period: float = _PERIOD_SECONDS,
        patience: float = IMPORT_SECONDS,
    ) -> None:
        if discovered.modules is None:
            raise ValueError("nothing to watch: the plugins were given, not found")
        self._settings = settings
        self._discovered = discovered
        self._modules = discovered.modules
        self._swap = swap
        self._tell = tell
        self._settings_again = settings_again
        self._reserved = reserved
        self._period = period
        self._patience = patience
        self._said: set[str] = set()
        file = settings.origins.file
        self._config = file.path.resolve() if file else None
        self._fixed = {
            Path(found.plugin.file).resolve(): found
            for found in discovered.plugins
            if found.kind in (Kind.BUILTIN, Kind.PACKAGE) and found.plugin.file
        }
        self._seen: Stamps = {}
        self._seen = self._stamps()

    async def run(self) -> None:
        """Watch until cancelled."""
        last = self._seen
        while True:
            await asyncio.sleep(self._period)
            stamps = await asyncio.to_thread(self._stamps)
            # Editors write in several steps: what still changes is looked at later.
            if stamps == last and stamps != self._seen:
                before, self._seen = self._seen, stamps
                await self._take_over({path for path in {*before, *stamps} if before.get(path) != stamps.get(path)})
            last = stamps

    def _stamps(self) -> Stamps:
        stamps: dict[Path, tuple[int, int]] = {}
        try:
            files = [file for unit in self._modules.units().values() for file in unit.files()]
        except OSError:  # unreadable for a moment: nothing is gone before we know
            return self._seen
        for file in (*files, *self._fixed, *([self._config] if self._config else [])):
            try:
                status = file.stat()
            except OSError:
                continue
            stamps[file] = status.st_mtime_ns, status.st_size
        return stamps

    async def _take_over(self, changed: set[Path]) -> None:
        for path in sorted(changed & self._fixed.keys()):
            found = self._fixed[path]
            self._tell_once(
                f"'{found.plugin.name}' 플러그인은 {found.kind.value} 플러그인이라, 다시 시작해야 바뀌어요."
            )
        is_configured = self._config in changed and self._reads_config()
        own = {path for path in changed if path.is_relative_to(self._modules.folder) and path not in self._fixed}
        if not own and not is_configured:
            return
        try:
            change = await asyncio.to_thread(take_up, self._discovered, self._settings, own, self._patience)
        except OSError:
            return
        self._discovered = change.discovered
        for problem in change.problems:
            self._tell(f"고친 것을 쓸 수 없어서 하던 대로 있을게요. {self._shown(str(problem))}")
        if change.loaded or change.gone or is_configured:
            await self._hand_over(change)

    async def _hand_over(self, change: Change) -> None:
        try:
            registry = Registry.of(self._discovered, self._settings, self._reserved)
        except ConfigError as error:
            self._tell(f"고친 것을 쓸 수 없어서 하던 대로 있을게요. {error}")
            return
        try:
            swapped = self._swap(registry)
            if inspect.isawaitable(swapped):
                await swapped
        except ChatbotError as error:
            self._tell(f"고친 것을 쓸 수 없어서 하던 대로 있을게요. {error}")
            return
        except Exception as error:  # whatever it is, the author goes on editing
            _log.exception("the plugins could not be swapped")
            self._tell(f"플러그인을 바꾸다가 오류가 났어요 ({type(error).__name__}). 다시 시작해 주세요.")
            return
        parts = [", ".join(change.loaded)] if change.loaded else []
        parts += [f"{', '.join(change.gone)} (없앰)"] if change.gone else []
        self._tell(f"플러그인을 다시 불러왔어요: {', '.join(parts)}" if parts else "플러그인의 설정을 다시 읽었어요.")

    def _reads_config(self) -> bool:
        """Read config.yaml; return whether the plugins are to be seen in another light."""
        if self._config not in self._seen:
            self._tell_once("설정 파일이 없어졌어요. 읽어 둔 설정으로 계속할게요.")
            return False
        if self._settings_again is None:
            self._tell_once("설정은 다시 시작해야 바뀌어요.")
            return False
        try:
            settings = self._settings_again()
        except ConfigError as error:
            self._tell(f"고친 설정을 쓸 수 없어서 하던 대로 있을게요. {error}")
            return False
        others = {"plugins"}
        if settings.model_dump(exclude=others) != self._settings.model_dump(exclude=others):
            self._tell_once("plugins 말고 다른 설정은 다시 시작해야 바뀌어요.")
        if settings.plugin_folder != self._settings.plugin_folder:
            self._tell_once("plugins.folder는 다시 시작해야 바뀌어요.")
        is_other = settings.plugins != self._settings.plugins
        self._settings = settings
        return is_other

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._tell(sentence)

    def _shown(self, line: str) -> str:
        return line.replace(f"{self._settings.folder}/", "")
