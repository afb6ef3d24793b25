"""What bots with many plugins know and hear in a measurement. Knows no bot, and imports nothing that has to be installed.

A bot of size N has N commands, each of which adds two numbers, and N regular expressions. Nine in ten of these begin or
end with words of their own, as those of plugins mostly do; one in ten could match anything and has to be tried always.
"""

import argparse
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.load import TEXTS
from chatbot.garbage import search_less

BLOCK = 40
_SECONDS = 10.0
Say: TypeAlias = Callable[[str], Awaitable[str]]
"""Says a text and returns the answer, which is empty where there is none."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, and the answer that there must be; ``None`` where it is no plugin's to answer."""

    text: str
    answer: str | None


def command(number: int) -> str:
    """Return the name of a command."""
    return f"명령{number}"


def added(left: int, right: int) -> str:
    """Return what a command answers."""
    return f"{left + right}입니다."


def pattern(number: int) -> str:
    """Return a regular expression; what it finds has a group ``count``, a number."""
    if number % 10 == 0:
        return rf"^(?P<count>\d+)[a-z]{{{number % 70 + 3}}}\d+$"
    if number % 2:
        return rf"(?P<count>\d+)\s*개 주세요,? 상품{number}번"
    return rf"물건{number}번(?:을|이)? (?P<count>\d+)개"


def matched(number: int, count: int) -> str:
    """Return what the handler of a regular expression answers."""
    return f"{number}번 물건 {count}개 말씀이지요?"


def messages(size: int, many: int, seed: int = 0) -> list[Heard]:
    """Return what a bot hears: half are commands, a quarter match a regular expression, a quarter match nothing.

    So it is in every ``BLOCK`` of them, too.
    """
    chance = random.Random(seed)
    heard: list[Heard] = []
    for place in range(many):
        if place % 4 < 2:
            left, right = chance.randrange(1000), chance.randrange(1000)
            heard.append(Heard(f"/{command(chance.randrange(size))} {left} {right}", added(left, right)))
        elif place % 4 == 2:
            number = chance.choice([one for one in range(size) if one % 10])
            count = chance.randrange(1, 100)
            text = f"{count}개 주세요, 상품{number}번" if number % 2 else f"물건{number}번을 {count}개 부탁해요"
            heard.append(Heard(text, matched(number, count)))
        else:
            heard.append(Heard(chance.choice(TEXTS), None))
    blocks = [heard[start : start + BLOCK] for start in range(0, many, BLOCK)]
    return [one for block in blocks for one in chance.sample(block, len(block))]


async def timed(say: Say, size: int, many: int) -> dict[str, float]:
    """Say things one after the other; return the microseconds that each took, by the clock and of CPU time.

    Whoever takes longer than ten seconds hears no more, but a whole block at least.

    Raises:
        AssertionError: a command or a regular expression was not answered as it must be.
    """
    for heard in messages(size, BLOCK // 2, seed=1):  # whatever is made at the first use is made by now
        await say(heard.text)
    search_less()
    every = messages(size, many)
    answers: list[str] = []
    wall, cpu = time.perf_counter(), time.process_time()
    for heard in every:
        answers.append(await say(heard.text))
        if len(answers) % BLOCK == 0 and time.perf_counter() - wall > _SECONDS:
            break
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    check(every[: len(answers)], answers)
    return {"us": round(wall / len(answers) * 1e6, 1), "cpu_us": round(cpu / len(answers) * 1e6, 1)}


def check(every: Sequence[Heard], answers: Sequence[str]) -> None:
    """Look whether the answers are those that there must be.

    Raises:
        AssertionError: they are not.
    """
    for heard, answer in zip(every, answers, strict=True):
        assert heard.answer is None or heard.answer == answer, f"{heard} was answered with {answer!r}"


def arguments_of(description: str | None) -> argparse.Namespace:
    """Parse the command line that each of the bots is measured with."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commands", type=int, default=50, help="commands, and as many regular expressions")
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--whole", action="store_true", help="말동무: the whole bot, not only the dispatch")
    parser.add_argument(
        "--threads", action="store_true", help="Errbot: handlers run in its pool, as they do by default"
    )
    return parser.parse_args()


def show(figures: dict[str, float]) -> None:
    """Print figures for whoever started this process."""
    print(json.dumps(figures))
