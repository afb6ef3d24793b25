"""Which matchers a message is meant for: the index agrees with trying each, and saves trying most."""

import importlib
import re
import sys
import unicodedata
import warnings
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.plugins.declarations import MatcherDeclaration
from chatbot.plugins.literals import folds_alike, needed
from chatbot.plugins.matchers import Declared, Found, Matchers

EVERY_LETTER = "".join(map(chr, range(sys.maxunicode + 1)))


def _handler() -> None: ...


def pattern(expression: str, priority: int = 0, flags: int = 0) -> Declared:
    return "플러그인", MatcherDeclaration(_handler, re.compile(expression, flags), priority=priority)


def keyword(*words: str, priority: int = 0) -> Declared:
    return "플러그인", MatcherDeclaration(_handler, keywords=words, priority=priority)


def when(predicate: Callable[[str], bool], priority: int = 0) -> Declared:
    return "플러그인", MatcherDeclaration(_handler, predicate=predicate, priority=priority)


def one_by_one(declared: list[Declared], text: str) -> list[tuple[Declared, str | None]]:
    """Every matcher tried in order: slow, and plainly right."""
    found: list[tuple[Declared, str | None]] = []
    for plugin, one in sorted(declared, key=lambda each: each[1].priority):
        if one.pattern is not None:
            if match := one.pattern.search(text):
                found.append(((plugin, one), match[0]))
        elif one.predicate is not None:
            if one.predicate(text):
                found.append(((plugin, one), None))
        elif any(word.casefold() in text.casefold() for word in one.keywords):
            found.append(((plugin, one), None))
    return found


def plainly(found: Found) -> tuple[Declared, str | None]:
    return (found.plugin, found.declaration), None if found.match is None else found.match[0]


# Few letters, so that patterns and texts meet; those whose case is odd: ß, ſ, K (Kelvin), İ, ı, and a final sigma.
LETTERS = "가나ㅋaAiIkKsSßſKİıσς 1"
letter = st.sampled_from(LETTERS)
words = st.text(letter, min_size=1, max_size=3)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def wrapped(before: str, after: str) -> st.SearchStrategy[str]:
        return inner.map(lambda text: f"{before}{text}{after}")

    repeats = ["?", "*", "+", "??", "+?", "?+", "++", "{2}", "{2,3}", "{0,2}", "{3,}", "{1,2}?"]
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda texts: f"(?:{'|'.join(texts)})"),
        st.lists(inner, min_size=1, max_size=2).map(lambda texts: f"(?:{'|'.join(texts)}|)"),
        st.tuples(inner, st.sampled_from(repeats)).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        inner.map(lambda text: f"({text})(?(1)가|나)?"),
        *(wrapped(before, ")") for before in ("(", "(?=", "(?!", "(?i:", "(?s-i:", "(?ai:", "(?>")),
    )


atoms = st.one_of(
    words.map(re.escape),
    st.sampled_from([r"\d", r"\s", r"\w", r"\S", ".", "^", "$", r"\b", r"\B", r"\A", r"\Z", "", r"(?<=가)", r"(?<!a)"]),
    st.text(letter, min_size=1, max_size=4).map(lambda text: f"[{re.escape(text)}]"),
    st.text(letter, min_size=1, max_size=4).map(lambda text: f"[^{re.escape(text)}]"),
    st.sampled_from(["[가-힣]", "[a-c]", "[A-a]", "[h-j]", "[J-L]", "[ㄱ-ㅎ]", r"[\d가]", "[가-갛]"]),
)
expressions = st.recursive(
    st.one_of(atoms, st.lists(atoms, min_size=2, max_size=4).map("".join)),
    _grown,
    max_leaves=6,
)
patterns = st.tuples(
    st.one_of(expressions, expressions.map(lambda expression: expression + "(?P<그것>[가aİ]+)(?P=그것)")),
    st.sampled_from([0, re.IGNORECASE, re.IGNORECASE | re.ASCII, re.VERBOSE, re.MULTILINE, re.DOTALL]),
)
texts = st.text(letter, max_size=12)


@st.composite
def declarations(draw: st.DrawFn) -> Declared:
    priority = draw(st.integers(-1, 1))
    kind = draw(st.sampled_from(["pattern", "pattern", "pattern", "keyword", "when"]))
    if kind == "keyword":
        return keyword(*draw(st.lists(st.text(letter, max_size=3), max_size=2)), priority=priority)
    if kind == "when":
        length = draw(st.integers(0, 5))
        return when(lambda text: len(text) > length, priority)
    expression, flags = draw(patterns)
    return pattern(expression, priority, flags)


@settings(max_examples=600, deadline=None)
@given(st.lists(declarations(), max_size=6), st.lists(texts, min_size=1, max_size=6))
def test_the_index_finds_what_trying_each_finds(declared: list[Declared], said: list[str]) -> None:
    matchers = Matchers(declared)
    for text in said:
        assert [plainly(found) for found in matchers.found(text)] == one_by_one(declared, text)


@settings(max_examples=600, deadline=None)
@given(patterns, st.data())
def test_whatever_a_pattern_is_found_in_has_what_it_needs(built: tuple[str, int], data: st.DataObject) -> None:
    compiled = re.compile(*built)
    text = data.draw(st.one_of(texts, st.from_regex(compiled, alphabet=LETTERS) if _can_draw(built) else texts))
    needs = needed(compiled)
    if needs and compiled.search(text):
        assert any(literal in text.casefold() for literal in needs)


def _can_draw(built: tuple[str, int]) -> bool:
    """Tell whether hypothesis can make texts of a pattern: not with lookarounds, conditions and the like."""
    expression, flags = built
    return not flags and "(?" not in expression.replace("(?:", "") and "+" not in expression


@pytest.mark.parametrize(
    ("expression", "needs"),
    [
        (r"(?P<city>\S+) 날씨", {" 날씨"}),
        ("사과|배", {"사과", "배"}),
        ("빨간 (?:사과|배)", {"빨간 사과", "빨간 배"}),
        ("오늘|오전", {"오늘", "오전"}),
        ("점심.*메뉴판", {"메뉴판"}),
        ("ㅋ{3,}", {"ㅋㅋㅋ"}),
        ("(?:하하)+", {"하하"}),
        ("[가나]다", {"가다", "나다"}),
        ("[1-3]시", {"1시", "2시", "3시"}),
        ("고양이(?=가)", {"고양이"}),
        (r"\d+(?=원어치)", {"원어치"}),
        ("(?<=오늘 )뭐", {"오늘 "}),
        ("^안녕$", {"안녕"}),
        ("안녕?하세요", {"안하세요", "안녕하세요"}),
        (r"(가)\1", {"가"}),
        ("(?i)Hello", {"hello"}),
        ("Hello", {"hello"}),
        ("(?i)Timer", {"mer"}),
        ("(?i:안녕) Bot", {"안녕 bot"}),
        ("Straße", {"strasse"}),
        ("(?x) 오늘 \\  날씨  # 주석", {"오늘 날씨"}),
        ("(?>오늘)++", {"오늘"}),
        ("(가)?(?(1)나|다)", set[str]()),
        ("", set[str]()),
        (r"\d+", set[str]()),
        ("가?", set[str]()),
        ("가|", set[str]()),
        ("(?!가)", set[str]()),
        ("[^가]", set[str]()),
        ("하나가+나", {"하나"}),
        ("하나.둘", {"하나"}),
        (r"(둘|셋)하나\1넷", {"둘하나", "셋하나"}),
        ("사과|.", set[str]()),
        ("(?i)i", set[str]()),
    ],
)
def test_what_a_pattern_needs(expression: str, needs: set[str]) -> None:
    assert needed(re.compile(expression)) == needs


def test_a_pattern_of_very_many_words_needs_nothing_in_particular() -> None:
    assert len(needed(re.compile("|".join(f"{chr(0xAC00 + number)}낱말" for number in range(200))))) == 200
    assert needed(re.compile("|".join(f"{chr(0xAC00 + number)}낱말" for number in range(300)))) == set()


def test_what_cannot_be_understood_is_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    parser: Any = importlib.import_module("re._parser")
    deep = re.compile("오늘")
    with monkeypatch.context() as patched:
        patched.delitem(sys.modules, "re._parser")
        patched.setitem(sys.modules, "re._parser", None)  # as in a Python that has none
        assert needed(deep) == set()
        assert [plainly(found)[1] for found in Matchers([pattern("오늘")]).found("오늘은")] == ["오늘"]
    with monkeypatch.context() as patched:
        patched.setattr(parser, "LITERAL", parser.CATEGORY)  # as if there were a new kind of part
        assert needed(deep) == set()
    assert needed(deep) == {"오늘"}


def test_understanding_a_pattern_warns_nobody_again() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compiled = re.compile("[[가]나")
        once = len(caught)
        assert once > 0
        assert needed(compiled) == {"[나", "가나"}
        assert len(caught) == once


def test_what_is_taken_for_a_letter_whatever_its_case_folds_to_the_same() -> None:
    for code in range(128):
        if folds_alike(chr(code)):
            alike = re.findall(re.escape(chr(code)), EVERY_LETTER, re.IGNORECASE)
            assert {one.casefold() for one in alike} == {chr(code).casefold()}
    hangul = re.findall("[가-힣ㄱ-ㆎ]", EVERY_LETTER, re.IGNORECASE)
    assert len(hangul) == 11172 + 94
    assert all(one == one.casefold() == one.upper() and folds_alike(one) for one in hangul)
    assert {one for one in "iIİıſßÀ" if folds_alike(one)} == set()


@given(st.text(max_size=6), st.text(max_size=6))
def test_folding_goes_letter_by_letter(one: str, other: str) -> None:
    """What the index rests on: a text within another is within it when both are folded."""
    assert (one + other).casefold() == one.casefold() + other.casefold()


def test_matchers_come_by_priority_and_then_as_declared() -> None:
    declared = [keyword("오늘", priority=1), pattern("오늘"), when(lambda _: True), keyword("늘", priority=-5)]
    found = [one.declaration for one in Matchers(declared).found("오늘")]
    assert found == [declared[index][1] for index in (3, 1, 2, 0)]


def test_matchers_far_apart_keep_their_order() -> None:
    said = {1: "우산", 16: "오늘", 40: "비가"}
    declared = [keyword(said.get(number, f"내일{number}")) for number in range(50)]
    found = Matchers(declared).found("오늘은 무얼 할까요? 비가 온다는데 우산이 없네요.")
    assert [one.declaration for one in found] == [declared[number][1] for number in (1, 16, 40)]


def test_a_match_comes_with_its_groups() -> None:
    [found] = Matchers([pattern(r"(?P<city>\S+) 날씨")]).found("내일 서울 날씨 어때?")
    assert found.match is not None
    assert found.match["city"] == "서울"


@pytest.mark.parametrize("text", ["hello 봇아", "HELLO", "Hello"])
def test_a_keyword_is_heard_in_any_case(text: str) -> None:
    assert len(list(Matchers([keyword("점메추", "Hello")]).found(text))) == 1


def test_nothing_is_found_where_nothing_is_declared() -> None:
    assert list(Matchers([]).found("안녕")) == []
    assert list(Matchers([keyword()]).found("안녕")) == []


def test_a_matcher_is_not_tried_before_it_is_asked_for() -> None:
    asked: list[str] = []

    def watched(name: str) -> Declared:
        def predicate(text: str) -> bool:
            asked.append(name)
            return True

        return when(predicate)

    found = Matchers([watched("하나"), watched("둘"), watched("셋")]).found("안녕")
    assert asked == []
    assert len(list(islice(found, 2))) == 2
    assert asked == ["하나", "둘"]


def test_a_predicate_that_fails_is_reported_and_passed_over() -> None:
    declared = [when(lambda text: text[99] == "?"), keyword("안녕")]
    failed: list[tuple[str, MatcherDeclaration, type[BaseException]]] = []
    found = Matchers(declared).found("안녕", lambda plugin, one, error: failed.append((plugin, one, type(error))))
    assert [one.declaration for one in found] == [declared[1][1]]
    assert failed == [("플러그인", declared[0][1], IndexError)]
    with pytest.raises(IndexError):
        list(Matchers(declared).found("안녕"))


def test_only_what_could_match_is_tried() -> None:
    """The tries do not grow with the matchers."""
    tries = 0

    class Counting:
        """A pattern that counts how often it is searched for; all of ``re.Pattern`` that matchers use."""

        def __init__(self, expression: str) -> None:
            compiled = re.compile(expression)
            self.pattern, self.flags, self._search = compiled.pattern, compiled.flags, compiled.search

        def search(self, text: str) -> re.Match[str] | None:
            nonlocal tries
            tries += 1
            return self._search(text)

    def counting(expression: str) -> Declared:
        built: Any = Counting(expression)
        return "플러그인", MatcherDeclaration(_handler, built)

    for count in (5, 50, 500):
        matchers = Matchers([counting(rf"상품{number}번 (\d+)개") for number in range(count)])
        tries = 0
        assert len(list(matchers.found("상품3번 2개 주세요"))) == 1
        assert len(list(matchers.found("안녕하세요, 오늘 날씨가 좋네요"))) == 0
        assert tries == 1


@given(st.text(letter, max_size=4), texts)
def test_decomposed_hangul_is_another_text(word: str, text: str) -> None:
    """Whoever hands in a text has normalised it: in here letters are compared as they are."""
    apart = unicodedata.normalize("NFD", text)
    assert bool(list(Matchers([keyword(word)]).found(apart))) == (word.casefold() in apart.casefold())
