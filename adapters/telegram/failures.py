"""What an error of the library's means to the framework. The sentences are ours: Telegram's may quote the message."""

from datetime import timedelta

from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from chatbot.errors import DeliveryError, MessageRefused, RoomGone, TooManyRequests

_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_id_invalid",
    "group chat was deactivated",
    "the group chat was deleted",
    "message thread not found",
    "topic_deleted",
    "topic_id_invalid",
    "user_deactivated",
)
"""Parts of descriptions, which are all that Telegram tells these cases apart by."""


def wait_of(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def says(error: TelegramError, *parts: str) -> bool:
    """Tell whether an error's description has one of these in it, which are given in small letters."""
    description = error.message.casefold()
    return any(part in description for part in parts)


def failure(error: TelegramError) -> DeliveryError:
    """Return what the framework is told of a failed sending."""
    match error:
        case RetryAfter():
            return TooManyRequests("텔레그램이 잠시 뒤에 보내라고 해요.", wait_of(error))
        case Forbidden():
            return RoomGone("텔레그램 방에 더는 보낼 수 없어요. 봇이 차단되었거나 방에서 나왔어요.")
        case BadRequest() if says(error, *_GONE):
            return RoomGone("텔레그램 방이 이제 없어요.")
        case BadRequest():
            return MessageRefused("텔레그램이 이 글을 받지 않아요.")
        case InvalidToken():
            return DeliveryError("텔레그램이 토큰을 받아 주지 않아요.")
        case NetworkError():
            return DeliveryError("텔레그램에 닿지 못했어요.")
        case _:
            return DeliveryError("텔레그램이 글을 받지 못했어요.")
