"""kill -9 amid conversations, games and reminders of plugins; and plugins that end the process themselves."""

import asyncio
import queue
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from forks import Forks
from journal import Job, Journal, Planned
from killed_plugins import WORDS
from test_kill import by_room, errors_of, sent_once

from chatbot.history import History
from chatbot.history.records import Scope
from chatbot.messages import Address

ALONE = {"merge_window": 0, "replace_unfinished": False}


@dataclass
class Plan:
    """What people write, and what each message is answered: by a plain function of what was said before."""

    messages: list[Planned] = field(default_factory=list[Planned])
    answers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def say(self, room: str, speaker: str, text: str, answer: str) -> None:
        """Add a message and its answer."""
        answers = self.answers.setdefault(room, [])
        self.messages.append(Planned(room, f"m{len(answers)}", speaker, text))
        answers.append(answer)

    def interleaved(self, dice: random.Random) -> list[Planned]:
        """Return the messages, the rooms mixed, each room's in order."""
        rooms = {room: [one for one in self.messages if one.room == room] for room in self.answers}
        turns = [room for room, messages in rooms.items() for _ in messages]
        dice.shuffle(turns)
        return [rooms[room].pop(0) for room in turns]


def tell_stories(plan: Plan, room: str, number: int) -> None:
    """Let a person tell stories one after the other; now and then a command or a mistake comes in between."""
    said = 0
    for story in range(number):
        said += 1
        plan.say(room, room, "/이야기", f"시작! {said}")
        words: list[str] = []
        for step in range(WORDS):
            words.append(f"{story}{'가나다라'[step]}")
            said += 1
            end = "!" if step == WORDS - 1 else ""
            plan.say(room, room, words[-1], f"{'-'.join(words)} {said}{end}")
        plan.say(room, room, f"끝 {story}", f"끝 {story}")  # the model's


def count_together(plan: Plan, room: str, number: int) -> None:
    """Let three people of a group count, and lose every five numbers."""
    for _ in range(number):
        plan.say(room, "하나", "/세기", "하나부터!")
        who = ""
        for step in range(1, 6):
            speaker = ("하나", "두리", "세나")[step % 3]
            who += speaker
            plan.say(room, speaker, f"{step}", f"{step}!")
        plan.say(room, "두리", "9", f"9? {who}")


def plan_reminders(plan: Plan, room: str, number: int, dice: random.Random) -> None:
    """Let a person want to be reminded again and again."""
    plan.say(room, room, "/되풀이", "되풀이해요.")
    for text in range(number):
        plan.say(room, room, f"/알림 {text} {dice.randint(1, 400)}", f"예약 {text}")


def kill_now_and_then(forks: Forks, job: Job, journal: Journal, kills: int, messages: int, seed: int) -> None:
    """Kill processes wherever they are; every other one may first finish what was left.

    So nothing is ever under way in several processes that die: that would look as if it were to blame.
    """
    dice = random.Random(seed)
    start = 0.5
    for run in range(kills):
        behind = dice.randint(1, 5) if run % 4 == 2 else None
        until = messages * (run + 1) * 4 // (kills * 5)
        process = forks.start(replace(job, run=run, until=until, kill_behind=behind))
        if run % 2:
            start = process.ready()
            finished(journal)
        elif behind is not None:
            with suppress(queue.Empty):  # if there is not so much to send
                process.ended(seconds=1.0 + 2 * start)
        elif dice.random() < 0.7:
            start = process.ready()
        time.sleep(dice.random() * 0.2)
        process.kill()
    last = forks.start(replace(job, run=kills, until=messages, ends=True))
    assert last.ended() == 0


def finished(journal: Journal, seconds: float = 20.0) -> None:
    """Return when all that waited or was due is done."""
    with closing(sqlite3.connect(journal.database, timeout=60)) as connection:
        (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM inbox").fetchone()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            (left,) = connection.execute(
                "SELECT count(*) FROM inbox WHERE done_at IS NULL AND id <= ?", (newest,)
            ).fetchone()
            (begun,) = connection.execute("SELECT count(*) FROM data WHERE key LIKE 'attempts%'").fetchone()
            if not left and not begun:
                return
            time.sleep(0.01)
    raise AssertionError("what was left is not done")


def stored(journal: Journal, scope: Scope) -> dict[str, Any]:
    """Return what is stored in a place."""

    async def read() -> dict[str, Any]:
        async with History.open(journal.database) as history:
            assert await history.unanswered("fake") == []
            assert await history.undelivered("fake") == []
            return dict(await history.items(scope))

    return asyncio.run(read())


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_step_is_lost_or_done_twice_and_every_reminder_rings_once(
    tmp_path: Path, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    kills, dice, plan, journal = 66, random.Random(7), Plan(), Journal(tmp_path)
    people = [f"사람{number}" for number in range(6)]
    for person in people:
        tell_stories(plan, person, 5)
    count_together(plan, "단톡", 6)
    plan_reminders(plan, "알림방", 40, dice)
    messages = plan.interleaved(dice)
    journal.write_plan(messages)
    stderr = tmp_path / "stderr.txt"
    with Forks(stderr, "killed_from_outside") as forks:
        job = Job(str(tmp_path), 0, 0, rooms=ALONE, pause=0.03)
        kill_now_and_then(forks, job, journal, kills, len(messages), seed=5)

    assert Counter(journal.accepted()) == Counter((message.room, message.id) for message in messages)
    sendings = by_room(journal.sendings())
    twice = 0
    for room, answers in plan.answers.items():
        once = [one for one in sent_once(sendings[room]) if not one.text.startswith("따르릉")]
        assert [(one.reply_to, one.text) for one in once] == [(f"m{at}", text) for at, text in enumerate(answers)]
        twice += len(sendings[room]) - len(sent_once(sendings[room]))

    rings = [one.text.split()[1:] for one in sent_once(sendings["알림방"]) if one.text.startswith("따르릉")]
    assert Counter(text for text, *_ in rings if text != "되풀이") == Counter(str(text) for text in range(40))
    assert [int(count) for *_, count in rings] == list(range(1, len(rings) + 1))  # each saw what the one before stored
    dues = [datetime.fromisoformat(due) for text, due, _ in rings if text == "되풀이"]
    assert len(dues) >= 5
    assert dues == sorted(set(dues))
    assert {(due - dues[0]).microseconds for due in dues} == {0}  # it keeps its rhythm
    kept = stored(journal, Scope("알림", Address("fake", "알림방"), "알림방"))
    assert kept["울림"] == [text for text, *_ in rings]
    assert [key for key in kept if key.startswith("job:")] != []  # the one that goes on
    for person in people:
        assert stored(journal, Scope("이야기", None, person, "fake")) == {"번": 5 * (1 + WORDS)}
        assert stored(journal, Scope("", Address("fake", person))) == {}
        assert stored(journal, Scope("", Address("fake", person), person)) == {}
    assert stored(journal, Scope("세기", Address("fake", "단톡"))) == {"높이": 5}
    assert stored(journal, Scope("", Address("fake", "단톡"))) == {}
    assert errors_of(journal, stderr) == []
    for name, figure in {
        "kills": kills,
        "messages": len(messages),
        "sendings too many": twice,
        "rings": len(rings),
    }.items():
        record_property(name, figure)
        with capsys.disabled():
            print(f"\n{name}: {figure}", end="")  # noqa: T201


def runs_until_it_lives(forks: Forks, job: Job, most: int) -> int:
    """Start processes until one ends of its own accord; return how many died."""
    for run in range(most):
        status = forks.start(replace(job, run=run, ends=True)).ended()
        if status == 0:
            return run
        assert status == 7
    raise AssertionError("it dies for ever")


COMMAND_FAILED = "앗, 그건 지금 잘 안 되네요. 조금 뒤에 다시 해 주세요."
STEP_FAILED = "앗, 방금 말씀을 받다가 문제가 생겼어요. 한 번 더 말해 주시겠어요? ('취소'라고 하시면 그만둘게요.)"


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        (["/폭발", "안녕"], [COMMAND_FAILED, "안녕"]),
        (["펑", "안녕"], ["펑", "안녕"]),
        (["/도화선", "네", "아니"], ["불을 붙일까요?", STEP_FAILED, "껐어요."]),
        (["/시한폭탄"], ["째깍째깍"]),
    ],
)
@pytest.mark.timeout(120)
def test_what_ends_the_process_does_so_three_times_and_no_more(
    said: list[str], answers: list[str], tmp_path: Path
) -> None:
    journal, plan = Journal(tmp_path), Plan()
    for text, answer in zip(said, answers, strict=True):
        plan.say("방", "하나", text, answer)
    for number in range(3):
        plan.say("옆방", "두리", f"이야기 {number}", f"이야기 {number}")
    journal.write_plan(plan.messages)
    stderr = tmp_path / "stderr.txt"
    with Forks(stderr, "killed_plugins") as forks:
        job = Job(str(tmp_path), 0, len(plan.messages), rooms=ALONE, pause=0.01, send_seconds=0)
        assert runs_until_it_lives(forks, job, 6) == 3
    sendings = by_room(journal.sendings())
    for room, expected in plan.answers.items():
        assert [one.text for one in sent_once(sendings[room])] == expected
    assert stored(journal, Scope("", Address("fake", "방"))) == {}
    assert stored(journal, Scope("폭탄", Address("fake", "방"), "하나")) == {}
    errors = errors_of(journal, stderr)
    assert len(errors) == 1
    assert "was begun 3 times by processes that died" in errors[0]
