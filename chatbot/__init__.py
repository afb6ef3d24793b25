"""말동무: a Korean chatbot framework with conversation plugins.

``__all__`` is the whole public API; whatever else can be imported may change. Names are loaded when they are first asked
for, so that ``import chatbot`` takes no time, and a program that only uses ``Incoming`` needs no model.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatbot import korean, korean_time
    from chatbot.adapter import Adapter, ChoiceAdapter, DraftAdapter, OneRoomAdapter, Receipt, Receive
    from chatbot.bot import Bot
    from chatbot.config import Settings, load_settings
    from chatbot.dialogue.format import DialogueFormat, Markers
    from chatbot.dialogue.persona import Persona
    from chatbot.dialogue.talk import Talk
    from chatbot.dialogue.voice import Reply, Voice
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
        PluginConflict,
        PluginError,
        PromptTooLong,
        Refusal,
        RoomGone,
        StorageFull,
        TokenizerError,
        TooManyRequests,
        WeightsError,
    )
    from chatbot.generation.engine import Engine
    from chatbot.generation.params import SamplingParams
    from chatbot.generation.tokenizer import Tokenizer
    from chatbot.history.store import History
    from chatbot.messages import (
        Address,
        Choice,
        Deleted,
        Edited,
        Event,
        File,
        Incoming,
        Joined,
        Outgoing,
        RoomKind,
        Source,
        Speaker,
        SpeechLevel,
        Turn,
    )
    from chatbot.people import Role
    from chatbot.plugins.answers import Answer, Ask, Done, Step
    from chatbot.plugins.chat import Chat, CommandInfo, Status
    from chatbot.plugins.conversations import Conversation
    from chatbot.plugins.converters import Rest
    from chatbot.plugins.declarations import Where
    from chatbot.plugins.jobs import Job
    from chatbot.plugins.plugin import Plugin
    from chatbot.plugins.registry import Registry
    from chatbot.plugins.rules import Cron, Daily, Every, Missed, Once
    from chatbot.plugins.storage import Storage
    from chatbot.profiles import Profile

__all__ = [
    "Adapter",
    "AdapterError",
    "Address",
    "Answer",
    "Ask",
    "Bot",
    "Chat",
    "ChatbotError",
    "Choice",
    "ChoiceAdapter",
    "CommandInfo",
    "ConfigError",
    "Conversation",
    "Cron",
    "Daily",
    "DataError",
    "DatabaseCorrupt",
    "DatabaseTooNew",
    "DatabaseUnavailable",
    "Deleted",
    "DeliveryError",
    "DialogueFormat",
    "Done",
    "DraftAdapter",
    "Edited",
    "Engine",
    "EngineBusy",
    "EngineClosed",
    "Event",
    "Every",
    "File",
    "FormatError",
    "GenerationError",
    "History",
    "HistoryError",
    "Incoming",
    "Job",
    "Joined",
    "Markers",
    "MessageRefused",
    "Missed",
    "ModelError",
    "Once",
    "OneRoomAdapter",
    "Outgoing",
    "Persona",
    "PersonaError",
    "Plugin",
    "PluginConflict",
    "PluginError",
    "Profile",
    "PromptTooLong",
    "Receipt",
    "Receive",
    "Refusal",
    "Registry",
    "Reply",
    "Rest",
    "Role",
    "RoomGone",
    "RoomKind",
    "SamplingParams",
    "Settings",
    "Source",
    "Speaker",
    "SpeechLevel",
    "Status",
    "Step",
    "Storage",
    "StorageFull",
    "Talk",
    "Tokenizer",
    "TokenizerError",
    "TooManyRequests",
    "Turn",
    "Voice",
    "WeightsError",
    "Where",
    "korean",
    "korean_time",
    "load_settings",
]

_HOMES = {
    "chatbot.adapter": ("Adapter", "ChoiceAdapter", "DraftAdapter", "OneRoomAdapter", "Receipt", "Receive"),
    "chatbot.bot": ("Bot",),
    "chatbot.config": ("Settings", "load_settings"),
    "chatbot.dialogue.format": ("DialogueFormat", "Markers"),
    "chatbot.dialogue.persona": ("Persona",),
    "chatbot.dialogue.talk": ("Talk",),
    "chatbot.dialogue.voice": ("Reply", "Voice"),
    "chatbot.generation.engine": ("Engine",),
    "chatbot.generation.params": ("SamplingParams",),
    "chatbot.generation.tokenizer": ("Tokenizer",),
    "chatbot.history.store": ("History",),
    "chatbot.messages": (
        "Address",
        "Choice",
        "Deleted",
        "Edited",
        "Event",
        "File",
        "Incoming",
        "Joined",
        "Outgoing",
        "RoomKind",
        "Source",
        "Speaker",
        "SpeechLevel",
        "Turn",
    ),
    "chatbot.people": ("Role",),
    "chatbot.plugins.answers": ("Answer", "Ask", "Done", "Step"),
    "chatbot.plugins.chat": ("Chat", "CommandInfo", "Status"),
    "chatbot.plugins.conversations": ("Conversation",),
    "chatbot.plugins.converters": ("Rest",),
    "chatbot.plugins.declarations": ("Where",),
    "chatbot.plugins.jobs": ("Job",),
    "chatbot.plugins.plugin": ("Plugin",),
    "chatbot.profiles": ("Profile",),
    "chatbot.plugins.registry": ("Registry",),
    "chatbot.plugins.rules": ("Cron", "Daily", "Every", "Missed", "Once"),
    "chatbot.plugins.storage": ("Storage",),
}
_MODULES = ("korean", "korean_time")
"""Public as they are."""
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
"""Where each name is defined; the errors, which are the rest of ``__all__``, are in ``chatbot.errors``."""


def __getattr__(name: str) -> Any:
    """Return a public name, its module imported now."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _MODULES:
        return import_module(f"chatbot.{name}")
    value = getattr(import_module(_HOME_OF.get(name, "chatbot.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
