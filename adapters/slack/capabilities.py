"""In what Slack differs from other platforms."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.chats import WEEKDAYS, Platform
from bot.errors import UnavailableReason
from bot.i18n import t
from bot.ports import PlatformCapabilities, PlatformPhrases

SLACK: Final = Platform("slack")

PHRASES: Final = PlatformPhrases(
    usage_prefix="/papers ",
    shared_mark="#",
    suggestion_prefix="",
    admins_only=t("Topics and times here are set by admins of the workspace. Write to me directly to have your own."),
    exclusive={
        "who": t("In Slack that can be chosen. Elsewhere a group’s admins change things."),
        "unfurl": t("Cards under links are for Slack; elsewhere the chat shows its own preview."),
    },
)

# About one message a second in a channel: docs.slack.dev/apis/web-api/rate-limits
_INTERVAL: Final = timedelta(seconds=1.1)

CAPABILITIES: Final = PlatformCapabilities(
    threads=True,
    silent_edits=True,
    private_interval=_INTERVAL,
    shared_interval=_INTERVAL,
    announced_ends=frozenset({UnavailableReason.KICKED, UnavailableReason.NOT_A_MEMBER, UnavailableReason.ARCHIVED}),
    opens_private_chats=True,
    private_replies=True,
    workspaces=True,
    link_cards=True,
    setup_form=True,
    cards_in_place=False,  # each paper of a list has its own menu
    bare_commands=True,
    default_days=WEEKDAYS,
    phrases=PHRASES,
)
