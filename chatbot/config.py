"""What the owner decides: config.yaml < environment (``CHATBOT__SECTION__KEY``, also in ``.env``) < command line.

Every key has a default, and ``config.yaml`` at the top of the repository states them all. Values are read as text by
the key that takes them, whichever source they come from. pydantic-settings is not used: it passes over unknown
variables such as ``CHATBOT__GENERATON__SEED``, and does not tell which source a bad value came from.
"""

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from chatbot.environment import environment, settings_variables
from chatbot.errors import ConfigError
from chatbot.mistakes import describe
from chatbot.origins import Origins
from chatbot.platform_settings import DiscordSettings, TelegramSettings
from chatbot.yaml_file import YamlFile

CONFIG_VARIABLE = "CHATBOT_CONFIG"
FILE_NAME = "config.yaml"

Temperature = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
TopK = Annotated[int, Field(ge=0)]
TopP = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
MinP = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
RepetitionPenalty = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]
NgramSize = Annotated[int, Field(ge=0, le=100)]
NewTokens = Annotated[int, Field(ge=0, le=1000)]
MaxNewTokens = Annotated[int, Field(ge=1, le=1000)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def _split(written: object) -> object:
    """Accept a list as one line, as environment variables have it, and an empty key for an empty list."""
    if written is None:
        return ()
    return tuple(part.strip() for part in written.split(",") if part.strip()) if isinstance(written, str) else written


def _person(written: str) -> str:
    adapter, colon, id = written.partition(":")
    if not (adapter and colon and id):
        raise ValueError("사람은 '어댑터:아이디' 꼴로 적어 주세요. 예: telegram:123456")
    return written


Person = Annotated[str, AfterValidator(_person)]
People = Annotated[tuple[Person, ...], BeforeValidator(_split)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("모르는 시간대예요. Asia/Seoul처럼 적어 주세요.") from error
    return name


class BotSettings(_Section):
    """Who speaks, for whom."""

    persona: Annotated[str, Field(min_length=1)] = "danbi"
    owners: People = ()
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Seoul"


class ModelSettings(_Section):
    """Which model, and how it is run."""

    path: Annotated[str, Field(min_length=1)] = "bundled"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    format: Literal["maldongmu", "kogpt2-chatbot"] | None = None


SEVERAL_CANDIDATES = 6
"""What ``generation.candidates: auto`` means where drafts cost little."""


class GenerationSettings(_Section):
    """How replies are sampled; the names and meanings are those of ``SamplingParams``."""

    temperature: Temperature = 0.8
    top_k: TopK = 0
    top_p: TopP = 0.92
    min_p: MinP = 0.0
    repetition_penalty: RepetitionPenalty = 1.15
    no_repeat_ngram_size: NgramSize = 4
    min_new_tokens: NewTokens = 1
    max_new_tokens: MaxNewTokens = 48
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] | None = None
    candidates: Literal["auto"] | Annotated[int, Field(ge=1, le=64)] = "auto"
    deadline: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 20.0

    @model_validator(mode="after")
    def _floor_under_ceiling(self) -> "GenerationSettings":
        if self.min_new_tokens > self.max_new_tokens:
            raise ValueError("min_new_tokens가 max_new_tokens보다 커요. min_new_tokens를 줄여 주세요.")
        return self


class DialogueSettings(_Section):
    """What the bot goes by when it answers."""

    examples: bool = True
    max_turns: Annotated[int, Field(ge=1, le=200)] = 12


class RoomsSettings(_Section):
    """How messages queue."""

    merge_window: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 1.2
    replace_unfinished: bool = True
    deadline: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 60.0
    parallel: Annotated[int, Field(ge=1, le=10_000)] = 64
    busy_after: Annotated[int, Field(ge=1)] = 200


class GroupSettings(_Section):
    """When the bot speaks in a group. config.yaml has the defaults; each room's admins may change their own."""

    call_by_name: bool = True
    reply_rate: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    cool_down: Seconds = 60.0
    quiet_hours: Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d$")] | None = None
    listen: bool = False


class GuardsSettings(_Section):
    """What one person or room may ask of the bot."""

    person_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 20
    room_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 60
    blocked: People = ()


class SafetySettings(_Section):
    """What is looked for in messages and replies."""

    crisis: bool = True
    profanity: bool = True
    personal_data: bool = True


class HistorySettings(_Section):
    """Where conversations are kept, and how long."""

    url: Annotated[str, Field(min_length=1)] = "sqlite:///maldongmu.sqlite3"
    keep_days: Annotated[int, Field(ge=1, le=36_500)] | None = None


def folded(name: str) -> str:
    """Return a plugin's or command's name as names are compared: composed Hangul, whatever the case."""
    return unicodedata.normalize("NFC", name).casefold()


def _nothing_is_empty(written: object) -> object:
    return {} if written is None else written


class PluginSection(BaseModel):
    """What the owner decides of one plugin. Keys beyond these are the plugin's own, checked once it is loaded."""

    model_config = ConfigDict(frozen=True, extra="allow", validate_default=True)

    enabled: bool = True
    rename: Annotated[dict[str, str], BeforeValidator(_nothing_is_empty)] = {}

    @property
    def own(self) -> dict[str, Any]:
        """The plugin's own settings, as they were written."""
        return dict(self.model_extra or {})


class PluginsSettings(_Section):
    """Which plugins there are; every other key is the section of the plugin of that name."""

    model_config = ConfigDict(extra="allow")
    # How pydantic is told of what type other keys are.
    __pydantic_extra__: dict[str, Annotated[PluginSection, BeforeValidator(_nothing_is_empty)]] = Field(init=False)  # pyright: ignore

    folder: Annotated[str, Field(min_length=1)] = "plugins"
    off: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()

    @property
    def sections(self) -> dict[str, PluginSection]:
        """The plugins' sections, by the names they were written under."""
        return dict(self.__pydantic_extra__ or {})

    @model_validator(mode="before")
    @classmethod
    def _keys_are_sections(cls, values: Any) -> Any:
        """Tell a misspelt key from a plugin's section, and a section that is written twice."""
        if not isinstance(values, dict):
            return cast("object", values)
        sections = cast("dict[str, object]", values)
        seen: dict[str, str] = {}
        for name, value in sections.items():
            if isinstance(value, str | list) and name not in cls.model_fields:
                known = ", ".join(cls.model_fields)
                raise ValueError(
                    f"'{name}' 항목은 없어요. {known}, 또는 플러그인의 이름 아래에 '항목: 값'을 적어 주세요."
                )
            if folded(name) in seen:
                raise ValueError(f"{seen[folded(name)]}와 {name}은 같은 이름이에요. 하나로 모아 주세요.")
            seen[folded(name)] = name
        return sections


class LogSettings(_Section):
    """What goes to the log; never what people say."""

    level: Literal["debug", "info", "warning", "error"] = "warning"


class Settings(_Section):
    """Every decision of the owner, checked. ``Settings()`` is all defaults and reads nothing."""

    bot: BotSettings = BotSettings()
    model: ModelSettings = ModelSettings()
    generation: GenerationSettings = GenerationSettings()
    dialogue: DialogueSettings = DialogueSettings()
    rooms: RoomsSettings = RoomsSettings()
    groups: GroupSettings = GroupSettings()
    guards: GuardsSettings = GuardsSettings()
    safety: SafetySettings = SafetySettings()
    history: HistorySettings = HistorySettings()
    telegram: TelegramSettings = TelegramSettings()
    discord: DiscordSettings = DiscordSettings()
    log: LogSettings = LogSettings()
    plugins: PluginsSettings = PluginsSettings()
    _folder: Path = PrivateAttr(default_factory=Path.cwd)
    _origins: Origins = PrivateAttr(default_factory=Origins)

    @property
    def folder(self) -> Path:
        """Where config.yaml lies, else the current folder; personas are looked up under it."""
        return self._folder

    @property
    def plugin_folder(self) -> Path:
        """Where the owner's own plugins lie."""
        return self.folder / self.plugins.folder

    @property
    def origins(self) -> Origins:
        """Where each of them was written, for what is found wrong with them later."""
        return self._origins

    def placed(self, folder: Path, origins: Origins | None = None) -> "Settings":
        """Return the same settings, belonging to ``folder``."""
        settings = self.model_copy()
        settings._folder = folder
        settings._origins = origins or self._origins
        return settings

    @model_validator(mode="before")
    @classmethod
    def _empty_section_is_default(cls, values: Any) -> Any:
        """Accept a section whose keys are all commented out, which YAML reads as null."""
        if not isinstance(values, dict):
            return values
        sections = cast("dict[str, object]", values)
        return {name: value for name, value in sections.items() if value is not None or name not in cls.model_fields}


def load_settings(path: Path | None = None, **overrides: Mapping[str, object]) -> Settings:
    """Return the settings of a config file, the environment, and overrides, the later ones winning.

    The file is ``path``, else ``$CHATBOT_CONFIG``, else ``./config.yaml`` where it exists, else none. Relative paths
    (persona file, model folder, SQLite file) come back absolute: those in the file and the environment are relative to
    the file's folder, those in overrides to the current folder, where the person who typed them stands.

    Args:
        overrides: sections, such as ``generation={"seed": 7}``; a value of ``None`` is not given.

    Raises:
        ConfigError: the file is missing or unreadable, or a source holds a key or value that cannot be used; one line
            for each mistake, naming its place.
    """
    file = _config_file(path)
    folder = (file.path.parent if file else Path.cwd()).resolve()
    given = {
        section: {key: _anchored(section, key, value, Path.cwd()) for key, value in values.items() if value is not None}
        for section, values in overrides.items()
    }
    values: dict[str, Any] = dict(file.data) if file else {}
    variables: dict[tuple[str, ...], str] = {}
    for keys, (name, value) in settings_variables(environment(folder)).items():
        path_of_keys = _as_written(values, keys)
        variables[path_of_keys] = name
        _put(values, path_of_keys, value)
    for section, options in given.items():
        for key, value in options.items():
            _put(values, (section, key), value)
    typed = frozenset((section, key) for section, options in given.items() for key in options)
    origins = Origins.of(file, variables, typed)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(describe(error, Settings, origins.where)) from error
    return _settled(settings.placed(folder, origins), folder)


def _config_file(path: Path | None) -> YamlFile | None:
    if path is None and (named := os.environ.get(CONFIG_VARIABLE)):
        path = Path(named)
    if path is not None:
        return YamlFile.read(path)
    return YamlFile.read(Path(FILE_NAME)) if Path(FILE_NAME).is_file() else None


def _as_written(values: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return a variable's key path, which is in small letters, as the file spells it: a plugin may be called "TODO"."""
    if keys[0] != "plugins":
        return keys
    spelt: list[str] = []
    here: object = values
    for key in keys:
        names = cast("dict[str, object]", here) if isinstance(here, dict) else {}
        spelt.append(next((name for name in names if folded(name) == folded(key)), key))
        here = names.get(spelt[-1])
    return tuple(spelt)


def _put(values: dict[str, Any], keys: Sequence[str], value: object) -> None:
    """Set the value at a key path, making and replacing sections on the way, without touching shared ones."""
    *path, last = keys
    for key in path:
        section: object = values.get(key)
        values[key] = dict(cast("dict[str, Any]", section)) if isinstance(section, dict) else {}
        values = values[key]
    values[last] = value


def _settled(settings: Settings, folder: Path) -> Settings:
    """Return the settings with every path absolute."""
    places = {"bot": "persona", "model": "path", "history": "url", "plugins": "folder"}
    changed = {
        section: getattr(settings, section).model_copy(
            update={key: _anchored(section, key, getattr(getattr(settings, section), key), folder)}
        )
        for section, key in places.items()
    }
    return settings.model_copy(update=changed)


def _anchored(section: str, key: str, value: object, folder: Path) -> object:
    """Return ``value`` with a relative path made absolute; names, hub ids and server addresses stay as they are."""
    if not isinstance(value, str):
        return value
    match section, key:
        case "bot", "persona" if "/" in value or value.endswith((".yaml", ".yml")):
            return str(folder / Path(value).expanduser())
        case "model", "path" if value != "bundled":
            local = folder / Path(value).expanduser()
            is_hub_id = re.fullmatch(r"[\w-][\w.-]*/[\w.-]+", value) is not None
            return value if is_hub_id and not local.exists() else str(local)
        case "history", "url":
            return _anchored_database(value, folder)
        case "plugins", "folder":
            return str(folder / Path(value).expanduser())
        case _:
            return value


def _anchored_database(url: str, folder: Path) -> str:
    """Return an SQLite URL with an absolute file. A plain file name is one, too; memory and servers have no file."""
    scheme, separator, rest = url.partition(":///")
    if "://" not in url:
        scheme, separator, rest = "sqlite", ":///", "" if url == ":memory:" else url
    if not separator or not scheme.startswith("sqlite") or rest.startswith((":memory:", "file:", "?")) or not rest:
        return scheme + separator + rest
    file, question, query = rest.partition("?")
    return f"{scheme}:///{folder / Path(file).expanduser()}{question}{query}"
