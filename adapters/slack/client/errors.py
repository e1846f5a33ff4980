"""A failed call's error, from the SDK's exception to :mod:`bot.errors`; :mod:`adapters.slack.client.error_table` has
the table.

An answer that did not come, or is no JSON, says nothing about whether the message was posted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.proxies import SocksUnsupported
from adapters.slack.client.error_table import DEFAULT_RETRY_DELAY, ERROR_RULES, SlackRemedy
from bot.errors import (
    ChatUnavailable,
    DeliveryError,
    ErrorScope,
    MessageRejected,
    NotAuthorised,
    OutcomeUnknown,
    RetryLater,
)

UNREACHABLE: Final = timedelta(seconds=10)
MISSING_SCOPE: Final = "missing_scope"


class SlackRejected(MessageRejected):
    """A refusal with Slack's name for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Slack refuses the message: {name}")
        self.code = name

    @property
    def remedy(self) -> SlackRemedy:
        """What may still help."""
        rule = ERROR_RULES.get(self.code)
        return rule.remedy if rule else SlackRemedy.FAIL


def to_delivery_error(problem: Exception, now: datetime) -> DeliveryError:
    """What went wrong in a call, without a token or any text of the message."""
    match problem:
        case SlackApiError():
            return _from_api_error(problem, now)
        case SocksUnsupported():
            return RetryLater(now + UNREACHABLE, ErrorScope.BOT, "Slack can't be reached through a SOCKS proxy")
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientHttpProxyError():
            return RetryLater(now + UNREACHABLE, ErrorScope.BOT, "Slack can't be reached")
        case _:
            return OutcomeUnknown(f"no answer from Slack ({type(problem).__name__})")


def error_code(problem: SlackApiError) -> str:
    """Slack's name of the error; '' where the answer is none of Slack's."""
    response = problem.response
    if not isinstance(response, AsyncSlackResponse) or not isinstance(response.data, dict):
        return ""
    return str(response.data.get("error") or "")


def _from_api_error(problem: SlackApiError, now: datetime) -> DeliveryError:
    response, name = problem.response, error_code(problem)
    if isinstance(response, AsyncSlackResponse) and response.status_code == 429:
        return RetryLater(
            now + _retry_after(response) + timedelta(seconds=1), ErrorScope.WORKSPACE, name or "ratelimited"
        )
    if not name:
        return OutcomeUnknown("an answer that is not Slack's")
    if name == MISSING_SCOPE and (needed := _needed_scope(problem)):
        return NotAuthorised(ErrorScope.WORKSPACE, f"Slack says {name}: {add_scopes([needed])}")
    return _from_error_code(name, now)


def _needed_scope(problem: SlackApiError) -> str:
    """The scope that Slack says is missing, '' where it does not."""
    response = problem.response
    data = response.data if isinstance(response, AsyncSlackResponse) and isinstance(response.data, dict) else {}
    return str(data.get("needed") or "")


def add_scopes(missing: Iterable[str]) -> str:
    """What the operator does about scopes that the app was not given."""
    return (
        f"the app lacks {', '.join(missing)}; add it to the Bot Token Scopes under OAuth & Permissions of your app, "
        "and install the app in the workspace again"
    )


def _from_error_code(name: str, now: datetime) -> DeliveryError:
    rule = ERROR_RULES.get(name)
    match rule.remedy if rule else SlackRemedy.FAIL:
        case SlackRemedy.WAIT if rule:
            return RetryLater(now + rule.wait, ErrorScope.WORKSPACE, name)
        case SlackRemedy.HOLD_AND_ALERT:
            return NotAuthorised(ErrorScope.WORKSPACE, f"Slack says {name}")
        case SlackRemedy.PAUSE if rule and rule.unavailable_reason:
            return ChatUnavailable(rule.unavailable_reason, name)
        case SlackRemedy.UNCERTAIN:
            return OutcomeUnknown(name)
    return SlackRejected(name)


def _retry_after(response: AsyncSlackResponse) -> timedelta:
    """How long ``Retry-After`` asks to wait, in seconds."""
    seconds = str(response.headers.get("Retry-After", ""))
    return timedelta(seconds=int(seconds)) if seconds.isdigit() else DEFAULT_RETRY_DELAY
