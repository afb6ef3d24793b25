"""What rooms cost that have spoken and are quiet now: memory and tasks.

    python -m benchmarks.idle_rooms [--rooms 10000] [--messages 2] [--trace]

In a process of its own, because memory that another measurement freed would be used first. A tenth of the rooms, made
beforehand, fills what is there once. ``--trace`` counts what Python allocated instead of what the system gave, and
prints the lines that hold the most of it; it is several times slower. Ends with one JSON line.
"""

import argparse
import asyncio
import gc
import json
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.echo_bot import Platform, echoing

_AT_ONCE = 500


async def speak(platform: Platform, rooms: range, messages: int) -> None:
    """Let each room speak, some of them at a time."""
    for first in rooms[::_AT_ONCE]:
        for number in range(messages):
            some = range(first, min(first + _AT_ONCE, rooms.stop))
            await asyncio.gather(*(platform.say(f"방 {room}", f"{number}번째 말이에요") for room in some))


def held() -> int:
    """Return the bytes that are in use: Python's where they are traced, else the process's."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else psutil.Process().memory_info().rss


async def measure(file: Path, rooms: int, messages: int) -> dict[str, int]:
    """Return bytes a room, and how many more tasks there are than before anybody spoke."""
    async with echoing(f"sqlite:///{file}") as platform:
        first = max(1, rooms // 10)
        await speak(platform, range(first), messages)
        await asyncio.sleep(0.1)
        tasks, before = len(asyncio.all_tasks()), held()
        await speak(platform, range(first, first + rooms), messages)
        await asyncio.sleep(0.1)
        figures = {"bytes": round((held() - before) / rooms), "tasks_more": len(asyncio.all_tasks()) - tasks}
        if tracemalloc.is_tracing():
            for line in tracemalloc.take_snapshot().statistics("lineno")[:12]:
                print(line)
        return figures


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=2, help="messages a room")
    parser.add_argument("--folder", type=Path, help="on a disk; the default is the temporary folder")
    parser.add_argument("--trace", action="store_true")
    arguments = parser.parse_args()
    if arguments.trace:
        tracemalloc.start()
    with TemporaryDirectory(dir=arguments.folder) as folder:
        figures = asyncio.run(measure(Path(folder) / "idle.sqlite3", arguments.rooms, arguments.messages))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
