"""What the example memory has to say to a talk: candidates, a hint, and how well replies fit. Knows no language model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from chatbot.dialogue.examples import ExampleMemory, Exchange, Match
from chatbot.dialogue.grounding import missing_share
from chatbot.dialogue.matcher import Matcher
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.ranking import Candidate
from chatbot.dialogue.talk import Talk
from chatbot.korean import rename
from chatbot.messages import Source, Speaker, SpeechLevel

CORPUS_NAME = "단비"
"""The bot's name in the bundled corpus; a persona of another name says its own."""

_OWN_EXAMPLES = "persona"
_OWN_BONUS = 0.25
"""What a persona's own example counts more than one of the corpus: its owner wrote it for this bot."""


@dataclass(frozen=True, slots=True)
class RecallOptions:
    """How many exchanges are looked at, and how near one must be to be said, or to be shown to the model."""

    nearest: int = 12
    say_from: float = 0.25
    hint_from: float = 0.35


class Recall:
    """One persona's example memory: its own examples, and the corpus behind them."""

    def __init__(
        self,
        persona: Persona,
        corpus: ExampleMemory | None = None,
        matcher: Matcher | None = None,
        options: RecallOptions | None = None,
    ) -> None:
        self._name = persona.name
        self._corpus = corpus
        self._own = ExampleMemory.build(_exchanges(persona), corpus)
        self._matcher = matcher
        self._options = options or RecallOptions()

    def candidates(self, talk: Talk, level: SpeechLevel) -> list[Candidate]:
        """Return remembered replies for situations like this one, the nearest first."""
        situation = [rename(turn.text, self._name, CORPUS_NAME) for turn in talk.turns[-3:]]
        matches = [(match, 0.0) for match in self._found(self._corpus, situation, level)]
        matches += [(match, _OWN_BONUS) for match in self._found(self._own, situation, level)]
        found = [self._candidate(match, bonus, talk) for match, bonus in matches]
        return sorted(found, key=lambda candidate: -candidate.similarity)

    def hint(self, remembered: Sequence[Candidate]) -> str | None:
        """Return the reply to show to the model as an example: the nearest that refers to nothing unsaid."""
        for candidate in remembered:
            if candidate.similarity >= self._options.hint_from and candidate.missing < 0.5:
                return candidate.text
        return None

    def fit(self, talk: Talk, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return the candidates with the matcher's opinion, where there is a matcher."""
        if self._matcher is None or not candidates:
            return list(candidates)
        situation = self._matcher.situation([turn.text for turn in talk.turns[-2:]])
        fits = self._matcher.replies([candidate.text for candidate in candidates]) @ situation
        return [replace(candidate, fit=float(fit)) for candidate, fit in zip(candidates, np.asarray(fits), strict=True)]

    def _found(self, memory: ExampleMemory | None, situation: Sequence[str], level: SpeechLevel) -> list[Match]:
        if memory is None:
            return []
        nearest = memory.nearest(situation, level, self._options.nearest)
        return [match for match in nearest if match.similarity >= self._options.say_from]

    def _candidate(self, match: Match, bonus: float, talk: Talk) -> Candidate:
        exchange = match.exchange
        rarity = (self._corpus or self._own).rarity(exchange.needs)
        return Candidate(
            text=rename(exchange.reply, CORPUS_NAME, self._name),
            source=Source.EXAMPLE,
            level=exchange.level,
            similarity=match.similarity + bonus,
            missing=missing_share(exchange.needs, talk.texts, rarity),
            origin=exchange.origin,
        )


def _exchanges(persona: Persona) -> list[Exchange]:
    """Return a persona's examples as exchanges; what it wrote needs no words said before: it is meant to be used."""
    exchanges: list[Exchange] = []
    for example in persona.examples:
        for index in range(1, len(example.turns), 2):
            situation = example.turns[max(0, index - 3) : index]
            exchanges.append(Exchange(situation, example.turns[index], persona.speech_level, _OWN_EXAMPLES))
    return exchanges


PERSON = Speaker(id="person")
"""A person without a name, for talks that are made up outside any room."""
