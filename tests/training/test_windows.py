# pyright: standard
"""What a model learns from, token by token, and how rows become batches."""

import itertools
import random
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.dialogue.format import DialogueFormat, Markers
from chatbot.errors import DataError
from chatbot.generation.tokenizer import Tokenizer
from chatbot.messages import Speaker, SpeechLevel, Turn
from chatbot.training.dialogues import Dialogue
from chatbot.training.windows import IGNORED, Batches, DialogueWindows, TextWindows, WindowOptions, pad_rows

BOT, USER = Speaker("bot", "단비", is_bot=True), Speaker("user")
WIDE = WindowOptions(length=10_000)
ANYTHING = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def said(text: str, level: SpeechLevel = SpeechLevel.CASUAL) -> Turn:
    return Turn(BOT, text, level=level)


def asked(text: str, speaker: Speaker = USER) -> Turn:
    return Turn(speaker, text)


TALK = Dialogue(
    "t-1", (asked("배고파"), said("밥 먹자!"), asked("뭐 먹지"), said("김밥 드세요.", SpeechLevel.POLITE)), "단비"
)


@pytest.fixture(scope="session")
def tokenizer(small_tokenizer_folder: Path) -> Tokenizer:
    return Tokenizer.load(small_tokenizer_folder)


@pytest.fixture(scope="session")
def format(tokenizer: Tokenizer) -> DialogueFormat:
    return DialogueFormat(Markers(), tokenizer)


def shown(tokenizer: Tokenizer, ids: list[int]) -> str:
    """Ids as text, with the markers by name."""
    controls = tokenizer.control_ids
    return "".join(tokenizer.tokens([id])[0] if id in controls else tokenizer.decode([id]) for id in ids)


def test_a_row_token_by_token(tokenizer: Tokenizer, format: DialogueFormat) -> None:
    ids, labels = DialogueWindows([TALK], format, WIDE).encode(TALK)
    e = tokenizer.encode
    u0, u1, persona, polite, casual, end = 9, 10, 19, 20, 21, 1
    assert ids == [
        *(persona, *e("이름: 단비"), end),
        *(u1, *e("배고파"), end),
        *(u0, casual, *e("밥 먹자!"), end),
        *(u1, *e("뭐 먹지"), end),
        *(u0, polite, *e("김밥 드세요."), end),
    ]
    learnt = [id for id, label in zip(ids, labels, strict=True) if label != IGNORED]
    assert learnt == [*e("밥 먹자!"), end, *e("김밥 드세요."), end]
    assert all(label in (IGNORED, id) for id, label in zip(ids, labels, strict=True))


def test_a_bot_without_a_name_has_no_persona_line(format: DialogueFormat) -> None:
    nameless = Dialogue("t-2", TALK.turns)
    assert DialogueWindows([nameless], format, WIDE).encode(nameless)[0][0] == 10


def test_the_hint_stands_right_before_the_bots_marker(tokenizer: Tokenizer, format: DialogueFormat) -> None:
    windows = DialogueWindows([TALK], format, WIDE, {("t-1", 3): "라면 어때?"})
    plain, plain_labels = windows.encode(TALK)
    ids, labels = windows.encode(TALK, hint_at=3)
    hint = [23, *tokenizer.encode("라면 어때?"), 1]
    marker = len(plain) - plain[::-1].index(9) - 1
    assert ids == [*plain[:marker], *hint, *plain[marker:]]
    assert labels == [*plain_labels[:marker], *[IGNORED] * len(hint), *plain_labels[marker:]]


def test_a_hint_earlier_ends_the_row_there(tokenizer: Tokenizer, format: DialogueFormat) -> None:
    windows = DialogueWindows([TALK], format, WIDE, {("t-1", 1): "라면 어때?"})
    ids, _ = windows.encode(TALK, hint_at=1)
    assert shown(tokenizer, ids).endswith("<unused14>라면어때?</s><unused0><unused12>밥먹자!</s>")


def test_a_copied_hint_is_the_reply_itself(tokenizer: Tokenizer, format: DialogueFormat) -> None:
    windows = DialogueWindows([TALK], format, WIDE, {("t-1", 1): "라면 어때?"})
    ids, _ = windows.encode(TALK, hint_at=1, copied=True)
    assert shown(tokenizer, ids).endswith("<unused14>밥먹자!</s><unused0><unused12>밥먹자!</s>")


def test_where_there_is_no_hint_none_is_shown(format: DialogueFormat) -> None:
    windows = DialogueWindows([TALK], format, WIDE, {("t-1", 1): "라면 어때?"})
    assert 23 not in windows.encode(TALK, hint_at=3)[0]


def test_names_stand_before_the_words_in_group_rooms(tokenizer: Tokenizer, format: DialogueFormat) -> None:
    minsu, yuna = Speaker("민수", "민수"), Speaker("유나", "유나")
    group = Dialogue(
        "g", (asked("안녕", minsu), asked("나도", yuna), said("다들 반가워"), asked("응", minsu), said("그래"))
    )
    ids, _ = DialogueWindows([group], format, WIDE).encode(group)
    parts = [tokenizer.decode(part) for part in split(ids, 1)]
    assert parts == ["민수: 안녕", "유나: 나도", "다들 반가워", "민수: 응", "그래"]
    assert [id for id in ids if 9 <= id <= 17] == [10, 11, 9, 10, 9]
    alone = Dialogue("a", (asked("안녕", minsu), said("응")))
    assert tokenizer.decode(DialogueWindows([alone], format, WIDE).encode(alone)[0]) == tokenizer.decode(
        [*tokenizer.encode("안녕"), *tokenizer.encode("응")]
    )


def split(ids: list[int], end: int) -> list[list[int]]:
    groups = itertools.groupby(ids, lambda id: id == end)
    return [list(group) for is_end, group in groups if not is_end]


def test_what_follows_the_bots_last_turn_is_left_out(format: DialogueFormat) -> None:
    longer = Dialogue("t-1", (*TALK.turns, asked("고마워"), asked("잘 있어")), "단비")
    windows = DialogueWindows([longer], format, WIDE)
    assert windows.encode(longer) == windows.encode(TALK)


@given(length=st.integers(24, 90), seed=st.integers(0, 1000))
@ANYTHING
def test_whole_turns_are_dropped_from_the_front(format: DialogueFormat, length: int, seed: int) -> None:
    rng = random.Random(seed)
    words = [" ".join(rng.choices(["밥", "먹자", "김밥", "좋아", "ㅋㅋ"], k=rng.randint(1, 4))) for _ in range(12)]
    turns = tuple(said(word) if n % 2 else asked(word) for n, word in enumerate(words))
    talk = Dialogue("t", turns, "단비")
    head = format.persona("이름: 단비")
    ids, labels = DialogueWindows([talk], format, WindowOptions(length)).encode(talk)
    whole, whole_labels = DialogueWindows([talk], format, WIDE).encode(talk)
    assert len(ids) <= length
    assert ids[: len(head)] == head
    kept = len(ids) - len(head)
    assert ids[len(head) :] == whole[-kept:]
    assert labels[len(head) :] == whole_labels[-kept:]
    assert ids[len(head)] in (9, 10)  # a turn's marker, not its middle
    dropped = whole[len(head) : -kept]
    if dropped:
        last_dropped = split(dropped, 1)[-1]
        assert len(ids) + len(last_dropped) + 1 > length  # and no more than had to be


def test_a_turn_longer_than_the_row_loses_its_end(format: DialogueFormat) -> None:
    talk = Dialogue("t", (asked("말해 봐"), said("아주 긴 이야기 " * 40)), "단비")
    ids, labels = DialogueWindows([talk], format, WindowOptions(30)).encode(talk)
    assert len(ids) == len(labels) == 30
    assert 9 in ids
    assert labels[-1] == ids[-1] != IGNORED


@given(seed=st.integers(0, 10_000))
@ANYTHING
def test_a_renamed_bot_bears_the_new_name_everywhere(tokenizer: Tokenizer, format: DialogueFormat, seed: int) -> None:
    talk = Dialogue("t", (asked("단비야 안녕"), said("나는 단비야"), asked("단비?"), said("응 단비")), "단비")
    hints = {("t", index): "단비는 여기 있어" for index in (1, 3)}
    options = WindowOptions(10_000, hint=1.0, copied_hint=0.0, renamed=1.0)
    ids, _ = DialogueWindows([talk], format, options, hints).row(random.Random(seed))
    assert 23 in ids
    assert "단비" not in tokenizer.decode(ids)
    name = tokenizer.decode(split(ids, 1)[0]).removeprefix("이름: ")
    assert f"{name}는 여기 있어" in [tokenizer.decode(part) for part in split(ids, 1)]


def test_rows_follow_their_options(format: DialogueFormat, toy_dialogues: list[Dialogue]) -> None:
    hints = {(d.id, n): "라면 어때?" for d in toy_dialogues for n, turn in enumerate(d.turns) if turn.speaker.is_bot}

    def share(options: WindowOptions) -> float:
        windows, rng = DialogueWindows(toy_dialogues, format, options, hints), random.Random(1)
        return sum(23 in windows.row(rng)[0] for _ in range(400)) / 400

    assert share(WindowOptions(256, hint=0)) == 0
    assert share(WindowOptions(256, hint=1)) == 1
    assert share(WindowOptions(256, hint=0.45)) == pytest.approx(0.45, abs=0.1)


def test_text_rows_learn_every_token(tokenizer: Tokenizer) -> None:
    windows = TextWindows(iter(["안녕 반가워", "또 만나"]), tokenizer, 6)
    whole = [*tokenizer.encode("안녕 반가워"), 1, *tokenizer.encode("또 만나"), 1]
    rng, seen = random.Random(0), set[tuple[int, ...]]()
    for _ in range(200):
        ids, labels = windows.row(rng)
        assert ids == labels
        seen.add(tuple(ids))
    assert seen == {tuple(whole[start : start + 6]) for start in range(len(whole) - 5)}


def test_a_short_text_is_one_row(tokenizer: Tokenizer) -> None:
    ids, _ = TextWindows(iter(["안녕"]), tokenizer, 128).row(random.Random(0))
    assert ids == [*tokenizer.encode("안녕"), 1]


def test_no_text_at_all_is_refused(tokenizer: Tokenizer) -> None:
    with pytest.raises(DataError, match="비어"):
        TextWindows(iter([]), tokenizer, 8)


def test_padding_is_never_learnt() -> None:
    batch = pad_rows([([5, 6, 7], [IGNORED, 6, 7]), ([8], [8])], pad_id=3)
    assert batch["input_ids"].tolist() == [[5, 6, 7], [8, 3, 3]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["labels"].tolist() == [[IGNORED, 6, 7], [8, IGNORED, IGNORED]]
    assert {tensor.dtype for tensor in batch.values()} == {torch.int64}


@given(tokens=st.integers(64, 2000), seed=st.integers(0, 100))
@ANYTHING
def test_batches_hold_about_the_token_budget(
    format: DialogueFormat, toy_dialogues: list[Dialogue], tokens: int, seed: int
) -> None:
    windows = DialogueWindows(toy_dialogues, format, WindowOptions(256))
    sizes: list[int] = []
    for batch in itertools.islice(Batches([(1.0, windows)], tokens, 3, seed), 24):
        rows, longest = batch["input_ids"].shape
        assert rows * longest <= tokens or rows == 1
        assert batch["attention_mask"].sum() > 0.6 * rows * longest  # rows of like length stand together
        assert (batch["labels"] != IGNORED).any(dim=1).all()
        sizes.append(rows * longest)
    longest_row = max(len(windows.encode(dialogue)[0]) for dialogue in toy_dialogues)
    # Only the last batch of a pool may be far from full.
    assert sorted(sizes)[len(sizes) // 2] > min(tokens - longest_row - 8, tokens * 0.5)


def test_the_stream_is_a_pure_function_of_its_seed(format: DialogueFormat, toy_dialogues: list[Dialogue]) -> None:
    def stream(seed: int) -> list[list[list[int]]]:
        windows = DialogueWindows(toy_dialogues, format, WindowOptions(64), {("toy-1", 1): "라면"})
        batches = Batches([(0.5, windows), (0.5, windows)], 400, 3, seed)
        return [batch["input_ids"].tolist() for batch in itertools.islice(batches, 20)]

    random.seed(1)
    first = stream(7)
    random.seed(2)
    assert stream(7) == first
    assert stream(8) != first


def test_shares_are_shares_of_the_batches(format: DialogueFormat, tokenizer: Tokenizer) -> None:
    text = TextWindows(iter(["글 " * 500]), tokenizer, 64)
    talk = DialogueWindows([TALK], format, WindowOptions(64))
    batches = itertools.islice(Batches([(0.75, text), (0.25, talk)], 256, 3, 0), 1600)
    from_text = sum(bool((batch["labels"] != IGNORED).all()) for batch in batches)
    assert from_text / 1600 == pytest.approx(0.75, abs=0.1)
