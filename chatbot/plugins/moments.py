"""What plugins do without a message: at the start, at the stop, when somebody is forgotten, and by the clock."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chatbot.errors import Refusal
from chatbot.history.records import Put, Scope
from chatbot.known import Known
from chatbot.plugins.declarations import Hook
from chatbot.plugins.invocation import Invocation
from chatbot.plugins.isolation import FAILED, Isolation
from chatbot.plugins.ledger import Ledger
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.prepared import Prepared
from chatbot.plugins.storage import Storage

if TYPE_CHECKING:
    from chatbot.history.store import History


class Moments:
    """The plugins of a bot, apart from what people say.

    Args:
        now: returns the time in the bot's time zone.
    """

    def __init__(
        self,
        prepared: Prepared,
        isolation: Isolation,
        known: Known,
        history: "History",
        now: Callable[[], datetime],
    ) -> None:
        self._prepared = prepared
        self._isolation = isolation
        self._known = known
        self._history = history
        self._now = now

    async def begin(self, but: Collection[Plugin] = ()) -> tuple[Put, ...]:
        """Let plugins attend the start, all but some; return what they store."""
        return await self._attend(Hook.ON_START, but)

    async def end(self, but: Collection[Plugin] = ()) -> tuple[Put, ...]:
        """Let plugins attend the stop, all but some; return what they store."""
        return await self._attend(Hook.ON_STOP, but)

    async def forget(self, adapter: str, speaker_id: str) -> None:
        """Let plugins remove a person from what is not that person's alone, and store that."""
        # Who is to be forgotten is, however the plugin fares.
        about = {"adapter": adapter, "speaker_id": speaker_id}
        if puts := await self._attend(Hook.ON_FORGET, about=about, anyway=True):
            await self._history.put(*puts)

    async def run_schedule(self, plugin: str, name: str, times: int) -> tuple[Put, ...]:
        """Run what a plugin declared by the clock, as often as it is due; return what it stores."""
        ledger = Ledger(self._known, self._history)
        schedule = self._prepared.schedules.get((plugin, name))
        for _ in range(times if schedule is not None else 0):
            assert schedule is not None
            await self._run(plugin, f"{name}()", ledger, schedule.call, {})
        return ledger.puts

    async def _attend(
        self,
        hook: Hook,
        but: Collection[Plugin] = (),
        about: Mapping[str, object] | None = None,
        *,
        anyway: bool = False,
    ) -> tuple[Put, ...]:
        ledger = Ledger(self._known, self._history)
        for one in self._prepared.hooks(hook):
            if one.plugin not in but:
                await self._run(one.plugin.name, hook, ledger, one.call, about or {}, anyway=anyway)
        return ledger.puts

    async def _run(
        self,
        plugin: str,
        what: str,
        ledger: Ledger,
        call: Invocation,
        about: Mapping[str, object],
        *,
        anyway: bool = False,
    ) -> None:
        """Run something; what it stores counts if it comes to an end."""
        page = ledger.page()
        offered = {
            **about,
            "everywhere": Storage(Scope(plugin), page),
            "now": self._now(),
            "settings": self._prepared.settings.get(plugin),
        }
        try:
            if await self._isolation.run(plugin, what, lambda: call(offered), anyway=anyway) is not FAILED:
                ledger.take_over(page)
        except Refusal as error:  # nobody asked for anything who could be told
            self._isolation.fails(plugin, what, str(error))
