"""Pydantic's findings as Korean sentences: where, which key, which value, what may stand there instead."""

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias, Union, cast, get_args, get_origin

from pydantic import AliasChoices, AliasPath, BaseModel, SecretBytes, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Key: TypeAlias = str | int

_LONGEST_SHOWN = 40
_SECRET = re.compile(r"(?:^|_)(?:token|secret|password|passwd|key)$|비밀|암호|토큰|열쇠", re.IGNORECASE)
_KINDS = {"int": "정수", "float": "숫자", "bool": "on이나 off", "string": "글", "tuple": "목록", "list": "목록"}
_SECTIONS = {"model_type", "model_attributes_type", "dict_type"}


def describe(
    error: ValidationError,
    model: type[BaseModel],
    where: Callable[[Sequence[Key]], str],
    under: Sequence[Key] = (),
) -> str:
    """Return one Korean line for each finding of ``error``.

    Args:
        model: the model that was validated; it knows the keys and values that may stand there.
        where: tells where a key path was written, such as ``config.yaml:12``.
        under: the key path that the model stands under.
    """
    findings = error.errors(include_url=False)
    lines = (f"{where((*under, *found['loc']))}: {_sentence(found, model, under)}" for found in findings)
    return "\n".join(dict.fromkeys(lines))


def unknown_keys(
    values: Mapping[str, object], model: type[BaseModel], under: Sequence[Key], others: Sequence[str] = ()
) -> list[tuple[tuple[Key, ...], str]]:
    """Return the key path and a Korean sentence for each key that a model would pass over in silence.

    Args:
        under: the key path that the model stands under.
        others: keys that may stand there beside the model's.
    """
    if model.model_config.get("extra") == "allow":
        return []
    fields = {alias: field for name, field in model.model_fields.items() for alias in _names(name, field)}
    found: list[tuple[tuple[Key, ...], str]] = []
    for key, value in values.items():
        path = (*under, key)
        if key not in fields:
            found.append((path, _no_such_key(path, [*fields, *others])))
        elif isinstance(value, dict) and (section := _section(fields[key].annotation)):
            found.extend(unknown_keys(cast("dict[str, object]", value), section, path))
    return found


def _names(name: str, field: FieldInfo) -> list[str]:
    alias = field.validation_alias
    if alias is None:
        return [name]
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return [name, *(str(one.path[0]) if isinstance(one, AliasPath) else one for one in choices)]


def _sentence(found: ErrorDetails, model: type[BaseModel], under: Sequence[Key]) -> str:
    keys = found["loc"]
    name = _dotted((*under, *keys))
    kind = found["type"]
    if kind == "extra_forbidden":
        return _no_such_key((*under, *keys), _known_keys(model, keys[:-1]))
    if kind == "missing":
        return f"{name} 항목이 빠졌어요. 적어 주세요."
    if kind == "value_error":
        sentence = str(found.get("ctx", {}).get("error", ""))
        return f"{name}: {sentence}" if name else sentence
    if kind in _SECTIONS:
        return f"{name}에는 값 하나가 아니라 '항목: 값' 꼴이 한 단 들여 쓴 채 와야 해요."
    field = _field(model, keys)
    allowed = _allowed(found, field)
    if found["input"] is None:
        return f"{name}의 값이 비어 있어요. {allowed} 적어 주세요."
    return f"{name}에 쓸 수 없는 값이에요: {_hidden(keys, field) or _shown(found['input'])}. {allowed} 적어 주세요."


def _no_such_key(keys: Sequence[Key], known: Sequence[str]) -> str:
    near = get_close_matches(str(keys[-1]), known, n=1)
    if near:
        return f"'{_dotted(keys)}' 항목은 없어요. 혹시 {near[0]} 아닌가요?"
    return f"'{_dotted(keys)}' 항목은 없어요. 여기에 쓸 수 있는 항목: {', '.join(known)}"


def _allowed(found: ErrorDetails, field: FieldInfo | None) -> str:
    """Return what may stand there, as an adverbial: "0 이상 2 이하의 숫자로"."""
    context = found.get("ctx", {})
    if "expected" in context:
        values = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return f"{values} 가운데 하나로"
    kind = _KINDS.get(found["type"].split("_")[0]) or _kind(field)
    bounds = _bounds(field)
    if found["type"] == "string_too_short":
        return "한 글자 이상의 글로"
    if not kind:
        return "알맞은 값으로"
    particle = "으로" if kind == "목록" else "로"
    return f"{' '.join(bounds)}의 {kind}{particle}" if bounds else f"{kind}{particle}"


def _kind(field: FieldInfo | None) -> str | None:
    leaves = _leaves(field.annotation) if field else []
    return "숫자" if float in leaves else "정수" if int in leaves else None


def _bounds(field: FieldInfo | None) -> list[str]:
    """Return the bounds that the field's annotation declares, also those inside an optional type."""
    if field is None:
        return []
    metadata = [*field.metadata, *(item for part in _parts(field.annotation) for item in _metadata(part))]
    words = {"ge": "이상", "gt": "초과", "le": "이하", "lt": "미만"}
    return [
        f"{getattr(item, name)} {word}"
        for name, word in words.items()
        for item in metadata
        if getattr(item, name, None) is not None
    ]


def _metadata(annotation: Any) -> list[Any]:
    found: list[Any] = []
    for item in getattr(annotation, "__metadata__", ()):
        found.extend(item.metadata if isinstance(item, FieldInfo) else [item])
    return found


def _parts(annotation: Any) -> list[Any]:
    """Return the members of a union, or the annotation itself."""
    is_union = get_origin(annotation) is Union or type(annotation).__name__ == "UnionType"
    return list(get_args(annotation)) if is_union else [annotation]


def _leaves(annotation: Any) -> list[Any]:
    return [getattr(part, "__origin__", part) for part in _parts(annotation)]


def _field(model: type[BaseModel], keys: Sequence[Key]) -> FieldInfo | None:
    """Return the field that a key path leads to; positions in a list lead to the list's own field."""
    names = [key for key in keys if isinstance(key, str)]
    field: FieldInfo | None = None
    inside: type[BaseModel] | None = model
    for name in names:
        field = inside.model_fields.get(name) if inside else None
        inside = _section(field.annotation) if field else None
    return field


def _known_keys(model: type[BaseModel], keys: Sequence[Key]) -> list[str]:
    field = _field(model, keys)
    section = _section(field.annotation) if field else model
    return list((section or model).model_fields)


def _section(annotation: Any) -> type[BaseModel] | None:
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _dotted(keys: Sequence[Key]) -> str:
    """Return ``examples[2].person`` style; positions count from 1, as people do."""
    name = ""
    for key in keys:
        name += f"[{key + 1}]" if isinstance(key, int) else f".{key}" if name else key
    return name.encode("utf-8", "replace").decode()


def _hidden(keys: Sequence[Key], field: FieldInfo | None) -> str:
    """Return what to show instead of a value that is a secret, by its type or its name."""
    is_secret = field is not None and any(leaf in (SecretStr, SecretBytes) for leaf in _leaves(field.annotation))
    return "(비밀)" if is_secret or _SECRET.search(str(keys[-1] if keys else "")) else ""


def _shown(value: object) -> str:
    """Return a value for show: short, on one line; what a list or section holds stays unsaid, it may be a secret."""
    if isinstance(value, list | tuple):
        return "목록"
    if isinstance(value, dict):
        return "'항목: 값' 묶음"
    text = "".join(char for char in str(value) if char.isprintable()).encode("utf-8", "replace").decode()
    return f"'{text[:_LONGEST_SHOWN]}…'" if len(text) > _LONGEST_SHOWN else f"'{text}'"
