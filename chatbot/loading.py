"""Loads what a bot needs: the history, the model, the example memory. Knows nothing of rooms or adapters.

Heavy imports happen here, in threads, so that a prompt can stand while they run.
"""

import asyncio
import importlib
import logging
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.config import SEVERAL_CANDIDATES, GenerationSettings, Settings
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.ranking import Weights
from chatbot.generation.params import SamplingParams
from chatbot.paths import PRETRAINED

if TYPE_CHECKING:
    from chatbot.dialogue.examples import ExampleMemory
    from chatbot.dialogue.matcher import Matcher
    from chatbot.dialogue.responder import Responder
    from chatbot.generation.engine import Engine
    from chatbot.history import History
    from chatbot.plugins.registry import Registry

_log = logging.getLogger(__name__)
BUNDLED = "bundled"
INDEX = "examples.safetensors"
_SMALL = 30_000_000
"""Weights (embeddings aside) of a model that drafts six replies on two CPU cores in well under a second."""


async def load_history(settings: Settings, closing: AsyncExitStack) -> "History":
    """Open the history; ``closing`` closes it.

    Raises:
        HistoryError: it cannot be used; the message says why and what to do.
    """
    await asyncio.to_thread(importlib.import_module, "chatbot.history.store")
    from chatbot.history import History

    return await closing.enter_async_context(History.open(settings.history.url))


async def load_plugins(settings: Settings) -> "Registry":
    """Find the plugins as config.yaml says. One that cannot be loaded is left out, and logged.

    Raises:
        ConfigError: two want the same name, or the owner's settings of one cannot be.
    """
    return await asyncio.to_thread(_plugins, settings)


def _plugins(settings: Settings) -> "Registry":
    from chatbot.commands.framework import RESERVED
    from chatbot.plugins.loader import find_plugins
    from chatbot.plugins.registry import Registry

    discovered = find_plugins(settings)
    for problem in discovered.problems:
        _log.error("%s", problem)
    return Registry.of(discovered, settings, RESERVED)


async def load_voice(settings: Settings, persona: Persona, closing: AsyncExitStack) -> "Responder":
    """Load the model and the example memory; ``closing`` closes them.

    Raises:
        ChatbotError: one of them cannot be used; the message says which and what to do.
    """
    # Most of the time is torch's import and the model's file; the memory loads beside them.
    recalled = asyncio.create_task(asyncio.to_thread(_memory, settings))
    try:
        return await _responder(settings, persona, closing, recalled)
    finally:
        recalled.cancel()


async def _responder(
    settings: Settings,
    persona: Persona,
    closing: AsyncExitStack,
    recalled: "asyncio.Task[tuple[ExampleMemory | None, Matcher | None]]",
) -> "Responder":
    await asyncio.to_thread(importlib.import_module, "chatbot.generation.engine")
    from chatbot.dialogue.format import DialogueFormat, Markers
    from chatbot.dialogue.recall import Recall
    from chatbot.dialogue.responder import Responder, ResponderOptions
    from chatbot.generation import Engine

    source = PRETRAINED if settings.model.path == BUNDLED else settings.model.path
    engine = await closing.enter_async_context(Engine.load(source, settings.model.device, settings.model.dtype))
    format = DialogueFormat(Markers.load(engine.folder, settings.model.format), engine.tokenizer)
    memory, matcher = await recalled
    recall = await asyncio.to_thread(
        Recall, persona if settings.dialogue.examples else _silent(persona), memory, matcher
    )
    options = ResponderOptions(
        sampling=sampling_of(settings.generation, persona),
        candidates=candidates_of(settings.generation, engine),
        max_turns=settings.dialogue.max_turns,
        seed=settings.generation.seed,
        weights=weights_of(settings, engine.folder),
        clean=settings.safety.profanity,
    )
    return Responder(engine, format, persona, recall, options)


def sampling_of(settings: GenerationSettings, persona: Persona) -> SamplingParams:
    """Return the sampling settings of config.yaml, overridden by the persona's."""
    names = (
        "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "no_repeat_ngram_size", "min_new_tokens",
        "max_new_tokens", "deadline",
    )  # fmt: skip
    values = {name: getattr(settings, name) for name in names} | persona.sampling.given()
    values["min_new_tokens"] = min(values["min_new_tokens"], values["max_new_tokens"])
    return SamplingParams(**values)


def weights_of(settings: Settings, folder: Path) -> Weights:
    """Return the model's ranking weights; a model that was left alone is heard, however little its words are trusted."""
    weights = Weights.load(folder)
    return weights if settings.dialogue.examples else weights.model_copy(update={"say_from": None})


def candidates_of(settings: GenerationSettings, engine: "Engine") -> int:
    """Return how many drafts to choose among: several where they cost a second or less, else one, which is streamed."""
    if settings.candidates != "auto":
        return settings.candidates
    weights = engine.config.n_layer * 12 * engine.config.n_embd**2
    return SEVERAL_CANDIDATES if engine.device.type == "cuda" or weights < _SMALL else 1


def _memory(settings: Settings) -> "tuple[ExampleMemory | None, Matcher | None]":
    """Load the model folder's own example memory where it has one, else the bundled one."""
    if not settings.dialogue.examples:
        return None, None
    model = Path(settings.model.path)
    folder = model if (model / INDEX).exists() else PRETRAINED
    from chatbot.dialogue.examples import ExampleMemory
    from chatbot.dialogue.matcher import Matcher

    matcher = Matcher.load(folder)
    return ExampleMemory.load(folder, matcher), matcher


def _silent(persona: Persona) -> Persona:
    """``dialogue.examples: off`` leaves the model alone, without the persona's examples too."""
    return persona.model_copy(update={"examples": ()})
