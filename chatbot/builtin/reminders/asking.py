"""Hears requests: sentences like "10분 뒤에 물 마시라고 알려줘", and /알림."""

from typing import Annotated

from chatbot import Chat, Conversation, Rest
from chatbot.builtin.reminders.listing import show
from chatbot.builtin.reminders.plugin import plugin
from chatbot.builtin.reminders.requests import Request, read_line, read_request
from chatbot.builtin.reminders.setting import Setting
from chatbot.builtin.spoken import uncalled


@plugin.command("알림", "remind")
async def remind(chat: Chat, words: Annotated[Rest, "언제 무엇을"] = "") -> str | Conversation:
    """말씀하신 때에 알려 드려요. 예: /알림 내일 오후 3시 약 먹기"""
    if not words.strip():
        return await show(chat)
    return _setting(read_line(words, chat.now), chat)


@plugin.match(
    r"알려|알림|알람|깨워|리마인|상기\s?시|귀띔|일러\s?[주줘줄]|(?:말해|말씀해|얘기해|이야기해|불러)\s?[주줘줄]|고\s(?:좀\s)?해\s?[주줘줄]",
    priority=-5,
)
async def remind_when_asked(chat: Chat) -> Conversation | None:
    """Hear a request to be reminded, whatever else is said."""
    request = read_request(uncalled(chat.text, chat.bot_name), chat.now)
    return None if request is None else _setting(request, chat)


def _setting(request: Request, chat: Chat) -> Setting:
    return Setting(what=request.what, when=request.when, others=request.others, said_at=chat.now)
