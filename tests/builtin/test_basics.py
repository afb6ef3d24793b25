"""기본: the help, its nearest names, a new conversation, another reply, and the status, in whole chats."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chatbot import Plugin, RoomKind
from chatbot.builtin.basics import asks_for_help, described
from chatbot.builtin.poll import plugin as poll
from chatbot.builtin.speech_level import plugin as speech_level
from chatbot.builtin.spoken import uncalled
from chatbot.testing import FakeEngine, TestChat

GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}
OWNED = {"bot": {"owners": ["fake:주인"]}}
ASKED = """
뭐 할 수 있어?
뭐 할 줄 알아?
너 뭐 할 수 있어?
넌 뭘 할 수 있니
뭐할수있어?
뭘 할 수 있나요?
무슨 일을 할 수 있어요?
여기서 뭐 할 수 있어?
할 수 있는 게 뭐야?
할 수 있는 거 뭐 있어?
되는 게 뭐야
도움말
도움말 보여줘
도움말 좀
명령어
명령어 알려줘
명령어 뭐 있어?
명령어 목록
사용법 알려 줘
기능이 뭐예요
이거 어떻게 써?
어떻게 쓰는 거야?
어떻게 써요?
단비야 뭐 할 수 있어?
단비야, 도움말!
""".strip().splitlines()
TRAPS = """
나 뭐 할 수 있을까?
내가 뭐 할 수 있어?
주말에 뭐 할 수 있어?
우리 뭐 할까?
뭐 해?
뭐 하고 있어?
김치찌개 어떻게 써
이 단어 어떻게 써?
자소서 어떻게 써?
도움이 필요해
도와줘
도움말이 안 되는 말이네
도움 안 되는 사람
나 할 수 있을까?
너는 할 수 있어!
할 수 있어
명령하지 마
명령어 외우기 싫다
새 폰 기능이 너무 많아
기능사 시험 봤어
사용법 모르겠어 이 밥솥
어떻게 알았어?
어떻게 지내?
뭘 할 수 있는지 모르겠어 인생
혼자서 뭘 할 수 있겠어
""".strip().splitlines()


@pytest.mark.parametrize("text", ASKED)
def test_asking_what_it_can_do_is_understood(text: str) -> None:
    assert asks_for_help(uncalled(text, "단비"))


@pytest.mark.parametrize("text", TRAPS)
def test_other_messages_do_not_ask_for_help(text: str) -> None:
    assert not asks_for_help(uncalled(text, "단비"))


async def test_the_help_tells_each_plugins_commands_on_a_line() -> None:
    async with TestChat(speech_level, poll) as chat:
        lines = (await chat.say("/도움말")).splitlines()
        assert lines[0].startswith("편하게 말을 걸어 주세요.")
        assert "기본: /도움말 /새대화 /다시" in lines
        assert "말투: /말투 /호칭" in lines
        assert lines[1].startswith("기본:")
        assert not [line for line in lines if "/투표" in line]  # it is for groups
        assert "투표: /투표" in (await chat.say("/도움말", **GROUP)).splitlines()
        assert (
            await chat.say("/help") == await chat.say("/start") == await chat.say("뭐 할 수 있어?") == "\n".join(lines)
        )


async def test_the_help_shows_what_one_may_use_and_no_more() -> None:
    async with TestChat(settings=OWNED) as chat:
        assert "/상태" not in await chat.say("/도움말")
        assert "/상태" in await chat.say("/도움말", speaker="주인")
        assert "/설정" in await chat.say("/도움말", **GROUP)
        assert "/내정보" not in await chat.say("/도움말", **GROUP)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ("말투", "/말투 [존댓말|반말] — 존댓말과 반말 가운데 골라요."),
        ("/호칭", "/호칭 [이름]"),
        ("말두", "비슷한 것을 찾아봤어요: 말투"),
        ("/내정보", "/내정보 — "),
        ("기본", "/새대화 — 지금까지의 이야기를 접고 새로 시작해요."),
        ("없는것이다", "못 찾았어요"),
    ],
)
async def test_the_help_tells_of_one_plugin_or_command_or_of_the_nearest(asked: str, holds: str) -> None:
    assert holds in await TestChat(speech_level).say(f"/도움말 {asked}")


async def test_the_members_of_a_group_of_commands_are_told_together() -> None:
    answer = await TestChat(poll).say("/도움말 /투표", **GROUP)
    assert answer.count("\n/투표") + answer.startswith("/투표") == 3


async def test_the_help_is_told_in_the_persons_level() -> None:
    async with TestChat(speech_level) as chat:
        await chat.say("말 놓자")
        assert (await chat.say("/도움말")).startswith("편하게 말을 걸어 줘. 이런 명령도 있어.")
        assert "못 찾았어." in await chat.say("/도움말 없는것이다")
        assert await chat.say("/새대화") == "좋아, 처음부터 새로 얘기하자."


async def test_a_new_conversation_begins_without_what_was_said() -> None:
    async with TestChat() as chat:
        await chat.say("나 오늘 면접 봤어")
        assert await chat.say("/새대화") == "좋아요, 처음부터 새로 이야기해요."
        await chat.say("안녕")
        assert [turn.text for turn in chat.engine.heard[-1].turns] == ["안녕"]


async def test_another_reply_takes_the_place_of_the_last() -> None:
    async with TestChat(engine=FakeEngine(["첫 대답이에요.", "다른 대답이에요."])) as chat:
        assert await chat.say("안녕") == "첫 대답이에요."
        assert await chat.say("/다시") == "다른 대답이에요."


async def test_the_status_is_the_owners_and_tells_every_field() -> None:
    async with TestChat(speech_level, settings=OWNED) as chat:
        assert "켜진 때" not in await chat.say("/상태")
        status = await chat.say("/상태", speaker="주인")
    labels = [line.partition(":")[0] for line in status.splitlines()]
    assert {"켜진 때", "대답하고 있는 방", "모델", "켜진 플러그인", "말썽인 플러그인", "예약된 일"} <= set(labels)
    assert "말투, 기본" in status


@dataclass(frozen=True)
class Other:
    uptime: timedelta
    started_at: datetime
    waiting: int
    is_fine: bool
    failing: dict[str, str]
    names: tuple[str, ...]
    something_new: str | None


def test_a_status_of_other_fields_is_told_just_as_well() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    status = Other(
        timedelta(days=2, hours=3, minutes=4), now - timedelta(minutes=61), 3, True, {"날씨": "2번: 느림"}, (), None
    )
    assert described(status, now).splitlines() == [
        "켜 둔 시간: 2일 3시간",
        "켜진 때: 2026-11-22 10:59 (1시간 1분)",
        "차례를 기다리는 말: 3개",
        "is fine: 네",
        "말썽인 플러그인: ",
        "  날씨: 2번: 느림",
        "names: 없음",
        "something new: 없음",
    ]
    assert described("좋아요", now) == "좋아요"


async def test_a_command_without_a_help_line_is_told_by_its_usage() -> None:
    bare = Plugin("빈것")

    @bare.command("빈명령")
    async def nothing() -> str:  # pyright: ignore[reportUnusedFunction]
        return "없음"

    assert await TestChat(bare).say("/도움말 빈명령") == "/빈명령"
