"""What Telegram's answers mean for a delivery: one table, from the words of the Bot API server to what is to be done.

The words are those of the official server (tdlib/telegram-bot-api, ``Client.cpp``, and tdlib/td); they are compared
without regard to case, as parts of the description.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.errors import (
    ChatGone,
    ChatMoved,
    DeliveryError,
    GoneReason,
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    Scope,
    TryLater,
)

GONE: Final = (
    ("bot was blocked by the user", GoneReason.BLOCKED),
    ("can't initiate conversation", GoneReason.BLOCKED),
    ("user is deactivated", GoneReason.DEACTIVATED),
    ("bot can't send messages to", GoneReason.DEACTIVATED),  # to another bot
    ("bot was kicked", GoneReason.KICKED),
    ("is not a member", GoneReason.NOT_A_MEMBER),
    ("group chat was deleted", GoneReason.DELETED),
    ("chat not found", GoneReason.DELETED),
    ("not enough rights", GoneReason.NO_RIGHT_TO_POST),
    ("need administrator rights", GoneReason.NO_RIGHT_TO_POST),
    ("have no write access", GoneReason.NO_RIGHT_TO_POST),
    ("have no rights to send", GoneReason.NO_RIGHT_TO_POST),
    ("chat_restricted", GoneReason.NO_RIGHT_TO_POST),
    ("chat_write_forbidden", GoneReason.NO_RIGHT_TO_POST),
    ("chat_send_plain_forbidden", GoneReason.NO_RIGHT_TO_POST),
    ("message thread not found", GoneReason.THREAD_CLOSED),
    ("topic_closed", GoneReason.THREAD_CLOSED),
    ("topic_deleted", GoneReason.THREAD_CLOSED),
)
# Our markup or buttons are at fault, so the same words may pass without them.
OF_MARKUP: Final = (
    "can't parse entities",
    "can't parse inline keyboard",
    "button_",
    "reply_markup_too_long",
    "reply markup is too long",
    "keyboard button url",
    "wrong http url",
    "message is too long",
    "text is too long",
)
UNCHANGED: Final = ("message is not modified",)
MESSAGE_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "no text in the message to edit",
)
NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
LOGGED_OUT: Final = "logged out"
NO_CONNECTION: Final = timedelta(seconds=5)
UNSAID_PAUSE: Final = timedelta(minutes=1)
LONGEST_REASON: Final = 200


def says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    """Whether the server's words contain one of these."""
    description = error.message.casefold()
    return any(phrase in description for phrase in phrases)


def delivery_error(error: TelegramError, now: datetime, pause: tuple[datetime, Scope] | None = None) -> DeliveryError:
    """What a failed send or edit means; ``pause`` says until when and how far a 429 reaches (UTC).

    Subclasses come before their parents: BadRequest and TimedOut are NetworkErrors in python-telegram-bot.
    """
    if isinstance(error.__cause__, TelegramError) and not isinstance(error, ChatMigrated | RetryAfter):
        return OutcomeUnknown("the answer was not Telegram's")  # a page in between, whatever status it has
    match error:
        case ChatMigrated():
            return ChatMoved(str(error.new_chat_id))
        case RetryAfter():
            return _flood(error, now, pause)
        case InvalidToken():
            return NotAuthorised(Scope.BOT, "Telegram does not know the bot's token")
        case BadRequest() | Forbidden():
            return _refusal(error)
        case NetworkError():
            return _network(error, now)
    return OutcomeUnknown(_reason(error))


def seconds(error: RetryAfter) -> float:
    """How long to wait. The public property warns of its coming change to a timedelta, which this one is already."""
    return error._retry_after.total_seconds()


def _flood(error: RetryAfter, now: datetime, pause: tuple[datetime, Scope] | None) -> TryLater:
    until, scope = pause or (now + timedelta(seconds=seconds(error) + 1), Scope.CHAT)
    return TryLater(until, scope, f"too many messages, wait {seconds(error):g} s")


def _refusal(error: TelegramError) -> DeliveryError:
    description = error.message.casefold()
    for phrase, gone in GONE:
        if phrase in description:
            return ChatGone(gone, _reason(error))
    if LOGGED_OUT in description:
        return NotAuthorised(Scope.BOT, "the bot was logged out of this Bot API server")
    if isinstance(error, Forbidden):
        return ChatGone(GoneReason.NO_RIGHT_TO_POST, _reason(error))
    return Refused(_reason(error))


def _network(error: NetworkError, now: datetime) -> DeliveryError:
    if isinstance(error.__cause__, NEVER_SENT):
        return TryLater(now + NO_CONNECTION, Scope.BOT, "no connection to Telegram")
    if says(error, ("too many requests",)):
        return TryLater(now + UNSAID_PAUSE, Scope.CHAT, "too many messages")
    return OutcomeUnknown(f"no clear answer: {cause_of(error)}")


def cause_of(error: TelegramError) -> str:
    """What went wrong on the way, as a name without addresses: an address holds the token."""
    return type(error.__cause__).__name__ if error.__cause__ else _reason(error)


def _reason(error: TelegramError) -> str:
    return error.message.removeprefix("Forbidden: ")[:LONGEST_REASON]
