"""Editing plugins while the bot runs: what is taken over, what stays, and what the author is told."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chatbot.config import load_settings
from chatbot.plugins.loader import Discovered, find_plugins
from chatbot.plugins.plugin import Plugin
from chatbot.plugins.registry import Registry
from chatbot.plugins.reload import Reloading

HEAD = "from chatbot.plugins.plugin import Plugin\n"


@dataclass
class Workshop:
    """A bot's folder, what was handed over, and what was told."""

    folder: Path
    registries: list[Registry] = field(default_factory=list[Registry])
    told: list[str] = field(default_factory=list[str])

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def plugin(self, file: str, name: str, about: str = "", head: str = "") -> Path:
        return self.write(f"plugins/{file}.py", f'{head}{HEAD}plugin = Plugin("{name}", about="{about}")\n')

    @property
    def abouts(self) -> dict[str, str]:
        """The plugins of the last registry, without those that are installed here."""
        return {one.plugin.name: one.plugin.about for one in self.registries[-1].found if one.kind == "폴더"}

    async def until(self, comes: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not comes():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def tells(self, count: int) -> str:
        """Return the sentence with that number, once it is told."""
        await self.until(lambda: len(self.told) >= count)
        assert len(self.told) == count, self.told
        return self.told[-1].replace(f"{self.folder}/", "")

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator[Discovered]:
        """Watch the folder as ``chatbot chat --reload`` does, only more often."""
        self.write("config.yaml", "") if not (self.folder / "config.yaml").exists() else None
        settings = load_settings(self.folder / "config.yaml")
        discovered = find_plugins(settings, builtin=False)
        again = lambda: load_settings(self.folder / "config.yaml")  # noqa: E731
        reloading = Reloading(
            settings,
            discovered,
            self.registries.append,
            self.told.append,
            settings_again=again,
            period=0.02,
            patience=1,
        )
        running = asyncio.create_task(reloading.run())
        try:
            yield discovered
        finally:
            running.cancel()
            await asyncio.wait({running})
            assert running.cancelled()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    (tmp_path / "plugins").mkdir()
    return Workshop(tmp_path)


async def test_an_edit_is_taken_over_and_the_others_are_left_alone(workshop: Workshop) -> None:
    workshop.plugin("a", "가", "하나")
    workshop.plugin("b", "나")
    async with workshop.watched() as discovered:
        untouched = next(one.plugin for one in discovered.plugins if one.plugin.name == "나")
        workshop.plugin("a", "가", "둘둘")  # as many bytes, perhaps in the same second: no bytecode may hide it
        assert await workshop.tells(1) == "플러그인을 다시 불러왔어요: 가"
        assert workshop.abouts == {"가": "둘둘", "나": ""}
        assert workshop.registries[-1].plugin("나") is untouched
        workshop.plugin("a", "가", "셋셋")
        await workshop.tells(2)
        assert workshop.abouts["가"] == "셋셋"


async def test_new_files_come_and_deleted_ones_go(workshop: Workshop) -> None:
    path = workshop.plugin("a", "가")
    async with workshop.watched():
        workshop.plugin("b", "나")
        assert await workshop.tells(1) == "플러그인을 다시 불러왔어요: 나"
        assert workshop.abouts == {"가": "", "나": ""}
        path.unlink()
        assert await workshop.tells(2) == "플러그인을 다시 불러왔어요: 가 (없앰)"
        assert workshop.abouts == {"나": ""}
        workshop.plugin("b", "다른이름")
        assert await workshop.tells(3) == "플러그인을 다시 불러왔어요: 다른이름"
        assert workshop.abouts == {"다른이름": ""}


async def test_a_folder_that_is_made_later(workshop: Workshop) -> None:
    (workshop.folder / "plugins").rmdir()
    async with workshop.watched():
        workshop.plugin("a", "가")
        assert await workshop.tells(1) == "플러그인을 다시 불러왔어요: 가"


async def test_a_broken_edit_leaves_what_ran(workshop: Workshop) -> None:
    workshop.plugin("a", "가", "옛것")
    async with workshop.watched():
        workshop.write("plugins/a.py", f"{HEAD}\nplugin = Plugin(\n")
        said = await workshop.tells(1)
        assert said.startswith("고친 것을 쓸 수 없어서 하던 대로 있을게요. plugins/a.py:3: 파이썬 문법에 맞지 않아요:")
        assert workshop.registries == []
        workshop.plugin("b", "나")  # the old code stays in what comes next
        await workshop.tells(2)
        assert workshop.abouts == {"가": "옛것", "나": ""}
        workshop.plugin("a", "가", "새것")
        assert await workshop.tells(3) == "플러그인을 다시 불러왔어요: 가"
        assert workshop.abouts == {"가": "새것", "나": ""}


async def test_a_package_is_taken_over_as_a_whole(workshop: Workshop) -> None:
    workshop.write("plugins/pack/__init__.py", "from .inner import plugin\n")
    workshop.write("plugins/pack/inner.py", f'from .words import WORD\n{HEAD}plugin = Plugin("꾸러미", about=WORD)\n')
    workshop.write("plugins/pack/words.py", "WORD = '하나'\n")
    async with workshop.watched():
        workshop.write("plugins/pack/words.py", "WORD = '둘둘'\n")
        assert await workshop.tells(1) == "플러그인을 다시 불러왔어요: 꾸러미"
        assert workshop.abouts == {"꾸러미": "둘둘"}


async def test_those_who_import_what_changed_are_imported_again(workshop: Workshop) -> None:
    workshop.write("plugins/_deep.py", "WORD = '하나'\n")
    workshop.write("plugins/_shared.py", "from ._deep import WORD\n")
    shared = 'from ._shared import WORD\nfrom chatbot.plugins.plugin import Plugin\nplugin = Plugin("가", about=WORD)\n'
    workshop.write("plugins/a.py", shared)
    workshop.plugin("b", "나")
    async with workshop.watched() as discovered:
        untouched = next(one.plugin for one in discovered.plugins if one.plugin.name == "나")
        workshop.write("plugins/_deep.py", "WORD = '둘둘'\n")
        assert await workshop.tells(1) == "플러그인을 다시 불러왔어요: 가"
        assert workshop.abouts == {"가": "둘둘", "나": ""}
        assert workshop.registries[-1].plugin("나") is untouched
        workshop.write("plugins/_deep.py", "WORD = undefined\n")
        assert "plugins/_deep.py:1: 불러오다가 오류가 났어요 (NameError" in await workshop.tells(2)
        package = discovered.modules.name if discovered.modules else ""
        held = [name for name, module in sys.modules.items() if getattr(module, "WORD", None) == "둘둘"]
        # What the old code may import later is the old code.
        assert {name for name in held if name.startswith(package)} == {
            f"{package}.{x}" for x in ("_deep", "_shared", "a")
        }


async def test_an_edit_that_hangs_is_given_up(workshop: Workshop) -> None:
    workshop.plugin("a", "가", "옛것")
    async with workshop.watched():
        workshop.write("plugins/a.py", "import time\nfor _ in range(100):\n    time.sleep(0.05)\n")
        assert "1초가 넘게 걸려 그만두었어요" in await workshop.tells(1)
        workshop.plugin("a", "가", "새것")
        assert await workshop.tells(2) == "플러그인을 다시 불러왔어요: 가"
        assert workshop.abouts == {"가": "새것"}


async def test_a_conflict_leaves_what_ran_until_it_is_settled(workshop: Workshop) -> None:
    command = '\n@plugin.command("하기")\ndef do() -> str:\n    return ""\n'
    workshop.write("plugins/a.py", f'{HEAD}plugin = Plugin("가")\n{command}')
    async with workshop.watched():
        workshop.write("plugins/b.py", f'{HEAD}plugin = Plugin("나")\n{command}')
        said = await workshop.tells(1)
        assert said.startswith("고친 것을 쓸 수 없어서 하던 대로 있을게요. '/하기' 명령의 이름이 겹쳐요:")
        assert workshop.registries == []
        workshop.write("config.yaml", "plugins: {나: {rename: {하기: 나하기}}}\n")
        assert await workshop.tells(2) == "플러그인의 설정을 다시 읽었어요."
        assert [one.names for _, one in workshop.registries[-1].commands if _ in ("가", "나")] == [
            ("하기",),
            ("나하기",),
        ]


async def test_the_config_is_read_again_as_far_as_it_is_the_plugins(workshop: Workshop) -> None:
    workshop.plugin("a", "가")
    workshop.plugin("b", "나")
    workshop.write("config.yaml", "plugins: {off: [b]}\n")
    async with workshop.watched():
        workshop.write("config.yaml", "plugins: {off: [a]}\n")
        assert await workshop.tells(1) == "플러그인을 다시 불러왔어요: 나"
        assert workshop.abouts == {"나": ""}
        workshop.write("config.yaml", "plugins: {off: [가, 없음]}\n")
        assert "끄려는 '없음' 플러그인이 없어요." in await workshop.tells(2)
        workshop.write("config.yaml", "plugin: {}\n")
        assert "'plugin' 항목은 없어요. 혹시 plugins 아닌가요?" in await workshop.tells(3)
        workshop.write("config.yaml", "bot: {persona: namu}\nplugins: {off: [a]}\n")
        await workshop.until(lambda: len(workshop.told) == 5)
        assert workshop.told[3:] == [
            "plugins 말고 다른 설정은 다시 시작해야 바뀌어요.",
            "플러그인의 설정을 다시 읽었어요.",
        ]
        (workshop.folder / "config.yaml").unlink()
        assert await workshop.tells(6) == "설정 파일이 없어졌어요. 읽어 둔 설정으로 계속할게요."


async def test_what_changes_still_is_not_looked_at(workshop: Workshop) -> None:
    workshop.plugin("a", "가", "옛것")
    async with workshop.watched():
        for number in range(30):
            workshop.write("plugins/a.py", "#" * number)  # no plugin in it: it would be told
            await asyncio.sleep(0.005)
        workshop.plugin("a", "가", "새것")
        assert await workshop.tells(1) == "플러그인을 다시 불러왔어요: 가"


async def test_a_test_that_is_edited_changes_nothing(workshop: Workshop) -> None:
    workshop.plugin("a", "가")
    async with workshop.watched():
        workshop.write("plugins/test_a.py", "assert True\n")
        workshop.write("plugins/README.md", "읽어 주세요\n")
        await asyncio.sleep(0.3)
        workshop.plugin("a", "가", "새것")
        assert await workshop.tells(1) == "플러그인을 다시 불러왔어요: 가"
        assert len(workshop.registries) == 1


async def test_an_installed_plugin_takes_a_restart_and_that_is_told_once(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    skill = workshop.write("site/installed_skill.py", f'{HEAD}plugin = Plugin("설치한것")\n')
    workshop.write("site/skill-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: skill\nVersion: 1.0\n")
    workshop.write("site/skill-1.0.dist-info/entry_points.txt", "[chatbot.plugins]\nskill = installed_skill:plugin\n")
    monkeypatch.syspath_prepend(workshop.folder / "site")  # pyright: ignore[reportUnknownMemberType]
    async with workshop.watched():
        skill.write_text(f'{HEAD}plugin = Plugin("설치한것", about="새것")\n', encoding="utf-8")
        sentence = "'설치한것' 플러그인은 패키지 플러그인이라, 다시 시작해야 바뀌어요."
        assert await workshop.tells(1) == sentence
        skill.write_text(f'{HEAD}plugin = Plugin("설치한것", about="더 새것")\n', encoding="utf-8")
        await asyncio.sleep(0.3)
        assert workshop.told == [sentence]
    del sys.modules["installed_skill"]


async def test_a_swap_that_fails_is_told_and_the_watch_goes_on(workshop: Workshop) -> None:
    workshop.plugin("a", "가")
    settings = load_settings(workshop.write("config.yaml", ""))
    outcomes = iter([RuntimeError("뜻밖"), None])

    async def swap(registry: Registry) -> None:
        if (error := next(outcomes)) is not None:
            raise error
        workshop.registries.append(registry)

    reloading = Reloading(settings, find_plugins(settings, builtin=False), swap, workshop.told.append, period=0.02)
    running = asyncio.create_task(reloading.run())
    workshop.plugin("a", "가", "하나")
    assert await workshop.tells(1) == "플러그인을 바꾸다가 오류가 났어요 (RuntimeError). 다시 시작해 주세요."
    workshop.plugin("a", "가", "둘")
    await workshop.tells(2)
    assert workshop.abouts == {"가": "둘"}
    running.cancel()


def test_given_plugins_cannot_be_watched(workshop: Workshop) -> None:
    settings = load_settings(workshop.write("config.yaml", ""))
    with pytest.raises(ValueError, match="given"):
        Reloading(settings, Discovered.of(Plugin("가")), print, print)
