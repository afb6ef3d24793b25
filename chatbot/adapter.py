"""What the bot asks of a platform, and the platform of the bot: the whole contract of an adapter.

An adapter turns what people do into an ``Event`` and hands each to ``receive``; the bot answers through ``send``. An
adapter knows its platform and ``chatbot``'s public API, nothing else.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, Self, TypeAlias, runtime_checkable

from chatbot.messages import Address, Event, Outgoing


class Receipt(Protocol):
    """A message that was accepted. Most adapters have no use for it: the answer comes through ``send``."""

    async def answered(self) -> None:
        """Return when the message is answered and the answer sent, or when there will be none."""
        ...

    def give_up(self) -> None:
        """Ask for no answer any more. The person's words stay in the history."""
        ...


Receive: TypeAlias = Callable[[Event], Awaitable[Receipt]]
"""Takes what happened. When it returns, the message is stored for good and will be answered, through any crash: the
moment to acknowledge it to the platform. A HistoryError says that it is not: let the platform deliver it again."""


class Adapter(Protocol):
    """A platform."""

    name: str

    async def run(self, receive: Receive) -> None:
        """Hand every event to ``receive`` until the platform ends; being cancelled means shutting down.

        Raises:
            AdapterError: the platform cannot be reached or refuses us.
        """
        ...

    async def send(self, to: Address, message: Outgoing) -> str:
        """Send a message; return the id that the platform gave it. Messages of one room are sent one after the other.

        Raises:
            TooManyRequests: the platform says how long to wait before the next try.
            MessageRefused: it will never take this message.
            RoomGone: it will take none for this room any more.
            DeliveryError: it did not work this time. Any other exception means that, too.
        """
        ...


@dataclass(frozen=True, slots=True)
class AdapterSetup:
    """What an adapter is made of, when ``chatbot serve`` makes it.

    Attributes:
        variables: the environment, over ``.env``; where tokens are.
        section: its section of config.yaml.
        names: what the bot is called, its own name first.
        commands: for the platform's menu, each with ``names``, ``help`` and ``parameters``.
        folder: where config.yaml lies, and where it may keep small files.
    """

    variables: Mapping[str, str]
    section: Mapping[str, Any]
    names: Sequence[str]
    commands: Sequence[Any]
    folder: Path


@runtime_checkable
class ServedAdapter(Adapter, Protocol):
    """A platform that ``chatbot serve`` can run."""

    token_variable: str
    """The environment variable that its token is in: the platform is served where there is one."""

    @classmethod
    def configured(cls, setup: AdapterSetup) -> Self:
        """Return the adapter as the owner wants it.

        Raises:
            AdapterError: something it needs is missing or cannot be.
        """
        ...

    async def close(self) -> None:
        """Let go of the platform. The last answers may still be sent before, when ``run`` has ended already."""
        ...


@runtime_checkable
class DraftAdapter(Adapter, Protocol):
    """A platform that can show a reply while it is being written."""

    async def draft(self, to: Address, text: str) -> None:
        """Show ``text``, the reply so far. ``send`` follows with the whole of it, unless the reply is cancelled."""
        ...


@runtime_checkable
class ChoiceAdapter(Adapter, Protocol):
    """A platform with buttons. Pressing one is a message of the person's with the choice's ``words``."""

    shows_choices: bool


def shown_by(adapter: Adapter, message: Outgoing) -> Outgoing:
    """Return a message as an adapter takes it: choices are lines of its text where there are no buttons.

    A number stands before those that are understood by it, and the words to type behind those that are not.
    """
    if not message.choices or getattr(adapter, "shows_choices", False):
        return message
    lines = [
        f"{number}. {choice.label}"
        if not choice.says
        else f"- {choice.label}"
        if choice.says == choice.label
        else f"- {choice.label}: {choice.says}"
        for number, choice in enumerate(message.choices, start=1)
    ]
    return replace(message, text="\n".join([message.text, *lines]), choices=())


@runtime_checkable
class OneRoomAdapter(Adapter, Protocol):
    """A platform that is one room, with one person who waits for each answer: nothing is merged or put off there."""

    address: Address
