"""Reads a person: by @name, name or id, among those who are known in the room."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.messages import Speaker
from chatbot.plugins.conversion import Context, Converter, NotConvertible
from chatbot.plugins.endings import stems

_TITLES = ("님", "씨")


@dataclass(frozen=True, kw_only=True)
class SpeakerConverter(Converter):
    """Reads one of the people of the room; an id is meant before a name, a name as written before one of another case."""

    longest: int = 4

    def read(self, text: str, context: Context) -> Speaker:
        """Return the person."""
        for stem in stems(text):
            for name in (stem, *(stem[: -len(title)] for title in _TITLES if stem.endswith(title))):
                found = _called(name.strip(), context.people)
                if len(found) == 1:
                    return found[0]
                if found:
                    raise NotConvertible("같은 이름이 여럿이니 아이디로 적어 주세요", is_close=True)
        raise NotConvertible("이 방에서 이야기한 사람의 이름으로 적어 주세요 (예: @민수)")


def _called(name: str, people: Sequence[Speaker]) -> list[Speaker]:
    """Return those who are called so; Discord writes a mention as ``<@id>``."""
    if name.startswith("<@") and name.endswith(">"):
        mentioned = name[2:-1].removeprefix("!")
        return [person for person in people if person.id == mentioned][:1]
    name = name.removeprefix("@")
    if not name.strip():
        return []
    by_id = [person for person in people if person.id == name][:1]
    by_name = by_id or [person for person in people if person.name == name]
    return by_name or [person for person in people if _folded(person.name) == _folded(name)]


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFC", name).casefold().split())
