"""Points discord.py at another server, for tests and proxies. The library keeps both addresses for the whole process."""

from collections.abc import Generator
from contextlib import contextmanager

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

_ORIGINAL = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
_pointed: list[tuple[str, yarl.URL]] = []


@contextmanager
def pointed_at(api_url: str | None, gateway_url: str | None) -> Generator[None]:
    """Have the library use these addresses, the latest ones given, until all who gave some are through with it."""
    if api_url is None and gateway_url is None:
        yield
        return
    base, gateway = _ORIGINAL
    addresses = (api_url.rstrip("/") if api_url else base, yarl.URL(gateway_url) if gateway_url else gateway)
    _pointed.append(addresses)
    _apply()
    try:
        yield
    finally:
        _pointed.remove(addresses)
        _apply()


def _apply() -> None:
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = _pointed[-1] if _pointed else _ORIGINAL
