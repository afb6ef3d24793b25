"""Publishes slash commands, if what is published is not just that. Discord limits how often they may be changed."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord.http import Route

from adapters.discord.commands import Payload, SlashCommands

_log = logging.getLogger(__name__)
_COMPARED = (
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "required",
    "autocomplete",
    "value",
    "contexts",
)
_SLASH = 1


async def publish(client: discord.Client, commands: SlashCommands) -> bool:
    """Publish commands; return whether there was anything to change.

    Raises:
        HTTPException: Discord does not take them.
    """
    assert client.application_id is not None
    # The library's own call does not ask for names in other languages, so every comparison would find a difference.
    route = Route("GET", "/applications/{application_id}/commands", application_id=client.application_id)
    there: list[Payload] = await client.http.request(route, params={"with_localizations": "true"})
    wanted = commands.payload()
    if commands.left_out:
        _log.warning("%d commands have no place among Discord's slash commands", commands.left_out)
    ours = [one for one in there if one.get("type", _SLASH) == _SLASH]
    others = [one for one in there if one.get("type", _SLASH) != _SLASH]  # of menus and activities: not our business
    if _by_name(ours) == _by_name(wanted):
        return False
    await client.http.bulk_upsert_global_commands(client.application_id, [*wanted, *others])
    _log.info("%d slash commands were published", len(wanted))
    return True


def _by_name(commands: Sequence[Mapping[str, Any]]) -> dict[str, Payload]:
    return {one["name"]: _compared(one) for one in commands}


def _compared(given: Mapping[str, Any]) -> Payload:
    """Return what matters of a command, an option or a choice; what is absent and what is empty are the same."""
    compared = {key: given[key] for key in _COMPARED if given.get(key)}
    for key in ("options", "choices"):
        if given.get(key):
            compared[key] = [_compared(one) for one in given[key]]
    return compared
