"""What Slack's refusals mean, by what there is to do about them.

Names: https://docs.slack.dev/reference/methods/chat.postMessage. An answer that did not come, or is no JSON, says
nothing about whether the message was posted; ``fatal_error`` is documented as "some aspect of the operation may have
succeeded".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import (
    ChatGone,
    DeliveryError,
    GoneReason,
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    Scope,
    TryLater,
)

Make = Callable[[str, datetime], DeliveryError]

UNREACHABLE: Final = timedelta(seconds=10)
NO_HINT: Final = timedelta(seconds=30)


def _gone(reason: GoneReason) -> Make:
    return lambda name, now: ChatGone(reason, name)


def _later(wait: timedelta) -> Make:
    return lambda name, now: TryLater(now + wait, Scope.WORKSPACE, name)


def _not_authorised(name: str, now: datetime) -> DeliveryError:
    return NotAuthorised(Scope.WORKSPACE, f"Slack says {name}")


def _unknown(name: str, now: datetime) -> DeliveryError:
    return OutcomeUnknown(name)


_MEANINGS: Final[tuple[tuple[Make, tuple[str, ...]], ...]] = (
    (_later(NO_HINT), ("ratelimited", "rate_limited")),
    (_later(timedelta(hours=6)), ("message_limit_exceeded",)),
    (_later(timedelta(hours=1)), ("org_login_required", "team_added_to_org", "external_channel_migrating")),
    (_unknown, ("fatal_error", "internal_error", "service_unavailable", "request_timeout")),
    # The token or the installation.
    (_not_authorised, ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired")),
    (_not_authorised, ("missing_scope", "not_allowed_token_type", "access_denied", "accesslimited")),
    (_not_authorised, ("app_access_restricted", "ekm_access_denied", "team_access_not_granted")),
    (_not_authorised, ("two_factor_setup_required", "enterprise_is_restricted")),
    # The conversation.
    (_gone(GoneReason.NOT_A_MEMBER), ("not_in_channel", "channel_not_found")),
    (_gone(GoneReason.ARCHIVED), ("is_archived",)),
    (_gone(GoneReason.DEACTIVATED), ("user_not_found", "user_disabled", "user_not_visible")),
    (_gone(GoneReason.NO_RIGHT_TO_POST), ("no_permission", "messages_tab_disabled", "restricted_action")),
    (_gone(GoneReason.NO_RIGHT_TO_POST), ("restricted_action_read_only_channel",)),
    (_gone(GoneReason.NO_RIGHT_TO_POST), ("restricted_action_thread_only_channel",)),
)

#: What each error name is turned into; a name that is not here is :class:`bot.errors.Refused`. A locked or deleted
#: thread is not here either: it concerns one reply, and the channel goes on.
MEANING: Final[Mapping[str, Make]] = {name: make for make, names in _MEANINGS for name in names}

#: The blocks are refused: their text alone may still be taken.
TOO_MUCH: Final = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "attachment_payload_limit_exceeded",
        "too_many_attachments",
    }
)
#: The message is taken without its key.
NO_METADATA: Final = frozenset(
    {"metadata_too_large", "metadata_must_be_sent_from_app", "invalid_metadata_format", "invalid_metadata_schema"}
)
#: Nothing is left to be changed: not an error for whoever wanted to.
NOTHING_TO_EDIT: Final = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "is_inactive",
        "is_archived",
        "channel_not_found",
    }
)


class SlackRefused(Refused):
    """A refusal with Slack's name for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Slack refuses the message: {name}")
        self.name = name


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
    make = MEANING.get(name)
    return make(name, now) if make else SlackRefused(name)


def _hint(response: AsyncSlackResponse) -> timedelta:
    """How long ``Retry-After`` asks to wait, in seconds."""
    hint = str(response.headers.get("Retry-After", ""))
    return timedelta(seconds=int(hint)) if hint.isdigit() else NO_HINT
