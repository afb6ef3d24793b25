"""Games and reminders that are shipped go on where they were, though the process is killed around each message."""

import random
import re
import time
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from forks import Forks, Process
from journal import Job, Journal, Planned
from test_kill import errors_of

WORDS = Path(__file__).parents[2] / "chatbot" / "builtin" / "word_chain" / "everyday.txt"


class Talk:
    """Somebody who writes to a bot that is killed twice around each message: before it answers, perhaps, and after.

    Not amid the same message every time: what no process ever comes to the end of is given up.
    """

    def __init__(self, forks: Forks, folder: Path) -> None:
        self._forks = forks
        self._job = Job(
            str(folder), 0, 0, rooms={"merge_window": 0, "replace_unfinished": False}, pause=0, send_seconds=0
        )
        self.journal = Journal(folder)
        self._dice = random.Random(3)
        self._said = 0
        self.kills = 0

    def say(self, text: str) -> str:
        """Return the answer, of which there is one."""
        self._said += 1
        id = f"m{self._said}"
        self.journal.write_plan([Planned("방", id, "하나", text)])
        doomed = self.start()
        if self._dice.random() < 0.7:
            doomed.ready()
        time.sleep(self._dice.random() * 0.1)
        self.kill(doomed)
        survivor = self.start()
        answers: dict[str, str] = {}
        until = time.monotonic() + 30
        while not answers and time.monotonic() < until:
            time.sleep(0.01)
            answers = {one.nonce: one.text for one in self.journal.sendings() if one.reply_to == id}
        time.sleep(self._dice.random() * 0.05)
        self.kill(survivor)
        (answer,) = {one.nonce: one.text for one in self.journal.sendings() if one.reply_to == id}.values()
        return answer

    def start(self) -> Process:
        """Start a process."""
        return self._forks.start(replace(self._job, run=self.kills, until=self._said))

    def kill(self, process: Process) -> None:
        """Kill it."""
        process.kill()
        self.kills += 1


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_word_chain_goes_on(tmp_path: Path) -> None:
    words = [line.split()[0] for line in WORDS.read_text(encoding="utf-8").splitlines() if line.strip()]
    by_first: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        by_first[word[0]].append(word)
    stderr = tmp_path / "stderr.txt"
    with Forks(stderr, "killed_builtins") as forks:
        talk = Talk(forks, tmp_path)
        reply, said, moves = talk.say("/끝말잇기 쉬움"), list[str](), 0
        said.append(_word(reply))
        for _ in range(12):
            wanted = re.search(r"다음은 '(.)'", reply)
            if wanted is None or moves == 4:
                break
            choices = [one for one in by_first[wanted[1]] if one not in said]
            if not choices:
                break
            word = max(choices, key=lambda one: len(by_first[one[-1]]))  # the one that the bot can best go on from
            said.append(word)
            reply = talk.say(word)
            assert _word(reply) not in said  # it knows what was said before
            said.append(_word(reply))
            moves += 1
        assert moves
        assert talk.say("그만") != "그만"
        assert talk.say("안녕") == "안녕"
    assert talk.kills >= 8
    assert errors_of(talk.journal, stderr) == []


def _word(reply: str) -> str:
    """Return the bot's word in a reply."""
    words = re.findall(r"([가-힣]{2,})!", reply)
    assert words, "no word in the reply"
    return words[-1]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_questions_go_on(tmp_path: Path) -> None:
    stderr = tmp_path / "stderr.txt"
    questions = ["동물인가요?", "먹을 수 있나요?", "집에 있나요?", "살아 있나요?", "전기를 쓰나요?", "동물인가요?"]
    with Forks(stderr, "killed_builtins") as forks:
        talk = Talk(forks, tmp_path)
        talk.say("/스무고개")
        answers = [talk.say(question) for question in questions]
        numbers = [number for answer in answers for number in re.findall(r"\((\d+)/20\)", answer)]
        assert numbers == [f"{number}" for number in range(1, len(questions) + 1)]
        assert answers[0].split(".")[0] == answers[-1].split(".")[0]  # it thinks of the same thing still
        assert "정답은" in talk.say("포기")
        assert talk.say("동물인가요?") == "동물인가요?"
    assert talk.kills == 2 * (len(questions) + 3)
    assert errors_of(talk.journal, stderr) == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_reminders_ring_once_each(tmp_path: Path) -> None:
    stderr = tmp_path / "stderr.txt"
    with Forks(stderr, "killed_builtins") as forks:
        talk = Talk(forks, tmp_path)
        for number in range(1, 6):
            talk.say(f"/알림 {number}초 뒤 약 {number}번 먹기")
        until = time.monotonic() + 6
        while time.monotonic() < until:
            process = talk.start()
            process.ready()
            time.sleep(0.35)
            talk.kill(process)
    rings = {one.nonce: one.text.splitlines()[0] for one in talk.journal.sendings() if not one.reply_to}
    rung = Counter(re.findall(r"약 (\d)번 먹기", "\n".join(rings.values())))
    assert rung == Counter({f"{number}": 1 for number in range(1, 6)})
    assert talk.kills >= 15
    assert errors_of(talk.journal, stderr) == []
