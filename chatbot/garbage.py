"""How often Python looks for garbage that refers to itself. For a process that is all the bot's own and serves for long.

Nearly all that a message leaves behind is freed at once, by counting references. With Python's defaults a fifth of the
event loop's time under load went into the search for the rest, 100 ms at a time in which no room was answered (1,000
rooms at once, 140,000 objects alive without a model, two cores).
"""

import gc

_MORE_OBJECTS = 10_000
"""So many more than before must be alive before there is a search: a few MiB. Python's default is 700."""


def search_less() -> None:
    """Search for garbage less often, and never in what stands now: call it once, when everything is loaded."""
    gc.freeze()
    gc.set_threshold(_MORE_OBJECTS, *gc.get_threshold()[1:])
