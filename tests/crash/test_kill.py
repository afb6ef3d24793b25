"""kill -9, at hundreds of moments: what was accepted is answered once, and no answer is lost.

The bot is a real process on a real file (``worker.py``); the platform, which outlives it, is this test.
"""

import asyncio
import queue
import random
import sqlite3
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import pairwise
from pathlib import Path

import pytest
from forks import Forks
from journal import Job, Journal, Planned, Sending

from chatbot.history import History, StoredTurn
from chatbot.messages import Address

ALONE = {"merge_window": 0, "replace_unfinished": False}
TOGETHER = {"merge_window": 0.04, "replace_unfinished": True}
FIRST = 8
"""So many processes are killed while the tables are made for the first time."""


class Moment(Enum):
    """When a process is killed."""

    STARTING = auto()
    RECOVERING = auto()
    WORKING = auto()
    BEHIND_A_SENDING = auto()


MOMENTS = (Moment.STARTING, Moment.RECOVERING, Moment.WORKING, Moment.BEHIND_A_SENDING, Moment.BEHIND_A_SENDING)


@dataclass
class Kills:
    """What was done to the processes."""

    unready: int = 0
    at: Counter[Moment] = field(default_factory=Counter[Moment])
    behind_a_sending: set[int] = field(default_factory=set[int])
    starts: list[float] = field(default_factory=list[float])

    @property
    def typical_start(self) -> float:
        return statistics.median(self.starts) if self.starts else 0.5


def kill_often(
    forks: Forks, job: Job, kills: int, messages: int, *, seed: int, longest: float = 0.2, most: int = 6
) -> Kills:
    """Start ``kills`` processes, each of which gets some more of the messages, and kill each; then let one finish.

    A fifth of the messages is left to that one: what it forgets, no later one makes up for.

    Args:
        longest: seconds that one lives at most when nothing is to be hit.
        most: behind which sending one is killed at the latest.
    """
    dice = random.Random(seed)
    done = Kills()
    for run in range(kills):
        moment = Moment.STARTING if run < FIRST else dice.choice(MOMENTS)
        behind = dice.randint(1, most) if moment is Moment.BEHIND_A_SENDING else None
        until = messages * (run + 1) * 4 // (kills * 5)
        process = forks.start(replace(job, run=run, until=until, kill_behind=behind))
        match moment:
            case Moment.STARTING:
                time.sleep(dice.random() * 1.2 * done.typical_start)
            case Moment.RECOVERING:
                done.starts.append(process.ready())
                time.sleep(dice.random() * 0.03)
            case Moment.WORKING:
                done.starts.append(process.ready())
                time.sleep(dice.random() * longest)
            case Moment.BEHIND_A_SENDING:
                with suppress(queue.Empty):  # if there is not so much to send
                    process.ended(seconds=1.0 + 2 * done.typical_start)
                    done.behind_a_sending.add(run)
        done.unready += not process.kill()
        done.at[moment] += 1
    last = forks.start(replace(job, run=kills, until=messages, ends=True))
    assert last.ended() == 0
    return done


def by_room(sendings: Sequence[Sending]) -> Mapping[str, list[Sending]]:
    """Return each room's sendings, in order."""
    rooms: defaultdict[str, list[Sending]] = defaultdict(list)
    for sending in sendings:
        rooms[sending.room].append(sending)
    return rooms


def sent_once(sendings: Sequence[Sending]) -> list[Sending]:
    """Return a room's sendings without those that follow the same one of a process that was killed meanwhile.

    It was in flight then: the last of its room in its run. Nothing else may be sent twice.
    """
    again = [after.nonce == before.nonce for before, after in pairwise(sendings)]
    for (before, after), is_again in zip(pairwise(sendings), again, strict=True):
        if is_again:
            assert after.run > before.run
            assert replace(after, run=before.run) == before
    once = [sending for sending, is_again in zip(sendings, [False, *again], strict=True) if not is_again]
    assert len({sending.nonce for sending in once}) == len(once)
    return once


def in_rooms(journal: Journal) -> Mapping[str, list[StoredTurn]]:
    """Return each room's turns, and make sure that nothing is left to be done and that the file is sound."""

    async def read() -> Mapping[str, list[StoredTurn]]:
        async with History.open(journal.database) as history:
            assert await history.unanswered("fake") == []
            assert await history.undelivered("fake") == []
            rooms = {message.room for message in journal.plan()}
            assert {summary.address.room for summary in await history.rooms()} == rooms
            return {room: await history.turns(Address("fake", room), 100_000) for room in rooms}

    turns = asyncio.run(read())
    with closing(sqlite3.connect(journal.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return turns


def errors_of(journal: Journal, stderr: Path) -> list[str]:
    """Return what went wrong in the processes; that a busy machine held one up is no fault of theirs."""
    lines = [*journal.log.read_text(encoding="utf-8").splitlines(), *stderr.read_text().splitlines()]
    return [line for line in lines if "chatbot.watchdog" not in line]


def in_flight(sendings: Sequence[Sending], runs: set[int]) -> list[Sending]:
    """Return the last sending of each of the runs."""
    last = {sending.run: sending for sending in sendings}
    return [last[run] for run in sorted(runs)]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_message_is_answered_once_however_often_the_process_is_killed(
    tmp_path: Path, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    kills, rooms, each = 200, 20, 100
    journal = Journal(tmp_path)
    plan = [
        Planned(f"방{room}", f"m{number}", "하나", f"{room}번 방의 {number}번째 이야기")
        for number in range(each)
        for room in range(rooms)
    ]
    journal.write_plan(plan)
    stderr = tmp_path / "stderr.txt"
    with Forks(stderr) as forks:
        done = kill_often(forks, Job(str(tmp_path), 0, 0, rooms=ALONE), kills, len(plan), seed=20)

    assert Counter(journal.accepted()) == Counter((message.room, message.id) for message in plan)
    sendings = journal.sendings()
    rooms_sendings = by_room(sendings)
    duplicates = 0
    for room, turns in in_rooms(journal).items():
        planned = [message for message in plan if message.room == room]
        people, answers = turns[::2], turns[1::2]
        assert [(row.turn.message_id, row.turn.text) for row in people] == [(one.id, one.text) for one in planned]
        assert [row.turn.text for row in answers] == [one.text for one in planned]
        assert [row.turn.speaker.is_bot for row in turns] == [False, True] * each
        assert [row.place for row in turns] == list(range(2 * each))
        assert all(row.turn.message_id is not None for row in answers)  # each is marked as sent
        once = sent_once(rooms_sendings[room])
        assert [(one.reply_to, one.text) for one in once] == [(one.id, one.text) for one in planned]
        duplicates += len(rooms_sendings[room]) - len(once)

    times = Counter((sending.room, sending.nonce) for sending in sendings)
    assert all(times[sending.room, sending.nonce] > 1 for sending in in_flight(sendings, done.behind_a_sending))
    assert duplicates >= len(done.behind_a_sending) >= kills / 5
    assert done.unready >= kills / 20
    assert errors_of(journal, stderr) == []
    for name, figure in {
        "messages": len(plan),
        "kills": kills,
        "kills before the platform ran": done.unready,
        "kills behind a sending": len(done.behind_a_sending),
        "kills while recovering": done.at[Moment.RECOVERING],
        "kills at work": done.at[Moment.WORKING],
        "answers sent more than once": sum(number > 1 for number in times.values()),
        "sendings too many": duplicates,
    }.items():
        record_property(name, figure)
        with capsys.disabled():
            print(f"\n{name}: {figure}", end="")  # noqa: T201


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_bursts_lose_no_word_however_often_the_process_is_killed(
    tmp_path: Path, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Two people take turns in each room and write three messages each time: each burst is one to three batches."""
    kills, rooms, bursts, length = 40, 5, 20, 3
    journal = Journal(tmp_path)
    plan = [
        Planned(f"방{room}", f"b{burst}-{number}", ("하나", "두리")[burst % 2], f"{room}번 방 {burst}-{number} 이야기")
        for burst in range(bursts)
        for room in range(rooms)
        for number in range(length)
    ]
    journal.write_plan(plan)
    stderr = tmp_path / "stderr.txt"
    job = Job(str(tmp_path), 0, 0, rooms=TOGETHER, engine_seconds=0.03, pause=0.12)
    with Forks(stderr) as forks:
        kill_often(forks, job, kills, len(plan), seed=21, longest=0.6, most=2)

    assert Counter(journal.accepted()) == Counter((message.room, message.id) for message in plan)
    rooms_sendings = by_room(journal.sendings())
    batches: Counter[int] = Counter()
    for room, turns in in_rooms(journal).items():
        planned = [message for message in plan if message.room == room]
        people, answers = turns[::2], turns[1::2]
        assert [row.turn.speaker.is_bot for row in turns] == [False, True] * len(answers)
        assert [line for row in people for line in row.turn.text.split("\n")] == [one.text for one in planned]
        assert [row.turn.text for row in answers] == [row.turn.text for row in people]
        once = sent_once(rooms_sendings[room])
        answered = [row.turn.message_id for row in people]  # of each batch, its last message
        assert [(one.reply_to, one.text) for one in once] == [
            (id, row.turn.text) for id, row in zip(answered, answers, strict=True)
        ]
        assert {f"b{burst}-{length - 1}" for burst in range(bursts)} <= set(answered)
        batches.update(row.turn.text.count("\n") + 1 for row in people)
    assert len(batches) > 1  # some were merged, and some a kill or a pause tore apart
    assert errors_of(journal, stderr) == []
    record_property("batches by size", dict(batches))
    with capsys.disabled():
        print(f"\nbatches by size: {dict(sorted(batches.items()))}", end="")  # noqa: T201
