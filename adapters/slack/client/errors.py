"""A failed call, as the SDK raises it, in our terms; :mod:`adapters.slack.client.error_table` has the table.

An answer that did not come, or is no JSON, says nothing about whether the message was posted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.client.error_table import CASES, NO_HINT, Does
from bot.errors import (
    ChatGone,
    DeliveryError,
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    Scope,
    TryLater,
)

UNREACHABLE: Final = timedelta(seconds=10)


class SlackRefused(Refused):
    """A refusal with Slack's name for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Slack refuses the message: {name}")
        self.name = name

    @property
    def remedy(self) -> Does:
        """What may still help."""
        case = CASES.get(self.name)
        return case.does if case else Does.REPORT


def understood(problem: Exception, now: datetime) -> DeliveryError:
    """What went wrong in a call, without a token or a word of the message."""
    match problem:
        case SlackApiError():
            return _answered(problem, now)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return TryLater(now + UNREACHABLE, Scope.BOT, "Slack can't be reached")
        case _:
            return OutcomeUnknown(f"no answer from Slack ({type(problem).__name__})")


def error_name(problem: SlackApiError) -> str:
    """Slack's name of the error; '' where the answer is none of Slack's."""
    response = problem.response
    if not isinstance(response, AsyncSlackResponse) or not isinstance(response.data, dict):
        return ""
    return str(response.data.get("error") or "")


def _answered(problem: SlackApiError, now: datetime) -> DeliveryError:
    response, name = problem.response, error_name(problem)
    if isinstance(response, AsyncSlackResponse) and response.status_code == 429:
        return TryLater(now + _hint(response) + timedelta(seconds=1), Scope.WORKSPACE, name or "ratelimited")
    if not name:
        return OutcomeUnknown("an answer that is not Slack's")
    return _refusal(name, now)


def _refusal(name: str, now: datetime) -> DeliveryError:
    case = CASES.get(name)
    match case.does if case else Does.REPORT:
        case Does.WAIT if case:
            return TryLater(now + case.wait, Scope.WORKSPACE, name)
        case Does.OPERATOR:
            return NotAuthorised(Scope.WORKSPACE, f"Slack says {name}")
        case Does.PAUSE if case and case.gone:
            return ChatGone(case.gone, name)
        case Does.DOUBT:
            return OutcomeUnknown(name)
    return SlackRefused(name)


def _hint(response: AsyncSlackResponse) -> timedelta:
    """How long ``Retry-After`` asks to wait, in seconds."""
    hint = str(response.headers.get("Retry-After", ""))
    return timedelta(seconds=int(hint)) if hint.isdigit() else NO_HINT
