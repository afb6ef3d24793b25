"""Takes an erased person's name and words out of what others said. Knows no SQL."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chatbot.history.records import Json

RUN = 8
"""Characters from which on a run of words counts as a quote; shorter ones are anybody's."""
NAME_ERASED = "(이름 지움)"
WORDS_ERASED = "(지운 말)"


@dataclass(frozen=True, slots=True)
class Redaction:
    """What must not be read any more.

    Attributes:
        names: longest first. One of a single character would be found everywhere, so it does not count.
        runs: every run of ``RUN`` characters of the erased words, white space counting as one space.
    """

    names: tuple[str, ...]
    runs: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str], texts: Iterable[str]) -> "Redaction":
        """Return the redaction of a person's names and texts, in time and memory linear in their length."""
        long_enough = {name for name in names if len(name.strip()) > 1}
        return cls(
            tuple(sorted(long_enough, key=lambda name: (-len(name), name))),
            frozenset(run for text in texts for run in _runs(" ".join(text.split()))),
        )

    def with_texts(self, texts: Iterable[str]) -> "Redaction":
        """Return the redaction of more texts too."""
        return replace(self, runs=self.runs | Redaction.of((), texts).runs)

    def __bool__(self) -> bool:
        return bool(self.names or self.runs)

    def of_text(self, text: str) -> str:
        """Return a text without names and quotes; the same one if there are none. Linear in its length."""
        redacted = self._without_quotes(text)
        for name in self.names:
            redacted = redacted.replace(name, NAME_ERASED)
        # A person may have said the very words that stand for erased ones.
        return text if redacted == text else self._without_quotes(redacted)

    def of_json(self, value: Json) -> Json:
        """Return a value with all of its strings redacted; keys stay."""
        if isinstance(value, str):
            return self.of_text(value)
        if isinstance(value, list):
            return [self.of_json(item) for item in value]
        if isinstance(value, dict):
            return {key: self.of_json(item) for key, item in value.items()}
        return value

    def _without_quotes(self, text: str) -> str:
        while not self.runs.isdisjoint(_runs(" ".join(text.split()))):
            text = self._replaced_once(text)  # shorter by at least a character, so this ends
        return text

    def _replaced_once(self, text: str) -> str:
        """Replace every stretch that runs cover."""
        characters: list[str] = []
        positions: list[int] = []
        for position, character in enumerate(text):
            if not character.isspace():
                characters.append(character)
                positions.append(position)
            elif characters and characters[-1] != " ":
                characters.append(" ")
                positions.append(position)
        kept: list[str] = []
        end = covered = 0  # up to where the text is copied; up to where the stretch at hand reaches
        for start, run in enumerate(_runs("".join(characters))):
            if run not in self.runs:
                continue
            if start > covered or not kept:
                kept += [text[end : positions[start]], WORDS_ERASED]
            covered = start + RUN
            end = positions[covered - 1] + 1
        return "".join([*kept, text[end:]])


def _runs(text: str) -> Iterable[str]:
    return (text[start : start + RUN] for start in range(len(text) - RUN + 1))
