"""What people do beyond writing: slash commands, buttons, menus, and suggestions while they type a command."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import discord

from adapters.discord.answers import Interaction
from adapters.discord.choices import said_by, switched_off
from adapters.discord.commands import SlashCommands
from adapters.discord.failures import FAILURES
from adapters.discord.reading import PRESS, SLASH, address_of, may_administer, speaker_of
from chatbot.messages import Incoming, RoomKind


@dataclass(frozen=True, slots=True)
class Pressed:
    """A choice that somebody took. ``is_settled``: nobody else is to take one of the same message."""

    message: Incoming
    is_settled: bool


def used(interaction: Interaction, commands: SlashCommands) -> Incoming | None:
    """Return a slash command as the message that somebody might have written instead."""
    return _incoming(interaction, f"{SLASH}{interaction.id}", commands.text(_data(interaction)))


def pressed(interaction: Interaction) -> Pressed | None:
    """Return the choice that somebody took; ``None`` if the component is none of ours."""
    words, asked = said_by(_data(interaction)), interaction.message
    if words is None or asked is None:
        return None
    message = _incoming(interaction, f"{PRESS}{interaction.id}:{asked.id}", words)
    if message is None:
        return None
    # In a group a question is for whom it answers, and a command, such as a vote, is for everybody.
    is_settled = interaction.guild_id is None or (not words.startswith("/") and _is_theirs(interaction, asked))
    return Pressed(message, is_settled)


async def show_pressed(interaction: Interaction, press: Pressed | None) -> None:
    """Tell Discord that a press was heard, and switch the components off if that settles the question."""
    try:
        if press is not None and press.is_settled and interaction.message is not None:
            view = switched_off(interaction.message, _data(interaction))
            await interaction.response.edit_message(view=view)
        else:
            await interaction.response.defer()
    except FAILURES:  # too late: the press itself counts all the same
        return


async def suggest(interaction: Interaction, commands: SlashCommands) -> None:
    """Suggest what a parameter that somebody is writing may become."""
    suggestion = commands.suggestion(_data(interaction))
    best = suggestion.best if suggestion is not None else []
    try:
        await interaction.response.autocomplete([discord.app_commands.Choice(name=one, value=one) for one in best])
    except FAILURES:  # they typed on
        return


def _incoming(interaction: Interaction, id: str, text: str) -> Incoming | None:
    if interaction.channel_id is None:
        return None
    is_private = interaction.guild_id is None
    return Incoming(
        address_of(interaction.channel_id),
        id,
        speaker_of(interaction.user),
        text,
        interaction.created_at,
        RoomKind.PRIVATE if is_private else RoomKind.GROUP,
        replies_to_bot=True,
        from_admin=not is_private and may_administer(interaction.permissions),
    )


def _is_theirs(interaction: Interaction, asked: discord.Message) -> bool:
    answered = asked.reference.resolved if asked.reference is not None else None
    return not isinstance(answered, discord.Message) or answered.author.id == interaction.user.id


def _data(interaction: Interaction) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", interaction.data or {"name": ""})
