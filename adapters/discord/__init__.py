"""Discord as a platform: channels, threads and private chats, with slash commands, buttons and menus.

``import discord`` in here is the library: imports are absolute.
"""

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.commands import CommandSpec, ParameterSpec
from adapters.discord.seen import Seen, SeenFile

__all__ = ["CommandSpec", "DiscordAdapter", "ParameterSpec", "Seen", "SeenFile"]
