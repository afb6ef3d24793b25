"""A Discord for the tests: gateway and REST API over real HTTP and WebSocket on loopback. Knows nothing of our adapter.

What it refuses, it refuses with Discord's own codes; what goes wrong on the way is up to ``Faults``.

Source: https://discord.com/developers/docs (API v10).
"""

from discord_server.faults import Faults
from discord_server.server import DiscordServer
from discord_server.world import Permission, World

__all__ = ["DiscordServer", "Faults", "Permission", "World"]
