"""The bot on Telegram: ``TelegramAdapter`` is all there is to use, with ``Webhook`` where a server is to be called."""

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.commands import CommandSpec
from adapters.telegram.webhook import Webhook

__all__ = ["CommandSpec", "TelegramAdapter", "Webhook"]
