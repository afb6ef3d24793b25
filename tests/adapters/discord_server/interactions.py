"""Commands, buttons and menus: what is published, what people do with it, and how the bot answers, with Discord's deadlines."""

import json
import re
import time
from typing import Any

from aiohttp import web

from discord_server.gateway import Gateway
from discord_server.world import Interaction, Object, Refused, World, checked, refused_field

COMMAND, COMPONENT, SUGGESTIONS = 2, 3, 4
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, SUGGEST = 4, 5, 6, 7, 8
SECONDS_TO_ANSWER = 3.0
_NAME = re.compile(r"[-_'\w]{1,32}")
_BUTTON, _MENU = 2, 3


class Interactions:
    """What people do beyond writing.

    Attributes:
        writes: how often commands were published.
        lifetime: seconds for which the token of one is good.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self.writes = 0
        self.lifetime = 900.0

    def begin(self, kind: int, channel: str, person: str, data: Object, message: Object | None = None) -> Interaction:
        """Let somebody do something; the bot gets to know."""
        world, user = self._world, self._world.person(person)
        id = world.new_id()
        made = Interaction(
            id, f"secret-interaction-token-{id}", channel, kind, message["id"] if message is not None else None
        )
        world.interactions[id] = made
        event: Object = {
            "id": id, "application_id": world.application_id, "type": kind, "token": made.token, "version": 1, "data": data,
            "channel": world.channels[channel], "channel_id": channel, "locale": "ko", "entitlements": [],
            "app_permissions": str(2**40), "authorizing_integration_owners": {}, "attachment_size_limit": 10_000_000,
        }  # fmt: skip
        if message is not None:
            event["message"] = message
        if world.is_private(channel):
            event |= {"user": user, "context": 1}
        else:
            permissions = 1 << 5 if person in world.admins else 1 << 11
            event |= {
                "guild_id": world.guild_id,
                "guild": {"id": world.guild_id, "locale": "ko", "features": []},
                "member": {**world.member(user), "user": user, "permissions": str(permissions)},
                "context": 0,
            }
        self._gateway.tell("INTERACTION_CREATE", event, is_private=world.is_private(channel))
        return made

    def command(self, channel: str, name: str, person: str, *options: Object, is_typing: bool = False) -> Interaction:
        """Let somebody use a command that is published, or type it ("기억 지우기" is a command of a group)."""
        words = name.split()
        found = next(one for one in self._world.commands if one["name"] == words[0])
        inner: list[Object] = list(options)
        for depth, word in reversed(list(enumerate(words[1:]))):
            inner = [{"type": 1 if depth == len(words) - 2 else 2, "name": word, "options": inner}]
        resolved = {"users": {user["id"]: user for user in self._world.people.values()}}
        data = {"id": found["id"], "name": words[0], "type": 1, "options": inner, "resolved": resolved}
        return self.begin(SUGGESTIONS if is_typing else COMMAND, channel, person, data)

    def press(self, channel: str, label: str, person: str) -> Interaction:
        """Let somebody take the newest choice of a label: a button, or one of a menu."""
        for message in reversed(list(self._world.messages[channel].values())):
            for row in message["components"]:
                for one in row["components"]:
                    if one.get("disabled"):
                        continue
                    data: Object = {"custom_id": one["custom_id"], "component_type": one["type"]}
                    if one["type"] == _BUTTON and one["label"] == label:
                        return self.begin(COMPONENT, channel, person, data, message)
                    for option in one.get("options", []):
                        if option["label"] == label:
                            return self.begin(
                                COMPONENT, channel, person, {**data, "values": [option["value"]]}, message
                            )
        raise LookupError(label)

    def change(self, message: Object, given: Object) -> Object:
        """Change a message of the bot's, and tell it so."""
        content = given.get("content", message["content"])
        components = given.get("components", message["components"])
        message |= checked({"content": content, "components": components}, bool(message["attachments"]))
        message["edited_timestamp"] = "2026-01-01T00:00:00+00:00"
        private = self._world.is_private(message["channel_id"])
        self._gateway.tell("MESSAGE_UPDATE", self._world.event(message), is_private=private)
        return message

    async def published(self, request: web.Request) -> list[Object]:
        """Return the commands, with their names in other languages if these are asked for."""
        if request.query.get("with_localizations") == "true":
            return self._world.commands
        without = ("name_localizations", "description_localizations")
        return [{key: value for key, value in one.items() if key not in without} for one in self._world.commands]

    async def publish(self, request: web.Request) -> list[Object]:
        """Replace the commands, as Discord stores them: with every key."""
        given: list[Object] = json.loads(await request.read())
        names = [one["name"] for one in given]
        if len(given) > 100 or len(set(names)) != len(names):
            raise Refused(400, 30032, "Maximum number of application commands reached (100).")
        self.writes += 1
        self._world.commands = [
            {
                **_checked_command(one), "id": self._world.new_id(), "application_id": self._world.application_id,
                "version": self._world.new_id(), "default_member_permissions": None, "nsfw": False, "dm_permission": True,
                "contexts": one.get("contexts"), "integration_types": [0], "type": one.get("type", 1),
            }
            for one in given
        ]  # fmt: skip
        return self._world.commands

    async def called_back(self, request: web.Request) -> Object:
        """Take the first answer to an interaction."""
        made = self._world.interactions.get(request.match_info["id"])
        if made is None or made.token != request.match_info["token"]:
            raise Refused(404, 10062, "Unknown interaction")
        if time.monotonic() - made.made_at > SECONDS_TO_ANSWER:
            raise Refused(404, 10062, "Unknown interaction")
        if made.responses:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        given: Object = json.loads(await request.read())
        kind: int = given["type"]
        data: Object = given.get("data") or {}
        made.responses.append(kind)
        if kind == MESSAGE:
            made.original = self._write(made, data)["id"]
        elif kind == DEFERRED_MESSAGE:
            made.is_loading = True
        elif kind == UPDATE:
            assert made.message is not None
            self.change(self._world.messages[made.channel][made.message], data)
        elif kind == SUGGEST:
            made.suggestions = data["choices"]
            if len(made.suggestions) > 25:
                raise refused_field("choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        return {"interaction": {"id": made.id, "type": made.type, "response_message_id": made.original}}

    async def change_original(self, request: web.Request) -> Object:
        """Take the answer that was put off, or change the first one."""
        made = self._living(request)
        given, file = await given_in(request)
        if made.original is None:
            if not made.is_loading:
                raise Refused(404, 10015, "Unknown Webhook")
            message = self._write(made, given, file)
            made.original, made.is_loading = message["id"], False
            return message
        return self.change(self._world.messages[made.channel][made.original], given)

    async def delete_original(self, request: web.Request) -> web.Response:
        """Take the answer away, or the promise of one."""
        made = self._living(request)
        made.is_loading = False
        if made.original is not None:
            self._world.messages[made.channel].pop(made.original, None)
        return web.Response(status=204)

    async def follow_up(self, request: web.Request) -> Object:
        """Take a further answer; the first one takes the place of one that was put off."""
        made = self._living(request)
        given, file = await given_in(request)
        message = self._write(made, given, file)
        if made.is_loading:
            made.original, made.is_loading = message["id"], False
        return message

    def _living(self, request: web.Request) -> Interaction:
        token = request.match_info["token"]
        made = next((one for one in self._world.interactions.values() if one.token == token), None)
        if made is None or time.monotonic() - made.made_at > self.lifetime:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return made

    def _write(self, made: Interaction, given: Object, file: tuple[str, bytes] | None = None) -> Object:
        world = self._world
        details = checked(given, file is not None)
        message = world.write(
            made.channel, world.bot, details.pop("content"), webhook_id=world.application_id, **details
        )
        if file is not None:
            world.attach(message, *file)
        self._gateway.tell("MESSAGE_CREATE", world.event(message), is_private=world.is_private(made.channel))
        return message


async def given_in(request: web.Request) -> tuple[Object, tuple[str, bytes] | None]:
    """Return what a request holds, and the file that goes with it."""
    if request.content_type == "application/json":
        return json.loads(await request.read()), None
    form = await request.post()
    payload, file = form["payload_json"], form.get("files[0]")
    assert isinstance(payload, str)
    return json.loads(payload), (file.filename, file.file.read()) if isinstance(file, web.FileField) else None


def _checked_command(given: Object) -> Object:
    """Return a command or an option of one, with the keys that Discord adds.

    Raises:
        Refused: Discord would not take it.
    """
    names: dict[str, str] = given.get("name_localizations") or {}
    texts: dict[str, str] = given.get("description_localizations") or {}
    for name in (given["name"], *names.values()):
        if not _NAME.fullmatch(name) or name != name.lower():
            raise refused_field("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    for text in (given.get("description", ""), *texts.values()):
        if not 1 <= len(text) <= 100:
            raise refused_field("description", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    options: list[Object] = given.get("options") or []
    required: list[bool] = [one.get("required", False) for one in options]
    keys = [one["name"] for one in options]
    if len(options) > 25 or required != sorted(required, reverse=True) or len(set(keys)) != len(keys):
        raise refused_field("options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Invalid options")
    kinds: set[Any] = {one["type"] for one in options}
    if kinds & {1, 2} and kinds - {1, 2}:
        raise refused_field("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group")
    if len(given.get("choices") or []) > 25 or (given.get("choices") and given.get("autocomplete")):
        raise refused_field("choices", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    stored = {key: value for key, value in given.items() if value not in (False, None, [])}
    return stored if not options else {**stored, "options": [_checked_command(one) for one in options]}
