"""What people write on Discord, as the framework's values. Pure functions of the library's objects."""

import re
from collections.abc import Iterable

import discord

from chatbot.messages import Address, Deleted, Edited, Incoming, Joined, RoomKind, Speaker

NAME = "discord"
SLASH = "slash:"
PRESS = "press:"

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
_PERSON = re.compile(r"<@!?([0-9]+)>")
_ROLE = re.compile(r"<@&([0-9]+)>")
_CHANNEL = re.compile(r"<#([0-9]+)>")
_EMOJI = re.compile(r"<a?:(\w+):[0-9]+>")


def address_of(channel_id: int) -> Address:
    """Return the room that a channel, a thread or a private chat is."""
    return Address(NAME, f"{channel_id}")


def speaker_of(user: discord.abc.User) -> Speaker:
    """Return a person, under the name that the room sees."""
    return Speaker(f"{user.id}", user.display_name, is_bot=user.bot)


def is_written_by_person(message: discord.Message) -> bool:
    """Tell whether a message is somebody's words: not a bot's, a webhook's, or one of Discord's own."""
    return not message.author.bot and message.webhook_id is None and message.type in _WRITTEN


def is_bare(message: discord.Message) -> bool:
    """Tell whether there is nothing at all in a message: Discord keeps what is in it from us."""
    held = (message.content, message.attachments, message.stickers, message.embeds, message.components)
    return not any((*held, message.poll, message.message_snapshots))


def incoming(
    message: discord.Message, me: discord.abc.User, prefix: str, member: discord.Member | None = None
) -> Incoming:
    """Return a message as the framework takes it.

    Args:
        me: the bot.
        prefix: what stands before commands that are typed.
        member: the author as a member of the server, where the message does not say.
    """
    author = message.author if isinstance(message.author, discord.Member) else member
    is_private = is_private_chat(message)
    return Incoming(
        address_of(message.channel.id),
        f"{message.id}",
        speaker_of(author or message.author),
        said(message, me, prefix),
        message.created_at,
        RoomKind.PRIVATE if is_private else RoomKind.GROUP,
        mentions_bot=_mentions(message, me),
        replies_to_bot=_replies_to(message, me),
        from_admin=not is_private and author is not None and _administers(author, message.channel),
    )


def edited(message: discord.Message, me: discord.abc.User, prefix: str) -> Edited:
    """Return a message that was changed."""
    return Edited(address_of(message.channel.id), f"{message.id}", said(message, me, prefix))


def deleted(channel_id: int, message_id: int) -> Deleted:
    """Return a message that is no more."""
    return Deleted(address_of(channel_id), f"{message_id}")


def joined(message: discord.Message) -> list[Joined]:
    """Return who came in, by the message with which Discord welcomes people to a server or a thread."""
    if message.type is discord.MessageType.new_member:
        people: Iterable[discord.abc.User] = (message.author,)
    elif message.type is discord.MessageType.recipient_add:
        people = message.mentions
    else:
        return []
    return [Joined(address_of(message.channel.id), speaker_of(one)) for one in people if not one.bot]


def bot_joined(guild: discord.Guild) -> Joined | None:
    """Return that the bot came to a server, in the room where it may speak up; ``None`` if there is none."""
    for channel in (guild.system_channel, *guild.text_channels):
        if channel is not None and channel.permissions_for(guild.me).send_messages:
            return Joined(address_of(channel.id), speaker_of(guild.me))
    return None


def is_private_chat(message: discord.Message) -> bool:
    """Tell whether a message was written to the bot alone."""
    return isinstance(message.channel, discord.DMChannel)


def may_administer(permissions: discord.Permissions) -> bool:
    """Tell whether somebody with these permissions has a say in how the bot behaves in a room."""
    return permissions.administrator or permissions.manage_guild or permissions.manage_channels


def said(message: discord.Message, me: discord.abc.User, prefix: str) -> str:
    """Return the words of a message: without the mention of the bot, with names where Discord has numbers.

    In commands people stay numbers, which tell them apart.
    """
    text = message.content
    for mention in _own_mentions(message, me):
        text = re.sub(rf"[ \t]*{re.escape(mention)}[ \t]*", " ", text)
    text = text.strip()
    if prefix and text.startswith(prefix):
        return "/" + text[len(prefix) :]
    names = {f"{one.id}": one.display_name for one in message.mentions}
    text = _PERSON.sub(lambda match: f"@{names[match[1]]}" if match[1] in names else match[0], text)
    guild = message.guild
    if guild is not None:
        text = _ROLE.sub(lambda match: _named("@", guild.get_role(int(match[1])), match), text)
        text = _CHANNEL.sub(lambda match: _named("#", guild.get_channel_or_thread(int(match[1])), match), text)
    return _EMOJI.sub(r":\1:", text)


def _named(
    sign: str, what: "discord.Role | discord.abc.GuildChannel | discord.Thread | None", match: re.Match[str]
) -> str:
    return f"{sign}{what.name}" if what is not None else match[0]


def _own_mentions(message: discord.Message, me: discord.abc.User) -> list[str]:
    """Return how the bot is mentioned: by itself, or by the role that Discord gives each bot, which looks the same."""
    own = [f"<@{me.id}>", f"<@!{me.id}>"]
    role = message.guild.self_role if message.guild is not None else None
    return own if role is None else [*own, f"<@&{role.id}>"]


def _mentions(message: discord.Message, me: discord.abc.User) -> bool:
    """Tell whether the bot is mentioned in the text; a reply to it mentions it otherwise."""
    return any(mention in message.content for mention in _own_mentions(message, me))


def _replies_to(message: discord.Message, me: discord.abc.User) -> bool:
    answered = message.reference.resolved if message.reference is not None else None
    return isinstance(answered, discord.Message) and answered.author.id == me.id


def _administers(author: discord.Member, channel: object) -> bool:
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        try:
            return may_administer(channel.permissions_for(author))
        except discord.ClientException:  # a thread whose channel we cannot see
            pass
    return may_administer(author.guild_permissions)
