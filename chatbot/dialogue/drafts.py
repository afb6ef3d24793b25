"""The model's own replies, and its opinion of others. Knows nothing of the example memory beyond one hint."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from chatbot.dialogue.format import DialogueFormat, people_in_order
from chatbot.dialogue.persona import Persona
from chatbot.dialogue.quality import whole_sentences
from chatbot.dialogue.ranking import Candidate
from chatbot.dialogue.talk import Talk
from chatbot.dialogue.window import Window, fit
from chatbot.generation.params import SamplingParams
from chatbot.messages import Source, SpeechLevel

if TYPE_CHECKING:
    from chatbot.generation.engine import Engine

_LONGEST_HINT = 40
"""Tokens of an example shown to the model: a longer one would push turns out of the window."""


class Drafts:
    """Turns a talk into prompts, and what the engine returns into candidates."""

    def __init__(
        self, engine: "Engine", format: DialogueFormat, persona: Persona, sampling: SamplingParams, max_turns: int
    ) -> None:
        self._engine = engine
        self._format = format
        self._max_turns = 1 if format.markers.single_turn else max_turns
        self._head = format.persona(persona.prompt)[: engine.config.n_positions // 3]
        self._longest_hint = min(_LONGEST_HINT, engine.config.n_positions // 6)
        tokenizer = engine.tokenizer
        # Rows of the embedding that no token has (some re-saved checkpoints) must never be drawn either.
        nameless = range(tokenizer.vocab_size, engine.config.vocab_size)
        self._sampling = replace(
            sampling,
            max_new_tokens=min(sampling.max_new_tokens, engine.config.n_positions // 3),
            stop_token_ids=frozenset({format.end_id}),
            banned_token_ids=frozenset({*tokenizer.control_ids, *nameless} - {format.end_id}),
        )

    async def draw(
        self, talk: Talk, level: SpeechLevel, hint: str | None, count: int, seed: int, seconds: float | None
    ) -> tuple[list[Candidate], bool]:
        """Return ``count`` drafts, half of them with the hint where there is one, and whether the message was cut.

        All of them together take about ``seconds`` at the most; what is not finished then ends where it stands.
        """
        plans = [(None, count)] if hint is None else [(None, count - count // 2), (hint, count // 2)]
        drafts: list[Candidate] = []
        cut = False
        for shown, rows in plans:
            window = self._window(talk, level, shown)
            params = replace(self._sampling, seed=seed % 2**31, deadline=seconds and seconds / len(plans))
            rows_of_ids = await self._engine.candidates(window.ids, params, rows)
            drafts += [self._candidate(ids, level, shown) for ids in rows_of_ids]
            cut = window.cut
        return drafts, cut

    async def write(
        self,
        talk: Talk,
        level: SpeechLevel,
        hint: str | None,
        seed: int,
        seconds: float | None,
        show: Callable[[str], Awaitable[None]] | None,
    ) -> tuple[Candidate, bool]:
        """Return one draft, shown while it is written, and whether the message was cut."""
        window = self._window(talk, level, hint)
        params = replace(self._sampling, seed=seed % 2**31, deadline=seconds)
        decoder = self._engine.tokenizer.decode_stream()
        ids: list[int] = []
        text = ""
        async with aclosing(self._engine.stream(window.ids, params)) as stream:
            async for id in stream:
                ids.append(id)
                piece = decoder.step(id)
                text += piece
                if piece and show is not None:
                    await show(text)
        return self._candidate(ids, level, hint), window.cut

    async def judge(self, talk: Talk, level: SpeechLevel, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return the candidates with their likelihood in this context and without any."""
        if not candidates:
            return []
        start = self._format.reply_start(level)
        window = self._window(talk, level, None)
        longest = self._engine.config.n_positions - len(window.ids)
        replies = [self._format.reply(candidate.text)[:longest] for candidate in candidates]
        here = await self._engine.score(window.ids, replies)
        anywhere = await self._engine.score([*self._head, *start], replies)
        return [
            replace(candidate, likelihood=_mean(likelihoods), prior=_mean(priors))
            for candidate, likelihoods, priors in zip(candidates, here, anywhere, strict=True)
        ]

    def _window(self, talk: Talk, level: SpeechLevel, hint: str | None) -> Window:
        people = people_in_order(talk.turns)
        names = len(people) > 1
        example = self._format.example(hint)[: self._longest_hint] if hint else []
        return fit(
            head=self._head_with(talk.facts),
            turns=[self._format.turn(turn, people, names) for turn in talk.turns],
            tail=[*example, *self._format.reply_start(level)],
            budget=self._engine.config.n_positions - self._sampling.max_new_tokens,
            first_place=talk.first_place,
            max_turns=self._max_turns,
        )

    def _head_with(self, facts: Sequence[str]) -> list[int]:
        """Return persona and facts, as many whole ones as a third of the context holds: the turns need room, too."""
        head = list(self._head)
        for fact in facts:
            segment = self._format.fact(fact)
            if len(head) + len(segment) <= self._engine.config.n_positions // 3:
                head += segment
        return head

    def _candidate(self, ids: list[int], level: SpeechLevel, hint: str | None) -> Candidate:
        unfinished = not ids or ids[-1] != self._format.end_id
        text = self._engine.tokenizer.decode(ids).strip()
        return Candidate(
            text=whole_sentences(text) if unfinished else text,
            source=Source.GENERATED if hint is None else Source.REFINED,
            level=level,
            unfinished=unfinished,
        )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))
