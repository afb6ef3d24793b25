"""How many messages the whole bot answers durably, how long one takes, and what quiet rooms cost. Beside NoneBot2.

    python -m benchmarks.rooms [--runs 3] [--rooms 1000] [--messages 10] [--stored 1000000] [--idle 10000]
        [--folder FOLDER] [--json-only]

The model is a fake one that answers at once: what is left is the framework, with SQLite on the disk of ``--folder``, and
once more on PostgreSQL where MALDONGMU_TEST_POSTGRES is the URL of a server. The README beside this file says what each
figure is and what the two bots do for a message. Ends with one JSON line.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from benchmarks.echo_bot import echoing, one_room
from benchmarks.history import ADAPTER, LARGE, store
from benchmarks.load import medians, spread
from chatbot.garbage import search_less
from chatbot.history import History
from chatbot.messages import Address

ROOT = Path(__file__).parents[1]
WINDOW = 40
_TURN = 25
_BESIDE = """
What is compared. 말동무: guards, safety checks, commands, the window of the conversation, and three commits to the disk a
message (accepted; answered; sent), each room in order, sending tried again until it worked. NoneBot2: the event goes
through a command matcher to its handler, which sends, all in memory: no storage, no order between events, no second try.
"""


def beside(file: Path, server: str | None, runs: int, rooms: int, messages: int) -> dict[str, dict[str, float]]:
    """Let each bot answer many rooms at once in processes of their own, in turn, ``runs`` times; return the medians."""
    load = ("--rooms", str(rooms), "--messages", str(messages))
    found: dict[str, list[dict[str, float]]] = {}
    for run in range(runs):
        found.setdefault("sqlite", []).append(_child("echo_bot", f"sqlite:///{file}-{run}", *load))
        if server is not None:
            with schema(server) as url:
                found.setdefault("postgresql", []).append(_child("echo_bot", url, *load))
        if _version("nonebot2"):
            found.setdefault("nonebot2", []).append(_child("nonebot_peer", *load))
    return {name: medians(figures) for name, figures in found.items()}


def idle(folder: Path, rooms: int) -> dict[str, float]:
    """Return what a quiet room costs: bytes of the process, bytes that Python allocated for it, tasks that are left."""
    options = ("--rooms", str(rooms), "--folder", str(folder))
    resident, traced = _child("idle_rooms", *options), _child("idle_rooms", *options, "--trace")
    return {"rss_bytes": resident["bytes"], "python_bytes": traced["bytes"], "tasks_more": resident["tasks_more"]}


async def alone(urls: dict[str, str], messages: int) -> dict[str, dict[str, float]]:
    """Return how long an answer takes in one room of each database, one message after the other.

    The databases take turns, a few messages each, so that what else the machine does meets all of them alike.
    """
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in urls}
    cpu = dict.fromkeys(urls, 0.0)
    async with AsyncExitStack() as open_bots:
        bots = {name: await open_bots.enter_async_context(echoing(url)) for name, url in urls.items()}
        for bot in bots.values():
            await one_room(bot, LARGE.room, WINDOW)  # from here on the window is full
        search_less()
        for _ in range(0, messages, _TURN):
            for name, bot in bots.items():
                before = time.process_time()
                times[name] += await one_room(bot, LARGE.room, _TURN)
                cpu[name] += time.process_time() - before
    return {
        name: spread("handed_over", [handed for handed, _ in waited])
        | spread("done", [done for _, done in waited])
        | {"cpu_ms": round(cpu[name] / len(waited) * 1e3, 3)}
        for name, waited in times.items()
    }


async def windows(files: dict[str, tuple[Path, Address]], loads: int) -> dict[str, dict[str, float]]:
    """Return how long it takes to load what a reply is made from, in turns as well."""
    times: dict[str, list[float]] = {name: [] for name in files}
    async with AsyncExitStack() as open_histories:
        histories = {
            name: (await open_histories.enter_async_context(History.open(file)), room)
            for name, (file, room) in files.items()
        }
        for _ in range(loads):
            for name, (history, room) in histories.items():
                started = time.perf_counter()
                await history.turns(room, WINDOW)
                times[name].append(time.perf_counter() - started)
    return {name: spread("window", waited) for name, waited in times.items()}


def over_time(folder: Path, messages: int, stored: int) -> dict[str, dict[str, float]]:
    """Return how long a message and a window take in a new database and in one where ``stored`` turns lie already."""
    new, full = "0 turns", f"{stored} turns"
    files = {new: (folder / "new.sqlite3", Address(ADAPTER, "아무도 없는 방")), full: (folder / "full.sqlite3", LARGE)}
    asyncio.run(windows({full: files[full]}, 2))  # makes the tables
    store(files[full][0], stored)
    loaded = asyncio.run(windows(files, messages))
    urls = {"in memory": "sqlite://", **{name: f"sqlite:///{file}" for name, (file, _) in files.items()}}
    answered = asyncio.run(alone(urls, messages))
    return {name: figures | loaded.get(name, {}) for name, figures in answered.items()}


def machine(folder: Path, server: str | None) -> dict[str, object]:
    """Return what the figures depend on: the load of other programs, the disk, how durable the server is."""
    conditions: dict[str, object] = {
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "nice": os.nice(0),
        "sync_ms": sync_ms(folder),
        "python": platform.python_version(),
        "nonebot2": _version("nonebot2"),
    }
    if server is not None:
        engine = create_engine(server)
        with engine.connect() as connection:
            for setting in ("server_version", "fsync", "synchronous_commit"):
                conditions[f"postgresql {setting}"] = connection.execute(text(f"SHOW {setting}")).scalar()
        engine.dispose()
    return conditions


def sync_ms(folder: Path) -> float:
    """Return the p50 of what one commit waits for: a page rewritten and brought to the disk."""
    times: list[float] = []
    file = folder / "sync"
    file.write_bytes(bytes(2**20))
    with file.open("r+b", buffering=0) as opened:
        for number in range(200):
            opened.seek(number * 4096)
            opened.write(bytes(range(256)) * 16)
            started = time.perf_counter()
            getattr(os, "fdatasync", os.fsync)(opened.fileno())
            times.append(time.perf_counter() - started)
    file.unlink()
    return round(statistics.median(times) * 1e3, 3)


@contextmanager
def schema(server: str) -> Generator[str]:
    """Yield the URL of an empty schema of a server, which goes afterwards."""
    name = f"bench_{uuid4().hex}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        url = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()


def table(rows: dict[str, dict[str, float]]) -> str:
    """Return figures, one row for each name and one column for each figure."""
    columns = list(dict.fromkeys(figure for figures in rows.values() for figure in figures))
    lines = [f"{'':16}" + "".join(f"{column:>21}" for column in columns)]
    for name, figures in rows.items():
        lines.append(f"{name:16}" + "".join(f"{figures.get(column, ''):>21}" for column in columns))
    return "\n".join(lines)


def _child(module: str, *options: str) -> dict[str, float]:
    """Return what another module of this folder measures in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *options]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rooms", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=10, help="messages a room")
    parser.add_argument("--sequential", type=int, default=1000, help="messages in one room, one after the other")
    parser.add_argument("--stored", type=int, default=1_000_000, help="turns that the large database holds")
    parser.add_argument("--idle", type=int, default=10_000, help="rooms that have spoken and are quiet")
    parser.add_argument("--folder", type=Path, help="on the disk to be measured; the default is the temporary folder")
    parser.add_argument("--json-only", action="store_true")
    arguments = parser.parse_args()
    server = os.environ.get("MALDONGMU_TEST_POSTGRES") or None
    with TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        conditions = machine(folder, server)
        at_once = beside(folder / "at_once", server, arguments.runs, arguments.rooms, arguments.messages)
        one = over_time(folder, arguments.sequential, arguments.stored)
        quiet = idle(folder, arguments.idle)
    ratio = None
    if "nonebot2" in at_once:
        ratio = round(at_once["sqlite"]["messages_per_second"] / at_once["nonebot2"]["messages_per_second"], 2)
    if not arguments.json_only:
        print(f"{conditions}\n\n{arguments.rooms} rooms at once, {arguments.messages} messages each:")
        print(table(at_once))
        print(f"{_BESIDE}\nmessages a second, 말동무 on SQLite to NoneBot2: {ratio or 'NoneBot2 is not installed'}\n")
        print(f"One room, one message after the other:\n{table(one)}\n")
        print(f"A quiet room, of {arguments.idle}: {quiet}")
    figures = {"at_once": at_once, "ratio_to_nonebot2": ratio, "one_room": one, "idle_room": quiet}
    sizes = {name: vars(arguments)[name] for name in ("runs", "rooms", "messages", "sequential", "stored", "idle")}
    print(json.dumps({"benchmark": "rooms", "machine": conditions, **sizes, **figures}, ensure_ascii=False))


if __name__ == "__main__":
    main()
