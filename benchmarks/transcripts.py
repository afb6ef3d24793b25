"""Plays the conversations of ``transcripts.txt`` with the real bot and prints them unedited, for people to read.

    python -m benchmarks.transcripts [--model bundled] [--persona danbi] [--seed 7] [--alone]

The messages were made up for this file; the commonest of them ("안녕하세요") stand in the corpus too. ``--alone`` leaves the
model to itself, without the example memory. Each conversation has a room of its own in a database in memory.
"""

import argparse
import asyncio
from pathlib import Path

from chatbot.bot import Bot
from chatbot.config import load_settings
from chatbot.dialogue.persona import Persona, persona_folders
from chatbot.dialogue.voice import Reply
from chatbot.messages import Address, Incoming, Outgoing, Speaker

SCRIPT = Path(__file__).with_suffix(".txt")
PERSON = Speaker("reader", "")


class Paper:
    """An adapter that keeps what it is sent."""

    name = "paper"

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def run(self, receive: object) -> None:
        """Do nothing: the messages are handed over one by one."""

    async def send(self, to: Address, message: Outgoing) -> str:
        """Keep a message."""
        self.sent.append(message.text)
        return str(len(self.sent))


async def play(model: str, persona: str, seed: int, alone: bool) -> None:
    """Print every conversation, each reply with where it came from."""
    settings = load_settings(
        model={"path": model},
        generation={"seed": seed},
        dialogue={"examples": not alone},
        history={"url": "sqlite://"},
    )
    sources: list[Reply] = []
    character = Persona.load(persona, persona_folders(settings.folder))
    bot = Bot(settings, character, explain=sources.append)
    try:
        for number, line in enumerate(SCRIPT.read_text("utf-8").splitlines(), start=1):
            paper = Paper()
            print(f"\n**{number}**\n")
            for turn, text in enumerate(line.split(" | ")):
                await bot.receive(paper, Incoming(Address("paper", str(number)), f"{number}-{turn}", PERSON, text))
                print(f"> 나: {text}  \n> {character.name}: {paper.sent[-1]} ({sources[-1].source})  ")
    finally:
        await bot.close()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--persona", default="danbi")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--alone", action="store_true")
    options = parser.parse_args()
    asyncio.run(play(options.model, options.persona, options.seed, options.alone))


if __name__ == "__main__":
    main()
