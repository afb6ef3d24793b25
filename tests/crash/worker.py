"""The process that is killed: a whole bot on the database of a folder. Run as a program, it is a fork server.

Its argument is a module whose ``PLUGINS`` the bot has; without one it has none. ``MOST_ATTEMPTS`` there is how often
work is begun by processes that die until it is blamed.

Importing takes seconds and starting must not, so the program imports everything once and then forks a process for each
``Job`` that comes as a line of JSON. A forked process says "started" and its id, then "ready" when the platform runs;
the server says "ended" and the exit status.
"""

import asyncio
import importlib
import json
import logging
import os
import random
import signal
import sqlite3
import sys
import traceback
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import alembic.command
import alembic.config
from journal import Job, Journal, Planned, Sending

import chatbot.attempts
import chatbot.history.store
from chatbot.adapter import Receive
from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.dialogue.persona import Persona
from chatbot.messages import Incoming, RoomKind
from chatbot.plugins.loader import Discovered
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.registry import Registry
from chatbot.testing import FakeAdapter, FakeEngine, Faults, Sent

PRELOADED = (alembic.command, alembic.config, chatbot.history.store)
"""What the bot imports only when it starts."""
_IS_ONCE = """key LIKE 'job:%' AND value LIKE '%{"once": %'"""
_TWICE = 0.1
"""Which part of the messages the platform delivers twice."""


class Platform(FakeAdapter):
    """A platform that delivers what was not acknowledged, in each room in order, the rooms side by side."""

    def __init__(self, job: Job, journal: Journal) -> None:
        super().__init__(Faults(delay=job.send_seconds, seed=job.run), on_sent=self._note)
        self._job = job
        self._journal = journal
        self._dice = random.Random(job.run)

    async def run(self, receive: Receive) -> None:
        """Deliver the plan, and then wait for the end."""
        _say("ready")
        acknowledged = set(self._journal.accepted())
        rooms: defaultdict[str, list[Planned]] = defaultdict(list)
        known: defaultdict[str, list[Planned]] = defaultdict(list)
        for message in self._journal.plan()[: self._job.until]:
            kind = known if (message.room, message.id) in acknowledged else rooms
            kind[message.room].append(message)
        async with asyncio.TaskGroup() as delivering:
            for messages in rooms.values():
                delivering.create_task(self._hand_in(messages, receive, delivering))
            for messages in known.values():
                delivering.create_task(self._once_again(messages[-2:], receive))
        if not self._job.ends:
            await asyncio.Event().wait()
        while _is_something_left(self._journal.database):  # noqa: ASYNC110  # nothing tells what a former run left
            await asyncio.sleep(0.02)

    async def _hand_in(self, messages: list[Planned], receive: Receive, delivering: asyncio.TaskGroup) -> None:
        for message in messages:
            await asyncio.sleep(self._dice.random() * self._job.pause)
            await receive(self._incoming(message))
            self._journal.note_accepted(message)
            if self._dice.random() < _TWICE:
                delivering.create_task(self._once_again([message], receive))

    async def _once_again(self, messages: list[Planned], receive: Receive) -> None:
        for message in messages:
            await asyncio.sleep(self._dice.random() * self._job.pause)
            await receive(self._incoming(message))

    def _incoming(self, message: Planned) -> Incoming:
        kind = RoomKind.GROUP if message.room.startswith("단톡") else RoomKind.PRIVATE
        return self.make(message.text, message.room, message.speaker, id=message.id, room_kind=kind)

    def _note(self, sent: Sent) -> None:
        message = sent.message
        self._journal.note_sending(
            Sending(self._job.run, sent.to.room, message.nonce, message.reply_to or "", message.text)
        )
        if len(self.sent) == self._job.kill_behind:
            os.kill(os.getpid(), signal.SIGKILL)


async def work(job: Job, plugins: Sequence[Plugin] = ()) -> None:
    """Be the bot, until the job is done or somebody kills us."""
    journal = Journal(Path(job.folder))
    settings = Settings.model_validate(
        {
            "rooms": {"busy_after": 10_000, **job.rooms},
            "guards": {"person_per_minute": 100_000, "room_per_minute": 100_000},
            "history": {"url": f"sqlite:///{journal.database}"},
        }
    )
    registry = Registry.of(Discovered.of(*plugins), settings)
    bot = Bot(settings, Persona(name="단비"), voice=FakeEngine(seconds=job.engine_seconds), plugins=registry)
    try:
        await bot.serve(Platform(job, journal))
    finally:
        await bot.close()


def serve(plugins: Sequence[Plugin] = ()) -> None:
    """Fork a process for each job that is read, one after the other."""
    for line in sys.stdin:
        job = Job(**json.loads(line))
        child = os.fork()
        if child == 0:
            _be(job, plugins)
        _, status = os.waitpid(child, 0)
        _say(f"ended {os.waitstatus_to_exitcode(status)}")


def _be(job: Job, plugins: Sequence[Plugin]) -> None:
    """Do a job and exit, whatever happens, without going back to where the server was forked."""
    _say(f"started {os.getpid()}")
    try:
        logging.basicConfig(
            filename=Journal(Path(job.folder)).log, format=f"%(levelname)s {job.run} %(name)s: %(message)s"
        )
        asyncio.run(work(job, plugins))
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def _is_something_left(database: Path) -> bool:
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        waiting = connection.execute("SELECT count(*) FROM inbox WHERE done_at IS NULL").fetchone()
        unsent = connection.execute("SELECT count(*) FROM outbox").fetchone()
        jobs = connection.execute(f"SELECT count(*) FROM data WHERE {_IS_ONCE}").fetchone()
    return (waiting, unsent, jobs) != ((0,), (0,), (0,))


if __name__ == "__main__":
    if "torch" in sys.modules:
        raise SystemExit("torch was imported: no process starts quickly any more")
    module = importlib.import_module(sys.argv[1]) if len(sys.argv) > 1 else None
    # Kills from outside fall on the same work now and then, which must not be taken for what brings the process down.
    chatbot.attempts._MOST = getattr(module, "MOST_ATTEMPTS", chatbot.attempts._MOST)  # pyright: ignore[reportPrivateUsage]
    serve(() if module is None else module.PLUGINS)
