"""One message at a time to Telegram, each request made once, with errors that say what to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from telegram import InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from adapters.telegram.answers import Does
from adapters.telegram.drawing import Text
from adapters.telegram.errors import decided, delivery_error
from adapters.telegram.letters import Letter, Markup, in_pieces
from adapters.telegram.pace import Pace, Turn
from bot.errors import OutcomeUnknown, Refused
from bot.ports import Clock
from bot.views import Document

log = logging.getLogger(__name__)

# Timeouts of the HTTP client are for each single step and add up; this one is for the whole request.
LONGEST: Final = 40.0
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

Bot = ExtBot[Turn]
Sent = TypeVar("Sent")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes and how: ``reply_to`` 0 for no reply; ``paid``: with the bot's Stars, where it is above the
    free pace."""

    chat_id: int
    thread: int | None = None
    silent: bool = False
    reply_to: int = 0
    paid: bool = False

    def options(self) -> dict[str, Any]:
        reply = ReplyParameters(self.reply_to, allow_sending_without_reply=True) if self.reply_to else None
        return {
            "chat_id": self.chat_id,
            "message_thread_id": self.thread,
            "disable_notification": self.silent,
            "reply_parameters": reply,
            "allow_paid_broadcast": self.paid or None,
        }


class Sender:
    """Sends and edits; raises :mod:`bot.errors`."""

    def __init__(self, bot: Bot, pace: Pace, clock: Clock) -> None:
        self._bot = bot
        self._pace = pace
        self._clock = clock

    async def post(self, target: Target, letter: Letter, turn: Turn = Turn.NEEDED) -> int:
        """Sends one message and returns its id; what Telegram can't read goes again as plain text, and what has nothing
        left to reply to as no reply. Raises :class:`TooLong` for what has to go in pieces."""
        try:
            return await self._post(target, letter, turn)
        except _NothingToReplyTo:
            return await self._post(replace(target, reply_to=0), letter, turn)

    async def _post(self, target: Target, letter: Letter, turn: Turn) -> int:
        if isinstance(letter.content, Document):
            return await self._file(target, letter.content, letter.buttons, turn)
        try:
            return await self._text(target, letter, turn)
        except _UnreadableMarkup:
            return await self._text(target, plain(letter), turn)

    async def rewrite(self, chat_id: int, message_id: int, letter: Letter) -> bool:
        """Shows the letter's text where the message stands; False where there is no such message of ours any more, or
        it can't hold the text."""
        if not isinstance(letter.content, Text):
            return False
        try:
            return await self._edit(chat_id, message_id, letter)
        except _UnreadableMarkup:
            return await self._edit(chat_id, message_id, plain(letter))
        except TooLong:
            return False

    async def _text(self, target: Target, letter: Letter, turn: Turn) -> int:
        message = await self._made(
            target.chat_id,
            self._bot.send_message(**text_options(letter), rate_limit_args=turn, **target.options()),
        )
        return message.message_id

    async def _file(self, target: Target, document: Document, buttons: Markup | None, turn: Turn) -> int:
        file = InputFile(document.content.encode(), filename=document.filename)
        message = await self._made(
            target.chat_id,
            self._bot.send_document(
                document=file,
                reply_markup=buttons,
                disable_content_type_detection=True,
                rate_limit_args=turn,
                **target.options(),
            ),
        )
        return message.message_id

    async def _edit(self, chat_id: int, message_id: int, letter: Letter) -> bool:
        where: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id}
        try:
            await self._made(chat_id, self._bot.edit_message_text(**text_options(letter), **where))
        except _NotThere as answer:
            return answer.unchanged
        return True

    async def _made(self, chat_id: int, request: Awaitable[Sent]) -> Sent:
        """The request's result, its errors in our terms. Causes are not chained: their texts may hold the token."""
        try:
            async with asyncio.timeout(LONGEST):
                return await request
        except TimeoutError:
            raise OutcomeUnknown(f"no answer within {LONGEST:g} s") from None
        except BadRequest as error:
            self._raise_if_ours(error)
            raise delivery_error(error, self._clock.now()) from None
        except TelegramError as error:
            raise delivery_error(error, self._clock.now(), self._pace.pauses.until(str(chat_id))) from None

    def _raise_if_ours(self, error: BadRequest) -> None:
        case = decided(error)
        match case.does if case else None:
            case Does.PLAINER:
                log.error("Telegram can't read a message of ours, so it goes without markup: %s", error.message)
                raise _UnreadableMarkup(error.message) from None
            case Does.PIECES:
                log.error("a message of ours is too long for Telegram, so it goes in pieces: %s", error.message)
                raise TooLong(error.message) from None
            case Does.ALONE:
                raise _NothingToReplyTo(error.message) from None
            case Does.ALREADY | Does.VANISHED as does:
                raise _NotThere(unchanged=does is Does.ALREADY) from None


@dataclass(slots=True)
class _Begun:
    """A delivery that stopped in the middle: what is still to be sent, and the last message that stands there."""

    left: list[Letter]
    last: int = 0


class Series:
    """A delivery's messages in a row: what arrived of an earlier try, known by its key, is not sent again."""

    def __init__(self, sender: Sender, pace: Pace) -> None:
        self._sender = sender
        self._pace = pace
        self._begun: dict[str, _Begun] = {}

    async def post(self, key: str, target: Target, letters: Sequence[Letter]) -> int:
        """Sends what is missing and returns the last message's id; the first message's turn is taken already."""
        begun = self._begun.pop(key, None) or _Begun(list(letters))
        try:
            while begun.left:
                if begun.last:
                    await self._pace.turn()
                await self._next(target, begun)
        except BaseException:
            if begun.last:
                self._begun[key] = begun
            raise
        return begun.last

    async def _next(self, target: Target, begun: _Begun) -> None:
        letter = begun.left[0]
        try:
            begun.last = await self._sender.post(target, letter, Turn.TAKEN)
        except TooLong:
            begun.left[:1] = shorter(letter)
        else:
            del begun.left[0]


def text_options(letter: Letter) -> dict[str, Any]:
    """The text of a letter as the methods take it that send or edit one."""
    if not isinstance(letter.content, Text):
        raise TypeError("a file has no text")
    return {
        "text": letter.content.html if letter.markup else letter.content.plain,
        "parse_mode": ParseMode.HTML if letter.markup else None,
        "link_preview_options": _preview(letter.picture),
        "reply_markup": letter.buttons,
    }


def _preview(picture: str) -> LinkPreviewOptions:
    """None of the links is previewed, but for one large picture where it is wanted."""
    if not picture:
        return NO_PREVIEW
    return LinkPreviewOptions(url=picture, prefer_large_media=True, show_above_text=False)


def plain(letter: Letter) -> Letter:
    """The letter's words alone: no markup, no buttons, no picture."""
    return replace(letter, buttons=None, picture="", markup=False)


def shorter(letter: Letter) -> list[Letter]:
    """Two pieces of the letter or more, to be called where it is too long; raises Refused if that can't be helped."""
    pieces = in_pieces(letter)
    if len(pieces) < 2:
        raise Refused("too long in its shortest form")
    return pieces


class TooLong(Refused):
    """The words may pass in pieces."""


class _UnreadableMarkup(Refused):
    """The words may pass without markup and buttons."""


class _NothingToReplyTo(Refused):
    """The message may pass if it replies to nothing."""


class _NotThere(Refused):
    """An edit changed nothing: the message already says it, or is gone."""

    def __init__(self, *, unchanged: bool) -> None:
        super().__init__("no such message to change")
        self.unchanged = unchanged
