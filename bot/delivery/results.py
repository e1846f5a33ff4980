"""The result of an attempt: what is written to the outbox for each way it can end. Pure."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from bot.chats import MessageRef
from bot.deliveries import AttemptResult, Delivery, DeliveryState
from bot.errors import RetryLater

BACKOFF_SECONDS: Final = (2, 8, 30, 120, 600)
_JITTER: Final = 0.2


def backoff(attempts: int) -> timedelta:
    """The wait before the next attempt after ``attempts`` of them: 2, 8, 30, 120, then 600 seconds, each ±20 %."""
    seconds = BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS) - 1)]
    return timedelta(seconds=seconds * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - spreads load, no secret


def sent(delivery: Delivery, message_ref: MessageRef, at: datetime, interval: timedelta) -> AttemptResult:
    """Accepted; for ``interval`` from then on nothing else goes to the chat."""
    return AttemptResult(
        delivery.id,
        DeliveryState.SENT,
        at,
        message_ref=message_ref,
        not_before=at + interval,
        attempt_started_at=delivery.sending_at,
    )


def retry_later(delivery: Delivery, problem: RetryLater, at: datetime) -> AttemptResult:
    """Surely not sent. Waiting for a moment the platform names is no failed attempt; without one the wait grows with
    each attempt.
    """
    if problem.at > at:
        return _pending(delivery, at, problem.at, problem.reason, counts=False)
    return _pending(delivery, at, at + backoff(delivery.attempts), problem.reason)


def retry_now(delivery: Delivery, at: datetime, reason: str) -> AttemptResult:
    """Surely not sent, and the cause is gone."""
    return _pending(delivery, at, at, reason, counts=False)


def on_hold(delivery: Delivery, at: datetime, reason: str) -> AttemptResult:
    """Surely not sent; the bot or workspace is suspended, so the row itself needs no moment."""
    return AttemptResult(
        delivery.id,
        DeliveryState.PENDING,
        at,
        problem=reason,
        counts_as_attempt=False,
        attempt_started_at=delivery.sending_at,
    )


def failed(delivery: Delivery, at: datetime, reason: str) -> AttemptResult:
    """Final: its papers are released and come with the chat's next digest."""
    return AttemptResult(delivery.id, DeliveryState.FAILED, at, problem=reason, attempt_started_at=delivery.sending_at)


def uncertain(delivery: Delivery, at: datetime, reason: str) -> AttemptResult:
    """Nobody can say whether it arrived."""
    return AttemptResult(
        delivery.id, DeliveryState.UNCERTAIN, at, problem=reason, attempt_started_at=delivery.sending_at
    )


def resend_not_found(delivery: Delivery, at: datetime) -> AttemptResult:
    """Looked up and surely not there: it is sent again."""
    return _pending(delivery, at, at + backoff(delivery.attempts), "not found, sent again", counts=False)


def resend_once(delivery: Delivery, at: datetime) -> AttemptResult:
    """It can't be looked up: it is sent once more, silently, and never a third time."""
    return AttemptResult(
        delivery.id,
        DeliveryState.PENDING,
        at,
        problem="outcome unknown, sent once more",
        possible_duplicate=True,
        counts_as_attempt=False,
        attempt_started_at=delivery.sending_at,
    )


def _pending(
    delivery: Delivery, at: datetime, not_before: datetime, reason: str, *, counts: bool = True
) -> AttemptResult:
    return AttemptResult(
        delivery.id,
        DeliveryState.PENDING,
        at,
        not_before=not_before,
        problem=reason,
        counts_as_attempt=counts,
        attempt_started_at=delivery.sending_at,
    )
