"""A small real bot for the console tests: a process of its own, run as ``python echo_bot.py [--slow-start SECONDS]``.

It repeats what it hears. "천천히 ..." comes back letter by letter, "고쳐" changes its mind midway, "영원히" never ends.
``--fails``: it cannot wake.
"""

import argparse
import asyncio
import sys

from adapters.console import ConsoleAdapter
from chatbot.errors import ModelError
from chatbot.messages import Event, Incoming, Outgoing


class Answering:
    """A receipt: the task that answers."""

    def __init__(self, task: "asyncio.Task[None]") -> None:
        self._task = task

    async def answered(self) -> None:
        await asyncio.wait({self._task})

    def give_up(self) -> None:
        self._task.cancel()


async def main(slow_start: float, greeting: str | None, fails: bool) -> None:
    async def wake() -> None:
        await asyncio.sleep(slow_start)
        if fails:
            raise ModelError("모델이 없어요.")

    adapter = ConsoleAdapter("하나", "단비", greeting, ready=wake)

    async def answer(message: Incoming) -> None:
        text = message.text
        if text.startswith("천천히"):
            for length in range(1, len(text) + 1):
                await adapter.draft(message.address, text[:length])
                await asyncio.sleep(0.01)
            await adapter.send(message.address, Outgoing(text))
            return
        if text == "고쳐":
            await adapter.draft(message.address, "첫 생각")
            text = "둘째 생각"
        elif text == "영원히":
            await adapter.draft(message.address, "아직")
            await asyncio.sleep(600)
        elif text == "두 번":
            await adapter.send(message.address, Outgoing("한 번\n그리고"))
        elif text == "설명":
            adapter.note("까닭은 이래요")
        elif text == "말없이":
            return
        elif text == "탈출":
            text = "\x1b[31m빨강\x07"
        await adapter.send(message.address, Outgoing(f"메아리: {text}"))

    async def receive(event: Event) -> Answering:
        assert isinstance(event, Incoming)
        return Answering(asyncio.create_task(answer(event)))

    await adapter.run(receive)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--slow-start", type=float, default=0)
    parser.add_argument("--greeting")
    parser.add_argument("--fails", action="store_true")
    arguments = parser.parse_args()
    try:
        asyncio.run(main(arguments.slow_start, arguments.greeting, arguments.fails))
    except ModelError as error:
        sys.exit(str(error))
