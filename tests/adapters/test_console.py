"""The console adapter against a real bot in a real process: through a pseudo-terminal, and between pipes."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pexpect
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console import ConsoleAdapter
from adapters.console_text import clean, in_one_line, is_leaving
from chatbot.adapter import Adapter, DraftAdapter

BOT = str(Path(__file__).with_name("echo_bot.py"))
ENVIRONMENT = {**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm", "PYTHONWARNINGS": "error"}
CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\r"


class Person:
    """Someone at a terminal of 40 columns."""

    def __init__(self, *options: str) -> None:
        self.terminal: Any = pexpect.spawn(
            sys.executable, [BOT, *options], env=ENVIRONMENT, encoding="utf-8", timeout=10, dimensions=(24, 40)
        )

    def sees(self, text: str) -> str:
        """Wait for ``text``; return all that came before it."""
        self.terminal.expect_exact(text)
        return str(self.terminal.before)

    def types(self, keys: str) -> None:
        self.terminal.send(keys)

    def at_end(self) -> int:
        """Wait for the program to end; return its exit code."""
        self.terminal.expect(pexpect.EOF)
        self.terminal.close()
        return int(self.terminal.exitstatus)


@pytest.fixture
def person() -> Generator[Person]:
    someone = Person()
    someone.sees("나>")
    yield someone
    someone.terminal.close(force=True)


def piped(given: bytes) -> tuple[list[str], int]:
    """Return the lines and the exit code of a run between pipes."""
    done = subprocess.run([sys.executable, BOT], input=given, capture_output=True, timeout=60, env=ENVIRONMENT)
    assert done.stderr == b""
    return done.stdout.decode().splitlines(), done.returncode


def test_keeps_the_contract() -> None:
    adapter: Adapter = ConsoleAdapter()
    assert adapter.name == "console"
    assert isinstance(adapter, DraftAdapter)


def test_answers_a_line(person: Person) -> None:
    person.types("안녕 ㅋㅋ 😀" + ENTER)
    person.sees("단비> ")
    person.sees("메아리: 안녕 ㅋㅋ 😀")
    person.sees("나>")
    person.types(CTRL_D)
    assert person.at_end() == 0


def test_greets_first() -> None:
    person = Person("--greeting", "반가워요")
    assert "나>" not in person.sees("단비> 반가워요")
    person.sees("나>")
    person.types("/끝" + ENTER)
    person.sees("단비> 다음에 또 이야기해요.")
    assert person.at_end() == 0


def test_streams_only_what_is_new(person: Person) -> None:
    person.types("천천히 흐르는 말" + ENTER)
    person.sees("단비> …")
    shown = person.sees("나>")
    assert [shown.count(word) for word in ("단비>", "천천히", "흐르는", "말")] == [1, 1, 1, 1]


def test_redraws_a_changed_draft(person: Person) -> None:
    person.types("고쳐" + ENTER)
    person.sees("첫 생각")
    assert "\x1b[J" in person.sees("메아리: 둘째 생각")


def test_ctrl_c_stops_the_reply_and_what_was_pasted_behind(person: Person) -> None:
    person.types("영원히" + ENTER + "다음" + ENTER)
    person.sees("단비> 아직")
    time.sleep(0.2)
    person.types(CTRL_C)
    person.sees("(멈췄어요)")
    person.sees("나>")
    person.types("다시" + ENTER)
    assert "다음" not in person.sees("메아리: 다시")


def test_ctrl_c_twice_leaves(person: Person) -> None:
    person.types(CTRL_C)
    person.sees("Ctrl-C를 한 번 더")
    person.sees("나>")
    person.types("안녕" + ENTER)
    person.sees("메아리: 안녕")
    person.sees("나>")
    person.types(CTRL_C)
    person.sees("Ctrl-C를 한 번 더")
    person.sees("나>")
    person.types(CTRL_C)
    assert person.at_end() == 0


def test_typing_ahead_is_kept(person: Person) -> None:
    person.types("천천히 하나 둘 셋 넷 다섯" + ENTER)
    person.sees("천")
    person.types("미리 친 말" + ENTER)
    person.sees("하나 둘 셋 넷 다섯")
    person.sees("메아리: 미리 친 말")


@pytest.mark.parametrize("bracketed", [False, True], ids=["plain", "bracketed"])
def test_fifty_pasted_lines_are_fifty_messages(person: Person, bracketed: bool) -> None:
    lines = [f"줄{number}번" for number in range(50)]
    paste = "\n".join(lines) if bracketed else "".join(line + ENTER for line in lines)
    person.types(f"\x1b[200~{paste}\x1b[201~{ENTER}" if bracketed else paste)
    for line in lines:
        person.sees(f"메아리: {line}")


def test_the_prompt_stands_before_the_bot_wakes() -> None:
    person = Person("--slow-start", "1.5")
    person.sees("나>")
    person.types("일어났어?" + ENTER)
    person.sees("단비가 일어나고 있어요…")
    person.sees("메아리: 일어났어?")
    person.types(CTRL_D)
    assert person.at_end() == 0


@pytest.mark.parametrize("waiting", [False, True], ids=["at the prompt", "for an answer"])
def test_a_bot_that_cannot_wake_takes_the_prompt_away(waiting: bool) -> None:
    person = Person("--slow-start", "0.7", "--fails")
    person.sees("나>")
    if waiting:
        person.types("안녕" + ENTER)
        person.sees("일어나고 있어요")
    person.sees("모델이 없어요.")
    assert person.at_end() == 1


def test_remarks_stand_behind_the_reply(person: Person) -> None:
    person.types("설명" + ENTER)
    person.sees("메아리: 설명\r\n까닭은 이래요\r\n")
    person.sees("나>")


def test_escape_sequences_do_not_drive_the_terminal(person: Person) -> None:
    person.types("탈출" + ENTER)
    person.sees("메아리: [31m빨강")
    person.types("\x1b[200~\x1b]0;제목\x07글\x1b[201~" + ENTER)
    person.sees("메아리: ]0;제목글")


def test_a_message_of_its_own_comes_above_the_prompt(person: Person) -> None:
    person.types("두 번" + ENTER)
    person.sees("단비> 한 번\r\n그리고")
    person.sees("단비> 메아리: 두 번")


def test_one_reply_a_line() -> None:
    lines, code = piped("안녕\n\n두 번\n말없이\n/도움말\r\n끝줄".encode())
    assert lines == [
        "메아리: 안녕",
        "메아리:",
        "한 번 그리고 메아리: 두 번",
        "",
        "메아리: /도움말",
        "메아리: 끝줄",
    ]
    assert code == 0


def test_bytes_that_are_not_text() -> None:
    lines, code = piped(b"\xff\xfe\n\xed\xa0\x80\n\x00\x1b[2J\x7f\nabc\xe2\x80\xa8def\n")
    assert [line.removeprefix("메아리: ") for line in lines] == ["\ufffd\ufffd", "\ufffd" * 3, "[2J", "abc def"]
    assert code == 0


def test_a_long_line_and_no_line() -> None:
    assert piped("가".encode() * 20_000 + b"\n") == (["메아리: " + "가" * 20_000], 0)
    assert piped(b"") == ([], 0)


def test_leaving_between_pipes() -> None:
    assert piped("하나\n/끝\n둘\n".encode()) == (["메아리: 하나", "다음에 또 이야기해요."], 0)


def test_a_reader_that_goes_away() -> None:
    script = f"yes 안녕 | {sys.executable} {BOT} | head -1; echo ${{PIPESTATUS[1]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
    assert (done.stdout, done.stderr) == ("메아리: 안녕\n0\n", "")


def test_ctrl_c_between_pipes() -> None:
    process = subprocess.Popen([sys.executable, BOT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT)
    assert process.stdin
    assert process.stdout
    process.stdin.write("안녕\n".encode())
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)  # before the pipe is closed: the end of the input is another reason to leave
    process.communicate()
    assert process.returncode != 0


@given(st.text(st.characters(exclude_categories=[])))
def test_cleaned_text_is_safe_to_show(text: str) -> None:
    cleaned = clean(text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", cleaned)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned


@given(st.text(), st.text())
def test_cleaning_keeps_prefixes(start: str, rest: str) -> None:
    assert clean(start + rest).startswith(clean(start))


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert len(in_one_line(text).splitlines()) <= 1


def test_leaving_is_recognised_decomposed() -> None:
    assert is_leaving(" /끝 ")
    assert is_leaving("/\u1101\u1173\u11c0")
    assert not is_leaving("/끝말잇기")
