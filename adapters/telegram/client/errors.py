"""A failed request's error, from the library's exception to :mod:`bot.errors`;
:mod:`adapters.telegram.client.error_table` has the table.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import aiohttp
import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from adapters.telegram.client.error_table import TelegramErrorRule, TelegramRemedy, match_rule
from bot.errors import (
    ChatIdChanged,
    ChatUnavailable,
    DeliveryError,
    ErrorScope,
    MessageRejected,
    NotAuthorised,
    OutcomeUnknown,
    RetryLater,
    UnavailableReason,
)

# Subclasses come before their parents: BadRequest and TimedOut are NetworkErrors in python-telegram-bot.
_STATUSES: Final = (
    (RetryAfter, frozenset({429})),
    (ChatMigrated, frozenset({400})),
    (BadRequest, frozenset({400, 403})),
    (Forbidden, frozenset({400, 403})),
    (InvalidToken, frozenset({401, 404})),
    (Conflict, frozenset({409})),
    (NetworkError, frozenset({429, 500, 502, 503, 504})),
)
NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
)
NO_CONNECTION: Final = timedelta(seconds=5)
DEFAULT_COOLDOWN: Final = timedelta(minutes=1)
LONGEST_REASON: Final = 200
METHOD_NOT_FOUND: Final = "method not found"


def find_rule(error: TelegramError) -> TelegramErrorRule | None:
    """The table's row for this error; None where it has none, or where what came was no answer of Telegram's."""
    error = server_answer(error)
    if _is_not_telegrams(error):
        return None
    statuses = next((each for kind, each in _STATUSES if isinstance(error, kind)), frozenset[int]())
    return match_rule(statuses, _server_description(error))


def to_delivery_error(
    error: TelegramError, now: datetime, cooldown: tuple[datetime, ErrorScope] | None = None
) -> DeliveryError:
    """What a failed send or edit means; ``cooldown`` says until when and how far a 429 reaches (UTC)."""
    error = server_answer(error)
    if _is_not_telegrams(error):
        return OutcomeUnknown("the answer was not Telegram's")
    rule = find_rule(error)
    if rule is None:
        return _without_rule(error, now)
    match rule.remedy:
        case TelegramRemedy.WAIT:
            return _retry_later(error, now, cooldown)
        case TelegramRemedy.MIGRATE if isinstance(error, ChatMigrated):
            return ChatIdChanged(str(error.new_chat_id))
        case TelegramRemedy.PAUSE:
            return ChatUnavailable(rule.unavailable_reason or UnavailableReason.NO_RIGHT_TO_POST, _reason(error))
        case TelegramRemedy.HOLD_AND_ALERT:
            return NotAuthorised(ErrorScope.BOT, _bot_problem(error))
        case TelegramRemedy.UNCERTAIN | TelegramRemedy.STOP_RECEIVING:
            return OutcomeUnknown(_reason(error))
    return MessageRejected(_reason(error))


def server_answer(error: TelegramError) -> TelegramError:
    """The server's own answer: for methods that it does not know, the library says the same words for a revoked token
    (401) and a missing method (404), and only the cause tells them apart."""
    cause = error.__cause__
    if isinstance(error, EndPointNotFound | InvalidToken) and isinstance(cause, InvalidToken):
        return server_answer(cause)
    return error


def is_missing_method(error: TelegramError) -> bool:
    """Whether the server says that it has no such method; a bare *not found* is said by others as well."""
    answer = server_answer(error)
    return isinstance(answer, InvalidToken) and METHOD_NOT_FOUND in answer.message.casefold()


def is_from_telegram(error: TelegramError) -> bool:
    """Whether the server itself answered, and no page in between."""
    return not _is_not_telegrams(server_answer(error))


def retry_seconds(error: RetryAfter) -> float:
    """How long to wait: the library gives seconds now, and a timedelta in a later version."""
    told = error.retry_after
    return told.total_seconds() if isinstance(told, timedelta) else told


def _is_not_telegrams(error: TelegramError) -> bool:
    """Whether a page in between answered, whatever its status: the library could not read it."""
    return isinstance(error.__cause__, TelegramError) and not isinstance(error, ChatMigrated | RetryAfter)


def _server_description(error: TelegramError) -> str:
    """The server's description, also where the library has replaced it with its own text."""
    match error:
        case RetryAfter():
            return "too many requests"
        case ChatMigrated():
            return "group chat was upgraded to a supergroup chat"
    return error.message


def _retry_later(error: TelegramError, now: datetime, cooldown: tuple[datetime, ErrorScope] | None) -> RetryLater:
    if not isinstance(error, RetryAfter):
        return RetryLater(now + DEFAULT_COOLDOWN, ErrorScope.CHAT, "too many messages")
    until, scope = cooldown or (now + timedelta(seconds=retry_seconds(error) + 1), ErrorScope.CHAT)
    return RetryLater(until, scope, f"too many messages, wait {retry_seconds(error):g} s")


def _bot_problem(error: TelegramError) -> str:
    if isinstance(error, InvalidToken):
        return "Telegram does not know the bot's token"
    return "the bot was logged out of this Bot API server"


def _without_rule(error: TelegramError, now: datetime) -> DeliveryError:
    match error:
        case Forbidden():
            return ChatUnavailable(UnavailableReason.NO_RIGHT_TO_POST, _reason(error))
        case BadRequest():
            return MessageRejected(_reason(error))
        case InvalidToken():
            return NotAuthorised(ErrorScope.BOT, _bot_problem(error))
        case NetworkError() if isinstance(error.__cause__, NEVER_SENT):
            return RetryLater(now + NO_CONNECTION, ErrorScope.BOT, "no connection to Telegram")
    return OutcomeUnknown(f"no clear answer: {safe_cause(error)}")


def safe_cause(error: TelegramError) -> str:
    """What went wrong on the way, as a name without addresses: an address holds the token."""
    return type(error.__cause__).__name__ if error.__cause__ else _reason(error)


def _reason(error: TelegramError) -> str:
    return error.message.removeprefix("Forbidden: ")[:LONGEST_REASON]
