"""Reads one of a few values: of a ``Literal``, of an ``Enum``, or yes and no. Knows nothing of where they come from."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from chatbot.korean import josa
from chatbot.numerals import read_number
from chatbot.plugins.conversion import Context, Converter, NotConvertible
from chatbot.plugins.endings import stems

_NUMBER_IN_LIST = re.compile(r"([0-9]{1,2})(?:번|번째|\.|\))?|(첫|.{1,4}?)(?:번째|째)")
_YES = (
    *(
        "네",
        "예",
        "응",
        "어",
        "그래",
        "좋아",
        "좋아요",
        "켜",
        "켜기",
        "켜줘",
        "켜짐",
        "맞아",
        "오케이",
        "넵",
        "넹",
        "ㅇㅇ",
        "ㅇ",
    ),
    *("네네", "응응", "on", "true", "yes", "y", "1", "ok", "o"),
)
_NO = (
    *("아니요", "아니", "아니오", "아뇨", "싫어", "싫어요", "안해", "꺼", "끄기", "꺼줘", "꺼짐", "ㄴㄴ", "ㄴ"),
    *("off", "false", "no", "n", "0", "x"),
)


@dataclass(frozen=True)
class Option:
    """One of several values, under the label that people see and other names that they may write."""

    label: str
    value: object
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChoiceConverter(Converter):
    """Reads one of some options: by label or name, by the beginning of one, by its number in the list ("2번").

    Attributes:
        options: in the order in which they are shown.
        exact: every label and name with its value.
        folded: likewise, whatever case and spaces are.
        by_beginning: whether the beginning of one is enough.
    """

    options: tuple[Option, ...]
    exact: dict[str, object]
    folded: dict[str, object]
    by_beginning: bool = True

    @classmethod
    def of(cls, options: Sequence[Option], *, by_beginning: bool = True) -> Self:
        """Return the converter of some options; what two of them are called means the first, labels before names."""
        exact: dict[str, object] = {}
        folded: dict[str, object] = {}
        called = [(option.label, option.value) for option in options]
        called += [(name, option.value) for option in options for name in option.names]
        for name, value in called:
            exact.setdefault(name, value)
            folded.setdefault(_folded(name), value)
        return cls(
            choices=tuple(option.label for option in options),
            longest=max(len(option.label.split()) for option in options),
            options=tuple(options),
            exact=exact,
            folded=folded,
            by_beginning=by_beginning,
        )

    def read(self, text: str, context: Context) -> object:
        """Return the value of the option that is meant."""
        if text in self.exact:
            return self.exact[text]
        written = [_folded(stem) for stem in stems(text)]
        for name in written:
            if name in self.folded:
                return self.folded[name]
        for name in written if self.by_beginning else ():
            begun = {id(value): value for key, value in self.folded.items() if name and key.startswith(name)}
            if len(begun) == 1:
                return begun.popitem()[1]
        for name in written:
            place = _place(name)
            if place is not None and 1 <= place <= len(self.options):
                return self.options[place - 1].value
        raise NotConvertible(_one_of(self.choices))


def yes_or_no() -> ChoiceConverter:
    """Return the converter of ``bool``."""
    return ChoiceConverter.of([Option("네", True, _YES), Option("아니요", False, _NO)], by_beginning=False)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


def _place(text: str) -> int | None:
    """Return the place in a list that is meant: "2", "2번", "두번째", "둘째"."""
    match = _NUMBER_IN_LIST.fullmatch(text)
    if match is None:
        return None
    number = 1 if match[2] == "첫" else read_number(match[1] or match[2])
    return number if isinstance(number, int) else None


def _one_of(choices: Sequence[str]) -> str:
    quoted = [f"'{choice}'" for choice in choices]
    if len(quoted) > 2:
        return f"{', '.join(quoted)} 가운데 하나로 적어 주세요"
    return f"{josa(' 또는 '.join(quoted), '으로/로')} 적어 주세요"
