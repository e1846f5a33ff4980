"""How a try ended, and what is written then. Pure."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from bot.chats import Chat, ChatKind, Platform, Receipt
from bot.deliveries import Delivery, DeliveryState, Result
from bot.errors import TryLater

BACKOFF_SECONDS: Final = (2, 8, 30, 120, 600)
_SPREAD: Final = 0.2

# Between two messages to one chat: Telegram allows one a second in a private chat and 20 a minute in a group, Slack
# about one a second in a channel (core.telegram.org/bots/faq, docs.slack.dev/apis/web-api/rate-limits).
_PRIVATE: Final = timedelta(seconds=1.05)
_GROUP: Final = timedelta(seconds=3.2)
_SLACK: Final = timedelta(seconds=1.1)


def backoff(attempts: int) -> timedelta:
    """The wait before the next try after ``attempts`` tries: 2, 8, 30, 120, then 600 seconds, each ±20 %."""
    seconds = BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS) - 1)]
    return timedelta(seconds=seconds * random.uniform(1 - _SPREAD, 1 + _SPREAD))  # noqa: S311 - spreads load, no secret


def pause_after(chat: Chat) -> timedelta:
    """How long a chat is left in peace after a message."""
    match chat.address.platform:
        case Platform.LOCAL:
            return timedelta(0)
        case Platform.SLACK:
            return _SLACK
    return _PRIVATE if chat.kind is ChatKind.PRIVATE else _GROUP


def sent(delivery: Delivery, chat: Chat, receipt: Receipt, at: datetime) -> Result:
    """Accepted; ``not_before`` is for the chat's next message."""
    until = at + pause_after(chat)
    return Result(delivery.id, DeliveryState.SENT, at, receipt=receipt, not_before=until, about=delivery.sending_at)


def later(delivery: Delivery, problem: TryLater, at: datetime) -> Result:
    """Surely not sent. A moment the platform names is no failed try; without one the wait grows with each try."""
    if problem.at > at:
        return _pending(delivery, at, problem.at, problem.reason, counts=False)
    return _pending(delivery, at, at + backoff(delivery.attempts), problem.reason)


def at_once(delivery: Delivery, at: datetime, reason: str) -> Result:
    """Surely not sent, and nothing stands in the way any more."""
    return _pending(delivery, at, at, reason, counts=False)


def held(delivery: Delivery, at: datetime, reason: str) -> Result:
    """Surely not sent; the bot or workspace is held back, so the row itself needs no moment."""
    return Result(
        delivery.id, DeliveryState.PENDING, at, problem=reason, counts_as_attempt=False, about=delivery.sending_at
    )


def failed(delivery: Delivery, at: datetime, reason: str) -> Result:
    """Over: its papers go back to the chat's next digest."""
    return Result(delivery.id, DeliveryState.FAILED, at, problem=reason, about=delivery.sending_at)


def uncertain(delivery: Delivery, at: datetime, reason: str) -> Result:
    """Nobody can say whether it arrived."""
    return Result(delivery.id, DeliveryState.UNCERTAIN, at, problem=reason, about=delivery.sending_at)


def not_found(delivery: Delivery, at: datetime) -> Result:
    """Looked for and surely not there: it is sent again."""
    return _pending(delivery, at, at + backoff(delivery.attempts), "not found, sent again", counts=False)


def repeated(delivery: Delivery, at: datetime) -> Result:
    """Nobody can look: it is sent once more, silently, and never a third time."""
    return Result(
        delivery.id,
        DeliveryState.PENDING,
        at,
        problem="outcome unknown, sent once more",
        maybe_repeated=True,
        counts_as_attempt=False,
        about=delivery.sending_at,
    )


def _pending(delivery: Delivery, at: datetime, not_before: datetime, reason: str, *, counts: bool = True) -> Result:
    return Result(
        delivery.id,
        DeliveryState.PENDING,
        at,
        not_before=not_before,
        problem=reason,
        counts_as_attempt=counts,
        about=delivery.sending_at,
    )
