"""Turns to token ids, by one table of markers. Knows nothing of how ids are generated, or where turns are kept.

A prompt is a row of segments, each closed by ``</s>``:

    <unused10> persona   <unused13> fact ...   <unused1> a person's turn   <unused0><unused11> the bot's turn
    ...                  <unused14> example    <unused0><unused11> -> the model goes on from here

``<unused0>`` is the bot, ``<unused1>``..``<unused8>`` the people in order of appearance, bound to their platform ids, so
that a nickname cannot impersonate. Behind the bot's marker stands its speech level (``<unused11>`` 존댓말, ``<unused12>``
반말), which keeps older turns as they were when the level changes, and their KV cache valid. The example stands last, so
that the turns before it stay a stable prefix.

The table is saved beside every checkpoint as ``dialogue_format.json``; training and serving read it through this module.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chatbot.errors import FormatError
from chatbot.messages import Speaker, SpeechLevel, Turn

FILE_NAME = "dialogue_format.json"


class Encoder(Protocol):
    """What a format needs of a tokenizer."""

    def encode(self, text: str) -> list[int]: ...

    def control_id(self, token: str) -> int: ...


class Markers(BaseModel):
    """The table: which control token opens which kind of segment; ``None`` where a checkpoint knows no such segment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "maldongmu"
    bot: str = "<unused0>"
    people: Annotated[tuple[str, ...], Field(min_length=1)] = tuple(f"<unused{number}>" for number in range(1, 9))
    persona: str | None = "<unused10>"
    levels: dict[SpeechLevel, str] = {SpeechLevel.POLITE: "<unused11>", SpeechLevel.CASUAL: "<unused12>"}
    fact: str | None = "<unused13>"
    example: str | None = "<unused14>"
    end: str = "</s>"
    people_end: bool = True
    """The end marker closes the people's turns too; community checkpoints saw it behind the bot's only."""
    label: tuple[str, str] | None = None
    """A marker and a text put between the person's turn and the bot's (community checkpoints: mood label 0)."""
    single_turn: bool = False
    """The checkpoint saw one message and one reply in training; older turns would only confuse it."""

    def save(self, folder: str | Path) -> None:
        """Write ``dialogue_format.json`` into ``folder``."""
        Path(folder, FILE_NAME).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path, preset: str | None = None) -> "Markers":
        """Return the preset of that name, else the table saved in ``folder``, else the default one.

        Raises:
            FormatError: there is no such preset, or the file cannot be used.
        """
        path = Path(folder, FILE_NAME)
        if preset is not None:
            if preset not in PRESETS:
                raise FormatError(f"대화 형식 '{preset}'은 없어요. 쓸 수 있는 값: {', '.join(PRESETS)}")
            return PRESETS[preset]
        if not path.exists():
            return PRESETS["maldongmu"]
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise FormatError(
                f"대화 형식 파일({path})을 읽을 수 없어요. 모델과 함께 저장된 원래 파일로 되돌리거나, 지우면 기본 형식을 씁니다."
            ) from error


PRESETS: dict[str, Markers] = {
    "maldongmu": Markers(),
    # The single-turn format of the many KoGPT2 tutorials and their checkpoints: <usr> Q <unused1> label <sys> A </s>.
    "kogpt2-chatbot": Markers(
        name="kogpt2-chatbot",
        bot="<sys>",
        people=("<usr>",),
        persona=None,
        levels={},
        fact=None,
        example=None,
        people_end=False,
        label=("<unused1>", "0"),
        single_turn=True,
    ),
}


class DialogueFormat:
    """Encodes the segments of a conversation with one table and one tokenizer."""

    def __init__(self, markers: Markers, encoder: Encoder) -> None:
        """Look every marker up once.

        Raises:
            FormatError: the tokenizer lacks one of them.
        """
        self.markers = markers
        self._encoder = encoder
        self._bot = self._id(markers.bot)
        self._people = [self._id(token) for token in markers.people]
        self._persona = self._id(markers.persona) if markers.persona else None
        self._levels = {level: self._id(token) for level, token in markers.levels.items()}
        self._fact = self._id(markers.fact) if markers.fact else None
        self._example = self._id(markers.example) if markers.example else None
        self._label = [self._id(markers.label[0]), *encoder.encode(markers.label[1])] if markers.label else []
        self.end_id = self._id(markers.end)

    @property
    def takes_example(self) -> bool:
        """Whether checkpoints of this format know the example segment."""
        return self._example is not None

    def persona(self, text: str) -> list[int]:
        """Return the segment that says who the bot is; empty where the format has none."""
        return self._segment(self._persona, text)

    def fact(self, text: str) -> list[int]:
        """Return the segment of one remembered fact; empty where the format has none."""
        return self._segment(self._fact, text)

    def example(self, reply: str) -> list[int]:
        """Return the segment of an example reply; empty where the format has none."""
        return self._segment(self._example, reply)

    def turn(self, turn: Turn, people: Sequence[str], names: bool = False) -> list[int]:
        """Return the segment of a finished turn.

        Args:
            people: the ids of the room's people in order of appearance; past the last marker they share markers.
            names: put the speaker's name before the words, for rooms where several people talk.
        """
        if turn.speaker.is_bot:
            return [*self.reply_start(turn.level), *self.reply(turn.text)]
        marker = self._people[people.index(turn.speaker.id) % len(self._people)]
        text = f"{turn.speaker.name}: {turn.text}" if names and turn.speaker.name else turn.text
        segment = self._segment(marker, text)
        return segment if self.markers.people_end else segment[:-1]

    def reply_start(self, level: SpeechLevel | None = None) -> list[int]:
        """Return the ids behind which the model writes the bot's next turn."""
        level_id = self._levels.get(level) if level else None
        return [*self._label, self._bot, *([level_id] if level_id is not None else [])]

    def reply(self, text: str) -> list[int]:
        """Return the ids that the model should write for ``text``: the part of a bot turn that is learnt."""
        return [*self._encoder.encode(text), self.end_id]

    def _segment(self, marker: int | None, text: str) -> list[int]:
        return [] if marker is None else [marker, *self._encoder.encode(text), self.end_id]

    def _id(self, token: str) -> int:
        try:
            return self._encoder.control_id(token)
        except KeyError:
            raise FormatError(
                f"대화 형식 '{self.markers.name}'에 필요한 {token} 토큰이 이 모델의 토크나이저에 없어요. "
                "KoGPT2 형식의 모델을 쓰거나 dialogue_format.json을 그 모델에 맞게 고쳐 주세요."
            ) from None


def people_in_order(turns: Iterable[Turn]) -> list[str]:
    """Return the ids of the people who speak in ``turns``, by first appearance."""
    return list(dict.fromkeys(turn.speaker.id for turn in turns if not turn.speaker.is_bot))


BOT = Speaker(id="bot", name="", is_bot=True)
"""The bot as a speaker, for prompts that are built outside any room."""
