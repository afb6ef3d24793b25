"""What the evaluation measures on: duplicates dropped, partners from elsewhere, distractors of like length."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.messages import Speaker, Turn
from chatbot.training.dialogues import Dialogue, is_held_out
from chatbot.training.held_out import Item, distractors, items_of, partners, split
from chatbot.training.scores import letters, syllables

BOT, USER = Speaker("bot", is_bot=True), Speaker("user")
HELD = [f"id-{n}" for n in range(4000) if is_held_out(Dialogue(f"id-{n}", ()))]
KEPT = [f"id-{n}" for n in range(4000) if not is_held_out(Dialogue(f"id-{n}", ()))]


def talk(id: str, *texts: str) -> Dialogue:
    return Dialogue(id, tuple(Turn(BOT if n % 2 else USER, text) for n, text in enumerate(texts)))


def talks(count: int, exchanges: int = 1) -> list[Item]:
    """Items whose replies are all different, 5 to 14 syllables long."""
    made = [
        talk(
            f"t-{n}",
            *(f"{kind}{n}번 {'가나다라마바사아자차'[: 1 + (n + m) % 10]}" for m in range(exchanges) for kind in "문답"),
        )
        for n in range(count)
    ]
    return [item for one in made for item in items_of(one)]


def test_items_are_the_bots_answers_to_people() -> None:
    dialogue = Dialogue(
        "a", (Turn(BOT, "안녕"), Turn(USER, "응"), Turn(BOT, "반가워"), Turn(BOT, "또"), Turn(USER, "왜"))
    )
    (item,) = items_of(dialogue)
    assert (item.message, item.reply, len(item.context)) == ("응", "반가워", 2)


@pytest.mark.parametrize(
    ("said", "same", "near"),
    [
        ("완전히 다른 이야기를 하고 있어요", 0, 0),
        ("밥은 먹고 다니니!! 걱정 된다네", 1, 0),  # the same but for spaces and punctuation
        ("밥은 먹고 다니니 걱정된다네", 1, 0),
        # 12 syllables, 8 shingles; with two more 10 shingles, of which 8 are shared: 0.8.
        ("밥은 먹고 다니니 걱정된다네 정말", 0, 1),
        ("밥은 먹고 다니니 걱정된다네 정말로", 0, 0),  # 8 of 11
    ],
)
def test_what_is_in_the_training_part_too_is_dropped(said: str, same: int, near: int) -> None:
    parts = split(
        [talk(KEPT[0], "안녕하세요", "밥은 먹고 다니니, 걱정된다네"), talk(HELD[0], "아무 관계 없는 질문", said)]
    )
    assert (parts.same, parts.near) == (same, near)
    assert len(parts.items) == 1 - same - near


def test_a_pair_may_be_a_near_duplicate_where_the_reply_is_not() -> None:
    question = "어제 저녁에 친구랑 같이 먹었던 김치찌개가 자꾸 생각나는데 어떡하지"
    parts = split([talk(KEPT[0], question, "또 먹자"), talk(HELD[0], question, "또 먹어")])
    assert (parts.same, parts.near, len(parts.items)) == (0, 1, 0)


def test_training_and_held_out_are_parted() -> None:
    made = [talk(id, f"질문 {id}", f"대답이에요 {id}") for id in (*HELD[:5], *KEPT[:7])]
    parts = split(made)
    assert {dialogue.id for dialogue in parts.training} == set(KEPT[:7])
    assert {item.dialogue.id for item in parts.items} <= set(HELD[:5])
    assert len(parts.items) + parts.same + parts.near == 5


@given(sizes=st.lists(st.integers(1, 6), min_size=2, max_size=12), seed=st.integers(0, 50))
def test_partners_are_a_permutation_into_other_dialogues(sizes: list[int], seed: int) -> None:
    made = [talk(f"t-{n}", *["말", "답"] * size) for n, size in enumerate(sizes)]
    items = [item for one in made for item in items_of(one)]
    found = partners(items, seed)
    assert sorted(found) == list(range(len(items)))
    if 2 * max(sizes) <= len(items):
        assert all(items[n].dialogue.id != items[partner].dialogue.id for n, partner in enumerate(found))


def test_partners_depend_on_the_seed() -> None:
    items = talks(30)
    assert partners(items, 1) == partners(items, 1) != partners(items, 2)


def test_distractors_are_others_of_like_length() -> None:
    items = talks(120, exchanges=2)
    drawn = distractors(items, seed=0)
    for item, own in zip(items, drawn, strict=True):
        assert len(set(own)) == 19
        for other in own:
            assert items[other].dialogue.id != item.dialogue.id
            assert abs(syllables(items[other].reply) - syllables(item.reply)) <= 0.3 * syllables(item.reply)
        forms = {letters(items[other].reply) for other in own} | {letters(item.reply)}
        assert len(forms) == 20
    assert distractors(items, seed=0) == drawn != distractors(items, seed=1)
    assert max(Counter(other for own in drawn for other in own).values()) < 60  # not the same few each time


def test_an_item_with_too_few_like_it_gets_none() -> None:
    items = [*talks(60), *items_of(talk("long", "말", "아주 " * 30))]
    assert distractors(items, seed=0)[-1] == ()
    assert distractors(talks(5), seed=0) == [()] * 5


def test_the_same_reply_again_is_no_distractor() -> None:
    made = [talk(f"t-{n}", "말", "똑같은 대답!" if n % 2 else "똑같은 대답") for n in range(60)]
    assert distractors([item for one in made for item in items_of(one)], seed=0) == [()] * 60


def test_another_items_same_reply_is_no_distractor() -> None:
    items = talks(60)
    twin = list(items_of(talk("twin", "말", f"{items[25].reply}!")))
    for seed in range(20):
        drawn = distractors([*items, *twin], seed)[25]
        assert len(drawn) == 19
        assert 60 not in drawn
