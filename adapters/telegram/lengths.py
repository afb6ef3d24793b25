"""How long messages may be, and how Telegram counts.

Source: https://core.telegram.org/bots/api#sendmessage, #senddocument.
"""

from adapters.splitting import split

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


def length(text: str) -> int:
    """Return how many UTF-16 code units a text has."""
    return len(text) + sum(character > "\uffff" for character in text)


def messages_of(text: str, limit: int = LONGEST_TEXT) -> list[str]:
    """Return a text as messages that are not too long; none where there is nothing to be seen."""
    return [part for part in split(text, limit, length) if part.strip()]
