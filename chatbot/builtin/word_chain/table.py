"""A room's game of 끝말잇기 as it is stored with the room: who sits where, whose turn it is, what was said.

Holds no name and no id of anybody, only numbers of seats; who has which seat is kept with each person, and goes when
they are erased. Knows no chats.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from chatbot.builtin.word_chain.opponent import Level

BOT = 0
"""The bot's seat; people's begin at 1."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's seat in a game. Those of games that are over mean nothing."""

    game: int
    number: int


@dataclass(slots=True)
class Table:
    """A game that is being joined or played.

    Attributes:
        game: tells games in a room apart, and seeds the bot's choices.
        until: how long the room is surely being listened to.
        seats: how many people took a seat.
        order: the seats that are in the game, in the order of turns; the first one's turn it is.
        due: when the time for this turn is up.
        turn: grows with every turn, so that a timer knows whether it is about this one.
    """

    game: int
    until: datetime
    level: Level = Level.NORMAL
    is_playing: bool = False
    seats: int = 0
    order: list[int] = field(default_factory=list[int])
    turn: int = 0
    misses: int = 0
    due: datetime | None = None
    used: list[str] = field(default_factory=list[str])

    def join(self) -> Seat:
        """Take a seat and return it."""
        self.seats += 1
        self.order.append(self.seats)
        return Seat(self.game, self.seats)

    def leave(self, seat: int) -> None:
        """Give up a seat; if it was its turn, the next one's begins."""
        if self.order[:1] == [seat]:
            self._begin_turn()
        self.order.remove(seat)

    def start(self, word: str, *, with_bot: bool) -> None:
        """Begin to play from a first word; the bot is the last in the order."""
        self.is_playing = True
        self.used = [word]
        if with_bot:
            self.order.append(BOT)
        self._begin_turn()

    def say(self, word: str) -> None:
        """Take the word of the one whose turn it is, and pass the turn on."""
        self.used.append(word)
        self.order.append(self.order.pop(0))
        self._begin_turn()

    def keep_only(self, present: Collection[int]) -> None:
        """Let those go whose seat nobody has any more."""
        for seat in [seat for seat in self.order if seat != BOT and seat not in present]:
            self.leave(seat)

    @property
    def is_over(self) -> bool:
        """Whether there is nobody left to play against."""
        return self.is_playing and len(self.order) < 2

    def _begin_turn(self) -> None:
        self.turn += 1
        self.misses = 0
