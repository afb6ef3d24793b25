"""Token ids in, token ids out: KoGPT2-format models on one device. Knows nothing of text, rooms or platforms.

``Engine`` needs torch, which takes seconds to import, so it is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from chatbot.generation.params import SamplingParams
from chatbot.generation.tokenizer import Tokenizer

if TYPE_CHECKING:
    from chatbot.generation.engine import Engine

__all__ = ["Engine", "SamplingParams", "Tokenizer"]


def __getattr__(name: str) -> Any:
    if name == "Engine":
        from chatbot.generation.engine import Engine

        return Engine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
