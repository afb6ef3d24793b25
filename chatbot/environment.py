"""The environment, over a ``.env`` file. Knows how a variable names a setting, not which settings there are."""

import os
from collections.abc import Mapping
from pathlib import Path

from chatbot.errors import ConfigError

PREFIX = "CHATBOT__"
_NULLS = {"null", "~"}


def environment(folder: Path) -> dict[str, str]:
    """Return the environment variables over those of ``folder``'s ``.env``, where tokens are kept.

    Raises:
        ConfigError: the ``.env`` file cannot be read.
    """
    path = folder / ".env"
    if not path.is_file():
        return dict(os.environ)
    from dotenv import dotenv_values  # only where there is such a file: start-up time

    try:
        kept = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: 파일을 읽을 수 없어요. 읽기 권한과 UTF-8 인코딩을 확인해 주세요.") from error
    return {**{name: value for name, value in kept.items() if value is not None}, **os.environ}


def settings_variables(variables: Mapping[str, str]) -> dict[tuple[str, ...], tuple[str, str | None]]:
    """Return key path -> (variable's name, value) of every ``CHATBOT__SECTION__KEY``.

    An empty variable is one that is not set, as in compose files; ``null`` is no value.
    """
    return {
        tuple(name[len(PREFIX) :].lower().split("__")): (name, None if value.lower() in _NULLS else value)
        for name, value in variables.items()
        if name.startswith(PREFIX) and value
    }
