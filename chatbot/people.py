"""Who may do what: the owner, a room's admins, everyone; and who is not answered at all."""

from enum import IntEnum

from chatbot.config import Settings
from chatbot.messages import Address, Incoming, RoomKind


class Role(IntEnum):
    """What somebody is in a room, the greater one may do more."""

    ANYONE = 0
    ADMIN = 1
    OWNER = 2


def person_key(address: Address, speaker_id: str) -> str:
    """Return a person as config.yaml writes them: ``telegram:123456``."""
    return f"{address.adapter}:{speaker_id}"


def role_of(message: Incoming, settings: Settings) -> Role:
    """Return the role of who said it. Alone with the bot everyone is the admin of their own room."""
    if person_key(message.address, message.speaker.id) in settings.bot.owners:
        return Role.OWNER
    return Role.ADMIN if message.from_admin or message.room_kind is RoomKind.PRIVATE else Role.ANYONE
