"""What 스무고개 can think of, and what is true of each. Knows nothing of questions or of who plays.

The list is in things.txt, a line a thing, written by hand for this game. What a line does not say is not so, and its
kind says the most of it.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.builtin.twenty_questions.attributes import ATTRIBUTES, COLOURS

KINDS = {
    "mammal": "living nature animal mammal fur tail sound moves ?outdoors l4",
    "bird": "living nature animal bird wings flies eggs tail sound moves outdoors l2",
    "fish": "living nature animal fish water swims eggs tail moves ?wild ?food l0",
    "herp": "living nature animal eggs tail moves outdoors l4",
    "sea": "living nature animal water moves ?wild",
    "bug": "living nature animal bug eggs moves outdoors ?wild l6",
    "fruit": "fruit plant food ?home sweet farm ?kitchen ?living ?nature ?pet",
    "vegetable": "vegetable plant food ?home farm kitchen ?living ?nature ?pet",
    "plant": "plant living nature outdoors ?wild ?pet",
    "dish": "dish food made hot ?kitchen ?home",
    "snack": "snack food made sweet ?kitchen ?home",
    "drink": "drink liquid food made ?kitchen home",
    "vehicle": "vehicle made metal hard outdoors moves sound ?tool",
    "instrument": "instrument tool made hard sound ?home ?play",
    "clothes": "wear tool made cloth soft home",
    "device": "device tool electric made hard home ?metal",
    "kitchenware": "tool kitchen made hard home",
    "stationery": "stationery tool made home school",
    "furniture": "furniture tool made home",
    "sports": "sports play tool made outdoors ?home",
    "toy": "play tool made home",
    "goods": "tool made home",
    "nature": "nature outdoors",
    "place": "place made",
}
"""What every thing of a kind is, before its own line changes that."""
_COLOUR_TAGS = {*COLOURS, "any"}
_SIZES = range(1, 6)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to be guessed.

    Attributes:
        others: what else it is called; particular sorts of it count as well (진돗개 is no way to miss 강아지).
        true: the attributes that it has.
        partly: those that depend on which one, where or when.
        size: 1 fits in a hand, 2 can be held in the arms, 3 up to a person, 4 up to a car, 5 is larger than a car.
        legs: how many, None where that depends.
        hint: with places for the speech level; see ``chatbot.builtin.wording``.
    """

    name: str
    others: tuple[str, ...]
    kind: str
    true: frozenset[str]
    partly: frozenset[str]
    size: int
    legs: int | None
    hint: str

    def has(self, attribute: str) -> bool | None:
        """Tell whether it has an attribute; None where it depends."""
        if attribute in self.partly or (
            attribute in COLOURS and attribute != "clear" and "any" in self.true and attribute not in self.true
        ):
            return None
        return attribute in self.true

    def is_called(self, name: str) -> bool:
        """Tell whether a name means it, whatever the spaces and the case."""
        plain = name.replace(" ", "").casefold()
        return any(plain == one.casefold() for one in (self.name, *self.others))


@cache
def things() -> tuple[Thing, ...]:
    """Return all things, in the order of the list."""
    lines = files("chatbot.builtin.twenty_questions").joinpath("things.txt").read_text("utf-8").splitlines()
    return tuple(_thing(line) for line in lines if line and not line.startswith("#"))


@cache
def _by_name() -> dict[str, Thing]:
    """Return each thing under all of its names; its own name wins over another thing's other name."""
    named = {other.casefold(): thing for thing in reversed(things()) for other in thing.others}
    return named | {thing.name.casefold(): thing for thing in things()}


def thing_called(name: str) -> Thing | None:
    """Return the thing that a name means, None where we know none."""
    return _by_name().get(name.replace(" ", "").casefold())


def _thing(line: str) -> Thing:
    """Return what a line of the list says.

    Raises:
        ValueError: it says something that nobody can ask about.
    """
    name, others, tags, hint = (part.strip() for part in line.split("|", 3))
    kind, size, *own = tags.split()
    told: dict[str, bool | None] = {}
    for tag in [*KINDS[kind].split(), *own]:
        plain = tag.lstrip("?-")
        if plain not in ATTRIBUTES and plain not in _COLOUR_TAGS and not _is_legs(plain):
            raise ValueError(f"{name} has the unknown tag {tag!r}")
        told[plain] = None if tag.startswith("?") else not tag.startswith("-")
    if int(size) not in _SIZES:
        raise ValueError(f"{name} has the unknown size {size!r}")
    legs = [tag for tag in told if _is_legs(tag) and told[tag] is not False]
    return Thing(
        name,
        () if others == "-" else tuple(other.strip() for other in others.split(",")),
        kind,
        frozenset(tag for tag, is_so in told.items() if is_so and not _is_legs(tag)),
        frozenset(tag for tag, is_so in told.items() if is_so is None and not _is_legs(tag)),
        int(size),
        int(legs[0][1:]) if len(legs) == 1 and told[legs[0]] else None if legs else 0,
        hint,
    )


def _is_legs(tag: str) -> bool:
    return tag[:1] == "l" and tag[1:].isdigit()
