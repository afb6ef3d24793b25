"""Buttons and menus for what is to be chosen. All they mean is in them, so that they work after a restart.

Source: https://discord.com/developers/docs/components/reference.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import discord
from discord import ui

from chatbot.adapter import Adapter, shown_by
from chatbot.messages import Address, Choice, Outgoing

_MOST_BUTTONS = 5
_MOST_OPTIONS = 25
_LONGEST_BUTTON = 80
_LONGEST = 100
"""Characters of an id, a value, or the label of a menu's option."""
_MENU = "말동무:고르기"
_MARK = "말동무:"
_ASKED = "골라 주세요"

Buttons: TypeAlias = ui.View


def as_text(message: Outgoing) -> Outgoing:
    """Return a message whose choices cannot all be pressed with lines of text for them; any other as it is."""
    if _can_press(message.choices):
        return message
    return shown_by(_NO_BUTTONS, message)


def buttons(choices: Sequence[Choice]) -> Buttons | None:
    """Return the components that show choices: up to five as buttons, more as a menu; ``None`` without choices."""
    if not choices:
        return None
    view = _view()
    if len(choices) <= _MOST_BUTTONS:
        for number, choice in enumerate(choices):
            label = _cut(choice.label, _LONGEST_BUTTON)
            view.add_item(ui.Button(label=label, custom_id=_MARK + _value(number, choice)))
        return view
    menu: ui.Select[Any] = ui.Select(custom_id=_MENU, placeholder=_ASKED)
    for number, choice in enumerate(choices):
        menu.add_option(label=_cut(choice.label, _LONGEST), value=_value(number, choice))
    view.add_item(menu)
    return view


def said_by(data: Mapping[str, Any]) -> str | None:
    """Return the words of what was pressed, by the data of the interaction; ``None`` if it is none of ours."""
    value: str = data.get("custom_id", "")
    if value == _MENU:
        value = next(iter(data.get("values", ())), "")
    elif value.startswith(_MARK):
        value = value.removeprefix(_MARK)
    else:
        return None
    _, _, words = value.partition(":")
    return words or None


def switched_off(message: discord.Message, data: Mapping[str, Any]) -> Buttons:
    """Return the components of a message, none of which can be pressed any more; the chosen one stands out."""
    view = _view()
    for row in message.components:
        for one in row.children if isinstance(row, discord.ActionRow) else ():
            if isinstance(one, discord.Button):
                is_chosen = one.custom_id == data.get("custom_id")
                style = discord.ButtonStyle.success if is_chosen else discord.ButtonStyle.secondary
                view.add_item(ui.Button(label=one.label, custom_id=one.custom_id, style=style, disabled=True))
            elif isinstance(one, discord.SelectMenu):
                options = [_chosen(option, data.get("values", ())) for option in one.options]
                menu: ui.Select[Any] = ui.Select(custom_id=one.custom_id, options=options, disabled=True)
                view.add_item(menu)
    return view


def _chosen(option: discord.SelectOption, values: Sequence[str]) -> discord.SelectOption:
    return discord.SelectOption(label=option.label, value=option.value, default=option.value in values)


def _can_press(choices: Sequence[Choice]) -> bool:
    if len(choices) > _MOST_OPTIONS:
        return False
    return all(
        choice.label.strip() and len(_MARK + _value(number, choice)) <= _LONGEST
        for number, choice in enumerate(choices)
    )


def _value(number: int, choice: Choice) -> str:
    """Return what comes back; the number tells choices of the same words apart."""
    return f"{number}:{choice.words}"


def _cut(label: str, longest: int) -> str:
    return label if len(label) <= longest else label[: longest - 1] + "…"


def _view() -> Buttons:
    """Return a view that the library does not remember: presses are understood without it."""
    view = ui.View(timeout=None)
    view.stop()
    return view


class _NoButtons:
    name = "discord"

    async def run(self, receive: object) -> None: ...

    async def send(self, to: Address, message: Outgoing) -> str:
        return ""


_NO_BUTTONS: Adapter = _NoButtons()
