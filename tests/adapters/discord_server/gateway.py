"""The gateway: HELLO, IDENTIFY, READY, GUILD_CREATE, heartbeats, events, RESUME with replay, invalid session, reconnect."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import WSMsgType, web

from discord_server.faults import Chance
from discord_server.world import Object, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
BAD_TOKEN, UNKNOWN_INTENTS = 4004, 4014
MESSAGE_CONTENT = 1 << 15
_ACK_SECONDS = 0.05
"""An acknowledgement in the same instant trips a false warning of discord.py 2.7.1 ("Can't keep up")."""
_KEPT = 20_000

Numbered: TypeAlias = tuple[int, str, str]
"""An event: its number, its name, and all of it as it is sent."""


@dataclass(eq=False)
class Session:
    """A bot's session with one shard; it outlives its connection.

    Attributes:
        events: what was sent and may have to be sent again, with its number.
        pending: what the connection that there is has not got yet.
    """

    id: str
    shard: int
    socket: web.WebSocketResponse | None = None
    seq: int = 0
    events: deque[Numbered] = field(default_factory=lambda: deque[Numbered](maxlen=_KEPT))
    pending: deque[Numbered] = field(default_factory=deque[Numbered])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, name: str, data: Object) -> None:
        """Put an event at the end, as it is now."""
        self.seq += 1
        event = (self.seq, name, json.dumps({"op": DISPATCH, "s": self.seq, "t": name, "d": data}))
        self.events.append(event)
        self.pending.append(event)
        self.news.set()


class Gateway:
    """The gateway.

    Attributes:
        shards: how many the bot is asked to open.
        identified: the payload of every IDENTIFY, in order.
        resumed: how many sessions were taken up again.
        forgets: whether sessions are gone once their connection is: RESUME answers "invalid session".
        intents_off: whether the privileged intents are not enabled for the bot.
    """

    def __init__(self, world: World, chance: Chance) -> None:
        self._world = world
        self._chance = chance
        self.url = ""
        self.shards = 1
        self.identified: list[Object] = []
        self.resumed = 0
        self.forgets = False
        self.intents_off = False
        self.heartbeats = 0
        self._sessions: dict[int, Session] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        self._late: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        """Whether a bot is connected to every shard."""
        sessions = [one for one in self._sessions.values() if one.socket is not None]
        return len(sessions) == self.shards

    async def close(self) -> None:
        """End every connection."""
        for socket in tuple(self._sockets):
            await socket.close()
        for task in tuple(self._late):
            task.cancel()

    def tell(self, name: str, data: Object, *, is_private: bool = False) -> None:
        """Send an event to the shard that it belongs to."""
        shard = 0 if is_private else (int(self._world.guild_id) >> 22) % self.shards
        session = self._sessions.get(shard)
        if session is not None:
            session.add(name, data)

    async def break_off(self, *, code: int | None = None, op: int | None = None, resumable: bool = False) -> None:
        """End the connections: without a word, with a close code, or by asking the bot to (``RECONNECT``, ``INVALID_SESSION``)."""
        for session in tuple(self._sessions.values()):
            socket = session.socket
            if socket is None:
                continue
            if op is not None:
                await socket.send_json({"op": op, "d": resumable, "s": None, "t": None})
            elif code is not None:
                await socket.close(code=code)
            else:
                _abort(socket)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Talk with a bot over one connection."""
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        self._sockets.add(socket)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        session: Session | None = None
        sending: asyncio.Task[None] | None = None
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    continue
                given: Object = json.loads(frame.data)
                if given["op"] == HEARTBEAT:
                    self.heartbeats += 1
                    self._acknowledge(socket)
                elif given["op"] == IDENTIFY:
                    session = await self._identify(socket, given["d"])
                elif given["op"] == RESUME:
                    session = await self._resume(socket, given["d"])
                if session is not None and sending is None:
                    sending = asyncio.create_task(self._send(session, socket))
        finally:
            self._sockets.discard(socket)
            if sending is not None:
                sending.cancel()
            if session is not None and session.socket is socket:
                session.socket = None
                if self.forgets:
                    self._sessions.pop(session.shard, None)
        return socket

    def _acknowledge(self, socket: web.WebSocketResponse) -> None:
        async def acknowledge() -> None:
            await asyncio.sleep(_ACK_SECONDS)
            if not socket.closed:
                await socket.send_json({"op": ACK, "d": None, "s": None, "t": None})

        task = asyncio.create_task(acknowledge())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _identify(self, socket: web.WebSocketResponse, given: Object) -> Session | None:
        self.identified.append(given)
        if given["token"] != self._world.token:
            await socket.close(code=BAD_TOKEN, message=b"Authentication failed.")
            return None
        if self.intents_off and given["intents"] & MESSAGE_CONTENT:
            await socket.close(code=UNKNOWN_INTENTS, message=b"Disallowed intent(s).")
            return None
        shard, _ = given.get("shard", (0, 1))
        session = Session(f"session-{self._world.new_id()}", shard, socket)
        self._sessions[shard] = session
        world = self._world
        is_home = (int(world.guild_id) >> 22) % self.shards == shard
        ready = {
            "v": 10, "user": world.bot, "session_id": session.id, "resume_gateway_url": self.url, "shard": [shard, self.shards],
            "guilds": [{"id": world.guild_id, "unavailable": True}] if is_home else [],
            "application": {"id": world.application_id, "flags": 1 << 19},
        }  # fmt: skip
        session.add("READY", ready)
        if is_home:
            session.add("GUILD_CREATE", world.guild())
        return session

    async def _resume(self, socket: web.WebSocketResponse, given: Mapping[str, Any]) -> Session | None:
        session = next((one for one in self._sessions.values() if one.id == given["session_id"]), None)
        if session is None or given["token"] != self._world.token:
            await socket.send_json({"op": INVALID_SESSION, "d": False, "s": None, "t": None})
            return None
        self.resumed += 1
        session.socket = socket
        session.pending = deque(event for event in session.events if event[0] > (given["seq"] or 0))
        session.add("RESUMED", {"_trace": []})
        return session

    async def _send(self, session: Session, socket: web.WebSocketResponse) -> None:
        """Send a session's events over a connection, with the faults."""
        held: Numbered | None = None
        while session.socket is socket:
            if not session.pending:
                if held is not None:
                    await _put(socket, held)
                    held = None
                session.news.clear()
                await session.news.wait()
                continue
            if self._chance.faults.delay:
                await asyncio.sleep(self._chance.seconds())
            event = session.pending.popleft()
            is_message = event[1] == "MESSAGE_CREATE"
            if is_message and self._chance.hits(self._chance.faults.drop):
                _abort(socket)
                return
            if is_message and held is None and self._chance.hits(self._chance.faults.reorder):
                held = event
                continue
            await _put(socket, event)
            if held is not None:
                await _put(socket, held)
                held = None
            if is_message and self._chance.hits(self._chance.faults.duplicate):
                await _put(socket, event)


async def _put(socket: web.WebSocketResponse, event: Numbered) -> None:
    try:
        await socket.send_str(event[2])
    except ConnectionError:  # it broke: the bot asks for it when it resumes
        return


def _abort(socket: web.WebSocketResponse) -> None:
    transport = socket._req.transport if socket._req is not None else None  # pyright: ignore[reportPrivateUsage]
    if transport is not None:
        transport.abort()
