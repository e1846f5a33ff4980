"""What Slack refuses, by its own names, and what is done about it: one row a case.

Names: https://docs.slack.dev/reference/methods/chat.postMessage and those of the other methods that are called here.
A name that is in no row is a bug of ours. ``fatal_error`` is documented as "some aspect of the operation may have
succeeded".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

from bot.errors import UnavailableReason


class SlackRemedy(Enum):
    """What is done about a refusal."""

    WAIT = "the workspace waits"
    HOLD_AND_ALERT = "the workspace is held back, its rows wait, the operator is told"
    PAUSE = "the channel is paused with the reason"
    UNCERTAIN = "nobody knows: the delivery is looked for"
    RETRY_PLAIN = "sent once more as text alone"
    RETRY_KEYLESS = "sent once more without its key"
    FAIL = "our mistake: failed, visible, not tried again"


@dataclass(frozen=True, slots=True)
class SlackErrorRule:
    """One refusal; ``wait`` is how long where Slack doesn't say."""

    name: str
    remedy: SlackRemedy
    wait: timedelta = timedelta(0)
    unavailable_reason: UnavailableReason | None = None


DEFAULT_RETRY_DELAY: Final = timedelta(seconds=30)


def _pauses_channel(name: str, reason: UnavailableReason) -> SlackErrorRule:
    return SlackErrorRule(name, SlackRemedy.PAUSE, unavailable_reason=reason)


_ROWS: Final = (
    SlackErrorRule("ratelimited", SlackRemedy.WAIT, DEFAULT_RETRY_DELAY),
    SlackErrorRule("rate_limited", SlackRemedy.WAIT, DEFAULT_RETRY_DELAY),
    SlackErrorRule("message_limit_exceeded", SlackRemedy.WAIT, timedelta(hours=6)),  # what a free plan holds
    # The workspace moves into an organisation.
    SlackErrorRule("org_login_required", SlackRemedy.WAIT, timedelta(hours=1)),
    SlackErrorRule("team_added_to_org", SlackRemedy.WAIT, timedelta(hours=1)),
    SlackErrorRule("external_channel_migrating", SlackRemedy.WAIT, timedelta(hours=1)),
    SlackErrorRule("fatal_error", SlackRemedy.UNCERTAIN),
    SlackErrorRule("internal_error", SlackRemedy.UNCERTAIN),
    SlackErrorRule("service_unavailable", SlackRemedy.UNCERTAIN),
    SlackErrorRule("request_timeout", SlackRemedy.UNCERTAIN),
    SlackErrorRule("duplicate_message_not_found", SlackRemedy.UNCERTAIN),
    SlackErrorRule("duplicate_channel_not_found", SlackRemedy.UNCERTAIN),
    # The token or the installation.
    SlackErrorRule("invalid_auth", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("not_authed", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("account_inactive", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("token_revoked", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("token_expired", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("missing_scope", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("not_allowed_token_type", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("access_denied", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("accesslimited", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("app_access_restricted", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("ekm_access_denied", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("team_access_not_granted", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("two_factor_setup_required", SlackRemedy.HOLD_AND_ALERT),
    SlackErrorRule("enterprise_is_restricted", SlackRemedy.HOLD_AND_ALERT),
    # The conversation.
    _pauses_channel("not_in_channel", UnavailableReason.NOT_A_MEMBER),
    _pauses_channel("channel_not_found", UnavailableReason.NOT_A_MEMBER),  # also a private one that took the bot away
    _pauses_channel("is_archived", UnavailableReason.ARCHIVED),
    _pauses_channel("user_not_found", UnavailableReason.DEACTIVATED),
    _pauses_channel("user_disabled", UnavailableReason.DEACTIVATED),
    _pauses_channel("user_not_visible", UnavailableReason.DEACTIVATED),
    _pauses_channel("no_permission", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_channel("messages_tab_disabled", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_channel("restricted_action", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_channel("restricted_action_read_only_channel", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_channel("restricted_action_thread_only_channel", UnavailableReason.NO_RIGHT_TO_POST),
    # One reply: it is lost, the channel goes on.
    SlackErrorRule("restricted_action_thread_locked", SlackRemedy.FAIL),
    SlackErrorRule("restricted_action_non_threadable_channel", SlackRemedy.FAIL),
    SlackErrorRule("cannot_reply_to_message", SlackRemedy.FAIL),
    SlackErrorRule("thread_not_found", SlackRemedy.FAIL),
    # The message, which is rendered to fit: any of these errors shows a bug in the renderer.
    SlackErrorRule("invalid_blocks", SlackRemedy.RETRY_PLAIN),
    SlackErrorRule("invalid_blocks_format", SlackRemedy.RETRY_PLAIN),
    SlackErrorRule("msg_blocks_too_long", SlackRemedy.RETRY_PLAIN),
    SlackErrorRule("msg_too_long", SlackRemedy.RETRY_PLAIN),
    SlackErrorRule("attachment_payload_limit_exceeded", SlackRemedy.RETRY_PLAIN),
    SlackErrorRule("too_many_attachments", SlackRemedy.RETRY_PLAIN),
    SlackErrorRule("metadata_too_large", SlackRemedy.RETRY_KEYLESS),
    SlackErrorRule("metadata_must_be_sent_from_app", SlackRemedy.RETRY_KEYLESS),
    SlackErrorRule("invalid_metadata_format", SlackRemedy.RETRY_KEYLESS),
    SlackErrorRule("invalid_metadata_schema", SlackRemedy.RETRY_KEYLESS),
    SlackErrorRule("invalid_arguments", SlackRemedy.FAIL),
    SlackErrorRule("invalid_arg_name", SlackRemedy.FAIL),
    SlackErrorRule("invalid_array_arg", SlackRemedy.FAIL),
    SlackErrorRule("invalid_charset", SlackRemedy.FAIL),
    SlackErrorRule("invalid_form_data", SlackRemedy.FAIL),
    SlackErrorRule("invalid_post_type", SlackRemedy.FAIL),
    SlackErrorRule("missing_post_type", SlackRemedy.FAIL),
    SlackErrorRule("invalid_json", SlackRemedy.FAIL),
    SlackErrorRule("json_not_object", SlackRemedy.FAIL),
    SlackErrorRule("upgrade_required", SlackRemedy.FAIL),
    SlackErrorRule("no_text", SlackRemedy.FAIL),
    SlackErrorRule("markdown_text_conflict", SlackRemedy.FAIL),
    SlackErrorRule("unknown_method", SlackRemedy.FAIL),
    SlackErrorRule("method_deprecated", SlackRemedy.FAIL),
    SlackErrorRule("deprecated_endpoint", SlackRemedy.FAIL),
    SlackErrorRule("slack_connect_file_link_sharing_blocked", SlackRemedy.FAIL),
    SlackErrorRule("as_user_not_supported", SlackRemedy.FAIL),
    # Modals: too late, too many on each other, or rendered wrongly; the answer is then sent as a message.
    SlackErrorRule("expired_trigger_id", SlackRemedy.FAIL),
    SlackErrorRule("exchanged_trigger_id", SlackRemedy.FAIL),
    SlackErrorRule("invalid_trigger_id", SlackRemedy.FAIL),
    SlackErrorRule("trigger_expired", SlackRemedy.FAIL),
    SlackErrorRule("trigger_exchanged", SlackRemedy.FAIL),
    SlackErrorRule("push_limit_reached", SlackRemedy.FAIL),
    SlackErrorRule("view_too_large", SlackRemedy.FAIL),
    SlackErrorRule("duplicate_external_id", SlackRemedy.FAIL),
    SlackErrorRule("not_enabled", SlackRemedy.FAIL),  # the Home tab, switched off in the app's settings
    SlackErrorRule("not_found", SlackRemedy.FAIL),
    SlackErrorRule("cannot_unfurl_url", SlackRemedy.FAIL),
    SlackErrorRule("cannot_unfurl_message", SlackRemedy.FAIL),
    SlackErrorRule("cannot_find_message", SlackRemedy.FAIL),
    SlackErrorRule("cannot_parse_attachment", SlackRemedy.FAIL),
    SlackErrorRule("missing_unfurls", SlackRemedy.FAIL),
    SlackErrorRule("user_not_in_channel", SlackRemedy.FAIL),  # an ephemeral message to somebody who has left
)
ERROR_RULES: Final = {rule.name: rule for rule in _ROWS}

#: Only the rate was too high.
RATE_LIMIT_ERRORS: Final = frozenset({"ratelimited", "rate_limited"})
#: The modal was closed before it was updated.
VIEW_GONE_ERRORS: Final = frozenset({"not_found", "view_not_found", "hash_conflict"})
#: Nothing is left to be changed: not an error for whoever wanted to.
MESSAGE_GONE_ERRORS: Final = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "is_inactive",
        "is_archived",
        "channel_not_found",
    }
)
