"""Which command a message is."""

import sys
import unicodedata
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.plugins.command_table import Called, CommandTable, Named, Unknown, name_words

if TYPE_CHECKING:
    from _typeshed import TraceFunction

TABLE = CommandTable(
    [
        Named(("도움말", "help"), "help", takes_words=False),
        Named(("더하기", "add"), "add"),
        Named(("기억", "remember"), "remember"),
        Named(("기억 지우기", "remember drop"), "drop"),
        Named(("기억 모두 지우기",), "drop all", takes_words=False),
        Named(("투표 시작",), "vote"),
        Named(("투표 끝", "투표 그만"), "tally", takes_words=False),
        Named(("시계",), "clock", takes_words=False),
        Named(("시계 맞추기",), "set clock", takes_words=False),
    ]
)


@pytest.mark.parametrize(
    ("text", "name", "entry", "argument"),
    [
        ("/도움말", "도움말", "help", ""),
        ("/도움말 \n", "도움말", "help", ""),
        ("/HELP", "help", "help", ""),
        ("/더하기 1 2", "더하기", "add", "1 2"),
        ("/더하기   하나  둘 ", "더하기", "add", "하나  둘"),
        ("/더하기\n1\n2", "더하기", "add", "1\n2"),
        ("/Add Ab", "add", "add", "Ab"),
        ("/기억", "기억", "remember", ""),
        ("/기억 우유", "기억", "remember", "우유"),
        ("/기억 지우기", "기억 지우기", "drop", ""),
        ("/기억 지우기 3", "기억 지우기", "drop", "3"),
        ("/기억   지우기\n3", "기억 지우기", "drop", "3"),
        ("/기억 지우기는 나중에", "기억", "remember", "지우기는 나중에"),
        ("/기억 모두 지우기", "기억 모두 지우기", "drop all", ""),
        ("/기억 모두 지우기 전에", "기억", "remember", "모두 지우기 전에"),
        ("/Remember Drop 3", "remember drop", "drop", "3"),
        ("/투표 끝", "투표 끝", "tally", ""),
        ("/투표 시작 점심 저녁", "투표 시작", "vote", "점심 저녁"),
    ],
)
def test_the_longest_name_wins(text: str, name: str, entry: str, argument: str) -> None:
    assert TABLE.find(text) == Called(name, entry, argument)
    assert TABLE.find(unicodedata.normalize("NFD", text)) == Called(name, entry, argument)


@pytest.mark.parametrize(
    "text",
    [
        "도움말",
        "/",
        "",
        " /도움말",
        "/ 띄움",
        "/\n",
        "/ㅋㅋ",
        "/ㅠㅠ",
        "/a/b",
        "/home/me",
        "/3",
        "/모르는 말",
        "/도움말 좀 봐",
        "/도움말!",
        "//",
        "/@danbi_bot",
        "/help@other_bot",
        unicodedata.normalize("NFKC", "/ㅋㅋ"),
    ],
)
def test_what_is_said_rather_than_called(text: str) -> None:
    assert TABLE.find(text) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("/없는것", "없는것"),
        ("/Hlep ", "Hlep"),
        ("/hlep@Danbi_Bot", "hlep"),
        ("/투표", "투표"),
        ("/투표 끝낼까", "투표"),
        ("/투표 끝 이제", "투표"),
        ("/시계 맟추기", "시계"),
    ],
)
def test_a_mistaken_command(text: str, word: str) -> None:
    assert TABLE.find(text, {"danbi_bot"}) == Unknown(word)


@pytest.mark.parametrize("bot", ["danbi_bot", "DANBI_bot", "@danbi_bot"])
def test_a_command_for_this_bot_among_others(bot: str) -> None:
    assert TABLE.find("/help@danbi_bot", [bot]) == Called("help", "help")
    assert TABLE.find("/투표@Danbi_bot 시작 점심", [bot]) == Called("투표 시작", "vote", "점심")
    assert TABLE.find("/help@other_bot", [bot]) is None


def test_a_group_has_its_members_in_order() -> None:
    assert TABLE.group("투표") == ("vote", "tally")
    assert TABLE.group("Remember") == ("drop",)
    assert TABLE.group(unicodedata.normalize("NFD", "기억")) == ("drop", "drop all")
    assert TABLE.group("더하기") == TABLE.group("기억 모두") == TABLE.group("") == ()


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("도옴말", "도움말"),
        ("도움멀", "도움말"),
        ("도움", "도움말"),
        ("더하기요", "더하기"),
        ("hlep", "help"),
        ("HELPP", "help"),
        ("기얶", "기억"),
        ("투푝", "투표"),
        ("기억지우기", "기억 지우기"),
        ("전혀다른말", None),
        ("점", None),
    ],
)
def test_the_name_that_was_meant(word: str, name: str | None) -> None:
    assert TABLE.nearest(word) == name
    assert TABLE.nearest(unicodedata.normalize("NFD", word)) == name


def test_only_what_somebody_may_use_is_named() -> None:
    table = CommandTable([Named(("설정",), "owner's"), Named(("설점",), "anyone's")])
    assert table.nearest("설저", lambda entry: entry == "owner's") == "설정"
    assert table.nearest("설저", lambda entry: entry == "anyone's") == "설점"
    assert table.nearest("설저", lambda _: False) is None


@pytest.mark.parametrize("names", [("",), (" ",), ("더하기", "더하기"), ("add", "ADD"), ("가 나", "가  나")])
def test_names_must_be_there_and_differ(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="name is"):
        CommandTable([Named(names, 1)])


def test_an_empty_table_has_no_commands() -> None:
    table: CommandTable[int] = CommandTable([])
    assert len(table) == 0
    assert table.find("/도움말 좀") is None
    assert table.find("/도움말") == Unknown("도움말")
    assert table.nearest("도움말") is None


word = st.text(st.sampled_from("가각나aAß"), min_size=1, max_size=2)
spaces = st.sampled_from([" ", "  ", "\n"])
names = st.lists(word, min_size=1, max_size=3).map(" ".join)


@st.composite
def tables(draw: st.DrawFn) -> list[Named[int]]:
    entries = draw(st.lists(st.lists(names, min_size=1, max_size=2, unique_by=name_words), max_size=8))
    taken: set[tuple[str, ...]] = set()
    kept: list[Named[int]] = []
    for number, some in enumerate(entries):
        free = tuple(name for name in some if name_words(name) not in taken)
        taken.update(map(name_words, free))
        kept.append(Named(free, number, draw(st.booleans())))
    return kept


@st.composite
def messages(draw: st.DrawFn) -> str:
    said = draw(st.lists(st.one_of(word, names), min_size=1, max_size=4))
    text = "/" + "".join(one + draw(spaces) for one in said)
    return draw(st.sampled_from([text, text.strip(), unicodedata.normalize("NFD", text), text.upper()]))


def plainly(entries: list[Named[int]], text: str) -> tuple[int, str] | None:
    """Every name tried on the whole text: slow, and plainly right."""
    said = unicodedata.normalize("NFC", text[1:]).split()
    fitting: list[tuple[int, int, str]] = []
    for named in entries:
        for name in named.names:
            words = name_words(name)
            rest = said[len(words) :]
            if tuple(map(str.casefold, said[: len(words)])) == words and (named.takes_words or not rest):
                fitting.append((len(words), named.entry, " ".join(rest)))
    return max(fitting)[1:] if fitting else None


@given(tables(), messages())
def test_the_table_finds_what_trying_every_name_finds(entries: list[Named[int]], text: str) -> None:
    found = CommandTable(entries).find(text)
    expected = plainly(entries, text)
    if isinstance(found, Called):
        assert (found.entry, " ".join(found.argument.split())) == expected
        assert unicodedata.normalize("NFC", text).strip().endswith(found.argument)  # its spaces kept
        assert found.argument == found.argument.strip()
    else:
        assert expected is None


@given(tables(), st.text(max_size=12))
def test_a_message_without_a_slash_is_no_command(entries: list[Named[int]], text: str) -> None:
    assert CommandTable(entries).find(text) is None or text.startswith("/")


def test_looking_up_takes_as_many_steps_in_a_large_table() -> None:
    def steps(table: CommandTable[int], text: str) -> int:
        count = 0

        def step(frame: FrameType, event: str, argument: object) -> "TraceFunction":
            nonlocal count
            count += event == "line"
            return step

        tracing = sys.gettrace()
        sys.settrace(step)
        try:
            table.find(text)
        finally:
            sys.settrace(tracing)
        return count

    small, large = (CommandTable([Named((f"명령{number}",), number) for number in range(count)]) for count in (5, 500))
    for text in ("/명령3 1 2", "/명령3", "/없는것", "/없는 것", "안녕"):
        assert 0 < steps(large, text) == steps(small, text)
