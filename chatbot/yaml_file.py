"""A YAML file a person wrote: its mapping, and the line of every key. Knows nothing of what the keys mean.

Scalars stay the text that was written (``null`` and nothing are ``None``); the key that takes a value decides what it
means. So ``off`` turns a switch off, ``person: no`` and ``bot: 12:30`` are words where words are asked for, and YAML
1.1's surprises (no = false, 12:30 = 750, 010 = 8) cannot happen. Environment variables, also text, read the same way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

import yaml

from chatbot.errors import ConfigError

Key: TypeAlias = str | int
Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"

_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The mapping that a YAML file holds, and where each key of it stands."""

    path: Path
    data: dict[str, Value]
    lines: Mapping[tuple[Key, ...], int]

    @classmethod
    def read(cls, path: Path, error: type[ConfigError] = ConfigError) -> "YamlFile":
        """Read ``path``; an empty file is an empty mapping.

        Raises:
            ConfigError: (or the given subclass) the file cannot be read, is not UTF-8, is not YAML, is not a mapping,
                or says the same key twice; the message names the file and the line.
        """
        text = _read_text(path, error)
        document = _Document(path, error)
        try:
            # The pure-Python loader: libyaml's recursion is not bounded by Python's limit.
            root = cast("yaml.Node | None", yaml.compose(text, Loader=yaml.BaseLoader))  # pyright: ignore[reportUnknownMemberType]
            data = {} if root is None or _is_null(root) else document.value(root, ())
        except (yaml.YAMLError, ValueError, OverflowError) as cause:  # ValueError: an escape such as "\UFFFFFFFF"
            raise error(_syntax_mistake(path, text, cause)) from cause
        except RecursionError as cause:
            raise error(
                f"{path}: 너무 깊이 겹쳐 있어서 읽을 수 없어요. 안쪽으로 겹친 괄호나 들여쓰기를 줄여 주세요."
            ) from cause
        if not isinstance(data, dict):
            raise error(f"{path}:1: 맨 바깥은 '항목: 값' 꼴이어야 해요. 목록이나 값 하나만 있는 파일은 쓸 수 없어요.")
        return cls(path, data, document.lines)

    def line(self, keys: Sequence[Key]) -> int:
        """Return the line of the key path, or of its nearest ancestor that stands in the file."""
        for length in range(len(keys), 0, -1):
            line = self.lines.get(tuple(keys[:length]))
            if line is not None:
                return line
        return 1


class _Document:
    """Turns nodes into values and notes the lines."""

    def __init__(self, path: Path, error: type[ConfigError]) -> None:
        self.lines: dict[tuple[Key, ...], int] = {}
        self._path = path
        self._error = error
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, keys: tuple[Key, ...]) -> Value:
        line = node.start_mark.line + 1
        self.lines.setdefault(keys, line)
        # An alias is the same node again. A few of them can stand for gigabytes ("billion laughs"), and for cycles.
        if id(node) in self._seen:
            raise self._error(f"{self._path}:{line}: 별칭(*)은 쓸 수 없어요. 같은 내용을 한 번 더 적어 주세요.")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, keys)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*keys, index)) for index, item in enumerate(node.value)]
        return None if _is_null(node) else str(node.value)

    def _mapping(self, node: yaml.MappingNode, keys: tuple[Key, ...]) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._error(
                    f"{self._path}:{line}: 항목의 이름은 낱말이어야 해요. 괄호가 잘못 놓이지 않았는지 봐 주세요."
                )
            key = str(key_node.value)
            path = (*keys, key)
            if key in mapping:
                first = self.lines[path]
                raise self._error(
                    f"{self._path}:{line}: {key} 항목이 두 번 나와요. {first}번째 줄에도 있으니 하나만 남겨 주세요."
                )
            self.lines[path] = line
            mapping[key] = self.value(value_node, path)
        return mapping


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _NULLS


def _read_text(path: Path, error: type[ConfigError]) -> str:
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as cause:  # ValueError: a NUL in the path
        reason = "파일이 없어요" if isinstance(cause, FileNotFoundError) else "파일을 열 수 없어요"
        raise error(f"{path}: {reason}. 경로와 읽기 권한을 확인해 주세요.") from cause
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = content.count(b"\n", 0, cause.start) + 1
        raise error(
            f"{path}:{line}: UTF-8로 저장된 파일이 아니에요. 편집기에서 인코딩을 UTF-8로 바꿔 저장해 주세요."
        ) from cause


def _syntax_mistake(path: Path, text: str, cause: Exception) -> str:
    if isinstance(cause, yaml.MarkedYAMLError) and cause.problem_mark is not None:
        line = cause.problem_mark.line + 1
    else:
        line = text.count("\n", 0, getattr(cause, "position", 0)) + 1
    row = "".join(text.split("\n")[line - 1 : line])
    indent = row[: len(row) - len(row.lstrip())]
    if "\t" in indent:
        return f"{path}:{line}: 들여쓰기에 탭이 있어요. 탭 대신 빈칸으로 들여 써 주세요."
    return (
        f"{path}:{line}: YAML 문법에 맞지 않아요. "
        "이 줄이나 바로 윗줄의 들여쓰기, 따옴표의 짝, 쌍점(:) 뒤의 빈칸을 살펴봐 주세요."
    )
