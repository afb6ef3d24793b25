"""Asks kiwipiepy, where it is installed, whether a word is a noun: in a process of its own, started with the first word.

A thread would not do. While Kiwi loads it holds the interpreter for two seconds or more, and nobody would get an answer
meanwhile. The process ends with ours, or when nobody asked for some time, and its memory with it.
"""

import asyncio
import atexit
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

from chatbot.builtin.word_chain.rules import starts_after
from chatbot.builtin.word_chain.words import lexicon

_PATIENCE = 7.0
"""Seconds that a message waits for an answer; a handler has ten."""
_LONGEST = 30.0
"""Seconds after which a process that says nothing is given up."""
_PROGRAM = Path(__file__).with_name("noun_process.py")


async def is_noun(word: str) -> bool:
    """Tell whether a word that is not in our list is a noun all the same, and no name; False where nobody can tell."""
    if find_spec("kiwipiepy") is None:
        return False
    if any(f"{start}{word[1:]}" in lexicon().words for start in starts_after(word[0])[1:]):
        return False  # 력사 is no standard word, as 역사 is one
    try:
        async with asyncio.timeout(_PATIENCE):
            return await asyncio.to_thread(_analyser.is_noun, word)
    except TimeoutError:  # it goes on loading, and knows the next time
        return False


class Analyser:
    """The process that has Kiwi. Its methods block: they belong into a thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._one_at_a_time = threading.Lock()

    def is_noun(self, word: str) -> bool:
        """Ask for one word; False also where the process cannot be had."""
        if not self._one_at_a_time.acquire(timeout=_PATIENCE):
            return False
        try:
            return self._asked(word) == "1"
        except OSError:
            self._end()
            return False
        finally:
            self._one_at_a_time.release()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._one_at_a_time:
            self._end()

    def _asked(self, word: str) -> str:
        process = self._running()
        assert process.stdin is not None, "it was started with pipes"
        assert process.stdout is not None, "it was started with pipes"
        giving_up = threading.Timer(_LONGEST, process.kill)
        giving_up.daemon = True
        giving_up.start()
        try:
            process.stdin.write(f"{word}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()
        finally:
            giving_up.cancel()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was written last cannot be delivered any more
                    continue


_analyser = Analyser()
atexit.register(_analyser.close)
