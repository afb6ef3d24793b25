"""Everything that was said, room by room, in a database that survives a crash.

``History`` is loaded on first use: SQLAlchemy takes a third of a second to import, which ``chatbot --help``
need not wait for.
"""

from typing import TYPE_CHECKING, Any

from chatbot.history.records import (
    Accepted,
    Commit,
    ExportedTurn,
    Held,
    HeldData,
    Pending,
    Put,
    RoomSummary,
    Scope,
    SpeakerSummary,
    StoredTurn,
)

if TYPE_CHECKING:
    from chatbot.history.store import History

__all__ = [
    "Accepted",
    "Commit",
    "ExportedTurn",
    "Held",
    "HeldData",
    "History",
    "Pending",
    "Put",
    "RoomSummary",
    "Scope",
    "SpeakerSummary",
    "StoredTurn",
]


def __getattr__(name: str) -> Any:
    """Return ``History``, imported now."""
    if name == "History":
        from chatbot.history.store import History

        return History
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
