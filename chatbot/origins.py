"""Where each setting was written: a line of config.yaml, an environment variable, the command line. Knows no values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chatbot.yaml_file import Key, YamlFile


@dataclass(frozen=True, slots=True)
class Origins:
    """The sources of settings.

    Attributes:
        file: the config file, less what it says.
        variables: key path -> the environment variable's name.
        typed: the key paths given on the command line.
    """

    file: YamlFile | None = None
    variables: Mapping[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    typed: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(
        cls, file: YamlFile | None, variables: Mapping[tuple[str, ...], str], typed: frozenset[tuple[str, str]]
    ) -> "Origins":
        """Return the origins, without the values: a setting may be a secret."""
        return cls(replace(file, data={}) if file else None, variables, typed)

    def where(self, keys: Sequence[Key]) -> str:
        """Return where a key path was written, for people: ``config.yaml:12``; its nearest ancestor's place else."""
        if any(tuple(keys[:2]) == path for path in self.typed):
            return "명령줄"
        for variable, name in self.variables.items():
            if variable[: len(keys)] == tuple(keys) or tuple(keys[: len(variable)]) == variable:
                return f"환경 변수 {name}"
        return f"{self.file.path}:{self.file.line(keys)}" if self.file else "설정"

    def has(self, keys: Sequence[Key]) -> bool:
        """Tell whether the config file has the key path itself."""
        return self.file is not None and tuple(keys) in self.file.lines
