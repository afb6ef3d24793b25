"""What people see of a button they pressed: it stops waiting, the buttons go, and the choice stands in their place.

In a group, buttons that give commands stay, since they are for everybody: a poll's. So do those under an answer to
somebody else, who has yet to choose.
"""

import logging

from telegram import Bot, CallbackQuery, Message
from telegram.error import TelegramError

from adapters.telegram.choices import said_by, shown_choice
from adapters.telegram.drafts import NO_PREVIEW
from adapters.telegram.lengths import LONGEST_TEXT, length

TOO_OLD = "이 단추는 이제 쓸 수 없어요. 글로 적어 주세요."
_log = logging.getLogger(__name__)


async def show_pressed(bot: Bot, query: CallbackQuery, *, is_understood: bool) -> None:
    """Answer the press. What does not get through is not tried again: the choice itself is stored."""
    try:
        await bot.answer_callback_query(query.id, None if is_understood else TOO_OLD, show_alert=not is_understood)
    except TelegramError as error:  # it may be too late for it, after a restart
        _log.info("a press was not answered: %s", type(error).__name__)
    message = query.message
    if not is_understood or not isinstance(message, Message) or message.reply_markup is None or not _is_theirs(query):
        return
    try:
        await _replace_buttons(bot, query, message)
    except TelegramError as error:  # somebody was quicker, or the message is gone
        _log.info("buttons stay as they are: %s", type(error).__name__)


async def _replace_buttons(bot: Bot, query: CallbackQuery, message: Message) -> None:
    is_group = message.chat.id < 0
    chosen = f"{query.from_user.first_name}: {shown_choice(query)}" if is_group else shown_choice(query)
    text = f"{message.text}\n\n👉 {chosen}"
    if message.text is None or length(text) > LONGEST_TEXT:
        await bot.edit_message_reply_markup(message.chat.id, message.message_id)
    else:
        await bot.edit_message_text(text, message.chat.id, message.message_id, link_preview_options=NO_PREVIEW)


def _is_theirs(query: CallbackQuery) -> bool:
    """Tell whether buttons are for nobody but who pressed them."""
    message = query.message
    if message is None or message.chat.id > 0:
        return True
    if (said_by(query) or "").startswith("/"):
        return False
    asked = message.reply_to_message if isinstance(message, Message) else None
    return asked is None or asked.from_user is None or asked.from_user.id == query.from_user.id
