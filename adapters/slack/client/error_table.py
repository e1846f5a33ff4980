"""What Slack refuses, by its own names, and what is done about it: one row a case.

Names: https://docs.slack.dev/reference/methods/chat.postMessage and those of the other methods that are called here.
A name that is in no row is our mistake. ``fatal_error`` is documented as "some aspect of the operation may have
succeeded".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

from bot.errors import GoneReason


class Does(Enum):
    """What is done about a refusal."""

    WAIT = "the workspace waits"
    OPERATOR = "the workspace is held back, its rows wait, the operator is told"
    PAUSE = "the channel is paused with the reason"
    DOUBT = "nobody knows: the delivery is looked for"
    PLAINER = "sent once more as text alone"
    KEYLESS = "sent once more without its key"
    REPORT = "our mistake: failed, visible, not tried again"


@dataclass(frozen=True, slots=True)
class Case:
    """One refusal; ``wait`` is how long where Slack doesn't say."""

    name: str
    does: Does
    wait: timedelta = timedelta(0)
    gone: GoneReason | None = None


NO_HINT: Final = timedelta(seconds=30)


def _pause(name: str, gone: GoneReason) -> Case:
    return Case(name, Does.PAUSE, gone=gone)


_ROWS: Final = (
    Case("ratelimited", Does.WAIT, NO_HINT),
    Case("rate_limited", Does.WAIT, NO_HINT),
    Case("message_limit_exceeded", Does.WAIT, timedelta(hours=6)),  # what a free plan holds
    # The workspace moves into an organisation.
    Case("org_login_required", Does.WAIT, timedelta(hours=1)),
    Case("team_added_to_org", Does.WAIT, timedelta(hours=1)),
    Case("external_channel_migrating", Does.WAIT, timedelta(hours=1)),
    Case("fatal_error", Does.DOUBT),
    Case("internal_error", Does.DOUBT),
    Case("service_unavailable", Does.DOUBT),
    Case("request_timeout", Does.DOUBT),
    Case("duplicate_message_not_found", Does.DOUBT),
    Case("duplicate_channel_not_found", Does.DOUBT),
    # The token or the installation.
    Case("invalid_auth", Does.OPERATOR),
    Case("not_authed", Does.OPERATOR),
    Case("account_inactive", Does.OPERATOR),
    Case("token_revoked", Does.OPERATOR),
    Case("token_expired", Does.OPERATOR),
    Case("missing_scope", Does.OPERATOR),
    Case("not_allowed_token_type", Does.OPERATOR),
    Case("access_denied", Does.OPERATOR),
    Case("accesslimited", Does.OPERATOR),
    Case("app_access_restricted", Does.OPERATOR),
    Case("ekm_access_denied", Does.OPERATOR),
    Case("team_access_not_granted", Does.OPERATOR),
    Case("two_factor_setup_required", Does.OPERATOR),
    Case("enterprise_is_restricted", Does.OPERATOR),
    # The conversation.
    _pause("not_in_channel", GoneReason.NOT_A_MEMBER),
    _pause("channel_not_found", GoneReason.NOT_A_MEMBER),  # also a private one that took the bot away
    _pause("is_archived", GoneReason.ARCHIVED),
    _pause("user_not_found", GoneReason.DEACTIVATED),
    _pause("user_disabled", GoneReason.DEACTIVATED),
    _pause("user_not_visible", GoneReason.DEACTIVATED),
    _pause("no_permission", GoneReason.NO_RIGHT_TO_POST),
    _pause("messages_tab_disabled", GoneReason.NO_RIGHT_TO_POST),
    _pause("restricted_action", GoneReason.NO_RIGHT_TO_POST),
    _pause("restricted_action_read_only_channel", GoneReason.NO_RIGHT_TO_POST),
    _pause("restricted_action_thread_only_channel", GoneReason.NO_RIGHT_TO_POST),
    # One reply: it is lost, the channel goes on.
    Case("restricted_action_thread_locked", Does.REPORT),
    Case("restricted_action_non_threadable_channel", Does.REPORT),
    Case("cannot_reply_to_message", Does.REPORT),
    Case("thread_not_found", Does.REPORT),
    # The message, which is drawn to fit: whatever of this comes shows a mistake in the drawing.
    Case("invalid_blocks", Does.PLAINER),
    Case("invalid_blocks_format", Does.PLAINER),
    Case("msg_blocks_too_long", Does.PLAINER),
    Case("msg_too_long", Does.PLAINER),
    Case("attachment_payload_limit_exceeded", Does.PLAINER),
    Case("too_many_attachments", Does.PLAINER),
    Case("metadata_too_large", Does.KEYLESS),
    Case("metadata_must_be_sent_from_app", Does.KEYLESS),
    Case("invalid_metadata_format", Does.KEYLESS),
    Case("invalid_metadata_schema", Does.KEYLESS),
    Case("invalid_arguments", Does.REPORT),
    Case("invalid_arg_name", Does.REPORT),
    Case("invalid_array_arg", Does.REPORT),
    Case("invalid_charset", Does.REPORT),
    Case("invalid_form_data", Does.REPORT),
    Case("invalid_post_type", Does.REPORT),
    Case("missing_post_type", Does.REPORT),
    Case("invalid_json", Does.REPORT),
    Case("json_not_object", Does.REPORT),
    Case("upgrade_required", Does.REPORT),
    Case("no_text", Does.REPORT),
    Case("markdown_text_conflict", Does.REPORT),
    Case("unknown_method", Does.REPORT),
    Case("method_deprecated", Does.REPORT),
    Case("deprecated_endpoint", Does.REPORT),
    Case("slack_connect_file_link_sharing_blocked", Does.REPORT),
    Case("as_user_not_supported", Does.REPORT),
    # Forms: too late, too many on each other, or drawn wrongly; what was asked is answered in a message then.
    Case("expired_trigger_id", Does.REPORT),
    Case("exchanged_trigger_id", Does.REPORT),
    Case("invalid_trigger_id", Does.REPORT),
    Case("trigger_expired", Does.REPORT),
    Case("trigger_exchanged", Does.REPORT),
    Case("push_limit_reached", Does.REPORT),
    Case("view_too_large", Does.REPORT),
    Case("duplicate_external_id", Does.REPORT),
    Case("not_enabled", Does.REPORT),  # the Home tab, switched off in the app's settings
    Case("not_found", Does.REPORT),
    Case("cannot_unfurl_url", Does.REPORT),
    Case("cannot_unfurl_message", Does.REPORT),
    Case("cannot_find_message", Does.REPORT),
    Case("cannot_parse_attachment", Does.REPORT),
    Case("missing_unfurls", Does.REPORT),
    Case("user_not_in_channel", Does.REPORT),  # a whisper to somebody who has left
)
CASES: Final = {case.name: case for case in _ROWS}

#: The pace alone was wrong.
RATE_LIMITS: Final = frozenset({"ratelimited", "rate_limited"})
#: The form was closed before it was changed.
NO_SUCH_VIEW: Final = frozenset({"not_found", "view_not_found", "hash_conflict"})
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
