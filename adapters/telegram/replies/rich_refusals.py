"""What may pass in another form: in pieces, or as plain text instead of a rich message."""

from __future__ import annotations

import logging
from typing import Final

from telegram.error import BadRequest, TelegramError

from adapters.telegram.client.errors import METHOD_NOT_FOUND, is_missing_method
from bot.errors import MessageRejected

log = logging.getLogger(__name__)

# Of 400 answers, in lower case; each shows a mistake of the rich renderer's.
NOT_SHOWABLE: Final = ("rich_message_", "can't parse", "button_")


class MessageTooLong(MessageRejected):
    """The text may pass in pieces."""


class RichRejected(MessageTooLong):
    """It may pass in its plain form. ``by_server``: this server has no rich messages at all."""

    def __init__(self, reason: str, *, by_server: bool = False) -> None:
        super().__init__(reason)
        self.by_server = by_server


def raise_if_plain_helps(error: TelegramError) -> None:
    """Raises :class:`RichRejected` where the server has no rich messages, or can't show this one. By its own words
    alone: a bare *not found* is said of chats as well, and after silence the message may stand there."""
    if is_missing_method(error):
        raise RichRejected(METHOD_NOT_FOUND, by_server=True) from None
    words = error.message.casefold()
    if isinstance(error, BadRequest) and any(mark in words for mark in NOT_SHOWABLE):
        log.error("Telegram can't show a rich message of ours, so it goes in its plain form: %s", error.message)
        raise RichRejected(error.message) from None
