"""The documentation runs: every snippet of the pages below, as a reader would run them, one after the other.

A fence is left out by the comment ``<!-- not run: why -->`` on the line above it.
"""

import asyncio
import os
import re
import shlex
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from chatbot.cli.main import COMMANDS, run
from chatbot.config import load_settings
from chatbot.dialogue.persona import Persona

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
OTHER_PAGES = [ROOT / "adapters" / "README.md", ROOT / "benchmarks" / "README.md"]
SHELL = ("console", "sh", "bash", "shell")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
_RUN_FOR_REAL = ("new", "chat", "history", "plugins")
_GROUPS = ("history", "plugins")
"""Commands that have commands of their own."""
_TESTED = {"README.md", "rooms.md", "plugins.md"}
"""The pages that show how to test; a walk that finds no test would pass."""
_OUT_OF_REACH = ("skt/", "--model", "forget", "--training")  # a download, things of the reader's, a question


@dataclass(frozen=True)
class Snippet:
    """One fence of a page."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """Where it stands, as editors jump to it."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def snippets(*languages: str) -> list[Snippet]:
    """Return the fences of all pages in these languages, but those marked as not run."""
    return [snippet for page in PAGES for snippet in _of(page) if snippet.language in languages]


def _of(page: Path) -> Iterator[Snippet]:
    text = page.read_text(encoding="utf-8")
    for fence in _FENCE.finditer(text):
        before = text[: fence.start()].splitlines()
        if not (before and before[-1].startswith("<!-- not run:")):
            yield Snippet(page, len(before) + 1, fence[1], fence[2])


def place(snippet: Snippet) -> str:
    return snippet.place


@pytest.fixture
def reader(
    tmp_path: Path, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    """The folder of a reader who has set nothing, and has a model that talks nonsense at once."""
    for name in [name for name in os.environ if name.startswith("CHATBOT")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHATBOT__MODEL__PATH", str(tiny_checkpoint))
    monkeypatch.setenv("CHATBOT__GENERATION__MAX_NEW_TOKENS", "8")
    (tmp_path / "prompts").symlink_to(ROOT / "prompts")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def module_of(page: Path) -> ModuleType:
    """Run a page's Python fences in order as one module, which is not the main one."""
    module = ModuleType(page.stem)
    for snippet in _python(page):
        run_in(module, snippet)
    return module


def _python(page: Path) -> list[Snippet]:
    return [snippet for snippet in snippets("python") if snippet.page == page]


def run_in(module: ModuleType, snippet: Snippet) -> None:
    """Run a Python fence as the next part of a module."""
    # Blank lines put a traceback's numbers where the page has them.
    code = compile("\n" * snippet.line + snippet.text, str(snippet.page), "exec")
    exec(code, vars(module))  # noqa: S102


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.usefixtures("reader")
def test_python_runs(page: Path) -> None:
    module = module_of(page)
    for snippet in _python(page):
        names = re.findall(r"^(?:async )?(?:def|class) (\w+)", snippet.text, re.MULTILINE)
        assert set(names) <= set(vars(module))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.usefixtures("reader")
async def test_the_tests_of_a_page_pass(page: Path) -> None:
    """A fence's tests run before the next fence, which may be another file with a ``plugin`` of its own."""
    module = ModuleType(page.stem)
    passed: list[str] = []
    for snippet in _python(page):
        run_in(module, snippet)
        for name in re.findall(r"^(?:async )?def (test_\w+)", snippet.text, re.MULTILINE):
            await getattr(module, name)()
            passed.append(name)
    assert len(passed) == len(set(passed))
    assert bool(passed) is (page.name in _TESTED)


@pytest.mark.parametrize("snippet", snippets("yaml"), ids=place)
def test_yaml_is_a_persona_or_a_config(snippet: Snippet, tmp_path: Path) -> None:
    file = tmp_path / "written.yaml"
    file.write_text(snippet.text, encoding="utf-8")
    if re.search(r"^name:", snippet.text, re.MULTILINE):
        assert Persona.load(file, []).name
    else:
        assert load_settings(file).model_fields_set


@pytest.mark.parametrize("snippet", snippets("toml"), ids=place)
def test_toml_is_toml(snippet: Snippet) -> None:
    assert tomllib.loads(snippet.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_shell_session_runs(
    page: Path, reader: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """YAML fences whose first line is a comment with a file's name are saved under it, as the reader would."""
    for snippet in _of(page):
        if snippet.language == "yaml" and (named := re.match(r"# (\S+\.yaml)\n", snippet.text)):
            Path(named[1]).write_text(snippet.text, encoding="utf-8")
        elif snippet.language in SHELL:
            lines = _commands(snippet.text)
            assert lines, snippet.place
            for line in lines:
                _try(line, snippet.place, monkeypatch, capfd)


def _commands(text: str) -> list[str]:
    """Return the lines that are typed: behind ``$`` where there is any, else all; a trailing backslash joins two."""
    lines = text.replace("\\\n", " ").splitlines()
    typed = [line[2:] for line in lines if line.startswith("$ ")]
    return typed or [line for line in lines if line.strip() and not line.startswith("#")]


def _try(line: str, place: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Run a command that is ours and cheap, in this process; check only the spelling of those that are not cheap."""
    feeding, _, behind = line.rpartition("|")
    words = shlex.split(behind, comments=True)
    match words:
        case ["cd", folder]:
            if Path(folder).is_dir():  # else it is somewhere the snippets do not make: the clone, the reader's home
                monkeypatch.chdir(folder)
        case ["make", *targets]:
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            for target in targets:
                is_target = "=" in target or re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE)
                assert is_target, f"{place}: the Makefile has no target {target}"
        case ["chatbot", *arguments]:
            _check_spelling(arguments, place, capfd)
            if arguments[0] in _RUN_FOR_REAL and not any(word in line for word in _OUT_OF_REACH):
                given = shlex.split(feeding)[1:] if feeding else []
                Path("given.txt").write_text("".join(f"{word}\n" for word in given), encoding="utf-8")
                with Path("given.txt").open(encoding="utf-8") as stdin:
                    monkeypatch.setattr("sys.stdin", stdin)
                    code = run(arguments)
                shown = capfd.readouterr()
                assert code == 0, f"{place}: `{line}` ends with {code}: {shown.out}{shown.err}"
        case ["pytest", *arguments]:
            done = subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], capture_output=True, text=True)
            assert done.returncode == 0, f"{place}: `{line}`: {done.stdout}"
        case _:  # git, pip, nc: not ours
            pass


def _check_spelling(arguments: list[str], place: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Fail where a command or option does not exist, whatever values stand behind them."""
    if arguments[0].startswith("-"):
        path: list[str] = []
    else:
        assert arguments[0] in COMMANDS, f"{place}: there is no command `chatbot {arguments[0]}`"
        path = arguments[: 2 if arguments[0] in _GROUPS else 1]
    capfd.readouterr()
    assert run([*path, "--help"]) == 0
    known = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", capfd.readouterr().out.replace(",", " ")))
    used = {word.partition("=")[0] for word in arguments if re.match(r"--?[a-z]", word)}
    assert used <= known, f"{place}: `chatbot {' '.join(path)}` does not know {', '.join(sorted(used - known))}"


async def test_the_buttons_of_the_page_are_drawn() -> None:
    from chatbot import Choice, ChoiceAdapter, Incoming, Outgoing

    port = free_port()
    adapter: Any = module_of(ROOT / "docs" / "adapters.md").ButtonAdapter(port)
    checked: object = adapter
    assert isinstance(checked, ChoiceAdapter)

    async def ask(message: Incoming) -> None:
        await adapter.send(message.address, Outgoing("차 드릴까요?", choices=(Choice("네"), Choice("아니요"))))

    running = asyncio.create_task(adapter.run(ask))
    async with asyncio.timeout(10):
        await adapter.opened.wait()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write("목말라\n".encode())
        drawn = [(await reader.readline()).decode().strip() for _ in range(3)]
    assert drawn == ["차 드릴까요?", "[네]", "[아니요]"]
    writer.close()
    running.cancel()
    await asyncio.wait({running})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_adapter_of_the_page_keeps_its_own_check() -> None:
    module = module_of(ROOT / "docs" / "adapters.md")
    await asyncio.wait_for(module.check_line_adapter(free_port()), timeout=60)


@pytest.mark.usefixtures("reader")
async def test_the_adapter_of_the_page_talks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT__DIALOGUE__EXAMPLES", "off")
    module = module_of(ROOT / "docs" / "adapters.md")
    port = free_port()
    serving = asyncio.create_task(module.main(port))
    try:
        async with asyncio.timeout(120):
            while True:
                await asyncio.sleep(0.05)
                assert not serving.done()
                try:
                    one = await asyncio.open_connection("127.0.0.1", port)
                    break
                except ConnectionError:
                    continue
            other = await asyncio.open_connection("127.0.0.1", port)
            for _, writer in (one, other):
                writer.write("안녕하세요\n".encode())
            for reader, writer in (one, other):
                assert (await reader.readline()).strip()
                writer.write(b"\n")
                assert (await reader.readline()).decode().startswith("아무 말도 안 보여요.")
            one[1].close()
            other[1].write("/새대화\n".encode())
            assert (await other[0].readline()).decode().startswith("좋아요")
    finally:
        serving.cancel()
        await asyncio.wait({serving})
    assert await other[0].read() == b""  # cancelled means shut down: nobody is left hanging
    other[1].close()


def test_a_taken_port_is_a_mistake_with_a_remedy() -> None:
    from chatbot import AdapterError

    async def run_on(port: int) -> None:
        async def receive(message: object) -> None: ...

        await module_of(ROOT / "docs" / "adapters.md").LineAdapter(port).run(receive)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AdapterError, match="다른 번호"):
            asyncio.run(run_on(taken.getsockname()[1]))


def test_the_persona_page_names_every_key() -> None:
    page = (ROOT / "docs" / "personas.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert named == list(Persona.model_fields)


def installed() -> list[str]:
    return [name for name, command in COMMANDS.items() if command.exists()]


@pytest.mark.parametrize("name", installed())
def test_the_readme_mentions_every_command(name: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert re.search(rf"\bchatbot {name}\b", text), f"README.md never says `chatbot {name}`, which --help lists"


def test_the_readme_mentions_no_other_command_or_option(capfd: pytest.CaptureFixture[str]) -> None:
    """Options are looked for where they stand in one table row or sentence with their command."""
    for line in README.read_text(encoding="utf-8").splitlines():
        for name in re.findall(r"`chatbot ([a-z]+)", line):
            options = [] if name in _GROUPS else re.findall(r"`(?:chatbot [^`]*)?(--[a-z-]+)", line)
            _check_spelling([name, *options], "README.md", capfd)


@pytest.mark.parametrize("page", [*PAGES, *OTHER_PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_no_placeholder_is_left(page: Path) -> None:
    assert re.findall(r"^[A-Z_]{4,}$", page.read_text(encoding="utf-8"), re.MULTILINE) == []


@pytest.mark.parametrize("page", [*PAGES, *OTHER_PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = [target for target in _LINK.findall(text) if "://" not in target]
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == [], f"{page.relative_to(ROOT)} links to what is not there"
