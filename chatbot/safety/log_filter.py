"""Keeps personal data and bot tokens out of the logs. Knows the logging module, and nothing of who logs.

A filter on a handler sees every record that reaches it, those of libraries too; one on a logger would not see what the
loggers below it pass up. What is printed past logging, like the traceback of a program that dies, is not masked.
"""

import logging
import re

from chatbot.safety.personal_data import mask

_TOKEN = re.compile(
    r"[0-9](?<![0-9].)[0-9]{7,11}:[A-Za-z0-9_-]{35,}"
    r"|[MNO](?<![A-Za-z0-9_-].)[A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}"
)
"""Telegram's: the bot's id and 35 characters. Discord's: the bot's id in base64 (M, N and O are its first digits), a
time and a signature.

Source: https://core.telegram.org/bots/api#authorizing-your-bot, https://discord.com/developers/docs/reference.
"""
_SHORTEST_TOKEN = 44
_UNREADABLE = "(a log record that cannot be written out)"
_PLAIN = logging.Formatter()


class MaskingFilter(logging.Filter):
    """Masks the message, the traceback and the stack of every record, and lets all of them pass. Never raises.

    A record whose arguments do not fit its message keeps the message and loses the arguments, which logging would print
    unmasked. Values given with ``extra`` stay as they are.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask ``record`` where it stands, so that every later handler has it masked too; return True."""
        try:
            message = record.getMessage()
        except Exception:
            record.msg, record.args = _masked(_written_out(record.msg)), None
        else:
            if (masked := _masked(message)) != message:
                record.msg, record.args = masked, None
        if record.exc_info and not record.exc_text:
            # Formatters take this text where there is one, and do not look at the exception.
            record.exc_text = _traceback(record)
        if record.exc_text:
            record.exc_text = _masked(record.exc_text)
        if record.stack_info:
            record.stack_info = _masked(record.stack_info)
        return True


def mask_logs() -> None:
    """Mask everything that the root logger's handlers write from now on. Call it again after adding a handler.

    Formatters of other classes than logging's own may write an exception themselves, so what they return is masked.
    """
    handlers = [*logging.getLogger().handlers]
    if logging.lastResort:  # writes to stderr while there is no handler
        handlers.append(logging.lastResort)
    for handler in handlers:
        if not any(isinstance(one, MaskingFilter) for one in handler.filters):
            handler.addFilter(MaskingFilter())
        formatter = handler.formatter
        if formatter is not None and type(formatter) not in (logging.Formatter, _MaskedFormatter):
            handler.setFormatter(_MaskedFormatter(formatter))


class _MaskedFormatter(logging.Formatter):
    """Masks what another formatter makes of a record."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as the other formatter writes it, masked."""
        return _masked(self._inner.format(record))


def _masked(text: str) -> str:
    return mask(_TOKEN.sub("[토큰]", text) if len(text) >= _SHORTEST_TOKEN else text)


def _written_out(message: object) -> str:
    try:
        return str(message)
    except Exception:
        return _UNREADABLE


def _traceback(record: logging.LogRecord) -> str | None:
    try:
        return _PLAIN.formatException(record.exc_info) if record.exc_info else None
    except Exception:
        return None  # not an exception; the formatter will say so
