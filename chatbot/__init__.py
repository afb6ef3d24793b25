"""말동무: a Korean chatbot framework with conversation plugins.

``__all__`` is the whole public API; whatever else can be imported may change. Names are loaded when they are first asked
for, so that ``import chatbot`` takes no time, and a program that only uses ``Incoming`` needs no model.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatbot.adapter import Adapter, DraftAdapter, OneRoomAdapter, Receipt, Receive
    from chatbot.bot import Bot
    from chatbot.config import Settings, load_settings
    from chatbot.dialogue.format import DialogueFormat, Markers
    from chatbot.dialogue.persona import Persona
    from chatbot.dialogue.voice import Voice
    from chatbot.errors import (
        AdapterError,
        ChatbotError,
        ConfigError,
        DatabaseCorrupt,
        DatabaseTooNew,
        DatabaseUnavailable,
        DataError,
        DeliveryError,
        EngineBusy,
        EngineClosed,
        FormatError,
        GenerationError,
        HistoryError,
        MessageRefused,
        ModelError,
        PersonaError,
        PromptTooLong,
        RoomGone,
        TokenizerError,
        TooManyRequests,
        WeightsError,
    )
    from chatbot.generation.engine import Engine
    from chatbot.generation.params import SamplingParams
    from chatbot.generation.tokenizer import Tokenizer
    from chatbot.handler import Handler
    from chatbot.history.store import History
    from chatbot.messages import (
        Address,
        Deleted,
        Edited,
        Event,
        File,
        Incoming,
        Outgoing,
        RoomKind,
        Source,
        Speaker,
        SpeechLevel,
        Turn,
    )

__all__ = [
    "Adapter",
    "AdapterError",
    "Address",
    "Bot",
    "ChatbotError",
    "ConfigError",
    "DataError",
    "DatabaseCorrupt",
    "DatabaseTooNew",
    "DatabaseUnavailable",
    "Deleted",
    "DeliveryError",
    "DialogueFormat",
    "DraftAdapter",
    "Edited",
    "Engine",
    "EngineBusy",
    "EngineClosed",
    "Event",
    "File",
    "FormatError",
    "GenerationError",
    "Handler",
    "History",
    "HistoryError",
    "Incoming",
    "Markers",
    "MessageRefused",
    "ModelError",
    "OneRoomAdapter",
    "Outgoing",
    "Persona",
    "PersonaError",
    "PromptTooLong",
    "Receipt",
    "Receive",
    "RoomGone",
    "RoomKind",
    "SamplingParams",
    "Settings",
    "Source",
    "Speaker",
    "SpeechLevel",
    "Tokenizer",
    "TokenizerError",
    "TooManyRequests",
    "Turn",
    "Voice",
    "WeightsError",
    "load_settings",
]

_HOMES = {
    "chatbot.adapter": ("Adapter", "DraftAdapter", "OneRoomAdapter", "Receipt", "Receive"),
    "chatbot.bot": ("Bot",),
    "chatbot.config": ("Settings", "load_settings"),
    "chatbot.dialogue.format": ("DialogueFormat", "Markers"),
    "chatbot.dialogue.persona": ("Persona",),
    "chatbot.dialogue.voice": ("Voice",),
    "chatbot.generation.engine": ("Engine",),
    "chatbot.generation.params": ("SamplingParams",),
    "chatbot.generation.tokenizer": ("Tokenizer",),
    "chatbot.handler": ("Handler",),
    "chatbot.history.store": ("History",),
    "chatbot.messages": (
        "Address",
        "Deleted",
        "Edited",
        "Event",
        "File",
        "Incoming",
        "Outgoing",
        "RoomKind",
        "Source",
        "Speaker",
        "SpeechLevel",
        "Turn",
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
"""Where each name is defined; the errors, which are the rest of ``__all__``, are in ``chatbot.errors``."""


def __getattr__(name: str) -> Any:
    """Return a public name, its module imported now."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF.get(name, "chatbot.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
