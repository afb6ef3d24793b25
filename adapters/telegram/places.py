"""Rooms as Telegram has them: a chat, or a topic in one; and where a chat went. Knows no network."""

from dataclasses import dataclass

from telegram import Message

from chatbot.messages import Address

NAME = "telegram"


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, or a topic in one.

    Attributes:
        chat_id: negative for groups.
        thread_id: the topic's.
    """

    chat_id: int
    thread_id: int | None = None

    @property
    def is_group(self) -> bool:
        """Whether several people are there."""
        return self.chat_id < 0

    @property
    def address(self) -> Address:
        """The room's address."""
        room = f"{self.chat_id}" if self.thread_id is None else f"{self.chat_id}:{self.thread_id}"
        return Address(NAME, room)

    @classmethod
    def of(cls, message: Message) -> "Place":
        """Return where a message was said. A thread of replies in a group without topics is no place of its own."""
        return cls(message.chat.id, message.message_thread_id if message.is_topic_message else None)


class Places:
    """Where rooms are by now: a group that becomes a supergroup gets another id.

    What moved is only kept in memory, since Telegram tells it again to whoever sends to the old id.
    """

    def __init__(self) -> None:
        self._moved: dict[int, int] = {}

    def move(self, old: int, new: int) -> None:
        """Note that a chat has another id now."""
        if old != new:
            self._moved[old] = new

    def find(self, address: Address) -> Place | None:
        """Return where a room is; ``None`` for an address that is none of ours."""
        chat, colon, thread = address.room.partition(":")
        try:
            place = Place(int(chat), int(thread) if colon else None)
        except ValueError:
            return None
        return Place(self._moved.get(place.chat_id, place.chat_id), place.thread_id)
