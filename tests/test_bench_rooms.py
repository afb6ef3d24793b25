"""That the measurement of rooms runs and adds up, with numbers too small to mean anything."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from benchmarks.echo_bot import echoing, one_room
from benchmarks.load import at_once, medians, spread
from chatbot.history import History
from chatbot.messages import Address

ROOT = Path(__file__).parents[1]


def measured(*options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", *options]
    environment = {name: value for name, value in os.environ.items() if name != "MALDONGMU_TEST_POSTGRES"}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


async def test_every_message_of_a_measurement_is_answered_and_stored(tmp_path: Path) -> None:
    file = tmp_path / "rooms.sqlite3"
    async with echoing(f"sqlite:///{file}") as platform:
        figures = await at_once(platform.say, rooms=3, messages=4)
        times = await one_room(platform, "방 0", 2)
    assert figures["messages_per_second"] > 0
    assert all(0 < handed <= done for handed, done in times)
    async with History.open(file) as history:
        assert len(await history.turns(Address("bench", "방 0"))) == 12
        assert len(await history.turns(Address("bench", "방 2"))) == 8
        assert await history.undelivered("bench") == []


def test_figures_are_the_middle_ones_of_their_kind() -> None:
    assert medians([{"a": 1.0}, {"a": 30.0}, {"a": 2.0}]) == {"a": 2.0}
    assert spread("wait", [number / 1000 for number in range(101)]) == {"wait_p50_ms": 50.0, "wait_p99_ms": 99.0}


@pytest.mark.slow
def test_the_whole_measurement_ends_in_one_line_of_json(tmp_path: Path) -> None:
    sizes = {"runs": 1, "rooms": 3, "messages": 1, "sequential": 25, "stored": 200, "idle": 5}
    options = [word for name, size in sizes.items() for word in (f"--{name}", str(size))]
    figures = measured("benchmarks.rooms", "--json-only", "--folder", str(tmp_path), *options)
    assert {name: figures[name] for name in sizes} == sizes
    assert figures["at_once"]["sqlite"]["messages_per_second"] > 0
    assert set(figures["one_room"]) == {"in memory", "0 turns", "200 turns"}
    assert figures["one_room"]["200 turns"]["window_p99_ms"] > 0
    assert figures["idle_room"]["tasks_more"] == 0
    assert ("nonebot2" in figures["at_once"]) == (find_spec("nonebot") is not None)


def test_nonebot_answers_the_same_messages() -> None:
    if find_spec("nonebot") is None:
        pytest.skip("NoneBot2 is not installed: pip install 'maldongmu[bench]'")
    figures = measured("benchmarks.nonebot_peer", "--rooms", "2", "--messages", "2")
    assert figures["messages_per_second"] > 0
