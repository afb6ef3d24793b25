"""What the example memory has to say to a talk: candidates, a hint, and how well replies fit. Knows no language model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.dialogue.examples import ExampleMemory, Exchange, Match
from chatbot.dialogue.grounding import introduced_name, missing_share
from chatbot.dialogue.matcher import Matcher
from chatbot.dialogue.ngrams import plain
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.ranking import Candidate
from chatbot.dialogue.talk import Talk
from chatbot.korean import rename
from chatbot.messages import Source, Speaker, SpeechLevel

CORPUS_NAME = "단비"
"""The bot's name in the bundled corpus; a persona of another name says its own."""

_OWN_EXAMPLES = "persona"
_OWN_FROM = 0.35
"""A persona's own example is taken at its word from this likeness of the messages: its owner wrote it for this bot. Few
examples cover few situations, so the nearest of few may be far, and counts as any other below it."""


@dataclass(frozen=True, slots=True)
class RecallOptions:
    """How many exchanges are looked at, and how near one must be to be said, or to be shown to the model."""

    nearest: int = 24
    say_from: float = 0.3
    hint_from: float = 0.45


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
        self._own = ExampleMemory.build(_exchanges(persona), matcher, corpus)
        self._matcher = matcher
        self._options = options or RecallOptions()

    def candidates(self, talk: Talk, level: SpeechLevel) -> list[Candidate]:
        """Return remembered replies for situations like this one: the owner's own for it, then the nearest."""
        if not plain(talk.message):  # emoji alone: there are no words to compare
            return []
        situation = [turn.text for turn in talk.turns[-3:]]
        # Only the corpus has another name for the bot: what a persona's owner wrote is searched and said as written.
        there = [rename(text, self._name, CORPUS_NAME) for text in situation]
        found = [
            self._candidate(match, rename(match.exchange.reply, CORPUS_NAME, self._name), False, talk)
            for match in self._found(self._corpus, there, level)
        ]
        for match in self._found(self._own, situation, level):
            found.append(self._candidate(match, match.exchange.reply, match.message >= _OWN_FROM, talk))
        return sorted(found, key=lambda candidate: (not candidate.own, -candidate.similarity))

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
        # The matcher learnt from the corpus, where the bot bears one name.
        situation = [rename(turn.text, self._name, CORPUS_NAME) for turn in talk.turns[-2:]]
        replies = [rename(candidate.text, self._name, CORPUS_NAME) for candidate in candidates]
        fits: list[float] = (self._matcher.replies(replies) @ self._matcher.situations([situation])[0]).tolist()
        return [replace(candidate, fit=fit) for candidate, fit in zip(candidates, fits, strict=True)]

    def _found(self, memory: ExampleMemory | None, situation: Sequence[str], level: SpeechLevel) -> list[Match]:
        if memory is None:
            return []
        nearest = memory.nearest(situation, level, self._options.nearest)
        return [
            replace(match, exchange=_addressed(match.exchange, situation[-1]))
            for match in nearest
            if match.nearness >= self._options.say_from
        ]

    def _candidate(self, match: Match, text: str, own: bool, talk: Talk) -> Candidate:
        exchange = match.exchange
        # The bot knows its own name, whether or not somebody said it.
        rarity = (self._corpus or self._own).rarity(exchange.needs)
        return Candidate(
            text=text,
            source=Source.EXAMPLE,
            level=exchange.level,
            similarity=match.nearness,
            missing=missing_share(exchange.reply, exchange.needs, (*talk.texts, CORPUS_NAME), rarity),
            own=own,
            origin=exchange.origin,
        )


def _addressed(exchange: Exchange, message: str) -> Exchange:
    """Return the exchange with the person's own name in its reply, where both introduce themselves."""
    theirs, here = introduced_name(exchange.message), introduced_name(message)
    if theirs is None or here is None or theirs not in exchange.reply:
        return exchange
    needs = tuple(stem for stem in exchange.needs if not theirs.startswith(stem))
    return replace(exchange, reply=rename(exchange.reply, theirs, here), needs=needs)


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
