"""What is measured beside the model: systems that answer without one, and controls that show whether a metric means
anything. Knows nothing of language models."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from chatbot.dialogue.examples import ExampleMemory, exchanges_of
from chatbot.dialogue.matcher import Matcher
from chatbot.errors import DataError
from chatbot.training.dialogues import Dialogue
from chatbot.training.held_out import Item, items_of, partners


class System(StrEnum):
    """Who answers."""

    MODEL = "model"
    MODEL_PMI = "model (PMI)"
    MATCHER = "matcher"
    RETRIEVAL = "TF-IDF retrieval"
    CONSTANT = "constant"
    GOLD = "gold"
    SHUFFLED = "shuffled gold"


def constant_reply(training: Sequence[Dialogue]) -> str:
    """Return the commonest reply of the training part.

    Raises:
        DataError: the bot says nothing there.
    """
    replies = Counter(item.reply for dialogue in training for item in items_of(dialogue))
    if not replies:
        raise DataError("학습에 쓰이는 대화에 봇의 대답이 없어서 견줄 것이 없어요. 대화를 더 모아 주세요.")
    return replies.most_common(1)[0][0]


def retrieved_replies(training: Sequence[Dialogue], items: Sequence[Item], otherwise: str) -> list[str]:
    """Return, for each item, the training reply whose situation is nearest by TF-IDF; ``otherwise`` where none is near."""
    memory = ExampleMemory.build([exchange for one in training for exchange in exchanges_of(one.turns, one.id)])
    found: list[str] = []
    for item in items:
        matches = memory.nearest([turn.text for turn in item.context[-3:]], item.level, count=1)
        found.append(matches[0].exchange.reply if matches else otherwise)
    return found


def replies_by_system(
    items: Sequence[Item], retrieved: Sequence[str], constant: str, seed: int
) -> dict[System, list[str]]:
    """Return what the systems without a model answer to each item. Shuffled gold holds the same replies as gold."""
    return {
        System.RETRIEVAL: list(retrieved),
        System.CONSTANT: [constant] * len(items),
        System.GOLD: [item.reply for item in items],
        System.SHUFFLED: [items[partner].reply for partner in partners(items, seed)],
    }


def fits(matcher: Matcher, item: Item, replies: Sequence[str]) -> list[float]:
    """Return the matcher's opinion of each reply to an item: cosines, -1 to 1."""
    situation = matcher.situations([[turn.text for turn in item.context[-2:]]])[0]
    cosines: list[float] = (matcher.replies(replies) @ situation).tolist()
    return cosines
