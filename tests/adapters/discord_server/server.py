"""The REST API and the server around both: messages, typing, commands, interactions, rate limits. Errors are Discord's."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Self, cast

from aiohttp import web

from discord_server.faults import Chance, Faults
from discord_server.gateway import Gateway
from discord_server.interactions import Interactions, given_in
from discord_server.world import Object, Refused, World

_TOKEN = "MTExMTExMTExMTExMTExMTEx.GAbCdE.abcdefghijklmnopqrstuvwxyz0123456789AB"
_MOST_MESSAGES = 100

Handler = Callable[[web.Request], Awaitable[Any]]


class DiscordServer:
    """Discord on a port of this machine's; entering it opens the port, leaving it ends every connection.

    Attributes:
        bucket: how many messages may be posted to a channel in how many seconds.
    """

    def __init__(self, token: str = _TOKEN) -> None:
        self.world = World(token)
        self.chance = Chance()
        self.gateway = Gateway(self.world, self.chance)
        self.interactions = Interactions(self.world, self.gateway)
        self.bucket: tuple[int, float] = (10_000, 1.0)
        self.api_url = ""
        self._used: dict[str, tuple[float, int]] = {}
        self._runner: web.AppRunner | None = None

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def gateway_url(self) -> str:
        """Where the gateway is."""
        return self.gateway.url

    def fail(self, **faults: float) -> None:
        """Let things go wrong from now on; what is not named works."""
        self.chance.faults = replace(Faults(), **faults)

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._answering], client_max_size=32 * 1024 * 1024)
        webhook = f"/api/webhooks/{self.world.application_id}/{{token}}"
        acting = self.interactions
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/gateway/", self.gateway.serve),
            ("GET", "/api/users/@me", self._me),
            ("GET", "/api/gateway/bot", self._gateway_bot),
            ("GET", "/api/oauth2/applications/@me", self._application),
            ("GET", "/api/guilds/{guild}/members/{user}", self._member),
            ("GET", "/api/channels/{channel}", self._channel),
            ("GET", "/api/channels/{channel}/messages", self._messages),
            ("POST", "/api/channels/{channel}/messages", self._post),
            ("PATCH", "/api/channels/{channel}/messages/{message}", self._change),
            ("DELETE", "/api/channels/{channel}/messages/{message}", self._delete),
            ("POST", "/api/channels/{channel}/typing", self._typing),
            ("GET", "/api/applications/{application}/commands", acting.published),
            ("PUT", "/api/applications/{application}/commands", acting.publish),
            ("POST", "/api/interactions/{id}/{token}/callback", acting.called_back),
            ("PATCH", webhook + "/messages/@original", acting.change_original),
            ("DELETE", webhook + "/messages/@original", acting.delete_original),
            ("POST", webhook, acting.follow_up),
        ]
        for method, path, handler in routes:
            app.router.add_route(method, path, cast("Any", handler))  # what they return becomes JSON on the way
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.api_url, self.gateway.url = f"http://127.0.0.1:{port}/api", f"ws://127.0.0.1:{port}/gateway/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _answering(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let requests fail as they should, and answer in JSON with exactly the content type that discord.py expects."""
        if request.path == "/gateway/":
            return await handler(request)
        self.world.requests.append(f"{request.method} {request.path.removeprefix('/api')}")
        faults = self.chance.faults
        if faults.delay:
            await asyncio.sleep(self.chance.seconds())
        is_log_in = request.path in ("/api/users/@me", "/api/gateway/bot", "/api/oauth2/applications/@me")
        if not is_log_in:
            if self.chance.hits(faults.drop):
                return _broken_off(request)
            if self.chance.hits(faults.too_many):
                return _too_many(faults.retry_after)
            if self.chance.hits(faults.error):
                return _json({"message": "500: Internal Server Error", "code": 0}, 500)
        is_webhook = request.path.startswith(("/api/webhooks", "/api/interactions"))
        if not is_webhook and request.headers.get("Authorization") != f"Bot {self.token}":
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        try:
            answer = await handler(request)
        except Refused as refused:
            return _json(refused.body, refused.status)
        if request.method in ("POST", "PATCH") and self.chance.hits(faults.drop_after):
            return _broken_off(request)
        return answer if isinstance(answer, web.StreamResponse) else _json(answer)

    async def _me(self, request: web.Request) -> Object:
        return self.world.bot

    async def _gateway_bot(self, request: web.Request) -> Object:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 1000, "max_concurrency": 16}
        return {"url": self.gateway_url, "shards": self.gateway.shards, "session_start_limit": limit}

    async def _application(self, request: web.Request) -> Object:
        flags = 0 if self.gateway.intents_off else 1 << 19
        return {
            "id": self.world.application_id, "name": "단비", "icon": None, "description": "", "bot_public": True,
            "bot_require_code_grant": False, "verify_key": "0", "owner": self.world.person("주인"), "team": None,
            "flags": flags, "summary": "", "integration_types_config": {},
        }  # fmt: skip

    async def _member(self, request: web.Request) -> Object:
        user = next(one for one in self.world.people.values() if one["id"] == request.match_info["user"])
        return {**self.world.member(user), "user": user}

    async def _channel(self, request: web.Request) -> Object:
        return self.world.channel(request.match_info["channel"])

    async def _messages(self, request: web.Request) -> list[Object]:
        channel = request.match_info["channel"]
        self.world.channel(channel)
        limit = int(request.query.get("limit", 50))
        if not 1 <= limit <= _MOST_MESSAGES:
            raise Refused(400, 50035, "Invalid Form Body")
        after, before = int(request.query.get("after", 0)), int(request.query.get("before", 2**63))
        found = sorted(self.world.messages[channel].values(), key=lambda one: int(one["id"]))
        found = [one for one in found if after < int(one["id"]) < before]
        found = found[:limit] if "after" in request.query else found[-limit:]
        return found[::-1]

    async def _post(self, request: web.Request) -> web.Response:
        channel = request.match_info["channel"]
        limit, seconds = self.bucket
        began, used = self._used.get(channel, (0.0, 0))
        now = time.monotonic()
        if now - began > seconds:
            began, used = now, 0
        self._used[channel] = (began, used + 1)
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used - 1)),
            "X-RateLimit-Reset-After": f"{max(0.0, began + seconds - now):.3f}",
            "X-RateLimit-Bucket": "messages",
        }
        if used >= limit:
            return _too_many(began + seconds - now, headers)
        given, file = await given_in(request)
        message, is_new = self.world.post(channel, given, file)
        if is_new:
            self.gateway.tell("MESSAGE_CREATE", self.world.event(message), is_private=self.world.is_private(channel))
        return _json(message, headers=headers)

    async def _change(self, request: web.Request) -> Object:
        channel, id = request.match_info["channel"], request.match_info["message"]
        given, _ = await given_in(request)
        return self.interactions.change(self.world.message(channel, id), given)

    async def _delete(self, request: web.Request) -> web.Response:
        channel, id = request.match_info["channel"], request.match_info["message"]
        self.world.message(channel, id)
        del self.world.messages[channel][id]
        return web.Response(status=204)

    async def _typing(self, request: web.Request) -> web.Response:
        channel = request.match_info["channel"]
        self.world.channel(channel)
        self.world.typing.append(channel)
        return web.Response(status=204)


def _json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers={**(headers or {}), "Content-Type": "application/json"}
    )


def _too_many(seconds: float, headers: dict[str, str] | None = None) -> web.Response:
    """Return a 429. Without ``Via`` discord.py takes it for a ban by Cloudflare."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": False}
    return _json(body, 429, {"Via": "1.1 google", "X-RateLimit-Scope": "user", **(headers or {})})


def _broken_off(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
