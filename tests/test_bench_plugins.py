"""That the measurement of plugins runs and is fair: every bot gives the same answers to the same messages."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from benchmarks.plugins import DISPATCH, ERRBOT, NONEBOT, ONE_THREAD, ROOT, WHOLE, growth, python_of, ratios, systems
from benchmarks.plugins_load import BLOCK, Heard, Say, check, command, matched, messages, pattern, timed
from benchmarks.plugins_ours import dispatch, whole

ERRBOT_PYTHON = python_of(ROOT / "build" / "errbot")


def measured(python: str, *options: str) -> dict[str, Any]:
    done = subprocess.run([python, "-m", *options], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


@pytest.mark.parametrize("size", [5, 50])
def test_half_are_commands_a_quarter_match_and_a_quarter_match_nothing(size: int) -> None:
    names = {f"/{command(number)}" for number in range(size)}
    kinds: Counter[str] = Counter()
    for heard in messages(size, 400)[: 3 * BLOCK]:
        found = [number for number in range(size) if re.search(pattern(number), heard.text)]
        if heard.answer is None:
            assert not found
            kinds["nothing"] += 1
        elif found:
            [number] = found
            count = re.search(pattern(number), heard.text)
            assert count is not None
            assert heard.answer == matched(number, int(count["count"]))
            kinds["match"] += 1
        else:
            name, left, right = heard.text.split()
            assert name in names
            assert heard.answer == f"{int(left) + int(right)}입니다."
            kinds["command"] += 1
    assert kinds == {"command": 60, "match": 30, "nothing": 30}


def test_a_bot_that_answers_something_else_is_not_measured() -> None:
    every = [Heard("/명령1 1 2", "3입니다."), Heard("안녕", None)]
    check(every, ["3입니다.", "아무 말"])
    with pytest.raises(AssertionError, match="4입니다"):
        check(every, ["4입니다.", ""])


@pytest.mark.parametrize("bot", [dispatch, whole])
async def test_our_bots_answer_as_they_must(bot: Callable[[int], AbstractAsyncContextManager[Say]]) -> None:
    async with bot(12) as say:
        assert await say("/명령11 40 2") == "42입니다."
        assert await say("물건2번을 7개 부탁해요") == matched(2, 7)
        assert await say("안녕하세요") == ("안녕하세요" if bot is whole else "")
        assert (await timed(say, 12, 40))["us"] > 0


def test_nonebot_gives_the_same_answers() -> None:
    if find_spec("nonebot") is None:
        pytest.skip("NoneBot2 is not installed: pip install 'maldongmu[bench]'")
    assert measured(sys.executable, "benchmarks.plugins_nonebot", "--commands", "5", "--messages", "8")["us"] > 0


@pytest.mark.parametrize("options", [(), ("--threads",)])
def test_errbot_gives_the_same_answers(options: tuple[str, ...]) -> None:
    if not ERRBOT_PYTHON.exists():
        pytest.skip("Errbot is not installed: python -m benchmarks.plugins --install-errbot")
    sizes = ("--commands", "12", "--messages", "40")
    assert measured(str(ERRBOT_PYTHON), "benchmarks.plugins_errbot", *sizes, *options)["us"] > 0


def test_growth_is_the_exponent() -> None:
    assert growth([5, 50, 500], [7.0, 70.0, 700.0]) == 1
    assert growth([5, 50, 500], [3.0, 3.0, 3.0]) == 0
    assert growth([1, 100], [2.0, 20.0]) == 0.5
    assert growth([5], [3.0]) == 0


def test_ratios_are_to_the_dispatch() -> None:
    figures = {DISPATCH: {"5_us": 2.0, "50_us": 4.0}, NONEBOT: {"5_us": 3.0, "50_us": 40.0}}
    assert ratios(figures, [5, 50]) == {DISPATCH: {"5": 1, "50": 1}, NONEBOT: {"5": 1.5, "50": 10}}


def test_a_bot_that_is_not_installed_is_left_out(tmp_path: Path) -> None:
    assert not {ERRBOT, ONE_THREAD} & set(systems(None))
    assert {DISPATCH, WHOLE, ERRBOT, ONE_THREAD} <= set(systems(python_of(tmp_path)))


@pytest.mark.slow
def test_the_whole_measurement_ends_in_one_line_of_json(tmp_path: Path) -> None:
    options = ("--runs", "1", "--messages", "8", "--sizes", "5", "12", "--errbot", str(tmp_path), "--json-only")
    figures = measured(sys.executable, "benchmarks.plugins", *options)
    assert figures["sizes"] == [5, 12]
    assert set(figures["us"]) == {DISPATCH, WHOLE} | ({NONEBOT} if find_spec("nonebot") else set())
    assert set(figures["us"][DISPATCH]) == {"5_us", "5_cpu_us", "12_us", "12_cpu_us"}
    assert set(figures["growth"]) == set(figures["ratio"]) == set(figures["us"])
