"""Who the bot is: a prompts/*.yaml file, checked. Knows nothing of models, tokens or the platforms it speaks on."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from chatbot.config import MaxNewTokens, MinP, NewTokens, NgramSize, RepetitionPenalty, Temperature, TopK, TopP
from chatbot.errors import PersonaError
from chatbot.messages import SpeechLevel
from chatbot.mistakes import describe
from chatbot.yaml_file import YamlFile

SUFFIXES = (".yaml", ".yml")

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def name_line(name: str) -> str:
    """Return the words behind the persona marker that tell the model its name, as in training."""
    return f"이름: {name}"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Example(_Part):
    """A short exchange in the persona's voice: turns that alternate, the person's first, the bot's last."""

    turns: tuple[Line, ...]

    @model_validator(mode="before")
    @classmethod
    def _from_either_form(cls, written: Any) -> Any:
        """Accept ``{person: ..., bot: ...}`` and a list of turns."""
        if isinstance(written, list):
            return {"turns": cast("list[object]", written)}
        if isinstance(written, dict) and "turns" not in written:
            pair = cast("dict[str, object]", written)
            if set(pair) != {"person", "bot"}:
                raise ValueError("예시 대화 하나에는 person(사람의 말)과 bot(봇의 대답)을 하나씩 적어 주세요.")
            return {"turns": [pair["person"], pair["bot"]]}
        return cast(object, written)

    @field_validator("turns")
    @classmethod
    def _alternate(cls, turns: tuple[str, ...]) -> tuple[str, ...]:
        if not turns or len(turns) % 2:
            raise ValueError("사람의 말로 시작해 봇의 대답으로 끝나도록, 말의 수를 짝수로 맞춰 주세요.")
        return turns


class SamplingOverrides(_Part):
    """The sampling settings that this persona wants otherwise than config.yaml has them."""

    temperature: Temperature | None = None
    top_k: TopK | None = None
    top_p: TopP | None = None
    min_p: MinP | None = None
    repetition_penalty: RepetitionPenalty | None = None
    no_repeat_ngram_size: NgramSize | None = None
    min_new_tokens: NewTokens | None = None
    max_new_tokens: MaxNewTokens | None = None

    def given(self) -> dict[str, Any]:
        """Return the settings that are given, by name, as ``dataclasses.replace(params, **given)`` takes them."""
        return self.model_dump(exclude_none=True)


DEFAULT_FALLBACKS: dict[SpeechLevel, tuple[str, ...]] = {
    SpeechLevel.POLITE: (
        "음, 방금 말은 제가 잘 못 알아들었어요. 조금만 다르게 말해 주실래요?",
        "그 말에는 뭐라고 대답해야 할지 떠오르지 않아요. 조금 더 들려주실래요?",
        "제가 거기까지는 잘 모르겠어요. 어떤 뜻인지 풀어서 말해 주시면 다시 들어 볼게요.",
        "잘 이해하지 못한 채로 아는 척하고 싶지는 않아요. 한 번만 더 말해 주시겠어요?",
    ),
    SpeechLevel.CASUAL: (
        "음, 방금 말은 내가 잘 못 알아들었어. 조금만 다르게 말해 줄래?",
        "그 말에는 뭐라고 대답해야 할지 안 떠오르네. 조금 더 들려줄래?",
        "내가 거기까지는 잘 모르겠어. 어떤 뜻인지 풀어서 말해 주면 다시 들어 볼게.",
        "잘 모르면서 아는 척하긴 싫어. 한 번만 더 말해 줄래?",
    ),
}


DEFAULT_BACKCHANNELS: dict[SpeechLevel, tuple[str, ...]] = {
    SpeechLevel.POLITE: (
        "그렇군요. 조금 더 들려주실래요?",
        "네, 듣고 있어요. 이어서 말씀해 주세요.",
        "아하, 그렇군요. 편하게 이어 가 주세요.",
        "음, 그 이야기 더 궁금해요. 자세히 들려주세요!",
        "오, 그렇군요! 그 얘기 조금만 더 해 주세요.",
    ),
    SpeechLevel.CASUAL: (
        "그렇구나. 조금 더 들려줄래?",
        "응, 듣고 있어. 이어서 말해 줘.",
        "아하, 그렇구나. 편하게 이어 가.",
        "음, 그 이야기 더 궁금해. 자세히 들려줘!",
        "오, 그렇구나! 그 얘기 조금만 더 해 줘.",
    ),
}


def _empty_if_none(written: object) -> object:
    """Accept a key whose items are all commented out, which YAML reads as null."""
    return () if written is None else written


def _section_if_none(written: object) -> object:
    return {} if written is None else written


class Persona(_Part):
    """One bot character.

    Attributes:
        name: what the bot calls itself; the adapters show it.
        aliases: other names that it answers to in a group.
        description: one line for people who choose a persona; the bot does not read it.
        speech_level: the level the bot speaks unless a person asks for the other.
        greeting: said when a conversation opens, ``None`` for none.
        examples: exchanges in its voice; an index of replies and hints, and the cheapest way to shape it.
        sampling: settings that this persona wants otherwise.
        prompt: the words behind the persona marker; by default the name line that our models were trained with.
        fallbacks: honest sentences for when nothing usable came up; by default those of the speech level.
        backchannels: what keeps a conversation going when nothing better comes to mind (맞장구); likewise.
    """

    name: Line
    aliases: Annotated[tuple[Line, ...], BeforeValidator(_empty_if_none)] = ()
    description: str = ""
    speech_level: SpeechLevel = SpeechLevel.POLITE
    greeting: Line | None = None
    examples: Annotated[tuple[Example, ...], BeforeValidator(_empty_if_none)] = ()
    sampling: Annotated[SamplingOverrides, BeforeValidator(_section_if_none)] = SamplingOverrides()
    prompt: Line = ""  # never stays empty: see below
    fallbacks: Annotated[tuple[Line, ...], Field(min_length=1)] = ()
    backchannels: Annotated[tuple[Line, ...], Field(min_length=1)] = ()

    def fallbacks_in(self, level: SpeechLevel) -> tuple[str, ...]:
        """Return the fallbacks of a speech level: its own, or the general ones of a level that is not its own."""
        return self.fallbacks if level is self.speech_level else DEFAULT_FALLBACKS[level]

    def backchannels_in(self, level: SpeechLevel) -> tuple[str, ...]:
        """Return the backchannels of a speech level, likewise."""
        return self.backchannels if level is self.speech_level else DEFAULT_BACKCHANNELS[level]

    @model_validator(mode="before")
    @classmethod
    def _follow_name_and_level(cls, written: Any) -> Any:
        """Fill in the prompt by the name, and the fallbacks by the speech level, where the file leaves them out."""
        if not isinstance(written, dict):
            return cast(object, written)
        values = {**cast("dict[str, object]", written)}
        level = values.get("speech_level")
        if values.get("prompt") is None:
            values["prompt"] = name_line(str(values.get("name")))
        for key, defaults in (("fallbacks", DEFAULT_FALLBACKS), ("backchannels", DEFAULT_BACKCHANNELS)):
            if values.get(key) is None:
                values[key] = defaults[SpeechLevel.CASUAL if level == "반말" else SpeechLevel.POLITE]
        return values

    @classmethod
    def load(cls, name_or_path: str | Path, folders: Sequence[Path]) -> "Persona":
        """Read the persona of that name from the first folder that has it, or the file at that path.

        Raises:
            PersonaError: there is no such persona (the message lists those there are), or its file cannot be used (the
                message names file and line).
        """
        path = _find(str(name_or_path), folders)
        file = YamlFile.read(path, PersonaError)
        try:
            return cls.model_validate(file.data)
        except ValidationError as error:
            raise PersonaError(describe(error, cls, lambda keys: f"{path}:{file.line(keys)}")) from error


def persona_folders(base: Path) -> list[Path]:
    """Return where personas are looked up: ``base/prompts``, the wheel's copies, the repository's ``prompts``."""
    package = Path(__file__).parents[1]
    folders = [base.absolute() / "prompts", package / "pretrained" / "prompts", package.parent / "prompts"]
    return list(dict.fromkeys(folders))


def persona_names(folders: Sequence[Path]) -> list[str]:
    """Return the names of the personas in ``folders``, each once."""
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    return list(dict.fromkeys(_composed(path.stem) for path in files if path.suffix in SUFFIXES))


def _find(name_or_path: str, folders: Sequence[Path]) -> Path:
    if name_or_path.endswith(SUFFIXES) or "/" in name_or_path or "\\" in name_or_path:
        return Path(name_or_path)
    wanted = _composed(name_or_path)
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.suffix in SUFFIXES and _composed(path.stem) == wanted:
                return path
    available = persona_names(folders)
    choice = f"쓸 수 있는 페르소나: {', '.join(available)}" if available else "prompts 폴더에 하나 만들어 주세요."
    raise PersonaError(f"'{name_or_path}' 페르소나를 찾을 수 없어요. {choice}")


def _composed(name: str) -> str:
    """File systems of macOS hand out Korean names decomposed; people type them composed."""
    return unicodedata.normalize("NFC", name)
