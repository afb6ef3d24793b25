"""The example memory: what is nearest, what is kept on disk, and what is refused."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file  # pyright: ignore[reportUnknownVariableType]

from chatbot.dialogue.examples import (
    _BOTH_AT_START,  # pyright: ignore[reportPrivateUsage] - tuned, and no part of what is tested
    ExampleMemory,
    Exchange,
    Match,
    exchanges_of,
)
from chatbot.dialogue.matcher import ROWS, Matcher
from chatbot.dialogue.ngrams import ngrams
from chatbot.errors import DataError
from chatbot.messages import Speaker, SpeechLevel, Turn
from chatbot.paths import PRETRAINED

POLITE, CASUAL = SpeechLevel.POLITE, SpeechLevel.CASUAL
TEXTS, INDEX = "examples.jsonl.gz", "examples.safetensors"
HANA, BOT = Speaker("u1", "하나"), Speaker("bot", "단비", is_bot=True)

EXCHANGES = [
    Exchange(("안녕하세요",), "반가워요!", POLITE, "a-1"),
    Exchange(("안녕",), "안녕! 잘 왔어.", CASUAL, "a-2"),
    Exchange(("배고파", "뭐 먹을래?", "김치찌개"), "국물이 최고지.", CASUAL, "a-3", ("김치",)),
    Exchange(("오늘 너무 피곤해요",), "푹 쉬어요.", POLITE, "a-4"),
    Exchange(("잘 자",), "좋은 꿈 꿔!", CASUAL, "a-5"),
]
WORDS = st.lists(
    st.sampled_from(
        ["안녕", "오늘", "너무", "피곤해", "배고파", "뭐", "먹지", "김치찌개", "비", "와", "잘자", "ㅋㅋ", "?"]
    ),
    max_size=5,
)
SITUATIONS = st.lists(WORDS.map(" ".join), min_size=1, max_size=4).map(tuple)


@pytest.fixture
def memory() -> ExampleMemory:
    return ExampleMemory.build(EXCHANGES)


def random_matcher(width: int = 4) -> Matcher:
    random = np.random.default_rng(0)
    shapes = {"embedding": (ROWS, width), "projection": (width, width)}
    return Matcher(
        {
            f"{side}.{part}": random.normal(size=shape).astype(np.float16)
            for side in ("situation", "reply")
            for part, shape in shapes.items()
        }
    )


def slow_cosines(query: Counter[int], rows: Sequence[Counter[int]]) -> list[float]:
    """TF-IDF cosines by the plain formula."""
    frequency = Counter(feature for row in rows for feature in row)

    def weights(row: Counter[int]) -> dict[int, float]:
        idf = {feature: max(0.0, math.log((len(rows) + 1) / (frequency[feature] + 0.5))) for feature in row}
        weighted = {feature: (1 + math.log(count)) * idf[feature] for feature, count in row.items()}
        norm = math.sqrt(sum(weight**2 for weight in weighted.values())) or 1.0
        return {feature: weight / norm for feature, weight in weighted.items()}

    asked = weights(query)
    return [sum(weight * weights(row).get(feature, 0) for feature, weight in asked.items()) for row in rows]


def slow_matches(situation: Sequence[str], exchanges: Sequence[Exchange]) -> list[Match]:
    asked = Exchange(tuple(situation), "", POLITE)
    messages = slow_cosines(ngrams(asked.message), [ngrams(exchange.message) for exchange in exchanges])
    contexts = slow_cosines(ngrams(asked.context, (2, 3)), [ngrams(exchange.context, (2, 3)) for exchange in exchanges])
    if not asked.context:
        contexts = [_BOTH_AT_START if len(exchange.situation) == 1 else 0.0 for exchange in exchanges]
    return [Match(*row, 0.0, 0.0) for row in zip(exchanges, messages, contexts, strict=True)]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.builds(Exchange, SITUATIONS, st.just("네"), st.sampled_from(SpeechLevel)), min_size=1, max_size=15),
    SITUATIONS,
    st.none() | st.sampled_from(SpeechLevel),
    st.integers(1, 20),
)
def test_nearest_equals_looking_at_every_one(
    exchanges: list[Exchange], situation: tuple[str, ...], level: SpeechLevel | None, count: int
) -> None:
    found = ExampleMemory.build(exchanges).nearest(situation, level, count)
    every = [match for match in slow_matches(situation, exchanges) if level in (None, match.exchange.level)]
    # Ties and what is nearly one may change places, so the nearness is compared, rank by rank.
    expected = sorted((match.nearness for match in every), reverse=True)[:count]
    nearness = [match.nearness for match in found]
    padded = nearness + [0.0] * (len(expected) - len(nearness))  # what has nothing in common is not returned
    assert padded == pytest.approx(expected, abs=0.02)
    assert nearness == sorted(nearness, reverse=True)
    assert all(level in (None, match.exchange.level) for match in found)
    for match in found:
        same = [other for other in every if other.exchange is match.exchange]
        assert [(match.message, match.context)] == [
            (pytest.approx(other.message, abs=0.02), pytest.approx(other.context, abs=0.02)) for other in same
        ]


def test_the_nearest_first(memory: ExampleMemory) -> None:
    found = memory.nearest(["안녕하세요!!"])
    assert found[0].exchange.reply == "반가워요!"
    assert found[0].message == pytest.approx(1, abs=0.02)
    assert [match.nearness for match in found] == sorted((match.nearness for match in found), reverse=True)


def test_only_that_speech_level_even_where_it_is_rare(memory: ExampleMemory) -> None:
    for level in SpeechLevel:
        found = memory.nearest(["안녕"], level, count=5)
        assert found
        assert {match.exchange.level for match in found} == {level}


def test_the_turns_before_decide_between_equal_messages() -> None:
    exchanges = [
        Exchange(("무슨 영화 볼까?", "뭐가 좋아?", "아무거나"), "그럼 코미디!", CASUAL),
        Exchange(("점심 뭐 먹지?", "뭐가 좋아?", "아무거나"), "그럼 국밥!", CASUAL),
    ]
    memory = ExampleMemory.build(exchanges)
    assert memory.nearest(["점심 먹자", "뭐가 좋아?", "아무거나"])[0].exchange.reply == "그럼 국밥!"
    assert memory.nearest(["영화 볼래", "뭐가 좋아?", "아무거나"])[0].exchange.reply == "그럼 코미디!"


def test_an_opening_is_nearer_to_an_opening() -> None:
    late, early = (
        Exchange(("비 와", "정말?", "응 심심해"), "그래도 비 오니까 좋다.", CASUAL),
        Exchange(("응 심심해",), "놀자!", CASUAL),
    )
    memory = ExampleMemory.build([late, early])
    assert memory.nearest(["응 심심해"])[0].exchange is early
    assert memory.nearest(["비 와", "정말?", "응 심심해"])[0].exchange is late


def test_nothing_there_or_nothing_asked(memory: ExampleMemory) -> None:
    assert ExampleMemory.build([]).nearest(["안녕"]) == []
    assert memory.nearest([]) == []
    assert memory.nearest(["qqq", "zzz", "xyz"]) == []


def test_a_matcher_tells_what_shares_no_word() -> None:
    matcher = random_matcher()
    memory = ExampleMemory.build(EXCHANGES, matcher)
    found = memory.nearest(["xyz"], count=len(EXCHANGES))
    here = matcher.situations([["xyz"]])[0]
    for match in found:
        assert match.message == 0
        assert match.meaning == pytest.approx(float(matcher.situations([match.exchange.situation])[0] @ here), abs=1e-5)
        assert match.fit == pytest.approx(float(matcher.replies([match.exchange.reply])[0] @ here), abs=1e-5)


def test_rarity(memory: ExampleMemory) -> None:
    common = [Exchange((f"오늘 {number}번째",), "네", POLITE) for number in range(2000)]
    rarity = ExampleMemory.build([*common, *EXCHANGES]).rarity(["오늘", "피곤", "두부"])
    assert rarity["오늘"] == 0
    assert 0 < rarity["피곤"] <= rarity["두부"] == 1
    assert memory.rarity([]) == {}


def test_a_small_collection_takes_its_word_weights_from_a_large_one() -> None:
    common = [Exchange((f"오늘 {number}번째",), "네", POLITE) for number in range(2000)]
    large = ExampleMemory.build(common)
    own = [Exchange(("오늘 고양이",), "야옹", POLITE), Exchange(("오늘 강아지",), "멍멍", POLITE)]
    assert ExampleMemory.build(own, weights_of=large).rarity(["오늘"]) == {"오늘": 0}
    assert ExampleMemory.build(own, weights_of=large).nearest(["고양이 오늘"])[0].exchange.reply == "야옹"


@pytest.mark.parametrize("matcher", [None, random_matcher()], ids=["words", "words and meaning"])
def test_saved_and_loaded(tmp_path: Path, matcher: Matcher | None) -> None:
    built = ExampleMemory.build(EXCHANGES, matcher)
    built.save(tmp_path)
    loaded = ExampleMemory.load(tmp_path, matcher)
    assert list(loaded.exchanges) == EXCHANGES
    for situation in (["안녕"], ["배고파", "뭐 먹을래?", "김치찌개 어때"]):
        one, other = built.nearest(situation), loaded.nearest(situation)
        assert [match.exchange for match in one] == [match.exchange for match in other]
        assert [match.nearness for match in one] == pytest.approx([match.nearness for match in other], abs=0.02)


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    matcher = random_matcher()
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    ExampleMemory.build(EXCHANGES, matcher).save(tmp_path / "one")
    ExampleMemory.build(EXCHANGES, matcher).save(tmp_path / "two")
    ExampleMemory.load(tmp_path / "one", matcher).save(tmp_path / "three")
    for file in (TEXTS, INDEX):
        one, two, three = ((tmp_path / name / file).read_bytes() for name in ("one", "two", "three"))
        assert one == two == three


@pytest.mark.parametrize("file", [TEXTS, INDEX])
@pytest.mark.parametrize("damage", ["missing", "empty", "half", "noise"])
def test_damaged_files(tmp_path: Path, memory: ExampleMemory, file: str, damage: str) -> None:
    memory.save(tmp_path)
    whole = (tmp_path / file).read_bytes()
    if damage == "missing":
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_bytes({"empty": b"", "half": whole[: len(whole) // 2], "noise": b"\x93" * 500}[damage])
    with pytest.raises(DataError, match="예시 기억"):
        ExampleMemory.load(tmp_path)


def test_files_of_two_memories(tmp_path: Path) -> None:
    """As left by a build that was stopped between the two."""
    ExampleMemory.build(EXCHANGES, random_matcher()).save(tmp_path)
    index = (tmp_path / INDEX).read_bytes()
    for others in (EXCHANGES[:2], EXCHANGES * 2):
        ExampleMemory.build(others, random_matcher()).save(tmp_path)
        (tmp_path / INDEX).write_bytes(index)
        with pytest.raises(DataError):
            ExampleMemory.load(tmp_path)


def test_an_index_without_one_of_its_arrays(tmp_path: Path, memory: ExampleMemory) -> None:
    memory.save(tmp_path)
    arrays = load_file(tmp_path / INDEX)
    for name in arrays:
        save_file({other: array for other, array in arrays.items() if other != name}, tmp_path / INDEX)
        with pytest.raises(DataError):
            ExampleMemory.load(tmp_path)


def test_exchanges_of_a_conversation() -> None:
    turns = [
        Turn(BOT, "안녕하세요, 단비예요.", level=POLITE),
        Turn(HANA, "우리 고양이 두부가 아파요"),
        Turn(BOT, "두부가요? 걱정되시겠어요.", level=POLITE),
        Turn(HANA, "네"),
        Turn(HANA, "병원 갈게요"),
        Turn(BOT, "하나 님, 잘 다녀오세요.", level=POLITE),
        Turn(BOT, "두부야 힘내!", level=CASUAL),
    ]
    first, second = exchanges_of(turns, "c-1")
    assert first.situation == ("안녕하세요, 단비예요.", "우리 고양이 두부가 아파요")
    assert first.reply == "두부가요? 걱정되시겠어요."
    assert (first.level, first.origin, first.needs) == (POLITE, "c-1", ("두부",))
    assert second.situation == ("두부가요? 걱정되시겠어요.", "네", "병원 갈게요")
    assert (second.message, second.context) == ("병원 갈게요", "두부가요? 걱정되시겠어요. 네")
    assert second.needs == ("하나",)


def test_a_conversation_without_replies() -> None:
    assert list(exchanges_of([])) == []
    assert list(exchanges_of([Turn(HANA, "안녕"), Turn(HANA, "거기 있어?")])) == []


def test_the_bundled_memory_answers() -> None:
    if not (PRETRAINED / INDEX).exists():
        pytest.skip(f"no bundled example memory in {PRETRAINED}")
    matcher = Matcher.load(PRETRAINED)
    memory = ExampleMemory.load(PRETRAINED, matcher)
    assert len(memory.exchanges) > 10_000
    for level in SpeechLevel:
        found = memory.nearest(["안녕"], level)
        assert len(found) == 8
        assert found[0].message > 0.8
        assert {match.exchange.level for match in found} == {level}
