"""How long the shipped example memory takes to load, and to find what was said in a situation like the one at hand.

    python -m benchmarks.examples [--runs 5]

The figures are of this process alone: no language model runs. Ends with one JSON line.
"""

import argparse
import gc
import json
import statistics
import time
from pathlib import Path

import psutil

from chatbot.dialogue.examples import ExampleMemory
from chatbot.dialogue.matcher import Matcher
from chatbot.dialogue.persona import Persona, persona_folders
from chatbot.dialogue.recall import Recall
from chatbot.dialogue.talk import Talk
from chatbot.messages import Speaker, Turn
from chatbot.paths import PRETRAINED

PERSON, BOT = Speaker("하나", "하나"), Speaker("bot", "단비", is_bot=True)
# Everyday, long, short and odd; the memory has seen none of them on purpose.
MESSAGES = (
    "안녕하세요",
    "나 오늘 회사에서 발표했는데 중간에 말이 꼬여서 얼굴이 빨개졌어",
    "ㅋㅋㅋㅋㅋ",
    "저녁에 된장찌개 끓일까 하는데 감자가 없네요",
    "고양이가 새벽마다 깨워서 잠을 못 자겠어요",
    "주말에 비 온대",
    "요즘 읽는 책이 있는데 주인공이 답답해서 자꾸 덮게 돼요",
    "그건 왜요?",
    "버스에 우산을 두고 내렸어요 ㅠㅠ",
    "첫 월급을 받았는데 부모님께 뭘 사 드리면 좋을까요?",
)


def talks() -> list[Talk]:
    """Return each message as an opening, and behind two turns."""
    opening = [Talk((Turn(PERSON, message),)) for message in MESSAGES]
    before = (Turn(PERSON, "오늘 하루 길었어요"), Turn(BOT, "애쓰셨어요. 뭐가 제일 길었어요?"))
    return opening + [Talk((*before, Turn(PERSON, message))) for message in MESSAGES]


def measure(runs: int) -> dict[str, float]:
    """Return the medians over ``runs`` loadings, and over every lookup behind each."""
    persona = Persona.load("danbi", persona_folders(Path(__file__).parents[1]))
    before = psutil.Process().memory_info().rss
    held = 0
    exchanges = 0
    loading: list[float] = []
    lookups: list[float] = []
    for run in range(runs):
        started = time.perf_counter()
        matcher = Matcher.load(PRETRAINED)
        memory = ExampleMemory.load(PRETRAINED, matcher)
        recall = Recall(persona, memory, matcher)
        loading.append(time.perf_counter() - started)
        exchanges = len(memory.exchanges)
        if run == 0:
            held = psutil.Process().memory_info().rss - before
        for talk in talks():
            started = time.perf_counter()
            recall.candidates(talk, persona.speech_level)
            lookups.append(time.perf_counter() - started)
        del matcher, memory, recall
        gc.collect()
    return {
        "exchanges": exchanges,
        "load_seconds": round(statistics.median(loading), 3),
        "lookup_ms": round(statistics.median(lookups) * 1000, 2),
        "lookup_ms_p95": round(sorted(lookups)[int(len(lookups) * 0.95)] * 1000, 2),
        "memory_mib": held // 2**20,
        "lookups": len(lookups),
    }


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    print(json.dumps({"benchmark": "examples", **measure(parser.parse_args().runs)}))


if __name__ == "__main__":
    main()
