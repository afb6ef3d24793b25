"""What goes wrong between Discord and a bot."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances from 0 to 1 unless said otherwise. The default is a network that works.

    Attributes:
        drop: the gateway's connection breaks before an event gets through, or that of a request before it is read.
        drop_after: the connection breaks once a message was taken: the bot cannot know.
        delay: seconds that events and requests take at most.
        too_many: a request is refused with 429 and ``retry_after``.
        error: a request fails with 500.
        duplicate: an event comes a second time.
        reorder: an event changes places with the next one.
    """

    drop: float = 0.0
    drop_after: float = 0.0
    delay: float = 0.0
    too_many: float = 0.0
    retry_after: float = 0.05
    error: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0


class Chance:
    """Decides when they happen; the same things go wrong again in the next run."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._random = random.Random(5)

    def hits(self, chance: float) -> bool:
        """Tell whether something of that chance happens now."""
        return chance > 0 and self._random.random() < chance

    def seconds(self) -> float:
        """Return how long something takes now."""
        return self._random.random() * self.faults.delay
