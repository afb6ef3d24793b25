"""A program of its own: reads words, one a line, and answers each with 1 if Kiwi has it as a common noun, 0 if not.

Imports nothing of ours, so that it starts at once. It ends with its input, or after some minutes without a word.
"""

import os
import sys
import threading
from collections.abc import Iterable
from importlib import import_module
from typing import Any

_IDLE = 600.0
"""Seconds without a word after which it ends: Kiwi keeps 300 MB."""
_READINGS = 5
_LESS_LIKELY = 8.0
"""How much less likely, in nats, a noun may be than the likeliest reading: 나이 is a noun, 여기 is none."""
_MORE_LIKELY_A_NAME = 2.0


def has_noun(word: str, readings: Iterable[tuple[list[Any], float]]) -> bool:
    """Tell whether one of a word's readings, the likeliest first, is a single common noun of Kiwi's dictionary."""
    likeliest: float | None = None
    name: float | None = None
    for tokens, score in readings:
        likeliest = score if likeliest is None else likeliest
        if len(tokens) != 1 or tokens[0].form != word or tokens[0].oov:
            continue
        if tokens[0].tag == "NNG":
            return score >= likeliest - _LESS_LIKELY and (name is None or score >= name - _MORE_LIKELY_A_NAME)
        if tokens[0].tag == "NNP":
            name = score
    return False


def main() -> None:
    """Answer until there is nothing more to read."""
    kiwi = import_module("kiwipiepy").Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)
    while True:
        idle = threading.Timer(_IDLE, os._exit, (0,))
        idle.daemon = True
        idle.start()
        line = sys.stdin.readline()
        idle.cancel()
        if not line:
            return
        word = line.strip()
        sys.stdout.write("1\n" if has_noun(word, kiwi.analyze(word, top_n=_READINGS)) else "0\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
