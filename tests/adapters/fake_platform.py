"""``FakeAdapter`` as a platform of the contract suite. It is its own server, so a new process finds the same one."""

import re
from typing import Self

from platforms import Shown

from chatbot.messages import Address, Deleted, Edited, RoomKind
from chatbot.testing import FakeAdapter, Faults


class _Fake(FakeAdapter):
    def fail(self, faults: Faults) -> None:
        self._faults = faults


class FakePlatform:
    """A platform in memory, without buttons."""

    name = "fake"

    def __init__(self) -> None:
        self._adapter = _Fake()
        self._groups: set[str] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to close."""

    def adapter(self) -> FakeAdapter:
        """Return the adapter, which is the platform, too."""
        return self._adapter

    async def say(
        self,
        text: str,
        room: str = "방",
        person: str = "하나",
        *,
        group: bool = False,
        mention: bool = False,
        reply_to: str | None = None,
    ) -> str:
        """Let somebody write a message; return its id."""
        if group:
            self._groups.add(room)
        is_group = room in self._groups
        is_reply = any(one.id == reply_to for one in self._adapter.sent)
        kind = RoomKind.GROUP if is_group else RoomKind.PRIVATE
        said = self._adapter.say(text, room, person, room_kind=kind, mentions_bot=mention, replies_to_bot=is_reply)
        return said.id

    async def edit(self, room: str, id: str, text: str) -> None:
        """Let the author of a message change it."""
        self._adapter.happen(Edited(Address(self.name, room), id, text))

    async def delete(self, room: str, id: str) -> None:
        """Let the author of a message delete it."""
        self._adapter.happen(Deleted(Address(self.name, room), id))

    async def press(self, room: str, label: str, person: str = "하나") -> None:
        """Let somebody type what the line of that label asks for."""
        lines = "\n".join(one.text for one in reversed(self.shown(room))).splitlines()
        pattern = re.compile(rf"(?:\d+\.|-) {re.escape(label)}(?:: (?P<says>.+))?")
        match = next(match for line in lines if (match := pattern.fullmatch(line)))
        await self.say(match["says"] or label, room, person)

    def shown(self, room: str = "방") -> list[Shown]:
        """Return what the bot wrote in a room."""
        sent = (one for one in self._adapter.sent if one.to.room == room)
        return [Shown(one.id, one.message.text, (), one.message.reply_to) for one in sent]

    def fail(self, **faults: float) -> None:
        """Let things go wrong from now on."""
        self._adapter.fail(
            Faults(
                duplicate=faults.get("duplicate", 0),
                reorder=faults.get("reorder", 0),
                delay=faults.get("delay", 0),
                too_many=faults.get("too_many", 0),
                fail=max(faults.get("drop", 0), faults.get("error", 0)),
                fail_after=faults.get("drop_after", 0),
            )
        )
