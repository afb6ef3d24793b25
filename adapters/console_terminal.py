"""A prompt, streamed replies, Ctrl-C. Knows nothing of bots beyond the lines that go in and come out.

The terminal stays in raw mode throughout. While a reply is written, keys are read here: Ctrl-C stops the reply, and the
rest is kept for the next prompt, so that what a person types ahead is neither echoed into the reply nor lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from itertools import cycle
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal
from prompt_toolkit.input import create_input
from prompt_toolkit.input.typeahead import clear_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import create_output
from prompt_toolkit.utils import get_cwidth, is_dumb_terminal

from adapters.console_text import LEAVE, clean, expand_tabs, is_leaving
from chatbot.korean import ends_in_consonant

_PROMPT = "나> "
_THINKING = "…"
_STOPPED = "(멈췄어요)"
_HOW_TO_LEAVE = f"나가려면 {LEAVE}을 치거나 Ctrl-D를 누르세요. Ctrl-C를 한 번 더 눌러도 나가요."
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAME_SECONDS = 0.1


class Terminal:
    """The person's terminal."""

    def __init__(self, bot_name: str, greeting: str | None, farewell: str, stdin: TextIO, stdout: TextIO) -> None:
        self._bot_name = _shown(bot_name)
        self._label = f"{self._bot_name}> "
        self._greeting = greeting
        self._farewell = farewell
        self._input = create_input(stdin)
        self._output = create_output(stdout)
        self._session: PromptSession[str] = PromptSession(
            _PROMPT, input=self._input, output=self._output, key_bindings=_paste_bindings()
        )
        self._redraws = not is_dumb_terminal()
        self._notes: list[str] = []  # shown behind the reply
        self._drawn: str | None = None  # the reply as far as it is on the screen; None between replies

    async def run(self, say: Callable[[str], Awaitable[None]], ready: "asyncio.Future[None]") -> None:
        """Prompt, answer, prompt again, until the person leaves.

        Raises:
            ChatbotError: ``ready`` failed with it.
        """
        ready.add_done_callback(self._end_if_failed)
        with self._input.raw_mode():
            if self._greeting:
                self._write_line(self._label + _shown(self._greeting))
            about_to_leave = False
            while True:
                if ready.done():
                    ready.result()
                try:
                    line = await self._session.prompt_async()
                except EOFError:
                    return
                except KeyboardInterrupt:
                    if about_to_leave:
                        return
                    self._write_line(_HOW_TO_LEAVE)
                    about_to_leave = True
                    continue
                about_to_leave = False
                if is_leaving(line):
                    self._write_line(self._label + _shown(self._farewell))
                    return
                if line.strip():
                    await self._answer(clean(line), say, ready)

    def _end_if_failed(self, ready: "asyncio.Future[None]") -> None:
        """Take the prompt away when the bot cannot wake: nobody should type to one that will not answer."""
        error = None if ready.cancelled() else ready.exception()
        if error is not None and self._session.app.is_running:
            self._session.app.exit(exception=error)

    async def show(self, text: str) -> None:
        """Show a whole message: the end of the reply that is being written, or one of its own above the prompt."""
        if self._session.app.is_running:
            async with in_terminal():
                self._write_line(self._label + _shown(text))
            return
        self._draw(_shown(text))
        self._write_line()
        self._drawn = None

    async def show_late(self, text: str) -> None:
        """Show a message that answers nothing of now: at the prompt at once, else once the reply of now stands."""
        if self._session.app.is_running:
            await self.show(text)
        else:
            self._notes.append(self._label + _shown(text))

    async def draft(self, text: str) -> None:
        """Show a reply as far as it is written; only what is new reaches the terminal."""
        if self._redraws and text and not self._session.app.is_running:
            self._draw(_shown(text))

    def note(self, text: str) -> None:
        """Show a remark, once the reply stands."""
        self._notes.append(_shown(text))

    async def _answer(self, line: str, say: Callable[[str], Awaitable[None]], ready: "asyncio.Future[None]") -> None:
        async def reply() -> None:
            if not ready.done():
                await self._wait_awake(ready)
            await asyncio.shield(ready)
            if self._redraws:
                self._draw(_THINKING)
            await say(line)

        task = asyncio.ensure_future(reply())
        with self._keys_kept(on_interrupt=task.cancel):
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:  # we are being shut down, and the reply with us
                task.cancel()
                await asyncio.wait({task})
                raise
        if self._drawn == _THINKING:
            self._erase()
        elif self._drawn is not None:
            self._write_line()
        self._drawn = None
        for note in self._notes:
            self._write_line(note)
        self._notes.clear()
        if task.cancelled():
            self._write_line(_STOPPED)
        else:
            task.result()

    async def _wait_awake(self, ready: "asyncio.Future[None]") -> None:
        particle = "이" if ends_in_consonant(self._bot_name) else "가"
        try:
            for frame in cycle(_SPINNER):
                self._draw(f"{self._bot_name}{particle} 일어나고 있어요… {frame if self._redraws else ''}", label="")
                await asyncio.wait({ready}, timeout=_FRAME_SECONDS if self._redraws else None)
                if ready.done():
                    return
        finally:
            self._erase(label="")
            self._drawn = None

    @contextmanager
    def _keys_kept(self, on_interrupt: Callable[[], object]) -> Generator[None]:
        """Read keys beside a reply. Ctrl-C also drops what was typed or pasted ahead: it means stop, not next."""
        kept: list[KeyPress] = []

        def read() -> None:
            for press in self._input.read_keys():
                if press.key == Keys.ControlC:
                    kept.clear()
                    clear_typeahead(self._input)
                    on_interrupt()
                elif press.key != Keys.CPRResponse:
                    kept.append(press)

        try:
            with self._input.attach(read):
                yield
        finally:
            store_typeahead(self._input, kept)

    def _draw(self, text: str, label: str | None = None) -> None:
        """Bring the reply on the screen to ``text``: by its new end where it grew, else anew."""
        label = self._label if label is None else label
        if self._drawn is None:
            self._output.write(label + text)
        elif text.startswith(self._drawn):
            self._output.write(text[len(self._drawn) :])
        else:
            self._erase(label)
            self._output.write(label + text)
        self._output.flush()
        self._drawn = text

    def _erase(self, label: str | None = None) -> None:
        if self._drawn is None:
            return
        if not self._redraws:
            self._output.write("\n")
            return
        drawn = (self._label if label is None else label) + self._drawn
        self._output.write_raw("\r")
        if rows := _rows_down(drawn, self._output.get_size().columns):
            self._output.cursor_up(rows)
        self._output.erase_down()
        self._output.flush()

    def _write_line(self, text: str = "") -> None:
        self._output.write(text + "\n")
        self._output.flush()


def _shown(text: str) -> str:
    return expand_tabs(clean(text))


def _rows_down(text: str, columns: int) -> int:
    """Return how many rows below its first one the cursor stands after ``text``; wide characters do not split."""
    row = column = 0
    for char in text:
        width = get_cwidth(char)
        if char == "\n":
            row, column = row + 1, 0
        elif column + width > columns:
            row, column = row + 1, width
        else:
            column += width
    return row


def _paste_bindings() -> KeyBindings:
    """A pasted line break is the Enter key: fifty pasted lines are fifty messages, in order, as if they were typed."""
    bindings = KeyBindings()

    @bindings.add(Keys.BracketedPaste)
    def _(event: KeyPressEvent) -> None:
        first, *others = clean(event.data.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
        event.current_buffer.insert_text(expand_tabs(first))
        presses: list[KeyPress] = []
        for line in others:
            presses += [KeyPress(Keys.ControlM, "\r"), KeyPress(Keys.BracketedPaste, line)]
        event.key_processor.feed_multiple(presses, first=True)

    return bindings
