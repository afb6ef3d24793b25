"""What there is on this Discord: one server with channels, threads and people, private chats, messages, commands.

Holds the objects as Discord sends them, and checks what a bot posts as Discord checks it. Knows nothing of HTTP.
"""

import itertools
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

Object: TypeAlias = dict[str, Any]

EPOCH = 1_420_070_400_000
"""Milliseconds: the first second of 2015, from which ids count."""
TEXT_CHANNEL, PRIVATE, THREAD = 0, 1, 11
LONGEST_NONCE = 25


class Permission:
    """Bits of what a role may do."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW = 1 << 10
    SEND = 1 << 11
    READ_HISTORY = 1 << 16
    EVERYBODY = VIEW | SEND | READ_HISTORY | 1 << 14 | 1 << 15 | 1 << 31 | 1 << 38


class Refused(Exception):
    """Discord's answer to a request that it does not do."""

    def __init__(self, status: int, code: int, message: str, errors: Object | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: Object = {"code": code, "message": message, **({"errors": errors} if errors else {})}


def refused_field(field: str, code: str, message: str) -> Refused:
    """Return the answer to a request of which one field is wrong."""
    return Refused(400, 50035, "Invalid Form Body", {field: {"_errors": [{"code": code, "message": message}]}})


@dataclass
class Interaction:
    """Something that a person did with a command or a component, and how it was answered.

    Attributes:
        responses: the types of the callbacks that came.
        original: the message that the answer is, once it is one.
        suggestions: what was suggested to somebody who is typing.
    """

    id: str
    token: str
    channel: str
    type: int
    message: str | None = None
    made_at: float = field(default_factory=time.monotonic)
    responses: list[int] = field(default_factory=list[int])
    original: str | None = None
    is_loading: bool = False
    suggestions: list[Object] = field(default_factory=list[Object])


class World:
    """This Discord.

    Attributes:
        pings: ids of people who got a notification, "everyone" and "role" likewise, in order.
        typing: ids of channels in which the bot was shown to be typing, in order.
        gone: ids of channels that the bot is told do not exist.
        closed: ids of private channels whose person does not take the bot's messages.
        requests: every request as "METHOD /path", the newest last.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self.has_content = True
        self._counter = itertools.count()
        self._last_id = 0
        self.application_id = self.new_id()
        self.guild_id = self.new_id()
        self.bot: Object = {**_user(self.new_id(), "단비"), "bot": True}
        self.bot_role = self.new_id()
        self.admin_role = self.new_id()
        self.people: dict[str, Object] = {}
        self.admins: set[str] = set()
        self.channels: dict[str, Object] = {}
        self.messages: dict[str, dict[str, Object]] = {}
        self.commands: list[Object] = []
        self.interactions: dict[str, Interaction] = {}
        self.pings: list[str] = []
        self.typing: list[str] = []
        self.gone: set[str] = set()
        self.closed: set[str] = set()
        self.requests: deque[str] = deque(maxlen=1000)
        self.files: dict[str, bytes] = {}
        self._nonces: dict[tuple[str, str], str] = {}
        self.add_channel("일반")

    def new_id(self, *, ago: float = 0) -> str:
        """Return an id, larger than all before it; ``ago`` seconds old, if it is to be."""
        made = int((time.time() - ago) * 1000 - EPOCH) << 22 | next(self._counter) & 0x3FFFFF
        if ago == 0:
            made = self._last_id = max(made, self._last_id + 1)
        return str(made)

    def person(self, name: str) -> Object:
        """Return somebody by name; whoever is new, is new here."""
        if name not in self.people:
            self.people[name] = _user(self.new_id(), name)
        return self.people[name]

    def member(self, user: Mapping[str, Any]) -> Object:
        """Return what somebody is on the server."""
        roles = [self.bot_role] if user is self.bot else [self.admin_role] if user["username"] in self.admins else []
        return {"roles": roles, "joined_at": _now(), "deaf": False, "mute": False, "flags": 0, "nick": None}

    def add_channel(self, name: str, kind: int = TEXT_CHANNEL, parent: str | None = None) -> str:
        """Return the id of a new channel of the server, or of a thread in one."""
        id = self.new_id()
        channel: Object = {
            "id": id, "type": kind, "guild_id": self.guild_id, "name": name, "position": len(self.channels),
            "permission_overwrites": [], "parent_id": parent, "topic": None, "nsfw": False, "last_message_id": None,
            "rate_limit_per_user": 0, "flags": 0,
        }  # fmt: skip
        if kind == THREAD:
            channel |= {
                "owner_id": self.bot["id"], "message_count": 0, "member_count": 1, "total_message_sent": 0,
                "thread_metadata": {
                    "archived": False, "auto_archive_duration": 1440, "archive_timestamp": _now(), "locked": False,
                },
            }  # fmt: skip
        self.channels[id], self.messages[id] = channel, {}
        return id

    def add_private(self, name: str) -> str:
        """Return the id of a new private chat of somebody's with the bot."""
        id = self.new_id()
        recipients = [self.person(name)]
        self.channels[id] = {"id": id, "type": PRIVATE, "recipients": recipients, "last_message_id": None}
        self.messages[id] = {}
        return id

    def is_private(self, channel: str) -> bool:
        """Tell whether a channel is a private chat."""
        return self.channels[channel]["type"] == PRIVATE

    def guild(self) -> Object:
        """Return the server as the gateway sends it."""
        roles = [
            _role(self.guild_id, "@everyone", Permission.EVERYBODY),
            {**_role(self.bot_role, "단비", 0), "managed": True, "tags": {"bot_id": self.bot["id"]}},
            _role(self.admin_role, "관리자", Permission.MANAGE_GUILD),
        ]
        channels = [one for one in self.channels.values() if one["type"] == TEXT_CHANNEL]
        return {
            "id": self.guild_id, "name": "서버", "owner_id": "1", "roles": roles, "unavailable": False,
            "channels": channels, "threads": [one for one in self.channels.values() if one["type"] == THREAD],
            "members": [{**self.member(self.bot), "user": self.bot}], "member_count": 2, "large": False,
            "system_channel_id": channels[0]["id"], "system_channel_flags": 0, "joined_at": _now(), "features": [],
            "emojis": [], "stickers": [], "presences": [], "voice_states": [], "stage_instances": [],
            "guild_scheduled_events": [], "soundboard_sounds": [], "preferred_locale": "ko",
        }  # fmt: skip

    def write(self, channel: str, author: Object, content: str, **details: Any) -> Object:
        """Return a new message; ``details`` are other fields, ``id`` and ``reply_to`` among them."""
        id = details.pop("id", None) or self.new_id()
        reply_to = details.pop("reply_to", None)
        message: Object = {
            "id": id, "channel_id": channel, "author": author, "content": content, "timestamp": _time_of(id),
            "edited_timestamp": None, "tts": False, "mention_everyone": False, "mention_roles": [],
            "mentions": [one for one in (self.bot, *self.people.values()) if _mentions(content, one)],
            "attachments": [], "embeds": [], "pinned": False, "type": 0, "flags": 0, "components": [],
        }  # fmt: skip
        if f"<@&{self.bot_role}>" in content:
            message["mention_roles"] = [self.bot_role]
        if reply_to is not None:
            message["type"] = 19
            message["message_reference"] = {"message_id": reply_to, "channel_id": channel}
            message["referenced_message"] = self.messages[channel].get(reply_to)
        message |= details
        self.messages[channel][id] = message
        self.channels[channel]["last_message_id"] = id
        return message

    def event(self, message: Object) -> Object:
        """Return a message as the gateway tells of it."""
        if self.is_private(message["channel_id"]):
            return message
        told = {**message, "guild_id": self.guild_id, "member": self.member(message["author"])}
        told["mentions"] = [{**one, "member": self.member(one)} for one in message["mentions"]]
        is_for_bot = message["author"] is self.bot or self.bot in message["mentions"]
        if not self.has_content and not is_for_bot:
            told |= {"content": "", "attachments": [], "embeds": [], "components": []}
        return told

    def channel(self, id: str) -> Object:
        """Return a channel that the bot asks for."""
        if id in self.gone or id not in self.channels:
            raise Refused(404, 10003, "Unknown Channel")
        return self.channels[id]

    def message(self, channel: str, id: str) -> Object:
        """Return a message that the bot asks for."""
        self.channel(channel)
        if id not in self.messages[channel]:
            raise Refused(404, 10008, "Unknown Message")
        return self.messages[channel][id]

    def post(self, channel: str, given: Object, file: tuple[str, bytes] | None = None) -> tuple[Object, bool]:
        """Return the message that the bot posts, and whether it is new: a nonce that was used gives the first one."""
        self.channel(channel)
        if channel in self.closed:
            raise Refused(403, 50007, "Cannot send messages to this user")
        nonce = given.get("nonce")
        if nonce is not None and len(str(nonce)) > LONGEST_NONCE:
            raise refused_field("nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        if nonce is not None and given.get("enforce_nonce") and (known := self._nonces.get((channel, str(nonce)))):
            return self.messages[channel][known], False
        details = checked(given, file is not None)
        reference = given.get("message_reference")
        if reference and str(reference["message_id"]) in self.messages[channel]:
            details["reply_to"] = str(reference["message_id"])
        elif reference and reference.get("fail_if_not_exists", True):
            raise refused_field("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        message = self.write(channel, self.bot, details.pop("content"), **details)
        if file is not None:
            self.attach(message, *file)
        if nonce is not None:
            message["nonce"] = nonce
            self._nonces[channel, str(nonce)] = message["id"]
        self._ping(message, given)
        return message, True

    def attach(self, message: Object, name: str, content: bytes) -> None:
        """Put a file to a message."""
        id = self.new_id()
        self.files[name] = content
        message["attachments"] = [
            {"id": id, "filename": name, "size": len(content), "url": "http://x/", "proxy_url": "http://x/"}
        ]

    def _ping(self, message: Object, given: Object) -> None:
        allowed = given.get("allowed_mentions", {"parse": ["everyone", "roles", "users"], "replied_user": True})
        parse, content = allowed.get("parse", []), message["content"]
        if "everyone" in parse and ("@everyone" in content or "@here" in content):
            self.pings.append("everyone")
        if "roles" in parse and "<@&" in content:
            self.pings.append("role")
        for one in self.people.values():
            if _mentions(content, one) and ("users" in parse or one["id"] in allowed.get("users", [])):
                self.pings.append(one["id"])
        answered = message.get("referenced_message")
        if answered is not None and allowed.get("replied_user", False):
            self.pings.append(answered["author"]["id"])


def checked(given: Object, has_file: bool = False) -> Object:
    """Return the content and the components of what a bot wants to write.

    Raises:
        Refused: Discord would not take it.
    """
    content = given.get("content") or ""
    components: list[Object] = given.get("components") or []
    if len(content) > 2000:
        raise refused_field("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
    if not content.strip() and not has_file and not given.get("embeds"):
        raise Refused(400, 50006, "Cannot send an empty message")
    ids: set[str] = set()
    if len(components) > 5:
        raise refused_field("components", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
    for row in components:
        for one in row["components"]:
            labels = [one["label"]] if one["type"] == 2 else [option["label"] for option in one["options"]]
            longest = 80 if one["type"] == 2 else 100
            values = [option["value"] for option in one.get("options", [])]
            are_good = all(0 < len(label) <= longest for label in labels) and all(len(each) <= 100 for each in values)
            is_new = one["custom_id"] not in ids and len(set(values)) == len(values)
            if not (are_good and is_new and 0 < len(one["custom_id"]) <= 100 and len(labels) <= 25):
                raise refused_field("components", "COMPONENT_INVALID", "Invalid component")
            ids.add(one["custom_id"])
        if len(row["components"]) > (5 if row["components"][0]["type"] == 2 else 1):
            raise refused_field(
                "components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the width"
            )
    return {"content": content, "components": components}


def _mentions(content: str, user: Mapping[str, Any]) -> bool:
    return f"<@{user['id']}>" in content or f"<@!{user['id']}>" in content


def _user(id: str, name: str) -> Object:
    return {"id": id, "username": name, "discriminator": "0", "global_name": name, "avatar": None}


def _role(id: str, name: str, permissions: int) -> Object:
    return {
        "id": id, "name": name, "permissions": str(permissions), "position": 0, "color": 0, "hoist": False,
        "managed": False, "mentionable": True, "flags": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
    }  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _time_of(id: str) -> str:
    return datetime.fromtimestamp(((int(id) >> 22) + EPOCH) / 1000, UTC).isoformat()
