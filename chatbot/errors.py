"""Every mistake a person can make with the framework has a class here, with a message that says what to do.

The messages are Korean, one paragraph, and safe to show: they hold no secret and no message text.

    ChatbotError
    ├── ConfigError            config.yaml or the environment holds something we cannot use
    │   ├── PersonaError       a prompts/*.yaml file does
    │   └── PluginError        a plugin declares or does something that cannot work
    │       ├── PluginConflict   two plugins want the same name
    │       └── Refusal          a plugin says no to a person, who is told why
    │           └── StorageFull  it would store more than it may
    ├── ModelError             a checkpoint cannot be used
    │   ├── TokenizerError     its tokenizer is missing or of another kind
    │   ├── WeightsError       its weights are missing, damaged, unsafe, or of another shape
    │   └── FormatError        its dialogue format asks for tokens that its tokenizer does not have
    ├── GenerationError        the engine could not finish a request
    │   ├── EngineBusy         too many requests wait already
    │   ├── EngineClosed       the engine was closed, or its worker died
    │   └── PromptTooLong      a prompt leaves no room for an answer
    ├── HistoryError           the database cannot be used
    │   ├── DatabaseUnavailable  cannot be opened or written: path, permission, disk, server
    │   ├── DatabaseCorrupt    the file is not a database of ours
    │   └── DatabaseTooNew     a newer version of the framework wrote it
    ├── DataError              a training or corpus file cannot be used
    └── AdapterError           a platform adapter cannot start
        └── DeliveryError      a message could not be sent now: it is tried again
            ├── TooManyRequests  the platform says how long to wait first
            ├── MessageRefused   the platform will never take this message
            └── RoomGone         the bot was blocked or removed, or the chat is no more
"""


class ChatbotError(Exception):
    """Base of every error the framework raises on purpose; ``str(error)`` is the Korean sentence to show."""


class ConfigError(ChatbotError):
    """config.yaml or the environment holds a key or value that cannot be used."""


class PersonaError(ConfigError):
    """A persona file cannot be used; the message names the file and the line."""


class PluginError(ConfigError):
    """A plugin declares or does something that cannot work; the message is for its author."""


class PluginConflict(PluginError):
    """Two plugins want the same name; the message names both and the line that renames one."""


class Refusal(PluginError):
    """A plugin says no; the message is for the person who is talking, and nothing of what the handler did counts."""


class StorageFull(Refusal):
    """A plugin would store more than it may."""


class ModelError(ChatbotError):
    """A checkpoint cannot be used; the message names the file and the remedy."""


class TokenizerError(ModelError):
    """A checkpoint's tokenizer is missing, damaged, or of a kind we cannot read."""


class WeightsError(ModelError):
    """A checkpoint's weights are missing, damaged, unsafe to open, or of another shape than its config says."""


class FormatError(ModelError):
    """A dialogue format asks for markers that the tokenizer does not have."""


class GenerationError(ChatbotError):
    """The engine could not finish a request."""


class EngineBusy(GenerationError):
    """More requests are waiting than the engine's queue holds."""


class EngineClosed(GenerationError):
    """The engine was closed, or its worker died, before the request was finished."""


class PromptTooLong(GenerationError):
    """The prompt and the reply budget together exceed the model's positions."""


class HistoryError(ChatbotError):
    """The history database cannot be used; nothing was overwritten."""


class DatabaseUnavailable(HistoryError):
    """The database cannot be opened or written: wrong path, no permission, full disk, no server."""


class DatabaseCorrupt(HistoryError):
    """The file is damaged or is not a database."""


class DatabaseTooNew(HistoryError):
    """A newer version of the framework wrote this database."""


class DataError(ChatbotError):
    """A training or corpus file cannot be used; the message names the file and the line."""


class AdapterError(ChatbotError):
    """A platform adapter cannot start."""


class DeliveryError(AdapterError):
    """A platform did not take a message this time (network, server): it is sent again later."""


class TooManyRequests(DeliveryError):
    """A platform asks to wait; ``retry_after`` is how long, in seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MessageRefused(DeliveryError):
    """A platform will never take this message, as it is; others may still be sent to the room."""


class RoomGone(DeliveryError):
    """Nothing can be sent to this room any more: the bot was blocked or removed, or the chat does not exist."""
