"""What follows from a try that was not taken: wait longer each time, and after days of it stop."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from adapters.webhook.client import PostOutcome, PostResult
from bot.errors import ChatUnavailable, DeliveryError, ErrorScope, OutcomeUnknown, RetryLater, UnavailableReason
from bot.ports import Endpoint

GIVE_UP_AFTER: Final = timedelta(days=5)
# A digest waits for less than a day; with the next one the count goes on.
WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
)
_JITTER: Final = 0.1


def after_failure(endpoint: Endpoint, now: datetime) -> Endpoint:
    """The endpoint with one failed try more."""
    return replace(endpoint, failures=endpoint.failures + 1, failing_since=endpoint.failing_since or now)


def after_success(endpoint: Endpoint) -> Endpoint:
    """The endpoint as one that answers."""
    return replace(endpoint, failures=0, failing_since=None)


def error_of(outcome: PostOutcome, endpoint: Endpoint, now: datetime) -> DeliveryError:
    """What a failed try means for the delivery; ``endpoint`` counts it already."""
    reason = f"status {outcome.status}" if outcome.status else outcome.result.name.lower().replace("_", " ")
    if outcome.result is PostResult.GONE:
        return ChatUnavailable(UnavailableReason.ENDPOINT_GONE, reason)
    if endpoint.failing_since is not None and now - endpoint.failing_since >= GIVE_UP_AFTER:
        return ChatUnavailable(UnavailableReason.ENDPOINT_FAILING, reason)
    if outcome.result is PostResult.UNKNOWN:
        return OutcomeUnknown("no answer in time")
    wait = WAITS[min(endpoint.failures, len(WAITS)) - 1]
    wait *= random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads load, no secret
    asked = min(outcome.retry_after or timedelta(0), WAITS[-1])
    return RetryLater(now + max(wait, asked), ErrorScope.CHAT, reason)
