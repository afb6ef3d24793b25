"""Interactions that wait for their answer: each was put off at once, as Discord waits three seconds, and has 15 minutes.

What they are is kept in memory alone. After a restart, or when the time is over, answers are ordinary messages.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord

from adapters.discord.failures import FAILURES
from adapters.discord.posting import PINGS, Part
from chatbot.adapter import Receipt

Interaction: TypeAlias = "discord.Interaction[Any]"
_UNKNOWN = (10008, 10015, 10062, 50027)
"""Unknown message, webhook or interaction; a token that is not valid any more."""


@dataclass(slots=True, eq=False)
class Open:
    """An interaction that was put off.

    Attributes:
        deferred: whether Discord took the putting off.
        nonce: of the message that answered it, which may be sent again.
    """

    interaction: Interaction
    deferred: "asyncio.Task[bool]"
    nonce: str | None = None


class Answers:
    """The interactions that wait for an answer, by their ids."""

    def __init__(self) -> None:
        self._open: dict[str, Open] = {}

    def defer(self, id: str, interaction: Interaction) -> "asyncio.Task[bool]":
        """Put an answer off: people see that the bot is thinking."""
        for old in [key for key, one in self._open.items() if one.interaction.is_expired()]:
            del self._open[old]
        task = asyncio.create_task(_defer(interaction))
        self._open[id] = Open(interaction, task)
        return task

    async def give(self, id: str | None, part: Part) -> str | None:
        """Give an answer in an interaction's own place; return its id, ``None`` where it must be an ordinary message.

        Raises:
            HTTPException: Discord does not take it.
        """
        waiting = self._open.get(id or "")
        if waiting is None or waiting.nonce not in (None, part.nonce) or not await asyncio.shield(waiting.deferred):
            return None
        if waiting.interaction.is_expired():
            return None
        waiting.nonce = part.nonce
        file, view = part.file, part.view
        try:
            message = await waiting.interaction.edit_original_response(
                content=part.text or None,
                attachments=[] if file is None else [file],
                view=view,
                allowed_mentions=PINGS,
            )
        except discord.HTTPException as error:
            if error.code not in _UNKNOWN:
                raise
            return None
        return f"{message.id}"

    async def follow_up(self, id: str | None, part: Part) -> str | None:
        """Say more where the bot may not write ordinary messages; return its id, ``None`` if this cannot be done either.

        Raises:
            HTTPException: Discord does not take it.
        """
        waiting = self._open.get(id or "")
        if waiting is None or waiting.interaction.is_expired():
            return None
        file, view = part.file, part.view
        message = await waiting.interaction.followup.send(
            part.text,
            allowed_mentions=PINGS,
            wait=True,
            file=file if file is not None else discord.utils.MISSING,
            view=view if view is not None else discord.utils.MISSING,
        )
        return f"{message.id}"

    async def withdraw(self, id: str, receipt: Receipt) -> None:
        """Wait until an interaction is answered; if there is no answer to it, stop thinking."""
        waiting = self._open[id]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_left(waiting.interaction)):
                await receipt.answered()
                await asyncio.shield(waiting.deferred)
                if waiting.nonce is None:
                    with contextlib.suppress(*FAILURES):
                        await waiting.interaction.delete_original_response()


async def _defer(interaction: Interaction) -> bool:
    try:
        await interaction.response.defer(thinking=True)
    except FAILURES:  # too late, or it did not get through: the answer is an ordinary message
        return False
    return True


def _left(interaction: Interaction) -> float:
    """Return how many seconds an interaction can still be answered."""
    return max(0.0, (interaction.expires_at - discord.utils.utcnow()).total_seconds())
