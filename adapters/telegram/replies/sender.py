"""One message at a time to Telegram, each request made once, with errors that say what to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from telegram import InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from adapters.telegram.client.error_table import TelegramRemedy
from adapters.telegram.client.errors import find_rule, is_missing_method, to_delivery_error
from adapters.telegram.client.rate_limiter import TelegramRateLimiter, TurnState
from adapters.telegram.events.ephemeral import EphemeralTarget
from adapters.telegram.rendering.outgoing_messages import Markup, OutgoingMessage, plain_pieces
from adapters.telegram.rendering.renderer import MessageText
from adapters.telegram.replies.rich_refusals import MessageTooLong as MessageTooLong
from adapters.telegram.replies.rich_refusals import raise_if_plain_helps
from adapters.telegram.replies.rich_sender import RichSender
from bot.errors import MessageRejected, OutcomeUnknown
from bot.ports import Clock
from bot.views import Document

log = logging.getLogger(__name__)

# Timeouts of the HTTP client are for each single step and add up; this one is for the whole request.
REQUEST_TIMEOUT_SECONDS: Final = 40.0
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

# editMessageText, spelled so that the library takes it for a method of a newer server than it knows.
EDIT_TEXT: Final = "editMessage_text"

Bot = ExtBot[TurnState]
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes and how: ``reply_to`` 0 for no reply; ``paid``: with the bot's Stars, where it is above the
    free rate; ``ephemeral``: so that one person alone sees it."""

    chat_id: int
    thread: int | None = None
    silent: bool = False
    reply_to: int = 0
    paid: bool = False
    ephemeral: EphemeralTarget | None = None

    def options(self) -> dict[str, Any]:
        reply = ReplyParameters(self.reply_to, allow_sending_without_reply=True) if self.reply_to else None
        return {
            "chat_id": self.chat_id,
            "message_thread_id": self.thread,
            "disable_notification": self.silent,
            "reply_parameters": reply,
            "allow_paid_broadcast": self.paid or None,
        } | (self.ephemeral.options() if self.ephemeral else {})


@dataclass(frozen=True, slots=True)
class TelegramMessageRef:
    """A message that stands in a chat; one that a ``receiver`` alone sees is named by its ``ephemeral_id``."""

    chat_id: int
    message_id: int = 0
    receiver: int = 0
    ephemeral_id: int = 0


class MessageSender:
    """Sends and edits; raises :mod:`bot.errors`."""

    def __init__(self, bot: Bot, rate_limiter: TelegramRateLimiter, clock: Clock) -> None:
        self._bot = bot
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._rich = RichSender(self)

    async def post(self, target: Target, outgoing: OutgoingMessage, turn: TurnState = TurnState.NEEDED) -> Message:
        """Sends one message; what Telegram can't read goes again as plain text, and what has nothing left to reply to
        as no reply. Raises :class:`MessageTooLong` for what has to go in pieces, :class:`EphemeralRejected` for what
        can't be sent so that one person alone sees it."""
        try:
            return await self._post(target, outgoing, turn)
        except _NothingToReplyTo as refusal:
            if (
                target.ephemeral and target.ephemeral.reply_to_ephemeral_id
            ):  # no reply, no reason why one person alone should see it
                raise EphemeralRejected(refusal.reason) from None
            return await self._post(replace(target, reply_to=0), outgoing, turn)

    async def _post(self, target: Target, outgoing: OutgoingMessage, turn: TurnState) -> Message:
        if outgoing.rich is not None:
            return await self._rich.post(target, outgoing, turn)
        if isinstance(outgoing.content, Document):
            return await self._send_file(target, outgoing.content, outgoing.buttons, turn)
        try:
            return await self._send_text(target, outgoing, turn)
        except _UnreadableMarkup:
            return await self._send_text(target, without_markup(outgoing), turn)

    async def take_back(self, message: Message) -> None:
        """Deletes a message of ours from the chat it stands in."""
        request = self._bot.delete_message(message.chat_id, message.message_id)
        await self._request(message.chat_id, request)

    async def edit(self, posted: TelegramMessageRef, outgoing: OutgoingMessage) -> bool:
        """Replaces the message's text; False where there is no such message of ours any more, or
        it can't hold the text."""
        if outgoing.rich is not None:
            return await self._rich.edit(posted, outgoing)
        if not isinstance(outgoing.content, MessageText):
            return False
        try:
            return await self._edit(posted, outgoing)
        except _UnreadableMarkup:
            return await self._edit(posted, without_markup(outgoing))
        except MessageTooLong:
            return False

    async def _send_text(self, target: Target, outgoing: OutgoingMessage, turn: TurnState) -> Message:
        options = {**text_options(outgoing), **target.options()}
        return await self._send(target, self._bot.send_message(**options, rate_limit_args=turn))

    async def _send_file(self, target: Target, document: Document, buttons: Markup | None, turn: TurnState) -> Message:
        request = self._bot.send_document(
            document=InputFile(document.content.encode(), filename=document.filename),
            reply_markup=buttons,
            disable_content_type_detection=True,
            rate_limit_args=turn,
            **target.options(),
        )
        return await self._send(target, request)

    async def send_rich(self, target: Target, outgoing: OutgoingMessage, turn: TurnState) -> Message:
        """One rich message. Raises :class:`RichRejected` where it has to go in its plain form."""
        options = {**rich_options(outgoing), **target.options()}
        sent = self._bot.do_api_request("sendRichMessage", options, return_type=Message, rate_limit_args=turn)
        return await self._request(target.chat_id, sent, rich=True)

    async def edit_rich(self, posted: TelegramMessageRef, outgoing: OutgoingMessage) -> bool:
        """Puts a rich message in the place of one that stands there. Raises :class:`RichRejected`."""
        which = {"chat_id": posted.chat_id, "message_id": posted.message_id}
        edited = self._bot.do_api_request(EDIT_TEXT, rich_options(outgoing) | which)
        try:
            await self._request(posted.chat_id, edited, rich=True)
        except _NotThere as refusal:
            return refusal.unchanged
        return True

    async def _send(self, target: Target, request: Awaitable[Message]) -> Message:
        return await self._request(target.chat_id, request, for_one=target.ephemeral is not None)

    async def _edit(self, posted: TelegramMessageRef, outgoing: OutgoingMessage) -> bool:
        try:
            await self._request(posted.chat_id, self._edit_request(posted, outgoing), for_one=bool(posted.ephemeral_id))
        except EphemeralRejected:
            return False
        except _NotThere as refusal:
            return refusal.unchanged
        return True

    def _edit_request(self, posted: TelegramMessageRef, outgoing: OutgoingMessage) -> Awaitable[Any]:
        text = text_options(outgoing)
        if not posted.ephemeral_id:
            return self._bot.edit_message_text(**text, chat_id=posted.chat_id, message_id=posted.message_id)
        which = {
            "chat_id": posted.chat_id,
            "receiver_user_id": posted.receiver,
            "ephemeral_message_id": posted.ephemeral_id,
        }
        return self._bot.do_api_request("editEphemeralMessageText", text | which)

    async def _request(
        self, chat_id: int, request: Awaitable[Done], *, for_one: bool = False, rich: bool = False
    ) -> Done:
        """The request's result, its errors as :mod:`bot.errors`. Causes are not chained: their texts may hold the
        token.
        """
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_SECONDS):
                return await request
        except TimeoutError:
            raise OutcomeUnknown(f"no answer within {REQUEST_TIMEOUT_SECONDS:g} s") from None
        except TelegramError as error:
            if rich:
                raise_if_plain_helps(error)
            if isinstance(error, BadRequest):
                self._raise_if_fixable(error)
            if for_one and (isinstance(error, BadRequest | Forbidden) or is_missing_method(error)):
                raise EphemeralRejected(error.message) from None
            raise to_delivery_error(
                error, self._clock.now(), self._rate_limiter.cooldowns.until(str(chat_id))
            ) from None

    def _raise_if_fixable(self, error: BadRequest) -> None:
        rule = find_rule(error)
        match rule.remedy if rule else None:
            case TelegramRemedy.RETRY_PLAIN:
                log.error("Telegram can't read a message of ours, so it goes without markup: %s", error.message)
                raise _UnreadableMarkup(error.message) from None
            case TelegramRemedy.SPLIT:
                log.error("a message of ours is too long for Telegram, so it goes in pieces: %s", error.message)
                raise MessageTooLong(error.message) from None
            case TelegramRemedy.WITHOUT_REPLY:
                raise _NothingToReplyTo(error.message) from None
            case TelegramRemedy.ALREADY_APPLIED | TelegramRemedy.MESSAGE_GONE as remedy:
                raise _NotThere(unchanged=remedy is TelegramRemedy.ALREADY_APPLIED) from None


def text_options(outgoing: OutgoingMessage) -> dict[str, Any]:
    """The text of a message as the methods take it that send or edit one. Raises TypeError for a file."""
    if not isinstance(outgoing.content, MessageText):
        raise TypeError("a file has no text")
    return {
        "text": outgoing.content.html if outgoing.markup else outgoing.content.plain,
        "parse_mode": ParseMode.HTML if outgoing.markup else None,
        "link_preview_options": _preview(outgoing.picture),
        "reply_markup": outgoing.buttons,
    }


def rich_options(outgoing: OutgoingMessage) -> dict[str, Any]:
    """A rich message as the methods take it that send or edit one. Raises TypeError for one that has no such form."""
    if outgoing.rich is None:
        raise TypeError("no rich message")
    return {"rich_message": outgoing.rich.message, "reply_markup": outgoing.buttons}


def _preview(picture: str) -> LinkPreviewOptions:
    """None of the links is previewed, but for one large picture where it is wanted."""
    if not picture:
        return NO_PREVIEW
    return LinkPreviewOptions(url=picture, prefer_large_media=True, show_above_text=False)


def without_markup(outgoing: OutgoingMessage) -> OutgoingMessage:
    """The text alone: no markup, no buttons, no picture."""
    return replace(outgoing, buttons=None, picture="", markup=False)


def split_shorter(outgoing: OutgoingMessage) -> list[OutgoingMessage]:
    """Two pieces or more of a message that is too long. Raises MessageRejected where it can't be cut."""
    if outgoing.rich is not None:
        return list(outgoing.rich.plain)
    pieces = plain_pieces(outgoing)
    if len(pieces) < 2:
        raise MessageRejected("too long in its shortest form")
    return pieces


class EphemeralRejected(MessageRejected):
    """Telegram does not show it to one person alone: everybody may see it instead."""


class _UnreadableMarkup(MessageRejected):
    """The text may pass without markup and buttons."""


class _NothingToReplyTo(MessageRejected):
    """The message may pass if it replies to nothing."""


class _NotThere(MessageRejected):
    """An edit changed nothing: the message already says it, or is gone."""

    def __init__(self, *, unchanged: bool) -> None:
        super().__init__("no such message to change")
        self.unchanged = unchanged
