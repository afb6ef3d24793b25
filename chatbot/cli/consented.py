"""Makes training dialogues of what people consented to: nobody's who did not, without names, without numbers."""

import re
from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from chatbot.history.records import TRAINING_CONSENT, ExportedTurn, Json, Scope
from chatbot.korean import rename
from chatbot.safety.personal_data import mask

if TYPE_CHECKING:
    from chatbot.history import History

BOT = "단비"  # who the bot is in a training dialogue, whatever it was called
ONLY_PERSON = "user"
Room: TypeAlias = tuple[str, str]
Person: TypeAlias = tuple[str, str]
_FULL_NAME = re.compile(r"[가-힣]{3}")


@dataclass(slots=True)
class LeftOut:
    """What was not made into dialogues."""

    rooms: int = 0
    turns_in_rooms: int = 0
    turns_before: int = 0
    conversations: int = 0


@dataclass(slots=True)
class Survey:
    """Who spoke in which room, and how much was said there: what decides before anything is handed out."""

    people: dict[Room, dict[str, str]] = field(default_factory=dict[Room, dict[str, str]])
    turns: dict[Room, int] = field(default_factory=dict[Room, int])

    def see(self, turn: ExportedTurn) -> None:
        """Take a turn into account."""
        room = (turn["adapter"], turn["room"])
        self.turns[room] = self.turns.get(room, 0) + 1
        people = self.people.setdefault(room, {})
        if not turn["is_bot"]:
            people[turn["speaker_id"]] = turn["speaker_name"]

    def since(self, room: Room, consents: Mapping[Person, datetime]) -> datetime | None:
        """Return from when on everybody who ever spoke in a room has consented; None if somebody has not.

        A dialogue shows everybody's words, so one consent is not enough.
        """
        times = [consents.get((room[0], person)) for person in self.people[room]]
        return max((time for time in times if time is not None), default=None) if None not in times else None


async def survey(turns: AsyncIterable[ExportedTurn]) -> Survey:
    """Return who spoke where."""
    found = Survey()
    async for turn in turns:
        found.see(turn)
    return found


async def consents(history: "History") -> dict[Person, datetime]:
    """Return who consented, and from when on: consent is given for what will be said."""
    given: dict[Person, datetime] = {}
    for adapter, person in await history.consented():
        value = await history.get(Scope("", None, person, adapter), TRAINING_CONSENT)
        given[adapter, person] = _time(value)
    return given


async def conversations(
    turns: AsyncIterable[ExportedTurn], found: Survey, given: Mapping[Person, datetime], left_out: LeftOut
) -> list[list[ExportedTurn]]:
    """Return the conversations of the rooms in which everybody consented, since they did, and count the rest."""
    allowed: dict[Room, datetime] = {}
    for room, count in found.turns.items():
        since = found.since(room, given)
        if since is None:
            left_out.rooms += 1
            left_out.turns_in_rooms += count
        else:
            allowed[room] = since
    gathered: dict[int, list[ExportedTurn]] = {}
    async for turn in turns:
        room = (turn["adapter"], turn["room"])
        # Somebody may have come into the room since the survey.
        if room not in allowed or not (turn["is_bot"] or turn["speaker_id"] in found.people[room]):
            continue
        if datetime.fromisoformat(turn["said_at"]) < allowed[room]:
            left_out.turns_before += 1
        else:
            gathered.setdefault(turn["conversation"], []).append(turn)
    with_both = [said for said in gathered.values() if {turn["is_bot"] for turn in said} == {True, False}]
    left_out.conversations = len(gathered) - len(with_both)
    return with_both


def dialogue(said: list[ExportedTurn], known: Mapping[str, str], number: int) -> dict[str, Any]:
    """Return a conversation as a line of a dialogue file.

    Args:
        known: the names of the people of the room by their ids.
    """
    friends = {person: f"친구{index}" for index, person in enumerate(known, start=1)}
    names = {name: friends[person] for person, name in known.items()}
    names |= {turn["speaker_name"]: BOT for turn in said if turn["is_bot"]}
    turns: list[dict[str, str]] = []
    for _, messages in groupby(said, key=lambda turn: (turn["place"], turn["is_bot"], turn["speaker_id"])):
        parts = list(messages)
        who = BOT if parts[0]["is_bot"] else ONLY_PERSON if len(known) == 1 else friends[parts[0]["speaker_id"]]
        turns.append({"speaker": who, "text": mask(without_names("\n".join(part["text"] for part in parts), names))})
    line: dict[str, Any] = {"id": f"consented-{number:05d}"}
    if len(levels := {turn["level"] for turn in said if turn["is_bot"]}) == 1 and (level := levels.pop()) is not None:
        line["register"] = level
    return line | {"turns": turns}


def without_names(text: str, names: Mapping[str, str]) -> str:
    """Return a text with each name replaced, and the given name of a full one where it begins a word."""
    for name in _longest_first(names):
        if len(name) > 1:
            text = rename(text, name, names[name]).replace(name, names[name])
    for name in _longest_first(names):
        if names[name] != BOT and _FULL_NAME.fullmatch(name):
            text = rename(text, name[1:], names[name])
    return text


def _time(value: Json) -> datetime:
    """Return from when on a stored consent counts; one without a time always does."""
    if not isinstance(value, str):
        return datetime.min.replace(tzinfo=UTC)
    time = datetime.fromisoformat(value)
    return time if time.tzinfo else time.astimezone()


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=len, reverse=True)
