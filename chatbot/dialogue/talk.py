"""A conversation as it stands when the bot is to speak. A value object: knows nothing of models or storage."""

from dataclasses import dataclass

from chatbot.messages import SpeechLevel, Turn


@dataclass(frozen=True, slots=True)
class Talk:
    """The turns so far, oldest first; the last one is a person's, to be answered.

    Attributes:
        first_place: the place of ``turns[0]`` in the whole conversation, from 0.
        facts: remembered about the people here.
        avoid: replies that must not be given (again).
        level: in which the bot is to answer; the persona's own where it is ``None``.
    """

    turns: tuple[Turn, ...]
    first_place: int = 0
    facts: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    level: SpeechLevel | None = None

    @property
    def message(self) -> str:
        """The words to be answered."""
        return self.turns[-1].text

    @property
    def bot_replies(self) -> tuple[str, ...]:
        """What the bot said so far."""
        return tuple(turn.text for turn in self.turns if turn.speaker.is_bot)

    @property
    def texts(self) -> tuple[str, ...]:
        """All that was said, and the names of those who said it."""
        return (*(turn.text for turn in self.turns), *(turn.speaker.name for turn in self.turns), *self.facts)
