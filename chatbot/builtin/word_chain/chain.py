"""The referee: whether a message's word counts. Knows the words said so far, not who plays."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.builtin.word_chain.nouns import is_noun
from chatbot.builtin.word_chain.plugin import Settings
from chatbot.builtin.word_chain.reading import Said
from chatbot.builtin.word_chain.rules import Fault, fits
from chatbot.builtin.word_chain.words import Lexicon, lexicon


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word, and why it does not count; ``None`` if it does."""

    word: str
    fault: Fault | None = None


def fault_of(word: str, used: Sequence[str], settings: Settings, known: Lexicon, *, is_known: bool) -> Fault | None:
    """Return why a word may not be said after ``used``; ``is_known`` says whether it is a word at all."""
    last = used[-1] if used else ""
    if len(word) < settings.min_syllables:
        return Fault.SHORT
    if not fits(word, last):
        return Fault.WRONG_START
    if word in used:
        return Fault.REPEATED
    if not is_known:
        return Fault.UNKNOWN
    if len(used) < settings.fair_words and known.is_dead_end(word):
        return Fault.DEAD_END
    return None


async def judged(said: Said, used: Sequence[str], settings: Settings) -> Verdict | None:
    """Return what is to be made of a message's word; ``None`` if it is talk rather than a word.

    Whatever is said in passing is no word of the game: what nobody knows and does not fit either, and what looks like
    talk and is not just the word that is wanted.
    """
    known = lexicon(settings.min_syllables)
    last = used[-1] if used else ""
    is_sure = said.is_sure and (not said.ends_like_talk or any(stem in known.words for stem in said.candidates[1:]))
    verdicts = [
        Verdict(word, fault_of(word, used, settings, known, is_known=True))
        for word in said.candidates
        if word in known.words
    ]
    right = next((verdict for verdict in verdicts if verdict.fault is None), None)
    if right is not None:
        return right
    if settings.kiwi:
        for word in said.candidates:
            may_count = len(word) >= settings.min_syllables and word not in known.words
            if may_count and (is_sure or fits(word, last)) and await is_noun(word):
                verdicts.append(Verdict(word, fault_of(word, used, settings, known, is_known=True)))
    if verdicts and (is_sure or any(verdict.fault is None for verdict in verdicts)):
        return min(verdicts, key=lambda verdict: (verdict.fault is not None, not fits(verdict.word, last)))
    fitting = [word for word in said.candidates if word and fits(word, last)]
    if not is_sure or not fitting:
        return None
    long_enough = [word for word in fitting if len(word) >= settings.min_syllables]
    return Verdict(long_enough[-1], Fault.UNKNOWN) if long_enough else Verdict(fitting[0], Fault.SHORT)
