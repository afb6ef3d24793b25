"""The queue in front of the model: order, bounds, cancellation, deadlines, errors, closing. Jobs here are plain "
"Python."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, nullcontext

import pytest

from chatbot.errors import EngineBusy, EngineClosed, GenerationError
from chatbot.generation.worker import Job, Worker


class Bench:
    """A worker with a record of what happened in its thread."""

    def __init__(self) -> None:
        self.worker = Worker("test", max_waiting=2, around=nullcontext, on_error=lambda: self.seen.append("error"))
        self.seen: list[str] = []
        self.gate = threading.Event()

    def steps(self, name: str, count: int = 3) -> Job[str]:
        def job(stop: Callable[[], bool]) -> Iterator[str]:
            for number in range(count):
                if stop():
                    self.seen.append(f"{name} stopped")
                    return
                self.seen.append(f"{name}{number}")
                yield f"{name}{number}"

        return job

    def blocked(self, stop: Callable[[], bool]) -> Iterator[str]:
        """Yields once, then again while nobody stops it; gives up after eight seconds, so that a failure is no hang."""
        yield "begun"
        for _ in range(4000):
            if stop():
                self.seen.append("blocked stopped")
                return
            self.gate.wait(0.002)
            yield "more"

    async def collect(self, job: Job[str], deadline: float | None = None) -> list[str]:
        return [result async for result in self.worker.run(job, deadline)]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    bench.worker.start()
    yield bench
    await bench.worker.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "test"]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the condition changes in another thread
            await asyncio.sleep(0.001)


async def test_first_come_first_served(bench: Bench) -> None:
    tasks = [asyncio.create_task(bench.collect(bench.steps(name))) for name in "ab"]
    assert await asyncio.gather(*tasks) == [["a0", "a1", "a2"], ["b0", "b1", "b2"]]
    assert bench.seen == ["a0", "a1", "a2", "b0", "b1", "b2"]


async def test_the_queue_is_bounded(bench: Bench) -> None:
    async with aclosing(bench.worker.run(bench.blocked)) as running:
        assert await anext(running) == "begun"
        waiting = [asyncio.create_task(bench.collect(bench.steps(name))) for name in "ab"]
        await asyncio.sleep(0)
        with pytest.raises(EngineBusy, match="2개"):
            await bench.collect(bench.steps("c"))
        waiting[0].cancel()  # one who gives up makes room
        await asyncio.sleep(0)
        waiting.append(asyncio.create_task(bench.collect(bench.steps("d"))))
        await asyncio.sleep(0)
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    assert done[1:] == [["b0", "b1", "b2"], ["d0", "d1", "d2"]]
    assert not any(step.startswith("a") for step in bench.seen)


async def test_closing_a_stream_stops_the_job(bench: Bench) -> None:
    async with aclosing(bench.worker.run(bench.blocked)) as running:
        assert await anext(running) == "begun"
    await until(lambda: "blocked stopped" in bench.seen)


async def test_cancelling_a_task_stops_the_job(bench: Bench) -> None:
    task = asyncio.create_task(bench.collect(bench.blocked))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: "blocked stopped" in bench.seen)
    assert await bench.collect(bench.steps("a")) == ["a0", "a1", "a2"]


async def test_the_deadline_counts_from_the_asking(bench: Bench) -> None:
    async with aclosing(bench.worker.run(bench.blocked)) as running:
        assert await anext(running) == "begun"
        late = asyncio.create_task(bench.collect(bench.steps("late"), deadline=0.02))
        await asyncio.sleep(0.05)
    assert await late == []
    assert "late stopped" in bench.seen


async def test_at_the_deadline_the_reply_ends_where_it_stands(bench: Bench) -> None:
    started = time.monotonic()
    results = await bench.collect(bench.blocked, deadline=0.05)
    assert results[0] == "begun"
    assert len(results) > 1
    assert 0.05 <= time.monotonic() - started < 3


async def test_an_error_costs_its_own_request(bench: Bench) -> None:
    def broken(stop: Callable[[], bool]) -> Iterator[str]:
        yield "first"
        raise ZeroDivisionError("in the job")

    results = bench.worker.run(broken)
    assert await anext(results) == "first"
    with pytest.raises(GenerationError, match="ZeroDivisionError") as caught:
        await anext(results)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert bench.seen == ["error"]
    assert await bench.collect(bench.steps("a")) == ["a0", "a1", "a2"]


async def test_even_a_system_exit_does_not_end_the_worker(bench: Bench) -> None:
    def leaving(stop: Callable[[], bool]) -> Iterator[str]:
        raise SystemExit(3)
        yield

    with pytest.raises(GenerationError, match="SystemExit"):
        await bench.collect(leaving)
    assert await bench.collect(bench.steps("a")) == ["a0", "a1", "a2"]


async def test_closing_fails_the_running_and_the_waiting(bench: Bench) -> None:
    running = asyncio.create_task(bench.collect(bench.blocked))
    await until(lambda: bench.worker.is_busy)
    waiting = asyncio.create_task(bench.collect(bench.steps("a")))
    await asyncio.sleep(0)
    await bench.worker.close()
    done = await asyncio.gather(running, waiting, return_exceptions=True)
    assert [type(each) for each in done] == [EngineClosed, EngineClosed]
    assert bench.seen == ["blocked stopped"]
    with pytest.raises(EngineClosed):
        await bench.collect(bench.steps("b"))
    await bench.worker.close()


async def test_closing_does_not_wait_for_a_reader(bench: Bench) -> None:
    unread = bench.worker.run(bench.blocked)
    assert await anext(unread) == "begun"
    await asyncio.wait_for(bench.worker.close(), timeout=5)
    assert bench.seen == ["blocked stopped"]
    await unread.aclose()


async def test_a_worker_that_was_never_started_is_closed() -> None:
    worker = Bench().worker
    with pytest.raises(EngineClosed):
        async for _ in worker.run(lambda stop: iter("a")):
            pass
    await worker.close()


def test_a_loop_that_dies_does_not_take_the_worker_along() -> None:
    bench = Bench()
    bench.worker.start()

    async def begin() -> None:
        assert await anext(bench.worker.run(bench.blocked)) == "begun"

    asyncio.run(begin())
    assert asyncio.run(bench.collect(bench.steps("a"))) == ["a0", "a1", "a2"]
    asyncio.run(bench.worker.close())
