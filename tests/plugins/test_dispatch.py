"""Commands and matchers, through a bot: who may use which where, and what comes of a message."""

import asyncio
import re
import unicodedata
from datetime import date, timedelta
from typing import Any, Literal

from chatbot import Answer, Chat, Choice, File, Plugin, Rest, Role, RoomKind, Speaker, SpeechLevel, Where
from chatbot.sentences import sentences
from chatbot.testing import FakeEngine, TestChat

SAYS = sentences(SpeechLevel.POLITE)
GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}
OWNED = {"bot": {"owners": ["fake:주인"]}}


def memory() -> Plugin:
    """Return a plugin with commands of several words."""
    plugin = Plugin("기억", about="적어 둡니다.")

    @plugin.command("기억 적기", "적어")
    async def note(chat: Chat, what: Rest) -> str:  # pyright: ignore[reportUnusedFunction]
        """적어 둡니다."""
        return f"적었어요: {what!r}"

    @plugin.command("기억 지우기")
    def erase(number: int = 1) -> str:  # pyright: ignore[reportUnusedFunction]
        """지웁니다."""
        return f"{number}번을 지웠어요."

    @plugin.command("기억 모두 지우기", role=Role.ADMIN)
    def erase_all() -> str:  # pyright: ignore[reportUnusedFunction]
        """모두 지웁니다."""
        return "모두 지웠어요."

    return plugin


async def test_a_name_of_several_words_is_found_by_its_longest() -> None:
    async with TestChat(memory()) as chat:
        assert await chat.say('/기억 적기 우유  "두 통"\n사기') == "적었어요: '우유  \"두 통\"\\n사기'"
        assert await chat.say("/적어 우유") == "적었어요: '우유'"
        assert await chat.say("/기억 지우기") == "1번을 지웠어요."
        assert await chat.say("/기억   지우기 세번") == "3번을 지웠어요."
        assert await chat.say(unicodedata.normalize("NFD", "/기억 지우기 2")) == "2번을 지웠어요."
        assert await chat.say("/기억 모두 지우기") == "모두 지웠어요."


async def test_a_group_alone_lists_what_one_may_use() -> None:
    async with TestChat(memory()) as chat:
        listed = await chat.say("/기억")
        assert listed.splitlines() == [
            "/기억 적기 what — 적어 둡니다.",
            "/기억 지우기 [number] — 지웁니다.",
            "/기억 모두 지우기 — 모두 지웁니다.",
        ]
        assert await chat.say("/기억 뭐였지") == listed
        in_group = await chat.say("/기억", **GROUP)
        assert "모두" not in in_group
        assert "적기" in in_group


async def test_bad_arguments_are_told_with_the_usage() -> None:
    async with TestChat(memory()) as chat:
        assert await chat.say("/기억 적기") == "what이 빠졌어요. 이렇게 쓰면 돼요: /기억 적기 what"
        assert await chat.say("/기억 지우기 많이") == (
            "number는 숫자로 적어 주세요. 이렇게 쓰면 돼요: /기억 지우기 [number]"
        )
        assert "너무 많아요" in await chat.say("/기억 지우기 1 2")


async def test_an_unknown_command_is_met_with_the_nearest_that_one_may_use() -> None:
    secret = Plugin("비밀")
    secret.command("폭파하기", role=Role.OWNER)(lambda: "펑")
    async with TestChat(memory(), secret, settings=OWNED) as chat:
        assert await chat.say("/적어어") == SAYS.command_meant.format(name="적어")
        assert await chat.say("/기엌") == SAYS.command_meant.format(name="기억")
        assert await chat.say("/도움") == SAYS.command_meant.format(name="도움말")
        assert await chat.say("/블라블라블라") == SAYS.unknown_command
        assert await chat.say("/폭파하지") == SAYS.unknown_command  # nobody is shown what is not theirs
        assert await chat.say("/폭파하지", speaker="주인") == SAYS.command_meant.format(name="폭파하기")
        assert await chat.say("/블라블라블라", **GROUP) == ""
        assert await chat.say("/ㅋㅋ") == "/ㅋㅋ"


async def test_roles_and_rooms_are_kept() -> None:
    plugin = Plugin("권한")
    plugin.command("모두")(lambda: "모두")
    plugin.command("관리자", role=Role.ADMIN)(lambda: "관리자")
    plugin.command("주인만", role=Role.OWNER)(lambda: "주인")
    plugin.command("둘이", where=Where.PRIVATE)(lambda: "둘이")
    plugin.command("여럿이", where=Where.GROUP)(lambda: "여럿이")
    async with TestChat(plugin, settings=OWNED) as chat:
        assert await chat.say("/관리자") == "관리자"  # of their own room
        assert await chat.say("/관리자", **GROUP) == SAYS.for_admins
        assert await chat.say("/관리자", **GROUP, from_admin=True) == "관리자"
        assert await chat.say("/주인만", **GROUP, from_admin=True) == SAYS.for_admins
        assert await chat.say("/주인만", **GROUP, speaker="주인") == "주인"
        assert await chat.say("/관리자", **GROUP, speaker="주인") == "관리자"
        assert await chat.say("/둘이") == "둘이"
        assert await chat.say("/둘이", **GROUP) == SAYS.in_private
        assert await chat.say("/여럿이") == SAYS.in_group
        assert await chat.say("/여럿이", **GROUP) == "여럿이"
        help_alone, help_group = await chat.say("/도움말"), await chat.say("/도움말", **GROUP)
    assert ("/주인만" in help_alone, "/둘이" in help_alone, "/여럿이" in help_alone) == (False, True, False)
    assert ("/관리자" in help_group, "/둘이" in help_group, "/여럿이" in help_group) == (False, False, True)


async def test_a_cool_down_is_each_persons_in_each_room_and_begins_with_success() -> None:
    plugin = Plugin("뽑기")
    drawn = list[int]()

    @plugin.command("뽑기", cool_down=timedelta(seconds=0.4))
    def draw(number: int = 1) -> str:  # pyright: ignore[reportUnusedFunction]
        drawn.append(number)
        return "뽑았어요."

    plugin.command("자주")(lambda: "네")
    async with TestChat(plugin) as chat:
        assert "숫자로" in await chat.say("/뽑기 많이")
        assert await chat.say("/뽑기") == "뽑았어요."
        assert await chat.say("/뽑기") == SAYS.cools_down.format(seconds=1)
        assert await chat.say("/뽑기 많이") == SAYS.cools_down.format(seconds=1)
        assert await chat.say("/뽑기", speaker="두리") == "뽑았어요."
        assert await chat.say("/뽑기", room="다른 방") == "뽑았어요."
        assert [await chat.say("/자주") for _ in range(3)] == ["네"] * 3
        await asyncio.sleep(0.45)
        assert await chat.say("/뽑기") == "뽑았어요."
    assert len(drawn) == 4


async def test_a_plugin_may_be_switched_off_in_a_room_by_its_admins() -> None:
    looking = Plugin("보기")
    looking.keyword("바다")(lambda: "파도")
    looking.command("바다")(lambda: "바다!")

    @looking.before_generate
    async def before(chat: Chat) -> str | None:  # pyright: ignore[reportUnusedFunction]
        return "산!" if chat.text == "산" else None

    chat = TestChat(looking)
    group: dict[str, Any] = {**GROUP, "mentions_bot": True}
    assert "관리자만" in await chat.say("/플러그인 끄기 보기", **group)
    assert await chat.say("/플러그인 끄기 보기", **group, from_admin=True) == "이 방에서 보기 플러그인을 껐어요."
    assert await chat.say("/바다", **group) == SAYS.plugin_is_off
    assert await chat.say("바다", **group) == "바다"
    assert await chat.say("산", **group) == "산"
    assert await chat.say("바다") == "파도"  # elsewhere it is on
    assert "보기: 꺼짐" in await chat.say("/플러그인", **group)
    await chat.say("/플러그인 켜기 보기", **group, from_admin=True)
    assert await chat.say("산", **group) == "산!"


async def test_arguments_of_every_kind_arrive() -> None:
    plugin = Plugin("인자")

    @plugin.command("모두")
    def take(
        number: int, kind: Literal["가", "나"], day: date, who: Speaker, often: float = 0.5, note: Rest = ""
    ) -> str:  # pyright: ignore[reportUnusedFunction]
        return f"{number} {kind} {day:%m-%d} {who.id} {often} {note!r}"

    async with TestChat(plugin) as chat:
        await chat.say("안녕", **GROUP, speaker="두리", mentions_bot=True)
        assert await chat.say("/모두 세 나 12월 25일 두리 1.5 좋아 요", **GROUP) == "3 나 12-25 두리 1.5 '좋아 요'"
        assert "who" in await chat.say("/모두 세 나 12월 25일 세나", **GROUP)
        assert (await chat.say("/모두 세 나 12월 25일 하나", **GROUP)).endswith("하나 0.5 ''")


async def test_answers_may_be_none_empty_or_more_than_words() -> None:
    plugin = Plugin("답")
    plugin.command("침묵")(lambda: None)
    plugin.command("빈말")(lambda: "  ")
    plugin.command("파일")(lambda: Answer("여기요.", file=File("a.txt", "내용")))
    plugin.command("고르기")(lambda: Answer("골라요", choices=("산", Choice("바다", "/바다"))))

    @plugin.command("여러말")
    async def several(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        chat.say("하나")
        chat.say(Answer("둘", choices=["가"]))
        return "셋"

    @plugin.command("이상")
    def odd() -> int:  # pyright: ignore[reportUnusedFunction]
        return 5

    async with TestChat(plugin) as chat:
        assert await chat.say("/침묵") == ""
        assert await chat.say("/빈말") == ""
        assert await chat.say("/파일") == "여기요."
        assert [file.content for file in chat.files] == ["내용"]
        assert await chat.say("/고르기") == "골라요\n- 산\n- 바다: /바다"
        assert await chat.say("1") == "1"  # no question: nothing waits for it
        assert await chat.say("/여러말") == "하나\n둘\n- 가\n셋"
        assert await chat.say("/이상") == SAYS.command_failed


async def test_commands_are_no_part_of_the_conversation_and_matchers_are() -> None:
    plugin = Plugin("둘")
    plugin.command("명령")(lambda: "명령의 답")
    plugin.keyword("날씨")(lambda: "맑아요.")
    async with TestChat(plugin) as chat:
        await chat.say("/명령")
        await chat.say("날씨")
        await chat.say("그래")
        assert [turn.text for turn in chat.engine.heard[-1].turns] == ["날씨", "맑아요.", "그래"]


# --- matchers ------------------------------------------------------------------------------------------------------


async def test_groups_become_parameters_and_what_does_not_convert_passes_on() -> None:
    plugin = Plugin("날씨")

    @plugin.match(r"(?P<city>\S+) 날씨(?: (?P<days>\S+)일)?")
    async def weather(chat: Chat, city: str, match: re.Match[str], days: int = 1) -> str:  # pyright: ignore[reportUnusedFunction]
        return f"{city} {days} {match[0]}"

    async with TestChat(plugin) as chat:
        assert await chat.say("내일 서울 날씨 삼일 어때") == "서울 3 서울 날씨 삼일"
        assert await chat.say("부산 날씨") == "부산 1 부산 날씨"
        assert await chat.say("부산 날씨 며칠일") == "부산 날씨 며칠일"
        assert await chat.say(unicodedata.normalize("NFD", "부산 날씨")) == "부산 1 부산 날씨"  # as macOS sends it


async def test_the_first_that_answers_blocks_the_rest_and_none_passes_on() -> None:
    plugin, asked = Plugin("순서"), list[str]()

    def of(name: str, answer: str | None, priority: int = 0, block: bool = True) -> None:
        def handler() -> str | None:
            asked.append(name)
            return answer

        plugin.keyword("안녕", priority=priority, block=block)(handler)

    of("늦은", "늦게", priority=5)
    of("사양", None)
    of("첫째", "먼저", priority=-1, block=False)
    of("둘째", "다음")
    of("셋째", "못 해요")
    async with TestChat(plugin) as chat:
        assert await chat.say("안녕!") == "먼저\n다음"
        assert asked == ["첫째", "사양", "둘째"]
        assert chat.engine.heard == []


async def test_keywords_know_no_case_and_no_composition() -> None:
    plugin = Plugin("말")
    plugin.keyword("점메추", "Lunch")(lambda: "김치찌개")
    async with TestChat(plugin) as chat:
        for said in ("오늘 점메추 부탁", "LUNCH?", unicodedata.normalize("NFD", "점메추")):
            assert await chat.say(said) == "김치찌개"
        assert await chat.say("점 메추") == "점 메추"


async def test_matchers_hear_a_group_only_when_they_are_meant() -> None:
    plugin = Plugin("말")
    plugin.keyword("점메추")(lambda: "김치찌개")
    async with TestChat(plugin) as chat:
        assert await chat.say("점메추", **GROUP) == ""
        assert await chat.say("단비야 점메추", **GROUP) == "김치찌개"
        assert await chat.say("점메추", **GROUP, mentions_bot=True) == "김치찌개"


async def test_a_matcher_that_only_looks_on_may_store_what_it_saw() -> None:
    plugin = Plugin("경험치")

    @plugin.when(lambda _: True)
    async def look(chat: Chat) -> None:  # pyright: ignore[reportUnusedFunction]
        await chat.here.put("말", await chat.here.get("말", int, 0) + 1)

    plugin.keyword("바다")(lambda: "파도")

    @plugin.command("경험치")
    async def tell(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(await chat.here.get("말", int, 0))

    chat = TestChat(plugin)
    for said in ("안녕", "바다", "잘 가"):
        await chat.say(said)
    assert await chat.say("/경험치") == "3"


async def test_a_matcher_may_say_something_and_still_be_no_answer() -> None:
    plugin = Plugin("말")

    @plugin.keyword("안녕")
    async def say(chat: Chat) -> None:  # pyright: ignore[reportUnusedFunction]
        chat.say("저도 안녕")

    async with TestChat(plugin) as chat:
        assert await chat.say("안녕") == "저도 안녕"
        assert chat.engine.heard == []


# --- what a handler can do -----------------------------------------------------------------------------------------


def able() -> Plugin:
    """Return a plugin that does what a chat lets it do."""
    plugin = Plugin("능력")

    @plugin.command("말투")
    async def level(chat: Chat, casual: bool = True) -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.update_profile(level=SpeechLevel.CASUAL if casual else SpeechLevel.POLITE)
        return chat.by_level("그럴게요.", "그럴게.")

    @plugin.command("호칭")
    async def called(chat: Chat, name: Rest = "") -> str:  # pyright: ignore[reportUnusedFunction]
        await chat.update_profile(called=name)
        return f"{chat.profile.called}"

    @plugin.command("나")
    async def me(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return f"{chat.profile.level} {chat.profile.called} {chat.role.name} {chat.is_group} {chat.bot_name}"

    @plugin.command("처음부터")
    async def over(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        chat.start_over()
        return "처음부터!"

    @plugin.command("다르게")
    async def other(chat: Chat) -> Answer:  # pyright: ignore[reportUnusedFunction]
        return await chat.say_again()

    @plugin.command("누구")
    async def who(chat: Chat) -> str:  # pyright: ignore[reportUnusedFunction]
        return ",".join(sorted(one.id for one in await chat.people()))

    @plugin.command("고운말")
    async def clean(chat: Chat, text: Rest) -> str:  # pyright: ignore[reportUnusedFunction]
        return str(chat.is_clean(text))

    return plugin


async def test_a_profile_is_one_persons_everywhere_and_lasts() -> None:
    chat = TestChat(able())
    assert await chat.say("/나") == "존댓말 None ADMIN False 단비"
    assert await chat.say("/말투") == "그럴게."
    assert await chat.say("/호칭 대장님") == "대장님"
    assert await chat.say("/나", **GROUP) == "반말 대장님 ANYONE True 단비"
    assert await chat.say("/나", speaker="두리") == "존댓말 None ADMIN False 단비"
    await chat.say("안녕")
    assert chat.engine.heard[-1].level is SpeechLevel.CASUAL
    assert await chat.say("/말투 아니") == "그럴게요."
    assert await chat.say("/호칭") == "None"
    await chat.say("/말투")
    await chat.say("/삭제")
    await chat.say("/삭제 확인")
    assert await chat.say("/나") == "존댓말 None ADMIN False 단비"


async def test_a_new_conversation_forgets_the_old_one() -> None:
    async with TestChat(able()) as chat:
        await chat.say("나는 하나야")
        assert await chat.say("/처음부터") == "처음부터!"
        await chat.say("누구게")
        assert [turn.text for turn in chat.engine.heard[-1].turns] == ["누구게"]


async def test_the_last_reply_is_said_again_in_its_place() -> None:
    engine = FakeEngine(["첫 답", "다른 답", "끝"])
    async with TestChat(able(), engine=engine) as chat:
        assert SAYS.nothing_to_repeat in await chat.say("/다르게")
        await chat.say("안녕")
        assert await chat.say("/다르게") == "다른 답"
        await chat.say("그래")
        assert [turn.text for turn in engine.heard[-1].turns] == ["안녕", "다른 답", "그래"]


async def test_who_spoke_is_known_and_what_is_clean() -> None:
    async with TestChat(able()) as chat:
        await chat.say("안녕", **GROUP, speaker="두리", mentions_bot=True)
        assert await chat.say("/누구", **GROUP) == "두리"
        assert await chat.say("/고운말 안녕하세요") == "True"
        assert await chat.say("/고운말 이 씨발놈아") in ("False", SAYS.hurt)
        assert await chat.say("/고운말 제 번호는 010-1234-5678이에요") == "False"
