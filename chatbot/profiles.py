"""How each person wants to be talked to. The framework's own data; plugins change it through ``Chat``."""

from dataclasses import dataclass
from typing import cast

from chatbot.history.records import PROFILE, Json, Put, Scope
from chatbot.known import Known
from chatbot.messages import Incoming, SpeechLevel
from chatbot.sentences import Sentences, sentences


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's speech level, and the form of address they like; ``called`` is ``None`` where they said nothing."""

    level: SpeechLevel
    called: str | None = None


def scope_of(message: Incoming) -> Scope:
    """Return where a person's profile is stored: for all rooms of the platform."""
    return Scope("", None, message.speaker.id, message.address.adapter)


def profile_of(stored: Json, default: SpeechLevel) -> Profile:
    """Return the profile that is stored; what cannot be read counts as not said."""
    values = cast("dict[str, object]", stored) if isinstance(stored, dict) else {}
    level, called = values.get("level"), values.get("called")
    known = level in tuple(SpeechLevel)
    return Profile(SpeechLevel(cast("str", level)) if known else default, called if isinstance(called, str) else None)


def put_of(stored: Json, message: Incoming, level: SpeechLevel | None, called: str | None) -> Put:
    """Return the change to a stored profile; what is ``None`` stays, and an empty form of address is forgotten."""
    values: dict[str, Json] = dict(stored) if isinstance(stored, dict) else {}
    if level is not None:
        values["level"] = level.value
    if called is not None:
        values["called"] = called or None
    return Put(scope_of(message), PROFILE, values)


class Profiles:
    """Everybody's profiles.

    Args:
        level: in which the bot talks to those who said nothing.
    """

    def __init__(self, known: Known, level: SpeechLevel) -> None:
        self._known = known
        self._level = level

    async def of(self, message: Incoming) -> Profile:
        """Return the profile of whoever said something."""
        return profile_of(await self._known.get(scope_of(message), PROFILE), self._level)

    def says(self, message: Incoming) -> Sentences:
        """Return the bot's fixed sentences as they are said to somebody whose profile was asked for before."""
        return sentences(profile_of(self._known.peek(scope_of(message), PROFILE), self._level).level)
