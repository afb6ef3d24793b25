"""Telegram's updates as the framework's events. Sends nothing; asks Telegram only who administers a group."""

from dataclasses import dataclass
from typing import TypeAlias

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Message, Update, User

from adapters.telegram.admins import Admins
from adapters.telegram.choices import said_by
from adapters.telegram.hearing import Heard, hear
from adapters.telegram.places import Place
from chatbot.messages import Edited, Event, Incoming, Joined, RoomKind, Speaker

_PRESENT = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER, ChatMember.RESTRICTED)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed; ``event`` is what that says, ``None`` if it cannot be told any more."""

    event: Incoming | None
    query: CallbackQuery


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Somebody showed the bot something that is no text."""

    place: Place
    message_id: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup."""

    old: int
    new: int


Reading: TypeAlias = Event | Pressed | Unreadable | Moved


class Reader:
    """Reads updates.

    Args:
        me: the bot, as Telegram knows it.
        admins: who administers groups.
    """

    def __init__(self, me: User, admins: Admins) -> None:
        self._me = me
        self._admins = admins
        self._album = ""

    async def read(self, update: Update) -> tuple[Reading, ...]:
        """Return what an update says, mostly one thing or nothing that concerns us."""
        if update.callback_query is not None:
            return await self._pressed(update.callback_query)
        if update.my_chat_member is not None:
            return self._met(update.my_chat_member)
        message = update.message or update.edited_message
        if message is None or message.chat.type not in (Chat.PRIVATE, Chat.GROUP, Chat.SUPERGROUP):
            return ()
        if message.migrate_to_chat_id is not None:
            return (Moved(message.chat.id, message.migrate_to_chat_id),)
        if message.new_chat_members:
            return self._joined(message)
        speaker = self._speaker(message)
        if speaker is None:
            return ()
        heard = self._heard(message)
        if heard is None:
            return self._unreadable(message) if update.message is not None else ()
        if heard.is_for_other:
            return ()
        place = Place.of(message)
        if update.message is None:
            return (Edited(place.address, f"{message.message_id}", heard.text),)
        return (
            Incoming(
                address=place.address,
                id=f"{message.message_id}",
                speaker=speaker,
                text=heard.text,
                sent_at=message.date,
                room_kind=_kind(message.chat),
                mentions_bot=heard.mentions_bot,
                replies_to_bot=self._replies_to_me(message),
                from_admin=await self._is_admin(message, heard.text),
            ),
        )

    def _heard(self, message: Message) -> Heard | None:
        """Return the text of a message or the caption of a picture; ``None`` where there is neither."""
        if message.text is not None:
            return hear(message.text, message.entities, self._me)
        if message.caption is not None:
            self._album = message.media_group_id or self._album
            return hear(message.caption, message.caption_entities, self._me)
        return None

    def _unreadable(self, message: Message) -> tuple[Unreadable, ...]:
        """Tell of a message without text that is meant for the bot; an album's other pictures are no new message."""
        attachment = message.effective_attachment
        if not attachment or message.successful_payment or message.passport_data:  # a service message, or none of ours
            return ()
        if message.media_group_id is not None and message.media_group_id == self._album:
            return ()
        if _kind(message.chat) is RoomKind.GROUP and not self._replies_to_me(message):
            return ()
        return (Unreadable(Place.of(message), message.message_id),)

    async def _pressed(self, query: CallbackQuery) -> tuple[Reading, ...]:
        said = said_by(query)
        if said is None or query.message is None:
            return (Pressed(None, query),)
        message, chat = query.message, query.message.chat
        place = Place.of(message) if isinstance(message, Message) else Place(chat.id)
        return (
            Pressed(
                Incoming(
                    address=place.address,
                    id=f"press:{query.id}",
                    speaker=_speaker_of(query.from_user),
                    text=said,
                    room_kind=_kind(chat),
                    replies_to_bot=True,
                    from_admin=await self._administers(chat, query.from_user.id, said),
                ),
                query,
            ),
        )

    def _joined(self, message: Message) -> tuple[Joined, ...]:
        """Tell of people who came in; of the bot itself Telegram tells otherwise, and of other bots we do not."""
        address, kind = Place.of(message).address, _kind(message.chat)
        return tuple(Joined(address, _speaker_of(one), kind) for one in message.new_chat_members if not one.is_bot)

    def _met(self, change: ChatMemberUpdated) -> tuple[Joined, ...]:
        """Tell that the bot came into a group. Being shown out needs no word: whatever is sent there fails."""
        was, is_now = (_is_present(one) for one in (change.old_chat_member, change.new_chat_member))
        if change.chat.type not in (Chat.GROUP, Chat.SUPERGROUP) or was or not is_now:
            return ()
        me = Speaker(f"{self._me.id}", self._me.full_name, is_bot=True)
        return (Joined(Place(change.chat.id).address, me, RoomKind.GROUP),)

    def _speaker(self, message: Message) -> Speaker | None:
        """Return who speaks; ``None`` for bots, and for a channel's posts in its group."""
        if message.is_automatic_forward:
            return None
        if message.sender_chat is not None:  # an anonymous admin, or somebody in the name of a channel
            return Speaker(
                f"{message.sender_chat.id}", message.author_signature or message.sender_chat.effective_name or ""
            )
        if message.from_user is None or message.from_user.is_bot:
            return None
        return _speaker_of(message.from_user)

    def _replies_to_me(self, message: Message) -> bool:
        """Tell whether a message replies to the bot's; in a topic, each that replies to none refers to its beginning."""
        other = message.reply_to_message
        if other is None or other.forum_topic_created is not None or other.from_user is None:
            return False
        return other.from_user.id == self._me.id

    async def _is_admin(self, message: Message, text: str) -> bool:
        if message.sender_chat is not None:
            return message.sender_chat.id == message.chat.id
        return message.from_user is not None and await self._administers(message.chat, message.from_user.id, text)

    async def _administers(self, chat: Chat, user_id: int, text: str) -> bool:
        """Tell whether somebody administers a group; asked for commands only, for which it matters."""
        if not text.startswith("/") or _kind(chat) is RoomKind.PRIVATE:
            return False
        return await self._admins.has(chat.id, user_id)


def _kind(chat: Chat) -> RoomKind:
    return RoomKind.PRIVATE if chat.type == Chat.PRIVATE else RoomKind.GROUP


def _speaker_of(user: User) -> Speaker:
    return Speaker(f"{user.id}", user.full_name, is_bot=user.is_bot)


def _is_present(member: ChatMember) -> bool:
    return member.status in _PRESENT and getattr(member, "is_member", True)
