"""How fast the history takes a message in, stores its answer and gives back a window, durably, in a file of SQLite.

    python -m benchmarks.history [--rooms 200] [--messages 4000] [--stored 1000000] [--folder FOLDER]

A message is ``accept``, ``turns``, ``commit`` and ``delivered``: each is on the disk when it returns. First many rooms at
once, each with one message at a time; then one room, one call after the other. The CPU time is all threads' and the event
loop's, so the disk does not count. Then a window is loaded from a room that holds half of the turns stored, the other half
lying in 10,000 rooms. Ends with one JSON line; its times are in milliseconds.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from chatbot.history import Commit, History
from chatbot.messages import Address, Incoming, Outgoing, Source, Speaker, Turn

BOT = Speaker("bot", "단비", is_bot=True)
ADAPTER = "bench"
SMALL_ROOMS = 10_000
LARGE = Address(ADAPTER, "큰 방")
SEQUENTIAL = 500


async def message(history: History, address: Address, number: int) -> None:
    """Do for one message what the pipeline does."""
    person = Speaker(address.room, "하나")
    incoming = Incoming(address, str(number), person, f"{number}번째 말이에요. 오늘 날씨가 참 좋네요!")
    accepted = await history.accept(incoming)
    assert accepted is not None
    await history.turns(address)
    reply = "맞아요, 산책하기 좋은 날이에요. 어디 가고 싶은 곳이 있어요?"
    turns = (Turn(person, incoming.text, message_id=incoming.id), Turn(BOT, reply, Source.GENERATED))
    pending = await history.commit(
        Commit(address, inbox=(accepted.id,), turns=turns, replies=(Outgoing(reply, reply_to=incoming.id),))
    )
    assert pending is not None
    await history.delivered(pending[0].id, f"b{number}")


async def at_once(history: History, rooms: int, messages: int) -> dict[str, float]:
    """Answer messages in many rooms at once."""

    async def talk(room: int) -> None:
        for number in range(messages // rooms):
            await message(history, Address(ADAPTER, f"방 {room}"), number)

    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(talk(room) for room in range(rooms)))
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    done = messages // rooms * rooms
    return {"messages_per_second": round(done / wall), "cpu_ms_per_message": round(cpu / done * 1e3, 3)}


async def timed(name: str, work: Callable[[int], Awaitable[object]]) -> dict[str, float]:
    """Return the p50 and p99 of ``work``, one run after the other."""
    times: list[float] = []
    for run in range(SEQUENTIAL):
        started = time.perf_counter()
        await work(run)
        times.append((time.perf_counter() - started) * 1e3)
    cuts = statistics.quantiles(times, n=100)
    return {f"{name}_p50_ms": round(cuts[49], 3), f"{name}_p99_ms": round(cuts[98], 3)}


def store(file: Path, turns: int) -> None:
    """Put turns into the database by SQL: half of them in one conversation."""
    connection = sqlite3.connect(file)
    now = "2026-01-01 00:00:00.000000"
    rooms = [LARGE.room, *(f"작은 방 {room}" for room in range(SMALL_ROOMS))]
    speakers = [
        connection.execute(
            "INSERT INTO speakers (adapter, platform_id, is_bot, name) VALUES (?, ?, ?, ?) RETURNING id",
            (ADAPTER, f"대량 {is_bot}", is_bot, "하나"),
        ).fetchone()[0]
        for is_bot in (False, True)
    ]
    conversations: list[int] = []
    for room in rooms:
        [row] = connection.execute(
            "INSERT INTO rooms (adapter, room, created_at, kind) VALUES (?, ?, ?, 'private') RETURNING id",
            (ADAPTER, room, now),
        ).fetchone()
        [conversation] = connection.execute(
            "INSERT INTO conversations (room_id, begun_at) VALUES (?, ?) RETURNING id", (row, now)
        ).fetchone()
        conversations.append(conversation)

    half = turns // 2
    said = (
        (
            conversations[0] if number % 2 else conversations[1 + number // 2 % SMALL_ROOMS],
            number // 2 if number % 2 else number // 2 // SMALL_ROOMS,
            speakers[number // 2 % 2],
            f"{number}번째로 저장된 말이에요. 주말에는 집에서 쉬려고요.",
            Source.PERSON.value,
            now,
            str(number),
        )
        for number in range(half * 2)
    )
    connection.executemany(
        "INSERT INTO turns (conversation_id, place, speaker_id, text, source, said_at, message_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        said,
    )
    connection.commit()
    connection.close()


async def measure(folder: Path, rooms: int, messages: int, stored: int) -> dict[str, float]:
    """Return all the figures."""
    file = folder / "history.sqlite3"
    figures: dict[str, float] = {"rooms": rooms, "messages": messages}
    async with History.open(file) as history:
        figures |= await at_once(history, rooms, messages)
        alone = Address(ADAPTER, "혼자")
        figures |= await timed("sequential", lambda run: message(history, alone, run))
        figures |= await timed("window_of_few", lambda run: history.turns(alone))
    await asyncio.to_thread(store, file, stored)
    figures["stored"] = stored
    async with History.open(file) as history:
        assert len(await history.turns(LARGE)) == 40
        figures |= await timed("window_of_large", lambda run: history.turns(LARGE))
        figures |= await timed("window_of_small", lambda run: history.turns(Address(ADAPTER, f"작은 방 {run}")))
        figures |= await timed("sequential_in_large", lambda run: message(history, LARGE, 10**9 + run))
    figures["file_bytes"] = file.stat().st_size
    return figures


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=200)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="on the disk to be measured; the default is the temporary folder")
    arguments = parser.parse_args()
    with TemporaryDirectory(dir=arguments.folder) as folder:
        figures = asyncio.run(measure(Path(folder), arguments.rooms, arguments.messages, arguments.stored))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
