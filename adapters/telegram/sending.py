"""Puts the bot's messages on Telegram, in as many pieces as they need. Knows nothing of where they come from.

A message that broke off midway goes on where it did when it is tried again, as long as this process lives. After a crash
its first pieces come again: Telegram, unlike others, takes no key by which it could tell.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from telegram import Bot, InlineKeyboardMarkup, Message, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, TelegramError

from adapters.telegram.choices import keyboard
from adapters.telegram.drafts import NO_PREVIEW, Drafts
from adapters.telegram.failures import failure, says
from adapters.telegram.lengths import LONGEST_CAPTION, length, messages_of
from adapters.telegram.places import Place, Places
from chatbot.errors import MessageRefused, RoomGone
from chatbot.messages import Address, File, Outgoing

_MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    file: File | None = None
    buttons: InlineKeyboardMarkup | None = None


@dataclass(slots=True)
class _Progress:
    sent: list[str] = field(default_factory=list[str])
    draft: int | None = None


class Sender:
    """Sends messages, those of one room one after the other."""

    def __init__(self, bot: Bot, places: Places, drafts: Drafts) -> None:
        self._bot = bot
        self._places = places
        self._drafts = drafts
        self._begun: OrderedDict[tuple[Address, str], _Progress] = OrderedDict()

    async def send(self, to: Address, message: Outgoing) -> str:
        """Send a message; return the id of its last piece.

        Raises:
            DeliveryError: it did not work; its kind says why.
        """
        place = self._places.find(to)
        if place is None:
            raise RoomGone("텔레그램 방의 주소가 아니에요.")
        pieces = _pieces(message)
        if not pieces:
            raise MessageRefused("빈 글은 텔레그램에 보낼 수 없어요.")
        progress = self._progress(to, message.nonce)
        draft = await self._drafts.make_way(to)
        progress.draft = progress.draft or draft
        try:
            id = await self._send(place, pieces, message.reply_to, progress)
        except (MessageRefused, RoomGone):
            self._drafts.done(to)
            raise
        self._drafts.done(to)  # after any other failure it is tried again, and nothing is shown before
        return id

    async def _send(self, place: Place, pieces: Sequence[_Piece], reply_to: str | None, progress: _Progress) -> str:
        for piece in pieces[len(progress.sent) :]:
            quoted = _quoted(place, reply_to) if not progress.sent else None
            try:
                sent = await self._put(place, piece, quoted, progress)
            except ChatMigrated as error:
                self._places.move(place.chat_id, error.new_chat_id)
                place = replace(place, chat_id=error.new_chat_id)
                sent = await self._once_more(place, piece, quoted, progress)
            except TelegramError as error:
                raise failure(error) from None
            progress.sent.append(sent)
        if progress.draft is not None:  # of a later reply, or of one that is but a file
            self._drafts.remove(place.address, progress.draft)
            progress.draft = None
        return progress.sent[-1]

    def _progress(self, to: Address, nonce: str) -> _Progress:
        """Return how far a message got before; it is kept behind its end, should its success not get stored."""
        if not nonce:
            return _Progress()
        progress = self._begun.setdefault((to, nonce), _Progress())
        self._begun.move_to_end((to, nonce))
        while len(self._begun) > _MOST_KEPT:
            self._begun.popitem(last=False)
        return progress

    async def _once_more(self, place: Place, piece: _Piece, quoted: ReplyParameters | None, progress: _Progress) -> str:
        try:
            return await self._put(place, piece, quoted, progress)
        except TelegramError as error:
            raise failure(error) from None

    async def _put(self, place: Place, piece: _Piece, quoted: ReplyParameters | None, progress: _Progress) -> str:
        if progress.draft is not None and piece.file is None:
            if await self._finish(place, piece, progress.draft):
                id, progress.draft = progress.draft, None
                return f"{id}"
            progress.draft = None
        return f"{(await self._post(place, piece, quoted)).message_id}"

    async def _finish(self, place: Place, piece: _Piece, draft: int) -> bool:
        """Make the draft the message; return whether it was still there."""
        try:
            await self._bot.edit_message_text(
                piece.text, place.chat_id, draft, reply_markup=piece.buttons, link_preview_options=NO_PREVIEW
            )
        except BadRequest as error:
            return says(error, "message is not modified")
        return True

    async def _post(self, place: Place, piece: _Piece, quoted: ReplyParameters | None) -> Message:
        if piece.file is None:
            return await self._bot.send_message(
                place.chat_id,
                piece.text,
                message_thread_id=place.thread_id,
                reply_markup=piece.buttons,
                reply_parameters=quoted,
                link_preview_options=NO_PREVIEW,
            )
        return await self._bot.send_document(
            place.chat_id,
            piece.file.content.encode(),
            filename=" ".join(piece.file.name.split()) or "file.txt",  # a line break in it would break the form
            caption=piece.text or None,
            message_thread_id=place.thread_id,
            reply_markup=piece.buttons,
            reply_parameters=quoted,
            disable_content_type_detection=True,
        )


def _pieces(message: Outgoing) -> list[_Piece]:
    """Return what is sent for a message: its text, cut up, then its file, together where a caption takes the text."""
    texts = messages_of(message.text)
    buttons = keyboard(message.choices)
    if message.file is not None and len(texts) <= 1 and length(message.text) <= LONGEST_CAPTION:
        return [_Piece("".join(texts), message.file, buttons)]
    pieces = [_Piece(text) for text in texts]
    if pieces:
        pieces[-1] = replace(pieces[-1], buttons=buttons)
    return pieces if message.file is None else [*pieces, _Piece("", message.file)]


def _quoted(place: Place, reply_to: str | None) -> ReplyParameters | None:
    """Return the message to quote: in a group, where else it would be unclear who is answered. A press is no message."""
    if reply_to is None or not place.is_group or not reply_to.isdecimal():
        return None
    return ReplyParameters(int(reply_to), allow_sending_without_reply=True)
