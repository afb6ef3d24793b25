"""What Discord's errors mean to the framework. No message of an error holds a token or a text.

Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes.
"""

import aiohttp
import discord

from chatbot.errors import AdapterError, DeliveryError, MessageRefused, RoomGone, TooManyRequests

FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What talking with Discord raises."""

_BAD_TOKEN = "디스코드가 봇 토큰을 받아 주지 않아요. 개발자 포털의 Bot 화면에서 토큰을 새로 만들어(Reset Token) 다시 적어 주세요."
NO_TOKEN = "디스코드 봇 토큰이 없어요. 개발자 포털의 Bot 화면에서 받은 토큰을 환경 변수나 .env에 적어 주세요."
NO_CONTENT = (
    "디스코드가 글을 보여 주지 않아요. 개발자 포털의 Bot 화면에서 MESSAGE CONTENT INTENT를 켜고 다시 시작해 주세요."
)
_UNREACHABLE = "디스코드에 연결할 수 없어요. 인터넷 연결과 주소(api_url, gateway_url)를 확인해 주세요."
_CLOSED = "디스코드가 연결을 끊었어요(코드 {code}). 잠시 뒤에 다시 시작해 주세요."

_GONE = frozenset(
    {
        10003,  # unknown channel
        10004,  # unknown server
        50001,  # missing access
        50007,  # cannot send messages to this user
        50013,  # missing permissions
        50278,  # no server in common with this user
    }
)
_BAD_TOKEN_CLOSED = 4004
_INTENTS_CLOSED = (4013, 4014)


def start_error(error: BaseException) -> AdapterError:
    """Return what to tell the owner where a connection cannot be made or kept."""
    if isinstance(error, discord.LoginFailure) or getattr(error, "status", None) == 401:
        return AdapterError(_BAD_TOKEN)
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return AdapterError(NO_CONTENT)
    if isinstance(error, discord.ConnectionClosed):
        if error.code == _BAD_TOKEN_CLOSED:
            return AdapterError(_BAD_TOKEN)
        if error.code in _INTENTS_CLOSED:
            return AdapterError(NO_CONTENT)
        return AdapterError(_CLOSED.format(code=error.code))
    return AdapterError(_UNREACHABLE)


def delivery_error(error: BaseException) -> DeliveryError:
    """Return what becomes of a message that could not be sent."""
    if isinstance(error, discord.RateLimited):
        return TooManyRequests("디스코드가 잠시 기다리라고 해요.", error.retry_after)
    if isinstance(error, discord.HTTPException):
        if error.status == 429:
            return TooManyRequests(
                "디스코드가 잠시 기다리라고 해요.", _seconds(error.response.headers.get("Retry-After"))
            )
        if error.code in _GONE and error.status in (403, 404):
            return RoomGone("디스코드의 이 방에는 이제 글을 쓸 수 없어요.")
        if error.status in (400, 413) or error.status == 403:
            return MessageRefused(f"디스코드가 이 글을 받아 주지 않아요(코드 {error.code}).")
        return DeliveryError(f"디스코드에 보내지 못했어요({error.status}).")
    return DeliveryError(f"디스코드에 보내지 못했어요({type(error).__name__}).")


def _seconds(written: str | None) -> float:
    try:
        return float(written or "")
    except ValueError:
        return 60.0
