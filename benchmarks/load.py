"""What a bot is told in a measurement, and how fast it answers. Knows no bot: it is handed a way to say something."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

TEXTS = (
    "안녕하세요",
    "나 오늘 회사에서 발표했는데 중간에 말이 꼬여서 얼굴이 빨개졌어",
    "ㅋㅋㅋㅋㅋ",
    "저녁에 된장찌개 끓일까 하는데 감자가 없네요",
    "고양이가 새벽마다 깨워서 잠을 못 자겠어요",
    "주말에 비 온대",
    "요즘 읽는 책이 있는데 주인공이 답답해서 자꾸 덮게 돼요",
    "버스에 우산을 두고 내렸어요 ㅠㅠ",
    "첫 월급을 받았는데 부모님께 뭘 사 드리면 좋을까요?",
)
Say: TypeAlias = Callable[[str, str], Awaitable[None]]
"""Says a text in a room and returns when the answer to it is sent."""


async def at_once(say: Say, rooms: int, messages: int) -> dict[str, float]:
    """Let people talk in many rooms at once, each of whom waits for an answer before saying more.

    Args:
        messages: how many each of them says.

    Returns:
        Messages a second, and milliseconds of CPU time a message: of the whole process, and of the event loop's thread.
    """

    async def talk(room: int) -> None:
        for number in range(messages):
            await say(f"방 {room}", TEXTS[(room + number) % len(TEXTS)])

    wall, cpu, loop = time.perf_counter(), time.process_time(), time.thread_time()
    await asyncio.gather(*(talk(room) for room in range(rooms)))
    wall, cpu, loop = time.perf_counter() - wall, time.process_time() - cpu, time.thread_time() - loop
    count = rooms * messages
    return {
        "messages_per_second": round(count / wall),
        "cpu_ms": round(cpu / count * 1e3, 3),
        "loop_cpu_ms": round(loop / count * 1e3, 3),
    }


def spread(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """Return the p50 and p99 of times, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {f"{name}_p50_ms": round(cuts[49] * 1e3, 3), f"{name}_p99_ms": round(cuts[98] * 1e3, 3)}


def medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure over several runs."""
    return {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
