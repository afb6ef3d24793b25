"""A conversation of several steps: the class plugin authors derive from, and its state as it is stored.

The state is JSON: the name of the step that hears the next message, and the fields. A restart, or an edit of the
plugin's file, changes nothing; what does not fit any more after an edit is told to the person and begins anew.
"""

import inspect
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, cast

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation

from chatbot.errors import PluginError
from chatbot.history.records import Json
from chatbot.plugins.answers import Ask
from chatbot.plugins.arguments import Signature
from chatbot.plugins.declarations import ConversationDeclaration
from chatbot.plugins.storage import checked_length

INJECTED = frozenset({"self", "chat", "settings"})
_WISH = r"할래|할게|할께|하자|하고\s?싶어|해\s?(?:줘|줄래|주세요|주실래)|해|둘래|둘게|두자|두고\s?싶어|둬"
_CANCEL = re.compile(
    rf"(?:이제\s?)?/?(?:취소|그만)(?:\s?(?:{_WISH}))?요?[\s.!~…ㅋㅎㅠㅜ]*|/?(?:cancel|stop)[.!]*", re.IGNORECASE
)


def is_cancel(text: str) -> bool:
    """Tell whether somebody wants to end the conversation they are in."""
    return _CANCEL.fullmatch(unicodedata.normalize("NFC", text.strip())) is not None


class Conversation:
    """Base of the dataclasses that ``@plugin.conversation`` declares. It begins with ``begin(self, chat, ...)``."""

    async def cancelled(self, chat: Any) -> str | None:
        """Return what is said when the person says 취소; ``None`` for the usual words."""
        return None

    @classmethod
    def upgraded(cls, version: int, step: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """Return step and fields of an older version as this one has them; ``None`` if they cannot be made to fit."""
        return None


@dataclass(frozen=True, slots=True)
class State:
    """A conversation as it is stored.

    Attributes:
        step: the name of the step that hears the next message.
        choices: what was offered, label and value.
        question: what was asked, to be asked again.
        until: when it expires.
    """

    plugin: str
    name: str
    version: int
    step: str
    fields: dict[str, Json]
    until: datetime
    choices: tuple[tuple[str, str], ...] = ()
    question: str = ""

    def to_json(self) -> Json:
        """Return it as JSON."""
        return {
            "plugin": self.plugin,
            "name": self.name,
            "version": self.version,
            "step": self.step,
            "fields": self.fields,
            "until": self.until.isoformat(),
            "choices": [[label, value] for label, value in self.choices],
            "question": self.question,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self | None:
        """Return a stored state; ``None`` for what is none."""
        if not isinstance(value, dict):
            return None
        try:
            stored = cast("dict[str, Any]", value)
            return cls(
                str(stored["plugin"]),
                str(stored["name"]),
                int(stored["version"]),
                str(stored["step"]),
                dict(stored["fields"]),
                datetime.fromisoformat(stored["until"]),
                tuple((str(label), str(value)) for label, value in stored["choices"]),
                str(stored["question"]),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def chosen(self, text: str) -> str:
        """Return the value of the choice that a message means by its label or number; else the message."""
        wanted = _folded(text)
        for (
            label,
            value,
        ) in self.choices:  # before the numbers: where 2, 3 and 4 are offered, "2" is no number of a line
            if wanted in (_folded(label), _folded(value)):
                return value
        number = re.fullmatch(r"(\d{1,2})(?:번|\.|\))?", wanted)
        if number is not None and 1 <= int(number[1]) <= len(self.choices):
            return self.choices[int(number[1]) - 1][1]
        return text


class Script:
    """A declared conversation, looked at once: its steps' signatures and how its fields become JSON.

    Raises:
        PluginError: it has no ``begin``, a step's parameter cannot be converted, or a field cannot be stored.
    """

    def __init__(self, plugin: str, declaration: ConversationDeclaration) -> None:
        self.plugin = plugin
        self.declaration = declaration
        kind, who = declaration.kind, f"'{declaration.name}' 대화"
        if not issubclass(kind, Conversation) or not inspect.iscoroutinefunction(getattr(kind, "begin", None)):
            raise PluginError(
                f"{who}는 Conversation에서 나온 클래스여야 하고, async def begin(self, chat)이 있어야 해요."
            )
        try:
            self._fields: TypeAdapter[Any] = TypeAdapter(kind)
        except (PydanticSchemaGenerationError, PydanticUndefinedAnnotation) as error:
            raise PluginError(
                f"{who}의 칸 가운데 저장할 수 없는 것이 있어요. JSON이 되는 타입으로 바꿔 주세요."
            ) from error
        self.steps: dict[str, Signature] = {
            name: Signature.of(method, INJECTED)
            for name, method in inspect.getmembers(kind, inspect.iscoroutinefunction)
            if not name.startswith("_") and name != "cancelled" and "chat" in inspect.signature(method).parameters
        }
        too_many = next(
            (name for name, step in self.steps.items() if name != "begin" and len(step.parameters) > 1), None
        )
        if too_many is not None:
            raise PluginError(f"{who}의 {too_many}()는 chat 말고 하나만 받을 수 있어요.")

    def wants_settings(self, step: str) -> bool:
        """Tell whether a step takes the plugin's settings."""
        return "settings" in inspect.signature(getattr(self.declaration.kind, step)).parameters

    def asked(self, conversation: Conversation, ask: Ask, now: datetime) -> State:
        """Return the state after a question.

        Raises:
            PluginError: its step is not one of this conversation, or a field's value cannot be stored.
            StorageFull: the fields are too much.
        """
        declaration, step = self.declaration, getattr(ask.then, "__name__", "")
        if step not in self.steps or getattr(ask.then, "__self__", None) is not conversation:
            raise PluginError(f"'{declaration.name}' 대화의 then={step or ask.then}은 이 대화의 단계가 아니에요.")
        choices = tuple((choice.label, choice.words) for choice in ask.choices)
        if not choices and self.steps[step].parameters:
            choices = tuple((one, one) for one in self.steps[step].parameters[0].converter.choices)
        question, until = ask.again or ask.text, now + declaration.expires
        fields = self.fields_of(conversation)
        return State(self.plugin, declaration.name, declaration.version, step, fields, until, choices, question)

    def waiting(self, state: State, now: datetime) -> State:
        """Return a state that waits for as long as if it had just been asked."""
        return replace(state, until=now + self.declaration.expires)

    def fields_of(self, conversation: Conversation) -> dict[str, Json]:
        """Return a conversation's fields as JSON.

        Raises:
            PluginError: a value cannot be stored, or would not come back as what its field is declared to be.
            StorageFull: it is too much.
        """
        try:
            fields = self._fields.dump_python(conversation, mode="json", warnings=False)  # they would show the value
            self._read(fields)
        except ValueError as error:  # pydantic's errors are some
            name = self.declaration.name
            raise PluginError(f"'{name}' 대화에 저장할 수 없는 값이 있어요: {type(error).__name__}") from error
        checked_length(fields)
        return fields

    def restored(self, state: State) -> tuple[State, Conversation] | None:
        """Return a conversation as it was stored, made to fit where it is of another version; ``None`` if it cannot be."""
        fields: Mapping[str, Any] = state.fields
        if state.version != self.declaration.version:
            upgraded = self.declaration.kind.upgraded(state.version, state.step, dict(state.fields))
            if upgraded is None:
                return None
            step, fields = upgraded
            state = replace(state, step=step, fields=dict(fields), version=self.declaration.version)
        if state.step not in self.steps:
            return None
        try:
            return state, self._read(fields)
        except ValidationError:
            return None

    def _read(self, fields: Mapping[str, Any]) -> Conversation:
        """Return a conversation with fields that share nothing with the stored ones, whatever becomes of it."""
        return self._fields.validate_json(json.dumps(fields))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split()).casefold()
