"""What the Discord adapter keeps between starts, and the queues that keep each channel in order."""

import asyncio
import json
from pathlib import Path

import pytest
from discord_listener import until

from adapters.discord.rooms_queue import RoomsQueue
from adapters.discord.seen import ELSEWHERE, Marks, SeenFile


async def test_marks_come_back(tmp_path: Path) -> None:
    file = SeenFile(tmp_path / "new" / "seen.json")
    assert await file.load() == {}
    await file.save({ELSEWHERE: "5", "10": "70"})
    await file.save({ELSEWHERE: "5", "10": "80"})
    assert await file.load() == {ELSEWHERE: "5", "10": "80"}
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["seen.json"]


@pytest.mark.parametrize("held", ["", "{", "[1, 2]", '{"1": "x", "2": null}', '"글"'])
async def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, held: str) -> None:
    path = tmp_path / "seen.json"
    path.write_text(held)
    assert await SeenFile(path).load() == {}


async def saved(marks: Marks) -> None:
    """Save as the end of a run does."""
    saving = asyncio.create_task(marks.keep_saving())
    await asyncio.sleep(0)
    saving.cancel()
    await asyncio.wait({saving})


async def test_a_mark_never_goes_back_and_a_new_channel_begins_at_the_first_start(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    marks = Marks(SeenFile(path))
    await marks.load(now=100)
    assert marks.of(1) == 100
    marks.note(1, 150)
    marks.note(1, 120)
    assert (marks.of(1), marks.of(2)) == (150, 100)
    await saved(marks)
    assert json.loads(path.read_text()) == {ELSEWHERE: "100", "1": "150"}
    again = Marks(SeenFile(path))
    await again.load(now=999)
    assert (again.of(1), again.of(2), again.rooms()) == (150, 100, [1])


async def test_marks_that_cannot_be_saved_cost_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    marks = Marks(SeenFile(tmp_path / "file" / "seen.json"))
    marks.note(1, 2)
    await saved(marks)
    assert marks.of(1) == 2


async def test_a_channel_is_in_order_and_channels_do_not_wait_for_each_other() -> None:
    queue, done, gate = RoomsQueue(), list[str](), asyncio.Event()

    async def slow() -> None:
        await gate.wait()
        done.append("느린 방")

    def note(text: str) -> None:
        async def job() -> None:
            done.append(text)

        queue.put(1 if "느린" in text else 2, job)

    queue.put(1, slow)
    note("느린 방의 다음")
    note("빠른 방")
    await until(lambda: done == ["빠른 방"])
    gate.set()
    await until(lambda: len(done) == 3)
    assert done == ["빠른 방", "느린 방", "느린 방의 다음"]
    await queue.close()


async def test_what_is_put_first_while_all_wait_comes_first() -> None:
    queue, done = RoomsQueue(), list[int]()

    def put(number: int, *, first: bool = False) -> None:
        async def job() -> None:
            done.append(number)

        queue.put(1, job, first=first)

    queue.hold("하나")
    queue.hold("둘")
    put(2)
    put(3)
    put(1, first=True)
    queue.release("하나")
    await asyncio.sleep(0)
    assert done == []
    queue.release("둘")
    await until(lambda: len(done) == 3)
    assert done == [1, 2, 3]
    await queue.close()


async def test_a_job_that_fails_ends_it_all() -> None:
    queue = RoomsQueue()

    async def fail() -> None:
        raise LookupError

    queue.put(1, fail)
    with pytest.raises(LookupError):
        await queue.failed
    await queue.close()
