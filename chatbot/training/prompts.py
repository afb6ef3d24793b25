"""The prompts of the evaluation, made of the same parts as in serving. Knows nothing of engines."""

from collections.abc import Sequence

from chatbot.dialogue.format import DialogueFormat, people_in_order
from chatbot.dialogue.persona import name_line
from chatbot.dialogue.window import fit
from chatbot.messages import Turn
from chatbot.training.held_out import Item


class Prompts:
    """Writes down what the model reads before it answers an item."""

    def __init__(self, format: DialogueFormat, positions: int, max_turns: int) -> None:
        """``positions``: the context of the model, in tokens; ``max_turns``: most turns that it is shown."""
        self._format = format
        self._positions = positions
        self._max_turns = 1 if format.markers.single_turn else max_turns

    @property
    def longest_reply(self) -> int:
        """Tokens of a reply that are scored at most: half of the context, so that there is room for a prompt."""
        return self._positions // 2

    def reply(self, text: str) -> list[int]:
        """Return the ids of a reply, the end of the turn included."""
        return self._format.reply(text)[: self.longest_reply]

    def prompt(self, item: Item, room: int, turns: Sequence[Turn] | None = None) -> list[int]:
        """Return the ids before the bot's words; ``turns`` stand in for the item's own context.

        Args:
            room: tokens to leave free behind the prompt.
        """
        shown = item.context if turns is None else turns
        people = people_in_order(shown)
        window = fit(
            head=self._head(item),
            turns=[self._format.turn(turn, people, names=len(people) > 1) for turn in shown],
            tail=self._format.reply_start(item.level),
            budget=self._positions - room,
            max_turns=self._max_turns,
        )
        return window.ids

    def without_context(self, item: Item) -> list[int]:
        """Return the prompt of a conversation in which nobody said anything."""
        return [*self._head(item), *self._format.reply_start(item.level)]

    def _head(self, item: Item) -> list[int]:
        name = item.dialogue.bot_name
        return self._format.persona(name_line(name))[: self._positions // 8] if name else []
