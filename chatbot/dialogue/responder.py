"""Answers a conversation: gathers candidate replies, checks them, keeps the best. Knows nothing of rooms or storage.

With several candidates a reply is chosen among the example memory's and the model's drafts and shown once chosen; with one,
the model's words are passed on token by token. Either way a reply always comes: what is degenerate is drawn again, and if
that fails too, the persona admits it with one of its fallback sentences.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from chatbot.dialogue.drafts import Drafts
from chatbot.dialogue.format import DialogueFormat
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.quality import is_request, problem_of
from chatbot.dialogue.ranking import Candidate, Weights, is_worth_saying, rank
from chatbot.dialogue.recall import Recall
from chatbot.dialogue.talk import Talk
from chatbot.dialogue.voice import Reply, Show
from chatbot.generation.params import SamplingParams
from chatbot.messages import Source, SpeechLevel
from chatbot.safety.profanity import profanity_in

if TYPE_CHECKING:
    from chatbot.generation.engine import Engine

_REMEMBERED = 3
"""How many of the bot's last replies must not be said again."""


@dataclass(frozen=True, slots=True)
class ResponderOptions:
    """How replies are made; see config.yaml for each. ``clean`` draws a reply with profanity in it again."""

    sampling: SamplingParams = field(default_factory=SamplingParams)
    candidates: int = 6
    max_turns: int = 12
    seed: int | None = None
    weights: Weights = field(default_factory=Weights)
    clean: bool = True


class Responder:
    """The bot's voice: one persona on one engine."""

    def __init__(
        self,
        engine: "Engine",
        format: DialogueFormat,
        persona: Persona,
        recall: Recall,
        options: ResponderOptions,
    ) -> None:
        self._persona = persona
        self._recall = recall
        self._options = options
        self._drafts = Drafts(engine, format, persona, options.sampling, options.max_turns)

    async def reply(self, talk: Talk, show: Show | None = None) -> Reply:
        """Return an answer to the last turn of ``talk``.

        Args:
            show: takes the words as they come, where there is but one candidate.

        Raises:
            GenerationError: the engine is closed, overloaded or failed.
        """
        seed = random.randrange(2**31)
        if self._options.seed is not None:
            # What is to be avoided was drawn with the seeds before: the same again would find nothing new.
            seed = self._options.seed + talk.first_place + len(talk.avoid) * 7919
        if self._options.candidates > 1:
            return await self._choose(talk, seed)
        return await self._write(talk, seed, show)

    async def _choose(self, talk: Talk, seed: int) -> Reply:
        level, time = talk.level or self._persona.speech_level, _Time(self._options.sampling.deadline)
        remembered = self._recall.candidates(talk, level)
        hint = self._recall.hint(remembered)
        cut = False
        for attempt in range(2):
            # Half of the time, so that there is some left for judging, and for another try.
            count, seconds = self._options.candidates, time.left(0.5)
            drafts, cut = await self._drafts.draw(talk, level, hint, count, seed + attempt * 1009, seconds)
            usable = [candidate for candidate in (*remembered, *drafts) if not self._problem(candidate.text, talk)]
            judged = usable if time.is_up else await self._drafts.judge(talk, level, usable)
            ranked = rank(self._recall.fit(talk, judged), self._options.weights)
            if ranked:
                best = ranked[0]
                if not is_worth_saying(best, self._options.weights):
                    return self._keep_going(talk, level, seed, ranked, cut)
                return Reply(best.text, best.source, level, tuple(ranked), cut)
            if time.is_up:
                break
        return self._give_up(talk, level, seed, cut)

    async def _write(self, talk: Talk, seed: int, show: Show | None) -> Reply:
        level, time = talk.level or self._persona.speech_level, _Time(self._options.sampling.deadline)
        hint = self._recall.hint(self._recall.candidates(talk, level))
        cut = False
        for attempt in range(3):
            draft, cut = await self._drafts.write(talk, level, hint, seed + attempt * 1009, time.left(), show)
            if not self._problem(draft.text, talk):
                return Reply(draft.text, draft.source, level, (draft,), cut)
            if time.is_up:
                break
        return self._give_up(talk, level, seed, cut)

    def _problem(self, text: str, talk: Talk) -> bool:
        if problem_of(text, talk.message, (*talk.bot_replies[-_REMEMBERED:], *talk.avoid)) is not None:
            return True
        return self._options.clean and profanity_in(text) is not None

    def _keep_going(self, talk: Talk, level: SpeechLevel, seed: int, ranked: Sequence[Candidate], cut: bool) -> Reply:
        """Nothing that came to mind fits: listen on, or say so where an answer was asked for."""
        if is_request(talk.message):
            return replace(self._give_up(talk, level, seed, cut), candidates=tuple(ranked))
        fresh = [Candidate(text, Source.FALLBACK, level) for text in _fresh(self._persona.backchannels_in(level), talk)]
        best = max(self._recall.fit(talk, fresh), key=lambda candidate: candidate.fit)
        return Reply(best.text, Source.FALLBACK, level, tuple(ranked), cut)

    def _give_up(self, talk: Talk, level: SpeechLevel, seed: int, cut: bool) -> Reply:
        fresh = _fresh(self._persona.fallbacks_in(level), talk)
        return Reply(fresh[seed % len(fresh)], Source.FALLBACK, level, (), cut)


def _fresh(sentences: Sequence[str], talk: Talk) -> Sequence[str]:
    """Return the sentences that were not said in this conversation yet; all of them once each was."""
    said = (*talk.bot_replies, *talk.avoid)
    return [sentence for sentence in sentences if sentence not in said] or sentences


class _Time:
    """What is left of the time for one reply, over all the requests it takes."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else monotonic() + seconds

    def left(self, share: float = 1.0) -> float | None:
        """Return a share of the seconds left, never quite none; ``None`` where there is no limit."""
        return None if self._end is None else max(0.05, (self._end - monotonic()) * share)

    @property
    def is_up(self) -> bool:
        return self._end is not None and monotonic() >= self._end
