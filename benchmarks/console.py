"""What a person waits for: ``chatbot chat``, the real command in real processes, in a terminal and between pipes.

    python -m benchmarks.console [--runs 5] [--messages 8] [--model bundled|kogpt2-shaped|both|FOLDER] [--json-only]

``kogpt2-shaped`` has KoGPT2's size and random weights: its speed is KoGPT2's, its words are noise. The README beside
this file says what each figure is. Ends with one JSON line.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pexpect
import psutil

from benchmarks import examples
from chatbot.paths import PRETRAINED

ROOT = Path(__file__).parents[1]
CHATBOT = str(Path(sys.executable).with_name("chatbot"))
TOKENIZER = ROOT.parent / "shared" / "kogpt2" / "tokenizer.json"
BUNDLED, KOGPT2 = "bundled", "kogpt2-shaped"
PATIENCE = 300
STREAMED_TOKENS = 20
_ENTER = "\r"
_FIRST_WORDS = re.compile(r"\x1b\[J단비> (?!…)\S")


@dataclass
class Waits:
    """Seconds that were waited, one list a figure; mebibytes for the memory."""

    prompt: list[float] = field(default_factory=list[float])
    first_reply: list[float] = field(default_factory=list[float])
    reply: list[float] = field(default_factory=list[float])
    first_token: list[float] = field(default_factory=list[float])
    streamed_reply: list[float] = field(default_factory=list[float])
    pipe_first_reply: list[float] = field(default_factory=list[float])
    pipe_reply: list[float] = field(default_factory=list[float])
    peak_mib: list[float] = field(default_factory=list[float])


class Chat:
    """One process of ``chatbot chat`` with default settings, in a folder of its own."""

    def __init__(self, folder: Path, model: str, **settings: object) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CHATBOT")}
        given = {f"CHATBOT__GENERATION__{name.upper()}": str(value) for name, value in settings.items()}
        self.environment = {
            **kept,
            **given,
            "CHATBOT__MODEL__PATH": model,
            "HF_HUB_OFFLINE": "1",
            "TERM": "xterm",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        }
        self.folder = folder
        self.options = ["chat", "--persona", "danbi", "--user", "하나"]

    def in_terminal(self, messages: Sequence[str], prompt: list[float], first: list[float]) -> "Terminal":
        """Start it, type the first message as soon as the prompt stands, and wait for the whole reply."""
        started = time.perf_counter()
        terminal = Terminal(self)
        terminal.sees("나>")
        prompt.append(time.perf_counter() - started)
        terminal.says(messages[0])
        first.append(time.perf_counter() - started)
        return terminal


class Terminal:
    """The process at a pseudo-terminal."""

    def __init__(self, chat: Chat) -> None:
        self._process: Any = pexpect.spawn(
            CHATBOT,
            chat.options,
            env=chat.environment,
            cwd=str(chat.folder),
            encoding="utf-8",
            timeout=PATIENCE,
            dimensions=(40, 200),
        )
        self._process.delaybeforesend = None  # pexpect's default adds 50 ms to every message

    def sees(self, text: str) -> None:
        self._process.expect_exact(text)

    def says(self, message: str) -> tuple[float, float]:
        """Type a message; return the seconds until its first words stood there, and until the next prompt did."""
        started = time.perf_counter()
        self._process.send(message + _ENTER)
        self._process.expect_exact("단비> …")
        self._process.expect(_FIRST_WORDS)
        words = time.perf_counter() - started
        self._process.expect_exact("나>")
        return words, time.perf_counter() - started

    def leaves(self) -> int:
        """Leave; return the most memory that the process held, in MiB."""
        peak = peak_mib(int(self._process.pid))
        self._process.send("/끝" + _ENTER)
        self._process.expect(pexpect.EOF)
        self._process.close()
        return peak


def peak_mib(pid: int) -> int:
    """Return the most resident memory a process has held, in MiB; what it holds now where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) // 1024
    return psutil.Process(pid).memory_info().rss // 2**20


def measure(model: str, runs: int, messages: Sequence[str]) -> Waits:
    """Run the three kinds of chat ``runs`` times in turn, each on an empty database."""
    waits = Waits()
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            terminal = Chat(Path(folder), model).in_terminal(messages, waits.prompt, waits.first_reply)
            waits.reply += [terminal.says(message)[1] for message in messages[1:]]
            waits.peak_mib.append(terminal.leaves())
        with tempfile.TemporaryDirectory() as folder:
            length = {"min_new_tokens": STREAMED_TOKENS, "max_new_tokens": STREAMED_TOKENS}
            streaming = Chat(Path(folder), model, candidates=1, **length)
            terminal = streaming.in_terminal(messages, [], [])
            for message in messages[1:]:
                first, whole = terminal.says(message)
                waits.first_token.append(first)
                waits.streamed_reply.append(whole)
            terminal.leaves()
        with tempfile.TemporaryDirectory() as folder:
            seconds = _between_pipes(Chat(Path(folder), model), messages)
            waits.pipe_first_reply.append(seconds[0])
            waits.pipe_reply += seconds[1:]
    return waits


def _between_pipes(chat: Chat, messages: Sequence[str]) -> list[float]:
    """Return the seconds from the start to the first reply, and from each later message to its reply."""
    seconds: list[float] = []
    started = time.perf_counter()
    with subprocess.Popen(
        [CHATBOT, *chat.options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=chat.environment,
        cwd=chat.folder,
    ) as process:
        assert process.stdin
        assert process.stdout
        for message in messages:
            process.stdin.write(f"{message}\n".encode())
            process.stdin.flush()
            if not process.stdout.readline():
                raise SystemExit("chatbot chat ended early; its own words stand above")
            seconds.append(time.perf_counter() - started)
            started = time.perf_counter()
        process.stdin.close()
    return seconds


def summary(waits: Waits) -> dict[str, float]:
    """Return the medians, and the 95th percentiles of what was waited for often enough."""
    figures: dict[str, float] = {}
    for name, values in vars(waits).items():
        if name == "peak_mib":
            figures[name] = max(values)
            continue
        figures[f"{name}_seconds"] = round(statistics.median(values), 3)
        if len(values) >= 20:
            figures[f"{name}_seconds_p95"] = round(sorted(values)[int(len(values) * 0.95)], 3)
    return figures


def example_memory(runs: int) -> dict[str, float]:
    """Return what ``benchmarks.examples`` measures, in a process of its own: ours has held a whole model by now."""
    command = [sys.executable, "-m", "benchmarks.examples", "--runs", str(runs)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {name: value for name, value in figures.items() if name != "benchmark"}


def machine() -> dict[str, object]:
    """Return what the figures depend on, the load of other programs included."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": names[0] if names else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "torch": version("torch"),
    }


def table(columns: dict[str, dict[str, float]]) -> str:
    """Return the figures side by side, one a row."""
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    rows = [f"{'':26}" + "".join(f"{column[-15:]:>16}" for column in columns)]
    for name in names:
        cells = (figures.get(name, "") for figures in columns.values())
        rows.append(f"{name:26}" + "".join(f"{cell:>16}" for cell in cells))
    return "\n".join(rows)


def sources(model: str, folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return what ``chatbot chat --model`` takes for each model that is asked for, and why others are left out."""
    found: dict[str, str] = {}
    skipped: dict[str, str] = {}
    for name in [BUNDLED, KOGPT2] if model == "both" else [model]:
        if name == BUNDLED and not any(PRETRAINED.glob("model*.safetensors")):
            skipped[name] = f"there is no model in {PRETRAINED}"
        elif name == KOGPT2 and not TOKENIZER.exists():
            skipped[name] = f"KoGPT2's tokenizer, which its licence keeps out of this repository, is not at {TOKENIZER}"
        elif name == KOGPT2:
            from benchmarks.kogpt2_shaped import write_checkpoint  # imports torch, which would count as load

            write_checkpoint(folder, TOKENIZER, as_pickle=False)
            found[name] = str(folder)
        else:
            found[name] = name
    return found, skipped


def main() -> None:
    """Parse the command line, measure what is there, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--messages", type=int, default=8, help=f"messages a chat, 2 to {len(examples.MESSAGES)}")
    parser.add_argument("--model", default="both", help=f"{BUNDLED}, {KOGPT2}, both, or a checkpoint's folder")
    parser.add_argument("--json-only", action="store_true")
    arguments = parser.parse_args()
    messages = examples.MESSAGES[: max(2, arguments.messages)]
    conditions = machine()
    with tempfile.TemporaryDirectory() as folder:
        found, skipped = sources(arguments.model, Path(folder))
        columns = {name: summary(measure(source, arguments.runs, messages)) for name, source in found.items()}
    memory = example_memory(arguments.runs)
    if not arguments.json_only:
        print(f"{conditions}\n{arguments.runs} runs of {len(messages)} messages; medians, peak_mib the most.\n")
        print(table(columns))
        print("\nexample memory: " + ", ".join(f"{name} {value}" for name, value in memory.items()))
        for name, reason in skipped.items():
            print(f"skipped {name}: {reason}")
    figures = {"runs": arguments.runs, "messages": len(messages), "models": columns, "examples": memory}
    print(json.dumps({"benchmark": "console", "machine": conditions, **figures, "skipped": skipped}))


if __name__ == "__main__":
    main()
