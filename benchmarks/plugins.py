"""How long a bot with many plugins takes to find and run the right handler. Beside NoneBot2 and Errbot.

    python -m benchmarks.plugins [--runs 5] [--messages 400] [--sizes 5 50 500] [--errbot build/errbot] [--install-errbot]
        [--json-only]

Each bot has N commands and as many regular expressions, and hears the same messages one after the other: half are
commands with two numbers, a quarter match an expression, a quarter match nothing. The README beside this file says what
each of them does for a message. Ends with one JSON line.
"""

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from benchmarks.load import medians
from benchmarks.rooms import table

ROOT = Path(__file__).parents[1]
SIZES = (5, 50, 500)
DISPATCH, WHOLE = "말동무", "말동무, whole bot"
NONEBOT, ERRBOT, ONE_THREAD = "nonebot2", "errbot", "errbot, 1 thread"
_ERRBOT = "errbot==6.2.1"
_BESIDE = """
What is compared. The message's handler is found, two numbers are converted, the handler runs, its answer arrives.
Errbot runs handlers in a pool of threads by default, so that one that hangs does not stop the others; with one thread it
does. 말동무 ends it after ten seconds. The whole bot does more: guards, safety checks, the order of each room, three
transactions (in memory), and an answer to what no plugin answers.
"""


def systems(errbot: Path | None) -> dict[str, list[str]]:
    """Return how each bot is measured: the command line of a process of its own."""
    commands = {
        DISPATCH: [sys.executable, "-m", "benchmarks.plugins_ours"],
        WHOLE: [sys.executable, "-m", "benchmarks.plugins_ours", "--whole"],
    }
    if find_spec("nonebot") is not None:
        commands[NONEBOT] = [sys.executable, "-m", "benchmarks.plugins_nonebot"]
    if errbot is not None:
        commands[ERRBOT] = [str(errbot), "-m", "benchmarks.plugins_errbot", "--threads"]
        commands[ONE_THREAD] = [str(errbot), "-m", "benchmarks.plugins_errbot"]
    return commands


def measure(
    commands: Mapping[str, list[str]], sizes: Sequence[int], runs: int, messages: int
) -> dict[str, dict[str, float]]:
    """Measure every bot at every size, in turn, ``runs`` times; return the medians, in microseconds a message."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for _ in range(runs):
        figures: dict[str, dict[str, float]] = {name: {} for name in commands}
        for size in sizes:
            for name, command in commands.items():
                one = _child([*command, "--commands", str(size), "--messages", str(messages)])
                figures[name] |= {f"{size}_us": one["us"], f"{size}_cpu_us": one["cpu_us"]}
        for name, row in figures.items():
            found[name].append(row)
    return {name: medians(rows) for name, rows in found.items()}


def growth(sizes: Sequence[int], times: Sequence[float]) -> float:
    """Return the exponent with which times grow with sizes: 1 is linear, 0 is not at all (least squares of logarithms)."""
    xs, ys = [math.log(size) for size in sizes], [math.log(time) for time in times]
    middle, height = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle) ** 2 for x in xs)
    return round(sum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / spread, 2) if spread else 0.0


def ratios(figures: Mapping[str, Mapping[str, float]], sizes: Sequence[int]) -> dict[str, dict[str, float]]:
    """Return how many times as long as the dispatch of 말동무 each bot takes."""
    return {
        name: {f"{size}": round(row[f"{size}_us"] / figures[DISPATCH][f"{size}_us"], 2) for size in sizes}
        for name, row in figures.items()
    }


def python_of(folder: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(folder: Path) -> None:
    """Make a virtual environment with Errbot, whose requirements do not go together with ours."""
    venv.create(folder, with_pip=True)
    subprocess.run([python_of(folder), "-m", "pip", "install", "--quiet", _ERRBOT], check=True)


def machine() -> dict[str, object]:
    """Return what the figures depend on."""
    try:
        nonebot = version("nonebot2")
    except PackageNotFoundError:
        nonebot = None
    load = round(os.getloadavg()[0], 1)
    return {"cores": os.cpu_count(), "load_before": load, "python": platform.python_version(), "nonebot2": nonebot}


def _child(command: Sequence[str]) -> dict[str, float]:
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--messages", type=int, default=400, help="messages that each bot of each size hears in a run")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="commands, and as many regular expressions")
    parser.add_argument(
        "--errbot", type=Path, default=ROOT / "build" / "errbot", help="a virtual environment with Errbot"
    )
    parser.add_argument("--install-errbot", action="store_true", help="make that virtual environment first")
    parser.add_argument("--json-only", action="store_true")
    arguments = parser.parse_args()
    if arguments.install_errbot:
        install(arguments.errbot)
    python = python_of(arguments.errbot)
    commands = systems(python if python.exists() else None)
    conditions = machine()
    figures = measure(commands, arguments.sizes, arguments.runs, arguments.messages)
    grown = {
        name: {"growth": growth(arguments.sizes, [row[f"{size}_us"] for size in arguments.sizes])}
        for name, row in figures.items()
    }
    compared = ratios(figures, arguments.sizes)
    if not arguments.json_only:
        print(f"{conditions}\n\nMicroseconds a message, median of {arguments.runs}:")
        print(table({name: row | grown[name] for name, row in figures.items()}))
        print(f"\nTimes as long as {DISPATCH}:\n{table(compared)}\n{_BESIDE}")
        for name, missing in ((NONEBOT, "pip install 'maldongmu[bench]'"), (ERRBOT, "--install-errbot")):
            if name not in figures:
                print(f"{name} is not installed: {missing}")
    sizes = {"runs": arguments.runs, "messages": arguments.messages, "sizes": list(arguments.sizes)}
    line = {"benchmark": "plugins", "machine": conditions, **sizes, "us": figures, "growth": grown, "ratio": compared}
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
